/* gateway.h - the processes of the gateway: one supervisor, loops with sockets, writers with the
 * database.
 * Owns nothing. Serves gateway.c core.c writer.c. */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include "base/error.h"

#define TAKER 0                      /* the writer that takes commands and looks after the gateway's piles */

/* A loop process; it gets its writers over control_fd. Returns when it is told to stop. */
NEOERR *core_run(int control_fd, const char *name) CHECKED;
/* A writer process on its end of the socketpair; ends when the loop closes its end. */
void writer_run(int fd);
/* The writer with index TAKER. fresh: a new loop begins, its former piles are offline first; life:
 * of that loop. onward: wake-ups for the takers of other loops, n of them. */
#define LIFE 17
void taker_run(int fd, int wake_fd, const char *life, bool fresh, const int *onward, int n);

#endif

/* wake.h - a hint to a daemon that the database has something for it (law 1: losing it costs
 * latency, never data).
 * Owns one datagram socket a process. Serves db_tx (after commit) and daemons. */
#ifndef BASE_WAKE_H
#define BASE_WAKE_H

#include "base/error.h"

/* bits */
enum wake_target { WAKE_GATEWAY = 1, WAKE_COURIER = 2, WAKE_CAMERA = 4, WAKE_TASKS = 8 };

/* Sends one byte to run_dir/<name>.wake for each bit; errors are ignored on purpose. */
void wake_send(unsigned targets);
/* The receiving end: a bound, non-blocking datagram socket (an old one is unlinked). */
NEOERR *wake_listen(enum wake_target target, int *fd) CHECKED;

#endif

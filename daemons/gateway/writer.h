/* writer.h - what the writers share: the database that may be away, the way back to the loop.
 * Owns nothing. Serves writer.c taker.c. */
#ifndef GATEWAY_WRITER_H
#define GATEWAY_WRITER_H

#include "daemons/gateway/message.h"
#include "charge/tariff.h"

/* NULL while the database is away; opened again at most twice a second. */
struct db *writer_db(void);
/* Blocks until the loop has it; ends the process when the loop is gone. */
void writer_say(int fd, const struct msg *m);
/* 1 if the loop spoke, 0 after wait_ms without; the process ends when the loop is gone. */
int writer_wait(int fd, int more_fd, int wait_ms);
/* Logs what went wrong, once a minute each; frees it. true: it was all right. */
bool writer_went(const char *what, NEOERR *err);
/* The tariff in the form the loop needs it. */
void writer_tariff(const struct tariff *t, struct msg_tariff *out);

#endif

/* writer.h - what the writers share: the database that may be away, the way back to the loop.
 * Owns nothing. Serves writer.c taker.c charge_desk.c. */
#ifndef GATEWAY_WRITER_H
#define GATEWAY_WRITER_H

#include "daemons/gateway/message.h"
#include "charge/tariff.h"

#define ANSWER(m, what) \
	(struct msg){ .kind = what, .slot = (m)->slot, .generation = (m)->generation, .tag = (m)->tag }

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

/* charge_desk.c: what stations say whose charges the platform numbers */
NEOERR *desk_alarm(struct db *db, int fd, const struct msg *m) CHECKED;
NEOERR *desk_boot(struct db *db, int fd, const struct msg *m) CHECKED;
NEOERR *desk_notice(struct db *db, int fd, const struct msg *m) CHECKED;
NEOERR *desk_tag(struct db *db, int fd, const struct msg *m) CHECKED;
NEOERR *desk_start(struct db *db, int fd, const struct msg *m) CHECKED;
NEOERR *desk_stop(struct db *db, int fd, const struct msg *m) CHECKED;
NEOERR *desk_find(struct db *db, int fd, const struct msg *m) CHECKED;
NEOERR *desk_reply(struct db *db, int fd, const struct msg *m) CHECKED;

#endif

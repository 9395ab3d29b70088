/* courier.h - what an adapter is: sends one delivery, or says why it could not.
 * Owns nothing. Serves daemons/courier. */
#ifndef COURIER_COURIER_H
#define COURIER_COURIER_H

#include "charge/delivery.h"

/* answer: what the other side said, kept with the row. An error is tried again later with
 * growing pauses. */
typedef NEOERR *(
	*courier_send_fn)(struct db *db, const struct delivery *d, char *answer, size_t room);

NEOERR *sms_send(struct db *db, const struct delivery *d, char *answer, size_t room) CHECKED;
NEOERR *wechat_send(struct db *db, const struct delivery *d, char *answer, size_t room) CHECKED;
NEOERR *mail_smtp_send(struct db *db, const struct delivery *d, char *answer, size_t room) CHECKED;
NEOERR *exchange_deliver(struct db *db, const struct delivery *d, char *answer,
	size_t room) CHECKED;
NEOERR *parking_send(struct db *db, const struct delivery *d, char *answer, size_t room) CHECKED;
NEOERR *webhook_send(struct db *db, const struct delivery *d, char *answer, size_t room) CHECKED;

/* crew.c: n processes that call look each second and when woken, each with a database connection
 * of its own. */
NEOERR *crew_start(int n, void (*look_fn)(void)) CHECKED;
void crew_wake(void);
NEOERR *crew_keep(void) CHECKED;         /* now and then: who died is replaced */

#endif

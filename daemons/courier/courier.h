/* courier.h - what an adapter is: sends one delivery, or says why it could not.
 * Owns nothing. Serves daemons/courier. */
#ifndef COURIER_COURIER_H
#define COURIER_COURIER_H

#include "charge/delivery.h"

/* answer: what the other side said, kept with the row. An error is tried again later with growing pauses. */
typedef NEOERR *(*courier_send_fn)(struct db *db, const struct delivery *d, char *answer, size_t room);

NEOERR *sms_sandbox_send(struct db *db, const struct delivery *d, char *answer, size_t room) CHECKED;
NEOERR *mail_smtp_send(struct db *db, const struct delivery *d, char *answer, size_t room) CHECKED;
NEOERR *webhook_send(struct db *db, const struct delivery *d, char *answer, size_t room) CHECKED;

#endif

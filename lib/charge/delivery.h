/* delivery.h - messages for the outside, written with what caused them and sent by daemons/courier.
 * Owns table delivery. Serves SMS codes, mails, later webhooks and partners. */
#ifndef CHARGE_DELIVERY_H
#define CHARGE_DELIVERY_H

#include "db/db.h"

/* In the caller's tx; wakes the courier after commit. A known dedupe_key (may be NULL) adds nothing. */
NEOERR *delivery_add(struct db *db, const char *kind, const char *target, const char *subject, const char *payload, const char *dedupe_key) CHECKED;
struct delivery { int64_t id; char kind[21]; const char *target, *subject, *payload; int tries; };
/* Takes due rows (SKIP LOCKED, one tx), calls send for each outside the tx, writes sent / retry with back-off (10 s doubling to 1 h) / dead after 12 tries. */
typedef NEOERR *(*delivery_send_fn)(const struct delivery *d, char *answer, size_t room, void *ctx);
NEOERR *delivery_work(struct db *db, int max, delivery_send_fn send, void *ctx, int *done) CHECKED;

#endif

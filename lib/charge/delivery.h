/* delivery.h - messages for the outside, written with what caused them and sent by daemons/courier.
 * Owns table delivery. Serves SMS codes, mails, webhooks, parking systems. */
#ifndef CHARGE_DELIVERY_H
#define CHARGE_DELIVERY_H

#include "db/db.h"

/* In the caller's tx; wakes the courier after commit. A known dedupe_key (may be NULL) adds
 * nothing. */
NEOERR *delivery_add(struct db *db, const char *kind, const char *target, const char *subject,
	const char *payload, const char *dedupe_key) CHECKED;
/* Of a subscription: subject is the kind of event, target the URL at that time. */
NEOERR *delivery_add_webhook(struct db *db, int64_t provider_id, int64_t webhook_id,
	const char *url, const char *event, const char *payload) CHECKED;
/* A mail with the file its attachment names ("invoice/12"), "" none; a known dedupe_key (may be
 * NULL) adds nothing. */
NEOERR *delivery_add_mail(struct db *db, const char *to, const char *subject, const char *text,
	const char *attachment, const char *dedupe_key) CHECKED;
/* To a parking system (parking_push.h); a known dedupe_key adds nothing. */
NEOERR *delivery_add_parking(struct db *db, int64_t provider_id, int64_t parking_push_id,
	const char *url, const char *subject, const char *payload, const char *dedupe_key) CHECKED;
/* To another platform (exchange.h); key may be NULL, a known one adds nothing. */
NEOERR *delivery_add_exchange(struct db *db, int64_t provider_id, int64_t exchange_peer_id,
	const char *url, const char *interface, const char *payload, const char *key) CHECKED;
/* To a person by way of the provider's accounts (notify_link.h): kind "sms" to a phone, "wechat" by
 * that link; provider_id, link_id 0: none. A known key adds nothing. */
struct notice {
	const char *kind, *target, *subject, *payload, *key;
	int64_t provider_id, link_id;
};
NEOERR *delivery_add_notice(struct db *db, const struct notice *n) CHECKED;
/* At once and with all tries, whatever became of it before. */
NEOERR *delivery_again(struct db *db, int64_t id) CHECKED;
struct delivery {
	int64_t id, webhook_id, parking_push_id, exchange_peer_id, provider_id, notify_link_id;
	char kind[21];
	const char *target, *subject, *payload, *attachment;
	int tries;
	bool unsure;                     /* the try before this one ended nobody knows how */
};
/* What send raises where another try might send twice: the row is dead at once. */
#define DELIVERY_NEVER_AGAIN ERR_DUPLICATE
/* People wait for messages: subscribers that are slow to answer stand in a lane of their own. */
enum delivery_lane { DELIVERY_ALL, DELIVERY_MESSAGES, DELIVERY_WEBHOOKS };
/* Takes due rows (SKIP LOCKED, one tx), calls send for each outside the tx, writes sent / retry
 * with back-off (10 s doubling to 1 h) / dead after 12 tries. */
typedef NEOERR *(*delivery_send_fn)(const struct delivery *d, char *answer, size_t room, void *ctx);
NEOERR *delivery_work_lane(struct db *db, enum delivery_lane lane, int max, delivery_send_fn send,
	void *ctx, int *done) CHECKED;
NEOERR *delivery_work(struct db *db, int max, delivery_send_fn send, void *ctx, int *done) CHECKED;

#endif

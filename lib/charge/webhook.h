/* webhook.h - a subscription of a provider's URL: its secret, the signature of a delivery, what
 * became of the last ones.
 * Owns table webhook but for the columns its screen edits. Serves the courier, the outbox, the
 * screen. (W3) */
#ifndef CHARGE_WEBHOOK_H
#define CHARGE_WEBHOOK_H

#include "base/crypt.h"
#include "db/db.h"

#define WEBHOOK_URL 401
#define WEBHOOK_SECRET 71                    /* "whsec_" + 64 hex digits */
#define WEBHOOK_PREFIX "whsec_"

struct webhook {
	int64_t provider_id;
	char url[WEBHOOK_URL], secret[WEBHOOK_SECRET];
	bool enabled;
};
NEOERR *webhook_get(struct db *db, int64_t id, struct webhook *out) CHECKED;
/* A new random secret, sealed into the row; the old one is void at once. */
NEOERR *webhook_set_secret(struct db *db, int64_t id, char out[WEBHOOK_SECRET]) CHECKED;
/* HMAC-SHA256 in hex over "<timestamp>.<body>", keyed by the secret's text. */
void webhook_sign(const char *secret, int64_t timestamp, const char *body, char out[SHA256_HEX]);
/* In the tx that writes the delivery's status. conf.webhook_dead_limit dead letters in a row
 * disable the subscription, audited. */
enum webhook_result { WEBHOOK_SENT, WEBHOOK_FAILED, WEBHOOK_DEAD };
NEOERR *webhook_result(struct db *db, int64_t id, enum webhook_result result,
	const char *text) CHECKED;
/* What went out with a try, for who looks at the delivery. http_status 0: no answer. */
NEOERR *webhook_tried(struct db *db, int64_t delivery_id, const char *headers,
	long http_status) CHECKED;

#endif

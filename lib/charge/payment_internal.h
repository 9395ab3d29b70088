/* payment_internal.h - what payment orders, refunds and withdrawals share: numbers, the locked row.
 * Owns nothing. Serves those files alone. */
#ifndef CHARGE_PAYMENT_INTERNAL_H
#define CHARGE_PAYMENT_INTERNAL_H

#include "charge/payment.h"

/* A payment under FOR UPDATE. */
struct payment_row {
	int64_t id, provider_id, station_id, channel_id, member_id, session_id, amount, refunded,
		expires_at;
	enum payment_state state;
	enum payment_purpose purpose;
	bool started;
	char no[CHANNEL_NO], plan[1001], phone[21];
};
NEOERR *payment_lock(struct db *db, int64_t id, struct payment_row *out) CHECKED;
NEOERR *payment_set_state(struct db *db, struct payment_row *p, enum payment_state to,
	const char *problem) CHECKED;
/* A prefix, the time, eight digits. */
NEOERR *payment_new_no(char prefix, char out[CHANNEL_NO]) CHECKED;
/* Its amount given back grows or shrinks; more than was paid: ERR_INVALID. */
NEOERR *payment_give_back(struct db *db, int64_t id, int64_t amount) CHECKED;
const char *payment_problem(NEOERR *err, char out[301]);

#endif

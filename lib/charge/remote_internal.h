/* remote_internal.h - the locked row of a charge at another platform's station, and its money.
 * Owns nothing. Serves remote_*.c alone. */
#ifndef CHARGE_REMOTE_INTERNAL_H
#define CHARGE_REMOTE_INTERNAL_H

#include "charge/remote.h"

struct remote_row {
	int64_t id, provider_id, partner_id, member_id, prepaid, held_cash, held_gift, started_at,
		requested_at, energy, energy_fee, service_fee, amount, order_at;
	char seq[EXCHANGE_SEQ], connector[27], state[13];
};
NEOERR *remote_lock(struct db *db, int64_t id, struct remote_row *out) CHECKED;
NEOERR *remote_lock_seq(struct db *db, int64_t peer_id, const char *seq, struct remote_row *out,
	bool *found) CHECKED;
/* State failed, what was held is free again. In a tx. */
NEOERR *remote_fail(struct db *db, struct remote_row *s, const char *why) CHECKED;
/* remote_order.c: moves the held money to income: energy_fee + service_fee, cash before gift; what
 * is missing the driver owes. Both 0: all of it is released. In a tx. */
NEOERR *remote_capture(struct db *db, const struct remote_row *s, int64_t energy_fee,
	int64_t service_fee) CHECKED;

#endif

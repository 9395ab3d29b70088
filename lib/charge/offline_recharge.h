/* offline_recharge.h - recharges agreed outside: an order first, money when it is settled
 * (M15, M16).
 * Owns table offline_recharge. Serves screens. */
#ifndef CHARGE_OFFLINE_RECHARGE_H
#define CHARGE_OFFLINE_RECHARGE_H

#include "db/db.h"

struct offline_wish {
	int64_t member_id, amount, by;
	const char *way, *note, *operator;       /* way: booked (记账), paid (现付) */
};
/* Inside the caller's tx. */
NEOERR *offline_recharge_order(struct db *db, const struct offline_wish *w, int64_t *id) CHECKED;
/* The actual amount goes into the wallet, below zero out of it; booked money never leaves again.
 * Inside the caller's tx, the row locked; *enough false: the wallet has less free than is to go,
 * and nothing was done. */
NEOERR *offline_recharge_settle(struct db *db, int64_t id, int64_t by, const char *operator,
	bool *enough) CHECKED;

#endif

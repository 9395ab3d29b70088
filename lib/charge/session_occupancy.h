/* session_occupancy.h - what a car pays that stays after its charge: from the end of the charge
 * until the bay is left or the plug pulled (P10, R5).
 * Owns table session_occupancy, session.occupancy_fee. Serves settlement, bays, bookings, pages,
 * jobs. */
#ifndef CHARGE_SESSION_OCCUPANCY_H
#define CHARGE_SESSION_OCCUPANCY_H

#include "charge/occupancy.h"
#include "charge/session.h"

struct session_row;
/* At settlement, in its tx: where the pile and the tariff charge for it, the payer has a purse here
 * and the car is still there, it begins; it may be over already. A plate enabled in the white list
 * never pays. */
NEOERR *session_occupancy_begin(struct db *db, const struct session_row *s,
	const struct tariff *t, int64_t ended) CHECKED;

/* What ends it, in the caller's tx; nothing there: nothing happens. The fee is taken at once: free
 * cash, then gift, then the driver owes it. */
NEOERR *session_occupancy_left(struct db *db, int64_t stay_id, int64_t at) CHECKED;
/* The next charge at the connector. */
NEOERR *session_occupancy_next(struct db *db, int64_t connector_id, int64_t at) CHECKED;
NEOERR *session_occupancy_booking_over(struct db *db, int64_t reservation_id, int64_t at) CHECKED;
/* Every minute: plugs that were pulled, bays that were left behind the back of a transaction. */
NEOERR *session_occupancy_sweep(struct db *db, int64_t *ended) CHECKED;

/* A person gives the fee back, once, or ends what lasts without one. *done false: there is none.
 * In the caller's tx. */
NEOERR *session_occupancy_waive(struct db *db, int64_t session_id, const struct actor *who,
	const char *why, bool *done) CHECKED;

/* For pages. While it lasts left is 0 and minutes and fee are those up to now. found false:
 * none. */
struct session_occupancy {
	bool found, open, waived;
	enum occupancy_way way;
	int ended_by;                        /* enum occupancy_end; -1: it lasts */
	int64_t from, left;
	struct occupancy cost;
	struct occupancy_rate rate;
};
NEOERR *session_occupancy_get(struct db *db, int64_t session_id,
	struct session_occupancy *out) CHECKED;

#endif

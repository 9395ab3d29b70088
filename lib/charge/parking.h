/* parking.h - what charge providers and gates tell about parking lots: charges, the relief each
 * earns, held bays, stays, payments (K12).
 * Owns charge_record, relief, occupancy_record, parking_stay, parking_payment. Serves
 * cgi/open/parking.c, which reads and signs; each message may come twice and then changes
 * nothing. */
#ifndef CHARGE_PARKING_H
#define CHARGE_PARKING_H

#include "charge/field_sign.h"
#include "charge/relief.h"
#include "db/db.h"

struct parking_peer {
	int64_t id, provider_id;
	bool gate;
	struct field_sign sign;
};
/* Enabled, of an enabled provider; *found false: nobody has this app_id. */
NEOERR *parking_peer_get(struct db *db, const char *app_id, struct parking_peer *out,
	bool *found) CHECKED;
/* A new app_id for a new peer (id as it is kept), and a new secret; the old one is void at once. */
NEOERR *parking_peer_set_secret(struct db *db, int64_t id, char out[FIELD_SECRET]) CHECKED;

/* One message, whatever its kind; what a kind does not know stays zero. Times are UNIX seconds. */
struct parking_message {
	const char *lot, *no, *order_no, *plate, *gate, *stay_no, *state;
	int64_t from, to, energy, amount;
};
/* The answer's words: data (NULL: none) is a new reference. A refusal is ERR_INVALID with a
 * sentence for the peer, an unknown lot or number ERR_NOT_FOUND, other figures under a number that
 * was told before ERR_DUPLICATE. */
typedef NEOERR *(*parking_fn)(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data);

NEOERR *parking_charge_start(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data) CHECKED;
/* Answers the relief: {"relief_no", "kind", "minutes" or "amount"}, none: {}. */
NEOERR *parking_charge_end(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data) CHECKED;
/* Entered, and with `to` also left: minutes without those of charging, the fee by the lot's rate.
 * state "cancelled" ends it without a fee. */
NEOERR *parking_occupancy(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data) CHECKED;

/* What the gate must know of a plate that leaves: open reliefs of charges since `from` (0: of the
 * last day) and unpaid occupancy fees. */
NEOERR *parking_query(struct db *db, const struct parking_peer *p, const struct parking_message *m,
	json_t **data) CHECKED;
NEOERR *parking_relief_use(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data) CHECKED;
NEOERR *parking_occupancy_paid(struct db *db, const struct parking_peer *p,
	const struct parking_message *m, json_t **data) CHECKED;
NEOERR *parking_enter(struct db *db, const struct parking_peer *p, const struct parking_message *m,
	json_t **data) CHECKED;
NEOERR *parking_leave(struct db *db, const struct parking_peer *p, const struct parking_message *m,
	json_t **data) CHECKED;
NEOERR *parking_paid(struct db *db, const struct parking_peer *p, const struct parking_message *m,
	json_t **data) CHECKED;

#endif

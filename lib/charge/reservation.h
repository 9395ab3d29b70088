/* reservation.h - a connector kept for a member: booked, used, given up, run out; its fee and its
 * occupancy (R1-R5, P9).
 * Owns table reservation. Serves driver pages, screens, sessions, cameras and bay locks, jobs. */
#ifndef CHARGE_RESERVATION_H
#define CHARGE_RESERVATION_H

#include "charge/occupancy.h"
#include "charge/session.h"

#define RESERVATION_NO 21
#define RESERVATION_FREE "booking_free_minutes"

struct booking_request {
	int64_t connector_id, member_id;
	const char *plate;                   /* NULL or "": the member's own */
	const char *once;                    /* form token; NULL: none */
};
struct booking_result {
	enum start_refusal refusal;          /* Text.refusal.<name> */
	int64_t id;
	bool repeated;
};
/* R1, P9: checks station, pile, tariff, member, money; holds the fee; keeps the connector for the
 * tariff's minutes. Runs its own tx. */
NEOERR *reservation_book(struct db *db, const struct booking_request *req,
	const struct actor *who, struct booking_result *out) CHECKED;

/* By its member, before a car has entered: the fee comes back within the free minutes after the
 * booking (setting). Another's: ERR_NOT_FOUND. Over or entered: nothing, *done false. */
NEOERR *reservation_cancel(struct db *db, int64_t id, int64_t member_id, const struct actor *who,
	bool *done) CHECKED;
/* R4, by the platform: a booked one gets its fee back, an occupying one does not. Over already:
 * ERR_STALE. In the caller's tx or its own. */
NEOERR *reservation_end(struct db *db, int64_t id, const struct actor *who,
	const char *why) CHECKED;
/* R3: booked ones whose last second has passed; the fee is kept. One more run ends no more. */
NEOERR *reservation_expire(struct db *db, int64_t *ended) CHECKED;

/* Who a connector is kept for now; id 0: nobody. plate: the car's, "": any. */
struct reservation_hold { int64_t id, member_id, expires_at; char plate[25]; };
NEOERR *reservation_hold_of(struct db *db, int64_t connector_id,
	struct reservation_hold *out) CHECKED;
/* The member's open one, 0: none. */
NEOERR *reservation_of_member(struct db *db, int64_t member_id, int64_t *id) CHECKED;

/* For sessions, inside their tx: the member's charge begins at the connector (entered, if nobody
 * saw the car enter); it ended (done, if nobody saw the car enter) or failed (booked again). */
NEOERR *reservation_charged(struct db *db, int64_t id, int64_t session_id) CHECKED;
NEOERR *reservation_charge_over(struct db *db, int64_t id, int64_t at, bool charged) CHECKED;

/* For cameras and bay locks. A car in the bay of the connector: the open booking of that plate (of
 * any, where none was given) is occupying from then on; *id 0: nobody booked it for this car. The
 * same again changes nothing. */
struct bay_entry {
	int64_t connector_id, at;
	const char *plate, *bay;             /* may be NULL */
	bool whitelisted;
};
NEOERR *reservation_entered(struct db *db, const struct bay_entry *e, int64_t *id) CHECKED;
/* It has left: done; minutes without charging and their fee (by the tariff of the booking, where
 * the pile charges for occupancy; less what its charges billed for it). *id 0: nobody was
 * there. */
NEOERR *reservation_left(struct db *db, int64_t connector_id, int64_t at, int64_t *id,
	struct occupancy *out) CHECKED;
/* R4: the gate or lock opened, closed: the first opening and the last closing are kept. */
NEOERR *reservation_gate(struct db *db, int64_t id, bool opened, int64_t at) CHECKED;

#endif

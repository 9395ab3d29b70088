/* bay_booking.h - a bay and the booking of its connector: whose it is, that its car came, that it
 * left (R1-R5).
 * Owns bay_stay.reservation_id. Serves bay.c, and the driver's page of a booking. */
#ifndef CHARGE_BAY_BOOKING_H
#define CHARGE_BAY_BOOKING_H

#include "charge/choice.h"
#include "db/db.h"

/* Who the connector is kept for now. own: for the car of this plate; any: no plate was given.
 * connector_id 0: nobody has booked. */
struct bay_booking { bool booked, own, any; };
NEOERR *bay_booking_of(struct db *db, int64_t connector_id, const char *plate,
	struct bay_booking *out) CHECKED;

/* A car's stay in the bay, at its beginning or its end. */
struct bay_visit {
	int64_t bay_id, connector_id, stay_id, at;
	const char *plate;
	bool exempt;
};
/* R2: the booking is occupying, the stay is its. */
NEOERR *bay_booking_use(struct db *db, const struct bay_visit *v) CHECKED;
/* P10, R2: the car has gone: its charge's occupancy is over; used: its booking is done, too. */
NEOERR *bay_booking_left(struct db *db, const struct bay_visit *v, bool used) CHECKED;
/* R4: the lock went down for the booking that is open, or up behind the one that used the bay
 * last. */
NEOERR *bay_booking_gate(struct db *db, const struct bay_visit *v, bool opened) CHECKED;

struct actor;
/* U8: the lock of the bay of the member's booking. bay_id 0: none, or the booking is not in force.
 * down: the driver may let it down; up: nobody was seen to drive in, it may go up again. */
struct bay_booking_lock { int64_t bay_id; enum lock_state state; bool down, up; };
NEOERR *bay_booking_lock_of(struct db *db, int64_t reservation_id, int64_t member_id,
	struct bay_booking_lock *out) CHECKED;
/* One tx: one order to the lock, into the log. *problem: Text key of why not, NULL: ordered. */
struct bay_booking_move { int64_t reservation_id, member_id; bool open; };
NEOERR *bay_booking_lock_move(struct db *db, const struct bay_booking_move *m,
	const struct actor *who, const char **problem) CHECKED;

#endif

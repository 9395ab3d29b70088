/* bay.h - bays of a station: made, told what happened, their locks moved, their stays counted (K1,
 * K3, K7, K8, R5).
 * Owns tables bay, bay_stay, whitelist. Serves screens, the cameras' writer, the gateway's writers.
 * */
#ifndef CHARGE_BAY_H
#define CHARGE_BAY_H

#include "charge/bay_state.h"
#include "db/db.h"

#define BAY_FRESH 120                /* seconds: what is older moves no lock */
#define BAY_PLATE 13
#define BAY_LOCK_SECONDS 30          /* a lock that has not moved by then has failed */
#define BAYS_AT_ONCE 500

/* K1: count bays named "prefix" and a number after those of the area; their codes begin with the
 * area's. *first: the first one's id. In the caller's tx, under the area's lock. */
struct bay_plan {
	int64_t station_id, area_id, by;
	int count;
	const char *prefix, *lock_type;
};
NEOERR *bay_make(struct db *db, const struct bay_plan *plan, int64_t *first) CHECKED;

/* What happened at a bay. camera: the camera that tells is enabled; false makes SEEN and LEFT
 * count for nothing. at: UNIX seconds by the teller's clock. */
struct bay_told {
	enum bay_event event;
	const char *plate;                   /* "": unread */
	enum plate_colour colour;
	int64_t at;
	bool camera;
	enum stay_end by;
};
/* Steps the machine and does what it says: stays, locks. *did: BAY_DO_ bits; *late: older than what
 * counted already, nothing was done. Joins the caller's tx. */
NEOERR *bay_tell(struct db *db, int64_t bay_id, const struct bay_told *t, unsigned *did,
	bool *late) CHECKED;

/* One command to what moves the lock, never repeated by itself. *problem: Text key, NULL: ordered.
 * In the caller's tx. */
NEOERR *bay_move_lock(struct db *db, int64_t bay_id, bool open, int64_t by,
	const char **problem) CHECKED;
/* The lock says where it is (up, down), moving or at fault; a fault opens the alarm of the bay's
 * connector, the next place closes it. */
NEOERR *bay_lock_told(struct db *db, int64_t bay_id, enum lock_state state) CHECKED;
/* The same from a pile's own lock; word: "up", "down" or "moving"; alarm: it says that it is
 * broken. No bay there: nothing. */
NEOERR *bay_lock_of_pile(struct db *db, int64_t pile_id, int number, const char *word,
	bool alarm) CHECKED;

/* A person read the plate of an event. Updates the stay of that car or lets it in now. */
NEOERR *bay_replate(struct db *db, int64_t event_id, const char *plate) CHECKED;

/* Now and then: charges and bookings that began or ended at bays, locks that did not move in time;
 * *told: how many. */
NEOERR *bay_sweep(struct db *db, int *told) CHECKED;

#endif

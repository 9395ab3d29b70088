/* bay_state.h - what a bay does when a car comes, charges or leaves: one pure state machine, drawn
 * in docs/bays.md (K3, K7, K8, R2, R5).
 * Owns nothing: no database, no clock. Serves bay.c and its proofs. */
#ifndef CHARGE_BAY_STATE_H
#define CHARGE_BAY_STATE_H

#include "charge/choice.h"

/* state: tbl/bay_state.h. down: the lock lets cars pass (always so where there is none). exempt:
 * the car that waits or stands there is whitelisted. charging: a charge runs at the bay's
 * connector. own: the booking's own car stands there; only while booked. */
struct bay_machine { enum bay_state state; bool booked, down, exempt, charging, own; };

enum bay_event {
	BAY_SEEN,                /* the camera sees a car at or in the bay */
	BAY_LEFT,                /* the camera sees it leave */
	BAY_LOCK_UP, BAY_LOCK_DOWN,
	BAY_KEPT, BAY_FREED,     /* a booking of the bay's connector began; it is over */
	BAY_CHARGE, BAY_CHARGED, /* a charge began at the connector; it is over */
	BAY_LISTED,              /* the plate of the car there was put on the white list */
	BAY_EVENTS
};
enum bay_plate { BAY_PLATE_UNREAD, BAY_PLATE_BLUE, BAY_PLATE_ENERGY };
enum bay_listed { BAY_LISTED_NOT, BAY_LISTED_ENABLED, BAY_LISTED_DISABLED };

/* What is known when the event happens. camera: the camera is enabled (K3). enabled: the bay is
 * (K1). fresh: the event is of now; a lock never moves for what was seen long ago. other: the plate
 * is another than that of the car in the machine. for_booking: the booking is this car's. */
struct bay_news {
	enum bay_event event;
	enum bay_plate plate;
	enum bay_listed listed;
	bool camera, enabled, fresh, has_lock, other, for_booking;
};

/* What is to be done, in this order. COUNT and UNCOUNT: occupancy minutes begin, stop to run. */
enum {
	BAY_DO_UNCOUNT = 1, BAY_DO_LEAVE = 2, BAY_DO_OPEN = 4, BAY_DO_CLOSE = 8, BAY_DO_ENTER = 16,
	BAY_DO_COUNT = 32, BAY_DO_REFUSE = 64,
	BAY_DO_USE = 128,        /* R2: the booking's car is in; the booking is occupying */
	BAY_DO_USED = 256        /* R2: it has left; the booking is done */
};

/* Moves the machine and says what is to be done. */
unsigned bay_step(struct bay_machine *m, const struct bay_news *n);
/* A car stands in the bay. */
bool bay_is_held(enum bay_state state);
/* K7, K8: may this car open the lock? The booking's own car and whitelisted ones may, other
 * new-energy cars where nobody has booked; blue plates may not. */
bool bay_admits(const struct bay_machine *m, const struct bay_news *n);
/* New-energy plates have eight characters; the camera's colour counts too. */
enum bay_plate bay_plate_of(const char *plate, enum plate_colour colour);

#endif

/* reservation_internal.h - what the reservation*.c files share: the locked row and its end.
 * Owns nothing. Serves those files alone. */
#ifndef CHARGE_RESERVATION_INTERNAL_H
#define CHARGE_RESERVATION_INTERNAL_H

#include "charge/reservation.h"

/* A reservation under FOR UPDATE. */
struct reservation_row {
	int64_t id, provider_id, station_id, pile_id, connector_id, member_id, version_id;
	int64_t fee, held_cash, held_gift, booked_at, expires_at, entered_at;
	bool by_bay, whitelisted, on_pile;
	enum reservation_state state;
	char no[RESERVATION_NO];
};

/* reservation.c */
NEOERR *reservation_lock(struct db *db, int64_t id, struct reservation_row *out) CHECKED;
bool reservation_is_open(const struct reservation_row *r);
/* Its end: state, fee kept or given back, in the caller's tx. */
struct reservation_ending {
	enum reservation_state state;
	enum reservation_end by;
	bool keep;
	int64_t at;                          /* of leaving, 0: nobody had entered */
	struct occupancy occupancy;
	const struct actor *who;             /* NULL: nobody */
	const char *why;                     /* may be NULL */
};
NEOERR *reservation_close(struct db *db, struct reservation_row *r,
	const struct reservation_ending *e) CHECKED;
/* "<what>:<no>" goes into key. */
#define RESERVATION_KEY 40
struct journal reservation_journal(const struct reservation_row *r, enum journal_kind kind,
	const char *what, char key[RESERVATION_KEY]);

/* A car is there: occupying from e->at on. */
NEOERR *reservation_enter(struct db *db, struct reservation_row *r, const struct bay_entry *e,
	bool by_bay) CHECKED;

/* reservation_bay.c: what a stay up to `at` costs; nothing where nobody saw the car enter. */
NEOERR *reservation_stay(struct db *db, const struct reservation_row *r, int64_t at,
	struct occupancy *out) CHECKED;

/* reservation_end.c: ends it if its last second has passed; otherwise nothing happens. */
NEOERR *reservation_run_out(struct db *db, int64_t id) CHECKED;

/* reservation_pile.c: a station that can keep a connector by itself is asked to, and asked no
 * longer to (OCPP ReserveNow, CancelReservation); others are not asked. */
NEOERR *reservation_tell_pile(struct db *db, const struct reservation_row *r,
	int number) CHECKED;
NEOERR *reservation_untell_pile(struct db *db, const struct reservation_row *r) CHECKED;

#endif

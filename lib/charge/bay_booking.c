/* bay_booking.c - a bay and the booking of its connector.
 * Owns bay_stay.reservation_id. Serves bay_booking.h. */
#include "charge/bay_booking.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/bay.h"
#include "charge/reservation.h"
#include "charge/session_occupancy.h"
#include "db/audit.h"

#define GATE_LATE 600                        /* seconds after leaving: a lock that moves later moves for another */

SQL(bay_name, "select name from bay where id = ?");
SQL(stay_booking, "update bay_stay set reservation_id = ? where id = ?");
SQL(bay_last_used,
	"select coalesce(reservation_id, 0) from bay_stay where bay_id = ? and left_at is not null and"
	" left_at >= ? order by id desc limit 1");

struct word { char *to; size_t room; };

static NEOERR *take_word(const struct row *r, void *ctx)
{
	const struct word *w = ctx;

	text_copy(w->to, w->room, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *bay_booking_of(struct db *db, int64_t connector_id, const char *plate,
	struct bay_booking *out)
{
	struct reservation_hold h = { .id = 0 };
	NEOERR *err = STATUS_OK;

	*out = (struct bay_booking){ .booked = false };
	if (connector_id)
		TRY(reservation_hold_of(db, connector_id, &h));
	if (!h.id)
		goto out;
	out->booked = true;
	out->any = !*h.plate;
	out->own = *h.plate && text_eq(h.plate, plate);
out:
	return nerr_pass(err);
}

NEOERR *bay_booking_use(struct db *db, const struct bay_visit *v)
{
	char name[121] = "";
	struct word w = { name, sizeof(name) };
	struct bay_entry e = { .connector_id = v->connector_id, .at = v->at, .plate = v->plate,
		.bay = name, .whitelisted = v->exempt };
	int64_t id = 0;
	NEOERR *err;

	TRY(db_get(db, &bay_name, ARGS(I64(v->bay_id)), take_word, &w));
	TRY(reservation_entered(db, &e, &id));
	if (id)
		TRY(db_exec(db, &stay_booking, ARGS(I64(id), I64(v->stay_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *bay_booking_left(struct db *db, const struct bay_visit *v, bool used)
{
	struct occupancy cost;
	int64_t id;
	NEOERR *err;

	TRY(session_occupancy_left(db, v->stay_id, v->at));
	if (used)
		TRY(reservation_left(db, v->connector_id, v->at, &id, &cost));
out:
	return nerr_pass(err);
}

NEOERR *bay_booking_gate(struct db *db, const struct bay_visit *v, bool opened)
{
	struct reservation_hold h = { .id = 0 };
	NEOERR *err;

	if (opened)
		TRY(reservation_hold_of(db, v->connector_id, &h));
	else
		TRY(db_i64(db, &bay_last_used, ARGS(I64(v->bay_id), TIME(v->at - GATE_LATE)), &h.id));
	if (h.id)
		TRY(reservation_gate(db, h.id, opened, v->at));
out:
	return nerr_pass(err);
}

/* ---- the booking's driver at the lock ---- */

SQL(lock_row_lock, "select id from bay where id = ? for update");
SQL(lock_of_booking,
	"select b.id, b.lock_state, b.state, b.status = 'enabled', r.state from reservation r join bay"
	" b on b.connector_id = r.connector_id and b.deleted = 0 where r.id = ? and r.member_id = ? and"
	" b.lock_type <> 'none' and (r.state = 'occupying' or (r.state = 'booked' and r.expires_at >="
	" ?))");

static NEOERR *take_lock(const struct row *r, void *ctx)
{
	struct bay_booking_lock *l = ctx;
	int state = choice_value(&lock_state_choices, row_str(r, 1));
	int bay = choice_value(&bay_state_choices, row_str(r, 2));

	l->bay_id = row_i64(r, 0);
	l->state = state < 0 ? LOCK_UNKNOWN : (enum lock_state)state;
	l->down = row_i64(r, 3) && l->state != LOCK_DOWN && l->state != LOCK_MOVING;
	l->up = l->state == LOCK_DOWN && text_eq(row_str(r, 4), "booked") && bay >= 0 &&
		!bay_is_held((enum bay_state)bay);
	return STATUS_OK;
}

NEOERR *bay_booking_lock_of(struct db *db, int64_t reservation_id, int64_t member_id,
	struct bay_booking_lock *out)
{
	bool found;

	*out = (struct bay_booking_lock){ .bay_id = 0 };
	return nerr_pass(db_find(db, &lock_of_booking,
		ARGS(I64(reservation_id), I64(member_id), TIME(clock_now())), take_lock, out, &found));
}

struct moving { const struct bay_booking_move *m; const struct actor *who; const char *problem; };

/* Read, locked and read again: whoever asks twice at once finds it moving. */
static NEOERR *move_tx(struct db *db, void *ctx)
{
	struct moving *v = ctx;
	const struct bay_booking_move *m = v->m;
	struct bay_booking_lock l;
	int64_t id;
	NEOERR *err;

	v->problem = NULL;
	TRY(bay_booking_lock_of(db, m->reservation_id, m->member_id, &l));
	if (l.bay_id) {
		TRY(db_i64(db, &lock_row_lock, ARGS(I64(l.bay_id)), &id));
		TRY(bay_booking_lock_of(db, m->reservation_id, m->member_id, &l));
	}
	if (!l.bay_id)
		v->problem = "driver.lock_none";
	else if (l.state == LOCK_MOVING)
		v->problem = "driver.lock_busy";
	else if (m->open ? !l.down : !l.up)
		v->problem = m->open ? "driver.lock_no_down" : "driver.lock_no_up";
	if (v->problem)
		goto out;
	TRY(bay_move_lock(db, l.bay_id, m->open, 0, &v->problem));
	if (!v->problem)
		TRY(audit_add(db, v->who, "bay", l.bay_id, m->open ? "open_lock" : "close_lock", NULL,
			NULL, NULL));
out:
	return nerr_pass(err);
}

NEOERR *bay_booking_lock_move(struct db *db, const struct bay_booking_move *m,
	const struct actor *who, const char **problem)
{
	struct moving v = { m, who, NULL };
	NEOERR *err = db_tx(db, move_tx, &v);

	*problem = v.problem;
	return nerr_pass(err);
}

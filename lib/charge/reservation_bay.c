/* reservation_bay.c - what cameras and bay locks saw of a reservation: entering, leaving, the
 * gate; and what the stay costs.
 * Owns nothing beyond the reservation's row. Serves reservation.h. */
#include "charge/reservation_internal.h"

#include "base/clock.h"
#include "charge/session_occupancy.h"
#include "charge/tariff.h"

#define CHARGES_MAX 32                       /* of one stay */

SQL(reservation_of_plate,
	"select id from reservation where open_connector_id = ? and (plate = '' or plate = ?) and"
	" (state = 'occupying' or expires_at >= ?)");
SQL(reservation_inside,
	"select id from reservation where open_connector_id = ? and state = 'occupying' and by_bay");
SQL(reservation_charges,
	"select started_at, coalesce(ended_at, ?) from session where reservation_id = ? and started_at"
	" is not null order by started_at limit 32");
SQL(reservation_billed,
	"select coalesce(sum(occupancy_fee), 0) from session where reservation_id = ?");
SQL(reservation_pile_charges, "select occupancy_charged from pile where id = ?");
SQL(reservation_opened,
	"update reservation set gate_opened_at = coalesce(gate_opened_at, ?) where id = ?");
SQL(reservation_shut, "update reservation set gate_closed_at = ? where id = ?");

struct entering { const struct bay_entry *e; int64_t id; };

static NEOERR *entered(struct db *db, void *ctx)
{
	struct entering *w = ctx;
	const struct bay_entry *e = w->e;
	struct reservation_row r;
	struct bay_entry seen;
	NEOERR *err;

	TRY(db_i64(db, &reservation_of_plate,
		ARGS(I64(e->connector_id), STR(e->plate ? e->plate : ""), TIME(e->at)), &w->id));
	if (!w->id)
		return STATUS_OK;
	TRY(reservation_lock(db, w->id, &r));
	if (!reservation_is_open(&r))
		w->id = 0;
	if (!w->id || r.by_bay)
		return STATUS_OK;
	seen = *e;
	if (seen.at < r.booked_at)                       /* it stood there when it was booked */
		seen.at = r.booked_at;
	TRY(reservation_enter(db, &r, &seen, true));
out:
	return nerr_pass(err);
}

NEOERR *reservation_entered(struct db *db, const struct bay_entry *e, int64_t *id)
{
	struct entering w = { e, 0 };
	NEOERR *err = db_tx(db, entered, &w);

	*id = err == STATUS_OK ? w.id : 0;
	return nerr_pass(err);
}

struct stay { struct span span[CHARGES_MAX]; int n; };

static NEOERR *take_charge(const struct row *r, void *ctx)
{
	struct stay *s = ctx;

	if (s->n < CHARGES_MAX)
		s->span[s->n++] = (struct span){ row_time(r, 0), row_time(r, 1) };
	return STATUS_OK;
}

/* P10: a pile that charges for occupancy, by the tariff of the booking. */
static NEOERR *find_rate(struct db *db, const struct reservation_row *r, struct occupancy_rate *out)
{
	int64_t charges = 0;
	struct tariff t;
	NEOERR *err;

	*out = (struct occupancy_rate){ .unit = 0, .cap = -1 };
	TRY(db_i64(db, &reservation_pile_charges, ARGS(I64(r->pile_id)), &charges));
	if (!charges)
		return STATUS_OK;
	TRY(tariff_version_get(db, r->version_id, &t));
	*out = (struct occupancy_rate){ t.occupancy.free_minutes, t.occupancy.unit_minutes,
		t.occupancy.price, t.occupancy.cap };
out:
	return nerr_pass(err);
}

NEOERR *reservation_stay(struct db *db, const struct reservation_row *r, int64_t at,
	struct occupancy *out)
{
	struct occupancy_rate rate;
	struct stay stay = { .n = 0 };
	int64_t billed = 0;
	NEOERR *err;

	*out = (struct occupancy){ 0, 0 };
	if (!r->by_bay)
		return STATUS_OK;
	TRY(find_rate(db, r, &rate));
	TRY(db_query(db, &reservation_charges, ARGS(TIME(at), I64(r->id)), take_charge, &stay));
	*out = occupancy_of_bay(&rate, (struct span){ r->entered_at, at }, stay.span, stay.n,
		r->whitelisted);
	TRY(session_occupancy_booking_over(db, r->id, at));
	TRY(db_money(db, &reservation_billed, ARGS(I64(r->id)), &billed));
	out->fee = out->fee > billed ? out->fee - billed : 0;
out:
	return nerr_pass(err);
}

struct leaving { int64_t connector_id, at, id; struct occupancy occupancy; };

static NEOERR *left(struct db *db, void *ctx)
{
	struct leaving *l = ctx;
	struct reservation_ending e = { .state = RESERVATION_DONE,
		.by = RESERVATION_BY_LEFT,
		.keep = true,
		.at = l->at };
	struct reservation_row r;
	NEOERR *err;

	TRY(db_i64(db, &reservation_inside, ARGS(I64(l->connector_id)), &l->id));
	if (!l->id)
		return STATUS_OK;
	TRY(reservation_lock(db, l->id, &r));
	if (!reservation_is_open(&r)) {
		l->id = 0;
		return STATUS_OK;
	}
	TRY(reservation_stay(db, &r, l->at, &e.occupancy));
	TRY(reservation_close(db, &r, &e));
	l->occupancy = e.occupancy;
out:
	return nerr_pass(err);
}

NEOERR *reservation_left(struct db *db, int64_t connector_id, int64_t at, int64_t *id,
	struct occupancy *out)
{
	struct leaving l = { .connector_id = connector_id, .at = at };
	NEOERR *err = db_tx(db, left, &l);

	*id = err == STATUS_OK ? l.id : 0;
	*out = l.occupancy;
	return nerr_pass(err);
}

NEOERR *reservation_gate(struct db *db, int64_t id, bool opened, int64_t at)
{
	return nerr_pass(db_exec(db, opened ? &reservation_opened : &reservation_shut,
		ARGS(TIME(at), I64(id)), NULL));
}

/* session_vin.c - the VIN that a pile reads from the car while it charges: kept with the charge; a
 * car that is not the paying fleet's is stopped, and one that is not the price's fleet's is charged
 * for at the station's price (V3, Z2).
 * Owns the columns vin, vehicle_id and price_* of session. Serves session.h. */
#include "charge/session_internal.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/vehicle.h"

#include <stdlib.h>

SQL(session_vin_write,
	"update session set vin = ?, vehicle_id = coalesce(?, vehicle_id), updated_at = ? where id = ?"
	" and vin <> ?");
SQL(session_vin_known, "select vin, coalesce(vehicle_id, 0) from session where id = ?");
SQL(vehicle_seen, "update vehicle set seen_at = ? where id = ?");
SQL(session_price_gone,
	"update session set price_fleet_id = null, price_energy = null, price_service = null,"
	" energy_fee = ?, service_fee = ?, amount = ?, updated_at = ? where id = ?");

struct vin_reading { const char *no, *vin; };
struct known { char vin[VIN_CHARS + 1]; int64_t vehicle_id; };

static NEOERR *take_known(const struct row *r, void *ctx)
{
	struct known *k = ctx;

	text_copy(k->vin, sizeof(k->vin), row_str(r, 0));
	k->vehicle_id = row_i64(r, 1);
	return STATUS_OK;
}

/* What was charged so far costs the station's price, too: the running fee is made anew. */
static NEOERR *lose_price(struct db *db, struct session_row *s, const char *vin)
{
	struct closing *c = calloc(1, sizeof(*c));
	struct arena arena;
	NEOERR *err;

	if (!c)
		error_die("out of memory");
	arena_init(&arena);
	c->session = s;
	s->price = (struct discount){ 0 };
	s->price_fleet_id = 0;
	TRY(session_tariff(db, s, &c->tariff));
	TRY(session_rate_reported(db, &arena, c));
	s->energy_fee = c->bill.energy_fee;
	s->service_fee = c->bill.service_fee;
	s->amount = c->bill.amount;
	TRY(db_exec(db, &session_price_gone,
		ARGS(MONEY(s->energy_fee), MONEY(s->service_fee), MONEY(s->amount), TIME(clock_now()),
			I64(s->id)),
		NULL));
	TRY(session_event(db, s->id, "price_lost", vin, ""));
out:
	arena_clear(&arena);
	free(c);
	return nerr_pass(err);
}

/* Whose rule the car is judged by: the fleet that pays, else the one whose price it is. */
static NEOERR *judge_car(struct db *db, struct session_row *s, const struct vehicle_verdict *v,
	bool by_hand, const char *vin)
{
	bool ours = s->plan_id ? v->by_vin : vehicle_may_go_on(v, by_hand);
	NEOERR *err = STATUS_OK;

	if (ours)
		return STATUS_OK;
	if (s->price_fleet_id && v->check == VEHICLE_CHECK_PLAN)
		TRY(lose_price(db, s, vin));
	if (s->pay == PAY_FLEET && session_may(s->state, SESSION_STOPPING)) {
		TRY(session_event(db, s->id, "stranger", vin, ""));
		TRY(session_ask_stop(db, s, STOP_STRANGER, ""));
	}
out:
	return nerr_pass(err);
}

static NEOERR *read_vin(struct db *db, void *ctx)
{
	const struct vin_reading *in = ctx;
	struct vehicle_verdict v;
	struct session_row s;
	struct known known;
	int64_t now = clock_now(), fleet;
	bool found;
	NEOERR *err;

	TRY(session_lock_no(db, in->no, &s, &found));
	if (!found || session_is_over(s.state))
		return STATUS_OK;
	TRY(db_get(db, &session_vin_known, ARGS(I64(s.id)), take_known, &known));
	if (text_eq(known.vin, in->vin))
		return STATUS_OK;
	fleet = s.fleet_id ? s.fleet_id : s.price_fleet_id;
	memset(&v, 0, sizeof(v));
	if (fleet)
		TRY(vehicle_judge(db, fleet, NULL, in->vin, &v));
	TRY(db_exec(db, &session_vin_write,
		ARGS(STR(in->vin), IDREF(v.vehicle_id), TIME(now), I64(s.id), STR(in->vin)), NULL));
	if (v.vehicle_id)
		TRY(db_exec(db, &vehicle_seen, ARGS(TIME(now), I64(v.vehicle_id)), NULL));
	if (fleet)
		TRY(judge_car(db, &s, &v, known.vehicle_id != 0, in->vin));
out:
	return nerr_pass(err);
}

NEOERR *session_vin(struct db *db, const char *no, const char *vin)
{
	struct vin_reading in = { no, vin };

	if (!vin_is(vin))
		return STATUS_OK;
	return nerr_pass(db_tx(db, read_vin, &in));
}

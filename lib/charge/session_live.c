/* session_live.c - what a device says while it charges: the start's answer, reports, silence.
 * Owns table session_sample and the live columns of session. Serves session.h. */
#include "charge/session_internal.h"
#include "charge/station.h"

#include "base/clock.h"
#include "charge/agreement.h"
#include "charge/event.h"
#include "charge/exchange.h"
#include "charge/fleet.h"
#include "charge/parking_push.h"
#include "charge/live.h"
#include "charge/session_occupancy.h"
#include "charge/tariff.h"

#include <stdlib.h>

#define KNOWN_TARIFFS 64

SQL(session_accepted, "update session set seen_at = ?, updated_at = ? where id = ?");
SQL(session_report,
	"update session set state = ?, started_at = coalesce(started_at, ?), seen_at = ?, energy = ?,"
	" energy_fee = ?,"
	" service_fee = ?, amount = ?, device_amount = ?, power = ?, soc = ?, soc_start ="
	" coalesce(soc_start, ?), updated_at = ? where id = ?");
#define NO_LIMIT "101"
SQL(session_soc_limit,
	"select least(coalesce(t.soc_limit, " NO_LIMIT "), coalesce(f.soc_limit, " NO_LIMIT "),"
	" coalesce((select min(v.soc_limit) from vehicle v where v.member_id = s.member_id and"
	" v.deleted = 0 and (v.plate = s.plate or v.vin = s.vin)), " NO_LIMIT ")) from session s join"
	" station t on t.id = s.station_id left join fleet f on f.id = s.fleet_id where s.id = ?");
SQL(session_sample_insert,
	"insert ignore into session_sample (session_id, at, energy, power, voltage, current, soc,"
	" connector_temperature, battery_temperature) values (?, ?, ?, ?, ? / 10, ? / 10, ?, ?, ?)");
SQL(session_of_pile,
	"select s.id from connector c join session s on s.connector_id = c.id and s.state in"
	" ('starting', 'charging')"
	" where c.pile_id = ?");

SQL(session_battery_put,
	"insert into session_battery (session_id, kind, first_at, last_at, words)"
	" select id, ?, ?, ?, ? from session where no = ?"
	" on duplicate key update last_at = values(last_at), words = values(words), times = times + 1");

struct answer { const char *no; bool accepted; int device_reason; };

static NEOERR *lock_known(struct db *db, const char *no, struct session_row *s)
{
	bool found;
	NEOERR *err = session_lock_no(db, no, s, &found);

	if (err == STATUS_OK && !found)
		err = nerr_raise(ERR_NOT_FOUND, "no session %s", no);
	return nerr_pass(err);
}

static NEOERR *answer(struct db *db, void *ctx)
{
	const struct answer *a = ctx;
	struct session_row s;
	char reason[24];
	int64_t now = clock_now();
	NEOERR *err;

	TRY(lock_known(db, a->no, &s));
	snprintf(reason, sizeof(reason), "%d", a->device_reason);
	if (a->accepted && session_is_over(s.state)) {
		/* we gave it up already: it must not charge (云快充 section 8) */
		TRY(session_insist_stop(db, &s));
	} else if (s.state != SESSION_STARTING) {
		return STATUS_OK;
	} else if (a->accepted) {
		TRY(session_event(db, s.id, "start_accepted", "", ""));
		TRY(db_exec(db, &session_accepted, ARGS(TIME(now), TIME(now), I64(s.id)), NULL));
	} else if (a->device_reason == START_WAITS_FOR_PLUG) {
		TRY(session_event(db, s.id, "plug_awaited", "", ""));
	} else {
		TRY(session_fail(db, &s, STOP_START_FAILED, a->device_reason, reason));
	}
out:
	return nerr_pass(err);
}

NEOERR *session_start_answer(struct db *db, const char *no, bool accepted, int device_reason)
{
	struct answer a = { no, accepted, device_reason };

	return nerr_pass(db_tx(db, answer, &a));
}

/* A version never changes, so what a writer has read once stays true; reports come every 15 s a
 * session. */
static NEOERR *known_tariff(struct db *db, int64_t version_id, const struct tariff **out)
{
	static struct tariff known[KNOWN_TARIFFS];
	struct tariff *t = &known[version_id % KNOWN_TARIFFS];
	NEOERR *err = STATUS_OK;

	if (t->version_id != version_id) {
		err = tariff_version_get(db, version_id, t);
		if (err != STATUS_OK)
			t->version_id = 0;
	}
	*out = t;
	return nerr_pass(err);
}

NEOERR *session_tariff(struct db *db, const struct session_row *s, const struct tariff **out)
{
	static struct tariff agreed, least;
	bool changed = false;
	NEOERR *err;

	TRY(known_tariff(db, s->version_id, out));
	if (s->least_service) {
		least = **out;
		tariff_least_service(&least);
		*out = &least;
	}
	if (s->pay == PAY_NONE)                          /* I2: a guest is billed at agreed prices */
		TRY(agreement_guest_tariff(db, s->id, *out, &agreed, &changed));
	if (changed)
		*out = &agreed;
out:
	return nerr_pass(err);
}

/* The lines' fees, at the fleet's percents, go to the session's; *step is what a step begun costs
 * beside them: it is asked for once, at the end. */
static NEOERR *add_lines(struct session_row *s, const struct bill *b, int64_t *step)
{
	NEOERR *err = STATUS_OK;

	*step = 0;
	for (int i = 0; i < b->n; i++) {
		const struct bill_line *l = &b->line[i];
		int64_t energy = l->energy_fee, service = l->service_fee;

		TRY(rating_take_off(&s->price, &energy, &service));
		if (l->kind == BILL_STEP)
			*step += energy + service;
		else if (l->kind != BILL_ROUNDING) {
			s->energy_fee += energy;
			s->service_fee += service;
		}
	}
out:
	return nerr_pass(err);
}

/* An e-bike's time goes on without energy; free minutes are judged on the whole charge (P20). */
static NEOERR *add_bike_fee(const struct tariff *t, struct session_row *s,
	const struct session_progress *p)
{
	int64_t from = s->seen_at ? s->seen_at : s->started_at;
	int64_t energy = p->energy > s->energy ? p->energy - s->energy : 0;
	struct usage_segment segment = { from, p->at, energy, (int)p->power_w };
	struct usage usage = { .started = from, .ended = p->at, .energy = energy,
		.origin = s->started_at, .before = s->energy, .n = 1, .segment = &segment };
	struct tariff *paid;
	struct bill *bill;
	int64_t step;
	NEOERR *err = STATUS_OK;

	if (from >= p->at && energy == 0)
		return STATUS_OK;
	paid = malloc(sizeof *paid + sizeof *bill);
	if (!paid)
		error_die("out of memory");
	*paid = *t;
	paid->bike.free_minutes = 0;
	bill = (struct bill *)(paid + 1);
	if (segment.to == from)
		usage.ended = segment.to = from + 1;
	TRY(rating_rate(paid, &usage, NULL, bill));
	TRY(add_lines(s, bill, &step));
	s->energy += energy;
	s->amount = p->at - s->started_at <= (int64_t)t->bike.free_minutes * 60
		? 0 : s->energy_fee + s->service_fee + step;
out:
	free(paid);
	return nerr_pass(err);
}

/* The energy since the last report at the prices of that time, added to the running fee: rating a
 * whole night's curve every 15 s would give the same but for the last digits. Not rounded to
 * fen; the bill is made anew from the samples at the end. */
static NEOERR *add_fee(const struct tariff *t, struct session_row *s,
	const struct session_progress *p)
{
	int64_t from = s->seen_at && s->seen_at < p->at ? s->seen_at : p->at - 1;
	struct usage_segment segment = { .from = from, .to = p->at, .energy = p->energy - s->energy };
	struct usage usage = { .started = from,
		.ended = p->at,
		.energy = segment.energy,
		.origin = s->started_at,
		.before = s->energy,
		.n = 1,
		.segment = &segment };
	struct bill bill;
	int64_t step;
	NEOERR *err;

	if (tariff_is_bike(t))
		return nerr_pass(add_bike_fee(t, s, p));
	if (segment.energy <= 0)
		return STATUS_OK;
	TRY(rating_rate(t, &usage, NULL, &bill));
	TRY(add_lines(s, &bill, &step));
	s->energy = p->energy;
	s->amount = s->energy_fee + s->service_fee + step;
out:
	return nerr_pass(err);
}

static bool limit_reached(const struct session_row *s, const struct tariff *t, int64_t at)
{
	if (tariff_is_bike(t) && s->started_at &&            /* P19 */
		at - s->started_at >= (int64_t)t->bike.stop_minutes * 60)
		return true;
	switch (s->limit_kind) {
	case LIMIT_AMOUNT:
		return s->amount >= s->limit_value;
	case LIMIT_ENERGY:
		return s->energy >= s->limit_value;
	case LIMIT_TIME:
		return s->started_at && at - s->started_at >= s->limit_value;
	case LIMIT_FULL:
		break;
	}
	return false;
}

/* P22; who asked for an amount gets the whole of it. */
static bool balance_low(const struct session_row *s, const struct tariff *t, int64_t stop_below)
{
	return s->limit_kind != LIMIT_AMOUNT && s->pay != PAY_NONE && !tariff_is_free(t) &&
		s->prepaid - s->amount < stop_below;
}

/* S10, M19, V2: the least limit of a vehicle's state of charge, of the station, the fleet that pays
 * and the member's own vehicle; not asked below what a limit may be. */
static NEOERR *soc_reached(struct db *db, const struct session_row *s, int soc, bool *reached)
{
	int64_t limit = 0;
	NEOERR *err = STATUS_OK;

	if (soc >= STATION_SOC_MIN)
		err = db_i64(db, &session_soc_limit, ARGS(I64(s->id)), &limit);
	*reached = limit > 0 && soc >= limit;
	return nerr_pass(err);
}

/* M21: what the member may spend of the fleet's wallet; stops while the device's own end still fits
 * into it, as P22 does. */
static NEOERR *fleet_used_up(struct db *db, const struct session_row *s, int64_t stop_below,
	bool *used_up)
{
	struct fleet_right right;
	int64_t left;
	NEOERR *err = STATUS_OK;

	*used_up = false;
	if (s->pay != PAY_FLEET || s->plan_id)
		return STATUS_OK;
	TRY(fleet_right(db, s->fleet_id, s->member_id, s->id, &right));
	left = fleet_right_left(&right);
	*used_up = right.found && left != INT64_MAX && left - s->amount < stop_below;
out:
	return nerr_pass(err);
}

static NEOERR *check_limits(struct db *db, struct session_row *s, const struct tariff *t,
	const struct session_progress *p)
{
	static const enum stop_reason ends[] = { [IDLE_ASLEEP] = STOP_ASLEEP, [IDLE_FULL] = STOP_FULL,
		[IDLE_LOW] = STOP_LOW };
	const struct session_settings *set;
	enum idle_end idle;
	bool full = false, used_up = false;
	NEOERR *err;

	TRY(session_settings(db, &set));
	TRY(soc_reached(db, s, p->soc, &full));
	TRY(session_idle(db, s, p, &idle));
	TRY(fleet_used_up(db, s, s->limit_kind == LIMIT_AMOUNT ? 0 : set->stop_below, &used_up));
	if (s->state == SESSION_STOPPING)
		TRY(session_insist_stop(db, s));
	else if (full || used_up || limit_reached(s, t, p->at))
		TRY(session_ask_stop(db, s, STOP_LIMIT, ""));
	else if (balance_low(s, t, set->stop_below))
		TRY(session_ask_stop(db, s, STOP_BALANCE, ""));
	else if (idle != IDLE_GOES_ON)
		TRY(session_ask_stop(db, s, ends[idle], ""));
out:
	return nerr_pass(err);
}

static struct arg known_int(int v)
{
	return v < 0 ? NULLARG : I64(v);
}

static struct arg known_degrees(int v)
{
	return v == TEMPERATURE_NONE ? NULLARG : I64(v);
}

static NEOERR *write_report(struct db *db, const struct session_row *s,
	const struct session_progress *p)
{
	char power[FIXED_TEXT];
	NEOERR *err;

	fixed_format(p->power_w, 3, 3, power);
	TRY(db_exec(db, &session_report,
		ARGS(STR(choice_name(&session_state_choices, s->state)), TIME(s->started_at), TIME(p->at),
			ENERGY(s->energy), MONEY(s->energy_fee), MONEY(s->service_fee), MONEY(s->amount),
			p->device_amount < 0 ? NULLARG : MONEY(p->device_amount), STR(power), known_int(p->soc),
			known_int(p->soc), TIME(clock_now()), I64(s->id)),
		NULL));
	if (p->at / 60 != s->seen_at / 60)               /* W7: a point a minute */
		TRY(db_exec(db, &session_sample_insert,
			ARGS(I64(s->id), TIME(p->at), ENERGY(p->energy), STR(power), I64(p->voltage_dv),
				I64(p->current_da), known_int(p->soc), known_degrees(p->connector_temperature),
				known_degrees(p->battery_temperature)),
			NULL));
out:
	return nerr_pass(err);
}

static NEOERR *enter_charging(struct db *db, struct session_row *s, int64_t at)
{
	const char *kind = s->state == SESSION_SUSPENDED ? "resumed" : "charging";
	NEOERR *err = STATUS_OK;

	if (s->state != SESSION_STARTING && s->state != SESSION_SUSPENDED)
		return STATUS_OK;
	if (!s->started_at) {
		s->started_at = at;
		TRY(session_occupancy_next(db, s->connector_id, at));
	}
	s->state = SESSION_CHARGING;                     /* written with the report */
	TRY(session_event(db, s->id, kind, "", ""));
out:
	return nerr_pass(err);
}

static NEOERR *progress(struct db *db, void *ctx)
{
	const struct session_progress *p = ctx;
	const struct tariff *tariff;
	struct session_row s;
	bool begins;
	NEOERR *err;

	TRY(lock_known(db, p->no, &s));
	if (session_is_over(s.state)) {
		TRY(session_insist_stop(db, &s));
		return STATUS_OK;
	}
	if (p->at < s.seen_at || p->energy < 0)
		return STATUS_OK;                        /* late: a newer one was here already */
	TRY(session_tariff(db, &s, &tariff));
	begins = s.started_at == 0;
	TRY(enter_charging(db, &s, p->at));
	TRY(add_fee(tariff, &s, p));
	TRY(write_report(db, &s, p));
	if (begins) {
		TRY(event_session(db, s.provider_id, s.id, EVENT_SESSION_STARTED));
		TRY(parking_push_session(db, s.id, false));
	}
	if (s.pay == PAY_NONE)
		TRY(exchange_session_moved(db, s.id, begins ? EXCHANGE_STARTED : EXCHANGE_PROGRESS));
	TRY(check_limits(db, &s, tariff, p));
out:
	return nerr_pass(err);
}

NEOERR *session_progress(struct db *db, const struct session_progress *p)
{
	return nerr_pass(db_tx(db, progress, (void *)(uintptr_t)p));
}

NEOERR *session_battery(struct db *db, const char *no, const char *kind, const char *words,
	int64_t at)
{
	return nerr_pass(db_exec(db, &session_battery_put,
		ARGS(STR(kind), TIME(at), TIME(at), STR(words), STR(no)), NULL));
}

#define PILE_SESSIONS 64
struct silence { int64_t pile_id; const char *why; int n; int64_t id[PILE_SESSIONS]; };

static NEOERR *take_session(const struct row *r, void *ctx)
{
	struct silence *q = ctx;

	if (q->n < PILE_SESSIONS)
		q->id[q->n++] = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *suspend(struct db *db, void *ctx)
{
	struct silence *q = ctx;
	struct session_row s;
	NEOERR *err;

	q->n = 0;
	TRY(db_query(db, &session_of_pile, ARGS(I64(q->pile_id)), take_session, q));
	for (int i = 0; i < q->n; i++) {
		TRY(session_lock(db, q->id[i], &s));
		if (s.state != SESSION_STARTING && s.state != SESSION_CHARGING)
			continue;
		TRY(session_set_state(db, &s, SESSION_SUSPENDED));
		TRY(session_event(db, s.id, "suspended", q->why, ""));
	}
out:
	return nerr_pass(err);
}

NEOERR *session_suspend_pile(struct db *db, int64_t pile_id, const char *why)
{
	struct silence q = { .pile_id = pile_id, .why = why };

	return nerr_pass(db_tx(db, suspend, &q));
}

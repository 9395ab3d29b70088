/* session_close.c - the end of a session: figures -> usage -> bill -> CDR, ledger, final state; or
 * a failed start's release.
 * Owns the final columns of session and table session_anomaly. Serves settlement, hand endings,
 * time-outs. */
#include "charge/session_internal.h"

#include "base/clock.h"
#include "charge/agreement.h"
#include "charge/event.h"
#include "charge/exchange.h"
#include "charge/parking_push.h"
#include "charge/payment.h"
#include "charge/reservation.h"
#include "charge/session_occupancy.h"
#include "charge/split.h"

#define LONGEST (31 * DAY_SECONDS)           /* no usage is built over more: 1 488 half hours */

SQL(session_samples,
	"select at, energy, power from session_sample where session_id = ? and at >= ? and at <= ?"
	" order by at");
/* A mark that a person set while it ran stays (O13). */
SQL(session_finished,
	"update session set state = 'finished', anomaly = if(?, 'pending', anomaly), stop_reason = ?,"
	" device_reason = ?, vin = if(? = '', vin, ?),"
	" started_at = ?, ended_at = ?, settled_at = ?, seconds = ?, meter_start = ?, meter_end = ?,"
	" energy = ?, energy_fee = ?,"
	" service_fee = ?, discount = ?, amount = ?, device_amount = ?, power = null, updated_at = ?,"
	" version = version + 1 where id = ?");
SQL(session_failed,
	"update session set state = 'failed', stop_reason = ?, device_reason = ?, ended_at = ?,"
	" settled_at = ?,"
	" energy_fee = 0, service_fee = 0, amount = 0, power = null, updated_at = ?, version ="
	" version + 1 where id = ?");

static const struct bulk anomaly_insert = {
	"insert ignore into session_anomaly (session_id, rule, detail, created_at) values",
	"(?, ?, ?, ?)", "", 4
};

struct samples { struct reading *reading; int n, room; };

static NEOERR *take_sample(const struct row *r, void *ctx)
{
	struct samples *s = ctx;

	int64_t watt = 0;

	if (s->n >= s->room)
		return STATUS_OK;
	if (r->value[2])
		(void)fixed_parse(r->value[2], 3, &watt);
	s->reading[s->n++] = (struct reading){ .at = row_time(r, 0), .energy = row_energy(r, 1),
		.watt = (int)watt };
	return STATUS_OK;
}

NEOERR *session_rate(struct db *db, struct arena *arena, struct closing *c, int64_t started,
	int64_t ended, int64_t energy, const int64_t *type_energy)
{
	int64_t from = ended - started > LONGEST ? ended - LONGEST : started;
	struct samples s = { .room = (int)((ended - from) / 60 + 3) };
	bool bike = tariff_is_bike(c->tariff);
	int room = bike ? s.room + 1 : (int)((ended - from) / 1800 + 3);
	struct usage_segment *segments = arena_alloc(arena, (size_t)room * sizeof(*segments));
	NEOERR *err;

	s.reading = arena_alloc(arena, (size_t)s.room * sizeof(*s.reading));
	TRY(db_query(db, &session_samples, ARGS(I64(c->session->id), TIME(from), TIME(ended)),
		take_sample, &s));
	TRY(bike ? usage_by_power(from, ended, energy, s.reading, s.n, segments, room, &c->usage)
			 : usage_build(c->tariff, from, ended, energy, s.reading, s.n, type_energy, segments,
				   room, &c->usage, &c->used_types));
	c->discount.percent_energy_fee = c->session->price.percent_energy_fee;
	c->discount.percent_service_fee = c->session->price.percent_service_fee;
	TRY(rating_rate(c->tariff, &c->usage, &c->discount, &c->bill));
out:
	return nerr_pass(err);
}

NEOERR *session_rate_reported(struct db *db, struct arena *arena, struct closing *c)
{
	const struct session_row *s = c->session;
	int64_t started = s->started_at ? s->started_at : s->requested_at;
	int64_t ended = s->seen_at > started ? s->seen_at : started;

	return nerr_pass(session_rate(db, arena, c, started, ended, s->energy, NULL));
}

static NEOERR *write_anomalies(struct db *db, const struct closing *c)
{
	struct arg args[ANOMALY_RULES * 4], *a = args;
	char rule[ANOMALY_RULES][2];

	if (!c->anomalies || c->anomalies->n == 0)
		return STATUS_OK;
	for (int i = 0; i < c->anomalies->n; i++) {
		rule[i][0] = c->anomalies->hit[i].rule;
		rule[i][1] = '\0';
		*a++ = I64(c->session->id);
		*a++ = STR(rule[i]);
		*a++ = STR(c->anomalies->hit[i].detail);
		*a++ = TIME(clock_now());
	}
	return nerr_pass(db_bulk(db, &anomaly_insert, args, c->anomalies->n, NULL));
}

static struct arg energy_or_null(int64_t v)
{
	return v < 0 ? NULLARG : ENERGY(v);
}

static NEOERR *write_session(struct db *db, const struct closing *c)
{
	const struct session_row *s = c->session;
	const struct bill *b = &c->bill;
	const char *vin = c->vin ? c->vin : "";
	bool suspicious = c->anomalies && c->anomalies->n;
	int64_t now = clock_now();

	return nerr_pass(db_exec(db, &session_finished,
		ARGS(I64(suspicious), STR(choice_name(&stop_reason_choices, c->reason)),
			c->device_reason < 0 ? NULLARG : I64(c->device_reason), STR(vin), STR(vin),
			TIME(c->usage.started), TIME(c->usage.ended), TIME(now),
			I64(c->usage.ended - c->usage.started), energy_or_null(c->meter_start),
			energy_or_null(c->meter_end), ENERGY(b->energy), MONEY(b->energy_fee),
			MONEY(b->service_fee), MONEY(b->discount), MONEY(b->amount),
			c->device_amount == -1 ? NULLARG : MONEY(c->device_amount), TIME(now), I64(s->id)),
		NULL));
}

/* Last in the transaction: the provider's income accounts are everybody's, their locks should be
 * short. */
static NEOERR *capture(struct db *db, const struct session_row *s, const struct bill *b)
{
	char key[SESSION_KEY];
	struct journal j = session_journal(s, JOURNAL_CHARGE, "charge", key);
	int64_t cash, gift;

	if (j.purse.id == 0)
		return STATUS_OK;
	return nerr_pass(purse_capture(db, &j, b->energy_fee, b->service_fee, &cash, &gift));
}

static void describe(const struct closing *c, char *out, size_t room)
{
	char energy[FIXED_TEXT], amount[FIXED_TEXT];

	snprintf(out, room, "%s: %s kWh, %s; %s", c->source, energy_text(c->bill.energy, energy),
		fixed_format(c->bill.amount, MONEY_SCALE, 2, amount), c->why ? c->why : "");
}

NEOERR *session_finish(struct db *db, struct closing *c)
{
	struct session_row *s = c->session;
	char detail[400];
	NEOERR *err;

	if (!session_may(s->state, SESSION_FINISHED))
		return nerr_raise(ERR_STALE, "session %s is over already", s->no);
	TRY(cdr_write(db, c, 1));
	TRY(write_anomalies(db, c));
	describe(c, detail, sizeof(detail));
	TRY(session_event(db, s->id, "finished", detail, c->actor));
	TRY(session_leave_connector(db, s));
	TRY(write_session(db, c));
	TRY(agreement_share(db, s->id, &c->usage, false));
	if (s->reservation_id)
		TRY(reservation_charge_over(db, s->reservation_id, c->usage.ended, true));
	TRY(capture(db, s, &c->bill));
	TRY(session_occupancy_begin(db, s, c->tariff, c->usage.ended));
	TRY(split_session(db, s->id, ""));
	TRY(payment_session_over(db, s->id));
	TRY(event_session(db, s->provider_id, s->id, EVENT_SESSION_SETTLED));
	TRY(parking_push_session(db, s->id, true));
	if (s->pay == PAY_NONE)
		TRY(exchange_session_moved(db, s->id, EXCHANGE_ENDED));
	s->state = SESSION_FINISHED;
out:
	return nerr_pass(err);
}

NEOERR *session_fail(struct db *db, struct session_row *s, enum stop_reason reason,
	int device_reason, const char *detail)
{
	char key[SESSION_KEY];
	struct journal j = session_journal(s, JOURNAL_RELEASE, "release", key);
	int64_t now = clock_now(), cash, gift;
	NEOERR *err;

	if (!session_may(s->state, SESSION_FAILED))
		return nerr_raise(ERR_STALE, "session %s is over already", s->no);
	TRY(session_event(db, s->id, "failed", detail, ""));
	TRY(session_leave_connector(db, s));
	TRY(db_exec(db, &session_failed,
		ARGS(STR(choice_name(&stop_reason_choices, reason)),
			device_reason < 0 ? NULLARG : I64(device_reason), TIME(now), TIME(now), TIME(now),
			I64(s->id)),
		NULL));
	if (s->reservation_id)
		TRY(reservation_charge_over(db, s->reservation_id, now, false));
	if (j.purse.id)
		TRY(purse_capture(db, &j, 0, 0, &cash, &gift));
	TRY(payment_session_over(db, s->id));
	if (s->pay == PAY_NONE)
		TRY(exchange_session_moved(db, s->id, EXCHANGE_FAILED));
	s->state = SESSION_FAILED;
out:
	return nerr_pass(err);
}

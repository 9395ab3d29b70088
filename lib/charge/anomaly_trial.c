/* anomaly_trial.c - the rules themselves (anomaly.c) over stored charges, once with each limits.
 * Owns nothing. Serves anomaly_trial.h. */
#include "charge/anomaly_trial.h"

#include "base/clock.h"
#include "charge/session_internal.h"

SQL(trial_sessions,
	"select t.settled_at, t.started_at, t.ended_at, t.energy, t.meter_start, t.meter_end,"
	" t.device_amount, t.amount + t.discount, t.soc_start, t.soc, (select"
	" group_concat(y.rule separator '') from session_anomaly y where y.session_id ="
	" t.id) from (select id from session where"
	" requested_at >= ? and settled_at is not null order by requested_at desc limit 200000) x"
	" join session t on t.id = x.id where t.started_at is not null and t.ended_at is not null");

struct trying { const struct anomaly_limits *now, *wanted; struct anomaly_trial *out; };

static bool given(const struct row *r, int i)
{
	return *row_str(r, i) != '\0';
}

/* Energy by price types is not stored with the charge, nor what was seen while it ran: a, m and n
 * are as they were. */
static void read_facts(const struct row *r, struct session_facts *f)
{
	*f = (struct session_facts){ .now = row_time(r, 0), .started = row_time(r, 1),
		.ended = row_time(r, 2), .energy = row_energy(r, 3),
		.meter_start = given(r, 4) ? row_energy(r, 4) : -1,
		.meter_end = given(r, 5) ? row_energy(r, 5) : -1,
		.device_amount = given(r, 6) ? row_money(r, 6) : -1, .amount = row_money(r, 7),
		.soc_start = given(r, 8) ? (int)row_i64(r, 8) : -1,
		.soc = given(r, 9) ? (int)row_i64(r, 9) : -1, .platform_times = true };
}

static unsigned hits(const struct session_facts *f, const struct anomaly_limits *l)
{
	struct anomalies a;
	unsigned out = 0;

	anomaly_judge(f, l, &a);
	for (int i = 0; i < a.n; i++)
		out |= 1u << (a.hit[i].rule - 'a');
	return out;
}

static NEOERR *take_session(const struct row *r, void *ctx)
{
	const struct trying *t = ctx;
	struct session_facts f;
	unsigned now, wanted, written = 0;

	for (const char *p = row_str(r, 10); *p >= 'a' && *p < 'a' + ANOMALY_RULES; p++)
		written |= 1u << (*p - 'a');
	read_facts(r, &f);
	now = hits(&f, t->now);
	wanted = hits(&f, t->wanted);
	t->out->sessions++;
	t->out->otherwise += now != wanted;
	for (int i = 0; i < ANOMALY_RULES; i++) {
		t->out->rule[i].written += written >> i & 1;
		t->out->rule[i].now += now >> i & 1;
		t->out->rule[i].wanted += wanted >> i & 1;
		t->out->rule[i].fresh += (wanted & ~now) >> i & 1;
		t->out->rule[i].gone += (now & ~wanted) >> i & 1;
	}
	return STATUS_OK;
}

NEOERR *anomaly_limits_read(struct db *db, struct anomaly_limits *out)
{
	const struct session_settings *s;
	NEOERR *err;

	session_settings_forget();
	TRY(session_settings(db, &s));
	*out = s->anomaly;
out:
	return nerr_pass(err);
}

NEOERR *anomaly_trial(struct db *db, const struct anomaly_limits *now,
	const struct anomaly_limits *wanted, struct anomaly_trial *out)
{
	struct trying t = { now, wanted, out };

	*out = (struct anomaly_trial){ 0 };
	return nerr_pass(db_query(db, &trial_sessions,
		ARGS(TIME(clock_now() - TRIAL_DAYS * DAY_SECONDS)), take_session, &t));
}

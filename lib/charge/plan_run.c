/* plan_run.c - a plan's time has come: one row a connector, then one charge a row, each at its own
 * second.
 * Owns table plan_start. Serves plan.h. */
#include "charge/plan.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "charge/plan_again.h"
#include "charge/session.h"

#define AT_ONCE 1000                         /* plans or starts of one call */
#define LATE 90                              /* seconds: then an accepted order does not hold */

SQL(plan_lock,
	"select state = 'running', next_at, start_time, gap_seconds, execution = 'automatic',"
	" limit_watt is not null from plan where id = ? and deleted = 0 for update");
SQL(plan_lines,
	"select t.connector_id, t.vehicle_id, t.energy, " PLAN_WATT ", t.start_after,"
	" coalesce(t.leave_time, p.until_time, '') from plan_connector t join plan p on p.id ="
	" t.plan_id join connector c on c.id = t.connector_id join pile l on l.id = c.pile_id where"
	" t.plan_id = ?"
	" and t.deleted = 0 order by t.id");
SQL(plan_start_insert,
	"insert ignore into plan_start (plan_id, due_at, connector_id, vehicle_id, energy, start_at,"
	" planned_at, watt, leave_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(plan_next_write, "update plan set next_at = ?, updated_at = ? where id = ?");
SQL(plan_due_ids,
	"select id from plan where next_at <= ? and state = 'running' and deleted = 0 order by next_at"
	" limit 1000");
SQL(plan_start_ids,
	"select t.id from plan_start t join plan p on p.id = t.plan_id and p.state = 'running' and"
	" p.deleted = 0 where t.state = 'waiting' and t.start_at <= ? order by t.start_at, t.id limit"
	" 1000");
/* The load is the station's: what all its plans have started. */
SQL(plan_start_row,
	"select t.plan_id, t.connector_id, coalesce(t.vehicle_id, 0), t.energy, t.start_at, p.fleet_id,"
	" coalesce(f.admin_id, 0), coalesce(v.plate, ''), (select count(*) from plan_start w where"
	" w.plan_id = t.plan_id and w.due_at = t.due_at and w.state = 'waiting'),"
	" (select max(w.start_at) from plan_start w where w.plan_id = t.plan_id and w.due_at ="
	" t.due_at and w.session_id is not null) + interval p.gap_seconds second, t.due_at,"
	" coalesce(p.limit_watt, 0), coalesce(t.watt, 0) + (select coalesce(sum(w.watt), 0) from"
	" plan o join plan_start w on w.plan_id = o.id and w.state = 'started' and w.start_at >"
	" t.start_at - interval 3 day join session s on s.id = w.session_id and s.state in"
	" ('starting', 'charging', 'stopping', 'suspended') where o.station_id = p.station_id)"
	" from plan_start t join plan p on p.id = t.plan_id join fleet f on f.id = p.fleet_id left"
	" join vehicle v on"
	" v.id = t.vehicle_id where t.id = ? and t.state = 'waiting'");
/* Where the vehicle charges now, told by its plate or VIN. */
SQL(plan_elsewhere,
	"select s.connector_id from session s join vehicle v on v.id = ? where s.state in ('starting',"
	" 'charging', 'stopping', 'suspended') and s.requested_at > ? and s.connector_id <> ? and"
	" (s.vehicle_id = v.id or s.plate = v.plate or (v.vin is not null and s.vin = v.vin)) limit 1");
SQL(plan_start_done,
	"update plan_start set state = ?, refusal = ?, session_id = ?, elsewhere_connector_id = ?,"
	" start_at = ? where id = ? and state = 'waiting'");

struct ids { int n; int64_t id[AT_ONCE]; };

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct ids *w = ctx;

	if (w->n < AT_ONCE)
		w->id[w->n++] = row_i64(r, 0);
	return STATUS_OK;
}

/* ---- the run */

struct running {
	int64_t plan_id, due, next_at, gap, first, n;
	struct db *db;
	bool runs, automatic, by_hand, ordered;
	char start_time[6];
};

static NEOERR *take_plan(const struct row *r, void *ctx)
{
	struct running *w = ctx;

	w->runs = row_i64(r, 0) != 0;
	w->next_at = row_time(r, 1);
	text_copy(w->start_time, sizeof(w->start_time), row_str(r, 2));
	w->gap = row_i64(r, 3);
	w->automatic = row_i64(r, 4) != 0;
	w->ordered = row_i64(r, 5) != 0;
	return STATUS_OK;
}

struct line {
	int64_t connector_id, vehicle_id, energy, watt, after;
	char leave[6];
};
struct lines { int n; struct line line[AT_ONCE]; };

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct lines *l = ctx;

	struct line *one = &l->line[l->n];

	if (l->n == AT_ONCE)
		return STATUS_OK;
	l->n++;
	*one = (struct line){ .connector_id = row_i64(r, 0), .vehicle_id = row_i64(r, 1),
		.energy = r->value[2] ? row_energy(r, 2) : 0, .watt = row_i64(r, 3),
		.after = row_i64(r, 4) };
	text_copy(one->leave, sizeof(one->leave), row_str(r, 5));
	return STATUS_OK;
}

/* In an accepted order at its own second after the plan's time, else one after the other. */
static NEOERR *write_start(struct db *db, const struct running *w, const struct line *l, int i)
{
	int64_t at = w->ordered ? w->due + l->after : w->first + i * w->gap;

	return nerr_pass(db_exec(db, &plan_start_insert,
		ARGS(I64(w->plan_id), TIME(w->due), I64(l->connector_id), IDREF(l->vehicle_id),
			l->energy ? ENERGY(l->energy) : NULLARG, TIME(at), TIME(w->ordered ? at : 0),
			w->ordered ? I64(l->watt) : NULLARG,
			TIME(w->ordered ? plan_next(l->leave, w->due) : 0)),
		NULL));
}

static NEOERR *write_starts(struct db *db, const struct running *w, struct lines *l)
{
	struct plan_cause again = { .plan_id = w->plan_id, .due = w->due,
		.reason = w->by_hand ? PLAN_BY_HAND : PLAN_LATE };
	NEOERR *err;

	TRY(plan_cancel_waiting(db, w->plan_id, REFUSED_PLAN_OVER));
	TRY(db_query(db, &plan_lines, ARGS(I64(w->plan_id)), take_line, l));
	for (int i = 0; i < l->n; i++)
		TRY(write_start(db, w, &l->line[i], i));
	if (w->ordered && (w->by_hand || w->first > w->due + LATE))
		TRY(plan_again(db, &again));
out:
	return nerr_pass(err);
}

/* Under the plan's lock: who comes second finds the next time already, or the rows. */
static NEOERR *run(struct db *db, void *ctx)
{
	struct lines *lines = calloc(1, sizeof(*lines));
	struct running *w = ctx;
	int64_t now = clock_now();
	bool found;
	NEOERR *err = STATUS_OK;

	if (!lines)
		error_die("out of memory");
	w->n = 0;
	TRY(db_find(db, &plan_lock, ARGS(I64(w->plan_id)), take_plan, w, &found));
	if (!found || !w->runs || (!w->by_hand && (!w->next_at || w->next_at > now)))
		goto out;
	w->due = w->by_hand ? now : w->next_at;
	w->first = now;
	TRY(write_starts(db, w, lines));
	if (!w->by_hand)
		TRY(db_exec(db, &plan_next_write,
			ARGS(TIME(plan_next(w->start_time, now)), TIME(now), I64(w->plan_id)), NULL));
	w->n = 1;
out:
	free(lines);
	return nerr_pass(err);
}

NEOERR *plan_run_now(struct db *db, int64_t plan_id)
{
	struct running w = { .plan_id = plan_id, .by_hand = true };

	return nerr_pass(run(db, &w));
}

NEOERR *plan_run_due(struct db *db, int64_t *runs)
{
	static struct ids due;
	NEOERR *err;

	*runs = 0;
	due.n = 0;
	TRY(db_query(db, &plan_due_ids, ARGS(TIME(clock_now())), take_id, &due));
	for (int i = 0; i < due.n; i++) {
		struct running w = { .plan_id = due.id[i] };

		TRY(db_tx(db, run, &w));
		*runs += w.n;
	}
out:
	return nerr_pass(err);
}

/* ---- the starts */

struct starting {
	int64_t id, plan_id, connector_id, vehicle_id, energy, start_at, fleet_id, admin_id, waiting,
		due, limit, load;                        /* W: its plan's, 0 none; with it */
	bool late;
	char plate[13];
};

static NEOERR *take_start(const struct row *r, void *ctx)
{
	struct starting *s = ctx;
	int64_t now = clock_now();

	s->plan_id = row_i64(r, 0);
	s->connector_id = row_i64(r, 1);
	s->vehicle_id = row_i64(r, 2);
	s->energy = r->value[3] ? row_energy(r, 3) : 0;
	s->start_at = row_time(r, 4);
	s->fleet_id = row_i64(r, 5);
	s->admin_id = row_i64(r, 6);
	text_copy(s->plate, sizeof(s->plate), row_str(r, 7));
	s->waiting = row_i64(r, 8);
	s->due = row_time(r, 10);
	s->limit = row_i64(r, 11);
	s->load = row_i64(r, 12);
	s->late = s->start_at + LATE < now;
	/* late: the gap to the one before is kept all the same */
	if (s->start_at < now)
		s->start_at = now;
	if (s->start_at < row_time(r, 9))
		s->start_at = row_time(r, 9);
	return STATUS_OK;
}

/* A start is asked for by a token of its own: asked again, it is the same charge. */
static NEOERR *start(struct db *db, const struct starting *s, struct start_result *out)
{
	char once[33];
	struct start_request r = { .connector_id = s->connector_id, .member_id = s->admin_id,
		.fleet_id = s->fleet_id, .plan_id = s->plan_id, .start_at = s->start_at,
		.share = (int)s->waiting, .mode = START_APP, .plate = s->plate, .once = once,
		.limit_kind = s->energy ? LIMIT_ENERGY : LIMIT_FULL, .limit_value = s->energy };

	snprintf(once, sizeof(once), "plan%028lld", (long long)s->id);
	return nerr_pass(session_request(db, &r, out));
}

static NEOERR *again(struct db *db, const struct starting *s, enum plan_reason reason)
{
	struct plan_cause c = { s->plan_id, s->due, reason == PLAN_LATE ? 0 : s->connector_id,
		reason };

	return nerr_pass(plan_again_tx(db, &c));
}

/* The accepted order does not hold any more: the rest is planned anew, this one with it. */
static bool does_not_hold(const struct starting *s, enum plan_reason *why)
{
	*why = s->late ? PLAN_LATE : PLAN_LONGER;
	return s->limit && (s->late || s->load > s->limit);
}

static NEOERR *start_one(struct db *db, int64_t id, int64_t until, bool *tried, bool *started)
{
	enum plan_reason why;
	struct start_result out = { .refusal = START_ACCEPTED };
	struct starting s = { .id = id };
	int64_t elsewhere = 0;
	bool found;
	NEOERR *err;

	*tried = *started = false;
	TRY(db_find(db, &plan_start_row, ARGS(I64(id)), take_start, &s, &found));
	if (!found || s.start_at > until)
		return STATUS_OK;
	if (does_not_hold(&s, &why))
		return nerr_pass(again(db, &s, why));
	*tried = true;
	if (s.vehicle_id)
		TRY(db_i64(db, &plan_elsewhere,
			ARGS(I64(s.vehicle_id), TIME(clock_now() - 3 * DAY_SECONDS), I64(s.connector_id)),
			&elsewhere));
	if (!elsewhere)
		TRY(start(db, &s, &out));
	*started = !elsewhere && out.refusal == START_ACCEPTED;
	TRY(db_exec(db, &plan_start_done,
		ARGS(STR(*started ? "started" : "refused"),
			STR(elsewhere  ? refusal_name(REFUSED_VEHICLE_ELSEWHERE)
				: *started ? ""
						   : refusal_name(out.refusal)),
			IDREF(out.session_id), IDREF(elsewhere), TIME(s.start_at), I64(id)),
		NULL));
	if (!*started && s.limit)
		TRY(again(db, &s, PLAN_REFUSED));
out:
	return nerr_pass(err);
}

NEOERR *plan_start_due(struct db *db, int seconds, int64_t *started, int64_t *refused)
{
	static struct ids due;
	int64_t until = clock_now() + seconds;
	bool tried, fine;
	NEOERR *err;

	*started = *refused = 0;
	due.n = 0;
	TRY(db_query(db, &plan_start_ids, ARGS(TIME(until)), take_id, &due));
	for (int i = 0; i < due.n; i++) {
		TRY(start_one(db, due.id[i], until, &tried, &fine));
		*started += fine;
		*refused += tried && !fine;
	}
out:
	return nerr_pass(err);
}

/* ---- what became of them */

SQL(plan_over,
	"select t.id, t.plan_id, t.due_at, t.connector_id, s.state, s.stop_reason, coalesce(s.energy,"
	" 0), coalesce(t.energy, 0) from plan_start t join session s on s.id = t.session_id and s.state"
	" in ('finished', 'failed') where t.state = 'started' order by t.id limit 1000");
SQL(plan_start_ended, "update plan_start set state = ? where id = ? and state = 'started'");

struct ended { int64_t id; const char *state; struct plan_cause cause; };
struct all_ended { int n; struct ended one[AT_ONCE]; };

/* Nine tenths and a half is what it wanted, or the battery was full. */
static bool is_charged(const char *reason, int64_t energy, int64_t wanted)
{
	if (energy <= 0)
		return false;
	if (text_eq(reason, "full") || text_eq(reason, "low") || text_eq(reason, "limit"))
		return true;
	return wanted > 0 && energy * 20 >= wanted * 19;
}

static NEOERR *take_ended(const struct row *r, void *ctx)
{
	struct all_ended *a = ctx;
	struct ended *e = &a->one[a->n++];
	bool failed = text_eq(row_str(r, 4), "failed") || row_energy(r, 6) <= 0;
	bool charged = !failed && is_charged(row_str(r, 5), row_energy(r, 6), row_energy(r, 7));

	*e = (struct ended){ .id = row_i64(r, 0), .state = charged ? "charged"
			: failed ? "failed" : "broken",
		.cause = { row_i64(r, 1), row_time(r, 2), row_i64(r, 3),
			failed ? PLAN_FAILED : PLAN_BROKEN } };
	return STATUS_OK;
}

static NEOERR *end_one(struct db *db, void *ctx)
{
	struct ended *e = ctx;
	NEOERR *err;

	TRY(db_exec(db, &plan_start_ended, ARGS(STR(e->state), I64(e->id)), NULL));
	if (!text_eq(e->state, "charged"))
		TRY(plan_again(db, &e->cause));
out:
	return nerr_pass(err);
}

NEOERR *plan_watch(struct db *db, int64_t *ended)
{
	static struct all_ended all;
	NEOERR *err;

	*ended = all.n = 0;
	TRY(db_query(db, &plan_over, NOARGS, take_ended, &all));
	for (int i = 0; i < all.n; i++) {
		TRY(db_tx(db, end_one, &all.one[i]));
		++*ended;
	}
out:
	return nerr_pass(err);
}

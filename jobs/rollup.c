/* rollup.c - job rollup: brings the sums of sessions by day and hour up to the last full hour
 * (H3-H6).
 * Owns table rollup_state.
 * Serves cron; charge/rollup.c does the sums. */
#include "base/clock.h"
#include "base/text.h"
#include "charge/rollup.h"
#include "jobs/jobs.h"

#define HOUR   3600
#define SETTLE 600                       /* records come this late as a rule: an hour is summed up when that has passed */
#define OVERLAP 900                      /* what was booked before the last run but committed after it began */
#define HOURS_MAX 20000
#define DAYS_MAX 20000

SQL(state_select, "select until_at, seen_at from rollup_state where id = 1");
SQL(state_write, "insert into rollup_state (id, until_at, seen_at) values (1, ?, ?)"
	" on duplicate key update until_at = values(until_at), seen_at = values(seen_at)");
SQL(hours_old, "delete from session_hour where hour_at < ?");
SQL(days_all,
	"select distinct date(ended_at) from session where ended_at is not null and ended_at < ?"
	" union select day from session_day");
SQL(tops_day, "select max(day) from member_top");
/* Hours whose sums a bill, its revision or a movement of money since then may have changed:
 * where the session is, was, and began. */
SQL(hours_touched,
	"select distinct date_add(date(at), interval hour(at) hour) from ("
	" select o.ended_at at from cdr c join cdr o on o.session_id = c.session_id where"
	" c.created_at >= ?"
	" union all select s.ended_at from cdr c join session s on s.id = c.session_id where"
	" c.created_at >= ?"
	" union all select s.requested_at from cdr c join session s on s.id = c.session_id where"
	" c.created_at >= ?"
	" union all select s.ended_at from journal j join session s on s.id = j.session_id where j.at"
	" >= ? and s.ended_at is not null) x"
	" where at < ? order by 1");

struct times { int n; int64_t at[HOURS_MAX]; };
struct state { int64_t until, seen; };

static NEOERR *take_time(const struct row *r, void *ctx)
{
	struct times *t = ctx;

	if (t->n == HOURS_MAX)
		return nerr_raise(ERR_INVALID, "more than %d hours changed: run rollup --all 1", HOURS_MAX);
	t->at[t->n++] = row_time(r, 0);
	return STATUS_OK;
}

static NEOERR *take_state(const struct row *r, void *ctx)
{
	*(struct state *)ctx = (struct state){ row_time(r, 0), row_time(r, 1) };
	return STATUS_OK;
}

struct work { struct job_run *run; int64_t until, today, hours_from; int hours, days; };

/* The hours of a day that are wanted, and the day itself once it is over. */
static NEOERR *whole_day(struct work *w, int64_t day)
{
	NEOERR *err = STATUS_OK;

	for (int64_t at = day; at < day + DAY_SECONDS && at < w->until && day >= w->hours_from;
		 at += HOUR, w->hours++)
		TRY(rollup_hour(w->run->db, at));
	if (day + DAY_SECONDS <= w->until) {
		TRY(rollup_day(w->run->db, day));
		w->days++;
	}
	TRY(job_progress(w->run, w->hours + w->days, 0));
out:
	return nerr_pass(err);
}

/* Everything anew, day by day; a day with sums and no sessions any more is emptied. */
static NEOERR *everything(struct work *w)
{
	struct times *days = arena_alloc(&w->run->arena, sizeof *days);
	NEOERR *err;

	days->n = 0;
	TRY(db_query(w->run->db, &days_all, ARGS(TIME(w->until)), take_time, days));
	for (int i = 0; i < days->n; i++)
		if (days->at[i] < w->hours_from)
			TRY(whole_day(w, days->at[i]));
	for (int64_t day = w->hours_from; day <= w->today; day += DAY_SECONDS)
		TRY(whole_day(w, day));
out:
	return nerr_pass(err);
}

/* Hours that were touched, and the day of the last of each. */
static NEOERR *late(struct work *w, const struct state *was)
{
	struct times *t = arena_alloc(&w->run->arena, sizeof *t);
	int64_t from = was->seen - OVERLAP;
	NEOERR *err;

	t->n = 0;
	TRY(db_query(w->run->db, &hours_touched,
		ARGS(TIME(from), TIME(from), TIME(from), TIME(from), TIME(was->until)), take_time, t));
	for (int i = 0; i < t->n; i++) {
		int64_t day = clock_day_start(t->at[i]);

		if (t->at[i] >= w->hours_from) {
			TRY(rollup_hour(w->run->db, t->at[i]));
			w->hours++;
		}
		if (day + DAY_SECONDS <= w->until &&
			(i + 1 == t->n || clock_day_start(t->at[i + 1]) != day)) {
			TRY(rollup_day(w->run->db, day));
			w->days++;
		}
		TRY(job_progress(w->run, i + 1, t->n));
	}
out:
	return nerr_pass(err);
}

/* From where the last run stopped. */
static NEOERR *onward(struct work *w, int64_t from)
{
	NEOERR *err = STATUS_OK;

	for (int64_t at = from; at < w->until; at += HOUR) {
		if (at >= w->hours_from) {
			TRY(rollup_hour(w->run->db, at));
			w->hours++;
		}
		if (clock_day_start(at + HOUR) != clock_day_start(at)) {
			TRY(rollup_day(w->run->db, clock_day_start(at)));
			w->days++;
		}
		TRY(job_progress(w->run, w->hours, 0));
	}
out:
	return nerr_pass(err);
}

static NEOERR *take_top_day(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_time(r, 0);
	return STATUS_OK;
}

/* The ranking is over full days: made as soon as a day is over, and once more when that day's
 * last records are in. */
static NEOERR *tops(struct work *w, int64_t was_until, bool anew)
{
	bool settled = was_until < w->today && w->until >= w->today, found;
	int64_t made = 0;
	NEOERR *err;

	TRY(db_find(w->run->db, &tops_day, NOARGS, take_top_day, &made, &found));
	if (anew || settled || made != w->today)
		TRY(rollup_tops(w->run->db, w->today));
out:
	return nerr_pass(err);
}

static NEOERR *sums(struct work *w, const struct state *was, int64_t days)
{
	NEOERR *err = STATUS_OK;

	if (!was->until || days < 0)
		return nerr_pass(everything(w));
	for (int64_t day = w->today - days * DAY_SECONDS; days > 0 && day <= w->today;
		 day += DAY_SECONDS)
		TRY(whole_day(w, day));
	TRY(late(w, was));
	TRY(onward(w, was->until));
out:
	return nerr_pass(err);
}

static int64_t full_hour(int64_t t)
{
	int64_t day = clock_day_start(t);

	return day + (t - day) / HOUR * HOUR;
}

static NEOERR *run(struct job_run *r)
{
	int64_t now = clock_now(), days = r->value[1] ? -1 : 0;
	struct work w = { .run = r, .until = full_hour(now - SETTLE), .today = clock_day_start(now) };
	struct state was = { 0, 0 };
	bool found;
	NEOERR *err = STATUS_OK;

	w.hours_from = w.today - ROLLUP_HOUR_DAYS * DAY_SECONDS;
	if (r->value[0] && !r->value[1] &&
		(!text_i64(r->value[0], &days) || days <= 0 || days > DAYS_MAX))
		return nerr_raise(ERR_INVALID, "--days %s is not a number above 0", r->value[0]);
	TRY(db_find(r->db, &state_select, NOARGS, take_state, &was, &found));
	if (was.until > w.until)
		w.until = was.until;
	TRY(sums(&w, &was, days));
	TRY(tops(&w, was.until, days != 0));
	TRY(db_exec(r->db, &hours_old, ARGS(TIME(w.hours_from)), NULL));
	TRY(db_exec(r->db, &state_write, ARGS(TIME(w.until), TIME(now)), NULL));
	if (!r->quiet)
		printf("hours=%d\ndays=%d\n", w.hours, w.days);
out:
	return nerr_pass(err);
}

static const struct job_option options[] = {
	{ "days", "sums the last so many days anew; default: what changed since the last run", false },
	{ "all", "1: sums everything anew", false },
	{ NULL, NULL, false },
};

const struct job job_rollup = {
	.name = "rollup",
	.summary = "brings the sums of sessions by day and hour up to date",
	.options = options,
	.lease_seconds = 900,
	.run = run,
};

/* daily_report.c - job daily_report: the interconnection of yesterday, 05:00 (I6, N6).
 * Owns nothing; charge/daily_report.c does the work.
 * Serves cron, finance. */
#include "base/clock.h"
#include "charge/daily_report.h"
#include "charge/report_check.h"
#include "jobs/jobs.h"

#define DAYS_MAX 400

/* Records that came late changed days that were reported already: those are brought up to date,
 * too. */
SQL(late_days,
	"select date(ended_at) from cdr where created_at >= ? and created_at < ? and ended_at < ?"
	" union select date(ended_at) from remote_session where order_at >= ? and order_at < ? and"
	" ended_at < ?");

struct days { int n; int64_t day[DAYS_MAX]; };

static NEOERR *take_day(const struct row *r, void *ctx)
{
	struct days *d = ctx;

	if (d->n < DAYS_MAX)
		d->day[d->n++] = row_time(r, 0);
	return STATUS_OK;
}

static NEOERR *choose_days(struct job_run *r, struct days *d)
{
	int64_t yesterday = clock_day_start(clock_now()) - DAY_SECONDS;

	if (r->value[0]) {
		if (!clock_parse(r->value[0], &yesterday))
			return nerr_raise(ERR_INVALID, "--date %s is not a day like 2026-11-20", r->value[0]);
		d->day[d->n++] = clock_day_start(yesterday);
		return STATUS_OK;
	}
	d->day[d->n++] = yesterday;
	return nerr_pass(db_query(r->db, &late_days,
		ARGS(TIME(yesterday), TIME(yesterday + DAY_SECONDS), TIME(yesterday), TIME(yesterday),
			TIME(yesterday + DAY_SECONDS), TIME(yesterday)),
		take_day, d));
}

static NEOERR *run(struct job_run *r)
{
	struct days days = { 0 };
	char text[CLOCK_TEXT];
	int64_t rows;
	NEOERR *err;

	TRY(choose_days(r, &days));
	for (int i = 0; i < days.n; i++) {
		TRY(daily_report_make(r->db, days.day[i], &rows));
		TRY(report_check_day(r->db, days.day[i]));
		if (!r->quiet)
			printf("day=%s rows=%lld\n", clock_format_day(days.day[i], text), (long long)rows);
		TRY(job_progress(r, i + 1, days.n));
	}
out:
	return nerr_pass(err);
}

static const struct job_option options[] = {
	{ "date",
		"the day to report, 2026-11-20; default yesterday and the days that late records changed",
		false },
	{ NULL, NULL, false },
};

const struct job job_daily_report = {
	.name = "daily_report",
	.summary = "makes the daily report of interconnected sessions",
	.options = options,
	.run = run,
};

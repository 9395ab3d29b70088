/* reconcile.c - job reconcile: the channels' bills of a day beside our payment orders and refunds.
 * Owns nothing. Serves cron (channels have yesterday's bill by 10 o'clock) and finance. */
#include "base/clock.h"
#include "charge/reconcile.h"
#include "jobs/jobs.h"

static const struct job_option options[] = {
	{ "date", "the day, YYYY-MM-DD; yesterday if left out", false },
	{ NULL },
};

static NEOERR *run(struct job_run *r)
{
	const char *day = job_value(r, &job_reconcile, "date");
	char yesterday[CLOCK_TEXT];
	int64_t done, differences, failed;
	NEOERR *err;

	if (!day)
		day = clock_format_day(clock_now() - DAY_SECONDS, yesterday);
	TRY(reconcile_all(r->db, day, &done, &differences, &failed));
	r->done = done;
	r->failed += failed;
	if (!r->quiet)
		printf("bills=%lld\ndifferences=%lld\nfailed=%lld\n", (long long)done,
			(long long)differences, (long long)failed);
out:
	return nerr_pass(err);
}

const struct job job_reconcile = {
	.name = "reconcile",
	.summary = "compares the channels' bills of a day with payment orders and refunds",
	.options = options,
	.run = run,
};

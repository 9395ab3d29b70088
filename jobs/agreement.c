/* agreement.c - job agreement: on its bill day the month before of each split and parking
 * agreement is added up for both sides (I3, I4).
 * Owns nothing; charge/agreement_share.c does the work.
 * Serves cron, finance. */
#include "base/clock.h"
#include "charge/agreement.h"
#include "jobs/jobs.h"

static NEOERR *run(struct job_run *r)
{
	int64_t day = clock_now(), rows = 0;
	NEOERR *err;

	if (r->value[0] && !clock_parse(r->value[0], &day))
		return nerr_raise(ERR_INVALID, "--date %s is not a day like 2026-11-01", r->value[0]);
	TRY(agreement_bill_month(r->db, day, &rows));
	if (!r->quiet)
		printf("rows=%lld\n", (long long)rows);
out:
	return nerr_pass(err);
}

static const struct job_option options[] = {
	{ "date", "the bill day, 2026-11-01; default today", false },
	{ NULL, NULL, false },
};

const struct job job_agreement = {
	.name = "agreement",
	.summary = "adds up the month of split and parking agreements whose bill day it is",
	.options = options,
	.run = run,
};

/* settlement.c - job settlement: bills of agreements, properties and split parties whose bill day
 * it is, and mails to who has not looked at one for days (N6).
 * Owns nothing; charge/settlement*.c does the work.
 * Serves cron, finance. */
#include "base/clock.h"
#include "charge/settlement.h"
#include "jobs/jobs.h"

static NEOERR *run(struct job_run *r)
{
	struct settlement_list list = { NULL, 0, 0 };
	int64_t now = clock_now(), mails = 0, bills = 0, id;
	NEOERR *err;

	if (r->value[0] && !clock_parse(r->value[0], &now))
		return nerr_raise(ERR_INVALID, "--date %s is not a day like 2026-11-01", r->value[0]);
	TRY(settlement_due(r->db, clock_day_start(now), &list));
	for (int i = 0; i < list.n; i++) {
		NEOERR *failed = settlement_write(r->db, &list.wish[i], &id);

		if (failed != STATUS_OK)
			job_item_failed(r, list.wish[i].name, failed);
		else
			bills += id != 0;
		TRY(job_progress(r, i + 1, list.n));
	}
	TRY(settlement_remind(r->db, now, &mails));
	if (!r->quiet)
		printf("bills=%lld mails=%lld\n", (long long)bills, (long long)mails);
out:
	free(list.wish);
	return nerr_pass(err);
}

static const struct job_option options[] = {
	{ "date", "the bill day, 2026-11-01; default today", false },
	{ NULL, NULL, false },
};

const struct job job_settlement = {
	.name = "settlement",
	.summary = "makes settlement bills whose day it is and reminds of those that wait",
	.options = options,
	.run = run,
};

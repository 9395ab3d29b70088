/* exchange.c - job exchange, each minute: what other platforms are asked by the clock (I9).
 * Owns nothing; charge/remote_sync.c does the work.
 * Serves cron. */
#include "charge/remote.h"
#include "jobs/jobs.h"

static NEOERR *run(struct job_run *r)
{
	int64_t asked = 0;
	NEOERR *err = remote_sync(r->db, &asked);

	if (err == STATUS_OK && !r->quiet)
		printf("asked=%lld\n", (long long)asked);
	return nerr_pass(err);
}

const struct job job_exchange = {
	.name = "exchange",
	.summary = "asks other platforms for stations, states, silent charges, and compares orders",
	.lease_seconds = 55,
	.run = run,
};

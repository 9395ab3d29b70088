/* start_plans.c - job start_plans: charging plans whose time has come, every minute (Z1, Z3).
 * Owns nothing.
 * Serves cron. */
#include "charge/plan.h"
#include "jobs/jobs.h"

#define AHEAD 59                             /* seconds until the next minute's job */

static NEOERR *run(struct job_run *r)
{
	int64_t runs, started, refused, ended;
	NEOERR *err;

	TRY(plan_watch(r->db, &ended));
	TRY(plan_run_due(r->db, &runs));
	TRY(plan_start_due(r->db, AHEAD, &started, &refused));
	if (!r->quiet)
		printf("runs=%lld\nstarted=%lld\nrefused=%lld\nended=%lld\n", (long long)runs,
			(long long)started, (long long)refused, (long long)ended);
out:
	return nerr_pass(err);
}

const struct job job_start_plans = {
	.name = "start_plans",
	.summary = "runs charging plans whose time has come, connector after connector",
	.lease_seconds = 55,
	.run = run,
};

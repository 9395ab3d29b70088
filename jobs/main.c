/* main.c - chargeops-job: the table of jobs.
 * Owns nothing.
 * Serves cron, operators and `chargeops job`. */
#include "jobs/jobs.h"

static const struct job *const jobs[] = {
	&job_agreement,
	&job_audit_proof,
	&job_audit_seal,
	&job_bench_fill,
	&job_channel_sandbox,
	&job_cycle_bill,
	&job_daily_report,
	&job_demo,
	&job_exchange,
	&job_expire,
	&job_first_admin,
	&job_ledger_proof,
	&job_migrate,
	&job_money,
	&job_purge,
	&job_reconcile,
	&job_rollup,
	&job_start_plans,
	&job_settlement,
	&job_store_pictures,
	NULL,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, jobs);
}

/* jobs.h - every job by its symbol; a job is a file, a line here and a line in main.c.
 * Owns nothing. Serves main.c. */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include "run/job.h"

extern const struct job job_agreement;
extern const struct job job_audit_proof;
extern const struct job job_audit_seal;
extern const struct job job_bench_fill;
extern const struct job job_cycle_bill;
extern const struct job job_channel_sandbox;
extern const struct job job_daily_report;
extern const struct job job_demo;
extern const struct job job_exchange;
extern const struct job job_expire;
extern const struct job job_first_admin;
extern const struct job job_ledger_proof;
extern const struct job job_migrate;
extern const struct job job_money;
extern const struct job job_purge;
extern const struct job job_reconcile;
extern const struct job job_rollup;
extern const struct job job_start_plans;
extern const struct job job_settlement;
extern const struct job job_store_pictures;

#endif

/* job.h - skeleton of a job: lease, progress, error per item, exit code.
 * Owns table job_run. Serves jobs/: one job = one file = one const struct job. */
#ifndef RUN_JOB_H
#define RUN_JOB_H

#include "base/arena.h"
#include "db/db.h"

struct job_option { const char *name, *help; bool required; };     /* --date D */

struct job_run {
	struct db *db;
	struct arena arena;             /* reset by the job per item */
	const char *const *value;       /* per option, NULL if not given; same order as options */
	int64_t id;                     /* job_run row */
	int64_t done, failed, total;
	bool quiet;                     /* --quiet: print nothing but errors */
	struct job_state *state;        /* job.c's own: lease, clock of the last progress */
};

struct job {
	const char *name, *summary;
	const struct job_option *options;    /* ends with a NULL name */
	int lease_seconds;                   /* 0: 300 */
	bool parallel;                       /* true: no lease (job takes rows with SKIP LOCKED) */
	/* true: no lease and no job_run row (runs before the schema is there) */
	bool bare;
	NEOERR *(*run)(struct job_run *run);
};

/* main() of the jobs program: `chargeops-job NAME [--option value]`, `--list`, `--help`,
 * `--check-sql`. Exit 0 fine, 1 an item or the run failed, 2 usage, 75 somebody else holds the
 * lease. */
int job_main(int argc, char **argv, const struct job *const *jobs);
/* Keeps the lease, writes progress at most once a second; ERR_BUSY if the lease is lost or
 * SIGTERM came. */
NEOERR *job_progress(struct job_run *run, int64_t done, int64_t total) CHECKED;
/* Logs and counts an item's failure, frees err: the job goes on. */
void job_item_failed(struct job_run *run, const char *item, NEOERR *err);
const char *job_value(const struct job_run *run, const struct job *job, const char *option);

#endif

/* ledger_proof.c - job ledger_proof: proves that balances, postings, bills and sessions say the
 * same; exit 1 if not.
 * Owns nothing; charge/ledger_proof.c does the work.
 * Serves cron, operators, restores. */
#include "base/log.h"
#include "charge/ledger.h"
#include "jobs/jobs.h"

static NEOERR *print_finding(const char *what, int64_t id, const char *detail, void *ctx)
{
	struct job_run *r = ctx;

	r->failed++;
	printf("finding=%s id=%lld detail=\"%s\"\n", what, (long long)id, detail);
	log_line(LOG_ERROR, "ledger_finding", "what=%s id=%lld detail=\"%s\"", what, (long long)id,
		detail);
	return STATUS_OK;
}

static NEOERR *run(struct job_run *r)
{
	int64_t findings = 0;
	NEOERR *err = ledger_prove(r->db, 0, print_finding, r, &findings);

	if (err == STATUS_OK && !r->quiet)
		printf("findings=%lld\n", (long long)findings);
	return nerr_pass(err);
}

const struct job job_ledger_proof = {
	.name = "ledger_proof",
	.summary = "proves that balances, postings, bills and sessions say the same",
	.lease_seconds = 3600,
	.run = run,
};

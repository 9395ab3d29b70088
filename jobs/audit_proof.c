/* audit_proof.c - job audit_proof: recomputes the chain of the audit log; tells each changed,
 * removed or inserted row; exit 1 if there is one.
 * Owns nothing; db/audit_proof.c does the work.
 * Serves cron, operators, restores. */
#include "base/log.h"
#include "db/audit_chain.h"
#include "jobs/jobs.h"

static NEOERR *show_progress(void *ctx, int64_t blocks, int64_t of)
{
	return nerr_pass(job_progress(ctx, blocks, of));
}

static void print_finding(void *ctx, const char *what, int64_t seal, int64_t row,
	const char *detail)
{
	(void)ctx;
	printf("finding=%s seal=%lld row=%lld detail=\"%s\"\n", what, (long long)seal, (long long)row,
		detail);
	log_line(LOG_ERROR, "audit_finding", "what=%s seal=%lld row=%lld detail=\"%s\"", what,
		(long long)seal, (long long)row, detail);
}

static NEOERR *run(struct job_run *r)
{
	struct audit_proof p = { .progress = show_progress, .finding = print_finding, .ctx = r };
	NEOERR *err = audit_prove(r->db, &p);

	r->failed = p.findings;
	if (err == STATUS_OK && !r->quiet)
		printf(
			"blocks=%lld\nrows=%lld\narchived=%lld\nfindings=%lld\nlast_seal=%lld\nlast_hash=%s\n",
			(long long)p.blocks, (long long)p.rows, (long long)p.archived, (long long)p.findings,
			(long long)p.last_seal, p.last_hash);
	return nerr_pass(err);
}

const struct job job_audit_proof = {
	.name = "audit_proof",
	.summary = "recomputes the hash chain of the audit log",
	.lease_seconds = 3600,
	.run = run,
};

/* audit_seal.c - job audit_seal: binds the audit rows of the last minute into blocks of the chain.
 * Owns nothing; db/audit_seal.c does the work.
 * Serves cron. */
#include "base/clock.h"
#include "db/audit_chain.h"
#include "jobs/jobs.h"

#define SETTLED_SECONDS 10                   /* transactions that began earlier have mostly committed; the rest come as stragglers */

static NEOERR *run(struct job_run *r)
{
	int64_t before = clock_now() - SETTLED_SECONDS, blocks = 0, rows = 0, stragglers = 0;
	struct audit_block block;
	NEOERR *err;

	do {
		TRY(audit_seal_next(r->db, before, &block));
		blocks += block.rows > 0;
		rows += block.rows;
		stragglers += block.stragglers;
		TRY(job_progress(r, rows, 0));
	} while (block.rows == AUDIT_BLOCK_ROWS);
	if (!r->quiet)
		printf("blocks=%lld\nrows=%lld\nstragglers=%lld\n", (long long)blocks, (long long)rows,
			(long long)stragglers);
out:
	return nerr_pass(err);
}

const struct job job_audit_seal = {
	.name = "audit_seal",
	.summary = "binds new audit rows into blocks of the hash chain",
	.lease_seconds = 55,
	.run = run,
};

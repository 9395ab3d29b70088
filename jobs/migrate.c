/* migrate.c - job migrate: brings the schema up to date.
 * Owns nothing; db/migrate.c does the work.
 * Serves `chargeops up`, upgrades, tests. */
#include "base/conf.h"
#include "db/migrate.h"
#include "jobs/jobs.h"

static NEOERR *run(struct job_run *r)
{
	int applied = 0;
	NEOERR *err = migrate(r->db, conf.sql_dir, &applied);

	if (err == STATUS_OK && !r->quiet)
		printf("migrations_applied=%d\n", applied);
	return nerr_pass(err);
}

const struct job job_migrate = {
	.name = "migrate",
	.summary = "brings the database schema up to date",
	.bare = true,
	.run = run,
};

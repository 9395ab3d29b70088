/* store_pictures.c - job store_pictures: pictures of bays from data_dir into the object storage,
 * every minute, where one is configured.
 * Owns nothing.
 * Serves cron. */
#include "charge/camera.h"
#include "jobs/jobs.h"

#define SECONDS 50

static NEOERR *run(struct job_run *r)
{
	struct snapshot_stored s;
	NEOERR *err;

	TRY(snapshot_store(r->db, SECONDS, &s));
	r->failed += s.failed;
	if (!r->quiet)
		printf("stored=%lld missing=%lld failed=%lld\n", (long long)s.stored,
			(long long)s.missing, (long long)s.failed);
out:
	return nerr_pass(err);
}

const struct job job_store_pictures = {
	.name = "store_pictures",
	.summary = "puts pictures of bays into the object storage, where one is configured",
	.lease_seconds = 120,
	.run = run,
};

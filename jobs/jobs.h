/* jobs.h - every job by its symbol; a job is a file, a line here and a line in main.c.
 * Owns nothing. Serves main.c. */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include "run/job.h"

extern const struct job job_migrate;

#endif

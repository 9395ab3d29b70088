/* main.c - chargeops-job: the table of jobs.
 * Owns nothing.
 * Serves cron, operators and `chargeops job`. */
#include "jobs/jobs.h"

static const struct job *const jobs[] = {
	&job_migrate,
	NULL,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, jobs);
}

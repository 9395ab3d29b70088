/* daemon.c - a daemon's signs of life: pid file, readiness file, descriptor limit.
 * Owns run_dir/NAME.pid and run_dir/NAME.ready.
 * Serves daemons/ and worker.c. */
#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "run/daemon.h"

#include "base/conf.h"
#include "base/text.h"

static char program[40];

static void sign_path(char *out, size_t room, const char *suffix)
{
	snprintf(out, room, "%s/%s.%s", conf.run_dir, program, suffix);
}

static NEOERR *write_sign(const char *suffix)
{
	char path[300];
	FILE *f;

	sign_path(path, sizeof path, suffix);
	if ((f = fopen(path, "we")) == NULL)
		return nerr_raise_errno(ERR_INVALID, "cannot write %s", path);
	fprintf(f, "%d\n", (int)getpid());
	if (fclose(f) != 0)
		return nerr_raise_errno(ERR_INVALID, "cannot write %s", path);
	return STATUS_OK;
}

static void remove_sign(const char *suffix)
{
	char path[300];

	sign_path(path, sizeof path, suffix);
	unlink(path);
}

NEOERR *daemon_start(const char *name)
{
	text_copy(program, sizeof program, name);
	remove_sign("ready");
	return nerr_pass(write_sign("pid"));
}

void daemon_ready(void)
{
	error_log("ready", write_sign("ready"));
}

void daemon_end(void)
{
	remove_sign("ready");
	remove_sign("pid");
}

int64_t daemon_fd_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return 1024;
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	return (int64_t)r.rlim_cur;
}

/* job_test.c - how the jobs program reads its arguments, up to the point where a database is
 * needed.
 * Owns nothing.
 * Serves lib/run/job.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/job.h"

static NEOERR *never(struct job_run *run)
{
	(void)run;
	return nerr_raise(ERR_INVALID, "a job without a database must not run");
}

static const struct job_option options[] = {
	{ "day", "which day", true },
	{ "limit", "how many", false },
	{ NULL, NULL, false },
};
static const struct job with_options = { .name = "report",
	.summary = "makes a report",
	.options = options,
	.run = never };
static const struct job plain = { .name = "purge", .summary = "clears old rows", .run = never };
static const struct job *const jobs[] = { &with_options, &plain, NULL };

/* Runs job_main in a child, whose configuration points to no database; its exit code and what it
 * printed. */
static int run(char *out, size_t room, const char *const *words)
{
	char *argv[10] = { (char *)"chargeops-job" };
	int pipe_fd[2], status, argc = 1;
	size_t len = 0;
	ssize_t got;
	pid_t pid;

	for (; words[argc - 1]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	assert_int_equal(pipe(pipe_fd), 0);
	fflush(stdout);
	if ((pid = fork()) == 0) {
		dup2(pipe_fd[1], 1);
		dup2(pipe_fd[1], 2);
		close(pipe_fd[0]);
		close(pipe_fd[1]);
		setenv("CHARGEOPS_DB_SOCKET", "/nonexistent/mysql.sock", 1);
		exit(job_main(argc, argv, jobs));
	}
	close(pipe_fd[1]);
	while ((got = read(pipe_fd[0], out + len, room - 1 - len)) > 0)
		len += (size_t)got;
	out[len] = '\0';
	close(pipe_fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}
#define RUN(...) run(out, sizeof out, (const char *const[]){ __VA_ARGS__ __VA_OPT__(,) NULL })

static char out[20000];

static void help_and_list_name_the_jobs(void **state)
{
	(void)state;
	assert_int_equal(RUN("--list"), 0);
	assert_string_equal(out, "report\npurge\n");
	assert_int_equal(RUN("--help"), 0);
	assert_non_null(strstr(out, "makes a report"));
	assert_int_equal(RUN("report", "--help"), 0);
	assert_non_null(strstr(out, "--day"));
	assert_non_null(strstr(out, "(required)"));
}

static void wrong_use_ends_with_2(void **state)
{
	(void)state;
	assert_int_equal(RUN(), 2);
	assert_int_equal(RUN("nothing"), 2);
	assert_non_null(strstr(out, "there is no job nothing"));
	assert_int_equal(RUN("report"), 2);
	assert_int_equal(RUN("report", "--day"), 2);
	assert_int_equal(RUN("purge", "--day", "2026-11-20"), 2);
	assert_int_equal(RUN("purge", "word"), 2);
	assert_int_equal(RUN("purge", "--http-port=many"), 2);
}

static void both_ways_to_give_an_option_are_read(void **state)
{
	(void)state;
	assert_int_equal(RUN("report", "--day", "2026-11-20"), 1);
	assert_non_null(strstr(out, "cannot connect to the database"));
	assert_int_equal(RUN("report", "--day=2026-11-20", "--limit", "5", "--quiet"), 1);
	assert_non_null(strstr(out, "cannot connect to the database"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_and_list_name_the_jobs),
		cmocka_unit_test(wrong_use_ends_with_2),
		cmocka_unit_test(both_ways_to_give_an_option_are_read),
	};

	unsetenv("CHARGEOPS_CONF");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

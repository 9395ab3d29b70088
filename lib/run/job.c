/* job.c - the frame of a job: arguments, lease, record of the run, progress, exit code.
 * Owns table job_run.
 * Serves jobs/. */
#include <signal.h>
#include <unistd.h>

#include "run/job.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"
#include "base/text.h"
#include "db/lease.h"
#include "run/program.h"

#define OPTIONS_MAX   16
#define LEASE_SECONDS 300
#define EXIT_USAGE    2
#define EXIT_HELD     75
#define MESSAGE_CHARS 1000               /* job_run.message */

SQL(job_run_insert,
	"insert into job_run (job, holder, started_at, status) values (?, ?, ?, 'running')");
SQL(job_run_progress, "update job_run set done = ?, total = ?, failed = ? where id = ?");
SQL(job_run_end,
	"update job_run set ended_at = ?, status = ?, done = ?, total = ?, failed = ?, message = ?"
	" where id = ?");

struct job_state {
	const struct job *job;
	char holder[120], lease[80];
	int lease_seconds;
	int64_t shown_ms, kept_ms;
	const char *value[OPTIONS_MAX];
};

static volatile sig_atomic_t stop_asked;

static void on_stop(int sig)
{
	(void)sig;
	stop_asked = 1;
}

static const struct job *find(const struct job *const *jobs, const char *name)
{
	for (; *jobs; jobs++)
		if (text_eq((*jobs)->name, name))
			return *jobs;
	return NULL;
}

static void print_jobs(FILE *out, const struct job *const *jobs)
{
	fprintf(out, "usage: chargeops-job NAME [--option VALUE] [--quiet]\n"
		"       chargeops-job NAME --help | --list | --check-sql\n\n");
	for (; *jobs; jobs++)
		fprintf(out, "  %-16s %s\n", (*jobs)->name, (*jobs)->summary);
}

static void print_job(FILE *out, const struct job *job)
{
	fprintf(out, "chargeops-job %s: %s\n", job->name, job->summary);
	for (const struct job_option *o = job->options; o && o->name; o++)
		fprintf(out, "  --%-12s %s%s\n", o->name, o->help, o->required ? " (required)" : "");
	fprintf(out, "  --%-12s %s\n", "quiet", "print nothing but errors");
}

static int option_index(const struct job *job, const char *name, size_t len)
{
	for (int i = 0; job->options && job->options[i].name && i < OPTIONS_MAX; i++)
		if (strlen(job->options[i].name) == len && strncmp(job->options[i].name, name, len) == 0)
			return i;
	return -1;
}

/* Takes what is the job's own out of argv: `--day D` and `--day=D`; the rest is the
 * configuration's. */
static bool take_options(struct job_run *run, int *argc, char **argv)
{
	struct job_state *s = run->state;
	int kept = 1;

	for (int i = 2; i < *argc; i++) {
		const char *name = text_starts(argv[i], "--") ? argv[i] + 2 : "";
		size_t len = strcspn(name, "=");
		int at = option_index(s->job, name, len);

		if (text_eq(argv[i], "--quiet"))
			run->quiet = true;
		else if (at >= 0 && name[len] == '=')
			s->value[at] = name + len + 1;
		else if (at >= 0 && i + 1 < *argc)
			s->value[at] = argv[++i];
		else if (at >= 0)
			return false;
		else
			argv[kept++] = argv[i];
	}
	*argc = kept;
	argv[kept] = NULL;
	return true;
}

static bool has_required(const struct job_state *s)
{
	for (int i = 0; s->job->options && s->job->options[i].name && i < OPTIONS_MAX; i++)
		if (s->job->options[i].required && !s->value[i])
			return false;
	return true;
}

const char *job_value(const struct job_run *run, const struct job *job, const char *option)
{
	int at = option_index(job, option, strlen(option));

	return at < 0 ? NULL : run->value[at];
}

static NEOERR *record_end(struct job_run *run, const char *status, const char *message)
{
	return nerr_pass(db_exec(run->db, &job_run_end,
		ARGS(TIME(clock_now()), STR(status), I64(run->done), I64(run->total), I64(run->failed),
			BLOB(message, text_cut(message, MESSAGE_CHARS)), I64(run->id)),
		NULL));
}

NEOERR *job_progress(struct job_run *run, int64_t done, int64_t total)
{
	struct job_state *s = run->state;
	int64_t now = clock_mono_ms();
	NEOERR *err = STATUS_OK;

	run->done = done;
	run->total = total;
	if (stop_asked)
		return nerr_raise(ERR_BUSY, "stopped by a signal at %lld of %lld", (long long)done,
			(long long)total);
	if (s->job->bare || now - s->shown_ms < 1000)
		return STATUS_OK;
	s->shown_ms = now;
	TRY(db_exec(run->db, &job_run_progress,
		ARGS(I64(done), I64(total), I64(run->failed), I64(run->id)), NULL));
	if (!s->job->parallel && now - s->kept_ms > s->lease_seconds * 1000 / 4) {
		TRY(lease_keep(run->db, s->lease, s->holder, s->lease_seconds));
		s->kept_ms = now;
	}
out:
	return nerr_pass(err);
}

void job_item_failed(struct job_run *run, const char *item, NEOERR *err)
{
	run->failed++;
	error_log(item, err);
}

static NEOERR *name_holder(struct job_state *s)
{
	char host[60] = "", random[17];
	NEOERR *err;

	if ((err = random_hex(random, 8)) != STATUS_OK)
		return nerr_pass(err);
	gethostname(host, sizeof host - 1);
	snprintf(s->holder, sizeof s->holder, "%s:%d:%s", host, (int)getpid(), random);
	snprintf(s->lease, sizeof s->lease, "job.%s", s->job->name);
	s->lease_seconds = s->job->lease_seconds ? s->job->lease_seconds : LEASE_SECONDS;
	s->kept_ms = clock_mono_ms();
	return STATUS_OK;
}

static void drop_lease(struct job_run *run)
{
	struct job_state *s = run->state;

	error_log("lease", lease_drop(run->db, s->lease, s->holder));
}

/* The run as the table shows it; the lease is ours already. */
static int run_recorded(struct job_run *run)
{
	struct job_state *s = run->state;
	const char *status = "done";
	char message[300] = "";
	NEOERR *err = db_insert(run->db, &job_run_insert,
		ARGS(STR(s->job->name), STR(s->holder), TIME(clock_now())), &run->id);

	if (err == STATUS_OK)
		err = s->job->run(run);
	if (err != STATUS_OK) {
		status = error_is(err, ERR_BUSY) ? "stopped" : "failed";
		text_copy(message, sizeof message, error_desc(err));
		error_log(s->job->name, err);
	} else if (run->failed > 0) {
		status = "failed";
		snprintf(message, sizeof message, "%lld items failed", (long long)run->failed);
	}
	if (run->id)
		error_log("job_run", record_end(run, status, message));
	log_line(LOG_INFO, "job_end", "job=%s status=%s done=%lld failed=%lld", s->job->name, status,
		(long long)run->done, (long long)run->failed);
	return strcmp(status, "done") != 0;
}

static int run_leased(struct job_run *run)
{
	struct job_state *s = run->state;
	bool taken = false;
	NEOERR *err;
	int rc;

	if (s->job->parallel)
		return run_recorded(run);
	if ((err = lease_take(run->db, s->lease, s->holder, s->lease_seconds, &taken)) != STATUS_OK) {
		error_log("lease", err);
		return 1;
	}
	if (!taken) {
		log_line(LOG_INFO, "job_held", "job=%s text=\"somebody else runs it\"", s->job->name);
		return EXIT_HELD;
	}
	rc = run_recorded(run);
	drop_lease(run);
	return rc;
}

static int run_bare(struct job_run *run)
{
	NEOERR *err = run->state->job->run(run);
	bool bad = err != STATUS_OK || run->failed > 0;

	if (err != STATUS_OK)
		error_log(run->state->job->name, err);
	return bad;
}

static int run_job(struct job_run *run)
{
	struct sigaction sa = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
	NEOERR *err;
	int rc;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	if ((err = name_holder(run->state)) != STATUS_OK || (err = db_open(&run->db)) != STATUS_OK) {
		error_log(run->state->job->name, err);
		return 1;
	}
	arena_init(&run->arena);
	rc = run->state->job->bare ? run_bare(run) : run_leased(run);
	arena_clear(&run->arena);
	db_close(&run->db);
	return rc;
}

static int list_names(const struct job *const *jobs)
{
	for (; *jobs; jobs++)
		puts((*jobs)->name);
	return 0;
}

static int usage(const struct job *const *jobs, const char *name)
{
	if (name)
		fprintf(stderr, "chargeops-job: there is no job %s\n", name);
	print_jobs(stderr, jobs);
	return EXIT_USAGE;
}

static bool asks_help(int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		if (text_eq(argv[i], "--help"))
			return true;
	return false;
}

int job_main(int argc, char **argv, const struct job *const *jobs)
{
	struct job_state state = { 0 };
	struct job_run run = { .value = state.value, .state = &state };

	if (argc < 2)
		return usage(jobs, NULL);
	if (text_eq(argv[1], "--list"))
		return list_names(jobs);
	if (text_eq(argv[1], "--help"))
		return print_jobs(stdout, jobs), 0;
	if (text_eq(argv[1], "--check-sql"))
		program_start("job", "chargeops-job --check-sql", &argc, argv);
	if ((state.job = find(jobs, argv[1])) == NULL)
		return usage(jobs, argv[1]);
	if (asks_help(argc, argv))
		return print_job(stdout, state.job), 0;
	if (!take_options(&run, &argc, argv) || !has_required(&state)) {
		print_job(stderr, state.job);
		return EXIT_USAGE;
	}
	program_start("job", "chargeops-job NAME [--option VALUE]", &argc, argv);
	if (argc > 1) {
		fprintf(stderr, "chargeops-job: %s is no option of %s\n", argv[1], state.job->name);
		return EXIT_USAGE;
	}
	return run_job(&run);
}

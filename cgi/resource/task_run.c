/* task_run.c - runs one task: its owner asks again, the kind works, the end goes into the row.
 * Owns nothing.
 * Serves cgi/task.c. */
#include <unistd.h>

#include "cgi/resource/task.h"

#include "base/clock.h"
#include "base/log.h"
#include "cgi/login.h"
#include "cgi/perm.h"
#include "cgi/render.h"
#include "run/worker.h"

#define BEAT_MS 1000


/* The task's request has an address and nothing else. */
static const char *task_env(void *ctx, const char *name)
{
	const char *uri = ctx;

	if (strcmp(name, "REQUEST_METHOD") == 0)
		return "GET";
	return strcmp(name, "REQUEST_URI") == 0 ? uri : NULL;
}

static int task_read(void *ctx, char *p, int len)
{
	(void)ctx, (void)p, (void)len;
	return 0;
}

NEOERR *task_step(struct task_run *run, int64_t done)
{
	int64_t now = clock_mono_ms();

	run->done = done;
	if (now - run->beat_ms < BEAT_MS)
		return STATUS_OK;
	run->beat_ms = now;
	if (worker_stopping())
		return nerr_raise(ERR_BUSY, "the runner stops");
	if (run->total < done)
		run->total = done;
	return nerr_pass(task_progress(run->control, &run->task, done, run->total));
}

NEOERR *task_run_file(struct task_run *run, const char *extension, char path[TASK_PATH])
{
	NEOERR *err = STATUS_OK;
	char word[24];

	snprintf(word, sizeof word, "%lld", (long long)run->task.id);
	TRY(task_file_name(word, extension, run->file, sizeof run->file));
	TRY(task_file_path(run->file, path, TASK_PATH));
out:
	return nerr_pass(err);
}

NEOERR *task_run_need(const struct task_run *run, const char *resource, const char *verb)
{
	if (perm_has(&run->req.who, resource, verb))
		return STATUS_OK;
	return nerr_raise(ERR_DENIED, "user %lld lacks %s.%s", (long long)run->req.who.user_id,
		resource, verb);
}

static void drop_file(struct task_run *run)
{
	char path[TASK_PATH];
	NEOERR *err;

	if (run->file[0] == '\0')
		return;
	if ((err = task_file_path(run->file, path, sizeof path)) == STATUS_OK)
		unlink(path);
	error_drop(err);
	run->file[0] = '\0';
}

/* What the page says of a failure: our own sentences as they are, anything else without its
 * inside. */
static const char *reason_of(struct task_run *run, NEOERR *err)
{
	if (error_is(err, ERR_INVALID))
		return arena_strdup(&run->req.arena, error_desc(err));
	return text_get_lang(run->task.lang, error_is(err, ERR_DENIED) ? "task_page.denied"
		: error_is(err, ERR_NOT_FOUND) ? "task_page.gone" : "task_page.error");
}

static NEOERR *end_badly(struct task_run *run, NEOERR *cause)
{
	const char *reason = reason_of(run, cause);
	NEOERR *err;

	drop_file(run);
	if (error_is(cause, ERR_BUSY)) {
		error_drop(cause);
		return worker_stopping() ? nerr_pass(task_give_back(run->control, &run->task)) : STATUS_OK;
	}
	error_log("task", cause);
	err = task_fail(run->control, &run->task, "", 0, reason);
	if (error_is(err, ERR_BUSY)) {
		error_drop(err);
		err = STATUS_OK;
	}
	return nerr_pass(err);
}

static NEOERR *end_well(struct task_run *run)
{
	const char *message = text_get_lang(run->task.lang, run->message);
	NEOERR *err;

	if (run->ended)
		return STATUS_OK;
	if (run->failed)
		err = task_fail(run->control, &run->task, run->file, run->rows, message);
	else
		err = task_done(run->control, &run->task, run->file, run->rows, message);
	if (err != STATUS_OK)
		drop_file(run);
	if (error_is(err, ERR_BUSY)) {           /* cancelled in the last moment */
		error_drop(err);
		err = STATUS_OK;
	}
	return nerr_pass(err);
}

static NEOERR *work(struct task_run *run, const struct task_kind *const *kinds)
{
	NEOERR *err = STATUS_OK;

	if (run->params == NULL)
		return nerr_raise(ERR_INVALID, "the parameters of the task cannot be read");
	TRY(login_as_user(&run->req, run->task.user_id));
	run->req.lang = run->task.lang;
	run->req.actor.request_id = run->req.id;
	run->req.actor.ip = run->req.ip = json_text(run->params, "ip", "");
	for (; *kinds != NULL; kinds++)
		if (strcmp((*kinds)->name, run->task.kind) == 0) {
			TRY((*kinds)->run(run));
			goto out;
		}
	err = nerr_raise(ERR_NOT_FOUND, "no runner for tasks of kind %s", run->task.kind);
out:
	return nerr_pass(err);
}

/* The address the task remembers. */
static NEOERR *begin(struct task_run *run, struct db *db, struct request_source *src,
	struct arena *arena)
{
	size_t len = strlen(run->task.params);

	error_drop(json_read(run->task.params, len, len + 1, &run->params));
	*src = (struct request_source){ task_env, task_read,
		arena_printf(arena, "/admin/%s?%s", run->task.resource,
			run->params ? json_text(run->params, "query", "") : "") };
	return nerr_pass(request_init(&run->req, db, src));
}

NEOERR *task_run_next(struct db *db, struct db *control, const char *holder,
	const struct task_kind *const *kinds, bool *worked)
{
	struct task_run run = { .control = control, .message = "", .beat_ms = clock_mono_ms() };
	struct request_source src;
	struct arena arena;
	NEOERR *err = STATUS_OK;
	int64_t began = clock_mono_ms();

	arena_init(&arena);
	TRY(task_take(control, &arena, holder, &run.task, worked));
	if (!*worked)
		goto out;
	log_line(LOG_INFO, "task_begin", "task=%lld kind=%s resource=%s user=%lld",
		(long long)run.task.id, run.task.kind, run.task.resource, (long long)run.task.user_id);
	err = begin(&run, db, &src, &arena);
	if (err == STATUS_OK)
		err = work(&run, kinds);
	err = err == STATUS_OK ? end_well(&run) : end_badly(&run, err);
	log_line(LOG_INFO, "task_end", "task=%lld rows=%lld ms=%lld", (long long)run.task.id,
		(long long)run.rows, (long long)(clock_mono_ms() - began));
	json_decref(run.params);
	request_clear(&run.req);
out:
	arena_clear(&arena);
	return nerr_pass(err);
}

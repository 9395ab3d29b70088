/* task.c - the rows of long work: made, taken, kept alive, ended, cleared away.
 * Owns tables task and task_problem; task_file.c has their files.
 * Serves exports, imports, QR sheets, the download centre and jobs/purge. */
#include <sys/stat.h>
#include <unistd.h>

#include "charge/task.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"

#define TITLE_CHARS   200
#define MESSAGE_CHARS 4000

#define COLUMNS "id, user_id, done, total, file_rows, file_size, created_at, started_at, ended_at, expires_at, tries," \
	" kind, resource, title, params, lang, status, file, input, message, holder"

SQL(task_open_count,
	"select count(*) from task where user_id = ? and status in ('pending', 'running')");
SQL(task_insert,
	"insert into task (kind, resource, title, user_id, params, lang, input, status, created_at,"
	" expires_at)"
	" values (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)");
SQL(task_by_id, "select " COLUMNS " from task where id = ?");
SQL(task_cancel_row,
	"update task set status = 'cancelled', ended_at = ? where id = ? and status in ('pending',"
	" 'running')");
/* Fair to those who wait: a user with nothing running goes before one with much. */
SQL(task_next,
	"select t.id from task t where t.status = 'pending'"
	" order by (select count(*) from task r where r.user_id = t.user_id and r.status ="
	" 'running'), t.id"
	" limit 1 for update skip locked");
SQL(task_silent,
	"select id from task where status = 'running' and heartbeat_at < ? order by id limit 1 for"
	" update skip locked");
SQL(task_begin,
	"update task set status = 'running', holder = ?, tries = tries + 1, done = 0, heartbeat_at ="
	" ?, started_at = ?"
	" where id = ?");
SQL(task_beat,
	"update task set done = ?, total = ?, heartbeat_at = ? where id = ? and holder = ? and status"
	" = 'running'");
SQL(task_end,
	"update task set status = ?, file = ?, file_rows = ?, file_size = ?, message = ?, ended_at ="
	" ?, expires_at = ?,"
	" total = if(? = 'done', done, total) where id = ? and holder = ? and status = 'running'");
SQL(task_back, "update task set status = 'pending', holder = '', tries = tries - 1, done = 0"
	" where id = ? and holder = ? and status = 'running'");
SQL(task_problem_insert,
	"insert into task_problem (task_id, number, line, field, title, value, text) values (?, ?, ?,"
	" ?, ?, ?, ?)");
SQL(task_problem_delete, "delete from task_problem where task_id = ?");
SQL(task_problem_select,
	"select number, line, field, title, value, text from task_problem where task_id = ? order by"
	" number");

static char *cut(struct arena *a, const char *s, size_t chars)
{
	char *copy = arena_strdup(a, s);

	copy[text_cut(copy, chars)] = '\0';
	return copy;
}

bool task_is_open(const struct task *t)
{
	return text_eq(t->status, "pending") || text_eq(t->status, "running");
}

struct making { const struct task_wish *wish; struct arena arena; int64_t id; };

static NEOERR *make(struct db *db, void *ctx)
{
	struct making *m = ctx;
	const struct task_wish *w = m->wish;
	NEOERR *err = STATUS_OK;
	int64_t open, now = clock_now();

	m->id = 0;
	TRY(db_i64(db, &task_open_count, ARGS(I64(w->user_id)), &open));
	if (open >= TASK_OPEN_MAX)
		goto out;
	TRY(db_insert(db, &task_insert,
		ARGS(STR(w->kind), STR(w->resource), STR(cut(&m->arena, w->title, TITLE_CHARS)),
			I64(w->user_id), STR(w->params), STR(w->lang), STR(w->input), TIME(now),
			TIME(now + conf.export_days * DAY_SECONDS)),
		&m->id));
	db_wake(db, WAKE_TASKS);
out:
	return nerr_pass(err);
}

NEOERR *task_new(struct db *db, const struct task_wish *wish, int64_t *id)
{
	struct making m = { .wish = wish };
	NEOERR *err;

	arena_init(&m.arena);
	err = db_tx(db, make, &m);
	arena_clear(&m.arena);
	*id = err == STATUS_OK ? m.id : 0;
	return nerr_pass(err);
}

struct reading { struct arena *arena; struct task *task; };

static NEOERR *read_task(const struct row *r, void *ctx)
{
	struct reading *g = ctx;
	struct task *t = g->task;

	t->id = row_i64(r, 0);
	t->user_id = row_i64(r, 1);
	t->done = row_i64(r, 2);
	t->total = row_i64(r, 3);
	t->file_rows = row_i64(r, 4);
	t->file_size = row_i64(r, 5);
	t->created_at = row_time(r, 6);
	t->started_at = row_time(r, 7);
	t->ended_at = row_time(r, 8);
	t->expires_at = row_time(r, 9);
	t->tries = (int)row_i64(r, 10);
	t->kind = arena_strdup(g->arena, row_str(r, 11));
	t->resource = arena_strdup(g->arena, row_str(r, 12));
	t->title = arena_strdup(g->arena, row_str(r, 13));
	t->params = arena_strdup(g->arena, row_str(r, 14));
	t->lang = arena_strdup(g->arena, row_str(r, 15));
	t->status = arena_strdup(g->arena, row_str(r, 16));
	t->file = arena_strdup(g->arena, row_str(r, 17));
	t->input = arena_strdup(g->arena, row_str(r, 18));
	t->message = arena_strdup(g->arena, row_str(r, 19));
	t->holder = arena_strdup(g->arena, row_str(r, 20));
	return STATUS_OK;
}

NEOERR *task_get(struct db *db, struct arena *arena, int64_t id, struct task *out)
{
	struct reading g = { arena, out };

	return nerr_pass(db_get(db, &task_by_id, ARGS(I64(id)), read_task, &g));
}

NEOERR *task_cancel(struct db *db, int64_t id, bool *cancelled)
{
	int64_t rows = 0;
	NEOERR *err = db_exec(db, &task_cancel_row, ARGS(TIME(clock_now()), I64(id)), &rows);

	*cancelled = err == STATUS_OK && rows > 0;
	return nerr_pass(err);
}

struct taking { struct arena *arena; const char *holder; struct task *task; bool taken; };

/* The oldest row whose runner fell silent; one that killed its runners every time ends here. */
static NEOERR *take_silent(struct db *db, struct taking *k, int64_t *id)
{
	NEOERR *err = STATUS_OK;

	TRY(db_i64(db, &task_silent, ARGS(TIME(clock_now() - TASK_SILENT)), id));
	if (*id == 0)
		goto out;
	TRY(task_get(db, k->arena, *id, k->task));
	if (k->task->tries < TASK_TRIES_MAX)
		goto out;
	log_line(LOG_ERROR, "task_abandoned", "task=%lld kind=%s tries=%d", (long long)*id,
		k->task->kind, k->task->tries);
	TRY(task_fail(db, k->task, "", 0, ""));
	*id = 0;
out:
	return nerr_pass(err);
}

static NEOERR *take(struct db *db, void *ctx)
{
	struct taking *k = ctx;
	NEOERR *err = STATUS_OK;
	int64_t id = 0, now = clock_now();

	k->taken = false;
	TRY(take_silent(db, k, &id));
	if (id == 0)
		TRY(db_i64(db, &task_next, NOARGS, &id));
	if (id == 0)
		goto out;
	TRY(db_exec(db, &task_begin, ARGS(STR(k->holder), TIME(now), TIME(now), I64(id)), NULL));
	TRY(task_get(db, k->arena, id, k->task));
	k->taken = true;
out:
	return nerr_pass(err);
}

NEOERR *task_take(struct db *db, struct arena *arena, const char *holder, struct task *out,
	bool *taken)
{
	struct taking k = { arena, holder, out, false };
	NEOERR *err = db_tx(db, take, &k);

	*taken = err == STATUS_OK && k.taken;
	return nerr_pass(err);
}

static NEOERR *still_ours(const struct task *t, int64_t rows)
{
	if (rows > 0)
		return STATUS_OK;
	return nerr_raise(ERR_BUSY, "task %lld was cancelled or taken over", (long long)t->id);
}

NEOERR *task_progress(struct db *db, const struct task *t, int64_t done, int64_t total)
{
	int64_t rows = 0;
	NEOERR *err = STATUS_OK;

	TRY(db_exec(db, &task_beat,
		ARGS(I64(done), I64(total), TIME(clock_now()), I64(t->id), STR(t->holder)), &rows));
	TRY(still_ours(t, rows));
out:
	return nerr_pass(err);
}

static int64_t size_of(const char *file)
{
	char path[TASK_PATH];
	struct stat st;
	NEOERR *err;

	if (*file == '\0')
		return 0;
	if ((err = task_file_path(file, path, sizeof path)) != STATUS_OK) {
		error_drop(err);
		return 0;
	}
	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static NEOERR *end(struct db *db, const struct task *t, const char *status, const char *file,
	int64_t file_rows, const char *message)
{
	char text[MESSAGE_CHARS * 4 + 1];
	int64_t rows = 0, now = clock_now();
	NEOERR *err = STATUS_OK;

	text_copy(text, sizeof text, message);
	text[text_cut(text, MESSAGE_CHARS)] = '\0';
	TRY(db_exec(db, &task_end,
		ARGS(STR(status), STR(file), I64(file_rows), I64(size_of(file)), STR(text), TIME(now),
			TIME(now + conf.export_days * DAY_SECONDS), STR(status), I64(t->id), STR(t->holder)),
		&rows));
	TRY(still_ours(t, rows));
out:
	return nerr_pass(err);
}

NEOERR *task_done(struct db *db, const struct task *t, const char *file, int64_t rows,
	const char *message)
{
	return nerr_pass(end(db, t, "done", file, rows, message));
}

NEOERR *task_fail(struct db *db, const struct task *t, const char *file, int64_t rows,
	const char *message)
{
	return nerr_pass(end(db, t, "failed", file, rows, message));
}

NEOERR *task_give_back(struct db *db, const struct task *t)
{
	return nerr_pass(db_exec(db, &task_back, ARGS(I64(t->id), STR(t->holder)), NULL));
}

NEOERR *task_problem_add(struct db *db, int64_t task_id, const struct task_problem *p)
{
	struct arena a;
	NEOERR *err;

	arena_init(&a);
	err = db_exec(db, &task_problem_insert,
		ARGS(I64(task_id), I64(p->number), I64(p->line), STR(p->field), STR(cut(&a, p->title, 100)),
			STR(cut(&a, p->value, 200)), STR(cut(&a, p->text, 300))),
		NULL);
	arena_clear(&a);
	return nerr_pass(err);
}

NEOERR *task_problem_clear(struct db *db, int64_t task_id)
{
	return nerr_pass(db_exec(db, &task_problem_delete, ARGS(I64(task_id)), NULL));
}

struct telling { NEOERR *(*fn)(const struct task_problem *p, void *ctx); void *ctx; };

static NEOERR *read_problem(const struct row *r, void *ctx)
{
	struct telling *t = ctx;
	struct task_problem p = { (int)row_i64(r, 0), (int)row_i64(r, 1), row_str(r, 2), row_str(r, 3),
		row_str(r, 4), row_str(r, 5) };

	return nerr_pass(t->fn(&p, t->ctx));
}

NEOERR *task_problem_each(struct db *db, int64_t task_id,
	NEOERR *(*fn)(const struct task_problem *p, void *ctx), void *ctx)
{
	struct telling t = { fn, ctx };

	return nerr_pass(db_query(db, &task_problem_select, ARGS(I64(task_id)), read_problem, &t));
}

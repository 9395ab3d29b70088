/* task.h - long work a person started: its row, its file, who runs it, and when both go.
 * Owns tables task and task_problem and the folder data_dir/task. Serves exports, imports, QR
 * sheets, the download centre, jobs/purge.
 *
 * pending -> running -> done | failed | cancelled. A runner takes a row with SKIP LOCKED and keeps
 * it by a heartbeat; a row whose runner fell silent is taken again, a third time it fails.
 * (PAGES "Long work", H10, D7) */
#ifndef CHARGE_TASK_H
#define CHARGE_TASK_H

#include "base/arena.h"
#include "db/db.h"

#define TASK_OPEN_MAX  10                /* pending and running tasks a user may have */
#define TASK_TRIES_MAX 3
#define TASK_SILENT    120               /* seconds without a heartbeat, then the runner counts as dead */
#define TASK_PATH      400

struct task {
	int64_t id, user_id, done, total, file_rows, file_size;
	int64_t created_at, started_at, ended_at, expires_at;
	int tries;
	const char *kind, *resource, *title, *params, *lang, *status, *file, *input, *message, *holder;
};

struct task_wish {
	const char *kind;                /* tbl/task_kind.h */
	const char *resource;            /* "" if it belongs to none */
	const char *title;               /* shown in the download centre, cut to 200 characters */
	const char *params;              /* JSON, the kind's own */
	const char *lang;
	const char *input;               /* uploaded file it works on (task_file_name), "" none */
	int64_t user_id;
};

/* Inserts a pending task and wakes the runners after the commit. *id = 0: the user has
 * TASK_OPEN_MAX open ones. */
NEOERR *task_new(struct db *db, const struct task_wish *wish, int64_t *id) CHECKED;
NEOERR *task_get(struct db *db, struct arena *arena, int64_t id, struct task *out) CHECKED;
bool task_is_open(const struct task *t);         /* pending or running */
/* Ends a pending or running task; a running one notices at its next progress. *cancelled false:
 * it had ended. */
NEOERR *task_cancel(struct db *db, int64_t id, bool *cancelled) CHECKED;
/* Row, problems and files go. A running one notices at its next progress. */
NEOERR *task_remove(struct db *db, int64_t id) CHECKED;
/* Tasks past expires_at with their files, and files that no task knows and that are a day old. */
NEOERR *task_purge(struct db *db, int64_t *removed) CHECKED;

/* For runners. holder names the process. The oldest pending task of whoever has none running
 * comes first. */
NEOERR *task_take(struct db *db, struct arena *arena, const char *holder, struct task *out,
	bool *taken) CHECKED;
/* Writes progress and heartbeat. ERR_BUSY: cancelled, or taken over by another runner: stop and
 * keep nothing. */
NEOERR *task_progress(struct db *db, const struct task *t, int64_t done, int64_t total) CHECKED;
/* Ends as done or failed. file "" for none; message a sentence in the task's language, "" when
 * given up after TASK_TRIES_MAX runners died. ERR_BUSY as above. */
NEOERR *task_done(struct db *db, const struct task *t, const char *file, int64_t rows,
	const char *message) CHECKED;
NEOERR *task_fail(struct db *db, const struct task *t, const char *file, int64_t rows,
	const char *message) CHECKED;
/* The runner must stop: the next one begins anew. */
NEOERR *task_give_back(struct db *db, const struct task *t) CHECKED;

struct task_problem { int number, line; const char *field, *title, *value, *text; };
NEOERR *task_problem_add(struct db *db, int64_t task_id, const struct task_problem *p) CHECKED;
NEOERR *task_problem_clear(struct db *db, int64_t task_id) CHECKED;
NEOERR *task_problem_each(struct db *db, int64_t task_id,
	NEOERR *(*fn)(const struct task_problem *p, void *ctx), void *ctx) CHECKED;

/* A name nobody can guess, "7-3f..e1.xlsx" (word says what it is about: a task id, "in"); makes
 * the folder if it is missing. */
NEOERR *task_file_name(const char *word, const char *extension, char *name, size_t room) CHECKED;
/* Where it lies. ERR_INVALID for a name that is none of ours. */
NEOERR *task_file_path(const char *name, char *path, size_t room) CHECKED;

#endif

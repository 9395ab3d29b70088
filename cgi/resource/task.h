/* task.h - long work as pages and as a runner: the kinds of work, the asker restored, progress, the
 * download centre.
 * Owns nothing (charge/task.h owns the rows). Serves cgi/task.c, the pages of tasks, and the
 * kinds: export, import, QR sheet. */
#ifndef CGI_RESOURCE_TASK_H
#define CGI_RESOURCE_TASK_H

#include "base/json.h"
#include "cgi/resource/resource.h"
#include "charge/task.h"

/* A task at work. The request is its owner asking again - same address, today's permissions and
 * scope, the task's language - so that the engine answers as it would on the page. */
struct task_run {
	struct request req;              /* req.db does the work: streams, the import's transaction */
	struct db *control;              /* progress and the end go by a connection of their own */
	struct task task;
	json_t *params;
	int64_t done, total;
	int64_t beat_ms;
	/* the result, set by the kind */
	char file[100];                  /* "" none; removed unless the task ends */
	int64_t rows;
	const char *message;             /* Text key or sentence; "" none */
	bool failed;                     /* ends as failed, with file and message */
	bool ended;                      /* the kind wrote the end itself, in its own transaction */
};

struct task_kind { const char *name; NEOERR *(*run)(struct task_run *run); };
/* each in its file */
extern const struct task_kind task_export, task_import, task_qr, task_whatif,
	task_ledger_proof;

/* Takes and runs one task. *worked false: there was none. An error is the database's; a task's
 * own ends in its row. */
NEOERR *task_run_next(struct db *work, struct db *control, const char *holder,
	const struct task_kind *const *kinds, bool *worked) CHECKED;
/* To be called for each row: tells the progress once a second. ERR_BUSY: cancelled, taken over
 * or the runner must stop. */
NEOERR *task_step(struct task_run *run, int64_t done) CHECKED;
/* Names the result's file; path is where to write it. */
NEOERR *task_run_file(struct task_run *run, const char *extension, char path[TASK_PATH]) CHECKED;
/* Raises ERR_DENIED unless the owner may do it today. */
NEOERR *task_run_need(const struct task_run *run, const char *resource, const char *verb) CHECKED;

/* Makes a task of the asker; *id = 0: too many are open (Text task_page.too_many). params is taken
 * over. token: a form's, so that sent twice it makes one task; NULL none. */
NEOERR *task_make(struct request *req, const struct resource *res, const char *kind,
	const char *title, const char *input, json_t *params, const char *token, int64_t *id) CHECKED;
const char *task_path(struct request *req, int64_t id);          /* "/admin/task/7" */
/* The address of a list as the task remembers it: the query without what is not the list's. */
const char *task_query(struct request *req);

/* GET /admin/task/:id, .../progress, .../download; only the owner, or who holds task.all. */
extern const struct route task_routes[];
/* For the table of the screen: actions cancel and delete, computed columns. */
NEOERR *task_action_cancel(struct request *req, const struct resource *res, int64_t id,
	struct change *input) CHECKED;
NEOERR *task_action_delete(struct request *req, const struct resource *res, int64_t id,
	struct change *input) CHECKED;
NEOERR *task_decorate(struct request *req, int64_t id, HDF *row) CHECKED;

#endif

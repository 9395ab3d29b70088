/* import_run.c - an import at work: every row through the same change as the form, all of them or
 * none, in one transaction.
 * Owns nothing.
 * Serves cgi/task.c. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/resource/import.h"

#include "base/text.h"
#include "base/xlsx.h"
#include "cgi/render.h"
#include "cgi/resource/export.h"
#include "cgi/resource/task.h"

#define LISTED_MAX  200                  /* problems on the page */
#define PROBLEM_MAX 10000                /* in the file */
#define HEADS_MAX   200

struct problem { int line; const char *field, *title, *value, *text; };

struct import {
	struct task_run *run;
	const struct resource *res;
	struct import_file file;
	const struct field *head[HEADS_MAX];     /* by column of the file; NULL: none of ours */
	int heads;
	struct arena scratch;                    /* of one row */
	struct arena kept;                       /* of the problems */
	struct problem *problem;
	int problems;                            /* counted on beyond PROBLEM_MAX */
	int records;
};

static void add_problem(struct import *im, int line, const struct field *f, const char *value,
	const char *text)
{
	struct request *req = &im->run->req;

	if (im->problems < PROBLEM_MAX)
		im->problem[im->problems] = (struct problem){ line, f ? f->name : "",
			arena_strdup(&im->kept, f ? text_label(req, im->res->name, f->name) : ""),
			arena_strdup(&im->kept, value),
			arena_strdup(&im->kept, text_has(req->lang, text) ? text_get(req, text) : text) };
	im->problems++;
}

/* ---- the head ---- */

/* In either language, with or without the unit and the star of what is required; the field's own
 * name too. */
static bool head_is(struct request *req, const struct resource *res, const struct field *f,
	const char *title)
{
	static const char *const langs[] = { "zh-CN", "en" };
	const char *kept = req->lang;
	bool is = text_eq(title, f->name);

	for (int i = 0; i < 2 && !is; i++) {
		req->lang = langs[i];
		is = text_eq(title, text_label(req, res->name, f->name)) ||
			text_eq(title, export_head(req, res, f));
	}
	req->lang = kept;
	return is;
}

static char *bare_head(char *title)
{
	size_t len = strlen(title);

	if (len > 0 && title[len - 1] == '*')
		title[len - 1] = '\0';
	return text_trim(title);
}

bool import_head_is(struct request *req, const struct resource *res, const struct field *f,
	char *title)
{
	return head_is(req, res, f, bare_head(title));
}

static const struct field *field_of_head(struct import *im, const struct column *column, int n,
	char *title)
{
	title = bare_head(title);
	for (int i = 0; i < n; i++)
		if (head_is(&im->run->req, im->res, column[i].field, title))
			return column[i].field;
	return NULL;
}

static bool head_taken(const struct import *im, const struct field *f)
{
	for (int i = 0; i < im->heads; i++)
		if (im->head[i] == f)
			return true;
	return false;
}

static void read_head(struct import *im)
{
	struct request *req = &im->run->req;
	struct column *column = arena_alloc(&req->arena, (size_t)field_count(im->res) * sizeof *column);
	const struct import_row *r = &im->file.row[0];
	int n = import_columns(im->res, column);

	for (int i = 0; i < r->n && i < HEADS_MAX; i++) {
		const struct field *f = field_of_head(im, column, n, arena_strdup(&req->arena, r->cell[i]));

		if (f == NULL && *r->cell[i] != '\0')
			add_problem(im, r->line, NULL, r->cell[i], "import.unknown_column");
		else if (f != NULL && head_taken(im, f))
			add_problem(im, r->line, f, r->cell[i], "import.column_twice");
		im->head[im->heads++] = f;
	}
	for (int i = 0; i < n; i++)
		if ((column[i].field->flags & REQUIRED) && column[i].field->fallback == NULL &&
			column[i].field->kind != F_REF && !head_taken(im, column[i].field))
			add_problem(im, r->line, column[i].field, "", "import.column_missing");
}

/* ---- the rows ---- */

static bool is_example(struct import *im, const struct import_row *r)
{
	struct request *req = &im->run->req;

	for (int i = 0; i < im->heads; i++)
		if (im->head[i] != NULL &&
			!text_eq(i < r->n ? r->cell[i] : "", import_example(req, im->head[i])))
			return false;
	return true;
}

/* Excel knows no date without a time. */
static const char *cell_text(struct import *im, const struct field *f, const char *cell)
{
	size_t len = strlen(cell);

	if (f->kind == F_DATE && len == 19 && text_eq(cell + 10, " 00:00:00"))
		return arena_printf(&im->run->req.arena, "%.10s", cell);
	return cell;
}

/* The line of the file that has the same value already, 0 if none has: then it is the database
 * that knows it. */
static int earlier_line(const struct import *im, int row, int column)
{
	const struct import_row *r = &im->file.row[row];

	if (column < 0 || column >= r->n)
		return 0;
	for (int i = 1; i < row; i++)
		if (column < im->file.row[i].n && text_eq(im->file.row[i].cell[column], r->cell[column]))
			return im->file.row[i].line;
	return 0;
}

static void tell_row(struct import *im, int row, const struct change *c)
{
	struct request *req = &im->run->req;
	const struct import_row *r = &im->file.row[row];

	for (int i = 0; im->res->fields[i].name != NULL; i++) {
		const char *text = change_problem(req, c, i);
		int column = 0, line;

		if (text == NULL)
			continue;
		while (column < im->heads && im->head[column] != &im->res->fields[i])
			column++;
		if (text_eq(c->error[i], "error.duplicate") && (line = earlier_line(im, row, column)) > 0)
			text = text_format(req, "import.same_as", arena_printf(&req->arena, "%d", line), NULL);
		add_problem(im, r->line, &im->res->fields[i], column < r->n ? r->cell[column] : "", text);
	}
	if (c->form_error != NULL)
		add_problem(im, r->line, NULL, "", change_problem(req, c, -1));
}

static NEOERR *import_row(struct import *im, int row)
{
	struct request *req = &im->run->req;
	const struct import_row *r = &im->file.row[row];
	struct change *c = change_new(req, im->res, 0);
	NEOERR *err = STATUS_OK;
	int64_t id;
	bool saved;

	c->import = true;
	for (int i = 0; i < im->heads; i++)
		if (im->head[i] != NULL)
			change_put(req, c, im->head[i]->name,
				i < r->n ? cell_text(im, im->head[i], r->cell[i]) : "");
	for (int i = im->heads; i < r->n; i++)
		if (*r->cell[i] != '\0')
			add_problem(im, r->line, NULL, r->cell[i], "import.no_head");
	TRY(change_save(req, c, 0, NULL, &id, &saved));
	if (saved)
		im->records++;
	else
		tell_row(im, row, c);
out:
	return nerr_pass(err);
}

/* What a row takes from the request's arena goes with the row. */
static NEOERR *import_row_apart(struct import *im, int row)
{
	struct request *req = &im->run->req;
	struct arena kept = req->arena;
	NEOERR *err = STATUS_OK;

	req->arena = im->scratch;
	if (!is_example(im, &im->file.row[row]))
		err = import_row(im, row);
	arena_reset(&req->arena);
	im->scratch = req->arena;
	req->arena = kept;
	return nerr_pass(err);
}

/* All rows, although the first may be wrong already: the clerk wants the whole list. The task ends
 * in the same transaction, so that a cancelled import wrote nothing and one that wrote is done. */
static NEOERR *import_all(struct db *db, void *ctx)
{
	struct import *im = ctx;
	struct task_run *run = im->run;
	NEOERR *err = STATUS_OK;

	im->problems = im->records = 0;
	arena_reset(&im->kept);
	for (int i = 1; i < im->file.n; i++) {
		TRY(import_row_apart(im, i));
		TRY(task_step(run, i));
	}
	if (im->problems > 0)
		return nerr_raise(ERR_INVALID, "%d problems: nothing is imported", im->problems);
	run->message = text_format(&run->req, "import.done",
		arena_printf(&run->req.arena, "%d", im->records), NULL);
	TRY(audit_add(db, &run->req.actor, im->res->name, 0, "imported", NULL, NULL, run->message));
	TRY(task_problem_clear(db, run->task.id));
	TRY(task_done(db, &run->task, "", im->records, run->message));
out:
	return nerr_pass(err);
}

/* ---- what is wrong ---- */

static NEOERR *write_problems(struct import *im)
{
	struct task_run *run = im->run;
	struct request *req = &run->req;
	const struct xlsx_column head[] = {
		{ text_get(req, "import.line"), XLSX_INT, 8, false },
		{ text_get(req, "import.column"), XLSX_TEXT, 24, false },
		{ text_get(req, "import.value"), XLSX_TEXT, 30, false },
		{ text_get(req, "import.problem"), XLSX_TEXT, 60, false },
	};
	struct xlsx *x = NULL;
	NEOERR *err = STATUS_OK;
	char path[TASK_PATH];

	TRY(task_run_file(run, "xlsx", path));
	TRY(xlsx_open(path, &x));
	TRY(xlsx_sheet(x, text_get(req, "import.problems"), head, sizeof head / sizeof *head));
	for (int i = 0; i < im->problems && i < PROBLEM_MAX; i++) {
		const struct problem *p = &im->problem[i];
		char line[16];
		const char *const row[] = { line, p->title, p->value, p->text };

		snprintf(line, sizeof line, "%d", p->line);
		TRY(xlsx_row(x, row));
	}
	run->rows = xlsx_rows(x);
	TRY(xlsx_close(&x));
out:
	xlsx_abort(&x);
	return nerr_pass(err);
}

static NEOERR *list_problems(struct db *db, void *ctx)
{
	struct import *im = ctx;
	NEOERR *err = STATUS_OK;

	TRY(task_problem_clear(db, im->run->task.id));
	for (int i = 0; i < im->problems && i < LISTED_MAX; i++) {
		const struct problem *p = &im->problem[i];
		TRY(task_problem_add(db, im->run->task.id,
			&(struct task_problem){ i + 1, p->line, p->field, p->title, p->value, p->text }));
	}
out:
	return nerr_pass(err);
}

static NEOERR *tell_problems(struct import *im)
{
	struct task_run *run = im->run;
	struct request *req = &run->req;
	NEOERR *err = STATUS_OK;

	run->failed = true;
	run->message =
		text_format(req, "import.failed", arena_printf(&req->arena, "%d", im->problems), NULL);
	TRY(db_tx(req->db, list_problems, im));
	TRY(write_problems(im));
out:
	return nerr_pass(err);
}

/* ---- the task ---- */

static NEOERR *map_input(const char *name, void **data, size_t *len)
{
	char path[TASK_PATH];
	struct stat st;
	NEOERR *err = STATUS_OK;
	int fd = -1;

	TRY(task_file_path(name, path, sizeof path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size == 0) {
		err = nerr_raise(ERR_NOT_FOUND, "the uploaded file is gone");
		goto out;
	}
	*len = (size_t)st.st_size;
	*data = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (*data == MAP_FAILED)
		err = nerr_raise_errno(NERR_SYSTEM, "mmap");
out:
	if (fd >= 0)
		close(fd);
	return nerr_pass(err);
}

/* A file that cannot be read is the clerk's problem, told like the others. */
static NEOERR *read_input(struct import *im, bool *readable)
{
	NEOERR *err = STATUS_OK;
	void *data = MAP_FAILED;
	size_t len = 0;

	*readable = false;
	TRY(map_input(im->run->task.input, &data, &len));
	err = import_read(data, len, &im->file);
	if (error_is(err, ERR_INVALID)) {
		im->run->failed = true;
		im->run->message = arena_strdup(&im->run->req.arena, error_desc(err));
		error_drop(err);
		err = STATUS_OK;
		goto out;
	}
	*readable = err == STATUS_OK;
out:
	if (data != MAP_FAILED)
		munmap(data, len);
	return nerr_pass(err);
}

static NEOERR *import_file(struct import *im)
{
	struct task_run *run = im->run;
	struct request *req = &run->req;
	NEOERR *err = STATUS_OK;
	bool readable;

	im->file.arena = &req->arena;
	TRY(read_input(im, &readable));
	if (!readable)
		goto out;
	if (im->file.too_many || im->file.n < 2) {
		run->failed = true;
		run->message = im->file.too_many ? text_format(req, "import.too_many",
											   arena_printf(&req->arena, "%d", IMPORT_ROWS), NULL)
												: "import.empty";
		goto out;
	}
	read_head(im);
	run->total = im->file.n - 1;
	if (im->problems == 0) {
		err = db_tx(req->db, import_all, im);
		run->ended = err == STATUS_OK;
		if (im->problems > 0 && error_is(err, ERR_INVALID)) {
			error_drop(err);
			err = STATUS_OK;
		}
	}
	if (err == STATUS_OK && im->problems > 0)
		err = tell_problems(im);
out:
	return nerr_pass(err);
}

static NEOERR *import_run(struct task_run *run)
{
	struct import im = { .run = run, .res = resource_find(run->task.resource) };
	NEOERR *err = STATUS_OK;

	arena_init(&im.scratch);
	arena_init(&im.kept);
	if (im.res == NULL || !(im.res->can & CAN_IMPORT)) {
		err = nerr_raise(ERR_NOT_FOUND, "nothing named %s is imported", run->task.resource);
		goto out;
	}
	TRY(task_run_need(run, im.res->name, "import"));
	im.problem = arena_alloc(&run->req.arena, PROBLEM_MAX * sizeof *im.problem);
	TRY(import_file(&im));
out:
	arena_clear(&im.scratch);
	arena_clear(&im.kept);
	return nerr_pass(err);
}

const struct task_kind task_import = { "import", import_run };

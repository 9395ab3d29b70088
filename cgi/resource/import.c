/* import.c - the page that takes a file of new records, and its template: heads, an example, what
 * each column wants.
 * Owns nothing; import_run.c does the work.
 * Serves whoever may <resource>.import. */
#include <fcntl.h>
#include <unistd.h>

#include "cgi/resource/import.h"

#include "base/crypt.h"
#include "base/text.h"
#include "base/xlsx.h"
#include "cgi/render.h"
#include "cgi/resource/export.h"
#include "cgi/resource/task.h"
#include "cgi/response.h"

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

int import_columns(const struct resource *res, struct column *column)
{
	return view_columns(res, IMPORT | CREATE, 0, column);
}

/* "{1} {2}" of the kind's own sentence: "at most 60 characters". */
static const char *hint_of(struct request *req, const struct field *f)
{
	const char *key = arena_printf(&req->arena, "import.hint.%s", kinds[f->kind].name);
	bool texts = f->kind == F_TEXT || f->kind == F_LONGTEXT || f->kind == F_CODE;

	return text_format(req, key,
		texts ? arena_printf(&req->arena, "%lld", (long long)field_max_chars(f)) : NULL, NULL);
}

static const char *choices_of(struct request *req, const struct field *f)
{
	const char *comma = text_get(req, "import.comma"), *out;
	struct buf b;

	if (f->kind == F_BOOL)
		return arena_printf(&req->arena, "%s%s%s", field_show(req, f, "1", true), comma,
			field_show(req, f, "0", true));
	if (f->kind != F_CHOICE)
		return "";
	buf_init(&b, 0);
	for (int i = 0; i < f->choices->n; i++) {
		buf_puts(&b, i > 0 ? comma : "");
		buf_puts(&b, choice_label(req, f, f->choices->rows[i].name));
	}
	out = arena_strdup(&req->arena, buf_str(&b));
	buf_clear(&b);
	return out;
}

const char *import_example(struct request *req, const struct field *f)
{
	const char *key = arena_printf(&req->arena, "import.example.%s", kinds[f->kind].name);

	if (f->kind == F_CHOICE)
		return choice_label(req, f, f->fallback != NULL ? f->fallback : f->choices->rows[0].name);
	if (f->kind == F_BOOL)
		return field_show(req, f, f->fallback != NULL ? f->fallback : "0", true);
	if (f->fallback != NULL && f->kind != F_REF)
		return f->fallback;
	return text_get(req, key);
}

static const char *head_of(struct request *req, const struct resource *res, const struct field *f)
{
	const char *head = export_head(req, res, f);

	return (f->flags & REQUIRED) ? arena_printf(&req->arena, "%s *", head) : head;
}

/* ---- the template ---- */

static NEOERR *template_records(struct request *req, const struct resource *res, struct xlsx *x,
	const struct column *column, int n)
{
	struct xlsx_column *head = arena_alloc(&req->arena, (size_t)n * sizeof *head);
	const char **example = arena_alloc(&req->arena, (size_t)n * sizeof *example);
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < n; i++) {
		const char *title = head_of(req, res, column[i].field);
		head[i] = (struct xlsx_column){ .title = title, .kind = XLSX_TEXT, .as_text = true,
			.width = export_width(column[i].field, title) };
		example[i] = import_example(req, column[i].field);
	}
	TRY(xlsx_sheet(x, resource_noun(req, res), head, n));
	TRY(xlsx_row(x, example));
out:
	return nerr_pass(err);
}

static NEOERR *template_help(struct request *req, const struct resource *res, struct xlsx *x,
	const struct column *column, int n)
{
	const struct xlsx_column head[] = {
		{ text_get(req, "import.column"), XLSX_TEXT, 24, false },
		{ text_get(req, "import.required"), XLSX_TEXT, 10, false },
		{ text_get(req, "import.hint_title"), XLSX_TEXT, 50, false },
		{ text_get(req, "import.choices"), XLSX_TEXT, 50, false },
		{ text_get(req, "import.example_title"), XLSX_TEXT, 24, false },
	};
	NEOERR *err = STATUS_OK;

	TRY(xlsx_sheet(x, text_get(req, "import.help"), head, sizeof head / sizeof *head));
	for (int i = 0; i < n; i++) {
		const struct field *f = column[i].field;
		const char *const row[] = { export_head(req, res, f),
			text_get(req, (f->flags & REQUIRED) ? "bool.yes" : "bool.no"), hint_of(req, f),
			choices_of(req, f), import_example(req, f) };
		TRY(xlsx_row(x, row));
	}
out:
	return nerr_pass(err);
}

static NEOERR *read_file(struct request *req, const char *path, char **data, size_t *len)
{
	NEOERR *err = STATUS_OK;
	FILE *f = fopen(path, "re");
	long size;

	if (f == NULL)
		return nerr_raise_errno(NERR_IO, "%s cannot be read", path);
	if (fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) != 0) {
		err = nerr_raise_errno(NERR_IO, "%s cannot be read", path);
		goto out;
	}
	*data = arena_alloc(&req->arena, (size_t)size + 1);
	*len = fread(*data, 1, (size_t)size, f);
out:
	fclose(f);
	return nerr_pass(err);
}

/* The writer wants a file; this one lives as long as the request. */
static NEOERR *import_template(struct request *req)
{
	char name[100], path[TASK_PATH] = "", *data = NULL;
	const struct resource *res;
	struct column *column;
	struct xlsx *x = NULL;
	NEOERR *err = STATUS_OK;
	size_t len = 0;
	int n;

	TRY(resource_enter(req, "import", &res));
	column = arena_alloc(&req->arena, (size_t)field_count(res) * sizeof *column);
	n = import_columns(res, column);
	TRY(task_file_name("in", "xlsx", name, sizeof name));
	TRY(task_file_path(name, path, sizeof path));
	TRY(xlsx_open(path, &x));
	TRY(template_records(req, res, x, column, n));
	TRY(template_help(req, res, x, column, n));
	TRY(xlsx_close(&x));
	TRY(read_file(req, path, &data, &len));
	response_bytes(req, XLSX_TYPE, data, len);
	response_header(req, "Content-Disposition",
		arena_printf(&req->arena, "attachment; filename*=UTF-8''%s",
			url_encode(req,
				text_format(req, "import.template_name", resource_noun(req, res), NULL))));
out:
	xlsx_abort(&x);
	if (path[0] != '\0')
		unlink(path);
	return nerr_pass(err);
}

/* ---- the page ---- */

static NEOERR *put_columns(struct request *req, const struct resource *res)
{
	struct column *column = arena_alloc(&req->arena, (size_t)field_count(res) * sizeof *column);
	int n = import_columns(res, column);
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < n; i++) {
		const struct field *f = column[i].field;
		TRY(hdf_put(req->hdf, export_head(req, res, f), "Column.%d.title", i));
		TRY(hdf_put(req->hdf, (f->flags & REQUIRED) ? "1" : "", "Column.%d.required", i));
		TRY(hdf_put(req->hdf, hint_of(req, f), "Column.%d.hint", i));
		TRY(hdf_put(req->hdf, choices_of(req, f), "Column.%d.choices", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *show_page(struct request *req, const struct resource *res, const char *problem)
{
	NEOERR *err = STATUS_OK;
	char token[33];

	TRY(random_hex(token, 16));
	TRY(put_columns(req, res));
	TRY(hdf_put(req->hdf, token, "Import.token"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/%s", res->name), "Import.back"));
	TRY(hdf_put(req->hdf, resource_noun(req, res), "Import.noun"));
	TRY(hdf_put(req->hdf,
		text_format(req, "import.rows_max", arena_printf(&req->arena, "%d", IMPORT_ROWS), NULL),
		"Import.limit"));
	if (problem != NULL) {
		TRY(hdf_put(req->hdf, text_get(req, problem), "Import.problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_format(req, "import.title", resource_noun(req, res), NULL),
		"Page.title"));
	TRY(hdf_put(req->hdf, res->name, "Page.active"));
	TRY(render_page(req, "import.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *import_page(struct request *req)
{
	const struct resource *res;
	NEOERR *err = STATUS_OK;

	TRY(resource_enter(req, "import", &res));
	TRY(show_page(req, res, NULL));
out:
	return nerr_pass(err);
}

/* ---- the upload ---- */

static const char *problem_of(const struct upload *up, enum import_type type)
{
	if (up == NULL || up->len == 0)
		return "import.no_file";
	if (type == IMPORT_OLD_XLS)
		return "import.old_xls";
	return type == IMPORT_NONE ? "import.wrong_type" : NULL;
}

static NEOERR *keep_upload(const struct upload *up, enum import_type type, char *name, size_t room)
{
	NEOERR *err = STATUS_OK;
	char path[TASK_PATH];
	int fd;

	TRY(task_file_name("in", type == IMPORT_XLSX ? "xlsx" : "csv", name, room));
	TRY(task_file_path(name, path, sizeof path));
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return nerr_raise_errno(NERR_IO, "%s cannot be written", path);
	if (write(fd, up->data, up->len) != (ssize_t)up->len)
		err = nerr_raise_errno(NERR_IO, "%s cannot be written", path);
	close(fd);
	if (err != STATUS_OK)
		unlink(path);
out:
	return nerr_pass(err);
}

/* The page's token: the same upload sent twice is one import. */
static NEOERR *import_upload(struct request *req)
{
	const struct upload *up = request_upload(req, "file");
	enum import_type type = up != NULL ? import_type_of(up->data, up->len) : IMPORT_NONE;
	const struct resource *res;
	NEOERR *err = STATUS_OK;
	const char *problem, *title;
	char input[100];
	int64_t id;

	TRY(resource_enter(req, "import", &res));
	if ((problem = problem_of(up, type)) != NULL) {
		TRY(show_page(req, res, problem));
		goto out;
	}
	TRY(keep_upload(up, type, input, sizeof input));
	title = text_format(req, "import.task_title", resource_noun(req, res), up->filename);
	TRY(task_make(req, res, "import", title, input, json_object(),
		request_param_or(req, "_token", ""), &id));
	if (id == 0)
		TRY(show_page(req, res, "task_page.too_many"));
	else
		response_redirect(req, task_path(req, id));
out:
	return nerr_pass(err);
}

const struct route import_routes[] = {
	{ METHOD_GET, "/admin/:resource/import", import_page },
	{ METHOD_POST, "/admin/:resource/import", import_upload },
	{ METHOD_GET, "/admin/:resource/import/template", import_template },
	{ 0 },
};

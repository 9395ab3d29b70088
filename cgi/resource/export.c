/* export.c - a list as Excel: typed cells streamed row by row, totals, and a sheet that says what
 * was asked.
 * Owns nothing; memory does not grow with the rows.
 * Serves whoever may <resource>.export. (H10, PAGES "Long work") */
#include "cgi/resource/export.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cgi/render.h"
#include "cgi/resource/task.h"
#include "cgi/response.h"

enum cell { CELL_RAW, CELL_TITLE, CELL_LABEL, CELL_MASKED, CELL_SAID };

/* How a column becomes a cell; labels of choices and truth values are looked up once, not a row. */
struct cell_plan {
	enum cell how;
	int at;
	const struct field *field;
	const char **label;              /* by value of the choice; 0 and 1 of a truth value */
};

struct sheet {
	struct task_run *run;
	struct xlsx *xlsx;
	struct cell_plan *plan;
	struct xlsx_column *column;
	const char **text;
	int n;
	bool totals;
	struct arena scratch;            /* masked texts of one row */
};

enum xlsx_kind export_kind(const struct field *f)
{
	static const enum xlsx_kind by_kind[] = {
		[F_INT] = XLSX_INT,
		[F_MONEY] = XLSX_MONEY,
		[F_PRICE] = XLSX_PRICE,
		[F_ENERGY] = XLSX_ENERGY,
		[F_DECIMAL] = XLSX_DECIMAL,
		[F_PERCENT] = XLSX_PERCENT,
		[F_DATE] = XLSX_DAY,
		[F_TIME] = XLSX_TIME,
		[F_SECONDS] = XLSX_SECONDS,
		[F_PASSWORD] = XLSX_TEXT,
		[F_PLATE] = XLSX_TEXT,
	};

	return (f->flags & PII) ? XLSX_TEXT : by_kind[f->kind];
}

/* In characters of the default font: a Chinese one takes two. */
static int text_width(const char *s)
{
	int width = 0;

	for (; *s; s++)
		if (((unsigned char)*s & 0xC0) != 0x80)
			width += (unsigned char)*s < 0x80 ? 1 : 2;
	return width;
}

int export_width(const struct field *f, const char *head)
{
	static const int by_kind[] = {
		[F_TEXT] = 20,
		[F_LONGTEXT] = 40,
		[F_CODE] = 18,
		[F_INT] = 10,
		[F_MONEY] = 14,
		[F_PRICE] = 12,
		[F_ENERGY] = 14,
		[F_DECIMAL] = 12,
		[F_PERCENT] = 10,
		[F_BOOL] = 8,
		[F_CHOICE] = 12,
		[F_REF] = 20,
		[F_DATE] = 12,
		[F_TIME] = 20,
		[F_SECONDS] = 12,
		[F_PHONE] = 14,
		[F_EMAIL] = 24,
		[F_PLATE] = 12,
		[F_PASSWORD] = 12,
	};
	int least = text_width(head) + 4;    /* the filter's button */

	return by_kind[f->kind] > least ? by_kind[f->kind] : least;
}

const char *export_head(struct request *req, const struct resource *res, const struct field *f)
{
	const char *label = text_label(req, res->name, f->name), *unit = field_unit(req, f);

	return *unit == '\0' ? label : text_format(req, "export.head", label, unit);
}

static const char **labels_of(struct request *req, const struct field *f)
{
	static const char *const truth[] = { "0", "1" };
	int n = f->kind == F_BOOL ? 2 : f->choices->n;
	const char **label = arena_alloc(&req->arena, (size_t)n * sizeof *label);

	for (int i = 0; i < n; i++)
		label[i] =
			field_show(req, f, f->kind == F_BOOL ? truth[i] : f->choices->rows[i].name, true);
	return label;
}

static void plan_cell(struct request *req, struct cell_plan *p, const struct column *c, bool whole)
{
	p->field = c->field;
	p->at = c->at;
	if (c->field->kind == F_REF) {
		p->how = CELL_TITLE;
		p->at = c->at + 1;
	} else if (c->field->said && !(c->field->flags & PII)) {
		p->how = CELL_SAID;
	} else if (c->field->kind == F_CHOICE || c->field->kind == F_BOOL) {
		p->how = CELL_LABEL;
		p->label = labels_of(req, c->field);
	} else {
		p->how = (c->field->flags & PII) && !whole ? CELL_MASKED : CELL_RAW;
	}
}

static const char *label_of(const struct cell_plan *p, const char *raw)
{
	int i;

	if (p->field->kind == F_BOOL)
		return p->label[raw[0] == '1'];
	i = choice_value(p->field->choices, raw);
	return i < 0 ? raw : p->label[i];
}

/* field_mask() and said() write into the request's arena, which lives for the whole task: a
 * row's texts go to the scratch one. */
static const char *worded(struct sheet *s, const struct cell_plan *p, const char *raw)
{
	struct request *req = &s->run->req;
	struct arena kept = req->arena;
	const char *text;

	req->arena = s->scratch;
	text = p->how == CELL_SAID ? p->field->said(req, raw) : field_mask(req, p->field, raw);
	s->scratch = req->arena;
	req->arena = kept;
	return text;
}

static NEOERR *put_row(const struct row *r, void *ctx)
{
	struct sheet *s = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < s->n; i++) {
		const struct cell_plan *p = &s->plan[i];
		const char *raw = r->value[p->at];

		if (raw != NULL && p->how == CELL_LABEL)
			raw = label_of(p, raw);
		else if (raw != NULL && (p->how == CELL_MASKED || p->how == CELL_SAID))
			raw = worded(s, p, raw);
		s->text[i] = raw;
	}
	TRY(xlsx_row(s->xlsx, s->text));
	arena_reset(&s->scratch);
	TRY(task_step(s->run, xlsx_rows(s->xlsx)));
out:
	return nerr_pass(err);
}

static NEOERR *put_notes(struct sheet *s, const struct view *v)
{
	struct request *req = &s->run->req;
	char now[CLOCK_TEXT], rows[24];
	const char *filter = "";
	NEOERR *err = STATUS_OK;

	TRY(view_describe(req, v, &filter));
	snprintf(rows, sizeof rows, "%lld", (long long)xlsx_rows(s->xlsx));
	clock_format(clock_now(), now);
	const char *const pairs[][2] = {
		{ text_get(req, "export.what"), resource_noun(req, v->res) },
		{ text_get(req, "export.filter"), *filter ? filter : text_get(req, "export.no_filter") },
		{ text_get(req, "export.time"), now },
		{ text_get(req, "export.user"), req->who.name },
		{ text_get(req, "export.rows"), rows },
	};
	TRY(xlsx_notes(s->xlsx, text_get(req, "export.notes"), pairs, sizeof pairs / sizeof *pairs));
out:
	return nerr_pass(err);
}

static void plan_sheet(struct sheet *s, const struct view *v, const struct column *column)
{
	struct request *req = &s->run->req;
	bool whole = resource_may(req, v->res, "pii");

	s->plan = arena_alloc(&req->arena, (size_t)s->n * sizeof *s->plan);
	s->column = arena_alloc(&req->arena, (size_t)s->n * sizeof *s->column);
	s->text = arena_alloc(&req->arena, (size_t)s->n * sizeof *s->text);
	for (int i = 0; i < s->n; i++) {
		const struct field *f = column[i].field;
		const char *head = export_head(req, v->res, f);

		plan_cell(req, &s->plan[i], &column[i], whole);
		s->column[i] = (struct xlsx_column){ head, export_kind(f), export_width(f, head),
			(f->flags & TOTAL) != 0 };
		s->totals |= (f->flags & TOTAL) != 0;
	}
}

/* Head, rows, totals, notes. */
static NEOERR *write_sheets(struct sheet *s, const struct view *v, struct query *q)
{
	struct request *req = &s->run->req;
	NEOERR *err = STATUS_OK;

	TRY(xlsx_sheet(s->xlsx, resource_noun(req, v->res), s->column, s->n));
	TRY(db_stream_text(req->db, buf_str(&q->text), q->arg, q->args, put_row, s));
	if (s->totals && xlsx_rows(s->xlsx) > 0)
		TRY(xlsx_totals(s->xlsx, text_get(req, "export.totals")));
	TRY(put_notes(s, v));
out:
	return nerr_pass(err);
}

static NEOERR *export_view(struct task_run *run, const struct view *v)
{
	struct request *req = &run->req;
	struct sheet s = { .run = run };
	struct column *column = arena_alloc(&req->arena, (size_t)field_count(v->res) * sizeof *column);
	NEOERR *err = STATUS_OK;
	struct query q;
	char path[TASK_PATH];

	query_init(&q, &req->arena);
	arena_init(&s.scratch);
	s.n = view_columns(v->res, EXPORT, VIRTUAL | SECRET, column);
	view_select(&q, req, v, column, s.n, 0, 0, NULL);
	plan_sheet(&s, v, column);
	TRY(view_count(req, v, v->tab, 0, &run->total));
	TRY(task_progress(run->control, &run->task, 0, run->total));
	TRY(task_run_file(run, "xlsx", path));
	TRY(xlsx_open(path, &s.xlsx));
	TRY(write_sheets(&s, v, &q));
	run->rows = xlsx_rows(s.xlsx);
	TRY(xlsx_close(&s.xlsx));
out:
	xlsx_abort(&s.xlsx);
	arena_clear(&s.scratch);
	query_clear(&q);
	return nerr_pass(err);
}

static NEOERR *export_run(struct task_run *run)
{
	const struct resource *res = resource_find(run->task.resource);
	NEOERR *err = STATUS_OK;
	struct view v;

	if (res == NULL || !(res->can & CAN_EXPORT))
		return nerr_raise(ERR_NOT_FOUND, "nothing named %s is exported", run->task.resource);
	TRY(task_run_need(run, res->name, "export"));
	TRY(view_read(&run->req, res, &v));
	if (v.bad) {
		run->failed = true;
		run->message = "task_page.bad_filter";
		goto out;
	}
	TRY(export_view(run, &v));
out:
	return nerr_pass(err);
}

const struct task_kind task_export = { "export", export_run };

/* What stands in the download centre: the noun, and the filter as a sentence. */
static NEOERR *title_of(struct request *req, const struct view *v, const char **title)
{
	const char *filter = "";
	NEOERR *err = STATUS_OK;

	TRY(view_describe(req, v, &filter));
	*title = *filter ? text_format(req, "export.title", resource_noun(req, v->res), filter)
					 : resource_noun(req, v->res);
out:
	return nerr_pass(err);
}

static NEOERR *export_start(struct request *req)
{
	const struct resource *res;
	NEOERR *err = STATUS_OK;
	const char *title = "", *token = request_param(req, "_token");
	struct view v;
	int64_t id;

	TRY(resource_enter(req, "export", &res));
	if (!(res->can & CAN_EXPORT))
		return nerr_raise(ERR_NOT_FOUND, "%s is not exported", res->name);
	TRY(view_read(req, res, &v));
	TRY(title_of(req, &v, &title));
	TRY(task_make(req, res, "export", title, "", json_pack("{s:s}", "query", task_query(req)),
		token != NULL && *token != '\0' ? token : NULL, &id));
	if (id == 0)
		response_redirect_saying(req, "/admin/task", "task_page.too_many", NULL);
	else
		response_redirect(req, task_path(req, id));
out:
	return nerr_pass(err);
}

const struct route export_routes[] = {
	{ METHOD_POST, "/admin/:resource/export", export_start },
	{ 0 },
};

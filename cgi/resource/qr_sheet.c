/* qr_sheet.c - QR codes of connectors: by list into Excel.
 * Owns nothing.
 * Serves whoever puts stickers on piles. (D7) */
#include "cgi/resource/qr_sheet.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/qr.h"
#include "base/text.h"
#include "base/xlsx.h"
#include "cgi/render.h"
#include "cgi/resource/engine.h"
#include "cgi/resource/task.h"
#include "cgi/response.h"

#define SHEET_MODULE 3                   /* pixels a module in the workbook's pictures, shown at SHEET_PIXELS */
#define SHEET_PIXELS 120
#define SHEET_MAX    20000               /* pictures are kept in memory until the workbook is closed */

/* The lists that may be exported, and what of a connector their records are. */
static const struct source { const char *resource, *column; } sources[] = {
	{ "connector", "c.id" }, { "pile", "c.pile_id" }, { "station", "c.station_id" },
	{ "socket", "c.id" }, { "bike_device", "c.pile_id" },
};

static const char connector_columns[] =
	"select c.code, c.name, p.serial, p.name, s.name from connector c"
	" join pile p on p.id = c.pile_id join station s on s.id = c.station_id";


const char *qr_sheet_url(struct arena *arena, const char *code)
{
	return arena_printf(arena, "%s/c/%s", conf.url, code);
}

static const struct source *source_find(const char *resource)
{
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (text_eq(sources[i].resource, resource))
			return &sources[i];
	return NULL;
}

enum {
	COLUMN_STATION,
	COLUMN_QR,
	COLUMN_URL,
	COLUMN_SERIAL,
	COLUMN_PILE,
	COLUMN_CODE,
	COLUMN_NAME,
	COLUMNS
};

struct sheet { struct task_run *run; struct xlsx *xlsx; struct arena scratch; };

static NEOERR *put_connector(const struct row *r, void *ctx)
{
	struct sheet *s = ctx;
	const char *url = qr_sheet_url(&s->scratch, row_str(r, 0));
	const char *const text[COLUMNS] = {
		[COLUMN_STATION] = row_str(r, 4),
		[COLUMN_QR] = NULL,
		[COLUMN_URL] = url,
		[COLUMN_SERIAL] = row_str(r, 2),
		[COLUMN_PILE] = row_str(r, 3),
		[COLUMN_CODE] = row_str(r, 0),
		[COLUMN_NAME] = row_str(r, 1),
	};
	unsigned char *png = NULL;
	NEOERR *err = STATUS_OK;
	size_t len;

	if (xlsx_rows(s->xlsx) >= SHEET_MAX) {
		s->run->failed = true;               /* no sheet rather than one that misses some */
		s->run->message = "qr.too_many";
		return STATUS_OK;
	}
	TRY(qr_png_dup(url, SHEET_MODULE, &png, &len));
	TRY(xlsx_row(s->xlsx, text));
	TRY(xlsx_image(s->xlsx, COLUMN_QR, png, len, SHEET_PIXELS));
	TRY(task_step(s->run, xlsx_rows(s->xlsx)));
out:
	free(png);
	arena_reset(&s->scratch);
	return nerr_pass(err);
}

static NEOERR *begin_sheet(struct sheet *s)
{
	static const struct { const char *key; int width;
	} heads[COLUMNS] = {
		[COLUMN_STATION] = { "qr.station", 24 },
		[COLUMN_QR] = { "qr.picture", 18 },
		[COLUMN_URL] = { "qr.url", 44 },
		[COLUMN_SERIAL] = { "qr.serial", 20 },
		[COLUMN_PILE] = { "qr.pile", 20 },
		[COLUMN_CODE] = { "qr.code", 16 },
		[COLUMN_NAME] = { "qr.name", 16 },
	};
	struct xlsx_column column[COLUMNS];

	for (int i = 0; i < COLUMNS; i++)
		column[i] = (struct xlsx_column){ text_get(&s->run->req, heads[i].key), XLSX_TEXT,
			heads[i].width, false };
	return nerr_pass(xlsx_sheet(s->xlsx, text_get(&s->run->req, "qr.sheet"), column, COLUMNS));
}

/* The list's search as a sub-select, so that scope and filters are the engine's. */
static void connectors_of(struct query *q, struct request *req, const struct view *v,
	const struct source *source, int most)
{
	struct query part;

	query_init(&part, &req->arena);
	query_from(&part, v->res, true);
	view_where(&part, req, v, v->tab);
	query_add(q, connector_columns);
	query_addf(q, " where c.deleted = 0 and %s in (select t.id", source->column);
	query_add(q, buf_str(&part.text));
	for (int i = 0; i < part.args; i++)
		query_bind(q, part.arg[i]);
	query_addf(q, ") order by s.name, p.code, c.number limit %d", most);
	query_clear(&part);
}

static NEOERR *write_sheet(struct task_run *run, const struct view *v, const struct source *source)
{
	struct sheet s = { .run = run };
	NEOERR *err = STATUS_OK;
	char path[TASK_PATH];
	struct query q;

	query_init(&q, &run->req.arena);
	arena_init(&s.scratch);
	connectors_of(&q, &run->req, v, source, SHEET_MAX + 1);
	TRY(task_run_file(run, "xlsx", path));
	TRY(xlsx_open(path, &s.xlsx));
	TRY(begin_sheet(&s));
	TRY(query_run(run->req.db, &q, put_connector, &s));
	run->rows = xlsx_rows(s.xlsx);
	if (!run->failed)
		TRY(xlsx_close(&s.xlsx));
out:
	xlsx_abort(&s.xlsx);
	arena_clear(&s.scratch);
	query_clear(&q);
	return nerr_pass(err);
}

static NEOERR *qr_run(struct task_run *run)
{
	const struct source *source = source_find(run->task.resource);
	const struct resource *res = resource_find(run->task.resource);
	NEOERR *err = STATUS_OK;
	struct view v;

	if (source == NULL || res == NULL)
		return nerr_raise(ERR_NOT_FOUND, "%s has no QR codes", run->task.resource);
	TRY(task_run_need(run, res->name, "qr_sheet"));
	TRY(view_read(&run->req, res, &v));
	if (v.bad) {
		run->failed = true;
		run->message = "task_page.bad_filter";
		goto out;
	}
	TRY(write_sheet(run, &v, source));
out:
	return nerr_pass(err);
}

const struct task_kind task_qr = { "qr", qr_run };

static NEOERR *take_any(const struct row *r, void *ctx)
{
	(void)r;
	*(bool *)ctx = true;
	return STATUS_OK;
}

/* Is there a connector in the list that the URL shows? */
static NEOERR *any_of(struct request *req, const struct view *v, const struct resource *res,
	bool *any)
{
	struct query q;
	NEOERR *err;

	*any = false;
	query_init(&q, &req->arena);
	connectors_of(&q, req, v, source_find(res->name), 1);
	TRY(query_run(req->db, &q, take_any, any));
out:
	query_clear(&q);
	return nerr_pass(err);
}

NEOERR *qr_sheet_action(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	const char *filter = "";
	struct view v;
	int64_t task;
	bool any;

	(void)id;
	TRY(view_read(req, res, &v));
	TRY(any_of(req, &v, res, &any));
	if (!any) {
		change_error(input, NULL, "qr.none");
		goto out;
	}
	TRY(view_describe(req, &v, &filter));
	TRY(task_make(req, res, "qr",
		*filter ? text_format(req, "export.title", resource_noun(req, res), filter)
				: resource_noun(req, res),
		"", json_pack("{s:s}", "query", task_query(req)), NULL, &task));
	if (task == 0)
		change_error(input, NULL, "task_page.too_many");
	else
		input->go = task_path(req, task);
out:
	return nerr_pass(err);
}

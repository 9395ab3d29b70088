/* whatif.c - "what if": last month's charges of chosen stations rated again under a tariff's newest
 * version, income before and after by station and by half hour.
 * Owns the screen, the page that asks and the task's kind; lib/charge/whatif.c does the sums.
 * Serves whoever changes prices. */
#include "charge/whatif.h"
#include "cgi/resource/page.h"
#include "cgi/resource/task.h"
#include "cgi/screen/chart.h"
#include "cgi/screen/screen.h"

#define MONTHS 3

SQL(whatif_stations_of,
	"SELECT s.id, s.name, CONCAT(s.city, s.address) FROM tariff t JOIN station s ON s.provider_id ="
	" t.provider_id AND s.kind = t.kind AND s.deleted = 0 AND (t.station_id IS NULL OR s.id ="
	" t.station_id) WHERE t.id = ? ORDER BY s.name, s.id LIMIT 2000");
SQL(whatif_versions, "SELECT COUNT(*) FROM tariff_version WHERE tariff_id = ?");
SQL(whatif_rows,
	"SELECT s.name, w.sessions, w.energy, w.amount_before, w.amount_after, w.amount_after -"
	" w.amount_before FROM whatif_station w JOIN station s ON s.id = w.station_id WHERE w.whatif_id"
	" = ? ORDER BY ABS(w.amount_after - w.amount_before) DESC, s.name");
SQL(whatif_slots,
	"SELECT half_hour, energy, amount_before, amount_after FROM whatif_slot WHERE whatif_id = ?"
	" ORDER BY half_hour");
SQL(whatif_failed, "UPDATE whatif SET status = 'failed' WHERE id = ?");

static const struct choice states[] = { { "pending", "blue" }, { "done", "green" },
	{ "failed", "red" } };
static const struct choices state_choices = { "whatif_status", states, 3 };

/* ---- asking ---- */

struct picks { struct request *req; int64_t *id; int n; };

static NEOERR *take_pick(const struct row *r, void *ctx)
{
	struct picks *p = ctx;
	HDF *hdf = p->req->hdf;
	NEOERR *err;

	p->id[p->n] = row_i64(r, 0);
	TRY(hdf_put(hdf, row_str(r, 0), "Pick.%d.id", p->n));
	TRY(hdf_put(hdf, row_str(r, 1), "Pick.%d.label", p->n));
	TRY(hdf_put(hdf, row_str(r, 2), "Pick.%d.detail", p->n));
	TRY(hdf_put(hdf, "1", "Pick.%d.checked", p->n));
	p->n++;
out:
	return nerr_pass(err);
}

/* "2026-10", the first and the last day of the month n months ago. */
static const char *month(struct request *req, int ago, const char **first, const char **last)
{
	char day[CLOCK_TEXT], end[CLOCK_TEXT];
	int64_t now = clock_now(), begin;

	clock_format_day(clock_add_months(now, -ago), day);
	memcpy(day + 8, "01", 2);
	if (!clock_parse(day, &begin))
		begin = now;
	clock_format_day(clock_add_months(begin, 1) - DAY_SECONDS, end);
	*first = arena_strdup(&req->arena, day);
	*last = arena_strdup(&req->arena, end);
	return arena_printf(&req->arena, "%.7s", day);
}

static NEOERR *ask_page(struct request *req, int64_t id)
{
	int64_t versions = 0;
	const char *first, *last, *name = "";
	NEOERR *err;

	TRY(resource_title(req, &tariff_resource, id, &name));
	TRY(db_i64(req->db, &whatif_versions, ARGS(I64(id)), &versions));
	TRY(hdf_put(req->hdf, screen_number(req, versions), "Ask.versions"));
	for (int i = 0; i < MONTHS; i++)
		TRY(hdf_put(req->hdf, month(req, i, &first, &last), "Ask.month.%d", i));
	TRY(hdf_put(req->hdf, request_param_or(req, "month", month(req, 1, &first, &last)),
		"Ask.chosen"));
	TRY(hdf_put(req->hdf, screen_number(req, id), "Ask.tariff"));
	TRY(form_fill_hidden(req, "/admin/tariff"));
	TRY(screen_page(req, "tariff", "tariff.what_if", name, "screen/whatif_ask.cs"));
out:
	return nerr_pass(err);
}

/* Stations of the tariff's provider and kind; on the page all of them, else those the asker
 * reaches. */
static NEOERR *load_picks(struct picks *p, int64_t tariff_id)
{
	p->id = arena_alloc(&p->req->arena, WHATIF_STATIONS * sizeof *p->id);
	return nerr_pass(db_query(p->req->db, &whatif_stations_of, ARGS(I64(tariff_id)), take_pick, p));
}

NEOERR *tariff_what_if(struct request *req)
{
	struct picks p = { .req = req };
	int64_t id = route_id(req, "id");
	NEOERR *err;

	TRY(resource_reach(req, &tariff_resource, id, false));
	TRY(load_picks(&p, id));
	TRY(ask_page(req, id));
out:
	return nerr_pass(err);
}

struct wanted { struct picks *known; int64_t *id; int n; };

/* What was not offered is not taken. */
static NEOERR *take_wanted(const char *value, void *ctx)
{
	struct wanted *w = ctx;
	int64_t id;

	if (!text_i64(value, &id) || w->n >= WHATIF_STATIONS)
		return STATUS_OK;
	for (int i = 0; i < w->known->n; i++)
		if (w->known->id[i] == id)
			w->id[w->n++] = id;
	return STATUS_OK;
}

static NEOERR *drop_unreached(struct request *req, struct wanted *w)
{
	NEOERR *err = STATUS_OK;
	int kept = 0;

	for (int i = 0; i < w->n; i++) {
		err = resource_reach(req, &station_resource, w->id[i], false);
		if (error_is(err, ERR_NOT_FOUND)) {
			error_drop(err);
			err = STATUS_OK;
			continue;
		}
		TRY(err);
		w->id[kept++] = w->id[i];
	}
	w->n = kept;
out:
	return nerr_pass(err);
}

struct making {
	struct request *req;
	struct whatif_wish wish;
	const char *title;
	int64_t id, task;
};

static NEOERR *make(struct db *db, void *ctx)
{
	struct making *m = ctx;
	struct request *req = m->req;
	NEOERR *err;

	TRY(whatif_new(db, &m->wish, &m->id));
	TRY(task_make(req, &tariff_resource, "whatif", m->title, "",
		json_pack("{s:I}", "id", (json_int_t)m->id), NULL, &m->task));
	if (!m->task)
		err = nerr_raise(ERR_INVALID, "too many open tasks");
out:
	return nerr_pass(err);
}

static bool read_month(struct request *req, struct whatif_wish *wish)
{
	const char *asked = request_param_or(req, "month", "");

	for (int i = 0; i < MONTHS; i++)
		if (text_eq(month(req, i, &wish->from_day, &wish->to_day), asked))
			return true;
	return false;
}

static NEOERR *refuse(struct request *req, int64_t id, const char *key)
{
	NEOERR *err;

	req->status = 422;
	TRY(hdf_put(req->hdf, text_get(req, key), "Form.error"));
	TRY(ask_page(req, id));
out:
	return nerr_pass(err);
}

NEOERR *tariff_what_if_start(struct request *req)
{
	struct picks p = { .req = req };
	struct wanted w = { .known = &p,
		.id = arena_alloc(&req->arena, WHATIF_STATIONS * sizeof(int64_t)) };
	struct making m = { .req = req,
		.wish = { .tariff_id = route_id(req, "id"), .by = req->who.user_id } };
	int64_t versions = 0;
	const char *name = "", *problem;
	NEOERR *err;

	TRY(resource_reach(req, &tariff_resource, m.wish.tariff_id, false));
	TRY(load_picks(&p, m.wish.tariff_id));
	TRY(request_each(req, "pick", take_wanted, &w));
	TRY(drop_unreached(req, &w));
	TRY(db_i64(req->db, &whatif_versions, ARGS(I64(m.wish.tariff_id)), &versions));
	problem = !versions ? "tariff.ask.none"
		: !w.n ? "whatif.no_station"
		: w.n > 1 && req->who.by_stations ? "whatif.one_station"
		: !read_month(req, &m.wish) ? "whatif.no_month" : NULL;
	if (problem)
		return nerr_pass(refuse(req, m.wish.tariff_id, problem));
	TRY(resource_title(req, &tariff_resource, m.wish.tariff_id, &name));
	m.wish.station = w.id;
	m.wish.stations = w.n;
	m.title = text_format(req, "whatif.task", name, m.wish.from_day);
	err = db_tx(req->db, make, &m);
	if (error_is(err, ERR_INVALID)) {
		error_drop(err);
		return nerr_pass(refuse(req, m.wish.tariff_id, "task_page.too_many"));
	}
	TRY(err);
	response_redirect(req,
		arena_printf(&req->arena, "/admin/whatif/%lld", (long long)m.id));
out:
	return nerr_pass(err);
}

/* ---- working ---- */

static NEOERR *step(int64_t done, void *ctx)
{
	return nerr_pass(task_step(ctx, done));
}

static NEOERR *run_whatif(struct task_run *run)
{
	int64_t id = json_i64(run->params, "id", 0);
	NEOERR *err, *failed;

	TRY(task_run_need(run, "tariff", "what_if"));
	err = whatif_run(run->req.db, id, step, run);
	if (err && !error_is(err, ERR_BUSY)) {
		failed = db_exec(run->control, &whatif_failed, ARGS(I64(id)), NULL);
		error_drop(failed);
	}
	TRY(err);
	run->rows = run->done;
out:
	return nerr_pass(err);
}

const struct task_kind task_whatif = { "whatif", run_whatif };

/* ---- the answer ---- */

struct answer { struct request *req; int n; struct chart money, energy; };

static NEOERR *put_station(const struct row *r, void *ctx)
{
	static const char *const name[] = { "station", "sessions", "energy", "before", "after",
		"difference" };
	struct answer *a = ctx;
	struct request *req = a->req;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < 6; i++) {
		const char *text = row_str(r, i);

		if (i == 2)
			text = screen_fixed(req, row_energy(r, i), ENERGY_SCALE, 3);
		else if (i > 2)
			text = screen_fixed(req, row_money(r, i), MONEY_SCALE, 2);
		TRY(hdf_put(req->hdf, text, "More.station.%d.%s", a->n, name[i]));
	}
	TRY(hdf_put(req->hdf, row_money(r, 5) < 0 ? "text-danger" : "text-success",
		"More.station.%d.look", a->n));
	a->n++;
out:
	return nerr_pass(err);
}

static NEOERR *put_slot(const struct row *r, void *ctx)
{
	struct answer *a = ctx;
	const char *money[] = { r->value[2], r->value[3] }, *energy[] = { r->value[1] };
	int at = (int)row_i64(r, 0);
	const char *label = at < 48
		? arena_printf(&a->req->arena, "%02d:%02d", at / 2, at % 2 * 30)
		: text_get(a->req, "whatif.other");

	chart_point(&a->money, label, money);
	chart_point(&a->energy, label, energy);
	return STATUS_OK;
}

static NEOERR *show(struct request *req, int64_t id)
{
	struct answer a = { .req = req };
	NEOERR *err;

	chart_init(&a.money, text_get(req, "home.unit_yuan"), NULL);
	chart_series(&a.money, text_get(req, "whatif.amount_before"), "bar", 0);
	chart_series(&a.money, text_get(req, "whatif.amount_after"), "bar", 0);
	chart_init(&a.energy, "kWh", NULL);
	chart_series(&a.energy, text_get(req, "whatif.energy"), "bar", 0);
	TRY(db_query(req->db, &whatif_rows, ARGS(I64(id)), put_station, &a));
	TRY(db_query(req->db, &whatif_slots, ARGS(I64(id)), put_slot, &a));
	if (a.money.points)
		TRY(hdf_put(req->hdf, "1", "Page.chart"));
out:
	if (err == STATUS_OK)
		err = chart_put(&a.money, req->hdf, "More.money");
	if (err == STATUS_OK)
		err = chart_put(&a.energy, req->hdf, "More.energy");
	return nerr_pass(err);
}

static const struct field fields[] = {
	{ "tariff_id", F_REF, SEEN | FILTER, .ref = &tariff_resource },
	{ "from_day", F_DATE, SEEN },
	{ "to_day", F_DATE, SEEN },
	{ "status", F_CHOICE, SEEN, .choices = &state_choices },
	{ "stations", F_INT, SEEN },
	{ "sessions", F_INT, SEEN },
	{ "energy", F_ENERGY, SEEN },
	{ "amount_before", F_MONEY, SEEN },
	{ "amount_after", F_MONEY, SEEN },
	{ "difference", F_MONEY, SEEN, .sql = "t.amount_after - t.amount_before" },
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	FIELDS_END,
};
/* Whoever sees less than a provider sees what is wholly his. */
static const struct scope scope = { "t.provider_id", "t.property_id", "t.station_id" };

const struct resource whatif_resource = {
	.name = "whatif",
	.group = "tariff",
	.title = "CONCAT(f.name, ' ', LEFT(t.from_day, 7))",
	.joins = "JOIN tariff f ON f.id = t.tariff_id",
	.order = "t.id DESC",
	.scope = &scope,
	.plain = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW,
	.fields = fields,
	.show = show,
};

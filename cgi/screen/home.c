/* home.c - the first page: today beside yesterday and the same weekday last week, what waits, and the trend (H4-H6).
 * Owns a cache of the heavier figures, by what the asker may see; when it is stale they come after the page, by a request of their own.
 * Serves everybody who logs in. */
#include "cgi/resource/engine.h"
#include "cgi/screen/chart.h"
#include "cgi/screen/screen.h"

#define TREND_DAYS  30
#define ORDER_DAYS  7
#define ENERGY_DAYS 5
#define CACHE       32
#define FRESH       300                  /* seconds the heavier figures are shown again; they say as of when */

struct home { struct request *req; HDF *node; int64_t now, today; };

/* A statement over one resource within the asker's scope: constants and bound values alone. */
static NEOERR *scoped(struct home *h, const struct resource *res, bool joins, const char *columns, const char *and_where, const char *tail,
	const struct arg *args, int n, row_fn fn, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct query q;

	query_init(&q, &h->req->arena);
	query_add(&q, columns);
	query_from(&q, res, joins);
	query_where(&q, h->req, res, false);
	query_add(&q, and_where);
	for (int i = 0; i < n; i++)
		query_bind(&q, args[i]);
	query_add(&q, tail);
	TRY(query_run(h->req->db, &q, fn, ctx));
out:
	query_clear(&q);
	return nerr_pass(err);
}

static NEOERR *take_i64(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

/* ---- today, yesterday, a week ago: finished orders by the day they ended; the covering index session_report ---- */

struct figures { int64_t amount, energy, sessions; };

static NEOERR *figures_row(const struct row *r, void *ctx)
{
	*(struct figures *)ctx = (struct figures){ row_money(r, 1), row_energy(r, 2), row_i64(r, 0) };
	return STATUS_OK;
}

static NEOERR *figures_of(struct home *h, int64_t from, int64_t to, struct figures *out)
{
	*out = (struct figures){ 0 };
	return nerr_pass(scoped(h, &session_resource, false, "SELECT COUNT(*), COALESCE(SUM(t.amount), 0), COALESCE(SUM(t.energy), 0)",
		" AND t.ended_at >= ? AND t.ended_at < ? AND t.state = 'finished'", "", ARGS(TIME(from), TIME(to)), figures_row, out));
}

static NEOERR *put_kpi(struct home *h, const char *name, int64_t now, int64_t before, int64_t week, int scale, int decimals, const char *href)
{
	NEOERR *err = STATUS_OK;
	struct request *req = h->req;
	const char *trend = now > before ? "up" : now < before ? "down" : "same";

	TRY(hdf_put(h->node, screen_fixed(req, now, scale, decimals), "kpi.%s.value", name));
	TRY(hdf_put(h->node, screen_fixed(req, before, scale, decimals), "kpi.%s.before", name));
	TRY(hdf_put(h->node, screen_fixed(req, week, scale, decimals), "kpi.%s.week", name));
	TRY(hdf_put(h->node, trend, "kpi.%s.trend", name));
	TRY(hdf_put(h->node, href, "kpi.%s.href", name));
out:
	return nerr_pass(err);
}

/* Yesterday and last week are cut at the same time of the day: half a day is compared with half a day. */
static NEOERR *put_today(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct figures now, before, week;
	int64_t elapsed = h->now - h->today + 1;
	char day[CLOCK_TEXT];
	const char *href = arena_printf(&h->req->arena, "/admin/session?tab=finished&ended_at_from=%s", clock_format_day(h->today, day));

	TRY(figures_of(h, h->today, h->today + elapsed, &now));
	TRY(figures_of(h, h->today - DAY_SECONDS, h->today - DAY_SECONDS + elapsed, &before));
	TRY(figures_of(h, h->today - 7 * DAY_SECONDS, h->today - 7 * DAY_SECONDS + elapsed, &week));
	TRY(put_kpi(h, "amount", now.amount, before.amount, week.amount, MONEY_SCALE, 2, href));
	TRY(put_kpi(h, "energy", now.energy, before.energy, week.energy, ENERGY_SCALE, 2, href));
	TRY(put_kpi(h, "sessions", now.sessions, before.sessions, week.sessions, 0, 0, href));
out:
	return nerr_pass(err);
}

/* ---- what is now and what waits ---- */

static NEOERR *put_count(struct home *h, const struct resource *res, bool joins, const char *and_where, const char *name)
{
	NEOERR *err = STATUS_OK;
	int64_t n = 0;

	TRY(scoped(h, res, joins, "SELECT COUNT(*)", and_where, "", NOARGS, take_i64, &n));
	TRY(hdf_put(h->node, screen_fixed(h->req, n, 0, 0), "%s", name));
	TRY(hdf_put(h->node, n ? "1" : "0", "%s.any", name));
out:
	return nerr_pass(err);
}

static NEOERR *put_now(struct home *h)
{
	NEOERR *err = STATUS_OK;

	TRY(put_count(h, &session_resource, false, " AND t.state IN ('starting', 'charging', 'stopping')", "now.charging"));
	TRY(put_count(h, &pile_resource, true, " AND l.online = 1", "now.online"));
	TRY(put_count(h, &pile_resource, true, " AND t.status = 'enabled' AND COALESCE(l.online, 0) = 0", "now.offline"));
	TRY(put_count(h, &connector_resource, true, " AND l.state = 'fault'", "now.fault"));
	TRY(put_count(h, &session_resource, false, " AND t.anomaly IN ('pending', 'review')", "now.anomaly"));
	TRY(put_count(h, &session_resource, false, " AND t.state = 'suspended'", "now.suspended"));
	TRY(put_count(h, &daily_report_resource, false, " AND t.confirm_status = 'pending'", "now.reports"));
out:
	return nerr_pass(err);
}

/* ---- H4: what there is ---- */

struct orders { int64_t car, ebike; };

static NEOERR *orders_row(const struct row *r, void *ctx)
{
	struct orders *o = ctx;

	*(text_eq(row_str(r, 0), "ebike") ? &o->ebike : &o->car) = row_i64(r, 1);
	return STATUS_OK;
}

static NEOERR *put_inventory(struct home *h)
{
	static const struct { const char *kind, *station, *area, *pile; } kinds_of[] = {
		{ "car", " AND t.kind = 'car'", " AND s.kind = 'car'", " AND s.kind = 'car'" },
		{ "ebike", " AND t.kind = 'ebike'", " AND s.kind = 'ebike'", " AND s.kind = 'ebike'" },
	};
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < 2; i++) {
		const char *k = kinds_of[i].kind;

		TRY(put_count(h, &station_resource, false, kinds_of[i].station, arena_printf(&h->req->arena, "have.%s.stations", k)));
		TRY(put_count(h, &area_resource, true, kinds_of[i].area, arena_printf(&h->req->arena, "have.%s.areas", k)));
		TRY(put_count(h, &pile_resource, true, kinds_of[i].pile, arena_printf(&h->req->arena, "have.%s.piles", k)));
	}
	TRY(put_count(h, &member_resource, true, "", "have.members"));
	TRY(put_count(h, &card_resource, true, "", "have.cards"));
out:
	return nerr_pass(err);
}

static NEOERR *put_order_counts(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct orders orders = { 0, 0 };

	TRY(scoped(h, &session_resource, false, "SELECT t.kind, COUNT(*)", "", " GROUP BY t.kind", NOARGS, orders_row, &orders));
	TRY(hdf_put(h->node, screen_fixed(h->req, orders.car, 0, 0), "have.orders.car"));
	TRY(hdf_put(h->node, screen_fixed(h->req, orders.ebike, 0, 0), "have.orders.ebike"));
	TRY(hdf_put(h->node, screen_fixed(h->req, orders.car + orders.ebike, 0, 0), "have.orders.all"));
out:
	return nerr_pass(err);
}

/* ---- H5, H6 and the trend ---- */

struct days { struct request *req; int64_t first; int n; char car[TREND_DAYS][FIXED_TEXT], ebike[TREND_DAYS][FIXED_TEXT], more[TREND_DAYS][FIXED_TEXT]; };

static int day_at(const struct days *d, const struct row *r)
{
	int64_t at = (row_time(r, 0) - d->first) / DAY_SECONDS;

	return at >= 0 && at < d->n ? (int)at : -1;
}

static void days_clear(struct days *d, struct request *req, int64_t first, int n)
{
	*d = (struct days){ .req = req, .first = first, .n = n };
	for (int i = 0; i < n; i++) {
		text_copy(d->car[i], FIXED_TEXT, "0");
		text_copy(d->ebike[i], FIXED_TEXT, "0");
		text_copy(d->more[i], FIXED_TEXT, "0");
	}
}

static NEOERR *kind_day_row(const struct row *r, void *ctx)
{
	struct days *d = ctx;
	int at = day_at(d, r);

	if (at >= 0)
		text_copy(text_eq(row_str(r, 1), "ebike") ? d->ebike[at] : d->car[at], FIXED_TEXT, row_str(r, 2));
	return STATUS_OK;
}

static NEOERR *day_row(const struct row *r, void *ctx)
{
	struct days *d = ctx;
	int at = day_at(d, r);

	if (at >= 0) {
		text_copy(d->car[at], FIXED_TEXT, row_str(r, 1));
		text_copy(d->ebike[at], FIXED_TEXT, row_str(r, 2));
		text_copy(d->more[at], FIXED_TEXT, row_str(r, 3));
	}
	return STATUS_OK;
}

static NEOERR *refund_day_row(const struct row *r, void *ctx)
{
	struct days *d = ctx;
	int at = day_at(d, r);

	if (at >= 0)
		text_copy(d->more[at], FIXED_TEXT, row_str(r, 1));
	return STATUS_OK;
}

/* Points and the same numbers as table rows (the chart is not the only way to read them). */
static NEOERR *put_days(struct home *h, struct days *d, struct chart *c, const char *name, int series)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < d->n; i++) {
		char day[CLOCK_TEXT];
		const char *number[3] = { d->car[i], d->ebike[i], d->more[i] };

		clock_format_day(d->first + (int64_t)i * DAY_SECONDS, day);
		chart_point(c, day + 5, number);
		TRY(hdf_put(h->node, day, "%s.row.%d.day", name, i));
		for (int k = 0; k < series; k++)
			TRY(hdf_put(h->node, number[k], "%s.row.%d.v%d", name, i, k));
	}
	TRY(chart_put(c, h->node, arena_printf(&h->req->arena, "%s.chart", name)));
out:
	return nerr_pass(err);
}

static NEOERR *put_orders(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct chart c;
	struct days *d = arena_alloc(&h->req->arena, sizeof *d);
	int64_t first = h->today - (ORDER_DAYS - 1) * DAY_SECONDS;

	days_clear(d, h->req, first, ORDER_DAYS);
	TRY(scoped(h, &session_resource, false, "SELECT DATE(t.ended_at), t.kind, COUNT(*)", " AND t.ended_at >= ?", " GROUP BY 1, 2",
		ARGS(TIME(first)), kind_day_row, d));
	TRY(scoped(h, &session_resource, false, "SELECT DATE(t.ended_at), COUNT(*)", " AND t.ended_at >= ? AND t.refunded > 0", " GROUP BY 1",
		ARGS(TIME(first)), refund_day_row, d));
	chart_init(&c, text_get(h->req, "home.unit_orders"), NULL);
	chart_series(&c, text_get(h->req, "choice.station_kind.car"), "bar", 0);
	chart_series(&c, text_get(h->req, "choice.station_kind.ebike"), "bar", 0);
	chart_series(&c, text_get(h->req, "home.refunds"), "bar", 0);
	TRY(put_days(h, d, &c, "orders", 3));
out:
	return nerr_pass(err);
}

static NEOERR *put_energy(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct chart c;
	struct days *d = arena_alloc(&h->req->arena, sizeof *d);
	int64_t first = h->today - (ENERGY_DAYS - 1) * DAY_SECONDS;

	days_clear(d, h->req, first, ENERGY_DAYS);
	TRY(scoped(h, &session_resource, false, "SELECT DATE(t.ended_at), t.kind, SUM(t.energy)", " AND t.ended_at >= ?", " GROUP BY 1, 2",
		ARGS(TIME(first)), kind_day_row, d));
	chart_init(&c, "kWh", NULL);
	chart_series(&c, text_get(h->req, "choice.station_kind.car"), "bar", 0);
	chart_series(&c, text_get(h->req, "choice.station_kind.ebike"), "bar", 0);
	TRY(put_days(h, d, &c, "energy", 2));
out:
	return nerr_pass(err);
}

static NEOERR *put_trend(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct chart c;
	struct days *d = arena_alloc(&h->req->arena, sizeof *d);
	int64_t first = h->today - (TREND_DAYS - 1) * DAY_SECONDS;

	days_clear(d, h->req, first, TREND_DAYS);
	TRY(scoped(h, &session_resource, false, "SELECT DATE(t.ended_at), SUM(t.amount), SUM(t.energy), COUNT(*)",
		" AND t.ended_at >= ? AND t.state = 'finished'", " GROUP BY 1", ARGS(TIME(first)), day_row, d));
	chart_init(&c, text_get(h->req, "home.unit_yuan"), "kWh");
	chart_series(&c, text_get(h->req, "home.amount"), "line", 0);
	chart_series(&c, text_get(h->req, "home.energy"), "line", 1);
	TRY(put_days(h, d, &c, "trend", 3));
out:
	return nerr_pass(err);
}

/* ---- hour by weekday ---- */

struct heat { int64_t n[7][24], most; };

static NEOERR *heat_row(const struct row *r, void *ctx)
{
	struct heat *h = ctx;
	int64_t day = row_i64(r, 0), hour = row_i64(r, 1), n = row_i64(r, 2);

	if (day >= 0 && day < 7 && hour >= 0 && hour < 24) {
		h->n[day][hour] = n;
		h->most = n > h->most ? n : h->most;
	}
	return STATUS_OK;
}

static NEOERR *put_heat(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct heat *heat = arena_alloc(&h->req->arena, sizeof *heat);

	TRY(scoped(h, &session_resource, false, "SELECT WEEKDAY(t.requested_at), HOUR(t.requested_at), COUNT(*)", " AND t.requested_at >= ?",
		" GROUP BY 1, 2", ARGS(TIME(h->today - (TREND_DAYS - 1) * DAY_SECONDS)), heat_row, heat));
	for (int d = 0; d < 7; d++) {
		TRY(hdf_put(h->node, text_get(h->req, arena_printf(&h->req->arena, "home.weekday.%d", d)), "heat.%d", d));
		for (int hour = 0; hour < 24; hour++) {
			int64_t n = heat->n[d][hour];

			TRY(hdf_put(h->node, screen_number(h->req, n), "heat.%d.hour.%d", d, hour));
			TRY(hdf_put(h->node, screen_number(h->req, n ? 1 + n * 4 / heat->most : 0), "heat.%d.hour.%d.level", d, hour));
		}
	}
	for (int hour = 0; hour < 24; hour++)
		TRY(hdf_put(h->node, screen_number(h->req, hour), "hour.%d", hour));
out:
	return nerr_pass(err);
}

/* ---- who and where most: ranked by a covering index, energy is summed for those few alone ---- */

#define TOPS 5

SQL(home_member, "SELECT CONCAT(m.no, ' ', m.name), SUM(x.energy) FROM member m JOIN session x ON x.member_id = m.id"
	" WHERE m.id = ? AND x.requested_at >= ? GROUP BY m.id");
SQL(home_station, "SELECT name, 0 FROM station WHERE id = ?");

struct top { int64_t id, n; };
struct tops { struct home *h; const char *name; int n; struct top row[TOPS]; };

static NEOERR *top_row(const struct row *r, void *ctx)
{
	struct tops *t = ctx;

	if (t->n < TOPS)
		t->row[t->n++] = (struct top){ row_i64(r, 0), row_i64(r, 1) };
	return STATUS_OK;
}

struct top_text { struct tops *t; int at; };

static NEOERR *top_text(const struct row *r, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct top_text *x = ctx;
	struct home *h = x->t->h;
	const struct top *row = &x->t->row[x->at];

	TRY(hdf_put(h->node, screen_number(h->req, row->id), "%s.%d.id", x->t->name, x->at));
	TRY(hdf_put(h->node, row_str(r, 0), "%s.%d.name", x->t->name, x->at));
	TRY(hdf_put(h->node, screen_fixed(h->req, row->n, 0, 0), "%s.%d.sessions", x->t->name, x->at));
	TRY(hdf_put(h->node, screen_fixed(h->req, row_energy(r, 1), ENERGY_SCALE, 2), "%s.%d.energy", x->t->name, x->at));
out:
	return nerr_pass(err);
}

static NEOERR *put_top(struct home *h, const char *name, const char *columns, const char *where, const char *tail, const struct sql *one, int args)
{
	NEOERR *err = STATUS_OK;
	struct tops t = { .h = h, .name = name };
	int64_t from = h->today - (TREND_DAYS - 1) * DAY_SECONDS;
	bool found;

	TRY(scoped(h, &session_resource, false, columns, where, tail, ARGS(TIME(from)), top_row, &t));
	for (int i = 0; i < t.n; i++) {
		struct top_text x = { &t, i };
		const struct arg arg[] = { I64(t.row[i].id), TIME(from) };

		TRY(db_find(h->req->db, one, arg, args, top_text, &x, &found));
	}
out:
	return nerr_pass(err);
}

static NEOERR *put_tops(struct home *h)
{
	NEOERR *err = STATUS_OK;

	TRY(put_top(h, "users", "SELECT t.member_id, COUNT(*)", " AND t.requested_at >= ? AND t.member_id IS NOT NULL",
		" GROUP BY t.member_id ORDER BY 2 DESC, 1 LIMIT 4", &home_member, 2));
	TRY(put_top(h, "stations", "SELECT t.station_id, COUNT(*)", " AND t.requested_at >= ?", " GROUP BY t.station_id ORDER BY 2 DESC, 1 LIMIT 5",
		&home_station, 1));
out:
	return nerr_pass(err);
}

/* ---- the cache: the filled subtree as text, by who sees what and in which language ---- */

static struct cached { char key[120]; int64_t at; char *text; } cache[CACHE];

static struct cached *cache_place(struct request *req)
{
	const struct who *w = &req->who;
	char key[120];
	unsigned hash = 5381;

	snprintf(key, sizeof key, "%s %d %lld %lld %lld", req->lang, (int)w->kind, (long long)w->provider_id, (long long)w->property_id,
		w->by_stations ? (long long)w->user_id : 0LL);
	for (const char *p = key; *p; p++)
		hash = hash * 33 + (unsigned char)*p;
	struct cached *c = &cache[hash % CACHE];
	if (strcmp(c->key, key) != 0) {
		free(c->text);
		c->text = NULL;
		text_copy(c->key, sizeof c->key, key);
	}
	return c;
}

static bool is_fresh(const struct home *h, const struct cached *c)
{
	return c->text && h->now >= c->at && h->now - c->at < FRESH && h->today == clock_day_start(c->at);
}

static NEOERR *put_figures(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct cached *c = cache_place(h->req);

	if (is_fresh(h, c))
		return nerr_pass(hdf_read_string(h->node, c->text));
	TRY(put_order_counts(h));
	TRY(put_orders(h));
	TRY(put_energy(h));
	TRY(put_trend(h));
	TRY(put_heat(h));
	TRY(put_tops(h));
	TRY(hdf_put(h->node, screen_time(h->req, h->now), "as_of"));
	free(c->text);
	c->text = NULL;
	c->at = h->now;
	TRY(hdf_write_string(h->node, &c->text));
out:
	return nerr_pass(err);
}

static NEOERR *home_open(struct home *h, struct request *req)
{
	*h = (struct home){ .req = req, .now = clock_now() };
	h->today = clock_day_start(h->now);
	return nerr_pass(hdf_get_node(req->hdf, "Home", &h->node));
}

/* The part that may take a second when there are millions of orders. */
NEOERR *home_figures(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct home h;

	TRY(home_open(&h, req));
	TRY(put_figures(&h));
	TRY(render_part(req, "screen/home_figures.cs"));
out:
	return nerr_pass(err);
}

NEOERR *home_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct home h;

	TRY(home_open(&h, req));
	if (is_fresh(&h, cache_place(req)) || request_param(req, "figures"))
		TRY(put_figures(&h));
	else
		TRY(hdf_put(h.node, "1", "later"));
	TRY(put_inventory(&h));
	TRY(put_today(&h));
	TRY(put_now(&h));
	TRY(hdf_put(req->hdf, "1", "Page.chart"));
	TRY(hdf_put(req->hdf, "home", "Page.active"));
	TRY(render_page(req, "screen/home.cs"));
out:
	return nerr_pass(err);
}

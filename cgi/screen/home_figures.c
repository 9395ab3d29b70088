/* home_figures.c - charts and rankings of the home page (H3-H6).
 * Owns a cache of them, by what the asker may see. Serves home.c. */
#include "cgi/screen/home.h"

#define TREND_DAYS  30
#define ORDER_DAYS  7
#define ENERGY_DAYS 5
#define INCOME_DAYS 15
#define CACHE       32
#define FRESH       60                   /* seconds the figures are shown again; they say as of when */
#define FOREVER     INT64_C(4102416000)  /* 2100 */

/* ---- the days: one pass over 30 of them gives three charts ---- */

struct day { int64_t orders[2], energy[2], refunds, amount, finished; };
struct days { int64_t first; struct day day[TREND_DAYS]; };

static NEOERR *add_day(const struct home_sum *s, void *ctx)
{
	struct days *d = ctx;
	int64_t at = (s->day - d->first) / DAY_SECONDS;
	int kind = text_eq(s->key, "ebike");

	if (at < 0 || at >= TREND_DAYS)
		return STATUS_OK;
	d->day[at].orders[kind] += s->sessions;
	d->day[at].energy[kind] += s->energy;
	d->day[at].refunds += s->refunds;
	d->day[at].amount += s->amount;
	d->day[at].finished += s->finished;
	return STATUS_OK;
}

struct amount { int64_t v; int scale; };

/* A point of the chart and the same numbers as a row of a table: the chart is not the only way
 * to read them. */
static NEOERR *put_point(struct home *h, struct chart *c, const char *name, int i, int64_t day,
	const struct amount *v, int n)
{
	NEOERR *err = STATUS_OK;
	char text[CLOCK_TEXT], number[3][FIXED_TEXT];
	const char *point[3];

	clock_format_day(day, text);
	TRY(hdf_put(h->node, text, "%s.row.%d.day", name, i));
	for (int k = 0; k < n; k++) {
		int decimals = v[k].scale ? 2 : 0;

		point[k] = fixed_format(v[k].v, v[k].scale, decimals, number[k]);
		TRY(hdf_put(h->node, screen_fixed(h->req, v[k].v, v[k].scale, decimals), "%s.row.%d.v%d",
			name, i, k));
	}
	chart_point(c, text + 5, point);
out:
	return nerr_pass(err);
}

static NEOERR *put_orders(struct home *h, const struct days *d)
{
	NEOERR *err = STATUS_OK;
	struct chart c;

	chart_init(&c, text_get(h->req, "home.unit_orders"), NULL);
	chart_series(&c, text_get(h->req, "choice.station_kind.car"), "bar", 0);
	chart_series(&c, text_get(h->req, "choice.station_kind.ebike"), "bar", 0);
	chart_series(&c, text_get(h->req, "home.refunds"), "bar", 0);
	for (int i = TREND_DAYS - ORDER_DAYS; i < TREND_DAYS; i++) {
		const struct amount v[] = { { d->day[i].orders[0], 0 }, { d->day[i].orders[1], 0 },
			{ d->day[i].refunds, 0 } };

		TRY(put_point(h, &c, "orders", i, d->first + i * (int64_t)DAY_SECONDS, v, 3));
	}
	TRY(chart_put(&c, h->node, "orders.chart"));
out:
	return nerr_pass(err);
}

static NEOERR *put_energy(struct home *h, const struct days *d)
{
	NEOERR *err = STATUS_OK;
	struct chart c;

	chart_init(&c, "kWh", NULL);
	chart_series(&c, text_get(h->req, "choice.station_kind.car"), "bar", 0);
	chart_series(&c, text_get(h->req, "choice.station_kind.ebike"), "bar", 0);
	for (int i = TREND_DAYS - ENERGY_DAYS; i < TREND_DAYS; i++) {
		const struct amount v[] = { { d->day[i].energy[0], ENERGY_SCALE },
			{ d->day[i].energy[1], ENERGY_SCALE } };

		TRY(put_point(h, &c, "energy", i, d->first + i * (int64_t)DAY_SECONDS, v, 2));
	}
	TRY(chart_put(&c, h->node, "energy.chart"));
out:
	return nerr_pass(err);
}

static NEOERR *put_trend(struct home *h, const struct days *d)
{
	NEOERR *err = STATUS_OK;
	struct chart c;

	chart_init(&c, text_get(h->req, "home.unit_yuan"), "kWh");
	chart_series(&c, text_get(h->req, "home.amount"), "line", 0);
	chart_series(&c, text_get(h->req, "home.energy"), "line", 1);
	for (int i = 0; i < TREND_DAYS; i++) {
		const struct day *x = &d->day[i];
		const struct amount v[] = { { x->amount, MONEY_SCALE },
			{ x->energy[0] + x->energy[1], ENERGY_SCALE }, { x->finished, 0 } };

		TRY(put_point(h, &c, "trend", i, d->first + i * (int64_t)DAY_SECONDS, v, 3));
	}
	TRY(chart_put(&c, h->node, "trend.chart"));
out:
	return nerr_pass(err);
}

static NEOERR *put_days(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct days *d = arena_alloc(&h->req->arena, sizeof *d);

	*d = (struct days){ .first = h->today - (TREND_DAYS - 1) * DAY_SECONDS };
	TRY(home_sums(h, "kind", d->first, h->today + DAY_SECONDS, add_day, d));
	TRY(put_trend(h, d));
	TRY(put_orders(h, d));
	TRY(put_energy(h, d));
out:
	return nerr_pass(err);
}

/* ---- H4: all orders there are, running ones too ---- */

struct orders { int64_t car, ebike; };

static NEOERR *add_order(const struct home_sum *s, void *ctx)
{
	struct orders *o = ctx;

	*(text_eq(s->key, "ebike") ? &o->ebike : &o->car) += s->sessions;
	return STATUS_OK;
}

static NEOERR *running_row(const struct row *r, void *ctx)
{
	const struct home_sum s = { .key = row_str(r, 0), .sessions = row_i64(r, 1) };

	return nerr_pass(add_order(&s, ctx));
}

static NEOERR *put_order_counts(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct orders o = { 0, 0 };

	TRY(home_sums(h, "kind", clock_day_start(2 * DAY_SECONDS), FOREVER, add_order, &o));
	TRY(home_scoped(h, &session_resource, false, "SELECT t.kind, COUNT(*)",
		" AND t.ended_at IS NULL", " GROUP BY t.kind", NOARGS, running_row, &o));
	TRY(hdf_put(h->node, screen_fixed(h->req, o.car, 0, 0), "have.orders.car"));
	TRY(hdf_put(h->node, screen_fixed(h->req, o.ebike, 0, 0), "have.orders.ebike"));
	TRY(hdf_put(h->node, screen_fixed(h->req, o.car + o.ebike, 0, 0), "have.orders.all"));
out:
	return nerr_pass(err);
}

/* ---- hour by weekday, of the times people asked to charge ---- */

struct heat { int64_t n[7][24], most; };

static NEOERR *heat_row(const struct row *r, void *ctx)
{
	struct heat *h = ctx;
	int64_t day = row_i64(r, 0), hour = row_i64(r, 1);

	if (day >= 0 && day < 7 && hour >= 0 && hour < 24) {
		h->n[day][hour] += row_i64(r, 2);
		h->most = h->n[day][hour] > h->most ? h->n[day][hour] : h->most;
	}
	return STATUS_OK;
}

static NEOERR *sum_heat(struct home *h, struct heat *heat)
{
	int64_t first = h->today - (TREND_DAYS - 1) * DAY_SECONDS,
			until = h->until > first ? h->until : first;
	NEOERR *err;

	TRY(home_scoped(h, &home_hours, false,
		"SELECT WEEKDAY(t.hour_at), HOUR(t.hour_at), SUM(t.starts)",
		" AND t.hour_at >= ? AND t.hour_at < ?", " GROUP BY 1, 2", ARGS(TIME(first), TIME(until)),
		heat_row, heat));
	TRY(home_scoped(h, &session_resource, false,
		"SELECT WEEKDAY(t.requested_at), HOUR(t.requested_at), COUNT(*)",
		" AND t.requested_at >= ?", " GROUP BY 1, 2", ARGS(TIME(until)), heat_row, heat));
out:
	return nerr_pass(err);
}

static NEOERR *put_heat(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct heat *heat = arena_alloc(&h->req->arena, sizeof *heat);

	*heat = (struct heat){ .most = 0 };
	TRY(sum_heat(h, heat));
	for (int d = 0; d < 7; d++) {
		TRY(hdf_put(h->node, text_get(h->req, arena_printf(&h->req->arena, "home.weekday.%d", d)),
			"heat.%d", d));
		for (int hour = 0; hour < 24; hour++) {
			int64_t n = heat->n[d][hour];

			TRY(hdf_put(h->node, screen_number(h->req, n), "heat.%d.hour.%d", d, hour));
			TRY(hdf_put(h->node, screen_number(h->req, n ? 1 + n * 4 / heat->most : 0),
				"heat.%d.hour.%d.level", d, hour));
		}
	}
	for (int hour = 0; hour < 24; hour++)
		TRY(hdf_put(h->node, screen_number(h->req, hour), "hour.%d", hour));
out:
	return nerr_pass(err);
}

/* ---- stations: most orders in 30 days, and the income of each in the last half month (H3) ---- */

#define STATION_TOPS   5
#define STATION_INCOME 10

SQL(home_station, "SELECT name FROM station WHERE id = ?");

struct place { int64_t id, sessions, income, day[INCOME_DAYS]; };
struct places { struct home *h; struct place *place; int n, room; };

static struct place *place_of(struct places *p, int64_t id)
{
	int at = 0, end = p->n;

	while (at < end) {                       /* sorted by id */
		int mid = (at + end) / 2;

		if (p->place[mid].id < id)
			at = mid + 1;
		else
			end = mid;
	}
	if (at < p->n && p->place[at].id == id)
		return &p->place[at];
	if (p->n == p->room) {
		struct place *more = arena_alloc(&p->h->req->arena,
			(size_t)(p->room = p->room ? p->room * 2 : 64) * sizeof *more);

		if (p->n)
			memcpy(more, p->place, (size_t)p->n * sizeof *more);
		p->place = more;
	}
	memmove(&p->place[at + 1], &p->place[at], (size_t)(p->n++ - at) * sizeof *p->place);
	p->place[at] = (struct place){ .id = id };
	return &p->place[at];
}

static NEOERR *add_place(const struct home_sum *s, void *ctx)
{
	struct places *p = ctx;
	int64_t id = 0, at = (s->day - (p->h->today - (INCOME_DAYS - 1) * DAY_SECONDS)) / DAY_SECONDS;
	struct place *place;

	if (!text_i64(s->key, &id))
		return nerr_raise(ERR_INVALID, "no number of a station: %s", s->key);
	place = place_of(p, id);
	place->sessions += s->finished;
	if (s->day >= p->h->today - (INCOME_DAYS - 1) * DAY_SECONDS && at < INCOME_DAYS) {
		place->day[at] += s->amount;
		place->income += s->amount;
	}
	return STATUS_OK;
}

static int by_sessions(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->sessions != y->sessions ? (x->sessions < y->sessions ? 1 : -1)
		: (x->id > y->id) - (x->id < y->id);
}

static int by_income(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->income != y->income ? (x->income < y->income ? 1 : -1)
		: (x->id > y->id) - (x->id < y->id);
}

struct naming { HDF *node; const char *path; };

static NEOERR *take_name(const struct row *r, void *ctx)
{
	const struct naming *n = ctx;

	return nerr_pass(hdf_put(n->node, row_str(r, 0), "%s", n->path));
}

static NEOERR *put_name(struct home *h, const struct sql *s, int64_t id, const char *list, int i)
{
	struct naming n = { h->node, arena_printf(&h->req->arena, "%s.%d.name", list, i) };
	bool found;
	NEOERR *err;

	TRY(hdf_put(h->node, screen_number(h->req, id), "%s.%d.id", list, i));
	TRY(db_find(h->req->db, s, ARGS(I64(id)), take_name, &n, &found));
out:
	return nerr_pass(err);
}

static NEOERR *put_income(struct home *h, const struct places *p)
{
	NEOERR *err = STATUS_OK;
	char day[CLOCK_TEXT];

	for (int k = 0; k < INCOME_DAYS; k++)
		TRY(hdf_put(h->node,
			clock_format_day(h->today - (INCOME_DAYS - 1 - k) * DAY_SECONDS, day) + 5,
			"income.day.%d", k));
	for (int i = 0; i < p->n && i < STATION_INCOME; i++) {
		TRY(put_name(h, &home_station, p->place[i].id, "income.station", i));
		TRY(hdf_put(h->node, screen_fixed(h->req, p->place[i].income, MONEY_SCALE, 2),
			"income.station.%d.all", i));
		for (int k = 0; k < INCOME_DAYS; k++)
			TRY(hdf_put(h->node, screen_fixed(h->req, p->place[i].day[k], MONEY_SCALE, 2),
				"income.station.%d.day.%d", i, k));
	}
out:
	return nerr_pass(err);
}

static NEOERR *put_stations(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct places p = { .h = h };

	TRY(home_sums(h, "station_id", h->today - (TREND_DAYS - 1) * DAY_SECONDS,
		h->today + DAY_SECONDS, add_place, &p));
	if (p.n)
		qsort(p.place, (size_t)p.n, sizeof *p.place, by_sessions);
	for (int i = 0; i < p.n && i < STATION_TOPS; i++) {
		TRY(put_name(h, &home_station, p.place[i].id, "stations", i));
		TRY(hdf_put(h->node, screen_fixed(h->req, p.place[i].sessions, 0, 0),
			"stations.%d.sessions", i));
	}
	if (p.n)
		qsort(p.place, (size_t)p.n, sizeof *p.place, by_income);
	TRY(put_income(h, &p));
out:
	return nerr_pass(err);
}

/* ---- H6: who charged most in the last 30 full days ---- */

SQL(home_tops,
	"SELECT member_id, sessions, energy, day FROM member_top WHERE owner = ? AND owner_id = ?"
	" ORDER BY place");
SQL(home_member, "SELECT CONCAT(no, ' ', name) FROM member WHERE id = ?");

/* day: the ranking is of the days before it. */
struct tops { int n; int64_t day; struct { int64_t id, sessions, energy; } top[ROLLUP_TOPS]; };

static NEOERR *top_row(const struct row *r, void *ctx)
{
	struct tops *t = ctx;

	if (t->n < ROLLUP_TOPS) {
		t->top[t->n].id = row_i64(r, 0);
		t->top[t->n].sessions = row_i64(r, 1);
		t->top[t->n++].energy = row_energy(r, 2);
	}
	if (r->n > 3)
		t->day = row_time(r, 3);
	return STATUS_OK;
}

/* A ranking is kept for each owner; stations bound to one person are counted for that person. */
static NEOERR *find_tops(struct home *h, struct tops *t)
{
	const struct who *w = &h->req->who;

	if (w->by_stations || w->kind == WHO_FLEET || !h->until)
		return nerr_pass(home_scoped(h, &session_resource, false,
			"SELECT t.member_id, COUNT(*), SUM(t.energy)",
			" AND t.ended_at >= ? AND t.ended_at < ? AND t.state = 'finished' AND t.member_id IS"
			" NOT NULL",
			" GROUP BY t.member_id ORDER BY 2 DESC, 1 LIMIT 4",
			ARGS(TIME(h->today - ROLLUP_TOP_DAYS * DAY_SECONDS), TIME(h->today)), top_row, t));
	if (w->kind == WHO_PROVIDER)
		return nerr_pass(db_query(h->req->db, &home_tops,
			ARGS(STR("provider"), I64(w->provider_id)), top_row, t));
	if (w->kind == WHO_PROPERTY)
		return nerr_pass(db_query(h->req->db, &home_tops,
			ARGS(STR("property"), I64(w->property_id)), top_row, t));
	return nerr_pass(db_query(h->req->db, &home_tops, ARGS(STR("all"), I64(0)), top_row, t));
}

static NEOERR *put_tops(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct tops t = { .day = h->today };
	char from[CLOCK_TEXT], to[CLOCK_TEXT];

	TRY(find_tops(h, &t));
	TRY(hdf_put(h->node, clock_format_day(t.day - ROLLUP_TOP_DAYS * DAY_SECONDS, from) + 5,
		"users_from"));
	TRY(hdf_put(h->node, clock_format_day(t.day - DAY_SECONDS, to) + 5, "users_to"));
	for (int i = 0; i < t.n; i++) {
		TRY(put_name(h, &home_member, t.top[i].id, "users", i));
		TRY(hdf_put(h->node, screen_fixed(h->req, t.top[i].sessions, 0, 0), "users.%d.sessions",
			i));
		TRY(hdf_put(h->node, screen_fixed(h->req, t.top[i].energy, ENERGY_SCALE, 2),
			"users.%d.energy", i));
	}
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

	snprintf(key, sizeof key, "%s %d %lld %lld %lld %lld", req->lang, (int)w->kind,
		(long long)w->provider_id, (long long)w->property_id, (long long)w->fleet_id,
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
	return c->text && h->now >= c->at && h->now - c->at < FRESH &&
		h->today == clock_day_start(c->at);
}

bool home_figures_ready(struct home *h)
{
	return is_fresh(h, cache_place(h->req));
}

NEOERR *home_figures_put(struct home *h)
{
	NEOERR *err = STATUS_OK;
	struct cached *c = cache_place(h->req);

	if (is_fresh(h, c))
		return nerr_pass(hdf_read_string(h->node, c->text));
	TRY(put_order_counts(h));
	TRY(put_days(h));
	TRY(put_stations(h));
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

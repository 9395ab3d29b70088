/* statistics.c - stations by day or month: orders, kWh, fees, duration, how much of the guns' time
 * was used, compared station with station, as page, charts and Excel (T5).
 * Owns nothing. Serves clerks of the 财务与互联互通 group. */
#include "cgi/screen/statistics.h"

#include "cgi/response.h"

/* ---- what was asked ---- */

static void read_question(struct statistics *s)
{
	struct request *req = s->home.req;
	int64_t last;

	s->from = screen_day(req, "from", s->home.today - 29 * DAY_SECONDS);
	last = screen_day(req, "to", s->home.today);
	s->to = last + DAY_SECONDS;
	s->kind = request_param_or(req, "kind", "");
	(void)request_i64(req, "station_id", &s->chosen);
	if (last < s->from)
		s->problem = "statistics.backwards";
	else if (s->to - s->from > STAT_DAYS_MAX * DAY_SECONDS)
		s->problem = "statistics.too_long";
	if (s->problem) {
		s->from = s->home.today - 29 * DAY_SECONDS;
		s->to = s->home.today + DAY_SECONDS;
	}
	s->by_month = s->to - s->from > STAT_DAYS_SHOWN * DAY_SECONDS;
	if (s->by_month) {
		char day[CLOCK_TEXT];

		memcpy(clock_format_day(s->from, day) + 8, "01", 2);
		(void)clock_parse(day, &s->from);
	}
}

/* ---- the sums ---- */

static NEOERR *take_station(const struct row *r, void *ctx)
{
	struct statistics *s = ctx;
	struct arena *a = &s->home.req->arena;

	if (s->stations < STAT_STATIONS_MAX)
		s->station[s->stations++] = (struct stat_station){ .id = row_i64(r, 0),
			.name = arena_strdup(a, row_str(r, 1)), .kind = arena_strdup(a, row_str(r, 2)),
			.connectors = row_i64(r, 3), .rate = -1, .price = -1 };
	return STATUS_OK;
}

struct stat_station *stat_station_of(struct statistics *s, int64_t id)
{
	int low = 0, high = s->stations - 1;

	while (low <= high) {
		int middle = (low + high) / 2;

		if (s->station[middle].id == id)
			return &s->station[middle];
		if (s->station[middle].id < id)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return NULL;
}

bool stat_wanted(const struct statistics *s, const struct stat_station *at)
{
	return at && (!s->chosen || s->chosen == at->id) && (!*s->kind || text_eq(s->kind, at->kind));
}

/* Months are counted from that of the first day; a long time begins with a month. */
int stat_period_of(const struct statistics *s, int64_t day)
{
	int i = 0;

	if (!s->by_month)
		return (int)((day - s->from) / DAY_SECONDS);
	while (i < STAT_DAYS_MAX && clock_add_months(s->from, i + 1) <= day)
		i++;
	return i;
}

static void add(struct stat_sums *to, const struct home_sum *h)
{
	to->sessions += h->sessions;
	to->finished += h->finished;
	to->refunds += h->refunds;
	to->energy += h->energy;
	to->energy_fee += h->energy_fee;
	to->service_fee += h->service_fee;
	to->amount += h->amount;
	to->seconds += h->seconds;
}

static NEOERR *take_sum(const struct home_sum *h, void *ctx)
{
	struct statistics *s = ctx;
	int64_t id = 0;
	struct stat_station *at = h->key && text_i64(h->key, &id) ? stat_station_of(s, id) : NULL;
	int period = stat_period_of(s, h->day);

	if (!stat_wanted(s, at) || period < 0 || period >= STAT_DAYS_MAX)
		return STATUS_OK;
	add(&at->sums, h);
	add(&s->period[period], h);
	add(&s->all, h);
	stat_loss_sold(s, id, h->day, h->energy);
	return STATUS_OK;
}

static NEOERR *load(struct request *req, struct statistics **out)
{
	struct statistics *s = arena_alloc(&req->arena, sizeof *s);
	NEOERR *err;

	memset(s, 0, sizeof *s);
	s->home = (struct home){ .req = req, .node = req->hdf, .now = clock_now() };
	s->home.today = clock_day_start(s->home.now);
	read_question(s);
	s->periods = stat_period_of(s, s->to - DAY_SECONDS) + 1;
	TRY(rollup_until(req->db, &s->home.until));
	TRY(home_scoped(&s->home, &station_resource, false,
		"SELECT t.id, t.name, t.kind, (SELECT COUNT(*) FROM connector k WHERE k.station_id = t.id"
		" AND k.deleted = 0)", "", " ORDER BY t.id", NULL, 0, take_station, s));
	TRY(stat_loss_read(s));
	TRY(home_sums(&s->home, "station_id", s->from, s->to, take_sum, s));
	TRY(stat_loss_sum(s));
	for (int i = 0; i < s->stations; i++)
		if (stat_wanted(s, &s->station[i]))
			s->all_connectors += s->station[i].connectors;
	*out = s;
out:
	return nerr_pass(err);
}

/* ---- as texts ---- */

#define SECONDS 7
#define FIGURES 9
static const struct { const char *name; enum xlsx_kind kind; bool total; } figures[FIGURES] = {
	{ "sessions", XLSX_INT, true }, { "finished", XLSX_INT, true },
	{ "energy", XLSX_ENERGY, true }, { "energy_fee", XLSX_MONEY, true },
	{ "service_fee", XLSX_MONEY, true }, { "amount", XLSX_MONEY, true },
	{ "refunds", XLSX_INT, true }, { "seconds", XLSX_SECONDS, true },
	{ "used", XLSX_PERCENT, false },
};

/* Per ten thousand of the guns' time; seconds may be more than the time, records come late. */
static int64_t used(const struct stat_sums *v, int64_t connectors, int64_t seconds)
{
	int64_t part = 0;

	if (connectors <= 0 || seconds <= 0 ||
		!fixed_muldiv(v->seconds, 10000, connectors * seconds, ROUND_HALF_UP, &part))
		return 0;
	return part;
}

/* plain: as Excel takes it, else as people read it. */
static void say(struct request *req, const struct stat_sums *v, int64_t part, bool plain,
	const char *out[FIGURES])
{
	const int64_t value[FIGURES] = { v->sessions, v->finished, v->energy, v->energy_fee,
		v->service_fee, v->amount, v->refunds, v->seconds, part };
	char text[FIXED_TEXT];

	for (int i = 0; i < FIGURES; i++) {
		int scale = figures[i].kind == XLSX_ENERGY ? ENERGY_SCALE
			: figures[i].kind == XLSX_MONEY ? MONEY_SCALE
			: figures[i].kind == XLSX_PERCENT ? 2 : 0;
		int shown = figures[i].kind == XLSX_ENERGY ? 3 : scale ? 2 : 0;

		if (plain)
			out[i] = arena_strdup(&req->arena, fixed_format(value[i], scale, scale, text));
		else if (i == SECONDS)
			out[i] = screen_fixed(req, v->seconds / 360, 1, 1);
		else
			out[i] = screen_fixed(req, value[i], scale, shown);
	}
}

const char *stat_period_name(const struct statistics *s, int i)
{
	struct request *req = s->home.req;
	char day[CLOCK_TEXT];

	clock_format_day(s->by_month ? clock_add_months(s->from, i) : s->from + i * DAY_SECONDS, day);
	return arena_printf(&req->arena, "%.*s", s->by_month ? 7 : 10, day);
}

static NEOERR *put_row(struct statistics *s, const char *list, int at, const char *name,
	const struct stat_sums *v, int64_t part)
{
	struct request *req = s->home.req;
	const char *text[FIGURES];
	NEOERR *err;

	say(req, v, part, false, text);
	TRY(hdf_put(req->hdf, name, "Stat.%s.%d", list, at));
	for (int i = 0; i < FIGURES; i++)
		TRY(hdf_put(req->hdf, text[i], "Stat.%s.%d.%s", list, at, figures[i].name));
out:
	return nerr_pass(err);
}

static int by_amount(const void *a, const void *b)
{
	const struct stat_station *x = *(const struct stat_station *const *)a,
		*y = *(const struct stat_station *const *)b;

	if (x->sums.amount != y->sums.amount)
		return x->sums.amount < y->sums.amount ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Those that were asked for, the one that earned most first. */
static int order(struct statistics *s, const struct stat_station **row)
{
	int n = 0;

	for (int i = 0; i < s->stations; i++)
		if (stat_wanted(s, &s->station[i]))
			row[n++] = &s->station[i];
	qsort(row, (size_t)n, sizeof *row, by_amount);
	return n;
}

/* A period that is not over yet ends now. */
static int64_t length_of(const struct statistics *s, int i)
{
	int64_t from = s->by_month ? clock_add_months(s->from, i) : s->from + i * DAY_SECONDS,
		to = s->by_month ? clock_add_months(s->from, i + 1) : from + DAY_SECONDS;

	to = to > s->home.now ? s->home.now : to;
	return to > from ? to - from : 0;
}

static int64_t whole(const struct statistics *s)
{
	int64_t to = s->to > s->home.now ? s->home.now : s->to;

	return to > s->from ? to - s->from : 0;
}

static NEOERR *put_charts(struct statistics *s, const struct stat_station **row, int n)
{
	struct request *req = s->home.req;
	struct chart days, compare;
	char energy[FIXED_TEXT], amount[FIXED_TEXT];
	NEOERR *err = STATUS_OK;

	chart_init(&days, "kWh", text_get(req, "home.unit_yuan"));
	chart_series(&days, text_get(req, "statistics.energy"), "bar", 0);
	chart_series(&days, text_get(req, "statistics.amount"), "line", 1);
	for (int i = 0; i < s->periods; i++)
		chart_point(&days, stat_period_name(s, i), (const char *[]){
			fixed_format(s->period[i].energy, ENERGY_SCALE, 3, energy),
			fixed_format(s->period[i].amount, MONEY_SCALE, 2, amount) });
	TRY(chart_put(&days, req->hdf, "Stat.days"));
	chart_init(&compare, text_get(req, "home.unit_yuan"), NULL);
	chart_series(&compare, text_get(req, "statistics.energy_fee"), "bar", 0);
	chart_series(&compare, text_get(req, "statistics.service_fee"), "bar", 0);
	compare.stacked = true;
	for (int i = 0; i < n && i < 20; i++)
		chart_point(&compare, row[i]->name, (const char *[]){
			fixed_format(row[i]->sums.energy_fee, MONEY_SCALE, 2, energy),
			fixed_format(row[i]->sums.service_fee, MONEY_SCALE, 2, amount) });
	TRY(chart_put(&compare, req->hdf, "Stat.compare"));
	TRY(hdf_put(req->hdf, "1", "Page.chart"));
out:
	return nerr_pass(err);
}

static NEOERR *put_question(struct statistics *s)
{
	struct request *req = s->home.req;
	char day[CLOCK_TEXT];
	NEOERR *err;

	TRY(hdf_put(req->hdf, clock_format_day(s->from, day), "Ask.from"));
	TRY(hdf_put(req->hdf, clock_format_day(s->to - DAY_SECONDS, day), "Ask.to"));
	TRY(hdf_put(req->hdf, s->kind, "Ask.kind"));
	for (int i = 0; i < s->stations; i++) {
		TRY(hdf_put(req->hdf, s->station[i].name, "Ask.station.%d", i));
		TRY(hdf_put(req->hdf, screen_number(req, s->station[i].id), "Ask.station.%d.id", i));
		if (s->station[i].id == s->chosen)
			TRY(hdf_put(req->hdf, "1", "Ask.station.%d.chosen", i));
	}
	TRY(hdf_put(req->hdf,
		arena_printf(&req->arena,
			"/admin/statistics/download?from=%s&to=%s&kind=%s&station_id=%lld",
			hdf_get_value(req->hdf, "Ask.from", ""), hdf_get_value(req->hdf, "Ask.to", ""),
			screen_escaped(req, s->kind), (long long)s->chosen), "Ask.download"));
	if (s->problem)
		TRY(hdf_put(req->hdf, text_get(req, s->problem), "Form.error"));
out:
	return nerr_pass(err);
}

NEOERR *statistics_show(struct request *req)
{
	struct statistics *s;
	const struct stat_station **row;
	int n;
	NEOERR *err;

	TRY(load(req, &s));
	row = arena_alloc(&req->arena, STAT_STATIONS_MAX * sizeof *row);
	n = order(s, row);
	TRY(put_question(s));
	for (int i = 0; i < n; i++)
		TRY(put_row(s, "station", i, row[i]->name, &row[i]->sums,
			used(&row[i]->sums, row[i]->connectors, whole(s))));
	for (int i = 0; i < s->periods; i++)
		TRY(put_row(s, "period", i, stat_period_name(s, i), &s->period[i],
			used(&s->period[i], s->all_connectors, length_of(s, i))));
	TRY(put_row(s, "all", 0, text_get(req, "engine.all_total"), &s->all,
		used(&s->all, s->all_connectors, whole(s))));
	TRY(put_charts(s, row, n));
	TRY(stat_loss_put(s, row, n));
	TRY(screen_page(req, "statistics", "statistics.title", "", "screen/statistics.cs"));
out:
	return nerr_pass(err);
}

/* ---- Excel ---- */

static NEOERR *sheet(struct statistics *s, struct xlsx *x, const char *name, const char *first)
{
	struct request *req = s->home.req;
	struct xlsx_column column[FIGURES + 1] = { { text_get(req, first), XLSX_TEXT, 24, false } };

	for (int i = 0; i < FIGURES; i++)
		column[i + 1] = (struct xlsx_column){
			text_get(req, arena_printf(&req->arena, "statistics.%s", figures[i].name)),
			figures[i].kind, 14, figures[i].total };
	return nerr_pass(xlsx_sheet(x, text_get(req, name), column, FIGURES + 1));
}

static NEOERR *line(struct statistics *s, struct xlsx *x, const char *name,
	const struct stat_sums *v, int64_t part)
{
	const char *text[FIGURES + 1] = { name };

	say(s->home.req, v, part, true, text + 1);
	return nerr_pass(xlsx_row(x, text));
}

static NEOERR *write_book(struct statistics *s, struct xlsx *x)
{
	struct request *req = s->home.req;
	const struct stat_station **row = arena_alloc(&req->arena, STAT_STATIONS_MAX * sizeof *row);
	int n = order(s, row);
	NEOERR *err;

	TRY(sheet(s, x, "statistics.by_station", "field.station_id"));
	for (int i = 0; i < n; i++)
		TRY(line(s, x, row[i]->name, &row[i]->sums,
			used(&row[i]->sums, row[i]->connectors, whole(s))));
	TRY(xlsx_totals(x, text_get(req, "engine.all_total")));
	TRY(sheet(s, x, "statistics.by_period", "statistics.period"));
	for (int i = 0; i < s->periods; i++)
		TRY(line(s, x, stat_period_name(s, i), &s->period[i],
			used(&s->period[i], s->all_connectors, length_of(s, i))));
	TRY(xlsx_totals(x, text_get(req, "engine.all_total")));
	TRY(stat_loss_book(s, x, row, n));
out:
	return nerr_pass(err);
}

NEOERR *statistics_download(struct request *req)
{
	struct statistics *s;
	struct xlsx *x = NULL;
	char day[CLOCK_TEXT];
	const char *path;
	NEOERR *err;

	TRY(load(req, &s));
	TRY(screen_book(req, "statistics", &path, &x));
	TRY(write_book(s, x));
	TRY(xlsx_close(&x));
	screen_book_answer(req, path,
		arena_printf(&req->arena, "station-statistics-%s.xlsx", clock_format_day(s->from, day)));
out:
	xlsx_abort(&x);
	return nerr_pass(err);
}

/* statistics_loss.c - what is lost between stations' own meters and their piles, by station and by
 * period: kWh, percent and yuan by the cost tariff, beside the loss that is reckoned with (T5).
 * Owns nothing. Serves statistics.c. */
#include "cgi/screen/statistics.h"

/* The time's mean of a version's prices. */
#define MEAN "(SELECT ROUND(SUM((x.end_minute - x.start_minute) * (x.energy_price +" \
	" x.service_price)) / 1440, 5) FROM tariff_slot x WHERE x.tariff_version_id = t.id)"

static const struct scope cost_scope = { "s.provider_id", "s.property_id", "s.id" };
static const struct resource costs = { .name = "tariff_version", .scope = &cost_scope,
	.joins = "JOIN station s ON s.cost_tariff_id = t.tariff_id AND s.deleted = 0" };

/* ---- reading ---- */

static void keep(struct statistics *s, const struct meter_span *span)
{
	struct stat_loss *l = &s->loss;

	if (l->spans == l->room) {
		struct meter_span *more;

		l->room = l->room ? 2 * l->room : 64;
		more = arena_alloc(&s->home.req->arena, (size_t)l->room * sizeof *more);
		if (l->spans)
			memcpy(more, l->span, (size_t)l->spans * sizeof *more);
		l->span = more;
	}
	l->span[l->spans++] = *span;
}

static NEOERR *take_reading(const struct row *r, void *ctx)
{
	struct statistics *s = ctx;
	struct meter_reading m = { .station_id = row_i64(r, 0), .day = row_time(r, 1),
		.reading = row_energy(r, 2), .multiplier = (int)row_i64(r, 3),
		.restart = row_i64(r, 5) ? row_energy(r, 4) : -1 };
	struct meter_span span;

	if (meter_span_between(&s->loss.last, &m, &span))
		keep(s, &span);
	s->loss.last = m;
	return STATUS_OK;
}

/* The spans of a station from the first that ends after this time; NULL: none. */
static struct meter_span *span_after(struct statistics *s, int64_t station_id, int64_t time)
{
	struct stat_loss *l = &s->loss;
	int low = 0, high = l->spans;

	while (low < high) {
		int middle = (low + high) / 2;
		const struct meter_span *m = &l->span[middle];

		if (m->station_id < station_id || (m->station_id == station_id && m->to <= time))
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->spans && l->span[low].station_id == station_id ? &l->span[low] : NULL;
}

/* A version's price counts for spans that end after it began, until the next one's. */
static NEOERR *take_price(const struct row *r, void *ctx)
{
	struct statistics *s = ctx;
	struct stat_station *at = stat_station_of(s, row_i64(r, 0));
	struct meter_span *end = s->loss.span + s->loss.spans, *m;

	if (!at)
		return STATUS_OK;
	at->price = row_money(r, 2);
	for (m = span_after(s, at->id, row_time(r, 1)); m && m < end && m->station_id == at->id; m++)
		m->price = at->price;
	return STATUS_OK;
}

static NEOERR *take_rate(const struct row *r, void *ctx)
{
	struct stat_station *at = stat_station_of(ctx, row_i64(r, 0));
	int64_t rate;

	if (at && fixed_parse(row_str(r, 1), 2, &rate))
		at->rate = rate;
	return STATUS_OK;
}

NEOERR *stat_loss_read(struct statistics *s)
{
	struct home *h = &s->home;
	const struct arg span[] = { DAY(s->from - DAY_SECONDS), DAY(s->to) };
	NEOERR *err = STATUS_OK;

	s->loss.seen = perm_has(&h->req->who, "meter_reading", "list");
	if (!s->loss.seen)
		return STATUS_OK;
	TRY(home_scoped(h, &meter_reading_resource, true,
		"SELECT t.station_id, t.day, t.reading, t.multiplier, t.restart, t.restart IS NOT NULL",
		" AND t.day >= ? AND t.day < ?", " ORDER BY t.station_id, t.day", span, 2, take_reading,
		s));
	TRY(home_scoped(h, &costs, true, "SELECT s.id, t.effective_at, " MEAN,
		" AND t.effective_at < ?", " ORDER BY s.id, t.effective_at, t.number",
		(const struct arg[]){ TIME(s->to) }, 1, take_price, s));
	TRY(home_scoped(h, &loss_rate_resource, true, "SELECT t.station_id, t.rate",
		" AND t.from_day < ?", " ORDER BY t.station_id, t.from_day", span + 1, 1, take_rate, s));
out:
	return nerr_pass(err);
}

void stat_loss_sold(struct statistics *s, int64_t station_id, int64_t day, int64_t energy)
{
	struct meter_span *m = span_after(s, station_id, day);

	if (m && m->from <= day)
		m->sold += energy;
}

/* A span counts in a period that holds all of it. */
NEOERR *stat_loss_sum(struct statistics *s)
{
	struct stat_loss *l = &s->loss;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < l->spans; i++) {
		const struct meter_span *m = &l->span[i];
		struct stat_station *at = stat_station_of(s, m->station_id);
		int first = stat_period_of(s, m->from), last = stat_period_of(s, m->to - DAY_SECONDS);

		if (!stat_wanted(s, at))
			continue;
		TRY(station_loss_add(&at->loss, m));
		TRY(station_loss_add(&l->all, m));
		if (first == last && first >= 0 && first < STAT_DAYS_MAX)
			TRY(station_loss_add(&l->period[first], m));
	}
out:
	return nerr_pass(err);
}

/* ---- as texts ---- */

enum { COVERED, SOLD, METERED, LOST, PART, RATE, COST, COLUMNS };
static const struct { const char *name; enum xlsx_kind kind; int scale, shown; bool total; }
	columns[COLUMNS] = {
		[COVERED] = { "covered", XLSX_INT, 0, 0, false },
		[SOLD] = { "sold", XLSX_ENERGY, ENERGY_SCALE, 3, true },
		[METERED] = { "metered", XLSX_ENERGY, ENERGY_SCALE, 3, true },
		[LOST] = { "lost", XLSX_ENERGY, ENERGY_SCALE, 3, true },
		[PART] = { "part", XLSX_PERCENT, 2, 2, false },
		[RATE] = { "rate", XLSX_PERCENT, 2, 2, false },
		[COST] = { "cost", XLSX_MONEY, MONEY_SCALE, 2, true },
	};

/* NULL: there is nothing to say. A sum with a hole in its prices is no sum. */
static void say(struct request *req, const struct station_loss *v, int64_t rate, bool plain,
	const char *out[COLUMNS])
{
	const int64_t value[COLUMNS] = { v->days, v->sold, v->metered, v->metered - v->sold,
		station_loss_part(v), rate, v->cost };
	char text[FIXED_TEXT];

	for (int i = 0; i < COLUMNS; i++) {
		bool known = i == RATE ? rate >= 0 : v->days && !(i == COST && v->unpriced);

		out[i] = !known ? NULL
			: plain		? arena_strdup(&req->arena,
							  fixed_format(value[i], columns[i].scale, columns[i].scale, text))
						: screen_fixed(req, value[i], columns[i].scale, columns[i].shown);
	}
}

/* A station that nobody reads loses what its recorded rate says; no part of the sums. */
static bool reckon(const struct stat_station *at, struct station_loss *out)
{
	int64_t lost = station_loss_reckoned(at->sums.energy, at->rate), cost = 0;
	NEOERR *err;

	*out = at->loss;
	if (at->loss.days || at->rate < 0)
		return false;
	*out = (struct station_loss){ .days = 1, .sold = at->sums.energy,
		.metered = at->sums.energy + lost, .unpriced = at->price < 0 };
	err = at->price < 0 ? STATUS_OK : money_fee(lost, at->price, &cost);
	if (err != STATUS_OK) {
		out->unpriced = 1;
		error_drop(err);
	}
	out->cost = cost;
	return true;
}

static NEOERR *put_row(struct statistics *s, const char *list, int at, const char *name,
	const struct station_loss *v, int64_t rate, bool reckoned)
{
	struct request *req = s->home.req;
	const char *text[COLUMNS];
	NEOERR *err;

	say(req, v, rate, false, text);
	if (reckoned)
		text[COVERED] = text_get(req, "statistics.reckoned");
	TRY(hdf_put(req->hdf, name, "Loss.%s.%d", list, at));
	for (int i = 0; i < COLUMNS; i++)
		TRY(hdf_put(req->hdf, text[i] ? text[i] : "–", "Loss.%s.%d.%s", list, at,
			columns[i].name));
	if (!reckoned && rate >= 0 && v->days && station_loss_part(v) > rate)
		TRY(hdf_put(req->hdf, "1", "Loss.%s.%d.high", list, at));
out:
	return nerr_pass(err);
}

static NEOERR *put_chart(struct statistics *s)
{
	struct request *req = s->home.req;
	struct chart c;
	char sold[FIXED_TEXT], metered[FIXED_TEXT], part[FIXED_TEXT];

	chart_init(&c, "kWh", "%");
	chart_series(&c, text_get(req, "statistics.metered"), "bar", 0);
	chart_series(&c, text_get(req, "statistics.sold"), "bar", 0);
	chart_series(&c, text_get(req, "statistics.part"), "line", 1);
	for (int i = 0; i < s->periods; i++) {
		const struct station_loss *v = &s->loss.period[i];

		const char *point[] = { NULL, NULL, NULL };  /* a gap */

		if (v->days) {
			point[0] = fixed_format(v->metered, ENERGY_SCALE, 3, metered);
			point[1] = fixed_format(v->sold, ENERGY_SCALE, 3, sold);
			point[2] = fixed_format(station_loss_part(v), 2, 2, part);
		}
		chart_point(&c, stat_period_name(s, i), point);
	}
	return nerr_pass(chart_put(&c, req->hdf, "Loss.chart"));
}

NEOERR *stat_loss_put(struct statistics *s, const struct stat_station **row, int n)
{
	struct request *req = s->home.req;
	struct station_loss v;
	NEOERR *err = STATUS_OK;

	if (!s->loss.seen)
		return STATUS_OK;
	TRY(hdf_put(req->hdf, "1", "Loss.seen"));
	for (int i = 0; i < n; i++) {
		bool reckoned = reckon(row[i], &v);

		if (v.days)
			TRY(put_row(s, "station", i, row[i]->name, &v, row[i]->rate, reckoned));
	}
	for (int i = 0; i < s->periods; i++)
		if (s->loss.period[i].days)
			TRY(put_row(s, "period", i, stat_period_name(s, i), &s->loss.period[i], -1, false));
	if (s->loss.all.days) {
		TRY(put_row(s, "all", 0, text_get(req, "engine.all_total"), &s->loss.all, -1, false));
		TRY(put_chart(s));
	}
out:
	return nerr_pass(err);
}

/* ---- Excel ---- */

static NEOERR *sheet(struct statistics *s, struct xlsx *x, const char *name, const char *first)
{
	struct request *req = s->home.req;
	struct xlsx_column column[COLUMNS + 1] = { { text_get(req, first), XLSX_TEXT, 24, false } };

	for (int i = 0; i < COLUMNS; i++)
		column[i + 1] = (struct xlsx_column){
			text_get(req, arena_printf(&req->arena, "statistics.%s", columns[i].name)),
			columns[i].kind, 16, columns[i].total };
	return nerr_pass(xlsx_sheet(x, text_get(req, name), column, COLUMNS + 1));
}

static NEOERR *line(struct statistics *s, struct xlsx *x, const char *name,
	const struct station_loss *v, int64_t rate)
{
	const char *text[COLUMNS + 1] = { name };

	say(s->home.req, v, rate, true, text + 1);
	return nerr_pass(xlsx_row(x, text));
}

NEOERR *stat_loss_book(struct statistics *s, struct xlsx *x, const struct stat_station **row,
	int n)
{
	const char *total = text_get(s->home.req, "engine.all_total");
	NEOERR *err = STATUS_OK;

	if (!s->loss.seen)
		return STATUS_OK;
	TRY(sheet(s, x, "statistics.loss_by_station", "field.station_id"));
	for (int i = 0; i < n; i++)
		if (row[i]->loss.days)
			TRY(line(s, x, row[i]->name, &row[i]->loss, row[i]->rate));
	TRY(xlsx_totals(x, total));
	TRY(sheet(s, x, "statistics.loss_by_period", "statistics.period"));
	for (int i = 0; i < s->periods; i++)
		if (s->loss.period[i].days)
			TRY(line(s, x, stat_period_name(s, i), &s->loss.period[i], -1));
	TRY(xlsx_totals(x, total));
out:
	return nerr_pass(err);
}

/* leak.c - where income leaks: dead and switched off connectors, offline piles, suspended charges,
 * prices that piles have not taken, each in yuan a day, with the way to its cause (T5).
 * Owns nothing. Serves who runs stations. */
#include "charge/tariff.h"
#include "cgi/screen/home.h"

#define DAYS_BACK    30                      /* whole days that an average is taken over */
#define STATIONS_MAX 2000
#define LINES_MAX    2000
#define LINES_SHOWN  300

struct station { int64_t id, connectors, amount, energy; const char *name; bool ebike; };
struct line {
	const struct cause *cause;
	const struct station *station;
	int64_t count, connectors, seconds, price, loss;
};
struct leak {
	struct home home;
	const struct cause *cause;           /* being read */
	int stations, lines;
	struct station station[STATIONS_MAX];
	struct line line[LINES_MAX];
};

/* A statement gives station, how many, connectors they stand for, seconds so far, yuan per kWh
 * times connectors. %s: the time now. */
struct cause {
	const char *name;
	const struct resource *car, *ebike;  /* ebike NULL: car stands for both */
	const char *columns, *where, *car_href, *ebike_href;
};
#define GUNS "(SELECT COUNT(*) FROM connector k WHERE k.pile_id = t.id AND k.deleted = 0)"
#define EACH "SELECT t.station_id, COUNT(*), COUNT(*), 0, 0"
#define PRICE(version) "(SELECT ROUND(SUM((x.end_minute - x.start_minute) * (x.energy_price +" \
	" x.service_price)) / 1440, 5) FROM tariff_slot x WHERE x.tariff_version_id = " version ")"
#define WANTED "(SELECT w.id FROM tariff_version h JOIN tariff_version w ON w.tariff_id =" \
	" h.tariff_id WHERE h.id = l.tariff_version_id AND w.effective_at <= '%s' ORDER BY" \
	" w.effective_at DESC, w.number DESC LIMIT 1)"
static const struct cause causes[] = {
	{ "fault", &connector_resource, &socket_resource, EACH,
		" AND t.status = 'enabled' AND p.status = 'enabled' AND l.state = 'fault'",
		"/admin/connector?tab=fault", "/admin/socket?tab=fault" },
	{ "disabled", &connector_resource, &socket_resource, EACH,
		" AND (t.status = 'disabled' OR p.status = 'disabled')",
		"/admin/connector?tab=all", "/admin/socket?tab=all" },
	{ "offline", &pile_resource, &bike_device_resource,
		"SELECT t.station_id, COUNT(*), SUM(" GUNS "), COALESCE(SUM(TIMESTAMPDIFF(SECOND,"
		" l.disconnected_at, '%s')), 0), 0",
		" AND t.status = 'enabled' AND t.commissioned = 1 AND COALESCE(l.online, 0) = 0",
		"/admin/pile?tab=offline", "/admin/bike_device?tab=offline" },
	{ "suspended", &session_resource, NULL,
		"SELECT t.station_id, COUNT(*), COUNT(*), COALESCE(SUM(TIMESTAMPDIFF(SECOND,"
		" COALESCE(t.seen_at, t.requested_at), '%s')), 0), 0",
		" AND t.state = 'suspended'", "/admin/session?tab=suspended", NULL },
	{ "price", &pile_resource, &bike_device_resource,
		"SELECT t.station_id, COUNT(*), SUM(" GUNS "), 0, SUM(" GUNS " * GREATEST(0, COALESCE("
		PRICE(WANTED) " - " PRICE("l.tariff_version_id") ", 0)))",
		" AND t.status = 'enabled' AND l.tariff_version_id <> " WANTED,
		"/admin/pile?tab=all", "/admin/bike_device?tab=all" },
};
#define CAUSES ((int)(sizeof causes / sizeof *causes))

/* ---- what a connector earns in a day ---- */

static NEOERR *take_station(const struct row *r, void *ctx)
{
	struct leak *k = ctx;

	if (k->stations < STATIONS_MAX)
		k->station[k->stations++] = (struct station){ .id = row_i64(r, 0),
			.name = arena_strdup(&k->home.req->arena, row_str(r, 1)),
			.ebike = text_eq(row_str(r, 2), "ebike"), .connectors = row_i64(r, 3) };
	return STATUS_OK;
}

static int by_id(const void *a, const void *b)
{
	const struct station *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static struct station *station_of(struct leak *k, int64_t id)
{
	const struct station key = { .id = id };

	return bsearch(&key, k->station, (size_t)k->stations, sizeof key, by_id);
}

static NEOERR *take_sum(const struct home_sum *h, void *ctx)
{
	int64_t id = 0;
	struct station *at = h->key && text_i64(h->key, &id) ? station_of(ctx, id) : NULL;

	if (at) {
		at->amount += h->amount;
		at->energy += h->energy;
	}
	return STATUS_OK;
}

static int64_t per_connector_day(const struct station *s, int64_t sum)
{
	return s->connectors ? sum / (s->connectors * DAYS_BACK) : 0;
}

/* ---- the lines ---- */

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct leak *k = ctx;
	const struct station *s = station_of(k, row_i64(r, 0));
	struct line *l = &k->line[k->lines];

	if (!s || k->lines == LINES_MAX)
		return STATUS_OK;
	*l = (struct line){ .cause = k->cause, .station = s, .count = row_i64(r, 1),
		.connectors = row_i64(r, 2), .seconds = row_i64(r, 3), .price = row_money(r, 4) };
	if (text_eq(k->cause->name, "price")) {
		NEOERR *err = money_fee(per_connector_day(s, s->energy), l->price, &l->loss);

		if (err != STATUS_OK)
			return nerr_pass(err);
	} else {
		l->loss = l->connectors * per_connector_day(s, s->amount);
	}
	k->lines++;
	return STATUS_OK;
}

/* The statement with the time in the place of each %s. */
static const char *at_time(struct request *req, const char *sql, const char *now)
{
	struct buf b;
	const char *mark, *done;

	buf_init(&b, 0);
	while ((mark = strstr(sql, "%s"))) {
		buf_add(&b, sql, (size_t)(mark - sql));
		buf_add(&b, now, strlen(now));
		sql = mark + 2;
	}
	buf_add(&b, sql, strlen(sql) + 1);
	done = arena_strdup(&req->arena, b.data);
	buf_clear(&b);
	return done;
}

static NEOERR *read_cause(struct leak *k, const struct cause *c)
{
	struct request *req = k->home.req;
	char now[CLOCK_TEXT];
	const struct resource *res[2] = { c->car, c->ebike };
	NEOERR *err = STATUS_OK;

	clock_format(k->home.now, now);
	k->cause = c;
	for (int i = 0; i < 2 && res[i]; i++)
		TRY(home_scoped(&k->home, res[i], true, at_time(req, c->columns, now),
			at_time(req, c->where, now), " GROUP BY t.station_id", NOARGS, take_line, k));
out:
	return nerr_pass(err);
}

static int by_loss(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->loss != y->loss)
		return x->loss < y->loss ? 1 : -1;
	return x->cause != y->cause ? x->cause < y->cause ? -1 : 1 : by_id(x->station, y->station);
}

static NEOERR *put_line(struct request *req, const struct line *l, int i)
{
	const struct cause *c = l->cause;
	const char *href = l->station->ebike && c->ebike_href ? c->ebike_href : c->car_href;
	NEOERR *err;

	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "leak.%s", c->name)), "Leak.%d",
		i));
	TRY(hdf_put(req->hdf, l->station->name, "Leak.%d.station", i));
	TRY(hdf_put(req->hdf, screen_number(req, l->count), "Leak.%d.count", i));
	if (l->seconds)
		TRY(hdf_put(req->hdf, screen_fixed(req, l->seconds / 36, 2, 1), "Leak.%d.hours", i));
	TRY(hdf_put(req->hdf, screen_fixed(req, l->loss, MONEY_SCALE, 2), "Leak.%d.loss", i));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%s&station_id=%lld", href,
		(long long)l->station->id), "Leak.%d.href", i));
out:
	return nerr_pass(err);
}

NEOERR *leak_show(struct request *req)
{
	struct leak *k = arena_alloc(&req->arena, sizeof *k);
	int64_t total = 0;
	NEOERR *err;

	memset(k, 0, sizeof *k);
	k->home = (struct home){ .req = req, .node = req->hdf, .now = clock_now() };
	k->home.today = clock_day_start(k->home.now);
	TRY(rollup_until(req->db, &k->home.until));
	TRY(home_scoped(&k->home, &station_resource, false,
		"SELECT t.id, t.name, t.kind, (SELECT COUNT(*) FROM connector k WHERE k.station_id = t.id"
		" AND k.deleted = 0)", "", " ORDER BY t.id", NULL, 0, take_station, k));
	TRY(home_sums(&k->home, "station_id", k->home.today - DAYS_BACK * DAY_SECONDS, k->home.today,
		take_sum, k));
	for (int i = 0; i < CAUSES; i++)
		TRY(read_cause(k, &causes[i]));
	qsort(k->line, (size_t)k->lines, sizeof *k->line, by_loss);
	for (int i = 0; i < k->lines; i++) {
		total += k->line[i].loss;
		if (i < LINES_SHOWN)
			TRY(put_line(req, &k->line[i], i));
	}
	TRY(hdf_put(req->hdf, screen_fixed(req, total, MONEY_SCALE, 2), "Leaks.total"));
	TRY(screen_page(req, "leak", "leak.title", "", "screen/leak.cs"));
out:
	return nerr_pass(err);
}

/* station_load.c - a station's power limit and its piles' shares, now and over the last hours (W4).
 * Owns the page. Serves clerks who watch a station. */
#include "charge/load.h"
#include "cgi/screen/chart.h"
#include "cgi/screen/screen.h"

#define HOURS 6

SQL(load_station,
	"SELECT name, CAST(COALESCE(load_limit, 0) AS CHAR), load_way FROM station WHERE id = ?");
SQL(load_now,
	"SELECT p.id, p.name, p.code, p.load_priority, CAST(h.share / 1000 AS DECIMAL(12,1)),"
	" CAST(COALESCE((SELECT SUM(v.power) FROM connector k JOIN connector_live v ON"
	" v.connector_id = k.id WHERE k.pile_id = p.id), 0) AS DECIMAL(12,1)), h.told_at,"
	" COALESCE(c.status, '') FROM load_share h JOIN pile p ON p.id = h.pile_id LEFT JOIN command c"
	" ON c.id = h.command_id WHERE h.station_id = ? ORDER BY p.id LIMIT 300");
SQL(load_sums,
	"SELECT DATE_FORMAT(at, '%H:%i'), CAST(MAX(IF(pile_id = 0, share, NULL)) / 1000 AS"
	" DECIMAL(12,1)), CAST(SUM(IF(pile_id > 0, share, 0)) / 1000 AS DECIMAL(12,1)),"
	" CAST(MAX(IF(pile_id = 0, power, NULL)) / 1000 AS DECIMAL(12,1)) FROM load_sample WHERE"
	" station_id = ? AND at > ? GROUP BY at ORDER BY at");
SQL(load_piles,
	"SELECT l.pile_id, p.name FROM load_sample l JOIN pile p ON p.id = l.pile_id WHERE"
	" l.station_id = ? AND l.at > ? GROUP BY l.pile_id, p.name ORDER BY MAX(l.at) DESC, l.pile_id"
	" LIMIT 12");
SQL(load_points,
	"SELECT DATE_FORMAT(at, '%H:%i'), pile_id, CAST(share / 1000 AS DECIMAL(12,1)) FROM load_sample"
	" WHERE station_id = ? AND at > ? AND pile_id > 0 ORDER BY at, pile_id");

struct load_page {
	struct request *req;
	int64_t id, from;
	const char *name;
	int n;
	struct chart chart;
	int64_t pile[CHART_SERIES];
	const char *value[CHART_SERIES];     /* of the minute that is gathered */
	const char *minute;
};

static NEOERR *take_station(const struct row *r, void *ctx)
{
	struct load_page *p = ctx;
	struct request *req = p->req;
	NEOERR *err;

	p->name = arena_strdup(&req->arena, row_str(r, 0));
	TRY(hdf_put(req->hdf, row_str(r, 1), "Load.limit"));
	TRY(hdf_put(req->hdf,
		text_get(req, arena_printf(&req->arena, "choice.load_way.%s", row_str(r, 2))),
		"Load.way"));
out:
	return nerr_pass(err);
}

static NEOERR *put_pile(const struct row *r, void *ctx)
{
	struct load_page *p = ctx;
	struct request *req = p->req;
	static const char *const names[] = { "id", "name", "code", "priority", "share", "power" };
	const char *said = row_str(r, 7);
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < 6; i++)
		TRY(hdf_put(req->hdf, row_str(r, i), "Load.pile.%d.%s", p->n, names[i]));
	if (row_time(r, 6))
		TRY(hdf_put(req->hdf, screen_time(req, row_time(r, 6)), "Load.pile.%d.told", p->n));
	if (*said)
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "choice.command_status.%s", said)),
			"Load.pile.%d.said", p->n));
	p->n++;
out:
	return nerr_pass(err);
}

static NEOERR *take_sum(const struct row *r, void *ctx)
{
	struct load_page *p = ctx;

	chart_point(&p->chart, row_str(r, 0), r->value + 1);
	return STATUS_OK;
}

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct load_page *p = ctx;

	p->pile[p->chart.series] = row_i64(r, 0);
	chart_series(&p->chart, arena_strdup(&p->req->arena, row_str(r, 1)), "line", 0);
	return STATUS_OK;
}

static void end_minute(struct load_page *p)
{
	if (p->minute)
		chart_point(&p->chart, p->minute, p->value);
	memset(p->value, 0, sizeof p->value);
}

static NEOERR *take_point(const struct row *r, void *ctx)
{
	struct load_page *p = ctx;

	if (!p->minute || !text_eq(p->minute, row_str(r, 0))) {
		end_minute(p);
		p->minute = arena_strdup(&p->req->arena, row_str(r, 0));
	}
	for (int i = 0; i < p->chart.series; i++)
		if (p->pile[i] == row_i64(r, 1))
			p->value[i] = arena_strdup(&p->req->arena, row_str(r, 2));
	return STATUS_OK;
}

static NEOERR *put_sums(struct load_page *p)
{
	struct request *req = p->req;
	NEOERR *err;

	chart_init(&p->chart, "kW", NULL);
	chart_series(&p->chart, text_get(req, "load.limit"), "line", 0);
	chart_series(&p->chart, text_get(req, "load.given"), "line", 0);
	chart_series(&p->chart, text_get(req, "load.used"), "line", 0);
	TRY(db_query(req->db, &load_sums, ARGS(I64(p->id), TIME(p->from)), take_sum, p));
	TRY(hdf_put(req->hdf, p->chart.points ? "1" : "", "Load.any"));
	TRY(chart_put(&p->chart, req->hdf, "Load.sums"));
out:
	return nerr_pass(err);
}

static NEOERR *put_shares(struct load_page *p)
{
	struct request *req = p->req;
	NEOERR *err;

	chart_init(&p->chart, "kW", NULL);
	TRY(db_query(req->db, &load_piles, ARGS(I64(p->id), TIME(p->from)), take_line, p));
	TRY(db_query(req->db, &load_points, ARGS(I64(p->id), TIME(p->from)), take_point, p));
	end_minute(p);
	TRY(chart_put(&p->chart, req->hdf, "Load.shares"));
	TRY(hdf_put(req->hdf, "1", "Page.chart"));
out:
	return nerr_pass(err);
}

NEOERR *station_load_show(struct request *req)
{
	struct load_page p = { .req = req, .id = route_id(req, "id"),
		.from = clock_now() - HOURS * 3600 };
	NEOERR *err;

	TRY(resource_reach(req, &station_resource, p.id, false));
	TRY(db_get(req->db, &load_station, ARGS(I64(p.id)), take_station, &p));
	TRY(db_query(req->db, &load_now, ARGS(I64(p.id)), put_pile, &p));
	TRY(put_sums(&p));
	TRY(put_shares(&p));
	TRY(hdf_put(req->hdf, screen_time(req, clock_now()), "Load.at"));
	TRY(screen_page(req, "station", "load.title", p.name, "screen/station_load.cs"));
out:
	return nerr_pass(err);
}

/* station.c - /d/stations: where one may charge, as list and map, pinned first (S4, S6, S7, U5,
 * W13), and /d/private: the wish for a pile of one's own (S13).
 * Owns the insert into private_pile. Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/login.h"
#include "cgi/map.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/station.h"

#define LIST_MAX 200
#define WISHES_A_DAY 5
#define WISH_WINDOW 86400

/* What shows in list and map: public, open for business, and something to charge at. */
#define SHOWN "s.deleted = 0 AND s.status = 'enabled' AND s.operation_type = 'public'" \
	" AND s.halted_at IS NULL"
#define GUNS "FROM connector c JOIN pile p ON p.id = c.pile_id JOIN area a ON a.id = p.area_id" \
	" LEFT JOIN pile_live pl ON pl.pile_id = p.id" \
	" LEFT JOIN connector_live cl ON cl.connector_id = c.id" \
	" WHERE c.station_id = s.id AND c.deleted = 0 AND p.deleted = 0 AND c.status = 'enabled'" \
	" AND p.status = 'enabled' AND a.status = 'enabled' AND p.closed = 0" \
	" AND p.use_scope = 'public'"
#define COLUMNS "s.code, s.name, s.address, s.hours, s.pinned_at IS NOT NULL, s.kind," \
	" ROUND(s.longitude * 1000000), ROUND(s.latitude * 1000000)," \
	" (SELECT COUNT(*) " GUNS ")," \
	" (SELECT COUNT(*) " GUNS " AND pl.online AND cl.state = 'idle')"

SQL(driver_stations,
	"SELECT " COLUMNS " FROM station s WHERE " SHOWN
	" AND (? = '' OR s.name LIKE ? OR s.address LIKE ? OR s.city LIKE ?)"
	" ORDER BY s.pinned_at IS NULL, s.pinned_at DESC, s.name LIMIT ?");
SQL(driver_station,
	"SELECT " COLUMNS ", s.id, s.notice, s.parking_note, s.hours_note, s.discount_note,"
	" s.facilities, s.surroundings, s.tags, s.parking_relief, s.intro,"
	" (SELECT x.digest FROM station_picture x WHERE x.station_id = s.id),"
	" " DRIVER_HOTLINE("s") " FROM station s JOIN provider pr ON pr.id = s.provider_id"
	" WHERE " SHOWN " AND s.code = ?");
SQL(driver_picture,
	"SELECT x.type, x.body FROM station_picture x JOIN station s ON s.id = x.station_id WHERE"
	" x.station_id = ? AND s.deleted = 0");
SQL(driver_station_guns,
	"SELECT c.code, p.name, c.name, IF(pl.online, COALESCE(cl.state, 'offline'), 'offline')"
	" FROM station s JOIN connector c ON c.station_id = s.id JOIN pile p ON p.id = c.pile_id"
	" JOIN area a ON a.id = p.area_id LEFT JOIN pile_live pl ON pl.pile_id = p.id"
	" LEFT JOIN connector_live cl ON cl.connector_id = c.id WHERE s.code = ? AND c.deleted = 0"
	" AND p.deleted = 0 AND c.status = 'enabled' AND p.status = 'enabled'"
	" AND a.status = 'enabled' AND p.closed = 0 AND p.use_scope = 'public'"
	" ORDER BY p.name, c.number LIMIT 200");
SQL(wish_station,
	"SELECT id, provider_id, name FROM station WHERE code = ? AND deleted = 0"
	" AND status = 'enabled'");
SQL(wish_open,
	"SELECT COUNT(*) FROM private_pile WHERE station_id = ? AND phone = ? AND state IN ('filed',"
	" 'called')");
SQL(wish_insert,
	"INSERT INTO private_pile (provider_id, station_id, name, phone, address, vehicle, wish,"
	" created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

struct stations { struct request *req; struct map *map; int n; };

static NEOERR *put_station(struct request *req, const struct row *r, const char *path)
{
	static const char *const names[] = { "code", "name", "address", "hours" };
	bool open = station_is_open(row_str(r, 3), clock_minute_of_day(clock_now()));
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < 4; i++)
		TRY(hdf_put(req->hdf, row_str(r, i), "%s.%s", path, names[i]));
	if (row_i64(r, 4))
		TRY(hdf_put(req->hdf, "1", "%s.pinned", path));
	TRY(put_choice(req, &station_kind_choices,
		choice_value(&station_kind_choices, row_str(r, 5)),
		arena_printf(&req->arena, "%s.kind", path)));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%lld", (long long)row_i64(r, 8)), "%s.guns",
		path));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%lld", (long long)row_i64(r, 9)), "%s.idle",
		path));
	if (!open)
		TRY(hdf_put(req->hdf, "1", "%s.shut", path));
out:
	return nerr_pass(err);
}

static NEOERR *on_station(const struct row *r, void *ctx)
{
	struct stations *s = ctx;
	struct request *req = s->req;
	struct arena *a = &req->arena;

	if (*row_str(r, 6) && *row_str(r, 7))
		map_add(s->map, &(struct map_point){ row_i64(r, 6), row_i64(r, 7),
			arena_strdup(a, row_str(r, 1)), arena_printf(a, "/d/station/%s", row_str(r, 0)),
			row_i64(r, 9) ? "#0f7a35" : "#5a6579" });
	return nerr_pass(put_station(req, r, arena_printf(a, "Stations.%d", s->n++)));
}

/* What is typed is found as it stands: %, _ and \ are no wildcards. */
static const char *like(struct request *req, const char *q)
{
	char *out = arena_alloc(&req->arena, 2 * strlen(q) + 3), *p = out;

	*p++ = '%';
	for (; *q; q++) {
		if (strchr("%_\\", *q))
			*p++ = '\\';
		*p++ = *q;
	}
	*p++ = '%';
	*p = '\0';
	return out;
}

static NEOERR *list_page(struct request *req)
{
	struct stations s = { .req = req, .map = arena_alloc(&req->arena, sizeof *s.map) };
	char *q = text_trim(arena_strdup(&req->arena, request_param_or(req, "q", "")));
	const char *pattern = like(req, q);
	NEOERR *err;

	TRY(db_query(req->db, &driver_stations,
		ARGS(STR(q), STR(pattern), STR(pattern), STR(pattern), I64(LIST_MAX)), on_station, &s));
	TRY(map_put(req, s.map));
	TRY(hdf_put(req->hdf, q, "Query"));
	TRY(hdf_put(req->hdf, text_get(req, "driver.stations_title"), "Page.title"));
	TRY(render_page(req, "driver/stations.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *on_detail(const struct row *r, void *ctx)
{
	static const char *const notes[] = { "notice", "parking_note", "hours_note", "discount_note",
		"facilities", "surroundings", "tags" };
	struct request *req = ctx;
	NEOERR *err;

	TRY(put_station(req, r, "Station"));
	for (int i = 0; i < 7; i++)
		if (*row_str(r, 11 + i)) {
			TRY(hdf_put(req->hdf, row_str(r, 11 + i), "Notes.%s", notes[i]));
			TRY(hdf_put(req->hdf,
				text_get(req, arena_printf(&req->arena, "station.%s", notes[i])),
				"Notes.%s.label", notes[i]));
		}
	if (row_i64(r, 18))
		TRY(hdf_put(req->hdf, "1", "Station.parking_relief"));
	TRY(hdf_put(req->hdf, row_str(r, 19), "Station.intro"));
	if (*row_str(r, 20))
		TRY(hdf_put(req->hdf,
			arena_printf(&req->arena, "/d/picture/%s?v=%.12s", row_str(r, 10), row_str(r, 20)),
			"Station.picture"));
	TRY(hdf_put(req->hdf, row_str(r, 21), "Station.hotline"));
	TRY(hdf_put(req->hdf, row_str(r, 1), "Page.title"));
out:
	return nerr_pass(err);
}

static NEOERR *on_gun(const struct row *r, void *ctx)
{
	struct stations *s = ctx;
	struct request *req = s->req;
	int state = choice_value(&connector_state_choices, row_str(r, 3));
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 0), "Guns.%d.code", s->n));
	TRY(hdf_put(req->hdf, row_str(r, 1), "Guns.%d.pile", s->n));
	TRY(hdf_put(req->hdf, row_str(r, 2), "Guns.%d.name", s->n));
	TRY(put_choice(req, &connector_state_choices, state < 0 ? CONNECTOR_OFFLINE : state,
		arena_printf(&req->arena, "Guns.%d.state", s->n)));
	s->n++;
out:
	return nerr_pass(err);
}

static NEOERR *station_page(struct request *req)
{
	struct stations s = { .req = req };
	const char *code = route_part(req, "code");
	NEOERR *err;

	TRY(db_get(req->db, &driver_station, ARGS(STR(code)), on_detail, req));
	TRY(db_query(req->db, &driver_station_guns, ARGS(STR(code)), on_gun, &s));
	TRY(render_page(req, "driver/station.cs"));
out:
	return nerr_pass(err);
}

/* ---- S13 ---- */

struct wish { struct request *req; int64_t station_id, provider_id; const char *problem; };
static const struct { const char *name; size_t least, most; } wish_inputs[] = {
	{ "name", 1, 40 }, { "phone", 11, 11 }, { "address", 2, 200 }, { "vehicle", 0, 60 },
	{ "wish", 0, 500 },
};
#define WISH_INPUTS (sizeof wish_inputs / sizeof *wish_inputs)

static NEOERR *on_wish_station(const struct row *r, void *ctx)
{
	struct wish *w = ctx;

	w->station_id = row_i64(r, 0);
	w->provider_id = row_i64(r, 1);
	return nerr_pass(hdf_put(w->req->hdf, row_str(r, 2), "Wish.station"));
}

static NEOERR *wish_page(struct wish *w)
{
	struct request *req = w->req;
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < WISH_INPUTS; i++)
		TRY(hdf_put(req->hdf, request_param_or(req, wish_inputs[i].name, ""), "Wish.%s",
			wish_inputs[i].name));
	if (w->problem) {
		TRY(hdf_put(req->hdf, text_get(req, w->problem), "Problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_get(req, "driver.private_title"), "Page.title"));
	TRY(render_page(req, "driver/private.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *private_show(struct request *req)
{
	struct wish w = { .req = req };
	NEOERR *err;

	TRY(db_get(req->db, &wish_station, ARGS(STR(route_part(req, "code"))), on_wish_station, &w));
	if (request_param(req, "filed"))
		TRY(hdf_put(req->hdf, "1", "Wish.filed"));
	TRY(wish_page(&w));
out:
	return nerr_pass(err);
}

static NEOERR *judge_wish(struct wish *w)
{
	struct request *req = w->req;
	int64_t filed = 0;
	int wait = 0;
	NEOERR *err;

	for (size_t i = 0; i < WISH_INPUTS; i++) {
		size_t n = text_chars(request_param_or(req, wish_inputs[i].name, ""));
		if (n < wish_inputs[i].least || n > wish_inputs[i].most)
			w->problem = arena_printf(&req->arena, "driver.private_bad_%s", wish_inputs[i].name);
		if (w->problem)
			return STATUS_OK;
	}
	if (!text_is_phone(request_param_or(req, "phone", ""))) {
		w->problem = "driver.private_bad_phone";
		return STATUS_OK;
	}
	TRY(db_i64(req->db, &wish_open,
		ARGS(I64(w->station_id), STR(request_param_or(req, "phone", ""))), &filed));
	if (filed) {
		w->problem = "driver.private_filed_before";
		return STATUS_OK;
	}
	TRY(throttle_hit(req->db, arena_printf(&req->arena, "wish-ip:%s", req->ip), WISHES_A_DAY,
		WISH_WINDOW, &wait));
	if (wait > 0)
		w->problem = "driver.private_too_many";
out:
	return nerr_pass(err);
}

static NEOERR *private_post(struct request *req)
{
	struct wish w = { .req = req };
	const char *code = route_part(req, "code");
	int64_t now = clock_now(), id;
	NEOERR *err;

	TRY(db_get(req->db, &wish_station, ARGS(STR(code)), on_wish_station, &w));
	TRY(judge_wish(&w));
	if (w.problem)
		return nerr_pass(wish_page(&w));
	TRY(db_insert(req->db, &wish_insert,
		ARGS(I64(w.provider_id), I64(w.station_id), STR(request_param_or(req, "name", "")),
			STR(request_param_or(req, "phone", "")), STR(request_param_or(req, "address", "")),
			STR(request_param_or(req, "vehicle", "")), STR(request_param_or(req, "wish", "")),
			TIME(now), TIME(now)),
		&id));
	response_redirect(req, arena_printf(&req->arena, "/d/private/%s?filed=1", code));
out:
	return nerr_pass(err);
}

struct bytes { struct request *req; bool found; };

static NEOERR *send_picture(const struct row *r, void *ctx)
{
	struct bytes *b = ctx;

	b->found = true;
	response_bytes(b->req, arena_strdup(&b->req->arena, row_str(r, 0)), r->value[1], r->length[1]);
	response_header(b->req, "Cache-Control", "public, max-age=86400");
	return STATUS_OK;
}

static NEOERR *picture_show(struct request *req)
{
	struct bytes b = { .req = req };
	NEOERR *err;

	TRY(db_query(req->db, &driver_picture, ARGS(I64(route_id(req, "id"))), send_picture, &b));
	if (!b.found)
		err = nerr_raise(ERR_NOT_FOUND, "no picture");
out:
	return nerr_pass(err);
}

const struct route station_routes[] = {
	{ METHOD_GET, "/d/stations", list_page, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/d/station/:code", station_page, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/d/picture/:id", picture_show, NULL, ROUTE_OPEN | ROUTE_UNCHANGED },
	{ METHOD_GET, "/d/private/:code", private_show, NULL, ROUTE_OPEN },
	{ METHOD_POST, "/d/private/:code", private_post, NULL, ROUTE_OPEN },
	{ .pattern = NULL },
};

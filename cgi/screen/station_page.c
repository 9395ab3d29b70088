/* station_page.c - pages of stations by hand: the picture, the map, and places for the map that a
 * form picks on (S3, S7, W13).
 * Owns table station_picture as people change it. Serves clerks of the 电站管理 group. */
#include "base/conf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/picture.h"
#include "cgi/resource/engine.h"
#include "cgi/resource/page.h"
#include "cgi/response.h"
#include "cgi/screen/screen.h"

#define PICTURE_BYTES (150 << 10)            /* S3 */
#define PICTURE_PIXELS 4000
#define PLACES 2000

SQL(station_picture_digest, "SELECT digest FROM station_picture WHERE station_id = ?");
SQL(station_picture_put,
	"INSERT INTO station_picture (station_id, type, digest, body, updated_at) VALUES (?, ?, ?, ?,"
	" ?) ON DUPLICATE KEY UPDATE type = VALUES(type), digest = VALUES(digest), body = VALUES(body),"
	" updated_at = VALUES(updated_at)");
SQL(station_picture_drop, "DELETE FROM station_picture WHERE station_id = ?");

/* ---- the picture ---- */

static NEOERR *take_digest(const struct row *r, void *ctx)
{
	struct request *req = ctx;

	return nerr_pass(hdf_put(req->hdf, row_str(r, 0), "Picture.digest"));
}

static NEOERR *picture_page(struct request *req, int64_t id, const char *problem)
{
	const char *name = "";
	NEOERR *err;

	TRY(resource_title(req, &station_resource, id, &name));
	TRY(db_query(req->db, &station_picture_digest, ARGS(I64(id)), take_digest, req));
	TRY(hdf_put(req->hdf, screen_number(req, id), "Picture.station"));
	if (problem) {
		req->status = 422;
		TRY(hdf_put(req->hdf, text_get(req, problem), "Form.error"));
	}
	TRY(screen_page(req, "station", "station.picture", name, "screen/station_picture.cs"));
out:
	return nerr_pass(err);
}

NEOERR *station_picture_show(struct request *req)
{
	int64_t id = route_id(req, "id");
	NEOERR *err;

	TRY(resource_reach(req, &station_resource, id, false));
	TRY(picture_page(req, id, NULL));
out:
	return nerr_pass(err);
}

/* What it is, is told by its bytes, whatever it is called. */
static const char *picture_problem(const struct upload *up, struct picture *p)
{
	if (!up || !up->len)
		return "station.picture_none";
	if (up->len > PICTURE_BYTES)
		return "station.picture_large";
	if (!picture_read(up->data, up->len, p))
		return "station.picture_kind";
	return p->width > PICTURE_PIXELS || p->height > PICTURE_PIXELS ? "station.picture_pixels"
																   : NULL;
}

struct keeping { struct request *req; int64_t id; const struct upload *up; struct picture p; };

static NEOERR *keep_picture(struct db *db, void *ctx)
{
	struct keeping *k = ctx;
	char digest[SHA256_HEX] = "";
	NEOERR *err;

	if (k->up) {
		sha256_hex(k->up->data, k->up->len, digest);
		TRY(db_exec(db, &station_picture_put,
			ARGS(I64(k->id), STR(k->p.type), STR(digest), BLOB(k->up->data, k->up->len),
				TIME(clock_now())),
			NULL));
	} else {
		TRY(db_exec(db, &station_picture_drop, ARGS(I64(k->id)), NULL));
	}
	TRY(audit_add(db, &k->req->actor, "station", k->id, "picture", "picture", NULL, digest));
out:
	return nerr_pass(err);
}

NEOERR *station_picture_save(struct request *req)
{
	struct keeping k = { .req = req, .id = route_id(req, "id") };
	const char *problem;
	NEOERR *err;

	TRY(resource_reach(req, &station_resource, k.id, false));
	if (!request_param(req, "remove")) {
		k.up = request_upload(req, "picture");
		if ((problem = picture_problem(k.up, &k.p)) != NULL)
			return nerr_pass(picture_page(req, k.id, problem));
	}
	TRY(db_tx(req->db, keep_picture, &k));
	response_redirect_saying(req,
		arena_printf(&req->arena, "/admin/station/%lld/picture", (long long)k.id),
		k.up ? "station.picture_kept" : "station.picture_gone", NULL);
out:
	return nerr_pass(err);
}

/* ---- the map ---- */

static NEOERR *take_place(const struct row *r, void *ctx)
{
	json_t *all = ctx;

	json_array_append_new(all,
		json_pack("{s:I s:s s:f s:f s:s s:s s:I s:I}", "id", (json_int_t)row_i64(r, 0), "name",
			row_str(r, 1), "lon", strtod(row_str(r, 2), NULL), "lat", strtod(row_str(r, 3), NULL),
			"kind", row_str(r, 4), "status", row_str(r, 5), "idle", (json_int_t)row_i64(r, 6),
			"connectors", (json_int_t)row_i64(r, 7)));
	return STATUS_OK;
}

/* Stations that the asker sees and that have a place. */
static NEOERR *load_places(struct request *req, json_t *all)
{
	NEOERR *err;
	struct query q;

	query_init(&q, &req->arena);
	query_add(&q, "SELECT t.id, t.name, t.longitude, t.latitude, t.kind, IF(t.halted_at IS NULL,"
		" t.status, 'halted'), (SELECT COUNT(*) FROM connector k JOIN connector_live v ON"
		" v.connector_id = k.id JOIN pile_live l ON l.pile_id = k.pile_id AND l.online WHERE"
		" k.station_id = t.id AND k.deleted = 0 AND v.state = 'idle'), (SELECT COUNT(*) FROM"
		" connector k WHERE k.station_id = t.id AND k.deleted = 0)");
	query_from(&q, &station_resource, false);
	query_where(&q, req, &station_resource, false);
	query_addf(&q, " AND t.longitude IS NOT NULL AND t.latitude IS NOT NULL ORDER BY t.id LIMIT %d",
		PLACES);
	TRY(query_run(req->db, &q, take_place, all));
out:
	query_clear(&q);
	return nerr_pass(err);
}

NEOERR *station_places(struct request *req)
{
	json_t *all = json_array(), *body;
	char *text;
	NEOERR *err;

	TRY(load_places(req, all));
	body = json_pack("{s:s s:O}", "tiles", conf.map_tiles, "places", all);
	text = json_write_dup(body);
	response_bytes(req, "application/json", text, strlen(text));
	free(text);
	json_decref(body);
out:
	json_decref(all);
	return nerr_pass(err);
}

NEOERR *station_map_show(struct request *req)
{
	NEOERR *err;

	TRY(hdf_put(req->hdf, "1", "Page.map"));
	TRY(screen_page(req, "station", "station.map", "", "screen/station_map.cs"));
out:
	return nerr_pass(err);
}

/* bay_board.c - the bays of a station as they stand now, and the pages of a picture (K1, K5).
 * Owns three pages by hand. Serves clerks who watch a station. */
#include <unistd.h>

#include "base/picture.h"
#include "charge/camera.h"
#include "cgi/screen/screen.h"

#define BAYS_MAX 400

SQL(board_station, "SELECT name FROM station WHERE id = ?");
SQL(board_bays,
	"SELECT b.id, b.name, a.name, b.state, b.plate, b.lock_type, b.lock_state, b.status,"
	" y.entered_at, y.whitelisted, p.id, p.file, p.taken_at, c.id, c.online, c.status, k.code"
	" FROM bay b JOIN area a ON a.id = b.area_id LEFT JOIN bay_stay y ON y.id = b.stay_id"
	" LEFT JOIN snapshot p ON p.id = b.snapshot_id LEFT JOIN camera c ON c.id ="
	" (SELECT MIN(m.id) FROM camera m WHERE (m.left_bay_id = b.id OR m.right_bay_id = b.id) AND"
	" m.deleted = 0) LEFT JOIN connector k ON k.id = b.connector_id"
	" WHERE b.station_id = ? AND b.deleted = 0 ORDER BY a.id, b.code LIMIT 400");

struct board { struct request *req; int n, held, empty; int64_t now; };

static const char *word(struct request *req, const struct choices *list, const char *value)
{
	return text_get(req, arena_printf(&req->arena, "choice.%s.%s", list->list, value));
}

static NEOERR *put_word(struct board *b, const char *name, const struct choices *list,
	const char *value)
{
	const struct choice *row = choice_find(list, value);
	NEOERR *err;

	TRY(hdf_put(b->req->hdf, word(b->req, list, value), "Board.bay.%d.%s", b->n, name));
	TRY(hdf_put(b->req->hdf, row ? row->colour : "secondary", "Board.bay.%d.%s.colour", b->n,
		name));
out:
	return nerr_pass(err);
}

static NEOERR *put_times(struct board *b, const struct row *r)
{
	int64_t entered = row_time(r, 8);
	NEOERR *err = STATUS_OK;

	if (entered) {
		TRY(hdf_put(b->req->hdf, screen_time(b->req, entered), "Board.bay.%d.entered", b->n));
		TRY(hdf_put(b->req->hdf, screen_number(b->req, (b->now - entered) / 60),
			"Board.bay.%d.minutes", b->n));
	}
	if (*row_str(r, 11)) {
		TRY(hdf_put(b->req->hdf, row_str(r, 10), "Board.bay.%d.picture", b->n));
		TRY(hdf_put(b->req->hdf, screen_time(b->req, row_time(r, 12)),
			"Board.bay.%d.picture.at", b->n));
	}
out:
	return nerr_pass(err);
}

static const char *camera_word(struct request *req, const struct row *r)
{
	if (!row_i64(r, 13))
		return text_get(req, "bay.no_camera");
	if (!text_eq(row_str(r, 15), "enabled"))
		return text_get(req, "bay.camera_disabled");
	return word(req, &(struct choices){ "online_state", NULL, 0 },
		row_i64(r, 14) ? "online" : "offline");
}

static NEOERR *put_bay(const struct row *r, void *ctx)
{
	struct board *b = ctx;
	HDF *hdf = b->req->hdf;
	bool lock = !text_eq(row_str(r, 5), "none");
	int state = choice_value(&bay_state_choices, row_str(r, 3));
	NEOERR *err;

	TRY(hdf_put(hdf, row_str(r, 1), "Board.bay.%d", b->n));
	TRY(hdf_put(hdf, row_str(r, 0), "Board.bay.%d.id", b->n));
	TRY(hdf_put(hdf, row_str(r, 2), "Board.bay.%d.area", b->n));
	TRY(hdf_put(hdf, row_str(r, 4), "Board.bay.%d.plate", b->n));
	TRY(hdf_put(hdf, row_str(r, 16), "Board.bay.%d.connector", b->n));
	TRY(hdf_put(hdf, text_eq(row_str(r, 7), "disabled") ? "1" : "", "Board.bay.%d.disabled",
		b->n));
	TRY(hdf_put(hdf, camera_word(b->req, r), "Board.bay.%d.camera", b->n));
	TRY(put_word(b, "state", &bay_state_choices, row_str(r, 3)));
	if (lock)
		TRY(put_word(b, "lock", &lock_state_choices, row_str(r, 6)));
	TRY(put_times(b, r));
	b->held += state >= BAY_OCCUPIED;
	b->empty += state == BAY_EMPTY;
	b->n++;
out:
	return nerr_pass(err);
}

static NEOERR *take_name(const struct row *r, void *ctx)
{
	const char **name = ctx;

	*name = row_str(r, 0);
	return STATUS_OK;
}

NEOERR *station_bays(struct request *req)
{
	struct board b = { .req = req, .now = clock_now() };
	int64_t id = route_id(req, "id");
	const char *name = "";
	NEOERR *err;

	TRY(resource_reach(req, &station_resource, id, false));
	TRY(db_get(req->db, &board_station, ARGS(I64(id)), take_name, &name));
	name = arena_strdup(&req->arena, name);
	TRY(db_query(req->db, &board_bays, ARGS(I64(id)), put_bay, &b));
	TRY(hdf_put(req->hdf, screen_number(req, b.n), "Board.count"));
	TRY(hdf_put(req->hdf, screen_number(req, b.held), "Board.held"));
	TRY(hdf_put(req->hdf, screen_number(req, b.empty), "Board.empty"));
	TRY(hdf_put(req->hdf, screen_time(req, b.now), "Board.at"));
	TRY(hdf_put(req->hdf, "5", "Page.refresh"));
	TRY(screen_page(req, "bay", "bay.board", name, "screen/bay_board.cs"));
out:
	return nerr_pass(err);
}

/* ---- a picture ---- */

SQL(snapshot_row,
	"SELECT p.file, p.taken_at, c.name, COALESCE(b.name, ''), p.stored_at IS NOT NULL FROM"
	" snapshot p JOIN camera c ON c.id = p.camera_id LEFT JOIN bay b ON b.id = p.bay_id"
	" WHERE p.id = ?");

struct shown { struct request *req; const char *file, *at, *camera, *bay; bool stored; };

static NEOERR *take_shown(const struct row *r, void *ctx)
{
	struct shown *s = ctx;

	s->file = arena_strdup(&s->req->arena, row_str(r, 0));
	s->at = screen_time(s->req, row_time(r, 1));
	s->camera = arena_strdup(&s->req->arena, row_str(r, 2));
	s->bay = arena_strdup(&s->req->arena, row_str(r, 3));
	s->stored = row_i64(r, 4) != 0;
	return STATUS_OK;
}

static NEOERR *reach(struct request *req, int64_t *id, struct shown *s)
{
	NEOERR *err;

	*id = route_id(req, "id");
	s->req = req;
	TRY(resource_reach(req, &snapshot_resource, *id, false));
	TRY(db_get(req->db, &snapshot_row, ARGS(I64(*id)), take_shown, s));
	if (!*s->file)
		return nerr_raise(ERR_NOT_FOUND, "the picture has been deleted");
out:
	return nerr_pass(err);
}

/* K5: large, and with ?zoom=1 in its own size. */
NEOERR *snapshot_picture(struct request *req)
{
	struct shown s;
	int64_t id;
	NEOERR *err;

	TRY(reach(req, &id, &s));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/snapshot/%lld/file", (long long)id),
		"Picture.file"));
	TRY(hdf_put(req->hdf, s.at, "Picture.at"));
	TRY(hdf_put(req->hdf, s.camera, "Picture.camera"));
	TRY(hdf_put(req->hdf, s.bay, "Picture.bay"));
	TRY(hdf_put(req->hdf, request_param(req, "zoom") ? "1" : "", "Picture.zoom"));
	TRY(screen_page(req, "snapshot", "snapshot.picture", s.at, "screen/snapshot_picture.cs"));
out:
	return nerr_pass(err);
}

/* From the object storage, whose keys and addresses nobody else learns. */
static NEOERR *stored_file(struct request *req, const struct shown *s, const char *type)
{
	struct buf picture = { 0 };
	NEOERR *err;

	TRY(snapshot_fetch(s->file, &picture));
	response_bytes(req, type, picture.data, picture.len);
out:
	buf_clear(&picture);
	return nerr_pass(err);
}

/* Only who may see the record gets the bytes. */
NEOERR *snapshot_file(struct request *req)
{
	char path[SNAPSHOT_PATH];
	const char *type, *dot;
	struct shown s;
	int64_t id;
	NEOERR *err;

	TRY(reach(req, &id, &s));
	dot = strrchr(s.file, '.');
	type = dot ? picture_type(dot + 1) : NULL;
	if (!type)
		return nerr_raise(ERR_NOT_FOUND, "that is no picture");
	TRY(snapshot_path(s.file, path));
	if (s.stored && access(path, R_OK) != 0)
		return nerr_pass(stored_file(req, &s, type));
	response_file(req, path, arena_printf(&req->arena, "snapshot-%lld%s", (long long)id, dot),
		type);
out:
	return nerr_pass(err);
}

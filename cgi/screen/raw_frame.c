/* raw_frame.c - the black box: what went over the wire, in words and in hex, and the pack of it all
 * for a dispute about an order (O6).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "charge/raw_frame.h"
#include "charge/task.h"
#include "cgi/screen/screen.h"

#define BEFORE 120                   /* seconds around an order that its frames are shown for */
#define AFTER 600

SQL(raw_span,
	"SELECT pile_id, requested_at, COALESCE(settled_at, ended_at, seen_at, requested_at), no FROM"
	" session WHERE id = ?");

static const struct choice directions[] = { { "up", "green" }, { "down", "blue" } };
static const struct choices direction_choices = { "frame_direction", directions, 2 };

static const struct field fields[] = {
	{ "at", F_TIME, SEEN | SORT | FILTER | RANGE | TODAY },
	{ "pile_id", F_REF, SEEN | FILTER, .ref = &pile_resource },
	{ "pile_serial", F_CODE, SEEN | HIDE, .sql = "p.serial" },
	{ "direction", F_CHOICE, SEEN | FILTER, .choices = &direction_choices },
	{ "type", F_CODE, SEEN | SEARCH | EXACT, 0, 32 },
	{ "words", F_TEXT, SEEN },
	{ "body", F_CODE, SHOW | EXPORT, .sql = "HEX(t.body)" },
	FIELDS_END,
};
static const struct scope scope = { "s.provider_id", "s.property_id", "p.station_id" };
static const struct tab tabs[] = { { "all", "1 = 1" }, { "up", "t.direction = 'up'" },
	{ "down", "t.direction = 'down'" }, { NULL } };

const struct resource raw_frame_resource = {
	.name = "raw_frame",
	.group = "site",
	.title = "CONCAT(t.type, ' #', t.id)",
	.joins = "JOIN pile p ON p.id = t.pile_id JOIN station s ON s.id = p.station_id",
	.order = "t.at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.tabs = tabs,
};

struct span { int64_t pile_id, from, to; char no[40]; };

static NEOERR *take_span(const struct row *r, void *ctx)
{
	struct span *s = ctx;

	*s = (struct span){ .pile_id = row_i64(r, 0), .from = row_time(r, 1) - BEFORE,
		.to = row_time(r, 2) + AFTER };
	text_copy(s->no, sizeof(s->no), row_str(r, 3));
	return STATUS_OK;
}

/* The list of frames, narrowed to the pile and the time of the order. */
NEOERR *session_frames(struct request *req)
{
	int64_t id = route_id(req, "id");
	char from[CLOCK_TEXT], to[CLOCK_TEXT];
	struct span span;
	NEOERR *err;

	TRY(resource_reach(req, &session_resource, id, false));
	TRY(db_get(req->db, &raw_span, ARGS(I64(id)), take_span, &span));
	response_redirect(req,
		arena_printf(&req->arena, "/admin/raw_frame?pile_id=%lld&at_from=%s&at_to=%s&sort=at",
			(long long)span.pile_id, screen_escaped(req, clock_format(span.from, from)),
			screen_escaped(req, clock_format(span.to, to))));
out:
	return nerr_pass(err);
}

NEOERR *session_dispute(struct request *req)
{
	int64_t id = route_id(req, "id");
	char name[100], path[TASK_PATH];
	struct span span;
	NEOERR *err;

	TRY(resource_reach(req, &session_resource, id, false));
	TRY(db_get(req->db, &raw_span, ARGS(I64(id)), take_span, &span));
	TRY(task_file_name("dispute", "zip", name, sizeof(name)));
	TRY(task_file_path(name, path, sizeof(path)));
	TRY(dispute_pack(req->db, id, path));
	response_file(req, path, arena_printf(&req->arena, "dispute-%s.zip", span.no),
		"application/zip");
out:
	return nerr_pass(err);
}

/* connector.c - connectors: the gun or socket a driver scans, live state, the way to its QR code
 * (D4, D11); one more at a pile, typed or from Excel.
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "charge/command.h"
#include "cgi/resource/qr_sheet.h"
#include "cgi/screen/screen.h"

#define LOCK_SECONDS 60
#define CODE_ROOM 25
#define CONNECTORS_MOST 24                   /* of a pile */

SQL(connector_pile, "SELECT pile_id FROM connector WHERE id = ?");

static const struct choice lock_words[] = { { "none", "secondary" }, { "up", "green" },
	{ "down", "blue" }, { "moving", "orange" } };
static const struct choices lock_states = { "lock_state", lock_words, 4 };

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 24 },
	{ "pile_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &pile_resource },
	{ "name", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "pile_serial", F_CODE, SEEN | HIDE | SEARCH | PREFIX, .sql = "p.serial" },
	{ "number", F_INT, SEEN | SORT },
	{ "type", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &connector_type_choices },
	{ "state", F_CHOICE, SEEN | FILTER, .sql = "COALESCE(l.state, 'offline')",
		.choices = &connector_state_choices },
	{ "plugged", F_BOOL, LIST | SHOW | HIDE, .sql = "COALESCE(l.plugged, 0)" },
	{ "power", F_DECIMAL, LIST | SHOW, .sql = "l.power", .scale = 3, .unit = "kW" },
	{ "voltage", F_DECIMAL, LIST | SHOW | HIDE, .sql = "l.voltage", .scale = 1, .unit = "V" },
	{ "current", F_DECIMAL, LIST | SHOW | HIDE, .sql = "l.current", .scale = 1, .unit = "A" },
	{ "soc", F_INT, LIST | SHOW, .sql = "l.soc", .unit = "%" },
	{ "temperature", F_INT, SHOW, .sql = "l.temperature", .unit = "℃" },
	{ "fault", F_INT, SHOW | EXPORT, .sql = "COALESCE(l.fault, 0)" },
	{ "live_at", F_TIME, LIST | SHOW | SORT | HIDE, .sql = "l.updated_at" },
	{ "lock_state", F_CHOICE, SHOW, .sql = "COALESCE(l.lock_state, 'none')",
		.choices = &lock_states },
	{ "lock_car", F_BOOL, SHOW, .sql = "COALESCE(l.lock_car, 0)" },
	{ "lock_battery", F_INT, SHOW, .sql = "l.lock_battery", .unit = "%" },
	{ "lock_at", F_TIME, SHOW, .sql = "l.lock_at" },
	STATUS_FIELD(status),
	CREATED_FIELD,
	FIELDS_END,
};

/* D4: a pile that is switched off gets none. */
SQL(connector_place,
	"SELECT p.station_id, p.code, (p.commissioned = 1 AND p.status = 'disabled'), (SELECT"
	" COALESCE(MAX(k.number), 0) FROM connector k WHERE k.pile_id = p.id AND k.deleted = 0)"
	" FROM pile p JOIN station s ON s.id = p.station_id WHERE p.id = ? AND p.deleted = 0 AND"
	" s.kind = 'car' FOR UPDATE");
SQL(connector_counted, "UPDATE pile SET connector_count = ?, version = version + 1 WHERE id = ?");

struct place { int64_t station_id, last; char code[CODE_ROOM]; bool closed; };

static NEOERR *take_place(const struct row *r, void *ctx)
{
	struct place *p = ctx;

	*p = (struct place){ row_i64(r, 0), row_i64(r, 3), "", row_i64(r, 2) };
	text_copy(p->code, sizeof p->code, row_str(r, 1));
	return STATUS_OK;
}

/* The next number of its pile. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	int64_t pile_id = change_i64(c, "pile_id");
	struct place place = { 0 };
	bool found = true;
	NEOERR *err = STATUS_OK;

	if (c->id)
		return nerr_pass(resource_store(req, c, id));
	TRY(db_find(req->db, &connector_place, ARGS(I64(pile_id)), take_place, &place, &found));
	if (!found || place.closed)
		change_error(c, "pile_id", found ? "error.pile_closed" : "error.pile_not_car");
	else if (place.last >= CONNECTORS_MOST)
		change_error(c, "pile_id", "error.connectors_many");
	if (c->errors)
		goto out;
	change_set(req, c, "station_id", screen_number(req, place.station_id));
	change_set(req, c, "number", screen_number(req, place.last + 1));
	change_set(req, c, "code",
		arena_printf(&req->arena, "%s%02d", place.code, (int)place.last + 1));
	TRY(resource_store(req, c, id));
	TRY(db_exec(req->db, &connector_counted, ARGS(I64(place.last + 1), I64(pile_id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *move_lock(struct request *req, int64_t id, int64_t value)
{
	int64_t pile_id = 0, command = 0;
	NEOERR *err;

	TRY(db_i64(req->db, &connector_pile, ARGS(I64(id)), &pile_id));
	TRY(command_add(req->db, COMMAND_LOCK, pile_id, id, 0, value, LOCK_SECONDS, req->who.user_id,
		&command));
out:
	return nerr_pass(err);
}

static NEOERR *lock_up(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(move_lock(req, id, 1));
}

static NEOERR *lock_down(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(move_lock(req, id, 0));
}

#define HAS_LOCK "EXISTS (SELECT 1 FROM connector_live w WHERE w.connector_id = t.id" \
	" AND w.lock_state IS NOT NULL)"
static const struct action actions[] = {
	{ "qr_sheet", ACT_PAGE, .run = qr_sheet_action },
	{ "qr", ACT_ROW | ACT_LINK },
	{ "lock_up", ACT_ROW | ACT_MORE, NULL, HAS_LOCK, lock_up },
	{ "lock_down", ACT_ROW | ACT_MORE, NULL, HAS_LOCK, lock_down },
	ACTIONS_END,
};
static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "idle", "l.state IN ('idle', 'plugged')" },
	{ "charging", "l.state IN ('starting', 'charging')" },
	{ "fault", "l.state = 'fault'" },
	{ "offline", "(l.state = 'offline' OR l.state IS NULL)" },
	{ NULL },
};
static const struct child children[] = { { &session_resource, "connector_id" }, { NULL } };

const struct resource connector_resource = {
	.name = "connector",
	.group = "site",
	.title = "CONCAT(t.code, ' ', t.name)",
	.joins =
		"JOIN station s ON s.id = t.station_id JOIN pile p ON p.id = t.pile_id LEFT JOIN"
		" connector_live l ON l.connector_id = t.id",
	.order = "t.pile_id DESC, t.number",
	.scope = &scope,
	.soft = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.save = save,
	.where = "s.kind = 'car'",
	.twin = &socket_resource,
};

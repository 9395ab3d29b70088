/* connector.c - connectors: the gun or socket a driver scans, live state, the way to its QR code
 * (D4, D11).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "charge/command.h"
#include "cgi/resource/qr_sheet.h"
#include "cgi/screen/screen.h"

#define LOCK_SECONDS 60

SQL(connector_pile, "SELECT pile_id FROM connector WHERE id = ?");

static const struct choice lock_words[] = { { "none", "secondary" }, { "up", "green" },
	{ "down", "blue" }, { "moving", "orange" } };
static const struct choices lock_states = { "lock_state", lock_words, 4 };

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 24 },
	{ "name", F_TEXT, SEEN | SEARCH | EDIT | REQUIRED, 1, 60 },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "pile_id", F_REF, SEEN | FILTER, .ref = &pile_resource },
	{ "pile_serial", F_CODE, SEEN | HIDE | SEARCH | PREFIX, .sql = "p.serial" },
	{ "number", F_INT, SEEN | SORT },
	{ "type", F_CHOICE, SEEN | FILTER | EDIT | REQUIRED, .choices = &connector_type_choices },
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
	.can = CAN_LIST | CAN_SHOW | CAN_UPDATE | CAN_ENABLE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.where = "s.kind = 'car'",
	.twin = &socket_resource,
};

/* socket.c - 插座: the sockets of e-bike devices, rows of the table connector in stations of e-bikes
 * (D4, D11).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/resource/qr_sheet.h"
#include "cgi/screen/screen.h"

/* What is known of a socket is less than of a gun: free or charging, and what is wrong. */
static const struct choice states[] = { { "idle", "green" }, { "charging", "orange" },
	{ "fault", "red" }, { "offline", "secondary" } };
static const struct choices socket_states = { "socket_state", states, 4 };
#define STATE "CASE WHEN l.state IN ('idle', 'plugged') THEN 'idle' WHEN l.state IN ('starting'," \
	" 'charging') THEN 'charging' WHEN l.state = 'fault' THEN 'fault' ELSE 'offline' END"

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 24 },
	{ "name", F_TEXT, SEEN | SEARCH | EDIT | REQUIRED, 1, 60 },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "area_id", F_REF, SEEN | FILTER, .sql = "p.area_id", .ref = &area_resource,
		.depends = "station_id" },
	{ "pile_id", F_REF, SEEN | FILTER, .ref = &bike_device_resource },
	{ "pile_serial", F_CODE, SEEN | HIDE | SEARCH | PREFIX, .sql = "p.serial" },
	{ "number", F_INT, SEEN | SORT },
	{ "state", F_CHOICE, SEEN | FILTER, .sql = STATE, .choices = &socket_states },
	{ "power", F_DECIMAL, LIST | SHOW, .sql = "l.power * 1000", .scale = 0, .unit = "W" },
	{ "current", F_DECIMAL, LIST | SHOW | HIDE, .sql = "l.current", .scale = 1, .unit = "A" },
	{ "fault", F_INT, SHOW | EXPORT, .sql = "COALESCE(l.fault, 0)" },
	{ "live_at", F_TIME, LIST | SHOW | SORT | HIDE, .sql = "l.updated_at" },
	STATUS_FIELD(status),
	CREATED_FIELD,
	FIELDS_END,
};
static const struct action actions[] = {
	{ "qr_sheet", ACT_PAGE, .run = qr_sheet_action },
	{ "qr", ACT_ROW | ACT_LINK },
	ACTIONS_END,
};
static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "idle", "l.state IN ('idle', 'plugged')" },
	{ "charging", "l.state IN ('starting', 'charging')" },
	{ "fault", "l.state = 'fault'" },
	{ "disabled", "t.status = 'disabled'" },
	{ NULL },
};
static const struct child children[] = { { &session_resource, "connector_id" }, { NULL } };

const struct resource socket_resource = {
	.name = "socket",
	.group = "site",
	.table = "connector",
	.title = "CONCAT(t.code, ' ', t.name)",
	.joins =
		"JOIN station s ON s.id = t.station_id JOIN pile p ON p.id = t.pile_id LEFT JOIN"
		" connector_live l ON l.connector_id = t.id",
	.where = "s.kind = 'ebike'",
	.twin = &connector_resource,
	.order = "t.pile_id DESC, t.number",
	.scope = &scope,
	.soft = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_UPDATE | CAN_ENABLE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
};

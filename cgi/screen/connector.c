/* connector.c - connectors: the gun or socket a driver scans, live state, the way to its QR code
 * (D4, D11).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/resource/qr_sheet.h"
#include "cgi/screen/screen.h"

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
	STATUS_FIELD(status),
	CREATED_FIELD,
	FIELDS_END,
};

static const struct action actions[] = { { "qr_sheet", ACT_PAGE, .run = qr_sheet_action },
	{ "qr", ACT_ROW | ACT_LINK }, ACTIONS_END };
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
};

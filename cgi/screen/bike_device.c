/* bike_device.c - 单车设备: the boxes of an e-bike shed, rows of the table pile in stations of e-bikes
 * (D10).
 * Owns the screen; sockets are made with their device. Serves clerks of the 电站管理 group. */
#include "cgi/screen/pile.h"

#define ONLINE "EXISTS (SELECT 1 FROM pile_live w WHERE w.pile_id = t.id AND w.online = 1)"

static const struct choice online[] = { { "online", "green" }, { "offline", "secondary" } };
static const struct choices online_states = { "online_state", online, 2 };

/* What it was last told to work by (bike_param.c). */
#define PARAM(name, of) { name, F_INT, SHOW, .sql = "d." name, .unit = of, .group = "params" }

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 24 },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60, .group = "base" },
	PILE_MODEL_FIELD,
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource,
		.group = "base" },
	{ "area_id", F_REF, SEEN | FILTER | TYPED | REQUIRED, .ref = &area_resource,
		.depends = "station_id", .group = "base" },
	{ "serial", F_CODE, SEEN | SEARCH | PREFIX | PLACED | REQUIRED, 1, 40, .group = "base" },
	{ "device_type", F_CHOICE, SEEN | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &device_type_choices, .fallback = "box", .group = "base" },
	{ "location", F_TEXT, SEEN | SEARCH | FOLD | TYPED, 0, 120, .group = "base" },
	{ "online", F_CHOICE, SEEN | FILTER, .choices = &online_states,
		.sql = "IF(l.online, 'online', 'offline')" },
	{ "charging", F_INT, LIST | SHOW,
		.sql = "(SELECT COUNT(*) FROM connector k JOIN connector_live v ON v.connector_id = k.id"
	" WHERE k.pile_id = t.id AND k.deleted = 0 AND v.state = 'charging')" },
	{ "connector_count", F_INT, SEEN | TYPED | REQUIRED, 1, 24, .fallback = "10",
		.group = "base" },
	STATUS_FIELD(status),
	PILE_COMMISSIONED_FIELDS,
	PILE_SCOPE_FIELD,
	PILE_MODE_FIELD,
	{ "protocol", F_CHOICE, SEEN | HIDE | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &protocol_choices, .fallback = "ap3000", .group = "base" },
	{ "tariff_id", F_REF, SEEN | HIDE | FILTER | FOLD | TYPED, .ref = &tariff_resource,
		.group = "base" },
	{ "seen_at", F_TIME, LIST | SHOW | SORT | HIDE, .sql = "l.seen_at" },
	{ "rated_watt", F_INT, SEEN | TYPED, 0, 100000, .unit = "W", .group = "output" },
	{ "rated_voltage", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 100000, .scale = 2, .unit = "V",
		.group = "output" },
	{ "rated_current", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 100000, .scale = 2, .unit = "A",
		.group = "output" },
	{ "current_max", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 100000, .scale = 2, .unit = "A",
		.group = "output" },
	{ "current_min", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 100000, .scale = 2, .unit = "A",
		.group = "output" },
	{ "device_version", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "device" },
	{ "sim_no", F_CODE, SHOW | EXPORT | TYPED, 0, 24, .group = "device" },
	{ "black_box", F_CHOICE, SEEN | HIDE | TYPED | REQUIRED, .choices = &black_box_choices,
		.fallback = "usual", .group = "device" },
	PILE_ASSET_FIELDS,
	{ "deployed_on", F_DATE, SEEN | HIDE | TYPED, .group = "asset" },
	{ "address", F_CODE, SHOW, .sql = "l.address", .group = "live" },
	{ "firmware", F_CODE, SHOW | EXPORT, .sql = "l.firmware", .group = "live" },
	{ "iccid", F_CODE, SHOW | EXPORT, .sql = "l.iccid", .group = "live" },
	{ "connected_at", F_TIME, SHOW, .sql = "l.connected_at", .group = "live" },
	{ "disconnected_at", F_TIME, SHOW, .sql = "l.disconnected_at", .group = "live" },
	PARAM("longest_minutes", "min"),
	PARAM("overload_watt", "W"),
	PARAM("voltage_max", "V"),
	PARAM("voltage_min", "V"),
	{ "unplug_watt", F_DECIMAL, SHOW, .sql = "d.unplug_watt", .scale = 1, .unit = "W",
		.group = "params" },
	PARAM("unplug_seconds", "s"),
	PARAM("float_percent", "%"),
	PARAM("float_seconds", "s"),
	PARAM("float_more", "s"),
	PARAM("beat_seconds", "s"),
	{ "wished_at", F_TIME, SHOW, .sql = "d.wished_at", .group = "params" },
	{ "params_state", F_CHOICE, SHOW, .choices = &command_status_choices, .group = "params",
		.sql = "(SELECT c.status FROM command c WHERE c.pile_id = t.id AND c.kind = 'set_params'"
	" ORDER BY c.id DESC LIMIT 1)" },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* D10: limits that are limits, and nothing put to use before it was made. */
static void limits_check(struct change *c)
{
	const struct value *high = change_value(c, "current_max");
	const struct value *low = change_value(c, "current_min");
	const struct value *made = change_value(c, "produced_on");
	const struct value *out = change_value(c, "deployed_on");

	if (!high->null && !low->null && low->number > high->number)
		change_error(c, "current_min", "error.current_limits");
	if (!made->null && !out->null && out->number < made->number)
		change_error(c, "deployed_on", "error.deployed_before_made");
}

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	TRY(pile_check(req, c, "ebike"));
	limits_check(c);
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	static const struct pile_kind bike = { "ebike", "socket", "号插座" };

	return nerr_pass(pile_store(req, c, &bike, id));
}

static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "online", ONLINE },
	{ "offline", "NOT " ONLINE },
	{ "disabled", "t.status = 'disabled'" },
	{ "waiting", "t.commissioned = 0" },
	{ NULL },
};
static const struct child children[] = {
	{ &socket_resource, "pile_id" },
	{ &pile_user_resource, "pile_id", "t.use_scope <> 'public'" },
	{ &session_resource, "pile_id" },
	{ &alarm_resource, "pile_id" },
	{ &connectivity_resource, "pile_id" },
	{ &command_resource, "pile_id" },
	{ &raw_frame_resource, "pile_id" },
	{ NULL },
};

const struct resource bike_device_resource = {
	.name = "bike_device",
	.group = "site",
	.table = "pile",
	.title = "t.name",
	.joins = "JOIN station s ON s.id = t.station_id LEFT JOIN pile_live l ON l.pile_id = t.id"
		" LEFT JOIN device_param d ON d.pile_id = t.id",
	.where = "s.kind = 'ebike'",
	.twin = &pile_resource,
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = bike_device_actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = pile_before_delete,
	.before_enable = pile_before_enable,
	.show = pile_bill_show,
};

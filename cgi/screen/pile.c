/* pile.c - piles: what they are and whether they are there (D1, D4); what a clerk tells them is in
 * pile_command.c.
 * Owns the screen; connectors are made with their pile. Serves clerks of the 电站管理 group. */
#include "cgi/screen/pile.h"

static const struct choice online[] = { { "online", "green" }, { "offline", "secondary" } };
static const struct choices online_states = { "online_state", online, 2 };

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 24 },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60, .group = "base" },
	PILE_MODEL_FIELD,
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource,
		.group = "base" },
	{ "area_id", F_REF, SEEN | FILTER | TYPED | REQUIRED, .ref = &area_resource,
		.depends = "station_id", .group = "base" },
	{ "serial", F_CODE, SEEN | SEARCH | PREFIX | PLACED | REQUIRED, 1, 40, .group = "base" },
	{ "online", F_CHOICE, SEEN | FILTER, .choices = &online_states,
		.sql = "IF(l.online, 'online', 'offline')" },
	{ "charging", F_INT, LIST | SHOW,
		.sql = "(SELECT COUNT(*) FROM connector k JOIN connector_live v ON v.connector_id = k.id"
	" WHERE k.pile_id = t.id AND k.deleted = 0 AND v.state = 'charging')" },
	{ "connector_count", F_INT, SEEN | TYPED | REQUIRED, 1, 24, .fallback = "1", .group = "base" },
	STATUS_FIELD(status),
	PILE_COMMISSIONED_FIELDS,
	PILE_SCOPE_FIELD,
	PILE_MODE_FIELD,
	{ "protocol", F_CHOICE, SEEN | HIDE | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &protocol_choices, .fallback = "ykc", .group = "base" },
	{ "tariff_id", F_REF, SEEN | HIDE | FILTER | FOLD | TYPED, .ref = &tariff_resource,
		.group = "base" },
	{ "seen_at", F_TIME, LIST | SHOW | SORT | HIDE, .sql = "l.seen_at" },
	{ "model", F_TEXT, SEEN | HIDE | TYPED, 0, 60, .group = "device" },
	{ "device_version", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "device" },
	{ "sim_no", F_CODE, SHOW | EXPORT | TYPED, 0, 24, .group = "device" },
	{ "black_box", F_CHOICE, SEEN | HIDE | TYPED | REQUIRED, .choices = &black_box_choices,
		.fallback = "usual", .group = "device" },
	{ "closed", F_BOOL, SHOW | EXPORT | TYPED, .group = "device" },
	{ "operation_type", F_CHOICE, SEEN | HIDE | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &operation_type_choices, .fallback = "public", .group = "device" },
	{ "occupancy_charged", F_BOOL, SHOW | EXPORT | TYPED, .group = "device" },
	{ "bookable", F_BOOL, SHOW | EXPORT | TYPED, .group = "device" },
	{ "current_type", F_CHOICE, SEEN | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &current_type_choices, .fallback = "dc", .group = "output" },
	{ "charge_type", F_CHOICE, SHOW | EXPORT | TYPED | REQUIRED, .choices = &charge_type_choices,
		.fallback = "floor", .group = "output" },
	{ "speed", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &speed_choices,
		.fallback = "fast", .group = "output" },
	{ "load_priority", F_INT, SHOW | EXPORT | TYPED, 0, 99, .fallback = "0", .group = "output" },
	{ "rated_power", F_DECIMAL, SEEN | TYPED, 0, 10000000, .scale = 2, .unit = "kW",
		.group = "output" },
	{ "rated_current", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 10000000, .scale = 2, .unit = "A",
		.group = "output" },
	{ "rated_voltage", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 10000000, .scale = 2, .unit = "V",
		.group = "output" },
	{ "mounting", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "output" },
	{ "protection", F_TEXT, SHOW | EXPORT | TYPED, 0, 20, .group = "output" },
	{ "communication", F_TEXT, SHOW | EXPORT | TYPED, 0, 20, .group = "output" },
	PILE_ASSET_FIELDS,
	{ "address", F_CODE, SHOW, .sql = "l.address", .group = "live" },
	{ "protocol_version", F_CODE, SHOW, .sql = "l.protocol_version", .group = "live" },
	{ "firmware", F_CODE, SHOW | EXPORT, .sql = "l.firmware", .group = "live" },
	{ "iccid", F_CODE, SHOW | EXPORT, .sql = "l.iccid", .group = "live" },
	{ "connected_at", F_TIME, SHOW, .sql = "l.connected_at", .group = "live" },
	{ "disconnected_at", F_TIME, SHOW, .sql = "l.disconnected_at", .group = "live" },
	{ "clock_skew", F_INT, SHOW, .sql = "l.clock_skew", .unit = "s", .group = "live" },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* D1: a pile stands in a station of cars. */
static NEOERR *check(struct request *req, struct change *c)
{
	return nerr_pass(pile_check(req, c, "car"));
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	static const struct pile_kind dc = { "car", "gbt_dc", "号枪" }, ac = { "car", "gbt_ac", "号枪" };

	return nerr_pass(
		pile_store(req, c, text_eq(change_text(c, "current_type"), "ac") ? &ac : &dc, id));
}

static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "online", PILE_ONLINE },
	{ "offline", "NOT " PILE_ONLINE },
	{ "disabled", "t.status = 'disabled'" },
	{ "waiting", "t.commissioned = 0" },
	{ NULL },
};
static const struct child children[] = {
	{ &connector_resource, "pile_id" },
	{ &pile_user_resource, "pile_id", "t.use_scope <> 'public'" },
	{ &session_resource, "pile_id" },
	{ &alarm_resource, "pile_id" },
	{ &connectivity_resource, "pile_id" },
	{ &command_resource, "pile_id" },
	{ &raw_frame_resource, "pile_id" },
	{ NULL },
};

const struct resource pile_resource = {
	.name = "pile",
	.group = "site",
	.title = "t.name",
	.joins = "JOIN station s ON s.id = t.station_id LEFT JOIN pile_live l ON l.pile_id = t.id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = pile_actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = pile_before_delete,
	.before_enable = pile_before_enable,
	.show = pile_bill_show,
	.where = "s.kind = 'car'",
	.twin = &bike_device_resource,
};

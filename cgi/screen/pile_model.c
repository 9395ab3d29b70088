/* pile_model.c - 品牌型号: the catalogue that decides what a pile can do and with which connectors it
 * comes (D2, D17).
 * Owns the screen. Serves the operator who keeps it and everybody who registers piles. */
#include "cgi/screen/screen.h"
#include "charge/pile_model.h"

SQL(pile_model_is_used, "SELECT COUNT(*) FROM pile WHERE model_id = ? AND deleted = 0");

#define ABLE(name) { name, F_BOOL, SHOW | EXPORT | TYPED, .fallback = "1", .group = "ability" }
static const struct field fields[] = {
	{ "brand", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 40, .group = "base" },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60, .group = "base" },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &station_kind_choices,
		.fallback = "car", .group = "base" },
	{ "protocol", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &protocol_choices,
		.fallback = "ykc", .group = "base" },
	{ "current_type", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &current_type_choices,
		.fallback = "dc", .group = "base" },
	{ "connector_type", F_CHOICE, SEEN | TYPED | REQUIRED, .choices = &connector_type_choices,
		.fallback = "gbt_dc", .group = "connectors" },
	{ "connector_count", F_INT, SEEN | TYPED | REQUIRED, 1, MODEL_CONNECTORS, .fallback = "1",
		.group = "connectors" },
	{ "other_type", F_CHOICE, SHOW | EXPORT | TYPED | EMPTY_NULL,
		.choices = &connector_type_choices, .group = "connectors" },
	{ "other_count", F_INT, SHOW | EXPORT | TYPED, 0, MODEL_CONNECTORS, .fallback = "0",
		.group = "connectors" },
	{ "connector_names", F_TEXT, SHOW | EXPORT | TYPED, 0, 400, .group = "connectors" },
	{ "rated_power", F_DECIMAL, SEEN | TYPED, 0, 10000000, .scale = 2, .unit = "kW",
		.group = "output" },
	{ "rated_voltage", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 10000000, .scale = 2, .unit = "V",
		.group = "output" },
	{ "rated_current", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 10000000, .scale = 2, .unit = "A",
		.group = "output" },
	{ "mainboard", F_CODE, SHOW | EXPORT | TYPED, 0, 40, .group = "device" },
	{ "screen_model", F_CODE, SHOW | EXPORT | TYPED, 0, 40, .group = "device" },
	ABLE("can_tou"),
	ABLE("can_booking"),
	ABLE("can_occupancy"),
	ABLE("can_reboot"),
	ABLE("can_sync_time"),
	ABLE("can_screen_qr"),
	ABLE("can_limit_time"),
	ABLE("can_limit_energy"),
	ABLE("can_limit_amount"),
	ABLE("can_ground_lock"),
	ABLE("can_white_list"),
	ABLE("can_firmware"),
	ABLE("can_set_work"),
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static int names_in(const char *text)
{
	int n = text && *text;

	for (; text && *text; text++)
		n += *text == ',';
	return n;
}

static NEOERR *check(struct request *req, struct change *c)
{
	int64_t first = change_i64(c, "connector_count"), other = change_i64(c, "other_count");

	(void)req;
	if (change_value(c, "other_count")->null)
		change_set(req, c, "other_count", "0");
	if (other && change_value(c, "other_type")->null)
		change_error(c, "other_type", "error.model_other_type");
	if (first + other > MODEL_CONNECTORS)
		change_error(c, "other_count", "error.model_connectors");
	if (names_in(change_text(c, "connector_names")) > first + other)
		change_error(c, "connector_names", "error.model_names");
	return STATUS_OK;
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	int64_t used = 0;
	NEOERR *err = db_i64(req->db, &pile_model_is_used, ARGS(I64(id)), &used);

	if (err == STATUS_OK && used)
		*problem = "error.model_in_use";
	return nerr_pass(err);
}

static const struct scope scope = { .public_read = true };
static const struct child children[] = {
	{ &pile_resource, "model_id", "t.kind = 'car'" },
	{ &bike_device_resource, "model_id", "t.kind = 'ebike'" },
	{ NULL },
};

const struct resource pile_model_resource = {
	.name = "pile_model",
	.group = "site",
	.title = "CONCAT(t.brand, ' ', t.name)",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.children = children,
	.check = check,
	.before_delete = before_delete,
};

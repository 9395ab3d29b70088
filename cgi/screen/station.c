/* station.c - charging stations: where, whose, open when, priced how, seen by whom (S1-S10).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/resource/qr_sheet.h"
#include "cgi/screen/screen.h"
#include "charge/session_idle.h"
#include "charge/station.h"

SQL(area_add_default,
	"INSERT INTO area (station_id, code, name, is_default, created_at, created_by, updated_at,"
	" updated_by)"
	" VALUES (?, ?, '默认区域', 1, ?, ?, ?, ?)");
SQL(station_property_fits,
	"SELECT COUNT(*) FROM property WHERE id = ? AND provider_id = ? AND deleted = 0");
SQL(station_is_used,
	"SELECT (SELECT COUNT(*) FROM pile WHERE station_id = ? AND deleted = 0)"
	" + (SELECT COUNT(*) FROM session WHERE station_id = ? AND state IN ('starting', 'charging',"
	" 'stopping', 'suspended'))");

SQL(station_halt, "UPDATE station SET halted_at = ? WHERE id = ?");
SQL(station_halt_piles,
	"UPDATE pile SET status = 'disabled', halted = 1, version = version + 1"
	" WHERE station_id = ? AND status = 'enabled' AND deleted = 0");
SQL(station_resume_piles,
	"UPDATE pile SET status = 'enabled', halted = 0, version = version + 1"
	" WHERE station_id = ? AND halted = 1 AND deleted = 0");
SQL(station_channel_fits,
	"SELECT COUNT(*) FROM channel c WHERE c.id = ? AND c.deleted = 0 AND (c.provider_id = ? OR"
	" c.provider_id IS NULL)");
SQL(station_pin, "UPDATE station SET pinned_at = ? WHERE id = ?");

#define NOTE_TO_DRIVERS(name) { name, F_TEXT, SHOW | EXPORT | TYPED, 0, 500, .group = "run" }

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 20 },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80, .group = "base" },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &station_kind_choices,
		.fallback = "car", .group = "base" },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &provider_resource,
		.group = "base" },
	{ "property_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &property_resource,
		.depends = "provider_id", .group = "base" },
	{ "short_name", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "base" },
	{ "inner_no", F_TEXT, SEEN | HIDE | SEARCH | FOLD | TYPED, 0, 40, .group = "base" },
	{ "run_by", F_CHOICE, SEEN | FILTER | FOLD | TYPED | REQUIRED, .choices = &run_by_choices,
		.fallback = "own", .group = "base" },
	{ "operation_type", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED,
		.choices = &operation_type_choices, .fallback = "public", .group = "base" },
	{ "tariff_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &tariff_resource, .group = "base" },
	{ "cost_tariff_id", F_REF, SHOW | EXPORT | TYPED, .ref = &tariff_resource, .group = "base" },
	{ "pay_by", F_CHOICE, SHOW | EXPORT | TYPED | REQUIRED, .choices = &pay_by_choices,
		.fallback = "usual", .group = "base" },
	{ "channel_id", F_REF, SHOW | EXPORT | TYPED, .ref = &channel_resource, .group = "base" },
	{ "contact", F_TEXT, SEEN | TYPED, 0, 40, .group = "contact" },
	{ "phone", F_CODE, SHOW | EXPORT | TYPED | PII, 0, 20, .group = "contact" },
	{ "hotline", F_CODE, SEEN | TYPED, 0, 20, .group = "contact" },
	{ "hours", F_TEXT, SEEN | HIDE | TYPED, 0, 60, .fallback = "00:00-24:00", .group = "contact" },
	{ "intro", F_LONGTEXT, SHOW | TYPED, 0, 1000, .group = "contact" },
	{ "max_power", F_DECIMAL, SEEN | HIDE | TYPED, 0, INT64_C(100000000), .scale = 2, .unit = "kW",
		.group = "power" },
	{ "load_capacity", F_DECIMAL, SEEN | HIDE | TYPED, 0, INT64_C(100000000), .scale = 2,
		.unit = "kVA", .group = "power" },
	{ "load_limit", F_DECIMAL, SEEN | HIDE | TYPED, 0, INT64_C(100000000), .scale = 2, .unit = "kW",
		.group = "power" },
	{ "load_way", F_CHOICE, SHOW | EXPORT | TYPED | REQUIRED, .choices = &load_way_choices,
		.fallback = "equal", .group = "power" },
	{ "power_limit", F_INT, SHOW | EXPORT | TYPED, 0, 10000, .unit = "W", .group = "power" },
	{ "site", F_CHOICE, SHOW | EXPORT | TYPED | REQUIRED, .choices = &build_site_choices,
		.fallback = "other", .group = "place" },
	{ "spot", F_CHOICE, SHOW | EXPORT | TYPED | REQUIRED, .choices = &build_spot_choices,
		.fallback = "outdoor", .group = "place" },
	{ "province", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "place" },
	{ "city", F_TEXT, SEEN | HIDE | SEARCH | FOLD | TYPED, 0, 40, .group = "place" },
	{ "address", F_TEXT, SEEN | TYPED, 0, 200, .group = "place" },
	{ "longitude", F_DECIMAL, SHOW | EXPORT | TYPED, -180000000, 180000000, .scale = 6,
		.group = "place" },
	{ "latitude", F_DECIMAL, SHOW | EXPORT | TYPED, -90000000, 90000000, .scale = 6,
		.group = "place" },
	{ "owner_info", F_LONGTEXT, SHOW | TYPED, 0, 500, .group = "place" },
	{ "circuit_info", F_LONGTEXT, SHOW | TYPED, 0, 500, .group = "power" },
	{ "tags", F_TEXT, SHOW | EXPORT | TYPED, 0, 200, .group = "run" },
	{ "facilities", F_TEXT, SHOW | EXPORT | TYPED, 0, 200, .group = "run" },
	{ "surroundings", F_TEXT, SHOW | EXPORT | TYPED, 0, 200, .group = "run" },
	NOTE_TO_DRIVERS("notice"),
	NOTE_TO_DRIVERS("parking_note"),
	NOTE_TO_DRIVERS("hours_note"),
	NOTE_TO_DRIVERS("discount_note"),
	{ "bookable", F_BOOL, SHOW | EXPORT | TYPED, .group = "run" },
	{ "parking_relief", F_BOOL, SHOW | EXPORT | TYPED, .group = "run" },
	{ "open_to", F_CHOICE, SHOW | EXPORT | TYPED | REQUIRED, .choices = &open_to_choices,
		.fallback = "all", .group = "open" },
	{ "plate_required", F_BOOL, SHOW | EXPORT | TYPED, .group = "open" },
	{ "receipt_on", F_BOOL, SHOW | EXPORT | TYPED, .group = "open" },
	{ "power_alarm", F_DECIMAL, SHOW | EXPORT | TYPED, 1, INT64_C(100000000), .scale = 2,
		.unit = "kW", .group = "safety" },
	{ "soc_limit", F_INT, SHOW | EXPORT | TYPED, STATION_SOC_MIN, 100, .unit = "%",
		.group = "safety" },
	{ "full_stop", F_BOOL, SHOW | EXPORT | TYPED, .group = "safety" },
	{ "low_current", F_INT, SHOW | EXPORT | TYPED, IDLE_LOW_MA_MIN, IDLE_LOW_MA_MAX, .unit = "mA",
		.group = "safety" },
	{ "low_minutes", F_INT, SHOW | EXPORT | TYPED, 1, IDLE_LOW_MINUTES_MAX, .unit = "min",
		.group = "safety" },
	{ "pinned_at", F_TIME, SHOW | EXPORT },
	{ "halted_at", F_TIME, SHOW | EXPORT },
	{ "areas", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM area a WHERE a.station_id = t.id AND a.deleted = 0)" },
	{ "piles", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM pile p WHERE p.station_id = t.id AND p.deleted = 0)" },
	{ "connectors", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM connector k WHERE k.station_id = t.id AND k.deleted = 0)" },
	STATUS_FIELD(status),
	{ "audit_status", F_CHOICE, SEEN | FILTER | FOLD, .choices = &audit_status_choices },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* S1: a station of one kind has nothing of the other. */
static void kind_fits(struct change *c)
{
	static const char *const of_cars[] = { "max_power", "load_capacity", "load_limit",
		"soc_limit" };
	static const char *const switches[] = { "plate_required", "bookable", "full_stop" };
	static const char *const of_bikes[] = { "power_limit" };

	if (text_eq(change_text(c, "kind"), "ebike")) {
		for (size_t i = 0; i < sizeof of_cars / sizeof *of_cars; i++)
			if (!change_value(c, of_cars[i])->null)
				change_error(c, of_cars[i], "error.station_car_only");
		for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
			if (change_i64(c, switches[i]))
				change_error(c, switches[i], "error.station_car_only");
	} else {
		for (size_t i = 0; i < sizeof of_bikes / sizeof *of_bikes; i++)
			if (!change_value(c, of_bikes[i])->null)
				change_error(c, of_bikes[i], "error.station_ebike_only");
	}
}

/* S12: an own channel is one of the provider's or the platform's, and only asked for where it is
 * wanted. */
static NEOERR *channel_fits(struct request *req, struct change *c)
{
	int64_t id = change_i64(c, "channel_id"), fits = 0;
	bool own = text_eq(change_text(c, "pay_by"), "own");
	NEOERR *err = STATUS_OK;

	if (own != (id != 0)) {
		change_error(c, "channel_id", own ? "error.channel_needed" : "error.channel_unneeded");
		return STATUS_OK;
	}
	if (!id)
		return STATUS_OK;
	TRY(db_i64(req->db, &station_channel_fits,
		ARGS(I64(id), I64(change_i64(c, "provider_id"))), &fits));
	if (!fits)
		change_error(c, "channel_id", "error.channel_unfit");
out:
	return nerr_pass(err);
}

/* S7, S10: hours that can be kept, and a place that is whole. */
static void place_fits(struct change *c)
{
	const char *hours = change_text(c, "hours");

	if (change_value(c, "hours")->changed && hours && *hours && !station_hours_valid(hours))
		change_error(c, "hours", "error.station_hours");
	if (change_value(c, "longitude")->null != change_value(c, "latitude")->null)
		change_error(c, change_value(c, "longitude")->null ? "longitude" : "latitude",
			"error.station_half_place");
}

/* D15: a border without a time is none. */
static void idle_fits(struct change *c)
{
	const struct value *current = change_value(c, "low_current");
	const struct value *minutes = change_value(c, "low_minutes");

	if (current->null != minutes->null)
		change_error(c, current->null ? "low_current" : "low_minutes", "error.low_current_half");
}

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	int64_t fits = 0;

	kind_fits(c);
	place_fits(c);
	idle_fits(c);

	if (!c->id) {
		screen_own_tenant(req, c, true);
		TRY(screen_owner_open(req, c, "provider_id", provider_open, "error.provider_closed"));
		TRY(screen_owner_open(req, c, "property_id", property_open, "error.property_closed"));
		TRY(db_i64(req->db, &station_property_fits,
			ARGS(I64(change_i64(c, "property_id")), I64(change_i64(c, "provider_id"))), &fits));
		if (!fits)
			change_error(c, "property_id", "error.property_of_other");
	}
	TRY(screen_tariff_fits(req, c, "tariff_id", change_i64(c, "provider_id"),
		change_text(c, "kind")));
	TRY(channel_fits(req, c));
	TRY(screen_tariff_fits(req, c, "cost_tariff_id", change_i64(c, "provider_id"), "cost"));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	const char *code = NULL;
	bool fresh = c->id == 0;
	int64_t by = req->who.user_id, now = clock_now();

	if (fresh) {
		TRY(code_for_station(req, &code));
		change_set(req, c, "code", code);
	}
	TRY(resource_store(req, c, id));
	if (fresh) {
		TRY(code_for_area(req, *id, &code));
		TRY(db_exec(req->db, &area_add_default,
			ARGS(I64(*id), STR(code), TIME(now), IDREF(by), TIME(now), IDREF(by)), NULL));
	}
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t used = 0;

	TRY(db_i64(req->db, &station_is_used, ARGS(I64(id), I64(id)), &used));
	if (used)
		*problem = "error.station_has_piles";
out:
	return nerr_pass(err);
}

static NEOERR *halt(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err;

	(void)res;
	(void)input;
	TRY(db_exec(req->db, &station_halt, ARGS(TIME(clock_now()), I64(id)), NULL));
	TRY(db_exec(req->db, &station_halt_piles, ARGS(I64(id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *resume(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err;

	(void)res;
	(void)input;
	TRY(db_exec(req->db, &station_halt, ARGS(NULLARG, I64(id)), NULL));
	TRY(db_exec(req->db, &station_resume_piles, ARGS(I64(id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *pin(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(db_exec(req->db, &station_pin, ARGS(TIME(clock_now()), I64(id)), NULL));
}

static NEOERR *unpin(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(db_exec(req->db, &station_pin, ARGS(NULLARG, I64(id)), NULL));
}

static const struct scope scope = { "t.provider_id", "t.property_id", "t.id" };
static const struct action actions[] = {
	{ "qr_sheet", ACT_PAGE, .run = qr_sheet_action },
	{ "monitor", ACT_ROW | ACT_LINK | ACT_MORE },
	{ "bays", ACT_ROW | ACT_LINK | ACT_MORE },
	{ "load", ACT_ROW | ACT_SHOW | ACT_LINK, NULL, "t.load_limit IS NOT NULL" },
	{ "map", ACT_PAGE | ACT_LINK },
	{ "command", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM, command_fields_of_place, NULL,
		station_command },
	{ "halt", ACT_ROW | ACT_CONFIRM | ACT_DANGER, NULL, "t.halted_at IS NULL", halt },
	{ "resume", ACT_ROW | ACT_CONFIRM, NULL, "t.halted_at IS NOT NULL", resume },
	{ "pin", ACT_ROW | ACT_MORE, NULL, "t.pinned_at IS NULL", pin },
	{ "unpin", ACT_ROW | ACT_MORE, NULL, "t.pinned_at IS NOT NULL", unpin },
	{ "picture", ACT_ROW | ACT_LINK | ACT_MORE },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "car", "t.kind = 'car'" },
	{ "ebike", "t.kind = 'ebike'" },
	{ "disabled", "t.status = 'disabled'" },
	{ "halted", "t.halted_at IS NOT NULL" },
	{ "pinned", "t.pinned_at IS NOT NULL" },
	{ NULL },
};
static const struct child children[] = {
	{ &area_resource, "station_id" },
	{ &pile_resource, "station_id", "t.kind = 'car'" },
	{ &connector_resource, "station_id", "t.kind = 'car'" },
	{ &bike_device_resource, "station_id", "t.kind = 'ebike'" },
	{ &socket_resource, "station_id", "t.kind = 'ebike'" },
	{ &session_resource, "station_id" },
	{ &alarm_resource, "station_id" },
	{ &connectivity_resource, "station_id" },
	{ NULL },
};

const struct resource station_resource = {
	.name = "station",
	.group = "site",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

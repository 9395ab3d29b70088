/* station.c - charging stations: where, whose, open when, priced how (S2, S5, S6).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/resource/qr_sheet.h"
#include "cgi/screen/screen.h"

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
	{ "operation_type", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED,
		.choices = &operation_type_choices, .fallback = "public", .group = "base" },
	{ "tariff_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &tariff_resource, .group = "base" },
	{ "contact", F_TEXT, SEEN | TYPED, 0, 40, .group = "contact" },
	{ "phone", F_CODE, SHOW | EXPORT | TYPED | PII, 0, 20, .group = "contact" },
	{ "hotline", F_CODE, SEEN | TYPED, 0, 20, .group = "contact" },
	{ "hours", F_TEXT, SEEN | HIDE | TYPED, 0, 60, .fallback = "00:00-24:00", .group = "contact" },
	{ "intro", F_LONGTEXT, SHOW | TYPED, 0, 1000, .group = "contact" },
	{ "max_power", F_DECIMAL, SEEN | HIDE | TYPED, 0, INT64_C(100000000), .scale = 2, .unit = "kW",
		.group = "power" },
	{ "load_capacity", F_DECIMAL, SEEN | HIDE | TYPED, 0, INT64_C(100000000), .scale = 2,
		.unit = "kVA", .group = "power" },
	{ "power_limit", F_INT, SHOW | EXPORT | TYPED, 0, 10000, .unit = "W", .group = "power" },
	{ "plate_required", F_BOOL, SHOW | EXPORT | TYPED, .group = "power" },
	{ "province", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "place" },
	{ "city", F_TEXT, SEEN | HIDE | SEARCH | FOLD | TYPED, 0, 40, .group = "place" },
	{ "address", F_TEXT, SEEN | TYPED, 0, 200, .group = "place" },
	{ "longitude", F_DECIMAL, SHOW | EXPORT | TYPED, -180000000, 180000000, .scale = 6,
		.group = "place" },
	{ "latitude", F_DECIMAL, SHOW | EXPORT | TYPED, -90000000, 90000000, .scale = 6,
		.group = "place" },
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

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	int64_t fits = 0;

	if (!c->id) {
		screen_own_tenant(req, c, true);
		TRY(screen_owner_open(req, c, "provider_id", provider_open, "error.provider_closed"));
		TRY(screen_owner_open(req, c, "property_id", property_open, "error.property_closed"));
		TRY(db_i64(req->db, &station_property_fits,
			ARGS(I64(change_i64(c, "property_id")), I64(change_i64(c, "provider_id"))), &fits));
		if (!fits)
			change_error(c, "property_id", "error.property_of_other");
	}
	TRY(screen_tariff_fits(req, c, "tariff_id", change_i64(c, "provider_id")));
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

static const struct scope scope = { "t.provider_id", "t.property_id", "t.id" };
static const struct action actions[] = { { "qr_sheet", ACT_PAGE, .run = qr_sheet_action },
	ACTIONS_END };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "car", "t.kind = 'car'" },
	{ "ebike", "t.kind = 'ebike'" },
	{ "disabled", "t.status = 'disabled'" },
	{ NULL },
};
static const struct child children[] = {
	{ &area_resource, "station_id" },
	{ &pile_resource, "station_id" },
	{ &connector_resource, "station_id" },
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

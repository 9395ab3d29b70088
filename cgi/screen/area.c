/* area.c - areas of a station: its parts, each with codes, power, maybe a price of its own (S14,
 * S15).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/screen/screen.h"

SQL(area_is_used, "SELECT COUNT(*) FROM pile WHERE area_id = ? AND deleted = 0");
SQL(area_is_only,
	"SELECT IF(t.tariff_id IS NOT NULL, 2, t.is_default) FROM area t WHERE t.id = ?");

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 24 },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource },
	{ "phone", F_CODE, SEEN | TYPED, 0, 20 },
	{ "power", F_DECIMAL, SEEN | TYPED, 0, INT64_C(100000000), .scale = 2, .unit = "kW" },
	{ "tariff_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &tariff_resource },
	{ "piles", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM pile p WHERE p.area_id = t.id AND p.deleted = 0)" },
	{ "connectors", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM connector k JOIN pile p ON p.id = k.pile_id"
	" WHERE p.area_id = t.id AND k.deleted = 0 AND p.deleted = 0)" },
	{ "is_default", F_BOOL, SHOW | EXPORT },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	if (!c->id)
		TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
	if (c->id && change_value(c, "tariff_id")->changed && change_i64(c, "tariff_id") &&
		text_eq(change_old(c, "status"), "disabled"))
		change_error(c, "tariff_id", "error.area_shut");
	TRY(screen_tariff_of_station(req, c, "tariff_id", change_i64(c, "station_id")));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	const char *code = NULL;

	if (!c->id) {
		TRY(code_for_area(req, change_i64(c, "station_id"), &code));
		change_set(req, c, "code", code);
	}
	TRY(resource_store(req, c, id));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t used = 0, only = 0;

	TRY(db_i64(req->db, &area_is_used, ARGS(I64(id)), &used));
	TRY(db_i64(req->db, &area_is_only, ARGS(I64(id)), &only));
	if (used)
		*problem = "error.area_has_piles";
	else if (only)
		*problem = only == 2 ? "error.area_has_tariff" : "error.area_is_needed";
out:
	return nerr_pass(err);
}

static const struct action actions[] = {
	{ "command", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM, command_fields_of_place, NULL,
		area_command },
	ACTIONS_END,
};
static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };
#define IN_STATION_OF(kind) \
	"EXISTS (SELECT 1 FROM station x WHERE x.id = t.station_id AND x.kind = '" kind "')"
static const struct child children[] = {
	{ &pile_resource, "area_id", IN_STATION_OF("car") },
	{ &bike_device_resource, "area_id", IN_STATION_OF("ebike") },
	{ NULL },
};

const struct resource area_resource = {
	.name = "area",
	.group = "site",
	.title = "t.name",
	.joins = "JOIN station s ON s.id = t.station_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

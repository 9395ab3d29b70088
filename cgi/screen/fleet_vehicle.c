/* fleet_vehicle.c - the vehicles of fleets, by hand or from Excel (V1).
 * Owns the screen. Serves clerks of the 会员中心 group and the fleets' own users. */
#include "charge/vehicle.h"
#include "cgi/screen/screen.h"

SQL(vehicle_brand_of,
	"SELECT id FROM vehicle_brand WHERE brand = ? AND series = ? AND model = ? AND deleted = 0");
SQL(vehicle_admin,
	"SELECT m.id FROM fleet f JOIN member m ON m.id = f.admin_id WHERE f.id = ? AND m.phone = ?");
SQL(vehicle_fleet,
	"SELECT provider_id FROM fleet WHERE id = ? AND status = 'enabled' AND deleted = 0");

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SEARCH | PREFIX | TYPED, 0, 24 },
	{ "plate", F_PLATE, SEEN | SEARCH | PREFIX | TYPED | REQUIRED, 0, 12 },
	{ "vin", F_CODE, SEEN | SEARCH | PREFIX | TYPED | EMPTY_NULL, VIN_CHARS, VIN_CHARS },
	{ "fleet_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &fleet_resource },
	{ "provider_id", F_REF, SHOW | EXPORT | FILTER | FOLD, .ref = &provider_resource },
	{ "brand", F_TEXT, SEEN | SEARCH | TYPED, 0, 40, .sql = "b.brand" },
	{ "series", F_TEXT, SEEN | TYPED, 0, 40, .sql = "b.series" },
	{ "model", F_TEXT, SEEN | TYPED, 0, 60, .sql = "b.model" },
	{ "vehicle_brand_id", F_REF, EXPORT, .ref = &vehicle_brand_resource },
	{ "seen_at", F_TIME, SEEN },
	{ "vin_phone", F_PHONE, SHOW | EXPORT | TYPED | PII, 0, 20, .sql = "a.phone" },
	{ "vin_member_id", F_REF, EXPORT, .ref = &member_resource },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static const char *or_none(const char *s)
{
	return s ? s : "";
}

/* The catalogue must have it, series and model as far as they are given. */
static NEOERR *check_brand(struct request *req, struct change *c)
{
	const char *brand = or_none(change_text(c, "brand"));
	int64_t id = 0;
	NEOERR *err = STATUS_OK;

	if (!*brand) {
		if (*or_none(change_text(c, "series")) || *or_none(change_text(c, "model")))
			change_error(c, "brand", "error.vehicle_brand_first");
		return STATUS_OK;
	}
	TRY(db_i64(req->db, &vehicle_brand_of,
		ARGS(STR(brand), STR(or_none(change_text(c, "series"))),
			STR(or_none(change_text(c, "model")))),
		&id));
	if (id)
		change_set(req, c, "vehicle_brand_id", screen_number(req, id));
	else
		change_error(c, "brand", "error.vehicle_brand_unknown");
out:
	return nerr_pass(err);
}

static NEOERR *check(struct request *req, struct change *c)
{
	const char *vin = or_none(change_text(c, "vin")), *phone = or_none(change_text(c, "vin_phone"));
	int64_t fleet = change_i64(c, "fleet_id"), provider = 0, admin = 0;
	NEOERR *err = STATUS_OK;

	if (*vin && !vin_is(vin))
		change_error(c, "vin", "error.vehicle_vin");
	TRY(check_brand(req, c));
	if (!c->id && fleet) {
		TRY(db_i64(req->db, &vehicle_fleet, ARGS(I64(fleet)), &provider));
		if (provider)
			change_set(req, c, "provider_id", screen_number(req, provider));
		else
			change_error(c, "fleet_id", "error.fleet_closed");
	}
	if (*phone && change_value(c, "vin_phone")->given) {
		TRY(db_i64(req->db, &vehicle_admin, ARGS(I64(fleet), STR(phone)), &admin));
		if (admin)
			change_set(req, c, "vin_member_id", screen_number(req, admin));
		else
			change_error(c, "vin_phone", "error.vehicle_not_admin");
	}
out:
	return nerr_pass(err);
}

/* Brand, series, model and phone are how the catalogue's row and the administrator were found. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	return nerr_pass(resource_store(req, c, id));
}

static const struct scope scope = { .provider = "f.provider_id", .property = "f.property_id",
	.fleet = "t.fleet_id" };
static const struct tab tabs[] = { { "all", "1 = 1" }, { "seen", "t.seen_at IS NOT NULL" },
	{ "unseen", "t.seen_at IS NULL" }, { NULL } };
static const char *const extra[] = { "pii", NULL };

const struct resource fleet_vehicle_resource = {
	.name = "fleet_vehicle",
	.group = "people",
	.table = "vehicle",
	.title = "t.plate",
	.joins = "LEFT JOIN fleet f ON f.id = t.fleet_id LEFT JOIN vehicle_brand b ON b.id ="
		" t.vehicle_brand_id LEFT JOIN member a ON a.id = t.vin_member_id",
	.where = "t.fleet_id IS NOT NULL",
	.twin = &member_vehicle_resource,
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT | CAN_IMPORT,
	.fields = fields,
	.tabs = tabs,
	.check = check,
	.save = save,
};

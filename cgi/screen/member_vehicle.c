/* member_vehicle.c - members' own vehicles, and the limits of charge they ask for (V2).
 * Owns the screen. Serves clerks of the 会员中心 group. */
#include "charge/station.h"
#include "charge/vehicle.h"
#include "cgi/screen/screen.h"

SQL(vehicle_member, "SELECT provider_id FROM member WHERE id = ? AND deleted = 0");
SQL(vehicle_soc_write,
	"UPDATE vehicle SET soc_limit = IF(?, soc_wanted, soc_limit), soc_state = ?, updated_at = ?,"
	" updated_by = ?, version = version + 1 WHERE id = ?");

static const struct field fields[] = {
	{ "plate", F_PLATE, SEEN | SEARCH | PREFIX | TYPED | REQUIRED, 0, 12 },
	{ "vin", F_CODE, SEEN | SEARCH | PREFIX | TYPED | EMPTY_NULL, VIN_CHARS, VIN_CHARS },
	{ "vehicle_brand_id", F_REF, SEEN | TYPED, .ref = &vehicle_brand_resource },
	{ "member_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &member_resource },
	{ "provider_id", F_REF, SHOW | EXPORT | FILTER | FOLD, .ref = &provider_resource },
	{ "soc_wanted", F_INT, SEEN, .unit = "%" },
	{ "soc_state", F_CHOICE, SEEN | FILTER, .choices = &soc_state_choices },
	{ "soc_limit", F_INT, SEEN | TYPED, STATION_SOC_MIN, 100, .unit = "%" },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	const char *vin = change_text(c, "vin");
	int64_t provider = 0;
	NEOERR *err = STATUS_OK;

	if (vin && *vin && !vin_is(vin))
		change_error(c, "vin", "error.vehicle_vin");
	if (!c->id && change_i64(c, "member_id")) {
		TRY(db_i64(req->db, &vehicle_member, ARGS(I64(change_i64(c, "member_id"))), &provider));
		change_set(req, c, "provider_id", screen_number(req, provider));
	}
out:
	return nerr_pass(err);
}

static NEOERR *decide(struct request *req, int64_t id, bool fine)
{
	return nerr_pass(db_exec(req->db, &vehicle_soc_write,
		ARGS(I64(fine), STR(fine ? "approved" : "rejected"), TIME(clock_now()),
			IDREF(req->who.user_id), I64(id)),
		NULL));
}

static NEOERR *approve(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(decide(req, id, true));
}

static NEOERR *reject(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(decide(req, id, false));
}

static const struct scope scope = { .provider = "t.provider_id", .property = "s.property_id",
	.station = "m.station_id" };
static const struct action actions[] = {
	{ "approve", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, "t.soc_state = 'pending'", approve },
	{ "reject", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, "t.soc_state = 'pending'", reject },
	ACTIONS_END,
};
static const struct tab tabs[] = { { "all", "1 = 1" }, { "pending", "t.soc_state = 'pending'" },
	{ NULL } };

const struct resource member_vehicle_resource = {
	.name = "member_vehicle",
	.group = "people",
	.table = "vehicle",
	.title = "t.plate",
	.joins = "LEFT JOIN member m ON m.id = t.member_id LEFT JOIN station s ON s.id = m.station_id",
	.where = "t.member_id IS NOT NULL",
	.twin = &fleet_vehicle_resource,
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT | CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.check = check,
};

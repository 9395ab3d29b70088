/* pile_user.c - who may charge at a reserved or private pile: named members and fleets (D2).
 * Owns the screen. Serves clerks of the 电站管理 group. */
#include "cgi/screen/screen.h"

SQL(pile_user_fits,
	"SELECT COUNT(*) FROM pile p JOIN station s ON s.id = p.station_id WHERE p.id = ? AND"
	" p.use_scope <> 'public' AND (EXISTS (SELECT 1 FROM member m WHERE m.id = ? AND"
	" m.provider_id = s.provider_id) OR EXISTS (SELECT 1 FROM fleet f WHERE f.id = ? AND"
	" f.provider_id = s.provider_id))");

static const struct field fields[] = {
	{ "station_id", F_REF, SEEN | FILTER, .sql = "p.station_id", .ref = &station_resource },
	{ "pile_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &pile_resource },
	{ "member_id", F_REF, SEEN | FILTER | PLACED, .ref = &member_resource },
	{ "fleet_id", F_REF, SEEN | FILTER | PLACED, .ref = &fleet_resource },
	{ "note", F_LONGTEXT, SEEN | TYPED, 0, 500 },
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	int64_t member = change_i64(c, "member_id"), fleet = change_i64(c, "fleet_id"), fits = 0;
	NEOERR *err = STATUS_OK;

	if (c->id)
		return STATUS_OK;
	if (!member == !fleet)
		change_error(c, "member_id", "error.pile_user_one");
	TRY(db_i64(req->db, &pile_user_fits,
		ARGS(I64(change_i64(c, "pile_id")), I64(member), I64(fleet)), &fits));
	if (!fits)
		change_error(c, fleet ? "fleet_id" : "member_id", "error.pile_user_unfit");
out:
	return nerr_pass(err);
}

static const struct scope scope = { "s.provider_id", "s.property_id", "p.station_id" };

const struct resource pile_user_resource = {
	.name = "pile_user",
	.title = "t.id",
	.joins = "JOIN pile p ON p.id = t.pile_id JOIN station s ON s.id = p.station_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.check = check,
};

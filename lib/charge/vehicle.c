/* vehicle.c - a fleet's vehicles told by plate or VIN, and what its rule says of the others.
 * Owns nothing. Serves vehicle.h. */
#include "charge/vehicle.h"

#include "base/text.h"

SQL(vehicle_rule,
	"select vehicle_check, vehicle_by from fleet where id = ? and deleted = 0");
SQL(vehicle_find,
	"select id, vin <=> ? from vehicle where fleet_id = ? and deleted = 0 and (plate = ? or vin ="
	" ?) order by vin <=> ? desc limit 1");

bool vin_is(const char *vin)
{
	return strlen(vin) == VIN_CHARS &&
		strspn(vin, "ABCDEFGHJKLMNPRSTUVWXYZ0123456789") == VIN_CHARS;
}

static NEOERR *take_rule(const struct row *r, void *ctx)
{
	struct vehicle_verdict *v = ctx;

	v->check = (enum vehicle_check)choice_value(&vehicle_check_choices, row_str(r, 0));
	v->by = (enum vehicle_by)choice_value(&vehicle_by_choices, row_str(r, 1));
	return STATUS_OK;
}

static NEOERR *take_vehicle(const struct row *r, void *ctx)
{
	struct vehicle_verdict *v = ctx;

	v->vehicle_id = row_i64(r, 0);
	v->by_vin = row_i64(r, 1) != 0;
	return STATUS_OK;
}

NEOERR *vehicle_judge(struct db *db, int64_t fleet_id, const char *plate, const char *vin,
	struct vehicle_verdict *out)
{
	bool found;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	plate = plate && *plate ? plate : "-";
	vin = vin && *vin ? vin : "-";
	TRY(db_find(db, &vehicle_rule, ARGS(I64(fleet_id)), take_rule, out, &found));
	TRY(db_find(db, &vehicle_find,
		ARGS(STR(vin), I64(fleet_id), STR(plate), STR(vin), STR(vin)), take_vehicle, out, &found));
out:
	return nerr_pass(err);
}

bool vehicle_may_start(const struct vehicle_verdict *v, bool vin_known)
{
	if (v->check == VEHICLE_CHECK_NONE)
		return true;
	switch (v->by) {
	case VEHICLE_BY_HAND:
		return v->vehicle_id != 0;
	case VEHICLE_BY_VIN:
		return v->vehicle_id != 0 ? v->by_vin || !vin_known : !vin_known;
	case VEHICLE_BY_EITHER:
		return v->vehicle_id != 0;
	}
	return false;
}

bool vehicle_may_go_on(const struct vehicle_verdict *v, bool by_hand)
{
	if (v->check == VEHICLE_CHECK_NONE || v->by == VEHICLE_BY_HAND)
		return true;
	return v->by_vin || (v->by == VEHICLE_BY_EITHER && by_hand);
}

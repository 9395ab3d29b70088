/* plan_connector.c - the connectors of charging plans, in the order of their starts, and the
 * default
 * vehicle where the pile reads no VIN (Z2).
 * Owns the screen. Serves clerks of the 会员中心 group. */
#include "base/clock.h"
#include "charge/plan.h"
#include "charge/plan_propose.h"
#include "cgi/screen/screen.h"

SQL(plan_connector_fits,
	"SELECT IF(c.station_id = p.station_id, 0, 1) + IF(l.current_type = 'dc', 0, 2) FROM plan p"
	" JOIN connector c ON c.id = ? AND c.deleted = 0 JOIN pile l ON l.id = c.pile_id WHERE p.id ="
	" ?");
SQL(plan_connector_taken,
	"SELECT COUNT(*) FROM plan_connector WHERE connector_id = ? AND deleted = 0 AND id <> ?");
SQL(plan_vehicle_fits,
	"SELECT COUNT(*) FROM plan p JOIN vehicle v ON v.fleet_id = p.fleet_id AND v.deleted = 0 WHERE"
	" p.id = ? AND v.id = ?");
SQL(plan_connector_plan, "SELECT plan_id FROM plan_connector WHERE id = ?");

static const struct field fields[] = {
	{ "plan_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &plan_resource },
	{ "connector_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &connector_resource },
	{ "vehicle_id", F_REF, SEEN | TYPED, .ref = &fleet_vehicle_resource },
	{ "energy", F_ENERGY, SEEN | TYPED, ENERGY_KWH / 10, 500 * ENERGY_KWH },
	{ "leave_time", F_CODE, SEEN | TYPED | EMPTY_NULL, 5, 5 },
	{ "start_at", F_CODE, SEEN,
		.sql = "TIME_FORMAT(SEC_TO_TIME(MOD(TIME_TO_SEC(CONCAT(p.start_time, ':00')) +"
			" t.start_after, 86400)), '%H:%i:%s')" },
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	int64_t plan = change_i64(c, "plan_id"), connector = change_i64(c, "connector_id");
	int64_t vehicle = change_i64(c, "vehicle_id"), wrong = 0, taken = 0, fits = 1;
	const char *leave = change_text(c, "leave_time");
	NEOERR *err = STATUS_OK;

	if (leave && *leave && !plan_next(leave, clock_now()))
		change_error(c, "leave_time", "error.plan_time");

	if (!plan || !connector)
		return STATUS_OK;
	TRY(db_i64(req->db, &plan_connector_fits, ARGS(I64(connector), I64(plan)), &wrong));
	TRY(db_i64(req->db, &plan_connector_taken, ARGS(I64(connector), I64(c->id)), &taken));
	if (vehicle)
		TRY(db_i64(req->db, &plan_vehicle_fits, ARGS(I64(plan), I64(vehicle)), &fits));
	if (wrong & 1)
		change_error(c, "connector_id", "error.plan_connector_elsewhere");
	else if (taken)
		change_error(c, "connector_id", "error.plan_connector_taken");
	if (!fits)
		change_error(c, "vehicle_id", "error.plan_vehicle");
	else if (wrong & 2 && !vehicle)
		change_error(c, "vehicle_id", "error.plan_vehicle_needed");
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (c->errors)
		goto out;
	TRY(plan_unaccept(req->db, change_i64(c, "plan_id")));
	TRY(plan_changed(req->db, change_i64(c, "plan_id"), req->who.user_id));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	int64_t plan = 0;
	NEOERR *err;

	(void)problem;
	TRY(db_i64(req->db, &plan_connector_plan, ARGS(I64(id)), &plan));
	TRY(plan_unaccept(req->db, plan));
	TRY(plan_changed(req->db, plan, req->who.user_id));
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "f.provider_id", .property = "f.property_id",
	.station = "p.station_id", .fleet = "p.fleet_id" };

const struct resource plan_connector_resource = {
	.name = "plan_connector",
	.title = "t.id",
	.joins = "JOIN plan p ON p.id = t.plan_id JOIN fleet f ON f.id = p.fleet_id",
	.order = "t.id",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

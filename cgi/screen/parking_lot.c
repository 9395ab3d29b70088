/* parking_lot.c - parking lots and what a charge earns in each (K12).
 * Owns both screens. Serves clerks of the 停车减免 group. */
#include "cgi/screen/screen.h"

#define SPACES_MAX 100000
#define MINUTES_MAX 1440

SQL(lot_number,
	"UPDATE parking_lot SET code = CONCAT('L', LPAD(id, 6, '0')) WHERE id = ? AND code IS NULL");
SQL(lot_uses,
	"SELECT (SELECT COUNT(*) FROM relief_plan WHERE parking_lot_id = ? AND deleted = 0)"
	" + EXISTS (SELECT 1 FROM charge_record WHERE parking_lot_id = ?)"
	" + EXISTS (SELECT 1 FROM parking_stay WHERE parking_lot_id = ?)");

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX | PLACED | EMPTY_NULL, 0, 24 },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "property_id", F_REF, SEEN | FILTER | FOLD | PLACED, .ref = &property_resource,
		.depends = "provider_id" },
	{ "spaces", F_INT, SEEN | SORT | TYPED | TOTAL, 0, SPACES_MAX },
	{ "contact", F_TEXT, SHOW | EXPORT | TYPED, 0, 40 },
	{ "phone", F_CODE, SHOW | EXPORT | TYPED, 0, 20 },
	{ "address", F_TEXT, SEEN | TYPED, 0, 200 },
	{ "occupancy_free", F_INT, SHOW | EXPORT | TYPED, 0, MINUTES_MAX, .group = "occupancy",
		.unit = "min" },
	{ "occupancy_minutes", F_INT, SHOW | EXPORT | TYPED, 0, MINUTES_MAX, .group = "occupancy",
		.unit = "min" },
	{ "occupancy_price", F_MONEY, SHOW | EXPORT | TYPED, 0, 1000 * MONEY_YUAN,
		.group = "occupancy" },
	{ "occupancy_cap", F_MONEY, SHOW | EXPORT | TYPED, 0, 10000 * MONEY_YUAN,
		.group = "occupancy" },
	{ "plans", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM relief_plan r WHERE r.parking_lot_id = t.id AND r.status ="
			   " 'enabled' AND r.deleted = 0)" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	if (!change_i64(c, "occupancy_minutes") != !change_i64(c, "occupancy_price"))
		change_error(c, "occupancy_price", "error.parking_occupancy");
	if (c->id)
		goto out;
	TRY(screen_new_owned(req, c, true));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (!c->errors)
		TRY(db_exec(req->db, &lot_number, ARGS(I64(*id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	int64_t uses = 0;
	NEOERR *err;

	TRY(db_i64(req->db, &lot_uses, ARGS(I64(id), I64(id), I64(id)), &uses));
	if (uses)
		*problem = "error.parking_lot_used";
out:
	return nerr_pass(err);
}

static const struct scope scope = { "t.provider_id", "t.property_id" };
static const struct child children[] = { { &relief_plan_resource, "parking_lot_id" },
	{ &parking_stay_resource, "parking_lot_id" }, { &relief_resource, "parking_lot_id" },
	{ NULL } };

const struct resource parking_lot_resource = {
	.name = "parking_lot",
	.group = "parking",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

/* ---- plans ---- */

SQL(lot_open, "SELECT COUNT(*) FROM parking_lot WHERE id = ? AND status = 'enabled' AND deleted ="
	" 0");

static const struct field plan_fields[] = {
	{ "parking_lot_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &parking_lot_resource },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "kind", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &relief_kind_choices,
		.fallback = "minutes" },
	{ "minutes", F_INT, SEEN | TYPED, 0, MINUTES_MAX, .unit = "min" },
	{ "amount", F_MONEY, SEEN | TYPED, 0, 1000 * MONEY_YUAN },
	{ "min_minutes", F_INT, SEEN | TYPED, 0, MINUTES_MAX, .group = "conditions", .unit = "min" },
	{ "min_energy", F_ENERGY, SEEN | TYPED, 0, 1000 * ENERGY_KWH, .group = "conditions" },
	{ "from_day", F_DATE, SEEN | TYPED, .group = "conditions" },
	{ "to_day", F_DATE, SEEN | TYPED, .group = "conditions" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *plan_check(struct request *req, struct change *c)
{
	bool minutes = text_eq(change_text(c, "kind"), "minutes");
	int64_t from = change_i64(c, "from_day"), to = change_i64(c, "to_day");
	NEOERR *err = STATUS_OK;

	if (!change_i64(c, minutes ? "minutes" : "amount"))
		change_error(c, minutes ? "minutes" : "amount", "error.required");
	if (from && to && to < from)
		change_error(c, "to_day", "error.relief_days");
	if (!c->id)
		TRY(screen_owner_open(req, c, "parking_lot_id", &lot_open, "error.parking_lot_closed"));
out:
	return nerr_pass(err);
}

static const struct scope lot_scope = { "l.provider_id", "l.property_id" };

const struct resource relief_plan_resource = {
	.name = "relief_plan",
	.group = "parking",
	.title = "t.name",
	.joins = "JOIN parking_lot l ON l.id = t.parking_lot_id",
	.order = "t.id DESC",
	.scope = &lot_scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = plan_fields,
	.check = plan_check,
};

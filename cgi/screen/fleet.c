/* fleet.c - fleets (集体户): collective customers of a provider or property, one level of fleets
 * below them (G5, M19, M22).
 * Owns the screen. Serves clerks of the 会员中心 group; their money is fleet_money.c. */
#include "cgi/screen/screen.h"
#include "charge/station.h"

SQL(fleet_owner,
	"SELECT provider_id, property_id, parent_id, status = 'enabled' FROM fleet WHERE id = ? AND"
	" deleted = 0");
SQL(fleet_number, "UPDATE fleet SET code = CONCAT('F', LPAD(id, 6, '0')) WHERE id = ?");
SQL(fleet_uses,
	"SELECT IF((SELECT COUNT(*) FROM fleet_member WHERE fleet_id = ? AND deleted = 0) > 0, 1, 0)"
	" + IF((SELECT COUNT(*) FROM fleet WHERE parent_id = ? AND deleted = 0) > 0, 2, 0)"
	" + IF((SELECT COUNT(*) FROM user WHERE fleet_id = ? AND deleted = 0) > 0, 4, 0)"
	" + IF((SELECT COUNT(*) FROM account WHERE owner_kind = 'fleet' AND owner_id = ? AND"
	" balance <> 0) > 0, 8, 0)");
SQL(fleet_below_count, "SELECT COUNT(*) FROM fleet WHERE parent_id = ? AND deleted = 0");

#define MONEY_OF(kind) \
	"COALESCE((SELECT a.balance FROM account a WHERE a.owner_kind = 'fleet' AND a.owner_id = t.id" \
	" AND a.kind = '" kind "'), 0)"

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX | TYPED | EMPTY_NULL, 0, 24 },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "parent_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &fleet_resource },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "property_id", F_REF, SEEN | FILTER | PLACED, .ref = &property_resource,
		.depends = "provider_id" },
	{ "contact", F_TEXT, SEEN | HIDE | TYPED, 0, 40 },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PLACED | REQUIRED | PII, 0, 20 },
	{ "email", F_EMAIL, SEEN | HIDE | TYPED, 0, 100 },
	{ "address", F_TEXT, SHOW | EXPORT | TYPED, 0, 200 },
	{ "soc_limit", F_INT, SEEN | TYPED, STATION_SOC_MIN, 100, .unit = "%" },
	{ "admin_id", F_REF, SEEN, .ref = &member_resource },
	{ "cash", F_MONEY, SEEN, .sql = "(" MONEY_OF("cash") " + " MONEY_OF("cash_held") ")" },
	{ "gift", F_MONEY, SEEN | HIDE, .sql = "(" MONEY_OF("gift") " + " MONEY_OF("gift_held") ")" },
	{ "held", F_MONEY, SHOW, .sql = "(" MONEY_OF("cash_held") " + " MONEY_OF("gift_held") ")" },
	{ "credit", F_MONEY, SEEN | HIDE },
	{ "vehicle_check", F_CHOICE, SEEN | HIDE | TYPED | REQUIRED, .choices = &vehicle_check_choices,
		.fallback = "none" },
	{ "vehicle_by", F_CHOICE, SEEN | HIDE | TYPED | REQUIRED, .choices = &vehicle_by_choices,
		.fallback = "either" },
	{ "price_energy", F_PERCENT, SEEN | HIDE },
	{ "price_service", F_PERCENT, SEEN | HIDE },
	{ "price_pay", F_CHOICE, SHOW | EXPORT, .choices = &price_pay_choices },
	{ "member_count", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM fleet_member b WHERE b.fleet_id = t.id AND b.deleted = 0)" },
	{ "below", F_INT, SEEN | HIDE,
		.sql = "(SELECT COUNT(*) FROM fleet b WHERE b.parent_id = t.id AND b.deleted = 0)" },
	{ "user_count", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM user u WHERE u.fleet_id = t.id AND u.deleted = 0)" },
	{ "has_login", F_BOOL, SHOW | EXPORT,
		.sql = "EXISTS (SELECT 1 FROM user u WHERE u.login = t.phone AND u.deleted = 0)" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

struct owner { int64_t provider_id, property_id, parent_id; bool enabled; };

static NEOERR *take_owner(const struct row *r, void *ctx)
{
	*(struct owner *)ctx =
		(struct owner){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2), row_i64(r, 3) != 0 };
	return STATUS_OK;
}

static void take_over(struct request *req, struct change *c, const char *field, int64_t id,
	const char *problem)
{
	int64_t given = change_i64(c, field);

	if (given && given != id)
		change_error(c, field, problem);
	else if (id && !given)
		change_set(req, c, field, screen_number(req, id));
}

NEOERR *fleet_owner_fill(struct request *req, struct change *c, const char *field)
{
	NEOERR *err = STATUS_OK;
	int64_t id = change_i64(c, field);
	struct owner o = { 0 };
	bool found = false;

	if (!id)
		return STATUS_OK;
	TRY(db_find(req->db, &fleet_owner, ARGS(I64(id)), take_owner, &o, &found));
	if (!found || !o.enabled) {
		change_error(c, field, "error.fleet_closed");
		goto out;
	}
	take_over(req, c, "provider_id", o.provider_id, "error.fleet_of_other");
	take_over(req, c, "property_id", o.property_id, "error.fleet_of_other");
	if (c->res == &fleet_resource && o.parent_id)
		change_error(c, field, "error.fleet_deep");
out:
	return nerr_pass(err);
}

/* M22: an existing fleet goes below another one of its owner's, never below itself, and only if it
 * has none below itself. */
static NEOERR *check_moved(struct request *req, struct change *c)
{
	int64_t parent = change_i64(c, "parent_id"), below = 0;
	struct owner o = { 0 };
	bool found = false;
	NEOERR *err = STATUS_OK;

	if (!parent || !change_value(c, "parent_id")->changed)
		return STATUS_OK;
	TRY(db_find(req->db, &fleet_owner, ARGS(I64(parent)), take_owner, &o, &found));
	TRY(db_i64(req->db, &fleet_below_count, ARGS(I64(c->id)), &below));
	if (parent == c->id)
		change_error(c, "parent_id", "error.fleet_itself");
	else if (!found || !o.enabled)
		change_error(c, "parent_id", "error.fleet_closed");
	else if (o.parent_id || below)
		change_error(c, "parent_id", o.parent_id ? "error.fleet_deep" : "error.fleet_has_below");
	else if (o.provider_id != change_i64(c, "provider_id") ||
		o.property_id != change_i64(c, "property_id"))
		change_error(c, "parent_id", "error.fleet_of_other");
out:
	return nerr_pass(err);
}

/* A fleet below another one is its parent's owner's; nothing is added under who is disabled (G3,
 * G4). */
static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	if (c->id)
		return nerr_pass(check_moved(req, c));
	if (req->who.kind == WHO_FLEET && !change_i64(c, "parent_id"))
		change_set(req, c, "parent_id", screen_number(req, req->who.fleet_id));
	TRY(fleet_owner_fill(req, c, "parent_id"));
	TRY(screen_new_owned(req, c, true));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;

	TRY(resource_store(req, c, id));
	if (!c->errors && !*change_text(c, "code"))
		TRY(db_exec(req->db, &fleet_number, ARGS(I64(*id)), NULL));
out:
	return nerr_pass(err);
}

/* M22: members first, then the fleets below, then the fleet. */
static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t uses = 0;

	TRY(db_i64(req->db, &fleet_uses, ARGS(I64(id), I64(id), I64(id), I64(id)), &uses));
	if (uses)
		*problem = uses & 1 ? "error.fleet_has_members"
			: uses & 2      ? "error.fleet_has_below"
			: uses & 4      ? "error.fleet_in_use"
							: "error.fleet_has_money";
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id", .property = "t.property_id",
	.fleet = "t.id" };
static const struct action actions[] = {
	{ "recharge", ACT_ROW, purse_fields, "t.status = 'enabled'", fleet_recharge_run },
	{ "refund", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_PAYMENT, purse_fields, NULL,
		fleet_refund_run },
	{ "set_credit", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_PAYMENT, fleet_credit_fields, NULL,
		fleet_credit_run },
	{ "set_price", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_PAYMENT, fleet_price_fields, NULL,
		fleet_price_run },
	{ "allocate", ACT_ROW | ACT_MORE | ACT_CONFIRM, fleet_share_fields, "t.status = 'enabled'",
		fleet_allocate_run },
	{ "take_back", ACT_ROW | ACT_MORE | ACT_CONFIRM, fleet_back_fields, NULL,
		fleet_take_back_run },
	{ "account", ACT_ROW | ACT_LINK | ACT_MORE, NULL, ACCOUNT_WANTED },
	ACTIONS_END,
};
static const struct tab tabs[] = { { "all", "1 = 1" }, { "top", "t.parent_id IS NULL" },
	{ "below", "t.parent_id IS NOT NULL" }, { "disabled", "t.status = 'disabled'" }, { NULL } };
static const struct child children[] = {
	{ &statement_resource, "fleet_id" },
	{ &fleet_member_resource, "fleet_id" },
	{ &fleet_vehicle_resource, "fleet_id" },
	{ &plan_resource, "fleet_id" },
	{ &fleet_resource, "parent_id", "t.parent_id IS NULL" },
	{ &session_resource, "fleet_id" },
	{ &user_resource, "fleet_id" },
	{ NULL },
};

const struct resource fleet_resource = {
	.name = "fleet",
	.group = "people",
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

/* fleet_member.c - who belongs to which fleet, how much each may use of its wallet, who administers
 * it (M19-M21).
 * Owns the screen. Serves clerks of the 会员中心 group and the fleets' own users. */
#include "charge/fleet.h"
#include "cgi/screen/screen.h"

#define LIMIT_MAX (INT64_C(1000000) * MONEY_YUAN)

SQL(fleet_member_by_phone,
	"SELECT m.id FROM member m JOIN fleet f ON f.provider_id = m.provider_id WHERE f.id = ? AND"
	" m.phone = ? AND m.deleted = 0");
SQL(fleet_member_row, "SELECT fleet_id, member_id FROM fleet_member WHERE id = ?");
SQL(fleet_open, "SELECT COUNT(*) FROM fleet WHERE id = ? AND status = 'enabled' AND deleted = 0");

#define IS_ADMIN "(f.admin_id <=> t.member_id)"

static const struct field fields[] = {
	{ "fleet_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &fleet_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PLACED | REQUIRED | PII, 0, 20,
		.sql = "m.phone" },
	{ "member_id", F_REF, SEEN | FILTER | FOLD, .ref = &member_resource },
	{ "name", F_TEXT, SEEN | SEARCH, .sql = "m.name" },
	{ "is_admin", F_BOOL, SEEN, .sql = IS_ADMIN },
	{ "day_times", F_INT, SEEN | TYPED, 0, 1000, .fallback = "0" },
	{ "day_amount", F_MONEY, SEEN | TYPED, 0, LIMIT_MAX, .fallback = "0" },
	{ "month_times", F_INT, SEEN | TYPED, 0, 10000, .fallback = "0" },
	{ "month_amount", F_MONEY, SEEN | TYPED, 0, LIMIT_MAX, .fallback = "0" },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* By the phone, among the members of the fleet's provider. */
static NEOERR *check(struct request *req, struct change *c)
{
	const char *phone = change_text(c, "phone");
	int64_t fleet = change_i64(c, "fleet_id"), member = 0, open = 0;
	NEOERR *err = STATUS_OK;

	if (c->id || !fleet || !phone)
		return STATUS_OK;
	TRY(db_i64(req->db, &fleet_open, ARGS(I64(fleet)), &open));
	TRY(db_i64(req->db, &fleet_member_by_phone, ARGS(I64(fleet), STR(phone)), &member));
	if (!open)
		change_error(c, "fleet_id", "error.fleet_closed");
	if (member)
		change_set(req, c, "member_id", screen_number(req, member));
	else
		change_error(c, "phone", "error.fleet_member_unknown");
out:
	return nerr_pass(err);
}

/* The phone is only how he was found. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	return nerr_pass(resource_store(req, c, id));
}

struct pair { int64_t fleet_id, member_id; };

static NEOERR *take_pair(const struct row *r, void *ctx)
{
	*(struct pair *)ctx = (struct pair){ row_i64(r, 0), row_i64(r, 1) };
	return STATUS_OK;
}

static NEOERR *make_admin(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct pair p;
	bool fits;
	NEOERR *err;

	(void)res;
	TRY(db_get(req->db, &fleet_member_row, ARGS(I64(id)), take_pair, &p));
	TRY(fleet_set_admin(req->db, p.fleet_id, p.member_id, req->who.user_id, &fits));
	if (!fits)
		change_error(input, NULL, "error.fleet_member_unknown");
out:
	return nerr_pass(err);
}

static NEOERR *drop_admin(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct pair p;
	bool fits;
	NEOERR *err;

	(void)res;
	(void)input;
	TRY(db_get(req->db, &fleet_member_row, ARGS(I64(id)), take_pair, &p));
	TRY(fleet_set_admin(req->db, p.fleet_id, 0, req->who.user_id, &fits));
out:
	return nerr_pass(err);
}

/* The engine marks the row as deleted; that he no longer administers the fleet goes with it. */
static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	(void)problem;
	return nerr_pass(fleet_member_leaves(req->db, id, req->who.user_id));
}

static const struct scope scope = { .provider = "f.provider_id", .property = "f.property_id",
	.fleet = "t.fleet_id" };
static const struct action actions[] = {
	{ "make_admin", ACT_ROW | ACT_CONFIRM, NULL,
		"NOT EXISTS (SELECT 1 FROM fleet x WHERE x.id = t.fleet_id AND x.admin_id = t.member_id)",
		make_admin },
	{ "drop_admin", ACT_ROW | ACT_CONFIRM | ACT_MORE, NULL,
		"EXISTS (SELECT 1 FROM fleet x WHERE x.id = t.fleet_id AND x.admin_id = t.member_id)",
		drop_admin },
	{ "allocate", ACT_ROW | ACT_CONFIRM | ACT_MORE, fleet_share_fields, NULL,
		fleet_allocate_run },
	{ "take_back", ACT_ROW | ACT_CONFIRM | ACT_MORE, fleet_back_fields, NULL,
		fleet_take_back_run },
	ACTIONS_END,
};
static const char *const extra[] = { "pii", NULL };

const struct resource fleet_member_resource = {
	.name = "fleet_member",
	.group = "people",
	.title = "(SELECT n.no FROM member n WHERE n.id = t.member_id)",
	.joins = "JOIN fleet f ON f.id = t.fleet_id JOIN member m ON m.id = t.member_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT | CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

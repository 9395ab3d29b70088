/* member.c - members: who charges; 用户权益 is the tariff they are billed by at home (M1, M7, M11,
 * M13, M14).
 * Owns the screen. Serves clerks of the 会员中心 group. */
#include "base/text.h"
#include "charge/card_list.h"
#include "charge/member.h"
#include "cgi/screen/screen.h"

SQL(member_station_provider, "SELECT provider_id FROM station WHERE id = ?");
SQL(member_set_status,
	"UPDATE member SET status = ?, updated_at = ?, updated_by = ?, version = version + 1 WHERE id"
	" = ?");
SQL(member_end_logins, "DELETE FROM login WHERE member_id = ?");
SQL(member_certify,
	"UPDATE member SET certified = 1, updated_at = ?, updated_by = ?, version = version + 1 WHERE"
	" id = ?");
SQL(member_set_credit,
	"UPDATE member SET credit = ?, updated_at = ?, updated_by = ?, version = version + 1 WHERE id"
	" = ?");
SQL(member_set_several,
	"UPDATE member SET several = ?, updated_at = ?, updated_by = ?, version = version + 1 WHERE id"
	" = ?");
SQL(member_is_used,
	"SELECT (SELECT COUNT(*) FROM card WHERE member_id = ? AND deleted = 0) + (SELECT COUNT(*)"
	" FROM account"
	" WHERE owner_kind = 'member' AND owner_id = ? AND balance <> 0) + (SELECT COUNT(*) FROM"
	" session"
	" WHERE member_id = ? AND state IN ('starting', 'charging', 'stopping', 'suspended'))");
SQL(member_no_station, "SELECT no, COALESCE(station_id, 0) FROM member WHERE id = ?");

#define MONEY_OF(kind) "COALESCE((SELECT a.balance FROM account a WHERE a.owner_kind = 'member' AND a.owner_id = t.id AND a.kind = '" kind "'), 0)"
#define CARDS_OF(word) "(SELECT GROUP_CONCAT(k.no ORDER BY k.id SEPARATOR ' ') FROM card k WHERE k.member_id = t.id AND k.kind = '" word "' AND k.deleted = 0)"

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 9 },
	{ "station_id", F_REF, SEEN | FILTER | TYPED, .ref = &station_resource },
	{ "category_id", F_REF, SEEN | FILTER | TYPED, .ref = &member_category_resource },
	{ "provider_id", F_REF, SHOW | EXPORT | FILTER | FOLD, .ref = &provider_resource },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED, 0, 40 },
	{ "nickname", F_TEXT, SHOW | EXPORT | TYPED, 0, 40 },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | TYPED | REQUIRED | PII, 0, 20 },
	{ "sex", F_CHOICE, SHOW | EXPORT | TYPED | REQUIRED, .choices = &sex_choices,
		.fallback = "unknown" },
	{ "plate", F_PLATE, SEEN | SEARCH | FOLD | TYPED, 0, 12 },
	{ "tariff_id", F_REF, SEEN | HIDE | FILTER | FOLD | TYPED, .ref = &tariff_resource },
	{ "physical_cards", F_CODE, SEEN | HIDE | SEARCH | FOLD, .sql = CARDS_OF("physical") },
	{ "electronic_cards", F_CODE, SEEN | SEARCH, .sql = CARDS_OF("electronic") },
	{ "tokens", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM token o WHERE o.member_id = t.id AND o.deleted = 0)" },
	{ "balance", F_MONEY, SEEN, .sql = "COALESCE((SELECT SUM(a.balance) FROM account a WHERE"
	" a.owner_kind = 'member' AND a.owner_id = t.id AND a.kind IN ('cash', 'cash_held', 'gift',"
	" 'gift_held')), 0)" },
	{ "cash", F_MONEY, SEEN, .sql = "(" MONEY_OF("cash") " + " MONEY_OF("cash_held") ")" },
	{ "gift", F_MONEY, SEEN, .sql = "(" MONEY_OF("gift") " + " MONEY_OF("gift_held") ")" },
	{ "credit", F_MONEY, SEEN | HIDE },
	{ "several", F_BOOL, SEEN | HIDE | FILTER | FOLD },
	{ "certified", F_BOOL, SEEN | HIDE | FILTER | FOLD },
	{ "source", F_CHOICE, SEEN | FILTER | FOLD, .choices = &member_source_choices },
	STATUS_FIELD(member_status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* The provider follows from the station; without a station it is the asker's own. */
static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	int64_t provider = 0, station = change_i64(c, "station_id");

	if (station && !c->id) {
		TRY(db_i64(req->db, &member_station_provider, ARGS(I64(station)), &provider));
		change_set(req, c, "provider_id", screen_number(req, provider));
		TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
	} else if (!c->id) {
		screen_own_tenant(req, c, false);
	} else if (station) {
		TRY(db_i64(req->db, &member_station_provider, ARGS(I64(station)), &provider));
		if (provider != change_i64(c, "provider_id"))
			change_error(c, "station_id", "error.station_of_other");
	}
	if (!change_i64(c, "provider_id"))
		change_error(c, "station_id", "error.station_needed");
	if (change_text(c, "phone") && *change_text(c, "phone") &&
		!text_is_phone(change_text(c, "phone")))
		change_error(c, "phone", "error.phone");
	TRY(category_fits(req, c, member_category_own));
	TRY(screen_tariff_fits(req, c, "tariff_id", change_i64(c, "provider_id"), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	char no[10];

	if (!c->id) {
		TRY(member_new_no(req->db, no));
		change_set(req, c, "no", no);
		c->said = "member.created";
		c->said_about = arena_strdup(&req->arena, no);
	}
	TRY(resource_store(req, c, id));
out:
	return nerr_pass(err);
}

static NEOERR *set_status(struct request *req, int64_t id, const char *status)
{
	NEOERR *err = STATUS_OK;

	TRY(db_exec(req->db, &member_set_status,
		ARGS(STR(status), TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
	TRY(db_exec(req->db, &member_end_logins, ARGS(I64(id)), NULL));
	TRY(card_list_touch_member(req->db, id, req->who.user_id));
out:
	return nerr_pass(err);
}

static NEOERR *enable(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(set_status(req, id, "enabled"));
}

static NEOERR *disable(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(set_status(req, id, "disabled"));
}

static NEOERR *freeze(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(set_status(req, id, "frozen"));
}

static NEOERR *certify(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(db_exec(req->db, &member_certify,
		ARGS(TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
}

/* M17: how far the wallet may go below zero. */
static NEOERR *set_credit(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(db_exec(req->db, &member_set_credit,
		ARGS(MONEY(change_i64(input, "credit_line")), TIME(clock_now()),
			IDREF(req->who.user_id), I64(id)),
		NULL));
}

/* M18: the badge of who may charge at several connectors at once. */
static NEOERR *set_several(struct request *req, int64_t id, bool several)
{
	return nerr_pass(db_exec(req->db, &member_set_several,
		ARGS(I64(several), TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
}

static NEOERR *badge(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(set_several(req, id, true));
}

static NEOERR *unbadge(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(set_several(req, id, false));
}

static NEOERR *end_member(struct request *req, int64_t id)
{
	NEOERR *err;

	TRY(db_exec(req->db, &member_end_logins, ARGS(I64(id)), NULL));
	TRY(card_list_touch_member(req->db, id, req->who.user_id));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t used = 0;

	TRY(db_i64(req->db, &member_is_used, ARGS(I64(id), I64(id), I64(id)), &used));
	if (used)
		*problem = "error.member_in_use";
	else
		TRY(end_member(req, id));
out:
	return nerr_pass(err);
}

static const struct field credit_fields[] = {
	{ "credit_line", F_MONEY, CREATE | REQUIRED, 0, INT64_C(1000000) * MONEY_YUAN },
	FIELDS_END,
};
static const struct scope scope = { "t.provider_id", "s.property_id", "t.station_id" };
static const struct action actions[] = {
	{ "categorise", ACT_PAGE | ACT_LINK },
	{ "issue", ACT_ROW | ACT_LINK, NULL, "t.status = 'enabled'" },
	{ "recharge", ACT_ROW, purse_fields, "t.status = 'enabled'", purse_recharge_run },
	{ "offline", ACT_ROW | ACT_MORE, offline_recharge_fields, "t.status = 'enabled'",
		offline_recharge_run },
	{ "credit_line", ACT_ROW | ACT_SHOW, credit_fields, NULL, set_credit },
	{ "badge", ACT_ROW | ACT_SHOW, NULL, "t.several = 0", badge },
	{ "unbadge", ACT_ROW | ACT_SHOW, NULL, "t.several = 1", unbadge },
	{ "refund", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_PAYMENT, purse_fields, NULL,
		purse_refund_run },
	{ "certify", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, "t.certified = 0", certify },
	{ "enable", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, "t.status = 'disabled'", enable },
	{ "thaw", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM, NULL, "t.status = 'frozen'", enable },
	{ "freeze", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM, NULL, "t.status = 'enabled'",
		freeze },
	{ "disable", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL,
		"t.status = 'enabled'", disable },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "enabled", "t.status = 'enabled'" },
	{ "frozen", "t.status = 'frozen'" },
	{ "disabled", "t.status = 'disabled'" },
	{ "uncategorised", "t.category_id IS NULL" },
	{ NULL },
};
static const struct child children[] = {
	{ &token_resource, "member_id" },
	{ &card_resource, "member_id" },
	{ &offline_recharge_resource, "member_id" },
	{ &statement_resource, "member_id" },
	{ &session_resource, "member_id" },
	{ NULL },
};
static const char *const extra[] = { "pii", NULL };

const struct resource member_resource = {
	.name = "member",
	.group = "people",
	.title = "CONCAT(t.no, ' ', t.name)",
	.joins = "LEFT JOIN station s ON s.id = t.station_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT | CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

static NEOERR *issue_link(const struct row *r, void *ctx)
{
	struct request *req = ctx;

	response_redirect(req,
		arena_printf(&req->arena,
			row_i64(r, 1) ? "/admin/card/new?member_no=%s&station_id=%s"
						  : "/admin/card/new?member_no=%s",
			row_str(r, 0), row_str(r, 1)));
	return STATUS_OK;
}

/* From a member straight to the form that issues a card to him. */
NEOERR *member_issue(struct request *req)
{
	NEOERR *err = STATUS_OK;
	int64_t id = route_id(req, "id");

	TRY(resource_reach(req, &member_resource, id, false));
	TRY(db_get(req->db, &member_no_station, ARGS(I64(id)), issue_link, req));
out:
	return nerr_pass(err);
}

/* card.c - electronic and physical cards: issued to a member's number, filled with gift or cash,
 * refunded (M2, M4, M6); those of products are issued by card_product.c.
 * Owns the screen. Serves clerks of the 会员中心 group. */
#include "charge/card.h"
#include "charge/card_list.h"
#include "charge/ledger.h"
#include "charge/member.h"
#include "cgi/screen/screen.h"

#define MONEY_OF(kind) "COALESCE((SELECT a.balance FROM account a WHERE a.owner_kind = 'card' AND a.owner_id = t.id AND a.kind = '" kind "'), 0)"

SQL(card_member,
	"SELECT id, status = 'enabled', provider_id FROM member WHERE no = ? AND deleted = 0");
SQL(card_station_provider, "SELECT provider_id FROM station WHERE id = ?");
SQL(card_is_used,
	"SELECT (SELECT COUNT(*) FROM account WHERE owner_kind = 'card' AND owner_id = ? AND balance"
	" <> 0)"
	" + (SELECT COUNT(*) FROM session WHERE card_id = ? AND state IN ('starting', 'charging',"
	" 'stopping', 'suspended'))");

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 9 },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &card_kind_choices,
		.fallback = "electronic" },
	{ "product_id", F_REF, SEEN | FILTER, .ref = &card_product_resource },
	{ "issued_to", F_CHOICE, SEEN | FILTER, .choices = &card_issue_choices, .sql = "t.issue" },
	{ "station_id", F_REF, SEEN | FILTER | PLACED, .ref = &station_resource },
	{ "member_no", F_CODE, SEEN | SEARCH | EXACT | PLACED | REQUIRED, 9, 9, .sql = "m.no" },
	{ "member_id", F_REF, SEEN | HIDE, .ref = &member_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII, .sql = "m.phone" },
	{ "provider_id", F_REF, SHOW | EXPORT | FILTER | FOLD, .ref = &provider_resource },
	{ "logical_no", F_CODE, SEEN | HIDE | SEARCH | PREFIX | FOLD | TYPED | EMPTY_NULL, 0, 20 },
	{ "physical_no", F_CODE, SEEN | HIDE | SEARCH | PREFIX | FOLD | TYPED | EMPTY_NULL, 0, 20 },
	{ "cash", F_MONEY, SEEN, .sql = "(" MONEY_OF("cash") " + " MONEY_OF("cash_held") ")" },
	{ "gift", F_MONEY, SEEN, .sql = "(" MONEY_OF("gift") " + " MONEY_OF("gift_held") ")" },
	{ "held", F_MONEY, SHOW, .sql = "(" MONEY_OF("cash_held") " + " MONEY_OF("gift_held") ")" },
	{ "expires_at", F_TIME, SEEN | HIDE | TYPED },
	{ "price", F_MONEY, SHOW | EXPORT },
	{ "face", F_MONEY, SEEN | HIDE },
	{ "fleet_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &fleet_resource },
	{ "property_id", F_REF, SHOW | EXPORT | FILTER | FOLD, .ref = &property_resource },
	{ "created_by", F_REF, SHOW | EXPORT, .ref = &user_resource },
	STATUS_FIELD(card_status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

struct holder { int64_t id, open, provider_id; };

static NEOERR *holder_row(const struct row *r, void *ctx)
{
	*(struct holder *)ctx = (struct holder){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2) };
	return STATUS_OK;
}

/* Both numbers may be changed (M4), to what no other card has. */
static NEOERR *check_numbers(struct request *req, struct change *c)
{
	const char *logical = change_text(c, "logical_no"), *physical = change_text(c, "physical_no");
	bool taken = false;
	NEOERR *err = STATUS_OK;

	if (logical && *logical)
		TRY(card_number_taken(req->db, logical, false, c->id, &taken));
	if (taken)
		change_error(c, "logical_no", "card.refused.logical_taken");
	taken = false;
	if (physical && *physical)
		TRY(card_number_taken(req->db, physical, true, c->id, &taken));
	if (taken)
		change_error(c, "physical_no", "card.refused.physical_taken");
out:
	return nerr_pass(err);
}

/* 发卡: station + 用户编号 -> card number. The member must be the asker's to reach, enabled, and of
 * the station's provider. */
static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	struct holder m = { 0 };
	bool found = false;
	int64_t station = change_i64(c, "station_id"), provider = 0;

	TRY(check_numbers(req, c));
	if (c->id || !change_text(c, "member_no"))
		goto out;
	TRY(db_find(req->db, &card_member, ARGS(STR(change_text(c, "member_no"))), holder_row, &m,
		&found));
	if (found)
		err = resource_reach(req, &member_resource, m.id, false);
	if (!found || error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		err = STATUS_OK;
		change_error(c, "member_no", "error.member_unknown");
		goto out;
	}
	TRY(err);
	if (!m.open)
		change_error(c, "member_no", "error.member_closed");
	if (station) {
		TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
		TRY(db_i64(req->db, &card_station_provider, ARGS(I64(station)), &provider));
		if (provider != m.provider_id)
			change_error(c, "station_id", "error.station_of_other");
	}
	change_set(req, c, "member_id", screen_number(req, m.id));
	change_set(req, c, "provider_id", screen_number(req, m.provider_id));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	char no[10];

	if (!c->id) {
		TRY(card_new_no(req->db, no));
		change_set(req, c, "no", no);
		c->said = "card.issued";
		c->said_about = arena_strdup(&req->arena, no);
	}
	TRY(resource_store(req, c, id));
	TRY(card_list_touch(req->db, change_i64(c, "provider_id"), change_old(c, "physical_no"),
		req->who.user_id));
	TRY(card_list_touch_card(req->db, *id, req->who.user_id));
out:
	return nerr_pass(err);
}

/* Piles that keep it hear of it (M6). */
static NEOERR *before_turn(struct request *req, int64_t id, const char **problem)
{
	(void)problem;
	return nerr_pass(card_list_touch_card(req->db, id, req->who.user_id));
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t used = 0;

	TRY(db_i64(req->db, &card_is_used, ARGS(I64(id), I64(id)), &used));
	if (used)
		*problem = "error.card_in_use";
	else
		TRY(card_list_touch_card(req->db, id, req->who.user_id));
out:
	return nerr_pass(err);
}

static const struct scope scope = { "t.provider_id", "COALESCE(t.property_id, s.property_id)",
	"t.station_id" };
static const struct action actions[] = {
	{ "issue", ACT_PAGE, card_issue_fields, NULL, card_issue_run },
	{ "recharge", ACT_ROW, purse_fields, "t.status = 'enabled'", purse_recharge_run },
	{ "refund", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, purse_fields, NULL, purse_refund_run },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "electronic", "t.kind = 'electronic'" },
	{ "physical", "t.kind = 'physical'" },
	{ "person", "t.product_id IS NOT NULL AND t.issue = 'person'" },
	{ "fleet", "t.issue = 'fleet'" },
	{ "disabled", "t.status = 'disabled'" },
	{ NULL },
};
static const struct child children[] = { { &statement_resource, "card_id" },
	{ &session_resource, "card_id" }, { NULL } };
static const char *const extra[] = { "pii", NULL };

const struct resource card_resource = {
	.name = "card",
	.group = "people",
	.title = "t.no",
	.joins = "JOIN member m ON m.id = t.member_id LEFT JOIN station s ON s.id = t.station_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
	.before_enable = before_turn,
	.before_disable = before_turn,
};

/* ---- 流水: every movement of a member's, a card's or a fleet's money (M6, M12) ---- */

#define IN(column) "IF(t." column " > 0, t." column ", NULL)"
#define OUT(column) "IF(t." column " < 0, -t." column ", NULL)"

static const struct field statement_fields[] = {
	{ "at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "session_id", F_REF, SEEN, .ref = &session_resource },
	{ "member_id", F_REF, SEEN | FILTER, .ref = &member_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | FOLD | PII, .sql = "m.phone" },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &journal_kind_choices },
	{ "cash_in", F_MONEY, SEEN, .sql = IN("cash") },
	{ "gift_in", F_MONEY, SEEN, .sql = IN("gift") },
	{ "cash_out", F_MONEY, SEEN, .sql = OUT("cash") },
	{ "gift_out", F_MONEY, SEEN, .sql = OUT("gift") },
	{ "cash_balance", F_MONEY, SEEN },
	{ "gift_balance", F_MONEY, SEEN },
	{ "cash", F_MONEY, SEEN | TOTAL },
	{ "gift", F_MONEY, SEEN | TOTAL },
	{ "lot", F_MONEY, SEEN | HIDE,
		.sql = "(SELECT l.amount FROM purse_lot l WHERE l.id = t.lot_id)" },
	{ "lot_at", F_TIME, SEEN | HIDE,
		.sql = "(SELECT l.at FROM purse_lot l WHERE l.id = t.lot_id)" },
	{ "card_id", F_REF, SEEN | HIDE | FILTER, .ref = &card_resource },
	{ "fleet_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &fleet_resource },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "operator", F_TEXT, SEEN },
	{ "note", F_TEXT, SEEN },
	FIELDS_END,
};

static const struct scope statement_scope = { .provider = "t.provider_id",
	.property = "COALESCE(s.property_id, f.property_id)", .station = "t.station_id",
	.fleet = "t.fleet_id" };

const struct resource statement_resource = {
	.name = "statement",
	.group = "people",
	.title = "t.id",
	.joins = "LEFT JOIN member m ON m.id = t.member_id LEFT JOIN station s ON s.id = t.station_id"
		" LEFT JOIN fleet f ON f.id = t.fleet_id",
	.order = "t.at DESC, t.id DESC",
	.scope = &statement_scope,
	.plain = true,
	.big = true,
	.can = CAN_LIST | CAN_EXPORT,
	.fields = statement_fields,
	.verbs_extra = extra,
};

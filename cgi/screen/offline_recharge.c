/* offline_recharge.c - 线下充值: orders of recharges agreed outside, what is really settled of
 * them, and the settlement (M15, M16).
 * Owns the screen. Serves clerks and finance. */
#include "charge/offline_recharge.h"
#include "cgi/screen/screen.h"

#define MOST (INT64_C(1000000) * MONEY_YUAN)

SQL(offline_recharge_actual,
	"UPDATE offline_recharge SET actual = ?, note = ?, updated_at = ?, updated_by = ?, version ="
	" version + 1 WHERE id = ?");
SQL(offline_recharge_cancel,
	"UPDATE offline_recharge SET state = 'cancelled', updated_at = ?, updated_by = ?, version ="
	" version + 1 WHERE id = ?");

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | EXACT },
	{ "member_id", F_REF, SEEN | FILTER, .ref = &member_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII, .sql = "m.phone" },
	{ "way", F_CHOICE, SEEN | FILTER, .choices = &recharge_way_choices },
	{ "amount", F_MONEY, SEEN | TOTAL },
	{ "actual", F_MONEY, SEEN | TOTAL },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &recharge_state_choices },
	{ "provider_id", F_REF, SHOW | EXPORT | FILTER | FOLD, .ref = &provider_resource },
	{ "operator", F_TEXT, SEEN },
	{ "settled_at", F_TIME, SEEN | SORT },
	{ "note", F_TEXT, SEEN },
	CREATED_FIELD,
	FIELDS_END,
};

/* M16: what is really settled, with the reason. 10 yuan that should be 8: an order settled as
 * -2. */
static NEOERR *adjust(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(db_exec(req->db, &offline_recharge_actual,
		ARGS(MONEY(change_i64(input, "actual_amount")), STR(change_text(input, "why")),
			TIME(clock_now()), IDREF(req->who.user_id), I64(id)),
		NULL));
}

static NEOERR *settle(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	bool enough;
	NEOERR *err;

	(void)res;
	TRY(offline_recharge_settle(req->db, id, req->who.user_id, req->who.name, &enough));
	if (!enough)
		change_error(input, NULL, "error.more_than_free");
out:
	return nerr_pass(err);
}

static NEOERR *cancel(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(db_exec(req->db, &offline_recharge_cancel,
		ARGS(TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
}

/* The action of members: an order, and its page. */
const struct field offline_recharge_fields[] = {
	{ "way", F_CHOICE, CREATE | REQUIRED, .choices = &recharge_way_choices, .fallback = "booked" },
	{ "cash_amount", F_MONEY, CREATE | REQUIRED, 0, MOST },
	{ "note", F_TEXT, CREATE, 0, 200 },
	FIELDS_END,
};

NEOERR *offline_recharge_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct offline_wish w = { .member_id = id, .amount = change_i64(input, "cash_amount"),
		.by = req->who.user_id, .way = change_text(input, "way"),
		.note = change_text(input, "note") ? change_text(input, "note") : "",
		.operator = req->who.name };
	int64_t order;
	NEOERR *err;

	(void)res;
	TRY(offline_recharge_order(req->db, &w, &order));
	if (perm_has(&req->who, "offline_recharge", "show"))
		input->go = arena_printf(&req->arena, "/admin/offline_recharge/%lld", (long long)order);
out:
	return nerr_pass(err);
}

static const struct field adjust_fields[] = {
	{ "actual_amount", F_MONEY, CREATE | REQUIRED, -MOST, MOST },
	{ "why", F_TEXT, CREATE | REQUIRED, 1, 200 },
	FIELDS_END,
};
static const struct scope scope = { "t.provider_id", "s.property_id", "m.station_id" };
static const struct action actions[] = {
	{ "settle", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, NULL, "t.state = 'pending'", settle },
	{ "adjust", ACT_ROW, adjust_fields, "t.state = 'pending'", adjust },
	{ "cancel", ACT_ROW | ACT_CONFIRM, NULL, "t.state = 'pending'", cancel },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "pending", "t.state = 'pending'" },
	{ "settled", "t.state = 'settled'" },
	{ NULL },
};
static const char *const extra[] = { "pii", NULL };

const struct resource offline_recharge_resource = {
	.name = "offline_recharge",
	.group = "people",
	.title = "t.no",
	.joins = "JOIN member m ON m.id = t.member_id LEFT JOIN station s ON s.id = m.station_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
};

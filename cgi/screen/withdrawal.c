/* withdrawal.c - withdrawals: by hand, through the channels, or not (F5, F6).
 * Owns the screen. Serves finance. */
#include "charge/withdrawal.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX, 0, 32 },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII },
	{ "member_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &member_resource },
	{ "amount", F_MONEY, SEEN | SORT | TOTAL },
	{ "paid", F_MONEY, SEEN | TOTAL },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &withdrawal_state_choices },
	{ "automatic", F_BOOL, SEEN | FILTER | FOLD },
	{ "why_manual", F_CHOICE, SEEN | HIDE | FILTER | FOLD, .choices = &withdrawal_reason_choices },
	{ "transfer_no", F_TEXT, SEEN | HIDE },
	{ "operator", F_TEXT, SEEN },
	{ "due_at", F_TIME, SEEN | HIDE },
	{ "applied_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "ended_at", F_TIME, SEEN | HIDE },
	{ "problem", F_TEXT, SEEN | HIDE },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	FIELDS_END,
};

static void refuse(struct request *req, struct change *input, enum withdrawal_refusal refusal)
{
	if (refusal == WITHDRAWAL_TOO_MUCH)
		change_error(input, NULL, "error.withdrawal_source");
	else if (refusal != WITHDRAWAL_FINE)
		change_error(input, NULL,
			arena_printf(&req->arena, "withdrawal.refused.%s", withdrawal_refusal_name(refusal)));
}

static NEOERR *by_hand(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum withdrawal_refusal refusal;
	NEOERR *err;

	(void)res;
	TRY(withdrawal_by_hand(req->db, id, change_text(input, "transfer_no"), &req->actor, &refusal));
	refuse(req, input, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *by_channel(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum withdrawal_refusal refusal;
	NEOERR *err;

	(void)res;
	TRY(withdrawal_by_channel(req->db, id, &req->actor, &refusal));
	refuse(req, input, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *cancel(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum withdrawal_refusal refusal;
	NEOERR *err;

	(void)res;
	TRY(withdrawal_cancel(req->db, id, &req->actor, &refusal));
	refuse(req, input, refusal);
out:
	return nerr_pass(err);
}

#define OPEN "t.state IN ('pending', 'waiting', 'failed')"
static const struct field transfer_fields[] = {
	{ "transfer_no", F_TEXT, CREATE | REQUIRED, 4, 60 }, FIELDS_END
};
static const struct scope scope = { "t.provider_id", "s.property_id", "m.station_id" };
static const struct action actions[] = {
	{ "by_hand", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, transfer_fields, OPEN, by_hand },
	{ "by_channel", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, NULL, OPEN, by_channel },
	{ "cancel", ACT_ROW | ACT_CONFIRM | ACT_DANGER, NULL, OPEN, cancel },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "pending", "t.state = 'pending'" },
	{ "paying", "t.state IN ('waiting', 'paying')" },
	{ "failed", "t.state = 'failed'" },
	{ "done", "t.state = 'done'" },
	{ NULL },
};
static const struct child children[] = { { &refund_resource, "withdrawal_id" }, { NULL } };
static const char *const extra[] = { "pii", NULL };

const struct resource withdrawal_resource = {
	.name = "withdrawal",
	.group = "money",
	.title = "t.no",
	.joins = "JOIN member m ON m.id = t.member_id LEFT JOIN station s ON s.id = m.station_id",
	.order = "t.applied_at DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
};

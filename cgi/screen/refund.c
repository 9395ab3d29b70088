/* refund.c - refund orders, and the refund of a charge from its own page (F1, F2, F4).
 * Owns the screen and session_refund_run(). Serves finance. */
#include "charge/refund.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX, 0, 32 },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &refund_kind_choices },
	{ "way", F_CHOICE, SEEN | FILTER, .choices = &refund_way_choices },
	{ "session_id", F_REF, SEEN | FILTER | FOLD, .ref = &session_resource },
	{ "payment_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &payment_resource },
	{ "withdrawal_id", F_REF, SHOW | EXPORT, .ref = &withdrawal_resource },
	{ "aftersale_id", F_REF, SHOW | EXPORT, .ref = &aftersale_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII },
	{ "member_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &member_resource },
	{ "amount", F_MONEY, SEEN | SORT | TOTAL },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &refund_state_choices },
	{ "reason", F_TEXT, SEEN | HIDE },
	{ "operator", F_TEXT, SEEN },
	{ "channel_no", F_CODE, SEEN | HIDE | SEARCH | EXACT | FOLD },
	{ "applied_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "refunded_at", F_TIME, SEEN | SORT | FILTER | RANGE | FOLD },
	{ "tries", F_INT, SHOW },
	{ "problem", F_TEXT, SEEN | HIDE },
	{ "callback", F_LONGTEXT, SHOW | EXPORT },
	FIELDS_END,
};

static void refuse(struct request *req, struct change *input, const char *field,
	enum refund_refusal refusal)
{
	if (refusal != REFUND_FINE)
		change_error(input, field,
			arena_printf(&req->arena, "refund.refused.%s", refund_refusal_name(refusal)));
}

static NEOERR *pay(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum refund_refusal refusal;
	NEOERR *err;

	(void)res;
	TRY(refund_pay(req->db, id, &req->actor, &refusal));
	refuse(req, input, NULL, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *confirm(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum refund_refusal refusal;
	NEOERR *err;

	(void)res;
	TRY(refund_confirm(req->db, id, &req->actor, &refusal));
	refuse(req, input, NULL, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *cancel(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum refund_refusal refusal;
	NEOERR *err;

	(void)res;
	TRY(refund_cancel(req->db, id, &req->actor, &refusal));
	refuse(req, input, NULL, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *mend(struct request *req, int64_t id, enum refund_repair how, struct change *input,
	const char *note)
{
	enum refund_refusal refusal;
	NEOERR *err;

	TRY(refund_repair(req->db, id, how, note, &req->actor, &refusal));
	refuse(req, input, NULL, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *again(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(mend(req, id, REPAIR_AGAIN, input, NULL));
}

static NEOERR *by_hand(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(mend(req, id, REPAIR_BY_HAND, input, change_text(input, "note")));
}

static NEOERR *to_purse(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(mend(req, id, REPAIR_TO_PURSE, input, change_text(input, "note")));
}

/* F1: of the charge's own page; the order waits for finance. */
const struct field session_refund_fields[] = {
	{ "refund_amount", F_MONEY, CREATE | REQUIRED, MONEY_FEN, INT64_C(1000000) * MONEY_YUAN },
	{ "reason", F_TEXT, CREATE | REQUIRED, 1, 200 },
	FIELDS_END,
};

NEOERR *session_refund_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum refund_refusal refusal;
	int64_t refund;
	NEOERR *err;

	(void)res;
	TRY(refund_charge(req->db, id, change_i64(input, "refund_amount"), 0,
		change_text(input, "reason"), &req->actor, &refund, &refusal));
	refuse(req, input, "refund_amount", refusal);
	if (refusal == REFUND_FINE)
		input->said = "refund.asked";
out:
	return nerr_pass(err);
}

static const struct field note_fields[] = { { "note", F_TEXT, CREATE | REQUIRED, 1, 200 },
	FIELDS_END };
static const struct scope scope = { "t.provider_id", "s.property_id", "t.station_id" };
#define MENDABLE "t.state = 'failed' AND t.withdrawal_id IS NULL"
static const struct action actions[] = {
	{ "pay", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, NULL, "t.state = 'pending'", pay },
	{ "confirm", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, "t.state = 'handled'", confirm },
	{ "cancel", ACT_ROW | ACT_CONFIRM | ACT_DANGER, NULL, "t.state = 'pending'", cancel },
	{ "again", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, MENDABLE, again },
	{ "by_hand", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_PAYMENT, note_fields, MENDABLE, by_hand },
	{ "to_purse", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_PAYMENT, note_fields, MENDABLE,
		to_purse },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "pending", "t.state = 'pending'" },
	{ "sending", "t.state = 'sending'" },
	{ "handled", "t.state = 'handled'" },
	{ "failed", "t.state = 'failed'" },
	{ "done", "t.state = 'done'" },
	{ NULL },
};
static const char *const extra[] = { "pii", NULL };

const struct resource refund_resource = {
	.name = "refund",
	.group = "money",
	.title = "t.no",
	.joins = "LEFT JOIN station s ON s.id = t.station_id",
	.order = "t.applied_at DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.big = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
};

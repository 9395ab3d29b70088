/* channel_bill.c - the channels' daily bills, and each line that differs with the ways to settle
 * it.
 * Owns both screens. Serves finance. */
#include "charge/reconcile.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "day", F_DATE, SEEN | SORT | FILTER | RANGE },
	{ "channel_id", F_REF, SEEN | FILTER, .ref = &channel_resource },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &channel_bill_state_choices },
	{ "line_count", F_INT, SEEN },
	{ "differences", F_INT, SEEN },
	{ "paid", F_MONEY, SEEN | TOTAL },
	{ "refunded", F_MONEY, SEEN | TOTAL },
	{ "fee", F_MONEY, SEEN | TOTAL },
	{ "updated_at", F_TIME, SEEN | HIDE },
	FIELDS_END,
};
static const struct scope scope = { .provider = "c.provider_id" };
static const struct tab tabs[] = { { "all", "1 = 1" }, { "different", "t.state = 'different'" },
	{ NULL } };
static const struct child children[] = { { &channel_bill_line_resource, "bill_id" }, { NULL } };

const struct resource channel_bill_resource = {
	.name = "channel_bill",
	.group = "money",
	.title = "t.day",
	.joins = "JOIN channel c ON c.id = t.channel_id",
	.order = "t.day DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.tabs = tabs,
	.children = children,
};

static const struct field line_fields[] = {
	{ "bill_id", F_REF, SEEN | FILTER, .ref = &channel_bill_resource },
	{ "channel_id", F_REF, SEEN | FILTER, .ref = &channel_resource },
	{ "direction", F_CHOICE, SEEN | FILTER, .choices = &bill_line_direction_choices },
	{ "no", F_CODE, SEEN | SEARCH | EXACT },
	{ "transaction", F_CODE, SEEN | HIDE },
	{ "amount", F_MONEY, SEEN },
	{ "our_amount", F_MONEY, SEEN },
	{ "fee", F_MONEY, SEEN | HIDE },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &bill_line_state_choices },
	{ "payment_id", F_REF, SEEN | HIDE, .ref = &payment_resource },
	{ "refund_id", F_REF, SEEN | HIDE, .ref = &refund_resource },
	{ "settled_how", F_CHOICE, SEEN | HIDE, .choices = &bill_line_way_choices },
	{ "note", F_TEXT, SEEN | HIDE },
	{ "at", F_TIME, SEEN | SORT | FILTER | RANGE },
	FIELDS_END,
};

static NEOERR *settle(struct request *req, int64_t id, enum reconcile_way how,
	struct change *input)
{
	bool done;
	NEOERR *err;

	TRY(reconcile_settle(req->db, id, how, change_text(input, "note"), &req->actor, &done));
	if (!done)
		change_error(input, NULL, "error.when");
out:
	return nerr_pass(err);
}

static NEOERR *take(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(settle(req, id, RECONCILE_TAKE, input));
}

static NEOERR *book(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(settle(req, id, RECONCILE_BOOK, input));
}

static NEOERR *undo(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(settle(req, id, RECONCILE_UNDO, input));
}

static NEOERR *accept(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(settle(req, id, RECONCILE_ACCEPT, input));
}

#define DIFFERENT "t.state IN ('missing_here', 'missing_there', 'differs')"
static const struct field note_fields[] = { { "note", F_TEXT, CREATE | REQUIRED, 1, 200 },
	FIELDS_END };
static const struct action line_actions[] = {
	{ "take", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, note_fields,
		"t.state = 'missing_here' AND t.payment_id IS NOT NULL", take },
	{ "undo", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT | ACT_DANGER, note_fields,
		"t.state = 'missing_there' AND t.payment_id IS NOT NULL", undo },
	{ "book", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, note_fields, DIFFERENT, book },
	{ "accept", ACT_ROW | ACT_CONFIRM, note_fields, DIFFERENT, accept },
	ACTIONS_END,
};
static const struct tab line_tabs[] = { { "all", "1 = 1" }, { "different", DIFFERENT },
	{ "settled", "t.state = 'settled'" }, { NULL } };

const struct resource channel_bill_line_resource = {
	.name = "channel_bill_line",
	.group = "money",
	.title = "t.no",
	.joins = "JOIN channel c ON c.id = t.channel_id",
	.order = "t.id DESC",
	.scope = &scope,
	.no_author = true,
	.big = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = line_fields,
	.actions = line_actions,
	.tabs = line_tabs,
};

/* payment.c - payment orders: every attempt to pay by a channel, and what became of it (O9).
 * Owns the screen. Serves finance. */
#include "charge/payment.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX, 0, 32, .group = "order" },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource, .group = "order" },
	{ "purpose", F_CHOICE, SEEN | FILTER, .choices = &payment_purpose_choices, .group = "order" },
	{ "channel_kind", F_CHOICE, SEEN | FILTER, .choices = &channel_kind_choices,
		.group = "order" },
	{ "channel_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &channel_resource,
		.group = "order" },
	{ "method", F_CHOICE, SEEN | HIDE | FILTER | FOLD, .choices = &channel_method_choices,
		.group = "order" },
	{ "amount", F_MONEY, SEEN | SORT | TOTAL, .group = "money" },
	{ "refunded", F_MONEY, SEEN | TOTAL, .group = "money" },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &payment_state_choices, .group = "order" },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII, .group = "order" },
	{ "member_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &member_resource,
		.group = "order" },
	{ "session_id", F_REF, SEEN, .ref = &session_resource, .group = "order" },
	{ "requested_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK, .group = "order" },
	{ "paid_at", F_TIME, SEEN | SORT | FILTER | RANGE | FOLD, .group = "order" },
	{ "transaction", F_CODE, SEEN | HIDE | SEARCH | EXACT | FOLD, .group = "channel" },
	{ "bank", F_CODE, SHOW | EXPORT, .group = "channel" },
	{ "expires_at", F_TIME, SHOW, .group = "channel" },
	{ "checked_at", F_TIME, SHOW, .group = "channel" },
	{ "problem", F_TEXT, SEEN | HIDE, .group = "channel" },
	{ "callback", F_LONGTEXT, SHOW | EXPORT, .group = "channel" },
	FIELDS_END,
};

/* The one click that mends it: the channel is asked how the order stands. */
static NEOERR *ask(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = payment_check(req->db, id);

	(void)res;
	if (error_is(err, ERR_PEER)) {
		error_drop(err);
		change_error(input, NULL, "error.channel_silent");
		return STATUS_OK;
	}
	return nerr_pass(err);
}

static const struct scope scope = { "t.provider_id", "s.property_id", "t.station_id" };
static const struct action actions[] = {
	{ "ask", ACT_ROW | ACT_BATCH, NULL, "t.state IN ('created', 'waiting')", ask },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "paid", "t.state = 'paid'" },
	{ "open", "t.state IN ('created', 'waiting')" },
	{ "problem", "t.problem <> '' AND t.state IN ('created', 'waiting', 'closed')" },
	{ "closed", "t.state IN ('closed', 'failed')" },
	{ NULL },
};
static const struct child children[] = { { &refund_resource, "payment_id" }, { NULL } };
static const char *const extra[] = { "pii", NULL };

const struct resource payment_resource = {
	.name = "payment",
	.group = "money",
	.title = "t.no",
	.joins = "LEFT JOIN station s ON s.id = t.station_id",
	.order = "t.requested_at DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.big = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
};

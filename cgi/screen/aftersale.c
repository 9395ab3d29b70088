/* aftersale.c - after-sales cases: talked about, agreed or not, closed when finance has finished
 * (F3).
 * Owns the screen. Serves the service desk. */
#include "charge/aftersale.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "session_id", F_REF, SEEN | FILTER, .ref = &session_resource },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII },
	{ "member_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &member_resource },
	{ "wish", F_LONGTEXT, SEEN },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &aftersale_state_choices },
	{ "verdict", F_CHOICE, SEEN | FILTER | FOLD, .choices = &aftersale_verdict_choices },
	{ "amount", F_MONEY, SEEN | TOTAL },
	{ "answer", F_TEXT, SEEN | HIDE },
	{ "operator", F_TEXT, SEEN },
	{ "applied_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "closed_at", F_TIME, SEEN | HIDE },
	FIELDS_END,
};

static void late(struct change *input, bool done)
{
	if (!done)
		change_error(input, NULL, "refund.refused.state");
}

static NEOERR *negotiate(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	bool done;
	NEOERR *err;

	(void)res;
	TRY(aftersale_negotiate(req->db, id, &req->actor, &done));
	late(input, done);
out:
	return nerr_pass(err);
}

static NEOERR *agree(struct request *req, int64_t id, bool full, int64_t amount,
	struct change *input)
{
	enum refund_refusal refusal;
	NEOERR *err;

	TRY(aftersale_agree(req->db, id, full, amount, change_text(input, "answer"), &req->actor,
		&refusal));
	if (refusal != REFUND_FINE)
		change_error(input, full ? NULL : "refund_amount",
			arena_printf(&req->arena, "refund.refused.%s", refund_refusal_name(refusal)));
out:
	return nerr_pass(err);
}

static NEOERR *full(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(agree(req, id, true, 0, input));
}

static NEOERR *partial(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(agree(req, id, false, change_i64(input, "refund_amount"), input));
}

static NEOERR *disagree(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	bool done;
	NEOERR *err;

	(void)res;
	TRY(aftersale_disagree(req->db, id, change_text(input, "answer"), &req->actor, &done));
	late(input, done);
out:
	return nerr_pass(err);
}

#define ANSWER { "answer", F_TEXT, CREATE | REQUIRED, 1, 500 }
static const struct field answer_fields[] = { ANSWER, FIELDS_END };
static const struct field partial_fields[] = {
	{ "refund_amount", F_MONEY, CREATE | REQUIRED, MONEY_FEN, INT64_C(1000000) * MONEY_YUAN },
	ANSWER, FIELDS_END
};
static const struct scope scope = { "t.provider_id", "s.property_id", "t.station_id" };
#define TALKED "t.state IN ('pending', 'negotiating')"
static const struct action actions[] = {
	{ "negotiate", ACT_ROW, NULL, "t.state = 'pending'", negotiate },
	{ "full", ACT_ROW | ACT_CONFIRM, answer_fields, TALKED, full },
	{ "partial", ACT_ROW | ACT_CONFIRM, partial_fields, TALKED, partial },
	{ "disagree", ACT_ROW | ACT_CONFIRM | ACT_DANGER, answer_fields, TALKED, disagree },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "pending", "t.state = 'pending'" },
	{ "negotiating", "t.state = 'negotiating'" },
	{ "financing", "t.state = 'financing'" },
	{ "closed", "t.state = 'closed'" },
	{ NULL },
};
static const struct child children[] = { { &refund_resource, "aftersale_id" }, { NULL } };
static const char *const extra[] = { "pii", NULL };

const struct resource aftersale_resource = {
	.name = "aftersale",
	.group = "money",
	.title = "t.id",
	.joins = "LEFT JOIN station s ON s.id = t.station_id",
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

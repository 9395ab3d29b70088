/* review.c - what drivers say of charges and of anything else, and what the desk answers (M25).
 * Owns both screens. Serves the service desk. */
#include "charge/review.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	{ "session_id", F_REF, SEEN | FILTER | FOLD, .ref = &session_resource },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "member_id", F_REF, SEEN | FILTER | FOLD, .ref = &member_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII },
	{ "stars", F_INT, SEEN | SORT },
	{ "content", F_LONGTEXT, SEEN },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &reply_state_choices },
	{ "reply", F_LONGTEXT, SEEN | HIDE },
	{ "operator", F_TEXT, SEEN | HIDE },
	{ "replied_at", F_TIME, SEEN | HIDE },
	FIELDS_END,
};
static const struct field feedback_fields[] = {
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	{ "member_id", F_REF, SEEN | FILTER, .ref = &member_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	{ "content", F_LONGTEXT, SEEN },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &reply_state_choices },
	{ "reply", F_LONGTEXT, SEEN },
	{ "operator", F_TEXT, SEEN | HIDE },
	{ "replied_at", F_TIME, SEEN | HIDE },
	FIELDS_END,
};

static NEOERR *reply(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(review_reply(req->db, id, change_text(input, "answer"), &req->actor));
}

static NEOERR *reply_feedback(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(feedback_reply(req->db, id, change_text(input, "answer"), &req->actor));
}

static const struct field reply_fields[] = {
	{ "answer", F_LONGTEXT, CREATE | REQUIRED, 1, 500 }, FIELDS_END
};
static const struct action actions[] = {
	{ "reply", ACT_ROW | ACT_CONFIRM, reply_fields, NULL, reply },
	ACTIONS_END,
};
static const struct action feedback_actions[] = {
	{ "reply", ACT_ROW | ACT_CONFIRM, reply_fields, NULL, reply_feedback },
	ACTIONS_END,
};
/* Fewer than three stars are a complaint; it is what is looked at first. */
static const struct tab tabs[] = {
	{ "complaint", "t.stars < 3" },
	{ "waiting", "t.stars < 3 AND t.state = 'pending'" },
	{ "praise", "t.stars > 2" },
	{ "all", NULL },
	{ NULL },
};
static const struct tab feedback_tabs[] = {
	{ "pending", "t.state = 'pending'" },
	{ "replied", "t.state = 'replied'" },
	{ "all", NULL },
	{ NULL },
};
static const struct scope scope = { "t.provider_id", "t.property_id", "t.station_id" };
static const struct scope feedback_scope = { .provider = "t.provider_id" };
static const char *const extra[] = { "pii", NULL };

const struct resource review_resource = {
	.name = "review",
	.group = "service",
	.title = "CONCAT(t.stars, '★ #', t.id)",
	.order = "t.created_at DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
};

const struct resource feedback_resource = {
	.name = "feedback",
	.group = "service",
	.title = "CONCAT('#', t.id)",
	.order = "t.created_at DESC, t.id DESC",
	.scope = &feedback_scope,
	.no_author = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = feedback_fields,
	.actions = feedback_actions,
	.tabs = feedback_tabs,
};

/* token.c - 充电卡: which number stands for which member, given out, exchanged, switched off
 * (M9, M23).
 * Owns the screen. Serves clerks of the 会员中心 group. */
#include "charge/token.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SORT | SEARCH | PREFIX, 0, 20 },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &token_kind_choices },
	{ "member_id", F_REF, SEEN | FILTER, .ref = &member_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII, .sql = "m.phone" },
	{ "provider_id", F_REF, SHOW | EXPORT | FILTER | FOLD, .ref = &provider_resource },
	{ "bound_at", F_TIME, SEEN | SORT },
	STATUS_FIELD(card_status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* 换卡: the holder of this card gets the one whose number is typed or read. */
static NEOERR *replace(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum token_refusal refusal;
	int64_t fresh;
	NEOERR *err;

	(void)res;
	TRY(token_replace(req->db, id, change_text(input, "card"), req->who.user_id, &fresh,
		&refusal));
	if (refusal != TOKEN_FINE)
		change_error(input, "card", arena_printf(&req->arena, "token.refused.%s",
										token_refusal_name(refusal)));
out:
	return nerr_pass(err);
}

static const struct field replace_fields[] = {
	{ "card", F_CODE, CREATE | REQUIRED, TOKEN_NO_MIN, 20 },
	FIELDS_END,
};
static const struct scope scope = { "t.provider_id", "s.property_id", "m.station_id" };
static const struct action actions[] = {
	{ "replace", ACT_ROW, replace_fields, "t.member_id IS NOT NULL AND t.kind = 'verify'",
		replace },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "bound", "t.member_id IS NOT NULL" },
	{ "disabled", "t.status = 'disabled'" },
	{ "returned", "t.status = 'returned'" },
	{ NULL },
};
static const struct child children[] = { { &session_resource, "token_id" }, { NULL } };
static const char *const extra[] = { "pii", NULL };

const struct resource token_resource = {
	.name = "token",
	.group = "people",
	.title = "t.no",
	.joins = "LEFT JOIN member m ON m.id = t.member_id LEFT JOIN station s ON s.id = m.station_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_UPDATE | CAN_ENABLE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
};

/* token.c - 充电卡: which number stands for which member, registered, bound, exchanged, on a list
 * (M9, M23, M24, W15).
 * Owns the screen. Serves clerks of the 会员中心 group. */
#include "charge/token.h"
#include "cgi/screen/screen.h"

#define VIN_CHARS 17

SQL(token_member_by_phone, "SELECT id FROM member WHERE phone = ? AND deleted = 0");

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SORT | SEARCH | PREFIX | PLACED | REQUIRED, TOKEN_NO_MIN, 20 },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &token_kind_choices,
		.fallback = "verify" },
	{ "white", F_BOOL, SEEN, .sql = "(t.list = 'white')" },
	{ "black", F_BOOL, SEEN, .sql = "(t.list = 'black')" },
	{ "member_id", F_REF, SEEN | FILTER, .ref = &member_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII, .sql = "m.phone" },
	{ "category_id", F_REF, SEEN | FILTER | TYPED, .ref = &token_category_resource },
	{ "asks_password", F_BOOL, SEEN | FILTER | FOLD, .sql = "(t.password <> '')" },
	{ "provider_id", F_REF, SHOW | EXPORT | FILTER | FOLD | PLACED, .ref = &provider_resource },
	{ "parent", F_CODE, SEEN | HIDE | SEARCH | EXACT | FOLD | TYPED, 0, 18 },
	{ "bound_at", F_TIME, SEEN | SORT },
	STATUS_FIELD(card_status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* Registered with a number that never changes; a VIN card's is the car's. */
static NEOERR *check(struct request *req, struct change *c)
{
	const char *no = change_text(c, "no"), *kind = change_text(c, "kind");
	enum token_refusal refusal = TOKEN_FINE;
	NEOERR *err = STATUS_OK;

	if (c->id)
		return nerr_pass(category_fits(req, c, token_category_own));
	TRY(screen_new_owned(req, c, false));
	TRY(category_fits(req, c, token_category_own));
	if (no && *no && kind && text_eq(kind, "vin") && strlen(no) != VIN_CHARS)
		change_error(c, "no", "error.vin");
	if (no && *no && change_i64(c, "provider_id"))
		TRY(token_may_register(req->db, no, &refusal));
	if (refusal != TOKEN_FINE)
		change_error(c, "no", arena_printf(&req->arena, "token.refused.%s",
									  token_refusal_name(refusal)));
out:
	return nerr_pass(err);
}

static NEOERR *refuse(struct request *req, struct change *input, const char *field,
	enum token_refusal refusal)
{
	if (refusal != TOKEN_FINE)
		change_error(input, field, arena_printf(&req->arena, "token.refused.%s",
									   token_refusal_name(refusal)));
	return STATUS_OK;
}

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
	TRY(refuse(req, input, "card", refusal));
out:
	return nerr_pass(err);
}

/* 校验密码: 4 to 6 digits that the pile asks for, none if it is left empty. A card of the white list
 * charges where nobody can ask. */
static NEOERR *set_password(struct request *req, int64_t id, struct change *input)
{
	const char *password = change_text(input, "card_password");
	struct token t;
	NEOERR *err;

	TRY(token_get(req->db, id, &t));
	if (password && *password && !token_password_may(password))
		change_error(input, "card_password", "error.card_password");
	else if (password && *password && (t.white || t.kind != TOKEN_VERIFY))
		change_error(input, "card_password", "error.card_password_here");
	else
		TRY(token_set_password(req->db, id, password ? password : "", req->who.user_id));
out:
	return nerr_pass(err);
}

static NEOERR *password(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(set_password(req, id, input));
}

/* 绑定: by the phone of a member the asker may see. */
static NEOERR *bind(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum token_refusal refusal = TOKEN_FINE;
	int64_t member = 0;
	NEOERR *err;

	(void)res;
	TRY(db_i64(req->db, &token_member_by_phone, ARGS(STR(change_text(input, "holder_phone"))),
		&member));
	err = member ? resource_reach(req, &member_resource, member, false) : STATUS_OK;
	if (!member || error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		change_error(input, "holder_phone", "counter.unknown");
		return STATUS_OK;
	}
	TRY(err);
	TRY(token_give(req->db, id, member, req->who.user_id, &refusal));
	TRY(refuse(req, input, "holder_phone", refusal));
	if (refusal == TOKEN_FINE && change_text(input, "card_password"))
		TRY(set_password(req, id, input));
out:
	return nerr_pass(err);
}

static NEOERR *unbind(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(token_take_back(req->db, id, req->who.user_id));
}

static NEOERR *white(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(token_list(req->db, id, "white", req->who.user_id));
}

static NEOERR *black(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(token_list(req->db, id, "black", req->who.user_id));
}

static NEOERR *unlist(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(token_list(req->db, id, "none", req->who.user_id));
}

/* A card that is gone is on no pile's list either. */
static NEOERR *before_end(struct request *req, int64_t id, const char **problem)
{
	(void)problem;
	return nerr_pass(token_list(req->db, id, "none", req->who.user_id));
}

static const struct field replace_fields[] = {
	{ "card", F_CODE, CREATE | REQUIRED, TOKEN_NO_MIN, 20 },
	FIELDS_END,
};
static const struct field bind_fields[] = {
	{ "holder_phone", F_CODE, CREATE | REQUIRED | NOAUDIT, 0, 20 },
	{ "card_password", F_CODE, CREATE | NOAUDIT, 0, 6 },
	FIELDS_END,
};
static const struct field password_fields[] = {
	{ "card_password", F_CODE, CREATE | NOAUDIT, 0, 6 },
	FIELDS_END,
};
static const struct scope scope = { "t.provider_id", "s.property_id", "m.station_id" };
static const struct action actions[] = {
	{ "bind", ACT_ROW, bind_fields, "t.member_id IS NULL AND t.kind <> 'stored'", bind },
	{ "unbind", ACT_ROW | ACT_MORE | ACT_CONFIRM, NULL, "t.member_id IS NOT NULL", unbind },
	{ "replace", ACT_ROW | ACT_MORE, replace_fields,
		"t.member_id IS NOT NULL AND t.kind = 'verify'", replace },
	{ "card_password", ACT_ROW | ACT_MORE, password_fields,
		"t.kind = 'verify' AND t.list <> 'white'", password },
	{ "white", ACT_ROW | ACT_BATCH | ACT_MORE, NULL,
		"t.list <> 'white' AND t.password = '' AND t.kind = 'verify' AND t.member_id IS NOT NULL"
		" AND t.status = 'enabled'", white },
	{ "black", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL,
		"t.list <> 'black'", black },
	{ "unlist", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, "t.list <> 'none'", unlist },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "white", "t.list = 'white'" },
	{ "black", "t.list = 'black'" },
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
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.before_delete = before_end,
	.before_disable = before_end,
};

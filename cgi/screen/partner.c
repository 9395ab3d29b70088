/* partner.c - cooperation between providers: who asks names the other by account and full name, who
 * is asked accepts or rejects (I1).
 * Owns the two screens over table partner. Serves operators of both sides. */
#include "charge/partner.h"
#include "cgi/screen/screen.h"

#define WEEK_DAYS 7

static const struct field fields[] = {
	{ "partner_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "account", F_CODE, VIRTUAL | CREATE | REQUIRED, 1, 20, .group = "base" },
	{ "full_name", F_TEXT, VIRTUAL | CREATE | REQUIRED, 1, 80, .group = "base" },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD | CREATE | REQUIRED,
		.ref = &provider_resource, .group = "base" },
	{ "cycle", F_CHOICE, SEEN | FILTER | CREATE | REQUIRED, .choices = &bill_cycle_choices,
		.fallback = "month", .group = "base" },
	{ "bill_day", F_INT, SEEN | CREATE | REQUIRED, 1, 28, .fallback = "1", .group = "base" },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &partner_state_choices },
	{ "answer", F_TEXT, SEEN | HIDE },
	{ "answered_at", F_TIME, SEEN },
	{ "note", F_LONGTEXT, SHOW | CREATE, 0, 500, .group = "more" },
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	enum partner_refusal refusal;
	int64_t found = 0;

	screen_own_tenant(req, c, false);
	TRY(screen_owner_open(req, c, "provider_id", provider_open, "error.provider_closed"));
	if (text_eq(change_text(c, "cycle"), "week") && change_i64(c, "bill_day") > WEEK_DAYS)
		change_error(c, "bill_day", "error.partner_week_day");
	if (c->errors)
		goto out;
	TRY(partner_find(req->db, change_i64(c, "provider_id"), change_text(c, "account"),
		change_text(c, "full_name"), &found, &refusal));
	if (refusal != PARTNER_OK)
		change_error(c, refusal == PARTNER_UNKNOWN ? "account" : NULL,
			partner_refusal_text(refusal));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	enum partner_refusal refusal;
	int64_t partner = 0;

	TRY(partner_find(req->db, change_i64(c, "provider_id"), change_text(c, "account"),
		change_text(c, "full_name"), &partner, &refusal));
	if (refusal != PARTNER_OK) {
		change_error(c, NULL, partner_refusal_text(refusal));
		goto out;
	}
	TRY(partner_ask(req->db, change_i64(c, "provider_id"), partner, change_text(c, "cycle"),
		change_i64(c, "bill_day"), change_text(c, "note"), req->who.user_id, id));
	TRY(audit_add(req->db, &req->actor, "partner", *id, "create", "partner_id", NULL,
		change_text(c, "full_name")));
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "pending", "t.state = 'pending'" },
	{ "accepted", "t.state = 'accepted'" },
	{ "rejected", "t.state = 'rejected'" },
	{ NULL },
};

const struct resource partner_resource = {
	.name = "partner",
	.group = "finance",
	.title = "t.partner_name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_EXPORT,
	.fields = fields,
	.tabs = tabs,
	.check = check,
	.save = save,
};

/* ---- the asked side ---- */

static const struct field request_fields[] = {
	{ "provider_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "partner_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	{ "cycle", F_CHOICE, SEEN | FILTER, .choices = &bill_cycle_choices },
	{ "bill_day", F_INT, SEEN },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &partner_state_choices },
	{ "answer", F_TEXT, SEEN | HIDE },
	{ "answered_at", F_TIME, SEEN },
	{ "note", F_LONGTEXT, SHOW },
	CREATED_FIELD,
	FIELDS_END,
};

SQL(partner_answered,
	"UPDATE partner SET state = ?, answer = ?, answered_at = ?, answered_by = ?, updated_at = ?,"
	" updated_by = ?, version = version + 1 WHERE id = ? AND state = 'pending'");

static NEOERR *answer(struct request *req, int64_t id, struct change *input, const char *state)
{
	int64_t now = clock_now();

	return nerr_pass(db_exec(req->db, &partner_answered,
		ARGS(STR(state), STR(change_text(input, "answer") ? change_text(input, "answer") : ""),
			TIME(now), IDREF(req->who.user_id), TIME(now), IDREF(req->who.user_id), I64(id)),
		NULL));
}

static NEOERR *accept(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(answer(req, id, input, "accepted"));
}

static NEOERR *reject(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(answer(req, id, input, "rejected"));
}

static const struct field answer_fields[] = { { "answer", F_TEXT, CREATE, 0, 200 }, FIELDS_END };
static const struct field reason_fields[] = {
	{ "answer", F_TEXT, CREATE | REQUIRED, 1, 200 }, FIELDS_END
};
static const struct action request_actions[] = {
	{ "accept", ACT_ROW | ACT_CONFIRM, answer_fields, "t.state = 'pending'", accept },
	{ "reject", ACT_ROW | ACT_CONFIRM | ACT_DANGER, reason_fields, "t.state = 'pending'", reject },
	ACTIONS_END,
};
static const struct scope request_scope = { .provider = "t.partner_id" };

const struct resource partner_request_resource = {
	.name = "partner_request",
	.table = "partner",
	.group = "finance",
	.title = "t.provider_name",
	.order = "t.id DESC",
	.scope = &request_scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = request_fields,
	.actions = request_actions,
	.tabs = tabs,
};

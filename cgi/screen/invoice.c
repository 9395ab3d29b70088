/* invoice.c - invoices that are asked for, made, sent, voided; and those a clerk asks for from an
 * order (F8, F9).
 * Owns the screen and the download. Serves finance. */
#include "charge/invoice.h"
#include "cgi/screen/screen.h"

#define NUMBER_MAX 24
#define CODE_MAX   20

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	{ "member_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &member_resource },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PII },
	{ "title", F_TEXT, SEEN | SEARCH | PREFIX },
	{ "tax_no", F_CODE, SEEN | SEARCH | EXACT },
	{ "email", F_EMAIL, SEEN | HIDE | PII },
	{ "medium", F_CHOICE, SEEN | FILTER | FOLD, .choices = &invoice_medium_choices },
	{ "sessions", F_INT, SEEN },
	{ "energy", F_ENERGY, SEEN | HIDE | TOTAL },
	{ "energy_amount", F_MONEY, SEEN | HIDE | TOTAL },
	{ "energy_tax", F_MONEY, SEEN | HIDE | TOTAL },
	{ "service_amount", F_MONEY, SEEN | HIDE | TOTAL },
	{ "service_tax", F_MONEY, SEEN | HIDE | TOTAL },
	{ "amount", F_MONEY, SEEN | SORT | TOTAL },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &invoice_state_choices },
	{ "invoice_code", F_CODE, SEEN | HIDE | SEARCH | EXACT | FOLD },
	{ "invoice_no", F_CODE, SEEN | SEARCH | EXACT },
	{ "problem", F_TEXT, SEEN | HIDE },
	{ "reason", F_TEXT, SEEN | HIDE },
	{ "applied_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	{ "issued_at", F_TIME, SEEN | FILTER | RANGE | FOLD },
	{ "mailed_at", F_TIME, SEEN | HIDE },
	FIELDS_END,
};

static void judge(struct request *req, struct change *input, enum invoice_refusal refusal)
{
	static const char *const field[] = { [INVOICE_TITLE] = "title", [INVOICE_TAX_NO] = "tax_no",
		[INVOICE_EMAIL] = "email", [INVOICE_NO_LINK] = NULL };

	if (refusal != INVOICE_FINE)
		change_error(input, field[refusal],
			arena_printf(&req->arena, "invoice.refused.%s", invoice_refusal_name(refusal)));
}

/* Each step of the queue is one call that may refuse. */
#define STEP(linkage, name, call) \
	linkage NEOERR *name(struct request *req, const struct resource *res, int64_t id, \
		struct change *input) \
	{ \
		enum invoice_refusal refusal; \
		NEOERR *err; \
\
		(void)res; \
		TRY(call); \
		judge(req, input, refusal); \
	out: \
		return nerr_pass(err); \
	}
#define TYPED_IN(field) change_text(input, field)

STEP(static, send, invoice_send(req->db, id, &req->actor, &refusal))
STEP(static, follow, invoice_follow(req->db, id, &refusal))
STEP(static, by_hand, invoice_by_hand(req->db, id, TYPED_IN("invoice_code"), TYPED_IN("invoice_no"),
	&req->actor, &refusal))
STEP(static, cancel, invoice_cancel(req->db, id, TYPED_IN("reason"), &req->actor, &refusal))
STEP(static, annul, invoice_void(req->db, id, TYPED_IN("reason"), &req->actor, &refusal))
STEP(static, mail, invoice_mail(req->db, id, TYPED_IN("email"), &req->actor, &refusal))

#define EMAIL_FIELD { "email", F_EMAIL, CREATE | REQUIRED, 3, 100 }
static const struct field number_fields[] = {
	{ "invoice_code", F_CODE, CREATE, 0, CODE_MAX },
	{ "invoice_no", F_CODE, CREATE | REQUIRED, 1, NUMBER_MAX }, FIELDS_END
};
static const struct field reason_fields[] = { { "reason", F_TEXT, CREATE | REQUIRED, 1, 200 },
	FIELDS_END };
static const struct field mail_fields[] = { EMAIL_FIELD, FIELDS_END };
static const struct scope scope = { "t.provider_id", "t.property_id", "t.station_id" };
static const struct action actions[] = {
	{ "send", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, "t.state = 'pending'", send },
	{ "again", ACT_ROW | ACT_CONFIRM, NULL, "t.state = 'failed'", send },
	{ "by_hand", ACT_ROW | ACT_CONFIRM, number_fields, "t.state IN ('pending', 'failed')",
		by_hand },
	{ "cancel", ACT_ROW | ACT_CONFIRM | ACT_DANGER, reason_fields,
		"t.state IN ('pending', 'failed')", cancel },
	{ "follow", ACT_ROW, NULL, "t.state IN ('issuing', 'voiding')", follow },
	{ "download", ACT_ROW | ACT_LINK, NULL, "t.issued_at IS NOT NULL" },
	{ "mail", ACT_ROW | ACT_MORE | ACT_CONFIRM, mail_fields, "t.state = 'issued'", mail },
	{ "void", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_DANGER, reason_fields, "t.state = 'issued'",
		annul },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "pending", "t.state = 'pending'" },
	{ "issuing", "t.state IN ('issuing', 'voiding')" },
	{ "failed", "t.state = 'failed'" },
	{ "issued", "t.state = 'issued'" },
	{ "over", "t.state IN ('void', 'cancelled')" },
	{ NULL },
};
static const char *const extra[] = { "pii", NULL };

const struct resource invoice_resource = {
	.name = "invoice",
	.group = "money",
	.title = "COALESCE(t.no, t.id)",
	.order = "t.applied_at DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
};

NEOERR *invoice_download(struct request *req)
{
	return nerr_pass(screen_paper(req, &invoice_resource, "invoice", invoice_pdf));
}

/* ---- from an order ---- */

SQL(invoice_session_member, "SELECT COALESCE(member_id, 0) FROM session WHERE id = ?");

const struct field session_invoice_fields[] = {
	{ "title", F_TEXT, CREATE | REQUIRED, 2, 100 },
	{ "tax_no", F_CODE, CREATE | REQUIRED, 15, 20 },
	EMAIL_FIELD,
	FIELDS_END,
};

NEOERR *session_invoice_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct invoice_wish w = { .session = &id, .sessions = 1, .title = change_text(input, "title"),
		.tax_no = change_text(input, "tax_no"), .email = change_text(input, "email") };
	enum invoice_refusal refusal;
	int made;
	NEOERR *err;

	(void)res;
	TRY(db_i64(req->db, &invoice_session_member, ARGS(I64(id)), &w.member_id));
	TRY(invoice_ask(req->db, &w, &made, &refusal));
	judge(req, input, refusal);
out:
	return nerr_pass(err);
}

STEP(, session_invoice_bar_run, invoice_bar(req->db, id, true, &refusal))
STEP(, session_invoice_lift_run, invoice_bar(req->db, id, false, &refusal))

/* settlement.c - settlement bills as who makes them and as the other side sees them, and the rules
 * of how often (N6).
 * Owns the three screens and the downloads. Serves finance of providers and properties. */
#include "charge/settlement.h"

#include "base/text.h"
#include "cgi/screen/screen.h"

#define WEEK_DAYS 7

#define FIGURES \
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &settlement_kind_choices }, \
	{ "name", F_TEXT, SEEN | SEARCH }, \
	{ "from_day", F_DATE, SEEN | SORT | FILTER | RANGE }, \
	{ "to_day", F_DATE, SEEN }, \
	{ "sessions", F_INT, SEEN | TOTAL }, \
	{ "bookings", F_INT, SEEN | HIDE | TOTAL }, \
	{ "energy", F_ENERGY, SEEN | TOTAL }, \
	{ "energy_fee", F_MONEY, SEEN | HIDE | TOTAL }, \
	{ "service_fee", F_MONEY, SEEN | HIDE | TOTAL }, \
	{ "turnover", F_MONEY, SEEN | TOTAL }, \
	{ "refunds", F_MONEY, SEEN | HIDE | TOTAL }, \
	{ "direction", F_CHOICE, SEEN | FILTER | FOLD, .choices = &report_direction_choices }, \
	{ "amount", F_MONEY, SEEN | SORT | TOTAL }, \
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &cycle_bill_state_choices }, \
	{ "confirmed_at", F_TIME, SEEN | HIDE }, \
	{ "agreed_at", F_TIME, SEEN | HIDE }, \
	{ "settled_at", F_TIME, SEEN | HIDE }, \
	{ "note", F_LONGTEXT, SHOW | EXPORT }, \
	{ "answer", F_LONGTEXT, SHOW | EXPORT }, \
	CREATED_FIELD, \
	FIELDS_END

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	FIGURES,
};
static const struct field received_fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX },
	{ "provider_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	FIGURES,
};

static NEOERR *refuse(struct change *input, enum cycle_bill_refusal refusal, NEOERR *err)
{
	if (err == STATUS_OK && refusal != BILL_OK)
		change_error(input, NULL, cycle_bill_refusal_text(refusal));
	return nerr_pass(err);
}

static NEOERR *recount(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum cycle_bill_refusal refusal = BILL_OK;
	NEOERR *err = settlement_recount(req->db, id, &refusal);

	(void)res;
	return nerr_pass(refuse(input, refusal, err));
}

static NEOERR *confirm(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum cycle_bill_refusal refusal = BILL_OK;
	NEOERR *err = settlement_confirm(req->db, id, req->who.user_id, change_text(input, "note"),
		&refusal);

	(void)res;
	return nerr_pass(refuse(input, refusal, err));
}

static NEOERR *settle(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum cycle_bill_refusal refusal = BILL_OK;
	NEOERR *err = settlement_settle(req->db, id, req->who.user_id, change_text(input, "note"),
		&refusal);

	(void)res;
	return nerr_pass(refuse(input, refusal, err));
}

static NEOERR *agree(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum cycle_bill_refusal refusal = BILL_OK;
	NEOERR *err = settlement_answer(req->db, id, true, req->who.user_id,
		change_text(input, "answer"), &refusal);

	(void)res;
	return nerr_pass(refuse(input, refusal, err));
}

static NEOERR *dispute(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum cycle_bill_refusal refusal = BILL_OK;
	NEOERR *err = settlement_answer(req->db, id, false, req->who.user_id,
		change_text(input, "answer"), &refusal);

	(void)res;
	input->go = "/admin/settlement_received";    /* a draft again, it is no longer ours to see */
	return nerr_pass(refuse(input, refusal, err));
}

static const struct field note_fields[] = { { "note", F_TEXT, CREATE, 0, 200 }, FIELDS_END };
static const struct action actions[] = {
	{ "confirm", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, note_fields, "t.state = 'draft'", confirm },
	{ "recount", ACT_ROW | ACT_BATCH, NULL, "t.state = 'draft'", recount },
	{ "settle", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, note_fields,
		"t.state = IF(COALESCE(t.partner_id, t.property_id, t.fleet_id) IS NULL, 'confirmed',"
		" 'agreed')",
		settle },
	{ "download", ACT_ROW | ACT_LINK },
	{ "pdf", ACT_ROW | ACT_LINK | ACT_SHOW },
	ACTIONS_END,
};
static const struct action received_actions[] = {
	{ "agree", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, bill_agree_fields, "t.state = 'confirmed'",
		agree },
	{ "dispute", ACT_ROW | ACT_CONFIRM | ACT_DANGER, bill_dispute_fields, "t.state = 'confirmed'",
		dispute },
	{ "download", ACT_ROW | ACT_LINK },
	{ "pdf", ACT_ROW | ACT_LINK | ACT_SHOW },
	ACTIONS_END,
};
#define TITLE "COALESCE(t.no, t.name)"

/* Who makes it; a property's people see theirs among the received ones. */
static const struct scope scope = { .provider = "t.provider_id" };
const struct resource settlement_resource = {
	.name = "settlement",
	.group = "finance",
	.title = TITLE,
	.order = "t.id DESC",
	.scope = &scope,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = bill_tabs,
};

static const struct scope received_scope = { .provider = "t.partner_id",
	.property = "t.property_id", .fleet = "t.fleet_id" };
const struct resource settlement_received_resource = {
	.name = "settlement_received",
	.table = "settlement",
	.group = "finance",
	.title = TITLE,
	.where = "t.state <> 'draft'",
	.order = "t.id DESC",
	.scope = &received_scope,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = received_fields,
	.actions = received_actions,
	.tabs = bill_received_tabs,
};

/* ---- how often ---- */

static NEOERR *rule_check(struct request *req, struct change *c)
{
	screen_own_tenant(req, c, false);
	if (text_eq(change_text(c, "cycle"), "week") && change_i64(c, "bill_day") > WEEK_DAYS)
		change_error(c, "bill_day", "error.partner_week_day");
	return nerr_pass(screen_owner_open(req, c, "provider_id", provider_open,
		"error.provider_closed"));
}

static const struct field rule_fields[] = {
	{ "provider_id", F_REF, SEEN | FILTER | CREATE | REQUIRED, .ref = &provider_resource },
	{ "kind", F_CHOICE, SEEN | FILTER | CREATE | REQUIRED, .choices = &settlement_subject_choices },
	{ "cycle", F_CHOICE, SEEN | FILTER | CREATE | EDIT | REQUIRED, .choices = &bill_cycle_choices,
		.fallback = "month" },
	{ "bill_day", F_INT, SEEN | CREATE | EDIT | REQUIRED, 1, 28, .fallback = "1" },
	{ "note", F_LONGTEXT, SHOW | CREATE | EDIT, 0, 500 },
	CREATED_FIELD,
	FIELDS_END,
};

const struct resource settlement_rule_resource = {
	.name = "settlement_rule",
	.group = "finance",
	.title = "CONCAT(t.kind, ' ', t.id)",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = rule_fields,
	.check = rule_check,
};

/* ---- the papers ---- */

NEOERR *settlement_download(struct request *req)
{
	return nerr_pass(screen_sheet(req, &settlement_resource, "settlement", settlement_xlsx));
}

NEOERR *settlement_received_download(struct request *req)
{
	return nerr_pass(
		screen_sheet(req, &settlement_received_resource, "settlement", settlement_xlsx));
}

NEOERR *settlement_pdf_show(struct request *req)
{
	return nerr_pass(screen_paper(req, &settlement_resource, "settlement", settlement_pdf));
}

NEOERR *settlement_received_pdf_show(struct request *req)
{
	return nerr_pass(
		screen_paper(req, &settlement_received_resource, "settlement", settlement_pdf));
}

/* cycle_bill.c - bills between partners: receivable (应收) and payable (应付) views of one table,
 * from the draft to the settled sum (I7, I8).
 * Owns both screens and the download. Serves finance of both sides. */
#include "charge/cycle_bill.h"

#include "base/text.h"
#include "cgi/screen/screen.h"

#define FIGURES \
	{ "from_day", F_DATE, SEEN | SORT | FILTER | RANGE }, \
	{ "to_day", F_DATE, SEEN }, \
	{ "days", F_INT, SEEN | HIDE }, \
	{ "sessions", F_INT, SEEN | TOTAL }, \
	{ "energy", F_ENERGY, SEEN | TOTAL }, \
	{ "energy_fee", F_MONEY, SEEN | HIDE | TOTAL }, \
	{ "service_fee", F_MONEY, SEEN | HIDE | TOTAL }, \
	{ "amount", F_MONEY, SEEN | SORT | TOTAL }, \
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &cycle_bill_state_choices }, \
	{ "settle_way", F_CHOICE, SEEN | FILTER | FOLD, .choices = &settle_way_choices }, \
	{ "confirmed_at", F_TIME, SEEN | HIDE }, \
	{ "agreed_at", F_TIME, SEEN | HIDE }, \
	{ "settled_at", F_TIME, SEEN | HIDE }, \
	{ "note", F_LONGTEXT, SHOW | EXPORT }, \
	{ "answer", F_LONGTEXT, SHOW | EXPORT }, \
	CREATED_FIELD, \
	FIELDS_END

static const struct field fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX },
	{ "partner_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	FIGURES,
};
static const struct field payable_fields[] = {
	{ "no", F_CODE, SEEN | SEARCH | PREFIX },
	{ "provider_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "partner_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	FIGURES,
};

static void refuse(struct change *input, enum cycle_bill_refusal refusal)
{
	if (refusal != BILL_OK)
		change_error(input, NULL, cycle_bill_refusal_text(refusal));
}

static NEOERR *confirm(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	enum cycle_bill_refusal refusal;
	int way = choice_value(&settle_way_choices, change_text(input, "settle_way"));

	(void)res;
	TRY(cycle_bill_confirm(req->db, id, (enum settle_way)way, req->who.user_id,
		change_text(input, "note"), &refusal));
	refuse(input, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *settle(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	enum cycle_bill_refusal refusal;

	(void)res;
	TRY(cycle_bill_settle(req->db, id, change_i64(input, "from_wallet"), req->who.user_id,
		&refusal));
	refuse(input, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *agree(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	enum cycle_bill_refusal refusal;

	(void)res;
	TRY(cycle_bill_agree(req->db, id, req->who.user_id, change_text(input, "answer"), &refusal));
	refuse(input, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *dispute(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	enum cycle_bill_refusal refusal;

	(void)res;
	TRY(cycle_bill_dispute(req->db, id, req->who.user_id, change_text(input, "answer"),
		&refusal));
	refuse(input, refusal);
	input->go = "/admin/payable";                /* a draft again, it is no longer ours to see */
out:
	return nerr_pass(err);
}

/* A draft without a number frees its days and goes. */
static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	enum cycle_bill_refusal refusal;

	TRY(cycle_bill_free(req->db, id, &refusal));
	*problem = cycle_bill_refusal_text(refusal);
out:
	return nerr_pass(err);
}

static const struct field confirm_fields[] = {
	{ "settle_way", F_CHOICE, CREATE | REQUIRED, .choices = &settle_way_choices,
		.fallback = "bank" },
	{ "note", F_TEXT, CREATE, 0, 200 },
	FIELDS_END,
};
static const struct field settle_fields[] = { { "from_wallet", F_BOOL, CREATE }, FIELDS_END };
const struct field bill_agree_fields[] = { { "answer", F_TEXT, CREATE, 0, 200 }, FIELDS_END };
const struct field bill_dispute_fields[] = {
	{ "answer", F_TEXT, CREATE | REQUIRED, 1, 200 }, FIELDS_END
};
static const struct action actions[] = {
	{ "confirm", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, confirm_fields, "t.state = 'draft'",
		confirm },
	{ "settle", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, settle_fields, "t.state = 'agreed'", settle },
	{ "download", ACT_ROW | ACT_LINK },
	{ "pdf", ACT_ROW | ACT_LINK | ACT_SHOW },
	ACTIONS_END,
};
static const struct action payable_actions[] = {
	{ "agree", ACT_ROW | ACT_CONFIRM | ACT_PAYMENT, bill_agree_fields, "t.state = 'confirmed'",
		agree },
	{ "dispute", ACT_ROW | ACT_CONFIRM | ACT_DANGER, bill_dispute_fields, "t.state = 'confirmed'",
		dispute },
	{ "download", ACT_ROW | ACT_LINK },
	{ "pdf", ACT_ROW | ACT_LINK | ACT_SHOW },
	ACTIONS_END,
};
const struct tab bill_tabs[] = {
	{ "all", "1 = 1" },
	{ "draft", "t.state = 'draft'" },
	{ "confirmed", "t.state = 'confirmed'" },
	{ "agreed", "t.state = 'agreed'" },
	{ "settled", "t.state = 'settled'" },
	{ NULL },
};
const struct tab bill_received_tabs[] = {
	{ "all", "1 = 1" },
	{ "confirmed", "t.state = 'confirmed'" },
	{ "agreed", "t.state = 'agreed'" },
	{ "settled", "t.state = 'settled'" },
	{ NULL },
};
static const struct child children[] = { { &daily_report_resource, "bill_id" }, { NULL } };
static const struct scope scope = { .provider = "t.provider_id" };
static const struct scope payable_scope = { .provider = "t.partner_id" };

#define TITLE "COALESCE(t.no, CONCAT('#', t.id))"

const struct resource cycle_bill_resource = {
	.name = "cycle_bill",
	.group = "finance",
	.title = TITLE,
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = bill_tabs,
	.children = children,
	.before_delete = before_delete,
};

/* What is not confirmed is not yet said to who pays. */
const struct resource payable_resource = {
	.name = "payable",
	.table = "cycle_bill",
	.group = "finance",
	.title = TITLE,
	.where = "t.state <> 'draft'",
	.order = "t.id DESC",
	.scope = &payable_scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = payable_fields,
	.actions = payable_actions,
	.tabs = bill_received_tabs,
	.children = children,
};

NEOERR *cycle_bill_download(struct request *req)
{
	return nerr_pass(screen_sheet(req, &cycle_bill_resource, "bill", cycle_bill_xlsx));
}

NEOERR *payable_download(struct request *req)
{
	return nerr_pass(screen_sheet(req, &payable_resource, "bill", cycle_bill_xlsx));
}

NEOERR *cycle_bill_pdf_show(struct request *req)
{
	return nerr_pass(screen_paper(req, &cycle_bill_resource, "bill", cycle_bill_pdf));
}

NEOERR *payable_pdf_show(struct request *req)
{
	return nerr_pass(screen_paper(req, &payable_resource, "bill", cycle_bill_pdf));
}

/* daily_report.c - yesterday's interconnection by partner: 收款 (our stations, their members) and 付款
 * (the reverse) (I6, I7).
 * Owns the screen, its detail and the download. Serves finance. */
#include "base/text.h"
#include "charge/cycle_bill.h"
#include "charge/daily_report.h"
#include "charge/report_check.h"
#include "charge/task.h"
#include "cgi/screen/screen.h"

#define DETAIL_ROWS 500

SQL(daily_report_confirm,
	"UPDATE daily_report SET confirm_status = 'confirmed', updated_at = ?, updated_by = ?,"
	" version = version + 1 WHERE id = ?");
SQL(daily_report_get,
	"SELECT day, direction, provider_id, partner_id FROM daily_report WHERE id = ?");
static const struct field fields[] = {
	{ "day", F_DATE, SEEN | SORT | FILTER | RANGE },
	{ "direction", F_CHOICE, SEEN | FILTER, .choices = &report_direction_choices },
	{ "partner_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "provider_id", F_REF, SEEN | FILTER | FOLD, .ref = &provider_resource },
	{ "energy", F_ENERGY, SEEN | TOTAL },
	{ "sessions", F_INT, SEEN | TOTAL },
	{ "energy_fee", F_MONEY, SEEN | HIDE | TOTAL },
	{ "service_fee", F_MONEY, SEEN | HIDE | TOTAL },
	{ "amount", F_MONEY, SEEN | SORT | TOTAL },
	{ "differs", F_INT, SEEN | SORT | TOTAL },
	{ "confirm_status", F_CHOICE, SEEN | FILTER, .choices = &confirm_status_choices },
	{ "bill_status", F_CHOICE, SEEN | FILTER | FOLD, .choices = &bill_status_choices },
	{ "bill_id", F_REF, SHOW | EXPORT, .ref = &cycle_bill_resource },
	{ "updated_at", F_TIME, SEEN | SORT },
	{ "note", F_TEXT, SHOW | EXPORT },
	FIELDS_END,
};

static NEOERR *confirm(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(db_exec(req->db, &daily_report_confirm,
		ARGS(TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
}

/* I7: ticked days become the pair's open draft. */
static NEOERR *bill(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	enum cycle_bill_refusal refusal;
	int64_t bill_id = 0;

	(void)res;
	TRY(cycle_bill_add_day(req->db, id, req->who.user_id, &bill_id, &refusal));
	if (refusal != BILL_OK)
		change_error(input, NULL, cycle_bill_refusal_text(refusal));
	input->go = arena_printf(&req->arena, "/admin/cycle_bill/%lld", (long long)bill_id);
out:
	return nerr_pass(err);
}

static NEOERR *unbill(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;
	enum cycle_bill_refusal refusal;

	(void)res;
	TRY(cycle_bill_drop_day(req->db, id, req->who.user_id, &refusal));
	if (refusal != BILL_OK)
		change_error(input, NULL, cycle_bill_refusal_text(refusal));
out:
	return nerr_pass(err);
}

struct report { int64_t day, provider_id, partner_id; bool payable; };

static NEOERR *report_row(const struct row *r, void *ctx)
{
	*(struct report *)ctx = (struct report){ row_time(r, 0), row_i64(r, 2), row_i64(r, 3),
		strcmp(row_str(r, 1), "payable") == 0 };
	return STATUS_OK;
}

struct detail { struct request *req; int n; };

/* I6: what bill, order and device record do not agree on, in words. */
static NEOERR *put_differs(struct request *req, const struct report_line *l, int at)
{
	NEOERR *err = STATUS_OK;

	if (l->order_amount >= 0) {
		TRY(hdf_put(req->hdf, screen_fixed(req, l->order_energy, ENERGY_SCALE, 3),
			"More.session.%d.order_energy", at));
		TRY(hdf_put(req->hdf, screen_fixed(req, l->order_amount, MONEY_SCALE, 2),
			"More.session.%d.order_amount", at));
	}
	for (int i = 0; i < DIFFER_BITS; i++)
		if (l->differs & (1u << i))
			TRY(hdf_put(req->hdf,
				text_get(req,
					arena_printf(&req->arena, "daily_report.differ.%s", report_differ_name(i))),
				"More.session.%d.differ.%d", at, i));
out:
	return nerr_pass(err);
}

static NEOERR *detail_row(const struct report_line *l, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct detail *d = ctx;
	struct request *req = d->req;
	char masked[64];
	const struct { const char *name, *value;
	} facts[] = {
		{ "no", l->no },
		{ "station", l->station },
		{ "pile", l->pile },
		{ "phone", text_mask(l->phone, masked, sizeof masked) },
		{ "started_at", screen_time(req, l->started_at) },
		{ "ended_at", screen_time(req, l->ended_at) },
		{ "energy", screen_fixed(req, l->energy, ENERGY_SCALE, 3) },
		{ "energy_fee", screen_fixed(req, l->energy_fee, MONEY_SCALE, 2) },
		{ "service_fee", screen_fixed(req, l->service_fee, MONEY_SCALE, 2) },
		{ "amount", screen_fixed(req, l->amount, MONEY_SCALE, 2) },
	};

	if (d->n++ >= DETAIL_ROWS) {
		TRY(hdf_put(req->hdf, "1", "More.cut"));
		goto out;
	}
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		TRY(hdf_put(req->hdf, facts[i].value, "More.session.%d.%s", d->n - 1, facts[i].name));
	TRY(put_differs(req, l, d->n - 1));
out:
	return nerr_pass(err);
}

static NEOERR *show(struct request *req, int64_t id)
{
	NEOERR *err = STATUS_OK;
	struct report rep = { 0 };
	struct detail d = { .req = req };

	TRY(db_get(req->db, &daily_report_get, ARGS(I64(id)), report_row, &rep));
	TRY(report_lines(req->db, rep.day, rep.payable ? rep.partner_id : rep.provider_id,
		rep.payable ? rep.provider_id : rep.partner_id, DETAIL_ROWS + 1, detail_row, &d));
	TRY(hdf_put(req->hdf, screen_number(req, DETAIL_ROWS), "More.limit"));
out:
	return nerr_pass(err);
}

/* I6: orders that differ go out once more; the count is taken anew. */
static NEOERR *resend(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct report rep = { 0 };
	int64_t sent = 0;
	NEOERR *err;

	(void)res;
	TRY(report_resend(req->db, id, &sent));
	TRY(db_get(req->db, &daily_report_get, ARGS(I64(id)), report_row, &rep));
	TRY(report_check_day(req->db, rep.day));
	input->said = "daily_report.resent";
	input->said_about = screen_number(req, sent);
out:
	return nerr_pass(err);
}

static NEOERR *check_again(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct report rep = { 0 };
	NEOERR *err;

	(void)res;
	(void)input;
	TRY(db_get(req->db, &daily_report_get, ARGS(I64(id)), report_row, &rep));
	TRY(report_check_day(req->db, rep.day));
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id" };
static const struct action actions[] = {
	{ "confirm", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, "t.confirm_status = 'pending'", confirm },
	{ "bill", ACT_ROW | ACT_BATCH, NULL,
		"t.direction = 'receivable' AND t.confirm_status = 'confirmed' AND t.bill_status = 'none'",
		bill },
	{ "unbill", ACT_ROW | ACT_MORE, NULL,
		"t.direction = 'receivable' AND t.bill_status = 'billed' AND EXISTS (SELECT 1 FROM"
		" cycle_bill b WHERE b.id = t.bill_id AND b.state = 'draft')",
		unbill },
	{ "resend", ACT_ROW | ACT_MORE, NULL, "t.direction = 'receivable' AND t.differs > 0", resend },
	{ "check", ACT_ROW | ACT_SHOW, NULL, NULL, check_again },
	{ "download", ACT_ROW | ACT_LINK },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "receivable", "t.direction = 'receivable'" },
	{ "payable", "t.direction = 'payable'" },
	{ "pending", "t.confirm_status = 'pending'" },
	{ "confirmed", "t.confirm_status = 'confirmed'" },
	{ "differs", "t.differs > 0" },
	{ "all", "1 = 1" },
	{ NULL },
};

const struct resource daily_report_resource = {
	.name = "daily_report",
	.group = "finance",
	.title = "CONCAT(t.day, ' #', t.id)",
	.order = "t.day DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.show = show,
};

/* The Excel of the row's day and provider, both directions: a file made now and dropped with
 * other old files. */
NEOERR *daily_report_download(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct report rep = { 0 };
	int64_t id = route_id(req, "id");
	char name[100], path[TASK_PATH], day[CLOCK_TEXT];

	TRY(resource_reach(req, &daily_report_resource, id, false));
	TRY(db_get(req->db, &daily_report_get, ARGS(I64(id)), report_row, &rep));
	TRY(task_file_name("report", "xlsx", name, sizeof name));
	TRY(task_file_path(name, path, sizeof path));
	TRY(daily_report_xlsx(req->db, rep.day, rep.provider_id, path));
	screen_book_answer(req, path,
		arena_printf(&req->arena, "daily-report-%s.xlsx", clock_format_day(rep.day, day)));
out:
	return nerr_pass(err);
}

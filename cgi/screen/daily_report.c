/* daily_report.c - yesterday's interconnection by partner: 收款 (our stations, their members) and 付款
 * (the reverse) (I6, I7).
 * Owns the screen, its detail and the download. Serves finance. */
#include "base/text.h"
#include "charge/cycle_bill.h"
#include "charge/daily_report.h"
#include "charge/task.h"
#include "cgi/screen/screen.h"

#define DETAIL_ROWS 500

SQL(daily_report_confirm,
	"UPDATE daily_report SET confirm_status = 'confirmed', updated_at = ?, updated_by = ?,"
	" version = version + 1 WHERE id = ?");
SQL(daily_report_get,
	"SELECT day, direction, provider_id, partner_id FROM daily_report WHERE id = ?");
/* Figures are those of finished sessions that ended on the day; the station's side is the
 * receiver. */
SQL(daily_report_sessions,
	"SELECT t.id, t.no, s.name, p.code, t.phone, t.started_at, t.ended_at, t.energy,"
	" COALESCE(h.energy_fee, t.energy_fee), COALESCE(h.service_fee, t.service_fee),"
	" COALESCE(h.amount, t.amount) FROM session t LEFT JOIN session_share h ON h.session_id = t.id"
	" JOIN station s ON s.id = t.station_id JOIN pile p ON p.id = t.pile_id WHERE t.ended_at >= ?"
	" AND t.ended_at < ? AND t.provider_id = ?"
	" AND t.member_provider_id = ? AND t.state = 'finished' AND t.anomaly <> 'void' ORDER BY"
	" t.ended_at, t.id LIMIT 501");

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

static NEOERR *detail_row(const struct row *r, void *ctx)
{
	static const char *const name[] = { "id", "no", "station", "pile", "phone", "started_at",
		"ended_at", "energy", "energy_fee", "service_fee", "amount" };
	NEOERR *err = STATUS_OK;
	struct detail *d = ctx;
	char masked[64];

	if (d->n++ >= DETAIL_ROWS) {
		TRY(hdf_put(d->req->hdf, "1", "More.cut"));
		goto out;
	}
	for (int i = 0; i < r->n; i++)
		TRY(hdf_put(d->req->hdf,
			i < 4 || i == 5 || i == 6 ? row_str(r, i)
				: i == 4 ? text_mask(row_str(r, i), masked, sizeof masked)
				: i == 7 ? screen_fixed(d->req, row_energy(r, i), ENERGY_SCALE, 3)
				: screen_fixed(d->req, row_money(r, i), MONEY_SCALE, 2),
			"More.session.%d.%s", d->n - 1, name[i]));
out:
	return nerr_pass(err);
}

static NEOERR *show(struct request *req, int64_t id)
{
	NEOERR *err = STATUS_OK;
	struct report rep = { 0 };
	struct detail d = { .req = req };

	TRY(db_get(req->db, &daily_report_get, ARGS(I64(id)), report_row, &rep));
	TRY(db_query(req->db, &daily_report_sessions,
		ARGS(TIME(rep.day), TIME(rep.day + DAY_SECONDS),
			I64(rep.payable ? rep.partner_id : rep.provider_id),
			I64(rep.payable ? rep.provider_id : rep.partner_id)),
		detail_row, &d));
	TRY(hdf_put(req->hdf, screen_number(req, DETAIL_ROWS), "More.limit"));
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
	{ "download", ACT_ROW | ACT_LINK },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "receivable", "t.direction = 'receivable'" },
	{ "payable", "t.direction = 'payable'" },
	{ "pending", "t.confirm_status = 'pending'" },
	{ "confirmed", "t.confirm_status = 'confirmed'" },
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
	response_file(req, path,
		arena_printf(&req->arena, "daily-report-%s.xlsx", clock_format_day(rep.day, day)),
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
out:
	return nerr_pass(err);
}

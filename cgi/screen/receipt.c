/* receipt.c - receipts that drivers took: looked at, redeemed, revoked; how many a day and station
 * (F11).
 * Owns the screen and the page of the counts. Serves finance and the desks of stations. */
#include "base/xlsx.h"
#include "cgi/resource/engine.h"
#include "cgi/screen/screen.h"
#include "charge/receipt.h"

#define COUNT_DAYS 92
#define COUNT_ROWS 2000

static const struct field fields[] = {
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "no", F_CODE, SEEN | SEARCH | EXACT },
	{ "session_id", F_REF, SEEN, .ref = &session_resource },
	{ "session_no", F_CODE, SHOW | EXPORT | SEARCH | PREFIX },
	{ "plate", F_PLATE, SEEN | SEARCH | EXACT | FOLD },
	{ "amount", F_MONEY, SEEN | TOTAL },
	{ "energy_fee", F_MONEY, SHOW | EXPORT },
	{ "service_fee", F_MONEY, SHOW | EXPORT },
	{ "energy", F_ENERGY, SEEN | TOTAL },
	{ "ended_at", F_TIME, SEEN },
	{ "valid_until", F_TIME, SEEN },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &receipt_state_choices },
	{ "prints", F_INT, SEEN },
	{ "taken_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "printed_at", F_TIME, SHOW | EXPORT },
	{ "used_at", F_TIME, SEEN | HIDE },
	{ "revoked_at", F_TIME, SHOW | EXPORT },
	{ "reason", F_TEXT, SEEN | HIDE },
	{ "operator", F_TEXT, SEEN | HIDE },
	{ "member_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &member_resource },
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &provider_resource },
	FIELDS_END,
};

static void judge(struct request *req, struct change *input, enum receipt_refusal refusal)
{
	if (refusal != RECEIPT_FINE)
		change_error(input, NULL,
			arena_printf(&req->arena, "receipt.refused.%s", receipt_refusal_name(refusal)));
}

static NEOERR *redeem(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum receipt_refusal refusal;
	NEOERR *err;

	(void)res;
	TRY(receipt_use(req->db, id, &req->actor, &refusal));
	judge(req, input, refusal);
out:
	return nerr_pass(err);
}

static NEOERR *revoke(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	enum receipt_refusal refusal;
	NEOERR *err;

	(void)res;
	TRY(receipt_revoke(req->db, id, change_text(input, "reason"), &req->actor, &refusal));
	judge(req, input, refusal);
out:
	return nerr_pass(err);
}

static const struct field reason_fields[] = { { "reason", F_TEXT, CREATE | REQUIRED, 1, 200 },
	FIELDS_END };
static const struct scope scope = { "t.provider_id", "t.property_id", "t.station_id" };
static const struct action actions[] = {
	{ "count", ACT_PAGE | ACT_LINK },
	{ "redeem", ACT_ROW | ACT_CONFIRM, NULL, "t.state = 'taken'", redeem },
	{ "copy", ACT_ROW | ACT_LINK },
	{ "revoke", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_DANGER, reason_fields,
		"t.state <> 'revoked'", revoke },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "taken", "t.state = 'taken'" },
	{ "used", "t.state = 'used'" },
	{ "revoked", "t.state = 'revoked'" },
	{ NULL },
};

const struct resource receipt_resource = {
	.name = "receipt",
	.group = "money",
	.title = "COALESCE(t.no, t.id)",
	.order = "t.taken_at DESC, t.id DESC",
	.scope = &scope,
	.no_author = true,
	.big = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
};

NEOERR *receipt_copy(struct request *req)
{
	int64_t id = route_id(req, "id");
	struct buf pdf;
	NEOERR *err;

	buf_init(&pdf, 0);
	TRY(resource_reach(req, &receipt_resource, id, false));
	TRY(receipt_pdf(req->db, id, true, &pdf));
	response_header(req, "Content-Disposition",
		arena_printf(&req->arena, "inline; filename=\"receipt-%lld.pdf\"", (long long)id));
	response_bytes(req, "application/pdf", pdf.data, pdf.len);
out:
	buf_clear(&pdf);
	return nerr_pass(err);
}

/* ---- 核销统计: a day and a station ---- */

struct count {
	struct request *req;
	int64_t from, to, rows, taken, used, amount;         /* [from, to) */
	struct xlsx *book;                                   /* NULL: onto the page */
};

static void read_period(struct count *c)
{
	int64_t today = clock_day_start(clock_now());

	c->from = screen_day(c->req, "from", today - 6 * DAY_SECONDS);
	c->to = screen_day(c->req, "to", today) + DAY_SECONDS;
	if (c->to <= c->from)
		c->to = c->from + DAY_SECONDS;
	if (c->to - c->from > COUNT_DAYS * DAY_SECONDS)
		c->from = c->to - COUNT_DAYS * DAY_SECONDS;
}

static void add_half(struct query *q, const struct count *c, const char *columns,
	const char *column)
{
	query_add(q, columns);
	query_from(q, &receipt_resource, false);
	query_where(q, c->req, &receipt_resource, false);
	query_addf(q, " AND t.%s >= ? AND t.%s < ?", column, column);
	query_bind(q, TIME(c->from));
	query_bind(q, TIME(c->to));
}

static NEOERR *take_count(const struct row *r, void *ctx)
{
	struct count *c = ctx;
	struct request *req = c->req;
	int at = (int)c->rows++;
	NEOERR *err = STATUS_OK;

	c->taken += row_i64(r, 2);
	c->used += row_i64(r, 3);
	c->amount += row_money(r, 4);
	if (c->book)
		return nerr_pass(xlsx_row(c->book, r->value));
	TRY(hdf_put(req->hdf, row_str(r, 0), "Count.%d", at));
	TRY(hdf_put(req->hdf, row_str(r, 1), "Count.%d.station", at));
	TRY(hdf_put(req->hdf, screen_fixed(req, row_i64(r, 2), 0, 0), "Count.%d.taken", at));
	TRY(hdf_put(req->hdf, screen_fixed(req, row_i64(r, 3), 0, 0), "Count.%d.used", at));
	TRY(hdf_put(req->hdf, screen_money(req, row_money(r, 4)), "Count.%d.amount", at));
out:
	return nerr_pass(err);
}

static NEOERR *run_count(struct count *c)
{
	struct query q;
	NEOERR *err;

	query_init(&q, &c->req->arena);
	query_add(&q, "SELECT x.day, st.name, SUM(x.taken), SUM(x.used), SUM(x.amount) FROM (");
	add_half(&q, c, "SELECT DATE(t.taken_at) day, t.station_id, 1 taken, 0 used, 0 amount",
		"taken_at");
	query_add(&q, " UNION ALL ");
	add_half(&q, c, "SELECT DATE(t.used_at), t.station_id, 0, t.state = 'used', IF(t.state ="
		" 'used', t.amount, 0)", "used_at");
	query_addf(&q, ") x JOIN station st ON st.id = x.station_id GROUP BY x.day, x.station_id,"
		" st.name ORDER BY x.day DESC, st.name LIMIT %d", COUNT_ROWS);
	TRY(query_run(c->req->db, &q, take_count, c));
out:
	query_clear(&q);
	return nerr_pass(err);
}

NEOERR *receipt_count_show(struct request *req)
{
	struct count c = { .req = req };
	char day[CLOCK_TEXT];
	NEOERR *err;

	read_period(&c);
	TRY(run_count(&c));
	TRY(hdf_put(req->hdf, clock_format_day(c.from, day), "Ask.from"));
	TRY(hdf_put(req->hdf, clock_format_day(c.to - DAY_SECONDS, day), "Ask.to"));
	TRY(hdf_put(req->hdf, screen_fixed(req, c.taken, 0, 0), "All.taken"));
	TRY(hdf_put(req->hdf, screen_fixed(req, c.used, 0, 0), "All.used"));
	TRY(hdf_put(req->hdf, screen_money(req, c.amount), "All.amount"));
	TRY(screen_page(req, "receipt", "receipt.count", "", "screen/receipt_count.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *write_count(struct count *c)
{
	struct request *req = c->req;
	const struct xlsx_column column[] = {
		{ text_get(req, "receipt.day"), XLSX_DAY, 12, false },
		{ text_get(req, "field.station_id"), XLSX_TEXT, 30, false },
		{ text_get(req, "receipt.count_taken"), XLSX_INT, 12, true },
		{ text_get(req, "receipt.count_used"), XLSX_INT, 12, true },
		{ text_get(req, "receipt.count_amount"), XLSX_MONEY, 14, true },
	};
	NEOERR *err;

	TRY(xlsx_sheet(c->book, text_get(req, "receipt.count"), column, 5));
	TRY(run_count(c));
	TRY(xlsx_totals(c->book, text_get(req, "engine.all_total")));
out:
	return nerr_pass(err);
}

NEOERR *receipt_count_download(struct request *req)
{
	struct count c = { .req = req };
	char day[CLOCK_TEXT];
	const char *path;
	NEOERR *err;

	read_period(&c);
	TRY(screen_book(req, "receipts", &path, &c.book));
	TRY(write_count(&c));
	TRY(xlsx_close(&c.book));
	screen_book_answer(req, path,
		arena_printf(&req->arena, "receipts-%s.xlsx", clock_format_day(c.from, day)));
out:
	xlsx_abort(&c.book);
	return nerr_pass(err);
}

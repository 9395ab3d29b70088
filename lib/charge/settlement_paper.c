/* settlement_paper.c - a settlement bill as finance keeps it: a head, the parties, the days, what
 * is due with its tax, lines to sign; in Excel with a sheet of the orders behind it, and as PDF.
 * Owns nothing. Serves settlement.h. */
#include "charge/settlement_internal.h"

#include "base/text.h"
#include "charge/paper.h"

SQL(settlement_paper,
	"select coalesce(t.no, ''), p.name, coalesce((select name from provider x where x.id ="
	" t.partner_id), t.name), t.kind, t.name, date_format(t.from_day, '%Y-%m-%d'),"
	" date_format(t.to_day, '%Y-%m-%d'), t.direction, t.sessions, t.bookings, t.energy,"
	" t.energy_fee, t.service_fee, t.turnover, t.refunds, t.amount, coalesce(t.confirmed_at, ''),"
	" coalesce(t.agreed_at, ''), coalesce(t.settled_at, ''), t.note, t.answer from settlement t"
	" join provider p on p.id = t.provider_id where t.id = ?");

enum cell {
	CELL_NO, CELL_MAKER, CELL_OTHER, CELL_KIND, CELL_NAME, CELL_FROM, CELL_TO, CELL_DIRECTION,
	CELL_SESSIONS, CELL_BOOKINGS, CELL_ENERGY, CELL_ENERGY_FEE, CELL_SERVICE_FEE, CELL_TURNOVER,
	CELL_REFUNDS, CELL_AMOUNT, CELL_CONFIRMED, CELL_AGREED, CELL_SETTLED, CELL_NOTE, CELL_ANSWER,
	CELLS
};
struct bill { struct settlement_wish wish; struct paper on; char text[CELLS][512]; };

#define DAYS(detail) "select date(ended_at), count(*), sum(energy), sum(energy_fee)," \
	" sum(service_fee), sum(amount) from (" detail ") d group by date(ended_at) order by 1"
#define ROWS(detail) "select no, station, started_at, ended_at, energy, energy_fee, service_fee," \
	" amount, refunded, part from (" detail ") d order by ended_at, no"
static const char *const days_text[] = { [SETTLEMENT_AGREEMENT] = DAYS(AGREEMENT_DETAIL),
	[SETTLEMENT_PROPERTY] = DAYS(PROPERTY_DETAIL), [SETTLEMENT_PARTY] = DAYS(PARTY_DETAIL),
	[SETTLEMENT_FLEET] = DAYS(FLEET_DETAIL) };
static const char *const rows_text[] = { [SETTLEMENT_AGREEMENT] = ROWS(AGREEMENT_DETAIL),
	[SETTLEMENT_PROPERTY] = ROWS(PROPERTY_DETAIL), [SETTLEMENT_PARTY] = ROWS(PARTY_DETAIL),
	[SETTLEMENT_FLEET] = ROWS(FLEET_DETAIL) };

static NEOERR *take_bill(const struct row *r, void *ctx)
{
	struct bill *b = ctx;

	for (int i = 0; i < CELLS; i++)
		text_copy(b->text[i], sizeof b->text[i], row_str(r, i));
	return STATUS_OK;
}

static NEOERR *load(struct db *db, int64_t id, struct bill *b)
{
	NEOERR *err;

	TRY(settlement_get(db, id, &b->wish));
	TRY(db_get(db, &settlement_paper, ARGS(I64(id)), take_bill, b));
out:
	return nerr_pass(err);
}

static const char *title_of(const struct bill *b)
{
	static const char *const title[] = { [SETTLEMENT_AGREEMENT] = "合作协议结算单",
		[SETTLEMENT_PROPERTY] = "物业结算单", [SETTLEMENT_PARTY] = "分账方结算单",
		[SETTLEMENT_FLEET] = "集体户结算单" };

	return title[b->wish.kind];
}

static NEOERR *put_head(struct bill *b)
{
	bool receives = text_eq(b->text[CELL_DIRECTION], "receivable");
	char period[60];
	struct paper *p = &b->on;
	NEOERR *err;

	snprintf(period, sizeof period, "%.10s 至 %.10s", b->text[CELL_FROM], b->text[CELL_TO]);
	TRY(paper_title(p, title_of(b)));
	TRY(paper_pairs(p, "结算单号", *b->text[CELL_NO] ? b->text[CELL_NO] : "草稿", "账期", period));
	TRY(paper_pairs(p, "收款方", b->text[receives ? CELL_MAKER : CELL_OTHER], "付款方",
		b->text[receives ? CELL_OTHER : CELL_MAKER]));
	TRY(paper_pairs(p, "结算对象", b->text[CELL_NAME], "出账方确认", b->text[CELL_CONFIRMED]));
	TRY(paper_pairs(p, "对方确认", b->text[CELL_AGREED], "结清时间", b->text[CELL_SETTLED]));
	paper_gap(p);
out:
	return nerr_pass(err);
}

static NEOERR *put_days(struct db *db, struct bill *b)
{
	struct arg args[SETTLEMENT_ARGS];
	int n = settlement_args(&b->wish, args);

	return nerr_pass(paper_days(db, &b->on, &(const struct paper_days){ days_text[b->wish.kind],
												args, n, "订单金额(元)" },
		(const char *const[]){ b->text[CELL_SESSIONS], b->text[CELL_ENERGY],
			b->text[CELL_ENERGY_FEE], b->text[CELL_SERVICE_FEE], b->text[CELL_TURNOVER] }));
}

static NEOERR *put_due(struct bill *b)
{
	static const char *const title[] = { "预约次数", "退款(元)", "结算金额(元)" };
	static const enum xlsx_kind kind[] = { XLSX_INT, XLSX_MONEY, XLSX_MONEY };
	NEOERR *err;

	TRY(paper_head(&b->on, title, 3));
	TRY(paper_row(&b->on, kind,
		(const char *const[]){ b->text[CELL_BOOKINGS], b->text[CELL_REFUNDS],
			b->text[CELL_AMOUNT] },
		3, true));
	paper_gap(&b->on);
out:
	return nerr_pass(err);
}

static NEOERR *write_bill(struct db *db, struct bill *b)
{
	NEOERR *err;

	TRY(put_head(b));
	TRY(put_days(db, b));
	TRY(put_due(b));
	TRY(paper_taxes(db, &b->on,
		&(const struct paper_tax){ "结算服务", b->text[CELL_AMOUNT], TAX_SERVICE }, 1));
	TRY(paper_pairs(&b->on, "备注", b->text[CELL_NOTE], "对方意见", b->text[CELL_ANSWER]));
	TRY(paper_signatures(&b->on, "收款方（盖章）", "付款方（盖章）"));
out:
	return nerr_pass(err);
}

static NEOERR *take_order(const struct row *r, void *ctx)
{
	return nerr_pass(xlsx_row(ctx, r->value));
}

static const struct xlsx_column columns[] = {
	{ "订单编号", XLSX_TEXT, 36, false, false },
	{ "电站", XLSX_TEXT, 24, false, false },
	{ "开始时间", XLSX_TIME, 20, false, false },
	{ "结束时间", XLSX_TIME, 20, false, false },
	{ "电量(kWh)", XLSX_ENERGY, 14, true, false },
	{ "电费(元)", XLSX_MONEY, 14, true, false },
	{ "服务费(元)", XLSX_MONEY, 14, true, false },
	{ "订单金额(元)", XLSX_MONEY, 14, true, false },
	{ "退款(元)", XLSX_MONEY, 14, true, false },
	{ "分账金额(元)", XLSX_MONEY, 14, true, false },
};

NEOERR *settlement_xlsx(struct db *db, int64_t id, const char *path)
{
	static struct bill b;                        /* too big for a stack */
	struct arg args[SETTLEMENT_ARGS];
	struct xlsx *x = NULL;
	int n;
	NEOERR *err;

	TRY(load(db, id, &b));
	n = settlement_args(&b.wish, args);
	TRY(xlsx_open(path, &x));
	TRY(paper_on_sheet(&b.on, x, "结算单"));
	TRY(write_bill(db, &b));
	TRY(xlsx_sheet(x, "订单明细", columns, (int)(sizeof columns / sizeof *columns)));
	TRY(db_stream_text(db, rows_text[b.wish.kind], args, n, take_order, x));
	TRY(xlsx_totals(x, "合计"));
	TRY(xlsx_close(&x));
out:
	if (x)
		xlsx_abort(&x);
	return nerr_pass(err);
}

NEOERR *settlement_pdf(struct db *db, int64_t id, struct buf *out)
{
	static struct bill b;
	struct pdf *pdf = NULL;
	NEOERR *err;

	TRY(load(db, id, &b));
	TRY(pdf_open(title_of(&b), &pdf));
	paper_on_pages(&b.on, pdf);
	TRY(write_bill(db, &b));
	TRY(pdf_close(&pdf, out));
out:
	pdf_drop(&pdf);
	return nerr_pass(err);
}

/* cycle_bill_paper.c - a bill as finance keeps it: a head, the parties, the days, the sum with its
 * tax, lines to sign; in Excel with a sheet of the sessions behind it, and as PDF (I7).
 * Owns nothing. Serves cycle_bill.h. */
#include "charge/cycle_bill.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/paper.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

SQL(bill_paper,
	"select coalesce(b.no, ''), p.name, q.name, date_format(b.from_day, '%Y-%m-%d'),"
	" date_format(b.to_day, '%Y-%m-%d'), b.days, b.sessions, b.energy, b.energy_fee,"
	" b.service_fee, b.amount, b.settle_way, coalesce(b.confirmed_at, ''), coalesce(b.agreed_at,"
	" ''), coalesce(b.settled_at, ''), b.note, b.answer from cycle_bill b join provider p on p.id ="
	" b.provider_id join provider q on q.id = b.partner_id where b.id = ?");
static const char days_text[] =
	"select r.day, r.sessions, r.energy, r.energy_fee, r.service_fee, r.amount from"
	" daily_report r where r.bill_id = ? and r.direction = 'receivable' order by r.day, r.id";
/* Charges at the payee's stations here, and those of the payer's members on the payee's own
 * platform: what the days are made of (daily_report.c). */
static const char sessions_text[] =
	"select no, station, member, started_at, ended_at, energy, energy_fee, service_fee, amount from"
	" (select s.no, t.name station, m.no member, s.started_at, s.ended_at, s.energy,"
	" coalesce(h.energy_fee, s.energy_fee) energy_fee, coalesce(h.service_fee, s.service_fee)"
	" service_fee, coalesce(h.amount, s.amount) amount from daily_report r join session s on"
	" s.ended_at >= r.day and s.ended_at < r.day + interval 1 day and s.provider_id ="
	" r.provider_id and s.member_provider_id = r.partner_id and s.state = 'finished' and s.anomaly"
	" <> 'void' left join session_share h on h.session_id = s.id"
	" join station t on t.id = s.station_id left join member m on m.id = s.member_id"
	" where r.bill_id = ? and r.direction = 'receivable' union all select x.seq, t.name, m.no,"
	" x.started_at, x.ended_at, x.energy, x.energy_fee, x.service_fee, x.amount from daily_report r"
	" join remote_session x on x.ended_at >= r.day and x.ended_at < r.day + interval 1 day and"
	" x.partner_id = r.provider_id and x.provider_id = r.partner_id and x.state = 'finished' join"
	" remote_station t on t.id = x.remote_station_id left join member m on m.id = x.member_id"
	" where r.bill_id = ? and r.direction = 'receivable') d order by ended_at, no";
static const struct xlsx_column session_columns[] = {
	{ "订单编号", XLSX_TEXT, 36, false, false },
	{ "电站", XLSX_TEXT, 24, false, false },
	{ "用户编号", XLSX_TEXT, 12, false, false },
	{ "开始时间", XLSX_TIME, 20, false, false },
	{ "结束时间", XLSX_TIME, 20, false, false },
	{ "电量(kWh)", XLSX_ENERGY, 14, true, false },
	{ "电费(元)", XLSX_MONEY, 14, true, false },
	{ "服务费(元)", XLSX_MONEY, 14, true, false },
	{ "金额(元)", XLSX_MONEY, 14, true, false },
};

enum bill_cell {
	PAPER_NO, PAPER_PAYEE, PAPER_PAYER, PAPER_FROM, PAPER_TO, PAPER_DAYS, PAPER_SESSIONS,
	PAPER_ENERGY, PAPER_ENERGY_FEE, PAPER_SERVICE_FEE, PAPER_AMOUNT, PAPER_WAY, PAPER_CONFIRMED,
	PAPER_AGREED, PAPER_SETTLED, PAPER_NOTE, PAPER_ANSWER,
	PAPERS
};
struct bill_sheet { struct paper on; char text[PAPERS][512]; };

static NEOERR *take_paper(const struct row *r, void *ctx)
{
	struct bill_sheet *s = ctx;

	for (int i = 0; i < PAPERS; i++)
		text_copy(s->text[i], sizeof(s->text[i]), row_str(r, i));
	return STATUS_OK;
}

static NEOERR *head(struct bill_sheet *s)
{
	char period[60];
	const char *way = text_eq(s->text[PAPER_WAY], "prepay") ? "转预存" : "银行转账";
	struct paper *p = &s->on;
	NEOERR *err;

	snprintf(period, sizeof(period), "%.10s 至 %.10s", s->text[PAPER_FROM], s->text[PAPER_TO]);
	TRY(paper_title(p, "互联互通对账单"));
	TRY(paper_pairs(p, "账单编号", *s->text[PAPER_NO] ? s->text[PAPER_NO] : "草稿", "账期", period));
	TRY(paper_pairs(p, "收款方", s->text[PAPER_PAYEE], "付款方", s->text[PAPER_PAYER]));
	TRY(paper_pairs(p, "结算方式", way, "收款方确认", s->text[PAPER_CONFIRMED]));
	TRY(paper_pairs(p, "付款方确认", s->text[PAPER_AGREED], "结清时间", s->text[PAPER_SETTLED]));
	paper_gap(p);
out:
	return nerr_pass(err);
}

static NEOERR *days(struct db *db, int64_t id, struct bill_sheet *s)
{
	const struct arg args[] = { I64(id) };

	return nerr_pass(paper_days(db, &s->on, &(const struct paper_days){ days_text, args, 1,
												"金额(元)" },
		(const char *const[]){ s->text[PAPER_SESSIONS], s->text[PAPER_ENERGY],
			s->text[PAPER_ENERGY_FEE], s->text[PAPER_SERVICE_FEE], s->text[PAPER_AMOUNT] }));
}

/* The same on both media. */
static NEOERR *write_bill(struct db *db, int64_t id, struct bill_sheet *s)
{
	NEOERR *err;

	TRY(head(s));
	TRY(days(db, id, s));
	TRY(paper_taxes(db, &s->on,
		(const struct paper_tax[]){ { "电费", s->text[PAPER_ENERGY_FEE], TAX_ENERGY },
			{ "服务费", s->text[PAPER_SERVICE_FEE], TAX_SERVICE } },
		2));
	TRY(paper_pairs(&s->on, "备注", s->text[PAPER_NOTE], "付款方意见", s->text[PAPER_ANSWER]));
	TRY(paper_signatures(&s->on, "收款方（盖章）", "付款方（盖章）"));
out:
	return nerr_pass(err);
}

static NEOERR *take_session(const struct row *r, void *ctx)
{
	return nerr_pass(xlsx_row(ctx, r->value));
}

NEOERR *cycle_bill_xlsx(struct db *db, int64_t bill_id, const char *path)
{
	static struct bill_sheet s;                 /* too big for a stack */
	struct xlsx *x = NULL;
	NEOERR *err;

	TRY(db_get(db, &bill_paper, ARGS(I64(bill_id)), take_paper, &s));
	TRY(xlsx_open(path, &x));
	TRY(paper_on_sheet(&s.on, x, "对账单"));
	TRY(write_bill(db, bill_id, &s));
	TRY(xlsx_sheet(x, "订单明细", session_columns, COUNT(session_columns)));
	TRY(db_stream_text(db, sessions_text, ARGS(I64(bill_id), I64(bill_id)), take_session, x));
	TRY(xlsx_totals(x, "合计"));
	TRY(xlsx_close(&x));
out:
	if (x)
		xlsx_abort(&x);
	return nerr_pass(err);
}

NEOERR *cycle_bill_pdf(struct db *db, int64_t bill_id, struct buf *out)
{
	static struct bill_sheet s;
	struct pdf *pdf = NULL;
	NEOERR *err;

	TRY(db_get(db, &bill_paper, ARGS(I64(bill_id)), take_paper, &s));
	TRY(pdf_open("互联互通对账单", &pdf));
	paper_on_pages(&s.on, pdf);
	TRY(write_bill(db, bill_id, &s));
	TRY(pdf_close(&pdf, out));
out:
	pdf_drop(&pdf);
	return nerr_pass(err);
}

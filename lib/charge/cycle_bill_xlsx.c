/* cycle_bill_xlsx.c - a bill as finance keeps it: a head, the parties, the days, the sum with its
 * tax, lines to sign, and a sheet of the sessions behind it (I7).
 * Owns nothing. Serves cycle_bill.h. */
#include "charge/cycle_bill.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/xlsx.h"
#include "db/setting.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define COLUMNS 6
#define PERCENT 100

SQL(bill_paper,
	"select coalesce(b.no, ''), p.name, q.name, date_format(b.from_day, '%Y-%m-%d'),"
	" date_format(b.to_day, '%Y-%m-%d'), b.days, b.sessions, b.energy, b.energy_fee,"
	" b.service_fee, b.amount, b.settle_way, coalesce(b.confirmed_at, ''), coalesce(b.agreed_at,"
	" ''), coalesce(b.settled_at, ''), b.note, b.answer from cycle_bill b join provider p on p.id ="
	" b.provider_id join provider q on q.id = b.partner_id where b.id = ?");
static const char days_text[] =
	"select r.day, r.sessions, r.energy, r.energy_fee, r.service_fee, r.amount from"
	" daily_report r where r.bill_id = ? and r.direction = 'receivable' order by r.day, r.id";
static const char sessions_text[] =
	"select s.no, t.name, m.no, s.started_at, s.ended_at, s.energy,"
	" coalesce(h.energy_fee, s.energy_fee), coalesce(h.service_fee, s.service_fee),"
	" coalesce(h.amount, s.amount) from daily_report r join session s on"
	" s.ended_at >= r.day and s.ended_at < r.day + interval 1 day and s.provider_id ="
	" r.provider_id and s.member_provider_id = r.partner_id and s.state = 'finished' and s.anomaly"
	" <> 'void' left join session_share h on h.session_id = s.id"
	" join station t on t.id = s.station_id left join member m on m.id = s.member_id"
	" where r.bill_id = ? and r.direction = 'receivable' order by s.ended_at, s.id";
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

enum paper {
	PAPER_NO, PAPER_PAYEE, PAPER_PAYER, PAPER_FROM, PAPER_TO, PAPER_DAYS, PAPER_SESSIONS,
	PAPER_ENERGY, PAPER_ENERGY_FEE, PAPER_SERVICE_FEE, PAPER_AMOUNT, PAPER_WAY, PAPER_CONFIRMED,
	PAPER_AGREED, PAPER_SETTLED, PAPER_NOTE, PAPER_ANSWER,
	PAPERS
};
struct paper_sheet { struct xlsx *x; int row; char text[PAPERS][512]; };

static NEOERR *take_paper(const struct row *r, void *ctx)
{
	struct paper_sheet *s = ctx;

	for (int i = 0; i < PAPERS; i++)
		text_copy(s->text[i], sizeof(s->text[i]), row_str(r, i));
	return STATUS_OK;
}

static NEOERR *cell(struct paper_sheet *s, int column, enum xlsx_kind kind, enum xlsx_style style,
	const char *text)
{
	return nerr_pass(xlsx_cell(s->x, s->row, column, kind, style, text));
}

/* Two pairs of label and value in a row. */
static NEOERR *pairs(struct paper_sheet *s, const char *a, const char *av, const char *b,
	const char *bv)
{
	NEOERR *err;

	TRY(cell(s, 0, XLSX_TEXT, XS_BOLD, a));
	TRY(cell(s, 1, XLSX_TEXT, XS_PLAIN, av));
	TRY(cell(s, 3, XLSX_TEXT, XS_BOLD, b));
	TRY(cell(s, 4, XLSX_TEXT, XS_PLAIN, bv));
	s->row++;
out:
	return nerr_pass(err);
}

static NEOERR *head(struct paper_sheet *s)
{
	char period[60];
	const char *way = text_eq(s->text[PAPER_WAY], "prepay") ? "转预存" : "银行转账";
	NEOERR *err;

	snprintf(period, sizeof(period), "%.10s 至 %.10s", s->text[PAPER_FROM], s->text[PAPER_TO]);
	TRY(cell(s, 0, XLSX_TEXT, XS_TITLE, "互联互通对账单"));
	s->row += 2;
	TRY(pairs(s, "账单编号", *s->text[PAPER_NO] ? s->text[PAPER_NO] : "草稿", "账期", period));
	TRY(pairs(s, "收款方", s->text[PAPER_PAYEE], "付款方", s->text[PAPER_PAYER]));
	TRY(pairs(s, "结算方式", way, "收款方确认", s->text[PAPER_CONFIRMED]));
	TRY(pairs(s, "付款方确认", s->text[PAPER_AGREED], "结清时间", s->text[PAPER_SETTLED]));
	s->row++;
out:
	return nerr_pass(err);
}

static const enum xlsx_kind day_kind[COLUMNS] = { XLSX_DAY, XLSX_INT, XLSX_ENERGY, XLSX_MONEY,
	XLSX_MONEY, XLSX_MONEY };

static NEOERR *take_day(const struct row *r, void *ctx)
{
	struct paper_sheet *s = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < COLUMNS; i++)
		TRY(cell(s, i, day_kind[i], XS_BORDER, row_str(r, i)));
	s->row++;
out:
	return nerr_pass(err);
}

static NEOERR *days(struct db *db, int64_t id, struct paper_sheet *s)
{
	static const char *const title[COLUMNS] = { "日期", "充电次数", "电量(kWh)", "电费(元)",
		"服务费(元)", "金额(元)" };
	static const int total[COLUMNS] = { -1, PAPER_SESSIONS, PAPER_ENERGY, PAPER_ENERGY_FEE,
		PAPER_SERVICE_FEE, PAPER_AMOUNT };
	NEOERR *err;

	for (int i = 0; i < COLUMNS; i++)
		TRY(cell(s, i, XLSX_TEXT, XS_HEAD, title[i]));
	s->row++;
	TRY(db_stream_text(db, days_text, ARGS(I64(id)), take_day, s));
	TRY(cell(s, 0, XLSX_TEXT, XS_SUM, "合计"));
	for (int i = 1; i < COLUMNS; i++)
		TRY(cell(s, i, day_kind[i], XS_SUM, s->text[total[i]]));
	s->row += 2;
out:
	return nerr_pass(err);
}

/* Prices hold the tax: net = gross / (1 + rate), to the fen; the tax is the rest, so that both
 * always add up. */
static NEOERR *tax_line(struct paper_sheet *s, const char *name, const char *gross_text,
	int64_t rate)
{
	int64_t gross = 0, net = 0;
	char text[3][FIXED_TEXT];
	NEOERR *err = STATUS_OK;

	if (!money_parse(gross_text, &gross)
		|| !fixed_muldiv(gross, PERCENT, PERCENT + rate, ROUND_HALF_UP, &net))
		return nerr_raise(ERR_INVALID, "the bill's sum cannot be taxed: %s", gross_text);
	net = fixed_round(net, MONEY_FEN, ROUND_HALF_UP);
	fixed_format(net, MONEY_SCALE, 2, text[0]);
	fixed_format(gross - net, MONEY_SCALE, 2, text[1]);
	snprintf(text[2], sizeof(text[2]), "%lld", (long long)rate);
	TRY(cell(s, 0, XLSX_TEXT, XS_BORDER, name));
	TRY(cell(s, 1, XLSX_PERCENT, XS_BORDER, text[2]));
	TRY(cell(s, 2, XLSX_MONEY, XS_BORDER, text[0]));
	TRY(cell(s, 3, XLSX_MONEY, XS_BORDER, text[1]));
	TRY(cell(s, 4, XLSX_MONEY, XS_BORDER, gross_text));
	s->row++;
out:
	return nerr_pass(err);
}

static NEOERR *taxes(struct db *db, struct paper_sheet *s)
{
	static const char *const title[] = { "费用", "税率", "不含税金额(元)", "税额(元)",
		"价税合计(元)" };
	int64_t energy = 0, service = 0;
	NEOERR *err;

	TRY(setting_i64(db, "bill_tax_energy", &energy));
	TRY(setting_i64(db, "bill_tax_service", &service));
	for (int i = 0; i < COUNT(title); i++)
		TRY(cell(s, i, XLSX_TEXT, XS_HEAD, title[i]));
	s->row++;
	TRY(tax_line(s, "电费", s->text[PAPER_ENERGY_FEE], energy));
	TRY(tax_line(s, "服务费", s->text[PAPER_SERVICE_FEE], service));
	s->row++;
out:
	return nerr_pass(err);
}

static NEOERR *foot(struct paper_sheet *s)
{
	NEOERR *err;

	TRY(pairs(s, "备注", s->text[PAPER_NOTE], "付款方意见", s->text[PAPER_ANSWER]));
	s->row += 2;
	TRY(pairs(s, "收款方（盖章）", "________________", "付款方（盖章）", "________________"));
	s->row++;
	TRY(pairs(s, "签字日期", "________________", "签字日期", "________________"));
out:
	return nerr_pass(err);
}

static NEOERR *take_session(const struct row *r, void *ctx)
{
	return nerr_pass(xlsx_row(ctx, r->value));
}

static NEOERR *write_sheets(struct db *db, int64_t id, struct paper_sheet *s)
{
	static const int widths[COLUMNS] = { 20, 24, 18, 16, 24, 18 };
	NEOERR *err;

	TRY(db_get(db, &bill_paper, ARGS(I64(id)), take_paper, s));
	TRY(xlsx_free_sheet(s->x, "对账单", widths, COLUMNS));
	TRY(head(s));
	TRY(days(db, id, s));
	TRY(taxes(db, s));
	TRY(foot(s));
	TRY(xlsx_sheet(s->x, "订单明细", session_columns, COUNT(session_columns)));
	TRY(db_stream_text(db, sessions_text, ARGS(I64(id)), take_session, s->x));
	TRY(xlsx_totals(s->x, "合计"));
out:
	return nerr_pass(err);
}

NEOERR *cycle_bill_xlsx(struct db *db, int64_t bill_id, const char *path)
{
	static struct paper_sheet s;                 /* too big for a stack */
	NEOERR *err;

	memset(&s, 0, sizeof(s));
	TRY(xlsx_open(path, &s.x));
	TRY(write_sheets(db, bill_id, &s));
	TRY(xlsx_close(&s.x));
out:
	if (s.x)
		xlsx_abort(&s.x);
	return nerr_pass(err);
}

/* daily_report_xlsx.c - the Excel that finance sends to a partner: a day's summary and the sessions
 * behind it (I6, I7).
 * Owns nothing. Serves daily_report.h. */
#include "charge/daily_report.h"

#include "base/clock.h"
#include "base/xlsx.h"

/* Words of the sheet are the partners' language, as on paper. */
static const char summary_text[] =
	"select r.day, if(r.direction = 'receivable', '收款', '付款'), p.name, q.name, r.sessions,"
	" r.energy, r.energy_fee, r.service_fee,"
	" r.amount, if(r.confirm_status = 'confirmed', '已确认', '待确认'), if(r.bill_status = 'billed',"
	" '已出账', '未出账'), r.updated_at,"
	" r.note from daily_report r join provider p on p.id = r.provider_id join provider q on q.id"
	" = r.partner_id"
	" where r.day = ? and (? = 0 or r.provider_id = ?) order by r.direction desc, p.name, q.name";
static const struct xlsx_column summary_columns[] = {
	{ "日期", XLSX_DAY, 12, false },
	{ "方向", XLSX_TEXT, 8, false },
	{ "服务商", XLSX_TEXT, 24, false },
	{ "合作方", XLSX_TEXT, 24, false },
	{ "充电次数", XLSX_INT, 10, true },
	{ "电量(kWh)", XLSX_ENERGY, 14, true },
	{ "电费(元)", XLSX_MONEY, 14, true },
	{ "服务费(元)", XLSX_MONEY, 14, true },
	{ "金额(元)", XLSX_MONEY, 14, true },
	{ "确认状态", XLSX_TEXT, 10, false },
	{ "账单状态", XLSX_TEXT, 10, false },
	{ "更新时间", XLSX_TIME, 20, false },
	{ "备注", XLSX_TEXT, 40, false },
};
static const char detail_text[] =
	"select s.no, p.name, t.name, q.name, m.no, s.started_at, s.ended_at, s.energy,"
	" coalesce(h.energy_fee, s.energy_fee), coalesce(h.service_fee, s.service_fee),"
	" coalesce(h.amount, s.amount)"
	" from session s left join session_share h on h.session_id = s.id"
	" join provider p on p.id = s.provider_id join provider q on q.id ="
	" s.member_provider_id"
	" join station t on t.id = s.station_id left join member m on m.id = s.member_id"
	" where s.ended_at >= ? and s.ended_at < ? and s.state = 'finished' and s.anomaly <> 'void'"
	" and s.member_provider_id <> s.provider_id and (? = 0 or s.provider_id = ? or"
	" s.member_provider_id = ?)"
	" order by s.ended_at, s.id";
/* Our drivers at stations of other platforms. */
static const char remote_text[] =
	"select r.seq, p.name, t.name, q.name, m.no, r.started_at, r.ended_at, r.energy, r.energy_fee,"
	" r.service_fee, r.amount from remote_session r join provider p on p.id = r.partner_id join"
	" provider q on q.id = r.provider_id join remote_station t on t.id = r.remote_station_id join"
	" member m on m.id = r.member_id where r.ended_at >= ? and r.ended_at < ? and r.state ="
	" 'finished' and (? = 0 or r.provider_id = ? or r.partner_id = ?) order by r.ended_at, r.id";
static const struct xlsx_column detail_columns[] = {
	{ "订单编号", XLSX_TEXT, 36, false },
	{ "电站服务商", XLSX_TEXT, 24, false },
	{ "电站", XLSX_TEXT, 24, false },
	{ "会员服务商", XLSX_TEXT, 24, false },
	{ "用户编号", XLSX_TEXT, 12, false },
	{ "开始时间", XLSX_TIME, 20, false },
	{ "结束时间", XLSX_TIME, 20, false },
	{ "电量(kWh)", XLSX_ENERGY, 14, true },
	{ "电费(元)", XLSX_MONEY, 14, true },
	{ "服务费(元)", XLSX_MONEY, 14, true },
	{ "金额(元)", XLSX_MONEY, 14, true },
};

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static NEOERR *take_row(const struct row *r, void *ctx)
{
	return nerr_pass(xlsx_row(ctx, r->value));
}

static NEOERR *write_sheets(struct db *db, struct xlsx *x, int64_t day, int64_t provider_id)
{
	char text[CLOCK_TEXT], made[CLOCK_TEXT];
	const char *const notes[][2] = { { "日期", clock_format_day(day, text) },
		{ "生成时间", clock_format(clock_now(), made) } };
	NEOERR *err;

	TRY(xlsx_sheet(x, "互联互通日报", summary_columns, COUNT(summary_columns)));
	TRY(db_stream_text(db, summary_text, ARGS(DAY(day), I64(provider_id), I64(provider_id)),
		take_row, x));
	TRY(xlsx_totals(x, "合计"));
	TRY(xlsx_sheet(x, "订单明细", detail_columns, COUNT(detail_columns)));
	TRY(db_stream_text(db, detail_text,
		ARGS(TIME(day), TIME(day + DAY_SECONDS), I64(provider_id), I64(provider_id),
			I64(provider_id)),
		take_row, x));
	TRY(db_stream_text(db, remote_text,
		ARGS(TIME(day), TIME(day + DAY_SECONDS), I64(provider_id), I64(provider_id),
			I64(provider_id)),
		take_row, x));
	TRY(xlsx_totals(x, "合计"));
	TRY(xlsx_notes(x, "说明", notes, COUNT(notes)));
out:
	return nerr_pass(err);
}

NEOERR *daily_report_xlsx(struct db *db, int64_t day, int64_t provider_id, const char *path)
{
	struct xlsx *x = NULL;
	NEOERR *err;

	TRY(xlsx_open(path, &x));
	TRY(write_sheets(db, x, clock_day_start(day), provider_id));
	TRY(xlsx_close(&x));
out:
	if (x)
		xlsx_abort(&x);
	return nerr_pass(err);
}

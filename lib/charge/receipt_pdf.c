/* receipt_pdf.c - a receipt as a slip to keep: whose, what, how much, and the code that proves it.
 * Owns the layout and the count of prints. Serves receipt.h. */
#include "charge/receipt.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/pdf.h"
#include "base/qr.h"
#include "base/text.h"

#define LEFT   65.0
#define WIDTH  80.0
#define SMALL  9
#define LINE   6.5
#define CODE   36.0

SQL(receipt_printed,
	"update receipt set prints = prints + 1, printed_at = ?, version = version + 1 where id ="
	" ?");

static double put_pair(struct pdf *p, double y, const char *label, const char *value)
{
	double height;

	pdf_text(p, LEFT, y, 24, SMALL, PDF_GREY, label);
	height = pdf_text(p, LEFT + 24, y, WIDTH - 24, SMALL, PDF_RIGHT, value);
	return y + (height > LINE - 1.5 ? height + 1.5 : LINE);
}

static double put_money(struct pdf *p, double y, const char *label, int64_t amount)
{
	char digits[FIXED_TEXT + 8], text[FIXED_TEXT + 12];

	snprintf(text, sizeof text, "¥%s", fixed_group(amount, MONEY_SCALE, 2, digits));
	return put_pair(p, y, label, text);
}

static double put_facts(struct pdf *p, double y, const struct receipt *r)
{
	char when[CLOCK_TEXT], digits[FIXED_TEXT], kwh[FIXED_TEXT + 8];

	snprintf(kwh, sizeof kwh, "%s kWh", fixed_format(r->energy, ENERGY_SCALE, 3, digits));
	y = put_pair(p, y, "小票编号", r->no);
	y = put_pair(p, y, "服务序号", r->session_no);
	y = put_pair(p, y, "充电站", r->station);
	if (*r->plate)
		y = put_pair(p, y, "车牌号码", r->plate);
	y = put_pair(p, y, "服务结束时间", clock_format(r->ended_at, when));
	y = put_pair(p, y, "充电量", kwh);
	y = put_money(p, y, "电费", r->energy_fee);
	y = put_money(p, y, "服务费", r->service_fee);
	if (r->amount != r->energy_fee + r->service_fee)
		y = put_money(p, y, "优惠、抹零与退款", r->amount - r->energy_fee - r->service_fee);
	pdf_line(p, LEFT, y, LEFT + WIDTH, y);
	y = put_money(p, y + 2, "消费金额", r->amount);
	return put_pair(p, y, "有效时间", clock_format(r->valid_until, when));
}

static NEOERR *put_code(struct pdf *p, double y, const struct receipt *r)
{
	char link[400];
	unsigned char *png = NULL;
	size_t len;
	NEOERR *err;

	receipt_link(r, link, sizeof link);
	TRY(qr_png_dup(link, 6, &png, &len));
	TRY(pdf_png(p, LEFT + (WIDTH - CODE) / 2, y, CODE, png, len));
	pdf_text(p, LEFT, y + CODE + 1, WIDTH, SMALL, PDF_CENTRE | PDF_GREY, "扫码验证小票真伪");
out:
	free(png);
	return nerr_pass(err);
}

static NEOERR *count(struct db *db, void *ctx)
{
	return nerr_pass(db_exec(db, &receipt_printed,
		ARGS(TIME(clock_now()), I64(*(const int64_t *)ctx)), NULL));
}

NEOERR *receipt_pdf(struct db *db, int64_t id, bool copy, struct buf *out)
{
	struct receipt r;
	struct pdf *p = NULL;
	char title[80];
	double y = 34;
	NEOERR *err;

	if (!copy)
		TRY(db_tx(db, count, &id));
	TRY(receipt_get(db, id, &r));
	snprintf(title, sizeof title, "充电小票%s", copy ? "（副本）"
		: r.state == RECEIPT_REVOKED                ? "（已作废）"
													: "");
	TRY(pdf_open("充电小票", &p));
	pdf_text(p, LEFT, 14, WIDTH, 16, PDF_BOLD | PDF_CENTRE, title);
	pdf_text(p, LEFT, 24, WIDTH, SMALL, PDF_CENTRE, r.provider);
	y = put_facts(p, y, &r);
	if (!copy) {
		char times[40];

		snprintf(times, sizeof times, "第 %d 次", r.prints);
		y = put_pair(p, y, "打印", times);
	}
	TRY(put_code(p, y + 3, &r));
	TRY(pdf_close(&p, out));
out:
	pdf_drop(&p);
	return nerr_pass(err);
}

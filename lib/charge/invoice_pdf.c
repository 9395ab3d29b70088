/* invoice_pdf.c - an issued invoice as a page to keep: buyer, seller, lines with tax, the sum in
 * figures and in Chinese words.
 * Owns the layout. Serves invoice.h. */
#include "charge/invoice_internal.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/pdf.h"
#include "base/text.h"
#include "charge/yuan_words.h"

#define LEFT   15.0
#define WIDTH  180.0
#define SMALL  9
#define NORMAL 10

static void put_pair(struct pdf *p, double y, const char *label, const char *value)
{
	pdf_text(p, LEFT + 2, y, 40, SMALL, PDF_GREY, label);
	pdf_text(p, LEFT + 34, y, WIDTH - 36, SMALL, 0, value);
}

static void put_head(struct pdf *p, const struct invoice_row *r)
{
	char day[CLOCK_TEXT], line[200];

	pdf_text(p, LEFT, 14, WIDTH, 18, PDF_BOLD | PDF_CENTRE,
		r->state == INVOICE_VOID ? "充电服务发票（作废）" : "充电服务发票");
	snprintf(line, sizeof line, "发票代码 %s    发票号码 %s    开票日期 %s",
		*r->code ? r->code : "-", r->number, clock_format_day(r->issued_at, day));
	pdf_text(p, LEFT, 25, WIDTH, NORMAL, PDF_CENTRE, line);
}

static void put_parties(struct pdf *p, const struct invoice_row *r, const json_t *seller)
{
	char bank[300], place[300];

	snprintf(place, sizeof place, "%s %s", json_text(seller, "address", ""),
		json_text(seller, "phone", ""));
	snprintf(bank, sizeof bank, "%s %s", json_text(seller, "bank", ""),
		json_text(seller, "bank_no", ""));
	pdf_box(p, LEFT, 35, WIDTH, 17);
	put_pair(p, 37, "购买方", r->title);
	put_pair(p, 44, "纳税人识别号", r->tax_no);
	pdf_box(p, LEFT, 52, WIDTH, 31);
	put_pair(p, 54, "销售方", json_text(seller, "company", ""));
	put_pair(p, 61, "纳税人识别号", json_text(seller, "tax_no", ""));
	put_pair(p, 68, "地址、电话", place);
	put_pair(p, 75, "开户行及账号", bank);
}

/* Columns: what, quantity, amount without tax, rate, tax. */
static const double column[] = { 2, 62, 92, 128, 148 }, width[] = { 58, 26, 32, 18, 30 };

static void put_cells(struct pdf *p, double y, unsigned style, const char *const cell[5])
{
	for (int i = 0; i < 5; i++)
		pdf_text(p, LEFT + column[i], y, width[i], SMALL, style | (i ? PDF_RIGHT : 0), cell[i]);
}

static void put_line(struct pdf *p, double y, const char *what, const char *quantity,
	int64_t amount, int64_t rate, int64_t tax)
{
	char net[FIXED_TEXT + 8], digits[FIXED_TEXT], percent[FIXED_TEXT + 2], vat[FIXED_TEXT + 8];
	const char *const cell[5] = { what, quantity, net, percent, vat };

	fixed_group(amount - tax, MONEY_SCALE, 2, net);
	fixed_group(tax, MONEY_SCALE, 2, vat);
	snprintf(percent, sizeof percent, "%s%%", fixed_format(rate, 2, rate % 100 ? 2 : 0, digits));
	put_cells(p, y, 0, cell);
}

static void put_sum(struct pdf *p, const struct invoice_row *r)
{
	char net[FIXED_TEXT + 8], vat[FIXED_TEXT + 8];
	int64_t tax = r->energy_tax + r->service_tax;
	const char *const cell[5] = { "合计", "", fixed_group(r->amount - tax, MONEY_SCALE, 2, net), "",
		fixed_group(tax, MONEY_SCALE, 2, vat) };

	put_cells(p, 112, 0, cell);
}

static void put_lines(struct pdf *p, const struct invoice_row *r)
{
	static const char *const head[5] = { "项目", "数量", "金额", "税率", "税额" };
	char digits[FIXED_TEXT], kwh[FIXED_TEXT + 8];
	double y = 95;

	pdf_box(p, LEFT, 83, WIDTH, 36);
	put_cells(p, 85, PDF_GREY, head);
	pdf_line(p, LEFT, 92, LEFT + WIDTH, 92);
	snprintf(kwh, sizeof kwh, "%s kWh", fixed_format(r->energy, ENERGY_SCALE, 3, digits));
	if (r->energy_amount) {
		put_line(p, y, "*供电*充电电费", kwh, r->energy_amount, r->energy_rate, r->energy_tax);
		y += 8;
	}
	if (r->service_amount)
		put_line(p, y, "*现代服务*充电服务费", "1 项", r->service_amount, r->service_rate,
			r->service_tax);
	put_sum(p, r);
}

static const char *said(const json_t *seller, const char *name)
{
	const char *text = json_text(seller, name, "");

	return *text ? text : "-";
}

static void put_foot(struct pdf *p, const struct invoice_row *r, const json_t *seller)
{
	char words[YUAN_WORDS], amount[FIXED_TEXT + 8], line[400];

	pdf_box(p, LEFT, 119, WIDTH, 10);
	snprintf(line, sizeof line, "价税合计（大写） %s", yuan_words(r->amount, words));
	pdf_text(p, LEFT + 2, 122, 120, NORMAL, 0, line);
	snprintf(line, sizeof line, "（小写）¥%s", fixed_group(r->amount, MONEY_SCALE, 2, amount));
	pdf_text(p, LEFT + 120, 122, 58, NORMAL, PDF_RIGHT | PDF_BOLD, line);
	snprintf(line, sizeof line, "收款人 %s    复核人 %s    开票人 %s    申请编号 %s", said(seller, "payee"),
		said(seller, "reviewer"), said(seller, "drawer"), r->no);
	pdf_text(p, LEFT, 133, WIDTH, SMALL, PDF_GREY, line);
}

NEOERR *invoice_pdf(struct db *db, int64_t id, struct buf *out)
{
	struct invoice_row r;
	struct pdf *p = NULL;
	json_t *seller = NULL;
	NEOERR *err;

	TRY(invoice_get(db, id, false, &r));
	if (!r.issued_at)
		return nerr_raise(ERR_NOT_FOUND, "invoice %s is not issued", r.no);
	TRY(json_read(r.seller, strlen(r.seller), sizeof r.seller, &seller));
	TRY(pdf_open("充电服务发票", &p));
	put_head(p, &r);
	put_parties(p, &r, seller);
	put_lines(p, &r);
	put_foot(p, &r, seller);
	TRY(pdf_close(&p, out));
out:
	json_decref(seller);
	return nerr_pass(err);
}

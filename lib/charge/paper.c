/* paper.c - papers of finance on both media: the same rows in the same order, cells of a sheet or
 * boxes in millimetres.
 * Owns the layout. Serves paper.h. */
#include "charge/paper.h"

#include "base/money.h"
#include "base/text.h"
#include "db/setting.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))
#define PERCENT 100
#define LEFT    15.0
#define TOP     15.0
#define BOTTOM  280.0
#define LINE    5.6
#define WHOLE   180.0
#define SMALL   8

/* Characters in Excel; shares of the page's width in a PDF. */
static const int sheet_width[PAPER_COLUMNS] = { 20, 24, 18, 16, 24, 18 };

static double column_x(int column)
{
	double x = 0, all = 0;

	for (int i = 0; i < PAPER_COLUMNS; i++) {
		all += sheet_width[i];
		x += i < column ? sheet_width[i] : 0;
	}
	return LEFT + x * WHOLE / all;
}

static double room(int from, int to)
{
	return column_x(to) - column_x(from);
}

NEOERR *paper_on_sheet(struct paper *p, struct xlsx *x, const char *name)
{
	*p = (struct paper){ .x = x };
	return nerr_pass(xlsx_free_sheet(x, name, sheet_width, PAPER_COLUMNS));
}

static void put_page_number(struct paper *p)
{
	char text[40];

	snprintf(text, sizeof text, "第 %d 页", ++p->page);
	pdf_text(p->pdf, LEFT, BOTTOM + 5, WHOLE, SMALL, PDF_CENTRE | PDF_GREY, text);
}

void paper_on_pages(struct paper *p, struct pdf *pdf)
{
	*p = (struct paper){ .pdf = pdf, .y = TOP };
	put_page_number(p);
}

static void put_head(struct paper *p)
{
	for (int i = 0; i < p->heads; i++) {
		pdf_box(p->pdf, column_x(i), p->y, room(i, i + 1), LINE);
		pdf_text(p->pdf, column_x(i) + 1, p->y + 0.9, room(i, i + 1) - 2, SMALL,
			PDF_BOLD | PDF_CENTRE, p->head[i]);
	}
	p->y += LINE;
}

/* What is height mm high stands whole on one page. */
static void make_room(struct paper *p, double height)
{
	if (p->y + height <= BOTTOM)
		return;
	pdf_next_page(p->pdf);
	p->y = TOP;
	put_page_number(p);
	if (p->head)
		put_head(p);
}

NEOERR *paper_title(struct paper *p, const char *title)
{
	NEOERR *err = STATUS_OK;

	if (p->pdf) {
		p->y += pdf_text(p->pdf, LEFT, p->y, WHOLE, 17, PDF_BOLD | PDF_CENTRE, title) + 5;
		return STATUS_OK;
	}
	TRY(xlsx_cell(p->x, p->row, 0, XLSX_TEXT, XS_TITLE, title));
	p->row += 2;
out:
	return nerr_pass(err);
}

static void put_pairs(struct paper *p, const char *const text[4])
{
	static const double at[5] = { 0, 30, 90, 120, WHOLE };
	double high = LINE, one;

	make_room(p, 3 * LINE);
	for (int i = 0; i < 4; i++) {
		one = pdf_text(p->pdf, LEFT + at[i] + 1, p->y + 0.9, at[i + 1] - at[i] - 2, SMALL + 1,
			i % 2 ? PDF_PLAIN : PDF_BOLD, text[i]);
		high = one + 1.8 > high ? one + 1.8 : high;
	}
	p->y += high;
}

NEOERR *paper_pairs(struct paper *p, const char *a, const char *av, const char *b, const char *bv)
{
	NEOERR *err;

	if (p->pdf) {
		put_pairs(p, (const char *const[]){ a, av, b, bv });
		return STATUS_OK;
	}
	TRY(xlsx_cell(p->x, p->row, 0, XLSX_TEXT, XS_BOLD, a));
	TRY(xlsx_cell(p->x, p->row, 1, XLSX_TEXT, XS_PLAIN, av));
	TRY(xlsx_cell(p->x, p->row, 3, XLSX_TEXT, XS_BOLD, b));
	TRY(xlsx_cell(p->x, p->row, 4, XLSX_TEXT, XS_PLAIN, bv));
	p->row++;
out:
	return nerr_pass(err);
}

void paper_gap(struct paper *p)
{
	p->row++;
	p->y += LINE;
	p->head = NULL;
}

NEOERR *paper_head(struct paper *p, const char *const *titles, int n)
{
	NEOERR *err = STATUS_OK;

	if (p->pdf) {
		p->head = NULL;
		make_room(p, 3 * LINE);
		p->head = titles;
		p->heads = n;
		put_head(p);
		return STATUS_OK;
	}
	for (int i = 0; i < n; i++)
		TRY(xlsx_cell(p->x, p->row, i, XLSX_TEXT, XS_HEAD, titles[i]));
	p->row++;
out:
	return nerr_pass(err);
}

/* As people read it; what is no number stays as it is. */
static const char *said(enum xlsx_kind kind, const char *text, char out[FIXED_TEXT + 8])
{
	int scale = kind == XLSX_MONEY ? MONEY_SCALE : kind == XLSX_ENERGY ? ENERGY_SCALE : 0;
	int64_t v = 0;

	if (kind == XLSX_PERCENT)
		snprintf(out, FIXED_TEXT + 8, "%s%%", text);
	else if (kind == XLSX_TEXT || kind == XLSX_DAY || kind == XLSX_TIME ||
		!fixed_parse(text, scale, &v))
		snprintf(out, FIXED_TEXT + 8, "%.*s", kind == XLSX_DAY ? 10 : FIXED_TEXT, text);
	else
		fixed_group(v, scale, kind == XLSX_MONEY ? 2 : kind == XLSX_ENERGY ? 3 : 0, out);
	return out;
}

static void put_row(struct paper *p, const enum xlsx_kind *kind, const char *const *text, int n,
	unsigned style)
{
	char value[FIXED_TEXT + 8];

	make_room(p, LINE);
	for (int i = 0; i < n; i++) {
		bool plain = kind[i] == XLSX_TEXT || !text[i];

		pdf_box(p->pdf, column_x(i), p->y, room(i, i + 1), LINE);
		pdf_text(p->pdf, column_x(i) + 1, p->y + 0.9, room(i, i + 1) - 2, SMALL,
			style | (plain || kind[i] == XLSX_DAY ? 0 : PDF_RIGHT),
			plain ? text[i] ? text[i] : "" : said(kind[i], text[i], value));
	}
	p->y += LINE;
}

NEOERR *paper_row(struct paper *p, const enum xlsx_kind *kind, const char *const *text, int n,
	bool sum)
{
	NEOERR *err = STATUS_OK;

	if (p->pdf) {
		put_row(p, kind, text, n, sum ? PDF_BOLD : PDF_PLAIN);
		return STATUS_OK;
	}
	for (int i = 0; i < n; i++)
		TRY(xlsx_cell(p->x, p->row, i, text[i] ? kind[i] : XLSX_TEXT, sum ? XS_SUM : XS_BORDER,
			text[i]));
	p->row++;
out:
	return nerr_pass(err);
}

/* net = gross / (1 + rate), to the fen; the tax is the rest, so that both always add up. */
static NEOERR *take_day(const struct row *r, void *ctx)
{
	static const enum xlsx_kind kind[PAPER_COLUMNS] = { XLSX_DAY, XLSX_INT, XLSX_ENERGY,
		XLSX_MONEY, XLSX_MONEY, XLSX_MONEY };

	return nerr_pass(paper_row(ctx, kind, r->value, PAPER_COLUMNS, false));
}

NEOERR *paper_days(struct db *db, struct paper *p, const struct paper_days *d,
	const char *const sum[PAPER_COLUMNS - 1])
{
	static const enum xlsx_kind kind[PAPER_COLUMNS] = { XLSX_TEXT, XLSX_INT, XLSX_ENERGY,
		XLSX_MONEY, XLSX_MONEY, XLSX_MONEY };
	const char *const title[PAPER_COLUMNS] = { "日期", "充电次数", "电量(kWh)", "电费(元)",
		"服务费(元)", d->amount };
	const char *row[PAPER_COLUMNS] = { "合计" };
	NEOERR *err;

	memcpy(p->day_head, title, sizeof title);
	memcpy(row + 1, sum, (PAPER_COLUMNS - 1) * sizeof *sum);
	TRY(paper_head(p, p->day_head, PAPER_COLUMNS));
	TRY(db_stream_text(db, d->sql, d->args, d->n, take_day, p));
	TRY(paper_row(p, kind, row, PAPER_COLUMNS, true));
	paper_gap(p);
out:
	return nerr_pass(err);
}

static NEOERR *tax_line(struct paper *p, const char *name, const char *gross_text, int64_t rate)
{
	static const enum xlsx_kind kind[] = { XLSX_TEXT, XLSX_PERCENT, XLSX_MONEY, XLSX_MONEY,
		XLSX_MONEY };
	int64_t gross = 0, net = 0;
	char percent[FIXED_TEXT], without[FIXED_TEXT], tax[FIXED_TEXT];

	if (!money_parse(gross_text, &gross)
		|| !fixed_muldiv(gross, PERCENT, PERCENT + rate, ROUND_HALF_UP, &net))
		return nerr_raise(ERR_INVALID, "the bill's sum cannot be taxed: %s", gross_text);
	net = fixed_round(net, MONEY_FEN, ROUND_HALF_UP);
	fixed_format(net, MONEY_SCALE, 2, without);
	fixed_format(gross - net, MONEY_SCALE, 2, tax);
	snprintf(percent, sizeof(percent), "%lld", (long long)rate);
	return nerr_pass(paper_row(p, kind,
		(const char *const[]){ name, percent, without, tax, gross_text }, COUNT(kind), false));
}

NEOERR *paper_taxes(struct db *db, struct paper *p, const struct paper_tax *tax, int n)
{
	static const char *const title[] = { "费用", "税率", "不含税金额(元)", "税额(元)",
		"价税合计(元)" };
	int64_t rate = 0;
	NEOERR *err;

	TRY(paper_head(p, title, COUNT(title)));
	for (int i = 0; i < n; i++) {
		TRY(setting_i64(db, tax[i].setting, &rate));
		TRY(tax_line(p, tax[i].name, tax[i].gross, rate));
	}
	paper_gap(p);
out:
	return nerr_pass(err);
}

NEOERR *paper_signatures(struct paper *p, const char *left, const char *right)
{
	static const char line[] = "________________";
	NEOERR *err;

	paper_gap(p);
	TRY(paper_pairs(p, left, line, right, line));
	paper_gap(p);
	TRY(paper_pairs(p, "签字日期", line, "签字日期", line));
out:
	return nerr_pass(err);
}

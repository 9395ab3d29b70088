/* xlsx_sheet.c - the rows of an Excel sheet: cells by reference, values as text.
 * Owns the row being gathered.
 * Serves xlsx_read. */
#include "base/clock.h"
#include "base/text.h"
#include "base/xlsx_internal.h"

/* Delivered in all: one shared string may be named by millions of cells. */
#define TEXT_TOTAL (4 * XLSX_UNPACKED_MAX)

struct sheet_run {
	struct xlsx_book *book;
	xlsx_row_fn fn;
	void *ctx;
	int64_t line, delivered;
	int column, cells;           /* of the cell at hand, from 0; cells: last filled + 1 */
	char type[12];               /* attribute t */
	size_t style;
	bool in_row, in_cell, in_text;
	int phonetic;
	struct buf raw;              /* text of the cell's <v> or <t> */
	struct buf text;             /* the row's values, each with its NUL */
	size_t at[XLSX_COLUMNS_MAX]; /* where each value begins, + 1; 0: empty */
	char *cell[XLSX_COLUMNS_MAX];
};

/* "BC12" gives column 54; the row number is the row element's affair. -1: no reference. */
static int column_of(const char *ref)
{
	int column = 0;

	for (; *ref >= 'A' && *ref <= 'Z' && column < 100000; ref++)
		column = column * 26 + *ref - 'A' + 1;
	return column - 1;
}

static NEOERR *row_start(struct sheet_run *run, const char **attributes)
{
	const char *r = xml_attribute(attributes, "r");
	int64_t line = run->line + 1;

	if (r != NULL && (!text_i64(r, &line) || line <= run->line))
		return nerr_raise(ERR_INVALID, "The rows of the sheet are out of order (%.20s).", r);
	run->line = line;
	run->in_row = true;
	run->column = -1;
	run->cells = 0;
	buf_reset(&run->text);
	memset(run->at, 0, sizeof(run->at));
	return STATUS_OK;
}

static NEOERR *cell_start(struct sheet_run *run, const char **attributes)
{
	const char *r = xml_attribute(attributes, "r");
	int64_t style = 0;
	int column = r != NULL ? column_of(r) : run->column + 1;

	if (column <= run->column)
		return nerr_raise(ERR_INVALID, "The cells of row %lld are out of order.",
			(long long)run->line);
	run->column = column;
	text_copy(run->type, sizeof(run->type), xml_attribute(attributes, "t"));
	run->style = text_i64(xml_attribute(attributes, "s"), &style) && style >= 0 ? (size_t)style : 0;
	run->in_cell = true;
	buf_reset(&run->raw);
	return STATUS_OK;
}

static NEOERR *sheet_start(void *ctx, const char *name, const char **attributes)
{
	struct sheet_run *run = ctx;

	if (text_eq(name, "row"))
		return nerr_pass(row_start(run, attributes));
	if (text_eq(name, "c") && run->in_row)
		return nerr_pass(cell_start(run, attributes));
	run->phonetic += text_eq(name, "rPh");
	run->in_text = run->in_cell && run->phonetic == 0 && (text_eq(name, "v") || text_eq(name, "t"));
	return STATUS_OK;
}

static NEOERR *sheet_text(void *ctx, const char *s, size_t len)
{
	struct sheet_run *run = ctx;

	if (!run->in_text)
		return STATUS_OK;
	return nerr_pass(xlsx_add_text(&run->raw, 0, s, len));
}

/* _x000D_ and the like: Excel's way to write a control character. The line feed stays, others go;
 * _x005F_ is "_". */
static void decode_escapes(char *s)
{
	char *to = s;
	unsigned char code[2];
	char hex[5] = "";

	while (*s != '\0') {
		if (s[0] == '_' && s[1] == 'x' && strnlen(s, 7) == 7 && s[6] == '_') {
			memcpy(hex, s + 2, 4);
			if (text_unhex(hex, code, 2) && code[0] == 0 && (code[1] < 0x20 || code[1] == '_')) {
				if (code[1] == '\n' || code[1] == '_')
					*to++ = (char)code[1];
				s += 7;
				continue;
			}
		}
		*to++ = *s++;
	}
	*to = '\0';
}

static NEOERR *add_shared(struct sheet_run *run)
{
	struct xlsx_book *b = run->book;
	int64_t index;

	if (!text_i64(text_trim(run->raw.data), &index) || index < 0 || (size_t)index >= b->strings_n)
		return nerr_raise(ERR_INVALID, "Row %lld names a text that is not in the workbook.",
			(long long)run->line);
	buf_puts(&run->text, b->text.data + b->string_at[index]);
	return STATUS_OK;
}

/* ISO 8601 as some programs write it: "2026-11-20T05:00:00.000Z" gives "2026-11-20 05:00:00". */
static void add_iso(struct sheet_run *run)
{
	size_t len = strcspn(run->raw.data, ".Z"), from = run->text.len;

	buf_add(&run->text, run->raw.data, len);
	if (len > 10 && run->text.data[from + 10] == 'T')
		run->text.data[from + 10] = ' ';
}

/* Appends the cell's value to run->text. Truth values come as 1 and 0, error values (#N/A) as what
 * Excel shows. */
static NEOERR *add_value(struct sheet_run *run)
{
	struct xlsx_book *b = run->book;
	bool date = run->style < b->dates_n && b->is_date[run->style];
	const char *type = run->type;

	if (text_eq(type, "s"))
		return nerr_pass(add_shared(run));
	if (text_eq(type, "d")) {
		add_iso(run);
		return STATUS_OK;
	}
	if (*type == '\0' || text_eq(type, "n")) {
		if (!xlsx_number_text(text_trim(run->raw.data), date, b->date1904, &run->text))
			return nerr_raise(ERR_INVALID, "Row %lld holds a number that cannot be read: %.40s.",
				(long long)run->line, run->raw.data);
		return STATUS_OK;
	}
	buf_puts(&run->text, run->raw.data);
	return STATUS_OK;
}

static NEOERR *cell_end(struct sheet_run *run)
{
	NEOERR *err = STATUS_OK;
	size_t from = run->text.len;

	run->in_cell = false;
	if (run->raw.len == 0)
		return STATUS_OK;
	TRY(xlsx_check_text(&run->raw, 0));
	if (run->column >= XLSX_COLUMNS_MAX)
		return nerr_raise(ERR_INVALID, "Row %lld has more than %d columns.", (long long)run->line,
			XLSX_COLUMNS_MAX);
	TRY(add_value(run));
	decode_escapes(run->text.data + from);
	run->text.len = from + strlen(run->text.data + from);
	if (run->text.len > from) {
		buf_putc(&run->text, '\0');
		run->at[run->column] = from + 1;
		run->cells = run->column + 1;
	}
out:
	return nerr_pass(err);
}

static NEOERR *row_end(struct sheet_run *run)
{
	static char empty[XLSX_COLUMNS_MAX][1];

	run->in_row = false;
	if (run->cells == 0)
		return STATUS_OK;
	if (run->line > XLSX_ROWS_MAX)
		return nerr_raise(ERR_INVALID, "The sheet has more than %d rows; split it.", XLSX_ROWS_MAX);
	run->delivered += (int64_t)run->text.len;
	if (run->delivered > TEXT_TOTAL)
		return nerr_raise(ERR_INVALID, "The sheet holds too much text; split it.");
	for (int i = 0; i < run->cells; i++)
		run->cell[i] = run->at[i] > 0 ? run->text.data + run->at[i] - 1 : empty[i];
	return nerr_pass(run->fn((int)run->line, run->cells, run->cell, run->ctx));
}

static NEOERR *sheet_end(void *ctx, const char *name)
{
	struct sheet_run *run = ctx;

	run->in_text = false;
	run->phonetic -= text_eq(name, "rPh");
	if (text_eq(name, "c") && run->in_cell)
		return nerr_pass(cell_end(run));
	if (text_eq(name, "row") && run->in_row)
		return nerr_pass(row_end(run));
	return STATUS_OK;
}

NEOERR *xlsx_sheet_rows(struct xlsx_book *b, xlsx_row_fn fn, void *ctx)
{
	static const struct xml_handlers handlers = { sheet_start, sheet_end, sheet_text };
	NEOERR *err;
	struct sheet_run *run = calloc(1, sizeof(*run));

	if (run == NULL)
		error_die("out of memory (xlsx)");
	run->book = b;
	run->fn = fn;
	run->ctx = ctx;
	buf_init(&run->raw, 0);
	buf_init(&run->text, 0);
	err = xlsx_part(b, b->sheet, &handlers, run, NULL);
	buf_clear(&run->raw);
	buf_clear(&run->text);
	free(run);
	return nerr_pass(err);
}

/* Built-in formats: 14-22 and 45-47 everywhere, 27-36 and 50-58 are dates in Chinese, Japanese and
 * Korean Excel. */
bool xlsx_format_is_date(int id, const char *code)
{
	if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47)
		|| (id >= 50 && id <= 58))
		return true;
	for (; *code != '\0'; code++) {
		if (*code == '"') {
			code = strchr(code + 1, '"');
		} else if (*code == '[' && strchr("hHmMsS", code[1]) == NULL) {
			/* a colour, a currency, a condition; [h] is elapsed time */
			code = strchr(code, ']');
		} else if (*code == '\\' || *code == '_' || *code == '*') {
			code += code[1] != '\0';
		} else if (strchr("ydhsYDHS", *code) != NULL) {
			return true;
		}
		if (code == NULL)
			return false;
	}
	return false;
}

/* An Excel cell holds a double: here, and only here, a cell's number is read as one, and becomes
 * text with the 15 digits Excel itself shows. */
static void add_digits(double v, struct buf *out)
{
	char digits[40];
	int exponent, places;

	snprintf(digits, sizeof(digits), "%.14e", v);        /* d.ddde+dd */
	exponent = (int)strtol(strchr(digits, 'e') + 1, NULL, 10);
	places = exponent < 14 ? 14 - exponent : 0;
	buf_printf(out, "%.*f", places, v);
	if (places == 0)
		return;
	while (out->data[out->len - 1] == '0')
		out->data[--out->len] = '\0';
	if (out->data[out->len - 1] == '.')
		out->data[--out->len] = '\0';
}

/* Up to 15 digits without exponent are exact as they stand; longer whole numbers (ids) too. */
static bool is_plain(const char *raw)
{
	const char *p = raw + (*raw == '-');
	size_t whole = strspn(p, "0123456789");

	if (whole == 0 || (p[0] == '0' && whole > 1))
		return false;
	if (p[whole] == '\0')
		return whole <= 40;
	return p[whole] == '.' && p[whole + 1] != '\0' && whole + strlen(p + whole + 1) <= 15
		&& strspn(p + whole + 1, "0123456789") == strlen(p + whole + 1) && p[strlen(p) - 1] != '0';
}

static bool add_date(double day, bool date1904, struct buf *out)
{
	struct civil c;
	int64_t seconds;

	if (!(day >= 0 && day < 2958466))            /* 9999-12-31 */
		return false;
	if (day < 1) {
		seconds = (int64_t)(day * DAY_SECONDS + 0.5);
		buf_printf(out, "%02d:%02d:%02d", (int)(seconds / 3600) % 24, (int)(seconds / 60 % 60),
			(int)(seconds % 60));
		return true;
	}
	if (date1904)
		day += 1462;
	else if (day < 60)
		day += 1;                                /* Excel believes in 1900-02-29 */
	seconds = (int64_t)((day - 25569) * DAY_SECONDS + (day < 25569 ? -0.5 : 0.5));
	clock_civil(seconds - clock_offset(), &c);
	buf_printf(out, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
		c.second);
	return true;
}

bool xlsx_number_text(const char *raw, bool date, bool date1904, struct buf *out)
{
	char *end;
	double v;

	if (!date && is_plain(raw)) {
		buf_puts(out, raw);
		return true;
	}
	if (*raw == '\0' || strspn(raw, "0123456789+-.eE") != strlen(raw))
		return false;
	v = strtod(raw, &end);
	if (*end != '\0' || !(v > -1e40 && v < 1e40))
		return false;
	if (date && add_date(v, date1904, out))
		return true;
	add_digits(v, out);
	return true;
}

/* xlsx_write.c - typed Excel sheets over libxlsxwriter in constant memory.
 * Owns the workbook while it is being written, its formats and totals.
 * Serves exports, reports, QR sheets. */
#include <errno.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "base/xlsx.h"

#define SHEET_ROWS 999990        /* data rows a sheet; head and totals still fit below 1 000 000 */
#define CELL_UNITS 32767         /* Excel counts UTF-16 units */
#define NAME_UNITS 31
#define EXACT_DIGITS INT64_C(999999999999999)   /* what a cell holds without loss */
#define EXCEL_EPOCH 25569        /* 1970-01-01 as an Excel day */
#define PERCENT_SCALE 6
#define DECIMAL_SCALE 8

#define STYLES (XS_SUM + 1)

struct xlsx {
	lxw_workbook *book;
	lxw_format *format[XLSX_KINDS][STYLES], *as_text;
	struct arena arena;
	char *path, *part;           /* the target, and what is written until it is complete */

	lxw_worksheet *sheet;
	const char *name;            /* of the sheet as asked, before "name 2" */
	struct xlsx_column *columns; /* NULL: a free sheet */
	int n, section;
	int row;                     /* the next row of a table; the last touched of a free sheet */
	int64_t rows;
	int64_t *sum;
	int image_pixels;
};

static const char *const number_format[XLSX_KINDS] = {
	[XLSX_INT] = "0",
	[XLSX_MONEY] = "#,##0.00",
	[XLSX_ENERGY] = "#,##0.000",
	[XLSX_TIME] = "yyyy-mm-dd hh:mm:ss",
	[XLSX_DAY] = "yyyy-mm-dd",
	[XLSX_PERCENT] = "0.00%",
	[XLSX_PRICE] = "#,##0.00###",
	[XLSX_SECONDS] = "[h]:mm:ss",
};

static const int kind_scale[XLSX_KINDS] = {
	[XLSX_MONEY] = MONEY_SCALE, [XLSX_ENERGY] = ENERGY_SCALE, [XLSX_PERCENT] = PERCENT_SCALE,
	[XLSX_PRICE] = MONEY_SCALE, [XLSX_DECIMAL] = DECIMAL_SCALE,
};

static NEOERR *check(lxw_error e)
{
	bool io = e == LXW_ERROR_CREATING_XLSX_FILE || e == LXW_ERROR_CREATING_TMPFILE;

	if (e != LXW_NO_ERROR)
		return nerr_raise(io ? NERR_IO : ERR_INVALID, "Excel: %s", lxw_strerror(e));
	return STATUS_OK;
}

static lxw_format *format_of(struct xlsx *x, enum xlsx_kind kind, enum xlsx_style style)
{
	lxw_format *f = x->format[kind][style];

	if (f != NULL || (number_format[kind] == NULL && style == XS_PLAIN))
		return f;
	f = x->format[kind][style] = workbook_add_format(x->book);
	if (number_format[kind] != NULL)
		format_set_num_format(f, number_format[kind]);
	if (style == XS_TITLE || style == XS_HEAD || style == XS_BOLD || style == XS_SUM)
		format_set_bold(f);
	if (style == XS_TITLE) {
		format_set_font_size(f, 14);
		format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
	}
	if (style == XS_HEAD) {
		format_set_align(f, LXW_ALIGN_CENTER);
		format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
		format_set_bg_color(f, 0xE8EEF4);
	}
	if (style == XS_HEAD || style == XS_BORDER)
		format_set_border(f, LXW_BORDER_THIN);
	if (style == XS_SUM)
		format_set_top(f, LXW_BORDER_THIN);
	return f;
}

/* Bytes of the first `units` UTF-16 units of valid UTF-8. */
static size_t cut_units(const char *s, size_t units)
{
	size_t len = strlen(s), at = 0, step;

	for (; at < len; at += step) {
		step = text_rune(s + at, len - at);
		if (units < (step == 4 ? 2 : 1))
			break;
		units -= step == 4 ? 2 : 1;
	}
	return at;
}

/* Line end and tab may stay; other controls (also U+0080..9F) and the non-characters U+FFFE, U+FFFF
 * may not. */
static bool rune_is_allowed(const unsigned char *p, size_t step)
{
	if (step == 1)
		return (*p >= 0x20 && *p != 0x7F) || *p == '\n' || *p == '\t';
	if (step == 2)
		return p[0] != 0xC2 || p[1] >= 0xA0;
	return step != 3 || p[0] != 0xEF || p[1] != 0xBF || p[2] < 0xBE;
}

static bool text_is_plain(const char *s)
{
	size_t n = 0;

	while ((unsigned char)s[n] >= 0x20 && (unsigned char)s[n] < 0x7F
		&& (s[n] != '_' || s[n + 1] != 'x'))
		n++;
	return s[n] == '\0' && n <= CELL_UNITS;
}

/* "_x000D_" means a control character to Excel; meant literally it is written "_x005F_x000D_". */
static bool looks_escaped(const char *s)
{
	unsigned char code[2];
	char hex[5] = "";

	if (s[0] != '_' || s[1] != 'x' || strnlen(s, 7) < 7 || s[6] != '_')
		return false;
	memcpy(hex, s + 2, 4);
	return text_unhex(hex, code, sizeof(code));
}

/* What a cell may hold: invalid UTF-8 and control characters go, 32767 characters stay. */
static char *clean(const char *s)
{
	size_t len = strlen(s), to = 0, step;
	char *out = malloc(2 * len + 1);

	if (out == NULL)
		error_die("out of memory (xlsx)");
	for (size_t at = 0; at < len; at += step) {
		step = text_rune(s + at, len - at);
		if (looks_escaped(s + at)) {
			memcpy(out + to, "_x005F", 6);
			to += 6;
		}
		if (step > 0 && rune_is_allowed((const unsigned char *)s + at, step)) {
			memcpy(out + to, s + at, step);
			to += step;
		}
		step += step == 0;
	}
	out[to] = '\0';
	out[cut_units(out, CELL_UNITS)] = '\0';
	return out;
}

static NEOERR *put_text(lxw_worksheet *sheet, int row, int column, const char *text,
	lxw_format *format)
{
	NEOERR *err;
	char *tidy;

	if (text_is_plain(text))
		return nerr_pass(check(worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column,
			text, format)));
	tidy = clean(text);
	err = check(worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, tidy, format));
	free(tidy);
	return nerr_pass(err);
}

/* The one place where a fixed point value becomes a double, because that is what an Excel cell is:
 * below 15 digits the shortest text of the double is the value again. */
static double cell_number(int64_t v, int scale)
{
	static const double power[] = { 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8 };

	return (double)v / power[scale];
}

/* False: the text is no value of this kind, or has more digits than a cell; it is written as text
 * then. */
static bool number_of(enum xlsx_kind kind, const char *text, double *out)
{
	int64_t v;

	if (kind == XLSX_TIME || kind == XLSX_DAY) {
		if (!clock_parse(text, &v))
			return false;
		v += clock_offset();
		if (kind == XLSX_DAY)
			v = clock_day_start(v - clock_offset()) + clock_offset();
		*out = (double)v / DAY_SECONDS + EXCEL_EPOCH;
		return *out >= 61;           /* Excel's calendar is wrong before March 1900 */
	}
	if (!fixed_parse(text, kind_scale[kind], &v) || v > EXACT_DIGITS || v < -EXACT_DIGITS)
		return false;
	*out = cell_number(v, kind == XLSX_PERCENT ? PERCENT_SCALE + 2 : kind_scale[kind]);
	if (kind == XLSX_SECONDS)
		*out /= DAY_SECONDS;
	return true;
}

static NEOERR *put(struct xlsx *x, int row, int column, enum xlsx_kind kind, enum xlsx_style style,
	const char *text)
{
	lxw_format *format = format_of(x, kind, style);
	const lxw_row_t r = (lxw_row_t)row;
	const lxw_col_t c = (lxw_col_t)column;
	double number;

	if (text == NULL || *text == '\0')
		return style == XS_PLAIN ? STATUS_OK
			: nerr_pass(check(worksheet_write_blank(x->sheet, r, c, format)));
	if (kind != XLSX_TEXT && number_of(kind, text, &number))
		return nerr_pass(check(worksheet_write_number(x->sheet, r, c, number, format)));
	return nerr_pass(put_text(x->sheet, row, column, text, format));
}

NEOERR *xlsx_open(const char *path, struct xlsx **out)
{
	struct xlsx *x = calloc(1, sizeof(*x));
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	char *slash;

	*out = NULL;
	if (x == NULL)
		error_die("out of memory (xlsx)");
	arena_init(&x->arena);
	x->path = arena_strdup(&x->arena, path);
	x->part = arena_printf(&x->arena, "%s.part", path);
	options.tmpdir = arena_strdup(&x->arena, path);
	slash = strrchr(options.tmpdir, '/');
	if (slash == options.tmpdir)
		slash++;
	if (slash != NULL)
		*slash = '\0';
	else
		options.tmpdir = arena_strdup(&x->arena, ".");
	x->book = workbook_new_opt(x->part, &options);
	if (x->book == NULL)
		error_die("out of memory (xlsx)");
	*out = x;
	return STATUS_OK;
}

/* name with what Excel forbids replaced, cut to 31, and a number behind it if section > 1 or the
 * name is taken. */
static const char *sheet_name(struct xlsx *x, const char *name, int section)
{
	char *tidy = clean(name), *base, *made, number[16] = "";

	for (char *p = tidy; *p != '\0'; p++)
		if (strchr("[]:*?/\\'\n\t", *p) != NULL)
			*p = ' ';
	base = text_trim(tidy);
	for (int n = section; ; n++) {
		if (n > 1)
			snprintf(number, sizeof(number), " %d", n);
		made = arena_printf(&x->arena, "%.*s%s", (int)cut_units(base, NAME_UNITS - strlen(number)),
			base, number);
		if (*base == '\0')
			made = arena_printf(&x->arena, "Sheet%s", number);
		if (workbook_validate_sheet_name(x->book, made) != LXW_ERROR_SHEETNAME_ALREADY_USED)
			break;
	}
	free(tidy);
	return made;
}

/* section > 1: the same table goes on in a further sheet. */
static NEOERR *sheet_begin(struct xlsx *x, const char *name, int section)
{
	x->sheet = workbook_add_worksheet(x->book, sheet_name(x, name, section));
	if (x->sheet == NULL)
		return nerr_raise(ERR_INVALID, "Excel: no sheet can be named %s", name);
	x->name = arena_strdup(&x->arena, name);
	x->section = section;
	x->row = 0;
	x->image_pixels = 0;
	return STATUS_OK;
}

static lxw_format *text_format_of(struct xlsx *x)
{
	if (x->as_text == NULL) {
		x->as_text = workbook_add_format(x->book);
		format_set_num_format(x->as_text, "@");
	}
	return x->as_text;
}

static NEOERR *put_head(struct xlsx *x)
{
	NEOERR *err = STATUS_OK;

	TRY(check(worksheet_set_row(x->sheet, 0, 20, NULL)));
	for (int i = 0; i < x->n; i++) {
		if (x->columns[i].width > 0)
			TRY(check(worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i,
				x->columns[i].width, x->columns[i].as_text ? text_format_of(x) : NULL)));
		TRY(put(x, 0, i, XLSX_TEXT, XS_HEAD, x->columns[i].title));
	}
	worksheet_freeze_panes(x->sheet, 1, 0);
	x->row = 1;
out:
	return nerr_pass(err);
}

/* The filter covers head and data, not the totals. */
static NEOERR *table_end(struct xlsx *x)
{
	if (x->columns == NULL || x->n == 0)
		return STATUS_OK;
	return nerr_pass(check(worksheet_autofilter(x->sheet, 0, 0,
		(lxw_row_t)(x->row > 1 ? x->row - 1 : 1), (lxw_col_t)(x->n - 1))));
}

static void table_forget(struct xlsx *x)
{
	x->columns = NULL;
	x->n = 0;
	x->sum = NULL;
}

static NEOERR *sheet_end(struct xlsx *x)
{
	NEOERR *err = table_end(x);

	table_forget(x);
	return nerr_pass(err);
}

NEOERR *xlsx_sheet(struct xlsx *x, const char *name, const struct xlsx_column *columns, int n)
{
	NEOERR *err = STATUS_OK;

	TRY(sheet_end(x));
	TRY(sheet_begin(x, name, 1));
	x->columns =
		(struct xlsx_column *)arena_memdup(&x->arena, columns, (size_t)n * sizeof(*columns));
	for (int i = 0; i < n; i++)
		x->columns[i].title = arena_strdup(&x->arena, columns[i].title);
	x->sum = arena_alloc(&x->arena, (size_t)n * sizeof(*x->sum));
	x->n = n;
	TRY(put_head(x));
out:
	return nerr_pass(err);
}

static NEOERR *sum_up(struct xlsx *x, int column, const char *text)
{
	enum xlsx_kind kind = x->columns[column].kind;
	int64_t v;

	if (kind != XLSX_INT && kind != XLSX_MONEY && kind != XLSX_ENERGY && kind != XLSX_SECONDS)
		return STATUS_OK;
	if (!fixed_parse(text, kind_scale[kind], &v))
		return STATUS_OK;        /* shown as text, so it cannot count */
	if (!fixed_add(x->sum[column], v, &x->sum[column]))
		return nerr_raise(ERR_INVALID, "Excel: the total of %s is more than a number holds",
			x->columns[column].title);
	return STATUS_OK;
}

NEOERR *xlsx_row(struct xlsx *x, const char *const *text)
{
	NEOERR *err = STATUS_OK;

	if (x->columns == NULL)
		return nerr_raise(NERR_ASSERT, "xlsx_row without xlsx_sheet");
	if (x->row > SHEET_ROWS) {
		TRY(table_end(x));
		TRY(sheet_begin(x, x->name, x->section + 1));
		TRY(put_head(x));
	}
	for (int i = 0; i < x->n; i++) {
		TRY(put(x, x->row, i, x->columns[i].kind, XS_PLAIN, text[i]));
		if (x->columns[i].total && text[i] != NULL)
			TRY(sum_up(x, i, text[i]));
	}
	x->row++;
	x->rows++;
out:
	return nerr_pass(err);
}

NEOERR *xlsx_totals(struct xlsx *x, const char *label)
{
	NEOERR *err = STATUS_OK;
	char sum[FIXED_TEXT];
	int row;

	if (x->columns == NULL)
		return nerr_raise(NERR_ASSERT, "xlsx_totals without xlsx_sheet");
	row = x->row;
	TRY(table_end(x));               /* before the row: constant memory only looks downwards */
	if (x->image_pixels > 0)
		TRY(check(worksheet_set_row(x->sheet, (lxw_row_t)row, 20, NULL)));
	for (int i = 0; i < x->n; i++) {
		enum xlsx_kind kind = x->columns[i].kind;
		if (x->columns[i].total)
			TRY(put(x, row, i, kind, XS_SUM,
				fixed_format(x->sum[i], kind_scale[kind], kind_scale[kind], sum)));
		else
			TRY(put(x, row, i, XLSX_TEXT, XS_SUM, i == 0 ? label : NULL));
	}
	table_forget(x);
out:
	return nerr_pass(err);
}

NEOERR *xlsx_free_sheet(struct xlsx *x, const char *name, const int *widths, int n)
{
	NEOERR *err = STATUS_OK;

	TRY(sheet_end(x));
	TRY(sheet_begin(x, name, 1));
	for (int i = 0; i < n; i++)
		if (widths[i] > 0)
			TRY(check(worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL)));
out:
	return nerr_pass(err);
}

NEOERR *xlsx_cell(struct xlsx *x, int row, int column, enum xlsx_kind kind, enum xlsx_style style,
	const char *text)
{
	if (x->sheet == NULL || x->columns != NULL || row < x->row || column < 0)
		return nerr_raise(NERR_ASSERT, "xlsx_cell(%d, %d): rows of a free sheet go downwards", row,
			column);
	x->row = row;
	return nerr_pass(put(x, row, column, kind, style, text));
}

NEOERR *xlsx_notes(struct xlsx *x, const char *name, const char *const (*pairs)[2], int n)
{
	static const int widths[] = { 20, 80 };
	NEOERR *err = STATUS_OK;

	TRY(xlsx_free_sheet(x, name, widths, 2));
	for (int i = 0; i < n; i++) {
		TRY(xlsx_cell(x, i, 0, XLSX_TEXT, XS_BOLD, pairs[i][0]));
		TRY(xlsx_cell(x, i, 1, XLSX_TEXT, XS_PLAIN, pairs[i][1]));
	}
out:
	return nerr_pass(err);
}

/* Width from the PNG head; 0 if it is none. */
static unsigned png_width(const unsigned char *p, size_t len)
{
	if (len < 24 || memcmp(p, "\x89PNG\r\n\x1a\n", 8) != 0 || memcmp(p + 12, "IHDR", 4) != 0)
		return 0;
	return (unsigned)p[16] << 24 | (unsigned)p[17] << 16 | (unsigned)p[18] << 8 | p[19];
}

NEOERR *xlsx_image(struct xlsx *x, int column, const void *png, size_t len, int pixels)
{
	NEOERR *err = STATUS_OK;
	lxw_image_options options = { .object_position = LXW_OBJECT_MOVE_DONT_SIZE,
		.decorative = LXW_TRUE };
	unsigned width = png_width(png, len);
	lxw_row_t row;

	if (x->columns == NULL || x->row < 2 || width == 0 || pixels < 8 || pixels > 500
		|| (x->image_pixels != 0 && x->image_pixels != pixels))
		return nerr_raise(NERR_ASSERT,
			"xlsx_image: wants a PNG, a row, and one size from 8 to 500 pixels a sheet");
	row = (lxw_row_t)(x->row - 1);
	/* In constant memory libxlsxwriter forgets row heights, but it anchors pictures by the default
	 * height at the end. */
	if (x->image_pixels == 0)
		worksheet_set_default_row(x->sheet, pixels * 0.75, LXW_FALSE);
	x->image_pixels = pixels;
	TRY(check(worksheet_set_row_pixels(x->sheet, row, (uint32_t)pixels, NULL)));
	options.x_scale = options.y_scale = (double)pixels / width;
	TRY(check(
		worksheet_insert_image_buffer_opt(x->sheet, row, (lxw_col_t)column, png, len, &options)));
out:
	return nerr_pass(err);
}

int64_t xlsx_rows(const struct xlsx *x)
{
	return x->rows;
}

static void xlsx_free(struct xlsx **x)
{
	arena_clear(&(*x)->arena);
	free(*x);
	*x = NULL;
}

/* libxlsxwriter does not look whether its temporary files took everything; a full disk must not
 * give a cut export. */
static NEOERR *check_temporary_files(struct xlsx *x)
{
	lxw_worksheet *sheet;

	STAILQ_FOREACH(sheet, x->book->worksheets, list_pointers)
		if (sheet->optimize_tmpfile != NULL
			&& (fflush(sheet->optimize_tmpfile) != 0 || ferror(sheet->optimize_tmpfile)))
			return nerr_raise_errno(NERR_IO, "Excel: %s cannot be written", x->path);
	return STATUS_OK;
}

NEOERR *xlsx_close(struct xlsx **out)
{
	NEOERR *err = STATUS_OK;
	struct xlsx *x = *out;
	lxw_workbook *book = x->book;

	TRY(sheet_end(x));
	TRY(check_temporary_files(x));
	x->book = NULL;
	TRY(check(workbook_close(book)));        /* frees the book, also when it fails */
	if (rename(x->part, x->path) < 0)
		err = nerr_raise_errno(NERR_IO, "%s cannot be written", x->path);
out:
	if (err != STATUS_OK)
		xlsx_abort(out);
	else
		xlsx_free(out);
	return nerr_pass(err);
}

void xlsx_abort(struct xlsx **out)
{
	struct xlsx *x = *out;

	if (x == NULL)
		return;
	if (x->book != NULL)
		lxw_workbook_free(x->book);
	unlink(x->part);
	xlsx_free(out);
}

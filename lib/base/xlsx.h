/* xlsx.h - Excel: a typed writer over libxlsxwriter (constant memory) and a capped reader over
 * libzip and expat.
 * Owns the workbook while it is open. Serves exports, reports, imports. */
#ifndef BASE_XLSX_H
#define BASE_XLSX_H

#include "base/error.h"

/* XLSX_PERCENT takes percents: "12.5" is shown as 12.50%; XLSX_SECONDS takes seconds: "3661" is
 * shown as 1:01:01; XLSX_PRICE has up to five decimals, XLSX_DECIMAL up to eight. A text that
 * does not fit its kind stays text. */
enum xlsx_kind {
	XLSX_TEXT, XLSX_INT, XLSX_MONEY, XLSX_ENERGY, XLSX_TIME, XLSX_DAY, XLSX_PERCENT,
	XLSX_PRICE, XLSX_DECIMAL, XLSX_SECONDS,
	XLSX_KINDS
};

struct xlsx_column {
	const char *title; enum xlsx_kind kind; int width; bool total;
	/* for templates: what a person types below stays text, so that 00123 keeps its zeros */
	bool as_text;
};

struct xlsx;   /* a workbook being written */

/* Opens path for writing; temporary files go beside it, and path itself appears only when the
 * workbook is complete. */
NEOERR *xlsx_open(const char *path, struct xlsx **out) CHECKED;
/* Starts a sheet: bold frozen head, widths, autofilter at the end. Splits by itself before 1 000
 * 000 rows ("name 2"). */
NEOERR *xlsx_sheet(struct xlsx *x, const char *name, const struct xlsx_column *columns,
	int n) CHECKED;
/* One row. text[i] NULL is an empty cell. Numbers arrive as SQL text ("12.34000") and become typed
 * cells; text never becomes a formula; control characters are removed. */
NEOERR *xlsx_row(struct xlsx *x, const char *const *text) CHECKED;
/* Totals row of the columns marked total (kept while rows are written). */
NEOERR *xlsx_totals(struct xlsx *x, const char *label) CHECKED;
/* A free sheet of label/value lines (filter, time, who), or for cover pages. */
NEOERR *xlsx_notes(struct xlsx *x, const char *name, const char *const (*pairs)[2], int n) CHECKED;
/* A PNG into the given cell of the row written last; row height fits. One size a sheet. */
NEOERR *xlsx_image(struct xlsx *x, int column, const void *png, size_t len, int pixels) CHECKED;
/* A free-form report sheet (finance layouts): no head, cells placed by hand. */
NEOERR *xlsx_free_sheet(struct xlsx *x, const char *name, const int *widths, int n) CHECKED;
/* Cells by hand, counted from 0; rows only downwards (memory stays constant), columns in any
 * order. */
enum xlsx_style { XS_PLAIN, XS_TITLE, XS_HEAD, XS_BOLD, XS_BORDER, XS_SUM };
NEOERR *xlsx_cell(struct xlsx *x, int row, int column, enum xlsx_kind kind, enum xlsx_style style,
	const char *text) CHECKED;
int64_t xlsx_rows(const struct xlsx *x);
NEOERR *xlsx_close(struct xlsx **x) CHECKED;     /* writes the file; frees also on error */
void xlsx_abort(struct xlsx **x);                /* closes, removes the file */

/* Reader: first sheet, calls fn for each row that is not empty (line from 1, as Excel shows it;
 * cells counts to the last filled one, gaps are ""); dates come as "YYYY-MM-DD hh:mm:ss" (a bare
 * time of day as "hh:mm:ss"), numbers with Excel's 15 digits and without exponent, truth values as
 * "1" and "0". Caps: 64 MB unpacked, 200 000 rows, 200 columns, 100:1 ratio, 32767 chars a cell.
 * Anything else: ERR_INVALID with a sentence a clerk understands. */
typedef NEOERR *(*xlsx_row_fn)(int line, int cells, char **cell, void *ctx);
NEOERR *xlsx_read(const void *data, size_t len, xlsx_row_fn fn, void *ctx) CHECKED;

#endif

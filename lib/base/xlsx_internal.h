/* xlsx_internal.h - what the two halves of the Excel reader share: the container and the rows of a
 * sheet.
 * Owns the open workbook.
 * Serves xlsx_read.c and xlsx_sheet.c, nobody else. */
#ifndef BASE_XLSX_INTERNAL_H
#define BASE_XLSX_INTERNAL_H

#include <zip.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/xlsx.h"

#define XLSX_UNPACKED_MAX (64 * 1024 * 1024)
#define XLSX_ROWS_MAX 200000
#define XLSX_COLUMNS_MAX 200
#define XLSX_CELL_CHARS 32767
#define XLSX_PATH 256

struct xlsx_book {
	zip_t *zip;
	int64_t unpacked;            /* bytes inflated so far, all parts */
	/* parts; "" if absent */
	char workbook[XLSX_PATH], sheet[XLSX_PATH], strings[XLSX_PATH], styles[XLSX_PATH];
	char sheet_id[64];           /* relation of the first sheet */
	bool date1904;
	struct buf text;             /* shared strings, each with its NUL */
	size_t *string_at, strings_n, strings_room;
	bool *is_date;               /* by cell style */
	size_t dates_n, dates_room;
};

/* What a part wants to hear of; names come without namespace prefix. Any member may be NULL. */
struct xml_handlers {
	NEOERR *(*start)(void *ctx, const char *name, const char **attributes);
	NEOERR *(*end)(void *ctx, const char *name);
	NEOERR *(*text)(void *ctx, const char *s, size_t len);
};

/* Inflates a part and parses it on the way. *found NULL: a missing part is ERR_INVALID. */
NEOERR *xlsx_part(struct xlsx_book *b, const char *path, const struct xml_handlers *h, void *ctx,
	bool *found) CHECKED;
/* The value of an attribute (prefix ignored); NULL if it is not there. */
const char *xml_attribute(const char **attributes, const char *name);
/* Appends a piece of a value that began at `from`; the cap on its characters is checked when it
 * is whole. */
NEOERR *xlsx_add_text(struct buf *out, size_t from, const char *s, size_t len) CHECKED;
NEOERR *xlsx_check_text(const struct buf *text, size_t from) CHECKED;

/* The rows of b->sheet to fn. */
NEOERR *xlsx_sheet_rows(struct xlsx_book *b, xlsx_row_fn fn, void *ctx) CHECKED;
/* True for a number format that shows a date or a time. */
bool xlsx_format_is_date(int id, const char *code);
/* A raw number to text: 15 digits, no exponent; date: a day number to "YYYY-MM-DD hh:mm:ss".
 * False: it is no number. */
bool xlsx_number_text(const char *raw, bool date, bool date1904, struct buf *out);

#endif

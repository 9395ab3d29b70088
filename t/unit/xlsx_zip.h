/* xlsx_zip.h - a workbook made by hand: parts into a zip in memory.
 * Owns nothing.
 * Serves the tests and fuzzers of the Excel reader. */
#ifndef UNIT_XLSX_ZIP_H
#define UNIT_XLSX_ZIP_H

#include "base/buf.h"

struct xlsx_part { const char *path; const void *data; size_t len; };

/* Appends a zip of the parts to out; packed: deflated, else stored. */
void xlsx_zip(struct buf *out, const struct xlsx_part *parts, int n, bool packed);
/* A whole workbook around one sheet, with shared strings and styles (style 1: built-in date 14,
 * 2: yyyy"年"m"月"d"日", 3: 0.00). */
void xlsx_wrap(struct buf *out, const void *sheet, size_t len, bool packed);

#endif

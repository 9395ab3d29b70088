/* csv.h - reading of comma-separated text (RFC 4180, UTF-8 with or without BOM).
 * Owns nothing. Serves imports and channel bills. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/error.h"

/* Called for each record; cell texts live until it returns. line is the first line of the
 * record, from 1. */
typedef NEOERR *(*csv_row_fn)(int line, int cells, char **cell, void *ctx);
/* Parses len bytes. More than max_cells cells in a record, an open quote or bad UTF-8:
 * ERR_INVALID with the line. */
NEOERR *csv_read(const char *text, size_t len, int max_cells, csv_row_fn fn, void *ctx) CHECKED;

#endif

/* xlsx_check.h - what every workbook, sound or not, must leave behind.
 * Owns nothing.
 * Serves xlsx_fuzz and sheet_fuzz. */
#ifndef FUZZ_XLSX_CHECK_H
#define FUZZ_XLSX_CHECK_H

#include "base/text.h"
#include "base/xlsx.h"
#include "fuzz.h"

static NEOERR *xlsx_check_row(int line, int cells, char **cell, void *ctx)
{
	int *last = ctx;

	PROMISE(line > *last && line <= 200000 && cells >= 1 && cells <= 200);
	PROMISE(cell[cells - 1][0] != '\0');
	*last = line;
	for (int i = 0; i < cells; i++) {
		PROMISE(text_is_utf8(cell[i], strlen(cell[i])));
		PROMISE(text_chars(cell[i]) <= 32767);
		memset(cell[i], 'x', strlen(cell[i]));       /* the cells are the callback's to change */
	}
	return STATUS_OK;
}

static void xlsx_check(const void *data, size_t len)
{
	int last = 0;
	NEOERR *err = xlsx_read(data, len, xlsx_check_row, &last);

	PROMISE(err == STATUS_OK || error_is(err, ERR_INVALID));
	if (err != STATUS_OK)
		PROMISE(text_is_utf8(error_desc(err), strlen(error_desc(err))));
	error_drop(err);
}

#endif

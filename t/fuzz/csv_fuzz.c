/* csv_fuzz.c - csv_read: cells are UTF-8, lines go upwards, columns are capped.
 * Owns nothing.
 * Serves lib/base/csv. */
#include "fuzz.h"

#include "base/csv.h"
#include "base/text.h"

#define COLUMNS 20

static NEOERR *check_row(int line, int cells, char **cell, void *ctx)
{
	int *last = ctx;

	PROMISE(line > *last && cells >= 1 && cells <= COLUMNS);
	*last = line;
	for (int i = 0; i < cells; i++) {
		PROMISE(text_is_utf8(cell[i], strlen(cell[i])));
		memset(cell[i], 'x', strlen(cell[i]));       /* the cells are the callback's to change */
	}
	return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int last = 0;
	NEOERR *err = csv_read((const char *)data, size, COLUMNS, check_row, &last);

	PROMISE(err == STATUS_OK || error_is(err, ERR_INVALID));
	error_drop(err);
	return 0;
}

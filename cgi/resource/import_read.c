/* import_read.c - a file of records to rows of text: Excel or CSV, told by content.
 * Owns nothing.
 * Serves import.c and import_run.c; a fuzzer feeds it. */
#include "cgi/resource/import.h"

#include "base/csv.h"
#include "base/text.h"
#include "base/xlsx.h"

#define CELLS_MAX 200

enum import_type import_type_of(const void *data, size_t len)
{
	if (len >= 4 && memcmp(data, "PK\3\4", 4) == 0)
		return IMPORT_XLSX;
	if (len >= 4 && memcmp(data, "\xD0\xCF\x11\xE0", 4) == 0)
		return IMPORT_OLD_XLS;
	if (len == 0 || memchr(data, '\0', len) != NULL || (len >= 5 && memcmp(data, "%PDF-", 5) == 0))
		return IMPORT_NONE;
	return IMPORT_CSV;
}

/* Trimmed copies; the number of cells up to the last that is not empty. */
static int copy_cells(struct arena *a, int cells, char **cell, char ***out)
{
	int last = 0;

	*out = arena_alloc(a, (size_t)(cells > 0 ? cells : 1) * sizeof **out);
	for (int i = 0; i < cells; i++) {
		(*out)[i] = text_trim(arena_strdup(a, cell[i]));
		if (*(*out)[i] != '\0')
			last = i + 1;
	}
	return last;
}

static void make_room(struct import_file *f)
{
	int room = f->room > 0 ? f->room * 2 : 64;
	struct import_row *more = arena_alloc(f->arena, (size_t)room * sizeof *more);

	if (f->n > 0)
		memcpy(more, f->row, (size_t)f->n * sizeof *more);
	f->row = more;
	f->room = room;
}

static NEOERR *take_row(int line, int cells, char **cell, void *ctx)
{
	struct import_file *f = ctx;
	struct import_row r = { .line = line };

	if (f->n > IMPORT_ROWS) {                /* the head is one row more */
		f->too_many = true;
		return STATUS_OK;
	}
	r.n = copy_cells(f->arena, cells, cell, &r.cell);
	if (r.n == 0)
		return STATUS_OK;
	if (f->n == f->room)
		make_room(f);
	f->row[f->n++] = r;
	return STATUS_OK;
}

NEOERR *import_read(const void *data, size_t len, struct import_file *out)
{
	switch (import_type_of(data, len)) {
	case IMPORT_XLSX:
		return nerr_pass(xlsx_read(data, len, take_row, out));
	case IMPORT_CSV:
		return nerr_pass(csv_read(data, len, CELLS_MAX, take_row, out));
	case IMPORT_OLD_XLS:
	case IMPORT_NONE:
		break;
	}
	return nerr_raise(ERR_INVALID, "this is neither an Excel workbook (.xlsx) nor CSV text");
}

/* csv.c - comma-separated text by RFC 4180, record by record.
 * Owns nothing; a copy of the text is cut into cells in place.
 * Serves imports and channel bills. */
#include "base/csv.h"
#include "base/text.h"

struct csv {
	char *at, *end;              /* what is left; *end is NUL */
	int line;                    /* of at, from 1 */
	int cells, max_cells;
	char **cell;
};

static NEOERR *check_utf8(const char *text, size_t len)
{
	size_t step;
	int line = 1;

	for (size_t at = 0; at < len; at += step) {
		step = text_rune(text + at, len - at);
		if (step == 0)
			return nerr_raise(ERR_INVALID,
				"line %d: this is not UTF-8 text; save the file as \"CSV UTF-8\"", line);
		line += text[at] == '\n';
	}
	return STATUS_OK;
}

/* What ends a cell: comma, line end or the end of the text. */
static bool ends_cell(char c)
{
	return c == ',' || c == '\n' || c == '\r' || c == '\0';
}

static NEOERR *take_quoted(struct csv *c, char **cell)
{
	char *to = ++c->at;
	int first = c->line;

	*cell = to;
	for (;; c->at++) {
		if (c->at == c->end)
			return nerr_raise(ERR_INVALID, "line %d: a quotation mark is never closed", first);
		if (*c->at == '"') {
			c->at++;
			if (*c->at != '"')
				break;
		}
		c->line += *c->at == '\n';
		*to++ = *c->at;
	}
	if (!ends_cell(*c->at))
		return nerr_raise(ERR_INVALID, "line %d: text after a closing quotation mark", c->line);
	/* The NUL never meets *c->at: at least the closing mark lies between. */
	*to = '\0';
	return STATUS_OK;
}

/* Returns the character that ended the cell and steps over it (CR LF is one). */
static char take_end(struct csv *c)
{
	char ended = *c->at;

	if (c->at < c->end)
		*c->at++ = '\0';
	if (ended == '\r') {
		if (*c->at == '\n')
			c->at++;
		ended = '\n';
	}
	c->line += ended == '\n';
	return ended;
}

static NEOERR *take_record(struct csv *c)
{
	NEOERR *err = STATUS_OK;
	int first = c->line;
	char *cell;

	c->cells = 0;
	do {
		if (c->cells == c->max_cells)
			return nerr_raise(ERR_INVALID, "line %d: more than %d columns", first, c->max_cells);
		if (*c->at == '"') {
			TRY(take_quoted(c, &cell));
		} else {
			cell = c->at;
			while (!ends_cell(*c->at))
				c->at++;
		}
		c->cell[c->cells++] = cell;
	} while (take_end(c) == ',');
out:
	return nerr_pass(err);
}

static NEOERR *read_records(struct csv *c, csv_row_fn fn, void *ctx)
{
	NEOERR *err = STATUS_OK;
	int first;

	while (c->at < c->end) {
		first = c->line;
		TRY(take_record(c));
		if (c->cells > 1 || c->cell[0][0] != '\0')
			TRY(fn(first, c->cells, c->cell, ctx));
	}
out:
	return nerr_pass(err);
}

NEOERR *csv_read(const char *text, size_t len, int max_cells, csv_row_fn fn, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct csv c = { .line = 1, .max_cells = max_cells };
	char *copy = NULL;

	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		len -= 3;
	}
	TRY(check_utf8(text, len));
	copy = malloc(len + 1);
	c.cell = calloc((size_t)max_cells, sizeof(*c.cell));
	if (copy == NULL || c.cell == NULL)
		error_die("out of memory (csv)");
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	c.at = copy;
	c.end = copy + len;
	TRY(read_records(&c, fn, ctx));
out:
	free(copy);
	free(c.cell);
	return nerr_pass(err);
}

/* csv_test.c - comma-separated text.
 * Owns nothing.
 * Serves lib/base/csv. */
#include "unit.h"

#include "base/buf.h"
#include "base/csv.h"

/* Rows as "line:cell|cell;" so that a whole file is one text to compare. */
static NEOERR *note_row(int line, int cells, char **cell, void *ctx)
{
	struct buf *b = ctx;

	buf_printf(b, "%d:", line);
	for (int i = 0; i < cells; i++)
		buf_printf(b, "%s%s", i > 0 ? "|" : "", cell[i]);
	buf_putc(b, ';');
	if (strcmp(cell[0], "stop") == 0)
		return nerr_raise(ERR_STALE, "stopped by the row");
	return STATUS_OK;
}

static NEOERR *read_text(const char *text, size_t len, struct buf *b)
{
	buf_reset(b);
	return nerr_pass(csv_read(text, len, 4, note_row, b));
}

static void reads_what_rfc_4180_allows(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "\n\n", "" },
		{ "a", "1:a;" },
		{ "a,b\n", "1:a|b;" },
		{ "a,b\r\nc,d\r\n", "1:a|b;2:c|d;" },
		{ "a\rb", "1:a;2:b;" },
		{ ",\n", "1:|;" },
		{ "a,", "1:a|;" },
		{ "\n\nx", "3:x;" },
		{ "\xEF\xBB\xBF"
	"a,b",
			"1:a|b;" },
		{ "\"a\"", "1:a;" },
		{ "\"\"", "" },
		{ "\"\",\"\"", "1:|;" },
		{ "\"a,b\",c", "1:a,b|c;" },
		{ "\"say \"\"hi\"\"\"", "1:say \"hi\";" },
		{ "\"two\nlines\",x\ny", "1:two\nlines|x;3:y;" },
		{ "\"two\r\nlines\"\nz", "1:two\r\nlines;3:z;" },
		{ "a \"b\" c,d", "1:a \"b\" c|d;" },
		{ " \"a\"", "1: \"a\";" },
		{ "\"\"\"\"", "1:\";" },
		{ "\xE7\x94\xB5,\xE6\xA1\xA9", "1:\xE7\x94\xB5|\xE6\xA1\xA9;" },
		{ "a,b,c,d", "1:a|b|c|d;" },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_ok(read_text(rows[i][0], strlen(rows[i][0]), &b));
		assert_string_equal(buf_str(&b), rows[i][1]);
	}
	buf_clear(&b);
}

static void refuses_with_the_line(void **state)
{
	static const struct { const char *text; size_t len; const char *why; } rows[] = {
		{ "a\n\"b", 4, "line 2: a quotation mark is never closed" },
		{ "\"", 1, "line 1: a quotation mark" },
		{ "\"a\"\"", 4, "line 1: a quotation mark" },
		{ "\"a\n\n", 4, "line 1: a quotation mark" },
		{ "x\n\"a\"b", 6, "line 2: text after a closing quotation mark" },
		{ "a,b,c,d,e", 9, "line 1: more than 4 columns" },
		{ "a\nb\n,,,,\n", 9, "line 3: more than 4 columns" },
		{ "a\nb\n\xD6\xD0", 6, "line 3: this is not UTF-8" },
		{ "a\0b", 3, "line 1: this is not UTF-8" },
		{ "\xEF\xBB", 2, "line 1: this is not UTF-8" },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_raises(read_text(rows[i].text, rows[i].len, &b), ERR_INVALID, rows[i].why);
	assert_raises(read_text("a\nstop\nb", 8, &b), ERR_STALE, "stopped");
	assert_string_equal(buf_str(&b), "1:a;2:stop;");
	buf_clear(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(reads_what_rfc_4180_allows),
	cmocka_unit_test(refuses_with_the_line),
};

UNIT_MAIN(tests)

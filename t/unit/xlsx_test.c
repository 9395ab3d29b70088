/* xlsx_test.c - Excel written and read back, and the bombs and ruins the reader must refuse.
 * Owns a scratch folder.
 * Serves lib/base/xlsx (H10, D7). */
#include "unit.h"

#include <unistd.h>

#include "base/qr.h"
#include "base/xlsx.h"
#include "xlsx_zip.h"

static char folder[] = "/tmp/xlsx_test.XXXXXX", path[64];

static int folder_make(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/out.xlsx", folder);
	return 0;
}

static int folder_remove(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);          /* fails if a temporary file was left behind */
}

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

static void read_file(const char *name, struct buf *b)
{
	char part[65536];
	size_t n;
	FILE *f = fopen(name, "rb");

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(b, part, n);
	fclose(f);
}

static void assert_file_reads(const char *want)
{
	struct buf file, rows;

	buf_init(&file, 0);
	buf_init(&rows, 0);
	read_file(path, &file);
	assert_ok(xlsx_read(file.data, file.len, note_row, &rows));
	assert_string_equal(buf_str(&rows), want);
	buf_clear(&file);
	buf_clear(&rows);
}

static const struct xlsx_column columns[] = {
	{ "\xE8\xAE\xA2\xE5\x8D\x95", XLSX_TEXT, 20, false },
	{ "Count", XLSX_INT, 8, true },
	{ "Money", XLSX_MONEY, 12, true },
	{ "Energy", XLSX_ENERGY, 12, true },
	{ "Time", XLSX_TIME, 20, false },
	{ "Day", XLSX_DAY, 12, false },
	{ "Rate", XLSX_PERCENT, 8, false },
};

static void H10_typed_cells_come_back_exactly(void **state)
{
	static const char *const rows[][7] = {
		{ "A-1", "7", "12.34000", "1.2345", "2026-11-20 05:00:00", "2026-11-20", "12.5" },
		{ "=1+1", "-3", "-0.00001", "0.0001", "2024-02-29 23:59:59", "2024-02-29 12:00:00", "100" },
		{ "a\x01"
	"b\xFF\xC2\x85"
	"c\nd",
			"123456789012345", "9999999999.99999", "99999999999.9999", NULL, "", "0.0001" },
		{ "_x000D_ids_x_x0g41_", "1234567890123456789", "many", "", "soon", "never", "x" },
	};
	struct xlsx *x;

	(void)state;
	assert_ok(xlsx_open(path, &x));
	assert_ok(xlsx_sheet(x, "Sessions", columns, 7));
	for (int i = 0; i < 4; i++)
		assert_ok(xlsx_row(x, rows[i]));
	assert_ok(xlsx_totals(x, "Total"));
	assert_int_equal(xlsx_rows(x), 4);
	assert_int_equal(access(path, F_OK), -1);        /* appears when it is complete */
	assert_ok(xlsx_close(&x));
	assert_null(x);
	assert_file_reads("1:\xE8\xAE\xA2\xE5\x8D\x95|Count|Money|Energy|Time|Day|Rate;"
		"2:A-1|7|12.34|1.2345|2026-11-20 05:00:00|2026-11-20 00:00:00|0.125;"
		"3:=1+1|-3|-0.00001|0.0001|2024-02-29 23:59:59|2024-02-29 00:00:00|1;"
		"4:abc\nd|123456789012345|9999999999.99999|99999999999.9999|||0.000001;"
		"5:_x000D_ids_x_x0g41_|1234567890123456789|many||soon|never|x;"
		"6:Total|1234691346912469138|10000000012.33998|100000000001.2345;");
}

static void H10_totals_count_what_is_shown(void **state)
{
	static const struct xlsx_column two[] = { { "n", XLSX_TEXT, 0, false },
		{ "v", XLSX_MONEY, 0, true } };
	static const char *const rows[][2] = { { "a", "0.10000" }, { "b", "0.20000" },
		{ "c", "-0.05000" } };
	static const char *const big[2] = { "x", "92233720368547.75807" };
	struct xlsx *x;

	(void)state;
	assert_ok(xlsx_open(path, &x));
	assert_ok(xlsx_sheet(x, "t", two, 2));
	for (int i = 0; i < 3; i++)
		assert_ok(xlsx_row(x, rows[i]));
	assert_ok(xlsx_totals(x, "sum"));
	assert_ok(xlsx_close(&x));
	assert_file_reads("1:n|v;2:a|0.1;3:b|0.2;4:c|-0.05;5:sum|0.25;");

	assert_ok(xlsx_open(path, &x));
	assert_ok(xlsx_sheet(x, "t", two, 2));
	assert_ok(xlsx_row(x, big));
	assert_raises(xlsx_row(x, big), ERR_INVALID, "total of v");
	xlsx_abort(&x);
	assert_null(x);
	xlsx_abort(&x);
}

static void H10_a_sheet_is_split_before_a_million_rows(void **state)
{
	static const struct xlsx_column one[] = { { "n", XLSX_INT, 0, true } };
	const char *text[1] = { "1" };
	struct xlsx *x;
	struct buf file;

	(void)state;
	assert_ok(xlsx_open(path, &x));
	assert_ok(xlsx_sheet(x, "Long", one, 1));
	for (int i = 0; i < 999993; i++)
		assert_ok(xlsx_row(x, text));
	assert_ok(xlsx_totals(x, "sum"));
	assert_int_equal(xlsx_rows(x), 999993);
	assert_ok(xlsx_close(&x));
	buf_init(&file, 0);
	read_file(path, &file);
	/* names stand in the central directory unpacked */
	assert_non_null(memmem(file.data, file.len, "xl/worksheets/sheet2.xml", 24));
	assert_null(memmem(file.data, file.len, "xl/worksheets/sheet3.xml", 24));
	buf_clear(&file);
}

static void D7_pictures_notes_and_free_sheets(void **state)
{
	static const struct xlsx_column two[] = { { "Connector", XLSX_TEXT, 20, false },
		{ "QR", XLSX_TEXT, 20, false } };
	static const char *const notes[][2] = { { "Filter", "station = \xE5\x8D\x97\xE7\xBD\x91" },
		{ "By", "admin" } };
	static const int widths[] = { 10, 0, 30 };
	static const char *const row[2] = { "G1", NULL };
	unsigned char *png;
	size_t len;
	struct xlsx *x;

	(void)state;
	assert_ok(qr_png_dup("https://charge.example.com/c/1", 4, &png, &len));
	assert_ok(xlsx_open(path, &x));
	assert_ok(xlsx_notes(x, "About", notes, 2));
	assert_ok(xlsx_sheet(x, "QR", two, 2));
	assert_raises(xlsx_image(x, 1, png, len, 120), NERR_ASSERT, "wants a PNG, a row");
	for (int i = 0; i < 3; i++) {
		assert_ok(xlsx_row(x, row));
		assert_ok(xlsx_image(x, 1, png, len, 120));
	}
	assert_raises(xlsx_image(x, 1, png, len, 100), NERR_ASSERT, "one size");
	assert_raises(xlsx_image(x, 1, "no png", 6, 120), NERR_ASSERT, "PNG");
	assert_ok(xlsx_free_sheet(x, "Bill/2026:11", widths, 3));
	assert_ok(xlsx_cell(x, 0, 1, XLSX_TEXT, XS_TITLE, "Bill"));
	assert_ok(xlsx_cell(x, 2, 2, XLSX_MONEY, XS_SUM, "10.50"));
	assert_ok(xlsx_cell(x, 2, 0, XLSX_TEXT, XS_BORDER, NULL));
	assert_raises(xlsx_cell(x, 1, 0, XLSX_TEXT, XS_PLAIN, "up"), NERR_ASSERT, "downwards");
	assert_ok(xlsx_sheet(x, "QR", two, 2));          /* a name taken gets a number */
	assert_ok(xlsx_sheet(x, "", two, 2));
	assert_ok(xlsx_sheet(x, "'*'", two, 2));
	assert_ok(xlsx_close(&x));
	free(png);
	assert_file_reads("1:Filter|station = \xE5\x8D\x97\xE7\xBD\x91;2:By|admin;");
}

static void a_cell_is_cut_at_excels_limit(void **state)
{
	static const struct xlsx_column one[] = { { "n", XLSX_TEXT, 0, false } };
	struct buf text, want;
	const char *row[1];
	struct xlsx *x;

	(void)state;
	buf_init(&text, 0);
	buf_init(&want, 0);
	for (int i = 0; i < 40000; i++)
		buf_puts(&text, i % 2 ? "\xE7\x94\xB5" : "x");
	buf_puts(&want, "1:n;2:");
	buf_add(&want, text.data, 16384 + 16383 * 3);
	buf_puts(&want, ";");
	row[0] = text.data;
	assert_ok(xlsx_open(path, &x));
	assert_ok(xlsx_sheet(x, "a name that is longer than the thirty-one allowed", one, 1));
	assert_ok(xlsx_row(x, row));
	assert_ok(xlsx_close(&x));
	assert_file_reads(want.data);
	buf_clear(&text);
	buf_clear(&want);
}

static void a_folder_that_is_not_there(void **state)
{
	struct xlsx *x;

	(void)state;
	assert_ok(xlsx_open("/nowhere/at/all.xlsx", &x));
	error_drop(xlsx_sheet(x, "s", columns, 7));
	assert_raises(xlsx_close(&x), NERR_IO, "");
	assert_null(x);
}

/* The reader, on sheets made by hand. */
static NEOERR *read_sheet(const char *rows, struct buf *out)
{
	struct buf sheet, file;
	NEOERR *err;

	buf_init(&sheet, 0);
	buf_init(&file, 0);
	buf_printf(&sheet, "<x:worksheet xmlns:x=\"y\"><x:sheetData>%s</x:sheetData></x:worksheet>",
		rows);
	xlsx_wrap(&file, sheet.data, sheet.len, true);
	buf_reset(out);
	err = xlsx_read(file.data, file.len, note_row, out);
	buf_clear(&sheet);
	buf_clear(&file);
	return nerr_pass(err);
}

static void cells_become_text(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "<row r=\"1\"/><row r=\"5\"><c r=\"A5\" s=\"1\"/></row>", "" },
		{ "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"C2\" t=\"s\"><v>1</v></c></row>",
			"2:plain||rich text;" },
		{ "<row><c t=\"s\"><v>2</v></c><c t=\"s\"><v>3</v></c><c><v>1</v></c></row>",
			"1: \xE7\x94\xB5\xE6\xA1\xA9\n<2> ||1;" },
		{ "<row r=\"1\"><c"
			" t=\"inlineStr\"><is><t>in</t><rPh><t>no</t></rPh><t>line</t></is></c></row>",
			"1:inline;" },
		{ "<row r=\"1\"><c t=\"str\"><f>A1&amp;B1</f><v>formula</v></c><c t=\"b\"><v>1</v></c><c"
			" t=\"e\"><v>#N/A</v></c></row>",
			"1:formula|1|#N/A;" },
		{ "<row r=\"1\"><c><v>12.34</v></c><c><v>0.30000000000000004</v></c><c><v>1E-5</v></c><c><v>1.5E+20</v></c>"
	"<c><v>-7</v></c><c><v>110101199001011234</v></c><c><v> 12.340000000000002"
	" </v></c><c><v>-0.50</v></c></row>",
			"1:12.34|0.3|0.00001|150000000000000000000|-7|110101199001011234|12.34|-0.5;" },
		{ "<row r=\"1\"><c s=\"1\"><v>46346</v></c><c s=\"2\"><v>46346.208333333336</v></c><c"
			" s=\"1\"><v>0.5</v></c>"
	"<c s=\"3\"><v>46346</v></c><c s=\"99\"><v>46346</v></c><c"
	" s=\"1\"><v>46346.99999999</v></c></row>",
			"1:2026-11-20 00:00:00|2026-11-20 05:00:00|12:00:00|46346|46346|2026-11-21 00:00:00;" },
		{ "<row r=\"1\"><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>61</v></c><c"
			" s=\"1\"><v>25569.333333333332</v></c>"
	"<c s=\"1\"><v>-1</v></c></row>",
			"1:1900-01-01 00:00:00|1900-02-28 00:00:00|1900-03-01 00:00:00|1970-01-01"
			" 08:00:00|-1;" },
		{ "<row r=\"1\"><c t=\"d\"><v>2026-11-20T05:00:00.000Z</v></c><c"
			" t=\"d\"><v>2026-11-20</v></c></row>",
			"1:2026-11-20 05:00:00|2026-11-20;" },
		{ "<row r=\"1\"><c t=\"inlineStr\"><is><t>a_x000A_b_x005F_x000D_c_x12_</t></is></c></row>",
			"1:a\nb_x000D_c_x12_;" },
		{ "<row r=\"3\"><c r=\"GR3\"><v>1</v></c><c r=\"ZZ3\" s=\"1\"/></row>", NULL },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_ok(read_sheet(rows[i][0], &out));
		if (rows[i][1] != NULL)
			assert_string_equal(buf_str(&out), rows[i][1]);
	}
	buf_clear(&out);
}

static void bad_sheets_are_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "<row r=\"2\"/><row r=\"2\"/>", "rows of the sheet are out of order" },
		{ "<row r=\"-1\"/>", "rows of the sheet are out of order" },
		{ "<row r=\"x\"/>", "rows of the sheet are out of order" },
		{ "<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>", "cells of row 1 are out of order" },
		{ "<row r=\"1\"><c r=\"1\"/></row>", "cells of row 1 are out of order" },
		{ "<row r=\"1\"><c r=\"GS1\"><v>1</v></c></row>", "more than 200 columns" },
		{ "<row r=\"200001\"><c><v>1</v></c></row>", "more than 200000 rows" },
		{ "<row r=\"1\"><c t=\"s\"><v>4</v></c></row>", "names a text that is not" },
		{ "<row r=\"1\"><c t=\"s\"><v>-1</v></c></row>", "names a text that is not" },
		{ "<row r=\"1\"><c t=\"s\"><v>x</v></c></row>", "names a text that is not" },
		{ "<row r=\"1\"><c><v>12a</v></c></row>", "a number that cannot be read" },
		{ "<row r=\"1\"><c><v>nan</v></c></row>", "a number that cannot be read" },
		{ "<row r=\"1\"><c><v>1e400</v></c></row>", "a number that cannot be read" },
		{ "<row r=\"1\"><c><v>1-2</v></c></row>", "a number that cannot be read" },
		{ "<row>", "damaged" },
		{ "<row r=\"1\"><c><v>&nbsp;</v></c></row>", "damaged" },
		{ "<row r=\"1\"><c><v>\xFF</v></c></row>", "damaged" },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_raises(read_sheet(rows[i][0], &out), ERR_INVALID, rows[i][1]);
	assert_raises(
		read_sheet("<row><c t=\"str\"><v>stop</v></c></row><row><c><v>1</v></c></row>", &out),
		ERR_STALE, "stopped");
	assert_string_equal(buf_str(&out), "1:stop;");
	buf_clear(&out);
}

static NEOERR *read_wrapped(const char *sheet, size_t len, bool packed)
{
	struct buf file, out;
	NEOERR *err;

	buf_init(&file, 0);
	buf_init(&out, 1000);
	xlsx_wrap(&file, sheet, len, packed);
	err = xlsx_read(file.data, file.len, note_row, &out);
	buf_clear(&file);
	buf_clear(&out);
	return nerr_pass(err);
}

static void entities_cannot_expand(void **state)
{
	static const char laughs[] =
		"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
		"<worksheet><sheetData><row r=\"1\"><c"
		" t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>";
	static const char outside[] = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><worksheet/>";

	(void)state;
	assert_raises(read_wrapped(laughs, sizeof(laughs) - 1, true), ERR_INVALID, "document type");
	assert_raises(read_wrapped(outside, sizeof(outside) - 1, true), ERR_INVALID, "document type");
}

static void bombs_are_refused(void **state)
{
	struct buf sheet;

	(void)state;
	buf_init(&sheet, 0);
	buf_puts(&sheet, "<worksheet><sheetData>");
	for (int i = 0; i < 300000; i++)
		buf_puts(&sheet, "<row></row><row></row>");
	buf_puts(&sheet, "</sheetData></worksheet>");
	assert_raises(read_wrapped(sheet.data, sheet.len, true), ERR_INVALID, "100 to 1");

	buf_reset(&sheet);
	buf_puts(&sheet, "<worksheet><sheetData><row>");
	while (sheet.len < 65 * 1024 * 1024)
		buf_puts(&sheet, "<an-element-that-nobody-asked-for with=\"an attribute\"/>");
	assert_raises(read_wrapped(sheet.data, sheet.len, false), ERR_INVALID, "larger than 64 MB");

	buf_reset(&sheet);                       /* one endless name */
	buf_puts(&sheet, "<worksheet a=\"");
	for (unsigned i = 0; sheet.len < 8 * 1024 * 1024; i++)
		buf_printf(&sheet, "%x", i * 2654435761u);
	buf_puts(&sheet, "\"/>");
	assert_raises(read_wrapped(sheet.data, sheet.len, false), ERR_INVALID, "too long");

	buf_reset(&sheet);
	buf_puts(&sheet, "<worksheet><row><c t=\"str\"><v>");
	for (int i = 0; i < 32768; i++)
		buf_puts(&sheet, i % 3 ? "\n" : "\xE7\x94\xB5");
	buf_puts(&sheet, "</v></c></row></worksheet>");
	assert_raises(read_wrapped(sheet.data, sheet.len, false), ERR_INVALID,
		"more than 32767 characters");
	buf_clear(&sheet);
}

static void ruins_are_refused(void **state)
{
	static const struct xlsx_part empty[] = { { "readme.txt", "hi", 2 } };
	static const struct xlsx_part headless[] = { { "_rels/.rels", "<Relationships/>", 16 } };
	static const struct xlsx_part no_sheet[] = {
		{ "_rels/.rels", "<Relationships/>", 16 }, { "xl/workbook.xml", "<workbook/>", 11 },
		{ "xl/_rels/workbook.xml.rels", "<Relationships/>", 16 },
	};
	struct buf file, out;

	(void)state;
	buf_init(&file, 0);
	buf_init(&out, 0);
	assert_raises(xlsx_read("", 0, note_row, &out), ERR_INVALID, "no Excel workbook");
	assert_raises(xlsx_read("a,b\n", 4, note_row, &out), ERR_INVALID, "no Excel workbook");
	assert_raises(xlsx_read("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, note_row, &out), ERR_INVALID,
		"save it as .xlsx");
	xlsx_zip(&file, empty, 1, false);
	assert_raises(xlsx_read(file.data, file.len, note_row, &out), ERR_INVALID,
		"_rels/.rels is missing");
	buf_reset(&file);
	xlsx_zip(&file, headless, 1, false);
	assert_raises(xlsx_read(file.data, file.len, note_row, &out), ERR_INVALID,
		"xl/workbook.xml is missing");
	buf_reset(&file);
	xlsx_zip(&file, no_sheet, 3, false);
	assert_raises(xlsx_read(file.data, file.len, note_row, &out), ERR_INVALID, "holds no table");
	buf_reset(&file);
	xlsx_wrap(&file, "<worksheet/>", 12, false);
	/* the checksum no longer fits */
	*(char *)memmem(file.data, file.len, "<worksheet/>", 12) = '[';
	assert_raises(xlsx_read(file.data, file.len, note_row, &out), ERR_INVALID, "damaged");
	buf_clear(&file);
	buf_clear(&out);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(H10_typed_cells_come_back_exactly),
	cmocka_unit_test(H10_totals_count_what_is_shown),
	cmocka_unit_test(H10_a_sheet_is_split_before_a_million_rows),
	cmocka_unit_test(D7_pictures_notes_and_free_sheets),
	cmocka_unit_test(a_cell_is_cut_at_excels_limit),
	cmocka_unit_test(a_folder_that_is_not_there),
	cmocka_unit_test(cells_become_text),
	cmocka_unit_test(bad_sheets_are_refused),
	cmocka_unit_test(entities_cannot_expand),
	cmocka_unit_test(bombs_are_refused),
	cmocka_unit_test(ruins_are_refused),
};

int main(void)
{
	error_init();
	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}

/* xlsx_zip.c - a workbook made by hand: parts into a zip in memory.
 * Owns nothing.
 * Serves the tests and fuzzers of the Excel reader. */
#include <zip.h>

#include "xlsx_zip.h"

void xlsx_zip(struct buf *out, const struct xlsx_part *parts, int n, bool packed)
{
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
	zip_int64_t size, index;
	char *bytes;

	if (zip == NULL)
		error_die("no zip");
	zip_source_keep(source);
	for (int i = 0; i < n; i++) {
		index = zip_file_add(zip, parts[i].path,
			zip_source_buffer(zip, parts[i].data, parts[i].len, 0), 0);
		if (index < 0)
			error_die("a part cannot be added");
		zip_set_file_compression(zip, (zip_uint64_t)index, packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
			0);
	}
	if (zip_close(zip) < 0 || zip_source_open(source) < 0)
		error_die("the zip cannot be written");
	zip_source_seek(source, 0, SEEK_END);
	size = zip_source_tell(source);
	zip_source_seek(source, 0, SEEK_SET);
	bytes = malloc((size_t)size + 1);
	if (bytes == NULL || zip_source_read(source, bytes, (zip_uint64_t)size) != size)
		error_die("the zip cannot be read");
	buf_add(out, bytes, (size_t)size);
	free(bytes);
	zip_source_close(source);
	zip_source_free(source);
}

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char root_rels[] = "<Relationships><Relationship Id=\"rId1\" Type=\"" REL
								"/officeDocument\" Target=\"xl/workbook.xml\"/>"
								"</Relationships>";
static const char workbook[] =
	"<workbook xmlns:r=\"" REL "\"><sheets><sheet name=\"One\" sheetId=\"1\" r:id=\"rId7\"/>"
	"<sheet name=\"Two\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>";
static const char workbook_rels[] =
	"<Relationships><Relationship Id=\"rId2\" Type=\"" REL
	"/worksheet\" Target=\"worksheets/sheet2.xml\"/>"
	"<Relationship Id=\"rId7\" Type=\"" REL "/worksheet\" Target=\"/xl/worksheets/sheet1.xml\"/>"
	"<Relationship Id=\"rId8\" Type=\"" REL "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
	"<Relationship Id=\"rId9\" Type=\"" REL
	"/styles\" Target=\"../xl/styles.xml\"/></Relationships>";
static const char strings[] =
	"<sst><si><t>plain</t></si><si><r><t>rich"
	" </t></r><r><t>text</t></r><rPh><t>hidden</t></rPh></si>"
	"<si><t xml:space=\"preserve\"> \xE7\x94\xB5\xE6\xA1\xA9_x000D_\n&lt;2&gt;"
	" </t></si><si/></sst>";
static const char styles[] =
	"<styleSheet><numFmts count=\"2\"><numFmt numFmtId=\"164\""
	" formatCode=\"yyyy&quot;\xE5\xB9\xB4&quot;m\"/>"
	"<numFmt numFmtId=\"165\""
	" formatCode=\"[Red]&quot;day&quot;0.00\"/></numFmts><cellStyleXfs><xf"
	" numFmtId=\"14\"/></cellStyleXfs>"
	"<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf"
	" numFmtId=\"165\"/><xf numFmtId=\"99999\"/></cellXfs></styleSheet>";

void xlsx_wrap(struct buf *out, const void *sheet, size_t len, bool packed)
{
	const struct xlsx_part parts[] = {
		{ "_rels/.rels", root_rels, sizeof(root_rels) - 1 },
		{ "xl/workbook.xml", workbook, sizeof(workbook) - 1 },
		{ "xl/_rels/workbook.xml.rels", workbook_rels, sizeof(workbook_rels) - 1 },
		{ "xl/sharedStrings.xml", strings, sizeof(strings) - 1 },
		{ "xl/styles.xml", styles, sizeof(styles) - 1 },
		{ "xl/worksheets/sheet1.xml", sheet, len },
	};

	xlsx_zip(out, parts, sizeof(parts) / sizeof(parts[0]), packed);
}

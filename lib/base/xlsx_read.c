/* xlsx_read.c - the container of an Excel workbook: zip, parts, relations, shared strings, styles.
 * Owns the open workbook and the caps on what is unpacked.
 * Serves imports. */
#include <expat.h>

#include "base/text.h"
#include "base/xlsx_internal.h"

#define ENTRIES_MAX 2000
#define RATIO_MAX 100
#define RATIO_FROM (1024 * 1024)     /* small parts may be as regular as they like */
#define CHUNK 65536
#define TOKEN_MAX (1024 * 1024)      /* expat scans an unfinished token again with each chunk */

const char *xml_attribute(const char **attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2) {
		const char *colon = strrchr(attributes[0], ':');
		if (strcmp(colon != NULL ? colon + 1 : attributes[0], name) == 0)
			return attributes[1];
	}
	return NULL;
}

NEOERR *xlsx_add_text(struct buf *out, size_t from, const char *s, size_t len)
{
	/* bytes here, characters once at the end: counting for each piece would be quadratic */
	if (out->len - from + len > 4 * XLSX_CELL_CHARS)
		return nerr_raise(ERR_INVALID, "A cell holds more than %d characters.", XLSX_CELL_CHARS);
	buf_add(out, s, len);
	return STATUS_OK;
}

NEOERR *xlsx_check_text(const struct buf *text, size_t from)
{
	if (text->len - from > XLSX_CELL_CHARS && text_chars(text->data + from) > XLSX_CELL_CHARS)
		return nerr_raise(ERR_INVALID, "A cell holds more than %d characters.", XLSX_CELL_CHARS);
	return STATUS_OK;
}

/* One run of expat: the first error of a handler stops it and comes out of xlsx_part. */
struct xml_run {
	XML_Parser parser;
	const struct xml_handlers *handlers;
	void *ctx;
	NEOERR *err;
};

static const char *local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon != NULL ? colon + 1 : name;
}

static void run_result(struct xml_run *run, NEOERR *err)
{
	if (err == STATUS_OK)
		return;
	run->err = err;
	XML_StopParser(run->parser, XML_FALSE);
}

/* expat may deliver an event more after XML_StopParser: run->err guards each of them. */
static void XMLCALL on_start(void *p, const char *name, const char **attributes)
{
	struct xml_run *run = p;

	if (run->err == STATUS_OK && run->handlers->start != NULL)
		run_result(run, run->handlers->start(run->ctx, local_name(name), attributes));
}

static void XMLCALL on_end(void *p, const char *name)
{
	struct xml_run *run = p;

	if (run->err == STATUS_OK && run->handlers->end != NULL)
		run_result(run, run->handlers->end(run->ctx, local_name(name)));
}

static void XMLCALL on_text(void *p, const char *s, int len)
{
	struct xml_run *run = p;

	if (run->err == STATUS_OK && run->handlers->text != NULL)
		run_result(run, run->handlers->text(run->ctx, s, (size_t)len));
}

/* No workbook has a DOCTYPE; without it there are no entities to expand. */
static void XMLCALL on_doctype(void *p, const char *name, const char *sys_id, const char *pub_id,
	int internal)
{
	(void)name, (void)sys_id, (void)pub_id, (void)internal;
	run_result(p, nerr_raise(ERR_INVALID,
		"The workbook holds a document type, which is not accepted."));
}

static NEOERR *feed(struct xml_run *run, const char *p, size_t len, int64_t fed, bool last)
{
	if (XML_Parse(run->parser, p, (int)len, last) == XML_STATUS_ERROR) {
		if (run->err != STATUS_OK)
			return nerr_pass(run->err);
		return nerr_raise(ERR_INVALID, "The workbook is damaged (%s).",
			XML_ErrorString(XML_GetErrorCode(run->parser)));
	}
	if (fed - XML_GetCurrentByteIndex(run->parser) > TOKEN_MAX)
		return nerr_raise(ERR_INVALID, "The workbook holds a piece of text that is too long.");
	return STATUS_OK;
}

static NEOERR *check_caps(struct xlsx_book *b, int64_t part, int64_t packed)
{
	if (b->unpacked > XLSX_UNPACKED_MAX)
		return nerr_raise(ERR_INVALID, "The workbook is larger than %d MB when unpacked.",
			XLSX_UNPACKED_MAX / 1024 / 1024);
	if (part > RATIO_FROM && part / RATIO_MAX > packed)
		return nerr_raise(ERR_INVALID,
			"The workbook is packed more than %d to 1, which is not accepted.", RATIO_MAX);
	return STATUS_OK;
}

static NEOERR *pump(struct xlsx_book *b, zip_file_t *file, int64_t packed, struct xml_run *run)
{
	NEOERR *err = STATUS_OK;
	char *chunk = malloc(CHUNK);
	int64_t n, part = 0;

	if (chunk == NULL)
		error_die("out of memory (xlsx)");
	do {
		n = zip_fread(file, chunk, CHUNK);
		if (n < 0) {
			err = nerr_raise(ERR_INVALID, "The workbook is damaged (it cannot be unpacked).");
			goto out;
		}
		part += n;
		b->unpacked += n;
		TRY(check_caps(b, part, packed));
		TRY(feed(run, chunk, (size_t)n, part, n == 0));
	} while (n > 0);
out:
	free(chunk);
	return nerr_pass(err);
}

static NEOERR *parse_file(struct xlsx_book *b, zip_file_t *file, int64_t packed,
	const struct xml_handlers *h, void *ctx)
{
	NEOERR *err;
	struct xml_run run = { .parser = XML_ParserCreate(NULL), .handlers = h, .ctx = ctx };

	if (run.parser == NULL)
		error_die("out of memory (xml)");
	XML_SetUserData(run.parser, &run);
	XML_SetElementHandler(run.parser, on_start, on_end);
	XML_SetCharacterDataHandler(run.parser, on_text);
	XML_SetStartDoctypeDeclHandler(run.parser, on_doctype);
	err = pump(b, file, packed, &run);
	XML_ParserFree(run.parser);
	return nerr_pass(err);
}

NEOERR *xlsx_part(struct xlsx_book *b, const char *path, const struct xml_handlers *h, void *ctx,
	bool *found)
{
	NEOERR *err;
	zip_int64_t index = zip_name_locate(b->zip, path, ZIP_FL_NOCASE);
	zip_stat_t st;
	zip_file_t *file;

	if (found != NULL)
		*found = index >= 0;
	if (index < 0)
		return found != NULL ? STATUS_OK
							 : nerr_raise(ERR_INVALID,
						"The file is no Excel workbook (.xlsx): %s is missing.", path);
	zip_stat_init(&st);
	file = zip_fopen_index(b->zip, (zip_uint64_t)index, 0);
	if (file == NULL || zip_stat_index(b->zip, (zip_uint64_t)index, 0, &st) < 0
		|| !(st.valid & ZIP_STAT_COMP_SIZE)) {
		if (file != NULL)
			zip_fclose(file);
		return nerr_raise(ERR_INVALID, "The workbook is damaged or protected by a password.");
	}
	err = parse_file(b, file, (int64_t)st.comp_size, h, ctx);
	zip_fclose(file);
	return nerr_pass(err);
}

/* Part `target` as named in a relation of part `from`: absolute, or beside it; at most some "../"
 * in front. */
static void resolve(const char *from, const char *target, char out[XLSX_PATH])
{
	char folder[XLSX_PATH], *slash;

	if (*target == '/') {
		text_copy(out, XLSX_PATH, target + 1);
		return;
	}
	text_copy(folder, sizeof(folder), from);
	slash = strrchr(folder, '/');
	*(slash != NULL ? slash : folder) = '\0';
	for (; text_starts(target, "../"); target += 3) {
		slash = strrchr(folder, '/');
		*(slash != NULL ? slash : folder) = '\0';
	}
	if (snprintf(out, XLSX_PATH, "%s%s%s", folder, *folder != '\0' ? "/" : "", target) >= XLSX_PATH)
		out[0] = '\0';
}

static bool ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), t = strlen(tail);

	return n >= t && strcmp(s + n - t, tail) == 0;
}

static NEOERR *root_relation(void *ctx, const char *name, const char **attributes)
{
	struct xlsx_book *b = ctx;
	const char *type = xml_attribute(attributes, "Type"),
			   *target = xml_attribute(attributes, "Target");

	if (text_eq(name, "Relationship") && type != NULL && target != NULL
		&& ends_with(type, "/officeDocument"))
		resolve("", target, b->workbook);
	return STATUS_OK;
}

static NEOERR *workbook_element(void *ctx, const char *name, const char **attributes)
{
	struct xlsx_book *b = ctx;
	const char *value;

	if (text_eq(name, "workbookPr")) {
		value = xml_attribute(attributes, "date1904");
		b->date1904 = text_eq(value, "1") || text_eq(value, "true");
	} else if (text_eq(name, "sheet") && b->sheet_id[0] == '\0') {
		text_copy(b->sheet_id, sizeof(b->sheet_id), xml_attribute(attributes, "id"));
	}
	return STATUS_OK;
}

static NEOERR *workbook_relation(void *ctx, const char *name, const char **attributes)
{
	struct xlsx_book *b = ctx;
	const char *type = xml_attribute(attributes, "Type"),
			   *target = xml_attribute(attributes, "Target");

	if (!text_eq(name, "Relationship") || type == NULL || target == NULL)
		return STATUS_OK;
	if (ends_with(type, "/worksheet") && text_eq(xml_attribute(attributes, "Id"), b->sheet_id))
		resolve(b->workbook, target, b->sheet);
	else if (ends_with(type, "/sharedStrings"))
		resolve(b->workbook, target, b->strings);
	else if (ends_with(type, "/styles"))
		resolve(b->workbook, target, b->styles);
	return STATUS_OK;
}

/* The parts of the workbook: the root relations name it, it names its first sheet, its relations
 * name the files. */
static NEOERR *find_parts(struct xlsx_book *b)
{
	static const struct xml_handlers root = { .start = root_relation };
	static const struct xml_handlers workbook = { .start = workbook_element };
	static const struct xml_handlers relations = { .start = workbook_relation };
	NEOERR *err = STATUS_OK;
	char path[XLSX_PATH + 16], folder[XLSX_PATH];
	const char *file;
	char *slash;

	TRY(xlsx_part(b, "_rels/.rels", &root, b, NULL));
	if (b->workbook[0] == '\0')
		text_copy(b->workbook, sizeof(b->workbook), "xl/workbook.xml");
	TRY(xlsx_part(b, b->workbook, &workbook, b, NULL));
	text_copy(folder, sizeof(folder), b->workbook);
	slash = strrchr(folder, '/');
	file = slash != NULL ? b->workbook + (slash - folder) + 1 : b->workbook;
	if (slash != NULL)
		slash[1] = '\0';
	else
		folder[0] = '\0';
	snprintf(path, sizeof(path), "%s_rels/%s.rels", folder, file);
	TRY(xlsx_part(b, path, &relations, b, NULL));
	if (b->sheet[0] == '\0')
		err = nerr_raise(ERR_INVALID, "The first sheet of the workbook holds no table.");
out:
	return nerr_pass(err);
}

/* Shared strings: <si> with one <t>, or several in rich text runs; <rPh> (phonetic guides) does not
 * count. */
struct strings_run { struct xlsx_book *book; bool in_text; int phonetic; };

static NEOERR *strings_start(void *ctx, const char *name, const char **attributes)
{
	struct strings_run *run = ctx;
	struct xlsx_book *b = run->book;

	(void)attributes;
	if (text_eq(name, "si")) {
		if (b->strings_n == b->strings_room) {
			b->strings_room = b->strings_room > 0 ? b->strings_room * 2 : 256;
			b->string_at = realloc(b->string_at, b->strings_room * sizeof(*b->string_at));
			if (b->string_at == NULL)
				error_die("out of memory (xlsx)");
		}
		b->string_at[b->strings_n++] = b->text.len;
	}
	run->phonetic += text_eq(name, "rPh");
	run->in_text = text_eq(name, "t") && run->phonetic == 0 && b->strings_n > 0;
	return STATUS_OK;
}

static NEOERR *strings_end(void *ctx, const char *name)
{
	struct strings_run *run = ctx;
	struct xlsx_book *b = run->book;

	run->phonetic -= text_eq(name, "rPh");
	run->in_text = false;
	if (!text_eq(name, "si"))
		return STATUS_OK;
	buf_putc(&b->text, '\0');
	return nerr_pass(xlsx_check_text(&b->text, b->string_at[b->strings_n - 1]));
}

static NEOERR *strings_text(void *ctx, const char *s, size_t len)
{
	struct strings_run *run = ctx;
	struct xlsx_book *b = run->book;

	if (!run->in_text)
		return STATUS_OK;
	return nerr_pass(xlsx_add_text(&b->text, b->string_at[b->strings_n - 1], s, len));
}

/* Styles: number formats by id, then one <xf> in <cellXfs> for each style a cell may name. */
#define FORMATS_MAX 4096

struct styles_run { struct xlsx_book *book; bool *date_format; bool in_cells; };

static NEOERR *styles_start(void *ctx, const char *name, const char **attributes)
{
	struct styles_run *run = ctx;
	struct xlsx_book *b = run->book;
	const char *code = xml_attribute(attributes, "formatCode");
	int64_t id = 0;

	if (!text_i64(xml_attribute(attributes, "numFmtId"), &id) || id < 0 || id >= FORMATS_MAX)
		id = 0;
	if (text_eq(name, "cellXfs")) {
		run->in_cells = true;
	} else if (text_eq(name, "numFmt") && code != NULL) {
		run->date_format[id] = xlsx_format_is_date((int)id, code);
	} else if (text_eq(name, "xf") && run->in_cells) {
		if (b->dates_n == b->dates_room) {
			b->dates_room = b->dates_room > 0 ? b->dates_room * 2 : 64;
			b->is_date = realloc(b->is_date, b->dates_room * sizeof(*b->is_date));
			if (b->is_date == NULL)
				error_die("out of memory (xlsx)");
		}
		b->is_date[b->dates_n++] = run->date_format[id];
	}
	return STATUS_OK;
}

static NEOERR *styles_end(void *ctx, const char *name)
{
	struct styles_run *run = ctx;

	if (text_eq(name, "cellXfs"))
		run->in_cells = false;
	return STATUS_OK;
}

static NEOERR *read_styles(struct xlsx_book *b)
{
	static const struct xml_handlers handlers = { styles_start, styles_end, NULL };
	NEOERR *err;
	bool found, *date_format = calloc(FORMATS_MAX, sizeof(*date_format));
	struct styles_run run = { .book = b, .date_format = date_format };

	if (date_format == NULL)
		error_die("out of memory (xlsx)");
	for (int id = 0; id < 164; id++)     /* own formats begin at 164 */
		date_format[id] = xlsx_format_is_date(id, "");
	err = xlsx_part(b, b->styles, &handlers, &run, &found);
	free(date_format);
	return nerr_pass(err);
}

static NEOERR *read_book(struct xlsx_book *b, xlsx_row_fn fn, void *ctx)
{
	static const struct xml_handlers handlers = { strings_start, strings_end, strings_text };
	NEOERR *err = STATUS_OK;
	struct strings_run strings = { .book = b };
	bool found;

	if (zip_get_num_entries(b->zip, 0) > ENTRIES_MAX)
		return nerr_raise(ERR_INVALID, "The workbook holds more than %d parts.", ENTRIES_MAX);
	TRY(find_parts(b));
	if (b->strings[0] != '\0')
		TRY(xlsx_part(b, b->strings, &handlers, &strings, &found));
	if (b->styles[0] != '\0')
		TRY(read_styles(b));
	TRY(xlsx_sheet_rows(b, fn, ctx));
out:
	return nerr_pass(err);
}

static NEOERR *open_zip(const void *data, size_t len, zip_t **zip)
{
	static const char cfb[] = "\xD0\xCF\x11\xE0";      /* old .xls, or a workbook with a password */
	zip_source_t *source;
	zip_error_t why;

	if (len >= 4 && memcmp(data, cfb, 4) == 0)
		return nerr_raise(ERR_INVALID,
			"The file is an old .xls or protected by a password; save it as .xlsx without one.");
	zip_error_init(&why);
	source = zip_source_buffer_create(data, len, 0, &why);
	if (source == NULL)
		error_die("out of memory (zip)");
	*zip = zip_open_from_source(source, ZIP_RDONLY, &why);
	zip_error_fini(&why);
	if (*zip == NULL) {
		zip_source_free(source);
		return nerr_raise(ERR_INVALID, "The file is no Excel workbook (.xlsx).");
	}
	return STATUS_OK;
}

NEOERR *xlsx_read(const void *data, size_t len, xlsx_row_fn fn, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct xlsx_book b = { 0 };

	buf_init(&b.text, 0);
	TRY(open_zip(data, len, &b.zip));
	TRY(read_book(&b, fn, ctx));
out:
	if (b.zip != NULL)
		zip_discard(b.zip);
	buf_clear(&b.text);
	free(b.string_at);
	free(b.is_date);
	return nerr_pass(err);
}

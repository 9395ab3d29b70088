/* xml.c - flat XML through expat: no document type, no nesting, no second child of a name.
 * Owns nothing. Serves xml.h. */
#include <expat.h>

#include "base/xml.h"

#include "base/buf.h"
#include "base/text.h"

#define CHILDREN_MAX 100
#define NAME_MAX_CHARS 64

struct reading {
	XML_Parser parser;
	json_t *object;
	struct buf text;
	char name[NAME_MAX_CHARS + 1];
	int depth;
	const char *problem;
};

static void give_up(struct reading *r, const char *problem)
{
	if (!r->problem)
		r->problem = problem;
	XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL on_start(void *ctx, const char *name, const char **attributes)
{
	struct reading *r = ctx;

	(void)attributes;
	if (r->problem)
		return;
	r->depth++;
	if (r->depth > 2)
		give_up(r, "an element within an element");
	else if (r->depth == 2 && strlen(name) > NAME_MAX_CHARS)
		give_up(r, "an element's name is too long");
	else if (r->depth == 2 && json_object_get(r->object, name))
		give_up(r, "an element stands twice");
	else if (r->depth == 2 && json_object_size(r->object) >= CHILDREN_MAX)
		give_up(r, "too many elements");
	else {
		text_copy(r->name, sizeof(r->name), name);
		buf_reset(&r->text);
	}
}

static void XMLCALL on_end(void *ctx, const char *name)
{
	struct reading *r = ctx;

	(void)name;
	if (!r->problem && r->depth == 2)
		json_object_set_new(r->object, r->name, json_string(buf_str(&r->text)));
	r->depth--;
}

static void XMLCALL on_text(void *ctx, const char *s, int len)
{
	struct reading *r = ctx;

	if (!r->problem && r->depth == 2)
		buf_add(&r->text, s, (size_t)len);
}

/* Without a document type there are no entities to expand. */
static void XMLCALL on_doctype(void *ctx, const char *name, const char *sys_id, const char *pub_id,
	int internal)
{
	(void)name, (void)sys_id, (void)pub_id, (void)internal;
	give_up(ctx, "a document type");
}

NEOERR *xml_flat(const char *text, size_t len, size_t max, json_t **out)
{
	struct reading r = { .object = NULL };
	NEOERR *err = STATUS_OK;

	*out = NULL;
	if (len > max)
		return nerr_raise(ERR_INVALID, "more than %zu bytes of XML", max);
	r.parser = XML_ParserCreate("UTF-8");
	r.object = json_object();
	if (!r.parser || !r.object)
		error_die("out of memory (xml)");
	buf_init(&r.text, 0);
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	if (XML_Parse(r.parser, text, (int)len, 1) == XML_STATUS_ERROR || r.problem)
		err = nerr_raise(ERR_INVALID, "not the XML of a flat answer: %s",
			r.problem ? r.problem : XML_ErrorString(XML_GetErrorCode(r.parser)));
	else
		*out = json_incref(r.object);
	XML_ParserFree(r.parser);
	buf_clear(&r.text);
	json_decref(r.object);
	return nerr_pass(err);
}

void xml_escape(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '<')
			buf_puts(out, "&lt;");
		else if (*s == '>')
			buf_puts(out, "&gt;");
		else if (*s == '&')
			buf_puts(out, "&amp;");
		else
			buf_putc(out, (unsigned char)*s < ' ' && *s != '\t' && *s != '\n' ? ' ' : *s);
	}
}

/* request_fuzz.c - what browsers send: a first line says how the rest is read, so that boundaries
 * and types vary too.
 * Owns nothing.
 * Serves cgi/parse. */
#include <ClearSilver.h>

#include "fuzz.h"

#include "base/text.h"
#include "cgi/parse.h"

static void check_texts(const struct param_list *l)
{
	PROMISE(l->n <= REQUEST_PARAMS_MAX && l->uploads <= REQUEST_FILES_MAX);
	for (int i = 0; i < l->n; i++) {
		const struct param *p = &l->param[i];
		PROMISE(text_is_utf8(p->name, strlen(p->name)) && strlen(p->name) <= PARSE_NAME_MAX);
		PROMISE(strlen(p->value) == p->len && text_is_utf8(p->value, p->len));
	}
	for (int i = 0; i < l->uploads; i++) {
		const struct upload *u = &l->upload[i];
		PROMISE(text_is_utf8(u->filename, strlen(u->filename)) && !strchr(u->filename, '/') &&
			!strchr(u->filename, '\\'));
		PROMISE(u->data[u->len] == '\0');
	}
}

static NEOERR *parse(struct param_list *l, const char *how, char *body, size_t len)
{
	if (text_starts(how, "cookie")) {
		parse_cookies(l, body);
		return STATUS_OK;
	}
	if (text_starts(how, "multipart/form-data"))
		return nerr_pass(parse_multipart(l, body, len, how));
	return nerr_pass(parse_urlencoded(l, body, len, true));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	size_t head = line ? (size_t)(line - data) : size, rest = line ? size - head - 1 : 0;
	struct arena a;
	NEOERR *err;
	char *body, *how;

	arena_init(&a);
	struct param_list l = { .arena = &a };
	how = arena_memdup(&a, data, head);
	/* a block of its own: one byte too far is seen */
	body = malloc(rest + 1);
	if (!body)
		error_die("out of memory (fuzz)");
	memcpy(body, line ? line + 1 : data, rest);
	body[rest] = '\0';
	err = parse(&l, how, body, rest);
	PROMISE(err == STATUS_OK || error_is(err, ERR_INVALID));
	error_drop(err);
	check_texts(&l);
	free(body);
	arena_clear(&a);
	return 0;
}

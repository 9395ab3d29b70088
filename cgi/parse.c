/* parse.c - urlencoded, multipart/form-data and cookies, in one pass over the bytes each.
 * Owns nothing.
 * Serves request.c and its fuzzer. */
#include <strings.h>

#include "cgi/parse.h"

#include "base/text.h"

static NEOERR *list_add(struct param_list *l, const char *name, const char *value, size_t len,
	bool body)
{
	if (l->n >= REQUEST_PARAMS_MAX)
		return nerr_raise(ERR_INVALID, "more than %d parameters", REQUEST_PARAMS_MAX);
	if (l->n == l->room) {
		int room = l->room ? l->room * 2 : 32;
		struct param *more = arena_alloc(l->arena, (size_t)room * sizeof *more);
		if (l->n)
			memcpy(more, l->param, (size_t)l->n * sizeof *more);
		l->param = more;
		l->room = room;
	}
	l->param[l->n++] = (struct param){ .name = name, .value = value, .len = len, .body = body };
	return STATUS_OK;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

size_t parse_percent(char *text, size_t len, bool plus)
{
	size_t in = 0, out = 0;

	while (in < len) {
		char c = text[in++];
		if (c == '+' && plus)
			c = ' ';
		else if (c == '%' && in + 1 < len && hex_value(text[in]) >= 0 &&
			hex_value(text[in + 1]) >= 0) {
			c = (char)(hex_value(text[in]) * 16 + hex_value(text[in + 1]));
			in += 2;
		}
		text[out++] = c;
	}
	text[out] = '\0';
	return out;
}

static NEOERR *check_name(const char *name, size_t len)
{
	if (len > PARSE_NAME_MAX)
		return nerr_raise(ERR_INVALID, "a parameter's name is longer than %d bytes",
			PARSE_NAME_MAX);
	if (!text_is_utf8(name, len))
		return nerr_raise(ERR_INVALID, "a parameter's name is not UTF-8 text");
	return STATUS_OK;
}

static NEOERR *check_value(const char *value, size_t len)
{
	return text_is_utf8(value, len) ? STATUS_OK
		: nerr_raise(ERR_INVALID, "a parameter is not UTF-8 text");
}

/* One name=value; text[len] may be written. */
static NEOERR *urlencoded_pair(struct param_list *l, char *text, size_t len, bool body)
{
	char *equals = memchr(text, '=', len), *value;
	size_t name_len, value_len = 0;
	NEOERR *err;

	if (equals) {
		value_len = parse_percent(equals + 1, len - (size_t)(equals + 1 - text), true);
		value = equals + 1;
		name_len = parse_percent(text, (size_t)(equals - text), true);
	} else {
		name_len = parse_percent(text, len, true);
		value = text + name_len;
	}
	if ((err = check_name(text, name_len)) || (err = check_value(value, value_len)))
		return nerr_pass(err);
	return nerr_pass(list_add(l, text, value, value_len, body));
}

NEOERR *parse_urlencoded(struct param_list *l, char *text, size_t len, bool body)
{
	char *end = text + len;
	NEOERR *err = STATUS_OK;

	while (text < end) {
		char *stop = memchr(text, '&', (size_t)(end - text));
		if (!stop)
			stop = end;
		if (stop > text)
			TRY(urlencoded_pair(l, text, (size_t)(stop - text), body));
		text = stop + 1;
	}
out:
	return nerr_pass(err);
}

bool parse_type_is(const char *content_type, const char *type)
{
	size_t len = strlen(type);

	if (!content_type || strncasecmp(content_type, type, len) != 0)
		return false;
	content_type += len;
	while (*content_type == ' ' || *content_type == '\t')
		content_type++;
	return *content_type == '\0' || *content_type == ';';
}

/* The value of one `; name=value` or `; name="value"` of a header (RFC 7231 3.1.1.1), *len -1 if
 * absent. Stays inside the text. */
static const char *header_parameter(const char *s, const char *end, const char *name, int *len)
{
	size_t name_len = strlen(name);

	*len = -1;
	while (s < end && (s = memchr(s, ';', (size_t)(end - s))) != NULL) {
		const char *key, *value;
		bool quoted, ours;

		for (s++; s < end && (*s == ' ' || *s == '\t'); s++)
			;
		for (key = s; s < end && *s != '=' && *s != ';'; s++)
			;
		if (s >= end || *s == ';')
			continue;
		ours = (size_t)(s - key) == name_len && strncasecmp(key, name, name_len) == 0;
		quoted = ++s < end && *s == '"';
		for (value = s += quoted; s < end && *s != (quoted ? '"' : ';'); s++)
			if (quoted && *s == '\\' && s + 1 < end && s[1] == '"')
				s++;
		if (ours) {
			*len = (int)(s - value);
			return value;
		}
	}
	return NULL;
}

struct part_head { char *name, *filename, *type; size_t name_len; };

/* What browsers do to quotes in names: %22; \" is an older custom. */
static char *part_text(struct arena *a, const char *s, int len)
{
	char *text = arena_memdup(a, s, (size_t)len), *out = text;

	for (const char *p = text; *p; p++) {
		if (p[0] == '\\' && p[1] == '"')
			continue;
		if (strncmp(p, "%22", 3) == 0) {
			*out++ = '"';
			p += 2;
		} else
			*out++ = *p;
	}
	*out = '\0';
	return text;
}

static const char *without_folders(const char *filename)
{
	const char *last = filename;

	for (const char *p = filename; *p; p++)
		if (*p == '/' || *p == '\\')
			last = p + 1;
	return last;
}

static void part_header(struct param_list *l, struct part_head *head, const char *line,
	const char *end)
{
	static const char disposition[] = "content-disposition:", type[] = "content-type:";
	const char *value;
	int len;

	if ((size_t)(end - line) > sizeof disposition &&
		strncasecmp(line, disposition, sizeof disposition - 1) == 0) {
		if ((value = header_parameter(line, end, "name", &len)) != NULL)
			head->name = part_text(l->arena, value, len);
		if ((value = header_parameter(line, end, "filename", &len)) != NULL)
			head->filename = part_text(l->arena, value, len);
	} else if ((size_t)(end - line) > sizeof type &&
		strncasecmp(line, type, sizeof type - 1) == 0) {
		for (line += sizeof type - 1; line < end && (*line == ' ' || *line == '\t'); line++)
			;
		head->type = arena_memdup(l->arena, line, (size_t)(end - line));
	}
}

/* From the byte after the boundary's line to the byte after the empty line. */
static NEOERR *part_head(struct param_list *l, char **at, const char *end, struct part_head *head)
{
	size_t room = (size_t)(end - *at) < PARSE_HEAD_MAX ? (size_t)(end - *at) : PARSE_HEAD_MAX;
	char *stop = memmem(*at, room, "\r\n\r\n", 4), *line = *at;

	if (!stop || memchr(*at, '\0', (size_t)(stop - *at)))
		return nerr_raise(ERR_INVALID, "a part of the form has a broken head");
	while (line <= stop) {
		char *line_end = memmem(line, (size_t)(stop + 2 - line), "\r\n", 2);
		part_header(l, head, line, line_end);
		line = line_end + 2;
	}
	*at = stop + 4;
	if (!head->name)
		return nerr_raise(ERR_INVALID, "a part of the form has no name");
	head->name_len = strlen(head->name);
	return nerr_pass(check_name(head->name, head->name_len));
}

static NEOERR *part_file(struct param_list *l, const struct part_head *head, const char *data,
	size_t len)
{
	const char *type = head->type ? head->type : "application/octet-stream";

	if (!*head->filename && len == 0)
		return STATUS_OK;                    /* nothing was chosen */
	if (!text_is_utf8(head->filename, strlen(head->filename)) || !text_is_utf8(type, strlen(type)))
		return nerr_raise(ERR_INVALID, "a file's name is not UTF-8 text");
	if (l->uploads >= REQUEST_FILES_MAX)
		return nerr_raise(ERR_INVALID, "more than %d files", REQUEST_FILES_MAX);
	if (!l->upload)
		l->upload = arena_alloc(l->arena, REQUEST_FILES_MAX * sizeof *l->upload);
	l->upload[l->uploads++] = (struct upload){ .name = head->name,
		.filename = without_folders(head->filename),
		.type = type,
		.data = data,
		.len = len };
	return STATUS_OK;
}

static NEOERR *part_value(struct param_list *l, const struct part_head *head, const char *value,
	size_t len)
{
	NEOERR *err = check_value(value, len);

	return err ? nerr_pass(err) : nerr_pass(list_add(l, head->name, value, len, true));
}

/* 1 to 70 characters (RFC 2046); delim becomes CR LF -- boundary. */
static bool delimiter_of(const char *content_type, char delim[80], size_t *len)
{
	int n;
	const char *boundary =
		header_parameter(content_type, content_type + strlen(content_type), "boundary", &n);

	if (!boundary || n < 1 || n > 70)
		return false;
	memcpy(delim, "\r\n--", 4);
	memcpy(delim + 4, boundary, (size_t)n);
	*len = (size_t)n + 4;
	return true;
}

NEOERR *parse_multipart(struct param_list *l, char *body, size_t len, const char *content_type)
{
	char delim[80], *at, *end = body + len;
	size_t delim_len;
	NEOERR *err = STATUS_OK;

	if (!delimiter_of(content_type, delim, &delim_len))
		return nerr_raise(ERR_INVALID, "the form has no boundary");
	if (len >= delim_len - 2 && memcmp(body, delim + 2, delim_len - 2) == 0)
		at = body + delim_len - 2;
	else if ((at = memmem(body, len, delim, delim_len)) != NULL)
		at += delim_len;
	else
		return nerr_raise(ERR_INVALID, "the form does not begin with its boundary");
	for (;;) {
		struct part_head head = { NULL };
		char *stop;

		if (end - at >= 2 && memcmp(at, "--", 2) == 0)
			break;
		while (at < end && (*at == ' ' || *at == '\t'))
			at++;
		if (end - at < 2 || memcmp(at, "\r\n", 2) != 0)
			return nerr_raise(ERR_INVALID, "the form ends early");
		at += 2;
		TRY(part_head(l, &at, end, &head));
		if ((stop = memmem(at, (size_t)(end - at), delim, delim_len)) == NULL)
			return nerr_raise(ERR_INVALID, "the form ends early");
		*stop = '\0';
		TRY(head.filename ? part_file(l, &head, at, (size_t)(stop - at))
			: part_value(l, &head, at, (size_t)(stop - at)));
		at = stop + delim_len;
	}
out:
	return nerr_pass(err);
}

void parse_cookies(struct param_list *l, char *header)
{
	char *pair;

	while (l->n < PARSE_COOKIES_MAX && (pair = text_split(&header, ';')) != NULL) {
		char *equals;
		size_t len;

		while (*pair == ' ')
			pair++;
		if ((equals = strchr(pair, '=')) == NULL || equals == pair)
			continue;
		*equals = '\0';
		len = parse_percent(equals + 1, strlen(equals + 1), false);
		if (strlen(pair) <= PARSE_NAME_MAX && text_is_utf8(pair, strlen(pair)) &&
			text_is_utf8(equals + 1, len))
			error_drop(list_add(l, pair, equals + 1, len, false));
	}
}

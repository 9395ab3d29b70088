/* json.c - strict JSON through jansson, and small helpers.
 * Owns nothing.
 * Serves protocols, API, snapshots. */
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

/* jansson's own limit (2048) is fixed and its parser recurses: the levels are counted before it
 * sees the text. */
static bool depth_is_fine(const char *text, size_t len)
{
	bool quoted = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (quoted) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				quoted = false;
			continue;
		}
		if (text[i] == '"')
			quoted = true;
		else if ((text[i] == '{' || text[i] == '[') && ++depth > JSON_DEPTH)
			return false;
		else if (text[i] == '}' || text[i] == ']')
			depth--;
	}
	return true;
}

NEOERR *json_read(const char *text, size_t len, size_t max, json_t **out)
{
	json_error_t why;

	*out = NULL;
	if (len > max)
		return nerr_raise(ERR_INVALID, "JSON of %zu bytes, at most %zu are taken", len, max);
	if (!depth_is_fine(text, len))
		return nerr_raise(ERR_INVALID, "JSON nested deeper than %d levels", JSON_DEPTH);
	*out = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (*out == NULL)
		return nerr_raise(ERR_INVALID, "JSON line %d column %d: %s", why.line, why.column,
			why.text);
	return STATUS_OK;
}

char *json_write_dup(const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	if (text == NULL)
		error_die("a JSON value cannot be written");
	return text;
}

const char *json_text(const json_t *object, const char *key, const char *fallback)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value) ? json_string_value(value) : fallback;
}

int64_t json_i64(const json_t *object, const char *key, int64_t fallback)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? (int64_t)json_integer_value(value) : fallback;
}

static void quote_ascii(struct buf *out, char c)
{
	static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
	const char *found = strchr(plain, c);

	if (found != NULL && c != '\0') {
		buf_putc(out, '\\');
		buf_putc(out, letter[found - plain]);
	} else if ((unsigned char)c < 0x20 || c == 0x7F || c == '<' || c == '>' || c == '&') {
		/* < > & too: the literal may stand in an HTML attribute or script data */
		buf_printf(out, "\\u%04x", (unsigned char)c);
	} else {
		buf_putc(out, c);
	}
}

void json_quote(struct buf *out, const char *s)
{
	size_t len = s != NULL ? strlen(s) : 0, step;

	buf_putc(out, '"');
	for (size_t at = 0; at < len; at += step) {
		step = text_rune(s + at, len - at);
		if (step == 0) {
			buf_puts(out, "\xEF\xBF\xBD");
			step = 1;
		} else if (step == 1) {
			quote_ascii(out, s[at]);
		} else {
			buf_add(out, s + at, step);
		}
	}
	buf_putc(out, '"');
}

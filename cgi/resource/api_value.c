/* api_value.c - columns to JSON and JSON to the texts a change understands.
 * Owns nothing.
 * Serves api.c. */
#include "cgi/resource/api.h"

#include "base/clock.h"
#include "base/text.h"

int api_columns(const struct resource *res, bool list, struct column *column)
{
	struct column *all = column;
	int n = view_columns(res, 0, SECRET | VIRTUAL, all), kept = 0;

	for (int i = 0; i < n; i++)
		if (all[i].field->flags & (list ? LIST : LIST | SHOW | FORM))
			column[kept++] = all[i];
	return kept;
}

/* "2026-11-20 05:00:00" -> "2026-11-20T05:00:00+08:00" */
static void put_time(struct buf *out, const char *raw)
{
	int minutes = abs(clock_offset()) / 60;

	if (strlen(raw) < 19) {
		json_quote(out, raw);
		return;
	}
	buf_printf(out, "\"%.10sT%.8s%c%02d:%02d\"", raw, raw + 11, clock_offset() < 0 ? '-' : '+',
		minutes / 60, minutes % 60);
}

static void put_ref(struct buf *out, const char *raw, const char *title)
{
	buf_printf(out, "{\"id\":%s,\"title\":", raw);
	json_quote(out, title != NULL ? title : "");
	buf_putc(out, '}');
}

static void put_fixed(struct buf *out, const struct field *f, const char *raw)
{
	int scale = field_scale(f);
	char text[FIXED_TEXT];
	int64_t v;

	json_quote(out, fixed_parse(raw, scale, &v) ? fixed_format(v, scale, scale, text) : raw);
}

void api_put_value(struct request *req, struct buf *out, const struct field *f, const char *raw,
	const char *title, bool whole)
{
	if (raw == NULL) {
		buf_puts(out, "null");
		return;
	}
	switch (f->kind) {
	case F_INT: case F_SECONDS:
		buf_puts(out, raw);
		break;
	case F_BOOL:
		buf_puts(out, raw[0] == '1' ? "true" : "false");
		break;
	case F_REF:
		put_ref(out, raw, title);
		break;
	case F_TIME:
		put_time(out, raw);
		break;
	case F_MONEY: case F_PRICE: case F_ENERGY: case F_DECIMAL: case F_PERCENT:
		put_fixed(out, f, raw);
		break;
	default:
		json_quote(out,
			f->flags & PII && !whole ? field_mask(req, f, raw)
				: f->said && f->kind == F_TEXT ? f->said(req, raw)
				: raw);
	}
}

/* "2026-11-20T05:00:00+08:00" in the operator's zone; other offsets are not guessed at. */
static const char *take_time(struct request *req, const char *text, const char **problem)
{
	size_t len = strlen(text);
	struct buf zone;
	int minutes = abs(clock_offset()) / 60;

	if (len != 25)
		return text;
	buf_init(&zone, 16);
	buf_printf(&zone, "%c%02d:%02d", clock_offset() < 0 ? '-' : '+', minutes / 60, minutes % 60);
	if (!text_eq(text + 19, buf_str(&zone))) {
		*problem = "api.zone";
		text = NULL;
	} else {
		text = arena_printf(&req->arena, "%.19s", text);
	}
	buf_clear(&zone);
	return text;
}

const char *api_take_value(struct request *req, const struct field *f, const json_t *value,
	const char **problem)
{
	*problem = NULL;
	switch (json_typeof(value)) {
	case JSON_NULL:
		return "";
	case JSON_STRING:
		return f->kind == F_TIME ? take_time(req, json_string_value(value), problem)
			: json_string_value(value);
	case JSON_INTEGER:
		return arena_printf(&req->arena, "%lld", (long long)json_integer_value(value));
	case JSON_TRUE: case JSON_FALSE:
		if (f->kind == F_BOOL)
			return json_is_true(value) ? "1" : "0";
		break;
	case JSON_OBJECT:
		if (f->kind == F_REF && json_is_integer(json_object_get(value, "id")))
			return arena_printf(&req->arena, "%lld", (long long)json_i64(value, "id", 0));
		break;
	case JSON_REAL:
		*problem = "api.decimal";
		return NULL;
	case JSON_ARRAY:
		break;
	}
	*problem = "api.type";
	return NULL;
}

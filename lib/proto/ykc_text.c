/* ykc_text.c - a YKC frame in words: what was said, for whoever has to judge a dispute.
 * Owns nothing.
 * Serves the gateway's black box. */
#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "proto/ykc_table.h"

struct words { char *out; size_t n; };

static void put(struct words *w, const char *s)
{
	size_t n = strlen(s);

	if (w->n + n >= YKC_TEXT_MAX)
		n = YKC_TEXT_MAX - 1 - w->n;
	memcpy(w->out + w->n, s, n);
	w->n += n;
	w->out[w->n] = '\0';
}

static void put_number(struct words *w, const struct ykc_field *f, int64_t v)
{
	char text[FIXED_TEXT];

	fixed_format(v, f->decimals, f->decimals, text);
	put(w, text);
	put(w, f->unit);
}

static void put_time(struct words *w, int64_t t)
{
	char text[CLOCK_TEXT];

	put(w, t == 0 ? "-" : clock_format(t, text));
}

static void put_value(struct words *w, const struct ykc_field *f, const uint8_t *from)
{
	char hex[2 * YKC_BODY_MAX + 1], degrees[16];
	int64_t v;

	switch (f->kind) {
	case YKC_DIGITS:
	case YKC_TEXT:
	case YKC_TEXT_BACK:
		put(w, text_eq(f->name, "password") && from[0] != 0 ? "***" : (const char *)from);
		break;
	case YKC_BYTES:
		text_hex(from, (size_t)f->len, hex);
		put(w, hex);
		break;
	case YKC_CP56:
		put_time(w, ykc_number(f, from));
		break;
	case YKC_CENTIGRADE:
		v = ykc_number(f, from);
		snprintf(degrees, sizeof(degrees), "%dC", (int)v);
		put(w, v == YKC_TEMP_NONE ? "-" : degrees);
		break;
	default:
		put_number(w, f, ykc_number(f, from));
	}
}

static void put_fields(struct words *w, const struct ykc_field *field, int n, const uint8_t *from)
{
	for (int i = 0; i < n; i++) {
		if (text_eq(field[i].name, "spare"))
			continue;
		put(w, " ");
		put(w, field[i].name);
		put(w, "=");
		put_value(w, &field[i], from + field[i].at);
	}
}

static void put_group(struct words *w, const struct ykc_group *g, const uint8_t *from)
{
	int n;

	if (g->size == 1) {                      /* letters: one word */
		put(w, " ");
		put(w, g->field->name);
		put(w, "=");
		put(w, (const char *)from + g->at);
		return;
	}
	memcpy(&n, from + g->count, sizeof(n));
	for (int i = 0; i < n; i++) {
		put(w, " |");
		put_fields(w, g->field, g->fields, from + g->at + (size_t)i * g->size);
	}
}

const char *ykc_text(const uint8_t *p, size_t len, char out[YKC_TEXT_MAX])
{
	struct words w = { out, 0 };
	struct ykc_message m;
	struct ykc_frame frame;
	const struct ykc_row *row;
	enum ykc_decode decoded;
	size_t used;

	out[0] = '\0';
	if (ykc_scan(p, len, &frame, &used) != YKC_SCAN_FRAME) {
		put(&w, "no frame");
		return "?";
	}
	row = ykc_row(frame.type);
	decoded = ykc_decode(&frame, &m);
	put(&w, row != NULL ? row->name : "unknown type");
	if (decoded == YKC_SHORT)
		put(&w, " too short");
	if (decoded == YKC_ENCRYPTED)
		put(&w, " encrypted");
	if (decoded != YKC_OK)
		return row != NULL ? row->name : "?";
	put_fields(&w, row->field, row->fields, (const uint8_t *)&m.u);
	if (row->group != NULL)
		put_group(&w, row->group, (const uint8_t *)&m.u);
	return row->name;
}

void ykc_mask(uint8_t *p, size_t len)
{
	const struct ykc_row *row;
	struct ykc_frame frame;
	size_t used, at = 6;
	uint16_t crc;

	if (ykc_scan(p, len, &frame, &used) != YKC_SCAN_FRAME || frame.encrypted != 0)
		return;
	row = ykc_row(frame.type);
	for (int i = 0; row != NULL && frame.len >= row->body && i < row->fields; i++) {
		if (text_eq(row->field[i].name, "password"))
			memset(p + at, 0, (size_t)row->field[i].len);
		at += (size_t)row->field[i].len;
	}
	crc = ykc_crc(p + 2, (size_t)p[1]);
	p[p[1] + 2] = crc & 0xFF;
	p[p[1] + 3] = (uint8_t)(crc >> 8);
}

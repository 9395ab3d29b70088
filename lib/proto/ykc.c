/* ykc.c - YKC bodies: read and written by one list of fields for each frame (ykc_table.c).
 * Owns nothing.
 * Serves the gateway and the virtual piles. */
#include "base/clock.h"
#include "base/text.h"
#include "proto/ykc_table.h"

#define AMPERES_OFF 4000                /* 0.1 A below zero on the wire's scale */

/* ---- values */

int64_t ykc_time_read(const uint8_t p[7])
{
	int ms = p[0] | p[1] << 8;
	struct civil c = {
		.year = 2000 + (p[6] & 0x7F), .month = p[5] & 0x0F, .day = p[4] & 0x1F,
		.hour = p[3] & 0x1F, .minute = p[2] & 0x3F, .second = ms / 1000,
	};
	struct civil back;
	int64_t t;

	if (c.month < 1 || c.month > 12 || c.day < 1 || c.hour > 23 || c.minute > 59 || c.second > 59)
		return 0;
	t = clock_from_civil(&c);
	clock_civil(t, &back);
	return back.day == c.day && back.month == c.month ? t : 0;    /* no 31st of February */
}

void ykc_time_write(uint8_t p[7], int64_t t)
{
	struct civil c;
	int ms;

	memset(p, 0, 7);
	if (t == 0)
		return;
	clock_civil(t, &c);
	ms = c.second * 1000;
	p[0] = ms & 0xFF;
	p[1] = (uint8_t)(ms >> 8);
	p[2] = (uint8_t)c.minute;
	p[3] = (uint8_t)c.hour;
	p[4] = (uint8_t)c.day;
	p[5] = (uint8_t)c.month;
	p[6] = (uint8_t)(c.year % 100);
}

void ykc_model_number(int64_t version_id, char out[YKC_MODEL])
{
	unsigned number = (unsigned)(version_id % 9999) + 1;

	for (int i = YKC_MODEL - 2; i >= 0; i--, number /= 10)
		out[i] = (char)('0' + number % 10);
	out[YKC_MODEL - 1] = '\0';
}

static void number_put(const struct ykc_field *f, uint8_t *to, int64_t v)
{
	int small = (int)v;

	if (f->room == sizeof(v))
		memcpy(to, &v, sizeof(v));
	else
		memcpy(to, &small, sizeof(small));
}

int64_t ykc_number(const struct ykc_field *f, const uint8_t *from)
{
	int64_t v;
	int small;

	if (f->room == sizeof(v)) {
		memcpy(&v, from, sizeof(v));
		return v;
	}
	memcpy(&small, from, sizeof(small));
	return small;
}

static int64_t number_read(const uint8_t *p, int len)
{
	uint64_t v = 0;

	while (len-- > 0)
		v = v << 8 | p[len];
	return (int64_t)v;
}

/* What does not fit becomes the nearest that does: a balance of a billion is "plenty", not a
 * small number. */
static void number_write(uint8_t *p, int len, int64_t v)
{
	int64_t max = (INT64_C(1) << (8 * len)) - 1;

	v = v < 0 ? 0 : v > max ? max : v;
	for (int i = 0; i < len; i++, v >>= 8)
		p[i] = v & 0xFF;
}

/* Only printable ASCII leaves here: the text goes into logs, pages and ascii columns. */
static void text_read(const uint8_t *p, int len, bool back, char *out)
{
	int n = 0;

	for (int i = 0; i < len; i++) {
		uint8_t c = p[back ? len - 1 - i : i];
		if (c == 0 && !back)
			break;
		if (c != 0)
			out[n++] = c > ' ' && c < 0x7F ? (char)c : c == ' ' ? ' ' : '?';
	}
	out[n] = '\0';
}

static void text_write(uint8_t *p, int len, bool back, const char *s)
{
	int n = (int)strnlen(s, (size_t)len);

	for (int i = 0; i < n; i++)
		p[back ? n - 1 - i : i] = (uint8_t)s[i];
}

/* Short or foreign text is padded with zeros from the left: card numbers, serials typed by
 * people. */
static void digits_write(uint8_t *p, int len, const char *s)
{
	char digits[2 * YKC_BODY_MAX + 1];
	size_t n = strlen(s), room = (size_t)len * 2;

	memset(digits, '0', room);
	digits[room] = '\0';
	memcpy(digits + (n < room ? room - n : 0), s, n < room ? n : room);
	if (!text_unhex(digits, p, (size_t)len))
		memset(p, 0, (size_t)len);
}

static void field_read(const struct ykc_field *f, const uint8_t *p, uint8_t *to)
{
	switch (f->kind) {
	case YKC_DIGITS:
		text_hex(p, (size_t)f->len, (char *)to);
		break;
	case YKC_NUMBER:
		number_put(f, to, number_read(p, f->len) * f->scale);
		break;
	case YKC_BCD:
		number_put(f, to, (p[0] >> 4) * 10 + (p[0] & 15));
		break;
	case YKC_CENTIGRADE:
		number_put(f, to, p[0] == 0 ? YKC_TEMP_NONE : p[0] - 50);
		break;
	case YKC_AMPERE:
		number_put(f, to, number_read(p, f->len) - AMPERES_OFF);
		break;
	case YKC_TEXT:
	case YKC_TEXT_BACK:
		text_read(p, f->len, f->kind == YKC_TEXT_BACK, (char *)to);
		break;
	case YKC_CP56:
		number_put(f, to, ykc_time_read(p));
		break;
	case YKC_BYTES:
		memcpy(to, p, (size_t)f->len);
		break;
	}
}

static void field_write(const struct ykc_field *f, uint8_t *p, const uint8_t *from)
{
	bool text = f->kind == YKC_DIGITS || f->kind == YKC_TEXT || f->kind == YKC_TEXT_BACK ||
		f->kind == YKC_BYTES;
	int64_t v = text ? 0 : ykc_number(f, from);

	switch (f->kind) {
	case YKC_DIGITS:
		digits_write(p, f->len, (const char *)from);
		break;
	case YKC_NUMBER:
		number_write(p, f->len, v / f->scale);
		break;
	case YKC_BCD:
		p[0] = (uint8_t)((v / 10 % 10) << 4 | v % 10);
		break;
	case YKC_CENTIGRADE:
		number_write(p, 1, v == YKC_TEMP_NONE ? 0 : v + 50);
		break;
	case YKC_AMPERE:
		number_write(p, f->len, v + AMPERES_OFF);
		break;
	case YKC_TEXT:
	case YKC_TEXT_BACK:
		text_write(p, f->len, f->kind == YKC_TEXT_BACK, (const char *)from);
		break;
	case YKC_CP56:
		ykc_time_write(p, v);
		break;
	case YKC_BYTES:
		memcpy(p, from, (size_t)f->len);
		break;
	}
}

/* ---- messages */

static const uint8_t *fields_read(const struct ykc_field *field, int n, const uint8_t *p,
	uint8_t *to)
{
	for (int i = 0; i < n; i++) {
		field_read(&field[i], p, to + field[i].at);
		p += field[i].len;
	}
	return p;
}

static uint8_t *fields_write(const struct ykc_field *field, int n, uint8_t *p, const uint8_t *from)
{
	for (int i = 0; i < n; i++) {
		field_write(&field[i], p, from + field[i].at);
		p += field[i].len;
	}
	return p;
}

/* A body that promises more entries than it has is one that lies about its length. */
static bool group_read(const struct ykc_group *g, const uint8_t *p, int len, uint8_t *to)
{
	int each = ykc_fields_length(g->field, g->fields), there = len / each, n = there;

	if (g->counted)
		memcpy(&n, to + g->count, sizeof(n));
	if (n > there)
		return false;
	n = n > g->max ? g->max : n;
	memcpy(to + g->count, &n, sizeof(n));
	for (int i = 0; i < n; i++)
		p = fields_read(g->field, g->fields, p, to + g->at + (size_t)i * g->size);
	return true;
}

/* What of a message's group goes onto the wire: what there is room for. */
static int group_count(const struct ykc_row *row, const uint8_t *from)
{
	const struct ykc_group *g = row->group;
	int n, room;

	if (g == NULL)
		return 0;
	room = (YKC_BODY_MAX - row->body) / ykc_fields_length(g->field, g->fields);
	memcpy(&n, from + g->count, sizeof(n));
	n = n < 0 ? 0 : n > g->max ? g->max : n;
	return n > room ? room : n;
}

enum ykc_decode ykc_decode(const struct ykc_frame *frame, struct ykc_message *out)
{
	const struct ykc_row *row = ykc_row(frame->type);
	const uint8_t *p = frame->body;

	if (row == NULL)
		return YKC_UNKNOWN;
	if (frame->encrypted != 0)
		return YKC_ENCRYPTED;
	if (frame->len < row->body)
		return YKC_SHORT;
	memset(out, 0, sizeof(*out));
	out->type = frame->type;
	memcpy(out->seq, frame->seq, sizeof(out->seq));
	out->body = frame->body;
	out->len = frame->len;
	p = fields_read(row->field, row->fields, p, (uint8_t *)&out->u);
	if (row->group != NULL &&
		!group_read(row->group, p, frame->len - row->body, (uint8_t *)&out->u))
		return YKC_SHORT;
	return YKC_OK;
}

int ykc_encode(const struct ykc_message *m, uint8_t out[YKC_FRAME_MAX])
{
	const struct ykc_row *row = ykc_row(m->type);
	const uint8_t *from = (const uint8_t *)&m->u;
	struct ykc_message cut = *m;
	int n = group_count(row, from);
	uint8_t *p;
	uint16_t crc;

	memset(out, 0, YKC_FRAME_MAX);
	if (row->group != NULL) {
		from = (const uint8_t *)&cut.u;
		memcpy((uint8_t *)&cut.u + row->group->count, &n, sizeof(n));
	}
	p = fields_write(row->field, row->fields, out + 6, from);
	for (int i = 0; i < n; i++)
		p = fields_write(row->group->field, row->group->fields, p,
			from + row->group->at + (size_t)i * row->group->size);
	if (row->group == NULL)
		p = out + 6 + row->body;
	out[0] = 0x68;
	out[1] = (uint8_t)(p - out - 2);
	memcpy(out + 2, m->seq, 2);
	out[5] = m->type;
	crc = ykc_crc(out + 2, (size_t)out[1]);
	p[0] = crc & 0xFF;
	p[1] = (uint8_t)(crc >> 8);
	return out[1] + 4;
}

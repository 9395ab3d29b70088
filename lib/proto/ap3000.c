/* ap3000.c - AP3000 / DNY: frames found in a stream, bodies read and written by the table, words.
 * Owns nothing.
 * Serves the gateway and the virtual devices. */
#include "base/money.h"
#include "base/text.h"
#include "proto/ap3000_table.h"

#include <stdio.h>

#define HEAD 12                              /* up to the first byte of data */
#define LEN_MIN 9
#define LEN_MAX (AP3000_FRAME_MAX - 5)
#define ICCID_CHARS 20
#define DEGREES_OFF 65

/* ---- frames */

uint16_t ap3000_sum(const uint8_t *p, size_t n)
{
	uint16_t sum = 0;

	while (n-- > 0)
		sum = (uint16_t)(sum + *p++);
	return sum;
}

static uint64_t low_first(const uint8_t *p, int len)
{
	uint64_t v = 0;

	while (len-- > 0)
		v = v << 8 | p[len];
	return v;
}

static bool begins(const uint8_t *p, size_t n, const char *word)
{
	size_t len = strlen(word);

	return memcmp(p, word, n < len ? n : len) == 0;
}

/* Bytes before the next place where something may begin, at least 1. */
static size_t garbage(const uint8_t *p, size_t n)
{
	size_t at = 1;

	while (at < n && p[at] != 'D' && p[at] != 'l' && p[at] != '8')
		at++;
	return at;
}

/* 20 digits and letters A to F; some modems leave out the last. */
static enum ap3000_scan scan_iccid(const uint8_t *p, size_t n, size_t *used)
{
	size_t at = 0;

	while (at < n && at < ICCID_CHARS && ((p[at] >= '0' && p[at] <= '9') ||
			(p[at] >= 'A' && p[at] <= 'F' && !(n - at > 1 && begins(p + at, n - at, "DNY")))))
		at++;
	if (at == n && at < ICCID_CHARS)
		return AP3000_SCAN_MORE;
	*used = at >= ICCID_CHARS - 1 ? at : garbage(p, n);
	return at >= ICCID_CHARS - 1 ? AP3000_SCAN_ICCID : AP3000_SCAN_GARBAGE;
}

/* What is dropped with a frame whose sum is wrong: the whole, unless another begins inside it,
 * because then its length was what was broken. */
static size_t broken(const uint8_t *p, size_t whole)
{
	for (size_t at = 3; at + 3 <= whole; at++)
		if (memcmp(p + at, "DNY", 3) == 0)
			return at;
	return whole;
}

static enum ap3000_scan scan_frame(const uint8_t *p, size_t n, struct ap3000_frame *frame,
	size_t *used)
{
	size_t len, whole;

	if (n < 5)
		return AP3000_SCAN_MORE;
	len = (size_t)low_first(p + 3, 2);
	if (len < LEN_MIN || len > LEN_MAX) {
		*used = garbage(p, n);
		return AP3000_SCAN_GARBAGE;
	}
	whole = len + 5;
	if (n < whole)
		return AP3000_SCAN_MORE;
	if (ap3000_sum(p, whole - 2) != low_first(p + whole - 2, 2)) {
		*used = broken(p, whole);
		return AP3000_SCAN_SUM;
	}
	frame->id = (uint32_t)low_first(p + 5, 4);
	frame->no = (uint16_t)low_first(p + 9, 2);
	frame->cmd = p[11];
	frame->data = p + HEAD;
	frame->len = (int)len - LEN_MIN;
	*used = whole;
	return AP3000_SCAN_FRAME;
}

enum ap3000_scan ap3000_scan(const uint8_t *p, size_t n, struct ap3000_frame *frame, size_t *used)
{
	*used = 0;
	if (n == 0)
		return AP3000_SCAN_MORE;
	if (begins(p, n, "DNY"))
		return scan_frame(p, n, frame, used);
	if (begins(p, n, "link")) {
		*used = n < 4 ? 0 : 4;
		return n < 4 ? AP3000_SCAN_MORE : AP3000_SCAN_LINK;
	}
	if (p[0] == '8')
		return scan_iccid(p, n, used);
	*used = garbage(p, n);
	return AP3000_SCAN_GARBAGE;
}

/* ---- values */

void ap3000_number_put(const struct ap3000_field *f, uint8_t *to, int64_t v)
{
	int small = (int)v;

	if (f->kind != AP3000_EACH && f->room == sizeof(v))
		memcpy(to, &v, sizeof(v));
	else
		memcpy(to, &small, sizeof(small));
}

int64_t ap3000_number_get(const struct ap3000_field *f, const uint8_t *from)
{
	int64_t v;
	int small;

	if (f->kind != AP3000_EACH && f->room == sizeof(v)) {
		memcpy(&v, from, sizeof(v));
		return v;
	}
	memcpy(&small, from, sizeof(small));
	return small;
}

static void number_write(uint8_t *p, int len, int64_t v)
{
	int64_t max = (INT64_C(1) << (8 * len)) - 1;

	v = v < 0 ? 0 : v > max ? max : v;
	for (int i = 0; i < len; i++, v >>= 8)
		p[i] = v & 0xFF;
}

static bool is_text(const struct ap3000_field *f)
{
	return f->kind == AP3000_HEX || f->kind == AP3000_TEXT || f->kind == AP3000_COUNTED;
}

static void mark_missing(const struct ap3000_field *f, uint8_t *to)
{
	if (f->kind == AP3000_EACH)
		for (int i = 0; i < AP3000_PORTS; i++)
			ap3000_number_put(f, to + (size_t)i * sizeof(int), AP3000_NONE);
	else if (f->kind == AP3000_CENTIGRADE)
		ap3000_number_put(f, to, AP3000_COLD);
	else if (!is_text(f))
		ap3000_number_put(f, to, AP3000_NONE);
}

static void text_read(const uint8_t *p, int len, char *out)
{
	int n = 0;

	while (n < len && p[n] != 0) {
		out[n] = p[n] >= ' ' && p[n] < 0x7F ? (char)p[n] : '?';
		n++;
	}
	out[n] = '\0';
}

/* ---- messages */

struct walk { const struct ap3000_row *row; uint8_t *body; int counted; };

/* Bytes of the field on the wire. */
static int length_of(const struct walk *w, const struct ap3000_field *f)
{
	int n = 0;

	if (f->kind == AP3000_EACH) {
		memcpy(&n, w->body + w->row->count, sizeof(n));
		return n * f->len;
	}
	if (f->kind == AP3000_COUNTED)
		return w->counted < (int)(f->room - 1) / 2 ? w->counted : (int)(f->room - 1) / 2;
	return f->len;
}

static void field_read(const struct walk *w, const struct ap3000_field *f, const uint8_t *p)
{
	uint8_t *to = w->body + f->at;
	int len = length_of(w, f);

	switch (f->kind) {
	case AP3000_NUMBER:
		ap3000_number_put(f, to, (int64_t)low_first(p, f->len));
		break;
	case AP3000_CENTIGRADE:
		ap3000_number_put(f, to, p[0] == 0 ? AP3000_COLD : p[0] - DEGREES_OFF);
		break;
	case AP3000_HEX:
	case AP3000_COUNTED:
		text_hex(p, (size_t)len, (char *)to);
		break;
	case AP3000_TEXT:
		text_read(p, len, (char *)to);
		break;
	case AP3000_EACH:
		for (int i = 0; i * f->len < len; i++)
			ap3000_number_put(f, to + (size_t)i * sizeof(int),
				(int64_t)low_first(p + i * f->len, f->len));
		break;
	}
}

static bool ports_fit(const struct walk *w)
{
	int n;

	if (w->row->count == 0)
		return true;
	memcpy(&n, w->body + w->row->count, sizeof(n));
	return n <= AP3000_PORTS;
}

/* The answer to 0x82: where what stands depends on its length. */
static void read_charge_answer(const struct ap3000_frame *frame, struct ap3000_charge_answer *a)
{
	const struct ap3000_quirk *q = ap3000_quirk(frame->len);

	*a = (struct ap3000_charge_answer){ .code = frame->data[0], .port = AP3000_NONE,
		.waiting = AP3000_NONE };
	if (q->order >= 0)
		text_hex(frame->data + q->order, 16, a->order);
	if (q->port >= 0)
		a->port = frame->data[q->port];
	if (q->waiting >= 0)
		a->waiting = (int)low_first(frame->data + q->waiting, 2);
}

static enum ap3000_decode read_fields(const struct ap3000_frame *frame, struct walk *w)
{
	int at = 0, i = 0;

	for (; i < w->row->fields; i++) {
		const struct ap3000_field *f = &w->row->field[i];
		int len;

		if (!ports_fit(w))
			return AP3000_SHORT;
		len = length_of(w, f);
		if (len < 0 || at + len > frame->len)
			break;
		field_read(w, f, frame->data + at);
		w->counted = f->kind == AP3000_NUMBER ? (int)ap3000_number_get(f, w->body + f->at) : 0;
		at += len;
	}
	for (int k = i; k < w->row->fields; k++)
		mark_missing(&w->row->field[k], w->body + w->row->field[k].at);
	/* a heartbeat that promises more ports than it has */
	return w->row->count != 0 && i < w->row->fields && w->row->field[i].kind == AP3000_EACH
		? AP3000_SHORT : AP3000_OK;
}

enum ap3000_decode ap3000_decode(const struct ap3000_frame *frame, enum ap3000_side side,
	struct ap3000_message *out)
{
	struct walk w = { .row = ap3000_row(frame->cmd, side), .body = (uint8_t *)&out->u };

	if (w.row == NULL)
		return AP3000_UNKNOWN;
	if (frame->len < w.row->least)
		return AP3000_SHORT;
	memset(out, 0, sizeof(*out));
	out->id = frame->id;
	out->no = frame->no;
	out->cmd = frame->cmd;
	out->data = frame->data;
	out->len = frame->len;
	if (frame->cmd == AP3000_CHARGE && side == AP3000_UP) {
		read_charge_answer(frame, &out->u.charge_answer);
		return AP3000_OK;
	}
	return read_fields(frame, &w);
}

/* false: it is missing, and so is all behind it. */
static bool field_write(struct walk *w, const struct ap3000_field *f, uint8_t *p)
{
	const uint8_t *from = w->body + f->at;
	int len = length_of(w, f);
	int64_t v = is_text(f) || f->kind == AP3000_EACH ? 0 : ap3000_number_get(f, from);

	switch (f->kind) {
	case AP3000_NUMBER:
		number_write(p, f->len, v);
		w->counted = (int)v;
		return v != AP3000_NONE;
	case AP3000_CENTIGRADE:
		number_write(p, 1, v == AP3000_COLD ? 0 : v + DEGREES_OFF);
		return true;
	case AP3000_HEX:
	case AP3000_COUNTED:
		return strlen((const char *)from) == (size_t)len * 2 &&
			text_unhex((const char *)from, p, (size_t)len);
	case AP3000_TEXT:
		memcpy(p, from, strnlen((const char *)from, (size_t)len - 1));
		return true;
	case AP3000_EACH:
		for (int i = 0; i * f->len < len; i++)
			number_write(p + i * f->len, f->len,
				ap3000_number_get(f, from + (size_t)i * sizeof(int)));
		return true;
	}
	return false;
}

static void low_put(uint8_t *p, int len, uint64_t v)
{
	for (int i = 0; i < len; i++, v >>= 8)
		p[i] = v & 0xFF;
}

int ap3000_encode(const struct ap3000_message *m, enum ap3000_side side,
	uint8_t out[AP3000_FRAME_MAX])
{
	struct ap3000_message copy = *m;
	struct walk w = { .row = ap3000_row(m->cmd, side), .body = (uint8_t *)&copy.u };
	int at = HEAD, len;

	if (w.row == NULL || !ports_fit(&w))
		return 0;
	memset(out, 0, AP3000_FRAME_MAX);
	for (int i = 0; i < w.row->fields; i++) {
		len = length_of(&w, &w.row->field[i]);
		if (len < 0 || at + len > AP3000_FRAME_MAX - 2 ||
			!field_write(&w, &w.row->field[i], out + at))
			break;
		at += len;
	}
	memset(out + at, 0, (size_t)(AP3000_FRAME_MAX - at));
	memcpy(out, "DNY", 3);
	low_put(out + 3, 2, (uint64_t)(at - 3));
	low_put(out + 5, 4, m->id);
	low_put(out + 9, 2, m->no);
	out[11] = m->cmd;
	low_put(out + at, 2, ap3000_sum(out, (size_t)at));
	return at + 2;
}

void ap3000_serial(uint32_t id, char out[AP3000_SERIAL])
{
	snprintf(out, AP3000_SERIAL, "%02X%08u", (unsigned)(id >> 24), (unsigned)(id & 0xFFFFFF));
}

bool ap3000_id(const char *serial, uint32_t *id)
{
	char again[AP3000_SERIAL], class_text[3] = "";
	uint8_t class_byte;
	int64_t number;

	if (strlen(serial) != AP3000_SERIAL - 1)
		return false;
	memcpy(class_text, serial, 2);
	if (!text_unhex(class_text, &class_byte, 1) || !text_i64(serial + 2, &number) || number < 0 ||
		number > 0xFFFFFF)
		return false;
	*id = (uint32_t)class_byte << 24 | (uint32_t)number;
	ap3000_serial(*id, again);
	return text_eq(again, serial);
}

/* ---- words */

struct words { char *out; size_t n; };

static void put(struct words *w, const char *s)
{
	size_t n = strlen(s);

	if (w->n + n >= AP3000_TEXT_MAX)
		n = AP3000_TEXT_MAX - 1 - w->n;
	memcpy(w->out + w->n, s, n);
	w->n += n;
	w->out[w->n] = '\0';
}

static void put_number(struct words *w, const struct ap3000_field *f, int64_t v)
{
	char text[FIXED_TEXT];

	fixed_format(v, f->decimals, f->decimals, text);
	put(w, text);
	put(w, f->unit);
}

static void put_field(struct words *w, const struct walk *walk, const struct ap3000_field *f)
{
	const uint8_t *from = walk->body + f->at;
	char degrees[16];
	int n = 0;

	if (is_text(f) ? *from == '\0'
			: f->kind != AP3000_EACH && ap3000_number_get(f, from) == AP3000_NONE)
		return;
	if (f->kind == AP3000_CENTIGRADE && ap3000_number_get(f, from) == AP3000_COLD)
		return;
	put(w, " ");
	put(w, f->name);
	put(w, "=");
	if (is_text(f)) {
		put(w, (const char *)from);
	} else if (f->kind == AP3000_EACH) {
		memcpy(&n, walk->body + walk->row->count, sizeof(n));
		for (int i = 0; i < n; i++) {
			put(w, i > 0 ? "," : "");
			put_number(w, f, ap3000_number_get(f, from + (size_t)i * sizeof(int)));
		}
	} else if (f->kind == AP3000_CENTIGRADE) {
		snprintf(degrees, sizeof(degrees), "%dC", (int)ap3000_number_get(f, from));
		put(w, degrees);
	} else {
		put_number(w, f, ap3000_number_get(f, from));
	}
}

static const char *words_of(struct words *w, const struct ap3000_frame *frame,
	enum ap3000_side side)
{
	struct ap3000_message m;
	const struct ap3000_row *row = ap3000_row(frame->cmd, side);
	enum ap3000_decode decoded = ap3000_decode(frame, side, &m);
	struct walk walk = { .row = row, .body = (uint8_t *)&m.u };
	char serial[AP3000_SERIAL];

	put(w, row != NULL ? row->name : "unknown command");
	if (decoded == AP3000_SHORT)
		put(w, " too short");
	if (row == NULL)
		return "?";
	ap3000_serial(frame->id, serial);
	put(w, " serial=");
	put(w, serial);
	for (int i = 0; decoded == AP3000_OK && i < row->fields; i++)
		put_field(w, &walk, &row->field[i]);
	return row->name;
}

const char *ap3000_text(const uint8_t *p, size_t n, enum ap3000_side side,
	char out[AP3000_TEXT_MAX])
{
	struct words w = { out, 0 };
	struct ap3000_frame frame;
	size_t used;

	out[0] = '\0';
	switch (ap3000_scan(p, n, &frame, &used)) {
	case AP3000_SCAN_FRAME:
		return words_of(&w, &frame, side);
	case AP3000_SCAN_ICCID:
		put(&w, "iccid");
		return "iccid";
	case AP3000_SCAN_LINK:
		put(&w, "link");
		return "link";
	default:
		put(&w, "no frame");
		return "?";
	}
}

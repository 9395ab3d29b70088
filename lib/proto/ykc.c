/* ykc.c - the YKC frame table: each body as a list of fields, read and written by the same list.
 * Owns the tables.
 * Serves the gateway and the virtual piles. */
#include "base/clock.h"
#include "base/text.h"
#include "proto/ykc.h"

enum field_kind {
	DIGITS,         /* bytes as hex text: BCD numbers, card numbers */
	NUMBER,         /* unsigned, low byte first; times `scale` in the struct */
	BCD,            /* one byte, two decimal digits, as a number */
	CENTIGRADE,     /* one byte, 50 more than degrees; 0: not measured */
	TEXT,           /* ASCII, padded with 0 */
	TEXT_BACK,      /* the same, last character first */
	CP56,           /* time */
	BYTES,          /* as they are */
};

struct ykc_field {
	enum field_kind kind;
	int len;                     /* bytes on the wire */
	size_t at, room;             /* member of the struct */
	int64_t scale;
};

#define F(kind, len, body, member) \
	{ kind, len, offsetof(struct ykc_##body, member), sizeof(((struct ykc_##body *)0)->member), 1 }
#define FS(len, body, member, scale) \
	{ NUMBER, len, offsetof(struct ykc_##body, member), sizeof(((struct ykc_##body *)0)->member), scale }
#define MONEY4 10               /* 1e-4 yuan on the wire, 1e-5 in the house */
#define MONEY2 1000             /* fen */

static const struct ykc_field pile_fields[] = { F(DIGITS, 7, pile, serial) };
static const struct ykc_field code_fields[] = { F(DIGITS, 7, code, serial),
	F(NUMBER, 1, code, code) };
static const struct ykc_field gun_fields[] = { F(DIGITS, 7, gun, serial), F(BCD, 1, gun, gun) };
static const struct ykc_field gun_code_fields[] = {
	F(DIGITS, 7, gun_code, serial), F(BCD, 1, gun_code, gun), F(NUMBER, 1, gun_code, code),
};
static const struct ykc_field login_fields[] = {
	F(DIGITS, 7, login, serial),
	F(NUMBER, 1, login, ac),
	F(NUMBER, 1, login, guns),
	F(NUMBER, 1, login, version),
	F(TEXT, 8, login, firmware),
	F(NUMBER, 1, login, network),
	F(DIGITS, 10, login, iccid),
	F(NUMBER, 1, login, carrier),
};
static const struct ykc_field model_check_fields[] = {
	F(DIGITS, 7, model_check, serial),
	F(DIGITS, 2, model_check, model),
	F(NUMBER, 1, model_check, code),
};
#define PRICE(i) F(NUMBER, 4, model, price[i].energy), F(NUMBER, 4, model, price[i].service)
static const struct ykc_field model_fields[] = {
	F(DIGITS, 7, model, serial), F(DIGITS, 2, model, model), PRICE(0), PRICE(1), PRICE(2), PRICE(3),
	F(NUMBER, 1, model, loss), F(BYTES, 48, model, slot),
};
static const struct ykc_field live_fields[] = {
	F(DIGITS, 16, live, no),
	F(DIGITS, 7, live, serial),
	F(BCD, 1, live, gun),
	F(NUMBER, 1, live, state),
	F(NUMBER, 1, live, homed),
	F(NUMBER, 1, live, plugged),
	F(NUMBER, 2, live, voltage),
	F(NUMBER, 2, live, current),
	F(CENTIGRADE, 1, live, cable_temperature),
	F(DIGITS, 8, live, cable),
	F(NUMBER, 1, live, soc),
	F(CENTIGRADE, 1, live, battery_temperature),
	F(NUMBER, 2, live, minutes),
	F(NUMBER, 2, live, minutes_left),
	F(NUMBER, 4, live, energy),
	F(NUMBER, 4, live, loss_energy),
	FS(4, live, amount, MONEY4),
	F(NUMBER, 2, live, fault),
};
static const struct ykc_field bms_fields[] = {
	F(DIGITS, 16, bms, no), F(DIGITS, 7, bms, serial), F(BCD, 1, bms, gun),
};
static const struct ykc_field card_start_fields[] = {
	F(DIGITS, 7, card_start, serial),
	F(BCD, 1, card_start, gun),
	F(NUMBER, 1, card_start, mode),
	F(NUMBER, 1, card_start, with_password),
	F(DIGITS, 8, card_start, card),
	F(TEXT, 16, card_start, password),
	F(TEXT_BACK, 17, card_start, vin),
};
static const struct ykc_field card_answer_fields[] = {
	F(DIGITS, 16, card_answer, no),
	F(DIGITS, 7, card_answer, serial),
	F(BCD, 1, card_answer, gun),
	F(DIGITS, 8, card_answer, logical),
	FS(4, card_answer, balance, MONEY2),
	F(NUMBER, 1, card_answer, accepted),
	F(NUMBER, 1, card_answer, reason),
};
static const struct ykc_field start_fields[] = {
	F(DIGITS, 16, start, no),
	F(DIGITS, 7, start, serial),
	F(BCD, 1, start, gun),
	F(DIGITS, 8, start, logical),
	F(DIGITS, 8, start, card),
	FS(4, start, balance, MONEY2),
};
static const struct ykc_field start_answer_fields[] = {
	F(DIGITS, 16, start_answer, no),
	F(DIGITS, 7, start_answer, serial),
	F(BCD, 1, start_answer, gun),
	F(NUMBER, 1, start_answer, ok),
	F(NUMBER, 1, start_answer, reason),
};
static const struct ykc_field stop_answer_fields[] = {
	F(DIGITS, 7, stop_answer, serial), F(BCD, 1, stop_answer, gun), F(NUMBER, 1, stop_answer, ok),
	F(NUMBER, 1, stop_answer, reason),
};
#define TYPE(i) F(NUMBER, 4, record, type[i].price), F(NUMBER, 4, record, type[i].energy), \
	F(NUMBER, 4, record, type[i].loss_energy), FS(4, record, type[i].amount, MONEY4)
static const struct ykc_field record_fields[] = {
	F(DIGITS, 16, record, no),
	F(DIGITS, 7, record, serial),
	F(BCD, 1, record, gun),
	F(CP56, 7, record, started),
	F(CP56, 7, record, ended),
	TYPE(0),
	TYPE(1),
	TYPE(2),
	TYPE(3),
	F(NUMBER, 5, record, meter_start),
	F(NUMBER, 5, record, meter_end),
	F(NUMBER, 4, record, energy),
	F(NUMBER, 4, record, loss_energy),
	FS(4, record, amount, MONEY4),
	F(TEXT, 17, record, vin),
	F(NUMBER, 1, record, trade),
	F(CP56, 7, record, traded),
	F(NUMBER, 1, record, reason),
	F(DIGITS, 8, record, card),
};
static const struct ykc_field record_answer_fields[] = {
	F(DIGITS, 16, record_answer, no), F(NUMBER, 1, record_answer, code),
};
static const struct ykc_field balance_fields[] = {
	F(DIGITS, 7, balance, serial),
	F(BCD, 1, balance, gun),
	F(DIGITS, 8, balance, card),
	FS(4, balance, balance, MONEY2),
};
static const struct ykc_field balance_answer_fields[] = {
	F(DIGITS, 7, balance_answer, serial),
	F(DIGITS, 8, balance_answer, card),
	F(NUMBER, 1, balance_answer, code),
};
static const struct ykc_field work_fields[] = {
	F(DIGITS, 7, work, serial), F(NUMBER, 1, work, locked), F(NUMBER, 1, work, power),
};
static const struct ykc_field time_fields[] = { F(DIGITS, 7, time, serial),
	F(CP56, 7, time, time) };

#define ROW(type, name, direction, body, list) \
	{ type, name, direction, body, list##_fields, (int)(sizeof(list##_fields) / sizeof(list##_fields[0])) }
#define ROW_N(type, name, direction, body, list, n) { type, name, direction, body, list##_fields, n }

static const struct ykc_row rows[] = {
	ROW(YKC_LOGIN, "login", YKC_UP, 30, login),
	ROW(YKC_LOGIN_ANSWER, "login_answer", YKC_DOWN, 8, code),
	ROW(YKC_HEARTBEAT, "heartbeat", YKC_UP, 9, gun_code),
	ROW(YKC_HEARTBEAT_ANSWER, "heartbeat_answer", YKC_DOWN, 9, gun_code),
	ROW_N(YKC_MODEL_CHECK, "model_check", YKC_UP, 9, model_check, 2),
	ROW(YKC_MODEL_CHECK_ANSWER, "model_check_answer", YKC_DOWN, 10, model_check),
	ROW(YKC_MODEL_ASK, "model_ask", YKC_UP, 7, pile),
	ROW(YKC_MODEL_ANSWER, "model_answer", YKC_DOWN, 90, model),
	ROW(YKC_LIVE_READ, "live_read", YKC_DOWN, 8, gun),
	ROW(YKC_LIVE, "live", YKC_UP, 60, live),
	ROW(YKC_BMS_HANDSHAKE, "bms_handshake", YKC_UP, 73, bms),
	ROW(YKC_BMS_PARAMETERS, "bms_parameters", YKC_UP, 45, bms),
	ROW(YKC_BMS_END, "bms_end", YKC_UP, 39, bms),
	ROW(YKC_BMS_ERROR, "bms_error", YKC_UP, 32, bms),
	ROW(YKC_BMS_STOP, "bms_stop", YKC_UP, 28, bms),
	ROW(YKC_BMS_CHARGER_STOP, "bms_charger_stop", YKC_UP, 28, bms),
	ROW(YKC_BMS_DEMAND, "bms_demand", YKC_UP, 44, bms),
	ROW(YKC_BMS_STATUS, "bms_status", YKC_UP, 31, bms),
	ROW(YKC_CARD_START, "card_start", YKC_UP, 51, card_start),
	ROW(YKC_CARD_START_ANSWER, "card_start_answer", YKC_DOWN, 38, card_answer),
	ROW(YKC_START_ANSWER, "start_answer", YKC_UP, 26, start_answer),
	ROW(YKC_START, "start", YKC_DOWN, 44, start),
	ROW(YKC_STOP_ANSWER, "stop_answer", YKC_UP, 10, stop_answer),
	ROW(YKC_STOP, "stop", YKC_DOWN, 8, gun),
	ROW(YKC_RECORD, "record", YKC_UP, 158, record),
	ROW(YKC_RECORD_ANSWER, "record_answer", YKC_DOWN, 17, record_answer),
	ROW(YKC_BALANCE_ANSWER, "balance_answer", YKC_UP, 16, balance_answer),
	ROW(YKC_BALANCE, "balance", YKC_DOWN, 20, balance),
	ROW(YKC_WORK_ANSWER, "work_answer", YKC_UP, 8, code),
	ROW(YKC_WORK, "work", YKC_DOWN, 9, work),
	ROW(YKC_TIME_ANSWER, "time_answer", YKC_UP, 14, time),
	ROW(YKC_TIME, "time", YKC_DOWN, 14, time),
	ROW(YKC_MODEL_SET_ANSWER, "model_set_answer", YKC_UP, 8, code),
	ROW(YKC_MODEL_SET, "model_set", YKC_DOWN, 90, model),
	ROW(YKC_REBOOT_ANSWER, "reboot_answer", YKC_UP, 8, code),
	ROW(YKC_REBOOT, "reboot", YKC_DOWN, 8, code),
};
#define ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

const struct ykc_row *ykc_rows(int *n)
{
	*n = ROWS;
	return rows;
}

const struct ykc_row *ykc_row(uint8_t type)
{
	static uint8_t index[256];       /* place + 1 */

	if (index[YKC_LOGIN] == 0)
		for (int i = 0; i < ROWS; i++)
			index[rows[i].type] = (uint8_t)(i + 1);
	return index[type] != 0 ? &rows[index[type] - 1] : NULL;
}

int ykc_row_length(const struct ykc_row *row)
{
	int len = 0;

	for (int i = 0; i < row->fields; i++)
		len += row->field[i].len;
	return len;
}

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

static int64_t number_get(const struct ykc_field *f, const uint8_t *from)
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
	case DIGITS:
		text_hex(p, (size_t)f->len, (char *)to);
		break;
	case NUMBER:
		number_put(f, to, number_read(p, f->len) * f->scale);
		break;
	case BCD:
		number_put(f, to, (p[0] >> 4) * 10 + (p[0] & 15));
		break;
	case CENTIGRADE:
		number_put(f, to, p[0] == 0 ? YKC_TEMP_NONE : p[0] - 50);
		break;
	case TEXT:
	case TEXT_BACK:
		text_read(p, f->len, f->kind == TEXT_BACK, (char *)to);
		break;
	case CP56:
		number_put(f, to, ykc_time_read(p));
		break;
	case BYTES:
		memcpy(to, p, (size_t)f->len);
		break;
	}
}

static void field_write(const struct ykc_field *f, uint8_t *p, const uint8_t *from)
{
	int64_t v = f->kind == NUMBER || f->kind == BCD || f->kind == CENTIGRADE || f->kind == CP56
		? number_get(f, from)
		: 0;

	switch (f->kind) {
	case DIGITS:
		digits_write(p, f->len, (const char *)from);
		break;
	case NUMBER:
		number_write(p, f->len, v / f->scale);
		break;
	case BCD:
		p[0] = (uint8_t)((v / 10 % 10) << 4 | v % 10);
		break;
	case CENTIGRADE:
		number_write(p, 1, v == YKC_TEMP_NONE ? 0 : v + 50);
		break;
	case TEXT:
	case TEXT_BACK:
		text_write(p, f->len, f->kind == TEXT_BACK, (const char *)from);
		break;
	case CP56:
		ykc_time_write(p, v);
		break;
	case BYTES:
		memcpy(p, from, (size_t)f->len);
		break;
	}
}

/* ---- messages */

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
	for (int i = 0; i < row->fields; i++) {
		field_read(&row->field[i], p, (uint8_t *)&out->u + row->field[i].at);
		p += row->field[i].len;
	}
	return YKC_OK;
}

int ykc_encode(const struct ykc_message *m, uint8_t out[YKC_FRAME_MAX])
{
	const struct ykc_row *row = ykc_row(m->type);
	uint8_t *p = out + 6;
	uint16_t crc;

	memset(out, 0, YKC_FRAME_MAX);
	out[0] = 0x68;
	out[1] = (uint8_t)(row->body + 4);
	memcpy(out + 2, m->seq, 2);
	out[5] = m->type;
	for (int i = 0; i < row->fields; i++) {
		field_write(&row->field[i], p, (const uint8_t *)&m->u + row->field[i].at);
		p += row->field[i].len;
	}
	p = out + 6 + row->body;
	crc = ykc_crc(out + 2, (size_t)out[1]);
	p[0] = crc & 0xFF;
	p[1] = (uint8_t)(crc >> 8);
	return row->body + 8;
}

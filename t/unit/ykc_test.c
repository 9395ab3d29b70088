/* ykc_test.c - the YKC codec against captured frames, and the scanner against every way to split a
 * stream.
 * Owns nothing.
 * Serves lib/proto/ykc. */
#include "unit.h"

#include "base/clock.h"
#include "base/text.h"
#include "proto/ykc.h"

/* Frames whose CRC verifies, as piles and platforms sent them. */
static const struct capture {
	const char *hex;
	uint8_t type;
	enum ykc_crc crc;
	bool exact;
} captures[] = {
	{ "682200000001006241000012010101103431325F342E353000898604861024C0006426003ABC", 0x01,
		YKC_CRC_MODBUS, true },
	{ "680C0000000200624100001201009020", 0x02, YKC_CRC_MODBUS, true },
	{ "680D0300000300624100001201010075FA", 0x03, YKC_CRC_MODBUS, true },
	{ "680D00030004006241000012010100C5E7", 0x04, YKC_CRC_MODBUS, true },
	{ "680B0200000900624100001201341B", 0x09, YKC_CRC_MODBUS, true },
	{ "685E0002000A00624100001201F002E8030000E8030000E8030000E8030000E8030000E8030000E8030000E803"
	"00000000000000000000000000000000000101010101010101010101010101010101010101020202"
	"0202020202020203030303BF08",
		0x0A, YKC_CRC_MODBUS, true },
	{ "6840216F00130072502000690101250320232805000100725020006901010302015F083E0159000000000000000000002800"
	"00008FB400008FB400008FB400000000E494",
		0x13, YKC_CRC_MODBUS, true },
	/* the day byte carries weekday bits, which we do not send */
	{ "68A27706003B001241200019030125011405403700010012412000190301"
	"20CB3417ED011978E618072E0119"
	"D0070000000000000000000000000000D0070000000000000000000000000000"
	"D0070000000000000000000000000000D0070000000000000000000000000000"
	"0000000000000000000000000000000000000000000000000000000000000000000000000000000900001907"
	"2E01194A7805AF3703000000D303",
		0x3B, YKC_CRC_MODBUS, false },
	{ "680C000000025503141278230500DA4C", 0x02, YKC_CRC_MODBUS, true },
	{ "680ECE040006550314127823050000008E2F", 0x06, YKC_CRC_MODBUS, true },
	{ "682A0004003232010200000001012018061219595785320102000000010100"
	"00000000000000000000000001E829",
		0x32, YKC_CRC_MODBUS, true },
	{ "6822000000013201060021444001010D56312E30302E303100000000000000000000000011D9", 0x01,
		YKC_CRC_SWAPPED, false },
};
#define CAPTURES (sizeof(captures) / sizeof(captures[0]))

static size_t unhex(const char *hex, uint8_t *out)
{
	size_t len = strlen(hex) / 2;

	assert_true(len <= YKC_FRAME_MAX);
	assert_true(text_unhex(hex, out, len));
	return len;
}

static void open_capture(size_t i, uint8_t *raw, size_t *len, struct ykc_message *m)
{
	struct ykc_frame frame;
	size_t used;

	*len = unhex(captures[i].hex, raw);
	assert_int_equal(ykc_scan(raw, *len, &frame, &used), YKC_SCAN_FRAME);
	assert_int_equal(used, *len);
	assert_int_equal(frame.type, captures[i].type);
	assert_int_equal(frame.crc, captures[i].crc);
	assert_int_equal(ykc_decode(&frame, m), YKC_OK);
}

static void test_captures_decode_and_encode_N1(void **state)
{
	(void)state;
	for (size_t i = 0; i < CAPTURES; i++) {
		uint8_t raw[YKC_FRAME_MAX], again[YKC_FRAME_MAX];
		struct ykc_message m, m2;
		struct ykc_frame frame;
		size_t len, used;

		open_capture(i, raw, &len, &m);
		assert_int_equal(ykc_encode(&m, again), len);
		if (captures[i].exact)
			assert_memory_equal(raw, again, len);
		assert_int_equal(ykc_scan(again, len, &frame, &used), YKC_SCAN_FRAME);
		assert_int_equal(frame.crc, YKC_CRC_MODBUS);
		assert_int_equal(ykc_decode(&frame, &m2), YKC_OK);
		assert_memory_equal(m.seq, m2.seq, sizeof(m.seq));
		assert_memory_equal(&m.u, &m2.u, sizeof(m.u));
	}
}

static void test_login_fields_N1(void **state)
{
	uint8_t raw[YKC_FRAME_MAX];
	struct ykc_message m;
	size_t len;

	(void)state;
	open_capture(0, raw, &len, &m);
	assert_string_equal(m.u.login.serial, "00624100001201");
	assert_int_equal(m.u.login.ac, 1);
	assert_int_equal(m.u.login.guns, 1);
	assert_int_equal(m.u.login.version, 16);
	assert_string_equal(m.u.login.firmware, "412_4.50");
	assert_string_equal(m.u.login.iccid, "898604861024C0006426");
	open_capture(11, raw, &len, &m);
	assert_string_equal(m.u.login.serial, "32010600214440");
	assert_int_equal(m.u.login.version, 13);
}

static void test_live_fields_N1(void **state)
{
	uint8_t raw[YKC_FRAME_MAX];
	struct ykc_message m;
	size_t len;

	(void)state;
	open_capture(6, raw, &len, &m);
	assert_string_equal(m.u.live.serial, "00725020006901");
	assert_int_equal(m.u.live.gun, 1);
	assert_int_equal(m.u.live.state, YKC_GUN_CHARGING);
	assert_int_equal(m.u.live.homed, 2);
	assert_int_equal(m.u.live.plugged, 1);
	assert_int_equal(m.u.live.voltage, 2143);
	assert_int_equal(m.u.live.current, 318);
	assert_int_equal(m.u.live.cable_temperature, 39);
	assert_int_equal(m.u.live.battery_temperature, YKC_TEMP_NONE);
	assert_int_equal(m.u.live.minutes, 40);
	assert_int_equal(m.u.live.energy, 46223);              /* 4.6223 kWh */
	assert_int_equal(m.u.live.amount, 462230);             /* 4.62230 yuan */
}

static void test_model_fields_P1(void **state)
{
	static const int run[YKC_PRICES] = { 14, 20, 10, 4 };
	uint8_t raw[YKC_FRAME_MAX];
	struct ykc_message m;
	size_t len;
	int slot = 0;

	(void)state;
	open_capture(5, raw, &len, &m);
	assert_string_equal(m.u.model.model, "F002");
	for (int type = 0; type < YKC_PRICES; type++) {
		assert_int_equal(m.u.model.price[type].energy, 1000);      /* 0.01 yuan */
		assert_int_equal(m.u.model.price[type].service, 1000);
		for (int i = 0; i < run[type]; i++)
			assert_int_equal(m.u.model.slot[slot++], type);
	}
	assert_int_equal(slot, YKC_SLOTS);
}

static int64_t when(const char *s)
{
	int64_t t = 0;

	assert_true(clock_parse(s, &t));
	return t;
}

static void test_record_fields_N1(void **state)
{
	uint8_t raw[YKC_FRAME_MAX];
	struct ykc_message m;
	size_t len;

	(void)state;
	open_capture(7, raw, &len, &m);
	assert_string_equal(m.u.record.no, "00124120001903012501140540370001");
	assert_string_equal(m.u.record.serial, "00124120001903");
	assert_int_equal(m.u.record.gun, 1);
	assert_int_equal(m.u.record.started, when("2025-01-13 23:52:52"));
	assert_int_equal(m.u.record.ended, when("2025-01-14 07:24:59"));
	for (int i = 0; i < YKC_PRICES; i++)
		assert_int_equal(m.u.record.type[i].price, 2000);
	assert_int_equal(m.u.record.energy, 0);
	assert_int_equal(m.u.record.trade, 9);
	assert_int_equal(m.u.record.reason, 0x4A);
	assert_string_equal(m.u.record.card, "7805AF3703000000");
}

static void test_times_N1(void **state)
{
	static const uint8_t sample[7] = { 0x98, 0xB7, 0x0E, 0x11, 0x10, 0x03, 0x14 };
	static const uint8_t bad[][7] = {
		{ 0 },
		{ 0, 0, 0, 0, 0x1F, 2, 20 },
		{ 0x60, 0xEA, 0, 0, 1, 1, 20 },
		{ 0, 0, 0, 24, 1, 1, 20 },
		{ 0, 0, 60, 0, 1, 1, 20 },
		{ 0, 0, 0, 0, 1, 13, 20 },
		{ 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF },
	};
	uint8_t out[7];

	(void)state;
	assert_int_equal(ykc_time_read(sample), when("2020-03-16 17:14:47"));
	ykc_time_write(out, ykc_time_read(sample));
	assert_memory_equal(out, sample, sizeof(out));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ykc_time_read(bad[i]), 0);
	ykc_time_write(out, 0);
	assert_int_equal(ykc_time_read(out), 0);
}

static void test_balance_is_hundredths_and_never_wraps_N1(void **state)
{
	struct ykc_message m = { .type = YKC_START };
	uint8_t out[YKC_FRAME_MAX];

	(void)state;
	m.u.start.balance = INT64_C(100000000);                        /* 1000.00000 yuan */
	ykc_encode(&m, out);
	assert_memory_equal(out + 6 + 40, "\xA0\x86\x01\x00", 4);
	m.u.start.balance = INT64_MAX;
	ykc_encode(&m, out);
	assert_memory_equal(out + 6 + 40, "\xFF\xFF\xFF\xFF", 4);
	m.u.start.balance = -1;
	ykc_encode(&m, out);
	assert_memory_equal(out + 6 + 40, "\0\0\0\0", 4);
	/* 0.01999: cut, not given away */
	m.u.start.balance = 1999;
	ykc_encode(&m, out);
	assert_memory_equal(out + 6 + 40, "\x01\0\0\0", 4);
}

static void test_vin_is_sent_backwards_N1(void **state)
{
	struct ykc_message m = { .type = YKC_CARD_START }, back;
	uint8_t out[YKC_FRAME_MAX];
	struct ykc_frame frame;
	size_t used;

	(void)state;
	text_copy(m.u.card_start.vin, sizeof(m.u.card_start.vin), "LSVAA49J132047371");
	text_copy(m.u.card_start.card, sizeof(m.u.card_start.card), "D14B0A54");
	ykc_encode(&m, out);
	assert_memory_equal(out + 6 + 34, "173740231J94AAVSL", 17);
	assert_memory_equal(out + 6 + 10, "\0\0\0\0\xD1\x4B\x0A\x54", 8);
	assert_int_equal(ykc_scan(out, (size_t)out[1] + 4, &frame, &used), YKC_SCAN_FRAME);
	assert_int_equal(ykc_decode(&frame, &back), YKC_OK);
	assert_string_equal(back.u.card_start.vin, "LSVAA49J132047371");
	assert_string_equal(back.u.card_start.card, "00000000D14B0A54");
}

static void test_model_numbers_differ(void **state)
{
	char a[YKC_MODEL], b[YKC_MODEL];

	(void)state;
	ykc_model_number(9998, a);
	ykc_model_number(9999, b);
	assert_string_equal(a, "9999");
	assert_string_equal(b, "0001");
}

/* The rows say the length of a body twice, as the protocol prints it and as the sum of its
 * fields. */
static void test_rows_are_sound(void **state)
{
	int n;
	const struct ykc_row *row = ykc_rows(&n);

	(void)state;
	for (int i = 0; i < n; i++) {
		assert_ptr_equal(ykc_row(row[i].type), &row[i]);
		assert_int_equal(row[i].direction, row[i].type % 2 ? YKC_UP : YKC_DOWN);
		assert_true(row[i].body <= YKC_BODY_MAX);
		assert_int_equal(ykc_row_length(&row[i]), row[i].body);
	}
	assert_null(ykc_row(0x00));
	assert_null(ykc_row(0x3D));
}

static void take(const struct ykc_message *m, uint8_t out[YKC_FRAME_MAX], size_t len,
	struct ykc_message *back)
{
	struct ykc_frame frame;
	size_t used;

	assert_int_equal(ykc_encode(m, out), len);
	assert_int_equal(ykc_scan(out, len, &frame, &used), YKC_SCAN_FRAME);
	assert_int_equal(ykc_decode(&frame, back), YKC_OK);
	assert_memory_equal(&m->u, &back->u, sizeof(m->u));
}

/* Protocol 6.4: 8 + 16n bytes and so on; the number of entries is told or follows from the length. */
static void test_card_lists_D14(void **state)
{
	static const struct { uint8_t type; int fixed, each; bool card, logical, ok, reason;
	} lists[] = {
		{ YKC_CARDS_SET, 8, 16, true, true, false, false },
		{ YKC_CARDS_CLEAR_ANSWER, 7, 10, true, false, true, true },
		{ YKC_CARDS_CLEAR, 8, 8, true, false, false, false },
		{ YKC_CARDS_QUERY_ANSWER, 7, 9, true, false, true, false },
		{ YKC_CARDS_QUERY, 8, 8, true, false, false, false },
	};
	uint8_t out[YKC_FRAME_MAX];
	struct ykc_message back;

	(void)state;
	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++)
		for (int n = 0; n <= YKC_CARDS_SAFE; n++) {
			struct ykc_message m = { .type = lists[k].type };

			text_copy(m.u.cards.serial, YKC_SERIAL, "32010600019236");
			m.u.cards.n = n;
			for (int i = 0; i < n; i++) {
				struct ykc_card_entry *e = &m.u.cards.entry[i];
				snprintf(e->card, sizeof(e->card), "00000000D14B0A%02X", i);
				if (lists[k].logical)
					snprintf(e->logical, sizeof(e->logical), "00000000100000%02d", i);
				e->ok = lists[k].ok ? i % 2 : 0;
				e->reason = lists[k].reason ? 2 : 0;
			}
			take(&m, out, (size_t)(8 + lists[k].fixed + n * lists[k].each), &back);
		}
}

/* More than the byte of length can say is cut; a list that promises more than it brings is none. */
static void test_lists_that_lie(void **state)
{
	struct ykc_message m = { .type = YKC_CARDS_SET }, back;
	uint8_t out[YKC_FRAME_MAX];
	struct ykc_frame frame;
	size_t used;

	(void)state;
	m.u.cards.n = 999;
	assert_true(ykc_encode(&m, out) <= YKC_FRAME_MAX);
	assert_int_equal(out[6 + 7], 15);
	m.u.cards.n = -1;
	assert_int_equal(ykc_encode(&m, out), 16);
	m.u.cards.n = 2;
	ykc_encode(&m, out);
	out[6 + 7] = 3;
	used = ykc_crc(out + 2, out[1]);
	out[out[1] + 2] = used & 0xFF;
	out[out[1] + 3] = (uint8_t)(used >> 8);
	assert_int_equal(ykc_scan(out, sizeof(out), &frame, &used), YKC_SCAN_FRAME);
	assert_int_equal(ykc_decode(&frame, &back), YKC_SHORT);
}

static void test_currents_are_400_off_N1(void **state)
{
	struct ykc_message m = { .type = YKC_BMS_DEMAND }, back;
	uint8_t out[YKC_FRAME_MAX];

	(void)state;
	text_copy(m.u.demand.no, YKC_NO, "32010600019236012001061803423060");
	text_copy(m.u.demand.serial, YKC_SERIAL, "32010600019236");
	m.u.demand.gun = 1;
	m.u.demand.voltage_wanted = 4101;
	m.u.demand.current_wanted = -1205;                      /* a car that gives back */
	m.u.demand.output_current = 800;
	m.u.demand.current = m.u.demand.cell = 0;
	take(&m, out, 8 + 44, &back);
	assert_memory_equal(out + 6 + 26, "\xEB\x0A", 2);       /* 2795 */
}

static void test_prefix_of_codes_N1(void **state)
{
	struct ykc_message m = { .type = YKC_QR }, back;
	uint8_t out[YKC_FRAME_MAX];

	(void)state;
	text_copy(m.u.qr.serial, YKC_SERIAL, "32010600019236");
	text_copy(m.u.qr.prefix, sizeof(m.u.qr.prefix), "https://e.example/d/");
	m.u.qr.n = (int)strlen(m.u.qr.prefix);
	take(&m, out, (size_t)(8 + 9 + m.u.qr.n), &back);
	assert_memory_equal(out + 6 + 9, "https://e.example/d/", 20);
}

static void test_frames_in_words_O6(void **state)
{
	static const uint8_t junk[] = { 1, 2, 3 };
	uint8_t raw[YKC_FRAME_MAX];
	char text[YKC_TEXT_MAX];
	size_t len = unhex(captures[6].hex, raw);

	(void)state;
	assert_string_equal(ykc_text(raw, len, text), "live");
	assert_non_null(strstr(text, " serial=00725020006901 gun=1 state=3 "));
	assert_non_null(strstr(text, " voltage=214.3V current=31.8A cable_temperature=39C "));
	assert_non_null(strstr(text, " battery_temperature=- minutes=40min "));
	assert_non_null(strstr(text, " energy=4.6223kWh "));
	len = unhex(captures[7].hex, raw);
	ykc_text(raw, len, text);
	assert_non_null(strstr(text, " started=2025-01-13 23:52:52 "));
	assert_string_equal(ykc_text(junk, sizeof(junk), text), "?");
	raw[4] = 1;
	assert_string_equal(ykc_text(raw, len, text), "?");     /* its CRC is wrong now */
}

static void test_passwords_are_not_kept(void **state)
{
	struct ykc_message m = { .type = YKC_UPDATE }, back;
	uint8_t out[YKC_FRAME_MAX];
	char text[YKC_TEXT_MAX];
	struct ykc_frame frame;
	size_t len, used;

	(void)state;
	text_copy(m.u.update.user, sizeof(m.u.update.user), "pile");
	text_copy(m.u.update.password, sizeof(m.u.update.password), "open sesame");
	len = (size_t)ykc_encode(&m, out);
	assert_string_equal(ykc_text(out, len, text), "update");
	assert_null(strstr(text, "sesame"));
	ykc_mask(out, len);
	assert_int_equal(ykc_scan(out, len, &frame, &used), YKC_SCAN_FRAME);
	assert_int_equal(ykc_decode(&frame, &back), YKC_OK);
	assert_string_equal(back.u.update.user, "pile");
	assert_string_equal(back.u.update.password, "");
}

static void test_longer_bodies_are_taken_shorter_refused_N1(void **state)
{
	uint8_t body[YKC_BODY_MAX] = { 0x32, 0x01, 0x06, 0, 0, 0, 1, 1, 0 };
	struct ykc_frame frame = { .type = YKC_HEARTBEAT, .body = body, .len = 9 };
	struct ykc_message m;

	(void)state;
	assert_int_equal(ykc_decode(&frame, &m), YKC_OK);
	frame.len = 10;
	assert_int_equal(ykc_decode(&frame, &m), YKC_OK);
	assert_string_equal(m.u.heartbeat.serial, "32010600000001");
	frame.len = 8;
	assert_int_equal(ykc_decode(&frame, &m), YKC_SHORT);
	frame.len = 9;
	frame.encrypted = 1;
	assert_int_equal(ykc_decode(&frame, &m), YKC_ENCRYPTED);
	frame.type = 0x3D;
	assert_int_equal(ykc_decode(&frame, &m), YKC_UNKNOWN);
}

static void test_odd_text_never_leaves_ascii(void **state)
{
	uint8_t raw[YKC_FRAME_MAX];
	struct ykc_message m;
	struct ykc_frame frame;
	size_t len, used;

	(void)state;
	open_capture(0, raw, &len, &m);
	memcpy(raw + 6 + 10, "a\xFF\x01\x7F<b\0c", 8);
	used = ykc_crc(raw + 2, raw[1]);
	raw[len - 2] = used & 0xFF;
	raw[len - 1] = (uint8_t)(used >> 8);
	assert_int_equal(ykc_scan(raw, len, &frame, &used), YKC_SCAN_FRAME);
	assert_int_equal(ykc_decode(&frame, &m), YKC_OK);
	assert_string_equal(m.u.login.firmware, "a" "???" "<b");
}

/* ---- the scanner: a stream of frames, garbage and broken frames gives the same frames however
 * it is split */

struct seen { int frames, crc; uint32_t digest; };

static void see(struct seen *s, const struct ykc_frame *f)
{
	s->frames++;
	s->digest = s->digest * 31 + f->type;
	for (int i = 0; i < f->len; i++)
		s->digest = s->digest * 31 + f->body[i];
}

/* Takes what can be taken from the n bytes of buf; returns what is left over. */
static size_t drain(uint8_t *buf, size_t n, struct seen *s)
{
	struct ykc_frame frame;
	enum ykc_scan what;
	size_t used, at = 0;

	while ((what = ykc_scan(buf + at, n - at, &frame, &used)) != YKC_SCAN_MORE) {
		assert_true(used > 0 && used <= n - at);
		if (what == YKC_SCAN_FRAME)
			see(s, &frame);
		s->crc += what == YKC_SCAN_CRC;
		at += used;
	}
	memmove(buf, buf + at, n - at);
	assert_true(n - at <= YKC_FRAME_MAX);
	return n - at;
}

static uint32_t dice(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static size_t make_stream(uint8_t *out, uint32_t seed)
{
	uint8_t frame[YKC_FRAME_MAX];
	size_t n = 0, len;

	for (int i = 0; i < 60; i++) {
		uint32_t what = dice(&seed) % 10;
		len = unhex(captures[dice(&seed) % CAPTURES].hex, frame);
		if (what == 0)
			frame[6 + dice(&seed) % (len - 6)] ^= (uint8_t)(1 + dice(&seed) % 255);
		if (what == 1)
			for (len = dice(&seed) % 40; len > 0; len--)
				out[n++] = (uint8_t)dice(&seed);
		if (what == 2)
			len = dice(&seed) % len;                    /* torn for good */
		memcpy(out + n, frame, len);
		n += len;
	}
	return n;
}

static void test_any_split_gives_the_same_frames_N1(void **state)
{
	static uint8_t stream[60 * YKC_FRAME_MAX], buf[60 * YKC_FRAME_MAX];

	(void)state;
	for (uint32_t seed = 1; seed <= 300; seed++) {
		size_t n = make_stream(stream, seed), kept = 0, at = 0, left;
		struct seen whole = { 0 }, split = { 0 };
		uint32_t d = seed * 7;

		memcpy(buf, stream, n);
		left = drain(buf, n, &whole);
		assert_true(whole.frames > 20);
		while (at < n) {
			size_t chunk = seed % 3 == 0 ? 1 : 1 + dice(&d) % 90;
			chunk = chunk > n - at ? n - at : chunk;
			memcpy(buf + kept, stream + at, chunk);
			at += chunk;
			kept = drain(buf, kept + chunk, &split);
		}
		assert_int_equal(kept, left);
		assert_int_equal(whole.frames, split.frames);
		assert_int_equal(whole.crc, split.crc);
		assert_int_equal(whole.digest, split.digest);
	}
}

static void test_broken_frame_costs_only_itself_N1(void **state)
{
	uint8_t stream[4 * YKC_FRAME_MAX];
	struct seen s = { 0 };
	size_t one = unhex(captures[6].hex, stream), two;

	(void)state;
	stream[20] ^= 0x40;
	two = unhex(captures[2].hex, stream + one);
	memcpy(stream + one + two, stream + one, two);
	assert_int_equal(drain(stream, one + 2 * two, &s), 0);
	assert_int_equal(s.frames, 2);
	assert_int_equal(s.crc, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captures_decode_and_encode_N1),
		cmocka_unit_test(test_login_fields_N1),
		cmocka_unit_test(test_live_fields_N1),
		cmocka_unit_test(test_model_fields_P1),
		cmocka_unit_test(test_record_fields_N1),
		cmocka_unit_test(test_times_N1),
		cmocka_unit_test(test_balance_is_hundredths_and_never_wraps_N1),
		cmocka_unit_test(test_vin_is_sent_backwards_N1),
		cmocka_unit_test(test_model_numbers_differ),
		cmocka_unit_test(test_rows_are_sound),
		cmocka_unit_test(test_card_lists_D14),
		cmocka_unit_test(test_lists_that_lie),
		cmocka_unit_test(test_currents_are_400_off_N1),
		cmocka_unit_test(test_prefix_of_codes_N1),
		cmocka_unit_test(test_frames_in_words_O6),
		cmocka_unit_test(test_passwords_are_not_kept),
		cmocka_unit_test(test_longer_bodies_are_taken_shorter_refused_N1),
		cmocka_unit_test(test_odd_text_never_leaves_ascii),
		cmocka_unit_test(test_any_split_gives_the_same_frames_N1),
		cmocka_unit_test(test_broken_frame_costs_only_itself_N1),
	};

	error_init();
	clock_zone(28800);
	return cmocka_run_group_tests_name("ykc", tests, NULL, NULL);
}

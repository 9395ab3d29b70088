/* ap3000_test.c - the AP3000 codec against the frames of the standard, of running devices, and
 * every way to split a stream.
 * Owns nothing.
 * Serves lib/proto/ap3000. */
#include "unit.h"

#include "base/json.h"
#include "base/text.h"
#include "proto/ap3000_json.h"

/* Frames whose sum verifies. cut: the standard's words for the fields behind are newer. */
static const struct capture { const char *hex; uint8_t cmd; enum ap3000_side side; const char *words;
} captures[] = {
	{ "444E591D003B37AB04B900017E008C080200030000E40000003B022907022000 6D05", 0x01, AP3000_UP,
		"old_heartbeat serial=0411220795 firmware=1.26 voltage=218.8V ports=2 state=0,3 power=0.0W,22.8W"
		" peak=0.0W,57.1W virtual_id=41 signal=7 kind=2 temperature=-33C mode=0" },
	{ "444E590A003B37AB04B9000100 D002", 0x01, AP3000_DOWN,
		"old_heartbeat_answer serial=0411220795 code=0" },
	{ "444E5913003B37AB04B900207E0002142100 0000E4009104", 0x20, AP3000_UP, NULL },
	{ "444E590A003B37AB04B9002000 EF02", 0x20, AP3000_DOWN, "register_answer serial=0411220795 code=0" },
	{ "444E5909003B37AB04B90022 F002", 0x22, AP3000_UP, "time serial=0411220795" },
	{ "444E590D003B37AB04B90022090EA95F 1304", 0x22, AP3000_DOWN,
		"time_answer serial=0411220795 time=1604914697" },
	{ "444E5910003B37AB0401002198080200000905 EE02", 0x21, AP3000_UP,
		"heartbeat serial=0411220795 voltage=220.0V ports=2 state=0,0 signal=9 temperature=-60C" },
	{ "444E590A003B37AB0401002100 3802", 0x21, AP3000_DOWN,
		"heartbeat_answer serial=0411220795 code=0" },
	{ "444E5911003B37AB040100027A8D05DD00010000 0A04", 0x02, AP3000_UP,
		"swipe serial=0411220795 card=7A8D05DD kind=0 port=1 balance=0" },
	{ "444E5914003B37AB040100027A8D05DD00001027000001 4404", 0x02, AP3000_DOWN,
		"swipe_answer serial=0411220795 card=7A8D05DD state=0 rate=0 balance=100.00 port=1" },
	{ "444E5928003B37AB04010003100EE8033000010100000000012019090118000013003038010203 0405E8034405",
		0x03, AP3000_UP,
		"record serial=0411220795 seconds=3600s power_max=100.0W energy=0.48kWh port=1 mode=1"
		" card=00000000 reason=1 order=20190901180000130030380102030405 power_second=100.0W" },
	{ "444E590A003B37AB0401000300 1A02", 0x03, AP3000_DOWN, "record_answer serial=0411220795 code=0" },
	{ "444E5932003B37AB040A00060101100E300001E803B0042003E80320190901180000130030380102030405"
	"0100E8039808C7015500 DA08", 0x06, AP3000_UP, NULL },
	{ "444E5909003B37AB04010081 9702", 0x81, AP3000_DOWN, "query serial=0411220795" },
	{ "444E5926003B37AB04020082006401000001010000123456781234567812345678123456788070 8813F808",
		0x82, AP3000_DOWN,
		"charge serial=0411220795 mode=0 balance=3.56 port=1 on=1 value=0"
		" order=12345678123456781234567812345678 most=28800s overload=500.0W" },
	{ "444E591D003B37AB040200820012345678123456781234567812345678010000FE06", 0x82, AP3000_UP,
		"charge_answer serial=0411220795 code=0 order=12345678123456781234567812345678 port=1 waiting=0" },
	{ "444E590D003B37AB0402008A00018070 9603", 0x8A, AP3000_DOWN,
		"change serial=0411220795 mode=0 port=1 value=28800" },
	{ "444E590A003B37AB0402008A00 A202", 0x8A, AP3000_UP, "change_answer serial=0411220795 code=0" },
	{ "444E590D003B37AB04020085A08C204E 3A04", 0x85, AP3000_DOWN,
		"params_most serial=0411220795 seconds=36000s overload=2000.0W" },
	{ "444E590A003B37AB0402008500 9D02", 0x85, AP3000_UP, "params_most_answer serial=0411220795 code=0" },
	{ "444E5909003B37AB04010087 9D02", 0x87, AP3000_DOWN, "reboot serial=0411220795" },
	{ "444E590A003B37AB0401008700 9E02", 0x87, AP3000_UP, "reboot_answer serial=0411220795 code=0" },
	{ "444E590A003B37AB0401008D00 A402", 0x8D, AP3000_DOWN, "mode serial=0411220795 value=0" },
	/* of running devices */
	{ "444E590B00F36CA2040800820101 8703", 0x82, AP3000_UP,
		"charge_answer serial=0410644723 code=1 port=1" },
	{ "444E590900F36CA2040200120D03", 0x12, AP3000_UP, "host_time serial=0410644723" },
};
#define CAPTURES (sizeof(captures) / sizeof(captures[0]))

static size_t unhex(const char *hex, uint8_t *out)
{
	char bare[2 * AP3000_FRAME_MAX + 1];
	size_t n = 0;

	for (; *hex != '\0'; hex++)
		if (*hex != ' ')
			bare[n++] = *hex;
	bare[n] = '\0';
	assert_true(text_unhex(bare, out, n / 2));
	return n / 2;
}

static void open_frame(const char *hex, enum ap3000_side side, struct ap3000_message *m)
{
	static uint8_t raw[AP3000_FRAME_MAX];
	struct ap3000_frame frame;
	size_t n = unhex(hex, raw), used;

	assert_int_equal(ap3000_scan(raw, n, &frame, &used), AP3000_SCAN_FRAME);
	assert_int_equal(used, n);
	assert_int_equal(ap3000_decode(&frame, side, m), AP3000_OK);
}

static void test_captures_decode_encode_and_speak_N3(void **state)
{
	(void)state;
	for (size_t i = 0; i < CAPTURES; i++) {
		uint8_t raw[AP3000_FRAME_MAX], again[AP3000_FRAME_MAX];
		struct ap3000_message m;
		char text[AP3000_TEXT_MAX];
		size_t n = unhex(captures[i].hex, raw);

		open_frame(captures[i].hex, captures[i].side, &m);
		assert_int_equal(m.cmd, captures[i].cmd);
		/* the short answer is not what we would send; the register frame is longer than its words */
		if ((m.cmd != 0x82 || n > 20) && (m.cmd != 0x20 || n < 20)) {
			assert_int_equal(ap3000_encode(&m, captures[i].side, again), n);
			assert_memory_equal(again, raw, n);
		}
		ap3000_text(raw, n, captures[i].side, text);
		if (captures[i].words != NULL)
			assert_string_equal(text, captures[i].words);
	}
}

static void test_fields_of_a_power_report_N3(void **state)
{
	struct ap3000_message m;
	const struct ap3000_power *p = &m.u.power;

	(void)state;
	open_frame(captures[12].hex, AP3000_UP, &m);
	assert_int_equal(p->port, 1);
	assert_int_equal(p->state, 1);
	assert_int_equal(p->seconds, 3600);
	assert_int_equal(p->energy, 48);
	assert_int_equal(p->power, 1000);
	assert_int_equal(p->power_max, 1200);
	assert_int_equal(p->power_min, 800);
	assert_int_equal(p->voltage, 2200);
	assert_int_equal(p->current, 455);
	assert_int_equal(p->temperature, 20);
	assert_int_equal(p->port_temperature, AP3000_COLD);
	assert_int_equal(p->time, AP3000_NONE);
	assert_int_equal(p->occupied, AP3000_NONE);
	assert_string_equal(p->order, "20190901180000130030380102030405");
}

static void test_answers_to_a_start_by_vendor_N3(void **state)
{
	static const struct { const char *data; int code, port, waiting; bool order; } shapes[] = {
		{ "00", 0, -1, -1, false },
		{ "0102", 1, 2, -1, false },
		{ "05FF0300", 5, 255, 3, false },
		{ "00A1A2A3A4A5A6A7A8A9AAABACADAEAFB0", 0, -1, -1, true },
		{ "00A1A2A3A4A5A6A7A8A9AAABACADAEAFB003", 0, 3, -1, true },
		{ "05A1A2A3A4A5A6A7A8A9AAABACADAEAFB0030300", 5, 3, 3, true },
		{ "00A1A2A3A4A5A6A7A8A9AAABACADAEAFB003030099", 0, 3, 3, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		uint8_t data[AP3000_DATA_MAX];
		struct ap3000_frame f = { .cmd = 0x82, .data = data };
		struct ap3000_message m;

		f.len = (int)unhex(shapes[i].data, data);
		assert_int_equal(ap3000_decode(&f, AP3000_UP, &m), AP3000_OK);
		assert_int_equal(m.u.charge_answer.code, shapes[i].code);
		assert_int_equal(m.u.charge_answer.port, shapes[i].port);
		assert_int_equal(m.u.charge_answer.waiting, shapes[i].waiting);
		assert_string_equal(m.u.charge_answer.order,
			shapes[i].order ? "A1A2A3A4A5A6A7A8A9AAABACADAEAFB0" : "");
	}
}

static void test_short_and_lying_bodies_N3(void **state)
{
	static const struct { uint8_t cmd; const char *data; enum ap3000_decode want; } bodies[] = {
		{ 0x21, "9808", AP3000_SHORT },
		{ 0x21, "980800", AP3000_OK },
		{ 0x21, "980802 00", AP3000_SHORT },
		{ 0x21, "980821 00", AP3000_SHORT },
		{ 0x21, "9808FF 00", AP3000_SHORT },
		{ 0x21, "980802 0000", AP3000_OK },
		{ 0x03, "100EE803300001010000000001", AP3000_SHORT },
		{ 0x02, "7A8D05DD04", AP3000_SHORT },
		{ 0x02, "7A8D05DD0401 0000 00000000 10 0102", AP3000_OK },
		{ 0x99, "", AP3000_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		uint8_t data[AP3000_DATA_MAX];
		struct ap3000_frame f = { .cmd = bodies[i].cmd, .data = data };
		struct ap3000_message m;

		f.len = (int)unhex(bodies[i].data, data);
		assert_int_equal(ap3000_decode(&f, AP3000_UP, &m), bodies[i].want);
	}
}

static void test_long_card_N3(void **state)
{
	uint8_t data[AP3000_DATA_MAX];
	struct ap3000_frame f = { .cmd = 0x02, .data = data };
	struct ap3000_message m;

	(void)state;
	f.len = (int)unhex("000000000401000078563412 10 000102030405060708090A0B0C0D0E0F", data);
	assert_int_equal(ap3000_decode(&f, AP3000_UP, &m), AP3000_OK);
	assert_int_equal(m.u.swipe.kind, 4);
	assert_int_equal(m.u.swipe.time, 0x12345678);
	assert_string_equal(m.u.swipe.card2, "000102030405060708090A0B0C0D0E0F");
}

static void test_serials_N3(void **state)
{
	static const char *const none[] = { "", "0413544", "041354400", "04135440000", "0x13544000",
		"04-3544000", "0416777216", "0499999999", "ab00000001" };
	char serial[AP3000_SERIAL];
	uint32_t id;

	(void)state;
	ap3000_serial(0x04CEAA40, serial);
	assert_string_equal(serial, "0413544000");
	assert_true(ap3000_id("0413544000", &id));
	assert_int_equal(id, 0x04CEAA40);
	assert_true(ap3000_id("0A16777215", &id));
	assert_int_equal(id, 0x0AFFFFFF);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(ap3000_id(none[i], &id));
}

/* ICCID, link, two frames, rubbish, a frame: found alike wherever the stream is cut. */
static const char stream_hex[] =
	"3839383630343631313138433130303030303037"
	"444E590A003B37AB0401002100380 2 6C696E6B 444E5909003B37AB04B90022F002"
	"0D0A FF 4B 444E5909003B37AB04B90022F002";

static int walk(const uint8_t *p, size_t n, size_t cut, char *found)
{
	struct ap3000_frame frame;
	enum ap3000_scan what;
	size_t at = 0, used, end = cut;

	for (;;) {
		while ((what = ap3000_scan(p + at, end - at, &frame, &used)) != AP3000_SCAN_MORE) {
			assert_true(used > 0 && used <= end - at);
			if (what != AP3000_SCAN_GARBAGE)
				*found++ = (char)('0' + what);
			at += used;
		}
		if (end == n)
			break;
		end = n;
	}
	*found = '\0';
	return (int)at;
}

static void test_stream_cut_anywhere_N3(void **state)
{
	uint8_t raw[AP3000_FRAME_MAX];
	size_t n = unhex(stream_hex, raw);
	char found[40];

	(void)state;
	for (size_t cut = 0; cut <= n; cut++) {
		assert_int_equal(walk(raw, n, cut, found), n);
		assert_string_equal(found, "21311");
	}
}

static void test_a_short_iccid_before_a_frame_N3(void **state)
{
	uint8_t raw[AP3000_FRAME_MAX];
	size_t n = unhex("38393836303436313131384331303030303030 444E5909003B37AB04B90022F002", raw);
	char found[40];

	(void)state;
	assert_int_equal(walk(raw, n, n, found), n);
	assert_string_equal(found, "21");
}

static void test_wrong_sums_do_not_swallow_the_next_N3(void **state)
{
	uint8_t raw[3 * AP3000_FRAME_MAX];
	size_t n = unhex(captures[6].hex, raw), two = n + unhex(captures[8].hex, raw + n);
	char found[80];

	(void)state;
	raw[9] ^= 1;                                     /* a byte of the message's number */
	walk(raw, two, two, found);
	assert_string_equal(found, "41");
	raw[9] ^= 1;
	raw[3] = (uint8_t)(raw[3] + 7);                  /* the length: it reaches into the next one */
	walk(raw, two, two, found);
	assert_string_equal(found, "41");
	raw[3] = 0;
	walk(raw, two, two, found);
	assert_string_equal(found, "1");
	raw[4] = 0xFF;
	walk(raw, two, two, found);
	assert_string_equal(found, "1");
}

static void test_numbers_are_cut_to_their_field_N3(void **state)
{
	struct ap3000_message m = { .cmd = 0x82 }, back;
	uint8_t out[AP3000_FRAME_MAX];
	struct ap3000_frame frame;
	size_t used;
	int n;

	(void)state;
	m.u.charge = (struct ap3000_charge){ .value = 70000, .balance = INT64_C(1) << 40, .most = 5 };
	text_copy(m.u.charge.order, AP3000_ORDER, "00000000000000000000000000000001");
	n = ap3000_encode(&m, AP3000_DOWN, out);
	assert_int_equal(n, 29 + AP3000_AROUND);
	assert_int_equal(ap3000_scan(out, (size_t)n, &frame, &used), AP3000_SCAN_FRAME);
	assert_int_equal(ap3000_decode(&frame, AP3000_DOWN, &back), AP3000_OK);
	assert_int_equal(back.u.charge.value, 65535);
	assert_int_equal(back.u.charge.balance, 0xFFFFFFFF);
	m.cmd = 0x99;
	assert_int_equal(ap3000_encode(&m, AP3000_DOWN, out), 0);
}

static bool by_hand(const char *name, const char *fields, struct ap3000_message *m,
	char why[AP3000_WHY])
{
	json_t *value = NULL;
	NEOERR *err = json_read(fields, strlen(fields), 1000, &value);
	bool good;

	assert_true(err == STATUS_OK);
	good = ap3000_from_json(name, value, m, why);
	json_decref(value);
	return good;
}

static void test_a_command_written_by_hand_N3(void **state)
{
	static const struct { const char *name, *fields, *why; } wrong[] = {
		{ "mode", "{}", "value: 0 to 255 is wanted" },
		{ "mode", "{\"value\":256}", "value: 0 to 255 is wanted" },
		{ "mode", "{\"value\":-1}", "value: 0 to 255 is wanted" },
		{ "mode", "{\"value\":\"much\"}", "value: 0 to 255 is wanted" },
		{ "mode", "{\"value\":1,\"more\":2}", "more: no such value" },
		{ "params_most", "{\"seconds\":65536}", "seconds: 0 to 65535s is wanted" },
		{ "params_most", "{\"seconds\":1,\"overload\":6553.6}", "overload: 0 to 6553.5W is wanted" },
		{ "show_qr", "{\"text\":\"\"}", "text: up to 199 plain characters are wanted" },
		{ "show_qr", "{\"text\":\"\u7535\"}", "text: up to 199 plain characters are wanted" },
		{ "mode_answer", "{\"code\":0}", "no such command" },
		{ "nothing", "{}", "no such command" },
	};
	uint8_t frame[AP3000_FRAME_MAX];
	char why[AP3000_WHY];
	struct ap3000_message m;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(by_hand(wrong[i].name, wrong[i].fields, &m, why));
		assert_string_equal(why, wrong[i].why);
	}
	assert_true(by_hand("params_most",
		"{\"seconds\":36000,\"overload\":2000,\"voltage_max\":270.5,\"voltage_min\":\"100\"}", &m, why));
	assert_int_equal(ap3000_encode(&m, AP3000_DOWN, frame), AP3000_AROUND + 8);
	assert_memory_equal(frame + 12, "\xA0\x8C\x20\x4E\x91\x0A\xE8\x03", 8);
	assert_true(by_hand("show_qr", "{\"text\":\"https://a.b/1\"}", &m, why));
	assert_int_equal(ap3000_encode(&m, AP3000_DOWN, frame), AP3000_AROUND + AP3000_TEMP_QR);
	assert_true(by_hand("read_limit", "{}", &m, why));
	assert_int_equal(ap3000_encode(&m, AP3000_DOWN, frame), AP3000_AROUND);
}

/* Old firmware leaves the last ones out. */
static void test_what_a_device_tells_as_json_N3(void **state)
{
	struct ap3000_frame frame = { .cmd = AP3000_READ_MOST,
		.data = (const uint8_t *)"\xA0\x8C\x20\x4E", .len = 4 };
	struct ap3000_message m;
	json_t *told;
	char *text;

	(void)state;
	assert_int_equal(ap3000_decode(&frame, AP3000_UP, &m), AP3000_OK);
	told = ap3000_to_json(&m);
	text = json_write_dup(told);
	assert_string_equal(text, "{\"overload\":2000.0,\"seconds\":36000}");
	free(text);
	json_decref(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captures_decode_encode_and_speak_N3),
		cmocka_unit_test(test_fields_of_a_power_report_N3),
		cmocka_unit_test(test_answers_to_a_start_by_vendor_N3),
		cmocka_unit_test(test_short_and_lying_bodies_N3),
		cmocka_unit_test(test_long_card_N3),
		cmocka_unit_test(test_serials_N3),
		cmocka_unit_test(test_stream_cut_anywhere_N3),
		cmocka_unit_test(test_a_short_iccid_before_a_frame_N3),
		cmocka_unit_test(test_wrong_sums_do_not_swallow_the_next_N3),
		cmocka_unit_test(test_numbers_are_cut_to_their_field_N3),
		cmocka_unit_test(test_a_command_written_by_hand_N3),
		cmocka_unit_test(test_what_a_device_tells_as_json_N3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* text_test.c - UTF-8, cuts, masks, conversions.
 * Owns nothing.
 * Serves lib/base/text. */
#include "unit.h"

#include "base/text.h"

#define ZHANG "\xE5\xBC\xA0"
#define SAN "\xE4\xB8\x89"
#define FENG "\xE4\xB8\xB0"
#define FACE "\xF0\x9F\x98\x80"

static void good_utf8(void **state)
{
	static const char *const good[] = {
		"",
		"plain",
		ZHANG SAN,
		FACE,
		"\xC2\x80",
		"\xDF\xBF",
		"\xE0\xA0\x80",
		"\xED\x9F\xBF",
		"\xEE\x80\x80",
		"\xEF\xBF\xBF",
		"\xF0\x90\x80\x80",
		"\xF4\x8F\xBF\xBF",
		"\x7F",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(text_is_utf8(good[i], strlen(good[i])));
}

static void bad_utf8(void **state)
{
	static const struct { const char *s; size_t len;
	} bad[] = {
		{ "\0", 1 },
		{ "a\0b", 3 },
		{ "\x80", 1 },
		{ "\xBF", 1 },
		{ "\xC0\x80", 2 },
		{ "\xC1\xBF", 2 },
		{ "\xC2", 1 },
		{ "\xC2\x41", 2 },
		{ "\xE0\x80\x80", 3 },
		{ "\xE0\x9F\xBF", 3 },
		{ "\xE4\xB8", 2 },
		{ "\xED\xA0\x80", 3 },
		{ "\xED\xBF\xBF", 3 },
		{ "\xF0\x80\x80\x80", 4 },
		{ "\xF0\x8F\xBF\xBF", 4 },
		{ "\xF0\x9F\x98", 3 },
		{ "\xF4\x90\x80\x80", 4 },
		{ "\xF5\x80\x80\x80", 4 },
		{ "\xFE", 1 },
		{ "\xFF", 1 },
		{ "ok\xE4\xB8", 4 },
		{ "\xD6\xD0\xCE\xC4", 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_is_utf8(bad[i].s, bad[i].len));
	for (size_t at = 0; at < 20; at++)               /* at each place of words that are looked at whole */
		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			char text[41];

			memset(text, '~', sizeof(text));
			memcpy(text + at, bad[i].s, bad[i].len);
			assert_false(text_is_utf8(text, at + bad[i].len));
			text[at + bad[i].len] = '\x7F';
			assert_false(text_is_utf8(text, sizeof(text) - 1));
		}
	assert_int_equal(text_rune("", 0), 0);
	assert_int_equal(text_rune(FACE, 3), 0);
	assert_int_equal(text_rune(FACE, 4), 4);
}

static void characters_are_never_cut(void **state)
{
	char out[8];

	(void)state;
	assert_int_equal(text_chars("a" ZHANG FACE), 3);
	assert_int_equal(text_chars("a\xE4\xB8"), 3);
	assert_int_equal(text_cut(ZHANG SAN FENG, 2), 6);
	assert_int_equal(text_cut(ZHANG SAN FENG, 9), 9);
	assert_int_equal(text_cut("", 1), 0);
	text_copy(out, sizeof(out), ZHANG SAN FENG);
	assert_string_equal(out, ZHANG SAN);
	text_copy(out, sizeof(out), "1234567");
	assert_string_equal(out, "1234567");
	text_copy(out, sizeof(out), "12345678");
	assert_string_equal(out, "1234567");
	text_copy(out, 3, ZHANG);
	assert_string_equal(out, "");
	text_copy(out, 1, "x");
	assert_string_equal(out, "");
	text_copy(out, sizeof(out), NULL);
	assert_string_equal(out, "");
}

static void equality_and_prefix(void **state)
{
	(void)state;
	assert_true(text_eq(NULL, NULL));
	assert_false(text_eq(NULL, ""));
	assert_false(text_eq("", NULL));
	assert_true(text_eq("a", "a"));
	assert_true(text_starts("abc", "ab"));
	assert_true(text_starts("abc", ""));
	assert_false(text_starts("a", "ab"));
	assert_false(text_starts(NULL, "a"));
}

static void trim_knows_chinese_blanks(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "   ", "" },
		{ "\xE3\x80\x80", "" },
		{ "\xC2\xA0 a b\t\r\n", "a b" },
		{ "\xE3\x80\x80" ZHANG "\xE3\x80\x80" SAN " \xE3\x80\x80", ZHANG "\xE3\x80\x80" SAN },
		{ "x", "x" },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_copy(text, sizeof(text), rows[i][0]);
		assert_string_equal(text_trim(text), rows[i][1]);
	}
	text_copy(text, sizeof(text), "ABC-xyz-" ZHANG);
	assert_string_equal(text_lower(text), "abc-xyz-" ZHANG);
}

static void scrub_leaves_what_a_person_can_read(void **state)
{
	char text[] = "a\nb\x1b\x7f" ZHANG "\xE4\xB8\xFF";

	(void)state;
	assert_string_equal(text_scrub(text), "a b  " ZHANG "???");
}

static void whole_numbers(void **state)
{
	static const char *const bad[] = { "", "-", "+1", " 1", "1 ", "1.0", "0x1",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999", "1a", "--1" };
	int64_t v = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_i64(bad[i], &v));
	assert_false(text_i64(NULL, &v));
	assert_true(v == 42);
	assert_true(text_i64("9223372036854775807", &v) && v == INT64_MAX);
	assert_true(text_i64("-9223372036854775808", &v) && v == INT64_MIN);
	assert_true(text_i64("-0", &v) && v == 0);
	assert_true(text_i64("007", &v) && v == 7);
}

static void phones(void **state)
{
	(void)state;
	assert_true(text_is_phone("13812345678"));
	assert_true(text_is_phone("19912345678"));
	assert_false(text_is_phone("12812345678"));
	assert_false(text_is_phone("23812345678"));
	assert_false(text_is_phone("1381234567"));
	assert_false(text_is_phone("138123456789"));
	assert_false(text_is_phone("1381234567a"));
	assert_false(text_is_phone("+8613812345678"));
	assert_false(text_is_phone(""));
	assert_false(text_is_phone(NULL));
}

static void masks(void **state)
{
	static const char *const rows[][2] = {
		{ "13812345678", "138****5678" },
		{ "6222020000001234567", "622****4567" },
		{ "", "" },
		{ "1", "*" },
		{ "12", "1*" },
		{ "123", "1*3" },
		{ "123456", "1****6" },
		{ "1234567890", "1****0" },
		{ ZHANG SAN, ZHANG "*" },
		{ ZHANG SAN FENG, ZHANG "*" FENG },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t room = strlen(rows[i][0]) + 4;
		assert_string_equal(text_mask(rows[i][0], out, room), rows[i][1]);
	}
	assert_string_equal(text_mask("13812345678", out, 5), "");
}

static void hex_both_ways(void **state)
{
	unsigned char bytes[4] = { 0x00, 0x7F, 0xA0, 0xFF }, back[4];
	char text[9];

	(void)state;
	text_hex(bytes, 4, text);
	assert_string_equal(text, "007FA0FF");
	assert_true(text_unhex("007fa0fF", back, 4));
	assert_memory_equal(bytes, back, 4);
	assert_false(text_unhex("007fa0f", back, 4));
	assert_false(text_unhex("007fa0ff0", back, 4));
	assert_false(text_unhex("007fa0fg", back, 4));
	assert_false(text_unhex(NULL, back, 4));
	assert_true(text_unhex("", back, 0));
}

static void like_is_escaped(void **state)
{
	char out[8];

	(void)state;
	assert_true(text_like(out, sizeof(out), "a%_\\"));
	assert_string_equal(out, "a\\%\\_\\\\");
	assert_false(text_like(out, sizeof(out), "ab%_\\"));
	assert_false(text_like(out, sizeof(out), "12345678"));
	assert_true(text_like(out, sizeof(out), "1234567"));
	assert_false(text_like(out, 0, ""));
}

static void split_gives_empty_items_too(void **state)
{
	char text[] = "a,,b,", *rest = text;

	(void)state;
	assert_string_equal(text_split(&rest, ','), "a");
	assert_string_equal(text_split(&rest, ','), "");
	assert_string_equal(text_split(&rest, ','), "b");
	assert_string_equal(text_split(&rest, ','), "");
	assert_null(text_split(&rest, ','));
	assert_null(text_split(&rest, ','));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(good_utf8),
	cmocka_unit_test(bad_utf8),
	cmocka_unit_test(characters_are_never_cut),
	cmocka_unit_test(equality_and_prefix),
	cmocka_unit_test(trim_knows_chinese_blanks),
	cmocka_unit_test(scrub_leaves_what_a_person_can_read),
	cmocka_unit_test(whole_numbers),
	cmocka_unit_test(phones),
	cmocka_unit_test(masks),
	cmocka_unit_test(hex_both_ways),
	cmocka_unit_test(like_is_escaped),
	cmocka_unit_test(split_gives_empty_items_too),
};

UNIT_MAIN(tests)

/* money_test.c - fixed point: parse, format, round, overflow.
 * Owns nothing.
 * Serves lib/base/money. */
#include "unit.h"

#include "base/money.h"

static void parse_takes_what_people_write(void **state)
{
	static const struct { const char *text; int scale; int64_t value;
	} rows[] = {
		{ "0", 5, 0 },
		{ "-0", 5, 0 },
		{ "-0.00000", 5, 0 },
		{ "1", 5, 100000 },
		{ "-12.5", 5, -1250000 },
		{ "12.50", 5, 1250000 },
		{ "0.00001", 5, 1 },
		{ "-0.00001", 5, -1 },
		{ "  3.2 ", 5, 320000 },
		{ "\t7\r\n", 4, 70000 },
		{ "1,234.50", 5, 123450000 },
		{ "12,345,678", 0, 12345678 },
		{ "1.000000000000", 5, 100000 },
		{ "007", 0, 7 },
		{ "0000000000000000000000001", 0, 1 },
		{ "92233720368547.75807", 5, INT64_MAX },
		{ "-92233720368547.75808", 5, INT64_MIN },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "-9,223,372,036,854,775,808", 0, INT64_MIN },
		{ "922337203685477.5807", 4, INT64_MAX },
	};
	int64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		v = 42;
		if (!fixed_parse(rows[i].text, rows[i].scale, &v) || v != rows[i].value)
			fail_msg("\"%s\" gave %lld", rows[i].text, (long long)v);
	}
}

static void parse_refuses_the_rest_and_leaves_the_value(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"-",
		".",
		".5",
		"5.",
		"-.5",
		"+5",
		"5-",
		"--5",
		"1e3",
		"0x10",
		"1 000",
		"1.2.3",
		"12.345678",
		"0.000001",
		",",
		",123",
		"1,23",
		"1,2345",
		"1234,567",
		"1,234,56",
		"1,234,",
		"1,,234",
		"1.234,5",
		"92233720368547.75808",
		"-92233720368547.75809",
		"99999999999999999999",
		"100000000000000",
		"\xEF\xBC\x91",
		"NaN",
		"inf",
		"12a",
		"1_000",
	};
	int64_t v = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (fixed_parse(bad[i], 5, &v) || v != 42)
			fail_msg("\"%s\" was taken as %lld", bad[i], (long long)v);
	assert_false(fixed_parse(NULL, 5, &v));
}

static void format_rounds_half_away_from_zero(void **state)
{
	static const struct { int64_t v; int scale, decimals; const char *text;
	} rows[] = {
		{ 1250000, 5, 2, "12.50" },
		{ 0, 5, 2, "0.00" },
		{ 1, 5, 5, "0.00001" },
		{ -1, 5, 5, "-0.00001" },
		{ 499, 5, 2, "0.00" },
		{ 500, 5, 2, "0.01" },
		{ -500, 5, 2, "-0.01" },
		{ -499, 5, 2, "0.00" },
		{ 1499, 5, 2, "0.01" },
		{ -1500, 5, 2, "-0.02" },
		{ 150000, 5, 0, "2" },
		{ -149999, 5, 0, "-1" },
		{ 99999500, 5, 2, "1000.00" },
		{ 12345, 4, 4, "1.2345" },
		{ 7, 0, 0, "7" },
		{ 7, 0, 2, "7.00" },
		{ 12345, 4, 6, "1.234500" },
		{ INT64_MAX, 5, 5, "92233720368547.75807" },
		{ INT64_MIN, 5, 5, "-92233720368547.75808" },
		{ INT64_MIN, 0, 0, "-9223372036854775808" },
		{ INT64_MAX, 5, 0, "92233720368548" },
		{ INT64_MIN, 0, 5, "-9223372036854775808.00000" },
		{ INT64_MIN, 0, 99, "-9223372036854775808.00000" },
	};
	char text[FIXED_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(fixed_format(rows[i].v, rows[i].scale, rows[i].decimals, text),
			rows[i].text);
}

static void format_and_parse_are_inverse(void **state)
{
	static const int64_t values[] = { 0, 1, -1, 9, 10, 99999, 100000, 100001, -123456789, INT64_MAX,
		INT64_MIN };
	char text[FIXED_TEXT + 8];
	int64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		for (int scale = 0; scale <= 8; scale++) {
			assert_true(fixed_parse(fixed_format(values[i], scale, scale, text), scale, &v));
			assert_true(v == values[i]);
			assert_true(fixed_parse(fixed_group(values[i], scale, scale, text), scale, &v));
			assert_true(v == values[i]);
		}
}

static void group_puts_commas(void **state)
{
	char text[FIXED_TEXT + 8];

	(void)state;
	assert_string_equal(fixed_group(123456700000, 5, 2, text), "1,234,567.00");
	assert_string_equal(fixed_group(99900000, 5, 2, text), "999.00");
	assert_string_equal(fixed_group(-100000000, 5, 2, text), "-1,000.00");
	assert_string_equal(fixed_group(99999999, 5, 2, text), "1,000.00");
	assert_string_equal(fixed_group(INT64_MIN, 0, 5, text), "-9,223,372,036,854,775,808.00000");
	assert_string_equal(fixed_group(INT64_MAX, 5, 5, text), "92,233,720,368,547.75807");
}

static void muldiv_rounds_both_ways(void **state)
{
	static const struct { int64_t a, b, c; enum rounding mode; int64_t want;
	} rows[] = {
		{ 1, 1, 2, ROUND_HALF_UP, 1 },
		{ -1, 1, 2, ROUND_HALF_UP, -1 },
		{ 1, -1, 2, ROUND_HALF_UP, -1 },
		{ 1, 1, -2, ROUND_HALF_UP, -1 },
		{ -1, -1, -2, ROUND_HALF_UP, -1 },
		{ 1, 1, 3, ROUND_HALF_UP, 0 },
		{ 2, 1, 3, ROUND_HALF_UP, 1 },
		{ 1, 1, 2, ROUND_CUT, 0 },
		{ -1, 1, 2, ROUND_CUT, 0 },
		{ -7, 1, 2, ROUND_CUT, -3 },
		{ -7, 1, 2, ROUND_HALF_UP, -4 },
		{ 7, 1, 2, ROUND_HALF_UP, 4 },
		{ INT64_MAX, INT64_MAX, INT64_MAX, ROUND_CUT, INT64_MAX },
		{ INT64_MIN, 1, 1, ROUND_CUT, INT64_MIN },
		{ INT64_MIN, INT64_MIN, INT64_MIN, ROUND_HALF_UP, INT64_MIN },
		{ 0, INT64_MAX, INT64_MIN, ROUND_CUT, 0 },
		{ INT64_MAX, 1, INT64_MIN, ROUND_HALF_UP, -1 },
		{ INT64_MAX, 1, INT64_MIN, ROUND_CUT, 0 },
	};
	int64_t v = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(fixed_muldiv(rows[i].a, rows[i].b, rows[i].c, rows[i].mode, &v));
		assert_true(v == rows[i].want);
	}
	v = 42;
	assert_false(fixed_muldiv(INT64_MAX, 2, 1, ROUND_CUT, &v));
	assert_false(fixed_muldiv(INT64_MIN, -1, 1, ROUND_CUT, &v));
	assert_false(fixed_muldiv(INT64_MIN, 1, -1, ROUND_CUT, &v));
	assert_false(fixed_muldiv(1, 1, 0, ROUND_CUT, &v));
	assert_true(v == 42);
}

static void round_to_fen(void **state)
{
	(void)state;
	assert_true(fixed_round(1499, MONEY_FEN, ROUND_HALF_UP) == 1000);
	assert_true(fixed_round(1500, MONEY_FEN, ROUND_HALF_UP) == 2000);
	assert_true(fixed_round(-1500, MONEY_FEN, ROUND_HALF_UP) == -2000);
	assert_true(fixed_round(-1499, MONEY_FEN, ROUND_HALF_UP) == -1000);
	assert_true(fixed_round(1999, MONEY_FEN, ROUND_CUT) == 1000);
	assert_true(fixed_round(-1999, MONEY_FEN, ROUND_CUT) == -1000);
	assert_true(fixed_round(1999, 1, ROUND_HALF_UP) == 1999);
	assert_true(fixed_round(1999, 0, ROUND_HALF_UP) == 1999);
	/* 2^63-1 ends in 807: the next fen does not exist, the last one does */
	assert_true(fixed_round(INT64_MAX, MONEY_FEN, ROUND_HALF_UP) == INT64_MAX - 807);
	assert_true(fixed_round(INT64_MIN, MONEY_FEN, ROUND_HALF_UP) == INT64_MIN + 808);
}

static void add_finds_overflow(void **state)
{
	int64_t v = 42;

	(void)state;
	assert_false(fixed_add(INT64_MAX, 1, &v));
	assert_false(fixed_add(INT64_MIN, -1, &v));
	assert_true(v == 42);
	assert_true(fixed_add(INT64_MAX, INT64_MIN, &v));
	assert_true(v == -1);
	assert_true(fixed_add(v, 1, &v));
	assert_true(v == 0);
}

static void fee_of_energy(void **state)
{
	int64_t v;

	(void)state;
	assert_ok(money_fee(12345, 120000, &v));          /* 1.2345 kWh at 1.2 yuan */
	assert_true(v == 148140);
	assert_ok(money_fee(1, 50000, &v));               /* 0.0001 kWh at 0.5: 0.00005 exactly */
	assert_true(v == 5);
	assert_ok(money_fee(1, 5000, &v));                /* 0.000005 goes up */
	assert_true(v == 1);
	assert_ok(money_fee(1, 4999, &v));
	assert_true(v == 0);
	assert_ok(money_fee(-1, 5000, &v));
	assert_true(v == -1);
	assert_raises(money_fee(INT64_MAX, 20000, &v), ERR_INVALID, "more money");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(parse_takes_what_people_write),
	cmocka_unit_test(parse_refuses_the_rest_and_leaves_the_value),
	cmocka_unit_test(format_rounds_half_away_from_zero),
	cmocka_unit_test(format_and_parse_are_inverse),
	cmocka_unit_test(group_puts_commas),
	cmocka_unit_test(muldiv_rounds_both_ways),
	cmocka_unit_test(round_to_fen),
	cmocka_unit_test(add_finds_overflow),
	cmocka_unit_test(fee_of_energy),
};

UNIT_MAIN(tests)

/* invoice_test.c - what of an order is invoiced, the tax in it, and amounts in words.
 * Owns nothing.
 * Serves lib/charge/invoice, lib/charge/yuan_words. */
#include "unit.h"

#include "base/money.h"
#include "charge/invoice.h"
#include "charge/yuan_words.h"

#define FEN(n) ((n) * MONEY_FEN)

static void test_shares_add_up_to_what_was_paid_F8(void **state)
{
	static const struct { int64_t paid, energy, service, e, s; } cases[] = {
		{ FEN(1563), FEN(1250), FEN(313), FEN(1250), FEN(313) },
		{ FEN(1563), 1250000, 312500, FEN(1250), FEN(313) },
		{ FEN(1000), FEN(1250), FEN(313), FEN(800), FEN(200) },      /* 799.744 fen */
		{ FEN(1), FEN(1), FEN(1), FEN(1), 0 },
		{ FEN(100) + 999, FEN(50), FEN(50), FEN(50), FEN(50) },      /* what is no whole fen is cut */
		{ 0, FEN(5), FEN(5), 0, 0 }, { -FEN(5), FEN(5), FEN(5), 0, 0 },
		{ FEN(7), 0, 0, 0, FEN(7) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct invoice_share s = invoice_share(cases[i].paid, cases[i].energy, cases[i].service);

		assert_int_equal(s.energy, cases[i].e);
		assert_int_equal(s.service, cases[i].s);
	}
}

static void test_the_tax_stands_in_the_amount_F8(void **state)
{
	(void)state;
	assert_int_equal(invoice_tax(FEN(11300), 1300), FEN(1300));
	assert_int_equal(invoice_tax(FEN(10600), 600), FEN(600));
	assert_int_equal(invoice_tax(FEN(1250), 1300), FEN(144));        /* 143.805 */
	assert_int_equal(invoice_tax(FEN(4), 1300), 0);                  /* 0.46 */
	assert_int_equal(invoice_tax(FEN(5), 1300), FEN(1));             /* 0.575 */
	assert_int_equal(invoice_tax(FEN(100), 0), 0);
}

static void test_tax_numbers_F8(void **state)
{
	(void)state;
	assert_true(invoice_is_tax_no("91320115MA1XXXXX0Q"));
	assert_true(invoice_is_tax_no("320115123456789"));
	assert_true(invoice_is_tax_no("12345678901234567890"));
	assert_false(invoice_is_tax_no("12345678901234"));
	assert_false(invoice_is_tax_no("123456789012345678901"));
	assert_false(invoice_is_tax_no("91320115ma1xxxxx0q"));
	assert_false(invoice_is_tax_no("91320115MA1-XXXX0Q"));
	assert_false(invoice_is_tax_no(""));
}

static void test_amounts_in_words_F8(void **state)
{
	static const struct { int64_t fen; const char *words; } cases[] = {
		{ 0, "零元整" }, { 1, "壹分" }, { 10, "壹角整" }, { 12, "壹角贰分" }, { 100, "壹元整" },
		{ 101, "壹元零壹分" }, { 110, "壹元壹角整" }, { 1563, "壹拾伍元陆角叁分" },
		{ 10005, "壹佰元零伍分" }, { 100100, "壹仟零壹元整" }, { 101000, "壹仟零壹拾元整" },
		{ 1000000, "壹万元整" }, { 1000100, "壹万零壹元整" }, { 1100000, "壹万壹仟元整" },
		{ 10010000, "壹拾万零壹佰元整" }, { 100000000, "壹佰万元整" },
		{ 10000000000, "壹亿元整" }, { 10000000100, "壹亿零壹元整" },
		{ 10001000000, "壹亿零壹万元整" }, { 10000500000, "壹亿零伍仟元整" },
		{ 123456789012, "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分" },
	};
	char out[YUAN_WORDS];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(yuan_words(FEN(cases[i].fen), out), cases[i].words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares_add_up_to_what_was_paid_F8),
		cmocka_unit_test(test_the_tax_stands_in_the_amount_F8),
		cmocka_unit_test(test_tax_numbers_F8),
		cmocka_unit_test(test_amounts_in_words_F8),
	};

	error_init();
	return cmocka_run_group_tests_name("invoice", tests, NULL, NULL);
}

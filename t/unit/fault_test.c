/* fault_test.c - fault codes of piles' screens, the manual's examples.
 * Owns nothing.
 * Serves lib/charge/fault. */
#include "unit.h"

#include "charge/fault.h"

#define BIT(f) (1U << FAULT_##f)

static void test_codes_add_up_D16(void **state)
{
	static const struct { const char *code; unsigned bits; } cases[] = {
		{ "0", 0 }, { "0000", 0 }, { "0001", BIT(EARTH) }, { "0002", BIT(RELAY) },
		{ "0033", BIT(EARTH) | BIT(METER) }, { "0048", BIT(UNDER_VOLTAGE) | BIT(METER) },
		{ "0065", BIT(EARTH) | BIT(EMERGENCY) }, { "0066", BIT(RELAY) | BIT(EMERGENCY) },
		{ "0072", BIT(OVER_VOLTAGE) | BIT(EMERGENCY) },
		{ "0080", BIT(UNDER_VOLTAGE) | BIT(EMERGENCY) }, { "0096", BIT(METER) | BIT(EMERGENCY) },
		{ "0192", BIT(EMERGENCY) | BIT(PILOT) }, { "1024", BIT(LEAKAGE_TEST) },
		{ "2047", (1U << FAULTS) - 1 },
	};
	unsigned bits;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bits = 99999;
		assert_true(fault_read(cases[i].code, &bits));
		assert_int_equal(bits, cases[i].bits);
	}
}

static void test_what_is_no_code_D16(void **state)
{
	static const char *const bad[] = { "2048", "0x48", "-1", "72 ", "7.2", "急停", "000000" };
	unsigned bits;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(fault_read(bad[i], &bits));
}

static void test_lamps_D16(void **state)
{
	(void)state;
	assert_int_equal(fault_lamp(FAULT_EMERGENCY), FAULT_LAMP_STEADY);
	assert_int_equal(fault_lamp(FAULT_METER), FAULT_LAMP_SLOW);
	assert_int_equal(fault_lamp(FAULT_OVER_VOLTAGE), 1);
	assert_int_equal(fault_lamp(FAULT_LEAKAGE_TEST), 5);
	assert_int_equal(fault_lamp(FAULT_RELAY), FAULT_LAMPS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes_add_up_D16),
		cmocka_unit_test(test_what_is_no_code_D16),
		cmocka_unit_test(test_lamps_D16),
	};

	error_init();
	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}

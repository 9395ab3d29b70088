/* session_idle_test.c - lib/charge/session_idle.h: when a vehicle that takes nothing or little ends
 * its charge, at the borders (D15).
 * Owns nothing.
 * Serves `make check`. */
#include "unit.h"

#include "charge/session_idle.h"

#define START INT64_C(1800000000)

static const struct idle_rule all = { .asleep_seconds = 90, .full_stop = true, .low_ma = 200,
	.low_seconds = 600 };
static const struct idle_rule none = { .asleep_seconds = 0 };

static enum idle_end at(const struct idle_rule *rule, int64_t energy, int64_t idle, int64_t low,
	int64_t now)
{
	struct idle_seen seen = { .started = START, .now = START + now, .energy = energy,
		.idle_since = idle < 0 ? 0 : START + idle, .low_since = low < 0 ? 0 : START + low };

	return idle_judge(rule, &seen);
}

static void test_a_sleeping_vehicle_has_90_s_D15(void **state)
{
	(void)state;
	assert_int_equal(at(&all, 0, 0, -1, 89), IDLE_GOES_ON);
	assert_int_equal(at(&all, 0, 0, -1, 90), IDLE_ASLEEP);
	assert_int_equal(at(&all, 0, 80, -1, 90), IDLE_ASLEEP);      /* it counts from the start */
	assert_int_equal(at(&all, 0, -1, -1, 900), IDLE_GOES_ON);    /* it takes, too little to count */
	assert_int_equal(at(&all, 1, 0, -1, 90), IDLE_GOES_ON);
	assert_int_equal(at(&none, 0, 0, 0, 9000), IDLE_GOES_ON);
}

static void test_full_is_three_minutes_open_D15(void **state)
{
	struct idle_rule off = all;

	(void)state;
	off.full_stop = false;
	off.low_ma = 0;
	assert_int_equal(at(&all, 5, 1000, -1, 1179), IDLE_GOES_ON);
	assert_int_equal(at(&all, 5, 1000, -1, 1180), IDLE_FULL);
	assert_int_equal(at(&all, 5, -1, -1, 1180), IDLE_GOES_ON);   /* closed again */
	assert_int_equal(at(&off, 5, 1000, -1, 9000), IDLE_GOES_ON);
}

static void test_low_current_lasts_its_minutes_D15(void **state)
{
	struct idle_rule half = all;

	(void)state;
	half.low_seconds = 0;
	assert_int_equal(at(&all, 5, -1, 1000, 1599), IDLE_GOES_ON);
	assert_int_equal(at(&all, 5, -1, 1000, 1600), IDLE_LOW);
	assert_int_equal(at(&all, 5, -1, -1, 1600), IDLE_GOES_ON);
	assert_int_equal(at(&half, 5, -1, 1000, 9000), IDLE_GOES_ON);
	assert_int_equal(at(&none, 5, -1, 1000, 9000), IDLE_GOES_ON);
}

static void test_current_of_a_report_D15(void **state)
{
	(void)state;
	assert_int_equal(idle_current(0, 2200, 0), 0);
	assert_int_equal(idle_current(44, 2200, 2), 200);
	assert_int_equal(idle_current(43, 2200, 2), 195);
	assert_int_equal(idle_current(7000, 2200, 318), 31800);
	assert_int_equal(idle_current(30, 0, 0), -1);
	assert_int_equal(idle_current(30, 0, 3), 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sleeping_vehicle_has_90_s_D15),
		cmocka_unit_test(test_full_is_three_minutes_open_D15),
		cmocka_unit_test(test_low_current_lasts_its_minutes_D15),
		cmocka_unit_test(test_current_of_a_report_D15),
	};

	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* station_test.c - open hours and who sees which station (S4, S10).
 * Owns nothing. Serves lib/charge/station. */
#include "unit.h"

#include "charge/station.h"

static void hours_are_spans_S10(void **state)
{
	static const char *const good[] = { "00:00-24:00", "08:00-20:00", "22:00-06:00",
		"06:00-11:30,13:00-22:00" };
	static const char *const bad[] = { "", "always", "8:00-20:00", "08:00", "08:00-08:00",
		"24:00-08:00", "08:60-20:00", "08:00-24:01", "08:00-20:00,", "08:00-20:00 ",
		"01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(station_hours_valid(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(station_hours_valid(bad[i]));
}

static void open_from_the_first_minute_to_the_last_S10(void **state)
{
	(void)state;
	assert_false(station_is_open("08:00-20:00", 479));
	assert_true(station_is_open("08:00-20:00", 480));
	assert_true(station_is_open("08:00-20:00", 1199));
	assert_false(station_is_open("08:00-20:00", 1200));
	assert_true(station_is_open("22:00-06:00", 0));
	assert_true(station_is_open("22:00-06:00", 1439));
	assert_false(station_is_open("22:00-06:00", 360));
	assert_true(station_is_open("00:00-24:00", 1439));
	assert_false(station_is_open("06:00-11:30,13:00-22:00", 720));
	assert_true(station_is_open("06:00-11:30,13:00-22:00", 780));
	assert_true(station_is_open("all day", 3));
}

static void shown_by_kind_of_operation_S4(void **state)
{
	(void)state;
	assert_int_equal(station_shown("public"), SHOWN_LIST);
	assert_int_equal(station_shown("private"), SHOWN_SCAN);
	assert_int_equal(station_shown("internal"), SHOWN_SCAN);
	assert_int_equal(station_shown("bus"), SHOWN_CARD);
	assert_int_equal(station_shown(""), SHOWN_CARD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_are_spans_S10),
		cmocka_unit_test(open_from_the_first_minute_to_the_last_S10),
		cmocka_unit_test(shown_by_kind_of_operation_S4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

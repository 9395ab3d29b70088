/* clock_test.c - the calendar, the zone, and now() under a test's control.
 * Owns nothing.
 * Serves lib/base/clock. */
#include "unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static int to_china(void **state)
{
	(void)state;
	clock_zone(28800);
	unsetenv("CHARGEOPS_NOW");
	return 0;
}

static void parses_and_formats(void **state)
{
	static const struct { const char *text; int64_t t; const char *full; } rows[] = {
		{ "2026-11-20 05:00:00", 1795122000, "2026-11-20 05:00:00" },
		{ "2026-11-20T05:00", 1795122000, "2026-11-20 05:00:00" },
		{ "2026-11-20", 1795104000, "2026-11-20 00:00:00" },
		{ "1970-01-01 07:59:59", -1, "1970-01-01 07:59:59" },
		{ "2000-02-29 23:59:59", 951839999, "2000-02-29 23:59:59" },
		{ "2100-02-28", 4107427200, "2100-02-28 00:00:00" },
		{ "1900-01-01", -2209017600, "1900-01-01 00:00:00" },
		{ "9999-12-30 00:00:00", 253402099200, "9999-12-30 00:00:00" },
	};
	char text[CLOCK_TEXT];
	int64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(clock_parse(rows[i].text, &t));
		assert_int_equal(t, rows[i].t);
		assert_string_equal(clock_format(t, text), rows[i].full);
		assert_memory_equal(clock_format_day(t, text), rows[i].full, 10);
		assert_int_equal(strlen(text), 10);
	}
	assert_string_equal(clock_format(0, text), "");
	assert_string_equal(clock_format_day(0, text), "");
	assert_string_equal(clock_format(INT64_MAX, text), "");
	assert_string_equal(clock_format(INT64_MIN, text), "");
}

static void refuses_what_no_calendar_has(void **state)
{
	static const char *const bad[] = {
		"",
		"2026",
		"2026-11",
		"2026-1-2",
		"2026-13-01",
		"2026-00-01",
		"2026-11-00",
		"2026-11-31",
		"2026-02-29",
		"2100-02-29",
		"0000-00-00",
		"0999-12-31",
		"2026-11-20 ",
		"2026-11-20 24:00",
		"2026-11-20 23:60",
		"2026-11-20 23:59:60",
		"2026-11-20 5:00",
		"2026-11-20 05:00:0",
		"2026-11-20 05:00:00 ",
		" 2026-11-20",
		"2026/11/20",
		"2026-11-20x05:00",
		"2026-11-20 05",
		"2026-11-20 05:00:00Z",
		"20a6-11-20",
		"-026-11-20",
	};
	int64_t t = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (clock_parse(bad[i], &t) || t != 42)
			fail_msg("\"%s\" was taken", bad[i]);
	assert_false(clock_parse(NULL, &t));
}

static void every_day_of_four_centuries_comes_back(void **state)
{
	struct civil c, before = { 0 };
	int64_t t;

	(void)state;
	for (int64_t day = -141427; day < 146097; day++) {
		t = day * DAY_SECONDS + 3723;
		clock_civil(t, &c);
		assert_true(clock_from_civil(&c) == t);
		assert_int_equal(c.hour, 9);
		assert_int_equal(c.minute, 2);
		assert_int_equal(c.second, 3);
		if (before.day != 0) {
			assert_int_equal(c.weekday, (before.weekday + 1) % 7);
			assert_true(c.day == before.day + 1 || c.day == 1);
		}
		before = c;
	}
	clock_parse("2026-11-20", &t);
	clock_civil(t, &c);
	assert_int_equal(c.weekday, 4);          /* a Friday */
}

static void days_begin_in_the_operators_zone(void **state)
{
	int64_t t, start;

	(void)state;
	clock_parse("2026-11-20 05:00:00", &t);
	clock_parse("2026-11-20", &start);
	assert_true(clock_day_start(t) == start);
	assert_true(clock_day_start(start) == start);
	assert_true(clock_day_start(start - 1) == start - DAY_SECONDS);
	assert_int_equal(clock_minute_of_day(t), 300);
	assert_int_equal(clock_minute_of_day(start - 1), 1439);
	assert_int_equal(clock_minute_of_day(-1), 479);
	clock_zone(0);
	assert_true(clock_day_start(t) == start - 16 * 3600);
	clock_zone(-18000);
	assert_int_equal(clock_minute_of_day(t), 16 * 60);
	assert_int_equal(clock_offset(), -18000);
}

static void months_are_clipped(void **state)
{
	static const struct { const char *from; int months; const char *to;
	} rows[] = {
		{ "2026-01-31 10:20:30", 1, "2026-02-28 10:20:30" },
		{ "2024-01-31 00:00:00", 1, "2024-02-29 00:00:00" },
		{ "2026-12-15 00:00:00", 1, "2027-01-15 00:00:00" },
		{ "2026-03-31 00:00:00", -1, "2026-02-28 00:00:00" },
		{ "2026-01-15 00:00:00", -13, "2024-12-15 00:00:00" },
		{ "2026-05-31 23:59:59", 0, "2026-05-31 23:59:59" },
		{ "2024-02-29 00:00:00", 12, "2025-02-28 00:00:00" },
		{ "2026-11-30 00:00:00", 1200, "2126-11-30 00:00:00" },
	};
	char text[CLOCK_TEXT];
	int64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(clock_parse(rows[i].from, &t));
		assert_string_equal(clock_format(clock_add_months(t, rows[i].months), text), rows[i].to);
	}
}

static void now_is_shifted_by_the_environment(void **state)
{
	int64_t real = (int64_t)time(NULL), t, now;

	(void)state;
	clock_zone(28800);
	now = clock_now();
	assert_in_range(now, real, real + 2);
	setenv("CHARGEOPS_NOW", "2026-11-20 05:00:00", 1);
	clock_zone(28800);
	assert_true(clock_parse("2026-11-20 05:00:00", &t));
	now = clock_now();
	assert_in_range(now, t, t + 2);
	setenv("CHARGEOPS_NOW", "+86400", 1);
	clock_zone(28800);
	now = clock_now();
	assert_in_range(now, real + 86400, real + 86402);
	setenv("CHARGEOPS_NOW", "-60", 1);
	assert_in_range(clock_now(), real + 86400, real + 86402);    /* read once */
	clock_zone(28800);
	assert_in_range(clock_now(), real - 60, real - 58);
	assert_true(clock_now_ms() / 1000 - clock_now() <= 1);
	assert_true(clock_mono_ms() <= clock_mono_ms());
}

static void nonsense_in_the_environment_ends_the_program(void **state)
{
	int status = 0;
	pid_t child;

	(void)state;
	child = fork();
	if (child == 0) {
		setenv("CHARGEOPS_NOW", "tomorrow", 1);
		clock_zone(28800);
		close(STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		clock_now();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup(parses_and_formats, to_china),
	cmocka_unit_test_setup(refuses_what_no_calendar_has, to_china),
	cmocka_unit_test_setup(every_day_of_four_centuries_comes_back, to_china),
	cmocka_unit_test_setup_teardown(days_begin_in_the_operators_zone, to_china, to_china),
	cmocka_unit_test_setup(months_are_clipped, to_china),
	cmocka_unit_test_setup_teardown(now_is_shifted_by_the_environment, to_china, to_china),
	cmocka_unit_test_setup(nonsense_in_the_environment_ends_the_program, to_china),
};

UNIT_MAIN(tests)

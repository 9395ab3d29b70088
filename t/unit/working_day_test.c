/* working_day_test.c - deadlines over week-ends, holidays and moved working days.
 * Owns nothing. Serves the build's tests. */
#include "unit.h"

#include "base/clock.h"
#include "charge/working_day.h"

static const struct { const char *name, *from, *holidays, *workdays, *end; int n;
} cases[] = {
	{ "monday to thursday", "2026-11-16 09:00:00", "", "", "2026-11-19 23:59:59", 3 },
	{ "friday evening", "2026-11-20 23:59:59", "", "", "2026-11-25 23:59:59", 3 },
	{ "saturday", "2026-11-21 00:00:00", "", "", "2026-11-25 23:59:59", 3 },
	{ "a holiday", "2026-12-30 12:00:00", "2027-01-01", "", "2027-01-05 23:59:59", 3 },
	{ "a range and a worked sunday", "2027-02-03 08:00:00", "2027-02-05~2027-02-11", "2027-02-07",
		"2027-02-12 23:59:59", 3 },
	{ "lists by comma and blank", "2026-11-16 00:00:00", "2026-11-17,2026-11-18 2026-11-19", "",
		"2026-11-24 23:59:59", 3 },
	{ "what is no date counts for nothing", "2026-11-16 00:00:00", "soon ~ 2026-13-01~x", "~",
		"2026-11-19 23:59:59", 3 },
	{ "no day", "2026-11-16 10:00:00", "", "", "2026-11-16 23:59:59", 0 },
};

static void G13_deadlines_skip_what_is_no_working_day(void **state)
{
	char text[CLOCK_TEXT];
	int64_t from;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(clock_parse(cases[i].from, &from));
		clock_format(working_day_end(from, cases[i].n, cases[i].holidays, cases[i].workdays), text);
		if (strcmp(text, cases[i].end) != 0)
			fail_msg("%s: %s, not %s", cases[i].name, text, cases[i].end);
	}
}

static void G13_endless_holidays_end_the_search(void **state)
{
	int64_t from, end;

	(void)state;
	assert_true(clock_parse("2026-11-16", &from));
	end = working_day_end(from, 3, "2026-01-01~2099-01-01", "");
	assert_true(end > from && end < from + 500 * DAY_SECONDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(G13_deadlines_skip_what_is_no_working_day),
		cmocka_unit_test(G13_endless_holidays_end_the_search),
	};

	error_init();
	clock_zone(8 * 3600);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

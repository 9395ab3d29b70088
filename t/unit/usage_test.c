/* usage_test.c - lib/charge/usage.h: readings to half hours, nothing lost, type totals matched.
 * Owns nothing.
 * Serves `make check`. */
#include "unit.h"

#include "base/clock.h"
#include "charge/usage.h"

#define ROOM USAGE_SEGMENTS

static struct usage_segment segments[ROOM];
static struct usage u;
static int64_t day;
static bool used_types;

static struct tariff tou(void)
{
	return (struct tariff){ .n = 2,
		.slot = { { 0, 480, PRICE_VALLEY, 30000, 0 }, { 480, 1440, PRICE_PEAK, 100000, 0 } } };
}

static int set_zone(void **state)
{
	(void)state;
	clock_zone(28800);
	assert_true(clock_parse("2026-11-20", &day));
	return 0;
}

static int64_t at(int hhmm)
{
	return day + (hhmm / 100 * 60 + hhmm % 100) * 60;
}

static NEOERR *build(int64_t from, int64_t to, int64_t energy, const struct reading *r, int n,
	const int64_t *types)
{
	struct tariff t = tou();

	return usage_build(&t, from, to, energy, r, n, types, segments, ROOM, &u, &used_types);
}

static int64_t sum(void)
{
	int64_t total = 0;

	for (int i = 0; i < u.n; i++)
		total += segments[i].energy;
	return total;
}

static void test_without_readings_by_time(void **state) /* P5 */
{
	(void)state;
	assert_ok(build(at(945), at(1045), 60001, NULL, 0, NULL));
	assert_int_equal(u.n, 3);
	assert_int_equal(segments[0].energy, 15000);
	assert_int_equal(segments[1].energy, 30000);
	assert_int_equal(segments[2].energy, 15001);
	assert_int_equal(segments[2].to, u.ended);
}

static void test_by_the_curve(void **state) /* W7 */
{
	const struct reading r[] = { { at(1010), 40000 }, { at(1030), 50000 }, { at(1050), 50000 } };

	(void)state;
	assert_ok(build(at(1000), at(1100), 60000, r, 3, NULL));
	assert_int_equal(u.n, 2);
	assert_int_equal(segments[0].energy, 50000);
	assert_int_equal(segments[1].energy, 10000);
}

static void test_readings_that_cannot_be_are_left_out(void **state) /* O16n */
{
	const struct reading r[] = {
		{ at(930), 5 },              /* before the start */
		{ at(1010), 40000 },
		{ at(1005), 41000 },         /* time goes back */
		{ at(1015), 30000 },         /* energy goes back */
		{ at(1020), 99999 },         /* more than in the end */
		{ at(1030), 50000 },
		{ at(1200), 60000 },         /* after the end */
	};

	(void)state;
	assert_ok(build(at(1000), at(1100), 60000, r, 7, NULL));
	assert_int_equal(segments[0].energy, 50000);
	assert_int_equal(segments[1].energy, 10000);
	assert_int_equal(sum(), 60000);
}

static void test_types_of_the_meter_win(void **state) /* O16a */
{
	int64_t types[PRICE_TYPES] = { [PRICE_VALLEY] = 45000, [PRICE_PEAK] = 15000 };

	(void)state;
	assert_ok(build(at(700), at(900), 60000, NULL, 0, types));
	assert_true(used_types);
	assert_int_equal(u.n, 4);
	assert_int_equal(segments[0].energy + segments[1].energy, 45000);
	assert_int_equal(segments[2].energy + segments[3].energy, 15000);
	types[PRICE_PEAK] = 15001;                       /* does not add up */
	assert_ok(build(at(700), at(900), 60000, NULL, 0, types));
	assert_false(used_types);
	assert_int_equal(segments[0].energy + segments[1].energy, 30000);
	types[PRICE_PEAK] = 0;
	types[PRICE_SHARP] = 15000;                      /* a type that was never crossed */
	assert_ok(build(at(700), at(900), 60000, NULL, 0, types));
	assert_false(used_types);
}

static void test_types_over_a_curve_without_energy_go_by_time(void **state) /* O16a */
{
	const struct reading r[] = { { at(800), 0 }, { at(830), 60000 } };
	const int64_t types[PRICE_TYPES] = { [PRICE_VALLEY] = 20000, [PRICE_PEAK] = 40000 };

	(void)state;
	assert_ok(build(at(700), at(900), 60000, r, 2, types));
	assert_true(used_types);
	assert_int_equal(segments[0].energy, 10000);
	assert_int_equal(segments[1].energy, 10000);
	assert_int_equal(segments[2].energy, 40000);
	assert_int_equal(segments[3].energy, 0);
}

static void test_edges(void **state) /* O16b O16g O16i */
{
	const int64_t none[PRICE_TYPES] = { 0 };

	(void)state;
	assert_raises(build(at(1000), at(959), 1, NULL, 0, NULL), ERR_INVALID, "backwards");
	assert_raises(build(at(1000), at(1001), -1, NULL, 0, NULL), ERR_INVALID, "backwards");
	assert_ok(build(at(1000), at(1000), 5000, NULL, 0, NULL));
	assert_int_equal(u.n, 1);
	assert_int_equal(segments[0].energy, 5000);
	assert_ok(build(at(1000), at(1000), 0, NULL, 0, none));
	assert_int_equal(sum(), 0);
	assert_raises(build(day, day + (ROOM + 1) * INT64_C(1800), 1, NULL, 0, NULL), ERR_INVALID,
		"half hours");
	assert_ok(build(day, day + ROOM * INT64_C(1800), 1, NULL, 0, NULL));
	assert_int_equal(u.n, ROOM);
}

static uint64_t seed = 88172645463325252u;

static int64_t pick(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)n);
}

static void test_nothing_is_lost_whatever_the_readings(void **state) /* W7 */
{
	struct reading r[50];

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t from = day + pick(DAY_SECONDS), seconds = pick(100000), energy = pick(2000000),
				valley = pick(energy + 1);
		int64_t types[PRICE_TYPES] = { [PRICE_VALLEY] = valley, [PRICE_PEAK] = energy - valley };
		int n = (int)pick(50);

		for (int k = 0; k < n; k++)
			r[k] = (struct reading){ from - 1000 + pick(seconds + 2000), pick(energy + 1000) };
		assert_ok(build(from, from + seconds, energy, r, n, pick(2) ? types : NULL));
		assert_int_equal(sum(), energy);
		assert_int_equal(u.segment[u.n - 1].to, u.ended);
		for (int k = 0; k < u.n; k++) {
			assert_true(segments[k].energy >= 0);
			assert_true(k == 0 || segments[k].from == segments[k - 1].to);
			assert_true(rating_half_hour_end(segments[k].from) >= segments[k].to);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_readings_by_time),
		cmocka_unit_test(test_by_the_curve),
		cmocka_unit_test(test_readings_that_cannot_be_are_left_out),
		cmocka_unit_test(test_types_of_the_meter_win),
		cmocka_unit_test(test_types_over_a_curve_without_energy_go_by_time),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_nothing_is_lost_whatever_the_readings),
	};

	error_init();
	return cmocka_run_group_tests(tests, set_zone, NULL);
}

/* occupancy_test.c - lib/charge/occupancy.h: rules P10 and R5, and properties over random stays.
 * Owns nothing.
 * Serves lib/charge/occupancy. */
#include "unit.h"

#include "base/money.h"
#include "charge/occupancy.h"

#define DAY INT64_C(1700000000)
#define RANDOM_STAYS 2000

static void test_a_begun_unit_counts_up_to_the_cap_P10(void **state)
{
	const struct occupancy_rate r = { 15, 30, 2 * MONEY_YUAN, 5 * MONEY_YUAN };
	const struct occupancy_rate endless = { 0, 1, MONEY_FEN, -1 }, none = { 0, 0, 0, -1 };

	(void)state;
	assert_int_equal(occupancy_fee(&r, 0), 0);
	assert_int_equal(occupancy_fee(&r, 15), 0);
	assert_int_equal(occupancy_fee(&r, 16), 2 * MONEY_YUAN);
	assert_int_equal(occupancy_fee(&r, 45), 2 * MONEY_YUAN);
	assert_int_equal(occupancy_fee(&r, 46), 4 * MONEY_YUAN);
	assert_int_equal(occupancy_fee(&r, 76), 5 * MONEY_YUAN);
	assert_int_equal(occupancy_fee(&endless, 1000), 1000 * MONEY_FEN);
	assert_int_equal(occupancy_fee(&none, 1000), 0);
}

static void test_charging_is_no_occupancy_R5(void **state)
{
	const struct span charges[] = { { DAY - 600, DAY + 600 }, { DAY + 300, DAY + 900 },
		{ DAY + 1800, DAY + 9000 } };

	(void)state;
	assert_int_equal(occupancy_minutes(DAY, DAY + 3600, charges, 0), 60);
	assert_int_equal(occupancy_minutes(DAY, DAY + 3600, charges, 1), 50);
	assert_int_equal(occupancy_minutes(DAY, DAY + 3600, charges, 2), 45);
	assert_int_equal(occupancy_minutes(DAY, DAY + 3600, charges, 3), 15);
	assert_int_equal(occupancy_minutes(DAY, DAY + 59, charges, 0), 0);
}

static void test_a_plug_counts_from_the_end_of_the_charge_P10(void **state)
{
	const struct occupancy_rate r = { 15, 30, 2 * MONEY_YUAN, 50 * MONEY_YUAN };
	const struct { int64_t seconds, minutes, fee;
	} rows[] = {
		{ 0, 0, 0 },
		{ 15 * 60, 15, 0 },
		{ 15 * 60 + 59, 15, 0 },
		{ 16 * 60, 16, 2 },
		{ 45 * 60, 45, 2 },
		{ 45 * 60 + 59, 45, 2 },
		{ 46 * 60, 46, 4 },
		{ 24 * 3600, 1440, 50 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct occupancy o = occupancy_of_plug(&r, DAY, DAY + rows[i].seconds, false);

		assert_int_equal(o.minutes, rows[i].minutes);
		assert_int_equal(o.fee, rows[i].fee * MONEY_YUAN);
	}
	assert_int_equal(occupancy_of_plug(&r, DAY, 0, false).minutes, 0);
	assert_int_equal(occupancy_of_plug(&r, DAY, DAY - 600, false).fee, 0);
}

static void test_a_cap_of_zero_is_free_and_none_is_endless_P10(void **state)
{
	struct occupancy_rate r = { 0, 30, 2 * MONEY_YUAN, 0 };

	(void)state;
	assert_int_equal(occupancy_fee(&r, 6000), 0);
	r.cap = -1;
	assert_int_equal(occupancy_fee(&r, 6000), 400 * MONEY_YUAN);
	r.price = 0;
	assert_int_equal(occupancy_fee(&r, 6000), 0);
}

static void test_a_whitelisted_car_is_never_counted_R5(void **state)
{
	const struct occupancy_rate r = { 0, 1, MONEY_YUAN, -1 };
	struct span held = { DAY, DAY + 7200 };

	(void)state;
	assert_int_equal(occupancy_of_bay(&r, held, NULL, 0, false).fee, 120 * MONEY_YUAN);
	assert_int_equal(occupancy_of_bay(&r, held, NULL, 0, true).minutes, 0);
	assert_int_equal(occupancy_of_bay(&r, held, NULL, 0, true).fee, 0);
	assert_int_equal(occupancy_of_plug(&r, DAY, DAY + 7200, true).fee, 0);
}

static void test_whoever_knows_better_ends_it_P10(void **state)
{
	static const struct { struct occupancy_news n; bool over, left; int64_t at;
	} rows[] = {
		/* the plug: in, pulled, out before it was looked at */
		{ { .plugged = true }, false, false, 0 },
		{ { .plugged = true, .plug_at = -50 }, false, false, 0 },
		{ { .plug_at = 300 }, true, false, 300 },
		{ { .plug_at = -50 }, true, false, 0 },
		/* pulled and in again before anybody looked */
		{ { .plugged = true, .plug_at = 300 }, true, false, 300 },
		/* pulled while the pile was away: what is not known is not paid */
		{ { .plug_at = 4000, .lost = 1000, .back = 3990 }, true, false, 1000 },
		{ { .plug_at = 4000, .lost = -10, .back = 3990 }, true, false, 0 },
		{ { .plug_at = 4000, .lost = 1000, .back = 1200 }, true, false, 4000 },
		{ { .plugged = true, .lost = 1000 }, false, false, 0 },
		/* the bay knows better, unless nobody looks */
		{ { .by_bay = true, .plug_at = 300 }, false, false, 0 },
		{ { .by_bay = true, .plug_at = 300, .bay_left = 900 }, true, true, 900 },
		{ { .by_bay = true, .plugged = true, .bay_left = 900 }, true, true, 900 },
		{ { .by_bay = true, .blind = true, .plug_at = 300 }, true, false, 300 },
		{ { .by_bay = true, .blind = true, .plugged = true }, false, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct occupancy_news n = rows[i].n;
		int64_t at, *times[] = { &n.plug_at, &n.lost, &n.back, &n.bay_left };
		bool left;

		n.from = DAY;
		for (size_t k = 0; k < 4; k++)
			*times[k] += *times[k] ? DAY : 0;
		assert_int_equal(occupancy_is_over(&n, &at, &left), rows[i].over);
		if (rows[i].over)
			assert_int_equal(at, DAY + rows[i].at);
		assert_int_equal(left, rows[i].left);
	}
}

static uint64_t seed;

static int64_t below(int64_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int64_t)((seed >> 33) % (uint64_t)n);
}

/* Second by second, as one would count with a pencil. */
static int64_t counted(struct span held, const struct span *c, int n)
{
	int64_t seconds = 0;

	for (int64_t t = held.from; t < held.to; t++) {
		bool charging = false;

		for (int i = 0; i < n; i++)
			charging |= t >= c[i].from && t < c[i].to;
		seconds += !charging;
	}
	return seconds / 60;
}

static void test_any_stay_is_what_a_pencil_counts_R5(void **state)
{
	struct span c[6];

	(void)state;
	seed = 5;
	for (int round = 0; round < RANDOM_STAYS; round++) {
		struct span held = { DAY, DAY + below(4000) };
		int n = (int)below(7);

		for (int i = 0; i < n; i++) {
			c[i].from = (i ? c[i - 1].from : DAY - 600) + below(900);
			c[i].to = c[i].from + below(1500);
		}
		assert_int_equal(occupancy_minutes(held.from, held.to, c, n), counted(held, c, n));
	}
}

/* Longer is never cheaper, never above the cap, and one more minute costs at most one more unit. */
static void test_any_fee_grows_by_units_up_to_its_cap_P10(void **state)
{
	(void)state;
	seed = 7;
	for (int round = 0; round < RANDOM_STAYS; round++) {
		struct occupancy_rate r = { below(60), below(61), below(20) * MONEY_YUAN,
			below(2) ? below(40) * MONEY_YUAN : -1 };
		int64_t minutes = below(3000);
		int64_t fee = occupancy_fee(&r, minutes), next = occupancy_fee(&r, minutes + 1);

		assert_true(fee >= 0 && next >= fee && next - fee <= r.price);
		assert_true(r.cap < 0 || fee <= r.cap);
		assert_true(minutes > r.free || fee == 0);
		if (r.cap < 0 && r.unit > 0 && minutes > r.free)
			assert_int_equal(occupancy_fee(&r, minutes + r.unit) - fee, r.price);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_begun_unit_counts_up_to_the_cap_P10),
		cmocka_unit_test(test_charging_is_no_occupancy_R5),
		cmocka_unit_test(test_a_plug_counts_from_the_end_of_the_charge_P10),
		cmocka_unit_test(test_a_cap_of_zero_is_free_and_none_is_endless_P10),
		cmocka_unit_test(test_a_whitelisted_car_is_never_counted_R5),
		cmocka_unit_test(test_whoever_knows_better_ends_it_P10),
		cmocka_unit_test(test_any_stay_is_what_a_pencil_counts_R5),
		cmocka_unit_test(test_any_fee_grows_by_units_up_to_its_cap_P10),
	};

	return cmocka_run_group_tests_name("occupancy", tests, NULL, NULL);
}

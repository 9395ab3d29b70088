/* rating_bike_test.c - lib/charge/rating_bike.h: rules P14-P21 at their borders.
 * Owns nothing.
 * Serves `make check`. */
#include "unit.h"

#include "charge/rating_bike.h"

#define YUAN MONEY_YUAN

static struct bike_tariff by(enum bike_method method)
{
	return (struct bike_tariff){ .method = method, .rounding = ROUND_CUT, .stop_minutes = 600,
		.energy_price = YUAN, .service_price = YUAN / 2, .hour_price = YUAN / 4, .n = 2,
		.band = { { 0, 200, YUAN / 5 }, { 200, 500, YUAN / 2 } } };
}

static struct bike_bill rate(struct bike_tariff t, int64_t seconds, int watt, int64_t energy)
{
	struct bike_piece piece = { seconds, watt };
	struct bike_usage u = { energy, 1, &piece };
	struct bike_bill b;

	assert_ok(rating_bike(&t, &u, &b));
	assert_int_equal(b.amount, b.energy_fee + b.service_fee);
	assert_int_equal(b.amount % MONEY_FEN, 0);
	return b;
}

static void test_by_duration_P14(void **state)
{
	(void)state;
	assert_int_equal(rate(by(BIKE_DURATION), 7200, 0, 5000).amount, YUAN / 2);
	assert_int_equal(rate(by(BIKE_DURATION), 0, 0, 0).amount, 0);
}

static void test_by_power_band_P15(void **state)
{
	struct bike_piece pieces[] = { { 3600, 199 }, { 3600, 200 }, { 3600, 9000 } };
	struct bike_usage u = { 0, 3, pieces };
	struct bike_tariff t = by(BIKE_POWER);
	struct bike_bill b;

	(void)state;
	assert_int_equal(rate(t, 3600, 199, 0).amount, YUAN / 5);
	assert_int_equal(rate(t, 3600, 200, 0).amount, YUAN / 2);
	assert_ok(rating_bike(&t, &u, &b));
	assert_int_equal(b.band_seconds[1], 7200);
	assert_int_equal(b.amount, YUAN / 5 + YUAN);
}

static void test_by_energy_P16_P17_P18(void **state)
{
	struct bike_bill b;

	(void)state;
	b = rate(by(BIKE_ENERGY), 3600, 300, 2 * ENERGY_KWH);
	assert_int_equal(b.energy_fee, 2 * YUAN);
	assert_int_equal(b.service_fee, YUAN);
	b = rate(by(BIKE_ENERGY_HOUR), 7200, 300, 2 * ENERGY_KWH);
	assert_int_equal(b.energy_fee, 2 * YUAN);
	assert_int_equal(b.service_fee, YUAN / 2);
	b = rate(by(BIKE_ENERGY_POWER), 7200, 300, 2 * ENERGY_KWH);
	assert_int_equal(b.energy_fee, 2 * YUAN);
	assert_int_equal(b.service_fee, YUAN);
}

static void test_longest_charge_and_its_amount_P19(void **state)
{
	struct bike_tariff t = by(BIKE_DURATION);
	int64_t amount;
	int at;

	(void)state;
	assert_int_equal(rate(t, 36000 + 9999, 0, 0).amount, rate(t, 36000, 0, 0).amount);
	assert_ok(rating_bike_stop_amount(&t, &amount));
	assert_int_equal(amount, 10 * YUAN / 4);
	t = by(BIKE_POWER);
	assert_ok(rating_bike_stop_amount(&t, &amount));
	assert_int_equal(amount, 10 * YUAN / 2);
	t.stop_minutes = BIKE_STOP_MINUTES;
	assert_int_equal(bike_tariff_check(&t, &at), BIKE_OK);
	t.stop_minutes++;
	assert_int_equal(bike_tariff_check(&t, &at), BIKE_STOP_RANGE);
	t.stop_minutes = 0;
	assert_int_equal(bike_tariff_check(&t, &at), BIKE_STOP_RANGE);
}

static void test_free_minutes_then_the_whole_time_P20(void **state)
{
	struct bike_tariff t = by(BIKE_ENERGY_HOUR);

	(void)state;
	t.free_minutes = 10;
	assert_true(rate(t, 600, 0, ENERGY_KWH).free);
	assert_int_equal(rate(t, 600, 0, ENERGY_KWH).amount, 0);
	assert_false(rate(t, 601, 0, ENERGY_KWH).free);
	assert_int_equal(rate(t, 3600, 0, ENERGY_KWH).amount, YUAN + YUAN / 4);
}

static void test_sample_rows_are_cut_to_fen_P21(void **state)
{
	struct bike_tariff t = by(BIKE_DURATION);

	(void)state;
	t.hour_price = 15000;
	t.free_minutes = 4;
	assert_int_equal(rate(t, 14 * 60, 0, 0).amount, 3 * MONEY_FEN);
	assert_int_equal(rate(t, 4 * 60, 0, 0).amount, 0);
	assert_int_equal(rate(t, 5 * 60, 0, 0).amount, MONEY_FEN);
	t.rounding = ROUND_HALF_UP;
	assert_int_equal(rate(t, 14 * 60, 0, 0).amount, 4 * MONEY_FEN);
}

static void band_fault(int from, int to, enum bike_fault want)
{
	struct bike_tariff t = by(BIKE_POWER);
	int at = -1;

	t.band[1].from_watt = from;
	t.band[1].to_watt = to;
	assert_int_equal(bike_tariff_check(&t, &at), want);
	assert_int_equal(at, 1);
}

static void test_broken_bands_and_usage_are_refused_P15(void **state)
{
	struct bike_tariff t = by(BIKE_POWER);
	struct bike_piece back = { -1, 0 };
	struct bike_usage u = { 0, 1, &back };
	struct bike_bill b;
	int at;

	(void)state;
	assert_raises(rating_bike(&t, &u, &b), ERR_INVALID, "usage piece 0");
	band_fault(201, 500, BIKE_BAND_GAP);
	band_fault(199, 500, BIKE_BAND_OVERLAP);
	band_fault(200, 200, BIKE_BAND_EMPTY);
	t.band[0].from_watt = 1;
	assert_int_equal(bike_tariff_check(&t, &at), BIKE_BAND_FIRST_NOT_ZERO);
	t.n = 0;
	assert_int_equal(bike_tariff_check(&t, &at), BIKE_NO_BANDS);
	t.n = BIKE_BANDS + 1;
	assert_int_equal(bike_tariff_check(&t, &at), BIKE_TOO_MANY_BANDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_duration_P14),
		cmocka_unit_test(test_by_power_band_P15),
		cmocka_unit_test(test_by_energy_P16_P17_P18),
		cmocka_unit_test(test_longest_charge_and_its_amount_P19),
		cmocka_unit_test(test_free_minutes_then_the_whole_time_P20),
		cmocka_unit_test(test_sample_rows_are_cut_to_fen_P21),
		cmocka_unit_test(test_broken_bands_and_usage_are_refused_P15),
	};

	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

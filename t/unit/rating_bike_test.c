/* rating_bike_test.c - e-bike tariffs by lib/charge/rating.h: rules P14-P21 at their borders, and that
 * quote, running fee and bill are one formula.
 * Owns nothing.
 * Serves `make check`. */
#include "unit.h"

#include "charge/rating.h"
#include "charge/usage.h"

#define YUAN MONEY_YUAN
#define START 1700000000

static struct bill b;

static struct tariff by(enum tariff_method method)
{
	return (struct tariff){ .method = method, .rounding = ROUND_CUT, .n = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, YUAN, YUAN / 2 } },
		.bike = { .stop_minutes = 600, .hour_price = YUAN / 4, .n = 2,
			.band = { { 0, 200, YUAN / 5 }, { 200, 500, YUAN / 2 } } },
		.occupancy = { .cap = -1 } };
}

static int64_t sum_of_lines(void)
{
	int64_t sum = 0;

	for (int i = 0; i < b.n; i++)
		sum += b.line[i].amount;
	return sum;
}

static int64_t rate(const struct tariff *t, int64_t seconds, int watt, int64_t energy)
{
	struct usage_segment s = { START, START + seconds, energy, watt };
	struct usage u = { START, START + seconds, energy, 1, &s };

	assert_ok(rating_rate(t, &u, NULL, &b));
	assert_int_equal(b.amount, b.energy_fee + b.service_fee);
	assert_int_equal(b.amount % MONEY_FEN, 0);
	assert_int_equal(sum_of_lines(), b.amount);
	assert_int_equal(b.energy, energy);
	return b.amount;
}

static void test_by_duration_P14(void **state)
{
	struct tariff t = by(METHOD_DURATION);

	(void)state;
	assert_int_equal(rate(&t, 7200, 0, 5000), YUAN / 2);
	assert_int_equal(b.line[0].kind, BILL_TIME);
	assert_int_equal(b.line[0].seconds, 7200);
	assert_int_equal(b.line[0].hour_price, YUAN / 4);
	assert_int_equal(rate(&t, 0, 0, 0), 0);
}

static void test_by_power_band_P15(void **state)
{
	struct usage_segment s[] = { { START, START + 3600, 1000, 199 },
		{ START + 3600, START + 7200, 2000, 200 }, { START + 7200, START + 10800, 3000, 9000 } };
	struct usage u = { START, START + 10800, 6000, 3, s };
	struct tariff t = by(METHOD_POWER);

	(void)state;
	assert_int_equal(rate(&t, 3600, 199, 0), YUAN / 5);
	assert_int_equal(rate(&t, 3600, 200, 0), YUAN / 2);
	assert_ok(rating_rate(&t, &u, NULL, &b));
	assert_int_equal(b.n, 2);
	assert_int_equal(b.line[1].seconds, 7200);
	assert_int_equal(b.line[1].from_watt, 200);
	assert_int_equal(b.line[1].to_watt, 500);
	assert_int_equal(b.line[1].energy, 5000);
	assert_int_equal(b.amount, YUAN / 5 + YUAN);
}

static void test_by_energy_P16_P17_P18(void **state)
{
	struct tariff energy = by(METHOD_ENERGY), hour = by(METHOD_ENERGY_HOUR),
		power = by(METHOD_ENERGY_POWER);

	(void)state;
	rate(&energy, 3600, 300, 2 * ENERGY_KWH);
	assert_int_equal(b.energy_fee, 2 * YUAN);
	assert_int_equal(b.service_fee, YUAN);
	rate(&hour, 7200, 300, 2 * ENERGY_KWH);
	assert_int_equal(b.energy_fee, 2 * YUAN);
	assert_int_equal(b.service_fee, YUAN / 2);
	rate(&power, 7200, 300, 2 * ENERGY_KWH);
	assert_int_equal(b.energy_fee, 2 * YUAN);
	assert_int_equal(b.service_fee, YUAN);
}

static void test_longest_charge_and_its_amount_P19(void **state)
{
	struct tariff t = by(METHOD_DURATION);
	int64_t amount, full;
	int at;

	(void)state;
	full = rate(&t, 36000, 0, 0);
	assert_int_equal(rate(&t, 36000 + 9999, 0, 0), full);
	assert_ok(rating_stop_amount(&t, &amount));
	assert_int_equal(amount, 10 * YUAN / 4);
	t = by(METHOD_POWER);
	assert_ok(rating_stop_amount(&t, &amount));
	assert_int_equal(amount, 10 * YUAN / 2);
	t.bike.stop_minutes = BIKE_STOP_MINUTES;
	assert_int_equal(tariff_check(&t, &at), TARIFF_OK);
	t.bike.stop_minutes++;
	assert_int_equal(tariff_check(&t, &at), TARIFF_STOP_RANGE);
	t.bike.stop_minutes = 0;
	assert_int_equal(tariff_check(&t, &at), TARIFF_STOP_RANGE);
}

static void test_free_minutes_then_the_whole_time_P20(void **state)
{
	struct tariff t = by(METHOD_ENERGY_HOUR);
	int at;

	(void)state;
	t.bike.free_minutes = 10;
	assert_int_equal(rate(&t, 600, 0, ENERGY_KWH), 0);
	assert_int_equal(b.n, 1);
	assert_int_equal(b.line[0].kind, BILL_FREE);
	assert_true(rate(&t, 601, 0, ENERGY_KWH) > YUAN);
	assert_int_equal(rate(&t, 3600, 0, ENERGY_KWH), YUAN + YUAN / 4);
	t.bike.free_minutes = 600;
	assert_int_equal(tariff_check(&t, &at), TARIFF_FREE_RANGE);
}

static void test_sample_rows_are_cut_to_fen_P21(void **state)
{
	struct tariff t = by(METHOD_DURATION);

	(void)state;
	t.bike.hour_price = 15000;
	t.bike.free_minutes = 4;
	assert_int_equal(rate(&t, 14 * 60, 0, 0), 3 * MONEY_FEN);
	assert_int_equal(rate(&t, 4 * 60, 0, 0), 0);
	assert_int_equal(rate(&t, 5 * 60, 0, 0), MONEY_FEN);
	t.rounding = ROUND_HALF_UP;
	assert_int_equal(rate(&t, 14 * 60, 0, 0), 4 * MONEY_FEN);
}

static void band_fault(int from, int to, enum tariff_fault want)
{
	struct tariff t = by(METHOD_POWER);
	int at = -1;

	t.bike.band[1].from_watt = from;
	t.bike.band[1].to_watt = to;
	assert_int_equal(tariff_check(&t, &at), want);
	assert_int_equal(at, 1);
}

static void test_broken_bands_are_refused_P15(void **state)
{
	struct tariff t = by(METHOD_POWER);
	struct usage u = { .started = START, .ended = START };
	int at;

	(void)state;
	band_fault(201, 500, TARIFF_BAND_GAP);
	band_fault(199, 500, TARIFF_BAND_OVERLAP);
	band_fault(200, 200, TARIFF_BAND_EMPTY);
	t.bike.band[0].from_watt = 1;
	assert_int_equal(tariff_check(&t, &at), TARIFF_BAND_FIRST_NOT_ZERO);
	assert_raises(rating_rate(&t, &u, NULL, &b), ERR_INVALID, "broken");
	t.bike.n = 0;
	assert_int_equal(tariff_check(&t, &at), TARIFF_NO_BANDS);
	t.bike.n = BIKE_BANDS + 1;
	assert_int_equal(tariff_check(&t, &at), TARIFF_TOO_MANY);
	t = by(METHOD_ENERGY);
	t.n = 2;
	assert_int_equal(tariff_check(&t, &at), TARIFF_TOO_MANY);
}

static void test_terms_beside_the_prices_P6_P9_P10(void **state)
{
	struct tariff t = by(METHOD_DURATION);
	int at;

	(void)state;
	t.presets = TARIFF_PRESETS;
	for (int i = 0; i < TARIFF_PRESETS; i++)
		t.preset[i] = (i + 1) * YUAN;
	assert_int_equal(tariff_check(&t, &at), TARIFF_OK);
	t.preset[3] = t.preset[2];
	assert_int_equal(tariff_check(&t, &at), TARIFF_PRESETS_WRONG);
	t.presets = 0;
	assert_false(tariff_books(&t));
	t.booking.minutes = BOOKING_MINUTES;
	assert_false(tariff_books(&t));          /* P9: either 0 is no booking */
	t.booking.price = YUAN;
	assert_true(tariff_books(&t));
	assert_int_equal(tariff_check(&t, &at), TARIFF_OK);
	t.booking.minutes++;
	assert_int_equal(tariff_check(&t, &at), TARIFF_BOOKING_RANGE);
	t.booking.minutes = 0;
	t.occupancy.price = 1;
	assert_int_equal(tariff_check(&t, &at), TARIFF_OCCUPANCY_RANGE);
	t.occupancy.unit_minutes = 1;
	assert_int_equal(tariff_check(&t, &at), TARIFF_OK);
}

static void test_power_between_readings(void **state)
{
	struct reading r[] = { { START + 300, 100, 120 }, { START + 600, 200, 120 },
		{ START + 500, 900, 999 }, { START + 900, 300, 240 }, { START + 5000, 900, 999 } };
	struct usage_segment s[8];
	struct usage u;

	(void)state;
	assert_ok(usage_by_power(START, START + 1200, 450, r, 5, s, 8, &u));
	assert_int_equal(u.n, 2);
	assert_int_equal(s[0].to, START + 600);
	assert_int_equal(s[0].watt, 120);
	assert_int_equal(s[0].energy, 200);
	assert_int_equal(s[1].to, START + 1200);
	assert_int_equal(s[1].watt, 240);
	assert_int_equal(s[1].energy, 250);
	assert_ok(usage_by_power(START, START + 3600, 1200, NULL, 0, s, 8, &u));
	assert_int_equal(u.n, 1);
	assert_int_equal(s[0].watt, 120);        /* 0.12 kWh in an hour */
	assert_raises(usage_by_power(START, START + 1200, 450, r, 5, s, 1, &u), ERR_INVALID, "pieces");
}

/* ---- the same charge by quote, running fee and bill ---- */

static uint64_t seed = 88172645463325252ULL;

static int64_t pick(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)n);
}

static struct tariff random_tariff(void)
{
	struct tariff t = by((enum tariff_method)(METHOD_DURATION + pick(5)));

	t.slot[0].energy_price = pick(YUAN);
	t.slot[0].service_price = pick(YUAN);
	t.bike.hour_price = pick(YUAN);
	t.bike.band[0].hour_price = pick(YUAN);
	t.bike.band[1].hour_price = pick(YUAN);
	t.rounding = pick(2) ? ROUND_CUT : ROUND_HALF_UP;
	return t;
}

/* A running fee is the sum of pieces, so it may be a few 1e-5 yuan beside the bill, a line each. */
static void test_one_formula_for_quote_running_fee_and_bill(void **state)
{
	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct tariff t = random_tariff();
		int64_t seconds = 1 + pick(36000), energy = pick(3 * ENERGY_KWH), running = 0, whole, exact;
		int watt = (int)pick(600), pieces = 1 + (int)pick(20);

		whole = rate(&t, seconds, watt, energy);
		exact = b.amount - b.rounding_fee;
		assert_ok(rating_quote(&t, START, seconds, energy, watt, &b));
		assert_int_equal(b.amount, whole);
		for (int i = 0; i < pieces; i++) {
			int64_t from = seconds * i / pieces, to = seconds * (i + 1) / pieces;
			struct usage_segment s = { START + from, START + to,
				energy * (i + 1) / pieces - energy * i / pieces, watt };
			struct usage u = { s.from, s.to, s.energy, 1, &s };

			assert_ok(rating_rate(&t, &u, NULL, &b));
			running += b.amount - b.rounding_fee;
		}
		assert_in_range(llabs(running - exact), 0, 2 * pieces);
	}
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
		cmocka_unit_test(test_broken_bands_are_refused_P15),
		cmocka_unit_test(test_terms_beside_the_prices_P6_P9_P10),
		cmocka_unit_test(test_power_between_readings),
		cmocka_unit_test(test_one_formula_for_quote_running_fee_and_bill),
	};

	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

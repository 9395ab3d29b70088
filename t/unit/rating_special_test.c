/* rating_special_test.c - prices that hold on weekdays, after so much energy or time, and steps
 * billed
 * whole (W6), by lib/charge/rating.h; the smallest service fee for a pile without times of day
 * (P7).
 * Owns nothing.
 * Serves `make check`. */
#include "unit.h"

#include "base/clock.h"
#include "charge/rating.h"

#define YUAN MONEY_YUAN
#define KWH ENERGY_KWH
#define HOUR 3600

static struct bill b;
static int64_t friday;                       /* 2026-11-27 00:00 */

static int set_zone(void **state)
{
	(void)state;
	clock_zone(8 * HOUR);
	return clock_parse("2026-11-27", &friday) ? 0 : -1;
}

static struct tariff flat(void)
{
	return (struct tariff){ .method = METHOD_UNIFIED, .rounding = ROUND_HALF_UP, .n = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, YUAN, YUAN / 2 } }, .occupancy = { .cap = -1 } };
}

static struct tariff_special special(int64_t energy, int64_t service)
{
	return (struct tariff_special){ .end_minute = DAY_MINUTES, .energy_price = energy,
		.service_price = service };
}

static void rate_part(const struct tariff *t, int64_t from, int64_t seconds, int64_t energy,
	int64_t origin, int64_t before)
{
	struct usage_segment s = { from, from + seconds, energy, 0 };
	struct usage u = { .started = from, .ended = from + seconds, .energy = energy,
		.origin = origin, .before = before, .n = 1, .segment = &s };
	int64_t sum = 0;

	assert_ok(rating_rate(t, &u, NULL, &b));
	for (int i = 0; i < b.n; i++)
		sum += b.line[i].amount;
	assert_int_equal(sum, b.amount);
	assert_int_equal(b.energy_fee + b.service_fee, b.amount);
	assert_int_equal(b.energy, energy);
}

static int64_t rate(const struct tariff *t, int64_t from, int64_t seconds, int64_t energy)
{
	rate_part(t, from, seconds, energy, 0, 0);
	return b.amount;
}

static int64_t energy_at(int special)
{
	int64_t sum = 0;

	for (int i = 0; i < b.n; i++)
		sum += b.line[i].kind == BILL_ENERGY && b.line[i].special == special
			? b.line[i].energy : 0;
	return sum;
}

static void test_weekend_begins_at_midnight_W6(void **state)
{
	struct tariff t = flat();

	(void)state;
	t.specials = 1;
	t.special[0] = special(YUAN / 2, 0);
	t.special[0].days = 1 << 5 | 1 << 6;
	assert_int_equal(tariff_check(&t, NULL), TARIFF_OK);
	/* 23:00 to 01:00: an hour of Friday, an hour of Saturday */
	assert_int_equal(rate(&t, friday + 23 * HOUR, 2 * HOUR, 20 * KWH), 15 * YUAN + 5 * YUAN);
	assert_int_equal(energy_at(0), 10 * KWH);
	assert_int_equal(energy_at(1), 10 * KWH);
	assert_int_equal(rate(&t, friday + 3 * DAY_SECONDS - 1, 1, 10 * KWH), 5 * YUAN);   /* Sunday's end */
	assert_int_equal(rate(&t, friday + 3 * DAY_SECONDS, 1, 10 * KWH), 15 * YUAN);      /* Monday */
}

static void test_energy_border_inside_a_half_hour_W6(void **state)
{
	struct tariff t = flat();

	(void)state;
	t.specials = 1;
	t.special[0] = special(2 * YUAN, 0);
	t.special[0].from_energy = 30 * KWH + 1;
	assert_int_equal(rate(&t, friday, HOUR, 30 * KWH + 1), 45 * YUAN);
	assert_int_equal(energy_at(1), 0);
	rate(&t, friday, HOUR, 50 * KWH);
	assert_int_equal(energy_at(0), 30 * KWH + 1);
	assert_int_equal(energy_at(1), 20 * KWH - 1);
	/* a part of the same charge, as a running fee is made */
	rate_part(&t, friday + HOUR, HOUR, 5 * KWH, friday, 29 * KWH);
	assert_int_equal(energy_at(0), KWH + 1);
	assert_int_equal(energy_at(1), 4 * KWH - 1);
}

static void test_time_border_and_first_row_wins_W6(void **state)
{
	struct tariff t = flat();

	(void)state;
	t.specials = 2;
	t.special[0] = special(3 * YUAN, 0);
	t.special[0].from_minutes = 45;
	t.special[0].to_minutes = 60;
	t.special[1] = special(2 * YUAN, 0);
	t.special[1].from_minutes = 40;
	assert_int_equal(rate(&t, friday + 600, 2 * HOUR, 120 * KWH),
		40 * 3 * YUAN / 2 + 5 * 2 * YUAN + 15 * 3 * YUAN + 60 * 2 * YUAN);
	assert_int_equal(energy_at(0), 40 * KWH);
	assert_int_equal(energy_at(1), 15 * KWH);
	assert_int_equal(energy_at(2), 65 * KWH);
}

/* However a charge is cut into parts, each knows where in it it stands. */
static void test_parts_give_the_whole_W6(void **state)
{
	struct tariff t = flat();
	int64_t whole, sum = 0, energy = 0;

	(void)state;
	t.rounding = ROUND_CUT;
	t.specials = 2;
	t.special[0] = special(YUAN, 0);
	t.special[0].from_energy = 7 * KWH;
	t.special[0].to_energy = 13 * KWH;
	t.special[0].start_minute = 30;
	t.special[1] = special(2 * YUAN, YUAN);
	t.special[1].days = 1 << 4;
	t.special[1].from_minutes = 100;
	assert_int_equal(tariff_check(&t, NULL), TARIFF_OK);
	rate(&t, friday + 120, 3 * HOUR, 36 * KWH);
	whole = b.amount - b.rounding_fee;
	for (int minute = 0; minute < 180; minute += 5) {
		rate_part(&t, friday + 120 + minute * 60, 300, KWH, friday + 120, energy);
		sum += b.amount - b.rounding_fee;
		energy += KWH;
	}
	assert_int_equal(sum, whole);
}

static void test_steps_of_energy_W6(void **state)
{
	struct tariff t = flat();

	(void)state;
	t.step_energy = KWH;
	assert_int_equal(rate(&t, friday, 60, 3 * KWH), 450000);
	assert_int_equal(rate(&t, friday, 60, 3 * KWH + 1), 600000);
	assert_int_equal(b.line[b.n - 1].kind, BILL_STEP);
	assert_int_equal(b.line[b.n - 1].energy, KWH - 1);
	assert_int_equal(rate(&t, friday, 60, 1), 150000);
	assert_int_equal(rate(&t, friday, 60, 0), 0);
}

static void test_steps_of_time_W6(void **state)
{
	struct tariff t = { .method = METHOD_DURATION, .rounding = ROUND_CUT, .n = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, 0, 0 } }, .step_minutes = 60,
		.bike = { .stop_minutes = 150, .free_minutes = 5, .hour_price = YUAN },
		.occupancy = { .cap = -1 } };

	(void)state;
	assert_int_equal(tariff_check(&t, NULL), TARIFF_OK);
	assert_int_equal(rate(&t, friday, 300, 0), 0);
	assert_int_equal(rate(&t, friday, 301, 0), YUAN);
	assert_int_equal(rate(&t, friday, HOUR, 0), YUAN);
	assert_int_equal(rate(&t, friday, HOUR + 1, 0), 2 * YUAN);
	assert_int_equal(rate(&t, friday, 2 * HOUR + 1, 0), 5 * YUAN / 2);     /* no time after the longest */
}

static void test_what_is_refused_W6(void **state)
{
	struct tariff good = flat(), t;
	int at = -1;

	(void)state;
	good.specials = 2;
	good.special[0] = good.special[1] = special(YUAN, YUAN);
	good.special[0].days = good.special[1].days = 1;
	assert_int_equal(tariff_check(&good, &at), TARIFF_OK);
	t = good;
	t.special[1].days = 0x7f;
	assert_int_equal(tariff_check(&t, &at), TARIFF_SPECIAL_ALWAYS);
	assert_int_equal(at, 1);
	t = good;
	t.special[1].start_minute = 45;
	assert_int_equal(tariff_check(&t, &at), TARIFF_SPECIAL_HALF_HOUR);
	t = good;
	t.special[1].from_energy = t.special[1].to_energy = KWH;
	assert_int_equal(tariff_check(&t, &at), TARIFF_SPECIAL_RANGE);
	t = good;
	t.special[1].energy_price = 100 * YUAN + 1;
	assert_int_equal(tariff_check(&t, &at), TARIFF_SPECIAL_PRICE);
	t = good;
	t.specials = TARIFF_SPECIALS + 1;
	assert_int_equal(tariff_check(&t, &at), TARIFF_TOO_MANY);
	t = good;
	t.step_energy = -1;
	assert_int_equal(tariff_check(&t, &at), TARIFF_STEP_RANGE);
}

static void test_least_service_fee_all_day_P7(void **state)
{
	struct tariff t = flat();

	(void)state;
	t.n = 2;
	t.slot[0].end_minute = t.slot[1].start_minute = 720;
	t.slot[1].end_minute = DAY_MINUTES;
	t.slot[1].type = PRICE_PEAK;
	t.slot[1].energy_price = 2 * YUAN;
	t.slot[1].service_price = YUAN / 4;
	tariff_least_service(&t);
	assert_true(t.least_service);
	assert_int_equal(tariff_check(&t, NULL), TARIFF_OK);
	assert_int_equal(rate(&t, friday + 11 * HOUR, 2 * HOUR, 2 * KWH), 350000);
	assert_int_equal(b.service_fee, YUAN / 2);
}

static void test_words_of_a_special(void **state)
{
	struct tariff_special s = special(80000, 30000);
	char text[200];

	(void)state;
	s.days = 1 << 5 | 1 << 6;
	s.start_minute = 1320;
	s.from_energy = 305000;
	s.to_minutes = 60;
	tariff_special_text(&s, text, sizeof text);
	assert_string_equal(text,
		"特价(周六,周日 22:00-24:00 30.5-度 0-60分钟)电费0.8元, 服务费0.3元");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weekend_begins_at_midnight_W6),
		cmocka_unit_test(test_energy_border_inside_a_half_hour_W6),
		cmocka_unit_test(test_time_border_and_first_row_wins_W6),
		cmocka_unit_test(test_parts_give_the_whole_W6),
		cmocka_unit_test(test_steps_of_energy_W6),
		cmocka_unit_test(test_steps_of_time_W6),
		cmocka_unit_test(test_what_is_refused_W6),
		cmocka_unit_test(test_least_service_fee_all_day_P7),
		cmocka_unit_test(test_words_of_a_special),
	};

	error_init();
	return cmocka_run_group_tests(tests, set_zone, NULL);
}

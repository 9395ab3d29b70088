/* rating_test.c - lib/charge/rating.h: rules P1-P5, D's rounding, and properties over random
 * tariffs and usages.
 * Owns nothing.
 * Serves `make check`. */
#include "unit.h"

#include "base/clock.h"
#include "charge/rating.h"
#include "charge/usage.h"

#define ZONE 28800

static int64_t day;

static int set_zone(void **state)
{
	(void)state;
	clock_zone(ZONE);
	assert_true(clock_parse("2026-11-20", &day));
	return 0;
}

/* hh.mm as number: 8.30 -> 830. */
static int minute(int hhmm)
{
	return hhmm / 100 * 60 + hhmm % 100;
}

static struct tariff_slot slot(int from, int to, enum price_type type, int64_t energy,
	int64_t service)
{
	return (struct tariff_slot){ minute(from), minute(to), type, energy, service };
}

static struct tariff flat(int64_t energy, int64_t service)
{
	return (struct tariff){ .n = 1, .slot = { slot(0, 2400, PRICE_FLAT, energy, service) } };
}

/* valley 0-8, peak 8-12, flat 12-18, sharp 18-22, valley 22-24 */
static struct tariff tou(void)
{
	return (struct tariff){ .n = 5, .slot = {
		slot(0, 800, PRICE_VALLEY, 30000, 40000), slot(800, 1200, PRICE_PEAK, 100000, 25000),
		slot(1200, 1800, PRICE_FLAT, 70000, 30000), slot(1800, 2200, PRICE_SHARP, 120000, 20000),
		slot(2200, 2400, PRICE_VALLEY, 30000, 40000) } };
}

static int64_t at(int hhmm)
{
	return day + minute(hhmm) * 60;
}

static void check(struct tariff t, enum tariff_fault want, int want_at)
{
	int i = -1;

	assert_int_equal(tariff_check(&t, &i), want);
	if (want != TARIFF_OK)
		assert_int_equal(i, want_at);
}

static void test_tariff_faults(void **state) /* P1 P3 */
{
	struct tariff t = tou();

	(void)state;
	check(t, TARIFF_OK, 0);
	check((struct tariff){ .n = 0 }, TARIFF_EMPTY, 0);
	check((struct tariff){ .n = TARIFF_SLOTS + 1 }, TARIFF_TOO_MANY, 0);
	t.slot[0].start_minute = 30;
	check(t, TARIFF_FIRST_NOT_ZERO, 0);
	t = tou();
	t.slot[1].end_minute -= 30;
	check(t, TARIFF_GAP, 2);
	t = tou();
	t.slot[1].end_minute += 30;
	check(t, TARIFF_OVERLAP, 2);
	t = tou();
	t.slot[1].end_minute -= 15;
	t.slot[2].start_minute -= 15;
	check(t, TARIFF_NOT_HALF_HOUR, 1);
	t = tou();
	t.slot[1].end_minute = t.slot[1].start_minute + 15;
	check(t, TARIFF_TOO_SHORT, 1);
	t = tou();
	t.slot[4].energy_price++;
	check(t, TARIFF_TYPE_TWO_PRICES, 4);
	t = tou();
	t.slot[2].energy_price = -1;
	check(t, TARIFF_PRICE_RANGE, 2);
	t.slot[2].energy_price = 100 * MONEY_YUAN + 1;
	check(t, TARIFF_PRICE_RANGE, 2);
	t.slot[2].energy_price = 100 * MONEY_YUAN;
	check(t, TARIFF_OK, 0);
}

static void test_tariff_half_hours_are_the_shortest(void **state) /* P3 */
{
	struct tariff t = { .n = 0 };

	(void)state;
	for (t.n = 0; t.n < TARIFF_SLOTS; t.n++)
		t.slot[t.n] = (struct tariff_slot){ t.n * 30, t.n * 30 + 30,
			t.n % 2 ? PRICE_PEAK : PRICE_VALLEY, t.n % 2 ? 100000 : 50000, 1000 };
	check(t, TARIFF_OK, 0);
	t.slot[7].end_minute = t.slot[7].start_minute;   /* no end: up to the next row */
	check(t, TARIFF_OK, 0);
}

static void test_tariff_is_sorted_and_completed(void **state) /* P1 */
{
	struct tariff t = { .n = 2,
		.slot = { slot(1200, 0, PRICE_PEAK, 2, 2), slot(0, 1200, PRICE_FLAT, 1, 1) } };
	int i;

	(void)state;
	assert_int_equal(tariff_check(&t, &i), TARIFF_OK);
	assert_int_equal(t.slot[0].start_minute, 0);
	assert_int_equal(t.slot[1].end_minute, DAY_MINUTES);
	t.slot[1].end_minute = 23 * 60;
	assert_int_equal(tariff_check(&t, &i), TARIFF_OK);
	assert_int_equal(t.slot[1].end_minute, DAY_MINUTES);
}

static void test_two_rows_with_one_start_overlap(void **state) /* P1 */
{
	struct tariff t = { .n = 2,
		.slot = { slot(0, 0, PRICE_FLAT, 1, 1), slot(0, 2400, PRICE_FLAT, 1, 1) } };

	(void)state;
	check(t, TARIFF_OVERLAP, 1);
}

static void test_summary_reads_as_the_list_does(void **state) /* P2 */
{
	struct tariff t = flat(100000, 25000);
	char text[200], cut[16];

	(void)state;
	tariff_summary(&t, text, sizeof(text));
	assert_string_equal(text, "00:00-24:00, 电费1.0元, 服务费0.25元");
	tariff_summary(&t, cut, 16);
	assert_string_equal(cut, "00:00-24:00, ");
	t = flat(0, 0);
	assert_true(tariff_is_free(&t));
	t.slot[0].service_price = 1;
	assert_false(tariff_is_free(&t));
}

static void test_slot_at_borders(void **state) /* P3 */
{
	struct tariff t = tou();

	(void)state;
	assert_int_equal(tariff_slot_at(&t, at(759) + 59)->type, PRICE_VALLEY);
	assert_int_equal(tariff_slot_at(&t, at(800))->type, PRICE_PEAK);
	assert_int_equal(tariff_slot_at(&t, at(2400) - 1)->type, PRICE_VALLEY);
	assert_int_equal(tariff_slot_at(&t, at(2400))->type, PRICE_VALLEY);
	assert_int_equal(tariff_slot_at(&t, at(1800))->type, PRICE_SHARP);
}

static void test_one_hour_at_one_price(void **state) /* P1 P5 */
{
	struct tariff t = flat(100000, 25000);
	struct bill b;

	(void)state;
	assert_ok(rating_quote(&t, at(1000), 3600, 20 * ENERGY_KWH, 0, &b));
	assert_int_equal(b.n, 2);
	assert_int_equal(b.amount, 25 * MONEY_YUAN);
	assert_int_equal(b.energy_fee, 20 * MONEY_YUAN);
	assert_int_equal(b.service_fee, 5 * MONEY_YUAN);
	assert_int_equal(b.line[0].to, at(1030));
	assert_int_equal(b.line[1].energy, 10 * ENERGY_KWH);
	assert_ok(rating_quote(&t, at(1000), 0, ENERGY_KWH, 0, &b));
	assert_int_equal(b.amount, 125000);
}

static void test_lines_end_at_half_hours_and_slots(void **state) /* P3 W7 */
{
	struct tariff t = tou();
	struct bill b;

	(void)state;
	/* 07:50-08:10: half valley, half peak */
	assert_ok(rating_quote(&t, at(750), 20 * 60, 2 * ENERGY_KWH, 0, &b));
	assert_int_equal(b.n, 2);
	assert_int_equal(b.line[0].type, PRICE_VALLEY);
	assert_int_equal(b.line[0].to, at(800));
	assert_int_equal(b.line[0].amount, 70000);
	assert_int_equal(b.line[1].type, PRICE_PEAK);
	assert_int_equal(b.line[1].amount, 125000);
	assert_int_equal(b.amount, 195000);
}

static void test_over_midnight_by_one_version(void **state) /* P4 */
{
	struct tariff t = tou();
	struct bill b;

	(void)state;
	/* 21:30-00:30: 1 kWh sharp, 5 valley */
	assert_ok(rating_quote(&t, at(2130), 3 * 3600, 6 * ENERGY_KWH, 0, &b));
	assert_int_equal(b.n, 6);
	assert_int_equal(b.line[0].type, PRICE_SHARP);
	assert_int_equal(b.line[5].from, at(2400));
	assert_int_equal(b.amount, 140000 + 5 * 70000);
}

static void test_rounding_half_up_and_cut(void **state) /* P21 */
{
	struct tariff t = flat(3500, 0);                 /* 0.035 yuan: D's example */
	struct bill b;

	(void)state;
	t.rounding = ROUND_CUT;
	assert_ok(rating_quote(&t, at(1000), 60, ENERGY_KWH, 0, &b));
	assert_int_equal(b.amount, 3000);
	assert_int_equal(b.rounding_fee, -500);
	assert_int_equal(b.energy_fee, 3000);
	assert_int_equal(b.line[b.n - 1].kind, BILL_ROUNDING);
	t.rounding = ROUND_HALF_UP;
	assert_ok(rating_quote(&t, at(1000), 60, ENERGY_KWH, 0, &b));
	assert_int_equal(b.amount, 4000);
	assert_int_equal(b.energy_fee, 4000);
}

static void test_rounding_never_pushes_a_fee_below_zero(void **state) /* P21 */
{
	struct tariff t = flat(100400, 300);
	struct bill b;

	(void)state;
	t.rounding = ROUND_CUT;
	assert_ok(rating_quote(&t, at(1000), 60, ENERGY_KWH, 0, &b));
	assert_int_equal(b.amount, 100000);
	assert_int_equal(b.service_fee, 0);
	assert_int_equal(b.energy_fee, 100000);
}

static void test_free_tariff_and_no_energy(void **state) /* P2 */
{
	struct tariff t = flat(0, 0), dear = flat(100000, 100000);
	struct bill b;

	(void)state;
	assert_ok(rating_quote(&t, at(1000), 3600, 50 * ENERGY_KWH, 0, &b));
	assert_int_equal(b.amount, 0);
	assert_int_equal(b.energy, 50 * ENERGY_KWH);
	assert_ok(rating_quote(&dear, at(1000), 3600, 0, 0, &b));
	assert_int_equal(b.n, 0);
	assert_int_equal(b.amount, 0);
}

static void test_discounts(void **state) /* X2 */
{
	struct tariff t = flat(100000, 50000);
	struct usage_segment s = { at(1000), at(1030), 10 * ENERGY_KWH };
	struct usage u = { .started = s.from,
		.ended = s.to,
		.energy = s.energy,
		.n = 1,
		.segment = &s };
	struct bill b;

	(void)state;
	assert_ok(rating_rate(&t, &u, &(struct discount){ 9000, 5000 }, &b));
	assert_int_equal(b.discount, MONEY_YUAN + 250000);
	assert_int_equal(b.energy_fee, 9 * MONEY_YUAN);
	assert_int_equal(b.service_fee, 250000);
	assert_int_equal(b.amount, 1150000);
	assert_int_equal(b.line[1].kind, BILL_DISCOUNT);
	assert_raises(rating_rate(&t, &u, &(struct discount){ 10001, 1 }, &b), ERR_INVALID, "discount");
	assert_raises(rating_rate(&t, &u, &(struct discount){ -1, 1 }, &b), ERR_INVALID, "discount");
}

static void test_long_sessions_join_lines(void **state) /* O16e */
{
	struct tariff t = tou(), one = flat(100000, 0);
	struct bill b;

	(void)state;
	assert_ok(rating_quote(&one, at(0), 10 * DAY_SECONDS, 480 * ENERGY_KWH, 0, &b));
	assert_int_equal(b.n, 1);
	assert_int_equal(b.amount, 480 * MONEY_YUAN);
	assert_ok(rating_quote(&t, at(0), 100 * DAY_SECONDS, 4800 * ENERGY_KWH, 0, &b));
	assert_true(b.n <= 4);
	assert_int_equal(b.amount, INT64_C(100) * (20 * 70000 + 8 * 125000 + 12 * 100000 + 8 * 140000));
}

static void test_broken_input_is_refused(void **state) /* P3 */
{
	struct tariff t = tou(), gap = tou(), none = { .n = 0 };
	struct usage_segment s[2] = { { at(1000), at(1030), 5 }, { at(1020), at(1040), 5 } };
	struct usage u = { .started = at(1000), .ended = at(1040), .energy = 10, .n = 2, .segment = s };
	struct bill b;

	(void)state;
	gap.slot[1].end_minute -= 30;
	assert_raises(rating_quote(&none, at(0), 60, 1, 0, &b), ERR_INVALID, "slots");
	assert_raises(rating_quote(&gap, at(0), 60, 1, 0, &b), ERR_INVALID, "does not follow");
	assert_raises(rating_quote(&t, at(0), 60, -1, 0, &b), ERR_INVALID, "backwards");
	assert_raises(rating_rate(&t, &u, NULL, &b), ERR_INVALID, "out of order");
	s[1].from = at(1030);
	u.energy = 11;
	assert_raises(rating_rate(&t, &u, NULL, &b), ERR_INVALID, "add up");
	u.energy = 10;
	assert_ok(rating_rate(&t, &u, NULL, &b));
	assert_raises(rating_quote(&t, at(0), 60, INT64_MAX, 0, &b), ERR_INVALID, "");
}

/* Property tests: xorshift, the same cases each run. */
static uint64_t seed;

static int64_t pick(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)n);
}

static struct tariff random_tariff(void)
{
	int64_t energy[PRICE_TYPES], service[PRICE_TYPES];
	struct tariff t = { .rounding = pick(2) ? ROUND_CUT : ROUND_HALF_UP };
	int from = 0;

	for (int i = 0; i < PRICE_TYPES; i++) {
		energy[i] = pick(200000);
		service[i] = pick(3) ? pick(90000) : 0;
	}
	for (; from < DAY_MINUTES; t.n++) {
		int to = from + 30 * (1 + (int)pick(16)), type = (int)pick(PRICE_TYPES);

		to = to > DAY_MINUTES ? DAY_MINUTES : to;
		t.slot[t.n] =
			(struct tariff_slot){ from, to, (enum price_type)type, energy[type], service[type] };
		from = to;
	}
	return t;
}

static void check_bill(const struct tariff *t, const struct bill *b, int64_t energy)
{
	int64_t amount = 0, fee = 0, service = 0, kwh = 0;

	for (int i = 0; i < b->n; i++) {
		const struct bill_line *l = &b->line[i];

		amount += l->amount;
		fee += l->energy_fee;
		service += l->service_fee;
		kwh += l->energy;
		assert_int_equal(l->amount, l->energy_fee + l->service_fee);
		if (l->kind == BILL_ENERGY)
			assert_true(
				l->energy > 0 && l->amount >= 0 && tariff_slot_at(t, l->from)->type == l->type);
	}
	assert_int_equal(amount, b->amount);
	assert_int_equal(fee, b->energy_fee);
	assert_int_equal(service, b->service_fee);
	assert_int_equal(fee + service, b->amount);
	assert_int_equal(kwh, energy);
	assert_int_equal(b->energy, energy);
	assert_true(b->amount >= 0 && b->energy_fee >= 0 && b->service_fee >= 0);
	assert_int_equal(b->amount % MONEY_FEN, 0);
}

static void test_total_is_the_sum_of_its_lines(void **state) /* P1 P3 */
{
	(void)state;
	seed = 88172645463325252u;
	for (int i = 0; i < 10000; i++) {
		struct tariff t = random_tariff();
		int64_t energy = pick(2000000), from = day + pick(3 * DAY_SECONDS);
		struct bill b;

		assert_ok(rating_quote(&t, from, pick(100000), energy, 0, &b));
		check_bill(&t, &b, energy);
	}
}

static void test_splitting_never_gains_more_than_the_rounding(void **state) /* P4 P21 */
{
	(void)state;
	seed = 1181783497276652981u;
	for (int i = 0; i < 10000; i++) {
		struct tariff t = random_tariff();
		int64_t seconds = 2 + pick(90000), cut = 1 + pick(seconds - 1),
				from = day + pick(DAY_SECONDS), first, most;
		int64_t energy = pick(1000000);
		struct bill whole, a, b;

		assert_true(fixed_muldiv(energy, cut, seconds, ROUND_CUT, &first));
		assert_ok(rating_quote(&t, from, seconds, energy, 0, &whole));
		assert_ok(rating_quote(&t, from, cut, first, 0, &a));
		assert_ok(rating_quote(&t, from + cut, seconds - cut, energy - first, 0, &b));
		/* each of the three is rounded to fen, each line to 1e-5, and each half hour's energy to
		 * 1e-4 kWh */
		most = 3 * MONEY_FEN + (whole.n + a.n + b.n) * (2 + 290000 / ENERGY_KWH + 1);
		assert_true(llabs(a.amount + b.amount - whole.amount) <= most);
	}
}

static void test_a_discount_never_costs_and_never_pays(void **state) /* X2 */
{
	(void)state;
	seed = 362436069362436069u;
	for (int i = 0; i < 3000; i++) {
		struct tariff t = random_tariff();
		struct usage_segment s = { day, day + 1 + pick(80000), pick(1000000) };
		struct usage u = { .started = s.from,
			.ended = s.to,
			.energy = s.energy,
			.n = 1,
			.segment = &s };
		struct discount d = { (int)pick(10001), (int)pick(10001) };
		struct bill full, less;

		assert_ok(rating_rate(&t, &u, NULL, &full));
		assert_ok(rating_rate(&t, &u, &d, &less));
		check_bill(&t, &less, s.energy);
		assert_true(less.amount <= full.amount);
	}
}

static void test_quote_is_the_settlement_of_the_same_input(void **state) /* P5 */
{
	static struct usage_segment segments[USAGE_SEGMENTS];

	(void)state;
	seed = 521288629521288629u;
	for (int i = 0; i < 3000; i++) {
		struct tariff t = random_tariff();
		int64_t from = day + pick(DAY_SECONDS), seconds = 1 + pick(200000), energy = pick(5000000);
		struct bill quote, bill;
		struct usage u;
		bool used;

		assert_ok(usage_build(&t, from, from + seconds, energy, NULL, 0, NULL, segments,
			USAGE_SEGMENTS, &u, &used));
		assert_ok(rating_rate(&t, &u, NULL, &bill));
		assert_ok(rating_quote(&t, from, seconds, energy, 0, &quote));
		assert_int_equal(quote.n, bill.n);
		assert_int_equal(quote.amount, bill.amount);
		for (int k = 0; k < bill.n; k++)
			assert_int_equal(quote.line[k].amount, bill.line[k].amount);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tariff_faults),
		cmocka_unit_test(test_tariff_half_hours_are_the_shortest),
		cmocka_unit_test(test_tariff_is_sorted_and_completed),
		cmocka_unit_test(test_two_rows_with_one_start_overlap),
		cmocka_unit_test(test_summary_reads_as_the_list_does),
		cmocka_unit_test(test_slot_at_borders),
		cmocka_unit_test(test_one_hour_at_one_price),
		cmocka_unit_test(test_lines_end_at_half_hours_and_slots),
		cmocka_unit_test(test_over_midnight_by_one_version),
		cmocka_unit_test(test_rounding_half_up_and_cut),
		cmocka_unit_test(test_rounding_never_pushes_a_fee_below_zero),
		cmocka_unit_test(test_free_tariff_and_no_energy),
		cmocka_unit_test(test_discounts),
		cmocka_unit_test(test_long_sessions_join_lines),
		cmocka_unit_test(test_broken_input_is_refused),
		cmocka_unit_test(test_total_is_the_sum_of_its_lines),
		cmocka_unit_test(test_splitting_never_gains_more_than_the_rounding),
		cmocka_unit_test(test_a_discount_never_costs_and_never_pays),
		cmocka_unit_test(test_quote_is_the_settlement_of_the_same_input),
	};

	error_init();
	return cmocka_run_group_tests(tests, set_zone, NULL);
}

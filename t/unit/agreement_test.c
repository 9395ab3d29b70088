/* agreement_test.c - what partners pay each other: agreed prices, shares by energy and booking, parks.
 * Owns nothing.
 * Serves lib/charge/agreement. */
#include "unit.h"

#include "base/clock.h"
#include "charge/agreement.h"

#define YUAN(n) ((int64_t)((n) * 100000))
#define KWH(n) ((int64_t)((n) * 10000))
#define T0 INT64_C(1700006400)               /* on a half hour */

static const struct tariff standard = { .n = 2,
	.rounding = ROUND_HALF_UP,
	.slot = { { 0, 720, PRICE_VALLEY, YUAN(1), YUAN(0.4) },
		{ 720, 1440, PRICE_PEAK, YUAN(2), YUAN(1) } } };

static struct agreement_terms whole(void)
{
	struct agreement_terms t = { .energy_price = -1, .service_price = -1 };

	for (int i = 0; i < PRICE_TYPES; i++)
		t.percent[i] = AGREEMENT_WHOLE;
	return t;
}

static struct usage used(struct usage_segment *s, int64_t from, int64_t energy)
{
	*s = (struct usage_segment){ from, from + 600, energy };
	return (struct usage){ .started = from, .ended = from + 600, .energy = energy, .n = 1,
		.segment = s };
}

static int64_t at_minute(int minute)
{
	return clock_day_start(T0) + minute * 60;
}

static void test_the_member_pays_2_and_1_the_owner_gets_1_5_and_0_5_I2(void **state)
{
	struct agreement_terms t = whole();
	struct usage_segment s;
	struct usage u = used(&s, at_minute(780), KWH(10));
	struct bill member, owner;
	int64_t kept;

	(void)state;
	t.energy_price = YUAN(1.5);
	t.service_price = YUAN(0.5);
	assert_ok(rating_rate(&standard, &u, NULL, &member));
	assert_int_equal(member.amount, YUAN(30));
	assert_ok(agreement_charge(&standard, &t, &u, member.amount, &owner, &kept));
	assert_int_equal(owner.energy_fee, YUAN(15));
	assert_int_equal(owner.service_fee, YUAN(5));
	assert_int_equal(kept, YUAN(10));
}

static void test_percents_count_by_the_type_of_the_slot_I2(void **state)
{
	struct agreement_terms t = whole();
	struct usage_segment s;
	struct usage u = used(&s, at_minute(780), KWH(10));
	struct bill owner;
	int64_t kept;

	(void)state;
	t.percent[PRICE_PEAK] = 8000;
	assert_ok(agreement_charge(&standard, &t, &u, YUAN(30), &owner, &kept));
	assert_int_equal(owner.amount, YUAN(24));
	assert_int_equal(kept, YUAN(6));
	u = used(&s, at_minute(60), KWH(10));
	assert_ok(agreement_charge(&standard, &t, &u, YUAN(14), &owner, &kept));
	assert_int_equal(owner.amount, YUAN(14));
	assert_int_equal(kept, 0);
	t.energy_price = 0;                          /* free energy is a price, too */
	assert_ok(agreement_charge(&standard, &t, &u, YUAN(1), &owner, &kept));
	assert_int_equal(owner.amount, YUAN(4));
	assert_int_equal(kept, YUAN(-3));
}

static void test_the_owner_is_paid_whole_fen_and_nothing_is_lost_I2(void **state)
{
	struct agreement_terms t = whole();
	struct usage_segment s;
	struct bill owner;
	int64_t kept;

	(void)state;
	t.energy_price = 33333;
	t.service_price = 11111;
	for (int64_t e = 1; e < KWH(3); e += 777) {
		struct usage u = used(&s, at_minute(780), e);

		assert_ok(agreement_charge(&standard, &t, &u, YUAN(9), &owner, &kept));
		assert_int_equal(owner.amount % MONEY_FEN, 0);
		assert_int_equal(owner.energy_fee + owner.service_fee, owner.amount);
		assert_int_equal(owner.amount + kept, YUAN(9));
	}
}

static void test_a_split_is_by_kwh_and_booking_I3(void **state)
{
	struct agreement_terms t = { .energy_rate = YUAN(0.25), .service_rate = YUAN(0.1),
		.booking_rate = YUAN(2) };
	int64_t amount;

	(void)state;
	assert_ok(agreement_split(&t, KWH(100), 3, &amount));
	assert_int_equal(amount, YUAN(41));
	assert_ok(agreement_split(&t, 0, 0, &amount));
	assert_int_equal(amount, 0);
	assert_ok(agreement_split(&t, KWH(0.1), 0, &amount));
	assert_int_equal(amount, YUAN(0.04));        /* 0.035, half up */
	assert_raises(agreement_split(&t, INT64_MAX, 0, &amount), ERR_INVALID, "");
	assert_raises(agreement_split(&t, 0, INT64_MAX, &amount), ERR_INVALID, "share");
	assert_raises(agreement_split(&t, 0, -1, &amount), ERR_INVALID, "share");
}

static void test_a_park_costs_by_the_time_it_happens_I4(void **state)
{
	struct agreement_terms t = { .parking_rate = YUAN(10) };
	int64_t amount;

	(void)state;
	assert_ok(agreement_parking(&t, 7, &amount));
	assert_int_equal(amount, YUAN(70));
	assert_ok(agreement_parking(&t, 0, &amount));
	assert_int_equal(amount, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_member_pays_2_and_1_the_owner_gets_1_5_and_0_5_I2),
		cmocka_unit_test(test_percents_count_by_the_type_of_the_slot_I2),
		cmocka_unit_test(test_the_owner_is_paid_whole_fen_and_nothing_is_lost_I2),
		cmocka_unit_test(test_a_split_is_by_kwh_and_booking_I3),
		cmocka_unit_test(test_a_park_costs_by_the_time_it_happens_I4),
	};

	error_init();
	return cmocka_run_group_tests_name("agreement", tests, NULL, NULL);
}

/* split_test.c - the parts of an order: whole fen, the rest to the owner, never more than there is.
 * Owns nothing.
 * Serves lib/charge/split_rule. */
#include "unit.h"

#include "base/money.h"
#include "charge/split.h"

#define YUAN MONEY_YUAN
#define PERCENT(n) ((n) * INT64_C(100000))

static const struct split_order order = { .energy = 10 * ENERGY_KWH, .energy_fee = 8 * YUAN,
	.service_fee = 233 * MONEY_FEN, .amount = 8 * YUAN + 233 * MONEY_FEN };

static void test_parts_are_whole_fen_and_the_rest_is_the_owners_F12(void **state)
{
	const struct split_rule rules[] = { { 0, SPLIT_FEE_SERVICE, SPLIT_PERCENT, PERCENT(33) },
		{ 1, SPLIT_FEE_SERVICE, SPLIT_BY_KWH, YUAN / 50 },
		{ 0, SPLIT_FEE_ENERGY, SPLIT_BY_ORDER, YUAN / 2 } };
	int64_t part[2], owner;

	(void)state;
	split_compute(rules, 3, 2, &order, part, &owner);
	assert_int_equal(part[0], 76 * MONEY_FEN + YUAN / 2);      /* 0.7689 is cut to 0.76 */
	assert_int_equal(part[1], YUAN / 5);
	assert_int_equal(part[0] + part[1] + owner, order.amount);
}

static void test_rules_never_take_more_than_their_fee_F12(void **state)
{
	const struct split_rule rules[] = { { 0, SPLIT_FEE_SERVICE, SPLIT_BY_ORDER, 2 * YUAN },
		{ 1, SPLIT_FEE_SERVICE, SPLIT_PERCENT, PERCENT(100) },
		{ 2, SPLIT_FEE_SERVICE, SPLIT_BY_KWH, YUAN } };
	struct split_order o = order;
	int64_t part[3], owner;

	(void)state;
	split_compute(rules, 3, 3, &o, part, &owner);
	assert_int_equal(part[0], 2 * YUAN);
	assert_int_equal(part[1], 33 * MONEY_FEN);
	assert_int_equal(part[2], 0);
	assert_int_equal(owner, 8 * YUAN);
	o.amount = 0;
	split_compute(rules, 3, 3, &o, part, &owner);
	assert_int_equal(part[0] + part[1] + part[2] + owner, 0);
}

static void test_a_refund_takes_its_share_of_each_part_F12(void **state)
{
	const struct split_rule rules[] = { { 0, SPLIT_FEE_ENERGY, SPLIT_PERCENT, PERCENT(50) },
		{ 1, SPLIT_FEE_SERVICE, SPLIT_BY_ORDER, YUAN } };
	struct split_order o = order;
	int64_t part[2], owner;

	(void)state;
	o.service_fee = 2 * YUAN;
	o.amount = 10 * YUAN;
	o.back = 5 * YUAN;
	split_compute(rules, 2, 2, &o, part, &owner);
	assert_int_equal(part[0], 2 * YUAN);
	assert_int_equal(part[1], YUAN / 2);
	assert_int_equal(owner, 5 * YUAN - part[0] - part[1]);
	o.back = o.amount;
	split_compute(rules, 2, 2, &o, part, &owner);
	assert_int_equal(part[0] + part[1] + owner, 0);
}

static void test_percents_count_from_what_the_channel_leaves_W10(void **state)
{
	const struct split_rule rule = { 0, SPLIT_FEE_ENERGY, SPLIT_PERCENT, PERCENT(100) };
	struct split_order o = order;
	int64_t part, owner;

	(void)state;
	o.fee_off = PERCENT(1);
	split_compute(&rule, 1, 1, &o, &part, &owner);
	assert_int_equal(part, 792 * MONEY_FEN);
	assert_int_equal(part + owner, o.amount);
}

/* Whatever the rules and the order: nothing is made and nothing lost. */
static void test_sums_hold_for_any_order_F12(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct split_rule rule[6];
		struct split_order o;
		int64_t part[3], owner, sum = 0;

		for (int k = 0; k < 6; k++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			rule[k] = (struct split_rule){ (int)(seed % 3), (enum split_fee)(seed >> 8 & 1),
				(enum split_method)((seed >> 16) % 3), (int64_t)((seed >> 24) % PERCENT(40)) };
		}
		o = (struct split_order){ .energy = (int64_t)(seed >> 5 & 0xfffff),
			.energy_fee = (int64_t)(seed >> 9 & 0xffffff),
			.service_fee = (int64_t)(seed >> 17 & 0xfffff), .fee_off = (int64_t)(seed % 60000) };
		o.amount = (o.energy_fee + o.service_fee) / MONEY_FEN * MONEY_FEN;
		o.back = o.amount / (int64_t)(seed % 7 + 1) / MONEY_FEN * MONEY_FEN * (int64_t)(seed & 1);
		split_compute(rule, 6, 3, &o, part, &owner);
		for (int k = 0; k < 3; k++) {
			assert_true(part[k] >= 0 && part[k] % MONEY_FEN == 0);
			sum += part[k];
		}
		assert_true(owner >= 0);
		assert_int_equal(sum + owner, o.amount - o.back);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_are_whole_fen_and_the_rest_is_the_owners_F12),
		cmocka_unit_test(test_rules_never_take_more_than_their_fee_F12),
		cmocka_unit_test(test_a_refund_takes_its_share_of_each_part_F12),
		cmocka_unit_test(test_percents_count_from_what_the_channel_leaves_W10),
		cmocka_unit_test(test_sums_hold_for_any_order_F12),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

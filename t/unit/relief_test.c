/* relief_test.c - which plan a charge earns, and how messages are signed.
 * Owns nothing.
 * Serves lib/charge/relief, lib/charge/field_sign. */
#include "unit.h"

#include "base/clock.h"
#include "base/money.h"
#include "charge/field_sign.h"
#include "charge/relief.h"

#define DAY INT64_C(1700000000)
#define KWH(n) ((n) * ENERGY_KWH)

static const struct relief_plan plans[] = {
	{ 1, RELIEF_MINUTES, 20, 0, 0, 0, 0, 0 },
	{ 2, RELIEF_MINUTES, 60, 0, 30, 0, 0, 0 },
	{ 3, RELIEF_AMOUNT, 0, 5 * MONEY_YUAN, 0, KWH(10), 0, 0 },
	{ 4, RELIEF_MINUTES, 120, 0, 0, KWH(20), DAY - 2 * DAY_SECONDS, DAY - DAY_SECONDS },
};

static int64_t chosen(int n, int64_t minutes, int64_t energy)
{
	const struct relief_plan *p = relief_choose(plans, n, DAY, DAY + minutes * 60, energy);

	return p ? p->id : 0;
}

static void test_the_hardest_plan_that_is_met_counts_K12(void **state)
{
	(void)state;
	assert_int_equal(chosen(0, 60, KWH(50)), 0);
	assert_int_equal(chosen(4, 10, KWH(1)), 1);
	assert_int_equal(chosen(4, 29, KWH(9)), 1);
	assert_int_equal(chosen(4, 30, KWH(9)), 2);
	assert_int_equal(chosen(4, 30, KWH(10) - 1), 2);
	assert_int_equal(chosen(4, 10, KWH(10)), 3);
	/* The fourth was over yesterday. */
	assert_int_equal(chosen(4, 90, KWH(30)), 3);
	assert_ptr_equal(relief_choose(plans, 4, DAY - DAY_SECONDS, DAY - 1, KWH(20)), &plans[3]);
	assert_ptr_equal(relief_choose(plans, 4, DAY - DAY_SECONDS, DAY, KWH(20)), &plans[2]);
}

static void signs(const struct field_sign *s, const char *want)
{
	json_t *o = json_object();
	char got[SHA256_HEX];

	json_object_set_new(o, "plateNo", json_string("粤B12345"));
	json_object_set_new(o, "durType", json_integer(1));
	json_object_set_new(o, "empty", json_string(""));
	json_object_set_new(o, "duration", json_integer(20));
	json_object_set_new(o, "sign", json_string("is not signed"));
	assert_ok(field_sign(s, o, got));
	assert_string_equal(got, want);
	json_decref(o);
}

/* Figures by openssl dgst over the texts told beside them. */
static void test_the_text_is_sorted_and_ends_with_the_secret_K9(void **state)
{
	struct field_sign s = { .digest = DIGEST_MD5, .key = "key", .secret = "abc" };

	(void)state;
	/* durType=1&duration=20&plateNo=粤B12345&key=abc */
	signs(&s, "B0AC68681262CB6ABFA4F7A6C5C61BB4");
	s.lower = true;
	signs(&s, "b0ac68681262cb6abfa4f7a6c5c61bb4");
	/* durType=1&duration=20&empty=&plateNo=粤B12345abc */
	s = (struct field_sign){ .digest = DIGEST_SHA256, .secret = "abc", .empty = true };
	signs(&s, "DD268DD192B5C08C90F9A769EF91700ADF6CC20D586D86CD4515016D3CBBB5F2");
	s = (struct field_sign){ .digest = DIGEST_HMAC_SHA256, .key = "key", .secret = "abc" };
	signs(&s, "808F0D2BB1189CFD8637A70D72C96094B73F349C5245042C971F2BB12D273F00");
}

static void test_what_has_no_text_is_not_signed_K9(void **state)
{
	const struct field_sign s = { .digest = DIGEST_MD5, .secret = "abc" };
	json_t *o = json_object();
	char got[SHA256_HEX];

	(void)state;
	json_object_set_new(o, "energy", json_real(1.5));
	assert_raises(field_sign(&s, o, got), ERR_INVALID, "energy");
	json_decref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_hardest_plan_that_is_met_counts_K12),
		cmocka_unit_test(test_the_text_is_sorted_and_ends_with_the_secret_K9),
		cmocka_unit_test(test_what_has_no_text_is_not_signed_K9),
	};

	error_init();
	return cmocka_run_group_tests_name("relief", tests, NULL, NULL);
}

/* load_share_test.c - a station's power among its piles: examples, and what holds for any crowd.
 * Owns nothing. Serves make check. */
#include "unit.h"

#include "charge/load_share.h"

#define CROWDS 20000

static uint64_t seed = 88172645463325252u;

static int64_t dice(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)n);
}

static int crowd(struct load_user *u)
{
	int n = (int)dice(12);

	for (int i = 0; i < n; i++) {
		u[i] = (struct load_user){ .id = i + 1,
			.min = dice(3) ? 1000 + dice(20000) : 0,
			.since = dice(5),
			.priority = (int)dice(3),
			.steered = dice(6) != 0 };
		u[i].max = u[i].min + dice(60000);
	}
	return n;
}

static bool comes_before(const struct load_user *a, const struct load_user *b, enum load_way way)
{
	if (way == LOAD_PRIORITY && a->priority != b->priority)
		return a->priority > b->priority;
	return a->since != b->since ? a->since < b->since : a->id < b->id;
}

/* Of two that can be steered, a comes before b. */
static void pair_is_just(const struct load_user *a, const struct load_user *b, enum load_way way)
{
	if (a->share == 0 && a->min > 0)
		assert_int_equal(b->share, 0);                   /* nobody passes by */
	if (way != LOAD_EQUAL && b->share > b->min)
		assert_int_equal(a->share, a->max);
	if (way == LOAD_EQUAL && a->share > 0 && b->share > 0) {
		if (a->share + 1 < b->share)                     /* a watt may not be divided */
			assert_true(a->share == a->max || b->share == b->min);
		if (b->share + 1 < a->share)
			assert_true(b->share == b->max || a->share == a->min);
	}
}

static void judge(const struct load_user *u, int n, int64_t limit, enum load_way way)
{
	int64_t steered = 0, taken = 0, more = 0;
	bool all_in = true;

	for (int i = 0; i < n; i++) {
		if (!u[i].steered) {
			assert_int_equal(u[i].share, u[i].max);
			taken += u[i].share;
			continue;
		}
		steered += u[i].share;
		more += u[i].max - u[i].share;
		all_in = all_in && (u[i].share > 0 || u[i].min == 0);
		if (u[i].share > 0)
			assert_in_range(u[i].share, u[i].min, u[i].max);
		for (int k = 0; k < n; k++)
			if (u[k].steered && k != i && comes_before(&u[i], &u[k], way))
				pair_is_just(&u[i], &u[k], way);
	}
	assert_true(steered == 0 || steered + taken <= limit);
	/* where all have their minimum, nothing is left lying that somebody could use */
	if (all_in && more > 0 && limit > taken)
		assert_true(limit - taken - steered < n);
}

static void any_crowd_is_served_justly(void **state) /* W4 */
{
	struct load_user u[12];

	(void)state;
	for (int i = 0; i < CROWDS; i++) {
		int n = crowd(u);
		int64_t limit = dice(200000);

		for (int way = 0; way < LOAD_WAYS; way++) {
			load_share(limit, (enum load_way)way, u, n);
			judge(u, n, limit, (enum load_way)way);
		}
	}
}

static void shares_are(int64_t limit, enum load_way way, const int64_t want[3])
{
	struct load_user u[3] = {
		{ .id = 1, .min = 6000, .max = 60000, .since = 10, .priority = 0, .steered = true },
		{ .id = 2, .min = 6000, .max = 20000, .since = 20, .priority = 5, .steered = true },
		{ .id = 3, .min = 6000, .max = 60000, .since = 30, .priority = 0, .steered = true },
	};

	load_share(limit, way, u, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(u[i].share, want[i]);
}

static void three_cars(void **state) /* W4 */
{
	(void)state;
	shares_are(200000, LOAD_EQUAL, (int64_t[]){ 60000, 20000, 60000 });
	shares_are(90000, LOAD_EQUAL, (int64_t[]){ 35000, 20000, 35000 });
	shares_are(45000, LOAD_EQUAL, (int64_t[]){ 15000, 15000, 15000 });
	shares_are(45000, LOAD_FIRST, (int64_t[]){ 33000, 6000, 6000 });
	shares_are(45000, LOAD_PRIORITY, (int64_t[]){ 19000, 20000, 6000 });
	shares_are(13000, LOAD_EQUAL, (int64_t[]){ 6500, 6500, 0 });
	shares_are(13000, LOAD_PRIORITY, (int64_t[]){ 6000, 7000, 0 });
	shares_are(7000, LOAD_PRIORITY, (int64_t[]){ 0, 7000, 0 });
	shares_are(5999, LOAD_FIRST, (int64_t[]){ 0, 0, 0 });
	shares_are(0, LOAD_EQUAL, (int64_t[]){ 0, 0, 0 });
}

static void who_cannot_be_steered_is_counted(void **state) /* W4 */
{
	struct load_user u[2] = {
		{ .id = 1, .min = 1000, .max = 40000, .since = 1 },
		{ .id = 2, .min = 6000, .max = 60000, .since = 2, .steered = true },
	};

	(void)state;
	load_share(60000, LOAD_EQUAL, u, 2);
	assert_int_equal(u[0].share, 40000);
	assert_int_equal(u[1].share, 20000);
	load_share(45000, LOAD_EQUAL, u, 2);
	assert_int_equal(u[1].share, 0);
	load_share(30000, LOAD_EQUAL, u, 2);
	assert_int_equal(u[1].share, 0);
}

static void less_is_news_and_more_if_it_is_worth_it(void **state) /* W4 */
{
	(void)state;
	assert_true(load_is_news(20000, 19999, 100000));
	assert_false(load_is_news(20000, 20000, 100000));
	assert_false(load_is_news(20000, 24999, 100000));
	assert_true(load_is_news(20000, 25000, 100000));
	assert_true(load_is_news(0, 1000, 100000));          /* it may go on */
	assert_false(load_is_news(0, 0, 100000));
}

static void a_wish_follows_what_is_taken(void **state) /* W4 */
{
	(void)state;
	assert_int_equal(load_wish(60000, 20000, 18000, 6000, 60000), 60000);
	assert_int_equal(load_wish(60000, 20000, 13999, 6000, 60000), 16798);
	assert_int_equal(load_wish(16798, 16798, 13999, 6000, 60000), 16798);        /* between: it stays */
	assert_int_equal(load_wish(16798, 16798, 16000, 6000, 60000), 60000);
	assert_int_equal(load_wish(60000, 20000, 100, 6000, 60000), 6000);
	assert_int_equal(load_wish(60000, 0, 0, 6000, 60000), 60000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_crowd_is_served_justly),
		cmocka_unit_test(three_cars),
		cmocka_unit_test(who_cannot_be_steered_is_counted),
		cmocka_unit_test(less_is_news_and_more_if_it_is_worth_it),
		cmocka_unit_test(a_wish_follows_what_is_taken),
	};

	return cmocka_run_group_tests_name("load_share", tests, NULL, NULL);
}

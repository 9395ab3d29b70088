/* wheel_test.c - the timer wheel: nothing early, nothing lost, an owner may go at any time.
 * Owns nothing.
 * Serves daemons/wheel. */
#include "unit.h"

#include "daemons/wheel.h"

#define MANY 5000

struct item { struct wheel_entry e; int64_t due; int fired; };
static struct item items[MANY];
static struct wheel wheel;
static int64_t now;

static void fire(struct wheel_entry *e, void *ctx)
{
	struct item *it = (struct item *)e;

	(void)ctx;
	assert_true(now >= it->due);
	assert_true(now - it->due <= 3 * WHEEL_MS);
	assert_null(e->next);
	it->fired++;
}

static void test_each_once_and_never_early(void **state)
{
	(void)state;
	now = 1000000;
	memset(items, 0, sizeof(items));
	wheel_init(&wheel, now);
	for (int i = 0; i < MANY; i++) {
		items[i].due = now + (int64_t)i * 77 % 400000;          /* more than one round */
		wheel_set(&wheel, &items[i].e, items[i].due);
	}
	for (; now < 1000000 + 402000; now += 200)
		wheel_turn(&wheel, now, fire, NULL);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(items[i].fired, 1);
}

static void test_moved_and_unset(void **state)
{
	(void)state;
	now = 0;
	memset(items, 0, sizeof(items));
	wheel_init(&wheel, now);
	for (int i = 0; i < 100; i++)
		wheel_set(&wheel, &items[i].e, items[i].due = 1000);
	for (int i = 0; i < 100; i += 2)
		wheel_set(&wheel, &items[i].e, items[i].due = 5000);    /* later */
	for (int i = 1; i < 100; i += 4)
		wheel_unset(&items[i].e);
	wheel_unset(&items[1].e);                                       /* twice is nothing */
	for (now = 0; now < 3000; now += 100)
		wheel_turn(&wheel, now, fire, NULL);
	for (int i = 0; i < 100; i++)
		assert_int_equal(items[i].fired, i % 4 == 3);
	for (; now < 8000; now += 100)
		wheel_turn(&wheel, now, fire, NULL);
	for (int i = 0; i < 100; i += 2)
		assert_int_equal(items[i].fired, 1);
}

static void again(struct wheel_entry *e, void *ctx)
{
	struct item *it = (struct item *)e;
	int *others = ctx;

	it->fired++;
	if (*others >= 0)
		wheel_unset(&items[*others].e);                         /* what is due in the same turn */
	*others = -1;
	/* at once: not in this turn again */
	wheel_set(&wheel, e, now);
}

static void test_set_and_unset_from_within(void **state)
{
	int other = 1;

	(void)state;
	now = 0;
	memset(items, 0, sizeof(items));
	wheel_init(&wheel, now);
	wheel_set(&wheel, &items[0].e, 100);
	wheel_set(&wheel, &items[1].e, 100);
	now = 700;
	wheel_turn(&wheel, now, again, &other);
	assert_int_equal(items[0].fired, 1);
	assert_int_equal(items[1].fired, 0);
	now = 1100;
	wheel_turn(&wheel, now, again, &other);
	assert_int_equal(items[0].fired, 2);
}

static void test_a_long_sleep_loses_nothing(void **state)
{
	(void)state;
	now = 0;
	memset(items, 0, sizeof(items));
	wheel_init(&wheel, now);
	for (int i = 0; i < 100; i++)
		wheel_set(&wheel, &items[i].e, items[i].due = 1000 + i * 1000);
	now = 3600000;
	for (int i = 0; i < 100; i++)
		items[i].due = now;
	wheel_turn(&wheel, now, fire, NULL);
	for (int i = 0; i < 100; i++)
		assert_int_equal(items[i].fired, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_once_and_never_early),
		cmocka_unit_test(test_moved_and_unset),
		cmocka_unit_test(test_set_and_unset_from_within),
		cmocka_unit_test(test_a_long_sleep_loses_nothing),
	};

	error_init();
	return cmocka_run_group_tests_name("wheel", tests, NULL, NULL);
}

/* buf_test.c - the growing buffer and its cap.
 * Owns nothing.
 * Serves lib/base/buf. */
#include "unit.h"

#include "base/buf.h"

static void grows_and_stays_terminated(void **state)
{
	struct buf b;
	char *taken;

	(void)state;
	buf_init(&b, 0);
	assert_string_equal(buf_str(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%03d,", i);
	assert_int_equal(b.len, 4000);
	assert_int_equal(b.data[4000], 0);
	assert_memory_equal(b.data + 3996, "999,", 5);
	assert_false(b.overflow);
	buf_reset(&b);
	assert_string_equal(buf_str(&b), "");
	buf_add(&b, "a\0b", 3);
	buf_putc(&b, 'c');
	assert_memory_equal(b.data, "a\0bc", 5);
	taken = buf_take(&b);
	assert_memory_equal(taken, "a\0bc", 5);
	free(taken);
	assert_int_equal(b.len, 0);
	taken = buf_take(&b);
	assert_string_equal(taken, "");
	free(taken);
	buf_clear(&b);
}

static void cap_cuts_and_says_so(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_puts(&b, "12345");
	buf_puts(&b, "67890");
	assert_false(b.overflow);
	buf_putc(&b, 'x');
	assert_true(b.overflow);
	assert_string_equal(b.data, "1234567890");
	buf_reset(&b);
	assert_false(b.overflow);
	buf_printf(&b, "%s", "abcdefghijklm");
	assert_true(b.overflow);
	assert_string_equal(b.data, "abcdefghij");
	buf_clear(&b);
	assert_int_equal(b.cap, 10);
}

static void consume_drops_from_the_front(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	buf_consume(&b, 3);
	buf_puts(&b, "frame1frame2");
	buf_consume(&b, 6);
	assert_string_equal(b.data, "frame2");
	buf_consume(&b, 100);
	assert_string_equal(b.data, "");
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(grows_and_stays_terminated),
	cmocka_unit_test(cap_cuts_and_says_so),
	cmocka_unit_test(consume_drops_from_the_front),
};

UNIT_MAIN(tests)

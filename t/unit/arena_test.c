/* arena_test.c - memory that dies together.
 * Owns nothing.
 * Serves lib/base/arena. */
#include "unit.h"

#include "base/arena.h"

static void memory_is_zero_and_aligned(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 3000; size += 7) {
			char *p = arena_alloc(&a, size);
			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			if (size > 0)
				memset(p, 0xAB, size);
		}
		arena_reset(&a);
	}
	arena_clear(&a);
}

static void large_and_small_do_not_overlap(void **state)
{
	struct arena a;
	char *small, *large, *more;

	(void)state;
	arena_init(&a);
	small = arena_strdup(&a, "small");
	large = arena_alloc(&a, 1 << 20);
	memset(large, 'x', 1 << 20);
	more = arena_printf(&a, "%s-%d", "more", 7);
	assert_string_equal(small, "small");
	assert_string_equal(more, "more-7");
	assert_int_equal(large[(1 << 20) - 1], 'x');
	assert_null(arena_strdup(&a, NULL));
	assert_memory_equal(arena_memdup(&a, "a\0b", 3), "a\0b", 4);
	arena_clear(&a);
	assert_null(a.head);
	assert_int_equal(a.used, 0);
}

static void reset_keeps_one_ordinary_block(void **state)
{
	struct arena a;
	struct arena_block *first;

	(void)state;
	arena_init(&a);
	arena_alloc(&a, 100);
	first = a.head;
	for (int i = 0; i < 100; i++)
		arena_alloc(&a, 1000);
	arena_alloc(&a, 100000);
	arena_reset(&a);
	assert_ptr_equal(a.head, first);
	assert_int_equal(a.used, 0);
	arena_clear(&a);

	arena_alloc(&a, 1 << 20);        /* a giant alone is given back */
	arena_reset(&a);
	assert_null(a.head);
	arena_reset(&a);
	arena_clear(&a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(memory_is_zero_and_aligned),
	cmocka_unit_test(large_and_small_do_not_overlap),
	cmocka_unit_test(reset_keeps_one_ordinary_block),
};

UNIT_MAIN(tests)

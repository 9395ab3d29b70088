/* error_test.c - kinds, passing, logging.
 * Owns nothing.
 * Serves lib/base/error. */
#include "unit.h"

static NEOERR *raise_one(NERR_TYPE kind)
{
	return nerr_raise(kind, "innermost \"%s\"", "text");
}

static NEOERR *pass_it(NERR_TYPE kind)
{
	NEOERR *err = STATUS_OK;

	TRY(raise_one(kind));
out:
	return nerr_pass(err);
}

static void kinds_are_distinct(void **state)
{
	const NERR_TYPE kinds[] = { ERR_DB, ERR_RETRY, ERR_DUPLICATE, ERR_NOT_FOUND, ERR_INVALID,
		ERR_DENIED, ERR_STALE, ERR_PEER, ERR_BUSY };

	(void)state;
	error_init();            /* a second time is nothing */
	for (size_t i = 0; i < 9; i++)
		for (size_t k = 0; k < 9; k++) {
			NEOERR *err = pass_it(kinds[i]);
			assert_int_equal(error_is(err, kinds[k]), i == k);
			error_drop(err);
		}
	assert_false(error_is(STATUS_OK, ERR_DB));
}

static void description_is_the_innermost(void **state)
{
	NEOERR *err = nerr_pass(pass_it(ERR_STALE));

	(void)state;
	assert_string_equal(error_desc(err), "innermost \"text\"");
	error_drop(err);
	assert_string_equal(error_desc(STATUS_OK), "");
	assert_string_equal(error_desc(INTERNAL_ERR), "internal error");
	error_drop(STATUS_OK);
	error_drop(INTERNAL_ERR);
}

static void a_cut_description_stays_utf8(void **state)
{
	char text[400] = "x";
	NEOERR *err;

	(void)state;
	for (int i = 0; i < 120; i++)
		memcpy(text + 1 + 3 * i, "\xE7\x94\xB5", 4);
	err = nerr_raise(ERR_INVALID, "%s", text);
	/* 255 bytes are 1 + 84 whole characters + 2 bytes */
	assert_int_equal(strlen(error_desc(err)), 1 + 84 * 3);
	error_drop(err);
	err = nerr_raise(ERR_INVALID, "%s", text + 1);
	assert_int_equal(strlen(error_desc(err)), 85 * 3);
	error_drop(err);
	err = nerr_raise(ERR_PEER, "near '%s'", "\xFF\n\xE7\x94\xB5");
	assert_string_equal(error_desc(err), "near '? \xE7\x94\xB5'");
	error_drop(err);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(kinds_are_distinct),
	cmocka_unit_test(description_is_the_innermost),
	cmocka_unit_test(a_cut_description_stays_utf8),
};

UNIT_MAIN(tests)

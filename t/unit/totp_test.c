/* totp_test.c - one-time codes against the vectors of RFC 4226 appendix D and RFC 6238 appendix B,
 * base32 of RFC 4648.
 * Owns nothing.
 * Serves lib/base/totp. */
#include "unit.h"

#include "base/totp.h"

static const char key[] = "12345678901234567890";

static void H1_codes_of_rfc_6238(void **state)
{
	static const struct {
		int64_t at;
		uint32_t code;
	} known[] = { { 59, 94287082 }, { 1111111109, 7081804 }, { 1111111111, 14050471 },
		{ 1234567890, 89005924 }, { 2000000000, 69279037 }, { 20000000000, 65353130 } };

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_int_equal(totp_code(key, 20, known[i].at / TOTP_STEP, 8), known[i].code);
}

static void H1_codes_of_rfc_4226(void **state)
{
	static const uint32_t known[] = { 755224, 287082, 359152, 969429, 338314, 254676, 287922,
		162583, 399871, 520489 };

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(totp_code(key, 20, i, 6), known[i]);
}

static void H1_a_code_is_good_one_step_around(void **state)
{
	int64_t now = 1111111111, step = now / TOTP_STEP;
	char code[12];

	(void)state;
	for (int off = -3; off <= 3; off++) {
		snprintf(code, sizeof code, "%06u", totp_code(key, 20, step + off, 6));
		assert_int_equal(totp_step_of(key, 20, code, now), off >= -1 && off <= 1 ? step + off : 0);
	}
	assert_int_equal(totp_step_of(key, 20, "05047", now), 0);
	assert_int_equal(totp_step_of(key, 20, "", now), 0);
	assert_int_equal(totp_step_of(key, 20, "0050471", now), 0);
	assert_int_equal(totp_step_of(key, 20, "050471", now), step);
}

static void base32_of_rfc_4648(void **state)
{
	static const char *const known[][2] = { { "", "" }, { "f", "MY" }, { "fo", "MZXQ" },
		{ "foo", "MZXW6" }, { "foob", "MZXW6YQ" }, { "fooba", "MZXW6YTB" },
		{ "foobar", "MZXW6YTBOI" } };
	char text[20], back[10];

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		size_t len = strlen(known[i][0]);
		base32_text(known[i][0], len, text);
		assert_string_equal(text, known[i][1]);
		assert_true(base32_read(text, back, len));
		assert_memory_equal(back, known[i][0], len);
		assert_false(base32_read(text, back, len + 1));
	}
	assert_true(base32_read("mzxw 6ytb", back, 5));
	assert_false(base32_read("MZXW6YT1", back, 5));
	assert_false(base32_read("MZXW6YTBOI", back, 5));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(H1_codes_of_rfc_6238), cmocka_unit_test(H1_codes_of_rfc_4226),
	cmocka_unit_test(H1_a_code_is_good_one_step_around), cmocka_unit_test(base32_of_rfc_4648),
};

int main(void)
{
	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

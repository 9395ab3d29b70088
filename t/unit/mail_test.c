/* mail_test.c - headers in encoded words, and which texts are addresses.
 * Owns nothing. Serves lib/base/mail. */
#include "unit.h"

#include "base/crypt.h"
#include "base/mail.h"
#include "base/text.h"

static char *decoded(const char *header)
{
	struct buf out;
	unsigned char word[200];
	size_t len;

	buf_init(&out, 0);
	while (*header) {
		const char *end = strstr(header, "?=");
		char b64[120];

		assert_int_equal(strncmp(header, "=?UTF-8?B?", 10), 0);
		assert_non_null(end);
		assert_true(end + 2 - header <= 75);
		snprintf(b64, sizeof(b64), "%.*s", (int)(end - header - 10), header + 10);
		assert_true(base64_decode(b64, word, sizeof(word), &len));
		assert_true(text_is_utf8((char *)word, len));
		buf_add(&out, word, len);
		header = end + 2;
		if (*header) {
			assert_int_equal(strncmp(header, "\r\n ", 3), 0);
			header += 3;
		}
	}
	return buf_take(&out);
}

static void test_plain_headers_stay(void **state) /* W3 */
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	mail_header(&b, "Daily report of 2026-11-20");
	assert_string_equal(buf_str(&b), "Daily report of 2026-11-20");
	buf_clear(&b);
}

static void test_other_headers_are_encoded_words(void **state) /* W3 */
{
	static const char *const texts[] = {
		"请验证您的邮箱", "é", "line\r\nBcc: evil@example.com", "=?UTF-8?B?eA==?=",
		"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十", "a😀b😀c😀d😀e😀f😀g😀h😀i😀j😀k😀l😀m",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct buf b;
		char *back;

		buf_init(&b, 0);
		mail_header(&b, texts[i]);
		back = decoded(buf_str(&b));
		assert_string_equal(back, texts[i]);
		free(back);
		buf_clear(&b);
	}
}

static void test_addresses(void **state) /* G11 */
{
	static const char *const good[] = { "a@b", "zhang.san+x@mail.example.com",
		"o'neil@example.com" };
	static const char *const bad[] = { "", "a", "@b", "a@", "a@b@c", "a b@c", "<a@b>",
		"a@b\r\nRCPT TO:<x@y>", "a@b,c@d", "\"a\"@b", "张@b" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(mail_is_address(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(mail_is_address(bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_headers_stay),
		cmocka_unit_test(test_other_headers_are_encoded_words),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

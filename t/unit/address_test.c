/* address_test.c - which addresses strangers may name, and which URLs.
 * Owns nothing. Serves lib/base/address and http_url_judge. */
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/address.h"
#include "base/http.h"

static bool is_public(const char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return address_is_public((struct sockaddr *)&v4, sizeof(v4));
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return address_is_public((struct sockaddr *)&v6, sizeof(v6));
}

static void test_private_addresses_are_known(void **state) /* W3 */
{
	static const char *const private_ones[] = {
		"0.0.0.0",
		"10.0.0.1",
		"100.64.0.1",
		"100.127.255.255",
		"127.0.0.1",
		"127.255.255.255",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.8",
		"192.0.2.1",
		"192.168.1.1",
		"198.18.0.1",
		"198.19.255.255",
		"198.51.100.1",
		"203.0.113.9",
		"224.0.0.1",
		"239.255.255.255",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::ffff:127.0.0.1",
		"::ffff:10.1.2.3",
		"::127.0.0.1",
		"64:ff9b::10.0.0.1",
		"fe80::1",
		"fc00::1",
		"fd12::1",
		"ff02::1",
		"2001:db8::1",
		"2002:7f00:1::",
		"2001:0::1",
		"100::1",
	};
	static const char *const public_ones[] = {
		"1.1.1.1",
		"9.255.255.255",
		"11.0.0.0",
		"100.63.255.255",
		"100.128.0.0",
		"126.255.255.255",
		"128.0.0.1",
		"169.253.255.255",
		"172.15.255.255",
		"172.32.0.0",
		"192.167.255.255",
		"192.169.0.0",
		"198.17.255.255",
		"198.20.0.0",
		"223.255.255.255",
		"2400:3200::1",
		"2606:4700::1111",
		"::ffff:8.8.8.8",
		"64:ff9b::8.8.8.8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(private_ones) / sizeof(*private_ones); i++)
		if (is_public(private_ones[i]))
			fail_msg("%s is taken for public", private_ones[i]);
	for (size_t i = 0; i < sizeof(public_ones) / sizeof(*public_ones); i++)
		if (!is_public(public_ones[i]))
			fail_msg("%s is taken for private", public_ones[i]);
}

static void test_other_families_are_not_public(void **state)
{
	struct sockaddr a = { .sa_family = AF_UNIX };
	struct sockaddr_in cut = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x01010101) };

	(void)state;
	assert_false(address_is_public(&a, sizeof(a)));
	assert_false(address_is_public((struct sockaddr *)&cut, 4));
}

static void test_urls_are_judged(void **state) /* W3 */
{
	static const struct { const char *url; enum http_url verdict;
	} urls[] = {
		{ "https://hooks.example.com/a?b=c", URL_FINE },
		{ "http://1.1.1.1:8080/", URL_FINE },
		{ "https://[2400:3200::1]/x", URL_FINE },
		{ "ftp://example.com/", URL_BAD },
		{ "file:///etc/passwd", URL_BAD },
		{ "gopher://x/", URL_BAD },
		{ "//example.com/", URL_BAD },
		{ "example.com", URL_BAD },
		{ "", URL_BAD },
		{ "http://", URL_BAD },
		{ "http:///x", URL_BAD },
		{ "http://user:word@example.com/", URL_BAD },
		{ "http://a b/", URL_BAD },
		{ "http://example.com/\r\nX: y", URL_BAD },
		{ "http://localhost/", URL_PRIVATE },
		{ "http://LOCALHOST:81/", URL_PRIVATE },
		{ "http://a.localhost/", URL_PRIVATE },
		{ "http://127.0.0.1/", URL_PRIVATE },
		{ "http://[::1]/", URL_PRIVATE },
		{ "http://[::ffff:10.0.0.1]/", URL_PRIVATE },
		{ "http://2130706433/", URL_PRIVATE },
		{ "http://0x7f000001/", URL_PRIVATE },
		{ "http://0177.0.0.1/", URL_PRIVATE },
		{ "http://127.1/", URL_PRIVATE },
		{ "http://169.254.169.254/latest/", URL_PRIVATE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++)
		if (http_url_judge(urls[i].url) != urls[i].verdict)
			fail_msg("%s: %d", urls[i].url, (int)http_url_judge(urls[i].url));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_private_addresses_are_known),
		cmocka_unit_test(test_other_families_are_not_public),
		cmocka_unit_test(test_urls_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* cidr_test.c - networks: what is one, what lies in it, both families.
 * Owns nothing.
 * Serves lib/base/cidr. */
#include "unit.h"

#include "base/cidr.h"

static void G7_addresses_lie_in_their_networks(void **state)
{
	static const struct { const char *list, *address; bool in;
	} cases[] = {
		{ "10.0.0.0/8", "10.255.1.2", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.1.2.3/8", "10.9.9.9", true },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.8", false },
		{ "192.0.2.128/25", "192.0.2.127", false },
		{ "192.0.2.128/25", "192.0.2.128", true },
		{ "192.0.2.4/31", "192.0.2.5", true },
		{ "192.0.2.4/31", "192.0.2.6", false },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "::/0", "2001:db8::1", true },
		{ "2001:db8::/32", "2001:db8:ffff::1", true },
		{ "2001:db8::/32", "2001:db9::1", false },
		{ "2001:db8::/33", "2001:db8:8000::", false },
		{ "::1", "::1", true },
		{ "10.0.0.0/8", "::ffff:10.1.1.1", true },
		{ "::ffff:10.0.0.0/104", "10.1.1.1", true },
		{ " 172.16.0.0/12,\r\n2001:db8::5 ; 10.0.0.1", "10.0.0.1", true },
		{ "172.16.0.0/12 2001:db8::5", "2001:DB8:0::5", true },
		{ "", "10.0.0.1", false },
		{ "10.0.0.0/8", "", false },
		{ "10.0.0.0/8", "10.0.0", false },
		{ "10.0.0.0/8", NULL, false },
	};
	struct cidr_list list;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(cidr_list_parse(cases[i].list, &list, NULL, 0));
		if (cidr_list_has(&list, cases[i].address) != cases[i].in)
			fail_msg("%s in %s", cases[i].address, cases[i].list);
	}
}

static void G7_what_is_no_network_is_named(void **state)
{
	static const char *const bad[] = { "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8",
		"10.0.0/8", "256.1.1.1", "2001:db8::/129", "example.com", "/8", "10.0.0.0/+8",
		"10.0.0.0/ 8x", "1:2:3:4:5:6:7:8:9", "10.0.0.0/99999999999999999999",
		"2001:0db8:0000:0000:0000:0000:0000:0001:0000:0000:0000/64" };
	struct cidr_list list;
	char name[60], many[CIDR_LIST_MAX * 9 + 20] = "";

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (cidr_list_parse(bad[i], &list, NULL, 0))
			fail_msg("%s was taken", bad[i]);
	assert_false(cidr_list_parse("10.0.0.1 nonsense ::1", &list, name, sizeof name));
	assert_string_equal(name, "nonsense");
	for (int i = 0; i < CIDR_LIST_MAX; i++)
		memcpy(many + i * 9, "10.0.0.1 ", 10);
	assert_true(cidr_list_parse(many, &list, NULL, 0));
	assert_int_equal(list.n, CIDR_LIST_MAX);
	memcpy(many + CIDR_LIST_MAX * 9, "10.0.0.2", 9);
	assert_false(cidr_list_parse(many, &list, name, sizeof name));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(G7_addresses_lie_in_their_networks),
	cmocka_unit_test(G7_what_is_no_network_is_named),
};

int main(void)
{
	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

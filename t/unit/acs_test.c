/* acs_test.c - the signature of Alibaba Cloud's API by the example of its documentation.
 * Owns nothing.
 * Serves make check. */
#include "unit.h"

#include "base/acs.h"

static void T1_the_published_example(void **state)
{
	struct acs_request r = { "POST", "ecs.cn-shanghai.aliyuncs.com", "/", NULL, "RunInstances",
		"2014-05-26", "2023-10-26T10:22:32Z", "3156853299f313e23d1673dc12e1703d", "" };
	char sign[SHA256_HEX];
	struct buf query;

	(void)state;
	buf_init(&query, 0);
	acs_query(&query, "ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd");
	acs_query(&query, "RegionId", "cn-shanghai");
	r.query = buf_str(&query);
	acs_signature(&r, "YourAccessKeySecret", sign);
	assert_string_equal(sign, "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
	acs_signature(&r, "YourAccessKeySecre", sign);
	assert_string_not_equal(sign,
		"06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
	buf_clear(&query);
}

static void T1_a_query_is_escaped_as_the_rule_says(void **state)
{
	struct buf query;
	char date[24];

	(void)state;
	buf_init(&query, 0);
	acs_query(&query, "SignName", "充电 *~-._/+");
	acs_query(&query, "TemplateParam", "{\"a\":1}");
	assert_string_equal(buf_str(&query),
		"SignName=%E5%85%85%E7%94%B5%20%2A~-._%2F%2B&TemplateParam=%7B%22a%22%3A1%7D");
	buf_clear(&query);
	acs_date(1698315752, date);
	assert_string_equal(date, "2023-10-26T10:22:32Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(T1_the_published_example),
		cmocka_unit_test(T1_a_query_is_escaped_as_the_rule_says),
	};

	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

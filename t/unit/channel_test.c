/* channel_test.c - what is signed at 随行付 and 乐刷, as their own clients put it together, and what
 * must not pass.
 * Owns nothing. Serves make check. */
#include "unit.h"

#include "base/sign.h"
#include "base/text.h"
#include "base/xml.h"
#include "charge/channel_leshua.h"
#include "charge/channel_suixingpay.h"

static json_t *parsed(const char *text)
{
	json_t *json;

	unit_ok(json_read(text, strlen(text), 4096, &json), __FILE__, __LINE__);
	return json;
}

/* O9: members by name, what is nested as it came, empty ones and the signature left out */
static void test_O9_the_signed_text_of_suixingpay(void **state)
{
	static const struct { const char *json, *text; } vectors[] = {
		{ "{\"version\":\"1.0\",\"orgId\":\"26680846\",\"reqData\":{\"ordNo\":\"P1\",\"amt\":\"0.01\","
		  "\"subject\":\"充电/快充\"},\"reqId\":\"1\",\"signType\":\"RSA\",\"sign\":\"x\","
		  "\"timestamp\":\"20261127080000\"}",
			"orgId=26680846&reqData={\"ordNo\":\"P1\",\"amt\":\"0.01\",\"subject\":\"充电/快充\"}&reqId=1"
			"&signType=RSA&timestamp=20261127080000&version=1.0" },
		{ "{\"uuid\":\"\",\"mno\":null,\"ordNo\":\"P1\",\"amt\":\"50.00\",\"bizCode\":\"0000\"}",
			"amt=50.00&bizCode=0000&ordNo=P1" },
		{ "{\"b\":[1,\"2\"],\"a\":0,\"B\":false}", "B=false&a=0&b=[1,\"2\"]" },
		{ "{\"sign\":\"x\"}", "" },
	};
	struct buf text;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		json_t *json = parsed(vectors[i].json);

		buf_init(&text, 0);
		suixingpay_text(json, &text);
		assert_string_equal(buf_str(&text), vectors[i].text);
		buf_clear(&text);
		json_decref(json);
	}
}

static void test_O9_a_suixingpay_signature_holds_for_its_members_alone(void **state)
{
	json_t *json = parsed("{\"ordNo\":\"P1\",\"amt\":\"50.00\"}"), *bare = json_deep_copy(json);
	char *secret, *open, *other_secret, *other;

	(void)state;
	unit_ok(rsa_pair_dup(&secret, &open), __FILE__, __LINE__);
	unit_ok(rsa_pair_dup(&other_secret, &other), __FILE__, __LINE__);
	unit_raises(suixingpay_sign(json, "no key"), ERR_INVALID, "", __FILE__, __LINE__);
	unit_ok(suixingpay_sign(json, secret), __FILE__, __LINE__);
	assert_true(rsa_verifies(open, SIGN_SHA1, "amt=50.00&ordNo=P1", 18,
		json_text(json, "sign", "")));
	assert_true(suixingpay_signed(json, open));
	assert_false(suixingpay_signed(json, other));
	assert_false(suixingpay_signed(bare, open));
	assert_false(suixingpay_signed(NULL, open));
	json_object_set_new(json, "extra", json_string(""));         /* says nothing, changes nothing */
	assert_true(suixingpay_signed(json, open));
	json_object_set_new(json, "amt", json_string("500.00"));
	assert_false(suixingpay_signed(json, open));
	for (int i = 0; i < 70; i++) {
		char key[8];

		snprintf(key, sizeof(key), "k%d", i);
		json_object_set_new(bare, key, json_string("v"));
	}
	unit_ok(suixingpay_sign(bare, secret), __FILE__, __LINE__);
	assert_false(suixingpay_signed(bare, open));                 /* more members than any notice */
	json_decref(json);
	json_decref(bare);
	free(secret);
	free(open);
	free(other_secret);
	free(other);
}

/* O9: members by name and the secret at the end; the code of the exchange is outside. The sums are
 * md5sum's. */
static void test_O9_the_signature_of_leshua(void **state)
{
	json_t *json =
		parsed("{\"service\":\"query_status\",\"merchant_id\":\"7500000101\",\"attach\":\"\","
			   "\"body\":\"充电\",\"third_order_id\":\"P1\",\"resp_code\":\"0\","
			   "\"error_code\":\"7\",\"sign\":\"x\"}");
	char sum[MD5_HEX];

	(void)state;
	leshua_sign(json, "secret", false, sum);
	assert_string_equal(sum, "13EFB6FA6706BA63F898C06ED57EEE79");
	json_object_set_new(json, "sign", json_string(sum));
	assert_true(leshua_signed(json, "secret"));
	json_object_set_new(json, "sign", json_string(text_lower(sum)));
	assert_true(leshua_signed(json, "secret"));
	assert_false(leshua_signed(json, "Secret"));
	assert_false(leshua_signed(json, ""));
	leshua_sign(json, "secret", true, sum);
	assert_string_equal(sum, "55F51802214F3FF70A03D352A84F57FE");
	json_object_set_new(json, "sign", json_string(sum));
	assert_true(leshua_signed(json, "secret"));
	json_object_set_new(json, "third_order_id", json_string("P2"));
	assert_false(leshua_signed(json, "secret"));
	json_object_del(json, "sign");
	assert_false(leshua_signed(json, "secret"));
	assert_false(leshua_signed(NULL, "secret"));
	json_decref(json);
}

static void test_O9_xml_of_a_channel_is_flat_and_small(void **state)
{
	static const char *const refused[] = { "", "<a>", "<a><b><c/></b></a>", "<a><b/><b/></a>",
		"<!DOCTYPE a [<!ENTITY e \"x\">]><a><b>&e;</b></a>", "<a><b>&e;</b></a>", "<a/><b/>",
		"<a><b>\xff</b></a>", "{}" };
	const char *good = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
					   "<leshua a=\"1\">loose<x>1&amp;2</x>\n<y><![CDATA[<充电>]]></y><z/></leshua>";
	struct buf many;
	json_t *json;

	(void)state;
	unit_ok(xml_flat(good, strlen(good), 1000, &json), __FILE__, __LINE__);
	assert_int_equal(json_object_size(json), 3);
	assert_string_equal(json_text(json, "x", NULL), "1&2");
	assert_string_equal(json_text(json, "y", NULL), "<充电>");
	assert_string_equal(json_text(json, "z", NULL), "");
	json_decref(json);
	unit_raises(xml_flat(good, strlen(good), 20, &json), ERR_INVALID, "", __FILE__, __LINE__);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		unit_raises(xml_flat(refused[i], strlen(refused[i]), 1000, &json), ERR_INVALID, "",
			__FILE__, __LINE__);
		assert_null(json);
	}
	buf_init(&many, 0);
	buf_puts(&many, "<a>");
	for (int i = 0; i < 101; i++)
		buf_printf(&many, "<e%d/>", i);
	buf_puts(&many, "</a>");
	unit_raises(xml_flat(buf_str(&many), many.len, 10000, &json), ERR_INVALID, "too many", __FILE__,
		__LINE__);
	buf_reset(&many);
	xml_escape(&many, "<&>\x01充");
	assert_string_equal(buf_str(&many), "&lt;&amp;&gt; 充");
	buf_clear(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_O9_the_signed_text_of_suixingpay),
		cmocka_unit_test(test_O9_a_suixingpay_signature_holds_for_its_members_alone),
		cmocka_unit_test(test_O9_the_signature_of_leshua),
		cmocka_unit_test(test_O9_xml_of_a_channel_is_flat_and_small),
	};

	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

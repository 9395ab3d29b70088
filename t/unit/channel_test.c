/* channel_test.c - what is signed at 随行付, as its own clients put it together, and what must not
 * pass.
 * Owns nothing. Serves make check. */
#include "unit.h"

#include "base/sign.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_O9_the_signed_text_of_suixingpay),
		cmocka_unit_test(test_O9_a_suixingpay_signature_holds_for_its_members_alone),
	};

	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

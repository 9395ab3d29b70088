/* sign_test.c - signatures and seals against the published vectors of 微信支付, and what must not
 * pass.
 * Owns nothing. Serves make check. */
#include "unit.h"

#include "base/crypt.h"
#include "base/sign.h"

#define KEY "0123456789abcdef0123456789abcdef"
#define NONCE "abcdefghijkl"

/* wechatpay.md section 3, vectors O1 and O2 */
static void test_O9_a_sealed_resource_opens(void **state)
{
	static const char refund[] =
		"Eu6k3KOMCfFZPsMoOqloD2wBiy6brE00a8ph6KA9qo8zps/eFHagkXpIppA/o7/"
		"trmSemJkxA4+BjSor2cPsGqKcq/fYoiB/NWs1WBhY3A3KxMlYiu1Cb6Q/FI1SyxtBxPzRgNv7H03jijvMWJxCzmbViTBf"
		"cEsB3VD4J9kgbzDgKAYhK40L0rsM4yjEMOjEtoRGha+yAmKrg7m9iN0rSsjTH/ZnxoiltTlwJgHY8heDdyF57ySpcrXNg"
		"K2HZ8BmLFduwTM=";
	char *plain;

	(void)state;
	unit_ok(aead_open_dup(KEY, NONCE, "transaction", "Iaml06TFOrwRcJZb1M77DxM238WCnyot/mtk",
				&plain), __FILE__, __LINE__);
	assert_string_equal(plain, "Hello World");
	free(plain);
	unit_ok(aead_open_dup(KEY, NONCE, "refund", refund, &plain), __FILE__, __LINE__);
	assert_non_null(strstr(plain, "\"out_refund_no\":\"RF20260108001\""));
	free(plain);
}

static void test_O9_a_changed_byte_a_wrong_key_or_a_short_one_opens_nothing(void **state)
{
	static const struct { const char *key, *nonce, *aad, *text; } bad[] = {
		{ KEY, NONCE, "transaction", "Iaml06TFOrwRcJZb1M77DxM238WCnyot/mtl" },
		{ KEY, NONCE, "refund", "Iaml06TFOrwRcJZb1M77DxM238WCnyot/mtk" },
		{ "1123456789abcdef0123456789abcdef", NONCE, "transaction",
			"Iaml06TFOrwRcJZb1M77DxM238WCnyot/mtk" },
		{ "testAPIv3Key0000", "wCq51qZv4Yfg", "Dl56FrqWQJF1t9LtC3vEUsniZKvbqdR8",
			"FsdXzxryWfKwvLJKf8LG/ToRPTRh8RN9wROC" },
		{ KEY, "short", "transaction", "Iaml06TFOrwRcJZb1M77DxM238WCnyot/mtk" },
		{ KEY, NONCE, "transaction", "" },
		{ KEY, NONCE, "transaction", "no base64" },
	};
	char *plain;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		unit_raises(aead_open_dup(bad[i].key, bad[i].nonce, bad[i].aad, bad[i].text, &plain),
			ERR_INVALID, "", __FILE__, __LINE__);
		assert_null(plain);
	}
}

/* sections 1 and 2: the texts that are signed have these digests */
static void test_O9_signed_texts_are_the_published_ones(void **state)
{
	static const struct { const char *text, *digest; size_t len; } vectors[] = {
		{ "GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n",
			"fab5c8a222049f386cb01453c7dc712c7997e756271557b0ef6e2e5060575373", 66 },
		{ "POST\n/v3/pay/transactions/jsapi\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n"
		  "{\"appid\":\"wx8888888888888888\",\"mchid\":\"1900000001\"}\n",
			"ef635b74166b836b9d12eb006964cea16effb72026f4b0f303ecb7ea000dabca", 128 },
		{ "1554209980\nc5ac7061fccab6bf3e254dcf98995b8c\n"
		  "{\"appid\":\"wx8888888888888888\",\"mchid\":\"1900000001\"}\n",
			"6292ff9a5125d2141ea80b15799c9a6b2700faecc9cd1dc66e3af2776d3f97ff", 96 },
	};
	char digest[SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		assert_int_equal(strlen(vectors[i].text), vectors[i].len);
		sha256_hex(vectors[i].text, vectors[i].len, digest);
		assert_string_equal(digest, vectors[i].digest);
	}
}

static void test_O9_a_signature_holds_for_its_text_and_key_alone(void **state)
{
	char *secret, *open, *other_secret, *other, *signature, *again;

	(void)state;
	unit_ok(rsa_pair_dup(&secret, &open), __FILE__, __LINE__);
	unit_ok(rsa_pair_dup(&other_secret, &other), __FILE__, __LINE__);
	for (int d = SIGN_SHA256; d <= SIGN_SHA1; d++) {
		enum sign_digest digest = (enum sign_digest)d;

		unit_ok(rsa_sign_dup(secret, digest, "text", 4, &signature), __FILE__, __LINE__);
		unit_ok(rsa_sign_dup(secret, digest, "text", 4, &again), __FILE__, __LINE__);
		assert_string_equal(signature, again);
		assert_true(rsa_verifies(open, digest, "text", 4, signature));
		assert_false(rsa_verifies(open, digest, "tex", 3, signature));
		assert_false(rsa_verifies(other, digest, "text", 4, signature));
		assert_false(rsa_verifies(open, digest == SIGN_SHA1 ? SIGN_SHA256 : SIGN_SHA1, "text", 4,
			signature));
		assert_false(rsa_verifies(open, digest, "text", 4, "no base64!"));
		assert_false(rsa_verifies("no key", digest, "text", 4, signature));
		free(signature);
		free(again);
	}
	unit_raises(rsa_sign_dup("no key", SIGN_SHA256, "text", 4, &signature), ERR_INVALID, "",
		__FILE__, __LINE__);
	assert_true(rsa_is_private(secret) && rsa_is_public(open));
	assert_false(rsa_is_private(open) || rsa_is_public(secret) || rsa_is_private(NULL));
	free(secret);
	free(open);
	free(other_secret);
	free(other);
}

static void test_O9_digests_of_old_peers(void **state)
{
	char sha1[SHA1_HEX], md5[MD5_HEX];

	(void)state;
	sha1_hex("abc", 3, sha1);
	assert_string_equal(sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
	md5_hex("abc", 3, md5);
	assert_string_equal(md5, "900150983CD24FB0D6963F7D28E17F72");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_O9_a_sealed_resource_opens),
		cmocka_unit_test(test_O9_a_changed_byte_a_wrong_key_or_a_short_one_opens_nothing),
		cmocka_unit_test(test_O9_signed_texts_are_the_published_ones),
		cmocka_unit_test(test_O9_a_signature_holds_for_its_text_and_key_alone),
		cmocka_unit_test(test_O9_digests_of_old_peers),
	};

	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

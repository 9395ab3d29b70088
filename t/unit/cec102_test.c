/* cec102_test.c - T/CEC 102 against the published and own vectors, and against what partners send
 * instead.
 * Owns nothing.
 * Serves lib/proto/cec102. */
#include "unit.h"

#include "proto/cec102.h"

#define KEY "1234567890abcdef"
static const struct cec_keys keys = { KEY, KEY, KEY };

#define V1_DATA "mYvffpNoFf4E/ZTC1tOw41TC5OlkEobfAYCm5N8hEusaLUaUIqOrXtdbMrSck0DSmfM7mRuOGMoCQzH0nWPGuw=="
#define V2_DATA \
	"uxeKP0ezR5yL8xSg4/ZCDh/N91/u86NXFxd2DrwZVW8zCPYcpl59Twz/yQZ3RaO4rDDrGmkvQignmNEJ+k4PGxdmIC+" \
	"4fpJ8rU6osSobY+AeA0uueuQ5+eQiWBL6p6v5XMMm91brtK8yfFELYUWQzVcxABnAwK/+dyxtUhqLIxUpkwTEU/4ktN" \
	"40df9IzzlLO5uvUknPGYu9yL0pp5w9vdRxmA1RiiTDNCysz6klr9bunGV3VJa2qpLcgeZMf/oG"
#define O1_DATA "mYvffpNoFf4E/ZTC1tOw4+S74uaNgpDhWMT5uPmKMx9JYmQDYrLa4aVOTccT+CBoWMfv4BARX43RYxuXZMcq5g=="
#define O2_DATA "T2JrxbdKULrue7zhmPD14tqC9yVfLvwIaXmgwt2huNqliYcDGayo4PkbRDH9nQ36"
#define O3_DATA "FKIbl35bwQu0F/N14lkbz+0QkDJCFQ21WcSz9ARLRr4="

static void signs(const char *const *part, int n, const char *want)
{
	char sig[CEC_SIG];

	cec_sign(&keys, part, n, sig);
	assert_string_equal(sig, want);
}

static void test_signatures_of_requests_and_answers_I9(void **state)
{
	(void)state;
	signs((const char *[]){ "123456789", V1_DATA, "20180120165755", "0001" }, 4,
		"D2D584A14F3F284445DF85D0E8C0697C");
	signs((const char *[]){ "0", "", V2_DATA }, 3, "58E52010C7DEE87FE183B0AFA5B2BE30");
	signs((const char *[]){ "123456789", O1_DATA, "20250101120000", "0001" }, 4,
		"40474D5208CFF09262D3FAA0589A32C9");
	signs((const char *[]){ "123456789", O2_DATA, "20250101120001", "0001" }, 4,
		"DBCBFF6DEE1C170716A110CB2D409569");
	signs((const char *[]){ "0", "成功", O3_DATA }, 3, "C58C89042D9658FC9BF9114A52CA3591");
	signs((const char *[]){ "4003", "POST参数不合法", "" }, 3,
		"3543944738D90BC87B58838DF761C1EC");
}

static const struct { const char *data, *plain; } ciphers[] = {
	{ V1_DATA, "{\"OperatorID\":\"123456789\",\n\"OperatorSecret\":\"1234567890abcdef\"}" },
	{ O1_DATA, "{\"OperatorID\":\"123456789\",\"OperatorSecret\":\"abcdef1234567890\"}" },
	{ O2_DATA, "{\"LastQueryTime\":\"\",\"PageNo\":1,\"PageSize\":10}" },
	{ O3_DATA, "{\"StationName\":\"测试站\"}" },
};

static void test_contents_are_encrypted_as_published_I9(void **state)
{
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
		assert_ok(cec_encrypt_dup(&keys, ciphers[i].plain, &text));
		assert_string_equal(text, ciphers[i].data);
		free(text);
		assert_ok(cec_decrypt_dup(&keys, ciphers[i].data, &text));
		assert_string_equal(text, ciphers[i].plain);
		free(text);
	}
	assert_ok(cec_decrypt_dup(&keys, V2_DATA, &text));
	assert_non_null(strstr(text, "\"TokenAvailableTime\""));
	free(text);
}

static void test_what_is_no_cipher_is_refused(void **state)
{
	static const char *const bad[] = { "", "!", "AAAA", "mYvffpNoFf4E/ZTC1tOw4w==",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" };
	struct cec_keys none = { "", "", "" };
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_raises(cec_decrypt_dup(&keys, bad[i], &text), ERR_INVALID, "decrypted");
	assert_raises(cec_decrypt_dup(&none, O3_DATA, &text), ERR_INVALID, "secrets");
	assert_raises(cec_encrypt_dup(&none, "{}", &text), ERR_INVALID, "secrets");
}

static enum cec_ret take(const char *text, json_t **data)
{
	struct cec_envelope e;
	enum cec_ret ret = cec_envelope_open(text, strlen(text), &e);

	*data = NULL;
	if (ret == CEC_OK)
		ret = cec_request_read(&keys, &e, data);
	json_decref(e.root);
	return ret;
}

static void test_a_request_is_written_and_read_again_I9(void **state)
{
	json_t *data = json_pack("{ss}", "StationID", "100001"), *back;
	char *text, *sig;

	(void)state;
	assert_ok(cec_request_write_dup(&keys, "123456789", "20261126050000", 7, data, &text));
	assert_non_null(strstr(text, "\"Seq\":\"0007\""));
	assert_int_equal(take(text, &back), CEC_OK);
	assert_true(json_equal(data, back));
	json_decref(back);
	sig = strstr(text, "\"Sig\":\"") + 7;
	for (int i = 0; i < 32; i++)
		sig[i] = sig[i] >= 'A' ? (char)(sig[i] + 32) : sig[i];
	assert_int_equal(take(text, &back), CEC_OK);             /* lower case is taken */
	json_decref(back);
	sig[3] = sig[3] == '0' ? '1' : '0';
	assert_int_equal(take(text, &back), CEC_BAD_SIG);
	assert_null(back);
	free(text);
	json_decref(data);
}

static void test_incomplete_envelopes_are_bad_posts_I9(void **state)
{
	static const char *const bad[] = {
		"", "[]", "{}", "null", "{\"OperatorID\":\"123456789\"}",
		"{\"OperatorID\":\"12345678\",\"Data\":\"x\",\"TimeStamp\":\"20261126050000\","
		"\"Seq\":\"0001\",\"Sig\":\"x\"}",
		"{\"OperatorID\":\"123456789\",\"Data\":\"x\",\"TimeStamp\":\"2026112605000\","
		"\"Seq\":\"0001\",\"Sig\":\"x\"}",
		"{\"OperatorID\":\"123456789\",\"Data\":\"x\",\"TimeStamp\":\"20261126050000\","
		"\"Seq\":\"001\",\"Sig\":\"x\"}",
		"{\"OperatorID\":123456789,\"Data\":\"x\",\"TimeStamp\":\"20261126050000\","
		"\"Seq\":\"0001\",\"Sig\":\"x\"}",
	};
	json_t *data;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(take(bad[i], &data), CEC_BAD_POST);
}

static void test_answers_I9(void **state)
{
	json_t *data = json_pack("{so}", "TotalMoney", cec_decimal(1234567, 5, 2));
	struct cec_answer a;
	char *text;

	(void)state;
	assert_ok(cec_answer_write_dup(&keys, CEC_OK, "成功", data, &text));
	assert_ok(cec_answer_read(&keys, true, text, strlen(text), &a));
	assert_int_equal(a.ret, 0);
	assert_int_equal(cec_fixed(a.data, "TotalMoney", 5, -1), 1234000);
	json_decref(a.data);
	memcpy(strstr(text, "成功"), "失败", 6);
	assert_raises(cec_answer_read(&keys, true, text, strlen(text), &a), ERR_PEER, "signature");
	assert_ok(cec_answer_read(&keys, false, text, strlen(text), &a));
	json_decref(a.data);
	free(text);
	assert_ok(cec_answer_write_dup(&keys, CEC_BAD_POST, cec_ret_text(CEC_BAD_POST), NULL, &text));
	assert_non_null(strstr(text, "3543944738D90BC87B58838DF761C1EC"));
	assert_ok(cec_answer_read(&keys, true, text, strlen(text), &a));
	assert_int_equal(a.ret, 4003);
	assert_null(a.data);
	free(text);
	assert_raises(cec_answer_read(&keys, true, "<html>", 6, &a), ERR_PEER, "no JSON");
	assert_raises(cec_answer_read(&keys, true, "{}", 2, &a), ERR_PEER, "envelope");
	json_decref(data);
}

static void fits(const char *name, const char *json, const char *want)
{
	json_t *v = NULL;
	char where[CEC_WHERE];

	assert_ok(json_read(json, strlen(json), 10000, &v));
	assert_int_equal(cec_check(cec_interface(name)->ask, v, where), *want == '\0');
	assert_string_equal(where, want);
	json_decref(v);
}

static void test_fields_are_checked_I9(void **state)
{
	(void)state;
	fits("query_stations_info", "{}", "");
	fits("query_stations_info", "{\"PageNo\":\"2\",\"PageSize\":10}", "");
	fits("query_stations_info", "{\"PageNo\":1.5}", "PageNo is no number");
	fits("query_stations_info", "{\"LastQueryTime\":\"2026-11-26 05:00:00x\"}",
		"LastQueryTime is too long");
	fits("query_station_status", "{}", "StationIDs is missing");
	fits("query_station_status", "{\"StationIDs\":[1]}", "StationIDs holds something that is no text");
	fits("query_station_status", "{\"StationIDs\":[\"1\"]}", "");
	fits("query_equip_charge_status", "{\"StartChargeSeq\":\"\"}", "StartChargeSeq is empty");
	fits("notification_stationStatus", "{\"ConnectorStatusInfo\":{\"ConnectorID\":\"1\"}}",
		"Status is missing");
	fits("notification_stationStatus",
		"{\"ConnectorStatusInfo\":{\"ConnectorID\":\"1\",\"Status\":255}}", "");
	fits("check_charge_orders", "[]", "Data is no object");
}

static void test_decimals_come_as_numbers_or_texts_I9(void **state)
{
	json_t *v = json_pack("{sfsssiss}", "a", 12.34, "b", "12.345678", "c", 12, "d", "12x");

	(void)state;
	assert_int_equal(cec_fixed(v, "a", 5, -1), 1234000);
	assert_int_equal(cec_fixed(v, "b", 4, -1), 123456);
	assert_int_equal(cec_fixed(v, "c", 2, -1), 1200);
	assert_int_equal(cec_fixed(v, "d", 2, -7), -7);
	assert_int_equal(cec_fixed(v, "e", 2, -7), -7);
	json_decref(v);
}

static void test_partners_spell_otherwise_I9(void **state)
{
	struct cec_spelling s;
	json_t *v = json_pack("{sis[{sisi}]}", "TotalSeviceMoney", 1, "ChargeDetails", "SevicePrice", 2,
		"ElecPrice", 3);
	char *text;

	(void)state;
	assert_true(cec_spelling_read(" SevicePrice=ServicePrice, TotalSeviceMoney=TotalServiceMoney\n",
		&s));
	assert_int_equal(s.n, 2);
	cec_respell(v, &s, true);
	text = json_write_dup(v);
	assert_string_equal(text,
		"{\"ChargeDetails\":[{\"ElecPrice\":3,\"ServicePrice\":2}],\"TotalServiceMoney\":1}");
	free(text);
	cec_respell(v, &s, false);
	assert_int_equal(json_i64(v, "TotalSeviceMoney", 0), 1);
	json_decref(v);
	assert_false(cec_spelling_read("a=b c", &s));
	assert_false(cec_spelling_read("=b", &s));
	assert_false(cec_spelling_read("a=", &s));
	assert_false(cec_spelling_read("a=b;drop", &s));
	assert_int_equal(s.n, 0);
	assert_true(cec_spelling_read("", &s));
}

static void test_all_fifteen_interfaces_I9(void **state)
{
	int n;
	const struct cec_interface *all = cec_interfaces(&n);

	(void)state;
	assert_int_equal(n, 15);
	for (int i = 0; i < n; i++) {
		assert_ptr_equal(cec_interface(all[i].name), &all[i]);
		assert_true(all[i].ask[0].name && all[i].answer[0].name);
	}
	assert_null(cec_interface("query_nothing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures_of_requests_and_answers_I9),
		cmocka_unit_test(test_contents_are_encrypted_as_published_I9),
		cmocka_unit_test(test_what_is_no_cipher_is_refused),
		cmocka_unit_test(test_a_request_is_written_and_read_again_I9),
		cmocka_unit_test(test_incomplete_envelopes_are_bad_posts_I9),
		cmocka_unit_test(test_answers_I9),
		cmocka_unit_test(test_fields_are_checked_I9),
		cmocka_unit_test(test_decimals_come_as_numbers_or_texts_I9),
		cmocka_unit_test(test_partners_spell_otherwise_I9),
		cmocka_unit_test(test_all_fifteen_interfaces_I9),
	};

	error_init();
	return cmocka_run_group_tests_name("cec102", tests, NULL, NULL);
}

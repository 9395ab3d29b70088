/* ocpp_test.c - OCPP-J: arrays, error codes by what is wrong, times, readings.
 * Owns nothing.
 * Serves lib/proto/ocpp. */
#include "unit.h"

#include "proto/ocpp.h"

static enum ocpp_reading read_text(const char *text, struct ocpp_message *m, enum ocpp_code *fault)
{
	return ocpp_read(text, strlen(text), m, fault);
}

/* N4: the id can be read and the rest is wrong. */
static void test_faults(void **state)
{
	static const struct { const char *text; enum ocpp_code code; } bad[] = {
		{ "[2,\"a\",\"heartbeat\",{}]", OCPP_NOT_IMPLEMENTED },
		{ "[2,\"a\",\"Heartbeat\"]", OCPP_FORMATION_VIOLATION },
		{ "[2,\"a\",\"Heartbeat\",{},1]", OCPP_FORMATION_VIOLATION },
		{ "[2,\"a\",\"Heartbeat\",[]]", OCPP_FORMATION_VIOLATION },
		{ "[2,\"a\",7,{}]", OCPP_FORMATION_VIOLATION },
		{ "[2,\"a\",\"Heartbeat\",{", OCPP_FORMATION_VIOLATION },
		{ " [ 2 , \"a\" , nonsense", OCPP_FORMATION_VIOLATION },
		{ "[2,\"a\",\"Heartbeat\",{\"x\":1,\"x\":2}]", OCPP_FORMATION_VIOLATION },
	};
	static const char *const silent[] = { "", "nonsense", "{}", "[2]", "[2,5,\"Heartbeat\",{}]",
		"[2,\"\",\"Heartbeat\",{}]", "[9,\"a\",{}]", "[3,\"a\",7]", "[4,\"a\"]", "[2,\"a" };
	struct ocpp_message m;
	enum ocpp_code fault;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_text(bad[i].text, &m, &fault), OCPP_FAULT);
		assert_int_equal(fault, bad[i].code);
		assert_string_equal(m.id, "a");
		assert_true(m.why[0] != '\0');
		ocpp_clear(&m);
	}
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
		assert_int_equal(read_text(silent[i], &m, &fault), OCPP_NOTHING);
		ocpp_clear(&m);
	}
}

static void test_deep_nesting_is_no_crash(void **state)
{
	char text[4000] = "[2,\"a\",\"Heartbeat\",";
	struct ocpp_message m;
	enum ocpp_code fault;

	(void)state;
	memset(text + strlen(text), '[', 3000);
	assert_int_equal(read_text(text, &m, &fault), OCPP_FAULT);
	assert_int_equal(fault, OCPP_FORMATION_VIOLATION);
	ocpp_clear(&m);
}

static void test_messages(void **state)
{
	struct ocpp_message m;
	enum ocpp_code fault;
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	assert_int_equal(read_text("[2,\"a\\\"b\",\"Heartbeat\",null]", &m, &fault), OCPP_READ);
	assert_int_equal(m.action, OCPP_HEARTBEAT);
	assert_true(json_is_object(m.payload));
	ocpp_write_result(&out, m.id, "{\"currentTime\":\"x\"}");
	assert_string_equal(buf_str(&out), "[3,\"a\\\"b\",{\"currentTime\":\"x\"}]");
	ocpp_clear(&m);
	buf_reset(&out);
	ocpp_write_error(&out, "1", OCPP_OCCURENCE_CONSTRAINT_VIOLATION, "is missing");
	assert_string_equal(buf_str(&out),
		"[4,\"1\",\"OccurenceConstraintViolation\",\"is missing\",{}]");
	buf_reset(&out);
	ocpp_write_call(&out, "7", OCPP_RESET, "{\"type\":\"Soft\"}");
	assert_string_equal(buf_str(&out), "[2,\"7\",\"Reset\",{\"type\":\"Soft\"}]");
	buf_clear(&out);
	assert_int_equal(read_text("[4,\"7\",\"NotSupported\",\"no\",{}]", &m, &fault), OCPP_READ);
	assert_string_equal(m.code, "NotSupported");
	ocpp_clear(&m);
}

static enum ocpp_code check(const char *action, const char *payload, enum ocpp_rigour rigour,
	bool *odd)
{
	json_t *value = NULL;
	char why[OCPP_WHY];
	enum ocpp_code code;

	assert_null(json_read(payload, strlen(payload), 10000, &value));
	code = ocpp_check(ocpp_action_find(action), false, value, rigour, why, odd);
	assert_int_equal(code != OCPP_FINE, why[0] != '\0');
	json_decref(value);
	return code;
}

/* N4: table 7 of OCPP-J. */
static void test_the_right_code(void **state)
{
#define START(id, at, meter) "{\"connectorId\":" id ",\"idTag\":\"A\",\"timestamp\":\"" at \
	"\",\"meterStart\":" meter "}"
#define NEW_YEAR "2026-01-01T00:00:00Z"
	static const char start[] = "StartTransaction";
	static const struct {
		const char *action, *payload;
		enum ocpp_code strict, fair, lenient;
	} all[] = {
		{ "Authorize", "{\"idTag\":\"A\"}", OCPP_FINE, OCPP_FINE, OCPP_FINE },
		{ "Authorize", "{}", OCPP_OCCURENCE_CONSTRAINT_VIOLATION,
			OCPP_OCCURENCE_CONSTRAINT_VIOLATION, OCPP_OCCURENCE_CONSTRAINT_VIOLATION },
		{ "Authorize", "{\"idTag\":true}", OCPP_TYPE_CONSTRAINT_VIOLATION,
			OCPP_TYPE_CONSTRAINT_VIOLATION, OCPP_TYPE_CONSTRAINT_VIOLATION },
		{ "Authorize", "{\"idTag\":\"123456789012345678901\"}", OCPP_PROPERTY_CONSTRAINT_VIOLATION,
			OCPP_PROPERTY_CONSTRAINT_VIOLATION, OCPP_FINE },
		{ "Authorize", "{\"idTag\":\"A\",\"more\":1}", OCPP_FORMATION_VIOLATION, OCPP_FINE,
			OCPP_FINE },
		{ start, START("1.0", NEW_YEAR, "0"),
			OCPP_TYPE_CONSTRAINT_VIOLATION, OCPP_FINE, OCPP_FINE },
		{ start, START("\"1\"", NEW_YEAR, "0"),
			OCPP_TYPE_CONSTRAINT_VIOLATION, OCPP_TYPE_CONSTRAINT_VIOLATION,
			OCPP_TYPE_CONSTRAINT_VIOLATION },
		{ start, START("1", "today", "0"),
			OCPP_TYPE_CONSTRAINT_VIOLATION, OCPP_TYPE_CONSTRAINT_VIOLATION, OCPP_FINE },
		{ start, START("1", NEW_YEAR, "3e9"),
			OCPP_PROPERTY_CONSTRAINT_VIOLATION, OCPP_PROPERTY_CONSTRAINT_VIOLATION,
			OCPP_PROPERTY_CONSTRAINT_VIOLATION },
		{ "StopTransaction", "{\"transactionId\":1,\"meterStop\":0,"
			"\"timestamp\":\"" NEW_YEAR "\","
			"\"reason\":\"Bored\",\"transactionData\":[]}", OCPP_PROPERTY_CONSTRAINT_VIOLATION,
			OCPP_FINE, OCPP_FINE },
		{ "StatusNotification",
			"{\"connectorId\":1,\"errorCode\":\"Error\",\"status\":\"Available\"}",
			OCPP_PROPERTY_CONSTRAINT_VIOLATION, OCPP_PROPERTY_CONSTRAINT_VIOLATION, OCPP_FINE },
		{ "MeterValues", "{\"connectorId\":1,\"meterValue\":{\"timestamp\":\"" NEW_YEAR "\","
			"\"sampledValue\":[{\"value\":7}]}}", OCPP_TYPE_CONSTRAINT_VIOLATION,
			OCPP_TYPE_CONSTRAINT_VIOLATION, OCPP_FINE },
		{ "MeterValues", "{\"connectorId\":1,\"meterValue\":[]}",
			OCPP_OCCURENCE_CONSTRAINT_VIOLATION, OCPP_OCCURENCE_CONSTRAINT_VIOLATION, OCPP_FINE },
		{ "SendLocalList",
			"{\"listVersion\":1,\"updateType\":\"Full\",\"localAuthorizationList\":[{}]}",
			OCPP_OCCURENCE_CONSTRAINT_VIOLATION, OCPP_OCCURENCE_CONSTRAINT_VIOLATION, OCPP_FINE },
	};
	bool odd;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(check(all[i].action, all[i].payload, OCPP_STRICT, &odd), all[i].strict);
		assert_int_equal(check(all[i].action, all[i].payload, OCPP_FAIR, &odd), all[i].fair);
		assert_int_equal(check(all[i].action, all[i].payload, OCPP_LENIENT, &odd), all[i].lenient);
		if (all[i].strict != OCPP_FINE && all[i].lenient == OCPP_FINE)
			assert_true(odd);
	}
}

static void test_sides(void **state)
{
	(void)state;
	assert_int_equal(ocpp_action_side(OCPP_HEARTBEAT), OCPP_UP);
	assert_int_equal(ocpp_action_side(OCPP_RESET), OCPP_DOWN);
	assert_int_equal(ocpp_action_side(OCPP_DATA_TRANSFER), OCPP_BOTH);
	assert_int_equal(ocpp_action_find("MeterValues"), OCPP_METER_VALUES);
	assert_int_equal(ocpp_action_find("metervalues"), OCPP_ACTIONS);
	for (int i = 0; i < OCPP_ACTIONS; i++)
		assert_non_null(ocpp_fields((enum ocpp_action)i, false));
}

static void test_times(void **state)
{
	static const struct { const char *text; int64_t t; } good[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-11-26T20:00:00Z", 1795723200 },
		{ "2026-11-26T20:00:00.123456Z", 1795723200 },
		{ "2026-11-27T04:00:00+08:00", 1795723200 },
		{ "2026-11-27T04:00:00+0800", 1795723200 },
		{ "2026-11-26T15:30:00-04:30", 1795723200 },
		{ "2026-11-26T20:00:00", 1795723200 },
		{ "2024-02-29T00:00:00Z", 1709164800 },
	};
	static const char *const bad[] = { "", "2026-11-26", "2025-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-11-26T24:00:00Z", "2026-11-26T20:00:00X",
		"2026-11-26T20:00:00+99:00", "26-11-26T20:00:00Z" };
	char text[OCPP_TIME_TEXT];
	int64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(ocpp_time(good[i].text, &t));
		assert_int_equal(t, good[i].t);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ocpp_time(bad[i], &t));
	assert_string_equal(ocpp_time_text(1795723200, text), "2026-11-26T20:00:00Z");
	assert_string_equal(ocpp_time_text(1709164800, text), "2024-02-29T00:00:00Z");
	assert_string_equal(ocpp_time_text(-5, text), "1970-01-01T00:00:00Z");
}

static struct ocpp_meter meter_of(const char *samples)
{
	char text[1000];
	struct ocpp_meter m;
	json_t *value = NULL;

	snprintf(text, sizeof(text), "{\"timestamp\":\"2026-11-26T20:00:00Z\",\"sampledValue\":%s}",
		samples);
	assert_null(json_read(text, strlen(text), 1000, &value));
	ocpp_meter(value, &m);
	json_decref(value);
	return m;
}

static void test_meter(void **state)
{
	struct ocpp_meter m;

	(void)state;
	m = meter_of("[{\"value\":\"1234.5\"}]");
	assert_int_equal(m.energy_mwh, 1234500);
	assert_int_equal(m.at, 1795723200);
	assert_int_equal(m.power_mw, -1);
	assert_int_equal(m.soc, -1);
	m = meter_of("[{\"value\":\"1.25\",\"unit\":\"kWh\"},"
		"{\"value\":7.2,\"measurand\":\"Power.Active.Import\",\"unit\":\"kW\"},"
		"{\"value\":\"55\",\"measurand\":\"SoC\"}]");
	assert_int_equal(m.energy_mwh, 1250000);
	assert_int_equal(m.power_mw, 7200000);
	assert_int_equal(m.soc, 55);
	m = meter_of("[{\"value\":\"100\",\"phase\":\"L1\"},{\"value\":\"200\",\"phase\":\"L2\"},"
		"{\"value\":\"16\",\"phase\":\"L1\",\"measurand\":\"Current.Import\"},"
		"{\"value\":\"12\",\"phase\":\"L2\",\"measurand\":\"Current.Import\"}]");
	assert_int_equal(m.energy_mwh, 300000);
	assert_int_equal(m.current_da, 160);
	m = meter_of("[{\"value\":\"100\",\"phase\":\"L1\"},{\"value\":\"250\"}]");
	assert_int_equal(m.energy_mwh, 250000);
	m = meter_of("[{\"value\":\"nonsense\"},{\"value\":\"99999999999999999999\"}]");
	assert_int_equal(m.energy_mwh, -1);
	m = meter_of("{\"value\":\"5\"}");
	assert_int_equal(m.energy_mwh, 5000);
	m = meter_of("[]");
	assert_int_equal(m.energy_mwh, -1);
	assert_int_equal(m.temperature, OCPP_TEMPERATURE_NONE);
}

static void test_text_and_mask(void **state)
{
	char out[200], secret[] = "[2,\"1\",\"ChangeConfiguration\","
		"{\"key\":\"AuthorizationKey\",\"value\":\"c0ffee\"}]";

	(void)state;
	assert_string_equal(ocpp_text("[2,\"1\",\"Heartbeat\",{}]", 22, out, sizeof(out)), "Heartbeat");
	assert_string_equal(out, "[2,\"1\",\"Heartbeat\",{}]");
	assert_string_equal(ocpp_text("[3,\"1\",{}]", 10, out, sizeof(out)), "result");
	assert_string_equal(ocpp_text("nonsense", 8, out, sizeof(out)), "?");
	ocpp_mask(secret, strlen(secret));
	assert_null(strstr(secret, "c0ffee"));
	assert_non_null(strstr(secret, "ChangeConfiguration"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_deep_nesting_is_no_crash),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_the_right_code),
		cmocka_unit_test(test_sides),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_meter),
		cmocka_unit_test(test_text_and_mask),
	};

	return cmocka_run_group_tests_name("ocpp N4", tests, NULL, NULL);
}

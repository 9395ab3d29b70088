/* json_test.c - strict JSON.
 * Owns nothing.
 * Serves lib/base/json. */
#include "unit.h"

#include "base/buf.h"
#include "base/json.h"

static NEOERR *read_text(const char *text, json_t **out)
{
	return nerr_pass(json_read(text, strlen(text), 1000, out));
}

static void reads_and_writes_sorted(void **state)
{
	json_t *v;
	char *text;

	(void)state;
	assert_ok(read_text(" {\"b\":[1,true,null,\"\xE7\x94\xB5\"],\"a\":9223372036854775807}\n", &v));
	text = json_write_dup(v);
	assert_string_equal(text, "{\"a\":9223372036854775807,\"b\":[1,true,null,\"\xE7\x94\xB5\"]}");
	free(text);
	assert_true(json_i64(v, "a", 0) == INT64_MAX);
	assert_int_equal(json_i64(v, "b", 7), 7);
	assert_int_equal(json_i64(v, "none", -1), -1);
	assert_string_equal(json_text(v, "a", "fallback"), "fallback");
	assert_null(json_text(v, "none", NULL));
	assert_int_equal(json_i64(NULL, "a", 3), 3);
	json_decref(v);
	assert_ok(read_text("{\"s\":\"x\"}", &v));
	assert_string_equal(json_text(v, "s", ""), "x");
	json_decref(v);
}

static void refuses_what_is_not_json(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"{",
		"[1,]",
		"[01]",
		"[1 2]",
		"{\"a\":1,\"a\":2}",
		"{\"a\":1}x",
		"[NaN]",
		"['a']",
		"[1e999]",
		"[9223372036854775808]",
		"[\"\x01\"]",
		"[\"\xC0\x80\"]",
		"[\"\\ud800\"]",
		"[\"\\u0000\"]",
		"[\"\xED\xA0\x80\"]",
		"// c\n[]",
		"[.5]",
		"[+1]",
		"[\"a]",
		"]",
		"[}",
		"1",
		"\"x\"",
		"{a:1}",
	};
	json_t *v;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_raises(read_text(bad[i], &v), ERR_INVALID, "JSON");
		assert_null(v);
	}
	assert_raises(json_read("[]\0", 3, 100, &v), ERR_INVALID, "JSON");
	assert_raises(json_read("[1,2,3]", 7, 6, &v), ERR_INVALID, "at most 6");
	assert_ok(json_read("[1,2,3]", 7, 7, &v));
	json_decref(v);
}

static void depth_has_a_limit(void **state)
{
	char text[200];
	json_t *v;

	(void)state;
	for (int depth = JSON_DEPTH; depth <= JSON_DEPTH + 1; depth++) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		text[2 * depth] = '\0';
		if (depth == JSON_DEPTH) {
			assert_ok(read_text(text, &v));
			json_decref(v);
		} else {
			assert_raises(read_text(text, &v), ERR_INVALID, "deeper than 32");
		}
	}
	/* brackets inside strings do not count */
	assert_ok(read_text("[\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\",1]", &v));
	json_decref(v);
}

static void quotes_for_json_and_html(void **state)
{
	static const char *const rows[][2] = {
		{ "", "\"\"" }, { "a\"b\\c", "\"a\\\"b\\\\c\"" }, { "\n\r\t\b\f", "\"\\n\\r\\t\\b\\f\"" },
		{ "\x01\x7f", "\"\\u0001\\u007f\"" }, { "</script>&", "\"\\u003c/script\\u003e\\u0026\"" },
		{ "\xE7\x94\xB5", "\"\xE7\x94\xB5\"" }, { "x\xFFy", "\"x\xEF\xBF\xBDy\"" },
		{ "\xE7\x94", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *back;
		buf_reset(&b);
		json_quote(&b, rows[i][0]);
		assert_string_equal(buf_str(&b), rows[i][1]);
		back = json_loadb(b.data, b.len, JSON_DECODE_ANY, NULL);
		assert_non_null(back);
		json_decref(back);
	}
	buf_reset(&b);
	json_quote(&b, NULL);
	assert_string_equal(buf_str(&b), "\"\"");
	buf_clear(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(reads_and_writes_sorted),
	cmocka_unit_test(refuses_what_is_not_json),
	cmocka_unit_test(depth_has_a_limit),
	cmocka_unit_test(quotes_for_json_and_html),
};

UNIT_MAIN(tests)

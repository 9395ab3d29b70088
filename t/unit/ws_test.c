/* ws_test.c - WebSocket heads: RFC 6455's own examples, torn, unmasked, lying and too long ones.
 * Owns nothing.
 * Serves lib/proto/ws. */
#include "unit.h"

#include "proto/ws.h"

static int head(const char *bytes, size_t n, size_t max)
{
	struct ws_frame f;

	return ws_head((const uint8_t *)bytes, n, max, &f);
}

/* The masked "Hello" of section 5.7, a byte at a time. */
static void test_torn_and_whole(void **state)
{
	uint8_t hello[] = { 0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58 };
	struct ws_frame f;

	(void)state;
	for (size_t n = 0; n < 6; n++)
		assert_int_equal(ws_head(hello, n, 5, &f), -1);
	assert_int_equal(ws_head(hello, sizeof(hello), 5, &f), 0);
	assert_int_equal(f.op, WS_TEXT);
	assert_true(f.fin);
	assert_int_equal(f.head, 6);
	assert_int_equal(f.len, 5);
	ws_unmask(hello + f.head, f.len, f.mask);
	assert_memory_equal(hello + f.head, "Hello", 5);
}

static void test_unlawful(void **state)
{
	(void)state;
	assert_int_equal(head("\x81\x05", 2, 100), WS_PROTOCOL);             /* unmasked */
	assert_int_equal(head("\xc1\x85", 2, 100), WS_PROTOCOL);             /* compressed */
	assert_int_equal(head("\x83\x85", 2, 100), WS_PROTOCOL);             /* no such opcode */
	assert_int_equal(head("\x8b\x85", 2, 100), WS_PROTOCOL);
	assert_int_equal(head("\x09\x80", 2, 100), WS_PROTOCOL);             /* a ping in pieces */
	assert_int_equal(head("\x89\xfe", 2, 1000), WS_PROTOCOL);            /* a ping of 126 */
	assert_int_equal(head("\x81\xfe\x00\x7d", 4, 1000), WS_PROTOCOL);    /* not the shortest */
	assert_int_equal(head("\x81\xff\x80\0\0\0\0\0\0\0", 10, 1000), WS_PROTOCOL);
}

/* Judged before the mask or any payload has come. */
static void test_cap(void **state)
{
	(void)state;
	assert_int_equal(head("\x81\xfe\x01\x00", 4, 255), WS_TOO_BIG);
	assert_int_equal(head("\x81\xfe\x01\x00", 4, 256), -1);
	assert_int_equal(head("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10, 255), WS_TOO_BIG);
}

/* What is written, the reader understands once a mask is there. */
static void test_widths(void **state)
{
	static const struct { size_t len, head; } width[] = {
		{ 0, 2 }, { 125, 2 }, { 126, 4 }, { 65535, 4 }, { 65536, 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(width) / sizeof(width[0]); i++) {
		uint8_t out[WS_HEAD_MAX + 4] = { 0 };
		struct ws_frame f;
		size_t n = ws_head_write(WS_BINARY, width[i].len, out);

		assert_int_equal(n, width[i].head);
		out[1] |= 128;
		assert_int_equal(ws_head(out, n + 4, 65536, &f), 0);
		assert_int_equal(f.op, WS_BINARY);
		assert_int_equal(f.len, width[i].len);
	}
}

static void test_close_codes(void **state)
{
	static const unsigned lawful[] = { 1000, 1003, 1007, 1014, 3000, 4999 };
	static const unsigned unlawful[] = { 0, 999, 1004, 1005, 1006, 1015, 2999, 5000 };

	(void)state;
	for (size_t i = 0; i < sizeof(lawful) / sizeof(lawful[0]); i++)
		assert_true(ws_code_lawful(lawful[i]));
	for (size_t i = 0; i < sizeof(unlawful) / sizeof(unlawful[0]); i++)
		assert_false(ws_code_lawful(unlawful[i]));
}

/* ---- handshake */

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n"
#define WISH "Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n" \
	"Sec-WebSocket-Version: 13\r\n"
#define KEY "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

static int shake(const char *text, struct ws_request *r)
{
	size_t used = 0;
	int status = ws_request_read(text, strlen(text), r, &used);

	if (status == 0)
		assert_int_equal(used, strlen(text));
	return status;
}

/* RFC 6455 section 1.3. */
static void test_handshake(void **state)
{
	static const char whole[] = GET("/ocpp/CP%2001") WISH KEY
		"Sec-WebSocket-Protocol: ocpp2.0.1, ocpp1.6\r\n\r\n";
	struct ws_request r;
	char out[WS_ANSWER_MAX];
	size_t used, len;

	(void)state;
	for (size_t n = 0; n + 1 < strlen(whole); n++)
		assert_int_equal(ws_request_read(whole, n, &r, &used), -1);
	assert_int_equal(shake(GET("/ocpp/CP%2F-01?x=/y") WISH KEY
		"Sec-WebSocket-Protocol: ocpp2.0.1, ocpp1.6\r\n\r\n", &r), 0);
	assert_string_equal(r.identity, "CP/-01");
	assert_string_equal(r.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	assert_true(ws_offers(&r, "ocpp1.6"));
	assert_false(ws_offers(&r, "ocpp1.5"));
	assert_false(ws_offers(&r, "ocpp1"));
	len = ws_welcome(r.accept, "ocpp1.6", out);
	assert_int_equal(len, strlen(out));
	assert_non_null(strstr(out, "\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n"));
	ws_welcome(r.accept, NULL, out);
	assert_null(strstr(out, "Protocol:"));
}

static void test_handshake_refused(void **state)
{
	static const struct { int status; const char *text; } bad[] = {
		{ 404, GET("/ocpp/") WISH KEY "\r\n" },
		{ 404, GET("/ocpp/a%0ab") WISH KEY "\r\n" },
		{ 404, GET("/ocpp/a%2") WISH KEY "\r\n" },
		{ 404, GET("/ocpp/\xc3\xa4") WISH KEY "\r\n" },
		{ 405, "POST /ocpp/a HTTP/1.1\r\n" WISH KEY "\r\n" },
		{ 400, "GET /ocpp/a HTTP/1.0\r\n" WISH KEY "\r\n" },
		{ 400, "GET ocpp/a HTTP/1.1\r\n" WISH KEY "\r\n" },
		{ 400, "nonsense\r\n\r\n" },
		{ 400, GET("/ocpp/a") WISH "\r\n" },
		{ 400, GET("/ocpp/a") WISH "Sec-WebSocket-Key: c2hvcnQ=\r\n\r\n" },
		{ 400, GET("/ocpp/a") "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" KEY "\r\n" },
		{ 400, GET("/ocpp/a") WISH KEY "no header\r\n\r\n" },
		{ 400, GET("/ocpp/a") WISH KEY "Authorization: Basic !!\r\n\r\n" },
		{ 426, GET("/ocpp/a") "Upgrade: websocket\r\nConnection: upgrade\r\n"
			"Sec-WebSocket-Version: 8\r\n" KEY "\r\n" },
	};
	struct ws_request r;
	char huge[WS_HANDSHAKE_MAX + 1], out[WS_ANSWER_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(shake(bad[i].text, &r), bad[i].status);
	memset(huge, 'a', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	assert_int_equal(shake(huge, &r), 431);
	ws_refusal(426, out);
	assert_non_null(strstr(out, "Sec-WebSocket-Version: 13"));
	ws_refusal(401, out);
	assert_non_null(strstr(out, "WWW-Authenticate: Basic"));
}

/* Split at the colon behind the identity; the password is bytes. */
static void test_password(void **state)
{
	static const struct { const char *coded, *password; } logins[] = {
		{ "Basic Q1AxOnBhOnNz", "pa:ss" },           /* CP1:pa:ss */
		{ "basic  Q1AxOg==", "" },                   /* CP1: */
		{ "Basic Q1AyOnBhOnNz", NULL },              /* CP2:pa:ss */
		{ "Basic Q1Ax", NULL },                      /* CP1 */
		{ "Bearer Q1AxOnBhOnNz", NULL },
	};
	struct ws_request r;
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		const uint8_t *password;
		size_t len = 99;

		snprintf(text, sizeof(text), GET("/CP1") WISH KEY "Authorization: %s\r\n\r\n",
			logins[i].coded);
		assert_int_equal(shake(text, &r), 0);
		password = ws_password(&r, &len);
		if (logins[i].password == NULL) {
			assert_null(password);
		} else {
			assert_int_equal(len, strlen(logins[i].password));
			assert_memory_equal(password, logins[i].password, len);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_torn_and_whole),
		cmocka_unit_test(test_unlawful),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_close_codes),
		cmocka_unit_test(test_handshake),
		cmocka_unit_test(test_handshake_refused),
		cmocka_unit_test(test_password),
	};

	return cmocka_run_group_tests_name("ws", tests, NULL, NULL);
}

/* request_test.c - requests: parameters, files, cookies, caps, encodings; routes and answers.
 * Owns nothing.
 * Serves cgi/parse, request, response, route. */
#include <ClearSilver.h>

#include "unit.h"

#include "base/clock.h"
#include "base/text.h"
#include "cgi/login.h"
#include "cgi/parse.h"
#include "cgi/response.h"
#include "cgi/route.h"

struct fake { const char *const (*env)[2]; const char *body; size_t len, at; };

static const char *fake_env(void *ctx, const char *name)
{
	struct fake *f = ctx;

	for (int i = 0; f->env && f->env[i][0]; i++)
		if (strcmp(f->env[i][0], name) == 0)
			return f->env[i][1];
	return NULL;
}

/* Small pieces, as sockets give them. */
static int fake_read(void *ctx, char *p, int len)
{
	struct fake *f = ctx;
	int n = (int)(f->len - f->at);

	n = n > len ? len : n;
	n = n > 7 ? 7 : n;
	memcpy(p, f->body + f->at, (size_t)n);
	f->at += (size_t)n;
	return n;
}

static struct request_source source_of(struct fake *f)
{
	return (struct request_source){ .env = fake_env, .read = fake_read, .ctx = f };
}

static NEOERR *parse(struct param_list *l, const char *text)
{
	return nerr_pass(parse_urlencoded(l, arena_strdup(l->arena, text), strlen(text), true));
}

static void urlencoded_as_browsers_send_it(void **state)
{
	static const struct { const char *text; int n; const char *name, *value; } rows[] = {
		{ "a=b", 1, "a", "b" }, { "a=", 1, "a", "" }, { "a", 1, "a", "" }, { "=b", 1, "", "b" }, { "&&a=b&&", 1, "a", "b" },
		{ "a=1&b=2&a=3", 3, "a", "1" }, { "a+b=c+d", 1, "a b", "c d" }, { "a=%E7%94%B5", 1, "a", "\xE7\x94\xB5" },
		{ "a=100%", 1, "a", "100%" }, { "a=%zz%4", 1, "a", "%zz%4" }, { "a=b=c", 1, "a", "b=c" }, { "%61=%3d%26", 1, "a", "=&" },
		{ "page.size=9", 1, "page.size", "9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena a;
		arena_init(&a);
		struct param_list l = { .arena = &a };
		assert_ok(parse(&l, rows[i].text));
		assert_int_equal(l.n, rows[i].n);
		assert_string_equal(l.param[0].name, rows[i].name);
		assert_string_equal(l.param[0].value, rows[i].value);
		arena_clear(&a);
	}
}

static void bad_bytes_are_refused(void **state)
{
	static const char *const rows[] = { "a=%00", "a=%ff", "%c0%af=1", "a=%ed%a0%80", "a=\xfe", "%00=1" };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena a;
		arena_init(&a);
		struct param_list l = { .arena = &a };
		assert_raises(parse(&l, rows[i]), ERR_INVALID, "not UTF-8");
		arena_clear(&a);
	}
}

/* 40 000 repeated keys cost another parser 17 s. */
static void a_flood_of_keys_ends_at_the_cap(void **state)
{
	struct arena a;
	struct buf text;
	int64_t began = clock_mono_ms();

	(void)state;
	arena_init(&a);
	buf_init(&text, 0);
	for (int i = 0; i < 40000; i++)
		buf_puts(&text, "k=1&");
	struct param_list l = { .arena = &a };
	assert_raises(parse(&l, text.data), ERR_INVALID, "more than 2000 parameters");
	assert_int_equal(l.n, REQUEST_PARAMS_MAX);
	buf_reset(&text);
	for (int i = 0; i < PARSE_NAME_MAX + 1; i++)
		buf_putc(&text, 'n');
	assert_raises(parse(&l, text.data), ERR_INVALID, "longer than");
	assert_true(clock_mono_ms() - began < 1000);
	buf_clear(&text);
	arena_clear(&a);
}

static void media_types_have_suffixes(void **state)
{
	(void)state;
	assert_true(parse_type_is("application/x-www-form-urlencoded; charset=UTF-8", "application/x-www-form-urlencoded"));
	assert_true(parse_type_is("Multipart/Form-Data;boundary=x", "multipart/form-data"));
	assert_false(parse_type_is("application/x-www-form-urlencodedx", "application/x-www-form-urlencoded"));
	assert_false(parse_type_is(NULL, "text/plain"));
}

static NEOERR *parse_parts(struct param_list *l, const char *boundary, const char *body, size_t len)
{
	char type[200];

	snprintf(type, sizeof type, "multipart/form-data; charset=utf-8; boundary=\"%s\"", boundary);
	return nerr_pass(parse_multipart(l, arena_memdup(l->arena, body, len), len, type));
}

#define PART(name_part) "Content-Disposition: form-data; " name_part "\r\n"

static void multipart_fields_and_files(void **state)
{
	static const char body[] = "--B\r\n" PART("name=\"a\"") "\r\n1\r\n"
		"--B\r\n" PART("name=\"say %22hi%22\"") "\r\ntwo\r\nlines\r\n"
		"--B\r\n" PART("name=\"none\"; filename=\"\"") "Content-Type: application/octet-stream\r\n\r\n\r\n"
		"--B\r\n" PART("name=\"file\"; filename=\"C:\\dir\\\xE8\xA1\xA8.xlsx\"") "Content-Type: application/zip\r\n\r\nPK\0\xff--B\r\n"
		"--B\r\n" PART("name=\"empty\"") "\r\n\r\n--B--\r\nafter";
	struct arena a;

	(void)state;
	arena_init(&a);
	struct param_list l = { .arena = &a };
	assert_ok(parse_parts(&l, "B", body, sizeof body - 1));
	assert_int_equal(l.n, 3);
	assert_string_equal(l.param[0].value, "1");
	assert_string_equal(l.param[1].name, "say \"hi\"");
	assert_string_equal(l.param[1].value, "two\r\nlines");
	assert_string_equal(l.param[2].value, "");
	assert_int_equal(l.uploads, 1);
	assert_string_equal(l.upload[0].filename, "\xE8\xA1\xA8.xlsx");
	assert_string_equal(l.upload[0].type, "application/zip");
	assert_int_equal(l.upload[0].len, 7);
	assert_memory_equal(l.upload[0].data, "PK\0\xff--B", 7);
	arena_clear(&a);
}

/* Different clients send boundaries of different lengths to one worker. */
static void boundaries_of_every_length(void **state)
{
	(void)state;
	for (int n = 1; n <= 71; n++) {
		char boundary[80], body[300];
		struct arena a;
		NEOERR *err;

		arena_init(&a);
		memset(boundary, 'b', (size_t)n);
		boundary[n] = '\0';
		snprintf(body, sizeof body, "--%s\r\n" PART("name=\"a\"") "\r\nv\r\n--%s--\r\n", boundary, boundary);
		struct param_list l = { .arena = &a };
		err = parse_parts(&l, boundary, body, strlen(body));
		if (n <= 70) {
			assert_ok(err);
			assert_string_equal(l.param[0].value, "v");
		} else
			assert_raises(err, ERR_INVALID, "boundary");
		arena_clear(&a);
	}
}

static void broken_multiparts_are_refused(void **state)
{
	static const struct { const char *body, *why; } rows[] = {
		{ "", "does not begin" }, { "--C\r\n", "does not begin" }, { "--B", "ends early" }, { "--B\r\n", "broken head" },
		{ "--B\r\n" PART("name=\"a\"") "\r\nv", "ends early" }, { "--B\r\n" PART("name=\"a\"") "\r\nv\r\n--B", "ends early" },
		{ "--B\r\nContent-Type: text/plain\r\n\r\nv\r\n--B--", "no name" },
		{ "--B\r\n" PART("name=\"a\"") "\r\n\xff\r\n--B--", "not UTF-8" },
		{ "--B\r\n" PART("name=\"a\"; filename=\"\xff\"") "\r\nv\r\n--B--", "not UTF-8" },
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct param_list l = { .arena = &a };
		assert_raises(parse_parts(&l, "B", rows[i].body, strlen(rows[i].body)), ERR_INVALID, rows[i].why);
	}
	struct param_list l = { .arena = &a };
	assert_raises(parse_multipart(&l, arena_strdup(&a, "x"), 1, "multipart/form-data"), ERR_INVALID, "no boundary");
	arena_clear(&a);
}

static void at_most_eight_files(void **state)
{
	struct buf body;
	struct arena a;

	(void)state;
	arena_init(&a);
	buf_init(&body, 0);
	for (int i = 0; i < REQUEST_FILES_MAX + 1; i++)
		buf_puts(&body, "--B\r\n" PART("name=\"f\"; filename=\"x\"") "\r\nv\r\n");
	buf_puts(&body, "--B--");
	struct param_list l = { .arena = &a };
	assert_raises(parse_parts(&l, "B", body.data, body.len), ERR_INVALID, "more than 8 files");
	buf_clear(&body);
	arena_clear(&a);
}

static void cookies_of_others_do_no_harm(void **state)
{
	char header[] = "a=1; b=%E7%94%B5; broken; =x; bad=%ff; a=2", lengthy[PARSE_NAME_MAX + 10];
	struct arena a;

	(void)state;
	arena_init(&a);
	struct param_list l = { .arena = &a };
	parse_cookies(&l, header);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.param[0].value, "1");
	assert_string_equal(l.param[1].value, "\xE7\x94\xB5");
	memset(lengthy, 'n', sizeof lengthy - 1);
	memcpy(lengthy + sizeof lengthy - 3, "=1", 3);
	parse_cookies(&l, lengthy);
	assert_int_equal(l.n, 3);
	arena_clear(&a);
}

static void a_whole_request(void **state)
{
	static const char *const env[][2] = {
		{ "REQUEST_METHOD", "POST" }, { "REQUEST_URI", "/admin/%E6%A1%A9/7?page=2&x=q" }, { "CONTENT_LENGTH", "9" },
		{ "CONTENT_TYPE", "application/x-www-form-urlencoded;charset=UTF-8" }, { "HTTP_COOKIE", "lang=en; t=1" }, { "HTTPS", "on" },
		{ "HTTP_HX_REQUEST", "true" }, { "REMOTE_ADDR", "127.0.0.1" }, { "HTTP_USER_AGENT", "a\"b\x01" }, { NULL, NULL } };
	struct fake f = { .env = env, .body = "x=b&y=%41", .len = 9 };
	struct request_source src = source_of(&f);
	struct request req;
	int64_t page;

	(void)state;
	assert_ok(request_init(&req, NULL, &src));
	assert_string_equal(req.path, "/admin/\xE6\xA1\xA9/7");
	assert_string_equal(req.query, "page=2&x=q");
	assert_string_equal(request_param(&req, "x"), "b");          /* the form's before the address's */
	assert_string_equal(request_param(&req, "y"), "A");
	assert_true(request_i64(&req, "page", &page) && page == 2);
	assert_null(request_param(&req, "z"));
	assert_true(req.tls && req.htmx && !req.json);
	assert_string_equal(req.lang, "en");
	assert_string_equal(req.agent, "a?b?");
	assert_int_equal(strlen(req.id), 32);
	request_clear(&req);
}

static void requests_that_cannot_be_read(void **state)
{
	static const struct { const char *method, *uri, *length, *type, *why; } rows[] = {
		{ "POST", "/", "99999999", "application/json", "too large" },
		{ "POST", "/", "2097153", "application/x-www-form-urlencoded", "too large" },
		{ "POST", "/", "10", "application/json", "ends early" }, { "POST", "/", "x", "application/json", "no number" },
		{ "POST", "/", "-1", "application/json", "no number" }, { "GET", "/%ff", NULL, NULL, "address" },
		{ "GET", "/a%00b", NULL, NULL, "address" }, { "GET", "/?a=%ff", NULL, NULL, "not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *const env[][2] = { { "REQUEST_METHOD", rows[i].method }, { "REQUEST_URI", rows[i].uri },
			{ "CONTENT_LENGTH", rows[i].length }, { "CONTENT_TYPE", rows[i].type }, { NULL, NULL } };
		struct fake f = { .env = env, .body = "abc", .len = 3 };
		struct request_source src = source_of(&f);
		struct request req;

		assert_raises(request_init(&req, NULL, &src), ERR_INVALID, rows[i].why);
		assert_non_null(req.hdf);                    /* it can still be answered */
		request_clear(&req);
	}
}

static void language_by_cookie_then_browser(void **state)
{
	static const struct { const char *cookie, *accept, *lang; } rows[] = {
		{ NULL, NULL, "zh-CN" }, { NULL, "en-US,en;q=0.9", "en" }, { NULL, "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN" },
		{ NULL, "en;q=0.9,zh;q=0.1", "en" }, { "lang=zh-CN", "en", "zh-CN" }, { "lang=en", "zh", "en" }, { NULL, "fr", "zh-CN" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *const env[][2] = { { "REQUEST_METHOD", "GET" }, { "REQUEST_URI", "/" }, { "HTTP_COOKIE", rows[i].cookie },
			{ "HTTP_ACCEPT_LANGUAGE", rows[i].accept }, { NULL, NULL } };
		struct fake f = { .env = env };
		struct request_source src = source_of(&f);
		struct request req;

		assert_ok(request_init(&req, NULL, &src));
		assert_string_equal(req.lang, rows[i].lang);
		request_clear(&req);
	}
}

/* A request for `uri` to try routes and answers on. */
static struct fake blank = { .env = NULL };
static struct request_source blank_source = { .env = fake_env, .read = fake_read, .ctx = &blank };

static void begin(struct request *req, enum method method, const char *path)
{
	assert_ok(request_init(req, NULL, &blank_source));
	req->method = method;
	req->path = path;
}

static NEOERR *unused(struct request *req)
{
	(void)req;
	return STATUS_OK;
}

static void routes_by_pattern_and_method(void **state)
{
	static const struct route first[] = {
		{ METHOD_GET, "/admin/pile", unused }, { METHOD_GET, "/admin/pile/:id", unused }, { METHOD_POST, "/admin/:what/:id/stop", unused },
		{ METHOD_GET, "/d/", unused }, { .pattern = NULL } };
	static const struct route second[] = { { METHOD_GET, "/admin/pile/new", unused }, { .pattern = NULL } };
	static const struct route *const tables[] = { first, second, NULL };
	static const struct { enum method method; const char *path; const struct route *want; bool known; const char *id; } rows[] = {
		{ METHOD_GET, "/admin/pile", &first[0] }, { METHOD_HEAD, "/admin/pile", &first[0] }, { METHOD_POST, "/admin/pile", NULL, true },
		{ METHOD_GET, "/admin/pile/7", &first[1], false, "7" }, { METHOD_GET, "/admin/pile/new", &first[1], false, "new" },
		{ METHOD_GET, "/admin/pile/", NULL }, { METHOD_GET, "/admin/pile/7/", NULL }, { METHOD_GET, "/admin/piles", NULL },
		{ METHOD_POST, "/admin/session/9/stop", &first[2], false, "9" }, { METHOD_GET, "/d/", &first[3] }, { METHOD_GET, "/d", NULL },
		{ METHOD_GET, "", NULL }, { METHOD_OTHER, "/d/", NULL, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct request req;
		bool known;

		begin(&req, rows[i].method, rows[i].path);
		assert_ptr_equal(route_match(&req, tables, &known), rows[i].want);
		assert_int_equal(known, rows[i].known);
		if (rows[i].id)
			assert_string_equal(route_part(&req, "id"), rows[i].id);
		assert_int_equal(route_id(&req, "id"), rows[i].id ? strtoll(rows[i].id, NULL, 10) : 0);
		request_clear(&req);
	}
}

static void answers_stay_on_this_site(void **state)
{
	static const struct { const char *path, *location; } rows[] = {
		{ "/admin/pile?page=2", "Location: /admin/pile?page=2\r\n" }, { "//evil.example/", "Location: /\r\n" },
		{ "https://evil.example/", "Location: /\r\n" }, { "/\\evil.example", "Location: /\r\n" },
		{ "/a\r\nSet-Cookie: x=1", "Location: /\r\n" }, { "", "Location: /\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct request req;

		begin(&req, METHOD_POST, "/");
		response_redirect(&req, rows[i].path);
		assert_int_equal(req.status, 303);
		assert_string_equal(buf_str(&req.headers), rows[i].location);
		request_clear(&req);
	}
}

static void cookies_are_guarded(void **state)
{
	struct request req;

	(void)state;
	begin(&req, METHOD_GET, "/");
	req.tls = true;
	response_cookie(&req, "t", "a;\r\nb", 60);
	assert_string_equal(buf_str(&req.headers), "Set-Cookie: t=a%3B%0D%0Ab; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure\r\n");
	buf_reset(&req.headers);
	response_header(&req, "X", "a\r\nSet-Cookie: evil=1");
	assert_string_equal(buf_str(&req.headers), "");
	request_clear(&req);
}

static void posts_need_the_forms_word(void **state)
{
	struct param with = { .name = "_csrf", .value = "0123" }, without = { .name = "_csrf", .value = "0124" };
	struct request req;

	(void)state;
	begin(&req, METHOD_POST, "/");
	assert_false(csrf_ok(&req));                             /* nobody gave a word: nothing matches it */
	req.param = &with;
	req.params = 1;
	assert_false(csrf_ok(&req));
	req.who.csrf = "0123";
	assert_true(csrf_ok(&req));
	req.param = &without;
	assert_false(csrf_ok(&req));
	req.who.api = true;
	assert_true(csrf_ok(&req));
	request_clear(&req);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(urlencoded_as_browsers_send_it),
	cmocka_unit_test(bad_bytes_are_refused),
	cmocka_unit_test(a_flood_of_keys_ends_at_the_cap),
	cmocka_unit_test(media_types_have_suffixes),
	cmocka_unit_test(multipart_fields_and_files),
	cmocka_unit_test(boundaries_of_every_length),
	cmocka_unit_test(broken_multiparts_are_refused),
	cmocka_unit_test(at_most_eight_files),
	cmocka_unit_test(cookies_of_others_do_no_harm),
	cmocka_unit_test(a_whole_request),
	cmocka_unit_test(requests_that_cannot_be_read),
	cmocka_unit_test(language_by_cookie_then_browser),
	cmocka_unit_test(routes_by_pattern_and_method),
	cmocka_unit_test(answers_stay_on_this_site),
	cmocka_unit_test(cookies_are_guarded),
	cmocka_unit_test(posts_need_the_forms_word),
};

UNIT_MAIN(tests)

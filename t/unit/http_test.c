/* http_test.c - the HTTP client against a server of canned answers.
 * Owns a child that serves one answer a connection.
 * Serves lib/base/http. */
#include "unit.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/http.h"

static int port;
static pid_t child;

static const char *answer_to(const char *request)
{
	static char echo[4200];

	if (strncmp(request, "GET /missing ", 13) == 0)
		return "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnone";
	if (strncmp(request, "GET /moved ", 11) == 0)
		return "HTTP/1.1 302 Found\r\nLocation: /fine\r\nContent-Length: 0\r\nConnection:"
			" close\r\n\r\n";
	if (strncmp(request, "GET /torn ", 10) == 0)
		return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nonly this";
	if (strncmp(request, "GET /garbage ", 13) == 0)
		return "\x01\x02\x03\r\n\r\n";
	if (strncmp(request, "GET /slow ", 10) == 0)
		sleep(3);
	snprintf(echo, sizeof(echo), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%.4000s", request);
	return echo;
}

static void serve(int listener)
{
	char request[4096];

	for (;;) {
		int fd = accept(listener, NULL, NULL);
		ssize_t n = 0, got;
		const char *answer, *body;
		long want = 0;

		memset(request, 0, sizeof(request));
		while ((got = read(fd, request + n, sizeof(request) - 1 - (size_t)n)) > 0) {
			const char *header = strstr(request, "Content-Length: ");
			n += got;
			body = strstr(request, "\r\n\r\n");
			want = header != NULL ? strtol(header + 16, NULL, 10) : 0;
			if (body != NULL && (long)strlen(body + 4) >= want)
				break;
		}
		answer = answer_to(request);
		(void)!write(fd, answer, strlen(answer));
		close(fd);
	}
}

static int server_start(void **state)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	if (bind(listener, (struct sockaddr *)&addr, len) < 0 || listen(listener, 8) < 0
		|| getsockname(listener, (struct sockaddr *)&addr, &len) < 0)
		return -1;
	port = ntohs(addr.sin_port);
	child = fork();
	if (child == 0) {
		signal(SIGPIPE, SIG_IGN);
		serve(listener);
	}
	close(listener);
	return 0;
}

static int server_stop(void **state)
{
	(void)state;
	kill(child, SIGKILL);
	return waitpid(child, NULL, 0) == child ? 0 : -1;
}

static NEOERR *call(struct http_request req, const char *path, struct http_answer *answer)
{
	char url[100];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", port, path);
	req.url = url;
	return nerr_pass(http_do(&req, answer));
}

static void any_status_is_an_answer(void **state)
{
	struct http_answer a;

	(void)state;
	assert_ok(call((struct http_request){ .method = "GET" }, "/fine", &a));
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body.data, "GET /fine HTTP/1.1\r\n"));
	http_answer_clear(&a);
	assert_ok(call((struct http_request){ .method = "GET" }, "/missing", &a));
	assert_int_equal(a.status, 404);
	assert_string_equal(buf_str(&a.body), "none");
	http_answer_clear(&a);
	assert_ok(call((struct http_request){ .method = "GET" }, "/moved", &a));
	assert_int_equal(a.status, 302);         /* not followed */
	http_answer_clear(&a);
}

static void headers_and_body_go_out(void **state)
{
	static const char *const headers[] = { "Content-Type: application/json", "X-Sign: abc", NULL };
	struct http_answer a;

	(void)state;
	assert_ok(call((struct http_request){ .method = "POST",
					   .headers = headers,
					   .body = "{\"a\":1}",
					   .body_len = 7 },
		"/push", &a));
	assert_non_null(strstr(a.body.data, "POST /push HTTP/1.1\r\n"));
	assert_non_null(strstr(a.body.data, "Content-Type: application/json\r\n"));
	assert_non_null(strstr(a.body.data, "X-Sign: abc\r\n"));
	assert_non_null(strstr(a.body.data, "Content-Length: 7\r\n"));
	assert_null(strstr(a.body.data, "Expect:"));
	assert_non_null(strstr(a.body.data, "\r\n\r\n{\"a\":1}"));
	http_answer_clear(&a);
	assert_ok(
		call((struct http_request){ .method = "PUT", .body = "", .body_len = 0 }, "/object", &a));
	assert_non_null(strstr(a.body.data, "PUT /object"));
	assert_non_null(strstr(a.body.data, "Content-Length: 0\r\n"));
	http_answer_clear(&a);
	/* nothing of the PUT is left */
	assert_ok(call((struct http_request){ .method = "GET" }, "/after", &a));
	assert_non_null(strstr(a.body.data, "GET /after"));
	assert_null(strstr(a.body.data, "Content-Length"));
	http_answer_clear(&a);
}

static void failures_are_the_peers(void **state)
{
	static const char *const split[] = { "X-A: 1\r\nX-Evil: 2", NULL },
							 *const none[] = { "no header", NULL };
	struct http_answer a;
	struct http_request req = { .method = "GET" };

	(void)state;
	assert_raises(call((struct http_request){ .method = "GET", .max_body = 10 }, "/fine", &a),
		ERR_PEER, "larger than 10");
	assert_raises(call(req, "/torn", &a), ERR_PEER, "");
	assert_raises(call(req, "/garbage", &a), ERR_PEER, "");
	assert_raises(call((struct http_request){ .method = "GET", .timeout_ms = 200 }, "/slow", &a),
		ERR_PEER, "");
	assert_raises(call((struct http_request){ .method = "GET", .headers = split }, "/", &a),
		ERR_INVALID, "header");
	assert_raises(call((struct http_request){ .method = "GET", .headers = none }, "/", &a),
		ERR_INVALID, "header");
	req.url = "file:///etc/passwd";
	assert_raises(http_do(&req, &a), ERR_PEER, "");
	req.url = "http://127.0.0.1:1/";
	assert_raises(http_do(&req, &a), ERR_PEER, "");
	assert_int_equal(a.status, 0);
	assert_int_equal(a.body.len, 0);
}

static void a_forked_child_has_its_own_handle(void **state)
{
	struct http_answer a;
	int status;
	pid_t forked;

	(void)state;
	assert_ok(call((struct http_request){ .method = "GET" }, "/parent", &a));
	http_answer_clear(&a);
	forked = fork();
	if (forked == 0) {
		NEOERR *err = call((struct http_request){ .method = "GET" }, "/child", &a);
		_exit(err == STATUS_OK && a.status == 200 ? 0 : 1);
	}
	assert_int_equal(waitpid(forked, &status, 0), forked);
	assert_int_equal(status, 0);
	assert_ok(call((struct http_request){ .method = "GET" }, "/parent", &a));
	http_answer_clear(&a);
}

/* What tenants name is public unless the configuration lifts that; what the house names may be its
 * own. */
static void private_addresses_are_refused(void **state)
{
	struct http_answer a;
	NEOERR *err;

	(void)state;
	conf.private_peers = 0;
	err = call((struct http_request){ .method = "GET" }, "/inside", &a);
	conf.private_peers = 1;
	assert_true(error_is(err, ERR_PEER));
	error_drop(err);
	http_answer_clear(&a);
	conf.private_peers = 0;
	err = call((struct http_request){ .method = "GET", .own = true }, "/own", &a);
	conf.private_peers = 1;
	assert_ok(err);
	http_answer_clear(&a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(private_addresses_are_refused),
	cmocka_unit_test(any_status_is_an_answer),
	cmocka_unit_test(headers_and_body_go_out),
	cmocka_unit_test(failures_are_the_peers),
	cmocka_unit_test(a_forked_child_has_its_own_handle),
};

int main(void)
{
	error_init();
	conf.private_peers = 1;              /* the server is here */
	return cmocka_run_group_tests(tests, server_start, server_stop);
}

/* http.c - HTTP client over libcurl with caps and time-outs.
 * Owns two easy handles a process, which keep connections alive: what was opened to the house's own
 * storage serves no stranger's url.
 * Serves the courier and object storage. */
#include <curl/curl.h>
#include <unistd.h>

#include "base/address.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/http.h"
#include "base/text.h"

#define DEFAULT_TIMEOUT_MS 10000
#define CONNECT_TIMEOUT_MS 5000
#define DEFAULT_BODY (1024 * 1024)
#define HEADERS_MAX (32 * 1024)

/* A forked child must not touch its parent's connections: it gets a handle of its own, the
 * inherited one is left alone. */
static CURL *handle(bool own)
{
	static CURL *handles[2];
	static pid_t owners[2];
	CURL *easy = handles[own];

	if (easy == NULL || owners[own] != getpid()) {
		if (easy == NULL && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
			error_die("libcurl cannot start");
		easy = curl_easy_init();
		if (easy == NULL)
			error_die("libcurl gives no handle");
		handles[own] = easy;
		owners[own] = getpid();
	}
	curl_easy_reset(easy);
	return easy;
}

static size_t take_body(char *p, size_t size, size_t n, void *ctx)
{
	struct buf *body = ctx;

	buf_add(body, p, size * n);
	return body->overflow ? 0 : size * n;
}

/* Headers beyond the cap are left out: nothing of ours stands there. */
static size_t take_header(char *p, size_t size, size_t n, void *ctx)
{
	buf_add(ctx, p, size * n);
	return size * n;
}

static NEOERR *add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer;

	if (strpbrk(line, "\r\n") != NULL || strchr(line, ':') == NULL)
		return nerr_raise(ERR_INVALID, "this is no header line: %s", line);
	longer = curl_slist_append(*list, line);
	if (longer == NULL)
		error_die("out of memory (http)");
	*list = longer;
	return STATUS_OK;
}

/* libcurl signs this digest instead of the body's, and every header that is given: one that is not
 * sent ("Expect:") must not be among them. */
static NEOERR *add_digest(const struct http_request *req, struct curl_slist **list)
{
	char digest[SHA256_HEX], line[100];

	sha256_hex(req->body != NULL ? req->body : "", req->body != NULL ? req->body_len : 0, digest);
	snprintf(line, sizeof(line), "x-amz-content-sha256: %s", digest);
	return nerr_pass(add_header(list, line));
}

static NEOERR *build_headers(const struct http_request *req, struct curl_slist **list)
{
	NEOERR *err = STATUS_OK;

	if (req->signer != NULL)
		TRY(add_digest(req, list));
	else
		TRY(add_header(list, "Expect:"));  /* no 100-continue: one round trip less */
	for (int i = 0; req->headers != NULL && req->headers[i] != NULL; i++)
		TRY(add_header(list, req->headers[i]));
out:
	return nerr_pass(err);
}

static void set_method(CURL *easy, const struct http_request *req)
{
	if (text_eq(req->method, "HEAD")) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (req->body != NULL || text_eq(req->method, "POST") || text_eq(req->method, "PUT")) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, req->body != NULL ? req->body : "");
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
			(curl_off_t)(req->body != NULL ? req->body_len : 0));
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, req->method != NULL ? req->method : "GET");
}

/* The address that is connected to, after all resolving: a name cannot point elsewhere between
 * the check and the use. */
static curl_socket_t open_public(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	(void)purpose;
	if (!address_is_public(&a->addr, a->addrlen)) {
		*(bool *)ctx = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static void set_public_only(CURL *easy, bool *refused)
{
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_public);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, refused);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
}

static void set_signer(CURL *easy, const struct http_signer *s)
{
	char provider[100];

	snprintf(provider, sizeof(provider), "aws:amz:%s:s3", s->region);
	curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, provider);
	curl_easy_setopt(easy, CURLOPT_USERNAME, s->key);
	curl_easy_setopt(easy, CURLOPT_PASSWORD, s->secret);
}

static void set_limits(CURL *easy, int timeout_ms)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "chargeops");
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
		(long)(timeout_ms < CONNECT_TIMEOUT_MS ? timeout_ms : CONNECT_TIMEOUT_MS));
}

NEOERR *http_do(const struct http_request *req, struct http_answer *answer)
{
	NEOERR *err = STATUS_OK;
	CURL *easy = handle(req->own);
	struct curl_slist *headers = NULL;
	char why[CURL_ERROR_SIZE] = "";
	bool refused = false;
	long bytes = 0;
	CURLcode rc;

	answer->status = 0;
	answer->sent = false;
	buf_init(&answer->body, req->max_body > 0 ? req->max_body : DEFAULT_BODY);
	buf_init(&answer->headers, HEADERS_MAX);
	TRY(build_headers(req, &headers));
	curl_easy_setopt(easy, CURLOPT_URL, req->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer->body);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, &answer->headers);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, why);
	set_method(easy, req);
	set_limits(easy, req->timeout_ms > 0 ? req->timeout_ms : DEFAULT_TIMEOUT_MS);
	if (req->signer != NULL)
		set_signer(easy, req->signer);
	if (!req->own && !conf.private_peers)
		set_public_only(easy, &refused);
	rc = curl_easy_perform(easy);
	curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &bytes);
	answer->sent = bytes > 0;
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
	if (answer->body.overflow)
		err = nerr_raise(ERR_PEER, "the answer is larger than %zu bytes", answer->body.cap);
	else if (rc != CURLE_OK && refused)
		err = nerr_raise(ERR_PEER, "its address is private");
	else if (rc != CURLE_OK)
		err = nerr_raise(ERR_PEER, "%s", why[0] != '\0' ? why : curl_easy_strerror(rc));
	else
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
out:
	curl_slist_free_all(headers);
	if (err != STATUS_OK)
		http_answer_clear(answer);
	return nerr_pass(err);
}

void http_answer_clear(struct http_answer *answer)
{
	buf_clear(&answer->body);
	buf_clear(&answer->headers);
	answer->status = 0;
}

bool http_header(struct http_answer *answer, const char *name, char *out, size_t room)
{
	size_t len = strlen(name);
	const char *line = buf_str(&answer->headers), *end;

	text_copy(out, room, "");
	for (; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		if (strncasecmp(line, name, len) != 0 || line[len] != ':')
			continue;
		line += len + 1;
		line += strspn(line, " \t");
		len = strcspn(line, "\r\n");
		text_copy(out, len + 1 < room ? len + 1 : room, line);
		return true;
	}
	return false;
}

static enum http_url judge_host(const char *host)
{
	size_t len = strlen(host);

	if (strcasecmp(host, "localhost") == 0 ||
		(len > 10 && strcasecmp(host + len - 10, ".localhost") == 0))
		return URL_PRIVATE;
	return address_text_is_private(host) ? URL_PRIVATE : URL_FINE;
}

enum http_url http_url_judge(const char *url)
{
	char *host = NULL;
	enum http_url verdict = URL_BAD;
	CURLU *u = curl_url();

	if (u != NULL && (text_starts(url, "http://") || text_starts(url, "https://")) &&
		strstr(url, ":///") == NULL && strpbrk(url, " \r\n\t") == NULL &&
		curl_url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) == CURLUE_OK &&
		curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK && *host != '\0')
		verdict = judge_host(host);
	curl_free(host);
	curl_url_cleanup(u);
	return verdict;
}

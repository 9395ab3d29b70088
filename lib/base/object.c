/* object.c - one signed HTTP request an object.
 * Owns nothing. Serves object.h. */
#include "base/object.h"

#include "base/conf.h"
#include "base/http.h"
#include "base/text.h"

#define TIMEOUT_MS 15000
#define NOT_FOUND 404

bool object_storage(void)
{
	return conf.storage_url[0] != '\0';
}

static NEOERR *address_of(const char *key, char *url, size_t room)
{
	size_t base = strlen(conf.storage_url);

	if (http_url_judge(conf.storage_url) == URL_BAD || strchr(conf.storage_url, '?'))
		return nerr_raise(ERR_INVALID, "storage_url is no address of a bucket");
	if (!conf.storage_key[0] || !conf.storage_secret[0])
		return nerr_raise(ERR_INVALID, "storage_key or storage_secret is missing");
	while (base > 0 && conf.storage_url[base - 1] == '/')
		base--;
	snprintf(url, room, "%.*s/%s", (int)base, conf.storage_url, key);
	return STATUS_OK;
}

/* Any answer but 2xx is an error; what the storage says of it (XML) is cut to a line. */
static NEOERR *judge(const char *method, const char *key, struct http_answer *a)
{
	char said[161];

	if (a->status >= 200 && a->status < 300)
		return STATUS_OK;
	if (a->status == NOT_FOUND)
		return nerr_raise(ERR_NOT_FOUND, "the storage has no %s", key);
	text_copy(said, sizeof(said), buf_str(&a->body));
	text_scrub(said);
	return nerr_raise(ERR_PEER, "the storage answers %s %s with %ld: %s", method, key, a->status,
		said);
}

static NEOERR *ask(struct http_request *req, const char *key, struct http_answer *a)
{
	const struct http_signer signer = { conf.storage_region, conf.storage_key,
		conf.storage_secret };
	char url[400];
	NEOERR *err;

	TRY(address_of(key, url, sizeof(url)));
	req->url = url;
	req->signer = &signer;
	req->own = true;
	req->timeout_ms = TIMEOUT_MS;
	TRY(http_do(req, a));
	err = judge(req->method, key, a);
	if (err != STATUS_OK)
		http_answer_clear(a);
out:
	return nerr_pass(err);
}

NEOERR *object_put(const char *key, const char *type, const void *p, size_t len)
{
	char line[100];
	const char *const headers[] = { line, NULL };
	struct http_request req = { .method = "PUT", .headers = headers, .body = p, .body_len = len };
	struct http_answer a;
	NEOERR *err;

	snprintf(line, sizeof(line), "Content-Type: %s", type);
	TRY(ask(&req, key, &a));
	http_answer_clear(&a);
out:
	return nerr_pass(err);
}

NEOERR *object_get(const char *key, struct buf *out)
{
	struct http_request req = { .method = "GET", .max_body = out->cap };
	struct http_answer a;
	NEOERR *err;

	TRY(ask(&req, key, &a));
	buf_add(out, a.body.data, a.body.len);
	http_answer_clear(&a);
out:
	return nerr_pass(err);
}

NEOERR *object_delete(const char *key)
{
	struct http_request req = { .method = "DELETE" };
	struct http_answer a;
	NEOERR *err = ask(&req, key, &a);

	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (err == STATUS_OK)
		http_answer_clear(&a);
	return nerr_pass(err);
}

/* http.h - HTTP client over libcurl with caps and time-outs.
 * Owns one easy handle a process. Serves the courier and object storage. */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include "base/buf.h"

struct http_request {
	const char *method, *url;
	const char *const *headers;      /* "Name: value", NULL-terminated, may be NULL */
	const char *body; size_t body_len;
	int timeout_ms;                  /* whole exchange; 0: 10 000 */
	size_t max_body;                 /* 0: 1 MiB */
	/* AWS signature 4 for the service s3, region and keys; NULL: not signed */
	const struct http_signer { const char *region, *key, *secret; } *signer;
	/* the operator's own configuration names the url; all others reach public addresses only,
	 * without a proxy (private_peers in the configuration lifts that) */
	bool own;
};
/* headers: the lines of the answer as they came, for http_header(). */
/* sent, also after a failure: the request may have reached the other side. */
struct http_answer { long status; struct buf body, headers; bool sent; };

/* A transport failure is ERR_PEER; any HTTP status is an answer. No redirects are followed. */
NEOERR *http_do(const struct http_request *req, struct http_answer *answer) CHECKED;
void http_answer_clear(struct http_answer *answer);
/* The value of a header, cut to room; false and "" if it is not there. */
bool http_header(struct http_answer *answer, const char *name, char *out, size_t room);

/* URL_BAD: not http or https with a host, or with a user name. URL_PRIVATE: names an address or
 * host of the house itself; a name that leads there is only known when http_do() resolves it. */
enum http_url { URL_FINE, URL_BAD, URL_PRIVATE };
enum http_url http_url_judge(const char *url);

#endif

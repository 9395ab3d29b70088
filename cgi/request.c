/* request.c - from a CGI environment and a body to struct request: caps, encodings,
 * who-speaks-what.
 * Owns the request's memory.
 * Serves every page. */
#include <strings.h>

#include "cgi/parse.h"

#include "base/crypt.h"
#include "base/log.h"
#include "base/text.h"

#define COOKIE_HEADER_MAX 16384

const char *request_env(const struct request *req, const char *name)
{
	return req->src->env(req->src->ctx, name);
}

/* A header as text that may be shown and logged: bytes that are no UTF-8 become '?', control
 * characters and quotes too. */
static const char *clean_env(struct request *req, const char *name, size_t max)
{
	const char *value = request_env(req, name);
	char *text;
	size_t len, step;

	if (!value)
		return "";
	len = strlen(value);
	text = arena_memdup(&req->arena, value, len < max ? len : max);
	for (size_t i = 0, n = strlen(text); i < n; i += step) {
		step = text_rune(text + i, n - i);
		if (step == 0 || (unsigned char)text[i] < ' ' || text[i] == '"' || text[i] == 0x7f) {
			text[i] = '?';
			step = 1;
		}
	}
	return text;
}

static enum method method_of(const char *name)
{
	static const char *const names[] = { "GET", "HEAD", "POST", "PATCH" };

	for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum method)i;
	return METHOD_OTHER;
}

/* English only for who asks for it and not for Chinese before; the switch in the header wins. */
static const char *lang_of(const struct request *req)
{
	const char *cookie = request_cookie(req, "lang"),
			   *accept = request_env(req, "HTTP_ACCEPT_LANGUAGE");
	const char *en, *zh;

	if (cookie)
		return strcmp(cookie, "en") == 0 ? "en" : "zh-CN";
	if (!accept || (en = strcasestr(accept, "en")) == NULL)
		return "zh-CN";
	zh = strcasestr(accept, "zh");
	return zh && zh < en ? "zh-CN" : "en";
}

static NEOERR *read_target(struct request *req, struct param_list *l)
{
	const char *uri = request_env(req, "REQUEST_URI"), *mark;
	char *path;
	size_t len;
	NEOERR *err;

	if (!uri || *uri != '/')
		/* an absolute target is for proxies; nobody of ours sends it */
		uri = "/";
	mark = strchr(uri, '?');
	len = mark ? (size_t)(mark - uri) : strlen(uri);
	path = arena_memdup(&req->arena, uri, len);
	len = parse_percent(path, len, false);
	if (!text_is_utf8(path, len) || strlen(path) != len)
		return nerr_raise(ERR_INVALID, "the address is not UTF-8 text");
	req->path = path;
	req->query = mark ? clean_env(req, "REQUEST_URI", 8192) + (mark + 1 - uri) : "";
	if (!mark)
		return STATUS_OK;
	if (strlen(uri) > 8192)
		return nerr_raise(ERR_INVALID, "the address is too long");
	path = arena_strdup(&req->arena, mark + 1);
	err = parse_urlencoded(l, path, strlen(path), false);
	return nerr_pass(err);
}

static NEOERR *read_body(struct request *req, struct param_list *l)
{
	const char *length = request_env(req, "CONTENT_LENGTH"),
			   *type = request_env(req, "CONTENT_TYPE");
	bool form = parse_type_is(type, "application/x-www-form-urlencoded");
	int64_t len = 0, got = 0;
	char *body;
	int n;

	if (length && *length && (!text_i64(length, &len) || len < 0))
		return nerr_raise(ERR_INVALID, "the length of the body is no number");
	if (len > (form ? REQUEST_FORM_MAX : REQUEST_BODY_MAX))
		return nerr_raise(ERR_INVALID, "the body of the request is too large");
	body = arena_alloc(&req->arena, (size_t)len + 1);
	while (got < len && (n = req->src->read(req->src->ctx, body + got, (int)(len - got))) > 0)
		got += n;
	if (got < len)
		return nerr_raise(ERR_INVALID, "the body of the request ends early");
	req->body_type = clean_env(req, "CONTENT_TYPE", 200);
	if (form)
		return nerr_pass(parse_urlencoded(l, body, (size_t)len, true));
	if (parse_type_is(type, "multipart/form-data"))
		return nerr_pass(parse_multipart(l, body, (size_t)len, type));
	req->body = body;
	req->body_len = (size_t)len;
	return STATUS_OK;
}

static void read_cookies(struct request *req)
{
	const char *header = request_env(req, "HTTP_COOKIE");
	struct param_list l = { .arena = &req->arena };

	if (!header || strlen(header) > COOKIE_HEADER_MAX)
		return;
	parse_cookies(&l, arena_strdup(&req->arena, header));
	req->cookie = l.param;
	req->cookies = l.n;
}

static void read_headers(struct request *req)
{
	const char *https = request_env(req, "HTTPS"), *hx = request_env(req, "HTTP_HX_REQUEST");
	const char *accept = request_env(req, "HTTP_ACCEPT");

	req->method = method_of(request_env(req, "REQUEST_METHOD"));
	req->ip = clean_env(req, "REMOTE_ADDR", 45);
	req->agent = clean_env(req, "HTTP_USER_AGENT", 190);
	req->host = clean_env(req, "HTTP_HOST", 200);
	req->tls = https && strcasecmp(https, "on") == 0;
	req->htmx = hx && strcmp(hx, "true") == 0;
	req->json = accept && strstr(accept, "application/json") && !strstr(accept, "text/html");
	read_cookies(req);
	req->lang = lang_of(req);
}

/* The web server's id if it gave one: its log and ours then speak of the same request. */
static const char *new_id(struct request *req)
{
	const char *given = request_env(req, "REQUEST_ID");
	char *id;

	if (given && strlen(given) == 32 && strspn(given, "0123456789abcdef") == 32)
		return arena_strdup(&req->arena, given);
	id = arena_alloc(&req->arena, 33);
	if (random_hex(id, 16) != STATUS_OK)
		error_die("no randomness");
	return id;
}

NEOERR *request_init(struct request *req, struct db *db, const struct request_source *src)
{
	struct param_list l = { .arena = &req->arena };
	NEOERR *err = STATUS_OK;

	*req = (struct request){ .db = db,
		.src = src,
		.path = "/",
		.query = "",
		.lang = "zh-CN",
		.status = 200 };
	arena_init(&req->arena);
	buf_init(&req->headers, 64 << 10);
	buf_init(&req->out, 64 << 20);
	req->id = new_id(req);
	log_request(req->id);
	TRY(hdf_init(&req->hdf));
	read_headers(req);
	/* first: a name given twice is the form's */
	if (req->method == METHOD_POST || req->method == METHOD_PATCH) {
		err = read_body(req, &l);
		if (err) {
			struct param_list address = { .arena = &req->arena };
			error_drop(read_target(req, &address));   /* the log wants the path */
			goto out;
		}
	}
	TRY(read_target(req, &l));
	if (text_starts(req->path, "/api/"))
		req->json = true;
	req->param = l.param;
	req->params = l.n;
	req->upload = l.upload;
	req->uploads = l.uploads;
	req->actor = (struct actor){ .name = "", .ip = req->ip, .request_id = req->id };
out:
	return nerr_pass(err);
}

void request_clear(struct request *req)
{
	hdf_destroy(&req->hdf);
	buf_clear(&req->headers);
	buf_clear(&req->out);
	arena_clear(&req->arena);
	log_request(NULL);
}

static const char *first_value(const struct param *p, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(p[i].name, name) == 0)
			return p[i].value;
	return NULL;
}

const char *request_param(const struct request *req, const char *name)
{
	return first_value(req->param, req->params, name);
}

const char *request_param_or(const struct request *req, const char *name, const char *fallback)
{
	const char *value = request_param(req, name);

	return value ? value : fallback;
}

bool request_i64(const struct request *req, const char *name, int64_t *out)
{
	const char *value = request_param(req, name);

	return value && text_i64(value, out);
}

NEOERR *request_each(const struct request *req, const char *name,
	NEOERR *(*fn)(const char *value, void *ctx), void *ctx)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < req->params; i++)
		if (strcmp(req->param[i].name, name) == 0)
			TRY(fn(req->param[i].value, ctx));
out:
	return nerr_pass(err);
}

const struct upload *request_upload(const struct request *req, const char *name)
{
	for (int i = 0; i < req->uploads; i++)
		if (strcmp(req->upload[i].name, name) == 0)
			return &req->upload[i];
	return NULL;
}

const char *request_cookie(const struct request *req, const char *name)
{
	return first_value(req->cookie, req->cookies, name);
}

/* response.c - what an answer is made of.
 * Owns nothing (struct request does).
 * Serves every page. */
#include "cgi/response.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

static bool header_is_clean(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

void response_header(struct request *req, const char *name, const char *value)
{
	if (!header_is_clean(name) || !header_is_clean(value)) {
		log_line(LOG_WARN, "header_refused", "name=\"%.40s\"", header_is_clean(name) ? name : "?");
		return;
	}
	buf_printf(&req->headers, "%s: %s\r\n", name, value);
}

const char *url_encode(struct request *req, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_alloc(&req->arena, strlen(text) * 3 + 1), *p = out;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			strchr("-_.~", c))
			*p++ = (char)c;
		else {
			*p++ = '%';
			*p++ = digits[c >> 4];
			*p++ = digits[c & 15];
		}
	}
	return out;
}

bool url_is_local(const char *path)
{
	return path && path[0] == '/' && path[1] != '/' && path[1] != '\\' && !strchr(path, '\\') &&
		header_is_clean(path);
}

void response_cookie(struct request *req, const char *name, const char *value, int max_age)
{
	const char *secure = req->tls ? "; Secure" : "";
	const char *age = max_age < 0 ? "; Max-Age=0"
		: max_age == 0 ? ""
		: arena_printf(&req->arena, "; Max-Age=%d", max_age);

	response_header(req, "Set-Cookie",
		arena_printf(&req->arena, "%s=%s; Path=/%s; HttpOnly; SameSite=Lax%s", name,
			url_encode(req, value), age, secure));
}

void response_redirect(struct request *req, const char *path)
{
	if (!url_is_local(path)) {
		log_line(LOG_WARN, "redirect_refused", "path=\"%s\"", req->path);
		path = "/";
	}
	buf_reset(&req->out);
	req->file = NULL;
	req->status = req->htmx ? 200 : 303;
	response_header(req, req->htmx ? "HX-Redirect" : "Location", path);
}

void response_redirect_saying(struct request *req, const char *path, const char *text_key,
	const char *argument)
{
	const char *said = arena_printf(&req->arena, "%s|%s", text_key, argument ? argument : "");

	response_cookie(req, "saying", said, 60);
	response_redirect(req, path);
}

bool response_has_saying(const struct request *req)
{
	return request_cookie(req, "saying") != NULL;
}

const char *response_saying(struct request *req, const char **argument)
{
	const char *said = request_cookie(req, "saying"), *bar;
	const char *key;

	*argument = NULL;
	if (!said || (bar = strchr(said, '|')) == NULL || bar - said > 80)
		return NULL;
	key = arena_memdup(&req->arena, said, (size_t)(bar - said));
	*argument = bar[1] ? bar + 1 : NULL;
	response_cookie(req, "saying", "", -1);
	return key;
}

void response_json(struct request *req, int status, const char *text)
{
	req->status = status;
	response_bytes(req, "application/json; charset=utf-8", text, strlen(text));
}

void response_bytes(struct request *req, const char *content_type, const void *p, size_t len)
{
	req->content_type = content_type;
	buf_reset(&req->out);
	buf_add(&req->out, p, len);
}

void response_file(struct request *req, const char *path, const char *name,
	const char *content_type)
{
	req->content_type = content_type;
	req->file = arena_strdup(&req->arena, path);
	req->file_name = arena_strdup(&req->arena, name);
}

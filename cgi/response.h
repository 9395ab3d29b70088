/* response.h - headers, redirects, cookies, files, errors of an answer.
 * Owns nothing (struct request does). Serves every page. */
#ifndef CGI_RESPONSE_H
#define CGI_RESPONSE_H

#include "cgi/request.h"

/* CR and LF are refused: dropped and logged */
void response_header(struct request *req, const char *name, const char *value);
/* HttpOnly, SameSite=Lax, Secure under TLS, Path=/ ; max_age < 0 deletes */
void response_cookie(struct request *req, const char *name, const char *value, int max_age);
/* 303 to a path of ours ("/admin/..."); anything else becomes "/". htmx is told to load the page
 * anew. */
void response_redirect(struct request *req, const char *path);
/* 303 with a message shown once on the next page (kept in a short-lived cookie): Text key and
 * one argument, which may be NULL. */
void response_redirect_saying(struct request *req, const char *path, const char *text_key,
	const char *argument);
/* Takes the message of response_redirect_saying() out of the request: key and argument, NULL if
 * there is none. */
bool response_has_saying(const struct request *req);      /* the asker has just changed something */
const char *response_saying(struct request *req, const char **argument);
void response_json(struct request *req, int status, const char *text);
void response_bytes(struct request *req, const char *content_type, const void *p, size_t len);
void response_file(struct request *req, const char *path, const char *name,
	const char *content_type);
/* "name=value" percent-encoded for a query or cookie; memory is the request's. */
const char *url_encode(struct request *req, const char *text);
/* True for a path on this site: begins with one slash, no backslash, no control characters. */
bool url_is_local(const char *path);

#endif

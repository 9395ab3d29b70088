/* response.h - headers, redirects, cookies, files, errors of an answer.
 * Owns nothing (struct request does). Serves every page. */
#ifndef CGI_RESPONSE_H
#define CGI_RESPONSE_H

#include "cgi/request.h"

void response_header(struct request *req, const char *name, const char *value);      /* CR and LF are refused: dropped and logged */
void response_cookie(struct request *req, const char *name, const char *value, int max_age);   /* HttpOnly, SameSite=Lax, Secure under TLS, Path=/ ; max_age < 0 deletes */
/* 303 to a path of ours ("/admin/..."); anything else becomes "/". */
void response_redirect(struct request *req, const char *path);
/* 303 with a message shown on the next page (stored in the login, shown once): Text key and one argument. */
void response_redirect_saying(struct request *req, const char *path, const char *text_key, const char *argument);
void response_json(struct request *req, int status, const char *text);
void response_bytes(struct request *req, const char *content_type, const void *p, size_t len);
void response_file(struct request *req, const char *path, const char *name, const char *content_type);

#endif

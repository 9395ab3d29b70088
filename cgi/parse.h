/* parse.h - bytes of a browser to parameters: urlencoded, multipart, cookies. Pure, capped, linear.
 * Owns nothing: texts point into the caller's buffer, the array lives in its arena. Serves
 * request.c and its fuzzer. */
#ifndef CGI_PARSE_H
#define CGI_PARSE_H

#include "cgi/request.h"

#define PARSE_NAME_MAX    200                /* bytes of a parameter's name */
#define PARSE_HEAD_MAX    4096               /* bytes of a part's head */
#define PARSE_COOKIES_MAX 60                 /* further ones are not seen */

struct param_list {
	struct arena *arena;
	struct param *param; int n, room;
	struct upload *upload; int uploads;
};

/* text is decoded in place; text[len] must be writable. Too many parameters, names over
 * PARSE_NAME_MAX, bad UTF-8 or NUL: ERR_INVALID. A stray % stays as it is (WHATWG). */
NEOERR *parse_urlencoded(struct param_list *l, char *text, size_t len, bool body) CHECKED;
/* body[len] must be writable. Files keep any bytes, texts are checked as above. A body that ends
 * early: ERR_INVALID. */
NEOERR *parse_multipart(struct param_list *l, char *body, size_t len,
	const char *content_type) CHECKED;
/* Broken cookies are left out: they may be another program's. */
void parse_cookies(struct param_list *l, char *header);
/* Percent-decodes in place (plus: + is a blank) and terminates; returns the new length.
 * text[len] must be writable. */
size_t parse_percent(char *text, size_t len, bool plus);
/* "Text/HTML; charset=utf-8" is text/html. content_type may be NULL. */
bool parse_type_is(const char *content_type, const char *type);

#endif

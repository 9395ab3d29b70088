/* language.c - the language switch and the way back.
 * Owns cookie lang.
 * Serves both programs. */
#include <ClearSilver.h>

#include "cgi/language.h"
#include "cgi/response.h"

#include "base/text.h"

SQL(language_of_user, "UPDATE user SET lang = ? WHERE id = ?");

/* The path of the page one came from, if it is ours; else the front of the program. */
static const char *came_from(struct request *req)
{
	const char *front = text_starts(req->path, "/d/") ? "/c/" : "/admin/";
	const char *referer = request_env(req, "HTTP_REFERER"), *path;
	size_t host = strlen(req->host);

	if (!referer || (path = strstr(referer, "://")) == NULL)
		return front;
	path += 3;
	if (!host || strncmp(path, req->host, host) != 0 || !url_is_local(path + host) ||
		!text_is_utf8(path, strlen(path)))
		return front;
	return path + host;
}

NEOERR *language_switch(struct request *req)
{
	const char *lang = text_eq(request_param(req, "to"), "en") ? "en" : "zh-CN";
	NEOERR *err = STATUS_OK;

	response_cookie(req, "lang", lang, LANGUAGE_AGE);
	if (req->who.user_id)
		TRY(db_exec(req->db, &language_of_user, ARGS(STR(lang), I64(req->who.user_id)), NULL));
	response_redirect(req, came_from(req));
out:
	return nerr_pass(err);
}

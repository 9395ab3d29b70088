/* route.h - from method and path to a handler; the only catcher of errors.
 * Owns nothing. Serves the mains. */
#ifndef CGI_ROUTE_H
#define CGI_ROUTE_H

#include "cgi/request.h"

enum route_flag {
	ROUTE_OPEN = 1,                              /* no log-in needed */
	/* also for who must change a first password or enrol a second factor */
	ROUTE_UNCHANGED = 2,
	/* its sender signs the body: no form token is asked for */
	ROUTE_SIGNED = 4
};
struct route {
	enum method method;
	/* "/admin/tariff/:id/slots"; :name matches one segment */
	const char *pattern;
	NEOERR *(*handle)(struct request *req);
	const char *permission;                      /* "tariff.update"; NULL: any user */
	unsigned flags;
};
/* Value of :name in the matched pattern. */
const char *route_part(const struct request *req, const char *name);
int64_t route_id(const struct request *req, const char *name);      /* 0 if it is no number */
/* Runs the first matching route of tables (each ends with a NULL pattern), after log-in,
 * permission, CSRF and must_change checks; an error becomes a page (or JSON, or htmx fragment):
 * 403 404 405 409 422 500 503 with the request id. */
void route_run(struct request *req, const struct route *const *tables, const char *login_path);
/* The same page for an error from elsewhere (a request that could not be read); frees err. */
void route_fail(struct request *req, NEOERR *err);
/* The route for method and path with its :parts in req, NULL if none; *path_known: another
 * method has it. For route_run and its test. */
const struct route *route_match(struct request *req, const struct route *const *tables,
	bool *path_known);

#endif

/* request.h - one HTTP request, parsed by our own code with caps, and the answer being built.
 * Owns the request's arena, HDF and answer; handlers never free. Serves every page. */
#ifndef CGI_REQUEST_H
#define CGI_REQUEST_H

#include <ClearSilver.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/audit.h"
#include "db/db.h"

#define REQUEST_BODY_MAX   (12u << 20)    /* uploads included; forms are capped lower by declared fields */
#define REQUEST_PARAMS_MAX 2000
#define REQUEST_FORM_MAX   (2u << 20)     /* of a form without files */
#define REQUEST_FILES_MAX  8
#define ROUTE_PARTS        4              /* :names in a pattern */

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PATCH, METHOD_OTHER };
/* UTF-8 checked, NUL-free */
struct param { const char *name, *value; size_t len; bool body; };
struct upload { const char *name, *filename, *type, *data; size_t len; };

/* Who asks. Filled by login.c; zero kind means nobody. */
enum who_kind { WHO_NOBODY, WHO_SYSTEM, WHO_PROVIDER, WHO_PROPERTY, WHO_FLEET, WHO_MEMBER };
struct permissions;                              /* a set; see perm.h */
struct route;
struct who {
	enum who_kind kind;
	int64_t user_id, member_id, login_id, provider_id, property_id;
	int64_t fleet_id;                            /* a fleet's user has the other two as well */
	bool by_stations;                            /* every role of the user is data_scope stations */
	const char *name, *login, *csrf;
	const struct permissions *permissions;
	bool must_change, api;
	/* a role demands a second factor that is not there yet */
	bool must_enrol;
	bool barred;                                 /* not from this address */
};

struct request {
	struct arena arena;
	struct db *db;
	HDF *hdf;                                    /* data for the template */
	const char *id;                              /* request id: log and error page */
	enum method method;
	const char *path;                            /* decoded, no query: "/admin/pile/7" */
	const char *query;                           /* raw */
	const char *ip, *agent, *host;
	bool tls, htmx, json;                        /* json: the API, or Accept asks for it */
	const char *lang;                            /* "zh-CN" or "en" */
	struct param *param; int params;
	struct upload *upload; int uploads;
	struct param *cookie; int cookies;
	/* what is no form: the API's JSON; NULL for forms */
	const char *body; size_t body_len; const char *body_type;
	const struct request_source *src;            /* headers not copied above: request_env() */
	const struct route *route;                   /* what matched; its :parts by route_part() */
	struct param part[ROUTE_PARTS]; int parts;
	struct who who;
	struct actor actor;                          /* for audit */
	/* the answer */
	int status;
	struct buf headers, out;                     /* header lines end with \r\n */
	const char *content_type;
	const char *file; const char *file_name;     /* send this file instead of out */
};

/* CGI-like input, so that tests and fuzzers can feed it: env returns NULL for an unset name;
 * read fills up to len. */
struct request_source {
	const char *(*env)(void *ctx, const char *name);
	int (*read)(void *ctx, char *p, int len);
	void *ctx;
};
/* Refusals (too large, bad encoding) come as ERR_INVALID; the request can still be answered. src
 * must outlive it. */
NEOERR *request_init(struct request *req, struct db *db, const struct request_source *src) CHECKED;
void request_clear(struct request *req);

/* First value of a parameter, NULL if absent; "" is a value. Body before query on POST. */
const char *request_param(const struct request *req, const char *name);
const char *request_param_or(const struct request *req, const char *name, const char *fallback);
bool request_i64(const struct request *req, const char *name, int64_t *out);
/* All values of a name: fn stops on an error. */
NEOERR *request_each(const struct request *req, const char *name,
	NEOERR *(*fn)(const char *value, void *ctx), void *ctx) CHECKED;
const struct upload *request_upload(const struct request *req, const char *name);
const char *request_cookie(const struct request *req, const char *name);
/* A header as CGI names it ("HTTP_REFERER"), NULL if absent. Unchecked bytes: do not show them. */
const char *request_env(const struct request *req, const char *name);

#endif

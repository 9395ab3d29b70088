/* api.h - the JSON API over the same tables, verbs, permissions and rules as the pages. (W2)
 * Owns nothing. Serves programs with a key (Authorization: Bearer ...); /api/v1/openapi.json
 * describes it. */
#ifndef CGI_RESOURCE_API_H
#define CGI_RESOURCE_API_H

#include "base/json.h"
#include "cgi/resource/engine.h"

#define API_PER_MINUTE 600               /* requests a key */

/* GET and POST /api/v1/:resource, GET and PATCH /api/v1/:resource/:id, POST
 * /api/v1/:resource/:id/:action */
extern const struct route api_routes[];

/* For addresses by hand: throttled, and with a verb permitted as the resource of the path; *go
 * false: answered already. */
NEOERR *api_enter(struct request *req, const char *verb, const struct resource **res,
	bool *go) CHECKED;
/* {"error": code, "message": Text.error.<code>} */
void api_fail(struct request *req, int status, const char *code);

/* openapi.c: OpenAPI 3.0 of all resources. */
NEOERR *openapi_page(struct request *req) CHECKED;

/* api_value.c: a record's columns as JSON members, and JSON members as texts of a change.
 * Fixed-point numbers are strings with all decimals (no double for money), times
 * "2026-11-20T05:00:00+08:00", references {"id":7,"title":"..."}, choices their words, personal
 * data masked unless whole. */
void api_put_value(struct request *req, struct buf *out, const struct field *f, const char *raw,
	const char *title, bool whole);
/* Text for change_put(); NULL and *problem (Text key) if no such JSON value fits the field.
 * Memory is the request's. */
const char *api_take_value(struct request *req, const struct field *f, const json_t *value,
	const char **problem);
/* Fields that the API shows: of lists, or of one record. column has room for all fields. */
int api_columns(const struct resource *res, bool list, struct column *column);

#endif

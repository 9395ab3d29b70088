/* route.c - the way of a request: which handler, may it run, and what its error looks like.
 * Owns nothing.
 * Serves the mains. */
#include <ClearSilver.h>

#include "cgi/login.h"
#include "cgi/perm.h"
#include "cgi/render.h"
#include "cgi/response.h"
#include "cgi/route.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

/* One segment of pattern and path; both at its first character. */
static bool segment_matches(struct request *req, const char *pattern, size_t plen, const char *path,
	size_t len)
{
	if (*pattern != ':')
		return plen == len && memcmp(pattern, path, len) == 0;
	if (len == 0 || req->parts >= ROUTE_PARTS)
		return false;
	req->part[req->parts++] =
		(struct param){ .name = arena_memdup(&req->arena, pattern + 1, plen - 1),
			.value = arena_memdup(&req->arena, path, len),
			.len = len };
	return true;
}

static bool pattern_matches(struct request *req, const char *pattern, const char *path)
{
	req->parts = 0;
	while (*pattern == '/' && *path == '/') {
		size_t plen = strcspn(++pattern, "/"), len = strcspn(++path, "/");
		if (!segment_matches(req, pattern, plen, path, len))
			return false;
		pattern += plen;
		path += len;
	}
	return *pattern == '\0' && *path == '\0';
}

const struct route *route_match(struct request *req, const struct route *const *tables,
	bool *path_known)
{
	enum method method = req->method == METHOD_HEAD ? METHOD_GET : req->method;

	*path_known = false;
	for (; *tables; tables++)
		for (const struct route *r = *tables; r->pattern; r++) {
			if (!pattern_matches(req, r->pattern, req->path))
				continue;
			if (r->method == method)
				return r;
			*path_known = true;
		}
	req->parts = 0;
	return NULL;
}

const char *route_part(const struct request *req, const char *name)
{
	for (int i = 0; i < req->parts; i++)
		if (strcmp(req->part[i].name, name) == 0)
			return req->part[i].value;
	return NULL;
}

int64_t route_id(const struct request *req, const char *name)
{
	const char *text = route_part(req, name);
	int64_t id;

	return text && text_i64(text, &id) && id > 0 ? id : 0;
}

/* code: JSON, and Text.error.<code> and .<code>_todo */
struct failure { int status; const char *code; };

static struct failure failure_of(NEOERR *err, struct db *db)
{
	const struct { NERR_TYPE kind; struct failure f;
	} kinds[] = {
		{ ERR_NOT_FOUND, { 404, "not_found" } },
		{ ERR_INVALID, { 422, "invalid" } },
		{ ERR_DENIED, { 403, "denied" } },
		{ ERR_STALE, { 409, "stale" } },
		{ ERR_DUPLICATE, { 409, "duplicate" } },
		{ ERR_BUSY, { 503, "busy" } },
		{ ERR_PEER, { 502, "peer" } },
		{ ERR_RETRY, { 503, "busy" } },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (error_is(err, kinds[i].kind))
			return kinds[i].f;
	if (error_is(err, ERR_DB)) {
		NEOERR *away = db ? db_ping(db) : STATUS_OK;
		if (away || !db) {
			error_drop(away);
			return (struct failure){ 503, "database" };
		}
	}
	return (struct failure){ 500, "internal" };
}

static void answer_json(struct request *req, struct failure f)
{
	struct buf text;

	buf_init(&text, 0);
	buf_puts(&text, "{\"error\":");
	json_quote(&text, f.code);
	buf_puts(&text, ",\"message\":");
	json_quote(&text, text_get(req, arena_printf(&req->arena, "error.%s", f.code)));
	buf_printf(&text, ",\"request_id\":\"%s\"}", req->id);
	response_json(req, f.status, buf_str(&text));
	buf_clear(&text);
}

static NEOERR *answer_page(struct request *req, struct failure f)
{
	NEOERR *err;

	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%d", f.status), "Error.status"));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "error.%s", f.code)),
		"Error.text"));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "error.%s_todo", f.code)),
		"Error.todo"));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "error.%s", f.code)),
		"Page.title"));
	TRY(hdf_put(req->hdf, "1", "Page.bare"));
	TRY(render_part(req, req->htmx ? "error_part.cs" : "error.cs"));
out:
	return nerr_pass(err);
}

static void answer_failure(struct request *req, struct failure f)
{
	NEOERR *err;

	req->file = NULL;
	req->content_type = NULL;
	if (req->json) {
		answer_json(req, f);
		return;
	}
	if ((err = answer_page(req, f)) != STATUS_OK) {
		error_log("error_page", err);
		response_bytes(req, "text/plain; charset=utf-8", "error", 5);
		buf_reset(&req->out);
		buf_printf(&req->out, "%d %s\n", f.status, req->id);
	}
	req->status = f.status;
}

/* ---- refusals in the log of what people do ---- */

#define DENIED_PAUSE 60                          /* seconds in which a worker does not write the same refusal again */

/* What lacks a permission names it: "pile.reboot". Who asks for one thing over and over fills no
 * table. */
static void note_denied(struct request *req, const char *word)
{
	static char last[200];
	static int64_t last_at;
	char name[120], now[200], *verb;
	NEOERR *err;

	text_copy(name, sizeof name, word);
	if (!req->db || req->who.kind == WHO_NOBODY || (verb = strchr(name, '.')) == NULL)
		return;
	*verb++ = '\0';
	snprintf(now, sizeof now, "%lld %lld %lld %s", (long long)req->who.user_id,
		(long long)req->who.member_id, (long long)route_id(req, "id"), word);
	if (!strcmp(now, last) && clock_now() - last_at < DENIED_PAUSE)
		return;
	if ((err = audit_refused(req->db, &req->actor, name, route_id(req, "id"), verb, "denied")) !=
		STATUS_OK) {
		error_log("audit_refused", err);
		return;
	}
	memcpy(last, now, sizeof last);
	last_at = clock_now();
}

/* "pile.reboot" of resource_permit(); other denials say more than a word. */
static bool is_permission(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz_");

	return n > 0 && text[n] == '.' && text[n + 1] &&
		text[n + 1 + strspn(text + n + 1, "abcdefghijklmnopqrstuvwxyz_")] == '\0';
}

void route_fail(struct request *req, NEOERR *err)
{
	struct failure f = failure_of(err, req->db);

	if (f.status >= 500)
		error_log(req->path, err);
	else {
		log_line(LOG_INFO, "refused", "code=%s text=\"%s\"", f.code, error_desc(err));
		if (error_is(err, ERR_DENIED) && is_permission(error_desc(err)))
			note_denied(req, error_desc(err));
		error_drop(err);
	}
	answer_failure(req, f);
}

/* Where a person without log-in goes: back here afterwards. */
static void ask_login(struct request *req, const char *login_path)
{
	const char *here = req->path;

	if (req->json) {
		answer_failure(req, (struct failure){ 401, "login" });
		return;
	}
	if (req->method != METHOD_POST && !req->htmx) {
		if (*req->query)
			here = arena_printf(&req->arena, "%s?%s", req->path, req->query);
		login_path = arena_printf(&req->arena, "%s?next=%s", login_path, url_encode(req, here));
	}
	response_redirect(req, login_path);
}

static void run(struct request *req, const struct route *r, const char *login_path)
{
	NEOERR *err;

	if (!(r->flags & ROUTE_OPEN) && req->who.kind == WHO_NOBODY) {
		ask_login(req, login_path);
		return;
	}
	if (req->who.barred && !(r->flags & ROUTE_OPEN)) {
		log_line(LOG_INFO, "refused", "code=address ip=%s", req->ip);
		note_denied(req, "login.login_barred");
		answer_failure(req, (struct failure){ 403, "address" });
		return;
	}
	if (req->who.must_change && !(r->flags & (ROUTE_OPEN | ROUTE_UNCHANGED))) {
		response_redirect(req, "/admin/password");
		return;
	}
	if (req->who.must_enrol && req->who.api) {
		log_line(LOG_INFO, "refused", "code=factor");
		answer_failure(req, (struct failure){ 403, "factor" });
		return;
	}
	if (req->who.must_enrol && !(r->flags & (ROUTE_OPEN | ROUTE_UNCHANGED))) {
		response_redirect(req, "/admin/me/factor");
		return;
	}
	if (r->permission && !perm_has_word(&req->who, r->permission)) {
		log_line(LOG_INFO, "refused", "code=denied permission=%s", r->permission);
		note_denied(req, r->permission);
		answer_failure(req, (struct failure){ 403, "denied" });
		return;
	}
	if ((req->method == METHOD_POST || req->method == METHOD_PATCH) &&
		!(r->flags & ROUTE_SIGNED) && !csrf_ok(req)) {
		log_line(LOG_INFO, "refused", "code=csrf");
		note_denied(req, "login.csrf");
		answer_failure(req, (struct failure){ 403, "csrf" });
		return;
	}
	if ((err = r->handle(req)) != STATUS_OK)
		route_fail(req, err);
}

void route_run(struct request *req, const struct route *const *tables, const char *login_path)
{
	bool path_known;
	const struct route *r = route_match(req, tables, &path_known);

	req->route = r;
	if (r)
		run(req, r, login_path);
	else if (path_known)
		answer_failure(req, (struct failure){ 405, "method" });
	else
		answer_failure(req, (struct failure){ 404, "not_found" });
}

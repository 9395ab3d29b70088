/* login_page.c - getting in and out (H1): account, password, captcha; language.
 * Owns the order of the checks: address, captcha, lock, password, state.
 * Serves admin.c. */
#include <ClearSilver.h>

#include "cgi/captcha.h"
#include "cgi/language.h"
#include "cgi/login.h"
#include "cgi/login_page.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/crypt.h"
#include "base/log.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/setting.h"

#define ADDRESS_TRIES  100               /* an office shares an address */
#define ADDRESS_WINDOW 900
#define ACCOUNT_COOKIE "account"
#define ACCOUNT_AGE    (180 * 86400)

SQL(login_account, "SELECT u.id, u.password_hash, u.lang, u.status = 'enabled' AND COALESCE(p.deleted, 0) = 0"
	" AND COALESCE(pr.deleted, 0) = 0"
	" FROM user u LEFT JOIN provider p ON p.id = u.provider_id LEFT JOIN property pr ON pr.id = u.property_id"
	" WHERE u.login = ? AND u.deleted = 0");

struct account { int64_t id; char hash[PASSWORD_HASH], lang[9]; bool enabled; };

static NEOERR *on_account(const struct row *r, void *ctx)
{
	struct account *a = ctx;

	a->id = row_i64(r, 0);
	text_copy(a->hash, sizeof a->hash, row_str(r, 1));
	text_copy(a->lang, sizeof a->lang, row_str(r, 2));
	a->enabled = row_i64(r, 3) != 0;
	return STATUS_OK;
}

static NEOERR *show(struct request *req, const char *problem, const char *argument)
{
	const char *account = request_param(req, "account"), *kept = request_cookie(req, ACCOUNT_COOKIE);
	char id[CAPTCHA_ID];
	NEOERR *err;

	TRY(captcha_new(req->db, id));
	TRY(hdf_put(req->hdf, id, "Login.captcha"));
	TRY(hdf_put(req->hdf, account ? account : kept, "Login.account"));
	TRY(hdf_put(req->hdf, kept || request_param(req, "remember") ? "1" : "", "Login.remember"));
	TRY(hdf_put(req->hdf, request_param_or(req, "next", ""), "Login.next"));
	TRY(hdf_put(req->hdf, text_get(req, "login.title"), "Page.title"));
	if (problem) {
		TRY(hdf_put(req->hdf, text_format(req, problem, argument, NULL), "Login.problem"));
		req->status = 422;
	}
	TRY(render_part(req, "login.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *login_show(struct request *req)
{
	if (req->who.kind != WHO_NOBODY) {
		response_redirect(req, "/admin/");
		return STATUS_OK;
	}
	return nerr_pass(show(req, NULL, NULL));
}

/* A fresh picture for a person who cannot read the first one. */
static NEOERR *captcha_again(struct request *req)
{
	char id[CAPTCHA_ID];
	NEOERR *err;

	TRY(captcha_new(req->db, id));
	TRY(hdf_put(req->hdf, id, "Login.captcha"));
	TRY(render_part(req, "login_captcha.cs"));
out:
	return nerr_pass(err);
}

/* The same work whether the account exists or not: an answer's time tells nothing. */
static NEOERR *check_password(struct request *req, const char *account, const char *password, struct account *a, bool *right)
{
	static char nobodys_hash[PASSWORD_HASH];
	bool found = false, matches;
	NEOERR *err = STATUS_OK;

	if (!*nobodys_hash)
		TRY(password_hash("nobody has this password", nobodys_hash));
	TRY(db_find(req->db, &login_account, ARGS(STR(account)), on_account, a, &found));
	matches = password_matches(password, found && *a->hash ? a->hash : nobodys_hash);
	*right = found && *a->hash && matches;
out:
	return nerr_pass(err);
}

static NEOERR *failed(struct request *req, const char *account, const struct account *a)
{
	NEOERR *err = STATUS_OK;

	log_line(LOG_INFO, "login_failed", "ip=%s known=%d", req->ip, a->id != 0);
	if (a->id) {
		req->actor.name = account;
		TRY(audit_add(req->db, &req->actor, "user", a->id, "login_failed", NULL, NULL, NULL));
	}
	TRY(show(req, "login.wrong", NULL));
out:
	return nerr_pass(err);
}

static NEOERR *enter(struct request *req, const char *account, const struct account *a)
{
	const char *next = request_param_or(req, "next", "");
	NEOERR *err;

	req->actor.name = account;
	TRY(throttle_clear(req->db, login_throttle_name(req, account)));
	TRY(login_begin_user(req, a->id));
	if (request_param(req, "remember"))
		response_cookie(req, ACCOUNT_COOKIE, account, ACCOUNT_AGE);
	else if (request_cookie(req, ACCOUNT_COOKIE))
		response_cookie(req, ACCOUNT_COOKIE, "", -1);
	if (!request_cookie(req, "lang"))
		response_cookie(req, "lang", a->lang, LANGUAGE_AGE);
	response_redirect(req, url_is_local(next) && text_starts(next, "/admin/") ? next : "/admin/");
out:
	return nerr_pass(err);
}

static NEOERR *login_post(struct request *req)
{
	char *account = text_trim(arena_strdup(&req->arena, request_param_or(req, "account", "")));
	const char *address = arena_printf(&req->arena, "login-ip:%s", req->ip);
	struct account a = { .id = 0 };
	int64_t failures, minutes;
	bool right = false;
	int wait;
	NEOERR *err;

	TRY(setting_i64(req->db, "login_failures", &failures));
	TRY(setting_i64(req->db, "login_lock_minutes", &minutes));
	TRY(throttle_hit(req->db, address, ADDRESS_TRIES, ADDRESS_WINDOW, &wait));
	if (wait > 0)
		return nerr_pass(show(req, "login.locked", arena_printf(&req->arena, "%d", wait / 60 + 1)));
	TRY(captcha_check(req->db, request_param(req, "captcha_id"), request_param(req, "captcha"), &right));
	if (!right)
		return nerr_pass(show(req, "login.captcha_wrong", NULL));
	if (!*account)
		return nerr_pass(show(req, "login.wrong", NULL));
	TRY(throttle_hit(req->db, login_throttle_name(req, account), (int)failures, (int)minutes * 60, &wait));
	if (wait > 0)
		return nerr_pass(show(req, "login.locked", arena_printf(&req->arena, "%d", wait / 60 + 1)));
	TRY(check_password(req, account, request_param_or(req, "password", ""), &a, &right));
	if (!right)
		return nerr_pass(failed(req, account, &a));
	if (!a.enabled)
		return nerr_pass(show(req, "login.disabled", NULL));
	TRY(enter(req, account, &a));
out:
	return nerr_pass(err);
}

static NEOERR *logout(struct request *req)
{
	NEOERR *err = login_end(req);

	response_redirect(req, "/admin/login");
	return nerr_pass(err);
}

const struct route login_routes[] = {
	{ METHOD_GET, "/admin/login", login_show, NULL, ROUTE_OPEN },
	{ METHOD_POST, "/admin/login", login_post, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/admin/captcha", captcha_again, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/admin/captcha/:id", captcha_picture, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/admin/lang", language_switch, NULL, ROUTE_OPEN },
	{ METHOD_POST, "/admin/logout", logout, NULL, ROUTE_UNCHANGED },
	{ METHOD_GET, "/admin/password", password_page_show, NULL, ROUTE_UNCHANGED },
	{ METHOD_POST, "/admin/password", password_page_change, NULL, ROUTE_UNCHANGED },
	{ .pattern = NULL },
};

/* login_page.c - getting in and out (H1): account, password, captcha; language.
 * Owns the order of the checks: address, captcha, lock, password, state, address of the role,
 * second factor.
 * Serves admin.c. */
#include <ClearSilver.h>

#include "cgi/captcha.h"
#include "cgi/factor.h"
#include "cgi/language.h"
#include "cgi/login.h"
#include "cgi/login_page.h"
#include "cgi/perm.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/setting.h"

#define ADDRESS_TRIES  100               /* an office shares an address */
#define ADDRESS_WINDOW 900
#define ACCOUNT_COOKIE "account"
#define ACCOUNT_AGE    (180 * 86400)
#define TICKET_SECONDS 300               /* between password and code */

#define ACCOUNT "SELECT u.id, u.password_hash, u.lang, u.status = 'enabled' AND COALESCE(p.deleted, 0) = 0 AND COALESCE(pr.deleted, 0) = 0," \
	" u.totp_at IS NOT NULL, u.login FROM user u LEFT JOIN provider p ON p.id = u.provider_id LEFT JOIN property pr ON pr.id = u.property_id" \
	" WHERE u.deleted = 0 AND "
SQL(login_account, ACCOUNT "u.login = ?");
SQL(login_account_id, ACCOUNT "u.id = ?");

struct account { int64_t id; char hash[PASSWORD_HASH], lang[9], login[244]; bool enabled, factor; };

static NEOERR *on_account(const struct row *r, void *ctx)
{
	struct account *a = ctx;

	a->id = row_i64(r, 0);
	text_copy(a->hash, sizeof a->hash, row_str(r, 1));
	text_copy(a->lang, sizeof a->lang, row_str(r, 2));
	a->enabled = row_i64(r, 3) != 0;
	a->factor = row_i64(r, 4) != 0;
	text_copy(a->login, sizeof a->login, row_str(r, 5));
	return STATUS_OK;
}

static NEOERR *show(struct request *req, const char *problem, const char *argument)
{
	const char *account = request_param(req, "account"),
			   *kept = request_cookie(req, ACCOUNT_COOKIE);
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
static NEOERR *check_password(struct request *req, const char *account, const char *password,
	struct account *a, bool *right)
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
		req->actor.user_id = a->id;      /* whose administrator shall see it */
		TRY(audit_refused(req->db, &req->actor, "user", a->id, "login_failed", "failed"));
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

/* What the first step hands to the second, sealed: who, until when, and by which password (a
 * changed one ends it). */
static NEOERR *ticket_make(struct request *req, const struct account *a, const char **ticket)
{
	char digest[SHA256_HEX], *sealed = NULL;
	NEOERR *err;

	sha256_hex(a->hash, strlen(a->hash), digest);
	TRY(secret_seal_dup(arena_printf(&req->arena, "login %lld %lld %s", (long long)a->id,
							(long long)(clock_now() + TICKET_SECONDS), digest),
		&sealed));
	*ticket = arena_strdup(&req->arena, sealed);
out:
	free(sealed);
	return nerr_pass(err);
}

static bool ticket_split(char *plain, int64_t *id, const char **digest)
{
	char *rest = plain, *word;
	int64_t until;

	if (!text_eq(text_split(&rest, ' '), "login") || (word = text_split(&rest, ' ')) == NULL ||
		!text_i64(word, id))
		return false;
	if ((word = text_split(&rest, ' ')) == NULL || !text_i64(word, &until) || until < clock_now())
		return false;
	*digest = rest ? rest : "";
	return true;
}

static NEOERR *ticket_read(struct request *req, struct account *a, bool *good)
{
	char digest[SHA256_HEX], *plain = NULL;
	const char *of_hash;
	bool found = false;
	int64_t id;
	NEOERR *err = secret_open_dup(request_param_or(req, "ticket", ""), &plain);

	*good = false;
	if (error_is(err, ERR_INVALID)) {
		error_drop(err);
		return STATUS_OK;
	}
	TRY(err);
	if (!ticket_split(plain, &id, &of_hash))
		goto out;
	TRY(db_find(req->db, &login_account_id, ARGS(I64(id)), on_account, a, &found));
	sha256_hex(a->hash, strlen(a->hash), digest);
	*good = found && a->enabled && a->factor && text_eq(digest, of_hash);
out:
	free(plain);
	return nerr_pass(err);
}

static NEOERR *ask_code(struct request *req, const struct account *a, const char *problem)
{
	const char *ticket = NULL;
	NEOERR *err;

	TRY(ticket_make(req, a, &ticket));
	TRY(hdf_put(req->hdf, ticket, "Login.ticket"));
	TRY(hdf_put(req->hdf, request_param(req, "remember") ? "1" : "", "Login.remember"));
	TRY(hdf_put(req->hdf, request_param_or(req, "next", ""), "Login.next"));
	TRY(hdf_put(req->hdf, text_get(req, "login.code_title"), "Page.title"));
	if (problem) {
		TRY(hdf_put(req->hdf, text_get(req, problem), "Login.problem"));
		req->status = 422;
	}
	TRY(render_part(req, "login_code.cs"));
out:
	return nerr_pass(err);
}

/* The password was right: may this account in, from here, and by password alone? */
static NEOERR *admit(struct request *req, const struct account *a)
{
	const struct permissions *set;
	bool by_stations;
	NEOERR *err;

	if (!a->enabled)
		return nerr_pass(show(req, "login.disabled", NULL));
	TRY(perm_load(req->db, a->id, &set, &by_stations));
	if (!perm_allows_address(set, req->ip)) {
		log_line(LOG_INFO, "login_refused", "ip=%s user=%lld code=address", req->ip,
			(long long)a->id);
		req->actor.name = a->login;
		TRY(audit_refused(req->db, &req->actor, "user", a->id, "login_barred", "denied"));
		return nerr_pass(show(req, "login.address", req->ip));
	}
	TRY(a->factor ? ask_code(req, a, NULL) : enter(req, a->login, a));
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
	TRY(captcha_check(req->db, request_param(req, "captcha_id"), request_param(req, "captcha"),
		&right));
	if (!right)
		return nerr_pass(show(req, "login.captcha_wrong", NULL));
	if (!*account)
		return nerr_pass(show(req, "login.wrong", NULL));
	TRY(throttle_hit(req->db, login_throttle_name(req, account), (int)failures, (int)minutes * 60,
		&wait));
	if (wait > 0)
		return nerr_pass(show(req, "login.locked", arena_printf(&req->arena, "%d", wait / 60 + 1)));
	TRY(check_password(req, account, request_param_or(req, "password", ""), &a, &right));
	if (!right)
		return nerr_pass(failed(req, account, &a));
	TRY(admit(req, &a));
out:
	return nerr_pass(err);
}

/* The second step. The ticket says who passed the first one, so nothing is kept of people who do
 * not come back. */
static NEOERR *code_post(struct request *req)
{
	const char *address = arena_printf(&req->arena, "login-ip:%s", req->ip), *problem;
	struct account a = { .id = 0 };
	bool good = false;
	int wait;
	NEOERR *err;

	TRY(throttle_hit(req->db, address, ADDRESS_TRIES, ADDRESS_WINDOW, &wait));
	if (wait > 0)
		return nerr_pass(show(req, "login.locked", arena_printf(&req->arena, "%d", wait / 60 + 1)));
	TRY(ticket_read(req, &a, &good));
	if (!good)
		return nerr_pass(show(req, "login.ticket_old", NULL));
	TRY(factor_check(req, a.id, request_param_or(req, "code", ""), &problem));
	if (!problem)
		return nerr_pass(enter(req, a.login, &a));
	req->actor.name = a.login;
	TRY(audit_refused(req->db, &req->actor, "user", a.id, "factor_failed", "failed"));
	TRY(ask_code(req, &a, problem));
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
	{ METHOD_POST, "/admin/login/code", code_post, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/admin/captcha", captcha_again, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/admin/captcha/:id", captcha_picture, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/admin/lang", language_switch, NULL, ROUTE_OPEN },
	{ METHOD_POST, "/admin/logout", logout, NULL, ROUTE_UNCHANGED },
	{ METHOD_GET, "/admin/password", password_page_show, NULL, ROUTE_UNCHANGED },
	{ METHOD_POST, "/admin/password", password_page_change, NULL, ROUTE_UNCHANGED },
	{ .pattern = NULL },
};

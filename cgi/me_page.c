/* me_page.c - own settings: who I am, passwords, second factor, language, where I am logged in
 * (G11).
 * Owns the page.
 * Serves every user. */
#include <ClearSilver.h>

#include "cgi/factor.h"
#include "cgi/language.h"
#include "cgi/login.h"
#include "cgi/login_page.h"
#include "cgi/perm.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/text.h"
#include "db/audit.h"

SQL(me_person,
	"SELECT u.login, u.name, u.phone, u.email, u.lang, u.totp_at, u.payment_hash <> '',"
	" COALESCE(p.name, ''), COALESCE(pr.name, ''),"
	" COALESCE((SELECT GROUP_CONCAT(r.name ORDER BY r.id SEPARATOR ', ') FROM user_role ur JOIN"
	" role r ON r.id = ur.role_id"
	" WHERE ur.user_id = u.id AND r.deleted = 0), ''), COALESCE(f.name, ''), u.email_verified_at"
	" FROM user u LEFT JOIN provider p ON p.id = u.provider_id LEFT JOIN property pr ON pr.id ="
	" u.property_id LEFT JOIN fleet f ON f.id = u.fleet_id WHERE u.id = ?");
SQL(me_logins,
	"SELECT id, ip, agent, created_at, seen_at FROM login WHERE user_id = ? AND expires_at > ?"
	" ORDER BY seen_at DESC, id DESC LIMIT 100");
SQL(me_login_end, "DELETE FROM login WHERE id = ? AND user_id = ?");
SQL(me_lang, "UPDATE user SET lang = ? WHERE id = ?");

struct me { struct request *req; int n; };

static const char *time_text(struct request *req, int64_t t)
{
	char text[CLOCK_TEXT];

	return arena_strdup(&req->arena, clock_format(t, text));
}

static NEOERR *on_person(const struct row *r, void *ctx)
{
	static const char *const names[] = { "login", "name", "phone", "email", "lang", "factor_at",
		"has_payment", "provider", "property", "roles", "fleet", "email_verified_at" };
	struct request *req = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		TRY(hdf_put(req->hdf, row_str(r, i), "Me.%s", names[i]));
	TRY(hdf_put(req->hdf, row_i64(r, 6) ? "1" : "", "Me.has_payment"));
out:
	return nerr_pass(err);
}

/* The first word found in what the browser calls itself; more special ones stand first. */
static const char *word_of(const char *agent, const char *const table[][2])
{
	for (; (*table)[0]; table++)
		if (strstr(agent, (*table)[0]))
			return (*table)[1];
	return "";
}

static const char *browser_of(struct request *req, const char *agent)
{
	static const char *const browsers[][2] = { { "MicroMessenger", "WeChat" }, { "Edg", "Edge" },
		{ "OPR/", "Opera" }, { "Firefox/", "Firefox" }, { "Chrome/", "Chrome" },
		{ "Safari/", "Safari" }, { "curl/", "curl" }, { "python", "Python" }, { NULL, NULL } };
	static const char *const machines[][2] = { { "Windows", "Windows" }, { "Android", "Android" },
		{ "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Mac OS X", "macOS" }, { "Linux", "Linux" },
		{ NULL, NULL } };
	const char *browser = word_of(agent, browsers), *machine = word_of(agent, machines);

	if (!*browser && !*machine)
		return text_get(req, "me.browser_unknown");
	return arena_printf(&req->arena, "%s%s%s", browser, *browser && *machine ? " · " : "", machine);
}

static NEOERR *on_login(const struct row *r, void *ctx)
{
	struct me *me = ctx;
	struct request *req = me->req;
	int i = me->n++;
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 0), "Me.login_row.%d.id", i));
	TRY(hdf_put(req->hdf, row_str(r, 1), "Me.login_row.%d.ip", i));
	TRY(hdf_put(req->hdf, browser_of(req, row_str(r, 2)), "Me.login_row.%d.browser", i));
	TRY(hdf_put(req->hdf, row_str(r, 2), "Me.login_row.%d.agent", i));
	TRY(hdf_put(req->hdf, time_text(req, row_time(r, 3)), "Me.login_row.%d.since", i));
	TRY(hdf_put(req->hdf, time_text(req, row_time(r, 4)), "Me.login_row.%d.seen", i));
	TRY(hdf_put(req->hdf, row_i64(r, 0) == req->who.login_id ? "1" : "", "Me.login_row.%d.this",
		i));
out:
	return nerr_pass(err);
}

static NEOERR *me_show(struct request *req)
{
	struct me me = { .req = req };
	int64_t left = 0;
	NEOERR *err;

	TRY(db_get(req->db, &me_person, ARGS(I64(req->who.user_id)), on_person, req));
	TRY(db_query(req->db, &me_logins, ARGS(I64(req->who.user_id), TIME(clock_now())), on_login,
		&me));
	TRY(factor_codes_left(req->db, req->who.user_id, &left));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%lld", (long long)left), "Me.codes_left"));
	TRY(hdf_put(req->hdf, left < 3 ? "1" : "", "Me.codes_few"));
	TRY(hdf_put(req->hdf, perm_wants_factor(req->who.permissions) ? "1" : "", "Me.factor_wanted"));
	TRY(hdf_put(req->hdf, me.n > 1 ? "1" : "", "Me.others"));
	TRY(hdf_put(req->hdf, text_get(req, "me.title"), "Page.title"));
	TRY(render_page(req, "me.cs"));
out:
	return nerr_pass(err);
}

struct ending { struct request *req; int64_t id; };

static NEOERR *end_tx(struct db *db, void *ctx)
{
	struct ending *e = ctx;
	struct request *req = e->req;
	int64_t ended = 0;
	NEOERR *err;

	if (e->id)
		TRY(db_exec(db, &me_login_end, ARGS(I64(e->id), I64(req->who.user_id)), &ended));
	else
		TRY(login_end_all_of_user(db, req->who.user_id, req->who.login_id));
	if (e->id && !ended)
		return nerr_raise(ERR_NOT_FOUND, "log-in %lld of user %lld", (long long)e->id,
			(long long)req->who.user_id);
	TRY(audit_add(db, &req->actor, "user", req->who.user_id,
		e->id ? "end_login" : "end_other_logins", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

/* The one I am using ends by logging out. */
static NEOERR *end_one(struct request *req)
{
	struct ending e = { .req = req, .id = route_id(req, "id") };
	NEOERR *err;

	if (!e.id)
		return nerr_raise(ERR_NOT_FOUND, "no log-in has this number");
	TRY(db_tx(req->db, end_tx, &e));
	response_redirect_saying(req, e.id == req->who.login_id ? "/admin/login" : "/admin/me",
		"me.login_ended", NULL);
out:
	return nerr_pass(err);
}

static NEOERR *end_others(struct request *req)
{
	struct ending e = { .req = req };
	NEOERR *err;

	TRY(db_tx(req->db, end_tx, &e));
	response_redirect_saying(req, "/admin/me", "me.others_ended", NULL);
out:
	return nerr_pass(err);
}

static NEOERR *set_lang(struct request *req)
{
	const char *lang = text_eq(request_param(req, "lang"), "en") ? "en" : "zh-CN";
	NEOERR *err;

	TRY(db_exec(req->db, &me_lang, ARGS(STR(lang), I64(req->who.user_id)), NULL));
	response_cookie(req, "lang", lang, LANGUAGE_AGE);
	response_redirect_saying(req, "/admin/me", "me.lang_set", NULL);
out:
	return nerr_pass(err);
}

const struct route me_routes[] = {
	{ METHOD_GET, "/admin/me", me_show, NULL, 0 },
	{ METHOD_POST, "/admin/me/login/:id/end", end_one, NULL, 0 },
	{ METHOD_POST, "/admin/me/logins/end", end_others, NULL, 0 },
	{ METHOD_POST, "/admin/me/lang", set_lang, NULL, 0 },
	{ METHOD_GET, "/admin/me/factor", factor_page_show, NULL, ROUTE_UNCHANGED },
	{ METHOD_POST, "/admin/me/factor", factor_page_begin, NULL, ROUTE_UNCHANGED },
	{ METHOD_POST, "/admin/me/factor/off", factor_page_end, NULL, 0 },
	{ METHOD_POST, "/admin/me/factor/codes", factor_page_codes, NULL, 0 },
	{ .pattern = NULL },
};

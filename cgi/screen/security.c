/* security.c - what is weak right now: a page that judges the running platform, each finding with
 * its weight and where to mend it.
 * Owns nothing. Serves the administrator. */
#include "base/conf.h"
#include "cgi/screen/screen.h"
#include "db/audit.h"

#define STALE_DAYS  2            /* a log-in nobody used for so long is ended rather than found by a thief */
#define UNSEEN_DAYS 90
#define PROOF_HOURS 36           /* ledger and log are proved every night */
#define NAMED       5            /* examples a finding names */

/* Each statement gives name after name of what is weak; times it compares with are its
 * arguments. */
#define WORKING "u.deleted = 0 AND u.status = 'enabled'"
#define HAS_STAR "EXISTS (SELECT 1 FROM user_role ur JOIN role r ON r.id = ur.role_id AND r.deleted = 0 AND r.status = 'enabled'" \
	" JOIN role_permission rp ON rp.role_id = r.id WHERE ur.user_id = u.id AND rp.permission = '*')"
SQL(security_first,
	"SELECT u.login FROM user u WHERE (u.must_change = 1 OR u.payment_must_change = 1) AND " WORKING
	" ORDER BY u.id");
SQL(security_star_alone,
	"SELECT u.login FROM user u WHERE u.totp_at IS NULL AND " HAS_STAR " AND " WORKING
	" ORDER BY u.id");
SQL(security_alone,
	"SELECT u.login FROM user u WHERE u.totp_at IS NULL AND NOT " HAS_STAR " AND " WORKING
	" ORDER BY u.id");
SQL(security_star,
	"SELECT r.name FROM role r JOIN role_permission rp ON rp.role_id = r.id AND rp.permission = '*'"
	" WHERE r.deleted = 0 AND r.status = 'enabled' ORDER BY r.id");
SQL(security_stale,
	"SELECT u.login FROM login l JOIN user u ON u.id = l.user_id WHERE l.seen_at < ? AND"
	" l.expires_at > ? ORDER BY l.id");
SQL(security_unseen,
	"SELECT u.login FROM user u WHERE COALESCE(u.last_login_at, u.created_at) < ? AND " WORKING
	" ORDER BY u.id");
SQL(security_key,
	"SELECT k.name FROM api_key k JOIN user u ON u.id = k.user_id WHERE k.expires_at IS NULL AND"
	" k.status = 'enabled' AND k.deleted = 0"
	" AND " WORKING " ORDER BY k.id");
SQL(security_proof,
	"SELECT started_at, status, failed FROM job_run WHERE job = ? AND status IN ('done',"
	" 'failed') ORDER BY started_at DESC, id DESC LIMIT 1");
SQL(security_stale_end,
	"DELETE FROM login WHERE user_id IS NOT NULL AND user_id <> ? AND seen_at < ? AND expires_at"
	" > ?");

struct page { struct request *req; int n; int64_t weak; };
struct names { struct request *req; int64_t n; const char *text; };

/* A finding: name (Text.security.<name>, .<name>_todo), severity ("high", "medium", "low";
 * "fine"), count (0: none), examples, link. */
static NEOERR *put(struct page *p, const char *name, const char *severity, int64_t count,
	const char *detail, const char *link)
{
	struct request *req = p->req;
	int i = p->n++;
	bool fine = text_eq(severity, "fine");
	NEOERR *err;

	p->weak += !fine;
	TRY(hdf_put(req->hdf, name, "Security.%d.name", i));
	TRY(hdf_put(req->hdf, severity, "Security.%d.severity", i));
	TRY(hdf_put(req->hdf,
		text_get(req, arena_printf(&req->arena, "security.severity.%s", severity)),
		"Security.%d.severity_text", i));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "security.%s", name)),
		"Security.%d.text", i));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "security.%s_todo", name)),
		"Security.%d.todo", i));
	TRY(hdf_put(req->hdf, count ? screen_number(req, count) : "", "Security.%d.count", i));
	TRY(hdf_put(req->hdf, detail, "Security.%d.detail", i));
	TRY(hdf_put(req->hdf, fine ? "" : link, "Security.%d.link", i));
out:
	return nerr_pass(err);
}

static NEOERR *on_name(const struct row *r, void *ctx)
{
	struct names *f = ctx;

	if (f->n < NAMED)
		f->text = arena_printf(&f->req->arena, "%s%s%s", f->text, f->n ? ", " : "", row_str(r, 0));
	else if (f->n == NAMED)
		f->text = arena_printf(&f->req->arena, "%s …", f->text);
	f->n++;
	return STATUS_OK;
}

static NEOERR *find_rows(struct page *p)
{
	int64_t now = clock_now(), stale = now - STALE_DAYS * DAY_SECONDS,
			unseen = now - UNSEEN_DAYS * DAY_SECONDS;
	const struct {
		const char *name, *severity, *link;
		const struct sql *sql;
		int64_t time[2];
	} all[] = {
		{ "first_password", "high", "/admin/user", &security_first, { 0, 0 } },
		{ "star_alone", "high", "/admin/user", &security_star_alone, { 0, 0 } },
		{ "star_role", "medium", "/admin/role", &security_star, { 0, 0 } },
		{ "no_factor", "medium", "/admin/role", &security_alone, { 0, 0 } },
		{ "key_forever", "medium", "/admin/api_key", &security_key, { 0, 0 } },
		{ "unseen", "low", "/admin/user", &security_unseen, { unseen, 0 } },
		{ "stale", "low", "", &security_stale, { stale, now } },
	};
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct names f = { .req = p->req, .text = "" };
		struct arg args[2] = { TIME(all[i].time[0]), TIME(all[i].time[1]) };
		TRY(db_query(p->req->db, all[i].sql, args, !!all[i].time[0] + !!all[i].time[1], on_name,
			&f));
		TRY(put(p, all[i].name, f.n ? all[i].severity : "fine", f.n, f.text, all[i].link));
	}
out:
	return nerr_pass(err);
}

struct proof { int64_t at, failed; bool done; };

static NEOERR *on_proof(const struct row *r, void *ctx)
{
	*(struct proof *)ctx = (struct proof){ .at = row_time(r, 0),
		.done = text_eq(row_str(r, 1), "done"),
		.failed = row_i64(r, 2) };
	return STATUS_OK;
}

/* Each proof runs every night: what it found, or that it did not run. */
static NEOERR *find_proof(struct page *p, const char *job, const char *name)
{
	struct proof proof = { .at = 0 };
	struct arena *a = &p->req->arena;
	const char *at;
	bool found;
	NEOERR *err;

	TRY(db_find(p->req->db, &security_proof, ARGS(STR(job)), on_proof, &proof, &found));
	at = found ? screen_time(p->req, proof.at) : text_get(p->req, "security.never");
	if (found && (!proof.done || proof.failed))
		TRY(put(p, arena_printf(a, "%s_failed", name), "high", proof.failed, at, "/admin/job_run"));
	else if (!found || proof.at < clock_now() - PROOF_HOURS * 3600)
		TRY(put(p, arena_printf(a, "%s_old", name), "high", 0, at, "/admin/job_run"));
	else
		TRY(put(p, name, "fine", 0, at, ""));
out:
	return nerr_pass(err);
}

/* What the configuration file says. */
static NEOERR *find_conf(struct page *p)
{
	bool here = text_starts(conf.url, "http://127.") || text_starts(conf.url, "http://localhost");
	bool plain = !text_starts(conf.url, "https://");
	NEOERR *err;

	TRY(put(p, "no_tls", !plain ? "fine" : here ? "medium" : "high", 0, conf.url, ""));
	TRY(put(p, "developer", conf.developer_pages ? "high" : "fine", 0, "", ""));
out:
	return nerr_pass(err);
}

/* All tenants are judged together: for the platform's own people. */
static NEOERR *platform_only(const struct request *req)
{
	return req->who.kind == WHO_SYSTEM
		? STATUS_OK
		: nerr_raise(ERR_DENIED, "the security page is the platform's");
}

NEOERR *security_show(struct request *req)
{
	struct page p = { .req = req };
	NEOERR *err;

	TRY(platform_only(req));
	TRY(find_proof(&p, "ledger_proof", "proof"));
	TRY(find_proof(&p, "audit_proof", "audit"));
	TRY(find_conf(&p));
	TRY(find_rows(&p));
	TRY(hdf_put(req->hdf,
		p.weak ? text_format(req, "security.weak", screen_number(req, p.weak), NULL)
			   : text_get(req, "security.none"),
		"Page.verdict"));
	TRY(hdf_put(req->hdf, p.weak ? "1" : "", "Page.weak"));
	TRY(screen_page(req, "security", "menu.security", "", "screen/security.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *end_tx(struct db *db, void *ctx)
{
	struct request *req = ctx;
	int64_t now = clock_now(), ended = 0;
	NEOERR *err;

	TRY(db_exec(db, &security_stale_end,
		ARGS(I64(req->who.user_id), TIME(now - STALE_DAYS * DAY_SECONDS), TIME(now)), &ended));
	TRY(audit_add(db, &req->actor, "security", 0, "end_stale_logins", "logins", NULL,
		screen_number(req, ended)));
out:
	return nerr_pass(err);
}

NEOERR *security_end_stale(struct request *req)
{
	NEOERR *err;

	TRY(platform_only(req));
	TRY(db_tx(req->db, end_tx, req));
	response_redirect_saying(req, "/admin/security", "security.stale_ended", NULL);
out:
	return nerr_pass(err);
}

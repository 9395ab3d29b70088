/* login.c - who is asking: tokens, API keys, begin and end of log-ins, CSRF.
 * Owns table login.
 * Serves the router and the log-in pages. */
#include <ClearSilver.h>

#include "cgi/login.h"
#include "cgi/perm.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/text.h"
#include "db/audit.h"

#define TOKEN_BYTES   32
#define CSRF_BYTES    16
#define FORM_COOKIE   "chargeops_form"   /* CSRF word of who is not logged in */
#define MEMBER_HOURS  (30 * 24)
#define SEEN_SECONDS  60                 /* how exact "last seen" is */

SQL(login_user,
	"SELECT l.id, l.csrf, l.seen_at, u.id, u.kind, u.provider_id, u.property_id, u.name, u.login,"
	" u.must_change OR u.payment_must_change, u.totp_at IS NOT NULL, u.fleet_id FROM login l JOIN"
	" user u ON u.id = l.user_id LEFT JOIN fleet f ON f.id = u.fleet_id"
	" LEFT JOIN provider p ON p.id = u.provider_id LEFT JOIN property pr ON pr.id = u.property_id"
	" WHERE l.token_hash = ? AND l.expires_at > ? AND u.status = 'enabled' AND u.deleted = 0"
	" AND COALESCE(p.deleted, 0) = 0 AND COALESCE(pr.deleted, 0) = 0"
	" AND COALESCE(f.deleted, 0) = 0");
SQL(login_member,
	"SELECT l.id, l.csrf, l.seen_at, m.id, m.provider_id, m.name, m.phone FROM login l JOIN"
	" member m ON m.id = l.member_id"
	" WHERE l.token_hash = ? AND l.expires_at > ? AND m.deleted = 0");
SQL(login_key,
	"SELECT k.id, k.permissions, k.last_used_at, u.id, u.kind, u.provider_id, u.property_id,"
	" u.name, u.login, u.fleet_id, u.totp_at IS NOT NULL"
	" FROM api_key k JOIN user u ON u.id = k.user_id LEFT JOIN fleet f ON f.id = u.fleet_id"
	" LEFT JOIN provider p ON p.id = u.provider_id LEFT JOIN property pr ON pr.id = u.property_id"
	" WHERE k.key_hash = ? AND k.status = 'enabled' AND k.deleted = 0 AND (k.expires_at IS NULL"
	" OR k.expires_at > ?)"
	" AND u.status = 'enabled' AND u.deleted = 0"
	" AND COALESCE(p.deleted, 0) = 0 AND COALESCE(pr.deleted, 0) = 0"
	" AND COALESCE(f.deleted, 0) = 0");
SQL(login_person,
	"SELECT 0, '', NULL, u.id, u.kind, u.provider_id, u.property_id, u.name, u.login, 0, 1,"
	" u.fleet_id FROM user u LEFT JOIN fleet f ON f.id = u.fleet_id"
	" LEFT JOIN provider p ON p.id = u.provider_id LEFT JOIN property pr ON pr.id = u.property_id"
	" WHERE u.id = ? AND u.status = 'enabled' AND u.deleted = 0 AND COALESCE(p.deleted, 0) = 0"
	" AND COALESCE(pr.deleted, 0) = 0 AND COALESCE(f.deleted, 0) = 0");
SQL(login_seen, "UPDATE login SET seen_at = ? WHERE id = ?");
SQL(login_key_used, "UPDATE api_key SET last_used_at = ? WHERE id = ?");
SQL(login_insert,
	"INSERT INTO login (token_hash, user_id, member_id, csrf, ip, agent, created_at, seen_at,"
	" expires_at)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(login_drop, "DELETE FROM login WHERE token_hash = ?");
SQL(login_drop_user, "DELETE FROM login WHERE user_id = ? AND id <> ?");
SQL(login_user_last, "UPDATE user SET last_login_at = ? WHERE id = ?");

/* A disabled provider or property still logs in (G3): what it may no longer do is refused where
 * it is done. */
struct reading { struct request *req; int64_t seen_at; const char *words; bool factor; };

static enum who_kind kind_of(const char *word)
{
	return text_eq(word, "system") ? WHO_SYSTEM : text_eq(word, "provider") ? WHO_PROVIDER
		: text_eq(word, "property") ? WHO_PROPERTY
		: text_eq(word, "fleet") ? WHO_FLEET
		: WHO_NOBODY;
}

static NEOERR *on_user(const struct row *r, void *ctx)
{
	struct reading *rd = ctx;
	struct request *req = rd->req;

	req->who = (struct who){ .kind = kind_of(row_str(r, 4)),
		.login_id = row_i64(r, 0),
		.user_id = row_i64(r, 3),
		.provider_id = row_i64(r, 5),
		.property_id = row_i64(r, 6),
		.fleet_id = row_i64(r, 11),
		.csrf = arena_strdup(&req->arena, row_str(r, 1)),
		.name = arena_strdup(&req->arena, row_str(r, 7)),
		.login = arena_strdup(&req->arena, row_str(r, 8)),
		.must_change = row_i64(r, 9) != 0 };
	rd->seen_at = row_time(r, 2);
	rd->factor = row_i64(r, 10) != 0;
	return STATUS_OK;
}

static NEOERR *on_key(const struct row *r, void *ctx)
{
	struct reading *rd = ctx;
	struct request *req = rd->req;

	req->who = (struct who){ .kind = kind_of(row_str(r, 4)),
		.api = true,
		.login_id = row_i64(r, 0),
		.user_id = row_i64(r, 3),
		.provider_id = row_i64(r, 5),
		.property_id = row_i64(r, 6),
		.fleet_id = row_i64(r, 9),
		.name = arena_strdup(&req->arena, row_str(r, 7)),
		.login = arena_strdup(&req->arena, row_str(r, 8)) };
	rd->factor = row_i64(r, 10) != 0;
	rd->words = arena_strdup(&req->arena, row_str(r, 1));
	rd->seen_at = row_time(r, 2);
	return STATUS_OK;
}

static NEOERR *on_member(const struct row *r, void *ctx)
{
	struct reading *rd = ctx;
	struct request *req = rd->req;
	char *masked = arena_alloc(&req->arena, strlen(row_str(r, 6)) + 4);

	text_mask(row_str(r, 6), masked, strlen(row_str(r, 6)) + 4);
	req->who = (struct who){ .kind = WHO_MEMBER,
		.login_id = row_i64(r, 0),
		.member_id = row_i64(r, 3),
		.provider_id = row_i64(r, 4),
		.csrf = arena_strdup(&req->arena, row_str(r, 1)),
		.login = masked,
		.name = *row_str(r, 5) ? arena_strdup(&req->arena, row_str(r, 5)) : masked };
	rd->seen_at = row_time(r, 2);
	return STATUS_OK;
}

/* The token of a cookie as the table knows it; false if there is none. */
static bool token_hash_of(const struct request *req, const char *cookie, char hash[SHA256_HEX])
{
	const char *token = request_cookie(req, cookie);

	if (!token || strlen(token) != TOKEN_BYTES * 2)
		return false;
	sha256_hex(token, strlen(token), hash);
	return true;
}

static bool is_hex(const char *s, size_t len)
{
	return s && strlen(s) == len && strspn(s, "0123456789abcdef") == len;
}

/* Forms of the log-in page are protected too: a word in a cookie that the form must repeat. */
static NEOERR *nobody(struct request *req)
{
	const char *word = request_cookie(req, FORM_COOKIE);
	char *fresh;
	NEOERR *err;

	req->who = (struct who){ .kind = WHO_NOBODY };
	if (is_hex(word, CSRF_BYTES * 2)) {
		req->who.csrf = word;
		return STATUS_OK;
	}
	if (req->method != METHOD_GET)
		return STATUS_OK;
	fresh = arena_alloc(&req->arena, CSRF_BYTES * 2 + 1);
	TRY(random_hex(fresh, CSRF_BYTES));
	response_cookie(req, FORM_COOKIE, fresh, 0);
	req->who.csrf = fresh;
out:
	return nerr_pass(err);
}

static void fill_actor(struct request *req)
{
	req->actor.user_id = req->who.user_id;
	req->actor.member_id = req->who.member_id;
	req->actor.name = req->who.login ? req->who.login : "";
}

/* Somebody was found: rights, actor, and when it was. */
static NEOERR *known(struct request *req, const struct sql *seen, int64_t seen_at)
{
	NEOERR *err = STATUS_OK;

	fill_actor(req);
	if (req->who.user_id) {
		TRY(perm_load(req->db, req->who.user_id, &req->who.permissions, &req->who.by_stations));
		req->who.barred = !perm_allows_address(req->who.permissions, req->ip);
	}
	if (clock_now() - seen_at >= SEEN_SECONDS)
		TRY(db_exec(req->db, seen, ARGS(TIME(clock_now()), I64(req->who.login_id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *read_key(struct request *req, const char *header)
{
	struct reading rd = { .req = req };
	char hash[SHA256_HEX];
	bool found = false;
	NEOERR *err;

	for (header += strlen("Bearer "); *header == ' '; header++)
		;
	sha256_hex(header, strlen(header), hash);
	TRY(db_find(req->db, &login_key, ARGS(STR(hash), TIME(clock_now())), on_key, &rd, &found));
	if (!found)
		goto out;
	TRY(known(req, &login_key_used, rd.seen_at));
	req->who.must_enrol = !rd.factor && perm_wants_factor(req->who.permissions);
	req->who.permissions = perm_intersect(&req->arena, req->who.permissions, rd.words);
out:
	return nerr_pass(err);
}

/* A key counts under /api/ only, a cookie everywhere: pages are for people. */
NEOERR *login_read_user(struct request *req)
{
	const char *header = request_env(req, "HTTP_AUTHORIZATION");
	struct reading rd = { .req = req };
	char hash[SHA256_HEX];
	bool found = false;
	NEOERR *err = STATUS_OK;

	if (text_starts(req->path, "/api/") && header && text_starts(header, "Bearer "))
		return nerr_pass(read_key(req, header));
	if (token_hash_of(req, LOGIN_COOKIE, hash))
		TRY(db_find(req->db, &login_user, ARGS(STR(hash), TIME(clock_now())), on_user, &rd,
			&found));
	if (!found || req->who.kind == WHO_NOBODY)
		return nerr_pass(nobody(req));
	TRY(known(req, &login_seen, rd.seen_at));
	req->who.must_enrol = !rd.factor && perm_wants_factor(req->who.permissions);
out:
	return nerr_pass(err);
}

NEOERR *login_as_user(struct request *req, int64_t user_id)
{
	struct reading rd = { .req = req };
	bool found = false;
	NEOERR *err;

	TRY(db_find(req->db, &login_person, ARGS(I64(user_id)), on_user, &rd, &found));
	if (!found || req->who.kind == WHO_NOBODY)
		return nerr_raise(ERR_DENIED, "user %lld may not log in", (long long)user_id);
	fill_actor(req);
	TRY(perm_load(req->db, user_id, &req->who.permissions, &req->who.by_stations));
out:
	return nerr_pass(err);
}

NEOERR *login_read_member(struct request *req)
{
	struct reading rd = { .req = req };
	char hash[SHA256_HEX];
	bool found = false;
	NEOERR *err = STATUS_OK;

	if (token_hash_of(req, MEMBER_COOKIE, hash))
		TRY(db_find(req->db, &login_member, ARGS(STR(hash), TIME(clock_now())), on_member, &rd,
			&found));
	TRY(found ? known(req, &login_seen, rd.seen_at) : nobody(req));
out:
	return nerr_pass(err);
}

/* Always a new token (no fixation); the old one of this browser ends. */
static NEOERR *begin(struct request *req, const char *cookie, int64_t user_id, int64_t member_id,
	int64_t seconds)
{
	char token[TOKEN_BYTES * 2 + 1], csrf[CSRF_BYTES * 2 + 1], hash[SHA256_HEX];
	int64_t now = clock_now(), id;
	NEOERR *err;

	if (token_hash_of(req, cookie, hash))
		TRY(db_exec(req->db, &login_drop, ARGS(STR(hash)), NULL));
	TRY(random_hex(token, TOKEN_BYTES));
	TRY(random_hex(csrf, CSRF_BYTES));
	sha256_hex(token, strlen(token), hash);
	TRY(db_insert(req->db, &login_insert,
		ARGS(STR(hash), IDREF(user_id), IDREF(member_id), STR(csrf), STR(req->ip), STR(req->agent),
			TIME(now), TIME(now), TIME(now + seconds)),
		&id));
	req->actor.user_id = user_id;
	req->actor.member_id = member_id;
	TRY(audit_add(req->db, &req->actor, user_id ? "user" : "member", user_id ? user_id : member_id,
		"login", NULL, NULL, NULL));
	response_cookie(req, cookie, token, (int)seconds);
	response_cookie(req, FORM_COOKIE, "", -1);
out:
	return nerr_pass(err);
}

NEOERR *login_begin_user(struct request *req, int64_t user_id)
{
	NEOERR *err;

	TRY(begin(req, LOGIN_COOKIE, user_id, 0, conf.login_hours * 3600));
	TRY(db_exec(req->db, &login_user_last, ARGS(TIME(clock_now()), I64(user_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *login_begin_member(struct request *req, int64_t member_id)
{
	return nerr_pass(begin(req, MEMBER_COOKIE, 0, member_id, MEMBER_HOURS * 3600));
}

NEOERR *login_end(struct request *req)
{
	const char *cookie = req->who.kind == WHO_MEMBER ? MEMBER_COOKIE : LOGIN_COOKIE;
	int64_t id = req->who.user_id ? req->who.user_id : req->who.member_id;
	char hash[SHA256_HEX];
	NEOERR *err = STATUS_OK;

	if (token_hash_of(req, cookie, hash))
		TRY(db_exec(req->db, &login_drop, ARGS(STR(hash)), NULL));
	TRY(audit_add(req->db, &req->actor, req->who.user_id ? "user" : "member", id, "logout", NULL,
		NULL, NULL));
	response_cookie(req, cookie, "", -1);
out:
	return nerr_pass(err);
}

NEOERR *login_end_all_of_user(struct db *db, int64_t user_id, int64_t but_login_id)
{
	return nerr_pass(db_exec(db, &login_drop_user, ARGS(I64(user_id), I64(but_login_id)), NULL));
}

bool csrf_ok(const struct request *req)
{
	const char *given = request_param(req, "_csrf");

	if (req->who.api)
		return true;
	if (!given)
		given = request_env(req, "HTTP_X_CSRF_TOKEN");
	return req->who.csrf && given && strlen(given) == strlen(req->who.csrf)
		&& bytes_equal(given, req->who.csrf, strlen(given));
}

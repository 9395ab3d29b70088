/* api_key.c - keys for programs: a person's permissions, or fewer, without a password (W2).
 * Owns the screen and the page that makes one; the key itself is shown once, the table keeps its
 * SHA-256. Serves clerks of the 系统管理 group. */
#include "base/crypt.h"
#include "base/text.h"
#include "cgi/factor.h"
#include "cgi/screen/screen.h"

#define KEY_BYTES 24
#define KEY_PREFIX 8

SQL(api_key_add,
	"INSERT INTO api_key (user_id, name, prefix, key_hash, permissions, expires_at, created_at,"
	" created_by, updated_at, updated_by)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | EDIT | REQUIRED, 1, 60 },
	{ "user_id", F_REF, SEEN | FILTER, .ref = &user_resource },
	{ "prefix", F_CODE, SEEN | SEARCH | PREFIX, 0, 8 },
	{ "permissions", F_LONGTEXT, SHOW },
	{ "last_used_at", F_TIME, SEEN | SORT },
	{ "expires_at", F_TIME, SEEN | SORT | EDIT },
	STATUS_FIELD(status),
	CREATED_FIELD,
	FIELDS_END,
};

static const struct scope scope = { .provider = "u.provider_id", .property = "u.property_id",
	.fleet = "u.fleet_id" };
static const struct action actions[] = { { "create", ACT_PAGE | ACT_LINK }, ACTIONS_END };

const struct resource api_key_resource = {
	.name = "api_key",
	.group = "system",
	.title = "t.name",
	.joins = "JOIN user u ON u.id = t.user_id",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_UPDATE | CAN_ENABLE | CAN_DELETE,
	.fields = fields,
	.actions = actions,
};

/* ---- a new key: for oneself, with as many of one's own permissions as one ticks ---- */

struct key_form {
	struct request *req;
	const char *name, *problem, *permissions;
	char key[4 + 2 * KEY_BYTES];
	int64_t expires_at;
	bool factor;
};

static NEOERR *key_page(struct key_form *f, const struct words *ticked)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;

	if (f->problem)
		TRY(hdf_put(req->hdf, text_get(req, f->problem), "Form.error"));
	TRY(hdf_put(req->hdf, f->name, "Form.name"));
	TRY(hdf_put(req->hdf, request_param_or(req, "expires_at", ""), "Form.expires_at"));
	TRY(factor_is_on(req->db, req->who.user_id, &f->factor));
	TRY(hdf_put(req->hdf, f->factor ? "1" : "", "Form.factor"));
	TRY(tree_put(req, ticked, NULL));
	TRY(screen_page(req, "api_key", "api_key.create", "", "screen/api_key.cs"));
out:
	return nerr_pass(err);
}

NEOERR *api_key_new(struct request *req)
{
	struct words none = { NULL, 0 };
	struct key_form f = { .req = req, .name = "" };

	return nerr_pass(key_page(&f, &none));
}

static NEOERR *make_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct key_form *f = ctx;
	int64_t now = clock_now(), by = f->req->who.user_id, id = 0;
	char hash[SHA256_HEX], prefix[KEY_PREFIX + 1];

	text_copy(prefix, sizeof prefix, f->key);
	sha256_hex(f->key, strlen(f->key), hash);
	TRY(db_insert(db, &api_key_add,
		ARGS(I64(by), STR(f->name), STR(prefix), STR(hash), STR(f->permissions),
			TIME(f->expires_at), TIME(now), I64(by), TIME(now), I64(by)),
		&id));
	TRY(audit_add(db, &f->req->actor, "api_key", id, "create", "name", NULL, f->name));
	TRY(audit_add(db, &f->req->actor, "api_key", id, "create", "permissions", NULL,
		f->permissions));
out:
	return nerr_pass(err);
}

static const char *joined(struct request *req, const struct words *w)
{
	struct buf b;
	const char *text;

	buf_init(&b, 0);
	for (int i = 0; i < w->n; i++)
		buf_printf(&b, "%s%s", i ? " " : "", w->word[i]);
	text = arena_strdup(&req->arena, buf_str(&b));
	buf_clear(&b);
	return text;
}

/* A key passes by the log-in's second step, so who has one proves it once more. Last of the checks:
 * a code counts once. */
static NEOERR *check_factor(struct key_form *f)
{
	struct request *req = f->req;
	NEOERR *err;

	TRY(factor_is_on(req->db, req->who.user_id, &f->factor));
	if (f->factor)
		TRY(factor_check(req, req->who.user_id, request_param_or(req, "code", ""), &f->problem));
out:
	return nerr_pass(err);
}

NEOERR *api_key_make(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct key_form f = { .req = req, .name = request_param_or(req, "name", "") };
	const char *expires = request_param_or(req, "expires_at", "");
	struct words ticked;
	char random[2 * KEY_BYTES + 1];

	TRY(tree_posted(req, NULL, &ticked));
	if (!*f.name || text_chars(f.name) > 60)
		f.problem = "error.name_needed";
	else if (!ticked.n)
		f.problem = "error.permission_needed";
	else if (*expires && (!clock_parse(expires, &f.expires_at) || f.expires_at <= clock_now()))
		f.problem = "error.expires_at";
	else
		TRY(check_factor(&f));
	if (f.problem) {
		req->status = 422;
		TRY(key_page(&f, &ticked));
		goto out;
	}
	f.permissions = joined(req, &ticked);
	TRY(random_hex(random, KEY_BYTES));
	snprintf(f.key, sizeof f.key, "co_%s", random);
	TRY(db_tx(req->db, make_tx, &f));
	TRY(screen_secret(req, "api_key", "api_key.made", f.name, f.key, "api_key.note",
		"/admin/api_key"));
out:
	return nerr_pass(err);
}

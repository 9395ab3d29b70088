/* role.c - roles: a set of permission words and a data scope; a child never exceeds its parent (G7,
 * G8).
 * Owns the screen, the permission tree and the page that assigns users. Serves clerks of the
 * 系统管理 group. */
#include "base/cidr.h"
#include "base/text.h"
#include "cgi/screen/screen.h"

SQL(role_get,
	"SELECT name, kind, provider_id, property_id, parent_id, status FROM role WHERE id = ? AND"
	" deleted = 0");
SQL(role_lock,
	"SELECT name, kind, provider_id, property_id, parent_id, status FROM role WHERE id = ? AND"
	" deleted = 0 FOR UPDATE");
SQL(role_set_parent,
	"UPDATE role SET parent_id = (SELECT MIN(ur.role_id) FROM user_role ur WHERE ur.user_id = ?)"
	" WHERE id = ? AND parent_id IS NULL");
SQL(role_uses,
	"SELECT COUNT(*) FROM user_role ur JOIN user u ON u.id = ur.user_id WHERE ur.role_id = ? AND"
	" u.deleted = 0");
SQL(role_held, "SELECT COUNT(*) FROM user_role WHERE role_id = ? AND user_id = ?");
SQL(role_children, "SELECT COUNT(*) FROM role WHERE parent_id = ? AND deleted = 0");
SQL(role_words, "SELECT permission FROM role_permission WHERE role_id = ?");
SQL(role_word_drop, "DELETE FROM role_permission WHERE role_id = ?");
SQL(role_word_add, "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)");
SQL(role_word_take,
	"DELETE rp FROM role_permission rp JOIN role r ON r.id = rp.role_id WHERE r.parent_id = ? AND"
	" NOT EXISTS"
	" (SELECT 1 FROM (SELECT permission FROM role_permission WHERE role_id = ?) p WHERE"
	" p.permission = rp.permission OR p.permission = '*')");
SQL(role_child_ids, "SELECT id FROM role WHERE parent_id = ? AND deleted = 0");
SQL(role_set_status,
	"UPDATE role SET status = ?, updated_at = ?, updated_by = ?, version = version + 1 WHERE id ="
	" ?");
SQL(role_find_default,
	"SELECT id FROM role WHERE kind = ? AND name = ? AND provider_id IS NULL AND property_id IS"
	" NULL AND deleted = 0 ORDER BY id LIMIT 1");
SQL(role_add_default,
	"INSERT INTO role (kind, name, created_at, created_by, updated_at, updated_by) VALUES (?, ?,"
	" ?, ?, ?, ?)");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &user_kind_choices,
		.fallback = "provider" },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "property_id", F_REF, SEEN | FILTER | FOLD | PLACED, .ref = &property_resource,
		.depends = "provider_id" },
	{ "fleet_id", F_REF, SEEN | HIDE | FILTER | FOLD | PLACED, .ref = &fleet_resource },
	{ "parent_id", F_REF, SEEN | HIDE | PLACED, .ref = &role_resource },
	{ "data_scope", F_CHOICE, SEEN | FILTER | TYPED | REQUIRED, .choices = &data_scope_choices,
		.fallback = "tenant" },
	{ "second_factor", F_BOOL, SEEN | FILTER | TYPED | HIDE, .group = "security" },
	{ "addresses", F_LONGTEXT, TYPED, 0, 1000, .group = "security" },
	{ "words", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM role_permission rp WHERE rp.role_id = t.id)" },
	{ "user_count", F_INT, SEEN,
		.sql =
			"(SELECT COUNT(*) FROM user_role ur JOIN user u ON u.id = ur.user_id WHERE ur.role_id"
			" = t.id AND u.deleted = 0)" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* Networks are networks, and nobody shuts himself out: a list that lacks the writer's own
 * address is refused for a role he holds. */
static NEOERR *check_addresses(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	const char *text = change_text(c, "addresses");
	struct cidr_list list;
	char bad[60] = "";
	int64_t held = 0;

	if (!cidr_list_parse(text, &list, bad, sizeof bad)) {
		change_error(c, "addresses", text_format(req, "error.no_network", bad, NULL));
		goto out;
	}
	if (c->id && list.n > 0 && !cidr_list_has(&list, req->ip))
		TRY(db_i64(req->db, &role_held, ARGS(I64(c->id), I64(req->who.user_id)), &held));
	if (held)
		change_error(c, "addresses", text_format(req, "error.own_address", req->ip, NULL));
out:
	return nerr_pass(err);
}

/* A role narrower than tenant-wide may not be widened by someone who is himself bound by
 * stations (G8). */
static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	const char *kind = change_text(c, "kind");

	if (req->who.by_stations && text_eq(change_text(c, "data_scope"), "tenant"))
		change_error(c, "data_scope", "error.scope_above_own");
	TRY(check_addresses(req, c));
	if (c->id)
		goto out;
	if (!text_eq(kind, "system"))
		screen_own_tenant(req, c, text_eq(kind, "property"));
	TRY(user_fleet_fill(req, c));
	if (!user_kind_fits(&req->who, kind))
		change_error(c, "kind", "error.kind_above_own");
	if (text_eq(kind, "system") && (change_i64(c, "provider_id") || change_i64(c, "property_id")))
		change_error(c, "provider_id", "error.provider_not_wanted");
	if (change_i64(c, "provider_id"))
		TRY(screen_owner_open(req, c, "provider_id", provider_open, "error.provider_closed"));
	if (change_i64(c, "property_id"))
		TRY(screen_owner_open(req, c, "property_id", property_open, "error.property_closed"));
out:
	return nerr_pass(err);
}

/* A new role is a child of its maker's role; straight on to its permissions. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	bool fresh = c->id == 0;

	TRY(resource_store(req, c, id));
	if (fresh)
		TRY(db_exec(req->db, &role_set_parent, ARGS(I64(req->who.user_id), I64(*id)), NULL));
	TRY(perm_changed(req->db));
	if (fresh && perm_has(&req->who, "role", "permit"))
		c->go = arena_printf(&req->arena, "/admin/role/%lld/permit", (long long)*id);
out:
	return nerr_pass(err);
}

static NEOERR *set_status(struct request *req, int64_t id, const char *status)
{
	NEOERR *err = STATUS_OK;

	TRY(db_exec(req->db, &role_set_status,
		ARGS(STR(status), TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
	TRY(perm_changed(req->db));
out:
	return nerr_pass(err);
}

/* In the tx: what the change would do to the asker is seen after it, and undone by the refusal. */
static NEOERR *enable(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	bool shuts_out = false;
	NEOERR *err;

	(void)res;
	TRY(set_status(req, id, "enabled"));
	TRY(perm_shuts_out(req->db, req->who.user_id, req->ip, &shuts_out));
	if (shuts_out)
		change_error(input, NULL, text_format(req, "error.own_address", req->ip, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *disable(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(set_status(req, id, "disabled"));
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t uses = 0, child_roles = 0;

	TRY(db_i64(req->db, &role_uses, ARGS(I64(id)), &uses));
	TRY(db_i64(req->db, &role_children, ARGS(I64(id)), &child_roles));
	if (uses)
		*problem = "error.role_in_use";
	else if (child_roles)
		*problem = "error.role_has_children";
	TRY(perm_changed(req->db));
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id", .property = "t.property_id",
	.fleet = "t.fleet_id" };
static const struct action actions[] = {
	{ "permit", ACT_ROW | ACT_LINK },
	{ "users", ACT_ROW | ACT_LINK },
	{ "enable", ACT_ROW | ACT_MORE, NULL, "t.status = 'disabled'", enable },
	{ "disable", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL, "t.status = 'enabled'",
		disable },
	ACTIONS_END,
};
static const struct child children[] = { { &role_resource, "parent_id" }, { NULL } };

const struct resource role_resource = {
	.name = "role",
	.group = "system",
	.title = "t.name",
	.order = "t.id",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

/* ---- the role an approved tenant's first account gets ---- */

/* Words of the platform's own people, never part of a tenant's default role. */
static const char *const platform_only[] = { "stranger", "job_run", "setting", "style",
	"audit_proof", "ledger_proof",
	"daily_report.make", "provider.create", "provider.audit", "provider.delete",
	"provider.enable", "bank_account.pay", NULL };
static const char *const provider_only[] = { "property", "provider", "tariff.create",
	"tariff.update", "tariff.delete", "station.create", "station.delete", "daily_report", "api_key",
	"bank_account", "merchant", NULL };

static const char *const owner_only[] = { "fleet.create", "fleet.enable", "fleet.delete",
	"fleet.import", "fleet.account", "role", "api_key", NULL };

struct default_role { struct request *req; int64_t id; bool property, fleet; };

static bool listed(const char *const *list, const char *resource, const char *word)
{
	for (; *list; list++)
		if (text_eq(*list, resource) || text_eq(*list, word))
			return true;
	return false;
}

static NEOERR *add_default_word(const char *resource, const char *verb, void *ctx)
{
	struct default_role *d = ctx;
	const char *word = arena_printf(&d->req->arena, "%s.%s", resource, verb);
	const struct resource *res = resource_find(resource);

	if (listed(platform_only, resource, word) ||
		(d->property && listed(provider_only, resource, word)) ||
		(d->fleet && (listed(owner_only, resource, word) || !resource_knows_fleet(word))))
		return STATUS_OK;
	if (res && res->scope && res->scope->system_only)
		return STATUS_OK;
	return nerr_pass(db_exec(d->req->db, &role_word_add, ARGS(I64(d->id), STR(word)), NULL));
}

NEOERR *role_default(struct request *req, const char *kind, int64_t *role_id)
{
	NEOERR *err = STATUS_OK;
	struct default_role d = { .req = req,
		.property = text_eq(kind, "property"),
		.fleet = text_eq(kind, "fleet") };
	const char *name = d.property ? "物业管理员" : d.fleet ? "集体户管理员" : "服务商管理员";
	int64_t now = clock_now();

	*role_id = 0;
	TRY(db_i64(req->db, &role_find_default, ARGS(STR(kind), STR(name)), role_id));
	if (*role_id)
		goto out;
	TRY(db_insert(req->db, &role_add_default,
		ARGS(STR(kind), STR(name), TIME(now), IDREF(req->who.user_id), TIME(now),
			IDREF(req->who.user_id)),
		&d.id));
	TRY(perm_each(add_default_word, &d));
	*role_id = d.id;
out:
	return nerr_pass(err);
}

/* ---- the permission tree ---- */

struct role_form {
	struct request *req;
	int64_t id, provider_id, property_id, parent_id;
	const char *name, *kind, *status;
	struct words posted;
	bool everything;
};

static NEOERR *role_row(const struct row *r, void *ctx)
{
	struct role_form *f = ctx;

	f->name = arena_strdup(&f->req->arena, row_str(r, 0));
	f->kind = arena_strdup(&f->req->arena, row_str(r, 1));
	f->provider_id = row_i64(r, 2);
	f->property_id = row_i64(r, 3);
	f->parent_id = row_i64(r, 4);
	f->status = arena_strdup(&f->req->arena, row_str(r, 5));
	return STATUS_OK;
}

/* What may be given: the parent's set; a role without parent is bound by the giver's own set
 * alone. */
static NEOERR *role_bound(struct role_form *f, struct words *room, const struct words **bound)
{
	NEOERR *err = STATUS_OK;

	*bound = NULL;
	if (f->parent_id) {
		TRY(words_load(f->req, &role_words, f->parent_id, room));
		*bound = room;
	}
out:
	return nerr_pass(err);
}

NEOERR *role_permit_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct role_form f = { .req = req, .id = route_id(req, "id") };
	struct words held, room;
	const struct words *bound;

	TRY(resource_reach(req, &role_resource, f.id, false));
	TRY(db_get(req->db, &role_get, ARGS(I64(f.id)), role_row, &f));
	TRY(words_load(req, &role_words, f.id, &held));
	TRY(role_bound(&f, &room, &bound));
	TRY(tree_put(req, &held, bound));
	TRY(hdf_put(req->hdf, words_have(&held, "*") ? "1" : "0", "Ask.everything"));
	TRY(screen_page(req, "role", "role.permit", f.name, "screen/role_permit.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *take_from_children(struct request *req, int64_t parent, int depth);

struct descend { struct request *req; int depth; };

static NEOERR *descend(const struct row *r, void *ctx)
{
	struct descend *d = ctx;

	return nerr_pass(take_from_children(d->req, row_i64(r, 0), d->depth + 1));
}

/* What a parent loses its children lose: a role never exceeds its parent. */
static NEOERR *take_from_children(struct request *req, int64_t parent, int depth)
{
	NEOERR *err = STATUS_OK;
	struct descend d = { req, depth };

	if (depth > 16)
		return STATUS_OK;
	TRY(db_exec(req->db, &role_word_take, ARGS(I64(parent), I64(parent)), NULL));
	TRY(db_query(req->db, &role_child_ids, ARGS(I64(parent)), descend, &d));
out:
	return nerr_pass(err);
}

static NEOERR *permit_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct role_form *f = ctx;
	struct words held;

	TRY(db_get(db, &role_lock, ARGS(I64(f->id)), role_row, f));
	TRY(words_load(f->req, &role_words, f->id, &held));
	/* takes in whatever words come later; nobody cuts it down by mistake */
	f->everything = words_have(&held, "*");
	if (f->everything)
		goto out;
	TRY(db_exec(db, &role_word_drop, ARGS(I64(f->id)), NULL));
	/* Words the giver does not hold stay as they are: he can neither give nor take them. */
	for (int i = 0; i < held.n; i++)
		if (!perm_has_word(&f->req->who, held.word[i]) && !words_have(&f->posted, held.word[i]))
			TRY(db_exec(db, &role_word_add, ARGS(I64(f->id), STR(held.word[i])), NULL));
	for (int i = 0; i < f->posted.n; i++) {
		TRY(db_exec(db, &role_word_add, ARGS(I64(f->id), STR(f->posted.word[i])), NULL));
		if (!words_have(&held, f->posted.word[i]))
			TRY(audit_add(db, &f->req->actor, "role", f->id, "permit", "permission", NULL,
				f->posted.word[i]));
	}
	for (int i = 0; i < held.n; i++)
		if (perm_has_word(&f->req->who, held.word[i]) && !words_have(&f->posted, held.word[i]))
			TRY(audit_add(db, &f->req->actor, "role", f->id, "permit", "permission", held.word[i],
				NULL));
	TRY(take_from_children(f->req, f->id, 0));
	TRY(perm_changed(db));
out:
	return nerr_pass(err);
}

NEOERR *role_permit_save(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct role_form f = { .req = req, .id = route_id(req, "id") };
	struct words room;
	const struct words *bound;

	TRY(resource_reach(req, &role_resource, f.id, false));
	TRY(db_get(req->db, &role_get, ARGS(I64(f.id)), role_row, &f));
	TRY(role_bound(&f, &room, &bound));
	TRY(tree_posted(req, bound, &f.posted));
	TRY(db_tx(req->db, permit_tx, &f));
	response_redirect_saying(req, "/admin/role",
		f.everything ? "role.everything" : "role.permitted", f.name);
out:
	return nerr_pass(err);
}

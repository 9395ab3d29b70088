/* department.c - departments: who belongs together, a tree for the platform, each provider and each
 * property (G9).
 * Owns the screen and the page that shows the tree. Serves clerks of the 系统管理 group. */
#include "cgi/screen/screen.h"

#define DEPTH_MAX 32

SQL(department_owner,
	"SELECT parent_id, provider_id, property_id, status = 'enabled' FROM department WHERE id = ?"
	" AND deleted = 0");
/* Locks the way up, so that of two moves that would make a circle one waits, looks again and is
 * refused. */
SQL(department_owner_lock,
	"SELECT parent_id, provider_id, property_id, status = 'enabled' FROM department WHERE id = ?"
	" AND deleted = 0"
	" FOR UPDATE");
SQL(department_uses, "SELECT (SELECT COUNT(*) FROM department WHERE parent_id = ? AND deleted = 0)"
	" + (SELECT COUNT(*) FROM post WHERE department_id = ? AND deleted = 0)"
	" + (SELECT COUNT(*) FROM user WHERE department_id = ? AND deleted = 0)");
SQL(department_is_top,
	"SELECT COUNT(*) FROM department WHERE id = ? AND parent_id IS NULL AND provider_id IS NOT"
	" NULL");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "parent_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &department_resource },
	{ "provider_id", F_REF, SEEN | FILTER, .ref = &provider_resource },
	{ "property_id", F_REF, SEEN | FILTER, .ref = &property_resource },
	{ "position", F_INT, SEEN | SORT | TYPED, 0, 9999, .fallback = "0" },
	{ "leader", F_TEXT, SEEN | SEARCH | TYPED, 0, 40 },
	{ "phone", F_CODE, SEEN | SEARCH | PREFIX | TYPED, 0, 20 },
	{ "email", F_EMAIL, SEEN | HIDE | TYPED, 0, 100 },
	{ "user_count", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM user u WHERE u.department_id = t.id AND u.deleted = 0)" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

struct owner { int64_t parent_id, provider_id, property_id; bool enabled; };

static NEOERR *take_owner(const struct row *r, void *ctx)
{
	*(struct owner *)ctx =
		(struct owner){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2), row_i64(r, 3) != 0 };
	return STATUS_OK;
}

static NEOERR *owner_of(struct request *req, int64_t id, struct owner *o, bool *found)
{
	return nerr_pass(
		db_find(req->db, db_in_tx(req->db) ? &department_owner_lock : &department_owner,
			ARGS(I64(id)), take_owner, o, found));
}

/* A new department is its parent's owner's. */
static NEOERR *check_new(struct request *req, struct change *c, const struct owner *parent)
{
	NEOERR *err = STATUS_OK;
	int64_t open = 1;

	change_set(req, c, "provider_id",
		parent->provider_id ? screen_number(req, parent->provider_id) : "");
	change_set(req, c, "property_id",
		parent->property_id ? screen_number(req, parent->property_id) : "");
	if (parent->provider_id)
		TRY(db_i64(req->db, provider_open, ARGS(I64(parent->provider_id)), &open));
	if (!open)
		change_error(c, "parent_id", "error.provider_closed");
	if (open && parent->property_id)
		TRY(db_i64(req->db, property_open, ARGS(I64(parent->property_id)), &open));
	if (!open && !c->errors)
		change_error(c, "parent_id", "error.property_closed");
out:
	return nerr_pass(err);
}

/* From the new parent up: whoever meets the department itself would hang below itself. */
static NEOERR *check_moved(struct request *req, struct change *c, struct owner up)
{
	NEOERR *err = STATUS_OK;
	int64_t at = change_i64(c, "parent_id");
	bool found = true;

	if (up.provider_id != change_i64(c, "provider_id") ||
		up.property_id != change_i64(c, "property_id"))
		change_error(c, "parent_id", "error.department_of_other");
	for (int depth = 0; !c->errors && at && found; depth++) {
		if (at == c->id || depth == DEPTH_MAX) {
			change_error(c, "parent_id",
				at == c->id ? "error.department_below_itself" : "error.department_deep");
			break;
		}
		at = up.parent_id;
		if (at)
			TRY(owner_of(req, at, &up, &found));
	}
out:
	return nerr_pass(err);
}

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	int64_t parent = change_i64(c, "parent_id");
	bool platform = c->id ? !change_i64(c, "provider_id") : req->who.kind == WHO_SYSTEM,
		 found = false;
	struct owner up = { 0 };

	if (c->id && !change_value(c, "parent_id")->changed)
		return STATUS_OK;
	if (c->id && !platform && !*change_old(c, "parent_id"))
		change_error(c, "parent_id", "error.department_is_top");
	else if (!parent && !platform)
		change_error(c, "parent_id", "error.department_parent_needed");
	if (!parent || c->errors)
		goto out;
	TRY(owner_of(req, parent, &up, &found));
	if (!found || !up.enabled)
		change_error(c, "parent_id", "error.department_closed");
	else
		TRY(c->id ? check_moved(req, c, up) : check_new(req, c, &up));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t uses = 0, top = 0;

	TRY(db_i64(req->db, &department_uses, ARGS(I64(id), I64(id), I64(id)), &uses));
	TRY(db_i64(req->db, &department_is_top, ARGS(I64(id)), &top));
	if (top)
		*problem = "error.department_is_top";
	else if (uses)
		*problem = "error.department_in_use";
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id", .property = "t.property_id" };
static const struct action actions[] = { { "tree", ACT_PAGE | ACT_LINK }, ACTIONS_END };
static const struct child children[] = { { &department_resource, "parent_id" },
	{ &post_resource, "department_id" }, { &user_resource, "department_id" }, { NULL } };

const struct resource department_resource = {
	.name = "department",
	.group = "system",
	.title = "t.name",
	.order = "t.provider_id, t.property_id, t.position, t.id",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.children = children,
	.check = check,
	.before_delete = before_delete,
};

/* ---- the tree: every department below its parent, folded by <details> alone ---- */

SQL(department_tree,
	"SELECT d.id, COALESCE(d.parent_id, 0), d.name, d.leader, d.phone, d.status = 'enabled',"
	" (SELECT COUNT(*) FROM user u WHERE u.department_id = d.id AND u.deleted = 0),"
	" COALESCE(p.name, ''), COALESCE(o.name, '')"
	" FROM department d LEFT JOIN provider p ON p.id = d.provider_id LEFT JOIN property o ON o.id"
	" = d.property_id"
	" WHERE d.deleted = 0 AND (? = 0 OR d.provider_id = ?) AND (? = 0 OR d.property_id = ?)"
	" ORDER BY d.provider_id, d.property_id, d.position, d.id LIMIT 5000");

struct node {
	int64_t id, parent;
	const char *name, *leader, *phone, *owner;
	bool enabled;
	int64_t users;
	int child, next;
};
struct forest { struct request *req; struct node *node; int n, room, put; };

static NEOERR *take_node(const struct row *r, void *ctx)
{
	struct forest *f = ctx;
	struct arena *a = &f->req->arena;

	if (f->n == f->room) {
		int room = f->room ? f->room * 2 : 64;
		struct node *more = arena_alloc(a, (size_t)room * sizeof *more);

		if (f->n)
			memcpy(more, f->node, (size_t)f->n * sizeof *more);
		f->node = more;
		f->room = room;
	}
	f->node[f->n++] = (struct node){ .id = row_i64(r, 0),
		.parent = row_i64(r, 1),
		.name = arena_strdup(a, row_str(r, 2)),
		.leader = arena_strdup(a, row_str(r, 3)),
		.phone = arena_strdup(a, row_str(r, 4)),
		.enabled = row_i64(r, 5) != 0,
		.users = row_i64(r, 6),
		.owner = arena_strdup(a, *row_str(r, 8) ? row_str(r, 8) : row_str(r, 7)),
		.child = -1,
		.next = -1 };
	return STATUS_OK;
}

static int by_id(const void *a, const void *b)
{
	const struct node *const *x = a, *const *y = b;

	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

static int node_of(struct node **sorted, int n, int64_t id, const struct node *first)
{
	struct node key = { .id = id }, *wanted = &key,
				**found = bsearch(&wanted, sorted, (size_t)n, sizeof *sorted, by_id);

	return found ? (int)(*found - first) : -1;
}

/* Children in the order they were read; a node whose parent is not seen stands at the top.
 * Returns the first of the top. */
static int forest_link(struct forest *f)
{
	struct node **sorted = arena_alloc(&f->req->arena, (size_t)(f->n + 1) * sizeof *sorted);
	int top = -1;

	for (int i = 0; i < f->n; i++)
		sorted[i] = &f->node[i];
	qsort(sorted, (size_t)f->n, sizeof *sorted, by_id);
	for (int i = f->n - 1; i >= 0; i--) {
		int up = f->node[i].parent ? node_of(sorted, f->n, f->node[i].parent, f->node) : -1;
		int *chain = up < 0 ? &top : &f->node[up].child;

		f->node[i].next = *chain;
		*chain = i;
	}
	return top;
}

/* Depth first; close says how many branches end after the node, so that the template needs no
 * recursion. */
static NEOERR *forest_put(struct forest *f, int i, int depth, int closing)
{
	NEOERR *err = STATUS_OK;
	HDF *at;

	for (; i >= 0; i = f->node[i].next) {
		const struct node *n = &f->node[i];
		int ends = n->next < 0 ? closing : 0;

		TRY(hdf_get_node(f->req->hdf, arena_printf(&f->req->arena, "Tree.%d", f->put++), &at));
		TRY(hdf_put(at, n->name, "name"));
		TRY(hdf_put(at, n->leader, "leader"));
		TRY(hdf_put(at, n->phone, "phone"));
		TRY(hdf_put(at, depth ? "" : n->owner, "owner"));
		TRY(hdf_put(at, n->enabled ? "" : "1", "disabled"));
		TRY(hdf_put(at, screen_number(f->req, n->users), "users"));
		TRY(hdf_put(at, arena_printf(&f->req->arena, "/admin/department/%lld", (long long)n->id),
			"href"));
		TRY(hdf_put(at, n->child >= 0 ? "1" : "", "branch"));
		TRY(hdf_put(at, screen_number(f->req, n->child >= 0 ? 0 : ends), "close"));
		if (n->child >= 0)
			TRY(forest_put(f, n->child, depth + 1, ends + 1));
	}
out:
	return nerr_pass(err);
}

NEOERR *department_tree_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct forest f = { .req = req };
	int64_t provider = req->who.provider_id, property = req->who.property_id;

	TRY(db_query(req->db, &department_tree,
		ARGS(I64(provider), I64(provider), I64(property), I64(property)), take_node, &f));
	TRY(forest_put(&f, forest_link(&f), 0, 0));
	TRY(screen_page(req, "department", "department.tree", "", "screen/department_tree.cs"));
out:
	return nerr_pass(err);
}

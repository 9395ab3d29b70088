/* post.c - posts: what a person is in a department (G10).
 * Owns the screen. Serves clerks of the 系统管理 group. */
#include "cgi/screen/screen.h"

SQL(post_uses, "SELECT COUNT(*) FROM user WHERE post_id = ? AND deleted = 0");
SQL(post_department_open,
	"SELECT COUNT(*) FROM department d LEFT JOIN provider p ON p.id = d.provider_id"
	" LEFT JOIN property o ON o.id = d.property_id WHERE d.id = ? AND d.status = 'enabled' AND"
	" d.deleted = 0"
	" AND (p.id IS NULL OR (p.status = 'enabled' AND p.deleted = 0)) AND (o.id IS NULL OR"
	" (o.status = 'enabled' AND o.deleted = 0))");
SQL(post_same_owner,
	"SELECT COUNT(*) FROM department a JOIN department b ON b.provider_id <=> a.provider_id AND"
	" b.property_id <=> a.property_id"
	" WHERE a.id = ? AND b.id = ?");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60 },
	{ "department_id", F_REF, SEEN | FILTER | TYPED | REQUIRED, .ref = &department_resource },
	{ "provider_id", F_REF, SEEN | FILTER, .ref = &provider_resource, .sql = "d.provider_id" },
	{ "property_id", F_REF, SEEN | HIDE | FILTER | FOLD, .ref = &property_resource,
		.sql = "d.property_id" },
	{ "position", F_INT, SEEN | SORT | TYPED, 0, 9999, .fallback = "0" },
	{ "user_count", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM user u WHERE u.post_id = t.id AND u.deleted = 0)" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* A post that people hold stays in its department: theirs would no longer be the post's. */
static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	int64_t uses = 0, same = 1;

	if (!change_value(c, "department_id")->changed)
		return STATUS_OK;
	TRY(screen_owner_open(req, c, "department_id", &post_department_open,
		"error.department_closed"));
	if (!c->id || c->errors)
		goto out;
	TRY(db_i64(req->db, &post_uses, ARGS(I64(c->id)), &uses));
	if (uses)
		change_error(c, "department_id", "error.post_in_use");
	TRY(db_i64(req->db, &post_same_owner,
		ARGS(STR(change_old(c, "department_id")), I64(change_i64(c, "department_id"))), &same));
	if (!same && !c->errors)
		change_error(c, "department_id", "error.department_of_other");
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t uses = 0;

	TRY(db_i64(req->db, &post_uses, ARGS(I64(id)), &uses));
	if (uses)
		*problem = "error.post_in_use";
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "d.provider_id", .property = "d.property_id" };
static const struct child children[] = { { &user_resource, "post_id" }, { NULL } };

const struct resource post_resource = {
	.name = "post",
	.group = "system",
	.title = "t.name",
	.joins = "JOIN department d ON d.id = t.department_id",
	.order = "t.department_id, t.position, t.id",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.children = children,
	.check = check,
	.before_delete = before_delete,
};

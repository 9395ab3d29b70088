/* property.c - properties: who owns the ground; stations belong to one, one belongs to a provider
 * (G4).
 * Owns the screen. Serves clerks of the 系统管理 group. */
#include "cgi/screen/screen.h"
#include "charge/department.h"

SQL(property_is_used, "SELECT (SELECT COUNT(*) FROM station WHERE property_id = ? AND deleted = 0)"
	" + (SELECT COUNT(*) FROM user WHERE property_id = ? AND deleted = 0)");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &provider_resource },
	{ "contact", F_TEXT, SEEN | TYPED, 0, 40 },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PLACED | REQUIRED | PII, 0, 20 },
	{ "email", F_EMAIL, SEEN | TYPED, 0, 100 },
	{ "province", F_TEXT, SHOW | EXPORT | TYPED, 0, 40 },
	{ "city", F_TEXT, SEEN | TYPED, 0, 40 },
	{ "address", F_TEXT, SEEN | TYPED, 0, 200 },
	{ "stations", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM station s WHERE s.property_id = t.id AND s.deleted = 0)" },
	{ "has_login", F_BOOL, SHOW | EXPORT,
		.sql = "EXISTS (SELECT 1 FROM user u WHERE u.login = t.phone AND u.deleted = 0)" },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	if (c->id)
		return STATUS_OK;
	screen_own_tenant(req, c, false);
	TRY(screen_owner_open(req, c, "provider_id", provider_open, "error.provider_closed"));
out:
	return nerr_pass(err);
}

/* A new property has its top department at once (G9). */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	bool fresh = c->id == 0;

	TRY(resource_store(req, c, id));
	if (fresh && c->errors == 0)
		TRY(department_root(req->db, change_i64(c, "provider_id"), *id, req->who.user_id));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t used = 0;

	TRY(db_i64(req->db, &property_is_used, ARGS(I64(id), I64(id)), &used));
	if (used)
		*problem = "error.property_in_use";
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.provider_id", .property = "t.id" };
static const struct action actions[] = { { "account", ACT_ROW | ACT_LINK, NULL, ACCOUNT_WANTED },
	ACTIONS_END };
static const struct child children[] = { { &station_resource, "property_id" },
	{ &department_resource, "property_id" }, { &user_resource, "property_id" }, { NULL } };

const struct resource property_resource = {
	.name = "property",
	.group = "system",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

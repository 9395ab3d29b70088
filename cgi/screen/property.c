/* property.c - properties: who owns the ground; stations belong to one, one belongs to a provider
 * (G4).
 * Owns the screen and the page that makes its log-in. Serves clerks of the 系统管理 group. */
#include "cgi/screen/screen.h"
#include "charge/department.h"

SQL(property_is_used, "SELECT (SELECT COUNT(*) FROM station WHERE property_id = ? AND deleted = 0)"
	" + (SELECT COUNT(*) FROM user WHERE property_id = ? AND deleted = 0)");
SQL(property_get, "SELECT name, phone, provider_id FROM property WHERE id = ? AND deleted = 0");

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
static const struct action actions[] = {
	{ "account", ACT_ROW | ACT_LINK, NULL,
		"t.status = 'enabled' AND NOT EXISTS (SELECT 1 FROM user u WHERE u.login = t.phone AND"
		" u.deleted = 0)" },
	ACTIONS_END,
};
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

/* ---- the log-in of a property: login = phone, password shown once ---- */

struct account_form {
	struct request *req;
	int64_t id, provider_id;
	const char *name, *phone;
	char password[17];
	const char *problem;
};

static NEOERR *property_row(const struct row *r, void *ctx)
{
	struct account_form *f = ctx;

	f->name = arena_strdup(&f->req->arena, row_str(r, 0));
	f->phone = arena_strdup(&f->req->arena, row_str(r, 1));
	f->provider_id = row_i64(r, 2);
	return STATUS_OK;
}

static NEOERR *account_page(struct account_form *f)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;

	if (f->problem)
		TRY(hdf_put(req->hdf, text_get(req, f->problem), "Form.error"));
	TRY(hdf_put(req->hdf, text_format(req, "property.account_ask", f->name, f->phone),
		"Ask.sentence"));
	TRY(hdf_put(req->hdf, "/admin/property", "Ask.back"));
	TRY(screen_page(req, "property", "property.account", f->name, "screen/ask.cs"));
out:
	return nerr_pass(err);
}

NEOERR *property_account_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct account_form f = { .req = req, .id = route_id(req, "id") };

	TRY(resource_reach(req, &property_resource, f.id, false));
	TRY(db_get(req->db, &property_get, ARGS(I64(f.id)), property_row, &f));
	TRY(account_page(&f));
out:
	return nerr_pass(err);
}

static NEOERR *account_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct account_form *f = ctx;
	int64_t role = 0;

	f->problem = NULL;
	TRY(db_get(db, &property_get, ARGS(I64(f->id)), property_row, f));
	TRY(role_default(f->req, "property", &role));
	TRY(user_make_login(f->req, "property", f->provider_id, f->id, f->name, f->phone, role,
		f->password, &f->problem));
	if (!f->problem)
		TRY(audit_add(db, &f->req->actor, "property", f->id, "account", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

NEOERR *property_account_save(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct account_form f = { .req = req, .id = route_id(req, "id") };

	TRY(resource_reach(req, &property_resource, f.id, false));
	TRY(db_tx(req->db, account_tx, &f));
	if (f.problem) {
		req->status = 422;
		TRY(account_page(&f));
	} else {
		TRY(screen_secret(req, "property", "property.account", f.phone, f.password,
			"provider.password_note", "/admin/property"));
	}
out:
	return nerr_pass(err);
}

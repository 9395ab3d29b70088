/* provider.c - providers: who runs stations; a person audits them, and only then they get a log-in
 * (G1-G3).
 * Owns the screen and the audit page. Serves clerks of the 系统管理 group. */
#include "base/text.h"
#include "cgi/screen/screen.h"
#include "charge/department.h"

SQL(provider_parent_fits,
	"SELECT COUNT(*) FROM provider WHERE id = ? AND kind = 'provider' AND audit_status ="
	" 'approved' AND deleted = 0");
SQL(provider_is_used,
	"SELECT (SELECT COUNT(*) FROM property WHERE provider_id = ? AND deleted = 0)"
	" + (SELECT COUNT(*) FROM station WHERE provider_id = ? AND deleted = 0) + (SELECT COUNT(*)"
	" FROM user WHERE provider_id = ? AND deleted = 0)"
	" + (SELECT COUNT(*) FROM member WHERE provider_id = ? AND deleted = 0)");
SQL(provider_get,
	"SELECT name, contact, phone, email, audit_status FROM provider WHERE id = ? AND deleted = 0");
SQL(provider_lock,
	"SELECT name, contact, phone, email, audit_status FROM provider WHERE id = ? AND deleted = 0"
	" FOR UPDATE");
SQL(provider_audited,
	"UPDATE provider SET audit_status = ?, audit_note = ?, updated_at = ?, updated_by = ?,"
	" version = version + 1 WHERE id = ?");

static const struct field fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 80 },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &provider_kind_choices,
		.fallback = "provider" },
	{ "parent_id", F_REF, SEEN | HIDE | FILTER | FOLD | PLACED, .ref = &provider_resource },
	{ "contact", F_TEXT, SEEN | TYPED, 0, 40 },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | PLACED | REQUIRED | PII, 0, 20 },
	{ "email", F_EMAIL, SEEN | TYPED, 0, 100 },
	{ "service_phone", F_CODE, SHOW | EXPORT | TYPED, 0, 20 },
	{ "properties", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM property p WHERE p.provider_id = t.id AND p.deleted = 0)" },
	{ "stations", F_INT, SEEN,
		.sql = "(SELECT COUNT(*) FROM station s WHERE s.provider_id = t.id AND s.deleted = 0)" },
	{ "car_tariff_id", F_REF, SHOW | EXPORT | EDIT, .ref = &tariff_resource },
	{ "ebike_tariff_id", F_REF, SHOW | EXPORT | EDIT, .ref = &tariff_resource },
	{ "status", F_CHOICE, SEEN | FILTER, .choices = &status_choices },
	{ "audit_status", F_CHOICE, SEEN | FILTER, .choices = &audit_status_choices },
	{ "audit_note", F_TEXT, SHOW | EXPORT },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	bool sub = text_eq(change_text(c, "kind"), "sub_merchant");
	int64_t parent = change_i64(c, "parent_id"), fits = 0;

	if (c->id) {
		TRY(screen_tariff_fits(req, c, "car_tariff_id", c->id, "car"));
		TRY(screen_tariff_fits(req, c, "ebike_tariff_id", c->id, "ebike"));
		return STATUS_OK;
	}
	if (sub != (parent != 0))
		change_error(c, "parent_id", sub ? "error.parent_needed" : "error.parent_not_wanted");
	else if (sub) {
		TRY(db_i64(req->db, &provider_parent_fits, ARGS(I64(parent)), &fits));
		if (!fits)
			change_error(c, "parent_id", "error.provider_closed");
	}
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t used = 0;

	TRY(db_i64(req->db, &provider_is_used, ARGS(I64(id), I64(id), I64(id), I64(id)), &used));
	if (used)
		*problem = "error.provider_in_use";
out:
	return nerr_pass(err);
}

static const struct scope scope = { .provider = "t.id" };
static const struct action actions[] = {
	{ "audit", ACT_ROW | ACT_LINK, NULL, "t.audit_status = 'pending'" }, ACTIONS_END
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "pending", "t.audit_status = 'pending'" },
	{ "approved", "t.audit_status = 'approved'" },
	{ "rejected", "t.audit_status = 'rejected'" },
	{ NULL },
};
static const struct child children[] = {
	{ &property_resource, "provider_id" },
	{ &station_resource, "provider_id" },
	{ &department_resource, "provider_id" },
	{ &user_resource, "provider_id" },
	{ &provider_resource, "parent_id" },
	{ NULL },
};

const struct resource provider_resource = {
	.name = "provider",
	.group = "system",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.before_delete = before_delete,
};

/* ---- the audit page: approve makes the log-in account, its first password is shown once (G2)
 * ---- */

struct audit_form {
	struct request *req;
	int64_t id;
	bool approve;
	const char *note;
	const char *name, *phone, *status;
	char password[17];
	const char *problem;
};

static NEOERR *provider_row(const struct row *r, void *ctx)
{
	struct audit_form *f = ctx;

	f->name = arena_strdup(&f->req->arena, row_str(r, 0));
	f->phone = arena_strdup(&f->req->arena, row_str(r, 2));
	f->status = arena_strdup(&f->req->arena, row_str(r, 4));
	NEOERR *err = STATUS_OK;
	TRY(hdf_put(f->req->hdf, row_str(r, 0), "Ask.name"));
	TRY(hdf_put(f->req->hdf, row_str(r, 1), "Ask.contact"));
	TRY(hdf_put(f->req->hdf, row_str(r, 2), "Ask.phone"));
	TRY(hdf_put(f->req->hdf, row_str(r, 3), "Ask.email"));
out:
	return nerr_pass(err);
}

static NEOERR *audit_page(struct audit_form *f)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;

	if (f->problem)
		TRY(hdf_put(req->hdf, text_get(req, f->problem), "Form.error"));
	TRY(screen_page(req, "provider", "provider.audit", f->name, "screen/provider_audit.cs"));
out:
	return nerr_pass(err);
}

NEOERR *provider_audit_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct audit_form f = { .req = req, .id = route_id(req, "id") };

	TRY(resource_reach(req, &provider_resource, f.id, false));
	TRY(db_get(req->db, &provider_get, ARGS(I64(f.id)), provider_row, &f));
	TRY(audit_page(&f));
out:
	return nerr_pass(err);
}

static NEOERR *audit_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct audit_form *f = ctx;
	struct request *req = f->req;
	struct user_new user = { .kind = "provider", .provider_id = f->id };
	const char *word = f->approve ? "approved" : "rejected";

	f->problem = NULL;
	TRY(db_get(db, &provider_lock, ARGS(I64(f->id)), provider_row, f));
	if (!text_eq(f->status, "pending")) {
		f->problem = "error.audited_already";
		goto out;
	}
	TRY(db_exec(db, &provider_audited,
		ARGS(STR(word), STR(f->note), TIME(clock_now()), IDREF(req->who.user_id), I64(f->id)),
		NULL));
	TRY(audit_add(db, &req->actor, "provider", f->id, "audit", "audit_status", f->status, word));
	if (!f->approve)
		goto out;
	TRY(department_root(db, f->id, 0, req->who.user_id));
	user.name = f->name;
	user.phone = f->phone;
	TRY(role_default(req, user.kind, &user.role_id));
	TRY(user_make_login(req, &user, f->password, &f->problem));
	if (f->problem)                      /* login taken: nothing of the audit stands */
		err = nerr_raise(ERR_DUPLICATE, "login %s", f->phone);
out:
	return nerr_pass(err);
}

NEOERR *provider_audit_save(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct audit_form f = { .req = req,
		.id = route_id(req, "id"),
		.note = request_param_or(req, "note", "") };
	const char *verdict = request_param_or(req, "verdict", "");

	f.approve = text_eq(verdict, "approve");
	TRY(resource_reach(req, &provider_resource, f.id, false));
	if (!f.approve && !text_eq(verdict, "reject"))
		f.problem = "error.verdict_needed";
	else if (text_chars(f.note) > 200)
		f.problem = "error.note_long";
	if (f.problem) {
		TRY(db_get(req->db, &provider_get, ARGS(I64(f.id)), provider_row, &f));
	} else {
		err = db_tx(req->db, audit_tx, &f);
		if (err && f.problem) {
			error_drop(err);
			err = STATUS_OK;
		}
		TRY(err);
	}
	if (f.problem) {
		req->status = 422;
		TRY(audit_page(&f));
	} else if (f.approve) {
		TRY(screen_secret(req, "provider", "provider.approved", f.phone, f.password,
			"provider.password_note", "/admin/provider"));
	} else {
		response_redirect_saying(req, "/admin/provider", "provider.rejected", f.name);
	}
out:
	return nerr_pass(err);
}

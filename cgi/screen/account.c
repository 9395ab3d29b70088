/* account.c - the log-in of a property or a fleet: login = phone, first password shown once (G4,
 * G5).
 * Owns the page. Serves the screens of both. */
#include "cgi/screen/screen.h"

SQL(account_property, "SELECT name, phone, provider_id, id, 0 FROM property WHERE id = ? AND"
	" status = 'enabled' AND deleted = 0");
SQL(account_fleet, "SELECT name, phone, provider_id, property_id, id FROM fleet WHERE id = ? AND"
	" status = 'enabled' AND deleted = 0");

struct account {
	const struct resource *res;
	const struct sql *get;
};
static const struct account of_property = { &property_resource, &account_property };
static const struct account of_fleet = { &fleet_resource, &account_fleet };

struct account_form {
	struct request *req;
	const struct account *of;
	int64_t id;
	struct user_new user;
	char password[17];
	const char *problem, *back;
};

static NEOERR *take_owner(const struct row *r, void *ctx)
{
	struct account_form *f = ctx;

	f->user = (struct user_new){ .kind = f->of->res->name,
		.name = arena_strdup(&f->req->arena, row_str(r, 0)),
		.phone = arena_strdup(&f->req->arena, row_str(r, 1)),
		.provider_id = row_i64(r, 2),
		.property_id = row_i64(r, 3),
		.fleet_id = row_i64(r, 4) };
	return STATUS_OK;
}

static NEOERR *account_page(struct account_form *f)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;

	if (f->problem)
		TRY(hdf_put(req->hdf, text_get(req, f->problem), "Form.error"));
	TRY(hdf_put(req->hdf, text_format(req, "tenant_account.ask", f->user.name, f->user.phone),
		"Ask.sentence"));
	TRY(hdf_put(req->hdf, f->back, "Ask.back"));
	TRY(screen_page(req, f->of->res->name, "action.account", f->user.name, "screen/ask.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *account_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct account_form *f = ctx;

	f->problem = NULL;
	TRY(db_get(db, f->of->get, ARGS(I64(f->id)), take_owner, f));
	TRY(role_default(f->req, f->user.kind, &f->user.role_id));
	TRY(user_make_login(f->req, &f->user, f->password, &f->problem));
	if (!f->problem)
		TRY(audit_add(db, &f->req->actor, f->user.kind, f->id, "account", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *account(struct request *req, const struct account *of, bool save)
{
	NEOERR *err = STATUS_OK;
	struct account_form f = { .req = req, .of = of, .id = route_id(req, "id") };

	f.back = arena_printf(&req->arena, "/admin/%s", of->res->name);
	TRY(resource_reach(req, of->res, f.id, false));
	if (!save) {
		TRY(db_get(req->db, of->get, ARGS(I64(f.id)), take_owner, &f));
		return nerr_pass(account_page(&f));
	}
	TRY(db_tx(req->db, account_tx, &f));
	if (f.problem) {
		req->status = 422;
		TRY(account_page(&f));
	} else {
		TRY(screen_secret(req, of->res->name, "action.account", f.user.phone, f.password,
			"provider.password_note", f.back));
	}
out:
	return nerr_pass(err);
}

NEOERR *property_account_show(struct request *req)
{
	return nerr_pass(account(req, &of_property, false));
}

NEOERR *property_account_save(struct request *req)
{
	return nerr_pass(account(req, &of_property, true));
}

NEOERR *fleet_account_show(struct request *req)
{
	return nerr_pass(account(req, &of_fleet, false));
}

NEOERR *fleet_account_save(struct request *req)
{
	return nerr_pass(account(req, &of_fleet, true));
}

/* user.c - accounts of people who work here: kinds, roles, bound stations, passwords (G5, G6, G11).
 * Owns the screen and its pages for roles, stations and a new password. Serves clerks of the
 * 系统管理 group. */
#include "base/crypt.h"
#include "base/text.h"
#include "cgi/factor.h"
#include "cgi/login.h"
#include "cgi/password.h"
#include "cgi/screen/screen.h"

#define FIRST_PASSWORD 12

SQL(user_property_fits,
	"SELECT COUNT(*) FROM property WHERE id = ? AND provider_id = ? AND deleted = 0");
SQL(user_department_fits,
	"SELECT COUNT(*) FROM department WHERE id = ? AND provider_id <=> ? AND property_id <=> ? AND"
	" status = 'enabled'"
	" AND deleted = 0");
SQL(user_post_fits,
	"SELECT COUNT(*) FROM post WHERE id = ? AND department_id = ? AND status = 'enabled' AND"
	" deleted = 0");
SQL(user_set_password,
	"UPDATE user SET password_hash = ?, must_change = 1, updated_at = ?, updated_by = ?,"
	" version = version + 1 WHERE id = ?");
SQL(user_set_status,
	"UPDATE user SET status = ?, updated_at = ?, updated_by = ?, version = version + 1 WHERE id ="
	" ?");
SQL(user_login_of, "SELECT login FROM user WHERE id = ?");
SQL(user_login_taken, "SELECT COUNT(*) FROM user WHERE login = ? AND deleted = 0");
SQL(user_add,
	"INSERT INTO user (kind, provider_id, property_id, fleet_id, login, name, phone,"
	" password_hash, created_at, created_by, updated_at, updated_by)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(user_role_add, "INSERT INTO user_role (user_id, role_id) VALUES (?, ?)");

static const struct field fields[] = {
	{ "login", F_TEXT, SEEN | SORT | SEARCH | PLACED | REQUIRED, 2, 60 },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 40 },
	{ "kind", F_CHOICE, SEEN | FILTER | PLACED | REQUIRED, .choices = &user_kind_choices,
		.fallback = "provider" },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	{ "property_id", F_REF, SEEN | FILTER | PLACED, .ref = &property_resource,
		.depends = "provider_id" },
	{ "fleet_id", F_REF, SEEN | HIDE | FILTER | PLACED, .ref = &fleet_resource },
	{ "department_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &department_resource,
		.depends = "provider_id" },
	{ "post_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &post_resource,
		.depends = "department_id" },
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | TYPED | PII, 0, 20 },
	{ "email", F_EMAIL, SEEN | HIDE | TYPED | PII, 0, 100 },
	{ "password", F_PASSWORD, VIRTUAL | CREATE | REQUIRED | SECRET | NOAUDIT, 10, 200 },
	{ "roles", F_TEXT, SEEN,
		.sql =
			"(SELECT GROUP_CONCAT(r.name ORDER BY r.id SEPARATOR ', ') FROM user_role ur JOIN"
			" role r ON r.id = ur.role_id"
			" WHERE ur.user_id = t.id AND r.deleted = 0)" },
	{ "data_scope", F_CHOICE, SEEN | HIDE | FILTER | FOLD, .choices = &data_scope_choices,
		.sql =
			"IF(EXISTS (SELECT 1 FROM user_role ur JOIN role r ON r.id = ur.role_id WHERE"
			" ur.user_id = t.id AND r.deleted = 0"
			" AND r.status = 'enabled' AND r.data_scope = 'tenant'), 'tenant', 'stations')" },
	{ "stations", F_INT, SHOW | EXPORT,
		.sql = "(SELECT COUNT(*) FROM user_station us WHERE us.user_id = t.id)" },
	{ "last_login_at", F_TIME, SEEN | SORT },
	{ "totp_at", F_TIME, SEEN | HIDE },
	STATUS_FIELD(status),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

bool user_kind_fits(const struct who *who, const char *kind)
{
	static const char *const kinds[] = { "system", "provider", "property", "fleet" };
	int own = who->kind == WHO_SYSTEM ? 0 : who->kind == WHO_PROVIDER ? 1
		: who->kind == WHO_PROPERTY ? 2 : who->kind == WHO_FLEET ? 3 : 4;

	for (int i = own; i < 4; i++)
		if (text_eq(kind, kinds[i]))
			return true;
	return false;
}

NEOERR *user_fleet_fill(struct request *req, struct change *c)
{
	if (!text_eq(change_text(c, "kind"), "fleet")) {
		if (change_i64(c, "fleet_id"))
			change_error(c, "fleet_id", "error.fleet_not_wanted");
		return STATUS_OK;
	}
	if (req->who.kind == WHO_FLEET && !change_i64(c, "fleet_id"))
		change_set(req, c, "fleet_id", screen_number(req, req->who.fleet_id));
	return nerr_pass(fleet_owner_fill(req, c, "fleet_id"));
}

/* A system user has no tenant, a provider's has one provider, a property's has both; a fleet's
 * has what the fleet has. */
static NEOERR *check_owner(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	const char *kind = change_text(c, "kind");
	int64_t provider = change_i64(c, "provider_id"), property = change_i64(c, "property_id"),
			fits = 0;
	bool of_provider = !text_eq(kind, "system"), of_fleet = text_eq(kind, "fleet"),
		 of_property = text_eq(kind, "property") || (of_fleet && property);

	if (!user_kind_fits(&req->who, kind))
		change_error(c, "kind", "error.kind_above_own");
	if (of_fleet && !change_i64(c, "fleet_id"))
		change_error(c, "fleet_id", "error.fleet_needed");
	else if (of_provider != (provider != 0))
		change_error(c, "provider_id",
			of_provider ? "error.provider_needed" : "error.provider_not_wanted");
	if (of_property != (property != 0))
		change_error(c, "property_id",
			of_property ? "error.property_needed" : "error.property_not_wanted");
	if (c->errors)
		goto out;
	if (of_provider)
		TRY(screen_owner_open(req, c, "provider_id", provider_open, "error.provider_closed"));
	if (of_property) {
		TRY(screen_owner_open(req, c, "property_id", property_open, "error.property_closed"));
		TRY(db_i64(req->db, &user_property_fits, ARGS(I64(property), I64(provider)), &fits));
		if (!fits)
			change_error(c, "property_id", "error.property_of_other");
	}
out:
	return nerr_pass(err);
}

/* A department of the user's own owner, a post of that department, neither closed (G9, G10). */
static NEOERR *check_department(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;
	int64_t department = change_i64(c, "department_id"), post = change_i64(c, "post_id"), fits = 1;
	bool moved = change_value(c, "department_id")->changed;

	if (department && moved)
		TRY(db_i64(req->db, &user_department_fits,
			ARGS(I64(department), IDREF(change_i64(c, "provider_id")),
				IDREF(change_i64(c, "property_id"))),
			&fits));
	if (!fits)
		change_error(c, "department_id", "error.department_unfit");
	fits = 1;
	if (post && (moved || change_value(c, "post_id")->changed))
		TRY(db_i64(req->db, &user_post_fits, ARGS(I64(post), I64(department)), &fits));
	if (!fits)
		change_error(c, "post_id", "error.post_unfit");
out:
	return nerr_pass(err);
}

static NEOERR *check(struct request *req, struct change *c)
{
	NEOERR *err = STATUS_OK;

	if (!c->id && !text_eq(change_text(c, "kind"), "system"))
		screen_own_tenant(req, c, text_eq(change_text(c, "kind"), "property"));
	if (!c->id) {
		TRY(user_fleet_fill(req, c));
		TRY(check_owner(req, c));
	}
	if (!c->errors)
		TRY(check_department(req, c));
out:
	return nerr_pass(err);
}

static NEOERR *write_password(struct request *req, int64_t id, const char *password)
{
	NEOERR *err = STATUS_OK;
	char hash[PASSWORD_HASH];

	TRY(password_hash(password, hash));
	TRY(password_keep(req->db, id));
	TRY(db_exec(req->db, &user_set_password,
		ARGS(STR(hash), TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err = STATUS_OK;
	bool fresh = c->id == 0;

	TRY(resource_store(req, c, id));
	if (fresh && c->errors == 0)
		TRY(write_password(req, *id, change_text(c, "password")));
out:
	return nerr_pass(err);
}

static NEOERR *set_status(struct request *req, int64_t id, const char *status)
{
	NEOERR *err = STATUS_OK;

	TRY(db_exec(req->db, &user_set_status,
		ARGS(STR(status), TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
	TRY(login_end_all_of_user(req->db, id, 0));
	TRY(perm_changed(req->db));
out:
	return nerr_pass(err);
}

static NEOERR *enable(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(set_status(req, id, "enabled"));
}

static NEOERR *disable(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	if (id != req->who.user_id)
		return nerr_pass(set_status(req, id, "disabled"));
	change_error(input, NULL, "error.not_yourself");
	return STATUS_OK;
}

/* Who waits for a lock to end; the names are those of login_throttle_name() and
 * payment_throttle_name(). */
#define WAITS "EXISTS (SELECT 1 FROM throttle h WHERE h.name IN (CONCAT('login:', LOWER(t.login)), CONCAT('payment:', t.id), CONCAT('factor:', t.id)) AND h.count > 1)"

static NEOERR *account_row(const struct row *r, void *ctx)
{
	struct request *req = ctx;

	return nerr_pass(throttle_clear(req->db, login_throttle_name(req, row_str(r, 0))));
}

static NEOERR *unlock(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err;

	(void)res;
	(void)input;
	TRY(db_get(req->db, &user_login_of, ARGS(I64(id)), account_row, req));
	TRY(throttle_clear(req->db, payment_throttle_name(req, id)));
	TRY(throttle_clear(req->db, factor_throttle_name(req, id)));
out:
	return nerr_pass(err);
}

/* The phone is gone and so are the recovery codes: whoever is logged in as this user is out too. */
static NEOERR *factor_off(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err = STATUS_OK;

	(void)res;
	/* who holds a code does it on the page of own settings */
	if (id == req->who.user_id) {
		change_error(input, NULL, "error.not_yourself");
		goto out;
	}
	TRY(factor_end(req->db, id));
	TRY(throttle_clear(req->db, factor_throttle_name(req, id)));
	TRY(login_end_all_of_user(req->db, id, 0));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	if (id == req->who.user_id) {
		*problem = "error.not_yourself";
		return STATUS_OK;
	}
	return nerr_pass(login_end_all_of_user(req->db, id, 0));
}

static const struct scope scope = { .provider = "t.provider_id", .property = "t.property_id",
	.fleet = "t.fleet_id" };
static const struct action actions[] = {
	{ "roles", ACT_ROW | ACT_LINK },
	{ "stations", ACT_ROW | ACT_LINK },
	{ "reset", ACT_ROW | ACT_LINK | ACT_MORE },
	{ "unlock", ACT_ROW | ACT_MORE, NULL, WAITS, unlock },
	{ "factor_off", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL, "t.totp_at IS NOT NULL",
		factor_off },
	{ "enable", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, "t.status = 'disabled'", enable },
	{ "disable", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL,
		"t.status = 'enabled'", disable },
	ACTIONS_END,
};
static const struct tab tabs[] = {
	{ "all", "1 = 1" },
	{ "system", "t.kind = 'system'" },
	{ "provider", "t.kind = 'provider'" },
	{ "property", "t.kind = 'property'" },
	{ "fleet", "t.kind = 'fleet'" },
	{ "disabled", "t.status = 'disabled'" },
	{ NULL },
};

const struct resource user_resource = {
	.name = "user",
	.group = "system",
	.title = "t.name",
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

NEOERR *user_make_login(struct request *req, const struct user_new *u, char password[17],
	const char **problem)
{
	NEOERR *err = STATUS_OK;
	char hash[PASSWORD_HASH], first[41];
	int64_t taken = 0, user = 0, now = clock_now(), by = req->who.user_id;

	TRY(db_i64(req->db, &user_login_taken, ARGS(STR(u->phone)), &taken));
	if (taken) {
		*problem = "error.login_taken";
		goto out;
	}
	text_copy(first, sizeof first, u->name);
	first[text_cut(first, 40)] = '\0';
	TRY(random_password(password, FIRST_PASSWORD));
	TRY(password_hash(password, hash));
	TRY(db_insert(req->db, &user_add,
		ARGS(STR(u->kind), IDREF(u->provider_id), IDREF(u->property_id), IDREF(u->fleet_id),
			STR(u->phone), STR(first), STR(u->phone), STR(hash), TIME(now), IDREF(by), TIME(now),
			IDREF(by)),
		&user));
	TRY(db_exec(req->db, &user_role_add, ARGS(I64(user), I64(u->role_id)), NULL));
	TRY(audit_add(req->db, &req->actor, "user", user, "create", "login", NULL, u->phone));
	TRY(perm_changed(req->db));
out:
	return nerr_pass(err);
}

/* ---- a new password, random and shown once ---- */

struct password_form { struct request *req; int64_t id; const char *login; char password[17]; };

SQL(user_get_login, "SELECT login, name FROM user WHERE id = ? AND deleted = 0");

static NEOERR *login_row(const struct row *r, void *ctx)
{
	struct password_form *f = ctx;

	f->login = arena_strdup(&f->req->arena, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *user_password_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct password_form f = { .req = req, .id = route_id(req, "id") };

	TRY(resource_reach(req, &user_resource, f.id, false));
	TRY(db_get(req->db, &user_get_login, ARGS(I64(f.id)), login_row, &f));
	TRY(hdf_put(req->hdf, text_format(req, "user.password_ask", f.login, NULL), "Ask.sentence"));
	TRY(hdf_put(req->hdf, "/admin/user", "Ask.back"));
	TRY(screen_page(req, "user", "user.reset", f.login, "screen/ask.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *password_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct password_form *f = ctx;

	TRY(db_get(db, &user_get_login, ARGS(I64(f->id)), login_row, f));
	TRY(write_password(f->req, f->id, f->password));
	TRY(login_end_all_of_user(db, f->id, 0));
	TRY(audit_add(db, &f->req->actor, "user", f->id, "reset", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

NEOERR *user_password_save(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct password_form f = { .req = req, .id = route_id(req, "id") };

	TRY(resource_reach(req, &user_resource, f.id, false));
	TRY(random_password(f.password, FIRST_PASSWORD));
	TRY(db_tx(req->db, password_tx, &f));
	TRY(screen_secret(req, "user", "user.reset", f.login, f.password, "provider.password_note",
		"/admin/user"));
out:
	return nerr_pass(err);
}

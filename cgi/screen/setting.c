/* setting.c - the page of what an operator may set: limits, switches, names; the table is
 * lib/db/setting.c.
 * Owns nothing. Serves clerks of the 系统管理 group. */
#include "cgi/screen/screen.h"
#include "db/setting.h"

#define VALUE_MAX 200

struct setting_form { struct request *req; int errors, changed; };

static const char *problem_of(char kind, const char *value)
{
	int64_t v;

	if (text_chars(value) > VALUE_MAX)
		return "error.setting_long";
	if (kind == 'i' && (!text_i64(value, &v) || v < 0))
		return "error.setting_number";
	if (kind == 'm' && (!money_parse(value, &v) || v < 0))
		return "error.setting_money";
	return NULL;
}

/* What is typed, else what is stored. */
static NEOERR *put_row(struct setting_form *f, int i, const char *name, char kind,
	const char *fallback)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;
	char stored[VALUE_MAX * 4 + 1];
	const char *typed = request_param(req, name), *problem = typed ? problem_of(kind, typed) : NULL;

	TRY(setting_text(req->db, name, stored, sizeof stored));
	TRY(hdf_put(req->hdf, name, "Setting.%d.name", i));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "setting.%s", name)),
		"Setting.%d.label", i));
	TRY(hdf_put(req->hdf, typed ? typed : stored, "Setting.%d.value", i));
	TRY(hdf_put(req->hdf, fallback, "Setting.%d.fallback", i));
	TRY(hdf_put(req->hdf,
		kind == 't' ? "text"
			: kind == 'm' ? "money"
						  : "number",
		"Setting.%d.kind", i));
	if (problem) {
		f->errors++;
		TRY(hdf_put(req->hdf, text_get(req, problem), "Setting.%d.error", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *fill(struct setting_form *f)
{
	NEOERR *err = STATUS_OK;
	const char *name, *fallback;
	char kind;

	for (int i = 0; setting_row(i, &name, &kind, &fallback); i++)
		if (!anomaly_sets(name))
			TRY(put_row(f, i, name, kind, fallback));
out:
	return nerr_pass(err);
}

/* Settings are the platform's, whatever a tenant's role holds. */
static NEOERR *only_system(const struct request *req)
{
	return req->who.kind == WHO_SYSTEM ? STATUS_OK
		: nerr_raise(ERR_DENIED, "settings are the platform's");
}

NEOERR *setting_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct setting_form f = { .req = req };

	TRY(only_system(req));
	TRY(fill(&f));
	TRY(screen_page(req, "setting", "menu.setting", "", "screen/setting.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *save_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct setting_form *f = ctx;
	const char *name, *fallback, *typed;
	char kind, stored[VALUE_MAX * 4 + 1];

	for (int i = 0; setting_row(i, &name, &kind, &fallback); i++) {
		if (anomaly_sets(name) || (typed = request_param(f->req, name)) == NULL)
			continue;
		TRY(setting_text(db, name, stored, sizeof stored));
		if (text_eq(stored, typed))
			continue;
		TRY(setting_set(db, name, typed));
		TRY(audit_add(db, &f->req->actor, "setting", 0, "update", name, stored, typed));
	}
out:
	return nerr_pass(err);
}

NEOERR *setting_save(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct setting_form f = { .req = req };

	TRY(only_system(req));
	TRY(fill(&f));
	if (f.errors) {
		req->status = 422;
		TRY(screen_page(req, "setting", "menu.setting", "", "screen/setting.cs"));
		goto out;
	}
	TRY(db_tx(req->db, save_tx, &f));
	response_redirect_saying(req, "/admin/setting", "setting.saved", "");
out:
	return nerr_pass(err);
}

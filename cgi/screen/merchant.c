/* merchant.c - the merchant's own page: who it is, and the service phone that drivers see (G12).
 * Owns the page; the platform's number is a setting, a provider's a column. Serves operators. */
#include "cgi/screen/screen.h"
#include "db/setting.h"

#define PHONE_MAX 20

SQL(merchant_get,
	"SELECT p.name, p.kind, p.contact, p.phone, p.email, p.service_phone, p.audit_status, p.status,"
	" (SELECT COUNT(*) FROM property o WHERE o.provider_id = p.id AND o.deleted = 0),"
	" (SELECT COUNT(*) FROM station s WHERE s.provider_id = p.id AND s.deleted = 0),"
	" (SELECT COUNT(*) FROM bank_account b WHERE b.provider_id = p.id AND b.state = 'certified'"
	" AND b.deleted = 0)"
	" FROM provider p WHERE p.id = ? AND p.deleted = 0");
SQL(merchant_phone, "SELECT service_phone FROM provider WHERE id = ? AND deleted = 0 FOR UPDATE");
SQL(merchant_set_phone,
	"UPDATE provider SET service_phone = ?, updated_at = ?, updated_by = ?, version = version + 1"
	" WHERE id = ?");

struct merchant_form {
	struct request *req;
	const char *phone, *problem;
	char old[4 * PHONE_MAX + 1];
};

static NEOERR *put_word(struct request *req, const char *list, const char *word, const char *path)
{
	return nerr_pass(hdf_put(req->hdf,
		text_get(req, arena_printf(&req->arena, "choice.%s.%s", list, word)), "%s", path));
}

static NEOERR *take_merchant(const struct row *r, void *ctx)
{
	struct merchant_form *f = ctx;
	struct request *req = f->req;
	char mask[40];
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 0), "Merchant.name"));
	TRY(put_word(req, "provider_kind", row_str(r, 1), "Merchant.kind"));
	TRY(hdf_put(req->hdf, row_str(r, 2), "Merchant.contact"));
	TRY(hdf_put(req->hdf, text_mask(row_str(r, 3), mask, sizeof mask), "Merchant.phone"));
	TRY(hdf_put(req->hdf, row_str(r, 4), "Merchant.email"));
	text_copy(f->old, sizeof f->old, row_str(r, 5));
	TRY(put_word(req, "audit_status", row_str(r, 6), "Merchant.audit_status"));
	TRY(put_word(req, "status", row_str(r, 7), "Merchant.status"));
	TRY(hdf_put(req->hdf, row_str(r, 8), "Merchant.properties"));
	TRY(hdf_put(req->hdf, row_str(r, 9), "Merchant.stations"));
	TRY(hdf_put(req->hdf, row_str(r, 10), "Merchant.bank_accounts"));
	TRY(hdf_put(req->hdf, perm_has(&req->who, "bank_account", "list") ? "1" : "",
		"Merchant.may_bank"));
out:
	return nerr_pass(err);
}

static NEOERR *merchant_page(struct merchant_form *f)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;

	if (req->who.kind == WHO_SYSTEM) {
		TRY(setting_text(req->db, "service_phone", f->old, sizeof f->old));
		TRY(hdf_put(req->hdf, "1", "Merchant.platform"));
	} else {
		TRY(db_get(req->db, &merchant_get, ARGS(I64(req->who.provider_id)), take_merchant, f));
	}
	TRY(hdf_put(req->hdf, req->who.kind == WHO_PROPERTY ? "" : "1", "Merchant.may_edit"));
	TRY(hdf_put(req->hdf, f->phone ? f->phone : f->old, "Merchant.service_phone"));
	if (f->problem)
		TRY(hdf_put(req->hdf, text_get(req, f->problem), "Form.error"));
	TRY(screen_page(req, "merchant", "menu.merchant", "", "screen/merchant.cs"));
out:
	return nerr_pass(err);
}

NEOERR *merchant_show(struct request *req)
{
	struct merchant_form f = { .req = req };

	return nerr_pass(merchant_page(&f));
}

static NEOERR *take_phone(const struct row *r, void *ctx)
{
	struct merchant_form *f = ctx;

	text_copy(f->old, sizeof f->old, row_str(r, 0));
	return STATUS_OK;
}

static NEOERR *provider_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct merchant_form *f = ctx;
	int64_t provider = f->req->who.provider_id, by = f->req->who.user_id;

	TRY(db_get(db, &merchant_phone, ARGS(I64(provider)), take_phone, f));
	if (text_eq(f->old, f->phone))
		goto out;
	TRY(db_exec(db, &merchant_set_phone,
		ARGS(STR(f->phone), TIME(clock_now()), IDREF(by), I64(provider)), NULL));
	TRY(audit_add(db, &f->req->actor, "provider", provider, "update", "service_phone", f->old,
		f->phone));
out:
	return nerr_pass(err);
}

static NEOERR *platform_tx(struct db *db, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct merchant_form *f = ctx;

	TRY(setting_text(db, "service_phone", f->old, sizeof f->old));
	if (text_eq(f->old, f->phone))
		goto out;
	TRY(setting_set(db, "service_phone", f->phone));
	TRY(audit_add(db, &f->req->actor, "setting", 0, "update", "service_phone", f->old, f->phone));
out:
	return nerr_pass(err);
}

/* What a phone can dial: digits, blanks and hyphens, + in front; or none at all. */
static bool can_be_dialled(const char *s)
{
	size_t n = strlen(s);

	return n == 0 ||
		(n >= 3 && n <= PHONE_MAX &&
			strspn(*s == '+' ? s + 1 : s, "0123456789- ") == n - (*s == '+'));
}

NEOERR *merchant_save(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct merchant_form f = { .req = req, .phone = request_param_or(req, "service_phone", "") };

	if (req->who.kind == WHO_PROPERTY)
		f.problem = "error.merchant_of_provider";
	else if (!can_be_dialled(f.phone))
		f.problem = "error.service_phone";
	if (f.problem) {
		req->status = 422;
		TRY(merchant_page(&f));
		goto out;
	}
	TRY(db_tx(req->db, req->who.kind == WHO_SYSTEM ? platform_tx : provider_tx, &f));
	response_redirect_saying(req, "/admin/merchant", "merchant.saved", "");
out:
	return nerr_pass(err);
}

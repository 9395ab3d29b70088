/* secret.c - a new secret of a record, made when a person asks for it and shown once.
 * Owns the two steps. Serves screens whose records sign (webhooks, parking peers). */
#include "cgi/screen/screen.h"

struct renewal {
	const struct secret_page *page;
	struct request *req;
	int64_t id;
	const char *name, *back;
	char secret[SECRET_SHOWN];
};

static NEOERR *name_row(const struct row *r, void *ctx)
{
	struct renewal *f = ctx;

	f->name = arena_strdup(&f->req->arena, row_str(r, 0));
	return STATUS_OK;
}

static NEOERR *reach(struct request *req, const struct secret_page *page, struct renewal *f)
{
	NEOERR *err;

	*f = (struct renewal){ .page = page, .req = req, .id = route_id(req, "id") };
	f->back = arena_printf(&req->arena, "/admin/%s/%lld", page->res->name, (long long)f->id);
	TRY(resource_reach(req, page->res, f->id, false));
	TRY(db_get(req->db, page->name, ARGS(I64(f->id)), name_row, f));
out:
	return nerr_pass(err);
}

static const char *key(const struct renewal *f, const char *what)
{
	return arena_printf(&f->req->arena, "%s.%s", f->page->res->name, what);
}

NEOERR *secret_page_ask(struct request *req, const struct secret_page *page)
{
	struct renewal f;
	NEOERR *err;

	TRY(reach(req, page, &f));
	TRY(hdf_put(req->hdf, text_format(req, key(&f, "secret_ask"), f.name, NULL), "Ask.sentence"));
	TRY(hdf_put(req->hdf, f.back, "Ask.back"));
	TRY(screen_page(req, page->res->name, key(&f, "secret"), f.name, "screen/ask.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *renew_tx(struct db *db, void *ctx)
{
	struct renewal *f = ctx;
	NEOERR *err;

	TRY(f->page->renew(db, f->id, f->secret));
	TRY(audit_add(db, &f->req->actor, f->page->res->name, f->id, "secret", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

NEOERR *secret_page_renew(struct request *req, const struct secret_page *page)
{
	struct renewal f;
	NEOERR *err;

	TRY(reach(req, page, &f));
	TRY(db_tx(req->db, renew_tx, &f));
	TRY(screen_secret(req, page->res->name, key(&f, "secret"), f.name, f.secret,
		key(&f, "secret_note"), f.back));
out:
	return nerr_pass(err);
}

/* sandbox.c - /dev/sms: the codes that the built-in SMS sandbox "sent"; served only where
 * conf.developer_pages says so.
 * Owns nothing.
 * Serves developers and demos. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/text.h"

SQL(sandbox_sms,
	"SELECT target, payload, created_at FROM delivery WHERE kind = 'sms' ORDER BY id DESC LIMIT"
	" 20");

struct messages { struct request *req; int n; };

static NEOERR *on_message(const struct row *r, void *ctx)
{
	struct messages *m = ctx;
	char when[CLOCK_TEXT];
	json_t *payload = NULL;
	int i = m->n++;
	NEOERR *err;

	TRY(json_read(row_str(r, 1), strlen(row_str(r, 1)), 4000, &payload));
	TRY(hdf_put(m->req->hdf, row_str(r, 0), "Sms.%d", i));
	TRY(hdf_put(m->req->hdf, json_text(payload, "code", json_text(payload, "text", "")),
		"Sms.%d.code", i));
	TRY(hdf_put(m->req->hdf, clock_format(row_time(r, 2), when), "Sms.%d.at", i));
out:
	json_decref(payload);
	return nerr_pass(err);
}

static NEOERR *sms_page(struct request *req)
{
	struct messages m = { .req = req };
	NEOERR *err;

	if (!conf.developer_pages || !text_eq(conf.sms_adapter, "sandbox"))
		return nerr_raise(ERR_NOT_FOUND, "developer pages are off");
	TRY(db_query(req->db, &sandbox_sms, NOARGS, on_message, &m));
	TRY(hdf_put(req->hdf, text_get(req, "driver.sandbox_title"), "Page.title"));
	TRY(render_page(req, "driver/sandbox.cs"));
out:
	return nerr_pass(err);
}

const struct route sandbox_routes[] = {
	{ METHOD_GET, "/dev/", sms_page, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/dev/sms", sms_page, NULL, ROUTE_OPEN },
	{ .pattern = NULL },
};

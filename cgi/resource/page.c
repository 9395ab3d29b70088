/* page.c - what the engine's pages share: cells, titles, the choice of template.
 * Owns nothing. Serves list, detail, form, action. */
#include <stdarg.h>
#include <unistd.h>

#include "cgi/render.h"
#include "cgi/resource/page.h"

#include "base/conf.h"

#define LONG_CODE 20                     /* characters; of a longer one a list shows the end */

NEOERR *hdf_put_i64(HDF *hdf, int64_t value, const char *path, ...)
{
	char name[300], number[24];
	va_list ap;

	va_start(ap, path);
	(void)vsnprintf(name, sizeof name, path, ap);
	va_end(ap);
	snprintf(number, sizeof number, "%lld", (long long)value);
	return nerr_pass(hdf_set_value(hdf, name, number));
}

static NEOERR *cell_choice(HDF *node, const struct field *f, const char *raw)
{
	const struct choice *choice = raw ? choice_find(f->choices, raw) : NULL;

	return choice ? nerr_pass(hdf_set_value(node, "colour", choice->colour)) : STATUS_OK;
}

NEOERR *cell_put(struct request *req, HDF *node, const struct field *f, const char *raw,
	const char *title, bool whole)
{
	const struct resource *ref;
	NEOERR *err = STATUS_OK;

	if (f->kind == F_REF) {
		TRY(hdf_set_value(node, NULL, title ? title : ""));
		ref = resource_may(req, f->ref, "show") ? f->ref : f->ref->twin;
		if (raw && *raw && title && *title && ref && resource_may(req, ref, "show"))
			TRY(hdf_set_value(node, "href",
				arena_printf(&req->arena, "/admin/%s/%s", ref->name, raw)));
		return STATUS_OK;
	}
	TRY(hdf_set_value(node, NULL,
		f->said && raw ? f->said(req, raw) : field_show(req, f, raw, whole)));
	if (f->kind == F_CHOICE)
		TRY(cell_choice(node, f, raw));
	if (f->kind == F_CODE || kinds[f->kind].right)
		TRY(hdf_set_value(node, "class", kinds[f->kind].right ? "num" : "code"));
	if (f->kind == F_CODE && raw && strlen(raw) > LONG_CODE)
		TRY(hdf_set_value(node, "tail", "1"));
out:
	return nerr_pass(err);
}

NEOERR *page_render(struct request *req, const struct resource *res, const char *page)
{
	const char *own = arena_printf(&req->arena, "screen/%s_%s.cs", res->name, page);

	if (access(arena_printf(&req->arena, "%s/%s", conf.template_dir, own), R_OK) == 0)
		return nerr_pass(render_page(req, own));
	return nerr_pass(render_page(req, arena_printf(&req->arena, "%s.cs", page)));
}

/* Breadcrumb: group, list, this page. */
static NEOERR *put_crumbs(struct request *req, const struct resource *res, const char *title)
{
	int n = 0;
	NEOERR *err = STATUS_OK;

	if (res->group)
		TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "menu.%s", res->group)),
			"Page.crumb.%d", n++));
	if (strcmp(title, resource_noun(req, res)) != 0) {
		TRY(hdf_put(req->hdf, resource_noun(req, res), "Page.crumb.%d", n));
		if (resource_may(req, res, "list"))
			TRY(hdf_put(req->hdf, resource_path(req, res, 0, NULL), "Page.crumb.%d.href", n));
	}
out:
	return nerr_pass(err);
}

NEOERR *page_title(struct request *req, const struct resource *res, const char *title)
{
	NEOERR *err;

	TRY(hdf_put(req->hdf, title, "Page.title"));
	TRY(hdf_put(req->hdf, res->name, "Page.active"));
	TRY(hdf_put(req->hdf, resource_noun(req, res), "Page.noun"));
	TRY(hdf_put(req->hdf, resource_path(req, res, 0, NULL), "Page.path"));
	TRY(hdf_put(req->hdf, res->name, "Page.resource"));
	TRY(put_crumbs(req, res, title));
out:
	return nerr_pass(err);
}

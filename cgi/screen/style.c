/* style.c - the page of the operator's look: name, logo, colours, layout (H12).
 * Owns nothing; cgi/style.c keeps it. Serves clerks of the 系统管理 group. */
#include "base/picture.h"
#include "cgi/screen/screen.h"
#include "cgi/style.h"

#define NAME_CHARS 30
#define LOGO_LEAST 16                        /* pixels */

struct form { struct request *req; struct style style; int errors; bool weak; };

/* A colour with what stands on it: main and driver carry white text, the menu what reads best. */
static const struct {
	const char *name, *own;
} colours[] = { { "main", "#1769e0" }, { "menu", "#14202f" }, { "driver", "#1769e0" } };

static char *colour_at(struct style *s, int i)
{
	return i == 0 ? s->main : i == 1 ? s->menu : s->driver;
}

static NEOERR *put_error(struct form *f, const char *field, const char *key)
{
	f->errors++;
	return nerr_pass(hdf_put(f->req->hdf, text_get(f->req, key), "Form.error.%s", field));
}

static NEOERR *read_colour(struct form *f, int i)
{
	const char *typed = request_param(f->req, colours[i].name);
	char *at = colour_at(&f->style, i);

	if (!typed)
		return STATUS_OK;
	if (!*typed) {
		at[0] = '\0';
		return STATUS_OK;
	}
	if (colour_read(typed, at))
		return STATUS_OK;
	return nerr_pass(put_error(f, colours[i].name, "style.bad_colour"));
}

static NEOERR *read_logo(struct form *f)
{
	const struct upload *up = request_upload(f->req, "logo");
	struct picture p;

	if (request_param(f->req, "no_logo"))
		f->style.logo[0] = '\0';
	if (!up || !up->len)
		return STATUS_OK;
	if (up->len > STYLE_LOGO_BYTES)
		return nerr_pass(put_error(f, "logo", "style.logo_large"));
	if (!picture_read(up->data, up->len, &p))
		return nerr_pass(put_error(f, "logo", "style.logo_kind"));
	if (p.width < LOGO_LEAST || p.height < LOGO_LEAST || p.width > STYLE_LOGO_PIXELS ||
		p.height > STYLE_LOGO_PIXELS)
		return nerr_pass(put_error(f, "logo", "style.logo_pixels"));
	return nerr_pass(style_keep_logo(up->data, up->len, p.ext, f->style.logo));
}

static NEOERR *read_form(struct form *f)
{
	NEOERR *err = STATUS_OK;
	const char *name = request_param(f->req, "name"), *layout = request_param(f->req, "layout");

	for (int i = 0; i < 3; i++)
		TRY(read_colour(f, i));
	if (layout)
		f->style.top = text_eq(layout, "top");
	if (name) {
		char *trimmed = text_trim(arena_strdup(&f->req->arena, name));

		if (text_chars(trimmed) > NAME_CHARS)
			TRY(put_error(f, "name", "style.long_name"));
		else
			text_copy(f->style.name, sizeof f->style.name, trimmed);
	}
	if (!f->errors)
		TRY(read_logo(f));
out:
	return nerr_pass(err);
}

/* Below AA: how much there is, and the nearest colour that has enough. */
static NEOERR *put_contrast(struct form *f, int i, const char *colour)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;
	const char *ink = text_eq(colours[i].name, "menu") ? colour_ink(colour) : "#ffffff";
	int contrast = colour_contrast(colour, ink);
	char nearest[8];

	if (contrast >= COLOUR_AA)
		return STATUS_OK;
	f->weak = true;
	colour_nearest(colour, ink, nearest);
	TRY(hdf_put(req->hdf,
		text_format(req, "style.weak", screen_fixed(req, contrast, 2, 2), nearest),
		"Form.colour.%d.weak", i));
	TRY(hdf_put(req->hdf, nearest, "Form.colour.%d.nearest", i));
out:
	return nerr_pass(err);
}

static NEOERR *show(struct form *f)
{
	NEOERR *err = STATUS_OK;
	struct request *req = f->req;

	for (int i = 0; i < 3; i++) {
		const char *typed = request_param(req, colours[i].name), *name = colours[i].name,
				   *at = colour_at(&f->style, i);

		TRY(hdf_put(req->hdf, name, "Form.colour.%d.name", i));
		TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "style.%s", name)),
			"Form.colour.%d.label", i));
		TRY(hdf_put(req->hdf, typed ? typed : at, "Form.colour.%d.value", i));
		TRY(hdf_put(req->hdf, colours[i].own, "Form.colour.%d.own", i));
		TRY(put_contrast(f, i, *at ? at : colours[i].own));
		TRY(hdf_put(req->hdf, hdf_get_valuef(req->hdf, "Form.error.%s", name),
			"Form.colour.%d.error", i));
	}
	TRY(hdf_put(req->hdf, request_param_or(req, "name", f->style.name), "Form.name"));
	TRY(hdf_put(req->hdf, f->style.top ? "top" : "side", "Form.layout"));
	TRY(hdf_put(req->hdf, f->style.logo, "Form.logo"));
	TRY(hdf_put(req->hdf, f->weak ? "1" : "", "Form.weak"));
	TRY(screen_page(req, "style", "menu.style", "", "screen/style.cs"));
out:
	return nerr_pass(err);
}

NEOERR *style_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct form f = { .req = req };

	TRY(style_load(req->db, &f.style));
	TRY(show(&f));
out:
	return nerr_pass(err);
}

static bool is_weak(struct form *f, const struct style *old)
{
	for (int i = 0; i < 3; i++) {
		const char *c = colour_at(&f->style, i),
				   *was = colour_at((struct style *)(uintptr_t)old, i);
		const char *ink = i == 1 && *c ? colour_ink(c) : "#ffffff";

		if (*c && !text_eq(c, was) && colour_contrast(c, ink) < COLOUR_AA)
			return true;
	}
	return false;
}

static NEOERR *save_tx(struct db *db, void *ctx)
{
	const struct form *f = ctx;

	return nerr_pass(style_save(db, &f->req->actor, &f->style));
}

/* A colour that is hard to read is asked about once; whoever insists gets it. */
NEOERR *style_store(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct form f = { .req = req };
	struct style old;

	TRY(style_load(req->db, &old));
	f.style = old;
	TRY(read_form(&f));
	if (f.errors || (is_weak(&f, &old) && !request_param(req, "keep"))) {
		req->status = 422;
		text_copy(f.style.logo, sizeof f.style.logo, old.logo);
		TRY(show(&f));
		goto out;
	}
	TRY(db_tx(req->db, save_tx, &f));
	response_redirect_saying(req, "/admin/style", "style.saved", "");
out:
	return nerr_pass(err);
}

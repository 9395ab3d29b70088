/* qr_sticker.c - the code of one connector, socket, pile or device: a page with three templates to
 * print, each as picture and as PDF, and the bare code (D8).
 * Owns nothing.
 * Serves whoever puts stickers on piles. */
#include "cgi/resource/qr_sheet.h"

#include "base/conf.h"
#include "base/pdf.h"
#include "base/qr.h"
#include "base/text.h"
#include "cgi/render.h"
#include "cgi/resource/engine.h"
#include "cgi/response.h"

#define PRINT_MODULE 12
#define SHEET_EDGE 20.0              /* mm from the paper's corner */

SQL(connector_qr,
	"select c.code, c.name, p.serial, p.name, s.name, s.hotline from connector c"
	" join pile p on p.id = c.pile_id join station s on s.id = c.station_id where c.id = ?");
SQL(pile_qr,
	"select p.code, '', p.serial, p.name, s.name, s.hotline from pile p"
	" join station s on s.id = p.station_id where p.id = ?");

struct sticker {
	struct request *req;
	const struct resource *res;
	const char *code, *name, *serial, *pile, *station, *hotline, *url;
	unsigned char *png;
	size_t len;
};

static NEOERR *read_sticker(const struct row *r, void *ctx)
{
	struct sticker *s = ctx;
	struct arena *a = &s->req->arena;

	s->code = arena_strdup(a, row_str(r, 0));
	s->name = arena_strdup(a, row_str(r, 1));
	s->serial = arena_strdup(a, row_str(r, 2));
	s->pile = arena_strdup(a, row_str(r, 3));
	s->station = arena_strdup(a, row_str(r, 4));
	s->hotline = arena_strdup(a, row_str(r, 5));
	s->url = qr_sheet_url(a, s->code);
	return STATUS_OK;
}

/* Whose the page is: /admin/<resource>/:id/qr. */
static const struct resource *asked_resource(struct request *req)
{
	char *rest = arena_strdup(&req->arena, req->path + strlen("/admin/"));

	return resource_find(text_split(&rest, '/'));
}

/* The record of the path, if the asker may see it. */
static NEOERR *sticker_enter(struct request *req, struct sticker *s)
{
	int64_t id = route_id(req, "id");
	NEOERR *err = STATUS_OK;

	*s = (struct sticker){ .req = req, .res = asked_resource(req) };
	if (s->res == NULL)
		return nerr_raise(ERR_NOT_FOUND, "no such list");
	TRY(resource_permit(req, s->res, "qr"));
	TRY(resource_reach(req, s->res, id, false));
	TRY(db_get(req->db, text_eq(resource_table(s->res), "pile") ? &pile_qr : &connector_qr,
		ARGS(I64(id)), read_sticker, s));
out:
	return nerr_pass(err);
}

/* ---- the three templates, in millimetres from their corner ---- */

static const char *pile_and_name(const struct sticker *s)
{
	return arena_printf(&s->req->arena, "%s%s%s", s->pile, *s->name ? " " : "", s->name);
}

/* On the device: the code and its number. */
static NEOERR *draw_label(struct pdf *p, const struct sticker *s)
{
	NEOERR *err = pdf_png(p, 5, 3, 50, s->png, s->len);

	pdf_text(p, 0, 54, 60, 15, PDF_BOLD | PDF_CENTRE, s->code);
	pdf_text(p, 3, 62, 54, 9, PDF_CENTRE, pile_and_name(s));
	pdf_text(p, 3, 70, 54, 8, PDF_CENTRE | PDF_GREY, s->serial);
	return nerr_pass(err);
}

/* A card beside the device: the code on the left, the place on the right. */
static NEOERR *draw_card(struct pdf *p, const struct sticker *s)
{
	NEOERR *err = pdf_png(p, 3, 5, 44, s->png, s->len);
	double y = 6;

	y += pdf_text(p, 49, y, 38, 13, PDF_BOLD, text_get(s->req, "qr.scan")) + 2;
	y += pdf_text(p, 49, y, 38, 9, PDF_PLAIN, s->station) + 1.5;
	y += pdf_text(p, 49, y, 38, 9, PDF_PLAIN, pile_and_name(s)) + 1.5;
	pdf_text(p, 49, y, 38, 11, PDF_BOLD, s->code);
	return nerr_pass(err);
}

/* On the wall: how it goes, in three steps. */
static NEOERR *draw_poster(struct pdf *p, const struct sticker *s)
{
	static const char *const steps[] = { "qr.step1", "qr.step2", "qr.step3" };
	NEOERR *err = pdf_png(p, 45, 55, 120, s->png, s->len);
	double y = 198;

	pdf_text(p, 10, 25, 190, 44, PDF_BOLD | PDF_CENTRE, text_get(s->req, "qr.scan"));
	pdf_text(p, 10, 178, 190, 30, PDF_BOLD | PDF_CENTRE, s->code);
	y += pdf_text(p, 10, y, 190, 18, PDF_CENTRE,
		arena_printf(&s->req->arena, "%s  %s", s->station, pile_and_name(s))) + 10;
	for (int i = 0; i < 3; i++)
		y += pdf_text(p, 45, y, 140, 16, PDF_PLAIN, text_get(s->req, steps[i])) + 3;
	if (*s->hotline)
		pdf_text(p, 10, 275, 190, 14, PDF_CENTRE | PDF_GREY,
			text_format(s->req, "qr.hotline", s->hotline, NULL));
	return nerr_pass(err);
}

static const struct template {
	const char *name;
	double width, height;
	NEOERR *(*draw)(struct pdf *p, const struct sticker *s);
} templates[] = {
	{ "label", 60, 80, draw_label },
	{ "card", 90, 54, draw_card },
	{ "poster", PDF_WIDTH, PDF_HEIGHT, draw_poster },
};
#define TEMPLATES (sizeof templates / sizeof *templates)

static const struct template *asked_template(struct request *req)
{
	const char *name = request_param_or(req, "template", "");

	for (size_t i = 0; i < TEMPLATES; i++)
		if (text_eq(templates[i].name, name))
			return &templates[i];
	return NULL;
}

/* As picture: the template alone. As PDF: on A4, with a line to cut along. */
static NEOERR *draw(const struct sticker *s, const struct template *t, bool picture,
	struct buf *out)
{
	struct pdf *p = NULL;
	NEOERR *err;

	if (picture)
		TRY(pdf_open_picture(t->width, t->height, &p));
	else
		TRY(pdf_open(s->code, &p));
	if (!picture && t->width < PDF_WIDTH) {
		pdf_move(p, SHEET_EDGE, SHEET_EDGE);
		pdf_box(p, 0, 0, t->width, t->height);
	}
	TRY(t->draw(p, s));
	TRY(pdf_close(&p, out));
out:
	pdf_drop(&p);
	return nerr_pass(err);
}

static NEOERR *answer(struct request *req, bool picture)
{
	const struct template *t = asked_template(req);
	NEOERR *err = STATUS_OK;
	struct sticker s = { 0 };
	struct buf out;

	buf_init(&out, 0);
	TRY(sticker_enter(req, &s));
	TRY(qr_png_dup(s.url, PRINT_MODULE, &s.png, &s.len));
	if (t) {
		TRY(draw(&s, t, picture, &out));
		response_bytes(req, picture ? "image/png" : "application/pdf", out.data, out.len);
	} else if (picture && !request_param(req, "template")) {
		response_bytes(req, "image/png", s.png, s.len);
	} else {
		err = nerr_raise(ERR_NOT_FOUND, "no such template");
	}
out:
	free(s.png);
	buf_clear(&out);
	return nerr_pass(err);
}

static NEOERR *qr_png(struct request *req)
{
	return nerr_pass(answer(req, true));
}

static NEOERR *qr_pdf(struct request *req)
{
	return nerr_pass(answer(req, false));
}

static NEOERR *qr_svg(struct request *req)
{
	NEOERR *err = STATUS_OK;
	char *svg = NULL;
	struct sticker s;

	TRY(sticker_enter(req, &s));
	TRY(qr_svg_dup(s.url, &svg));
	response_bytes(req, "image/svg+xml", svg, strlen(svg));
out:
	free(svg);
	return nerr_pass(err);
}

static NEOERR *put_templates(struct request *req)
{
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < TEMPLATES; i++) {
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "qr.%s", templates[i].name)),
			"Sticker.template.%d", (int)i));
		TRY(hdf_put(req->hdf, templates[i].name, "Sticker.template.%d.name", (int)i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *qr_page(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct sticker s;

	TRY(sticker_enter(req, &s));
	TRY(hdf_put(req->hdf, s.code, "Sticker.code"));
	TRY(hdf_put(req->hdf, s.name, "Sticker.name"));
	TRY(hdf_put(req->hdf, s.serial, "Sticker.serial"));
	TRY(hdf_put(req->hdf, s.pile, "Sticker.pile"));
	TRY(hdf_put(req->hdf, s.station, "Sticker.station"));
	TRY(hdf_put(req->hdf, s.url, "Sticker.url"));
	TRY(hdf_put(req->hdf, resource_path(req, s.res, route_id(req, "id"), NULL), "Sticker.back"));
	TRY(put_templates(req));
	TRY(hdf_put(req->hdf, text_format(req, "qr.title", s.code, NULL), "Page.title"));
	TRY(hdf_put(req->hdf, s.res->name, "Page.active"));
	TRY(render_page(req, "qr_sheet.cs"));
out:
	return nerr_pass(err);
}

#define PAGES_OF(name) \
	{ METHOD_GET, "/admin/" name "/:id/qr", qr_page }, \
	{ METHOD_GET, "/admin/" name "/:id/qr.png", qr_png }, \
	{ METHOD_GET, "/admin/" name "/:id/qr.pdf", qr_pdf }, \
	{ METHOD_GET, "/admin/" name "/:id/qr.svg", qr_svg }
const struct route qr_sheet_routes[] = {
	PAGES_OF("connector"),
	PAGES_OF("socket"),
	PAGES_OF("pile"),
	PAGES_OF("bike_device"),
	{ 0 },
};

/* pdf.c - a cairo surface that writes into a buffer, text set by pango.
 * Owns nothing. Serves pdf.h. */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/pdf.h"
#include "base/text.h"

#define MM (72.0 / 25.4)             /* points */
#define DOTS (300.0 / 25.4)          /* of a picture */
#define LINE 0.25                    /* mm */
/* What Debian has for Chinese, then whatever can show it. */
#define FONTS "WenQuanYi Micro Hei, Noto Sans CJK SC, Sans"

struct pdf {
	struct buf bytes;
	cairo_surface_t *surface;
	cairo_t *cairo;
	PangoLayout *layout;
	bool picture;
};

static cairo_status_t write_bytes(void *ctx, const unsigned char *p, unsigned len)
{
	buf_add(ctx, p, len);
	return CAIRO_STATUS_SUCCESS;
}

static void drop(struct pdf *p)
{
	if (p->layout)
		g_object_unref(p->layout);
	if (p->cairo)
		cairo_destroy(p->cairo);
	if (p->surface)
		cairo_surface_destroy(p->surface);
	buf_clear(&p->bytes);
	free(p);
}

/* Glyphs stand where they belong, not on whole units: a unit is a millimetre here. */
static void set_exact(PangoLayout *layout)
{
	PangoContext *context = pango_layout_get_context(layout);
	cairo_font_options_t *exact = cairo_font_options_create();

	cairo_font_options_set_hint_style(exact, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(exact, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, exact);
	pango_context_set_round_glyph_positions(context, FALSE);
	cairo_font_options_destroy(exact);
}

/* A pen over the surface; unit: points or dots of a millimetre. */
static NEOERR *set_out(struct pdf *p, double unit, struct pdf **out)
{
	p->cairo = cairo_create(p->surface);
	cairo_scale(p->cairo, unit, unit);
	cairo_set_line_width(p->cairo, LINE);
	p->layout = pango_cairo_create_layout(p->cairo);
	set_exact(p->layout);
	if (cairo_status(p->cairo) != CAIRO_STATUS_SUCCESS) {
		drop(p);
		return nerr_raise(ERR_INVALID, "no PDF can be made");
	}
	*out = p;
	return STATUS_OK;
}

static struct pdf *new_pdf(void)
{
	struct pdf *p = calloc(1, sizeof *p);

	if (!p)
		error_die("out of memory (pdf)");
	buf_init(&p->bytes, 0);
	return p;
}

NEOERR *pdf_open(const char *title, struct pdf **out)
{
	struct pdf *p = new_pdf();

	*out = NULL;
	p->surface = cairo_pdf_surface_create_for_stream(write_bytes, &p->bytes, PDF_WIDTH * MM,
		PDF_HEIGHT * MM);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
	return nerr_pass(set_out(p, MM, out));
}

NEOERR *pdf_open_picture(double width, double height, struct pdf **out)
{
	struct pdf *p = new_pdf();
	NEOERR *err;

	*out = NULL;
	p->picture = true;
	p->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(width * DOTS + 0.5),
		(int)(height * DOTS + 0.5));
	err = set_out(p, DOTS, out);
	if (err == STATUS_OK) {
		cairo_set_source_rgb(p->cairo, 1, 1, 1);
		cairo_paint(p->cairo);
	}
	return nerr_pass(err);
}

void pdf_move(struct pdf *p, double x, double y)
{
	cairo_translate(p->cairo, x, y);
}

void pdf_drop(struct pdf **p)
{
	if (*p)
		drop(*p);
	*p = NULL;
}

void pdf_next_page(struct pdf *p)
{
	cairo_show_page(p->cairo);
}

static void set_font(struct pdf *p, double size, unsigned style)
{
	PangoFontDescription *font = pango_font_description_from_string(FONTS);

	/* The page is drawn in millimetres: so are its fonts. */
	pango_font_description_set_absolute_size(font, size / MM * PANGO_SCALE);
	pango_font_description_set_weight(font,
		style & PDF_BOLD ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(p->layout, font);
	pango_font_description_free(font);
}

double pdf_text(struct pdf *p, double x, double y, double width, double size, unsigned style,
	const char *text)
{
	double grey = style & PDF_GREY ? 0.4 : 0.0;
	char *clean = strdup(text);
	int height;

	if (!clean)
		error_die("out of memory (pdf)");
	text_scrub(clean);
	set_font(p, size, style);
	pango_layout_set_width(p->layout, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(p->layout,
		style & PDF_CENTRE ? PANGO_ALIGN_CENTER
			: style & PDF_RIGHT ? PANGO_ALIGN_RIGHT
								: PANGO_ALIGN_LEFT);
	pango_layout_set_text(p->layout, clean, -1);
	cairo_set_source_rgb(p->cairo, grey, grey, grey);
	cairo_move_to(p->cairo, x, y);
	pango_cairo_show_layout(p->cairo, p->layout);
	pango_layout_get_size(p->layout, NULL, &height);
	free(clean);
	return (double)height / PANGO_SCALE;
}

void pdf_line(struct pdf *p, double x1, double y1, double x2, double y2)
{
	cairo_set_source_rgb(p->cairo, 0, 0, 0);
	cairo_move_to(p->cairo, x1, y1);
	cairo_line_to(p->cairo, x2, y2);
	cairo_stroke(p->cairo);
}

void pdf_box(struct pdf *p, double x, double y, double width, double height)
{
	cairo_set_source_rgb(p->cairo, 0, 0, 0);
	cairo_rectangle(p->cairo, x, y, width, height);
	cairo_stroke(p->cairo);
}

struct reading { const unsigned char *p; size_t left; };

static cairo_status_t read_bytes(void *ctx, unsigned char *out, unsigned len)
{
	struct reading *r = ctx;

	if (len > r->left)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(out, r->p, len);
	r->p += len;
	r->left -= len;
	return CAIRO_STATUS_SUCCESS;
}

NEOERR *pdf_png(struct pdf *p, double x, double y, double side, const void *png, size_t len)
{
	struct reading r = { png, len };
	cairo_surface_t *image = cairo_image_surface_create_from_png_stream(read_bytes, &r);
	NEOERR *err = STATUS_OK;

	if (cairo_surface_status(image) != CAIRO_STATUS_SUCCESS) {
		err = nerr_raise(ERR_INVALID, "no PNG");
		goto out;
	}
	cairo_save(p->cairo);
	cairo_translate(p->cairo, x, y);
	cairo_scale(p->cairo, side / cairo_image_surface_get_width(image),
		side / cairo_image_surface_get_height(image));
	cairo_set_source_surface(p->cairo, image, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(p->cairo), CAIRO_FILTER_NEAREST);
	cairo_paint(p->cairo);
	cairo_restore(p->cairo);
out:
	cairo_surface_destroy(image);
	return nerr_pass(err);
}

NEOERR *pdf_close(struct pdf **pdf, struct buf *out)
{
	struct pdf *p = *pdf;
	cairo_status_t status;

	*pdf = NULL;
	if (!p)
		return STATUS_OK;
	if (!p->picture)
		cairo_show_page(p->cairo);
	status = cairo_status(p->cairo);
	if (p->picture && status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(p->surface, write_bytes, &p->bytes);
	cairo_surface_finish(p->surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(p->surface);
	if (status == CAIRO_STATUS_SUCCESS)
		buf_add(out, p->bytes.data, p->bytes.len);
	drop(p);
	return status == CAIRO_STATUS_SUCCESS ? STATUS_OK
		: nerr_raise(ERR_INVALID, "PDF: %s", cairo_status_to_string(status));
}

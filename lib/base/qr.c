/* qr.c - QR codes as 1-bit PNG (libqrencode, libpng) and as SVG.
 * Owns nothing.
 * Serves QR sheets and pages. */
#include <errno.h>
#include <png.h>
#include <qrencode.h>
#include <setjmp.h>

#include "base/buf.h"
#include "base/qr.h"

#define QUIET 4                  /* modules around the code, as the standard wants */
#define MAX_PIXELS 64

static NEOERR *encode(const char *text, QRcode **code)
{
	*code = *text != '\0' ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;
	if (*code == NULL)
		return nerr_raise(ERR_INVALID, "%s",
			*text == '\0' ? "an empty text has no QR code"
				: errno == ERANGE ? "the text is too long for a QR code"
			: "the QR code cannot be made");
	return STATUS_OK;
}

static bool is_dark(const QRcode *code, int x, int y)
{
	x -= QUIET;
	y -= QUIET;
	return x >= 0 && y >= 0 && x < code->width && y < code->width
		&& (code->data[y * code->width + x] & 1);
}

static void png_put(png_structp png, png_bytep p, size_t len)
{
	buf_add(png_get_io_ptr(png), p, len);
}

static void png_done(png_structp png)
{
	(void)png;
}

/* One line of modules as 1-bit pixels, dark is 0. row has room for the whole width. */
static void fill_row(const QRcode *code, int y, int pixels, unsigned char *row, size_t bytes)
{
	int modules = code->width + 2 * QUIET, at = 0;

	memset(row, 0xFF, bytes);
	for (int x = 0; x < modules; x++)
		for (int i = 0; i < pixels; i++, at++)
			if (is_dark(code, x, y))
				row[at / 8] &= (unsigned char)~(0x80 >> at % 8);
}

/* False on a libpng failure (it leaves by longjmp, so nothing here is held in a local that changes
 * after setjmp). */
static bool write_png(const QRcode *code, int pixels, unsigned char *row, size_t bytes,
	struct buf *out)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
	const int modules = code->width + 2 * QUIET;
	const unsigned side = (unsigned)(modules * pixels);

	if (info == NULL || setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, info != NULL ? &info : NULL);
		return false;
	}
	png_set_write_fn(png, out, png_put, png_done);
	png_set_IHDR(png, info, side, side, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
		PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_compression_level(png, 1);
	png_set_filter(png, 0, PNG_FILTER_NONE);
	png_write_info(png, info);
	for (int y = 0; y < modules; y++) {
		fill_row(code, y, pixels, row, bytes);
		for (int i = 0; i < pixels; i++)
			png_write_row(png, row);
	}
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return true;
}

NEOERR *qr_png_dup(const char *text, int pixels, unsigned char **png, size_t *len)
{
	NEOERR *err = STATUS_OK;
	QRcode *code = NULL;
	unsigned char *row = NULL;
	struct buf out;
	size_t bytes;

	*png = NULL;
	*len = 0;
	buf_init(&out, 0);
	if (pixels < 1 || pixels > MAX_PIXELS)
		return nerr_raise(ERR_INVALID, "%d pixels a module, 1 to %d are possible", pixels,
			MAX_PIXELS);
	TRY(encode(text, &code));
	bytes = ((size_t)(code->width + 2 * QUIET) * (size_t)pixels + 7) / 8;
	row = malloc(bytes);
	if (row == NULL)
		error_die("out of memory (qr)");
	if (!write_png(code, pixels, row, bytes, &out)) {
		err = nerr_raise(NERR_SYSTEM, "libpng failed");
		goto out;
	}
	*len = out.len;
	*png = (unsigned char *)buf_take(&out);
out:
	free(row);
	QRcode_free(code);
	buf_clear(&out);
	return nerr_pass(err);
}

NEOERR *qr_svg_dup(const char *text, char **svg)
{
	NEOERR *err = STATUS_OK;
	QRcode *code = NULL;
	struct buf out;
	int side, run;

	*svg = NULL;
	buf_init(&out, 0);
	TRY(encode(text, &code));
	side = code->width + 2 * QUIET;
	buf_printf(&out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
		" shape-rendering=\"crispEdges\">"
		"<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
		side, side, side, side);
	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x += run > 0 ? run : 1) {
			for (run = 0; is_dark(code, x + run, y); run++)
				;
			if (run > 0)
				buf_printf(&out, "M%d %dh%dv1h-%dz", x, y, run, run);
		}
	buf_puts(&out, "\"/></svg>");
	*svg = buf_take(&out);
out:
	QRcode_free(code);
	buf_clear(&out);
	return nerr_pass(err);
}

/* pdf.h - a PDF as a person would lay it out: A4 pages in millimetres, text with Chinese fonts,
 * lines, pictures (cairo, pango).
 * Owns nothing. Serves invoices, bills, sheets of QR codes. */
#ifndef BASE_PDF_H
#define BASE_PDF_H

#include "base/buf.h"

#define PDF_WIDTH  210.0             /* mm, A4 upright */
#define PDF_HEIGHT 297.0

struct pdf;

/* title: of the document, as viewers show it. */
NEOERR *pdf_open(const char *title, struct pdf **out) CHECKED;
/* A picture instead of pages: a PNG of that many mm, 300 dots an inch, on white, drawn by the same
 * calls; pdf_close() gives its bytes. */
NEOERR *pdf_open_picture(double width, double height, struct pdf **out) CHECKED;
/* What follows is drawn from there. */
void pdf_move(struct pdf *p, double x, double y);
/* Without its bytes; *p may be NULL. */
void pdf_drop(struct pdf **p);
void pdf_next_page(struct pdf *p);
enum pdf_style { PDF_PLAIN = 0, PDF_BOLD = 1, PDF_CENTRE = 2, PDF_RIGHT = 4, PDF_GREY = 8 };
/* Wrapped to width, its top left corner at x, y; size in points. Bytes that are no UTF-8 become
 * '?'. Returns its height. */
double pdf_text(struct pdf *p, double x, double y, double width, double size, unsigned style,
	const char *text);
void pdf_line(struct pdf *p, double x1, double y1, double x2, double y2);
void pdf_box(struct pdf *p, double x, double y, double width, double height);
/* Scaled to a square of side mm, sharp (QR codes). Bytes that are no PNG: ERR_INVALID. */
NEOERR *pdf_png(struct pdf *p, double x, double y, double side, const void *png,
	size_t len) CHECKED;
/* The bytes, appended to out; p is gone, whether it works or not. */
NEOERR *pdf_close(struct pdf **p, struct buf *out) CHECKED;

#endif

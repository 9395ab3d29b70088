/* qr.h - QR codes as 1-bit PNG (libqrencode, libpng).
 * Owns nothing. Serves QR sheets and pages. */
#ifndef BASE_QR_H
#define BASE_QR_H

#include "base/error.h"

/* Level M, quiet zone 4, `pixels` per module. *png is heap memory. */
NEOERR *qr_png_dup(const char *text, int pixels, unsigned char **png, size_t *len) CHECKED;
/* Scalable: an <svg> element as text on the heap. */
NEOERR *qr_svg_dup(const char *text, char **svg) CHECKED;

#endif

/* picture.h - what kind of picture some bytes are and how large, by their content: PNG, JPEG, WebP.
 * Owns nothing. Serves uploads that will be shown. */
#ifndef BASE_PICTURE_H
#define BASE_PICTURE_H

#include "base/error.h"

/* "png", "image/png", pixels */
struct picture { const char *ext, *type; int64_t width, height; };

/* False: none of the three, or cut off. Pixels are not decoded. */
bool picture_read(const void *p, size_t len, struct picture *out);
/* "image/png" of "png"; NULL for what is none of ours. */
const char *picture_type(const char *ext);

#endif

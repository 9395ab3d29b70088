/* style.h - the operator's look: name, logo, colours, layout (H12).
 * Owns the row `style` of table setting and data_dir/style. Serves every page, the style screen. */
#ifndef CGI_STYLE_H
#define CGI_STYLE_H

#include "cgi/request.h"
#include "cgi/route.h"

#define STYLE_LOGO_BYTES  (512u << 10)
#define STYLE_LOGO_PIXELS 2000

/* Colours as "#rrggbb", "" where the house's own stands. */
/* logo: "<hash>.png" */
struct style { char name[121], main[8], menu[8], driver[8], logo[40]; bool top; };

NEOERR *style_load(struct db *db, struct style *out) CHECKED;
/* The row and its log; inside a tx. */
NEOERR *style_save(struct db *db, const struct actor *who, const struct style *s) CHECKED;
/* Writes the file (its bytes are a picture, see base/picture.h) and gives its name. */
NEOERR *style_keep_logo(const void *p, size_t len, const char *ext, char name[40]) CHECKED;
/* Style.name, .layout, .logo, .css (staff), .driver_css, .driver (colour): what is not set is
 * absent. */
NEOERR *style_fill(struct request *req) CHECKED;
/* the generated sheets and the logo, open to everybody */
extern const struct route style_routes[];

/* "#1769E0", "1769e0" or "#17e" -> "#1769e0"; false: no colour. */
bool colour_read(const char *text, char out[8]);
/* Contrast of two colours in hundredths (WCAG 2: 100 to 2100). */
int colour_contrast(const char *a, const char *b);
#define COLOUR_AA 450
/* The nearest colour of the same hue, darker or lighter, with AA beside `beside`. */
void colour_nearest(const char *colour, const char *beside, char out[8]);
/* White or our ink: what reads better on the colour. */
const char *colour_ink(const char *ground);

#endif

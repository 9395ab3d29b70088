/* tariff_special.h - the special prices of a tariff as text, a line each: days, time of day, kWh
 * and minutes charged before, energy and service price, "6,7 22:00-24:00 * 30- 0.8 0.3" (W6).
 * Owns nothing. Serves the tariff's form, its import and the API. */
#ifndef CGI_TARIFF_SPECIAL_H
#define CGI_TARIFF_SPECIAL_H

#include "charge/rating.h"
#include "cgi/request.h"

/* Days are 1 to 7 from Monday, by comma, with ranges; a star says any; a span may be open at its
 * end. False: a line cannot be read, or there are too many. */
bool special_parse(struct request *req, const char *text, struct tariff *out);
const char *special_text(struct request *req, const struct tariff *t);

#endif

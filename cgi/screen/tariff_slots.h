/* tariff_slots.h - the slots of a tariff as text, a line each: "peak 08:00-12:00 1.2 0.4".
 * Owns nothing. Serves the tariff's form, its import and the API. */
#ifndef CGI_TARIFF_SLOTS_H
#define CGI_TARIFF_SLOTS_H

#include "charge/rating.h"
#include "cgi/request.h"

/* False: *bad is the line (from 0) that cannot be read. Blank end times are left 0 for
 * tariff_check to complete. */
bool slots_parse(struct request *req, const char *text, struct tariff *out, int *bad);
const char *slots_text(struct request *req, const struct tariff *t);
/* "08:30", "24:00" -> minutes; false if it is no time of a day. */
bool slots_minute(const char *text, int *out);
const char *slots_clock(struct request *req, int minute);

#endif

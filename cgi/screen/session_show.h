/* session_show.h - the detail page of an order: curve, timeline, bill line by line, money, raw
 * records.
 * Owns nothing. Serves the table of sessions. */
#ifndef CGI_SESSION_SHOW_H
#define CGI_SESSION_SHOW_H

#include "charge/rating.h"
#include "cgi/request.h"

/* Fills More.* for templates/screen/session_show.cs (O7, W7). */
NEOERR *session_show(struct request *req, int64_t id) CHECKED;
/* Parts of it: More.event, More.anomaly; More.tariff and, once it is settled, More.line. */
NEOERR *session_show_events(struct request *req, int64_t id) CHECKED;
NEOERR *session_show_bill(struct request *req, int64_t id) CHECKED;
/* More.<list>.N {kind, from, to, type, colour, energy, energy_price, service_price, energy_fee,
 * service_fee, amount} and More.<list>_sum. */
NEOERR *session_bill_lines(struct request *req, const char *list, const struct bill *bill) CHECKED;

/* More.occupancy, where there was one (P10). */
NEOERR *session_occupancy_put(struct request *req, int64_t id) CHECKED;

#endif

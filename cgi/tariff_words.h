/* tariff_words.h - what a tariff and a fleet's price say of themselves, in the reader's language.
 * Owns nothing. Serves screens and the driver's page. */
#ifndef CGI_TARIFF_WORDS_H
#define CGI_TARIFF_WORDS_H

#include "cgi/request.h"
#include "charge/fleet.h"

/* A tariff's summary as tariff_summary() and tariff_special_text() write it; on the request. */
const char *tariff_words(struct request *req, const char *summary);

/* "公交车队成员价：电费 90%，服务费 免收" of a fleet's price (V3); on the request. */
const char *fleet_price_words(struct request *req, const struct fleet_offer *o);
/* The same, with the purses that it is had by and whether cars are checked. */
const char *fleet_offer_words(struct request *req, const struct fleet_offer *o);

#endif

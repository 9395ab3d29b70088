/* tariff_words.h - what a tariff says of itself, in the reader's language.
 * Owns nothing. Serves screens and the driver's page. */
#ifndef CGI_TARIFF_WORDS_H
#define CGI_TARIFF_WORDS_H

#include "cgi/request.h"

/* A tariff's summary as tariff_summary() and tariff_special_text() write it; on the request. */
const char *tariff_words(struct request *req, const char *summary);

#endif

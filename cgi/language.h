/* language.h - the language switch of the header.
 * Owns cookie lang. Serves both programs. */
#ifndef CGI_LANGUAGE_H
#define CGI_LANGUAGE_H

#include "cgi/request.h"

#define LANGUAGE_AGE (365 * 86400)

/* GET ?to=en or zh: keeps it in the cookie, and with the user if one is logged in, and goes back
 * to the page one came from. */
NEOERR *language_switch(struct request *req) CHECKED;

#endif

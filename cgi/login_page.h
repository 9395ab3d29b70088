/* login_page.h - pages for getting in and out: log-in, captcha, language, passwords.
 * Owns their routes. Serves admin.c. */
#ifndef CGI_LOGIN_PAGE_H
#define CGI_LOGIN_PAGE_H

#include "cgi/route.h"

extern const struct route login_routes[];
extern const struct route me_routes[];           /* own settings: me_page.c */

NEOERR *password_page_show(struct request *req) CHECKED;
NEOERR *password_page_change(struct request *req) CHECKED;
NEOERR *factor_page_show(struct request *req) CHECKED;
NEOERR *factor_page_begin(struct request *req) CHECKED;
NEOERR *factor_page_end(struct request *req) CHECKED;
NEOERR *factor_page_codes(struct request *req) CHECKED;

#endif

/* captcha.h - four drawn characters that a person reads: one use, three minutes.
 * Owns table captcha. Serves the log-in page. */
#ifndef CGI_CAPTCHA_H
#define CGI_CAPTCHA_H

#include "cgi/request.h"

#define CAPTCHA_ID 33

NEOERR *captcha_new(struct db *db, char id[CAPTCHA_ID]) CHECKED;
/* Uses it up, right or wrong; letters in either case. */
NEOERR *captcha_check(struct db *db, const char *id, const char *answer, bool *right) CHECKED;
/* GET /admin/captcha/:id: the picture, ERR_NOT_FOUND once used or too old. */
NEOERR *captcha_picture(struct request *req) CHECKED;

#endif

/* login.h - who is asking: cookies, tokens, captcha, throttling, forced password change, API keys.
 * Owns login, captcha, throttle. Serves the router. */
#ifndef CGI_LOGIN_H
#define CGI_LOGIN_H

#include "cgi/request.h"

#define LOGIN_COOKIE  "chargeops"
#define MEMBER_COOKIE "chargeops_driver"

/* Reads the cookie (users; members in the driver program) or the API key header and fills
 * req->who. Nobody is no error. */
NEOERR *login_read_user(struct request *req) CHECKED;
NEOERR *login_read_member(struct request *req) CHECKED;
/* As that user by himself, without a log-in: for work he ordered and does not wait for.
 * ERR_DENIED if he could not log in now. */
NEOERR *login_as_user(struct request *req, int64_t user_id) CHECKED;
/* New token (old one is dropped: no fixation), cookie set, audit row. */
NEOERR *login_begin_user(struct request *req, int64_t user_id) CHECKED;
NEOERR *login_begin_member(struct request *req, int64_t member_id) CHECKED;
NEOERR *login_end(struct request *req) CHECKED;
NEOERR *login_end_all_of_user(struct db *db, int64_t user_id, int64_t but_login_id) CHECKED;
/* Counts an attempt (own tx: call it outside of one); *wait seconds until the next one is allowed
 * (0: go on). The attempt that reaches the limit starts the window anew: so long is the lock. */
NEOERR *throttle_hit(struct db *db, const char *name, int limit, int window_seconds,
	int *wait) CHECKED;
NEOERR *throttle_clear(struct db *db, const char *name) CHECKED;
/* Checks the acting user's payment password with lock after 5 failures; *problem is a Text key or
 * NULL when right. Call it outside of a tx: a rolled-back attempt would not count. */
NEOERR *payment_password_check(struct request *req, const char *password,
	const char **problem) CHECKED;
/* CSRF: POST must carry _csrf equal to who.csrf (header X-CSRF-Token for htmx); API keys are
 * exempt. */
bool csrf_ok(const struct request *req);
/* The throttle's name for log-in attempts of an account: clear it to unlock. */
const char *login_throttle_name(struct request *req, const char *account);
const char *payment_throttle_name(struct request *req, int64_t user_id);

#endif

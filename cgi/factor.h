/* factor.h - the second factor: codes of an authenticator app (RFC 6238), ten recovery codes for
 * when the phone is gone.
 * Owns user.totp_* and table recovery_code. Serves log-in, own settings, the screen of users. */
#ifndef CGI_FACTOR_H
#define CGI_FACTOR_H

#include "cgi/request.h"

#define FACTOR_CODES 10
#define FACTOR_CODE  20                  /* "abcd-efgh-jkmn-pqrs" and NUL */

/* Checks a code of the app or a recovery code, and uses it up; counts the attempt (own tx: call it
 * outside of one). *problem: Text key, NULL when right. A user without second factor:
 * factor.wrong. */
NEOERR *factor_check(struct request *req, int64_t user_id, const char *code,
	const char **problem) CHECKED;
NEOERR *factor_is_on(struct db *db, int64_t user_id, bool *on) CHECKED;
/* Left recovery codes. */
NEOERR *factor_codes_left(struct db *db, int64_t user_id, int64_t *left) CHECKED;
/* In a tx. `secret` is base32; `step` of the code that proved it. */
NEOERR *factor_begin(struct db *db, int64_t user_id, const char *secret, int64_t step) CHECKED;
NEOERR *factor_end(struct db *db, int64_t user_id) CHECKED;
/* New recovery codes in place of the old ones; they are stored as hashes, so this is the only
 * time to show them. */
NEOERR *factor_codes_make(struct db *db, int64_t user_id,
	char code[FACTOR_CODES][FACTOR_CODE]) CHECKED;
const char *factor_throttle_name(struct request *req, int64_t user_id);

#endif

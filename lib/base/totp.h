/* totp.h - one-time codes of authenticator apps: RFC 4226 and RFC 6238 with HMAC-SHA1, secrets as
 * base32 (RFC 4648).
 * Owns nothing. Serves the second factor of log-ins. */
#ifndef BASE_TOTP_H
#define BASE_TOTP_H

#include "base/error.h"

#define TOTP_KEY    20                       /* bytes of a secret: the length of a SHA-1 */
#define TOTP_SECRET 33                       /* its base32 text and NUL */
#define TOTP_DIGITS 6
#define TOTP_STEP   30                       /* seconds */

/* Upper case without padding; room for (len * 8 + 4) / 5 + 1. */
void base32_text(const void *p, size_t len, char *out);
/* Blanks are passed over, case does not matter; false: not exactly len bytes. */
bool base32_read(const char *s, void *out, size_t len);
/* The code of a step (UNIX seconds / TOTP_STEP), of 6 to 8 digits. */
uint32_t totp_code(const void *key, size_t len, int64_t step, int digits);
/* The step at which `code` (TOTP_DIGITS digits) is right: now, one before or one after, for
 * clocks that differ; 0: wrong. */
int64_t totp_step_of(const void *key, size_t len, const char *code, int64_t now);

#endif

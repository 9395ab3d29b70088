/* parking_sign.h - signatures between charging and parking systems: fields sorted by name, "k=v"
 * joined by "&", the secret at the end (camera_lock section 4).
 * Owns nothing; pure. Serves what we accept (parking.h) and what we push (parking_push.h). */
#ifndef CHARGE_PARKING_SIGN_H
#define CHARGE_PARKING_SIGN_H

#include "base/crypt.h"
#include "base/json.h"
#include "charge/choice.h"

#define PARKING_SECRET 65            /* 64 characters */

/* key: name of the secret at the end; "": the secret alone. md5 and sha256 hash the text with the
 * secret at its end, hmac_sha256 is keyed by the secret and has none. Hex, upper case unless
 * lower. empty: fields without a value are signed too. */
struct parking_sign {
	enum parking_digest digest;
	char key[21], secret[PARKING_SECRET];
	bool lower, empty;
};
/* Over all members of fields but "sign". Text and whole numbers alone: anything else ERR_INVALID
 * naming it. */
NEOERR *parking_sign(const struct parking_sign *s, const json_t *fields,
	char out[SHA256_HEX]) CHECKED;

#endif

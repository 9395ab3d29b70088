/* field_sign.h - signatures over the named fields of a message: sorted by name, "k=v" joined by
 * "&", the secret at the end (camera_lock section 4), as parking systems and tax services sign.
 * Owns nothing; pure. Serves parking.h, parking_push.h, invoice_tax.c. */
#ifndef CHARGE_FIELD_SIGN_H
#define CHARGE_FIELD_SIGN_H

#include "base/crypt.h"
#include "base/json.h"
#include "charge/choice.h"

#define FIELD_SECRET 65            /* 64 characters */

/* key: name of the secret at the end; "": the secret alone. md5 and sha256 hash the text with the
 * secret at its end, hmac_sha256 is keyed by the secret and has none. Hex, upper case unless
 * lower. empty: fields without a value are signed too. */
struct field_sign {
	enum field_digest digest;
	char key[21], secret[FIELD_SECRET];
	bool lower, empty;
};
/* Over all members of fields but "sign". Text and whole numbers alone: anything else ERR_INVALID
 * naming it. */
NEOERR *field_sign(const struct field_sign *s, const json_t *fields,
	char out[SHA256_HEX]) CHECKED;

#endif

/* channel_suixingpay.h - what is signed at 随行付 (天阙 open platform).
 * Owns nothing. Serves channel_suixingpay.c, its sandbox, its test. */
#ifndef CHARGE_CHANNEL_SUIXINGPAY_H
#define CHARGE_CHANNEL_SUIXINGPAY_H

#include "base/buf.h"
#include "base/json.h"

/* "key=value&..." of an object's own members by key; without "sign", nulls and empty texts; what is
 * nested stands as compact JSON in the order it came in. Both sides sign this text. */
void suixingpay_text(const json_t *object, struct buf *out);
/* Adds "sign": RSA over SHA-1, base64. A key that is none: ERR_INVALID. */
NEOERR *suixingpay_sign(json_t *object, const char *private_pem) CHECKED;
bool suixingpay_signed(const json_t *object, const char *public_pem);

#endif

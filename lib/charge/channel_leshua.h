/* channel_leshua.h - what is signed at 乐刷.
 * Owns nothing. Serves channel_leshua.c, its sandbox, its test. */
#ifndef CHARGE_CHANNEL_LESHUA_H
#define CHARGE_CHANNEL_LESHUA_H

#include "base/json.h"
#include "base/sign.h"

#define LESHUA_PATH "/cgi-bin/lepos_pay_gateway.cgi"

/* MD5 in upper case over "key=value&..." of an object of texts by key, without sign, resp_code and
 * error_code, and "&key=" and the secret. empties: members without text stand as "key=", too. */
void leshua_sign(const json_t *object, const char *secret, bool empties, char out[MD5_HEX]);
/* Either way of treating empty members, in either case of letters: clients differ. */
bool leshua_signed(const json_t *object, const char *secret);

#endif

/* json.h - JSON through jansson: strict parsing with caps, and small helpers.
 * Owns nothing; values are jansson's (json_decref). Serves protocols, API, snapshots. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/error.h"

#define JSON_DEPTH 32

/* Strict parse: duplicates, trailing bytes, bad UTF-8, more than JSON_DEPTH levels or max bytes
 * are ERR_INVALID. */
NEOERR *json_read(const char *text, size_t len, size_t max, json_t **out) CHECKED;
/* Compact text on the heap (sorted keys, so that equal values give equal text). */
char *json_write_dup(const json_t *value);
const char *json_text(const json_t *object, const char *key, const char *fallback);
int64_t json_i64(const json_t *object, const char *key, int64_t fallback);
/* A number however a peer sent it (12.5, "12.5", 12); digits beyond scale are cut. */
bool json_number(const json_t *value, int scale, int64_t *out);
int64_t json_scaled(const json_t *object, const char *key, int scale, int64_t fallback);
/* v of `scale` digits as a JSON number, cut to `decimals`. */
json_t *json_decimal(int64_t v, int scale, int decimals);
/* Appends s to out as a JSON string literal, quotes included; invalid UTF-8 becomes U+FFFD. */
struct buf;
void json_quote(struct buf *out, const char *s);

#endif

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
/* Appends s to out as a JSON string literal, quotes included; invalid UTF-8 becomes U+FFFD. */
struct buf;
void json_quote(struct buf *out, const char *s);

#endif

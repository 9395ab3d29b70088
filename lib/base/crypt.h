/* crypt.h - passwords, digests, random, encryption at rest (OpenSSL, libxcrypt).
 * Owns the data key read from conf.secret_file. Serves login, API keys, settings, protocols. */
#ifndef BASE_CRYPT_H
#define BASE_CRYPT_H

#include "base/error.h"

#define PASSWORD_HASH 128
#define SHA256_HEX 65

NEOERR *random_bytes(void *p, size_t len) CHECKED;
NEOERR *random_hex(char *out, size_t bytes) CHECKED;                 /* 2*bytes+1 */
NEOERR *random_digits(char *out, size_t digits) CHECKED;             /* uniform */
/* len chars of an unambiguous alphabet + NUL */
NEOERR *random_password(char *out, size_t len) CHECKED;
NEOERR *password_hash(const char *password, char out[PASSWORD_HASH]) CHECKED;   /* yescrypt */
/* constant time; false for NULL or "" hash */
bool password_matches(const char *password, const char *hash);
bool bytes_equal(const void *a, const void *b, size_t len);          /* constant time */
void sha256_hex(const void *p, size_t len, char out[SHA256_HEX]);    /* lower case */
/* Of a text, by a key of its own that the data key gives for the purpose. */
NEOERR *data_hmac_hex(const char *purpose, const char *text, char out[SHA256_HEX]) CHECKED;
void hmac_sha256_hex(const void *key, size_t klen, const void *p, size_t len, char out[SHA256_HEX]);
/* AES-256-GCM with the data key; text form "v1:" + base64(nonce|tag|cipher). A wrong key or
 * changed byte is ERR_INVALID. */
NEOERR *secret_seal_dup(const char *plain, char **out) CHECKED;
NEOERR *secret_open_dup(const char *sealed, char **out) CHECKED;
char *base64_dup(const void *p, size_t len);
bool base64_decode(const char *s, unsigned char *out, size_t room, size_t *len);

#endif

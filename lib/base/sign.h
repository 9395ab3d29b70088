/* sign.h - signatures and seals of outside peers: RSA with SHA-1 or SHA-256, RSA-OAEP, AES-GCM with
 * the peer's key, SHA-1, MD5.
 * Owns nothing. Serves payment channels and their sandbox. */
#ifndef BASE_SIGN_H
#define BASE_SIGN_H

#include "base/error.h"

enum sign_digest { SIGN_SHA256, SIGN_SHA1 };

/* PKCS#1 v1.5 over the digest, base64 on the heap. A key that is none: ERR_INVALID. */
NEOERR *rsa_sign_dup(const char *private_pem, enum sign_digest digest, const void *p, size_t len,
	char **base64) CHECKED;
/* public_pem: a public key or a certificate. False for whatever is wrong. */
bool rsa_verifies(const char *public_pem, enum sign_digest digest, const void *p, size_t len,
	const char *base64);
/* OAEP with SHA-1, as 微信支付 wants names of persons (protocol section 1). */
NEOERR *rsa_seal_dup(const char *public_pem, const char *plain, char **base64) CHECKED;
/* What was sealed so; a text that was not: ERR_INVALID. */
NEOERR *rsa_open_dup(const char *private_pem, const char *base64, char **plain) CHECKED;
/* A new pair of 2048 bits as PEM, for sandboxes and tests. */
NEOERR *rsa_pair_dup(char **private_pem, char **public_pem) CHECKED;
/* A private or a public key (or certificate) that can be used. */
bool rsa_is_private(const char *pem);
bool rsa_is_public(const char *pem);

#define AEAD_KEY 32
#define AEAD_NONCE 12
/* AES-256-GCM; base64 of cipher and 16-byte tag (protocol section 3). key: 32 bytes of text. A
 * wrong key, nonce, aad or changed byte: ERR_INVALID. The plain text is NUL-terminated. */
NEOERR *aead_open_dup(const char *key, const char *nonce, const char *aad, const char *base64,
	char **plain) CHECKED;
NEOERR *aead_seal_dup(const char *key, const char *nonce, const char *aad, const char *plain,
	char **base64) CHECKED;

#define SHA1_HEX 41
#define MD5_HEX 33
void sha1_hex(const void *p, size_t len, char out[SHA1_HEX]);        /* lower case */
void md5_hex(const void *p, size_t len, char out[MD5_HEX]);          /* upper case */

#endif

/* sign.c - signatures and seals of outside peers by OpenSSL.
 * Owns nothing.
 * Serves payment channels and their sandbox. */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/crypt.h"
#include "base/sign.h"
#include "base/text.h"

#define TAG 16
#define RSA_BITS 2048
#define SIGNATURE_MAX 1024

static const EVP_MD *digest_of(enum sign_digest digest)
{
	return digest == SIGN_SHA1 ? EVP_sha1() : EVP_sha256();
}

static BIO *bio_of(const char *pem)
{
	return pem ? BIO_new_mem_buf(pem, -1) : NULL;
}

static EVP_PKEY *private_key(const char *pem)
{
	BIO *in = bio_of(pem);
	EVP_PKEY *key = in ? PEM_read_bio_PrivateKey(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	ERR_clear_error();
	return key;
}

static EVP_PKEY *public_key(const char *pem)
{
	BIO *in = bio_of(pem);
	EVP_PKEY *key = NULL;
	X509 *certificate;

	if (in && strstr(pem, "BEGIN CERTIFICATE")) {
		certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);
		key = certificate ? X509_get_pubkey(certificate) : NULL;
		X509_free(certificate);
	} else if (in)
		key = PEM_read_bio_PUBKEY(in, NULL, NULL, NULL);
	BIO_free(in);
	ERR_clear_error();
	return key;
}

static bool usable(EVP_PKEY *key)
{
	bool rsa = key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= 1024;

	EVP_PKEY_free(key);
	return rsa;
}

bool rsa_is_private(const char *pem)
{
	return usable(private_key(pem));
}

bool rsa_is_public(const char *pem)
{
	return usable(public_key(pem));
}

NEOERR *rsa_sign_dup(const char *private_pem, enum sign_digest digest, const void *p, size_t len,
	char **base64)
{
	NEOERR *err = STATUS_OK;
	EVP_PKEY *key = private_key(private_pem);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char signature[SIGNATURE_MAX];
	size_t n = sizeof(signature);

	*base64 = NULL;
	if (!key) {
		err = nerr_raise(ERR_INVALID, "this is no private key");
		goto out;
	}
	if (!ctx || EVP_DigestSignInit(ctx, NULL, digest_of(digest), NULL, key) != 1 ||
		EVP_DigestSign(ctx, signature, &n, p, len) != 1) {
		err = nerr_raise(NERR_SYSTEM, "a signature cannot be made");
		goto out;
	}
	*base64 = base64_dup(signature, n);
out:
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return nerr_pass(err);
}

bool rsa_verifies(const char *public_pem, enum sign_digest digest, const void *p, size_t len,
	const char *base64)
{
	EVP_PKEY *key = public_key(public_pem);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char signature[SIGNATURE_MAX];
	size_t n;
	bool good = key && ctx && base64 && base64_decode(base64, signature, sizeof(signature), &n) &&
		EVP_DigestVerifyInit(ctx, NULL, digest_of(digest), NULL, key) == 1 &&
		EVP_DigestVerify(ctx, signature, n, p, len) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

NEOERR *rsa_seal_dup(const char *public_pem, const char *plain, char **base64)
{
	NEOERR *err = STATUS_OK;
	EVP_PKEY *key = public_key(public_pem);
	EVP_PKEY_CTX *ctx = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	unsigned char sealed[SIGNATURE_MAX];
	size_t n = sizeof(sealed);

	*base64 = NULL;
	if (!ctx || EVP_PKEY_encrypt_init(ctx) != 1 ||
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) != 1 ||
		EVP_PKEY_encrypt(ctx, sealed, &n, (const unsigned char *)plain, strlen(plain)) != 1) {
		err = nerr_raise(ERR_INVALID, "the text cannot be sealed with this public key");
		goto out;
	}
	*base64 = base64_dup(sealed, n);
out:
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return nerr_pass(err);
}

NEOERR *rsa_open_dup(const char *private_pem, const char *base64, char **plain)
{
	NEOERR *err = STATUS_OK;
	EVP_PKEY *key = private_key(private_pem);
	EVP_PKEY_CTX *ctx = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	unsigned char sealed[SIGNATURE_MAX], open[SIGNATURE_MAX + 1];
	size_t len = 0, n = SIGNATURE_MAX;

	*plain = NULL;
	if (!ctx || !base64_decode(base64, sealed, sizeof(sealed), &len) ||
		EVP_PKEY_decrypt_init(ctx) != 1 ||
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) != 1 ||
		EVP_PKEY_decrypt(ctx, open, &n, sealed, len) != 1) {
		err = nerr_raise(ERR_INVALID, "the text was not sealed for this key");
		goto out;
	}
	open[n] = '\0';
	*plain = strdup((char *)open);
	if (*plain == NULL)
		error_die("out of memory (sign)");
out:
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return nerr_pass(err);
}

static char *bio_text(BIO *out)
{
	char *p, *text;
	long n = BIO_get_mem_data(out, &p);

	text = malloc((size_t)n + 1);
	if (!text)
		error_die("out of memory (sign)");
	memcpy(text, p, (size_t)n);
	text[n] = '\0';
	return text;
}

NEOERR *rsa_pair_dup(char **private_pem, char **public_pem)
{
	NEOERR *err = STATUS_OK;
	EVP_PKEY *key = EVP_RSA_gen(RSA_BITS);
	BIO *secret = BIO_new(BIO_s_mem()), *open = BIO_new(BIO_s_mem());

	*private_pem = *public_pem = NULL;
	if (!key || !secret || !open ||
		PEM_write_bio_PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL) != 1 ||
		PEM_write_bio_PUBKEY(open, key) != 1) {
		err = nerr_raise(NERR_SYSTEM, "a pair of keys cannot be made");
		goto out;
	}
	*private_pem = bio_text(secret);
	*public_pem = bio_text(open);
out:
	BIO_free(secret);
	BIO_free(open);
	EVP_PKEY_free(key);
	return nerr_pass(err);
}

/* The cipher with key, nonce and aad set, either way. */
static EVP_CIPHER_CTX *gcm(const char *key, const char *nonce, const char *aad, int seal)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;

	if (!ctx)
		error_die("out of memory (sign)");
	if (EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, (const unsigned char *)key,
			(const unsigned char *)nonce, seal) != 1 ||
		EVP_CipherUpdate(ctx, NULL, &n, (const unsigned char *)aad, (int)strlen(aad)) != 1) {
		EVP_CIPHER_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

static bool shapely(const char *key, const char *nonce, const char *aad)
{
	return key && nonce && aad && strlen(key) == AEAD_KEY && strlen(nonce) == AEAD_NONCE;
}

NEOERR *aead_open_dup(const char *key, const char *nonce, const char *aad, const char *base64,
	char **plain)
{
	NEOERR *err = STATUS_OK;
	size_t room = base64 ? strlen(base64) / 4 * 3 + 1 : 1, len = 0;
	unsigned char *sealed = malloc(room), *out = calloc(1, room + 1);
	EVP_CIPHER_CTX *ctx = NULL;
	int n = 0, m = 0;

	*plain = NULL;
	if (!sealed || !out)
		error_die("out of memory (sign)");
	if (!shapely(key, nonce, aad) || !base64 || !base64_decode(base64, sealed, room, &len) ||
		len < TAG || !(ctx = gcm(key, nonce, aad, 0)) ||
		EVP_CipherUpdate(ctx, out, &n, sealed, (int)(len - TAG)) != 1 ||
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, sealed + len - TAG) != 1 ||
		EVP_CipherFinal_ex(ctx, out + n, &m) != 1) {
		err = nerr_raise(ERR_INVALID, "the sealed text cannot be opened");
		goto out;
	}
	out[n + m] = '\0';
	*plain = (char *)out;
	out = NULL;
out:
	EVP_CIPHER_CTX_free(ctx);
	free(sealed);
	free(out);
	return nerr_pass(err);
}

NEOERR *aead_seal_dup(const char *key, const char *nonce, const char *aad, const char *plain,
	char **base64)
{
	NEOERR *err = STATUS_OK;
	size_t len = strlen(plain);
	unsigned char *sealed = calloc(1, len + TAG + 1);
	EVP_CIPHER_CTX *ctx = NULL;
	int n = 0, m = 0;

	*base64 = NULL;
	if (!sealed)
		error_die("out of memory (sign)");
	if (!shapely(key, nonce, aad) || !(ctx = gcm(key, nonce, aad, 1)) ||
		EVP_CipherUpdate(ctx, sealed, &n, (const unsigned char *)plain, (int)len) != 1 ||
		EVP_CipherFinal_ex(ctx, sealed + n, &m) != 1 ||
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, sealed + len) != 1) {
		err = nerr_raise(ERR_INVALID, "the text cannot be sealed");
		goto out;
	}
	*base64 = base64_dup(sealed, len + TAG);
out:
	EVP_CIPHER_CTX_free(ctx);
	free(sealed);
	return nerr_pass(err);
}

static void hash_hex(const EVP_MD *md, const void *p, size_t len, char *out)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(p, len, digest, &n, md, NULL) != 1)
		error_die("a digest does not work");
	text_hex(digest, n, out);
}

void sha1_hex(const void *p, size_t len, char out[SHA1_HEX])
{
	hash_hex(EVP_sha1(), p, len, out);
	text_lower(out);
}

void md5_hex(const void *p, size_t len, char out[MD5_HEX])
{
	hash_hex(EVP_md5(), p, len, out);
}

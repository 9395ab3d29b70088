/* crypt.c - passwords, digests, random, encryption at rest (OpenSSL, libxcrypt).
 * Owns the data key read from conf.secret_file.
 * Serves login, API keys, settings, protocols. */
#include <crypt.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/stat.h>

#include "base/conf.h"
#include "base/crypt.h"
#include "base/text.h"

#define KEY_BYTES 32
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define SEAL_PREFIX "v1:"
#define SECRET_MAX (1024 * 1024)

NEOERR *random_bytes(void *p, size_t len)
{
	if (len > INT32_MAX || RAND_bytes(p, (int)len) != 1)
		return nerr_raise(NERR_SYSTEM, "the system gives no random bytes");
	return STATUS_OK;
}

static void lower_hex(const void *p, size_t len, char *out)
{
	text_hex(p, len, out);
	text_lower(out);
}

NEOERR *random_hex(char *out, size_t bytes)
{
	NEOERR *err = STATUS_OK;
	unsigned char part[32];

	for (size_t at = 0, n; at < bytes; at += n) {
		n = bytes - at < sizeof(part) ? bytes - at : sizeof(part);
		TRY(random_bytes(part, n));
		lower_hex(part, n, out + 2 * at);
	}
	out[2 * bytes] = '\0';
out:
	OPENSSL_cleanse(part, sizeof(part));
	return nerr_pass(err);
}

/* len characters of the alphabet, each equally likely: a byte beyond the last whole multiple is
 * thrown again. */
static NEOERR *random_from(const char *alphabet, char *out, size_t len)
{
	NEOERR *err = STATUS_OK;
	size_t n = strlen(alphabet), limit = 256 - 256 % n;
	unsigned char byte;

	for (size_t i = 0; i < len;) {
		TRY(random_bytes(&byte, 1));
		if (byte < limit)
			out[i++] = alphabet[byte % n];
	}
	out[len] = '\0';
out:
	return nerr_pass(err);
}

NEOERR *random_digits(char *out, size_t digits)
{
	return nerr_pass(random_from("0123456789", out, digits));
}

NEOERR *random_password(char *out, size_t len)
{
	/* without 0 O o 1 l I, which look alike on paper */
	return nerr_pass(
		random_from("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", out, len));
}

NEOERR *password_hash(const char *password, char out[PASSWORD_HASH])
{
	NEOERR *err = STATUS_OK;
	struct crypt_data *data = calloc(1, sizeof(*data));
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *hash;

	if (data == NULL)
		error_die("out of memory (crypt)");
	if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof(setting)) == NULL) {
		err = nerr_raise_errno(NERR_SYSTEM, "no salt for a password");
		goto out;
	}
	hash = crypt_r(password, setting, data);
	if (hash == NULL || hash[0] == '*' || strlen(hash) >= PASSWORD_HASH) {
		err = nerr_raise(ERR_INVALID, "the password is longer than %d bytes",
			CRYPT_MAX_PASSPHRASE_SIZE - 1);
		goto out;
	}
	text_copy(out, PASSWORD_HASH, hash);
out:
	OPENSSL_cleanse(data, sizeof(*data));
	free(data);
	return nerr_pass(err);
}

bool password_matches(const char *password, const char *hash)
{
	struct crypt_data *data;
	const char *again;
	bool same = false;

	if (password == NULL || hash == NULL || hash[0] != '$')
		return false;
	data = calloc(1, sizeof(*data));
	if (data == NULL)
		error_die("out of memory (crypt)");
	again = crypt_r(password, hash, data);
	if (again != NULL && again[0] == '$' && strlen(again) == strlen(hash))
		same = bytes_equal(again, hash, strlen(hash));
	OPENSSL_cleanse(data, sizeof(*data));
	free(data);
	return same;
}

bool bytes_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void sha256_hex(const void *p, size_t len, char out[SHA256_HEX])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(p, len, digest, &n, EVP_sha256(), NULL) != 1 || n != 32)
		error_die("SHA-256 does not work");
	lower_hex(digest, n, out);
}

void hmac_sha256_hex(const void *key, size_t klen, const void *p, size_t len, char out[SHA256_HEX])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (klen > INT32_MAX ||
		HMAC(EVP_sha256(), klen > 0 ? key : "", (int)klen, p, len, digest, &n) == NULL || n != 32)
		error_die("HMAC-SHA-256 does not work");
	lower_hex(digest, n, out);
}

static NEOERR *read_key(const char *file, unsigned char key[KEY_BYTES])
{
	NEOERR *err = STATUS_OK;
	char line[2 * KEY_BYTES + 8] = "";
	struct stat st;
	FILE *f = fopen(file, "re");

	if (f == NULL || fstat(fileno(f), &st) < 0) {
		err = nerr_raise(ERR_INVALID, "secret_file %s cannot be read: %s", file, strerror(errno));
		goto out;
	}
	if (st.st_mode & 007) {
		err = nerr_raise(ERR_INVALID, "secret_file %s is open to every user: chmod 600 it", file);
		goto out;
	}
	if (fgets(line, sizeof(line), f) == NULL || !text_unhex(text_trim(line), key, KEY_BYTES))
		err = nerr_raise(ERR_INVALID, "secret_file %s must hold 64 hex digits", file);
out:
	OPENSSL_cleanse(line, sizeof(line));
	if (f != NULL)
		fclose(f);
	return nerr_pass(err);
}

/* The key is read once a process and once a file name (tests change it). */
static NEOERR *data_key(const unsigned char **key)
{
	static unsigned char bytes[KEY_BYTES];
	static char file[sizeof(conf.secret_file)];
	NEOERR *err;

	if (file[0] == '\0' || strcmp(file, conf.secret_file) != 0) {
		file[0] = '\0';
		err = read_key(conf.secret_file, bytes);
		if (err != STATUS_OK)
			return nerr_pass(err);
		text_copy(file, sizeof(file), conf.secret_file);
	}
	*key = bytes;
	return STATUS_OK;
}

NEOERR *data_hmac_hex(const char *purpose, const char *text, char out[SHA256_HEX])
{
	const unsigned char *key;
	char own[SHA256_HEX];
	NEOERR *err;

	TRY(data_key(&key));
	hmac_sha256_hex(key, KEY_BYTES, purpose, strlen(purpose), own);
	hmac_sha256_hex(own, SHA256_HEX - 1, text, strlen(text), out);
	OPENSSL_cleanse(own, sizeof(own));
out:
	return nerr_pass(err);
}

/* box is nonce | tag | cipher; cipher has len bytes. */
static bool gcm_seal(const unsigned char *key, unsigned char *box, const char *plain, int len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	unsigned char *cipher = box + NONCE_BYTES + TAG_BYTES;
	int n = 0;
	bool ok;

	ok = ctx != NULL && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, box) == 1
		&& EVP_EncryptUpdate(ctx, cipher, &n, (const unsigned char *)plain, len) == 1 && n == len
		&& EVP_EncryptFinal_ex(ctx, cipher + n, &n) == 1
		&& EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, box + NONCE_BYTES) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

static bool gcm_open(const unsigned char *key, unsigned char *box, char *plain, int len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const unsigned char *cipher = box + NONCE_BYTES + TAG_BYTES;
	int n = 0;
	bool ok;

	ok = ctx != NULL && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, box) == 1
		&& EVP_DecryptUpdate(ctx, (unsigned char *)plain, &n, cipher, len) == 1 && n == len
		&& EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, box + NONCE_BYTES) == 1
		&& EVP_DecryptFinal_ex(ctx, (unsigned char *)plain + n, &n) == 1;
	EVP_CIPHER_CTX_free(ctx);
	plain[len] = '\0';
	return ok;
}

static void *must_alloc(size_t size)
{
	void *p = malloc(size);

	if (p == NULL)
		error_die("out of memory (secret)");
	return p;
}

NEOERR *secret_seal_dup(const char *plain, char **out)
{
	NEOERR *err = STATUS_OK;
	const unsigned char *key;
	unsigned char *box = NULL;
	char *text = NULL;
	size_t len = strlen(plain), size = NONCE_BYTES + TAG_BYTES + len;

	*out = NULL;
	if (len > SECRET_MAX)
		return nerr_raise(ERR_INVALID, "a secret of %zu bytes is too long", len);
	TRY(data_key(&key));
	box = must_alloc(size + 1);
	TRY(random_bytes(box, NONCE_BYTES));
	if (!gcm_seal(key, box, plain, (int)len)) {
		err = nerr_raise(NERR_SYSTEM, "encryption failed");
		goto out;
	}
	text = base64_dup(box, size);
	*out = must_alloc(strlen(text) + sizeof(SEAL_PREFIX));
	memcpy(*out, SEAL_PREFIX, sizeof(SEAL_PREFIX) - 1);
	memcpy(*out + sizeof(SEAL_PREFIX) - 1, text, strlen(text) + 1);
out:
	free(box);
	free(text);
	return nerr_pass(err);
}

NEOERR *secret_open_dup(const char *sealed, char **out)
{
	NEOERR *err = STATUS_OK;
	const unsigned char *key;
	unsigned char *box = NULL;
	char *plain = NULL;
	size_t room = strlen(sealed), size = 0, len;

	*out = NULL;
	TRY(data_key(&key));
	box = must_alloc(room + 1);
	if (!text_starts(sealed, SEAL_PREFIX) || room > 2 * SECRET_MAX
		|| !base64_decode(sealed + sizeof(SEAL_PREFIX) - 1, box, room, &size)
		|| size < NONCE_BYTES + TAG_BYTES) {
		err = nerr_raise(ERR_INVALID, "this is no sealed secret");
		goto out;
	}
	len = size - NONCE_BYTES - TAG_BYTES;
	plain = must_alloc(len + 1);
	if (!gcm_open(key, box, plain, (int)len)) {
		err = nerr_raise(ERR_INVALID, "a sealed secret was changed or another key sealed it");
		goto out;
	}
	*out = plain;
	plain = NULL;
out:
	free(box);
	free(plain);
	return nerr_pass(err);
}

char *base64_dup(const void *p, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = p;
	char *text = must_alloc((len + 2) / 3 * 4 + 1), *t = text;

	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i;
		uint32_t v = (uint32_t)b[i] << 16;
		v |= (n > 1 ? (uint32_t)b[i + 1] << 8 : 0) | (n > 2 ? b[i + 2] : 0);
		*t++ = digits[v >> 18];
		*t++ = digits[v >> 12 & 63];
		*t++ = n > 1 ? digits[v >> 6 & 63] : '=';
		*t++ = n > 2 ? digits[v & 63] : '=';
	}
	*t = '\0';
	return text;
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Strict: whole quads, padding only at the end, no blanks, unused bits zero - so that one value has
 * one text. */
bool base64_decode(const char *s, unsigned char *out, size_t room, size_t *len)
{
	size_t chars = strlen(s), pad = 0, n = 0;

	if (chars % 4 != 0)
		return false;
	while (pad < 2 && pad < chars && s[chars - 1 - pad] == '=')
		pad++;
	if (chars / 4 * 3 - pad > room)
		return false;
	for (size_t i = 0; i < chars; i += 4) {
		bool last = i + 4 == chars;
		uint32_t v = 0;
		for (size_t k = 0; k < 4; k++) {
			int value = last && k >= 4 - pad ? 0 : base64_value(s[i + k]);
			if (value < 0)
				return false;
			v = v << 6 | (uint32_t)value;
		}
		if (last && pad > 0 && (v & (pad == 1 ? 0xFF : 0xFFFF)) != 0)
			return false;
		for (size_t k = 0; k < (last ? 3 - pad : 3); k++)
			out[n++] = (unsigned char)(v >> (16 - 8 * k));
	}
	*len = n;
	return true;
}

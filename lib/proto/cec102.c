/* cec102.c - envelopes of T/CEC 102: encrypted, signed, opened again.
 * Owns nothing.
 * Serves cec102.h; the interfaces' fields are cec102_table.c. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/buf.h"
#include "base/crypt.h"
#include "base/text.h"
#include "proto/cec102.h"

#define BLOCK 16
#define MD5_BYTES 16

static const struct { enum cec_ret ret; const char *text; } rets[] = {
	{ CEC_BUSY, "系统繁忙" },
	{ CEC_OK, "请求成功" },
	{ CEC_BAD_SIG, "签名错误" },
	{ CEC_BAD_TOKEN, "Token错误" },
	{ CEC_BAD_POST, "POST参数不合法" },
	{ CEC_BAD_DATA, "请求的业务参数不合法" },
	{ CEC_ERROR, "系统错误" },
};

const char *cec_ret_text(enum cec_ret ret)
{
	for (size_t i = 0; i < sizeof(rets) / sizeof(rets[0]); i++)
		if (rets[i].ret == ret)
			return rets[i].text;
	return "系统错误";
}

/* ---- crypto */

static const unsigned char *bytes_of(const char *s) { return (const unsigned char *)s; }

/* out has room for len and a block more. */
static bool aes(const struct cec_keys *k, bool encrypt, const unsigned char *in, size_t len,
	unsigned char *out, size_t *written)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int head = 0, tail = 0;
	bool fine;

	if (!c)
		error_die("out of memory");
	fine = EVP_CipherInit_ex(c, EVP_aes_128_cbc(), NULL, bytes_of(k->data_secret),
			   bytes_of(k->data_iv), encrypt) == 1
		&& EVP_CipherUpdate(c, out, &head, in, (int)len) == 1
		&& EVP_CipherFinal_ex(c, out + head, &tail) == 1;
	EVP_CIPHER_CTX_free(c);
	*written = fine ? (size_t)(head + tail) : 0;
	return fine;
}

static bool keys_fit(const struct cec_keys *k)
{
	return strlen(k->data_secret) == BLOCK && strlen(k->data_iv) == BLOCK && k->sig_secret[0];
}

NEOERR *cec_encrypt_dup(const struct cec_keys *k, const char *plain, char **out)
{
	size_t len = strlen(plain), written;
	unsigned char *cipher;

	*out = NULL;
	if (!keys_fit(k) || len > CEC_TEXT_MAX)
		return nerr_raise(ERR_INVALID, "the partner's secrets are not complete");
	cipher = malloc(len + 2 * BLOCK);
	if (!cipher)
		error_die("out of memory");
	if (aes(k, true, bytes_of(plain), len, cipher, &written))
		*out = base64_dup(cipher, written);
	free(cipher);
	return *out ? STATUS_OK : nerr_raise(ERR_INVALID, "the content cannot be encrypted");
}

NEOERR *cec_decrypt_dup(const struct cec_keys *k, const char *data, char **out)
{
	size_t room = strlen(data) + BLOCK, len = 0, written = 0;
	unsigned char *cipher, *plain;
	bool fine;

	*out = NULL;
	if (!keys_fit(k) || room > CEC_TEXT_MAX)
		return nerr_raise(ERR_INVALID, "the partner's secrets are not complete");
	cipher = malloc(room);
	plain = malloc(room + 2 * BLOCK);
	if (!cipher || !plain)
		error_die("out of memory");
	fine = base64_decode(data, cipher, room, &len) && len > 0 && len % BLOCK == 0
		&& aes(k, false, cipher, len, plain, &written) && !memchr(plain, 0, written);
	free(cipher);
	if (!fine) {
		free(plain);
		return nerr_raise(ERR_INVALID, "the content cannot be decrypted");
	}
	plain[written] = '\0';
	*out = (char *)plain;
	return STATUS_OK;
}

void cec_sign(const struct cec_keys *k, const char *const *part, int parts, char out[CEC_SIG])
{
	unsigned char mac[MD5_BYTES];
	unsigned n = sizeof(mac);
	struct buf all;

	buf_init(&all, 0);
	for (int i = 0; i < parts; i++)
		buf_puts(&all, part[i]);
	if (!HMAC(EVP_md5(), k->sig_secret, (int)strlen(k->sig_secret), bytes_of(buf_str(&all)),
			all.len, mac, &n))
		error_die("OpenSSL computes no HMAC-MD5");
	buf_clear(&all);
	text_hex(mac, n, out);
}

/* Peers in Go send lower case. */
static bool sig_equals(const char *theirs, const char ours[CEC_SIG])
{
	char upper[CEC_SIG];

	if (strlen(theirs) != CEC_SIG - 1)
		return false;
	for (int i = 0; i < CEC_SIG; i++)
		upper[i] = theirs[i] >= 'a' && theirs[i] <= 'f' ? (char)(theirs[i] - 32) : theirs[i];
	return bytes_equal(upper, ours, CEC_SIG - 1);
}

/* ---- envelopes */

static bool all_digits(const char *s, size_t len)
{
	return strlen(s) == len && strspn(s, "0123456789") == len;
}

enum cec_ret cec_envelope_open(const char *text, size_t len, struct cec_envelope *out)
{
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	err = json_read(text, len, CEC_TEXT_MAX, &out->root);
	if (err != STATUS_OK) {
		error_drop(err);
		return CEC_BAD_POST;
	}
	out->operator_id = json_text(out->root, "OperatorID", "");
	out->data = json_text(out->root, "Data", "");
	out->timestamp = json_text(out->root, "TimeStamp", "");
	out->seq = json_text(out->root, "Seq", "");
	out->sig = json_text(out->root, "Sig", "");
	if (strlen(out->operator_id) == CEC_OPERATOR - 1 && *out->data && *out->sig
		&& all_digits(out->timestamp, 14) && all_digits(out->seq, 4))
		return CEC_OK;
	return CEC_BAD_POST;
}

/* *out is NULL where the text holds no object. */
static void content(const struct cec_keys *k, const char *data, json_t **out)
{
	char *plain = NULL;
	NEOERR *err;

	*out = NULL;
	TRY(cec_decrypt_dup(k, data, &plain));
	TRY(json_read(plain, strlen(plain), CEC_TEXT_MAX, out));
	if (!json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
	}
out:
	error_drop(err);
	free(plain);
}

enum cec_ret cec_request_read(const struct cec_keys *k, const struct cec_envelope *e,
	json_t **data)
{
	const char *const part[] = { e->operator_id, e->data, e->timestamp, e->seq };
	char sig[CEC_SIG];

	*data = NULL;
	cec_sign(k, part, 4, sig);
	if (!sig_equals(e->sig, sig))
		return CEC_BAD_SIG;
	content(k, e->data, data);
	return *data ? CEC_OK : CEC_BAD_DATA;
}

/* Fifteen digits: a decimal of the house goes out as it is ("12.34"), never with a double's
 * tail. */
static char *text_of(const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));

	if (!text)
		error_die("a JSON value cannot be written");
	return text;
}

static char *written(json_t *root)
{
	char *text = text_of(root);

	json_decref(root);
	return text;
}

NEOERR *cec_request_write_dup(const struct cec_keys *k, const char *operator_id,
	const char *timestamp, int seq, const json_t *data, char **out)
{
	char *plain = text_of(data), *sealed = NULL, number[12], sig[CEC_SIG];
	NEOERR *err;

	*out = NULL;
	snprintf(number, sizeof(number), "%04d", seq % 10000);
	TRY(cec_encrypt_dup(k, plain, &sealed));
	cec_sign(k, (const char *const[]){ operator_id, sealed, timestamp, number }, 4, sig);
	*out = written(json_pack("{ssssssssss}", "OperatorID", operator_id, "Data", sealed,
		"TimeStamp", timestamp, "Seq", number, "Sig", sig));
out:
	free(plain);
	free(sealed);
	return nerr_pass(err);
}

NEOERR *cec_answer_write_dup(const struct cec_keys *k, enum cec_ret ret, const char *msg,
	const json_t *data, char **out)
{
	char *plain = data ? text_of(data) : NULL, *sealed = NULL, number[12], sig[CEC_SIG];
	NEOERR *err = STATUS_OK;

	*out = NULL;
	snprintf(number, sizeof(number), "%d", (int)ret);
	if (plain)
		TRY(cec_encrypt_dup(k, plain, &sealed));
	cec_sign(k, (const char *const[]){ number, msg, sealed ? sealed : "" }, 3, sig);
	*out = written(json_pack("{sissssss}", "Ret", (int)ret, "Msg", msg, "Data",
		sealed ? sealed : "", "Sig", sig));
out:
	free(plain);
	free(sealed);
	return nerr_pass(err);
}

static NEOERR *judge_answer(const struct cec_keys *k, bool check_sig, const json_t *root,
	struct cec_answer *out)
{
	const char *data = json_text(root, "Data", ""), *msg = json_text(root, "Msg", "");
	char number[24], sig[CEC_SIG];

	if (!json_is_object(root) || !json_object_get(root, "Ret"))
		return nerr_raise(ERR_PEER, "the partner's answer is no envelope");
	out->ret = (int)cec_i64(root, "Ret", CEC_ERROR);
	text_copy(out->msg, sizeof(out->msg), msg);
	text_scrub(out->msg);
	snprintf(number, sizeof(number), "%d", out->ret);
	cec_sign(k, (const char *const[]){ number, msg, data }, 3, sig);
	if (check_sig && !sig_equals(json_text(root, "Sig", ""), sig))
		return nerr_raise(ERR_PEER, "the signature of the partner's answer is wrong");
	if (!*data)
		return STATUS_OK;
	content(k, data, &out->data);
	return out->data ? STATUS_OK : nerr_raise(ERR_PEER, "the partner's answer cannot be read");
}

NEOERR *cec_answer_read(const struct cec_keys *k, bool check_sig, const char *text, size_t len,
	struct cec_answer *out)
{
	json_t *root = NULL;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	err = json_read(text, len, CEC_TEXT_MAX, &root);
	if (err != STATUS_OK) {
		error_drop(err);
		return nerr_raise(ERR_PEER, "the partner's answer is no JSON");
	}
	err = judge_answer(k, check_sig, root, out);
	json_decref(root);
	return nerr_pass(err);
}

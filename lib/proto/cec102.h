/* cec102.h - the interconnection protocol T/CEC 102: envelopes, crypto, the fifteen interfaces.
 * Owns their field tables; pure: no socket, no clock, no database.
 * Serves cgi/open (what partners ask us) and daemons/courier (what we ask partners). */
#ifndef PROTO_CEC102_H
#define PROTO_CEC102_H

#include "base/json.h"

#define CEC_OPERATOR 10              /* organisation code, 9 characters */
#define CEC_SEQ 28                   /* numbers of charges and questions: operator 9, own 18 */
#define CEC_TEXT_MAX (1024 * 1024)   /* of an envelope */
#define CEC_SPELLINGS 24
#define CEC_WHERE 120

/* What two partners agreed on outside the protocol; one set a partner. */
struct cec_keys { char sig_secret[129], data_secret[17], data_iv[17]; };

/* Section 2.2. */
enum cec_ret {
	CEC_BUSY = -1, CEC_OK = 0, CEC_BAD_SIG = 4001, CEC_BAD_TOKEN = 4002, CEC_BAD_POST = 4003,
	CEC_BAD_DATA = 4004, CEC_ERROR = 500
};
const char *cec_ret_text(enum cec_ret ret);      /* the sentence of Msg */

/* ---- section 2.1 */

/* AES-128-CBC with PKCS#7 padding, then Base64; on the heap. */
NEOERR *cec_encrypt_dup(const struct cec_keys *k, const char *plain, char **out) CHECKED;
/* ERR_INVALID: no Base64, no whole blocks, wrong padding, or bytes that are no UTF-8 text. */
NEOERR *cec_decrypt_dup(const struct cec_keys *k, const char *data, char **out) CHECKED;
#define CEC_SIG 33
/* Upper-case hex of HMAC-MD5 over the parts one after the other. */
void cec_sign(const struct cec_keys *k, const char *const *part, int parts, char out[CEC_SIG]);

/* ---- section 2: envelopes */

struct cec_envelope {
	json_t *root;
	const char *operator_id, *data, *timestamp, *seq, *sig;      /* inside root */
};
/* CEC_BAD_POST if one of the five is missing or has no possible value. json_decref(out->root) ends
 * it. */
enum cec_ret cec_envelope_open(const char *text, size_t len, struct cec_envelope *out);
/* Signature first, then the content: CEC_BAD_SIG, CEC_BAD_DATA, or *data for the caller. */
enum cec_ret cec_request_read(const struct cec_keys *k, const struct cec_envelope *e,
	json_t **data);
NEOERR *cec_request_write_dup(const struct cec_keys *k, const char *operator_id,
	const char *timestamp, int seq, const json_t *data, char **out) CHECKED;
/* data NULL: an empty Data. */
NEOERR *cec_answer_write_dup(const struct cec_keys *k, enum cec_ret ret, const char *msg,
	const json_t *data, char **out) CHECKED;
struct cec_answer { int ret; char msg[201]; json_t *data; };         /* data NULL: none came */
/* A broken envelope, a wrong signature (unless unsigned answers were agreed) or content that
 * cannot be read is ERR_PEER. */
NEOERR *cec_answer_read(const struct cec_keys *k, bool check_sig, const char *text, size_t len,
	struct cec_answer *out) CHECKED;

/* ---- section 3: the interfaces */

enum cec_side { CEC_EQUIPMENT, CEC_TRAFFIC, CEC_BOTH };        /* who answers it */
/* text, integer, decimal, array, object */
enum cec_type { CEC_S, CEC_I, CEC_D, CEC_A, CEC_O };
struct cec_field {
	const char *name;
	enum cec_type type;
	int max;                         /* text: characters; array: entries; 0: no bound */
	bool must;
	const struct cec_field *of;      /* array, object: its fields; NULL: an array of texts */
};
struct cec_interface {
	const char *name;
	enum cec_side side;
	const struct cec_field *ask, *answer;
};
const struct cec_interface *cec_interface(const char *name);   /* NULL: unknown */
const struct cec_interface *cec_interfaces(int *n);
/* true: fits. Else where names the field and what is wrong. Decimals and integers may come as
 * texts (section 5); what no table names is left alone. */
bool cec_check(const struct cec_field *fields, const json_t *object, char where[CEC_WHERE]);
/* An integer or decimal however it was sent; scale digits are kept, more are cut. */
int64_t cec_i64(const json_t *object, const char *name, int64_t fallback);
int64_t cec_fixed(const json_t *object, const char *name, int scale, int64_t fallback);
/* The wire's decimals are JSON numbers: v of `scale` digits, cut to `decimals`. */
json_t *cec_decimal(int64_t v, int scale, int decimals);

/* ---- section 5: how a partner spells names */

struct cec_spelling { int n; struct { char ours[40], theirs[40]; } word[CEC_SPELLINGS]; };
/* "SevicePrice=ServicePrice, QRCode=QrCode"; false: not of that form, *out is empty then. */
bool cec_spelling_read(const char *text, struct cec_spelling *out);
/* Renames keys at every depth: outward ours -> theirs, else back. */
void cec_respell(json_t *value, const struct cec_spelling *s, bool outward);

#endif

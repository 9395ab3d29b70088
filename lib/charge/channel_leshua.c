/* channel_leshua.c - 乐刷: a cashier's page behind one QR code, refunds; forms out, XML back.
 * Owns nothing. Serves channel.c. (docs/channels.md says what is sourced) */
#include <openssl/crypto.h>

#include "charge/channel_leshua.h"

#include "base/conf.h"
#include "base/crypt.h"
#include "base/http.h"
#include "base/text.h"
#include "base/xml.h"
#include "charge/channel.h"

#define ANSWER_MAX (256 * 1024)
#define TIMEOUT_MS 8000
#define KEYS_MAX 100

/* ---- signatures ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool counts(const char *key, const json_t *value, bool empties)
{
	const char *text = json_string_value(value);

	return !text_eq(key, "sign") && !text_eq(key, "resp_code") && !text_eq(key, "error_code") &&
		text && (empties || *text);
}

void leshua_sign(const json_t *object, const char *secret, bool empties, char out[MD5_HEX])
{
	const char *keys[KEYS_MAX], *key;
	struct buf text;
	json_t *value;
	size_t n = 0;

	json_object_foreach((json_t *)object, key, value)
		if (counts(key, value, empties) && n < KEYS_MAX)
			keys[n++] = key;
	qsort(keys, n, sizeof(keys[0]), by_name);
	buf_init(&text, 0);
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "%s=%s&", keys[i], json_text(object, keys[i], ""));
	buf_printf(&text, "key=%s", secret);
	md5_hex(buf_str(&text), text.len, out);
	OPENSSL_cleanse(text.data, text.len);
	buf_clear(&text);
}

bool leshua_signed(const json_t *object, const char *secret)
{
	char mine[MD5_HEX], theirs[MD5_HEX];
	bool good = false;

	if (!json_is_object(object) || json_object_size(object) > KEYS_MAX || !*secret ||
		strlen(json_text(object, "sign", "")) != MD5_HEX - 1)
		return false;
	text_copy(theirs, sizeof(theirs), json_text(object, "sign", ""));
	text_lower(theirs);
	for (int empties = 0; empties < 2; empties++) {
		leshua_sign(object, secret, empties != 0, mine);
		text_lower(mine);
		good = CRYPTO_memcmp(mine, theirs, MD5_HEX - 1) == 0 || good;
	}
	return good;
}

/* ---- one exchange ---- */

static void put_form(struct buf *out, const json_t *form)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)form, key, value) {
		buf_printf(out, "%s%s=", out->len > 0 ? "&" : "", key);
		text_url(out, json_string_value(value));
	}
}

/* An order or a refund that is not there has words, but no code we know of. */
static bool unheard_of(const char *words)
{
	return strstr(words, "不存在") != NULL;
}

/* resp_code is of the exchange, result_code of what was asked. */
static NEOERR *judge(const json_t *answer)
{
	const char *words = json_text(answer, "error_msg", "");

	if (!text_eq(json_text(answer, "resp_code", ""), "0"))
		return nerr_raise(ERR_INVALID, "%s %s", json_text(answer, "resp_code", ""),
			json_text(answer, "resp_msg", ""));
	if (text_eq(json_text(answer, "result_code", ""), "0"))
		return STATUS_OK;
	return nerr_raise(unheard_of(words) ? ERR_NOT_FOUND : ERR_INVALID, "%s %s",
		json_text(answer, "error_code", ""), words);
}

static NEOERR *post(const struct channel_account *a, json_t *form, struct http_answer *answer)
{
	static const char *const headers[] = {
		"Content-Type: application/x-www-form-urlencoded; charset=utf-8", "Accept: text/xml", NULL
	};
	char nonce[33], sign[MD5_HEX], url[300];
	struct buf body;
	NEOERR *err;

	buf_init(&body, 0);
	TRY(random_hex(nonce, 16));
	json_object_set_new(form, "merchant_id", json_string(a->merchant_no));
	json_object_set_new(form, "nonce_str", json_string(nonce));
	leshua_sign(form, a->api_key, false, sign);
	json_object_set_new(form, "sign", json_string(sign));
	put_form(&body, form);
	snprintf(url, sizeof(url), "%s%s", a->base_url, LESHUA_PATH);
	TRY(http_do(&(struct http_request){ .method = "POST", .url = url, .headers = headers,
					.body = buf_str(&body), .body_len = body.len, .timeout_ms = TIMEOUT_MS },
		answer));
	if (answer->status != 200)
		err = nerr_raise(ERR_PEER, "HTTP %ld", answer->status);
out:
	buf_clear(&body);
	return nerr_pass(err);
}

/* Takes form. An answer that is not signed, or is another order's, says nothing; what its words
 * were is kept. */
static NEOERR *call(const struct channel_account *a, json_t *form, json_t **out)
{
	struct http_answer answer = { .status = 0 };
	const char *order;
	json_t *json = NULL;
	NEOERR *err;

	*out = NULL;
	TRY(post(a, form, &answer));
	err = xml_flat(buf_str(&answer.body), answer.body.len, ANSWER_MAX, &json);
	if (err != STATUS_OK || !leshua_signed(json, a->api_key)) {
		error_drop(err);
		err = nerr_raise(ERR_PEER, "the answer's signature does not verify %s",
			json_text(json, "resp_msg", ""));
		goto out;
	}
	TRY(judge(json));
	order = json_text(json, "third_order_id", "");
	if (*order && !text_eq(order, json_text(form, "third_order_id", ""))) {
		err = nerr_raise(ERR_PEER, "the answer is of another order");
		goto out;
	}
	*out = json_incref(json);
out:
	json_decref(form);
	json_decref(json);
	http_answer_clear(&answer);
	return nerr_pass(err);
}

static NEOERR *question(const struct channel_account *a, json_t *form, json_t **out)
{
	return nerr_pass(channel_asked(call(a, form, out)));
}

/* ---- orders ---- */

static const char *fen(int64_t money, char out[FIXED_TEXT])
{
	snprintf(out, FIXED_TEXT, "%lld", (long long)channel_fen(money));
	return out;
}

/* Fen as text; -1 if it is not told. */
static int64_t money_of(const json_t *json, const char *key)
{
	int64_t v;

	return text_i64(json_text(json, key, ""), &v) && v >= 0 ? channel_money(v) : -1;
}

/* What the payer opens or scans is the cashier's page; it leads back to the wallet. */
static NEOERR *prepare(const struct channel_account *a, const struct channel_order *o,
	struct channel_prepared *out)
{
	char amount[FIXED_TEXT], back[300];
	json_t *json = NULL;
	NEOERR *err;

	if (!text_eq(o->method, "native"))
		return nerr_raise(ERR_INVALID, "乐刷 is paid by a QR code alone");
	snprintf(back, sizeof(back), "%s/d/wallet", conf.url);
	TRY(call(a,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "service", "get_tdcode",
			"jspay_flag", "2", "pay_way", "WXZF", "third_order_id", o->no, "amount",
			fen(o->amount, amount), "body", o->description, "client_ip",
			*o->ip ? o->ip : "127.0.0.1", "notify_url", o->notify_url, "jump_url", back),
		&json));
	text_copy(out->code, sizeof(out->code),
		json_text(json, "jspay_url", json_text(json, "td_code", "")));
	if (!*out->code)
		err = nerr_raise(ERR_PEER, "the answer lacks jspay_url");
out:
	json_decref(json);
	return nerr_pass(err);
}

/* One list of words for orders and refunds: an order whose refund is on its way was paid. */
struct word { const char *word; enum channel_state state; };
static const struct word order_words[] = { { "2", CHANNEL_DONE }, { "6", CHANNEL_CLOSED },
	{ "8", CHANNEL_CLOSED }, { "10", CHANNEL_DONE }, { "11", CHANNEL_DONE }, { "12", CHANNEL_DONE },
	{ NULL } };
static const struct word refund_words[] = { { "11", CHANNEL_DONE }, { "12", CHANNEL_CLOSED },
	{ NULL } };

static enum channel_state state_of(const struct word *words, const char *state)
{
	for (; words->word; words++)
		if (text_eq(words->word, state))
			return words->state;
	return CHANNEL_WAITING;
}

/* amount is the order's; account, what the payer gave, is less where the channel gave a part. */
static void read_order(const json_t *json, struct channel_result *out)
{
	*out = (struct channel_result){
		.state = state_of(order_words, json_text(json, "status", "")),
		.amount = money_of(json, *json_text(json, "amount", "") ? "amount" : "account") };
	text_copy(out->no, sizeof(out->no), json_text(json, "third_order_id", ""));
	text_copy(out->reference, sizeof(out->reference), json_text(json, "leshua_order_id", ""));
	text_copy(out->bank, sizeof(out->bank), json_text(json, "bank_type", ""));
	text_copy(out->reason, sizeof(out->reason), json_text(json, "failure_reason", ""));
}

static NEOERR *query(const struct channel_account *a, const char *no, struct channel_result *out)
{
	json_t *json = NULL;
	NEOERR *err;

	*out = (struct channel_result){ .state = CHANNEL_UNKNOWN, .amount = -1 };
	TRY(question(a, json_pack("{s:s, s:s}", "service", "query_status", "third_order_id", no),
		&json));
	if (json)
		read_order(json, out);
out:
	json_decref(json);
	return nerr_pass(err);
}

static NEOERR *close_order(const struct channel_account *a, const char *no)
{
	json_t *json = NULL;
	NEOERR *err =
		call(a, json_pack("{s:s, s:s}", "service", "close_order", "third_order_id", no), &json);

	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		err = STATUS_OK;
	}
	json_decref(json);
	return nerr_pass(err);
}

/* ---- refunds ---- */

static void read_refund(const json_t *json, struct channel_result *out)
{
	*out = (struct channel_result){
		.state = state_of(refund_words, json_text(json, "status", "")),
		.amount = money_of(json, "refund_amount") };
	text_copy(out->no, sizeof(out->no), json_text(json, "merchant_refund_id", ""));
	text_copy(out->reference, sizeof(out->reference), json_text(json, "leshua_refund_id", ""));
	text_copy(out->reason, sizeof(out->reason), json_text(json, "failure_reason", ""));
}

static NEOERR *refund(const struct channel_account *a, const struct channel_refund *r,
	struct channel_result *out)
{
	char amount[FIXED_TEXT];
	json_t *json = NULL;
	NEOERR *err;

	TRY(call(a,
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "service", "unified_refund", "third_order_id",
			r->payment_no, "merchant_refund_id", r->no, "refund_amount", fen(r->amount, amount),
			"notify_url", r->notify_url),
		&json));
	read_refund(json, out);
out:
	json_decref(json);
	return nerr_pass(err);
}

static NEOERR *refund_query(const struct channel_account *a, const char *no, const char *of,
	struct channel_result *out)
{
	json_t *json = NULL;
	NEOERR *err;

	*out = (struct channel_result){ .state = CHANNEL_UNKNOWN, .amount = -1 };
	TRY(question(a,
		json_pack("{s:s, s:s, s:s}", "service", "unified_query_refund", "third_order_id", of,
			"merchant_refund_id", no),
		&json));
	if (json)
		read_refund(json, out);
out:
	json_decref(json);
	return nerr_pass(err);
}

/* ---- callbacks: of payments and refunds alike, signed with the key of notices ---- */

static NEOERR *verify(const struct channel_account *a, const struct channel_callback *c,
	struct channel_notice *out)
{
	json_t *json = NULL;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	err = xml_flat(c->body, c->len, ANSWER_MAX, &json);
	if (err != STATUS_OK || !leshua_signed(json, a->notify_key)) {
		error_drop(err);
		err = nerr_raise(ERR_DENIED, "the channel's signature is wrong");
		goto out;
	}
	if (!text_eq(json_text(json, "merchant_id", ""), a->merchant_no)) {
		err = nerr_raise(ERR_DENIED, "the notice is for another merchant");
		goto out;
	}
	if (*json_text(json, "merchant_refund_id", "")) {
		out->kind = NOTICE_REFUND;
		read_refund(json, &out->result);
	} else {
		out->kind = NOTICE_PAYMENT;
		read_order(json, &out->result);
	}
out:
	json_decref(json);
	return nerr_pass(err);
}

/* It gives out no bill at this address: each order of a day is asked for (reconcile_ask.c). */
const struct channel channel_leshua = {
	.kind = "leshua",
	.needs = CHANNEL_NEEDS_API_KEY | CHANNEL_NEEDS_NOTIFY_KEY | CHANNEL_QR_ONLY,
	.prepare = prepare,
	.query = query,
	.close = close_order,
	.refund = refund,
	.refund_query = refund_query,
	.verify = verify,
	.heard = "000000",
	.unheard = "fail",
	.type = "text/plain; charset=utf-8",
};

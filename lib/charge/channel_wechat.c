/* channel_wechat.c - 微信支付 API v3: signed requests, verified answers, sealed callbacks.
 * Owns nothing.
 * Serves channel.c. (wechatpay.md sections 1-5) */
#include "charge/channel_wechat.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/sign.h"
#include "base/text.h"

#define FRESH 300                            /* seconds an answer or a callback is good */
#define ANSWER_MAX (256 * 1024)
#define TIMEOUT_MS 8000

/* Section 1: five lines, each ended. */
NEOERR *wechat_authorization(const struct channel_account *a, const char *method, const char *path,
	const char *body, struct buf *out)
{
	NEOERR *err;
	struct buf text;
	char nonce[33], *signature = NULL;
	int64_t now = clock_now();

	buf_init(&text, 0);
	TRY(random_hex(nonce, 16));
	buf_printf(&text, "%s\n%s\n%lld\n%s\n", method, path, (long long)now, nonce);
	buf_puts(&text, body);
	buf_putc(&text, '\n');
	TRY(rsa_sign_dup(a->private_key, SIGN_SHA256, text.data, text.len, &signature));
	buf_printf(out,
		"Authorization: WECHATPAY2-SHA256-RSA2048 mchid=\"%s\",nonce_str=\"%s\","
		"timestamp=\"%lld\",serial_no=\"%s\",signature=\"%s\"",
		a->merchant_no, nonce, (long long)now, a->merchant_serial, signature);
out:
	buf_clear(&text);
	free(signature);
	return nerr_pass(err);
}

/* Section 2: timestamp, nonce, body; each ended; signed by the platform, fresh, by the key we
 * know. */
static NEOERR *judge(const struct channel_account *a, const char *timestamp, const char *nonce,
	const char *serial, const char *signature, const char *body, size_t len)
{
	int64_t at;
	struct buf text;
	bool good;

	if (!timestamp || !nonce || !serial || !signature || !text_i64(timestamp, &at))
		return nerr_raise(ERR_DENIED, "the channel's signature is missing");
	if (llabs(clock_now() - at) >= FRESH)
		return nerr_raise(ERR_DENIED, "the channel's signature is stale");
	if (!text_eq(serial, a->platform_serial))
		return nerr_raise(ERR_DENIED, "signed with another key than the platform's");
	buf_init(&text, 0);
	buf_printf(&text, "%s\n%s\n", timestamp, nonce);
	buf_add(&text, body, len);
	buf_putc(&text, '\n');
	good = rsa_verifies(a->platform_key, SIGN_SHA256, text.data, text.len, signature);
	buf_clear(&text);
	return good ? STATUS_OK : nerr_raise(ERR_DENIED, "the channel's signature is wrong");
}

static NEOERR *judge_answer(const struct channel_account *a, struct http_answer *answer)
{
	char timestamp[24], nonce[80], serial[80], signature[1024];
	NEOERR *err;

	http_header(answer, "Wechatpay-Timestamp", timestamp, sizeof(timestamp));
	http_header(answer, "Wechatpay-Nonce", nonce, sizeof(nonce));
	http_header(answer, "Wechatpay-Serial", serial, sizeof(serial));
	http_header(answer, "Wechatpay-Signature", signature, sizeof(signature));
	err = judge(a, timestamp, nonce, serial, signature, buf_str(&answer->body), answer->body.len);
	if (err != STATUS_OK) {                          /* an answer that is not theirs says nothing */
		error_drop(err);
		return nerr_raise(ERR_PEER, "the answer's signature does not verify");
	}
	return STATUS_OK;
}

/* 4xx with a code is a refusal; 404 is "unknown"; 429 and 5xx say nothing of the order. */
static NEOERR *judge_status(long status, const json_t *json)
{
	const char *code = json_text(json, "code", ""), *message = json_text(json, "message", "");

	if (status >= 200 && status < 300)
		return STATUS_OK;
	if (status == 404)
		return nerr_raise(ERR_NOT_FOUND, "%s %s", code, message);
	if (status >= 400 && status < 500 && status != 429 && status != 401)
		return nerr_raise(ERR_INVALID, "%s %s", code, message);
	return nerr_raise(ERR_PEER, "HTTP %ld %s %s", status, code, message);
}

NEOERR *wechat_get(const struct channel_account *a, const char *method, const char *url,
	const char *path, const char *body, struct http_answer *answer)
{
	NEOERR *err;
	struct buf authorization;
	char serial[100];
	const char *headers[] = { NULL, "Accept: application/json", "Content-Type: application/json",
		serial, NULL };
	struct http_request req = { .method = method, .url = url, .headers = headers,
		.body = body, .body_len = body ? strlen(body) : 0, .timeout_ms = TIMEOUT_MS,
		.max_body = 64 * 1024 * 1024 };

	buf_init(&authorization, 0);
	snprintf(serial, sizeof(serial), "Wechatpay-Serial: %s", a->platform_serial);
	TRY(wechat_authorization(a, method, path, body ? body : "", &authorization));
	headers[0] = buf_str(&authorization);
	TRY(http_do(&req, answer));
out:
	buf_clear(&authorization);
	return nerr_pass(err);
}

NEOERR *wechat_call(const struct channel_account *a, const char *method, const char *path,
	json_t *body, json_t **out)
{
	NEOERR *err;
	struct http_answer answer = { .status = 0 };
	char url[700], *text = body ? json_write_dup(body) : NULL;
	json_t *json = NULL;

	if (out)
		*out = NULL;
	snprintf(url, sizeof(url), "%s%s", a->base_url, path);
	TRY(wechat_get(a, method, url, path, text, &answer));
	if (answer.status != 401)                        /* who does not know us signs nothing for us */
		TRY(judge_answer(a, &answer));
	if (answer.body.len > 0)
		TRY(json_read(buf_str(&answer.body), answer.body.len, ANSWER_MAX, &json));
	TRY(judge_status(answer.status, json));
	if (out && !json)
		err = nerr_raise(ERR_PEER, "an answer without a body");
	if (out && json) {
		*out = json;
		json = NULL;
	}
out:
	json_decref(body);
	json_decref(json);
	free(text);
	http_answer_clear(&answer);
	return nerr_pass(err);
}

/* ---- orders ---- */

static json_t *amount_of(int64_t money)
{
	return json_pack("{s:I, s:s}", "total", (json_int_t)channel_fen(money), "currency", "CNY");
}

/* RFC 3339 with the operator's offset. */
static void rfc3339(int64_t t, char out[40])
{
	struct civil c;
	int zone = clock_offset() / 60;

	clock_civil(t, &c);
	snprintf(out, 40, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.month, c.day, c.hour,
		c.minute, c.second, zone < 0 ? '-' : '+', abs(zone) / 60, abs(zone) % 60);
}

static json_t *order_body(const struct channel_account *a, const struct channel_order *o)
{
	char expires[40];
	json_t *body;

	rfc3339(o->expires_at, expires);
	body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "appid", a->app_id, "mchid",
		a->merchant_no, "description", o->description, "out_trade_no", o->no, "notify_url",
		o->notify_url, "time_expire", expires, "amount", amount_of(o->amount));
	if (text_eq(o->method, "jsapi"))
		json_object_set_new(body, "payer", json_pack("{s:s}", "openid", o->openid));
	if (text_eq(o->method, "h5"))
		json_object_set_new(body, "scene_info",
			json_pack("{s:s, s:{s:s}}", "payer_client_ip", o->ip, "h5_info", "type", "Wap"));
	if (o->sharing)
		json_object_set_new(body, "settle_info", json_pack("{s:b}", "profit_sharing", 1));
	return body;
}

static NEOERR *prepare(const struct channel_account *a, const struct channel_order *o,
	struct channel_prepared *out)
{
	const char *key = text_eq(o->method, "jsapi") ? "prepay_id"
		: text_eq(o->method, "h5")                ? "h5_url"
												  : "code_url";
	NEOERR *err;
	char path[80];
	json_t *json = NULL;

	if (text_eq(o->method, "jsapi") && (!o->openid || !*o->openid))
		return nerr_raise(ERR_INVALID, "paying inside WeChat needs the payer's openid");
	snprintf(path, sizeof(path), "/v3/pay/transactions/%s", o->method);
	TRY(wechat_call(a, "POST", path, order_body(a, o), &json));
	text_copy(out->code, sizeof(out->code), json_text(json, key, ""));
	if (!*out->code)
		err = nerr_raise(ERR_PEER, "the answer lacks %s", key);
out:
	json_decref(json);
	return nerr_pass(err);
}

static void read_transaction(const json_t *json, struct channel_result *out)
{
	static const struct { const char *word; enum channel_state state; } states[] = {
		{ "SUCCESS", CHANNEL_DONE }, { "REFUND", CHANNEL_DONE }, { "CLOSED", CHANNEL_CLOSED },
		{ "REVOKED", CHANNEL_CLOSED }, { "PAYERROR", CHANNEL_CLOSED } };
	const char *state = json_text(json, "trade_state", "");
	const json_t *amount = json_object_get(json, "amount");
	int64_t fen = amount ? json_i64(amount, "total", -1) : -1;

	*out = (struct channel_result){ .state = CHANNEL_WAITING,
		.amount = fen < 0 ? -1 : channel_money(fen) };
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (text_eq(states[i].word, state))
			out->state = states[i].state;
	text_copy(out->no, sizeof(out->no), json_text(json, "out_trade_no", ""));
	text_copy(out->reference, sizeof(out->reference), json_text(json, "transaction_id", ""));
	text_copy(out->bank, sizeof(out->bank), json_text(json, "bank_type", ""));
	text_copy(out->reason, sizeof(out->reason), json_text(json, "trade_state_desc", ""));
}

static void unknown(struct channel_result *out)
{
	*out = (struct channel_result){ .state = CHANNEL_UNKNOWN, .amount = -1 };
}

static NEOERR *query(const struct channel_account *a, const char *no, struct channel_result *out)
{
	NEOERR *err;
	char path[160];
	json_t *json = NULL;

	unknown(out);
	snprintf(path, sizeof(path), "/v3/pay/transactions/out-trade-no/%s?mchid=%s", no,
		a->merchant_no);
	err = wechat_call(a, "GET", path, NULL, &json);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (err == STATUS_OK)
		read_transaction(json, out);
	json_decref(json);
	return nerr_pass(err);
}

static NEOERR *close_order(const struct channel_account *a, const char *no)
{
	char path[120];
	NEOERR *err;

	snprintf(path, sizeof(path), "/v3/pay/transactions/out-trade-no/%s/close", no);
	err = wechat_call(a, "POST", path, json_pack("{s:s}", "mchid", a->merchant_no), NULL);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		err = STATUS_OK;
	}
	return nerr_pass(err);
}

/* ---- refunds ---- */

static void read_refund(const json_t *json, const char *state_key, struct channel_result *out)
{
	static const struct { const char *word; enum channel_state state; } states[] = {
		{ "SUCCESS", CHANNEL_DONE }, { "CLOSED", CHANNEL_CLOSED },
		{ "ABNORMAL", CHANNEL_ABNORMAL } };
	const char *state = json_text(json, state_key, "");
	const json_t *amount = json_object_get(json, "amount");
	int64_t fen = amount ? json_i64(amount, "refund", -1) : -1;

	*out = (struct channel_result){ .state = CHANNEL_WAITING,
		.amount = fen < 0 ? -1 : channel_money(fen) };
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (text_eq(states[i].word, state))
			out->state = states[i].state;
	text_copy(out->no, sizeof(out->no), json_text(json, "out_refund_no", ""));
	text_copy(out->reference, sizeof(out->reference), json_text(json, "refund_id", ""));
	text_copy(out->reason, sizeof(out->reason), state);
}

static NEOERR *refund(const struct channel_account *a, const struct channel_refund *r,
	struct channel_result *out)
{
	NEOERR *err;
	json_t *json = NULL,
		   *body = json_pack("{s:s, s:s, s:s, s:s, s:{s:I, s:I, s:s}}", "out_trade_no",
			   r->payment_no, "out_refund_no", r->no, "reason", *r->reason ? r->reason : "退款",
			   "notify_url", r->notify_url, "amount", "refund", (json_int_t)channel_fen(r->amount),
			   "total", (json_int_t)channel_fen(r->total), "currency", "CNY");

	TRY(wechat_call(a, "POST", "/v3/refund/domestic/refunds", body, &json));
	read_refund(json, "status", out);
out:
	json_decref(json);
	return nerr_pass(err);
}

static NEOERR *refund_query(const struct channel_account *a, const char *no, const char *of,
	struct channel_result *out)
{
	NEOERR *err;
	char path[120];
	json_t *json = NULL;

	(void)of;
	unknown(out);
	snprintf(path, sizeof(path), "/v3/refund/domestic/refunds/%s", no);
	err = wechat_call(a, "GET", path, NULL, &json);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (err == STATUS_OK)
		read_refund(json, "status", out);
	json_decref(json);
	return nerr_pass(err);
}

/* ---- callbacks ---- */

static NEOERR *open_resource(const struct channel_account *a, const json_t *body, json_t **out)
{
	const json_t *r = json_object_get(body, "resource");
	char *plain = NULL;
	NEOERR *err;

	*out = NULL;
	if (!r || !text_eq(json_text(r, "algorithm", ""), "AEAD_AES_256_GCM"))
		return nerr_raise(ERR_DENIED, "the notice carries no sealed resource");
	err = aead_open_dup(a->api_key, json_text(r, "nonce", ""), json_text(r, "associated_data", ""),
		json_text(r, "ciphertext", ""), &plain);
	if (err == STATUS_OK)
		err = json_read(plain, strlen(plain), ANSWER_MAX, out);
	free(plain);
	if (error_is(err, ERR_INVALID)) {
		error_drop(err);
		err = nerr_raise(ERR_DENIED, "the notice's resource cannot be opened");
	}
	return nerr_pass(err);
}

static NEOERR *verify(const struct channel_account *a, const struct channel_callback *c,
	struct channel_notice *out)
{
	NEOERR *err;
	json_t *body = NULL, *resource = NULL;
	const char *event;

	TRY(judge(a, c->header(c->ctx, "Wechatpay-Timestamp"), c->header(c->ctx, "Wechatpay-Nonce"),
		c->header(c->ctx, "Wechatpay-Serial"), c->header(c->ctx, "Wechatpay-Signature"), c->body,
		c->len));
	TRY(json_read(c->body, c->len, ANSWER_MAX, &body));
	TRY(open_resource(a, body, &resource));
	if (!text_eq(json_text(resource, "mchid", ""), a->merchant_no)) {
		err = nerr_raise(ERR_DENIED, "the notice is for another merchant");
		goto out;
	}
	event = json_text(body, "event_type", "");
	memset(out, 0, sizeof(*out));
	out->kind = text_starts(event, "TRANSACTION.") ? NOTICE_PAYMENT
		: text_starts(event, "REFUND.")            ? NOTICE_REFUND
												   : NOTICE_OTHER;
	if (out->kind == NOTICE_PAYMENT)
		read_transaction(resource, &out->result);
	if (out->kind == NOTICE_REFUND)
		read_refund(resource, "refund_status", &out->result);
out:
	json_decref(body);
	json_decref(resource);
	return nerr_pass(err);
}

const struct channel channel_wechat = {
	.kind = "wechat",
	.needs = CHANNEL_NEEDS_API_KEY | CHANNEL_NEEDS_PRIVATE_KEY,
	.prepare = prepare,
	.query = query,
	.close = close_order,
	.refund = refund,
	.refund_query = refund_query,
	.bill = wechat_bill,
	.verify = verify,
	.receiver_add = wechat_receiver_add,
	.share = wechat_share,
	.share_query = wechat_share_query,
	.share_return = wechat_share_return,
	.who = wechat_who,
	.openid = wechat_openid,
	.window = wechat_jsapi_dup,
	.heard = "{\"code\":\"SUCCESS\"}",
	.unheard = "{\"code\":\"FAIL\",\"message\":\"not kept\"}",
};

/* wechat.c - the sandbox as 微信支付 API v3: every request's signature is checked, every answer and
 * callback signed.
 * Owns nothing. Serves paysim.c. (wechatpay.md) */
#include "daemons/paysim/sim.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/sign.h"
#include "base/text.h"

#define SKEW 300

/* ---- signatures ---- */

static bool quoted(const char *header, const char *name, char *out, size_t room)
{
	const char *at = strstr(header, name);
	size_t n;

	*out = '\0';
	if (!at || strncmp(at + strlen(name), "=\"", 2) != 0)
		return false;
	at += strlen(name) + 2;
	n = strcspn(at, "\"");
	text_copy(out, n + 1 < room ? n + 1 : room, at);
	return true;
}

static const char *problem_of(const struct ask *a)
{
	char header[2048], merchant[40], nonce[80], stamp[24], serial[80], signature[700];
	struct buf text;
	int64_t at;
	bool good;

	if (!ask_header(a, "Authorization", header, sizeof(header)) ||
		!text_starts(header, "WECHATPAY2-SHA256-RSA2048 "))
		return "no signature";
	if (!quoted(header, "mchid", merchant, sizeof(merchant)) ||
		!quoted(header, "nonce_str", nonce, sizeof(nonce)) ||
		!quoted(header, "timestamp", stamp, sizeof(stamp)) ||
		!quoted(header, "serial_no", serial, sizeof(serial)) ||
		!quoted(header, "signature", signature, sizeof(signature)) || !text_i64(stamp, &at))
		return "the Authorization header is not complete";
	if (!text_eq(merchant, SIM_MERCHANT) || !text_eq(serial, SIM_MERCHANT_SERIAL))
		return "unknown merchant or certificate";
	if (llabs(clock_now() - at) > SKEW)
		return "the timestamp is stale";
	buf_init(&text, 0);
	buf_printf(&text, "%s\n%s%s%s\n%s\n%s\n", a->method, a->path, *a->query ? "?" : "", a->query,
		stamp, nonce);
	buf_add(&text, a->body, a->len);
	buf_putc(&text, '\n');
	good = rsa_verifies(sim.merchant_public, SIGN_SHA256, text.data, text.len, signature);
	buf_clear(&text);
	return good ? NULL : "the signature is wrong";
}

/* Timestamp, nonce and signature over a body, as headers. */
static json_t *sign(const char *body, size_t len, const char *private_pem)
{
	char nonce[33], stamp[24], *signature = NULL;
	json_t *headers;
	struct buf text;

	if (random_hex(nonce, 16) != STATUS_OK)
		error_die("no random bytes");
	snprintf(stamp, sizeof(stamp), "%lld", (long long)clock_now());
	buf_init(&text, 0);
	buf_printf(&text, "%s\n%s\n", stamp, nonce);
	buf_add(&text, body, len);
	buf_putc(&text, '\n');
	if (rsa_sign_dup(private_pem, SIGN_SHA256, text.data, text.len, &signature) != STATUS_OK)
		error_die("the sandbox cannot sign");
	headers = json_pack("{s:s, s:s, s:s, s:s, s:s}", "Wechatpay-Timestamp", stamp,
		"Wechatpay-Nonce", nonce, "Wechatpay-Signature", signature, "Wechatpay-Serial",
		SIM_PLATFORM_SERIAL, "Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048");
	free(signature);
	buf_clear(&text);
	return headers;
}

static void sign_answer(struct ask *a)
{
	json_t *headers = sign(buf_str(&a->out), a->out.len,
		sim_mode_once("bad_signature") ? sim.stranger_private : sim.platform_private);
	const char *name;
	json_t *value;

	json_object_foreach(headers, name, value)
		buf_printf(&a->more, "%s: %s\r\n", name, json_string_value(value));
	buf_printf(&a->more, "Request-ID: %s\r\n", sim_new_id("08"));
	json_decref(headers);
}

static void refuse(struct ask *a, int status, const char *code, const char *message)
{
	answer_json(a, status, json_pack("{s:s, s:s}", "code", code, "message", message));
}

/* ---- orders ---- */

static int64_t fen_of(const json_t *o)
{
	return json_i64(o, "fen", 0);
}

static const char *when(const json_t *o, char out[40])
{
	char text[CLOCK_TEXT];

	clock_format(json_i64(o, "at", 0), text);
	snprintf(out, 40, "%.10sT%.8s+08:00", text, text + 11);
	return out;
}

static json_t *transaction(const json_t *o, int64_t fen)
{
	char at[40];
	const char *state = json_text(o, "state", "NOTPAY");
	json_t *t = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:{s:I, s:I, s:s, s:s}}", "appid",
		SIM_APP, "mchid", SIM_MERCHANT, "out_trade_no", json_text(o, "no", ""), "trade_type",
		json_text(o, "type", "NATIVE"), "trade_state", state, "trade_state_desc", state, "amount",
		"total", (json_int_t)fen, "payer_total", (json_int_t)fen, "currency", "CNY",
		"payer_currency", "CNY");

	if (!json_i64(o, "at", 0))
		return t;
	json_object_set_new(t, "transaction_id", json_string(json_text(o, "id", "")));
	json_object_set_new(t, "bank_type", json_string(json_text(o, "bank", "OTHERS")));
	json_object_set_new(t, "success_time", json_string(when(o, at)));
	json_object_set_new(t, "payer", json_pack("{s:s}", "openid", SIM_OPENID));
	return t;
}

static void prepare(struct ask *a, const char *method, const json_t *body)
{
	const char *no = json_text(body, "out_trade_no", "");
	int64_t fen = json_i64(json_object_get(body, "amount"), "total", 0);
	json_t *o = json_object_get(sim_table("orders"), no);
	char code[300];

	if (!text_eq(json_text(body, "mchid", ""), SIM_MERCHANT) ||
		!text_eq(json_text(body, "appid", ""), SIM_APP) || strlen(no) < 6 || strlen(no) > 32 ||
		fen <= 0 || !*json_text(body, "description", "") || !*json_text(body, "notify_url", "") ||
		strchr(json_text(body, "notify_url", ""), '?')) {
		refuse(a, 400, "PARAM_ERROR", "参数错误");
		return;
	}
	if (text_eq(method, "jsapi") &&
		!text_eq(json_text(json_object_get(body, "payer"), "openid", ""), SIM_OPENID)) {
		refuse(a, 400, "PARAM_ERROR", "payer.openid");
		return;
	}
	if (o && (fen_of(o) != fen || !text_eq(json_text(o, "state", ""), "NOTPAY"))) {
		refuse(a, 400, "OUT_TRADE_NO_USED", "商户订单号重复");
		return;
	}
	if (!o)
		json_object_set_new(sim_table("orders"), no,
			json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:b}", "no", no, "state", "NOTPAY", "type",
				text_eq(method, "jsapi") ? "JSAPI" : text_eq(method, "h5") ? "MWEB" : "NATIVE",
				"fen", (json_int_t)fen, "notify", json_text(body, "notify_url", ""), "what",
				json_text(body, "description", ""), "sharing",
				json_is_true(json_object_get(json_object_get(body, "settle_info"),
					"profit_sharing"))));
	snprintf(code, sizeof(code), "%s/sim/page?no=%s", sim.url, no);
	if (text_eq(method, "jsapi"))
		text_copy(code, sizeof(code), sim_new_id("wx"));
	json_object_set_new(json_object_get(sim_table("orders"), no), "prepay", json_string(code));
	answer_json(a, 200,
		json_pack("{s:s}",
			text_eq(method, "jsapi")   ? "prepay_id"
				: text_eq(method, "h5") ? "h5_url"
										: "code_url",
			code));
}

static void order_question(struct ask *a, const char *no)
{
	const json_t *o = json_object_get(sim_table("orders"), no);
	char merchant[40];

	if (!ask_param(a, "mchid", merchant, sizeof(merchant)) || !text_eq(merchant, SIM_MERCHANT))
		refuse(a, 400, "PARAM_ERROR", "mchid");
	else if (!o)
		refuse(a, 404, "ORDER_NOT_EXIST", "订单不存在");
	else
		answer_json(a, 200, transaction(o, fen_of(o)));
}

static void order_close(struct ask *a, const char *no)
{
	json_t *o = json_object_get(sim_table("orders"), no);

	if (!o)
		refuse(a, 404, "ORDER_NOT_EXIST", "订单不存在");
	else if (json_i64(o, "at", 0))
		refuse(a, 400, "ORDERPAID", "订单已支付");
	else {
		json_object_set_new(o, "state", json_string("CLOSED"));
		answer_text(a, 204, "application/json", "");
	}
}

/* ---- callbacks ---- */

static void notify(const char *url, const char *event, const char *aad, json_t *resource,
	const char *private_pem)
{
	char *plain = json_write_dup(resource), *sealed = NULL, *body, nonce[25];
	json_t *notice;

	if (random_hex(nonce, 6) != STATUS_OK ||
		aead_seal_dup(sim.api_key, nonce, aad, plain, &sealed) != STATUS_OK)
		error_die("the sandbox cannot seal");
	notice = json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s}}", "id",
		sim_new_id("EV-"), "create_time", "2026-11-26T00:00:00+08:00", "event_type", event,
		"resource_type", "encrypt-resource", "summary", "sandbox", "resource", "algorithm",
		"AEAD_AES_256_GCM", "ciphertext", sealed, "nonce", nonce, "associated_data", aad,
		"original_type", aad);
	body = json_write_dup(notice);
	notify_later(url, sign(body, strlen(body), private_pem), body);
	json_decref(notice);
	json_decref(resource);
	free(plain);
	free(sealed);
}

void wechat_notify(json_t *o, bool forged, int64_t fen)
{
	notify(json_text(o, "notify", ""), "TRANSACTION.SUCCESS", "transaction",
		transaction(o, fen > 0 ? fen : fen_of(o)),
		forged ? sim.stranger_private : sim.platform_private);
}

/* ---- refunds ---- */

static json_t *refund_view(const json_t *r, const char *state_key)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:I, s:I, s:I, s:I}}", "mchid", SIM_MERCHANT,
		"refund_id", json_text(r, "id", ""), "out_refund_no", json_text(r, "no", ""),
		"out_trade_no", json_text(r, "order", ""), state_key, json_text(r, "state", ""), "amount",
		"total", (json_int_t)json_i64(r, "total", 0), "refund", (json_int_t)fen_of(r),
		"payer_total", (json_int_t)json_i64(r, "total", 0), "payer_refund", (json_int_t)fen_of(r));
}

static void refund_notify(const json_t *r)
{
	const char *state = json_text(r, "state", "");
	char event[40];

	if (!*json_text(r, "notify", ""))
		return;
	snprintf(event, sizeof(event), "REFUND.%s", state);
	notify(json_text(r, "notify", ""), event, "refund", refund_view(r, "refund_status"),
		sim.platform_private);
}

static int64_t refunded(const char *order)
{
	const char *no;
	const json_t *r;
	int64_t sum = 0;

	json_object_foreach(sim_table("refunds"), no, r)
		if (text_eq(json_text(r, "order", ""), order) &&
			!text_eq(json_text(r, "state", ""), "CLOSED"))
			sum += fen_of(r);
	return sum;
}

/* Sharing money is frozen: it goes back only when it was unfrozen. */
static bool frozen(const json_t *o)
{
	return json_is_true(json_object_get(o, "sharing")) &&
		!json_is_true(json_object_get(o, "unfrozen")) && text_eq(sim_mode("freeze"), "1");
}

static void refund_make(struct ask *a, const json_t *body)
{
	const char *no = json_text(body, "out_refund_no", ""),
			   *order = json_text(body, "out_trade_no", ""), *mode = sim_mode("refund");
	const json_t *amount = json_object_get(body, "amount");
	int64_t fen = json_i64(amount, "refund", 0), total = json_i64(amount, "total", 0);
	json_t *o = json_object_get(sim_table("orders"), order),
		   *r = json_object_get(sim_table("refunds"), no);

	if (!o || !json_i64(o, "at", 0) || !*no) {
		refuse(a, 404, "RESOURCE_NOT_EXISTS", "订单不存在");
		return;
	}
	if (r && fen_of(r) == fen) {                     /* the same number is the same refund */
		answer_json(a, 200, refund_view(r, "status"));
		return;
	}
	if (total != fen_of(o) || fen <= 0 || r || refunded(order) + fen > fen_of(o)) {
		refuse(a, 400, "INVALID_REQUEST", "退款金额错误");
		return;
	}
	if (text_eq(mode, "refuse") || frozen(o)) {
		refuse(a, 403, "NOT_ENOUGH", "基本账户余额不足");
		return;
	}
	r = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:I}", "no", no, "id", sim_new_id("50"),
		"order", order, "state", *mode ? mode : "SUCCESS", "fen", (json_int_t)fen, "total",
		(json_int_t)total, "notify", json_text(body, "notify_url", ""), "at",
		(json_int_t)clock_now());
	json_object_set_new(sim_table("refunds"), no, r);
	answer_json(a, 200, refund_view(r, "status"));
	if (!text_eq(json_text(r, "state", ""), "PROCESSING"))
		refund_notify(r);
}

static void refund_question(struct ask *a, const char *no)
{
	const json_t *r = json_object_get(sim_table("refunds"), no);

	if (!r)
		refuse(a, 404, "RESOURCE_NOT_EXISTS", "退款单不存在");
	else
		answer_json(a, 200, refund_view(r, "status"));
}

/* ---- profit sharing ---- */

static json_t *order_by_id(const char *id)
{
	const char *no;
	json_t *o;

	json_object_foreach(sim_table("orders"), no, o)
		if (text_eq(json_text(o, "id", ""), id))
			return o;
	return NULL;
}

static const char *receiver_key(const json_t *r, char out[120])
{
	snprintf(out, 120, "%.16s:%.64s", json_text(r, "type", ""), json_text(r, "account", ""));
	return out;
}

/* A merchant comes with its name, sealed for us. */
static void receiver_add(struct ask *a, json_t *body)
{
	bool merchant = text_eq(json_text(body, "type", ""), "MERCHANT_ID");
	char key[120], *name = NULL;
	json_t *kept;

	if (*json_text(body, "name", ""))
		error_drop(rsa_open_dup(sim.platform_private, json_text(body, "name", ""), &name));
	if (!text_eq(json_text(body, "appid", ""), SIM_APP) || !*json_text(body, "account", "") ||
		!*json_text(body, "relation_type", "") || (merchant && !name) ||
		(!merchant && !text_eq(json_text(body, "type", ""), "PERSONAL_OPENID"))) {
		refuse(a, 400, "PARAM_ERROR", "分账接收方参数错误");
	} else if (text_eq(sim_mode("receiver"), "refuse")) {
		refuse(a, 400, "INVALID_REQUEST", "分账接收方账户不存在");
	} else {
		receiver_key(body, key);
		kept = json_object_get(sim_table("receivers"), key);
		json_object_set_new(sim_table("receivers"), key,
			json_pack("{s:s, s:s, s:I}", "name", name ? name : "", "relation",
				json_text(body, "relation_type", ""), "times",
				(json_int_t)(kept ? json_i64(kept, "times", 0) + 1 : 1)));
		answer_json(a, 200, json_deep_copy(body));
	}
	free(name);
}

static bool related(const json_t *receiver)
{
	char key[120];

	return json_object_get(sim_table("receivers"), receiver_key(receiver, key)) != NULL;
}

static void share_make(struct ask *a, json_t *body)
{
	const char *no = json_text(body, "out_order_no", ""), *mode = sim_mode("share");
	json_t *o = order_by_id(json_text(body, "transaction_id", "")), *r, *receivers, *s;
	int64_t sum = 0;
	size_t i;

	s = json_object_get(sim_table("shares"), no);
	if (s) {
		answer_json(a, 200, json_deep_copy(s));
		return;
	}
	receivers = json_object_get(body, "receivers");
	json_array_foreach(receivers, i, r)
		sum += json_i64(r, "amount", 0);
	if (!o || !json_is_true(json_object_get(o, "sharing"))) {
		refuse(a, 400, "INVALID_REQUEST", "订单不支持分账");
		return;
	}
	if (text_eq(mode, "refuse") || sum * 10 > fen_of(o) * 3 || json_array_size(receivers) > 50) {
		refuse(a, 403, "RULE_LIMIT", "分账金额超出最大分账比例");
		return;
	}
	if (sim_mode_once("forget"))
		json_object_clear(sim_table("receivers"));
	json_array_foreach(receivers, i, r) {
		bool closed = text_eq(mode, "closed");

		json_object_set_new(r, "result",
			json_string(closed || !related(r) ? "CLOSED" : "SUCCESS"));
		if (closed || !related(r))
			json_object_set_new(r, "fail_reason",
				json_string(closed ? "ACCOUNT_ABNORMAL" : "NO_RELATION"));
	}
	json_object_set_new(o, "unfrozen", json_copy(json_object_get(body, "unfreeze_unsplit")));
	s = json_pack("{s:s, s:s, s:s, s:s, s:O}", "out_order_no", no, "order_id", sim_new_id("30"),
		"transaction_id", json_text(body, "transaction_id", ""), "state", "FINISHED", "receivers",
		receivers);
	json_object_set_new(sim_table("shares"), no, s);
	answer_json(a, 200, json_deep_copy(s));
}

static void share_question(struct ask *a, const char *no)
{
	json_t *s = json_object_get(sim_table("shares"), no);

	if (!s)
		refuse(a, 404, "RESOURCE_NOT_EXISTS", "分账单不存在");
	else
		answer_json(a, 200, json_deep_copy(s));
}

static void share_return(struct ask *a, const json_t *body)
{
	const char *no = json_text(body, "out_return_no", "");
	json_t *r = json_object_get(sim_table("returns"), no);

	if (!json_object_get(sim_table("shares"), json_text(body, "out_order_no", ""))) {
		refuse(a, 404, "RESOURCE_NOT_EXISTS", "分账单不存在");
		return;
	}
	if (!r) {
		r = json_pack("{s:s, s:s, s:I, s:s}", "out_return_no", no, "out_order_no",
			json_text(body, "out_order_no", ""), "amount",
			(json_int_t)json_i64(body, "amount", 0), "result",
			text_eq(sim_mode("share"), "refuse") ? "FAILED" : "SUCCESS");
		json_object_set_new(sim_table("returns"), no, r);
	}
	answer_json(a, 200, json_deep_copy(r));
}

/* ---- the bill ---- */

static void bill_line(struct buf *out, const json_t *o, const json_t *r, int64_t fen)
{
	char at[CLOCK_TEXT], yuan[FIXED_TEXT], back[FIXED_TEXT], fee[FIXED_TEXT];

	clock_format(json_i64(r ? r : o, "at", 0), at);
	fixed_format(r ? 0 : fen, 2, 2, yuan);
	fixed_format(r ? fen : 0, 2, 2, back);
	fixed_format((r ? -1 : 1) * ((fen * 6 + 500) / 1000), 2, 2, fee);
	buf_printf(out, "`%s,`%s,`%s,`%s,`%s,`OPENID,`%s,`%s,`%s,`CNY,`%s,`0.00,`%s,`%s,`%s,`0.00,`,`,",
		at, SIM_APP, SIM_MERCHANT, json_text(o, "id", ""), json_text(o, "no", ""),
		json_text(o, "type", ""), r ? "REFUND" : "SUCCESS", json_text(o, "bank", ""), yuan,
		r ? json_text(r, "id", "") : "", r ? json_text(r, "no", "") : "", back);
	buf_printf(out, "`%s,`,`%s,`0.60%%,`%s,`%s,`\r\n", json_text(o, "what", ""), fee, yuan, back);
}

static bool of_day(const json_t *o, const char *day)
{
	char at[CLOCK_TEXT];

	return json_i64(o, "at", 0) && text_eq(clock_format_day(json_i64(o, "at", 0), at), day);
}

/* Told to leave a number out, to change its amount, to add one nobody knows. */
static void bill_build(const char *day, struct buf *out)
{
	const json_t *o, *r;
	const char *no;
	int64_t fen;

	buf_puts(out, "交易时间,公众账号ID,商户号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
				  "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
				  "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n");
	json_object_foreach(sim_table("orders"), no, o) {
		if (!of_day(o, day) || text_eq(sim_mode("bill_drop"), no))
			continue;
		fen = fen_of(o) + (text_eq(sim_mode("bill_more"), no) ? 100 : 0);
		bill_line(out, o, NULL, fen);
	}
	json_object_foreach(sim_table("refunds"), no, r)
		if (of_day(r, day) && text_eq(json_text(r, "state", ""), "SUCCESS") &&
			!text_eq(sim_mode("bill_drop"), no))
			bill_line(out, json_object_get(sim_table("orders"), json_text(r, "order", "")), r,
				fen_of(r));
	buf_puts(out, "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,"
				  "申请退款总金额\r\n`0,`0.00,`0.00,`0.00,`0.00,`0.00,`0.00\r\n");
}

static void bill_question(struct ask *a)
{
	char day[20], url[200], hash[SHA1_HEX];
	struct buf text;

	if (!ask_param(a, "bill_date", day, sizeof(day))) {
		refuse(a, 400, "PARAM_ERROR", "bill_date");
		return;
	}
	if (text_eq(sim_mode("bill"), "none")) {
		refuse(a, 400, "NO_STATEMENT_EXIST", "账单文件不存在");
		return;
	}
	buf_init(&text, 0);
	bill_build(day, &text);
	sha1_hex(text.data, text.len, hash);
	snprintf(url, sizeof(url), "%s/v3/billdownload/file?token=%s", sim.url, day);
	answer_json(a, 200,
		json_pack("{s:s, s:s, s:s}", "hash_type", "SHA1", "hash_value", hash, "download_url", url));
	buf_clear(&text);
}

static void bill_file(struct ask *a)
{
	char day[20];
	struct buf text;

	ask_param(a, "token", day, sizeof(day));
	buf_init(&text, 0);
	bill_build(day, &text);
	answer_text(a, 200, "text/plain", buf_str(&text));
	buf_clear(&text);
}

/* ---- addresses ---- */

static const char *after(const char *path, const char *prefix)
{
	return text_starts(path, prefix) ? path + strlen(prefix) : NULL;
}

static void get(struct ask *a)
{
	const char *rest;

	if ((rest = after(a->path, "/v3/pay/transactions/out-trade-no/")))
		order_question(a, rest);
	else if ((rest = after(a->path, "/v3/refund/domestic/refunds/")))
		refund_question(a, rest);
	else if ((rest = after(a->path, "/v3/profitsharing/orders/")))
		share_question(a, rest);
	else if (text_eq(a->path, "/v3/bill/tradebill"))
		bill_question(a);
	else if (text_eq(a->path, "/v3/billdownload/file"))
		bill_file(a);
	else
		refuse(a, 404, "NOT_FOUND", "no such address");
}

static void post(struct ask *a, json_t *body)
{
	const char *rest = after(a->path, "/v3/pay/transactions/");
	char no[40];
	size_t n;

	if (rest && (text_eq(rest, "native") || text_eq(rest, "jsapi") || text_eq(rest, "h5")))
		prepare(a, rest, body);
	else if (rest && (rest = after(rest, "out-trade-no/")) && (n = strcspn(rest, "/")) < 40 &&
		text_eq(rest + n, "/close")) {
		text_copy(no, n + 1, rest);
		order_close(a, no);
	} else if (text_eq(a->path, "/v3/refund/domestic/refunds"))
		refund_make(a, body);
	else if (text_eq(a->path, "/v3/profitsharing/orders"))
		share_make(a, body);
	else if (text_eq(a->path, "/v3/profitsharing/return-orders"))
		share_return(a, body);
	else if (text_eq(a->path, "/v3/profitsharing/receivers/add"))
		receiver_add(a, body);
	else
		refuse(a, 404, "NOT_FOUND", "no such address");
}

bool wechat_serve(struct ask *a)
{
	const char *problem;
	json_t *body = NULL;

	if (!text_starts(a->path, "/v3/"))
		return false;
	problem = problem_of(a);
	if (problem)
		refuse(a, 401, "SIGN_ERROR", problem);
	else if (sim_mode_once("error"))
		refuse(a, 500, "SYSTEM_ERROR", "系统错误");
	else if (text_eq(a->method, "GET"))
		get(a);
	else if ((body = json_loadb(a->body, a->len, 0, NULL)))
		post(a, body);
	else
		refuse(a, 400, "PARAM_ERROR", "no JSON");
	a->mute = sim_mode_once("mute");                 /* done, but nobody hears of it */
	sign_answer(a);
	json_decref(body);
	return true;
}

/* leshua.c - the sandbox as 乐刷: forms come signed with the key of trades, XML goes back signed with
 * it, callbacks are signed with the key of notices.
 * Owns nothing. Serves paysim.c. (docs/channels.md) */
#include "daemons/paysim/sim.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/xml.h"
#include "charge/channel_leshua.h"

static char *xml_dup(const json_t *members)
{
	const char *key;
	json_t *value;
	struct buf out;

	buf_init(&out, 0);
	buf_puts(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<leshua>");
	json_object_foreach((json_t *)members, key, value) {
		buf_printf(&out, "<%s>", key);
		xml_escape(&out, json_string_value(value));
		buf_printf(&out, "</%s>", key);
	}
	buf_puts(&out, "</leshua>");
	return buf_take(&out);
}

/* Takes members, all texts. */
static void answer(struct ask *a, json_t *members)
{
	char sign[MD5_HEX];
	char *text;

	json_object_set_new(members, "resp_code", json_string("0"));
	json_object_set_new(members, "nonce_str", json_string(sim_new_id("N")));
	json_object_set_new(members, "merchant_id", json_string(SIM_LESHUA_MERCHANT));
	leshua_sign(members, sim_mode_once("bad_signature") ? "another key" : sim.api_key, false, sign);
	json_object_set_new(members, "sign", json_string(sign));
	text = xml_dup(members);
	answer_text(a, 200, "text/xml; charset=utf-8", text);
	free(text);
	json_decref(members);
}

/* What is not understood at all is answered without a signature. */
static void reject(struct ask *a, const char *words)
{
	json_t *members = json_pack("{s:s, s:s}", "resp_code", "1", "resp_msg", words);
	char *text = xml_dup(members);

	answer_text(a, 200, "text/xml; charset=utf-8", text);
	free(text);
	json_decref(members);
}

static void refuse(struct ask *a, const char *code, const char *words)
{
	answer(a, json_pack("{s:s, s:s, s:s}", "result_code", "1", "error_code", code, "error_msg",
		words));
}

static const char *fen_text(int64_t fen, char out[FIXED_TEXT])
{
	return fixed_format(fen, 0, 0, out);
}

static json_t *order_of(const json_t *form)
{
	json_t *o = json_object_get(sim_table("orders"), json_text(form, "third_order_id", ""));

	return o && text_eq(json_text(o, "kind", ""), "leshua") ? o : NULL;
}

/* ---- orders ---- */

static void prepare(struct ask *a, const json_t *form)
{
	const char *no = json_text(form, "third_order_id", "");
	json_t *o = json_object_get(sim_table("orders"), no);
	int64_t fen = 0;
	char url[200];

	if (!*no || strspn(no, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") !=
			strlen(no) || !text_i64(json_text(form, "amount", ""), &fen) || fen <= 0 ||
		!*json_text(form, "body", "") || !*json_text(form, "pay_way", "") ||
		(text_eq(json_text(form, "jspay_flag", ""), "2") && !*json_text(form, "jump_url", ""))) {
		refuse(a, "1001", "参数错误");
		return;
	}
	if (o && (json_i64(o, "fen", 0) != fen || !text_eq(json_text(o, "state", ""), "NOTPAY"))) {
		refuse(a, "1002", "订单号重复");
		return;
	}
	if (!o)
		json_object_set_new(sim_table("orders"), no,
			json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "kind", "leshua", "no", no,
				"state", "NOTPAY", "type", "NATIVE", "fen", (json_int_t)fen, "notify",
				json_text(form, "notify_url", ""), "what", json_text(form, "body", ""), "uuid",
				sim_new_id("8")));
	snprintf(url, sizeof(url), "%s/sim/page?no=%s", sim.url, no);
	answer(a, json_pack("{s:s, s:s, s:s, s:s}", "result_code", "0", "third_order_id", no,
		"leshua_order_id", json_text(json_object_get(sim_table("orders"), no), "uuid", ""),
		"jspay_url", url));
}

static const char *status_of(const json_t *o)
{
	const char *state = json_text(o, "state", "");

	return text_eq(state, "SUCCESS") ? "2" : text_eq(state, "CLOSED") ? "6" : "0";
}

static void order_question(struct ask *a, const json_t *form)
{
	const json_t *o = order_of(form);
	char fen[FIXED_TEXT];

	if (!o)
		refuse(a, "1003", "订单不存在");
	else
		answer(a, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "result_code", "0", "third_order_id",
			json_text(o, "no", ""), "leshua_order_id", json_text(o, "uuid", ""), "status",
			status_of(o), "amount", fen_text(json_i64(o, "fen", 0), fen), "pay_way", "WXZF"));
}

static void order_close(struct ask *a, const json_t *form)
{
	json_t *o = order_of(form);

	if (!o)
		refuse(a, "1003", "订单不存在");
	else if (json_i64(o, "at", 0))
		refuse(a, "1004", "订单已支付");
	else {
		json_object_set_new(o, "state", json_string("CLOSED"));
		answer(a, json_pack("{s:s, s:s, s:s}", "result_code", "0", "third_order_id",
			json_text(o, "no", ""), "status", "6"));
	}
}

/* ---- callbacks: in lower case, with an error_code nobody signs ---- */

static void tell(const char *url, json_t *members, bool forged)      /* takes members */
{
	char sign[MD5_HEX];

	json_object_set_new(members, "merchant_id",
		json_string(sim_mode_once("other_merchant") ? "7500000999" : SIM_LESHUA_MERCHANT));
	json_object_set_new(members, "nonce_str", json_string(sim_new_id("N")));
	leshua_sign(members, forged ? sim.api_key : sim.notify_key, false, sign);
	json_object_set_new(members, "error_code", json_string("0"));
	json_object_set_new(members, "sign", json_string(text_lower(sign)));
	notify_later(url, json_pack("{s:s}", "Content-Type", "text/xml; charset=utf-8"),
		xml_dup(members));
	json_decref(members);
}

void leshua_notify(json_t *o, bool forged, int64_t fen)
{
	char amount[FIXED_TEXT];

	fen_text(fen > 0 ? fen : json_i64(o, "fen", 0), amount);
	tell(json_text(o, "notify", ""),
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "third_order_id", json_text(o, "no", ""),
			"leshua_order_id", json_text(o, "uuid", ""), "status", status_of(o), "amount", amount,
			"account", amount, "attach", ""),
		forged);
}

/* ---- refunds: on their way at first ---- */

static const char *refund_status(const json_t *r)
{
	const char *state = json_text(r, "state", "");

	return text_eq(state, "SUCCESS") ? "11" : text_eq(state, "CLOSED") ? "12" : "10";
}

static json_t *refund_members(const json_t *r)
{
	char fen[FIXED_TEXT];

	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "third_order_id", json_text(r, "order", ""),
		"merchant_refund_id", json_text(r, "no", ""), "leshua_refund_id", json_text(r, "id", ""),
		"status", refund_status(r), "refund_amount", fen_text(json_i64(r, "fen", 0), fen));
}

static void refund_answer(struct ask *a, const json_t *r)
{
	json_t *members = refund_members(r);

	json_object_set_new(members, "result_code", json_string("0"));
	answer(a, members);
}

static int64_t refunded(const char *order)
{
	const char *no;
	const json_t *r;
	int64_t sum = 0;

	json_object_foreach(sim_table("refunds"), no, r)
		if (text_eq(json_text(r, "order", ""), order) &&
			!text_eq(json_text(r, "state", ""), "CLOSED"))
			sum += json_i64(r, "fen", 0);
	return sum;
}

static void refund_make(struct ask *a, const json_t *form)
{
	const char *no = json_text(form, "merchant_refund_id", ""), *mode = sim_mode("refund");
	const json_t *o = order_of(form);
	int64_t fen = 0;
	json_t *r;

	if (!o || !json_i64(o, "at", 0))
		refuse(a, "1003", "订单不存在");
	else if (!*no || json_object_get(sim_table("refunds"), no))
		refuse(a, "1002", "退款单号重复");
	else if (!text_i64(json_text(form, "refund_amount", ""), &fen) || fen <= 0 ||
		refunded(json_text(o, "no", "")) + fen > json_i64(o, "fen", 0))
		refuse(a, "1005", "退款金额错误");
	else if (text_eq(mode, "refuse"))
		refuse(a, "1006", "商户余额不足");
	else {
		r = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s}", "no", no, "id", sim_new_id("9"),
			"order", json_text(o, "no", ""), "state", *mode ? mode : "SUCCESS", "fen",
			(json_int_t)fen, "at", (json_int_t)clock_now(), "notify",
			json_text(form, "notify_url", ""));
		json_object_set_new(sim_table("refunds"), no, r);
		refund_answer(a, r);
		if (text_eq(sim_mode("refund_notice"), "1"))
			tell(json_text(r, "notify", ""), refund_members(r), false);
	}
}

/* The order's number beside the refund's is asked for, as the real one does. */
static void refund_question(struct ask *a, const json_t *form)
{
	const json_t *r =
		json_object_get(sim_table("refunds"), json_text(form, "merchant_refund_id", ""));

	if (!*json_text(form, "third_order_id", ""))
		refuse(a, "1001", "参数错误");
	else if (!r || !text_eq(json_text(r, "order", ""), json_text(form, "third_order_id", "")))
		refuse(a, "1003", "退款订单不存在");
	else
		refund_answer(a, r);
}

/* ---- its one address ---- */

static void serve(struct ask *a, const json_t *form)
{
	static const struct { const char *service; void (*fn)(struct ask *a, const json_t *form); }
		words[] = { { "get_tdcode", prepare }, { "query_status", order_question },
			{ "close_order", order_close }, { "unified_refund", refund_make },
			{ "unified_query_refund", refund_question } };

	if (!text_eq(json_text(form, "merchant_id", ""), SIM_LESHUA_MERCHANT))
		reject(a, "商户不存在");
	else if (!*json_text(form, "nonce_str", "") || !leshua_signed(form, sim.api_key))
		reject(a, "签名错误");
	else {
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (text_eq(words[i].service, json_text(form, "service", ""))) {
				words[i].fn(a, form);
				return;
			}
		reject(a, "接口不存在");
	}
}

bool leshua_serve(struct ask *a)
{
	json_t *form;

	if (!text_eq(a->path, LESHUA_PATH))
		return false;
	form = ask_form(a);
	serve(a, form);
	a->mute = sim_mode_once("mute");                 /* done, but nobody hears of it */
	json_decref(form);
	return true;
}

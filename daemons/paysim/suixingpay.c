/* suixingpay.c - the sandbox as 随行付 (天阙 open platform): every request's signature is checked,
 * every answer and callback signed.
 * Owns nothing. Serves paysim.c. (docs/channels.md) */
#include "daemons/paysim/sim.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/channel_suixingpay.h"

#define SKEW 300

static const char *signer(bool forged)
{
	return forged ? sim.stranger_private : sim.platform_private;
}

static void sign(json_t *object, bool forged)
{
	if (suixingpay_sign(object, signer(forged)) != STATUS_OK)
		error_die("the sandbox cannot sign");
}

/* Takes data, which may be NULL. */
static void answer(struct ask *a, const char *code, const char *words, json_t *data)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", code, "msg", words, "orgId",
		SIM_SUIXINGPAY_ORG, "reqId", sim_new_id("R"), "signType", "RSA");
	char *text;

	if (data)
		json_object_set_new(json, "respData", data);
	sign(json, sim_mode_once("bad_signature"));
	text = json_dumps(json, JSON_COMPACT);
	answer_text(a, 200, "application/json; charset=utf-8", text);
	free(text);
	json_decref(json);
}

static void refuse(struct ask *a, const char *words)
{
	answer(a, "0000", "成功", json_pack("{s:s, s:s}", "bizCode", "0001", "bizMsg", words));
}

static void unknown(struct ask *a)
{
	answer(a, "0001", "上送订单信息不匹配，请查验参数是否正确", NULL);
}

/* ---- what came ---- */

static bool fresh(const char *stamp)
{
	char text[CLOCK_TEXT];
	int64_t at;

	if (strlen(stamp) != 14)
		return false;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", stamp, stamp + 4, stamp + 6,
		stamp + 8, stamp + 10, stamp + 12);
	return clock_parse(text, &at) && llabs(clock_now() - at) <= SKEW;
}

static const char *problem_of(const json_t *ask)
{
	const json_t *data = json_object_get(ask, "reqData");

	if (!json_is_object(data) || !*json_text(ask, "reqId", "") ||
		!text_eq(json_text(ask, "version", ""), "1.0") ||
		!text_eq(json_text(ask, "signType", ""), "RSA"))
		return "参数不完整";
	if (!text_eq(json_text(ask, "orgId", ""), SIM_SUIXINGPAY_ORG) ||
		!text_eq(json_text(data, "mno", ""), SIM_SUIXINGPAY_MERCHANT))
		return "机构或商户无效";
	if (!fresh(json_text(ask, "timestamp", "")))
		return "请求已过期";
	return suixingpay_signed(ask, sim.merchant_public) ? NULL : "验签失败";
}

/* An amount is a text of yuan. */
static int64_t fen_of(const json_t *data, const char *key)
{
	int64_t fen;

	return fixed_parse(json_text(data, key, ""), 2, &fen) ? fen : 0;
}

static const char *yuan_of(const json_t *o, char out[FIXED_TEXT])
{
	return fixed_format(json_i64(o, "fen", 0), 2, 2, out);
}

static json_t *order_of(const char *no)
{
	json_t *o = json_object_get(sim_table("orders"), no);

	return o && text_eq(json_text(o, "kind", ""), "suixingpay") ? o : NULL;
}

/* ---- orders ---- */

static void prepare(struct ask *a, const json_t *data)
{
	const char *no = json_text(data, "ordNo", "");
	int64_t fen = fen_of(data, "amt");
	json_t *o = json_object_get(sim_table("orders"), no);
	char url[200];

	if (!*no || strlen(no) > 64 || fen <= 0 || !*json_text(data, "subject", "") ||
		!*json_text(data, "trmIp", "") || strlen(json_text(data, "trmIp", "")) > 16) {
		refuse(a, "参数错误");
		return;
	}
	if (o && (json_i64(o, "fen", 0) != fen || !text_eq(json_text(o, "state", ""), "NOTPAY"))) {
		refuse(a, "订单号重复");
		return;
	}
	if (!o)
		json_object_set_new(sim_table("orders"), no,
			json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "kind", "suixingpay", "no", no,
				"state", "NOTPAY", "type", "NATIVE", "fen", (json_int_t)fen, "notify",
				json_text(data, "notifyUrl", ""), "what", json_text(data, "subject", ""), "uuid",
				sim_new_id("U")));
	snprintf(url, sizeof(url), "%s/sim/page?no=%s", sim.url, no);
	answer(a, "0000", "成功",
		json_pack("{s:s, s:s, s:s, s:s}", "bizCode", "0000", "bizMsg", "成功", "ordNo", no, "payUrl",
			url));
}

static void order_question(struct ask *a, const json_t *data)
{
	const json_t *o = order_of(json_text(data, "ordNo", ""));
	const char *state = json_text(o, "state", "");
	char yuan[FIXED_TEXT];

	if (!o) {
		unknown(a);
		return;
	}
	answer(a, "0000", "成功",
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "bizCode", "0000", "bizMsg", "成功", "ordNo",
			json_text(o, "no", ""), "uuid", json_text(o, "uuid", ""), "tranSts",
			text_eq(state, "NOTPAY") ? "PAYING" : state, "oriTranAmt", yuan_of(o, yuan)));
}

static void order_close(struct ask *a, const json_t *data)
{
	json_t *o = order_of(json_text(data, "origOrderNo", ""));

	if (!o)
		unknown(a);
	else if (json_i64(o, "at", 0))
		refuse(a, "订单已支付");
	else {
		json_object_set_new(o, "state", json_string("CLOSED"));
		answer(a, "0000", "成功", json_pack("{s:s}", "bizCode", "0000"));
	}
}

/* Told to, it does not name the merchant. */
void suixingpay_notify(json_t *o, bool forged, int64_t fen)
{
	char yuan[FIXED_TEXT];
	json_t *notice;

	fixed_format(fen > 0 ? fen : json_i64(o, "fen", 0), 2, 2, yuan);
	notice = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "mno",
		sim_mode_once("other_merchant")    ? "399190910000388"
			: sim_mode_once("no_merchant") ? ""
										   : SIM_SUIXINGPAY_MERCHANT,
		"ordNo", json_text(o, "no", ""), "uuid", json_text(o, "uuid", ""), "amt", yuan, "payType",
		"WECHAT", "bizCode", "0000", "bizMsg", "交易成功");
	sign(notice, forged);
	notify_later(json_text(o, "notify", ""), json_object(), json_write_dup(notice));
	json_decref(notice);
}

/* ---- refunds ---- */

static void refund_answer(struct ask *a, const json_t *r, const char *key)
{
	const char *state = json_text(r, "state", "");
	char yuan[FIXED_TEXT];

	answer(a, "0000", "成功",
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "bizCode",
			text_eq(state, "PROCESSING") ? "2002" : "0000", "bizMsg", "成功", "ordNo",
			json_text(r, "no", ""), "uuid", json_text(r, "id", ""), "tranSts",
			text_eq(state, "SUCCESS")      ? "REFUNDSUC"
				: text_eq(state, "CLOSED") ? "REFUNDFAIL"
										   : "REFUNDING",
			key, yuan_of(r, yuan)));
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

static void refund_make(struct ask *a, const json_t *data)
{
	const char *no = json_text(data, "ordNo", ""), *order = json_text(data, "origOrderNo", ""),
			   *mode = sim_mode("refund");
	const json_t *o = order_of(order);
	int64_t fen = fen_of(data, "amt");
	json_t *r;

	if (!o || !json_i64(o, "at", 0) || !*no)
		unknown(a);
	else if (json_object_get(sim_table("refunds"), no))
		refuse(a, "订单号重复");
	else if (fen <= 0 || refunded(order) + fen > json_i64(o, "fen", 0))
		refuse(a, "退款金额错误");
	else if (text_eq(mode, "refuse"))
		refuse(a, "商户余额不足");
	else {
		r = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "no", no, "id", sim_new_id("U"), "order",
			order, "state", *mode ? mode : "SUCCESS", "fen", (json_int_t)fen, "at",
			(json_int_t)clock_now());
		json_object_set_new(sim_table("refunds"), no, r);
		refund_answer(a, r, "amt");
	}
}

static void refund_question(struct ask *a, const json_t *data)
{
	const json_t *r = json_object_get(sim_table("refunds"), json_text(data, "ordNo", ""));

	if (r)
		refund_answer(a, r, "refundAmount");
	else
		unknown(a);
}

/* ---- the bill ---- */

static void bill_question(struct ask *a, const json_t *data)
{
	char url[200];

	if (!text_eq(json_text(data, "billType", ""), "00") ||
		strlen(json_text(data, "billDate", "")) != 8)
		refuse(a, "参数错误");
	else if (text_eq(sim_mode("bill"), "none"))
		refuse(a, "对账文件不存在");
	else {
		snprintf(url, sizeof(url), "%s/capital/fileDownload/download?day=%s", sim.url,
			json_text(data, "billDate", ""));
		answer(a, "0000", "成功", json_pack("{s:s, s:s}", "bizCode", "0000", "fileUrl", url));
	}
}

static void bill_line(struct buf *out, const char *day, const json_t *o, const char *kind)
{
	char at[CLOCK_TEXT], plain[9], yuan[FIXED_TEXT], fee[FIXED_TEXT];
	const char *no = json_text(o, "no", "");
	int64_t fen = json_i64(o, "fen", 0);

	clock_format(json_i64(o, "at", 0), at);
	snprintf(plain, sizeof(plain), "%.4s%.2s%.2s", at, at + 5, at + 8);
	if (!json_i64(o, "at", 0) || !text_eq(plain, day) || text_eq(sim_mode("bill_drop"), no))
		return;
	fixed_format((fen * 6 + 500) / 1000 * (text_eq(kind, "退款") ? -1 : 1), 2, 2, fee);
	fixed_format(fen + (text_eq(sim_mode("bill_more"), no) ? 100 : 0), 2, 2, yuan);
	buf_printf(out, "%s,%s,%s,%s,%s,%s,%s\r\n", at, SIM_SUIXINGPAY_MERCHANT, kind, no,
		json_text(o, "uuid", json_text(o, "id", "")), yuan, fee);
}

static void bill_file(struct ask *a)
{
	const char *no;
	const json_t *o;
	char day[20];
	struct buf text;

	ask_param(a, "day", day, sizeof(day));
	buf_init(&text, 0);
	buf_puts(&text, "交易时间,商户编号,交易类型,商户订单号,平台订单号,交易金额,手续费\r\n"
					"2026-11-26 10:00:00,399190910000388,消费,OTHER1,U1,9.00,0.05\r\n");
	json_object_foreach(sim_table("orders"), no, o)
		if (order_of(no))
			bill_line(&text, day, o, "消费");
	json_object_foreach(sim_table("refunds"), no, o)
		if (order_of(json_text(o, "order", "")) && text_eq(json_text(o, "state", ""), "SUCCESS"))
			bill_line(&text, day, o, "退款");
	answer_text(a, 200, "text/csv", buf_str(&text));
	buf_clear(&text);
}

/* ---- addresses ---- */

static const struct { const char *path; void (*fn)(struct ask *a, const json_t *data); } words[] = {
	{ "/order/activePlusScan", prepare }, { "/query/tradeQuery", order_question },
	{ "/query/close", order_close }, { "/order/refund", refund_make },
	{ "/query/refundQuery", refund_question },
	{ "/capital/fileDownload/getFileUrl", bill_question } };

static void serve(struct ask *a, const json_t *ask)
{
	const char *problem = problem_of(ask);

	if (problem) {
		answer(a, "0001", problem, NULL);
		return;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_eq(words[i].path, a->path))
			words[i].fn(a, json_object_get(ask, "reqData"));
}

bool suixingpay_serve(struct ask *a)
{
	json_t *ask;
	bool mine = false;

	if (text_eq(a->path, "/capital/fileDownload/download")) {
		bill_file(a);
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		mine = mine || text_eq(words[i].path, a->path);
	if (!mine)
		return false;
	ask = json_loadb(a->body, a->len, 0, NULL);
	serve(a, ask);
	a->mute = sim_mode_once("mute");                 /* done, but nobody hears of it */
	json_decref(ask);
	return true;
}

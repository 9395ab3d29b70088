/* control.c - the sandbox's other side: a page where a person pays, and words for tests.
 * Owns nothing. Serves paysim.c; these addresses no real channel has. */
#include "daemons/paysim/sim.h"

#include "base/clock.h"
#include "base/sign.h"
#include "base/text.h"

static void escape(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '<')
			buf_puts(out, "&lt;");
		else if (*s == '&')
			buf_puts(out, "&amp;");
		else if (*s == '"')
			buf_puts(out, "&quot;");
		else
			buf_putc(out, *s);
	}
}

/* What the payer's phone would show. */
static void page(struct ask *a)
{
	char no[40], yuan[FIXED_TEXT], back[300];
	const json_t *o;
	struct buf html;

	ask_param(a, "no", no, sizeof(no));
	o = json_object_get(sim_table("orders"), no);
	if (!o) {
		answer_text(a, 404, "text/html; charset=utf-8", "<h1>订单不存在 No such order</h1>");
		return;
	}
	buf_init(&html, 0);
	buf_puts(&html, "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">"
					"<meta name=\"viewport\" content=\"width=device-width\"><title>支付沙盒</title>"
					"<body style=\"font-family:"
					"sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem\"><h1>支付沙盒 Payment"
					" sandbox</h1><p>");
	escape(&html, json_text(o, "what", ""));
	buf_printf(&html, "</p><p style=\"font-size:2rem\">¥%s</p><p>%s</p>",
		fixed_format(json_i64(o, "fen", 0), 2, 2, yuan), no);
	ask_param(a, "redirect_url", back, sizeof(back));
	if (json_i64(o, "at", 0))
		buf_puts(&html, "<p id=\"paid\">已支付 Paid</p>");
	else {
		buf_printf(&html, "<form method=\"post\" action=\"/sim/pay?no=%s&amp;page=1\">", no);
		buf_puts(&html, "<input type=\"hidden\" name=\"redirect_url\" value=\"");
		escape(&html, back);
		buf_puts(&html, "\"><button style=\"font-size:1.2rem;padding:.6rem 1.2rem\">支付 Pay"
						"</button></form>");
	}
	if (text_starts(back, "http://") || text_starts(back, "https://")) {
		buf_puts(&html, "<p><a id=\"back\" href=\"");
		escape(&html, back);
		buf_puts(&html, "\">返回商户 Back</a></p>");
	}
	buf_puts(&html, "</body></html>");
	answer_text(a, 200, "text/html; charset=utf-8", buf_str(&html));
	buf_clear(&html);
}

static void tell(json_t *o, bool forged, int64_t fen)
{
	if (text_eq(json_text(o, "kind", ""), "suixingpay"))
		suixingpay_notify(o, forged, fen);
	else if (text_eq(json_text(o, "kind", ""), "leshua"))
		leshua_notify(o, forged, fen);
	else
		wechat_notify(o, forged, fen);
}

static void take(json_t *o, const char *bank, bool silent)
{
	json_object_set_new(o, "state", json_string("SUCCESS"));
	json_object_set_new(o, "id", json_string(sim_new_id("42000")));
	json_object_set_new(o, "bank", json_string(*bank ? bank : "OTHERS"));
	json_object_set_new(o, "at", json_integer(clock_now()));
	if (!silent)
		tell(o, false, 0);
}

/* The order whose prepay_id the phone's pay window was opened with, signed by the merchant. */
static json_t *order_of_window(struct ask *a)
{
	char app[40], stamp[24], nonce[80], package[120], kind[8], sign[800], text[400];
	const char *no;
	json_t *o;

	ask_param(a, "appId", app, sizeof(app));
	ask_param(a, "timeStamp", stamp, sizeof(stamp));
	ask_param(a, "nonceStr", nonce, sizeof(nonce));
	ask_param(a, "package", package, sizeof(package));
	ask_param(a, "signType", kind, sizeof(kind));
	ask_param(a, "paySign", sign, sizeof(sign));
	snprintf(text, sizeof(text), "%s\n%s\n%s\n%s\n", app, stamp, nonce, package);
	if (!text_eq(app, SIM_APP) || !text_eq(kind, "RSA") || !text_starts(package, "prepay_id=") ||
		!rsa_verifies(sim.merchant_public, SIGN_SHA256, text, strlen(text), sign))
		return NULL;
	json_object_foreach(sim_table("orders"), no, o)
		if (text_eq(json_text(o, "prepay", ""), package + 10))
			return o;
	return NULL;
}

static void window(struct ask *a)
{
	json_t *o = order_of_window(a);

	if (!o || !text_eq(json_text(o, "state", ""), "NOTPAY")) {
		answer_text(a, 409, "text/plain; charset=utf-8", "支付验证签名失败\n");
		return;
	}
	take(o, "", false);
	answer_text(a, 200, "text/plain", "paid\n");
}

static void pay(struct ask *a)
{
	char no[40], bank[33], silent[4], shown[4];
	json_t *o;

	ask_param(a, "no", no, sizeof(no));
	ask_param(a, "bank", bank, sizeof(bank));
	o = json_object_get(sim_table("orders"), no);
	if (!o || !text_eq(json_text(o, "state", ""), "NOTPAY")) {
		answer_text(a, 409, "text/plain; charset=utf-8", "订单不能支付\n");
		return;
	}
	take(o, bank, ask_param(a, "silent", silent, sizeof(silent)));
	if (ask_param(a, "page", shown, sizeof(shown)))
		page(a);
	else
		answer_text(a, 200, "text/plain", "paid\n");
}

static void notify(struct ask *a)
{
	char no[40], forged[4], fen[24];
	int64_t amount = 0;
	json_t *o;

	ask_param(a, "no", no, sizeof(no));
	if (ask_param(a, "fen", fen, sizeof(fen)) && !text_i64(fen, &amount))
		amount = 0;
	o = json_object_get(sim_table("orders"), no);
	if (!o) {
		answer_text(a, 404, "text/plain", "no such order\n");
		return;
	}
	tell(o, ask_param(a, "forged", forged, sizeof(forged)), amount);
	answer_text(a, 200, "text/plain", "sent\n");
}

/* /sim/mode?name=refund&value=PROCESSING */
static void mode(struct ask *a)
{
	char name[40], value[80];

	ask_param(a, "name", name, sizeof(name));
	ask_param(a, "value", value, sizeof(value));
	json_object_set_new(sim_table("mode"), name, json_string(value));
	answer_text(a, 200, "text/plain", "ok\n");
}

/* A refund that was PROCESSING comes to its end, without a word. */
static void refund(struct ask *a)
{
	char no[40], state[20];
	json_t *r;

	ask_param(a, "no", no, sizeof(no));
	ask_param(a, "state", state, sizeof(state));
	r = json_object_get(sim_table("refunds"), no);
	if (r)
		json_object_set_new(r, "state", json_string(state));
	answer_text(a, r ? 200 : 404, "text/plain", r ? "ok\n" : "no such refund\n");
}

/* An order somebody paid whom nobody asked: for bills that know more than we do. */
static void stray(struct ask *a)
{
	char no[40], fen[24];
	int64_t amount = 0;
	json_t *o;

	ask_param(a, "no", no, sizeof(no));
	ask_param(a, "fen", fen, sizeof(fen));
	if (!text_i64(fen, &amount) || amount <= 0 || !*no) {
		answer_text(a, 400, "text/plain", "no and fen\n");
		return;
	}
	o = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:b}", "no", no, "state", "NOTPAY", "type",
		"NATIVE", "fen", (json_int_t)amount, "notify", "", "what", "stray", "sharing", 0);
	json_object_set_new(sim_table("orders"), no, o);
	take(o, "", true);
	answer_text(a, 200, "text/plain", "ok\n");
}

bool control_serve(struct ask *a)
{
	static const struct { const char *method, *path; void (*fn)(struct ask *a); } words[] = {
		{ "GET", "/sim/page", page }, { "POST", "/sim/pay", pay },
		{ "POST", "/sim/window", window },
		{ "POST", "/sim/notify", notify },
		{ "POST", "/sim/mode", mode }, { "POST", "/sim/refund", refund },
		{ "POST", "/sim/stray", stray } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_eq(words[i].path, a->path) && text_eq(words[i].method, a->method)) {
			words[i].fn(a);
			return true;
		}
	if (!text_eq(a->path, "/sim/state"))
		return false;
	answer_json(a, 200, json_deep_copy(sim.state));
	return true;
}

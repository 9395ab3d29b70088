/* channel_suixingpay.c - 随行付 (天阙 open platform): one QR code that every wallet scans, refunds,
 * the bill of a day.
 * Owns nothing. Serves channel.c. (docs/channels.md says what is sourced) */
#include "charge/channel_suixingpay.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/csv.h"
#include "base/http.h"
#include "base/sign.h"
#include "base/text.h"
#include "charge/channel.h"

#define ANSWER_MAX (256 * 1024)
#define BILL_MAX (64 * 1024 * 1024)
#define BILL_CELLS 60
#define TIMEOUT_MS 8000
#define KEYS_MAX 64

/* ---- signatures ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_value(struct buf *out, const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		buf_puts(out, json_string_value(value));
		return;
	}
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	if (!text)
		error_die("out of memory (suixingpay)");
	buf_puts(out, text);
	free(text);
}

static bool counts(const char *key, const json_t *value)
{
	return !text_eq(key, "sign") && !json_is_null(value) &&
		!(json_is_string(value) && !*json_string_value(value));
}

void suixingpay_text(const json_t *object, struct buf *out)
{
	const char *keys[KEYS_MAX], *key;
	json_t *value;
	size_t n = 0;

	json_object_foreach((json_t *)object, key, value)
		if (counts(key, value) && n < KEYS_MAX)
			keys[n++] = key;
	qsort(keys, n, sizeof(keys[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%s%s=", i > 0 ? "&" : "", keys[i]);
		put_value(out, json_object_get(object, keys[i]));
	}
}

NEOERR *suixingpay_sign(json_t *object, const char *private_pem)
{
	char *signature = NULL;
	struct buf text;
	NEOERR *err;

	buf_init(&text, 0);
	suixingpay_text(object, &text);
	TRY(rsa_sign_dup(private_pem, SIGN_SHA1, buf_str(&text), text.len, &signature));
	json_object_set_new(object, "sign", json_string(signature));
out:
	buf_clear(&text);
	free(signature);
	return nerr_pass(err);
}

bool suixingpay_signed(const json_t *object, const char *public_pem)
{
	struct buf text;
	bool good;

	if (!json_is_object(object) || json_object_size(object) > KEYS_MAX)
		return false;
	buf_init(&text, 0);
	suixingpay_text(object, &text);
	good = rsa_verifies(public_pem, SIGN_SHA1, buf_str(&text), text.len,
		json_text(object, "sign", ""));
	buf_clear(&text);
	return good;
}

/* ---- one exchange ---- */

static void stamp_of(int64_t t, char out[20])
{
	struct civil c;

	clock_civil(t, &c);
	snprintf(out, 20, "%04d%02d%02d%02d%02d%02d", c.year % 10000, c.month, c.day, c.hour, c.minute,
		c.second);
}

static NEOERR *envelope(const struct channel_account *a, const json_t *data, char **text)
{
	char id[33], stamp[20];
	json_t *ask = NULL;
	NEOERR *err;

	TRY(random_hex(id, 16));
	stamp_of(clock_now(), stamp);
	ask = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O}", "orgId", a->app_id, "reqId", id, "signType",
		"RSA", "timestamp", stamp, "version", "1.0", "reqData", data);
	TRY(suixingpay_sign(ask, a->private_key));
	*text = json_dumps(ask, JSON_COMPACT);
	if (!*text)
		error_die("out of memory (suixingpay)");
out:
	json_decref(ask);
	return nerr_pass(err);
}

/* Their words for an order or a file that is not there have no code of their own. */
static bool unheard_of(const char *words)
{
	return strstr(words, "不匹配") || strstr(words, "不存在");
}

/* "0000" is done, "2002" is on its way. */
static NEOERR *judge(const json_t *answer, const json_t *data)
{
	const char *code = json_text(answer, "code", ""), *biz = json_text(data, "bizCode", "0000"),
			   *words = json_text(answer, "msg", "");

	if (text_eq(code, "0000") && (text_eq(biz, "0000") || text_eq(biz, "2002")))
		return STATUS_OK;
	if (text_eq(code, "0000")) {
		code = biz;
		words = json_text(data, "bizMsg", "");
	}
	return nerr_raise(unheard_of(words) ? ERR_NOT_FOUND : ERR_INVALID, "%s %s", code, words);
}

/* Takes data; out is the answer's respData. An answer that is not signed says nothing. */
static NEOERR *call(const struct channel_account *a, const char *path, json_t *data, json_t **out)
{
	static const char *const headers[] = { "Content-Type: application/json; charset=utf-8", NULL };
	struct http_answer answer = { .status = 0 };
	char url[300], *text = NULL;
	json_t *json = NULL;
	NEOERR *err;

	*out = NULL;
	json_object_set_new(data, "mno", json_string(a->merchant_no));
	TRY(envelope(a, data, &text));
	snprintf(url, sizeof(url), "%s%s", a->base_url, path);
	TRY(http_do(&(struct http_request){ .method = "POST", .url = url, .headers = headers,
					.body = text, .body_len = strlen(text), .timeout_ms = TIMEOUT_MS },
		&answer));
	if (answer.status != 200) {
		err = nerr_raise(ERR_PEER, "HTTP %ld", answer.status);
		goto out;
	}
	err = json_read(buf_str(&answer.body), answer.body.len, ANSWER_MAX, &json);
	if (err != STATUS_OK || !suixingpay_signed(json, a->platform_key)) {
		error_drop(err);
		err = nerr_raise(ERR_PEER, "the answer's signature does not verify");
		goto out;
	}
	TRY(judge(json, json_object_get(json, "respData")));
	*out = json_incref(json_object_get(json, "respData"));
	if (!*out)
		err = nerr_raise(ERR_PEER, "an answer without respData");
out:
	json_decref(data);
	json_decref(json);
	free(text);
	http_answer_clear(&answer);
	return nerr_pass(err);
}

static NEOERR *question(const struct channel_account *a, const char *path, const char *key,
	const char *no, json_t **out)
{
	return nerr_pass(channel_asked(call(a, path, json_pack("{s:s}", key, no), out)));
}

/* ---- orders ---- */

static const char *yuan(int64_t money, char out[FIXED_TEXT])
{
	return fixed_format(money, MONEY_SCALE, 2, out);
}

/* Yuan as text; -1 if it is not told. */
static int64_t money_of(const json_t *json, const char *key)
{
	int64_t money;

	return money_parse(json_text(json, key, ""), &money) && money >= 0 ? money : -1;
}

static NEOERR *prepare(const struct channel_account *a, const struct channel_order *o,
	struct channel_prepared *out)
{
	char amount[FIXED_TEXT];
	json_t *json = NULL;
	NEOERR *err;

	if (!text_eq(o->method, "native"))
		return nerr_raise(ERR_INVALID, "随行付 is paid by a QR code alone");
	TRY(call(a, "/order/activePlusScan",
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "ordNo", o->no, "amt", yuan(o->amount, amount),
			"subject", o->description, "trmIp", *o->ip && strlen(o->ip) < 16 ? o->ip : "127.0.0.1",
			"notifyUrl", o->notify_url),
		&json));
	text_copy(out->code, sizeof(out->code), json_text(json, "payUrl", ""));
	if (!*out->code)
		err = nerr_raise(ERR_PEER, "the answer lacks payUrl");
out:
	json_decref(json);
	return nerr_pass(err);
}

struct word { const char *word; enum channel_state state; };
static const struct word order_words[] = { { "SUCCESS", CHANNEL_DONE }, { "FAIL", CHANNEL_CLOSED },
	{ "CLOSED", CHANNEL_CLOSED }, { "CANCELED", CHANNEL_CLOSED }, { NULL } };
static const struct word refund_words[] = { { "REFUNDSUC", CHANNEL_DONE },
	{ "REFUNDFAIL", CHANNEL_CLOSED }, { NULL } };

static enum channel_state state_of(const struct word *words, const char *state)
{
	for (; words->word; words++)
		if (text_eq(words->word, state))
			return words->state;
	return CHANNEL_WAITING;
}

static void read_result(const json_t *json, enum channel_state state, int64_t amount,
	struct channel_result *out)
{
	*out = (struct channel_result){ .state = state, .amount = amount };
	text_copy(out->no, sizeof(out->no), json_text(json, "ordNo", ""));
	text_copy(out->reference, sizeof(out->reference), json_text(json, "uuid", ""));
	text_copy(out->bank, sizeof(out->bank), json_text(json, "payType", ""));
	text_copy(out->reason, sizeof(out->reason), json_text(json, "bizMsg", ""));
}

static NEOERR *query(const struct channel_account *a, const char *no, struct channel_result *out)
{
	json_t *json = NULL;
	NEOERR *err;

	*out = (struct channel_result){ .state = CHANNEL_UNKNOWN, .amount = -1 };
	TRY(question(a, "/query/tradeQuery", "ordNo", no, &json));
	if (json)
		read_result(json, state_of(order_words, json_text(json, "tranSts", "")),
			money_of(json, "oriTranAmt"), out);
out:
	json_decref(json);
	return nerr_pass(err);
}

static NEOERR *close_order(const struct channel_account *a, const char *no)
{
	json_t *json = NULL;
	NEOERR *err = call(a, "/query/close", json_pack("{s:s}", "origOrderNo", no), &json);

	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		err = STATUS_OK;
	}
	json_decref(json);
	return nerr_pass(err);
}

/* ---- refunds: asked for, never told, since their notices of both kinds look alike ---- */

static void read_refund(const json_t *json, const char *key, struct channel_result *out)
{
	read_result(json, state_of(refund_words, json_text(json, "tranSts", "")), money_of(json, key),
		out);
}

static NEOERR *refund(const struct channel_account *a, const struct channel_refund *r,
	struct channel_result *out)
{
	char amount[FIXED_TEXT];
	json_t *json = NULL;
	NEOERR *err;

	TRY(call(a, "/order/refund",
		json_pack("{s:s, s:s, s:s, s:s}", "ordNo", r->no, "origOrderNo", r->payment_no, "amt",
			yuan(r->amount, amount), "refundReason", *r->reason ? r->reason : "退款"),
		&json));
	read_refund(json, "amt", out);
out:
	json_decref(json);
	return nerr_pass(err);
}

static NEOERR *refund_query(const struct channel_account *a, const char *no, const char *of,
	struct channel_result *out)
{
	json_t *json = NULL;
	NEOERR *err;

	(void)of;
	*out = (struct channel_result){ .state = CHANNEL_UNKNOWN, .amount = -1 };
	TRY(question(a, "/query/refundQuery", "ordNo", no, &json));
	if (json)
		read_refund(json, "refundAmount", out);
out:
	json_decref(json);
	return nerr_pass(err);
}

/* ---- callbacks ---- */

/* The platform signs for all its merchants with one key: a notice that does not name its merchant
 * is a hint, and the order is asked for as ours. */
static NEOERR *verify(const struct channel_account *a, const struct channel_callback *c,
	struct channel_notice *out)
{
	const char *merchant;
	json_t *json = NULL;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	err = json_read(c->body, c->len, ANSWER_MAX, &json);
	if (err != STATUS_OK || !suixingpay_signed(json, a->platform_key)) {
		error_drop(err);
		err = nerr_raise(ERR_DENIED, "the channel's signature is wrong");
		goto out;
	}
	merchant = json_text(json, "mno", "");
	if (*merchant && !text_eq(merchant, a->merchant_no)) {
		err = nerr_raise(ERR_DENIED, "the notice is for another merchant");
		goto out;
	}
	out->kind = NOTICE_PAYMENT;
	read_result(json,
		text_eq(json_text(json, "bizCode", ""), "0000") ? CHANNEL_DONE : CHANNEL_WAITING,
		money_of(json, "amt"), &out->result);
	if (!*merchant) {
		char no[CHANNEL_NO];

		text_copy(no, sizeof(no), out->result.no);
		TRY(query(a, no, &out->result));
		text_copy(out->result.no, sizeof(out->result.no), no);
	}
out:
	json_decref(json);
	return nerr_pass(err);
}

/* ---- the bill of a day ---- */

enum column { AT, MERCHANT, KIND, NO, REFERENCE, AMOUNT, FEE, COLUMNS };
static const char *const heads[COLUMNS] = { [AT] = "交易时间", [MERCHANT] = "商户编号",
	[KIND] = "交易类型", [NO] = "商户订单号", [REFERENCE] = "平台订单号", [AMOUNT] = "交易金额",
	[FEE] = "手续费" };

struct bill_reading {
	int at[COLUMNS], last;
	bool headed;
	const char *merchant;
	channel_bill_fn fn;
	void *ctx;
};

static NEOERR *read_heads(struct bill_reading *b, int cells, char **cell)
{
	for (int c = 0; c < COLUMNS; c++) {
		b->at[c] = -1;
		for (int i = 0; i < cells; i++)
			if (text_eq(text_trim(cell[i]), heads[c]))
				b->at[c] = i;
		if (b->at[c] < 0)
			return nerr_raise(ERR_PEER, "the bill lacks the column %s", heads[c]);
		b->last = b->at[c] > b->last ? b->at[c] : b->last;
	}
	b->headed = true;
	return STATUS_OK;
}

/* The file is the organisation's: other merchants' lines are not ours. */
static NEOERR *take_line(int line, int cells, char **cell, void *ctx)
{
	struct bill_reading *b = ctx;
	struct channel_bill_line l;

	if (!b->headed)
		return nerr_pass(read_heads(b, cells, cell));
	if (cells <= b->last)
		return nerr_raise(ERR_PEER, "line %d of the bill is cut off", line);
	if (!text_eq(cell[b->at[MERCHANT]], b->merchant))
		return STATUS_OK;
	l = (struct channel_bill_line){ .refund = text_eq(cell[b->at[KIND]], "退款"),
		.no = cell[b->at[NO]], .reference = cell[b->at[REFERENCE]] };
	if (!money_parse(cell[b->at[AMOUNT]], &l.amount) || !money_parse(cell[b->at[FEE]], &l.fee) ||
		!clock_parse(cell[b->at[AT]], &l.at))
		return nerr_raise(ERR_PEER, "line %d of the bill cannot be read", line);
	return nerr_pass(b->fn(&l, b->ctx));
}

static NEOERR *bill(const struct channel_account *a, const char *day, channel_bill_fn fn, void *ctx)
{
	struct bill_reading b = { .merchant = a->merchant_no, .fn = fn, .ctx = ctx };
	struct http_answer answer = { .status = 0 };
	char plain[9];
	json_t *json = NULL;
	NEOERR *err;

	snprintf(plain, sizeof(plain), "%.4s%.2s%.2s", day, day + 5, day + 8);
	TRY(call(a, "/capital/fileDownload/getFileUrl",
		json_pack("{s:s, s:s}", "billDate", plain, "billType", "00"), &json));
	TRY(http_do(&(struct http_request){ .method = "GET", .url = json_text(json, "fileUrl", ""),
					.timeout_ms = TIMEOUT_MS, .max_body = BILL_MAX },
		&answer));
	if (answer.status != 200) {
		err = nerr_raise(ERR_PEER, "the bill: HTTP %ld", answer.status);
		goto out;
	}
	TRY(csv_read(buf_str(&answer.body), answer.body.len, BILL_CELLS, take_line, &b));
	if (!b.headed)
		err = nerr_raise(ERR_PEER, "the bill is empty");
out:
	json_decref(json);
	http_answer_clear(&answer);
	return nerr_pass(err);
}

const struct channel channel_suixingpay = {
	.kind = "suixingpay",
	.needs = CHANNEL_NEEDS_APP | CHANNEL_NEEDS_PLATFORM_KEY | CHANNEL_NEEDS_PRIVATE_KEY |
		CHANNEL_QR_ONLY,
	.prepare = prepare,
	.query = query,
	.close = close_order,
	.refund = refund,
	.refund_query = refund_query,
	.bill = bill,
	.verify = verify,
	.heard = "{\"code\":\"success\",\"msg\":\"成功\"}",
	.unheard = "{\"code\":\"fail\",\"msg\":\"not kept\"}",
};

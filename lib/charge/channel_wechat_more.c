/* channel_wechat_more.c - 微信支付: the daily bill and profit sharing.
 * Owns nothing.
 * Serves channel_wechat.c. (wechatpay.md section 5) */
#include "charge/channel_wechat.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/csv.h"
#include "base/sign.h"
#include "base/text.h"

#define BILL_CELLS 40

/* ---- the bill of all trades of a day ---- */

enum column { AT, TRANSACTION, TRADE_NO, STATE, SETTLED, REFUND_ID, REFUND_NO, REFUNDED, FEE,
	ORDERED, ASKED, COLUMNS };
static const char *const heads[COLUMNS] = { [AT] = "交易时间", [TRANSACTION] = "微信订单号",
	[TRADE_NO] = "商户订单号", [STATE] = "交易状态", [SETTLED] = "应结订单金额",
	[REFUND_ID] = "微信退款单号", [REFUND_NO] = "商户退款单号", [REFUNDED] = "退款金额",
	[FEE] = "手续费", [ORDERED] = "订单金额", [ASKED] = "申请退款金额" };

struct bill_reading { int at[COLUMNS]; bool headed, summed; channel_bill_fn fn; void *ctx; };

/* Each value stands behind a backquote, so that spreadsheets keep the digits. */
static const char *value(const struct bill_reading *b, char **cell, enum column c)
{
	const char *text = cell[b->at[c]];

	return *text == '`' ? text + 1 : text;
}

static NEOERR *read_heads(struct bill_reading *b, int cells, char **cell)
{
	for (int c = 0; c < COLUMNS; c++) {
		b->at[c] = -1;
		for (int i = 0; i < cells; i++)
			if (text_eq(text_trim(cell[i]), heads[c]))
				b->at[c] = i;
		if (b->at[c] < 0)
			return nerr_raise(ERR_PEER, "the bill lacks the column %s", heads[c]);
	}
	b->headed = true;
	return STATUS_OK;
}

static NEOERR *take_line(int line, int cells, char **cell, void *ctx)
{
	struct bill_reading *b = ctx;
	struct channel_bill_line l = { .refund = false };
	bool good;

	if (!b->headed)
		return nerr_pass(read_heads(b, cells, cell));
	if (cells <= b->at[ASKED] || *cell[0] != '`') {      /* the heads of the sums, and the sums */
		b->summed = true;
		return STATUS_OK;
	}
	l.refund = text_eq(value(b, cell, STATE), "REFUND");
	l.no = value(b, cell, l.refund ? REFUND_NO : TRADE_NO);
	l.reference = value(b, cell, l.refund ? REFUND_ID : TRANSACTION);
	good = money_parse(value(b, cell, l.refund ? ASKED : ORDERED), &l.amount) &&
		money_parse(value(b, cell, FEE), &l.fee) && clock_parse(value(b, cell, AT), &l.at);
	if (!good || b->summed)
		return nerr_raise(ERR_PEER, "line %d of the bill cannot be read", line);
	return nerr_pass(b->fn(&l, b->ctx));
}

static NEOERR *read_bill(const char *text, size_t len, const char *hash, channel_bill_fn fn,
	void *ctx)
{
	struct bill_reading b = { .fn = fn, .ctx = ctx };
	char sum[SHA1_HEX], wanted[SHA1_HEX];
	NEOERR *err;

	sha1_hex(text, len, sum);
	text_copy(wanted, sizeof(wanted), hash);
	if (!text_eq(text_lower(wanted), sum))
		return nerr_raise(ERR_PEER, "the bill's digest is %s, not %s", sum, wanted);
	TRY(csv_read(text, len, BILL_CELLS, take_line, &b));
	if (!b.headed || !b.summed)
		err = nerr_raise(ERR_PEER, "the bill is cut off");
out:
	return nerr_pass(err);
}

NEOERR *wechat_bill(const struct channel_account *a, const char *day, channel_bill_fn fn, void *ctx)
{
	NEOERR *err;
	struct http_answer answer = { .status = 0 };
	json_t *json = NULL;
	const char *url, *path;
	char ask[80];

	snprintf(ask, sizeof(ask), "/v3/bill/tradebill?bill_date=%s&bill_type=ALL", day);
	err = wechat_call(a, "GET", ask, NULL, &json);
	if (error_is(err, ERR_INVALID) && strstr(error_desc(err), "NO_STATEMENT_EXIST")) {
		error_drop(err);
		return nerr_raise(ERR_NOT_FOUND, "no bill of %s", day);
	}
	TRY(err);
	url = json_text(json, "download_url", "");
	path = strstr(url, "://");
	path = path ? strchr(path + 3, '/') : NULL;
	if (!path) {
		err = nerr_raise(ERR_PEER, "the bill has no address");
		goto out;
	}
	TRY(wechat_get(a, "GET", url, path, NULL, &answer));
	if (answer.status != 200)
		err = nerr_raise(ERR_PEER, "the bill: HTTP %ld", answer.status);
	else
		err = read_bill(buf_str(&answer.body), answer.body.len, json_text(json, "hash_value", ""),
			fn, ctx);
out:
	json_decref(json);
	http_answer_clear(&answer);
	return nerr_pass(err);
}

/* ---- profit sharing ---- */

/* Added again, it stays what it is. */
NEOERR *wechat_receiver_add(const struct channel_account *a, const struct channel_receiver *r)
{
	NEOERR *err = STATUS_OK;
	char *sealed = NULL;
	json_t *body = json_pack("{s:s, s:s, s:s, s:s}", "appid", a->app_id, "type", r->kind,
		"account", r->account, "relation_type", "PARTNER");

	if (r->name && *r->name) {
		TRY(rsa_seal_dup(a->platform_key, r->name, &sealed));
		json_object_set_new(body, "name", json_string(sealed));
	}
	TRY(wechat_call(a, "POST", "/v3/profitsharing/receivers/add", json_incref(body), NULL));
out:
	json_decref(body);
	free(sealed);
	return nerr_pass(err);
}

static NEOERR *receivers_of(const struct channel_account *a, const struct channel_share *s,
	json_t **out)
{
	NEOERR *err = STATUS_OK;
	char *sealed = NULL;

	*out = json_array();
	for (int i = 0; i < s->n; i++) {
		const struct channel_receiver *r = &s->receiver[i];
		json_t *one = json_pack("{s:s, s:s, s:I, s:s}", "type", r->kind, "account", r->account,
			"amount", (json_int_t)channel_fen(r->amount), "description", "充电订单分账");

		json_array_append_new(*out, one);
		if (!r->name || !*r->name)
			continue;
		TRY(rsa_seal_dup(a->platform_key, r->name, &sealed));
		json_object_set_new(one, "name", json_string(sealed));
		free(sealed);
		sealed = NULL;
	}
out:
	free(sealed);
	return nerr_pass(err);
}

/* One failed receiver makes the order a person's. */
static void read_share(const json_t *json, struct channel_result *out)
{
	const json_t *receivers = json_object_get(json, "receivers"), *r;
	size_t i;

	*out = (struct channel_result){ .amount = -1,
		.state = text_eq(json_text(json, "state", ""), "FINISHED") ? CHANNEL_DONE
																	 : CHANNEL_WAITING };
	text_copy(out->no, sizeof(out->no), json_text(json, "out_order_no", ""));
	text_copy(out->reference, sizeof(out->reference), json_text(json, "order_id", ""));
	json_array_foreach(receivers, i, r) {
		if (!text_eq(json_text(r, "result", ""), "CLOSED"))
			continue;
		out->state = CHANNEL_ABNORMAL;
		text_copy(out->reason, sizeof(out->reason), json_text(r, "fail_reason", "CLOSED"));
	}
}

NEOERR *wechat_share(const struct channel_account *a, const struct channel_share *s,
	struct channel_result *out)
{
	NEOERR *err;
	json_t *receivers = NULL, *json = NULL;

	TRY(receivers_of(a, s, &receivers));
	TRY(wechat_call(a, "POST", "/v3/profitsharing/orders",
		json_pack("{s:s, s:s, s:s, s:O, s:b}", "appid", a->app_id, "transaction_id", s->reference,
			"out_order_no", s->no, "receivers", receivers, "unfreeze_unsplit", s->last ? 1 : 0),
		&json));
	read_share(json, out);
out:
	json_decref(receivers);
	json_decref(json);
	return nerr_pass(err);
}

NEOERR *wechat_share_query(const struct channel_account *a, const struct channel_share *s,
	struct channel_result *out)
{
	NEOERR *err;
	json_t *json = NULL;
	char path[200];

	*out = (struct channel_result){ .state = CHANNEL_UNKNOWN, .amount = -1 };
	snprintf(path, sizeof(path), "/v3/profitsharing/orders/%s?transaction_id=%s", s->no,
		s->reference);
	err = wechat_call(a, "GET", path, NULL, &json);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (err == STATUS_OK)
		read_share(json, out);
	json_decref(json);
	return nerr_pass(err);
}

NEOERR *wechat_share_return(const struct channel_account *a, const char *no, const char *of,
	const char *account, int64_t amount, struct channel_result *out)
{
	NEOERR *err;
	json_t *json = NULL;
	const char *result;

	TRY(wechat_call(a, "POST", "/v3/profitsharing/return-orders",
		json_pack("{s:s, s:s, s:s, s:I, s:s}", "out_order_no", of, "out_return_no", no,
			"return_mchid", account, "amount", (json_int_t)channel_fen(amount), "description",
			"分账撤销"),
		&json));
	result = json_text(json, "result", "");
	*out = (struct channel_result){ .amount = -1,
		.state = text_eq(result, "SUCCESS") ? CHANNEL_DONE
			: text_eq(result, "FAILED")     ? CHANNEL_ABNORMAL
											: CHANNEL_WAITING };
	text_copy(out->reason, sizeof(out->reason), json_text(json, "fail_reason", ""));
out:
	json_decref(json);
	return nerr_pass(err);
}

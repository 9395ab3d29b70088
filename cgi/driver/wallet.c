/* wallet.c - /d/wallet and /d/payment: filling the wallet, paying by a channel, taking money out
 * (F7, F6, U6).
 * Owns nothing; a driver sees the own orders alone.
 * Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/qr.h"
#include "base/sign.h"
#include "base/text.h"
#include "charge/aftersale.h"
#include "charge/ledger.h"
#include "charge/payment.h"
#include "charge/withdrawal.h"

SQL(wallet_provider, "SELECT provider_id FROM member WHERE id = ?");
SQL(wallet_statement,
	"SELECT at, kind, cash, gift, note FROM statement WHERE member_id = ? AND owner_kind ="
	" 'member' ORDER BY id DESC LIMIT 20");
SQL(wallet_withdrawals,
	"SELECT no, amount, state, applied_at FROM withdrawal WHERE member_id = ? ORDER BY id DESC"
	" LIMIT 5");

struct listing { struct request *req; int n; };

static NEOERR *on_statement(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	struct request *req = l->req;
	char when[CLOCK_TEXT];
	int i = l->n++;
	NEOERR *err;

	TRY(put_choice(req, &journal_kind_choices, choice_value(&journal_kind_choices, row_str(r, 1)),
		arena_printf(&req->arena, "Moves.%d", i)));
	TRY(hdf_put(req->hdf, clock_format(row_time(r, 0), when), "Moves.%d.at", i));
	TRY(hdf_put(req->hdf, say_money(req, row_money(r, 2)), "Moves.%d.cash", i));
	if (row_money(r, 3))
		TRY(hdf_put(req->hdf, say_money(req, row_money(r, 3)), "Moves.%d.gift", i));
out:
	return nerr_pass(err);
}

static NEOERR *on_withdrawal(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	struct request *req = l->req;
	char when[CLOCK_TEXT];
	int i = l->n++;
	NEOERR *err;

	TRY(put_choice(req, &withdrawal_state_choices,
		choice_value(&withdrawal_state_choices, row_str(r, 2)),
		arena_printf(&req->arena, "Outs.%d", i)));
	TRY(hdf_put(req->hdf, say_money(req, row_money(r, 1)), "Outs.%d.amount", i));
	TRY(hdf_put(req->hdf, clock_format(row_time(r, 3), when), "Outs.%d.at", i));
out:
	return nerr_pass(err);
}

static NEOERR *put_recharge(struct request *req)
{
	struct recharge_setting set;
	int64_t provider = 0, channel = 0, amount;
	char *list, *word;
	int i = 0;
	NEOERR *err;

	TRY(recharge_setting(req->db, &set));
	TRY(db_i64(req->db, &wallet_provider, ARGS(I64(req->who.member_id)), &provider));
	TRY(channel_for(req->db, provider, &channel));
	if (!set.on || !channel)
		return STATUS_OK;
	TRY(hdf_put(req->hdf, "1", "Recharge.on"));
	list = arena_strdup(&req->arena, set.amounts);
	while ((word = text_split(&list, ' ')) != NULL && i < 12) {
		if (!money_parse(word, &amount) || amount < set.min || amount > set.max)
			continue;
		TRY(hdf_put(req->hdf, say_money(req, amount), "Recharge.amount.%d", i));
		if (amount == set.standard)
			TRY(hdf_put(req->hdf, "1", "Recharge.amount.%d.chosen", i));
		i++;
	}
	TRY(hdf_put(req->hdf, set.text, "Recharge.text"));
	TRY(hdf_put(req->hdf,
		text_format(req, "wallet.limits", say_money(req, set.min), say_money(req, set.max)),
		"Recharge.limits"));
	TRY(hdf_put(req->hdf,
		text_format(req, "wallet.credit", say_money(req, set.credit_max), NULL),
		"Recharge.credit"));
	TRY(hdf_put(req->hdf, request_param_or(req, "other", ""), "Recharge.other"));
out:
	return nerr_pass(err);
}

static NEOERR *put_withdrawal(struct request *req)
{
	struct listing outs = { .req = req };
	struct withdrawal_view v;
	NEOERR *err;

	TRY(withdrawal_look(req->db, req->who.member_id, &v));
	TRY(db_query(req->db, &wallet_withdrawals, ARGS(I64(req->who.member_id)), on_withdrawal,
		&outs));
	if (!v.on)
		return STATUS_OK;
	TRY(hdf_put(req->hdf, "1", "Withdraw.on"));
	TRY(hdf_put(req->hdf, say_money(req, v.max), "Withdraw.max"));
	TRY(hdf_put(req->hdf, v.text, "Withdraw.text"));
	TRY(hdf_put(req->hdf, request_param_or(req, "out", ""), "Withdraw.out"));
out:
	return nerr_pass(err);
}

static NEOERR *page(struct request *req, const char *problem)
{
	struct listing moves = { .req = req };
	struct purse_balance b;
	char once[ONCE_CHARS + 1];
	NEOERR *err;

	TRY(purse_balance(req->db, (struct purse){ OWNER_MEMBER, req->who.member_id }, &b));
	TRY(hdf_put(req->hdf, say_money(req, b.cash), "Wallet.cash"));
	TRY(hdf_put(req->hdf, say_money(req, b.gift), "Wallet.gift"));
	if (b.cash_held + b.gift_held)
		TRY(hdf_put(req->hdf, say_money(req, b.cash_held + b.gift_held), "Wallet.held"));
	TRY(random_hex(once, ONCE_CHARS / 2));
	TRY(hdf_put(req->hdf, once, "Once"));
	TRY(put_recharge(req));
	TRY(put_withdrawal(req));
	TRY(db_query(req->db, &wallet_statement, ARGS(I64(req->who.member_id)), on_statement, &moves));
	if (problem) {
		TRY(hdf_put(req->hdf, problem, "Problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_get(req, "wallet.title"), "Page.title"));
	TRY(render_page(req, "driver/wallet.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *wallet_show(struct request *req)
{
	return nerr_pass(page(req, NULL));
}

const char *payment_refused(struct request *req, enum payment_refusal refusal)
{
	static const char *const keys[] = { [PAYMENT_OFF] = "wallet.refused_off",
		[PAYMENT_AMOUNT] = "wallet.refused_amount", [PAYMENT_BUSY_CHANNEL] = "wallet.refused_off",
		[PAYMENT_FINE] = "" };

	return text_get(req, keys[refusal]);
}

bool payment_in_app(const struct request *req)
{
	return req->agent && strstr(req->agent, "MicroMessenger");
}

/* A preset, or the amount typed. */
static NEOERR *recharge(struct request *req)
{
	const char *amount = request_param_or(req, "amount", ""),
			   *other = request_param_or(req, "other", "");
	struct payment_wish w = { .purpose = PURPOSE_RECHARGE, .member_id = req->who.member_id,
		.once = request_param(req, "once"), .ip = req->ip, .in_app = payment_in_app(req) };
	enum payment_refusal refusal;
	int64_t provider = 0, id;
	NEOERR *err;

	if (!money_parse(*other ? other : amount, &w.amount))
		return nerr_pass(page(req, payment_refused(req, PAYMENT_AMOUNT)));
	TRY(db_i64(req->db, &wallet_provider, ARGS(I64(w.member_id)), &provider));
	TRY(channel_for(req->db, provider, &w.channel_id));
	TRY(payment_begin(req->db, &w, &id, &refusal));
	if (refusal != PAYMENT_FINE)
		return nerr_pass(page(req, payment_refused(req, refusal)));
	response_redirect(req, arena_printf(&req->arena, "/d/payment/%lld", (long long)id));
out:
	return nerr_pass(err);
}

static NEOERR *withdraw(struct request *req)
{
	enum withdrawal_refusal refusal = WITHDRAWAL_AMOUNT;
	int64_t amount, id;
	NEOERR *err = STATUS_OK;

	if (money_parse(request_param_or(req, "out", ""), &amount))
		TRY(withdrawal_ask(req->db, req->who.member_id, amount, request_param(req, "once"), &id,
			&refusal));
	if (refusal != WITHDRAWAL_FINE)
		return nerr_pass(page(req,
			text_get(req, arena_printf(&req->arena, "withdrawal.refused.%s",
							  withdrawal_refusal_name(refusal)))));
	response_redirect_saying(req, "/d/wallet", "wallet.withdrawn", "");
out:
	return nerr_pass(err);
}

/* ---- one payment order ---- */

static NEOERR *own(struct request *req, struct payment_view *v)
{
	NEOERR *err = payment_get(req->db, route_id(req, "id"), v);

	if (err == STATUS_OK && v->member_id != req->who.member_id)
		err = nerr_raise(ERR_NOT_FOUND, "another's payment");
	return nerr_pass(err);
}

/* After the channel's page the payer comes back here. */
static const char *h5_link(struct request *req, const struct payment_view *v)
{
	return arena_printf(&req->arena, "%s%sredirect_url=%s", v->code,
		strchr(v->code, '?') ? "&" : "?",
		url_encode(req, arena_printf(&req->arena, "%s/d/payment/%lld", conf.url,
							(long long)v->id)));
}

/* Inside the channel's app: first who pays, then its pay window, which static/js/driver.js
 * opens. */
static NEOERR *put_window(struct request *req, const struct payment_view *v)
{
	struct channel_account a = { .id = 0 };
	char *json = NULL;
	NEOERR *err;

	TRY(hdf_put(req->hdf, payment_in_app(req) ? "1" : "0", "Pay.in_app"));
	if (v->state == PAYMENT_CREATED) {
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/payment/%lld/who", (long long)v->id),
			"Pay.who"));
		return STATUS_OK;
	}
	TRY(channel_open(req->db, v->channel_id, &a));
	if (channel_of(a.kind)->window)
		TRY(channel_of(a.kind)->window(&a, v->code, &json));
	TRY(hdf_put(req->hdf, json ? json : "", "Pay.window"));
out:
	channel_account_clear(&a);
	free(json);
	return nerr_pass(err);
}

static NEOERR *put_way(struct request *req, const struct payment_view *v)
{
	bool link = text_starts(v->code, "http://") || text_starts(v->code, "https://");
	NEOERR *err = STATUS_OK;

	if (text_eq(v->method, "jsapi") &&
		(v->state == PAYMENT_WAITING || v->state == PAYMENT_CREATED))
		return nerr_pass(put_window(req, v));
	if (v->state != PAYMENT_WAITING)
		return STATUS_OK;
	if (text_eq(v->method, "h5"))
		return nerr_pass(hdf_put(req->hdf, h5_link(req, v), "Pay.link"));
	TRY(hdf_put(req->hdf,
		arena_printf(&req->arena, "/d/payment/%lld/qr.svg", (long long)v->id), "Pay.qr"));
	if (link || text_starts(v->code, "weixin://"))
		TRY(hdf_put(req->hdf, v->code, link ? "Pay.link" : "Pay.app"));
out:
	return nerr_pass(err);
}

static NEOERR *payment_show(struct request *req)
{
	struct payment_view v;
	NEOERR *err;

	TRY(own(req, &v));
	if (v.session_id) {
		response_redirect(req,
			arena_printf(&req->arena, "/d/session/%lld", (long long)v.session_id));
		return STATUS_OK;
	}
	TRY(hdf_put(req->hdf, v.no, "Pay.no"));
	TRY(hdf_put(req->hdf, say_money(req, v.amount), "Pay.amount"));
	TRY(put_choice(req, &payment_state_choices, v.state, "Pay.state"));
	TRY(put_choice(req, &payment_purpose_choices, v.purpose, "Pay.purpose"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/payment/%lld", (long long)v.id),
		"Pay.path"));
	if (v.state == PAYMENT_PAID && v.started && *v.problem)
		TRY(hdf_put(req->hdf,
			text_get(req, text_eq(v.problem, "late") ? "wallet.start_late"
				: arena_printf(&req->arena, "refusal.%s", v.problem)),
			"Pay.refused"));
	TRY(put_way(req, &v));
	if (((v.state == PAYMENT_WAITING || v.state == PAYMENT_CREATED) &&
			!text_eq(v.method, "jsapi")) ||                  /* its window stands over the page */
		(v.state == PAYMENT_PAID && v.purpose == PURPOSE_PREPAY && !v.started))
		TRY(hdf_put(req->hdf, "3", "Page.reload"));
	TRY(hdf_put(req->hdf, text_get(req, "wallet.pay_title"), "Page.title"));
	TRY(render_page(req, "driver/payment.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *payment_qr(struct request *req)
{
	struct payment_view v;
	char *svg = NULL;
	NEOERR *err;

	TRY(own(req, &v));
	if (v.state != PAYMENT_WAITING || !*v.code)
		return nerr_raise(ERR_NOT_FOUND, "nothing to scan");
	TRY(qr_svg_dup(v.code, &svg));
	response_bytes(req, "image/svg+xml", svg, strlen(svg));
out:
	free(svg);
	return nerr_pass(err);
}

/* 我已支付: the channel is asked now; one that does not answer leaves things as they are. An order
 * it never heard of is asked for again. */
static NEOERR *payment_ask_now(struct request *req)
{
	struct payment_view v;
	NEOERR *err, *asked;

	TRY(own(req, &v));
	asked = v.state == PAYMENT_CREATED ? payment_ask(req->db, v.id, req->ip, NULL)
									   : payment_check(req->db, v.id);
	if (asked != STATUS_OK)
		error_log("payment_check", asked);
	response_redirect(req, arena_printf(&req->arena, "/d/payment/%lld", (long long)v.id));
out:
	return nerr_pass(err);
}

/* What the channel sends back with the code: nobody else's link leads a driver through here. */
static const char *who_state(struct request *req, const struct payment_view *v)
{
	char *text = arena_printf(&req->arena, "%s %s", req->who.csrf, v->no),
		 *out = arena_alloc(&req->arena, MD5_HEX);

	md5_hex(text, strlen(text), out);
	return out;
}

/* Sends the phone to say who pays, and takes what it brings back; with that the order is made at
 * the channel. */
static NEOERR *who_pays(struct request *req)
{
	const char *code = request_param(req, "code"), *state = request_param_or(req, "state", ""),
			   *here = arena_printf(&req->arena, "/d/payment/%lld", (long long)route_id(req, "id"));
	struct channel_account a = { .id = 0 };
	char openid[CHANNEL_OPENID];
	struct payment_view v;
	struct buf url;
	bool asking;
	NEOERR *err;

	buf_init(&url, 0);
	TRY(own(req, &v));
	if (v.state != PAYMENT_CREATED || !text_eq(v.method, "jsapi")) {
		response_redirect(req, here);
		goto out;
	}
	TRY(channel_open(req->db, v.channel_id, &a));
	if (!channel_of(a.kind)->openid) {
		err = nerr_raise(ERR_NOT_FOUND, "%s has no app to pay inside of", a.kind);
		goto out;
	}
	asking = !code || !*code || !text_eq(state, who_state(req, &v));
	err = asking ? channel_of(a.kind)->who(&a,
					   arena_printf(&req->arena, "%s%s/who", conf.url, here),
					   who_state(req, &v), &url)
				 : channel_of(a.kind)->openid(&a, code, openid);
	if (err != STATUS_OK) {
		error_log("who_pays", err);
		err = STATUS_OK;
		response_redirect_saying(req, here, "wallet.who_failed", "");
		goto out;
	}
	if (asking) {
		req->status = 303;
		response_header(req, "Location", buf_str(&url));
		goto out;
	}
	TRY(payment_ask(req->db, v.id, req->ip, openid));
	response_redirect(req, here);
out:
	channel_account_clear(&a);
	buf_clear(&url);
	return nerr_pass(err);
}

/* F3: something was wrong with a charge. */
static NEOERR *complain(struct request *req)
{
	const char *path =
		arena_printf(&req->arena, "/d/session/%lld", (long long)route_id(req, "id"));
	enum aftersale_refusal refusal;
	NEOERR *err;

	TRY(aftersale_ask(req->db, req->who.member_id, route_id(req, "id"),
		request_param_or(req, "wish", ""), &refusal));
	response_redirect_saying(req, path,
		arena_printf(&req->arena, "aftersale.%s", refusal == AFTERSALE_FINE
				? "asked"
				: arena_printf(&req->arena, "refused.%s", aftersale_refusal_name(refusal))),
		"");
out:
	return nerr_pass(err);
}

const struct route wallet_routes[] = {
	{ METHOD_GET, "/d/wallet", wallet_show, NULL, 0 },
	{ METHOD_POST, "/d/wallet/recharge", recharge, NULL, 0 },
	{ METHOD_POST, "/d/wallet/withdraw", withdraw, NULL, 0 },
	{ METHOD_GET, "/d/payment/:id", payment_show, NULL, 0 },
	{ METHOD_POST, "/d/payment/:id", payment_ask_now, NULL, 0 },
	{ METHOD_GET, "/d/payment/:id/qr.svg", payment_qr, NULL, 0 },
	{ METHOD_GET, "/d/payment/:id/who", who_pays, NULL, 0 },
	{ METHOD_POST, "/d/session/:id/aftersale", complain, NULL, 0 },
	{ .pattern = NULL },
};

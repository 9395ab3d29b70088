/* payment_begin.c - a payment order comes to be: what a driver may pay, the row, the question to
 * the channel.
 * Owns the insert into payment. Serves payment.h. */
#include "charge/payment_internal.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "db/setting.h"

SQL(payment_of_once, "select id from payment where once = ? and member_id = ?");
SQL(payment_insert,
	"insert into payment (no, provider_id, station_id, channel_id, channel_kind, method, purpose,"
	" member_id, phone, amount, state, plan, once, requested_at, expires_at, updated_at)"
	" select ?, coalesce((select provider_id from station where id = ?), m.provider_id), ?, c.id,"
	" c.kind, if(?, 'native', if(c.method = 'phone', ?, c.method)), ?, m.id, m.phone, ?, 'created',"
	" ?, ?, ?, ?, ? from member m join channel c on c.id = ? where m.id = ?");
SQL(payment_asked,
	"update payment set code = ?, state = 'waiting', problem = '', updated_at = ?,"
	" version = version + 1 where id = ? and state = 'created'");
SQL(payment_not_asked,
	"update payment set state = ?, problem = ?, updated_at = ?, version = version + 1"
	" where id = ? and state = 'created'");
SQL(payment_select,
	"select id, member_id, coalesce(session_id, 0), channel_id, amount, requested_at, expires_at,"
	" state, purpose, started, no, method, code, problem, channel_kind, plan from"
	" payment where id = ?");

NEOERR *recharge_setting(struct db *db, struct recharge_setting *out)
{
	int64_t on = 0;
	NEOERR *err;

	TRY(setting_i64(db, "recharge_on", &on));
	out->on = on != 0;
	TRY(setting_money(db, "recharge_min", &out->min));
	TRY(setting_money(db, "recharge_max", &out->max));
	TRY(setting_money(db, "recharge_default", &out->standard));
	TRY(setting_money(db, "recharge_credit_max", &out->credit_max));
	TRY(setting_text(db, "recharge_amounts", out->amounts, sizeof(out->amounts)));
	TRY(setting_text(db, "recharge_text", out->text, sizeof(out->text)));
out:
	return nerr_pass(err);
}

NEOERR *payment_new_no(char prefix, char out[CHANNEL_NO])
{
	char digits[9];
	struct civil c;
	NEOERR *err;

	TRY(random_digits(digits, 8));
	clock_civil(clock_now(), &c);
	snprintf(out, CHANNEL_NO, "%c%04d%02d%02d%02d%02d%02d%s", prefix, c.year % 10000,
		c.month % 100, c.day % 100, c.hour % 100, c.minute % 100, c.second % 100, digits);
out:
	return nerr_pass(err);
}

const char *payment_problem(NEOERR *err, char out[301])
{
	text_copy(out, 301, error_desc(err));
	return text_scrub(out);
}

static NEOERR *judge(struct db *db, const struct payment_wish *w, enum payment_refusal *refusal)
{
	struct recharge_setting set;
	NEOERR *err = STATUS_OK;

	*refusal = PAYMENT_FINE;
	if (w->amount < MONEY_FEN || w->amount % MONEY_FEN != 0)
		*refusal = PAYMENT_AMOUNT;
	if (!w->channel_id)
		*refusal = PAYMENT_OFF;
	/* the counter offers what its own list says */
	if (*refusal != PAYMENT_FINE || w->purpose != PURPOSE_RECHARGE || w->by)
		return STATUS_OK;
	TRY(recharge_setting(db, &set));
	if (!set.on)
		*refusal = PAYMENT_OFF;
	else if (w->amount < set.min || w->amount > set.max)
		*refusal = PAYMENT_AMOUNT;
out:
	return nerr_pass(err);
}

static char *plan_dup(const struct payment_wish *w)
{
	json_t *plan = w->purpose == PURPOSE_PREPAY ? json_pack("{s:I, s:s}", "connector",
			(json_int_t)w->connector_id, "plate", w->plate ? w->plate : "")
		: w->by ? json_pack("{s:I, s:s, s:I, s:s}", "by", (json_int_t)w->by, "operator",
			w->operator ? w->operator : "", "gift", (json_int_t)w->gift, "token_no",
			w->token_no ? w->token_no : "")
				: NULL;
	char *text = plan ? json_write_dup(plan) : strdup("");

	if (!text)
		error_die("out of memory (payment)");
	json_decref(plan);
	return text;
}

struct begin { const struct payment_wish *w; int64_t id; bool repeated; };

/* A number that is taken already makes the tx begin anew with another. */
static NEOERR *keep(struct db *db, void *ctx)
{
	struct begin *b = ctx;
	const struct payment_wish *w = b->w;
	int64_t now = clock_now();
	char no[CHANNEL_NO], *plan = plan_dup(w);
	NEOERR *err;

	TRY(db_i64(db, &payment_of_once, ARGS(STR(w->once), I64(w->member_id)), &b->id));
	b->repeated = b->id != 0;
	if (b->repeated)
		goto out;
	TRY(payment_new_no('P', no));
	err = db_insert(db, &payment_insert,
		ARGS(STR(no), IDREF(w->station_id), IDREF(w->station_id), I64(w->by != 0),
			STR(w->in_app ? "jsapi" : "h5"),
			STR(choice_name(&payment_purpose_choices, w->purpose)), MONEY(w->amount), STR(plan),
			STR(w->once), TIME(now), TIME(now + PAYMENT_MINUTES * 60), TIME(now),
			I64(w->channel_id), I64(w->member_id)),
		&b->id);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "the number or the form's token is taken");
	}
out:
	free(plan);
	return nerr_pass(err);
}

NEOERR *payment_begin(struct db *db, const struct payment_wish *w, int64_t *id,
	enum payment_refusal *refusal)
{
	struct begin b = { .w = w };
	NEOERR *err;

	*id = 0;
	if (!w->once || strlen(w->once) != ONCE_CHARS)
		return nerr_raise(ERR_INVALID, "the form carries no token");
	TRY(judge(db, w, refusal));
	if (*refusal != PAYMENT_FINE)
		return STATUS_OK;
	TRY(db_tx(db, keep, &b));
	*id = b.id;
	if (!b.repeated)
		TRY(payment_ask(db, b.id, w->ip, w->openid));
out:
	return nerr_pass(err);
}

static NEOERR *take_view(const struct row *r, void *ctx)
{
	struct payment_view *v = ctx;

	*v = (struct payment_view){ .id = row_i64(r, 0), .member_id = row_i64(r, 1),
		.session_id = row_i64(r, 2), .channel_id = row_i64(r, 3), .amount = row_money(r, 4),
		.requested_at = row_time(r, 5), .expires_at = row_time(r, 6),
		.state = (enum payment_state)choice_value(&payment_state_choices, row_str(r, 7)),
		.purpose = (enum payment_purpose)choice_value(&payment_purpose_choices, row_str(r, 8)),
		.started = row_i64(r, 9) != 0 };
	text_copy(v->no, sizeof(v->no), row_str(r, 10));
	text_copy(v->method, sizeof(v->method), row_str(r, 11));
	text_copy(v->code, sizeof(v->code), row_str(r, 12));
	text_copy(v->problem, sizeof(v->problem), row_str(r, 13));
	text_copy(v->channel_kind, sizeof(v->channel_kind), row_str(r, 14));
	text_copy(v->plan, sizeof(v->plan), row_str(r, 15));
	return STATUS_OK;
}

NEOERR *payment_get(struct db *db, int64_t id, struct payment_view *out)
{
	return nerr_pass(db_get(db, &payment_select, ARGS(I64(id)), take_view, out));
}

/* They refuse: failed, and why. No answer: still created, asked again with the same number. */
static NEOERR *note_refusal(struct db *db, int64_t id, NEOERR *why)
{
	char problem[301];
	bool refused = error_is(why, ERR_INVALID) || error_is(why, ERR_NOT_FOUND);

	payment_problem(why, problem);
	error_log("payment_ask", why);
	return nerr_pass(db_exec(db, &payment_not_asked,
		ARGS(STR(refused ? "failed" : "created"), STR(problem), TIME(clock_now()), I64(id)),
		NULL));
}

NEOERR *payment_ask(struct db *db, int64_t id, const char *ip, const char *openid)
{
	struct channel_account a = { .id = 0 };
	struct channel_prepared prepared = { .code = "" };
	struct payment_view v;
	char notify[301];
	NEOERR *err, *asked;

	TRY(payment_get(db, id, &v));
	if (v.state != PAYMENT_CREATED || (text_eq(v.method, "jsapi") && (!openid || !*openid)))
		return STATUS_OK;
	TRY(channel_open(db, v.channel_id, &a));
	channel_notify_url(a.id, notify);
	asked = channel_of(a.kind)->prepare(&a,
		&(struct channel_order){ .no = v.no,
			.description = v.purpose == PURPOSE_PREPAY ? "充电预付款"
				: v.purpose == PURPOSE_CARD_FEE        ? "充电卡工本费"
													   : "充电账户充值",
			.notify_url = notify,
			.method = v.method,
			.openid = openid,
			.ip = ip ? ip : "",
			.amount = v.amount,
			.expires_at = v.expires_at,
			.sharing = a.sharing && v.purpose == PURPOSE_PREPAY },
		&prepared);
	if (asked != STATUS_OK)
		err = note_refusal(db, id, asked);
	else
		err = db_exec(db, &payment_asked,
			ARGS(STR(prepared.code), TIME(clock_now()), I64(id)), NULL);
out:
	channel_account_clear(&a);
	return nerr_pass(err);
}

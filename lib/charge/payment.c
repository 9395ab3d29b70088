/* payment.c - payment orders after they were asked: paid once whatever comes how often, closed,
 * started, given back.
 * Owns table payment. Serves payment.h. */
#include "charge/payment_internal.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sign.h"
#include "base/text.h"
#include "charge/refund.h"
#include "charge/session.h"
#include "charge/token.h"

#define CHECK_SECONDS 60                     /* an open order is asked for this often */
#define WORK_MAX 200
#define START_LATE 300                       /* s after its order ran out nobody waits for the charge */

SQL(payment_lock_select,
	"select id, provider_id, coalesce(station_id, 0), channel_id, member_id, coalesce(session_id,"
	" 0), amount, refunded, expires_at, state, purpose, started, no, plan, phone from payment"
	" where id = ? for update");
SQL(payment_by_no, "select id from payment where no = ? and channel_id = ?");
SQL(payment_by_session, "select id from payment where session_id = ? and state = 'paid'");
SQL(payment_state_write,
	"update payment set state = ?, problem = ?, updated_at = ?, version = version + 1 where id ="
	" ?");
SQL(payment_paid,
	"update payment set state = 'paid', transaction = ?, bank = ?, callback = coalesce(?,"
	" callback), paid_at = ?, problem = '', updated_at = ?, version = version + 1 where id = ?");
SQL(payment_trouble,
	"update payment set problem = ?, callback = coalesce(?, callback), updated_at = ?, version ="
	" version + 1 where id = ?");
SQL(payment_checked, "update payment set checked_at = ? where id = ?");
SQL(payment_refunded, "update payment set refunded = refunded + ?, updated_at = ? where id = ?");
SQL(payment_started,
	"update payment set started = 1, session_id = ?, problem = ?, updated_at = ?, version ="
	" version + 1 where id = ?");
SQL(payment_due,
	"select id from payment where state in ('created', 'waiting') and (checked_at is null or"
	" checked_at <= ?) and requested_at <= ? order by id limit ?");
SQL(payment_unstarted,
	"select id from payment where purpose = 'prepay' and state = 'paid' and started = 0 order by"
	" id limit ?");
SQL(payment_session_facts,
	"select state in ('finished', 'failed'), amount, no from session where id = ? for update");

/* From each state, the states it may go to. Money may arrive after we gave the order up. */
static const unsigned moves[] = {
	[PAYMENT_CREATED] = 1 << PAYMENT_WAITING | 1 << PAYMENT_PAID | 1 << PAYMENT_CLOSED |
		1 << PAYMENT_FAILED,
	[PAYMENT_WAITING] = 1 << PAYMENT_PAID | 1 << PAYMENT_CLOSED | 1 << PAYMENT_FAILED,
	[PAYMENT_PAID] = 0,
	[PAYMENT_CLOSED] = 1 << PAYMENT_PAID,
	[PAYMENT_FAILED] = 1 << PAYMENT_PAID,
};

bool payment_may(enum payment_state from, enum payment_state to)
{
	return (int)from >= 0 && from <= PAYMENT_FAILED && (moves[from] & 1u << to) != 0;
}

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct payment_row *p = ctx;

	*p = (struct payment_row){ .id = row_i64(r, 0), .provider_id = row_i64(r, 1),
		.station_id = row_i64(r, 2), .channel_id = row_i64(r, 3), .member_id = row_i64(r, 4),
		.session_id = row_i64(r, 5), .amount = row_money(r, 6), .refunded = row_money(r, 7),
		.expires_at = row_time(r, 8),
		.state = (enum payment_state)choice_value(&payment_state_choices, row_str(r, 9)),
		.purpose = (enum payment_purpose)choice_value(&payment_purpose_choices, row_str(r, 10)),
		.started = row_i64(r, 11) != 0 };
	text_copy(p->no, sizeof(p->no), row_str(r, 12));
	text_copy(p->plan, sizeof(p->plan), row_str(r, 13));
	text_copy(p->phone, sizeof(p->phone), row_str(r, 14));
	return STATUS_OK;
}

NEOERR *payment_lock(struct db *db, int64_t id, struct payment_row *out)
{
	return nerr_pass(db_get(db, &payment_lock_select, ARGS(I64(id)), take_row, out));
}

NEOERR *payment_set_state(struct db *db, struct payment_row *p, enum payment_state to,
	const char *problem)
{
	if (!payment_may(p->state, to))
		return nerr_raise(ERR_STALE, "payment %s cannot become %s", p->no,
			choice_name(&payment_state_choices, to));
	p->state = to;
	return nerr_pass(db_exec(db, &payment_state_write,
		ARGS(STR(choice_name(&payment_state_choices, to)), STR(problem), TIME(clock_now()),
			I64(p->id)),
		NULL));
}

NEOERR *payment_give_back(struct db *db, int64_t id, int64_t amount)
{
	struct payment_row p;
	NEOERR *err;

	TRY(payment_lock(db, id, &p));
	if (p.state != PAYMENT_PAID || p.refunded + amount > p.amount || p.refunded + amount < 0)
		return nerr_raise(ERR_INVALID, "payment %s holds less than is to go back", p.no);
	TRY(db_exec(db, &payment_refunded, ARGS(MONEY(amount), TIME(clock_now()), I64(id)), NULL));
out:
	return nerr_pass(err);
}

/* ---- paid ---- */

struct taking { int64_t id; const struct channel_result *r; const char *raw; bool start; };

/* A recharge or a prepayment goes into the wallet, with what the counter promised on top of it. A
 * card's fee is the provider's, and the card is the member's; if it became another's meanwhile, the
 * money is the member's own. */
static NEOERR *credit(struct db *db, const struct payment_row *p, bool gift)
{
	char key[60];
	struct journal j = { .kind = JOURNAL_RECHARGE,
		.dedupe_key = key,
		.provider_id = p->provider_id,
		.station_id = p->station_id,
		.member_id = p->member_id,
		.channel_id = p->channel_id,
		.note = p->no,
		.purse = { OWNER_MEMBER, p->member_id } };
	enum token_refusal refusal = TOKEN_FINE;
	json_t *plan = NULL;
	int64_t token_id;
	bool fresh;
	NEOERR *err = STATUS_OK;

	snprintf(key, sizeof(key), "pay:%s", p->no);
	if (*p->plan)
		TRY(json_read(p->plan, strlen(p->plan), sizeof(p->plan), &plan));
	j.operator = json_text(plan, "operator", "");
	j.by = json_i64(plan, "by", 0);
	if (p->purpose == PURPOSE_CARD_FEE)
		TRY(token_bind(db, json_text(plan, "token_no", ""), p->member_id, j.by, &token_id,
			&refusal));
	if (refusal != TOKEN_FINE)
		TRY(db_exec(db, &payment_trouble,
			ARGS(STR("card"), NULLARG, TIME(clock_now()), I64(p->id)), NULL));
	if (p->purpose == PURPOSE_CARD_FEE && refusal == TOKEN_FINE)
		TRY(purse_fee_paid(db, &j, p->amount, ACCOUNT_INCOME_CARD));
	else
		TRY(purse_recharge(db, &j, p->amount, gift ? json_i64(plan, "gift", 0) : 0, &fresh));
out:
	json_decref(plan);
	return nerr_pass(err);
}

/* F7: a recharge by credit card above the cap goes back whole. Channels name the bank and the kind
 * of card: CMB_CREDIT. */
static NEOERR *judge_card(struct db *db, const struct payment_row *p, const char *bank, bool *back)
{
	size_t len = strlen(bank);
	struct recharge_setting set;
	NEOERR *err;

	*back = false;
	if (p->purpose != PURPOSE_RECHARGE || len < 7 || !text_eq(bank + len - 7, "_CREDIT"))
		return STATUS_OK;
	TRY(recharge_setting(db, &set));
	*back = p->amount > set.credit_max;
out:
	return nerr_pass(err);
}

static NEOERR *trouble(struct db *db, int64_t id, const char *problem, const char *raw)
{
	log_line(LOG_WARN, "payment_problem", "payment=%lld problem=%s", (long long)id, problem);
	return nerr_pass(db_exec(db, &payment_trouble,
		ARGS(STR(problem), STR(raw), TIME(clock_now()), I64(id)), NULL));
}

static NEOERR *take(struct db *db, void *ctx)
{
	struct taking *t = ctx;
	struct payment_row p;
	int64_t now = clock_now();
	bool back;
	NEOERR *err;

	t->start = false;
	TRY(payment_lock(db, t->id, &p));
	if (p.state == PAYMENT_PAID)
		return STATUS_OK;
	if (t->r->amount != p.amount)
		return nerr_pass(trouble(db, p.id, "amount", t->raw));
	if (!payment_may(p.state, PAYMENT_PAID))
		return nerr_raise(ERR_STALE, "payment %s cannot be paid", p.no);
	TRY(db_exec(db, &payment_paid,
		ARGS(STR(t->r->reference), STR(t->r->bank), STR(t->raw), TIME(now), TIME(now), I64(p.id)),
		NULL));
	TRY(judge_card(db, &p, t->r->bank, &back));
	TRY(credit(db, &p, !back));
	if (back)
		TRY(refund_return(db, p.id, 0, p.amount, BACK_CREDIT_CARD, "信用卡充值超过限额"));
	t->start = p.purpose == PURPOSE_PREPAY;
out:
	return nerr_pass(err);
}

/* The charge begins after the commit; what goes wrong there is the job's to do again. */
static void start_now(struct db *db, int64_t id)
{
	NEOERR *err = payment_start(db, id);

	if (err != STATUS_OK)
		error_log("payment_start", err);
}

NEOERR *payment_take(struct db *db, int64_t channel_id, const struct channel_result *r,
	const char *raw)
{
	struct taking t = { .r = r, .raw = raw };
	NEOERR *err;

	TRY(db_i64(db, &payment_by_no, ARGS(STR(r->no), I64(channel_id)), &t.id));
	if (!t.id)
		return nerr_raise(ERR_NOT_FOUND, "channel %lld has no payment %s", (long long)channel_id,
			r->no);
	if (r->state != CHANNEL_DONE)
		return STATUS_OK;
	TRY(db_tx(db, take, &t));
	if (t.start && !db_in_tx(db))
		start_now(db, t.id);
out:
	return nerr_pass(err);
}

NEOERR *payment_callback(struct db *db, int64_t channel_id, const struct channel_callback *c,
	const char **answer, const char **type)
{
	struct channel_account a = { .id = 0 };
	const struct channel *channel;
	struct channel_notice notice;
	NEOERR *err;

	TRY(channel_open(db, channel_id, &a));
	channel = channel_of(a.kind);
	*answer = channel->unheard;
	*type = channel->type ? channel->type : *type;
	TRY(channel->verify(&a, c, &notice));
	if (notice.kind == NOTICE_PAYMENT)
		TRY(payment_take(db, channel_id, &notice.result, c->body));
	if (notice.kind == NOTICE_REFUND)
		TRY(refund_take(db, channel_id, &notice.result, c->body));
	*answer = channel->heard;
out:
	channel_account_clear(&a);
	return nerr_pass(err);
}

/* ---- asked for ---- */

static NEOERR *shut(struct db *db, void *ctx)
{
	struct payment_row p;
	NEOERR *err;

	TRY(payment_lock(db, *(int64_t *)ctx, &p));
	if (payment_may(p.state, PAYMENT_CLOSED))
		TRY(payment_set_state(db, &p, PAYMENT_CLOSED, ""));
out:
	return nerr_pass(err);
}

/* Never closed here before the channel says that nobody can pay any more: a payment between our
 * question and the closing is told by the channel's refusal to close, and asked for next time. */
static NEOERR *expire(struct db *db, const struct channel_account *a, struct payment_view *v,
	enum channel_state state)
{
	NEOERR *err = STATUS_OK;

	if (state == CHANNEL_WAITING) {
		if (clock_now() < v->expires_at)
			return STATUS_OK;
		err = channel_of(a->kind)->close(a, v->no);
		if (error_is(err, ERR_INVALID)) {
			error_drop(err);
			return STATUS_OK;
		}
		TRY(err);
	} else if (state == CHANNEL_UNKNOWN && clock_now() < v->expires_at)
		return STATUS_OK;
	TRY(db_tx(db, shut, &v->id));
out:
	return nerr_pass(err);
}

NEOERR *payment_check(struct db *db, int64_t id)
{
	struct channel_account a = { .id = 0 };
	struct channel_result r;
	struct payment_view v;
	NEOERR *err;

	TRY(payment_get(db, id, &v));
	if (v.state != PAYMENT_CREATED && v.state != PAYMENT_WAITING)
		return STATUS_OK;
	TRY(db_exec(db, &payment_checked, ARGS(TIME(clock_now()), I64(id)), NULL));
	TRY(channel_open(db, v.channel_id, &a));
	TRY(channel_of(a.kind)->query(&a, v.no, &r));
	if (r.state == CHANNEL_DONE) {
		text_copy(r.no, sizeof(r.no), v.no);
		TRY(payment_take(db, v.channel_id, &r, NULL));
	} else
		TRY(expire(db, &a, &v, r.state));
out:
	channel_account_clear(&a);
	return nerr_pass(err);
}

/* ---- a prepaid charge ---- */

static NEOERR *take_over(const struct row *r, void *ctx)
{
	struct { bool over; int64_t amount; } *s = ctx;

	s->over = row_i64(r, 0) != 0;
	s->amount = row_money(r, 1);
	return STATUS_OK;
}

NEOERR *payment_session_over(struct db *db, int64_t session_id)
{
	struct { bool over; int64_t amount; } s = { false, 0 };
	struct purse_balance b;
	struct payment_row p;
	int64_t id, back;
	NEOERR *err;

	TRY(db_i64(db, &payment_by_session, ARGS(I64(session_id)), &id));
	if (!id)
		return STATUS_OK;
	TRY(payment_lock(db, id, &p));
	TRY(db_get(db, &payment_session_facts, ARGS(I64(session_id)), take_over, &s));
	if (!s.over)
		return STATUS_OK;
	TRY(purse_lock(db, (struct purse){ OWNER_MEMBER, p.member_id }, &b));
	back = p.amount - p.refunded - s.amount;
	back = back < b.cash ? back : b.cash;
	back -= back > 0 ? back % MONEY_FEN : 0;
	if (back > 0)
		TRY(refund_return(db, p.id, session_id, back, BACK_PREPAY_RETURN, ""));
out:
	return nerr_pass(err);
}

struct starting { int64_t id, session_id; const char *problem; };

static NEOERR *started(struct db *db, void *ctx)
{
	struct starting *s = ctx;
	struct payment_row p;
	NEOERR *err;

	TRY(payment_lock(db, s->id, &p));
	if (p.started)
		return STATUS_OK;
	TRY(db_exec(db, &payment_started,
		ARGS(IDREF(s->session_id), STR(s->problem), TIME(clock_now()), I64(s->id)), NULL));
	if (s->session_id)
		TRY(payment_session_over(db, s->session_id));
	else
		TRY(refund_return(db, p.id, 0, p.amount - p.refunded, BACK_START_FAILED, s->problem));
out:
	return nerr_pass(err);
}

static NEOERR *request_charge(struct db *db, const struct payment_row *p,
	struct start_result *result)
{
	char once[MD5_HEX];
	json_t *plan = NULL;
	struct start_request s = { .member_id = p->member_id, .mode = START_APP,
		.limit_kind = LIMIT_AMOUNT, .limit_value = p->amount, .once = once };
	NEOERR *err;

	TRY(json_read(p->plan, strlen(p->plan), sizeof(p->plan), &plan));
	s.connector_id = json_i64(plan, "connector", 0);
	s.plate = json_text(plan, "plate", "");
	md5_hex(p->no, strlen(p->no), once);
	TRY(session_request(db, &s, result));
out:
	json_decref(plan);
	return nerr_pass(err);
}

static NEOERR *read_locked(struct db *db, void *ctx)
{
	struct payment_row *p = ctx;

	return nerr_pass(payment_lock(db, p->id, p));
}

NEOERR *payment_start(struct db *db, int64_t id)
{
	struct payment_row p = { .id = id };
	struct start_result result = { .refusal = START_ACCEPTED };
	struct starting s = { .id = id, .problem = "" };
	NEOERR *err;

	TRY(db_tx(db, read_locked, &p));
	if (p.purpose != PURPOSE_PREPAY || p.state != PAYMENT_PAID || p.started)
		return STATUS_OK;
	if (clock_now() > p.expires_at + START_LATE)
		s.problem = "late";
	else
		TRY(request_charge(db, &p, &result));
	s.session_id = result.refusal == START_ACCEPTED ? result.session_id : 0;
	if (result.refusal != START_ACCEPTED)
		s.problem = refusal_name(result.refusal);
	TRY(db_tx(db, started, &s));
out:
	return nerr_pass(err);
}

/* ---- the job ---- */

struct due { int64_t id[WORK_MAX]; int n; };

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct due *d = ctx;

	if (d->n < WORK_MAX)
		d->id[d->n++] = row_i64(r, 0);
	return STATUS_OK;
}

/* One that cannot be asked for keeps none of the others waiting. */
static void each(struct db *db, const struct due *d, NEOERR *(*fn)(struct db *, int64_t),
	const char *what, int64_t *done)
{
	for (int i = 0; i < d->n; i++) {
		NEOERR *err = fn(db, d->id[i]);

		if (err != STATUS_OK)
			error_log(what, err);
		else
			(*done)++;
	}
}

NEOERR *payment_work(struct db *db, int64_t *done)
{
	struct due open = { .n = 0 }, unstarted = { .n = 0 };
	int64_t now = clock_now();
	NEOERR *err;

	*done = 0;
	TRY(db_query(db, &payment_due,
		ARGS(TIME(now - CHECK_SECONDS), TIME(now - CHECK_SECONDS / 2), I64(WORK_MAX)), take_id,
		&open));
	each(db, &open, payment_check, "payment_check", done);
	TRY(db_query(db, &payment_unstarted, ARGS(I64(WORK_MAX)), take_id, &unstarted));
	each(db, &unstarted, payment_start, "payment_start", done);
out:
	return nerr_pass(err);
}

/* withdrawal.c - withdrawals: what may leave, who decides, and how the parts go back to the
 * channels.
 * Owns table withdrawal. Serves withdrawal.h. */
#include "charge/withdrawal.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/ledger.h"
#include "charge/payment_internal.h"
#include "charge/refund.h"
#include "db/setting.h"

#define WORK_MAX 200
#define PARTS_MAX 50                         /* payments one withdrawal may go back to */

/* What came by channels and has not gone back: what may leave through them. */
SQL(withdrawal_sources,
	"select coalesce(sum(amount - refunded), 0) from payment where member_id = ? and state ="
	" 'paid'");
SQL(withdrawal_charging,
	"select count(*) from session where member_id = ? and state in ('starting', 'charging',"
	" 'stopping', 'suspended')");
SQL(withdrawal_open,
	"select count(*) from withdrawal where member_id = ? and state in ('pending', 'waiting',"
	" 'paying', 'failed')");
SQL(withdrawal_of_once, "select id from withdrawal where once = ? and member_id = ?");
SQL(withdrawal_today,
	"select count(*) from withdrawal where member_id = ? and automatic = 1 and applied_at >= ?");
SQL(withdrawal_insert,
	"insert into withdrawal (no, provider_id, member_id, phone, amount, state, automatic,"
	" why_manual, once, due_at, applied_at, updated_at) select ?, provider_id, id, phone, ?, ?, ?,"
	" ?, ?, ?, ?, ? from member where id = ?");
SQL(withdrawal_lock_select,
	"select id, provider_id, member_id, amount, paid, state, no from withdrawal where id = ? for"
	" update");
SQL(withdrawal_write,
	"update withdrawal set state = ?, paid = ?, transfer_no = if(? = '', transfer_no, ?), problem ="
	" ?, operator = if(? = '', operator, ?), ended_at = if(? in ('done', 'cancelled'), ?, null),"
	" updated_at = ?, updated_by = coalesce(?, updated_by), version = version + 1 where id = ?");
SQL(withdrawal_payments,
	"select id, amount - refunded from payment where member_id = ? and state = 'paid' and amount >"
	" refunded order by paid_at desc, id desc limit ? for update");
SQL(withdrawal_parts,
	"select coalesce(sum(if(state = 'done', amount, 0)), 0), coalesce(sum(state = 'sending'), 0),"
	" coalesce(sum(state = 'failed'), 0) from refund where withdrawal_id = ?");
SQL(withdrawal_failed_parts,
	"select id, payment_id from refund where withdrawal_id = ? and state = 'failed' for update");
SQL(withdrawal_due,
	"select id from withdrawal where state = 'waiting' and due_at <= ? order by id limit ?");

static const char *const refusal_names[] = { [WITHDRAWAL_FINE] = "fine",
	[WITHDRAWAL_OFF] = "off",
	[WITHDRAWAL_AMOUNT] = "amount",
	[WITHDRAWAL_TOO_MUCH] = "too_much",
	[WITHDRAWAL_CHARGING] = "charging",
	[WITHDRAWAL_BUSY] = "busy",
	[WITHDRAWAL_STATE] = "state" };

const char *withdrawal_refusal_name(enum withdrawal_refusal r)
{
	return refusal_names[r];
}

struct settings { int64_t on, automatic, booked, delay_hours, auto_max, auto_daily; };

static NEOERR *read_settings(struct db *db, struct settings *s)
{
	NEOERR *err;

	TRY(setting_i64(db, "withdraw_on", &s->on));
	TRY(setting_i64(db, "withdraw_auto", &s->automatic));
	TRY(setting_i64(db, "withdraw_booked", &s->booked));
	TRY(setting_i64(db, "withdraw_delay_hours", &s->delay_hours));
	TRY(setting_money(db, "withdraw_auto_max", &s->auto_max));
	TRY(setting_i64(db, "withdraw_auto_daily", &s->auto_daily));
out:
	return nerr_pass(err);
}

static NEOERR *most(struct db *db, const struct settings *s, int64_t member_id, bool lock,
	int64_t *max, int64_t *online)
{
	struct purse wallet = { OWNER_MEMBER, member_id };
	struct purse_balance b;
	int64_t leaving;
	NEOERR *err;

	TRY(lock ? purse_lock(db, wallet, &b) : purse_balance(db, wallet, &b));
	TRY(db_money(db, &withdrawal_sources, ARGS(I64(member_id)), online));
	TRY(purse_leaving(db, wallet, &leaving));
	*max = b.cash > 0 ? b.cash : 0;
	if (!s->booked && *max > leaving)
		*max = leaving;
	*max -= *max % MONEY_FEN;
out:
	return nerr_pass(err);
}

NEOERR *withdrawal_look(struct db *db, int64_t member_id, struct withdrawal_view *out)
{
	struct settings s;
	int64_t online;
	NEOERR *err;

	TRY(read_settings(db, &s));
	out->on = s.on != 0;
	TRY(setting_text(db, "withdraw_text", out->text, sizeof(out->text)));
	TRY(most(db, &s, member_id, false, &out->max, &online));
out:
	return nerr_pass(err);
}

struct asking {
	int64_t member_id, amount, id;
	const char *once;
	enum withdrawal_refusal refusal;
};

static NEOERR *judge(struct db *db, struct asking *a, const struct settings *s, int64_t max)
{
	int64_t charging, open;
	NEOERR *err;

	TRY(db_i64(db, &withdrawal_charging, ARGS(I64(a->member_id)), &charging));
	TRY(db_i64(db, &withdrawal_open, ARGS(I64(a->member_id)), &open));
	a->refusal = !s->on                               ? WITHDRAWAL_OFF
		: a->amount <= 0 || a->amount % MONEY_FEN != 0 ? WITHDRAWAL_AMOUNT
		: charging                                    ? WITHDRAWAL_CHARGING
		: open                                        ? WITHDRAWAL_BUSY
		: a->amount > max                             ? WITHDRAWAL_TOO_MUCH
													  : WITHDRAWAL_FINE;
out:
	return nerr_pass(err);
}

/* F6: "" is automatic, else the reason why a person must act. */
static NEOERR *reason(struct db *db, const struct asking *a, const struct settings *s,
	int64_t online, const char **why)
{
	int64_t today;
	NEOERR *err;

	TRY(db_i64(db, &withdrawal_today,
		ARGS(I64(a->member_id), TIME(clock_day_start(clock_now()))), &today));
	*why = !s->automatic            ? "setting"
		: a->amount > s->auto_max   ? "amount"
		: today >= s->auto_daily    ? "times"
		: a->amount > online        ? "source"
									: "";
out:
	return nerr_pass(err);
}

static void journal_of(const char *no, int64_t provider_id, int64_t member_id,
	enum journal_kind kind, const char *what, char key[60], struct journal *out)
{
	snprintf(key, 60, "%s:%s", what, no);
	*out = (struct journal){ .kind = kind, .dedupe_key = key, .provider_id = provider_id,
		.member_id = member_id, .note = no, .purse = { OWNER_MEMBER, member_id } };
}

struct withdrawal_row {
	int64_t id, provider_id, member_id, amount, paid;
	enum withdrawal_state state;
	char no[CHANNEL_NO];
};

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct withdrawal_row *w = ctx;

	*w = (struct withdrawal_row){ .id = row_i64(r, 0), .provider_id = row_i64(r, 1),
		.member_id = row_i64(r, 2), .amount = row_money(r, 3), .paid = row_money(r, 4),
		.state = (enum withdrawal_state)choice_value(&withdrawal_state_choices, row_str(r, 5)) };
	text_copy(w->no, sizeof(w->no), row_str(r, 6));
	return STATUS_OK;
}

static NEOERR *lock(struct db *db, int64_t id, struct withdrawal_row *out)
{
	return nerr_pass(db_get(db, &withdrawal_lock_select, ARGS(I64(id)), take_row, out));
}

static NEOERR *leave(struct db *db, int64_t id)
{
	struct withdrawal_row w;
	struct journal j;
	char key[60];
	bool fresh;
	NEOERR *err;

	TRY(lock(db, id, &w));
	journal_of(w.no, w.provider_id, w.member_id, JOURNAL_PAYOUT, "payout", key, &j);
	TRY(purse_payout(db, &j, w.amount, &fresh));
out:
	return nerr_pass(err);
}

static NEOERR *ask(struct db *db, void *ctx)
{
	struct asking *a = ctx;
	struct settings s;
	int64_t max, online, now = clock_now();
	const char *why;
	char no[CHANNEL_NO];
	NEOERR *err;

	a->refusal = WITHDRAWAL_FINE;
	TRY(read_settings(db, &s));
	TRY(most(db, &s, a->member_id, true, &max, &online));        /* one at a time: the lock */
	TRY(db_i64(db, &withdrawal_of_once, ARGS(STR(a->once), I64(a->member_id)), &a->id));
	if (a->id)
		return STATUS_OK;
	TRY(judge(db, a, &s, max));
	if (a->refusal != WITHDRAWAL_FINE)
		return STATUS_OK;
	TRY(reason(db, a, &s, online, &why));
	TRY(payment_new_no('W', no));
	err = db_insert(db, &withdrawal_insert,
		ARGS(STR(no), MONEY(a->amount), STR(*why ? "pending" : "waiting"), I64(!*why), STR(why),
			STR(a->once), TIME(*why ? 0 : now + s.delay_hours * 3600), TIME(now), TIME(now),
			I64(a->member_id)),
		&a->id);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "the number or the form's token is taken");
	}
	TRY(err);
	TRY(leave(db, a->id));
out:
	return nerr_pass(err);
}

NEOERR *withdrawal_ask(struct db *db, int64_t member_id, int64_t amount, const char *once,
	int64_t *id, enum withdrawal_refusal *refusal)
{
	struct asking a = { .member_id = member_id, .amount = amount, .once = once };
	NEOERR *err;

	if (!once || strlen(once) != ONCE_CHARS)
		return nerr_raise(ERR_INVALID, "the form carries no token");
	err = db_tx(db, ask, &a);
	*id = a.id;
	*refusal = a.refusal;
	return nerr_pass(err);
}

/* ---- decided ---- */

static NEOERR *write_state(struct db *db, struct withdrawal_row *w, enum withdrawal_state to,
	const char *transfer_no, const char *problem, const struct actor *who)
{
	const char *word = choice_name(&withdrawal_state_choices, to),
			   *name = who && who->name ? who->name : "";
	int64_t now = clock_now();

	w->state = to;
	return nerr_pass(db_exec(db, &withdrawal_write,
		ARGS(STR(word), MONEY(w->paid), STR(transfer_no), STR(transfer_no), STR(problem),
			STR(name), STR(name), STR(word), TIME(now), TIME(now),
			IDREF(who ? who->user_id : 0), I64(w->id)),
		NULL));
}

/* Still a person's to decide: nothing is on its way. */
static bool is_open(const struct withdrawal_row *w)
{
	return w->state == WITHDRAWAL_PENDING || w->state == WITHDRAWAL_WAITING ||
		w->state == WITHDRAWAL_FAILED;
}

struct part { int64_t id, amount; };
struct parts { struct part p[PARTS_MAX]; int n; };

static NEOERR *take_part(const struct row *r, void *ctx)
{
	struct parts *p = ctx;

	if (p->n < PARTS_MAX)
		p->p[p->n++] = (struct part){ row_i64(r, 0), row_money(r, 1) };
	return STATUS_OK;
}

static NEOERR *take_failed(const struct row *r, void *ctx)
{
	struct parts *p = ctx;

	if (p->n < PARTS_MAX)
		p->p[p->n++] = (struct part){ row_i64(r, 0), row_i64(r, 1) };
	return STATUS_OK;
}

/* Parts that failed are given up: their payments may be given back to in another way. */
static NEOERR *drop_failed(struct db *db, const struct withdrawal_row *w)
{
	struct parts failed = { .n = 0 };
	NEOERR *err;

	TRY(db_query(db, &withdrawal_failed_parts, ARGS(I64(w->id)), take_failed, &failed));
	for (int i = 0; i < failed.n; i++) {
		struct refund_row r;

		TRY(refund_lock(db, failed.p[i].id, &r));
		TRY(payment_give_back(db, r.payment_id, -r.amount));
		TRY(refund_set_state(db, &r, REFUND_CANCELLED, NULL, ""));
	}
out:
	return nerr_pass(err);
}

NEOERR *withdrawal_by_hand(struct db *db, int64_t id, const char *transfer_no,
	const struct actor *who, enum withdrawal_refusal *refusal)
{
	struct withdrawal_row w;
	struct journal j;
	char key[60];
	bool fresh;
	NEOERR *err;

	TRY(lock(db, id, &w));
	*refusal = is_open(&w) ? WITHDRAWAL_FINE : WITHDRAWAL_STATE;
	if (*refusal != WITHDRAWAL_FINE)
		return STATUS_OK;
	TRY(drop_failed(db, &w));
	journal_of(w.no, w.provider_id, w.member_id, JOURNAL_PAID_OUT, "by_hand", key, &j);
	TRY(purse_paid_out(db, &j, w.amount - w.paid, &fresh));
	w.paid = w.amount;
	TRY(write_state(db, &w, WITHDRAWAL_DONE, transfer_no, "", who));
out:
	return nerr_pass(err);
}

NEOERR *withdrawal_cancel(struct db *db, int64_t id, const struct actor *who,
	enum withdrawal_refusal *refusal)
{
	struct withdrawal_row w;
	struct journal j;
	char key[60];
	bool fresh;
	NEOERR *err;

	TRY(lock(db, id, &w));
	*refusal = is_open(&w) ? WITHDRAWAL_FINE : WITHDRAWAL_STATE;
	if (*refusal != WITHDRAWAL_FINE)
		return STATUS_OK;
	TRY(drop_failed(db, &w));
	journal_of(w.no, w.provider_id, w.member_id, JOURNAL_PAYOUT_BACK, "payout_back", key, &j);
	TRY(purse_payout_back(db, &j, w.amount - w.paid, &fresh));
	TRY(write_state(db, &w, WITHDRAWAL_CANCELLED, "", "", who));
out:
	return nerr_pass(err);
}

/* *left: what no payment of the member can take back. */
static NEOERR *send_parts(struct db *db, const struct withdrawal_row *w, int64_t *left)
{
	struct parts payments = { .n = 0 };
	NEOERR *err;

	*left = w->amount - w->paid;
	TRY(db_query(db, &withdrawal_payments, ARGS(I64(w->member_id), I64(PARTS_MAX)), take_part,
		&payments));
	for (int i = 0; i < payments.n && *left > 0; i++) {
		int64_t amount = payments.p[i].amount < *left ? payments.p[i].amount : *left;

		TRY(refund_of_withdrawal(db, payments.p[i].id, w->id, amount));
		*left -= amount;
	}
out:
	return nerr_pass(err);
}

NEOERR *withdrawal_by_channel(struct db *db, int64_t id, const struct actor *who,
	enum withdrawal_refusal *refusal)
{
	struct withdrawal_row w;
	int64_t online, left;
	NEOERR *err;

	TRY(lock(db, id, &w));
	*refusal = is_open(&w) ? WITHDRAWAL_FINE : WITHDRAWAL_STATE;
	if (*refusal != WITHDRAWAL_FINE)
		return STATUS_OK;
	TRY(drop_failed(db, &w));
	TRY(db_money(db, &withdrawal_sources, ARGS(I64(w.member_id)), &online));
	if (online < w.amount - w.paid) {
		*refusal = WITHDRAWAL_TOO_MUCH;
		return STATUS_OK;
	}
	TRY(send_parts(db, &w, &left));
	if (left > 0)
		return nerr_raise(ERR_INVALID, "withdrawal %s has more than %d parts", w.no, PARTS_MAX);
	TRY(write_state(db, &w, WITHDRAWAL_PAYING, "", "", who));
out:
	return nerr_pass(err);
}

struct sums { int64_t done, sending, failed; };

static NEOERR *take_sums(const struct row *r, void *ctx)
{
	*(struct sums *)ctx = (struct sums){ row_money(r, 0), row_i64(r, 1), row_i64(r, 2) };
	return STATUS_OK;
}

NEOERR *withdrawal_part_over(struct db *db, int64_t id)
{
	struct withdrawal_row w;
	struct sums s;
	NEOERR *err;

	TRY(lock(db, id, &w));
	TRY(db_get(db, &withdrawal_parts, ARGS(I64(id)), take_sums, &s));
	w.paid = s.done;
	if (s.sending > 0)
		err = write_state(db, &w, WITHDRAWAL_PAYING, "", "", NULL);
	else if (s.failed > 0)
		err = write_state(db, &w, WITHDRAWAL_FAILED, "", "channel", NULL);
	else
		err = write_state(db, &w, WITHDRAWAL_DONE, "", "", NULL);
out:
	return nerr_pass(err);
}

/* ---- the job ---- */

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct { int64_t id[WORK_MAX]; int n; } *d = ctx;

	if (d->n < WORK_MAX)
		d->id[d->n++] = row_i64(r, 0);
	return STATUS_OK;
}

/* What cannot go back by itself any more (a refund took the payment's rest) becomes a person's. */
static NEOERR *go(struct db *db, void *ctx)
{
	int64_t id = *(int64_t *)ctx;
	enum withdrawal_refusal refusal;
	struct withdrawal_row w;
	NEOERR *err;

	TRY(lock(db, id, &w));
	if (w.state != WITHDRAWAL_WAITING)
		return STATUS_OK;
	TRY(withdrawal_by_channel(db, id, NULL, &refusal));
	if (refusal == WITHDRAWAL_TOO_MUCH)
		TRY(write_state(db, &w, WITHDRAWAL_PENDING, "", "source", NULL));
out:
	return nerr_pass(err);
}

NEOERR *withdrawal_work(struct db *db, int64_t *done)
{
	struct { int64_t id[WORK_MAX]; int n; } due = { .n = 0 };
	NEOERR *err;

	*done = 0;
	TRY(db_query(db, &withdrawal_due, ARGS(TIME(clock_now()), I64(WORK_MAX)), take_id, &due));
	for (int i = 0; i < due.n; i++) {
		NEOERR *failed = db_tx(db, go, &due.id[i]);

		if (failed != STATUS_OK)
			error_log("withdrawal", failed);
		else
			(*done)++;
	}
out:
	return nerr_pass(err);
}

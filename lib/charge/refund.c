/* refund.c - refund orders: how much may go back, and the steps of finance.
 * Owns table refund. Serves refund.h; what channels are asked and answer is refund_send.c. */
#include "charge/refund.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/aftersale.h"
#include "charge/ledger.h"
#include "charge/payment_internal.h"
#include "charge/split.h"
#include "charge/withdrawal.h"

SQL(refund_session,
	"select s.state = 'finished' and s.amount > 0, s.amount, if(s.prepaid > 0, least(s.prepaid,"
	" s.amount), s.amount), s.invoice_status in ('requested', 'issued'), s.provider_id,"
	" s.station_id, coalesce(s.member_id, 0), if(s.pay_kind = 'card', coalesce(s.card_id, 0), 0),"
	" s.phone, s.energy_fee, s.service_fee, coalesce((select p.id from payment p where p.session_id"
	" = s.id and p.state = 'paid' limit 1), 0), s.refunded, s.pay_kind from session s where s.id ="
	" ? for update");
SQL(refund_asked,
	"select coalesce(sum(amount), 0) from refund where session_id = ? and kind = 'charge_refund'"
	" and state <> 'cancelled'");
SQL(refund_insert,
	"insert into refund (no, provider_id, station_id, kind, way, session_id, payment_id,"
	" aftersale_id, withdrawal_id, member_id, card_id, phone, amount, state, reason, operator,"
	" next_at, applied_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	" ?, ?)");
SQL(refund_lock_select,
	"select r.id, r.provider_id, coalesce(r.station_id, 0), coalesce(r.session_id, 0),"
	" coalesce(r.payment_id, 0), coalesce(r.aftersale_id, 0), coalesce(r.withdrawal_id, 0),"
	" r.member_id, coalesce(r.card_id, 0), r.amount, coalesce(p.channel_id, 0), coalesce(p.amount,"
	" 0), r.state, r.kind, r.way = 'channel', r.tries, r.no, coalesce(p.no, ''), r.reason,"
	" coalesce((select s.fleet_id from session s where s.id = r.session_id and s.pay_kind ="
	" 'fleet'), 0) from refund r"
	" left join payment p on p.id = r.payment_id where r.id = ? for update");
SQL(refund_state_write,
	"update refund set state = ?, problem = ?, operator = if(? = '', operator, ?), next_at = ?,"
	" refunded_at = if(? in ('handled', 'done'), coalesce(refunded_at, ?), refunded_at), updated_at"
	" = ?, updated_by = coalesce(?, updated_by), version = version + 1 where id = ?");
SQL(refund_way_write, "update refund set way = ? where id = ?");
SQL(refund_session_add, "update session set refunded = refunded + ?, updated_at = ? where id = ?");

static const char *const refusal_names[] = { [REFUND_FINE] = "fine",
	[REFUND_NOT_FINISHED] = "not_finished",
	[REFUND_TOO_MUCH] = "too_much",
	[REFUND_AMOUNT] = "amount",
	[REFUND_INVOICED] = "invoiced",
	[REFUND_STATE] = "state",
	[REFUND_SHORT] = "short" };

const char *refund_refusal_name(enum refund_refusal r)
{
	return refusal_names[r];
}

/* pending (待处理) -> sending (处理中) -> handled (处理完成) -> done; what goes back by itself is
 * sending at once and needs nobody's word to be done. */
static const unsigned moves[] = {
	[REFUND_PENDING] = 1 << REFUND_SENDING | 1 << REFUND_HANDLED | 1 << REFUND_CANCELLED,
	[REFUND_SENDING] = 1 << REFUND_HANDLED | 1 << REFUND_DONE | 1 << REFUND_FAILED,
	[REFUND_HANDLED] = 1 << REFUND_DONE,
	[REFUND_DONE] = 0,
	[REFUND_CANCELLED] = 0,
	[REFUND_FAILED] = 1 << REFUND_SENDING | 1 << REFUND_HANDLED | 1 << REFUND_DONE |
		1 << REFUND_CANCELLED,
};

bool refund_may(enum refund_state from, enum refund_state to)
{
	return (int)from >= 0 && from <= REFUND_FAILED && (moves[from] & 1u << to) != 0;
}

/* ---- how much ---- */

struct charge {
	bool finished, invoiced, free;
	int64_t amount, used, provider_id, station_id, member_id, card_id, energy_fee, service_fee,
		payment_id, refunded;
	char phone[21];
};

static NEOERR *take_charge(const struct row *r, void *ctx)
{
	struct charge *c = ctx;

	*c = (struct charge){ .finished = row_i64(r, 0) != 0, .amount = row_money(r, 1),
		.used = row_money(r, 2), .invoiced = row_i64(r, 3) != 0, .provider_id = row_i64(r, 4),
		.station_id = row_i64(r, 5), .member_id = row_i64(r, 6), .card_id = row_i64(r, 7),
		.energy_fee = row_money(r, 9), .service_fee = row_money(r, 10),
		.payment_id = row_i64(r, 11), .refunded = row_money(r, 12),
		.free = text_eq(row_str(r, 13), "none") };
	text_copy(c->phone, sizeof(c->phone), row_str(r, 8));
	return STATUS_OK;
}

static NEOERR *read_charge(struct db *db, int64_t session_id, struct charge *c, int64_t *max)
{
	int64_t asked;
	NEOERR *err;

	TRY(db_get(db, &refund_session, ARGS(I64(session_id)), take_charge, c));
	TRY(db_money(db, &refund_asked, ARGS(I64(session_id)), &asked));
	*max = c->finished && !c->free && c->member_id ? c->used - asked : 0;
	if (*max < 0)
		*max = 0;
out:
	return nerr_pass(err);
}

NEOERR *refund_limit(struct db *db, int64_t session_id, int64_t *max)
{
	struct charge c = { .amount = 0 };

	return nerr_pass(read_charge(db, session_id, &c, max));
}

/* ---- the row ---- */

static NEOERR *insert(struct db *db, const struct refund_row *r, const char *phone,
	const char *operator, int64_t next_at, int64_t *id)
{
	char no[CHANNEL_NO];
	int64_t now = clock_now();
	NEOERR *err;

	TRY(payment_new_no('R', no));
	err = db_insert(db, &refund_insert,
		ARGS(STR(no), I64(r->provider_id), IDREF(r->station_id),
			STR(choice_name(&refund_kind_choices, r->kind)),
			STR(r->by_channel ? "channel" : "purse"), IDREF(r->session_id), IDREF(r->payment_id),
			IDREF(r->aftersale_id), IDREF(r->withdrawal_id), I64(r->member_id), IDREF(r->card_id),
			STR(phone), MONEY(r->amount), STR(choice_name(&refund_state_choices, r->state)),
			STR(r->reason), STR(operator), TIME(next_at), TIME(now), TIME(now)),
		id);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = nerr_raise(ERR_RETRY, "refund number %s is taken", no);
	}
out:
	return nerr_pass(err);
}

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct refund_row *f = ctx;

	*f = (struct refund_row){ .id = row_i64(r, 0), .provider_id = row_i64(r, 1),
		.station_id = row_i64(r, 2), .session_id = row_i64(r, 3), .payment_id = row_i64(r, 4),
		.aftersale_id = row_i64(r, 5), .withdrawal_id = row_i64(r, 6), .member_id = row_i64(r, 7),
		.card_id = row_i64(r, 8), .amount = row_money(r, 9), .channel_id = row_i64(r, 10),
		.payment_amount = row_money(r, 11),
		.state = (enum refund_state)choice_value(&refund_state_choices, row_str(r, 12)),
		.kind = (enum refund_kind)choice_value(&refund_kind_choices, row_str(r, 13)),
		.by_channel = row_i64(r, 14) != 0, .tries = (int)row_i64(r, 15),
		.fleet_id = row_i64(r, 19) };
	text_copy(f->no, sizeof(f->no), row_str(r, 16));
	text_copy(f->payment_no, sizeof(f->payment_no), row_str(r, 17));
	text_copy(f->reason, sizeof(f->reason), row_str(r, 18));
	return STATUS_OK;
}

NEOERR *refund_lock(struct db *db, int64_t id, struct refund_row *out)
{
	return nerr_pass(db_get(db, &refund_lock_select, ARGS(I64(id)), take_row, out));
}

NEOERR *refund_set_state(struct db *db, struct refund_row *r, enum refund_state to,
	const struct actor *who, const char *problem)
{
	const char *word = choice_name(&refund_state_choices, to);
	const char *name = who && who->name ? who->name : "";
	int64_t now = clock_now();

	if (!refund_may(r->state, to))
		return nerr_raise(ERR_STALE, "refund %s cannot become %s", r->no, word);
	r->state = to;
	return nerr_pass(db_exec(db, &refund_state_write,
		ARGS(STR(word), STR(problem), STR(name), STR(name), TIME(to == REFUND_SENDING ? now : 0),
			STR(word), TIME(now), TIME(now), IDREF(who ? who->user_id : 0), I64(r->id)),
		NULL));
}

void refund_journal(const struct refund_row *r, int kind, const char *what, char key[60],
	struct journal *out)
{
	snprintf(key, 60, "%s:%s", what, r->no);
	*out = (struct journal){ .kind = (enum journal_kind)kind,
		.dedupe_key = key,
		.provider_id = r->provider_id,
		.station_id = r->station_id,
		.member_id = r->member_id,
		.card_id = r->card_id,
		.channel_id = r->by_channel ? r->channel_id : 0,
		.note = r->no,
		.purse = r->fleet_id ? (struct purse){ OWNER_FLEET, r->fleet_id }
			: r->card_id     ? (struct purse){ OWNER_CARD, r->card_id }
							 : (struct purse){ OWNER_MEMBER, r->member_id } };
}

/* ---- a charge's refund ---- */

NEOERR *refund_charge(struct db *db, int64_t session_id, int64_t amount, int64_t aftersale_id,
	const char *reason, const struct actor *who, int64_t *id, enum refund_refusal *refusal)
{
	struct charge c = { .amount = 0 };
	struct refund_row r = { .session_id = session_id, .aftersale_id = aftersale_id,
		.amount = amount, .kind = BACK_CHARGE_REFUND, .state = REFUND_PENDING };
	int64_t max = 0;
	NEOERR *err;

	*id = 0;
	TRY(read_charge(db, session_id, &c, &max));
	*refusal = !c.finished || c.free          ? REFUND_NOT_FINISHED
		: amount <= 0 || amount % MONEY_FEN ? REFUND_AMOUNT
		: amount > max                      ? REFUND_TOO_MUCH
		: c.invoiced                        ? REFUND_INVOICED
											: REFUND_FINE;
	if (*refusal != REFUND_FINE)
		return STATUS_OK;
	r.provider_id = c.provider_id;
	r.station_id = c.station_id;
	r.member_id = c.member_id;
	r.card_id = c.card_id;
	r.payment_id = c.payment_id;
	r.by_channel = c.payment_id != 0;
	text_copy(r.reason, 201, reason ? reason : "");
	TRY(insert(db, &r, c.phone, who && who->name ? who->name : "", 0, id));
out:
	return nerr_pass(err);
}

/* The part of energy's fee in all that was refunded so far, so that refunds of parts add up to the
 * bill's own two fees. */
static int64_t energy_share(const struct charge *c, int64_t refunded)
{
	int64_t share = 0;

	if (c->amount <= 0 || !fixed_muldiv(refunded, c->energy_fee, c->amount, ROUND_HALF_UP, &share))
		return 0;
	return share;
}

static NEOERR *give_back(struct db *db, struct refund_row *r)
{
	struct charge c = { .amount = 0 };
	struct journal j;
	char key[60];
	int64_t max, energy;
	NEOERR *err;

	TRY(read_charge(db, r->session_id, &c, &max));
	energy = energy_share(&c, c.refunded + r->amount) - energy_share(&c, c.refunded);
	refund_journal(r, JOURNAL_REFUND, "refund", key, &j);
	j.session_id = r->session_id;
	TRY(purse_refund(db, &j, energy, r->amount - energy));
	TRY(db_exec(db, &refund_session_add,
		ARGS(MONEY(r->amount), TIME(clock_now()), I64(r->session_id)), NULL));
	TRY(split_session(db, r->session_id, ""));
out:
	return nerr_pass(err);
}

/* Out of the purse again, to the channel: unless a part was paid by gift, which no channel
 * takes. */
static NEOERR *send_on(struct db *db, struct refund_row *r, enum refund_refusal *refusal)
{
	struct journal j;
	struct purse_balance b;
	char key[60];
	bool fresh;
	NEOERR *err;

	refund_journal(r, JOURNAL_PAYOUT, "payout", key, &j);
	TRY(purse_lock(db, j.purse, &b));
	if (b.cash < r->amount) {
		*refusal = REFUND_SHORT;
		return STATUS_OK;
	}
	TRY(purse_payout(db, &j, r->amount, &fresh));
	TRY(payment_give_back(db, r->payment_id, r->amount));
out:
	return nerr_pass(err);
}

NEOERR *refund_pay(struct db *db, int64_t id, const struct actor *who,
	enum refund_refusal *refusal)
{
	struct refund_row r;
	NEOERR *err;

	*refusal = REFUND_FINE;
	TRY(refund_lock(db, id, &r));
	if (r.state != REFUND_PENDING) {
		*refusal = REFUND_STATE;
		return STATUS_OK;
	}
	TRY(give_back(db, &r));
	if (r.by_channel)
		TRY(send_on(db, &r, refusal));
	if (*refusal == REFUND_FINE)
		TRY(refund_set_state(db, &r, r.by_channel ? REFUND_SENDING : REFUND_HANDLED, who, ""));
out:
	return nerr_pass(err);
}

NEOERR *refund_confirm(struct db *db, int64_t id, const struct actor *who,
	enum refund_refusal *refusal)
{
	struct refund_row r;
	NEOERR *err;

	*refusal = REFUND_FINE;
	TRY(refund_lock(db, id, &r));
	if (r.state != REFUND_HANDLED) {
		*refusal = REFUND_STATE;
		return STATUS_OK;
	}
	TRY(refund_set_state(db, &r, REFUND_DONE, who, ""));
	if (r.aftersale_id)
		TRY(aftersale_paid(db, r.aftersale_id));
out:
	return nerr_pass(err);
}

NEOERR *refund_cancel(struct db *db, int64_t id, const struct actor *who,
	enum refund_refusal *refusal)
{
	struct refund_row r;
	NEOERR *err;

	*refusal = REFUND_FINE;
	TRY(refund_lock(db, id, &r));
	if (r.state != REFUND_PENDING) {
		*refusal = REFUND_STATE;
		return STATUS_OK;
	}
	TRY(refund_set_state(db, &r, REFUND_CANCELLED, who, ""));
	if (r.aftersale_id)
		TRY(aftersale_unpaid(db, r.aftersale_id));
out:
	return nerr_pass(err);
}

/* ---- what goes back by itself ---- */

static NEOERR *begin_return(struct db *db, struct refund_row *r, int64_t payment_id)
{
	struct payment_row p;
	int64_t id;
	NEOERR *err;

	TRY(payment_lock(db, payment_id, &p));
	r->payment_id = payment_id;
	r->provider_id = p.provider_id;
	r->station_id = p.station_id;
	r->member_id = p.member_id;
	r->by_channel = true;
	r->state = REFUND_SENDING;
	TRY(payment_give_back(db, payment_id, r->amount));
	TRY(insert(db, r, p.phone, "", clock_now(), &id));
	TRY(refund_lock(db, id, r));
out:
	return nerr_pass(err);
}

NEOERR *refund_return(struct db *db, int64_t payment_id, int64_t session_id, int64_t amount,
	enum refund_kind kind, const char *reason)
{
	struct refund_row r = { .session_id = session_id, .amount = amount, .kind = kind };
	struct journal j;
	char key[60];
	bool fresh;
	NEOERR *err;

	text_copy(r.reason, 201, reason);
	TRY(begin_return(db, &r, payment_id));
	refund_journal(&r, JOURNAL_PAYOUT, "payout", key, &j);
	TRY(purse_payout(db, &j, amount, &fresh));
out:
	return nerr_pass(err);
}

NEOERR *refund_of_withdrawal(struct db *db, int64_t payment_id, int64_t withdrawal_id,
	int64_t amount)
{
	struct refund_row r = { .withdrawal_id = withdrawal_id, .amount = amount,
		.kind = BACK_WITHDRAWAL };

	return nerr_pass(begin_return(db, &r, payment_id));
}

/* ---- the end ---- */

NEOERR *refund_arrived(struct db *db, struct refund_row *r)
{
	enum refund_state to = r->kind == BACK_CHARGE_REFUND ? REFUND_HANDLED : REFUND_DONE;
	struct journal j;
	char key[60];
	bool fresh;
	NEOERR *err;

	refund_journal(r, JOURNAL_PAID_OUT, "paid_out", key, &j);
	TRY(purse_paid_out(db, &j, r->amount, &fresh));
	TRY(refund_set_state(db, r, to, NULL, ""));
	if (r->withdrawal_id)
		TRY(withdrawal_part_over(db, r->withdrawal_id));
out:
	return nerr_pass(err);
}

NEOERR *refund_failed(struct db *db, struct refund_row *r, const char *problem)
{
	NEOERR *err;

	TRY(refund_set_state(db, r, REFUND_FAILED, NULL, problem));
	if (r->withdrawal_id)
		TRY(withdrawal_part_over(db, r->withdrawal_id));
out:
	return nerr_pass(err);
}

/* By hand: the money has left in another way. To the purse: it is the payer's again. */
static NEOERR *repair_money(struct db *db, struct refund_row *r, bool by_hand)
{
	struct journal j;
	char key[60];
	bool fresh;
	NEOERR *err;

	TRY(payment_give_back(db, r->payment_id, -r->amount));
	refund_journal(r, by_hand ? JOURNAL_PAID_OUT : JOURNAL_PAYOUT_BACK,
		by_hand ? "by_hand" : "payout_back", key, &j);
	j.channel_id = 0;
	TRY(db_exec(db, &refund_way_write, ARGS(STR(by_hand ? "hand" : "purse"), I64(r->id)),
		NULL));
	TRY(by_hand ? purse_paid_out(db, &j, r->amount, &fresh)
				: purse_payout_back(db, &j, r->amount, &fresh));
out:
	return nerr_pass(err);
}

NEOERR *refund_repair(struct db *db, int64_t id, enum refund_repair how, const char *note,
	const struct actor *who, enum refund_refusal *refusal)
{
	struct refund_row r;
	bool charge;
	NEOERR *err;

	*refusal = REFUND_FINE;
	TRY(refund_lock(db, id, &r));
	charge = r.kind == BACK_CHARGE_REFUND;
	if (r.state != REFUND_FAILED || r.withdrawal_id) {
		*refusal = REFUND_STATE;
		return STATUS_OK;
	}
	if (how == REPAIR_AGAIN)
		return nerr_pass(refund_set_state(db, &r, REFUND_SENDING, who, ""));
	TRY(repair_money(db, &r, how == REPAIR_BY_HAND));
	TRY(refund_set_state(db, &r, charge ? REFUND_HANDLED : REFUND_DONE, who, note ? note : ""));
out:
	return nerr_pass(err);
}

/* reconcile_settle.c - a line that differs is settled by a person, and the money follows.
 * Owns nothing beyond reconcile.c's tables. Serves reconcile.h. */
#include "charge/reconcile.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/ledger.h"
#include "charge/payment_internal.h"

SQL(line_lock,
	"select l.id, l.bill_id, l.channel_id, l.direction = 'refund', l.no, l.transaction,"
	" coalesce(l.amount, 0), coalesce(l.our_amount, 0), coalesce(l.payment_id, 0), l.state,"
	" coalesce(c.provider_id, 0) from channel_bill_line l join channel c on c.id = l.channel_id"
	" where l.id = ? for update");
SQL(line_settled,
	"update channel_bill_line set state = 'settled', settled_how = ?, note = ?, updated_at = ?,"
	" updated_by = ?, version = version + 1 where id = ?");
SQL(line_undo_payment,
	"update payment set state = 'failed', problem = 'undone', updated_at = ?, version = version + 1"
	" where id = ? and state = 'paid' and refunded = 0");

struct line {
	int64_t id, bill_id, channel_id, theirs, ours, payment_id, provider_id;
	bool refund;
	char no[65], reference[65], state[17];
};

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct line *l = ctx;

	*l = (struct line){ .id = row_i64(r, 0), .bill_id = row_i64(r, 1),
		.channel_id = row_i64(r, 2), .refund = row_i64(r, 3) != 0, .theirs = row_money(r, 6),
		.ours = row_money(r, 7), .payment_id = row_i64(r, 8), .provider_id = row_i64(r, 10) };
	text_copy(l->no, sizeof(l->no), row_str(r, 4));
	text_copy(l->reference, sizeof(l->reference), row_str(r, 5));
	text_copy(l->state, sizeof(l->state), row_str(r, 9));
	return STATUS_OK;
}

/* Their amount counts: it is what the payer paid. */
static NEOERR *take_it(struct db *db, const struct line *l, bool *done)
{
	struct channel_result r = { .state = CHANNEL_DONE, .amount = l->theirs };

	*done = !l->refund && l->payment_id && text_eq(l->state, "missing_here");
	if (!*done)
		return STATUS_OK;
	text_copy(r.no, sizeof(r.no), l->no);
	text_copy(r.reference, sizeof(r.reference), l->reference);
	return nerr_pass(payment_take(db, l->channel_id, &r, NULL));
}

/* Their books minus ours, as money at the channel: more there is a debt to somebody unknown. */
static NEOERR *book(struct db *db, const struct line *l)
{
	int64_t more = l->refund ? l->ours - l->theirs : l->theirs - l->ours;
	char key[60];
	struct purse owner = l->provider_id ? (struct purse){ OWNER_PROVIDER, l->provider_id }
										: (struct purse){ OWNER_PLATFORM, 0 };
	struct journal j = { .kind = JOURNAL_RECONCILE, .dedupe_key = key,
		.provider_id = l->provider_id, .note = l->no };

	if (more == 0)
		return STATUS_OK;
	snprintf(key, sizeof(key), "reconcile:%lld", (long long)l->id);
	return nerr_pass(ledger_post(db, &j,
		(struct ledger_entry[]){ { OWNER_CHANNEL, l->channel_id, ACCOUNT_CLEARING, -more },
			{ owner.kind, owner.id, ACCOUNT_DIFFERENCE, more } },
		2, NULL));
}

/* What was credited for a payment that never was: the purse may come to owe it. */
static NEOERR *undo(struct db *db, const struct line *l, bool *done)
{
	struct payment_row p;
	struct journal j;
	char key[60];
	int64_t changed = 0;
	NEOERR *err;

	*done = false;
	if (l->refund || !l->payment_id || !text_eq(l->state, "missing_there"))
		return STATUS_OK;
	TRY(payment_lock(db, l->payment_id, &p));
	TRY(db_exec(db, &line_undo_payment, ARGS(TIME(clock_now()), I64(p.id)), &changed));
	if (changed == 0)
		return STATUS_OK;
	snprintf(key, sizeof(key), "undo:%s", p.no);
	j = (struct journal){ .kind = JOURNAL_RECONCILE, .dedupe_key = key,
		.provider_id = p.provider_id, .member_id = p.member_id, .note = p.no,
		.purse = { OWNER_MEMBER, p.member_id } };
	TRY(ledger_post(db, &j,
		(struct ledger_entry[]){ { OWNER_MEMBER, p.member_id, ACCOUNT_CASH, -p.amount },
			{ OWNER_CHANNEL, l->channel_id, ACCOUNT_CLEARING, p.amount } },
		2, NULL));
	*done = true;
out:
	return nerr_pass(err);
}

NEOERR *reconcile_settle(struct db *db, int64_t line_id, enum reconcile_way how, const char *note,
	const struct actor *who, bool *done)
{
	static const char *const words[] = { "take", "book", "undo", "accept" };
	struct line l;
	NEOERR *err;

	*done = true;
	TRY(db_get(db, &line_lock, ARGS(I64(line_id)), take_line, &l));
	if (text_eq(l.state, "matched") || text_eq(l.state, "settled")) {
		*done = false;
		return STATUS_OK;
	}
	if (how == RECONCILE_TAKE)
		TRY(take_it(db, &l, done));
	if (how == RECONCILE_BOOK)
		TRY(book(db, &l));
	if (how == RECONCILE_UNDO)
		TRY(undo(db, &l, done));
	if (!*done)
		return STATUS_OK;
	TRY(db_exec(db, &line_settled,
		ARGS(STR(words[how]), STR(note ? note : ""), TIME(clock_now()),
			IDREF(who ? who->user_id : 0), I64(l.id)),
		NULL));
	TRY(reconcile_count(db, l.bill_id));
out:
	return nerr_pass(err);
}

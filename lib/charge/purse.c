/* purse.c - the moves of a purse's money: recharge, withdraw, hold, capture.
 * Owns nothing beyond ledger.c's tables. Serves ledger.h. */
#include "charge/event.h"
#include "charge/ledger_internal.h"
#include "charge/session_topup.h"

#define ENTRIES 6

SQL(session_held,
	"select a.kind, sum(p.amount) from journal j join posting p on p.journal_id = j.id"
	" join account a on a.id = p.account_id where j.session_id = ? and a.kind in ('cash_held',"
	" 'gift_held') group by a.kind");

static int64_t positive(int64_t v)
{
	return v > 0 ? v : 0;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t purse_free_with(const struct purse_balance *b, int64_t credit)
{
	return positive(b->cash + positive(b->gift) + credit);
}

int64_t purse_free(const struct purse_balance *b)
{
	return purse_free_with(b, 0);
}

struct ledger_entry purse_entry(struct purse purse, enum account_kind kind, int64_t amount)
{
	return (struct ledger_entry){ purse.kind, purse.id, kind, amount };
}

/* Who stands on the other side of a person's money: the provider, or the platform where no
 * provider is meant. */
struct purse purse_other(const struct journal *j)
{
	return j->provider_id ? (struct purse){ OWNER_PROVIDER, j->provider_id }
						  : (struct purse){ OWNER_PLATFORM, 0 };
}

/* Where cash that is paid in comes from and cash that is paid out goes to. */
struct ledger_entry purse_outside(const struct journal *j, int64_t amount)
{
	if (j->channel_id)
		return (struct ledger_entry){ OWNER_CHANNEL, j->channel_id, ACCOUNT_CLEARING, amount };
	return purse_entry(purse_other(j), ACCOUNT_CASH_TAKEN, amount);
}

/* A journal that is open and whose accounts are locked: entries may be computed from *w now. */
static NEOERR *begin(struct db *db, const struct journal *j, const struct ledger_entry *with, int n,
	int64_t *journal_id, struct ledger_accounts *w, bool *fresh)
{
	NEOERR *err;

	TRY(ledger_open(db, j, journal_id, fresh));
	if (!*fresh)
		return STATUS_OK;
	ledger_want_purse(w, j->purse);
	for (int i = 0; i < n; i++)
		ledger_want(w, with[i].owner_kind, with[i].owner_id, with[i].kind);
	TRY(ledger_lock(db, w));
out:
	return nerr_pass(err);
}

NEOERR *purse_recharge(struct db *db, const struct journal *j, int64_t cash, int64_t gift,
	bool *fresh)
{
	struct purse other = purse_other(j);
	struct ledger_entry e[] = {
		purse_entry(j->purse, ACCOUNT_CASH, cash), purse_outside(j, -cash),
		purse_entry(j->purse, ACCOUNT_GIFT, gift), purse_entry(other, ACCOUNT_GIFT_GRANTED, -gift),
	};

	struct event_payment told = { .provider_id = j->provider_id,
		.member_id = j->member_id,
		.card_id = j->card_id,
		.cash = cash,
		.gift = gift,
		.owner_kind = choice_name(&account_owner_choices, j->purse.kind),
		.owner_id = j->purse.id };
	struct topup running;
	bool is_fresh;
	NEOERR *err;

	fresh = fresh ? fresh : &is_fresh;
	if (cash < 0 || gift < 0 || (cash == 0 && gift == 0) || j->purse.id == 0)
		return nerr_raise(ERR_INVALID, "a recharge adds money");
	/* sessions before accounts, as a settlement locks them */
	TRY(session_topup_lock(db, j->purse, &running));
	TRY(ledger_post(db, j, e, 4, fresh));
	if (*fresh)
		TRY(session_topup(db, &running));
	if (*fresh && cash > 0)
		TRY(event_payment(db, &told));
out:
	return nerr_pass(err);
}

NEOERR *purse_withdraw(struct db *db, const struct journal *j, int64_t cash, int64_t gift,
	bool *fresh)
{
	struct purse other = purse_other(j);
	struct ledger_entry e[] = {
		purse_entry(j->purse, ACCOUNT_CASH, -cash), purse_outside(j, cash),
		purse_entry(j->purse, ACCOUNT_GIFT, -gift), purse_entry(other, ACCOUNT_GIFT_GRANTED, gift),
	};
	struct ledger_accounts w = { .n = 0 };
	struct purse_balance b;
	int64_t journal_id;
	bool is_fresh;
	NEOERR *err;

	fresh = fresh ? fresh : &is_fresh;
	if (cash < 0 || gift < 0 || (cash == 0 && gift == 0) || j->purse.id == 0)
		return nerr_raise(ERR_INVALID, "a withdrawal takes money");
	TRY(begin(db, j, e, 4, &journal_id, &w, fresh));
	if (!*fresh)
		return STATUS_OK;
	b = ledger_purse(&w, j->purse);
	if (cash > b.cash || gift > b.gift)
		return nerr_raise(ERR_INVALID, "more than what is free");
	TRY(ledger_write(db, journal_id, j, &w, e, 4));
out:
	return nerr_pass(err);
}

NEOERR *purse_hold(struct db *db, const struct journal *j, int64_t amount, int64_t *held_cash,
	int64_t *held_gift)
{
	struct ledger_accounts w = { .n = 0 };
	struct purse_balance b;
	int64_t journal_id;
	bool fresh;
	NEOERR *err;

	*held_cash = *held_gift = 0;
	if (amount <= 0)
		return STATUS_OK;
	TRY(begin(db, j, NULL, 0, &journal_id, &w, &fresh));
	if (!fresh) {
		TRY(ledger_moved(db, j->dedupe_key, j->purse, &b));
		*held_cash = b.cash_held;
		*held_gift = b.gift_held;
		return STATUS_OK;
	}
	b = ledger_purse(&w, j->purse);
	amount = smaller(amount, purse_free_with(&b, j->credit));
	*held_gift = smaller(amount - smaller(amount, positive(b.cash)), positive(b.gift));
	*held_cash = amount - *held_gift;
	TRY(ledger_write(db, journal_id, j, &w,
		(struct ledger_entry[]){ purse_entry(j->purse, ACCOUNT_CASH, -*held_cash),
			purse_entry(j->purse, ACCOUNT_CASH_HELD, *held_cash),
			purse_entry(j->purse, ACCOUNT_GIFT, -*held_gift),
			purse_entry(j->purse, ACCOUNT_GIFT_HELD, *held_gift) },
		4));
out:
	return nerr_pass(err);
}

static NEOERR *take_held(const struct row *r, void *ctx)
{
	struct purse_balance *held = ctx;

	if (choice_value(&account_kind_choices, row_str(r, 0)) == ACCOUNT_CASH_HELD)
		held->cash_held = row_money(r, 1);
	else
		held->gift_held = row_money(r, 1);
	return STATUS_OK;
}

/* How a bill is paid: held money first, then free; cash before gift; the last of it is owed in
 * cash. */
struct payment { int64_t cash, gift; };

static struct payment pay(int64_t amount, const struct purse_balance *held,
	const struct purse_balance *now)
{
	int64_t cash = smaller(amount, held->cash_held), gift = smaller(amount - cash, held->gift_held);
	int64_t rest = amount - cash - gift, free_cash = smaller(rest, positive(now->cash));
	int64_t free_gift = smaller(rest - free_cash, positive(now->gift));

	return (struct payment){ .cash = cash + rest - free_gift, .gift = gift + free_gift };
}

NEOERR *purse_capture(struct db *db, const struct journal *j, int64_t energy_fee,
	int64_t service_fee, int64_t *paid_cash, int64_t *paid_gift)
{
	struct purse income = purse_other(j);
	struct ledger_entry e[ENTRIES] = { purse_entry(income, ACCOUNT_INCOME_ENERGY, energy_fee),
		purse_entry(income, ACCOUNT_INCOME_SERVICE, service_fee) };
	struct purse_balance held = { 0 }, b;
	struct ledger_accounts w = { .n = 0 };
	struct journal posted = *j;
	struct payment p;
	int64_t journal_id;
	bool fresh;
	NEOERR *err;

	*paid_cash = *paid_gift = 0;
	if (energy_fee < 0 || service_fee < 0)
		return nerr_raise(ERR_INVALID, "a bill below zero is not captured");
	TRY(db_query(db, &session_held, ARGS(I64(j->session_id)), take_held, &held));
	if (energy_fee + service_fee == 0 && held.cash_held == 0 && held.gift_held == 0)
		return STATUS_OK;
	if (energy_fee + service_fee == 0)
		posted.kind = JOURNAL_RELEASE;
	TRY(begin(db, &posted, e, 2, &journal_id, &w, &fresh));
	if (!fresh) {
		TRY(ledger_moved(db, j->dedupe_key, j->purse, &b));
		*paid_cash = -(b.cash + b.cash_held);
		*paid_gift = -(b.gift + b.gift_held);
		return STATUS_OK;
	}
	b = ledger_purse(&w, j->purse);
	p = pay(energy_fee + service_fee, &held, &b);
	e[2] = purse_entry(j->purse, ACCOUNT_CASH_HELD, -held.cash_held);
	e[3] = purse_entry(j->purse, ACCOUNT_CASH, held.cash_held - p.cash);
	e[4] = purse_entry(j->purse, ACCOUNT_GIFT_HELD, -held.gift_held);
	e[5] = purse_entry(j->purse, ACCOUNT_GIFT, held.gift_held - p.gift);
	*paid_cash = p.cash;
	*paid_gift = p.gift;
	TRY(ledger_write(db, journal_id, &posted, &w, e, ENTRIES));
out:
	return nerr_pass(err);
}

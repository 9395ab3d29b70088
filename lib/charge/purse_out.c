/* purse_out.c - money that leaves a purse for the outside, and income that comes back to it.
 * Owns nothing beyond ledger.c's tables. Serves ledger.h. */
#include "charge/ledger_internal.h"

SQL(session_paid_cash,
	"select coalesce(-sum(p.amount), 0) from journal j join posting p on p.journal_id = j.id"
	" join account a on a.id = p.account_id where j.session_id = ? and j.kind <> 'occupancy' and"
	" a.owner_kind = ? and a.owner_id = ? and a.kind in ('cash', 'cash_held')");

NEOERR *purse_payout(struct db *db, const struct journal *j, int64_t cash, bool *fresh)
{
	struct ledger_entry e[] = { purse_entry(j->purse, ACCOUNT_CASH, -cash),
		purse_entry(j->purse, ACCOUNT_CASH_LEAVING, cash) };
	struct purse_balance b;
	NEOERR *err;

	TRY(purse_lock(db, j->purse, &b));
	TRY(ledger_post(db, j, e, 2, fresh));
	if (*fresh && (cash <= 0 || cash > b.cash))
		err = nerr_raise(ERR_INVALID, "more than what is free");
out:
	return nerr_pass(err);
}

/* Leaving money was free once: it cannot be less than what leaves, or the ledger is broken. */
NEOERR *purse_paid_out(struct db *db, const struct journal *j, int64_t cash, bool *fresh)
{
	struct ledger_entry e[] = { purse_entry(j->purse, ACCOUNT_CASH_LEAVING, -cash),
		purse_outside(j, cash) };

	return nerr_pass(ledger_post(db, j, e, 2, fresh));
}

NEOERR *purse_payout_back(struct db *db, const struct journal *j, int64_t cash, bool *fresh)
{
	struct ledger_entry e[] = { purse_entry(j->purse, ACCOUNT_CASH_LEAVING, -cash),
		purse_entry(j->purse, ACCOUNT_CASH, cash) };

	return nerr_pass(ledger_post(db, j, e, 2, fresh));
}

NEOERR *purse_refund(struct db *db, const struct journal *j, int64_t energy_fee,
	int64_t service_fee)
{
	struct purse income = purse_other(j);
	int64_t amount = energy_fee + service_fee, cash = 0;
	struct purse_balance b;
	bool fresh;
	NEOERR *err;

	if (energy_fee < 0 || service_fee < 0 || amount == 0 || j->purse.id == 0)
		return nerr_raise(ERR_INVALID, "a refund gives money back");
	TRY(purse_lock(db, j->purse, &b));
	TRY(db_money(db, &session_paid_cash, ARGS(I64(j->session_id),
		STR(choice_name(&account_owner_choices, j->purse.kind)), I64(j->purse.id)), &cash));
	cash = cash < 0 ? 0 : cash < amount ? cash : amount;
	TRY(ledger_post(db, j,
		(struct ledger_entry[]){ purse_entry(income, ACCOUNT_INCOME_ENERGY, -energy_fee),
			purse_entry(income, ACCOUNT_INCOME_SERVICE, -service_fee),
			purse_entry(j->purse, ACCOUNT_CASH, cash),
			purse_entry(j->purse, ACCOUNT_GIFT, amount - cash) },
		4, &fresh));
out:
	return nerr_pass(err);
}

static int64_t at_most(int64_t v, int64_t limit)
{
	return v < 0 || limit < 0 ? 0 : v < limit ? v : limit;
}

/* *cash and *gift: what the purse gets, below zero what it gives. */
static void part(int64_t back, const struct purse_balance *b, int64_t paid_cash, int64_t *cash,
	int64_t *gift)
{
	if (back >= 0) {
		*cash = at_most(back, paid_cash);
		*gift = back - *cash;
		return;
	}
	*cash = -at_most(-back, b->cash);
	*gift = -at_most(-back + *cash, b->gift);
	*cash = back - *gift;
}

NEOERR *purse_correct(struct db *db, const struct journal *j, int64_t energy_fee,
	int64_t service_fee)
{
	struct purse income = purse_other(j);
	int64_t paid = 0, cash, gift;
	struct purse_balance b;
	bool fresh;
	NEOERR *err;

	if (j->purse.id == 0 || (energy_fee == 0 && service_fee == 0))
		return STATUS_OK;
	TRY(purse_lock(db, j->purse, &b));
	TRY(db_money(db, &session_paid_cash, ARGS(I64(j->session_id),
		STR(choice_name(&account_owner_choices, j->purse.kind)), I64(j->purse.id)), &paid));
	part(-(energy_fee + service_fee), &b, paid, &cash, &gift);
	TRY(ledger_post(db, j,
		(struct ledger_entry[]){ purse_entry(income, ACCOUNT_INCOME_ENERGY, energy_fee),
			purse_entry(income, ACCOUNT_INCOME_SERVICE, service_fee),
			purse_entry(j->purse, ACCOUNT_CASH, cash),
			purse_entry(j->purse, ACCOUNT_GIFT, gift) },
		4, &fresh));
out:
	return nerr_pass(err);
}

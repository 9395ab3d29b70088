/* purse_fee.c - fees beside a charge: a hold that is kept or goes back, a fee without a hold.
 * Owns nothing beyond ledger.c's tables. Serves ledger.h. */
#include "charge/ledger_internal.h"

static int64_t positive(int64_t v)
{
	return v > 0 ? v : 0;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

NEOERR *purse_hold_back(struct db *db, const struct journal *j, int64_t cash, int64_t gift)
{
	const struct ledger_entry e[] = { purse_entry(j->purse, ACCOUNT_CASH_HELD, -cash),
		purse_entry(j->purse, ACCOUNT_CASH, cash), purse_entry(j->purse, ACCOUNT_GIFT_HELD, -gift),
		purse_entry(j->purse, ACCOUNT_GIFT, gift) };

	return cash + gift ? nerr_pass(ledger_post(db, j, e, 4, NULL)) : STATUS_OK;
}

NEOERR *purse_hold_take(struct db *db, const struct journal *j, int64_t cash, int64_t gift,
	enum account_kind income)
{
	const struct ledger_entry e[] = { purse_entry(j->purse, ACCOUNT_CASH_HELD, -cash),
		purse_entry(j->purse, ACCOUNT_GIFT_HELD, -gift),
		purse_entry(purse_other(j), income, cash + gift) };

	return cash + gift ? nerr_pass(ledger_post(db, j, e, 3, NULL)) : STATUS_OK;
}

NEOERR *purse_uncharge(struct db *db, const struct journal *j, int64_t cash, int64_t gift,
	enum account_kind income)
{
	return nerr_pass(ledger_post(db, j,
		(struct ledger_entry[]){ purse_entry(purse_other(j), income, -cash - gift),
			purse_entry(j->purse, ACCOUNT_CASH, cash),
			purse_entry(j->purse, ACCOUNT_GIFT, gift) },
		3, NULL));
}

NEOERR *purse_charge(struct db *db, const struct journal *j, int64_t fee, enum account_kind income)
{
	struct purse_balance b;
	int64_t gift;
	NEOERR *err;

	if (fee <= 0)
		return STATUS_OK;
	TRY(purse_lock(db, j->purse, &b));
	gift = smaller(fee - smaller(fee, positive(b.cash)), positive(b.gift));
	TRY(ledger_post(db, j,
		(struct ledger_entry[]){ purse_entry(j->purse, ACCOUNT_CASH, gift - fee),
			purse_entry(j->purse, ACCOUNT_GIFT, -gift),
			purse_entry(purse_other(j), income, fee) },
		3, NULL));
out:
	return nerr_pass(err);
}

NEOERR *purse_fee_paid(struct db *db, const struct journal *j, int64_t fee,
	enum account_kind income)
{
	struct journal paid = *j;
	const struct ledger_entry e[] = { purse_outside(j, -fee),
		purse_entry(purse_other(j), income, fee) };

	paid.kind = JOURNAL_CARD_FEE;
	paid.purse = (struct purse){ j->purse.kind, 0 };
	return fee > 0 ? nerr_pass(ledger_post(db, &paid, e, 2, NULL)) : STATUS_OK;
}

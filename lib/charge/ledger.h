/* ledger.h - double entry: journals of postings that sum to zero; cash and gift apart; hold,
 * capture, release.
 * Owns account, journal, posting, statement, ledger_day, ledger_proof. Serves wallets, cards,
 * settlement, the proof. */
#ifndef CHARGE_LEDGER_H
#define CHARGE_LEDGER_H

#include "charge/choice.h"
#include "db/audit.h"
#include "db/db.h"

/* A purse is a member's wallet, a card or a fleet's wallet: accounts cash, gift, cash_held,
 * gift_held of one
 * owner. */
struct purse { enum account_owner kind; int64_t id; };
struct purse_balance { int64_t cash, gift, cash_held, gift_held; };

struct ledger_entry {
	enum account_owner owner_kind;
	int64_t owner_id;
	enum account_kind kind;
	int64_t amount;
};
struct journal {
	enum journal_kind kind;
	/* what caused it; the second time nothing is posted and *fresh is false */
	const char *dedupe_key;
	int64_t provider_id, station_id, member_id, card_id, session_id;
	/* where money paid in or out stands: at this channel; 0: taken and given by hand */
	int64_t channel_id;
	int64_t credit;                      /* a hold may take cash below zero by as much (M17) */
	bool booked;                         /* cash that never leaves again (记账, M15) */
	const char *note, *operator;
	int64_t by;                          /* user id or 0 */
	/* whose 流水 it goes into; id 0: nobody's. Held money counts as still there. */
	struct purse purse;
};

/* Posts entries (sum must be 0: ERR_INVALID) in the caller's tx: locks the accounts in the order of
 * their keys, creates missing ones, writes journal, postings, balances, and one statement row if
 * the purse's cash or gift (held included) changes. No balance check: callers decide what may go
 * below zero. */
NEOERR *ledger_post(struct db *db, const struct journal *j, const struct ledger_entry *entry, int n,
	bool *fresh) CHECKED;

/* What may be spent: cash and gift; owed cash eats the gift. With a credit line that is open
 * below. */
int64_t purse_free(const struct purse_balance *b);
int64_t purse_free_with(const struct purse_balance *b, int64_t credit);
/* Cash of a purse's lots that may leave the house again, held or not (M15). */
NEOERR *purse_leaving(struct db *db, struct purse purse, int64_t *out) CHECKED;
NEOERR *purse_balance(struct db *db, struct purse purse, struct purse_balance *out) CHECKED;
/* Locks the purse's accounts FOR UPDATE and reads them (inside a tx). */
NEOERR *purse_lock(struct db *db, struct purse purse, struct purse_balance *out) CHECKED;

/* The moves (each inside the caller's tx, each by its dedupe key once): */
NEOERR *purse_recharge(struct db *db, const struct journal *j, int64_t cash, int64_t gift,
	bool *fresh) CHECKED; /* > 0; cash_taken / gift_granted are the other side */
NEOERR *purse_withdraw(struct db *db, const struct journal *j, int64_t cash, int64_t gift,
	bool *fresh) CHECKED; /* refund to the person; more than free: ERR_INVALID */
/* Moves up to `amount` from cash, then gift, then cash on credit, to held; *held_cash and
 * *held_gift say what. */
NEOERR *purse_hold(struct db *db, const struct journal *j, int64_t amount, int64_t *held_cash,
	int64_t *held_gift) CHECKED;
/* Money on its way out of the house: free cash -> leaving (more than free: ERR_INVALID), leaving ->
 * the channel or by hand, leaving -> free cash again. */
NEOERR *purse_payout(struct db *db, const struct journal *j, int64_t cash, bool *fresh) CHECKED;
NEOERR *purse_paid_out(struct db *db, const struct journal *j, int64_t cash, bool *fresh) CHECKED;
NEOERR *purse_payout_back(struct db *db, const struct journal *j, int64_t cash,
	bool *fresh) CHECKED;
/* F1: income of session_id back into the purse it was paid from; cash before gift, never more cash
 * than was paid by cash. */
NEOERR *purse_refund(struct db *db, const struct journal *j, int64_t energy_fee,
	int64_t service_fee) CHECKED;
/* O14: the difference of a corrected bill of session_id, both parts of any sign. What goes back
 * is cash before gift, never more cash than was paid by cash; what is missing is taken from free
 * cash, then gift, and then cash goes below zero. */
NEOERR *purse_correct(struct db *db, const struct journal *j, int64_t energy_fee,
	int64_t service_fee) CHECKED;
/* Settles a hold of session_id: energy_fee + service_fee to the provider's income, cash before
 * gift; what is left is released; what is missing is taken from free cash, then gift, and then
 * cash goes below zero (the driver owes). Returns what was paid by cash and by gift. */
NEOERR *purse_capture(struct db *db, const struct journal *j, int64_t energy_fee,
	int64_t service_fee, int64_t *paid_cash, int64_t *paid_gift) CHECKED;

/* Fees beside a charge. A hold of these parts goes back, or becomes income of the provider. */
NEOERR *purse_hold_back(struct db *db, const struct journal *j, int64_t cash,
	int64_t gift) CHECKED;
NEOERR *purse_hold_take(struct db *db, const struct journal *j, int64_t cash, int64_t gift,
	enum account_kind income) CHECKED;
/* Without a hold: free cash, then gift, then cash goes below zero. */
NEOERR *purse_charge(struct db *db, const struct journal *j, int64_t fee,
	enum account_kind income) CHECKED;
/* Given back as it was taken. */
NEOERR *purse_uncharge(struct db *db, const struct journal *j, int64_t cash, int64_t gift,
	enum account_kind income) CHECKED;

/* A fee that was paid from outside, past the purse (M9); j->purse is left out. */
NEOERR *purse_fee_paid(struct db *db, const struct journal *j, int64_t fee,
	enum account_kind income) CHECKED;

typedef NEOERR *(*ledger_finding_fn)(const char *what, int64_t id, const char *detail, void *ctx);

/* ---- ledger_day.c: as an accountant reads it ---- */

/* Sums up each day that is over and not yet closed, and the last closed one again. */
NEOERR *ledger_close(struct db *db) CHECKED;
/* Days before this first second are closed; 0: none is. */
NEOERR *ledger_closed(struct db *db, int64_t *until) CHECKED;
/* One kind of account in [from, to), which begin days: what it held, what was taken (debit) and
 * given (credit), both positive; opening - debit + credit is what it held at the end. */
struct ledger_line {
	enum account_owner owner;
	enum account_kind kind;
	int64_t opening, debit, credit;
};
#define LEDGER_ALL (-1)                      /* the books of everybody; 0: the platform's */
typedef NEOERR *(*ledger_line_fn)(const struct ledger_line *line, void *ctx);
NEOERR *ledger_trial(struct db *db, int64_t from, int64_t to, int64_t provider_id,
	ledger_line_fn fn, void *ctx) CHECKED;
/* An account in a period: what it held, what was taken and given. */
NEOERR *ledger_account_in(struct db *db, int64_t account_id, int64_t from, int64_t to,
	struct ledger_line *out) CHECKED;

/* ---- the proof ---- */

/* ledger_prove() is ledger_proof() with its result kept: tables ledger_proof, ledger_finding. */
NEOERR *ledger_prove(struct db *db, int64_t by, ledger_finding_fn fn, void *ctx,
	int64_t *findings) CHECKED;

/* The nightly proof: sum of postings = balance for each account, each journal sums to zero,
 * session.amount = last cdr.amount = captured money, no hold left of an ended session. Findings
 * go to fn one by one; *findings counts. */
NEOERR *ledger_proof(struct db *db, ledger_finding_fn fn, void *ctx, int64_t *findings) CHECKED;

#endif

/* ledger_internal.h - what ledger.c (posting) and purse.c (moves) share.
 * Owns nothing. Serves those two alone. */
#ifndef CHARGE_LEDGER_INTERNAL_H
#define CHARGE_LEDGER_INTERNAL_H

#include "charge/ledger.h"

#define LEDGER_ACCOUNTS 12                   /* accounts one journal may touch, the purse's four included */

struct ledger_account {
	int64_t id, owner_id, balance, provider_id;
	enum account_owner owner_kind;
	enum account_kind kind;
};
struct ledger_accounts { int n; struct ledger_account a[LEDGER_ACCOUNTS]; };

/* purse.c: a line of a journal; who stands on the other side of a person's money (the provider, or
 * the platform where no provider is meant); where cash comes from and goes to outside. */
struct ledger_entry purse_entry(struct purse purse, enum account_kind kind, int64_t amount);
struct purse purse_other(const struct journal *j);
struct ledger_entry purse_outside(const struct journal *j, int64_t amount);

/* Writes the journal row; *fresh false (and *id 0): its dedupe key was there already. */
NEOERR *ledger_open(struct db *db, const struct journal *j, int64_t *id, bool *fresh) CHECKED;
/* Adds a key to look for; the same key twice is one. */
void ledger_want(struct ledger_accounts *w, enum account_owner owner_kind, int64_t owner_id,
	enum account_kind kind);
void ledger_want_purse(struct ledger_accounts *w, struct purse purse);
/* Locks and reads them all, in the order of their keys; creates the missing ones. */
NEOERR *ledger_lock(struct db *db, struct ledger_accounts *w) CHECKED;
/* Writes postings, balances and the statement row. Every account of the entries, and the purse's
 * four, must be in *w. */
NEOERR *ledger_write(struct db *db, int64_t journal_id, const struct journal *j,
	struct ledger_accounts *w, const struct ledger_entry *entry, int n) CHECKED;
struct purse_balance ledger_purse(const struct ledger_accounts *w, struct purse purse);
/* A lot of cash that came, less what was owed before it; its flag is the journal's, or that of the
 * lot a charge took its money from. */
NEOERR *purse_lot_add(struct db *db, int64_t journal_id, const struct journal *j, int64_t cash,
	int64_t debt, int64_t *id) CHECKED;
/* Takes at most `most` from the next lot; *id 0: there is none, all of it is owed. */
NEOERR *purse_lot_take(struct db *db, const struct journal *j, int64_t most, int64_t *id,
	int64_t *taken) CHECKED;
/* What a journal did to a purse. */
NEOERR *ledger_moved(struct db *db, const char *dedupe_key, struct purse purse,
	struct purse_balance *out) CHECKED;

#endif

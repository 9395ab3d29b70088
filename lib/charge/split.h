/* split.h - who gets what part of a charge: the pure rule, its rows and postings, profit sharing.
 * Owns table split. Serves settlement, corrections, refunds, the screens, job money. (F12, W10) */
#ifndef CHARGE_SPLIT_H
#define CHARGE_SPLIT_H

#include "charge/choice.h"
#include "db/audit.h"
#include "db/db.h"

#define SPLIT_RULES 40
#define SPLIT_WHOLE (100 * INT64_C(100000))      /* 100 % as percents are kept */

struct split_rule {
	int party;                           /* index of its line: rules of one party add up */
	enum split_fee fee;
	enum split_method method;
	int64_t value;                       /* percent 1e-5, or money by kWh or by order */
};
/* fee_off: percent 1e-5 of each fee that the channel keeps, before percents. back: money of the
 * order that was refunded: each part shrinks in proportion. */
struct split_order { int64_t energy, energy_fee, service_fee, amount, back, fee_off; };

/* Whole fen, rounded down; never more than a fee has left for the rules that come later, nor than
 * the order's amount; part[0..parties) and *owner add up to amount - back. Pure. */
void split_compute(const struct split_rule *rule, int n, int parties,
	const struct split_order *order, int64_t *part, int64_t *owner);

/* Parts of a finished order as its bill is now, less what stands already: only the difference is
 * written and posted. Inside the caller's tx, under the session's lock; no plan: nothing. Parts a
 * person has undone stay undone. */
NEOERR *split_session(struct db *db, int64_t session_id, const char *operator) CHECKED;

enum split_refusal { SPLIT_FINE, SPLIT_STATE, SPLIT_NOTHING };
const char *split_refusal_name(enum split_refusal r);
/* 撤销 of a part that was paid: posted back at once, or asked back from the channel. */
NEOERR *split_undo(struct db *db, int64_t id, const struct actor *who,
	enum split_refusal *refusal) CHECKED;
/* 再分账 of one that failed or was given up. */
NEOERR *split_again(struct db *db, int64_t id, const struct actor *who,
	enum split_refusal *refusal) CHECKED;
/* It was paid outside the channel, or will be: posted as the party's in the ledger. */
NEOERR *split_by_ledger(struct db *db, int64_t id, const struct actor *who,
	enum split_refusal *refusal) CHECKED;
/* What channels owe an answer for: parts to pay and to take back; *done: looked at. */
NEOERR *split_work(struct db *db, int64_t *done) CHECKED;

/* What split.c and split_send.c share: a part under its lock, and what moves in the ledger. */
struct split_row {
	int64_t id, provider_id, station_id, session_id, party_owner, payment_id, channel_id;
	int64_t amount, returned, back;
	enum split_party_kind party;
	enum split_state state;
	bool by_channel, undone;
	int attempt, returns, tries;
	char no[25], party_name[81], account_type[17], account[65], transaction[65];
};
NEOERR *split_lock(struct db *db, int64_t id, struct split_row *out) CHECKED;
NEOERR *split_write(struct db *db, const struct split_row *s, int64_t next_at, const char *problem,
	const char *operator, int64_t by) CHECKED;
/* amount > 0: to the party; < 0: back. key makes it happen once. */
NEOERR *split_post(struct db *db, const struct split_row *s, int64_t amount,
	const char *key) CHECKED;
/* x of a part is taken back: cut, posted back, or asked back. */
NEOERR *split_take_back(struct db *db, struct split_row *s, int64_t x,
	const char *operator) CHECKED;

#endif

/* purse_lot.c - the lots a purse's cash came in: what a journal adds is a new one, what it takes
 * comes from the oldest, a statement line each (M12); what may leave again (M15).
 * Owns table purse_lot. Serves ledger.c, withdrawals. */
#include "charge/ledger_internal.h"

#include "base/clock.h"

/* From the oldest; what leaves the house, from what may leave. */
SQL(lot_next,
	"select id, remains from purse_lot where owner_kind = ? and owner_id = ? and open = 1 order by"
	" leaves * ? desc, id limit 1 for update");
SQL(lot_take,
	"update purse_lot set open = remains > ?, remains = remains - ? where id = ?");
SQL(lot_insert,
	"insert into purse_lot (owner_kind, owner_id, journal_id, amount, remains, leaves, open, at)"
	" values (?, ?, ?, ?, ?, ?, ?, ?)");
/* Money of a charge that comes back is again what it was. */
SQL(lot_of_session,
	"select l.leaves from statement s join purse_lot l on l.id = s.lot_id where s.session_id = ?"
	" order by s.id desc limit 1");
SQL(lot_leaving,
	"select coalesce(sum(remains), 0) from purse_lot where owner_kind = ? and owner_id = ? and"
	" open = 1 and leaves = 1");

NEOERR *purse_lot_add(struct db *db, int64_t journal_id, const struct journal *j, int64_t cash,
	int64_t debt, int64_t *id)
{
	int64_t remains = cash > debt ? cash - debt : 0, leaves = !j->booked;
	NEOERR *err = STATUS_OK;

	if (j->session_id && !j->booked)
		err = db_i64(db, &lot_of_session, ARGS(I64(j->session_id)), &leaves);
	if (err == STATUS_OK)
		err = db_insert(db, &lot_insert,
			ARGS(STR(choice_name(&account_owner_choices, j->purse.kind)), I64(j->purse.id),
				I64(journal_id), MONEY(cash), MONEY(remains), I64(leaves), I64(remains > 0),
				TIME(clock_now())),
			id);
	return nerr_pass(err);
}

struct lot { int64_t id, remains; };

static NEOERR *take_lot(const struct row *r, void *ctx)
{
	*(struct lot *)ctx = (struct lot){ row_i64(r, 0), row_money(r, 1) };
	return STATUS_OK;
}

NEOERR *purse_lot_take(struct db *db, const struct journal *j, int64_t most, int64_t *id,
	int64_t *taken)
{
	bool out = j->kind == JOURNAL_PAYOUT || j->kind == JOURNAL_WITHDRAW, found;
	struct lot lot = { 0 };
	NEOERR *err;

	*id = 0;
	*taken = most;
	TRY(db_find(db, &lot_next,
		ARGS(STR(choice_name(&account_owner_choices, j->purse.kind)), I64(j->purse.id), I64(out)),
		take_lot, &lot, &found));
	if (!found)
		return STATUS_OK;
	*id = lot.id;
	*taken = lot.remains < most ? lot.remains : most;
	TRY(db_exec(db, &lot_take, ARGS(MONEY(*taken), MONEY(*taken), I64(lot.id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *purse_leaving(struct db *db, struct purse purse, int64_t *out)
{
	return nerr_pass(db_money(db, &lot_leaving,
		ARGS(STR(choice_name(&account_owner_choices, purse.kind)), I64(purse.id)), out));
}

/* ledger_proof.c - the nightly proof that balances, postings, bills and sessions say the same.
 * Owns tables ledger_proof and ledger_finding; reads the rest. Serves ledger.h, jobs/ledger_proof,
 * restores. */
#include "charge/ledger.h"

#include "base/clock.h"
#include "base/text.h"

#define CHUNK 20000                          /* sessions looked at by one statement */

SQL(proof_balances,
	"select a.id, concat('balance ', a.balance, ', postings ', coalesce(p.total, 0)) from account a"
	" left join (select account_id, sum(amount) total from posting group by account_id) p on"
	" p.account_id = a.id"
	" where a.balance <> coalesce(p.total, 0)");
SQL(proof_journals,
	"select journal_id, concat('postings sum to ', sum(amount)) from posting group by journal_id"
	" having sum(amount) <> 0");
/* What a person reads as 流水 adds up to what the purse holds. */
SQL(proof_statements,
	"select coalesce(s.owner_id, a.owner_id), concat(coalesce(s.owner_kind, a.owner_kind), ':"
	" statements ',"
	" coalesce(s.cash, 0), ' + ', coalesce(s.gift, 0), ', accounts ', coalesce(a.cash, 0), ' + ',"
	" coalesce(a.gift, 0)) from"
	" (select owner_kind, owner_id, sum(if(kind in ('cash', 'cash_held'), balance, 0)) cash,"
	" sum(if(kind in ('gift', 'gift_held'), balance, 0)) gift from account where owner_kind in"
	" ('member', 'card', 'fleet')"
	" group by owner_kind, owner_id) a left join (select owner_kind, owner_id, sum(cash) cash,"
	" sum(gift) gift from statement"
	" group by owner_kind, owner_id) s on s.owner_kind = a.owner_kind and s.owner_id = a.owner_id"
	" where a.cash <> coalesce(s.cash, 0) or a.gift <> coalesce(s.gift, 0)");
/* M12: what is there of the lots is the cash, where that is above zero. */
SQL(proof_lots,
	"select a.owner_id, concat(a.owner_kind, ' cash ', a.cash, ', lots ', coalesce(l.remains, 0))"
	" from (select owner_kind, owner_id, sum(balance) cash from account where owner_kind in"
	" ('member', 'card', 'fleet') and kind in ('cash', 'cash_held') group by owner_kind,"
	" owner_id) a left join (select owner_kind, owner_id, sum(remains) remains from"
	" purse_lot group by owner_kind, owner_id) l on l.owner_kind = a.owner_kind and l.owner_id ="
	" a.owner_id where greatest(a.cash, 0) <> coalesce(l.remains, 0)");
SQL(proof_session_last, "select coalesce(max(id), 0) from session");
/* Money that a session's journals brought in, without what holds and releases moved inside the
 * purse. */
#define INCOME "coalesce((select sum(p.amount) from journal j join posting p on p.journal_id = j.id" \
	" join account a on a.id = p.account_id and a.kind in ('income_energy', 'income_service')" \
	" where j.session_id = s.id and j.kind in ('charge', 'correct')), 0)"
#define LAST_BILL "coalesce((select c.amount from cdr c where c.session_id = s.id order by c.revision desc limit 1), 0)"
SQL(proof_sessions,
	"select id, concat('session ', amount, ', bill ', bill, ', captured ', income) from (select"
	" s.id, s.amount,"
	" s.pay_kind, " LAST_BILL " bill, " INCOME " income from session s where s.id > ? and s.id <= ?"
	" and s.state in ('finished', 'failed')) t where amount <> bill or (pay_kind <> 'none' and"
	" amount <> income)");
#define HELD "coalesce((select sum(p.amount) from journal j join posting p on p.journal_id = j.id" \
	" join account a on a.id = p.account_id and a.kind in ('cash_held', 'gift_held') where j.session_id = s.id), 0)"
SQL(proof_holds,
	"select id, concat(state, ' holds ', held, ', prepaid ', prepaid) from (select s.id, s.state,"
	" s.prepaid, " HELD
	" held"
	" from session s where s.id > ? and s.id <= ?) t where held <> if(state in ('finished',"
	" 'failed'), 0, prepaid)");
SQL(proof_held_total,
	"select 0, concat('held in purses ', purses, ', by sessions ', sessions, ', by bookings ',"
	" bookings) from (select coalesce(sum(balance), 0) purses from account where kind in"
	" ('cash_held', 'gift_held')) a join"
	" (select coalesce((select sum(prepaid) from session where state in ('starting', 'charging',"
	" 'stopping', 'suspended')), 0) + coalesce((select sum(prepaid) from remote_session where state"
	" in ('starting', 'charging', 'stopping')), 0) sessions) b join"
	" (select coalesce(sum(fee), 0) bookings from reservation where fee_state = 'held') c"
	" on purses <> sessions + bookings");
/* What bookings kept and occupancy cost is what they brought each provider. */
SQL(proof_bookings,
	"select r.provider_id, concat('bookings ', r.kept, ' + ', r.occupied, ', postings ',"
	" coalesce(l.kept, 0), ' + ', coalesce(l.occupied, 0)) from (select provider_id, sum(kept)"
	" kept, sum(occupied) occupied from (select provider_id, sum(if(fee_state = 'kept', fee, 0))"
	" kept, sum(occupancy_fee) occupied from reservation group by provider_id union all select"
	" provider_id, 0, sum(if(waived, 0, fee)) from session_occupancy group by provider_id) u group"
	" by provider_id) r left join (select a.owner_id, sum(if(j.kind = 'booking', p.amount, 0))"
	" kept, sum(if(j.kind = 'occupancy', p.amount, 0)) occupied from account a join posting p on"
	" p.account_id = a.id join journal j on j.id = p.journal_id and j.kind in ('booking',"
	" 'occupancy') where a.owner_kind = 'provider' and a.kind in ('income_booking',"
	" 'income_occupancy') group by a.owner_id) l on l.owner_id = r.provider_id where r.kept <>"
	" coalesce(l.kept, 0) or r.occupied <> coalesce(l.occupied, 0)");

/* What a charge's occupancy cost stands at its order and was taken from nobody else. */
SQL(proof_occupancy,
	"select id, concat('occupancy ', fee, ', order ', said, ', postings ', got) from (select s.id,"
	" if(o.waived, 0, o.fee) fee, s.occupancy_fee said, coalesce((select sum(p.amount) from journal"
	" j join posting p on p.journal_id = j.id join account a on a.id = p.account_id and a.kind ="
	" 'income_occupancy' where j.session_id = s.id and j.kind = 'occupancy'), 0) got from"
	" session_occupancy o join session s on s.id = o.session_id) t where fee <> said or fee <>"
	" got");
/* What channels hold for us is what was paid by them, less what went back through them. */
SQL(proof_channels,
	"select c.id, concat('ledger ', coalesce(l.moved, 0), ', payments ', coalesce(p.paid, 0),"
	" ', refunds ', coalesce(r.back, 0)) from channel c left join (select a.owner_id,"
	" -sum(g.amount) moved from account a join posting g on g.account_id = a.id join journal"
	" j on j.id = g.journal_id and j.kind in ('recharge', 'card_fee', 'paid_out') where"
	" a.owner_kind = 'channel' and a.kind = 'clearing' group by a.owner_id) l on l.owner_id ="
	" c.id left join (select channel_id, sum(amount) paid from payment where state = 'paid'"
	" or problem = 'undone' group by channel_id) p on p.channel_id = c.id left join (select"
	" q.channel_id, sum(f.amount) back from refund f join payment q on q.id = f.payment_id"
	" where f.way = 'channel' and f.state in ('handled', 'done') group by q.channel_id) r on"
	" r.channel_id = c.id where coalesce(l.moved, 0) <> coalesce(p.paid, 0) -"
	" coalesce(r.back, 0)");
/* Money that has left purses and has not arrived is what open refunds and withdrawals say. */
SQL(proof_leaving,
	"select 0, concat('leaving ', leaving, ', refunds ', refunds, ', withdrawals ', withdrawals)"
	" from (select coalesce(sum(balance), 0) leaving from account where kind = 'cash_leaving') a"
	" join (select coalesce(sum(amount), 0) refunds from refund where state in ('sending',"
	" 'failed') and withdrawal_id is null) b join (select coalesce(sum(amount - paid), 0)"
	" withdrawals from withdrawal where state in ('pending', 'waiting', 'paying', 'failed')) c"
	" where leaving <> refunds + withdrawals");
SQL(proof_payment_back,
	"select p.id, concat('refunded ', p.refunded, ', refunds ', coalesce(sum(f.amount), 0)) from"
	" payment p left join refund f on f.payment_id = p.id and f.way = 'channel' and f.state in"
	" ('sending', 'handled', 'done', 'failed') where p.state = 'paid' group by"
	" p.id, p.refunded having p.refunded <> coalesce(sum(f.amount), 0)");
SQL(proof_session_refunds,
	"select s.id, concat('refunded ', s.refunded, ', postings ', coalesce(-r.back, 0)) from session"
	" s left join (select j.session_id, sum(g.amount) back from journal j join posting g on"
	" g.journal_id = j.id join account a on a.id = g.account_id and a.kind in ('income_energy',"
	" 'income_service') where j.kind = 'refund' and j.session_id is not null group by"
	" j.session_id) r on r.session_id = s.id where (s.refunded <> 0 or r.back is not null) and"
	" s.refunded <> coalesce(-r.back, 0)");

/* What was shared out of an order is what its parts say, and no more than it brought. */
SQL(proof_splits,
	"select x.session_id, concat('parts ', x.paid, ', postings ', coalesce(p.moved, 0), ', promised"
	" ', x.net, ' of ', s.amount - s.refunded) from (select session_id, sum(if(state in ('done',"
	" 'taking') or (state = 'undone' and done_at is not null), amount - returned, 0)) paid,"
	" sum(amount - returned - back) net from split group by session_id) x join session s on s.id ="
	" x.session_id left join (select j.session_id, -sum(g.amount) moved from journal j join posting"
	" g on g.journal_id = j.id join account a on a.id = g.account_id and a.kind = 'split' and"
	" a.owner_kind = 'provider' and a.owner_id = j.provider_id where j.kind in ('split',"
	" 'split_back') group by j.session_id) p on p.session_id = x.session_id where x.paid <>"
	" coalesce(p.moved, 0) or x.net > s.amount - s.refunded");

/* What days were closed with is what was posted on them, by whose books and which account. */
SQL(proof_days,
	"select 0, concat(day, ' ', owner_kind, ' ', kind, ' of ', provider_id, ': closed ',"
	" sum(closed), ', postings ', sum(posted)) from (select day, provider_id, owner_kind, kind,"
	" credit - debit closed, 0 posted from ledger_day union all select date(p.at),"
	" coalesce(p.provider_id, 0), a.owner_kind, a.kind, 0, p.amount from posting p join account a"
	" on a.id = p.account_id where p.at < (select date_add(max(day), interval 1 day) from"
	" ledger_close)) x group by day, provider_id, owner_kind, kind having sum(closed) <>"
	" sum(posted)");
SQL(proof_books,
	"select p.id, concat('posting of ', coalesce(p.provider_id, 0), ', account of ',"
	" coalesce(a.provider_id, 0)) from posting p join account a on a.id = p.account_id where"
	" coalesce(p.provider_id, 0) <> coalesce(a.provider_id, 0)");

SQL(proof_begun, "insert into ledger_proof (started_at, asked_by) values (?, ?)");
SQL(proof_ended, "update ledger_proof set ended_at = ?, findings = ? where id = ?");
SQL(proof_found,
	"insert into ledger_finding (proof_id, position, what, record_id, detail) values (?, ?, ?, ?,"
	" ?)");

struct proof { ledger_finding_fn fn; void *ctx; const char *what; int64_t findings; };

static NEOERR *take_finding(const struct row *r, void *ctx)
{
	struct proof *p = ctx;

	p->findings++;
	return nerr_pass(p->fn(p->what, row_i64(r, 0), row_str(r, 1), p->ctx));
}

static NEOERR *prove(struct db *db, struct proof *p, const char *what, const struct sql *sql,
	const struct arg *args, int n)
{
	p->what = what;
	return nerr_pass(db_query(db, sql, args, n, take_finding, p));
}

static NEOERR *prove_sessions(struct db *db, struct proof *p)
{
	int64_t last;
	NEOERR *err;

	TRY(db_i64(db, &proof_session_last, NOARGS, &last));
	for (int64_t from = 0; from < last; from += CHUNK) {
		TRY(prove(db, p, "session_money", &proof_sessions, ARGS(I64(from), I64(from + CHUNK))));
		TRY(prove(db, p, "session_hold", &proof_holds, ARGS(I64(from), I64(from + CHUNK))));
	}
out:
	return nerr_pass(err);
}

/* Charging goes on while the proof runs: each statement proves one law by itself, and a
 * statement sees one moment. */
NEOERR *ledger_proof(struct db *db, ledger_finding_fn fn, void *ctx, int64_t *findings)
{
	struct proof p = { .fn = fn, .ctx = ctx };
	NEOERR *err;

	TRY(prove(db, &p, "account_balance", &proof_balances, NOARGS));
	TRY(prove(db, &p, "journal_sum", &proof_journals, NOARGS));
	TRY(prove(db, &p, "statement_sum", &proof_statements, NOARGS));
	TRY(prove(db, &p, "purse_lots", &proof_lots, NOARGS));
	TRY(prove(db, &p, "held_total", &proof_held_total, NOARGS));
	TRY(prove(db, &p, "booking_money", &proof_bookings, NOARGS));
	TRY(prove(db, &p, "occupancy_money", &proof_occupancy, NOARGS));
	TRY(prove(db, &p, "channel_clearing", &proof_channels, NOARGS));
	TRY(prove(db, &p, "leaving_total", &proof_leaving, NOARGS));
	TRY(prove(db, &p, "payment_refunded", &proof_payment_back, NOARGS));
	TRY(prove(db, &p, "session_refunded", &proof_session_refunds, NOARGS));
	TRY(prove(db, &p, "split_parts", &proof_splits, NOARGS));
	TRY(prove(db, &p, "day_total", &proof_days, NOARGS));
	TRY(prove(db, &p, "posting_books", &proof_books, NOARGS));
	TRY(prove_sessions(db, &p));
out:
	*findings = p.findings;
	return nerr_pass(err);
}

#define KEPT 100                             /* findings kept one by one; more are counted */

struct keeping { struct db *db; ledger_finding_fn fn; void *ctx; int64_t proof_id; int n; };

/* Findings come while their statement is read, all of it: the connection is free for others. */
static NEOERR *keep_finding(const char *what, int64_t id, const char *detail, void *ctx)
{
	struct keeping *k = ctx;
	char cut[300];
	NEOERR *err = STATUS_OK;

	text_copy(cut, sizeof(cut), detail);
	if (k->n < KEPT)
		TRY(db_exec(k->db, &proof_found,
			ARGS(I64(k->proof_id), I64(k->n), STR(what), I64(id), STR(cut)), NULL));
	k->n++;
	if (k->fn != NULL)
		TRY(k->fn(what, id, detail, k->ctx));
out:
	return nerr_pass(err);
}

NEOERR *ledger_prove(struct db *db, int64_t by, ledger_finding_fn fn, void *ctx,
	int64_t *findings)
{
	struct keeping k = { db, fn, ctx, 0, 0 };
	NEOERR *err;

	TRY(db_insert(db, &proof_begun, ARGS(TIME(clock_now()), IDREF(by)), &k.proof_id));
	TRY(ledger_close(db));
	TRY(ledger_proof(db, keep_finding, &k, findings));
	TRY(db_exec(db, &proof_ended, ARGS(TIME(clock_now()), I64(*findings), I64(k.proof_id)),
		NULL));
out:
	return nerr_pass(err);
}

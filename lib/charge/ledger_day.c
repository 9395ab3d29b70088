/* ledger_day.c - days of the ledger, summed up once they are over, and the trial balance they give.
 * Owns tables ledger_day and ledger_close. Serves ledger.h: the pages of the ledger. */
#include "charge/ledger.h"

#include "base/clock.h"

#define SETTLE 600                           /* what began before midnight is committed by then */
#define DAYS   20000

SQL(close_first, "select min(at) from posting");
SQL(close_last, "select max(day) from ledger_close");
SQL(close_clear, "delete from ledger_day where day = ?");
SQL(close_sum,
	"insert into ledger_day (day, provider_id, owner_kind, kind, debit, credit) select ?,"
	" coalesce(p.provider_id, 0), a.owner_kind, a.kind, sum(if(p.amount < 0, -p.amount, 0)),"
	" sum(if(p.amount > 0, p.amount, 0)) from posting p join account a on a.id = p.account_id"
	" where p.at >= ? and p.at < ? group by coalesce(p.provider_id, 0), a.owner_kind, a.kind");
SQL(close_count, "select count(*) from posting where at >= ? and at < ?");
SQL(close_mark,
	"insert into ledger_close (day, postings, closed_at) values (?, ?, ?) on duplicate key update"
	" postings = values(postings), closed_at = values(closed_at)");

/* Closed days before, closed days within, and what no day has summed up yet. */
#define TRIAL(days, postings) \
	"select owner_kind, kind, sum(opening), sum(debit), sum(credit) from (" \
	"select owner_kind, kind, credit - debit opening, 0 debit, 0 credit from ledger_day where day" \
	" < ?" days " union all select owner_kind, kind, 0, debit, credit from ledger_day where day" \
	" >= ? and day < ?" days " union all select a.owner_kind, a.kind, if(p.at < ?, p.amount, 0)," \
	" if(p.at >= ? and p.amount < 0, -p.amount, 0), if(p.at >= ? and p.amount > 0, p.amount, 0)" \
	" from posting p join account a on a.id = p.account_id where p.at >= ? and p.at < ?" postings \
	") x group by owner_kind, kind order by owner_kind, kind"
SQL(trial_all, TRIAL("", ""));
SQL(trial_books, TRIAL(" and provider_id = ?", " and p.provider_id = ?"));
SQL(trial_platform, TRIAL(" and provider_id = 0", " and p.provider_id is null"));

/* By sums alone: machines' clocks may differ by more than two postings lie apart. */
SQL(account_opening,
	"select a.balance - coalesce((select sum(p.amount) from posting p where p.account_id = a.id"
	" and p.at >= ?), 0) from account a where a.id = ?");
SQL(account_moved,
	"select a.owner_kind, a.kind, coalesce(sum(if(p.amount < 0, -p.amount, 0)), 0),"
	" coalesce(sum(if(p.amount > 0, p.amount, 0)), 0) from account a left join posting p on"
	" p.account_id = a.id and p.at >= ? and p.at < ? where a.id = ? group by a.owner_kind, a.kind");

static NEOERR *take_time(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_time(r, 0);
	return STATUS_OK;
}

static NEOERR *close_day(struct db *db, void *ctx)
{
	int64_t day = *(const int64_t *)ctx, postings;
	NEOERR *err;

	TRY(db_exec(db, &close_clear, ARGS(DAY(day)), NULL));
	TRY(db_exec(db, &close_sum, ARGS(DAY(day), TIME(day), TIME(day + DAY_SECONDS)), NULL));
	TRY(db_i64(db, &close_count, ARGS(TIME(day), TIME(day + DAY_SECONDS)), &postings));
	TRY(db_exec(db, &close_mark, ARGS(DAY(day), I64(postings), TIME(clock_now())), NULL));
out:
	return nerr_pass(err);
}

NEOERR *ledger_closed(struct db *db, int64_t *until)
{
	int64_t last = 0;
	NEOERR *err = db_query(db, &close_last, NOARGS, take_time, &last);

	*until = last ? last + DAY_SECONDS : 0;
	return nerr_pass(err);
}

NEOERR *ledger_close(struct db *db)
{
	int64_t day, first = 0, today = clock_day_start(clock_now() - SETTLE);
	NEOERR *err;

	TRY(ledger_closed(db, &day));
	TRY(db_query(db, &close_first, NOARGS, take_time, &first));
	if (!first)
		return STATUS_OK;
	day = day ? day - DAY_SECONDS : clock_day_start(first);
	for (int i = 0; i < DAYS && day < today; i++, day += DAY_SECONDS)
		TRY(db_tx(db, close_day, &day));
out:
	return nerr_pass(err);
}

struct trial { ledger_line_fn fn; void *ctx; };

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct trial *t = ctx;
	struct ledger_line line = {
		.owner = (enum account_owner)choice_value(&account_owner_choices, row_str(r, 0)),
		.kind = (enum account_kind)choice_value(&account_kind_choices, row_str(r, 1)),
		.opening = row_money(r, 2), .debit = row_money(r, 3), .credit = row_money(r, 4) };

	return nerr_pass(t->fn(&line, t->ctx));
}

NEOERR *ledger_trial(struct db *db, int64_t from, int64_t to, int64_t provider_id,
	ledger_line_fn fn, void *ctx)
{
	struct trial t = { fn, ctx };
	const struct arg f = DAY(from), u = DAY(to), at = TIME(from), end = TIME(to),
		p = I64(provider_id);
	struct arg open;
	int64_t closed;
	NEOERR *err;

	TRY(ledger_closed(db, &closed));
	open = TIME(closed ? closed : 1);
	if (provider_id > 0)
		TRY(db_query(db, &trial_books, ARGS(f, p, f, u, p, at, at, at, open, end, p), take_line,
			&t));
	else
		TRY(db_query(db, provider_id == LEDGER_ALL ? &trial_all : &trial_platform,
			ARGS(f, f, u, at, at, at, open, end), take_line, &t));
out:
	return nerr_pass(err);
}

static NEOERR *take_moved(const struct row *r, void *ctx)
{
	struct ledger_line *l = ctx;

	l->owner = (enum account_owner)choice_value(&account_owner_choices, row_str(r, 0));
	l->kind = (enum account_kind)choice_value(&account_kind_choices, row_str(r, 1));
	l->debit = row_money(r, 2);
	l->credit = row_money(r, 3);
	return STATUS_OK;
}

NEOERR *ledger_account_in(struct db *db, int64_t account_id, int64_t from, int64_t to,
	struct ledger_line *out)
{
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	TRY(db_money(db, &account_opening, ARGS(TIME(from), I64(account_id)), &out->opening));
	TRY(db_get(db, &account_moved, ARGS(TIME(from), TIME(to), I64(account_id)), take_moved, out));
out:
	return nerr_pass(err);
}

/* reconcile.c - the channel's bill of a day is taken, kept line by line, compared.
 * Owns channel_bill, channel_bill_line. Serves reconcile.h. */
#include "charge/reconcile.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "charge/ledger.h"

#define CHANNELS_MAX 200

SQL(bill_keep,
	"insert into channel_bill (channel_id, day, created_at, updated_at) values (?, ?, ?, ?) on"
	" duplicate key update updated_at = values(updated_at), version = version + 1");
SQL(bill_of_day, "select id from channel_bill where channel_id = ? and day = ? for update");
SQL(bill_forget, "delete from channel_bill_line where bill_id = ? and state <> 'settled'");
SQL(bill_line_insert,
	"insert ignore into channel_bill_line (bill_id, channel_id, direction, no, transaction, amount,"
	" our_amount, fee, payment_id, refund_id, state, at, updated_at) values (?, ?, ?, ?, ?, ?, ?,"
	" ?, ?, ?, ?, ?, ?)");
SQL(bill_payment,
	"select id, amount, state = 'paid', problem <> 'undone' from payment where no = ? and"
	" channel_id = ?");
SQL(bill_refund,
	"select r.id, r.amount, r.state in ('handled', 'done'), 1 from refund r join payment p on p.id"
	" = r.payment_id where r.no = ? and p.channel_id = ?");
/* What we hold for done on that day and no bill of theirs has. */
SQL(bill_missing_payments,
	"insert into channel_bill_line (bill_id, channel_id, direction, no, transaction, our_amount,"
	" payment_id, state, at, updated_at) select ?, p.channel_id, 'paid', p.no, p.transaction,"
	" p.amount, p.id, 'missing_there', p.paid_at, ? from payment p where p.channel_id = ? and"
	" p.state = 'paid' and p.paid_at >= ? and p.paid_at < ? and not exists (select 1 from"
	" channel_bill_line l where l.payment_id = p.id and l.direction = 'paid')");
SQL(bill_missing_refunds,
	"insert into channel_bill_line (bill_id, channel_id, direction, no, transaction, our_amount,"
	" refund_id, state, at, updated_at) select ?, p.channel_id, 'refund', r.no, r.channel_no,"
	" r.amount, r.id, 'missing_there', r.refunded_at, ? from refund r join payment p on p.id ="
	" r.payment_id where p.channel_id = ? and r.way = 'channel' and r.state in ('handled', 'done')"
	" and r.channel_no <> '' and r.refunded_at >= ? and r.refunded_at < ? and not exists (select 1"
	" from channel_bill_line l where l.refund_id = r.id and l.direction = 'refund')");
/* Missed on the day before, found on this bill: around midnight both are right. */
SQL(bill_found_later,
	"update channel_bill_line o join channel_bill_line n on n.no = o.no and n.direction ="
	" o.direction and n.bill_id = ? and n.state = 'matched' set o.state = 'settled', o.settled_how"
	" = 'found_later', o.updated_at = ? where o.state = 'missing_there' and o.channel_id = ? and"
	" o.bill_id <> ?");
SQL(bill_touched,
	"select distinct bill_id from channel_bill_line where channel_id = ? and settled_how ="
	" 'found_later' and updated_at >= ?");
SQL(bill_sums,
	"update channel_bill b join (select coalesce(sum(if(direction = 'paid', amount, 0)), 0) paid,"
	" coalesce(sum(if(direction = 'refund', amount, 0)), 0) refunded, coalesce(sum(fee), 0) fee,"
	" count(*) n, coalesce(sum(state not in ('matched', 'settled')), 0) bad, coalesce(sum(state ="
	" 'settled'), 0) settled from channel_bill_line where bill_id = ?) s set b.paid = s.paid,"
	" b.refunded = s.refunded, b.fee = s.fee, b.line_count = s.n, b.differences = s.bad, b.state ="
	" if(s.bad > 0, 'different', if(s.settled > 0, 'settled', 'clean')), b.updated_at = ? where"
	" b.id = ?");
SQL(bill_facts, "select line_count, differences, fee from channel_bill where id = ?");
SQL(bill_channels,
	"select id from channel where kind <> '' and (status = 'enabled' and deleted = 0 or exists"
	" (select 1 from payment p where p.channel_id = channel.id and p.requested_at >= ? and"
	" p.requested_at < ?)) order by id limit ?");

struct line { bool refund; char no[65], reference[65]; int64_t amount, fee, at; };
struct lines { struct line *l; int n, room; };

static NEOERR *keep_line(const struct channel_bill_line *from, void *ctx)
{
	struct lines *all = ctx;
	struct line *l;

	if (all->n == all->room) {
		all->room = all->room ? all->room * 2 : 256;
		all->l = realloc(all->l, (size_t)all->room * sizeof(*all->l));
		if (!all->l)
			error_die("out of memory (reconcile)");
	}
	l = &all->l[all->n++];
	*l = (struct line){ .refund = from->refund, .amount = from->amount, .fee = from->fee,
		.at = from->at };
	text_copy(l->no, sizeof(l->no), from->no);
	text_copy(l->reference, sizeof(l->reference), from->reference);
	return STATUS_OK;
}

struct comparing {
	int64_t channel_id, provider_id, bill_id, from, to;
	const char *day;
	struct lines lines;
	struct reconcile_result *out;
};

struct ours { int64_t id, amount; bool done, credited; };

static NEOERR *take_ours(const struct row *r, void *ctx)
{
	*(struct ours *)ctx = (struct ours){ row_i64(r, 0), row_money(r, 1), row_i64(r, 2) != 0,
		row_i64(r, 3) != 0 };
	return STATUS_OK;
}

static const char *verdict(const struct line *l, const struct ours *o)
{
	if (!o->id || !o->done)
		return "missing_here";
	return o->amount == l->amount ? "matched" : "differs";
}

static NEOERR *write_line(struct db *db, const struct comparing *c, const struct line *l)
{
	struct ours o = { .id = 0 };
	bool found;
	NEOERR *err;

	TRY(db_find(db, l->refund ? &bill_refund : &bill_payment,
		ARGS(STR(l->no), I64(c->channel_id)), take_ours, &o, &found));
	TRY(db_exec(db, &bill_line_insert,
		ARGS(I64(c->bill_id), I64(c->channel_id), STR(l->refund ? "refund" : "paid"), STR(l->no),
			STR(l->reference), MONEY(l->amount), o.id && o.done ? MONEY(o.amount) : NULLARG,
			MONEY(l->fee), IDREF(l->refund ? 0 : o.id), IDREF(l->refund ? o.id : 0),
			STR(verdict(l, &o)), TIME(l->at), TIME(clock_now())),
		NULL));
out:
	return nerr_pass(err);
}

static NEOERR *missing(struct db *db, const struct comparing *c)
{
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_exec(db, &bill_missing_payments,
		ARGS(I64(c->bill_id), TIME(now), I64(c->channel_id), TIME(c->from), TIME(c->to)), NULL));
	TRY(db_exec(db, &bill_missing_refunds,
		ARGS(I64(c->bill_id), TIME(now), I64(c->channel_id), TIME(c->from), TIME(c->to)), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *take_facts(const struct row *r, void *ctx)
{
	struct { int64_t lines, differences, fee; } *f = ctx;

	f->lines = row_i64(r, 0);
	f->differences = row_i64(r, 1);
	f->fee = row_money(r, 2);
	return STATUS_OK;
}

/* What the channel kept of the day's payments: once; a bill that changes later posts no second. */
static NEOERR *post_fee(struct db *db, const struct comparing *c, int64_t fee)
{
	char key[60];
	struct purse owner = c->provider_id ? (struct purse){ OWNER_PROVIDER, c->provider_id }
										: (struct purse){ OWNER_PLATFORM, 0 };
	struct journal j = { .kind = JOURNAL_CHANNEL_FEE, .dedupe_key = key,
		.provider_id = c->provider_id, .note = c->day };

	if (fee == 0)
		return STATUS_OK;
	snprintf(key, sizeof(key), "fee:%lld:%s", (long long)c->channel_id, c->day);
	return nerr_pass(ledger_post(db, &j,
		(struct ledger_entry[]){ { OWNER_CHANNEL, c->channel_id, ACCOUNT_CLEARING, fee },
			{ owner.kind, owner.id, ACCOUNT_FEE, -fee } },
		2, NULL));
}

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct { int64_t id[CHANNELS_MAX]; int n; } *all = ctx;

	if (all->n < CHANNELS_MAX)
		all->id[all->n++] = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *settle_older(struct db *db, const struct comparing *c)
{
	struct { int64_t id[CHANNELS_MAX]; int n; } touched = { .n = 0 };
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_exec(db, &bill_found_later,
		ARGS(I64(c->bill_id), TIME(now), I64(c->channel_id), I64(c->bill_id)), NULL));
	TRY(db_query(db, &bill_touched, ARGS(I64(c->channel_id), TIME(now)), take_id, &touched));
	for (int i = 0; i < touched.n; i++)
		TRY(reconcile_count(db, touched.id[i]));
out:
	return nerr_pass(err);
}

static NEOERR *compare(struct db *db, void *ctx)
{
	struct comparing *c = ctx;
	struct { int64_t lines, differences, fee; } f = { 0, 0, 0 };
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_exec(db, &bill_keep, ARGS(I64(c->channel_id), DAY(c->from), TIME(now), TIME(now)),
		NULL));
	TRY(db_i64(db, &bill_of_day, ARGS(I64(c->channel_id), DAY(c->from)), &c->bill_id));
	TRY(db_exec(db, &bill_forget, ARGS(I64(c->bill_id)), NULL));
	for (int i = 0; i < c->lines.n; i++)
		TRY(write_line(db, c, &c->lines.l[i]));
	TRY(missing(db, c));
	TRY(settle_older(db, c));
	TRY(reconcile_count(db, c->bill_id));
	TRY(db_get(db, &bill_facts, ARGS(I64(c->bill_id)), take_facts, &f));
	TRY(post_fee(db, c, f.fee));
	*c->out = (struct reconcile_result){ c->bill_id, (int)f.lines, (int)f.differences };
out:
	return nerr_pass(err);
}

NEOERR *reconcile_count(struct db *db, int64_t bill_id)
{
	return nerr_pass(db_exec(db, &bill_sums,
		ARGS(I64(bill_id), TIME(clock_now()), I64(bill_id)), NULL));
}

NEOERR *reconcile_day(struct db *db, int64_t channel_id, const char *day,
	struct reconcile_result *out)
{
	struct comparing c = { .channel_id = channel_id, .day = day, .out = out };
	struct channel_account a = { .id = 0 };
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	if (!clock_parse(day, &c.from) || strlen(day) != 10)
		return nerr_raise(ERR_INVALID, "%s is no day", day);
	c.to = c.from + DAY_SECONDS;
	TRY(channel_open(db, channel_id, &a));
	c.provider_id = a.provider_id;
	err = channel_of(a.kind)->bill
		? channel_of(a.kind)->bill(&a, day, keep_line, &c.lines)
		: reconcile_ask(db, &a, c.from, c.to, keep_line, &c.lines);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		err = STATUS_OK;
	}
	TRY(err);
	TRY(db_tx(db, compare, &c));
out:
	channel_account_clear(&a);
	free(c.lines.l);
	return nerr_pass(err);
}

NEOERR *reconcile_all(struct db *db, const char *day, int64_t *done, int64_t *differences,
	int64_t *failed)
{
	struct { int64_t id[CHANNELS_MAX]; int n; } all = { .n = 0 };
	struct reconcile_result result;
	int64_t from;
	NEOERR *err;

	*done = *differences = *failed = 0;
	if (!clock_parse(day, &from))
		return nerr_raise(ERR_INVALID, "%s is no day", day);
	TRY(db_query(db, &bill_channels,
		ARGS(TIME(from - DAY_SECONDS), TIME(from + DAY_SECONDS), I64(CHANNELS_MAX)), take_id,
		&all));
	for (int i = 0; i < all.n; i++) {
		NEOERR *bad = reconcile_day(db, all.id[i], day, &result);

		if (bad != STATUS_OK) {
			error_log("reconcile", bad);
			(*failed)++;
			continue;
		}
		(*done)++;
		*differences += result.differences;
	}
out:
	return nerr_pass(err);
}

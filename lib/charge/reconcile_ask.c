/* reconcile_ask.c - the bill of a channel that gives none out: each order and refund of the day is
 * asked for.
 * Owns nothing. Serves reconcile.c. */
#include "charge/reconcile.h"

#include "base/clock.h"
#include "base/text.h"

#define PAGE 500

/* What we hold for done on that day, and what was begun on it and is not done here. */
SQL(ask_payments,
	"select id, no, '', coalesce(paid_at, requested_at) from payment where channel_id = ? and id >"
	" ? and (state = 'paid' and paid_at >= ? and paid_at < ? or state <> 'paid' and requested_at >="
	" ? and requested_at < ?) order by id limit ?");
SQL(ask_refunds,
	"select r.id, r.no, p.no, coalesce(r.refunded_at, r.applied_at) from refund r join payment p on"
	" p.id = r.payment_id where p.channel_id = ? and r.id > ? and r.way = 'channel' and"
	" (r.refunded_at >= ? and r.refunded_at < ? or r.refunded_at is null and r.applied_at >= ? and"
	" r.applied_at < ?) order by r.id limit ?");

struct asked { int64_t id, at; char no[CHANNEL_NO], of[CHANNEL_NO]; };
struct page { int n; struct asked row[PAGE]; };

static NEOERR *take(const struct row *r, void *ctx)
{
	struct page *p = ctx;
	struct asked *row = &p->row[p->n++];

	row->id = row_i64(r, 0);
	row->at = row_time(r, 3);
	text_copy(row->no, sizeof(row->no), row_str(r, 1));
	text_copy(row->of, sizeof(row->of), row_str(r, 2));
	return STATUS_OK;
}

/* A question without an answer ends it: half a bill would name the rest as missing. */
static NEOERR *ask(const struct channel_account *a, const struct asked *row, bool refund,
	channel_bill_fn fn, void *ctx)
{
	const struct channel *channel = channel_of(a->kind);
	struct channel_result r = { .state = CHANNEL_UNKNOWN };
	NEOERR *err;

	TRY(refund ? channel->refund_query(a, row->no, row->of, &r)
			   : channel->query(a, row->no, &r));
	if (r.state == CHANNEL_DONE && r.amount < 0)
		err = nerr_raise(ERR_PEER, "%s: no amount is told", row->no);
	else if (r.state == CHANNEL_DONE)
		err = fn(&(struct channel_bill_line){ .refund = refund, .no = row->no,
					 .reference = r.reference, .amount = r.amount, .at = row->at },
			ctx);
out:
	return nerr_pass(err);
}

static NEOERR *ask_all(struct db *db, const struct channel_account *a, int64_t from, int64_t to,
	bool refund, channel_bill_fn fn, void *ctx)
{
	struct page *p = calloc(1, sizeof(*p));
	int64_t last = 0;
	NEOERR *err;

	if (!p)
		error_die("out of memory (reconcile)");
	do {
		p->n = 0;
		TRY(db_query(db, refund ? &ask_refunds : &ask_payments,
			ARGS(I64(a->id), I64(last), TIME(from), TIME(to), TIME(from), TIME(to), I64(PAGE)),
			take, p));
		for (int i = 0; i < p->n; i++) {
			last = p->row[i].id;
			TRY(ask(a, &p->row[i], refund, fn, ctx));
		}
	} while (p->n == PAGE);
out:
	free(p);
	return nerr_pass(err);
}

NEOERR *reconcile_ask(struct db *db, const struct channel_account *a, int64_t from, int64_t to,
	channel_bill_fn fn, void *ctx)
{
	NEOERR *err;

	TRY(ask_all(db, a, from, to, false, fn, ctx));
	TRY(ask_all(db, a, from, to, true, fn, ctx));
out:
	return nerr_pass(err);
}

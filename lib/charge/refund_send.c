/* refund_send.c - refunds as channels are asked for them: sent, asked after, tried again.
 * Owns the schedule (refund.tries, refund.next_at). Serves refund.h. */
#include "charge/refund.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "charge/payment_internal.h"

#define WORK_MAX 200
#define FIRST_PAUSE 20                       /* seconds; doubled up to an hour */
#define LONGEST_PAUSE 3600

SQL(refund_by_no,
	"select r.id from refund r join payment p on p.id = r.payment_id where r.no = ? and"
	" p.channel_id = ?");
SQL(refund_due,
	"select id from refund where state = 'sending' and next_at <= ? order by next_at, id limit ?");
SQL(refund_tried,
	"update refund set tries = tries + 1, next_at = ?, problem = ?, updated_at = ?, version ="
	" version + 1 where id = ? and state = 'sending'");
SQL(refund_told,
	"update refund set channel_no = ?, callback = coalesce(?, callback), updated_at = ? where id ="
	" ?");

struct telling { int64_t id; const struct channel_result *r; const char *raw; };

/* Once over, what is told again changes nothing: also a late "closed" after a success. */
static NEOERR *tell(struct db *db, void *ctx)
{
	struct telling *t = ctx;
	struct refund_row r;
	NEOERR *err;

	TRY(refund_lock(db, t->id, &r));
	if (r.state != REFUND_SENDING)
		return STATUS_OK;
	TRY(db_exec(db, &refund_told,
		ARGS(STR(t->r->reference), STR(t->raw), TIME(clock_now()), I64(r.id)), NULL));
	if (t->r->amount != -1 && t->r->amount != r.amount)
		err = refund_failed(db, &r, "amount");
	else if (t->r->state == CHANNEL_DONE)
		err = refund_arrived(db, &r);
	else if (t->r->state == CHANNEL_CLOSED || t->r->state == CHANNEL_ABNORMAL)
		err = refund_failed(db, &r, t->r->reason);
out:
	return nerr_pass(err);
}

NEOERR *refund_take(struct db *db, int64_t channel_id, const struct channel_result *r,
	const char *raw)
{
	struct telling t = { .r = r, .raw = raw };
	NEOERR *err;

	TRY(db_i64(db, &refund_by_no, ARGS(STR(r->no), I64(channel_id)), &t.id));
	if (!t.id)
		return nerr_raise(ERR_NOT_FOUND, "channel %lld has no refund %s", (long long)channel_id,
			r->no);
	TRY(db_tx(db, tell, &t));
out:
	return nerr_pass(err);
}

static int64_t pause_after(int tries)
{
	int64_t pause = FIRST_PAUSE;

	for (int i = 0; i < tries && pause < LONGEST_PAUSE; i++)
		pause *= 2;
	return pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
}

/* The next look is written before the question: who dies in between comes again later, and the
 * channel knows the number. */
static NEOERR *note_try(struct db *db, const struct refund_row *r, const char *problem)
{
	int64_t now = clock_now();

	return nerr_pass(db_exec(db, &refund_tried,
		ARGS(TIME(now + pause_after(r->tries)), STR(problem), TIME(now), I64(r->id)), NULL));
}

/* Asked before sent again: an answer that was lost is found. */
static NEOERR *exchange(const struct channel_account *a, const struct refund_row *r,
	struct channel_result *out)
{
	const struct channel *channel = channel_of(a->kind);
	char notify[301];
	NEOERR *err;

	*out = (struct channel_result){ .state = CHANNEL_UNKNOWN, .amount = -1 };
	if (r->tries > 0)
		TRY(channel->refund_query(a, r->no, r->payment_no, out));
	if (out->state != CHANNEL_UNKNOWN)
		return STATUS_OK;
	channel_notify_url(a->id, notify);
	TRY(channel->refund(a,
		&(struct channel_refund){ .no = r->no, .payment_no = r->payment_no, .reason = r->reason,
			.notify_url = notify, .amount = r->amount, .total = r->payment_amount },
		out));
out:
	return nerr_pass(err);
}

struct look { int64_t id; struct refund_row r; bool due; };

static NEOERR *look_at(struct db *db, void *ctx)
{
	struct look *l = ctx;
	NEOERR *err;

	TRY(refund_lock(db, l->id, &l->r));
	l->due = l->r.state == REFUND_SENDING && l->r.by_channel;
	if (l->due)
		TRY(note_try(db, &l->r, ""));
out:
	return nerr_pass(err);
}

static NEOERR *send_one(struct db *db, int64_t id)
{
	struct channel_account a = { .id = 0 };
	struct channel_result result;
	struct look l = { .id = id };
	char problem[301];
	NEOERR *err;

	TRY(db_tx(db, look_at, &l));
	if (!l.due)
		return STATUS_OK;
	TRY(channel_open(db, l.r.channel_id, &a));
	err = exchange(&a, &l.r, &result);
	if (error_is(err, ERR_INVALID) || error_is(err, ERR_NOT_FOUND)) {    /* refused for good */
		result = (struct channel_result){ .state = CHANNEL_CLOSED, .amount = -1 };
		text_copy(result.reason, sizeof(result.reason), payment_problem(err, problem));
		error_drop(err);
		err = STATUS_OK;
	}
	if (err == STATUS_OK)
		err = db_tx(db, tell, &(struct telling){ .id = id, .r = &result });
out:
	channel_account_clear(&a);
	return nerr_pass(err);
}

struct due { int64_t id[WORK_MAX]; int n; };

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct due *d = ctx;

	if (d->n < WORK_MAX)
		d->id[d->n++] = row_i64(r, 0);
	return STATUS_OK;
}

NEOERR *refund_work(struct db *db, int64_t *done)
{
	struct due due = { .n = 0 };
	NEOERR *err;

	*done = 0;
	TRY(db_query(db, &refund_due, ARGS(TIME(clock_now()), I64(WORK_MAX)), take_id, &due));
	for (int i = 0; i < due.n; i++) {
		NEOERR *failed = send_one(db, due.id[i]);

		if (failed != STATUS_OK)
			error_log("refund", failed);
		else
			(*done)++;
	}
out:
	return nerr_pass(err);
}

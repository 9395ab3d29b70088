/* split_send.c - parts of orders as channels are asked for them: shared, asked after, taken back.
 * Owns the schedule (split.tries, split.next_at). Serves split.h. */
#include "charge/split.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "charge/channel.h"
#include "charge/payment_internal.h"

#define WORK_MAX 200
#define TRIES_MAX 8                          /* then it is a dead letter and a person's */
#define FIRST_PAUSE 20                       /* seconds; doubled each time */

SQL(split_due,
	"select id from split where state in ('waiting', 'taking') and next_at <= ? order by"
	" next_at, id limit ?");
SQL(split_last_one,
	"select not exists (select 1 from split o where o.session_id = ? and o.id <> ? and o.way ="
	" 'channel' and o.state = 'waiting')");

SQL(receiver_known,
	"select count(*) from channel_receiver where channel_id = ? and account_type = ? and account ="
	" ?");
SQL(receiver_told,
	"insert into channel_receiver (channel_id, account_type, account, registered_at) values (?, ?,"
	" ?, ?) on duplicate key update registered_at = values(registered_at)");
SQL(receiver_forget,
	"delete from channel_receiver where channel_id = ? and account_type = ? and account = ?");

struct look { int64_t id; struct split_row s; bool due, last; struct channel_result result; };

static NEOERR *look_at(struct db *db, void *ctx)
{
	struct look *l = ctx;
	int64_t last = 0, pause = FIRST_PAUSE;
	NEOERR *err;

	TRY(split_lock(db, l->id, &l->s));
	l->due = l->s.by_channel && (l->s.state == SPLIT_WAITING || l->s.state == SPLIT_TAKING);
	if (!l->due)
		return STATUS_OK;
	TRY(db_i64(db, &split_last_one, ARGS(I64(l->s.session_id), I64(l->id)), &last));
	l->last = last != 0;
	pause <<= l->s.tries < TRIES_MAX ? l->s.tries : TRIES_MAX;
	l->s.tries++;
	if (l->s.tries > TRIES_MAX && l->s.state == SPLIT_WAITING) {
		l->s.state = SPLIT_DEAD;
		l->due = false;
	}
	TRY(split_write(db, &l->s, clock_now() + pause, l->due ? "" : "no answer", "", 0));
out:
	return nerr_pass(err);
}

static void number_of(const struct split_row *s, char out[CHANNEL_NO])
{
	snprintf(out, CHANNEL_NO, "%.17sA%d", s->no, s->attempt % 100000);
}

/* The channel shares with those alone that it was told of. */
static NEOERR *introduce(struct db *db, const struct channel *c, const struct channel_account *a,
	const struct channel_receiver *to)
{
	int64_t known = 0;
	NEOERR *err;

	TRY(db_i64(db, &receiver_known, ARGS(I64(a->id), STR(to->kind), STR(to->account)), &known));
	if (known || !c->receiver_add)
		return STATUS_OK;
	TRY(c->receiver_add(a, to));
	TRY(db_exec(db, &receiver_told,
		ARGS(I64(a->id), STR(to->kind), STR(to->account), TIME(clock_now())), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *share(struct db *db, const struct channel *c, const struct channel_account *a,
	struct look *l)
{
	const struct split_row *s = &l->s;
	char no[CHANNEL_NO];
	const struct channel_receiver to = { s->account_type, s->account,
		text_eq(s->account_type, "MERCHANT_ID") ? s->party_name : NULL, s->amount - s->returned };
	const struct channel_share ask = { .no = no, .reference = s->transaction, .n = 1,
		.receiver = &to, .last = l->last };
	NEOERR *err;

	number_of(s, no);
	l->result = (struct channel_result){ .state = CHANNEL_UNKNOWN, .amount = -1 };
	if (s->tries > 1)
		TRY(c->share_query(a, &ask, &l->result));
	if (l->result.state == CHANNEL_UNKNOWN) {
		TRY(introduce(db, c, a, &to));
		TRY(c->share(a, &ask, &l->result));
	}
out:
	return nerr_pass(err);
}

static NEOERR *take_back(const struct channel *c, const struct channel_account *a, struct look *l)
{
	char of[CHANNEL_NO], no[CHANNEL_NO];

	number_of(&l->s, of);
	snprintf(no, sizeof no, "%sR%d", l->s.no, l->s.returns + 1);
	return nerr_pass(c->share_return(a, no, of, l->s.account, l->s.back, &l->result));
}

static NEOERR *shared(struct db *db, struct split_row *s)
{
	char key[60];
	NEOERR *err;

	snprintf(key, sizeof key, "split:%s", s->no);
	TRY(split_post(db, s, s->amount - s->returned, key));
	s->tries = 0;
	s->state = s->back ? SPLIT_TAKING : SPLIT_DONE;
	TRY(split_write(db, s, s->back ? clock_now() : 0, "", "", 0));
out:
	return nerr_pass(err);
}

/* More may have been asked back meanwhile: only what the channel was asked for is over. */
static NEOERR *given_back(struct db *db, struct split_row *s, int64_t amount)
{
	char key[60];
	NEOERR *err;

	s->returned += amount;
	s->back -= amount;
	s->returns++;
	snprintf(key, sizeof key, "split_back:%s:%d", s->no, s->returns);
	TRY(split_post(db, s, -amount, key));
	s->tries = 0;
	s->state = s->back ? SPLIT_TAKING : s->returned == s->amount ? SPLIT_UNDONE : SPLIT_DONE;
	TRY(split_write(db, s, s->back ? clock_now() : 0, "", "", 0));
out:
	return nerr_pass(err);
}

/* A return the channel refuses waits under its number; a share it refuses is a person's, and its
 * receiver is told of anew when it is tried again. */
static NEOERR *tell(struct db *db, void *ctx)
{
	struct look *l = ctx;
	struct split_row s;
	NEOERR *err;

	TRY(split_lock(db, l->id, &s));
	if (s.state != l->s.state || s.returns != l->s.returns || s.attempt != l->s.attempt)
		return STATUS_OK;
	if (l->result.state == CHANNEL_DONE)
		return nerr_pass(s.state == SPLIT_WAITING ? shared(db, &s)
												  : given_back(db, &s, l->s.back));
	if (l->result.state != CHANNEL_CLOSED && l->result.state != CHANNEL_ABNORMAL)
		return STATUS_OK;
	if (s.state == SPLIT_WAITING) {
		TRY(db_exec(db, &receiver_forget,
			ARGS(I64(s.channel_id), STR(s.account_type), STR(s.account)), NULL));
		s.returned += s.back;
		s.back = 0;
		s.state = s.returned == s.amount ? SPLIT_UNDONE : SPLIT_FAILED;
	}
	TRY(split_write(db, &s, s.state == SPLIT_TAKING ? clock_now() + 3600 : 0, l->result.reason, "",
		0));
out:
	return nerr_pass(err);
}

static NEOERR *send_one(struct db *db, int64_t id)
{
	struct channel_account a = { .id = 0 };
	const struct channel *c;
	struct look l = { .id = id };
	char problem[301];
	NEOERR *err;

	TRY(db_tx(db, look_at, &l));
	if (!l.due)
		return STATUS_OK;
	TRY(channel_open(db, l.s.channel_id, &a));
	c = channel_of(a.kind);
	err = !c || !c->share              ? nerr_raise(ERR_INVALID, "the channel shares nothing")
		: l.s.state == SPLIT_WAITING ? share(db, c, &a, &l)
									 : take_back(c, &a, &l);
	if (error_is(err, ERR_INVALID) || error_is(err, ERR_NOT_FOUND)) {    /* refused for good */
		l.result = (struct channel_result){ .state = CHANNEL_CLOSED, .amount = -1 };
		text_copy(l.result.reason, sizeof l.result.reason, payment_problem(err, problem));
		error_drop(err);
		err = STATUS_OK;
	}
	if (err == STATUS_OK)
		err = db_tx(db, tell, &l);
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

NEOERR *split_work(struct db *db, int64_t *done)
{
	struct due due = { .n = 0 };
	NEOERR *err;

	*done = 0;
	TRY(db_query(db, &split_due, ARGS(TIME(clock_now()), I64(WORK_MAX)), take_id, &due));
	for (int i = 0; i < due.n; i++) {
		NEOERR *failed = send_one(db, due.id[i]);

		if (failed != STATUS_OK)
			error_log("split", failed);
		else
			(*done)++;
	}
out:
	return nerr_pass(err);
}

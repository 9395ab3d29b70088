/* delivery.c - the outbox: pending -> sent, or tried again with growing pauses, or dead.
 * Owns table delivery. Serves delivery.h. */
#include "charge/delivery.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "charge/webhook.h"

#define TRIES_MAX 12
#define RETRY_FIRST 10
#define RETRY_LAST 3600
#define CLAIM_SECONDS 120                    /* a courier that died with a row in hand: another one takes it after this */
#define ANSWER_ROOM 2000

SQL(delivery_insert,
	"insert into delivery (kind, dedupe_key, target, subject, payload, next_at, created_at)"
	" values (?, ?, ?, ?, ?, ?, ?)");
SQL(delivery_insert_webhook,
	"insert into delivery (kind, provider_id, webhook_id, target, subject, payload, next_at,"
	" created_at)"
	" values ('webhook', ?, ?, ?, ?, ?, ?, ?)");
SQL(delivery_insert_mail,
	"insert into delivery (kind, target, subject, payload, attachment, dedupe_key, next_at,"
	" created_at) values ('mail', ?, ?, ?, ?, ?, ?, ?) on duplicate key update id = id");
SQL(delivery_insert_parking,
	"insert into delivery (kind, provider_id, parking_push_id, target, subject, payload,"
	" dedupe_key, next_at, created_at) values ('parking', ?, ?, ?, ?, ?, ?, ?, ?)"
	" on duplicate key update id = id");
SQL(delivery_insert_exchange,
	"insert into delivery (kind, provider_id, exchange_peer_id, target, subject, payload,"
	" dedupe_key, next_at, created_at) values ('exchange', ?, ?, ?, ?, ?, ?, ?, ?)"
	" on duplicate key update id = id");
SQL(delivery_insert_notice,
	"insert into delivery (kind, provider_id, notify_link_id, target, subject, payload, dedupe_key,"
	" next_at, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?) on duplicate key update id = id");
#define DUE "select id, kind, target, subject, payload, tries, webhook_id, parking_push_id, attachment, exchange_peer_id, provider_id, notify_link_id, status from delivery where status in ('pending', 'failed')"
#define DUE_ORDER " and next_at <= ? order by next_at, id limit ? for update skip locked"
SQL(delivery_due, DUE DUE_ORDER);
SQL(delivery_due_message, DUE " and kind in ('sms', 'mail')" DUE_ORDER);
SQL(delivery_due_webhook,
	DUE " and kind in ('webhook', 'parking', 'tax', 'exchange', 'wechat')" DUE_ORDER);
SQL(delivery_claim, "update delivery set tries = tries + 1, next_at = ? where id = ?");
/* What a mail said may be a key to an account: it is kept no longer than it is needed. */
SQL(delivery_sent,
	"update delivery set status = 'sent', answer = ?, last_error = '', sent_at = ?, payload ="
	" if(kind = 'mail', '', payload)"
	" where id = ?");
SQL(delivery_send_again,
	"update delivery set status = 'pending', tries = 0, next_at = ?, sent_at = null where id = ?");
SQL(delivery_failed,
	"update delivery set status = ?, last_error = ?, answer = ?, next_at = ? where id = ?");

NEOERR *delivery_add(struct db *db, const char *kind, const char *target, const char *subject,
	const char *payload, const char *dedupe_key)
{
	int64_t now = clock_now();
	NEOERR *err = db_exec(db, &delivery_insert,
		ARGS(STR(kind), STR(dedupe_key), STR(target), STR(subject ? subject : ""), STR(payload),
			TIME(now), TIME(now)),
		NULL);

	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (err == STATUS_OK)
		db_wake(db, WAKE_COURIER);
	return nerr_pass(err);
}

NEOERR *delivery_add_webhook(struct db *db, int64_t provider_id, int64_t webhook_id,
	const char *url, const char *event, const char *payload)
{
	int64_t now = clock_now();
	NEOERR *err = db_exec(db, &delivery_insert_webhook,
		ARGS(I64(provider_id), I64(webhook_id), STR(url), STR(event), STR(payload), TIME(now),
			TIME(now)),
		NULL);

	if (err == STATUS_OK)
		db_wake(db, WAKE_COURIER);
	return nerr_pass(err);
}

NEOERR *delivery_add_mail(struct db *db, const char *to, const char *subject, const char *text,
	const char *attachment, const char *dedupe_key)
{
	int64_t now = clock_now();
	NEOERR *err = db_exec(db, &delivery_insert_mail,
		ARGS(STR(to), STR(subject), STR(text), STR(attachment), STR(dedupe_key), TIME(now),
			TIME(now)),
		NULL);

	if (err == STATUS_OK)
		db_wake(db, WAKE_COURIER);
	return nerr_pass(err);
}

NEOERR *delivery_add_parking(struct db *db, int64_t provider_id, int64_t parking_push_id,
	const char *url, const char *subject, const char *payload, const char *dedupe_key)
{
	int64_t now = clock_now();
	NEOERR *err = db_exec(db, &delivery_insert_parking,
		ARGS(I64(provider_id), I64(parking_push_id), STR(url), STR(subject), STR(payload),
			STR(dedupe_key), TIME(now), TIME(now)),
		NULL);

	if (err == STATUS_OK)
		db_wake(db, WAKE_COURIER);
	return nerr_pass(err);
}

NEOERR *delivery_add_exchange(struct db *db, int64_t provider_id, int64_t exchange_peer_id,
	const char *url, const char *interface, const char *payload, const char *key)
{
	int64_t now = clock_now();
	NEOERR *err = db_exec(db, &delivery_insert_exchange,
		ARGS(I64(provider_id), I64(exchange_peer_id), STR(url), STR(interface), STR(payload),
			STR(key), TIME(now), TIME(now)),
		NULL);

	if (err == STATUS_OK)
		db_wake(db, WAKE_COURIER);
	return nerr_pass(err);
}

NEOERR *delivery_add_notice(struct db *db, const struct notice *n)
{
	int64_t now = clock_now();
	NEOERR *err = db_exec(db, &delivery_insert_notice,
		ARGS(STR(n->kind), IDREF(n->provider_id), IDREF(n->link_id), STR(n->target),
			STR(n->subject), STR(n->payload), STR(n->key), TIME(now), TIME(now)),
		NULL);

	if (err == STATUS_OK)
		db_wake(db, WAKE_COURIER);
	return nerr_pass(err);
}

NEOERR *delivery_again(struct db *db, int64_t id)
{
	NEOERR *err = db_exec(db, &delivery_send_again, ARGS(TIME(clock_now()), I64(id)), NULL);

	if (err == STATUS_OK)
		db_wake(db, WAKE_COURIER);
	return nerr_pass(err);
}

struct taking { struct arena arena; enum delivery_lane lane; int max, n; struct delivery *rows; };

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct taking *t = ctx;
	struct delivery *d = &t->rows[t->n++];

	d->id = row_i64(r, 0);
	text_copy(d->kind, sizeof(d->kind), row_str(r, 1));
	d->target = arena_strdup(&t->arena, row_str(r, 2));
	d->subject = arena_strdup(&t->arena, row_str(r, 3));
	d->payload = arena_strdup(&t->arena, row_str(r, 4));
	d->tries = (int)row_i64(r, 5) + 1;
	d->webhook_id = row_i64(r, 6);
	d->parking_push_id = row_i64(r, 7);
	d->attachment = arena_strdup(&t->arena, row_str(r, 8));
	d->exchange_peer_id = row_i64(r, 9);
	d->provider_id = row_i64(r, 10);
	d->notify_link_id = row_i64(r, 11);
	d->unsure = d->tries > 1 && text_eq(row_str(r, 12), "pending");
	return STATUS_OK;
}

static NEOERR *take(struct db *db, void *ctx)
{
	static const struct sql *const due[] = { [DELIVERY_ALL] = &delivery_due,
		[DELIVERY_MESSAGES] = &delivery_due_message,
		[DELIVERY_WEBHOOKS] = &delivery_due_webhook };
	struct taking *t = ctx;
	int64_t now = clock_now();
	NEOERR *err;

	arena_reset(&t->arena);
	t->n = 0;
	t->rows = arena_alloc(&t->arena, (size_t)t->max * sizeof(*t->rows));
	TRY(db_query(db, due[t->lane], ARGS(TIME(now), I64(t->max)), take_row, t));
	for (int i = 0; i < t->n; i++)
		TRY(db_exec(db, &delivery_claim, ARGS(TIME(now + CLAIM_SECONDS), I64(t->rows[i].id)),
			NULL));
out:
	return nerr_pass(err);
}

static int64_t pause_after(int tries)
{
	int64_t seconds = RETRY_FIRST;

	for (int i = 1; i < tries && seconds < RETRY_LAST; i++)
		seconds *= 2;
	return seconds < RETRY_LAST ? seconds : RETRY_LAST;
}

struct outcome {
	const struct delivery *d;
	const char *answer, *why;        /* why NULL: sent */
	bool last;
};

static NEOERR *record(struct db *db, void *ctx)
{
	const struct outcome *o = ctx;
	const struct delivery *d = o->d;
	bool dead = o->why && (o->last || d->tries >= TRIES_MAX);
	int64_t now = clock_now();
	char text[500];
	NEOERR *err;

	text_copy(text, sizeof(text), o->why ? o->why : "delivered");
	if (o->why)
		TRY(db_exec(db, &delivery_failed,
			ARGS(STR(dead ? "dead" : "failed"), STR(text), STR(o->answer),
				TIME(now + pause_after(d->tries)), I64(d->id)),
			NULL));
	else
		TRY(db_exec(db, &delivery_sent, ARGS(STR(o->answer), TIME(now), I64(d->id)), NULL));
	if (d->webhook_id)
		TRY(webhook_result(db, d->webhook_id,
			dead ? WEBHOOK_DEAD
				: o->why ? WEBHOOK_FAILED
						 : WEBHOOK_SENT,
			text));
out:
	return nerr_pass(err);
}

static NEOERR *send_one(struct db *db, const struct delivery *d, delivery_send_fn send, void *ctx)
{
	char answer[ANSWER_ROOM] = "", why[500];
	NEOERR *failure = send(d, answer, sizeof(answer), ctx);
	struct outcome o = { .d = d, .answer = answer };

	if (failure != STATUS_OK) {
		text_copy(why, sizeof(why), error_desc(failure));
		o.why = why;
		o.last = error_is(failure, DELIVERY_NEVER_AGAIN);
		error_drop(failure);
	}
	return nerr_pass(db_tx(db, record, &o));
}

NEOERR *delivery_work_lane(struct db *db, enum delivery_lane lane, int max, delivery_send_fn send,
	void *ctx, int *done)
{
	struct taking t = { .max = max, .lane = lane };
	NEOERR *err;

	*done = 0;
	arena_init(&t.arena);
	TRY(db_tx(db, take, &t));
	for (int i = 0; i < t.n; i++) {
		TRY(send_one(db, &t.rows[i], send, ctx));
		++*done;
	}
out:
	arena_clear(&t.arena);
	return nerr_pass(err);
}

NEOERR *delivery_work(struct db *db, int max, delivery_send_fn send, void *ctx, int *done)
{
	return nerr_pass(delivery_work_lane(db, DELIVERY_ALL, max, send, ctx, done));
}

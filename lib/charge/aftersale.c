/* aftersale.c - after-sales cases: 待处理, 协商处理中, 财务处理中, closed.
 * Owns table aftersale. Serves aftersale.h. */
#include "charge/aftersale.h"

#include "base/clock.h"
#include "base/text.h"
#include "db/setting.h"

SQL(aftersale_session,
	"select provider_id, station_id, phone, state = 'finished' from session where id = ? and"
	" member_id = ?");
SQL(aftersale_insert,
	"insert into aftersale (provider_id, station_id, session_id, member_id, phone, wish,"
	" applied_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(aftersale_lock, "select id, session_id, state from aftersale where id = ? for update");
SQL(aftersale_move,
	"update aftersale set state = ?, verdict = ?, amount = ?, answer = if(? = '', answer, ?),"
	" operator = if(? = '', operator, ?), open_key = if(? = 'closed', id, 0), closed_at = if(? ="
	" 'closed', ?, null), updated_at = ?, updated_by = coalesce(?, updated_by), version = version +"
	" 1 where id = ?");
SQL(aftersale_close,
	"update aftersale set state = 'closed', open_key = id, closed_at = ?, updated_at = ?, version ="
	" version + 1 where id = ? and state = 'financing'");
SQL(aftersale_reopen,
	"update aftersale set state = 'negotiating', verdict = '', amount = 0, updated_at = ?, version"
	" = version + 1 where id = ? and state = 'financing'");

static const char *const refusal_names[] = { [AFTERSALE_FINE] = "fine",
	[AFTERSALE_OFF] = "off",
	[AFTERSALE_NOT_FINISHED] = "not_finished",
	[AFTERSALE_OPEN] = "open",
	[AFTERSALE_WISH] = "wish",
	[AFTERSALE_NOTHING] = "nothing" };

const char *aftersale_refusal_name(enum aftersale_refusal r)
{
	return refusal_names[r];
}

struct asking {
	int64_t member_id, session_id, provider_id, station_id;
	const char *wish;
	bool finished;
	char phone[21];
	enum aftersale_refusal refusal;
};

static NEOERR *take_session(const struct row *r, void *ctx)
{
	struct asking *a = ctx;

	a->provider_id = row_i64(r, 0);
	a->station_id = row_i64(r, 1);
	text_copy(a->phone, sizeof(a->phone), row_str(r, 2));
	a->finished = row_i64(r, 3) != 0;
	return STATUS_OK;
}

static NEOERR *ask(struct db *db, void *ctx)
{
	struct asking *a = ctx;
	int64_t on = 0, max = 0, now = clock_now(), id;
	NEOERR *err;

	TRY(db_get(db, &aftersale_session, ARGS(I64(a->session_id), I64(a->member_id)), take_session,
		a));
	TRY(setting_i64(db, "aftersale_on", &on));
	TRY(refund_limit(db, a->session_id, &max));
	a->refusal = !on                                         ? AFTERSALE_OFF
		: !a->finished                                       ? AFTERSALE_NOT_FINISHED
		: text_chars(a->wish) < 2 || text_chars(a->wish) > 500 ? AFTERSALE_WISH
		: max == 0                                           ? AFTERSALE_NOTHING
															 : AFTERSALE_FINE;
	if (a->refusal != AFTERSALE_FINE)
		return STATUS_OK;
	err = db_insert(db, &aftersale_insert,
		ARGS(I64(a->provider_id), I64(a->station_id), I64(a->session_id), I64(a->member_id),
			STR(a->phone), STR(a->wish), TIME(now), TIME(now)),
		&id);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = STATUS_OK;
		a->refusal = AFTERSALE_OPEN;
	}
out:
	return nerr_pass(err);
}

NEOERR *aftersale_ask(struct db *db, int64_t member_id, int64_t session_id, const char *wish,
	enum aftersale_refusal *refusal)
{
	struct asking a = { .member_id = member_id, .session_id = session_id,
		.wish = wish ? wish : "" };
	NEOERR *err = db_tx(db, ask, &a);

	*refusal = a.refusal;
	return nerr_pass(err);
}

struct held { int64_t id, session_id; char state[13]; };

static NEOERR *take_held(const struct row *r, void *ctx)
{
	struct held *c = ctx;

	c->id = row_i64(r, 0);
	c->session_id = row_i64(r, 1);
	text_copy(c->state, sizeof(c->state), row_str(r, 2));
	return STATUS_OK;
}

static NEOERR *move(struct db *db, int64_t id, const char *state, const char *verdict,
	int64_t amount, const char *answer, const struct actor *who)
{
	const char *name = who && who->name ? who->name : "";
	int64_t now = clock_now();

	answer = answer ? answer : "";
	return nerr_pass(db_exec(db, &aftersale_move,
		ARGS(STR(state), STR(verdict), MONEY(amount), STR(answer), STR(answer), STR(name),
			STR(name), STR(state), STR(state), TIME(now), TIME(now),
			IDREF(who ? who->user_id : 0), I64(id)),
		NULL));
}

static bool is_talked(const struct held *c)
{
	return text_eq(c->state, "pending") || text_eq(c->state, "negotiating");
}

NEOERR *aftersale_negotiate(struct db *db, int64_t id, const struct actor *who, bool *done)
{
	struct held c;
	NEOERR *err;

	TRY(db_get(db, &aftersale_lock, ARGS(I64(id)), take_held, &c));
	*done = text_eq(c.state, "pending");
	if (*done)
		TRY(move(db, id, "negotiating", "", 0, "", who));
out:
	return nerr_pass(err);
}

NEOERR *aftersale_agree(struct db *db, int64_t id, bool full, int64_t amount, const char *answer,
	const struct actor *who, enum refund_refusal *refusal)
{
	struct held c;
	int64_t max = 0, refund;
	NEOERR *err;

	TRY(db_get(db, &aftersale_lock, ARGS(I64(id)), take_held, &c));
	*refusal = REFUND_STATE;
	if (!is_talked(&c))
		return STATUS_OK;
	TRY(refund_limit(db, c.session_id, &max));
	TRY(refund_charge(db, c.session_id, full ? max : amount, id, answer, who, &refund, refusal));
	if (*refusal == REFUND_FINE)
		TRY(move(db, id, "financing", full ? "full" : "partial", full ? max : amount, answer,
			who));
out:
	return nerr_pass(err);
}

NEOERR *aftersale_disagree(struct db *db, int64_t id, const char *answer, const struct actor *who,
	bool *done)
{
	struct held c;
	NEOERR *err;

	TRY(db_get(db, &aftersale_lock, ARGS(I64(id)), take_held, &c));
	*done = is_talked(&c);
	if (*done)
		TRY(move(db, id, "closed", "none", 0, answer, who));
out:
	return nerr_pass(err);
}

NEOERR *aftersale_paid(struct db *db, int64_t id)
{
	return nerr_pass(db_exec(db, &aftersale_close,
		ARGS(TIME(clock_now()), TIME(clock_now()), I64(id)), NULL));
}

NEOERR *aftersale_unpaid(struct db *db, int64_t id)
{
	return nerr_pass(db_exec(db, &aftersale_reopen, ARGS(TIME(clock_now()), I64(id)), NULL));
}

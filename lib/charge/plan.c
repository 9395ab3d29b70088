/* plan.c - the life of a charging plan: waiting for its confirmation, running, paused.
 * Owns table plan's state and next_at. Serves plan.h; its runs are plan_run.c. */
#include "charge/plan.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"

SQL(plan_pending,
	"update plan set state = 'pending', next_at = null, confirmed_at = null, confirmed_by = null,"
	" updated_at = ?, updated_by = coalesce(?, updated_by), version = version + 1 where id = ?");
SQL(plan_asked,
	"select p.start_time, p.execution = 'automatic', f.admin_id, m.phone, f.confirm_hash, (select"
	" count(*) from plan_connector c where c.plan_id = p.id and c.deleted = 0), p.state from plan p"
	" join fleet f on f.id = p.fleet_id left join member m on m.id = f.admin_id and m.deleted = 0"
	" where p.id = ? and p.deleted = 0 for update");
SQL(plan_running,
	"update plan set state = 'running', next_at = ?, confirmed_at = coalesce(confirmed_at, ?),"
	" confirmed_by = coalesce(confirmed_by, ?), updated_at = ?, version = version + 1 where id ="
	" ?");
SQL(plan_paused,
	"update plan set state = 'paused', next_at = null, updated_at = ?, updated_by = ?, version ="
	" version + 1 where id = ? and state = 'running'");
SQL(plan_cancel,
	"update plan_start set state = 'refused', refusal = ? where plan_id = ? and state ="
	" 'waiting'");
SQL(plan_left,
	"update plan_connector set deleted = id, updated_at = ?, updated_by = ? where plan_id = ? and"
	" deleted = 0");

int64_t plan_next(const char *start_time, int64_t now)
{
	const char *t = start_time;
	int64_t at;

	if (strlen(t) != 5 || t[2] != ':' || t[0] < '0' || t[0] > '2' || t[1] < '0' || t[1] > '9' ||
		t[3] < '0' || t[3] > '5' || t[4] < '0' || t[4] > '9' || (t[0] == '2' && t[1] > '3'))
		return 0;
	at = clock_day_start(now) + ((t[0] - '0') * 10 + t[1] - '0') * 3600 +
		((t[3] - '0') * 10 + t[4] - '0') * 60;
	return at > now ? at : at + DAY_SECONDS;
}

NEOERR *plan_cancel_waiting(struct db *db, int64_t plan_id, enum start_refusal why)
{
	return nerr_pass(
		db_exec(db, &plan_cancel, ARGS(STR(refusal_name(why)), I64(plan_id)), NULL));
}

NEOERR *plan_changed(struct db *db, int64_t plan_id, int64_t by)
{
	NEOERR *err;

	TRY(plan_cancel_waiting(db, plan_id, REFUSED_PLAN_CHANGED));
	TRY(db_exec(db, &plan_pending, ARGS(TIME(clock_now()), IDREF(by), I64(plan_id)), NULL));
out:
	return nerr_pass(err);
}

struct asked {
	int64_t admin_id, connectors;
	bool automatic;
	char start_time[6], phone[21], hash[PASSWORD_HASH], state[13];
};

static NEOERR *take_asked(const struct row *r, void *ctx)
{
	struct asked *a = ctx;

	text_copy(a->start_time, sizeof(a->start_time), row_str(r, 0));
	a->automatic = row_i64(r, 1) != 0;
	a->admin_id = row_i64(r, 2);
	text_copy(a->phone, sizeof(a->phone), row_str(r, 3));
	text_copy(a->hash, sizeof(a->hash), row_str(r, 4));
	a->connectors = row_i64(r, 5);
	text_copy(a->state, sizeof(a->state), row_str(r, 6));
	return STATUS_OK;
}

static NEOERR *run_from_now(struct db *db, int64_t plan_id, const struct asked *a, int64_t member)
{
	int64_t now = clock_now();

	return nerr_pass(db_exec(db, &plan_running,
		ARGS(TIME(a->automatic ? plan_next(a->start_time, now) : 0), TIME(now), IDREF(member),
			TIME(now), I64(plan_id)),
		NULL));
}

NEOERR *plan_confirm(struct db *db, int64_t plan_id, const char *phone, const char *password,
	bool *fine)
{
	struct asked a = { 0 };
	NEOERR *err;

	TRY(db_get(db, &plan_asked, ARGS(I64(plan_id)), take_asked, &a));
	*fine = a.admin_id && a.connectors && *a.hash && text_eq(a.phone, phone) &&
		password_matches(password, a.hash);
	if (*fine)
		TRY(run_from_now(db, plan_id, &a, a.admin_id));
out:
	return nerr_pass(err);
}

NEOERR *plan_confirm_own(struct db *db, int64_t plan_id, int64_t member_id, bool *fine)
{
	struct asked a = { 0 };
	NEOERR *err;

	TRY(db_get(db, &plan_asked, ARGS(I64(plan_id)), take_asked, &a));
	*fine = a.admin_id == member_id && a.connectors && text_eq(a.state, "pending");
	if (*fine)
		TRY(run_from_now(db, plan_id, &a, member_id));
out:
	return nerr_pass(err);
}

NEOERR *plan_pause(struct db *db, int64_t plan_id, int64_t by)
{
	return nerr_pass(
		db_exec(db, &plan_paused, ARGS(TIME(clock_now()), IDREF(by), I64(plan_id)), NULL));
}

NEOERR *plan_resume(struct db *db, int64_t plan_id, int64_t by)
{
	struct asked a = { 0 };
	NEOERR *err;

	(void)by;
	TRY(db_get(db, &plan_asked, ARGS(I64(plan_id)), take_asked, &a));
	if (text_eq(a.state, "paused"))
		TRY(run_from_now(db, plan_id, &a, 0));
out:
	return nerr_pass(err);
}

NEOERR *plan_leave(struct db *db, int64_t plan_id, int64_t by)
{
	NEOERR *err;

	TRY(plan_cancel_waiting(db, plan_id, REFUSED_PLAN_CHANGED));
	TRY(db_exec(db, &plan_left, ARGS(TIME(clock_now()), IDREF(by), I64(plan_id)), NULL));
out:
	return nerr_pass(err);
}

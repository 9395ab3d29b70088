/* session_idle.c - charges whose vehicle takes nothing or little: since when, and when that ends
 * them (D15).
 * Owns idle_since and low_since of session. Serves session_live.c. */
#include "charge/session_idle.h"

#include "charge/session_internal.h"

SQL(session_idle_rule,
	"select p.current_type = 'ac' and t.kind = 'car' and t.full_stop, coalesce(t.low_current, 0),"
	" coalesce(t.low_minutes, 0), s.idle_since, s.low_since from session s join pile p on p.id ="
	" s.pile_id join station t on t.id = s.station_id where s.id = ?");
SQL(session_idle_put, "update session set idle_since = ?, low_since = ? where id = ?");

enum idle_end idle_judge(const struct idle_rule *rule, const struct idle_seen *seen)
{
	if (seen->energy == 0 && seen->idle_since != 0 && rule->asleep_seconds > 0 &&
		seen->started != 0 && seen->now - seen->started >= rule->asleep_seconds)
		return IDLE_ASLEEP;
	if (rule->full_stop && seen->energy > 0 && seen->idle_since != 0 &&
		seen->now - seen->idle_since >= IDLE_FULL_SECONDS)
		return IDLE_FULL;
	if (rule->low_ma > 0 && rule->low_seconds > 0 && seen->low_since != 0 &&
		seen->now - seen->low_since >= rule->low_seconds)
		return IDLE_LOW;
	return IDLE_GOES_ON;
}

int64_t idle_current(int64_t power_w, int64_t voltage_dv, int64_t current_da)
{
	if (power_w == 0)
		return current_da * 100;
	if (current_da >= 10)
		return current_da * 100;
	if (voltage_dv > 0)
		return power_w * 10000 / voltage_dv;
	return current_da > 0 ? current_da * 100 : -1;
}

struct found { struct idle_rule rule; int64_t idle_since, low_since; };

static NEOERR *take_rule(const struct row *r, void *ctx)
{
	struct found *f = ctx;

	f->rule.full_stop = row_i64(r, 0) != 0;
	f->rule.low_ma = row_i64(r, 1);
	f->rule.low_seconds = row_i64(r, 2) * 60;
	f->idle_since = row_time(r, 3);
	f->low_since = row_time(r, 4);
	return STATUS_OK;
}

static int64_t since(bool is, int64_t before, int64_t now)
{
	return !is ? 0 : before != 0 ? before : now;
}

/* Asked for what is near an end alone: who draws more than any station's border costs nothing. */
NEOERR *session_idle(struct db *db, struct session_row *s, const struct session_progress *p,
	enum idle_end *end)
{
	int64_t ma = idle_current(p->power_w, p->voltage_dv, p->current_da);
	const struct session_settings *set;
	struct found f = { .idle_since = 0 };
	struct idle_seen seen = { .started = s->started_at, .now = p->at, .energy = s->energy };
	NEOERR *err;

	*end = IDLE_GOES_ON;
	if (!s->idle && ma > IDLE_LOW_MA_MAX)
		return STATUS_OK;
	TRY(session_settings(db, &set));
	TRY(db_get(db, &session_idle_rule, ARGS(I64(s->id)), take_rule, &f));
	f.rule.asleep_seconds = set->asleep_seconds;
	seen.idle_since = since(p->power_w == 0 && p->current_da == 0, f.idle_since, p->at);
	seen.low_since = since(f.rule.low_ma > 0 && ma >= 0 && ma < f.rule.low_ma, f.low_since, p->at);
	if (seen.idle_since != f.idle_since || seen.low_since != f.low_since)
		TRY(db_exec(db, &session_idle_put,
			ARGS(TIME(seen.idle_since), TIME(seen.low_since), I64(s->id)), NULL));
	*end = idle_judge(&f.rule, &seen);
out:
	return nerr_pass(err);
}

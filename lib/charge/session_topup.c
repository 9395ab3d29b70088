/* session_topup.c - more money for charges that go on.
 * Owns nothing beyond session.prepaid. Serves session_topup.h. */
#include "charge/session_topup.h"

#include "base/clock.h"
#include "charge/command.h"
#include "charge/session_internal.h"
#include "charge/tariff.h"

#define LOOK_BACK (3 * DAY_SECONDS)
#define TELL_SECONDS 60

#define RUNNING " and state in ('starting', 'charging', 'suspended') and limit_kind = 'full'" \
	" order by id limit ? for update"
SQL(topup_of_card,
	"select id from session where card_id = ? and pay_kind = 'card' and requested_at > ?" RUNNING);
SQL(topup_of_member,
	"select id from session where member_id = ? and pay_kind = 'wallet' and requested_at > ?"
	RUNNING);
SQL(topup_prepaid, "update session set prepaid = ?, updated_at = ? where id = ?");

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct topup *t = ctx;

	if (t->n < TOPUP_SESSIONS)
		t->id[t->n++] = row_i64(r, 0);
	return STATUS_OK;
}

NEOERR *session_topup_lock(struct db *db, struct purse purse, struct topup *out)
{
	*out = (struct topup){ .purse = purse };
	if (purse.kind != OWNER_CARD && purse.kind != OWNER_MEMBER)
		return STATUS_OK;
	return nerr_pass(db_query(db, purse.kind == OWNER_CARD ? &topup_of_card : &topup_of_member,
		ARGS(I64(purse.id), TIME(clock_now() - LOOK_BACK), I64(TOPUP_SESSIONS)), take_id, out));
}

static NEOERR *hold_more(struct db *db, struct session_row *s, int64_t more)
{
	char key[SESSION_KEY], what[24];
	int64_t cash, gift;
	struct journal j;
	NEOERR *err;

	/* what was held before names the move: it only grows */
	snprintf(what, sizeof(what), "hold%lld", (long long)s->prepaid);
	j = session_journal(s, JOURNAL_HOLD, what, key);
	TRY(purse_hold(db, &j, more, &cash, &gift));
	if (cash + gift == 0)
		return STATUS_OK;
	s->prepaid += cash + gift;
	TRY(db_exec(db, &topup_prepaid, ARGS(MONEY(s->prepaid), TIME(clock_now()), I64(s->id)), NULL));
	TRY(session_event(db, s->id, "topped_up", "", ""));
	TRY(command_add(db, COMMAND_SET_BALANCE, s->pile_id, s->connector_id, s->id, s->prepaid,
		TELL_SECONDS, 0, NULL));
out:
	return nerr_pass(err);
}

NEOERR *session_topup(struct db *db, const struct topup *t)
{
	const struct session_settings *set;
	const struct tariff *tariff;
	struct session_row s;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < t->n; i++) {
		TRY(session_settings(db, &set));
		TRY(session_lock(db, t->id[i], &s));
		TRY(session_tariff(db, &s, &tariff));
		if (!tariff_is_free(tariff) && s.prepaid < set->prepay_max)
			TRY(hold_more(db, &s, set->prepay_max - s.prepaid));
	}
out:
	return nerr_pass(err);
}

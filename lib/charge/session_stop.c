/* session_stop.c - asking a pile to stop: by driver, admin or limit; and insisting when it does
 * not.
 * Owns nothing beyond the session's state. Serves session.h and its sisters. */
#include "charge/session_internal.h"

#include "base/clock.h"
#include "charge/command.h"

#define SUSPENDED_STOP_SECONDS 3600          /* the pile is silent: the stop waits for it that long */

SQL(stop_recent,
	"select count(*) from command where session_id = ? and kind = 'stop' and (status = 'pending'"
	" or created_at > ?)");

NEOERR *session_ask_stop(struct db *db, struct session_row *s, enum stop_reason reason,
	const char *actor)
{
	int seconds = s->state == SESSION_SUSPENDED ? SUSPENDED_STOP_SECONDS : STOP_SECONDS;
	NEOERR *err;

	s->reason = reason;
	TRY(session_set_state(db, s, SESSION_STOPPING));
	TRY(session_event(db, s->id, "stop_asked", choice_name(&stop_reason_choices, reason), actor));
	TRY(command_add(db, COMMAND_STOP, s->pile_id, s->connector_id, s->id, 0, seconds, 0, NULL));
out:
	return nerr_pass(err);
}

NEOERR *session_insist_stop(struct db *db, const struct session_row *s)
{
	int64_t recent;
	NEOERR *err;

	TRY(db_i64(db, &stop_recent, ARGS(I64(s->id), TIME(clock_now() - STOP_SECONDS)), &recent));
	if (recent)
		return STATUS_OK;
	TRY(session_event(db, s->id, "stop_repeated", "", ""));
	TRY(command_add(db, COMMAND_STOP, s->pile_id, s->connector_id, s->id, 0, STOP_SECONDS, 0,
		NULL));
out:
	return nerr_pass(err);
}

struct stopping {
	int64_t session_id;
	enum stop_reason reason;
	const struct actor *who;
	bool asked;
};

static NEOERR *stop(struct db *db, void *ctx)
{
	struct stopping *w = ctx;
	struct session_row s;
	NEOERR *err;

	w->asked = false;
	TRY(session_lock(db, w->session_id, &s));
	if (s.state == SESSION_STOPPING || !session_may(s.state, SESSION_STOPPING))
		return STATUS_OK;
	TRY(session_ask_stop(db, &s, w->reason, w->who ? w->who->name : ""));
	if (w->who)
		TRY(audit_add(db, w->who, "session", s.id, "stop", NULL, NULL, NULL));
	w->asked = true;
out:
	return nerr_pass(err);
}

NEOERR *session_stop(struct db *db, int64_t session_id, enum stop_reason reason,
	const struct actor *who, bool *asked)
{
	struct stopping w = { session_id, reason, who, false };
	NEOERR *err = db_tx(db, stop, &w);

	*asked = w.asked;
	return nerr_pass(err);
}

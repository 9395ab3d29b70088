/* event.h - what a provider's subscribers are told: session.started, session.settled, payment.made,
 * alarm.opened.
 * Owns nothing. Serves the rules, which emit in the transaction of the cause. (W3) */
#ifndef CHARGE_EVENT_H
#define CHARGE_EVENT_H

#include "base/json.h"
#include "charge/choice.h"
#include "db/db.h"

/* False costs nothing: who subscribes to what is kept for 5 seconds a process, so a new
 * subscription counts from then on. */
NEOERR *event_wanted(struct db *db, int64_t provider_id, enum event_kind kind,
	bool *wanted) CHECKED;
/* One delivery for each enabled subscription of the provider to the kind, in the caller's tx.
 * data: the object under "data". */
NEOERR *event_emit(struct db *db, int64_t provider_id, enum event_kind kind,
	const json_t *data) CHECKED;
/* session.started or session.settled with the figures of the session's row as it stands now. */
NEOERR *event_session(struct db *db, int64_t provider_id, int64_t session_id,
	enum event_kind kind) CHECKED;
/* alarm.opened with the alarm's row. */
NEOERR *event_alarm(struct db *db, int64_t provider_id, int64_t alarm_id) CHECKED;
/* payment.made: a recharge with money (a mere gift is none); owner_kind is "member" or "card".
 * Amounts 1e-5 yuan. */
struct event_payment {
	int64_t provider_id, member_id, card_id, cash, gift;
	const char *owner_kind;
	int64_t owner_id;
};
NEOERR *event_payment(struct db *db, const struct event_payment *p) CHECKED;
/* A subscription's own trial message, whatever it subscribes to. */
NEOERR *event_ping(struct db *db, int64_t provider_id, int64_t webhook_id, const char *url) CHECKED;
/* "session.settled": the name on the wire of "session_settled". */
const char *event_wire_name(const char *kind, char out[40]);
/* Tests: a changed subscription counts at once. */
void event_forget(void);

#endif

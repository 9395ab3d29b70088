/* session_correct.h - a person's word on a charge whose figures are suspicious: left as they are,
 * corrected, or void; the old bill stays, the difference is posted (O14, O15).
 * Owns the handled states of session.anomaly. Serves the screen of sessions. */
#ifndef CHARGE_SESSION_CORRECT_H
#define CHARGE_SESSION_CORRECT_H

#include "charge/session.h"

/* data, not an error; Text.session.correct_refused.<name> */
enum correct_refusal {
	CORRECT_FINE,
	CORRECT_LATE,                /* handled by somebody else meanwhile */
	CORRECT_INVOICED,            /* its invoice is voided first */
	CORRECT_REFUNDED,            /* less than what was given back already */
	CORRECT_TIMES,               /* the end: before the start, in the future, over 31 days away */
	CORRECT_AMOUNT,              /* below zero, or no whole fen */
	CORRECT_SAME_PERSON          /* O15: another person reviews */
};
const char *correct_refusal_name(enum correct_refusal r);

/* O13: looked at by a person; it is not stopped and hinders nobody. Not while it is one already. */
NEOERR *session_mark(struct db *db, int64_t id, const char *note, const struct actor *who,
	enum correct_refusal *refusal) CHECKED;

/* What of the bill is changed: -1 (times: 0) leaves it. agreed is the total, else the tariff's. */
struct correction { int64_t energy, started, ended, agreed; const char *note; };
/* Each in the caller's tx, under the session's lock. With setting anomaly_audit they wait for a
 * second person afterwards (待审核). */
NEOERR *session_accept(struct db *db, int64_t id, const char *note, const struct actor *who,
	enum correct_refusal *refusal) CHECKED;                      /* 直接结算 */
NEOERR *session_correct(struct db *db, int64_t id, const struct correction *c,
	const struct actor *who, enum correct_refusal *refusal) CHECKED;     /* 技术检测、客户协商 */
NEOERR *session_void(struct db *db, int64_t id, const char *note, const struct actor *who,
	enum correct_refusal *refusal) CHECKED;                      /* 作废 */
/* O15: by another person than who handled it; rejected, it waits to be handled again. */
NEOERR *session_review(struct db *db, int64_t id, bool approve, const char *note,
	const struct actor *who, enum correct_refusal *refusal) CHECKED;

#endif

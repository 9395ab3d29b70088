/* plan.h - charging plans of fleets: confirmed, paused, run at their time, connector after
 * connector
 * (Z1-Z3).
 * Owns tables plan, plan_connector, plan_start as far as rules write them. Serves screens, driver
 * pages, jobs/start_plans. */
#ifndef CHARGE_PLAN_H
#define CHARGE_PLAN_H

#include "charge/session.h"
#include "db/db.h"

/* W that a connector (pile l) counts with. */
#define PLAN_WATT \
	"cast(coalesce(l.rated_power, if(l.current_type = 'ac', 7, 60)) * 1000 as signed)"

/* The next HH:MM after `now`, of today or tomorrow; 0: not a time. Pure. */
int64_t plan_next(const char *start_time, int64_t now);

/* All in the caller's tx. A change of the plan or its connectors: it waits for its confirmation
 * again, and what waits of a run is not started any more. */
NEOERR *plan_changed(struct db *db, int64_t plan_id, int64_t by) CHECKED;
/* By the fleet's administrator: with his phone and password at a clerk's desk, or logged in. *fine
 * false: not his phone or password (or he set none), or the plan has no connector. */
NEOERR *plan_confirm(struct db *db, int64_t plan_id, const char *phone, const char *password,
	bool *fine) CHECKED;
NEOERR *plan_confirm_own(struct db *db, int64_t plan_id, int64_t member_id, bool *fine) CHECKED;
NEOERR *plan_pause(struct db *db, int64_t plan_id, int64_t by) CHECKED;
NEOERR *plan_resume(struct db *db, int64_t plan_id, int64_t by) CHECKED;
/* Its connectors are free for other plans. */
NEOERR *plan_leave(struct db *db, int64_t plan_id, int64_t by) CHECKED;

/* What waits of the plan's runs is not started any more. In the caller's tx. */
NEOERR *plan_cancel_waiting(struct db *db, int64_t plan_id, enum start_refusal why) CHECKED;

/* A run: a row of plan_start for each connector, once for each due time: at the seconds of the
 * accepted order, or gap_seconds apart where there is none. plan_run_now is in the caller's tx;
 * plan_run_due runs its own, one for each plan whose time has come: late, it runs once, now, its
 * accepted order planned anew. What waits of the plan's run before is refused. *runs counts. */
NEOERR *plan_run_now(struct db *db, int64_t plan_id) CHECKED;
NEOERR *plan_run_due(struct db *db, int64_t *runs) CHECKED;
/* Starts what is to start within `seconds`; its command leaves at its own second. Its own
 * transactions, one a start; the second time nothing happens. A paused plan starts nothing. Where
 * an accepted order would not hold (refused, late, others charge longer) the rest is planned
 * anew. */
NEOERR *plan_start_due(struct db *db, int seconds, int64_t *started, int64_t *refused) CHECKED;
/* What became of the charges that were started: charged, broken (ended with less than nine tenths
 * and a half of what it wants) or failed; then the rest of an accepted order is planned anew. Its
 * own transactions, one a charge. *ended counts. */
NEOERR *plan_watch(struct db *db, int64_t *ended) CHECKED;

#endif

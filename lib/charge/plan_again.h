/* plan_again.h - what has not started yet of a plan's run is planned anew when a connector fails,
 * breaks off or charges longer than thought (Z1, Z3).
 * Owns table plan_change and, with plan_run.c, plan_start. Serves plan_run.c. */
#ifndef CHARGE_PLAN_AGAIN_H
#define CHARGE_PLAN_AGAIN_H

#include "charge/choice.h"
#include "db/db.h"

#define X(id, name, colour) PLAN_##id,
enum plan_reason {
#include "charge/tbl/plan_reason.h"
};
#undef X

struct plan_cause {
	int64_t plan_id, due, connector_id;  /* the run; connector 0: none is to blame */
	enum plan_reason reason;
};
/* In the caller's tx. The waiting starts of a run with an accepted order move to the cheapest
 * order of the rest: under the plan's limit less what charges already, until each vehicle leaves.
 * They stay where they are if nothing is cheaper. What does not fit whole is cut short, what does
 * not fit at all is refused with plan_short; one row of plan_change says it. No waiting start, no
 * accepted order: nothing happens. */
NEOERR *plan_again(struct db *db, const struct plan_cause *cause) CHECKED;
/* The same in a tx of its own. */
NEOERR *plan_again_tx(struct db *db, const struct plan_cause *cause) CHECKED;

#endif

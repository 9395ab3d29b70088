/* plan_propose.h - the cheapest schedule of a plan's connectors under a limit of the site, before
 * it is confirmed (Z1).
 * Owns nothing. Serves the plan's page. */
#ifndef CHARGE_PLAN_PROPOSE_H
#define CHARGE_PLAN_PROPOSE_H

#include "charge/plan_schedule.h"
#include "db/db.h"

#define PROPOSE_CONNECTORS 200

struct proposal {
	enum schedule_fault fault;
	int64_t from;                        /* begin of slot 0, on a half hour */
	struct schedule_problem problem;     /* its vehicles are `vehicle` */
	struct schedule schedule;            /* proposal_clear() it */
	int limit_needed;                    /* W, where it does not fit; 0: no limit is enough */
	int without_energy;                  /* connectors that say no energy: left out */
	struct schedule_vehicle vehicle[PROPOSE_CONNECTORS];
	struct proposal_row {
		int64_t connector_id;
		char name[121], plate[37];
	} row[PROPOSE_CONNECTORS];
};
/* Of the next run, until HH:MM after its time, at the prices of the first connector's pile. *found
 * false: no time between them, or no price. */
NEOERR *plan_propose(struct db *db, int64_t plan_id, int limit_watt, const char *until,
	struct proposal *out, bool *found) CHECKED;
void proposal_clear(struct proposal *p);

#endif

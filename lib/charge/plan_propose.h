/* plan_propose.h - the cheapest order of a plan's starts under a limit of the site, before it is
 * confirmed; accepted, it is what the plan's runs do (Z1).
 * Owns limit_watt and until_time of plan, start_after of plan_connector. Serves the plan's page. */
#ifndef CHARGE_PLAN_PROPOSE_H
#define CHARGE_PLAN_PROPOSE_H

#include "charge/plan_order.h"
#include "db/db.h"

#define PROPOSE_CONNECTORS 200
#define PROPOSE_SLOT 1800

struct proposal {
	enum schedule_fault fault;
	int64_t run, from;                   /* the plan's time; begin of slot 0, on a half hour */
	struct schedule_problem problem;     /* its vehicles are `vehicle` */
	struct order order;                  /* proposal_clear() it */
	/* what power that can be divided freely would cost and leave out: nothing is less */
	int64_t bound, bound_missing;
	int limit_needed;                    /* W, where it does not fit; 0: no limit is enough */
	int without_energy;                  /* connectors that say no energy: left out */
	struct schedule_vehicle vehicle[PROPOSE_CONNECTORS];
	struct proposal_row {
		int64_t line_id;                     /* of plan_connector */
		char name[121], plate[37];
	} row[PROPOSE_CONNECTORS];
};
/* Of the next run, until HH:MM after its time or until a vehicle leaves, at the prices of the first
 * connector's pile. *found false: no time between them, or no price. */
NEOERR *plan_propose(struct db *db, int64_t plan_id, int limit_watt, const char *until,
	struct proposal *out, bool *found) CHECKED;
void proposal_clear(struct proposal *p);
/* In the caller's tx. It holds from now on, and the plan waits for its confirmation again. *fine
 * false: it is none that could be followed: something does not fit or says no energy. */
NEOERR *plan_accept(struct db *db, int64_t plan_id, int limit_watt, const char *until, int64_t by,
	bool *fine) CHECKED;
/* In the caller's tx: what it was made from has changed, connectors start one after the other. */
NEOERR *plan_unaccept(struct db *db, int64_t plan_id) CHECKED;

/* price[] of its slots from `from` on; *found false: nobody set one. */
NEOERR *plan_prices(struct db *db, int64_t pile_id, int64_t from, struct schedule_problem *p,
	bool *found) CHECKED;

#endif

/* plan_schedule.h - the cheapest that any way of charging a fleet's vehicles under one limit of the
 * site can be, if power could be divided freely in each half hour: what plan_order.h, which starts
 * connectors and lets them run, is measured by (Z1).
 * Owns nothing; pure: no database, no clock. Serves plans, their page, the bench.
 *
 * In every half hour the connector of rank i is raised i x interval seconds after its start and
 * lowered
 * at its start: no two are ever raised within the interval, and the sum of what is drawn never
 * exceeds the sum planned. So a half hour counts slot_seconds - i x interval seconds for it, and
 * "watts in a half hour" makes the problem a transportation problem in integers: supplies are the
 * vehicles' watt-slots, the site's limit is the room of each slot, a connector's power that of each
 * pair, the slot's price times the vehicle's seconds the cost. Successive shortest paths solve it
 * exactly; a general solver would be another dependency for a problem of 200 x 48. */
#ifndef CHARGE_PLAN_SCHEDULE_H
#define CHARGE_PLAN_SCHEDULE_H

#include "base/money.h"

#define SCHEDULE_SLOTS 96
#define SCHEDULE_VEHICLES 512

struct schedule_vehicle {
	int64_t energy;                      /* wanted, 1e-4 kWh */
	int watt;                            /* most that its connector gives */
	int from, to;                        /* slots [from, to): it is there in the whole of each */
};
struct schedule_problem {
	int slots, slot_seconds, interval;   /* interval: seconds between two starts */
	int64_t price[SCHEDULE_SLOTS];       /* 1e-5 yuan per kWh */
	int limit[SCHEDULE_SLOTS];           /* W that the site leaves to the plan */
	int n;
	const struct schedule_vehicle *vehicle;      /* in the order of their starts */
};
enum schedule_fault { SCHEDULE_FITS, SCHEDULE_SHORT, SCHEDULE_INTERVAL };
struct schedule {
	int n, slots;
	int *watt;                           /* [vehicle * slots + slot] */
	int64_t *missing;                    /* of each vehicle, 1e-4 kWh */
	int64_t cost;                        /* 1e-5 yuan, of what is charged */
	int64_t total_missing;               /* the least that no plan can give */
	int load[SCHEDULE_SLOTS];            /* W of all of them */
};

/* Fills *out (schedule_clear() it). SHORT: the best there is, with what is missing, each vehicle's
 * being served in the order of their starts; INTERVAL: the starts do not fit into a half hour,
 * nothing is filled. */
enum schedule_fault schedule_solve(const struct schedule_problem *p, struct schedule *out);
void schedule_clear(struct schedule *s);
/* What a vehicle of that rank gets of x W in one slot, 1e-4 kWh rounded down. */
int64_t schedule_energy(const struct schedule_problem *p, int rank, int64_t watt);

#endif

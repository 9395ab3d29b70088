/* plan_order.h - when each connector of a plan is started: the cheapest order under one limit of
 * the site, in which every connector, once started, gives its whole power until its vehicle has
 * what it wants (Z1).
 * Owns nothing; pure: no database, no clock. Serves plans, their pages, the bench.
 *
 * A start is all that every pile understands, so a start is all that is planned. The connector of
 * rank i starts i x interval seconds into a slot: no two ever start within the interval. It counts
 * with its whole power in every slot that it touches, so the limit is never exceeded. To pack such
 * blocks is hard in general: a few are tried in every way there is, many are put in, pushed out
 * and moved until nothing gets better; what power that could be divided freely would cost
 * (plan_schedule.h) is said beside it, as nothing can be cheaper than that. */
#ifndef CHARGE_PLAN_ORDER_H
#define CHARGE_PLAN_ORDER_H

#include "charge/plan_schedule.h"

struct order {
	int n, slots;
	int *start;                          /* seconds after slot 0 begins; -1: not at all */
	int *seconds;                        /* how long it charges */
	int64_t *missing;                    /* of each vehicle, 1e-4 kWh */
	int64_t cost;                        /* 1e-5 yuan, of what is charged */
	int64_t total_missing;
	bool proven;                         /* all that fits is cheapest, or nothing can fit */
	int load[SCHEDULE_SLOTS];            /* W that count in each slot */
};

/* Fills *out (order_clear() it). first: nothing starts in slot 0 before so many of its seconds.
 * SHORT: what does not fit whole is cut short or left out, the least of it that was found;
 * INTERVAL: the starts do not fit into a slot, nothing is filled. */
enum schedule_fault order_solve(const struct schedule_problem *p, int first, struct order *out);
void order_clear(struct order *o);
/* Do these starts (as order.start) still fit, each vehicle charged whole? *cost as order.cost. */
bool order_fits(const struct schedule_problem *p, const int *start, int64_t *cost);
/* The least limit (W, of the slot with most room; the others keep their distance to it) under which
 * all is charged; 0: none, as a vehicle leaves too early for its own connector. */
int order_limit_needed(const struct schedule_problem *p, int first);

#endif

/* relief.c - the choice of a relief plan and the arithmetic of occupancy.
 * Owns nothing; pure. Serves relief.h. */
#include "charge/relief.h"

#include "base/clock.h"
#include "base/money.h"

#define MINUTE 60

static bool meets(const struct relief_plan *p, int64_t started, int64_t ended, int64_t energy)
{
	return (ended - started) / MINUTE >= p->min_minutes && energy >= p->min_energy &&
		(!p->from || ended >= p->from) && (!p->to || ended < p->to + DAY_SECONDS);
}

static bool harder(const struct relief_plan *a, const struct relief_plan *b)
{
	if (a->min_energy != b->min_energy)
		return a->min_energy > b->min_energy;
	if (a->min_minutes != b->min_minutes)
		return a->min_minutes > b->min_minutes;
	return a->id < b->id;
}

const struct relief_plan *relief_choose(const struct relief_plan *plans, int n, int64_t started,
	int64_t ended, int64_t energy)
{
	const struct relief_plan *best = NULL;

	for (int i = 0; i < n; i++)
		if (meets(&plans[i], started, ended, energy) && (!best || harder(&plans[i], best)))
			best = &plans[i];
	return best;
}

int64_t occupancy_fee(const struct occupancy_rate *r, int64_t minutes)
{
	int64_t over = minutes - r->free, fee;

	if (over <= 0 || r->unit <= 0)
		return 0;
	fee = (over + r->unit - 1) / r->unit * r->price;
	return r->cap >= 0 && fee > r->cap ? r->cap : fee;
}

int64_t occupancy_minutes(int64_t entered, int64_t left, const struct span *charges, int n)
{
	int64_t held = left - entered, at = entered;

	for (int i = 0; i < n; i++) {
		int64_t from = charges[i].from > at ? charges[i].from : at;
		int64_t to = charges[i].to < left ? charges[i].to : left;

		if (to <= from)
			continue;
		held -= to - from;
		at = to;
	}
	return held > 0 ? held / MINUTE : 0;
}

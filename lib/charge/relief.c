/* relief.c - the choice of a relief plan.
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

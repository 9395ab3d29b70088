/* relief.h - what a charge earns in a parking lot (K12).
 * Owns nothing; pure: no database, no clock. Serves parking.h. */
#ifndef CHARGE_RELIEF_H
#define CHARGE_RELIEF_H

#include "charge/choice.h"

/* minutes counts for RELIEF_MINUTES, amount (1e-5 yuan) for RELIEF_AMOUNT. min_energy in 1e-4 kWh.
 * from, to: first seconds of its first and last day, 0: no bound. */
struct relief_plan {
	int64_t id;
	enum relief_kind kind;
	int64_t minutes, amount, min_minutes, min_energy, from, to;
};
/* Of the plans whose conditions the charge meets the one with the hardest conditions (energy before
 * minutes, then the oldest); NULL: none. ended decides the day. */
const struct relief_plan *relief_choose(const struct relief_plan *plans, int n, int64_t started,
	int64_t ended, int64_t energy);

#endif

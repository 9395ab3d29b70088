/* relief.h - what a charge earns in a parking lot, and what holding a charging bay costs (K12).
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

/* Yuan (1e-5) for holding a bay: price for each begun `unit` minutes beyond the free ones; unit 0:
 * no fee; cap -1: none. */
struct occupancy_rate { int64_t free, unit, price, cap; };
int64_t occupancy_fee(const struct occupancy_rate *r, int64_t minutes);
/* Whole minutes from entered to left without those of the charges in between, however they
 * overlap. spans: started, ended pairs in order of their start. */
struct span { int64_t from, to; };
int64_t occupancy_minutes(int64_t entered, int64_t left, const struct span *charges, int n);

#endif

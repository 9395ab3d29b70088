/* rating_special.h - what changes the price of a car's kWh beside the time of day, and what is
 * billed
 * of a step begun (W6). Pure.
 * Owns nothing. Serves rating.c, rating_bike.c and tariff_check.c alone. */
#ifndef CHARGE_RATING_SPECIAL_H
#define CHARGE_RATING_SPECIAL_H

#include "charge/rating.h"

/* *at is the faulty row's index. */
enum tariff_fault special_check(const struct tariff *t, int *at);
/* The row that counts at `when`, `seconds` after the start with `energy` charged before: 1 is the
 * first; 0: none does. */
int special_at(const struct tariff *t, int64_t when, int64_t seconds, int64_t energy);
/* Where on the way from `from` another row may begin to count: at most `to`. */
int64_t special_time(const struct tariff *t, int64_t origin, int64_t from, int64_t to);
/* The energy, more than `energy`, at which another row may begin to count; INT64_MAX: none. */
int64_t special_energy(const struct tariff *t, int64_t energy);
/* Appends the line for what is missing to whole steps of `energy`, at the last line's prices. */
NEOERR *step_energy_line(const struct tariff *t, int64_t energy, struct bill *b) CHECKED;
/* The same for time, at the prices of line `last` (NULL: none), never over the longest charge. */
NEOERR *step_time_line(const struct tariff *t, int64_t seconds, const struct bill_line *last,
	struct bill *b) CHECKED;

#endif

/* rating_bike.h - what a charge at an e-bike socket costs, in five methods (P14-P20). Pure.
 * Owns nothing. Serves rating.c and tariff_check.c alone. */
#ifndef CHARGE_RATING_BIKE_H
#define CHARGE_RATING_BIKE_H

#include "charge/rating.h"

/* What tariff_check does not look at in a car's; *at is the faulty band's index. */
enum tariff_fault bike_terms_check(const struct tariff *t, int *at);
/* Appends lines of energy and time, or the one that says the charge was free. Fees of time alone
 * are service fees; nothing is rounded to fen here. ERR_INVALID if the tariff is broken. */
NEOERR *rating_bike(const struct tariff *tariff, const struct usage *usage,
	struct bill *bill) CHECKED;

#endif

/* usage.h - from what a device measured to a usage that can be rated: cumulative readings and
 * per-type totals -> half-hour segments.
 * Owns nothing; pure. Serves settlement, running fee, re-rating. */
#ifndef CHARGE_USAGE_H
#define CHARGE_USAGE_H

#include "charge/rating.h"

struct reading { int64_t at, energy; int watt; };     /* cumulative since the start */

/* Splits at half hours and slot borders, energy between readings in proportion to time (cut on the
 * cumulative curve: nothing lost), readings that go back or lie outside [started, ended] are left
 * out; the last one is (ended, energy). type_energy[PRICE_TYPES] (NULL: unknown) is what the pile
 * metered for each price type: where it sums to energy and each type with energy was really
 * crossed, the segments of each type are scaled to it, so that the bill's energy by type is the
 * meter's. *used_types tells whether it was. segments: caller's array. */
NEOERR *usage_build(const struct tariff *tariff, int64_t started, int64_t ended, int64_t energy,
	const struct reading *reading, int readings, const int64_t *type_energy,
	struct usage_segment *segments, int room, struct usage *usage, bool *used_types) CHECKED;
/* For tariffs by power: a segment between two readings, at the power of the reading that ends it,
 * the last one at that of the last reading; without readings at the mean. Neighbours of one power
 * are joined. Readings are left out as above. */
NEOERR *usage_by_power(int64_t started, int64_t ended, int64_t energy,
	const struct reading *reading, int readings, struct usage_segment *segments, int room,
	struct usage *usage) CHECKED;

#endif

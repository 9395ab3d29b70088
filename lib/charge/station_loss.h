/* station_loss.h - what is lost between a station's own meter and its piles (T5).
 * Owns tables meter_reading and loss_rate but for the columns their screens edit. Serves both
 * screens and the statistics. */
#ifndef CHARGE_STATION_LOSS_H
#define CHARGE_STATION_LOSS_H

#include "base/money.h"
#include "db/db.h"

#define METER_READING_MAX (INT64_C(99999999) * ENERGY_KWH)
#define METER_MULTIPLIER_MAX 10000
#define LOSS_RATE_MAX 5000                   /* per ten thousand of what the meter counts */

/* A reading is of a day's end. restart -1: the meter goes on. */
struct meter_reading { int64_t station_id, day, reading, restart; int multiplier; };

/* A meter never runs backwards: what the reading must not fall below or go beyond, by its
 * neighbours; -1: there is none. Locks the station's row. id: the reading's own, 0 new. */
struct meter_room { int64_t low, high; };
NEOERR *meter_reading_room(struct db *db, int64_t id, int64_t station_id, int64_t day,
	struct meter_room *out) CHECKED;
/* *fits: without this reading its neighbours fit still. */
NEOERR *meter_reading_free(struct db *db, int64_t id, bool *fits) CHECKED;

/* The days between two readings of a station: [from, to), days' first seconds. price: yuan per
 * kWh; -1: the station has no cost tariff. sold: to be added by who knows it. */
struct meter_span { int64_t station_id, from, to, metered, sold, price; };
/* false: no span (another station, or backwards). Energy is the difference times the later
 * reading's multiplier. */
bool meter_span_between(const struct meter_reading *before, const struct meter_reading *now,
	struct meter_span *out);

struct station_loss { int64_t days, metered, sold, cost, unpriced; };
/* ERR_INVALID: sums beyond int64. unpriced: spans whose loss has no price. */
NEOERR *station_loss_add(struct station_loss *sum, const struct meter_span *s) CHECKED;
/* Loss per ten thousand of what the meter counted; 0 where it counted nothing. */
int64_t station_loss_part(const struct station_loss *sum);
/* The loss that a recorded rate gives for energy sold, in energy. */
int64_t station_loss_reckoned(int64_t sold, int64_t rate);

#endif

/* rating_bike.h - what a charge at an e-bike socket costs, in five methods. Pure: no database, no
 * clock (law 4).
 * Owns nothing. Serves whoever bills a session of kind ebike. */
#ifndef CHARGE_RATING_BIKE_H
#define CHARGE_RATING_BIKE_H

#include "base/money.h"

#define BIKE_BANDS 16
#define BIKE_STOP_MINUTES 2880               /* P19: nobody charges longer than 48 h */

enum bike_method {
	BIKE_DURATION,                       /* P14: hour_price x time */
	BIKE_POWER,                          /* P15: the band's price x time in the band */
	BIKE_ENERGY,                         /* P16: kWh x (energy_price + service_price) */
	BIKE_ENERGY_HOUR,                    /* P17: kWh x energy_price, service hour_price x time */
	BIKE_ENERGY_POWER                    /* P18: kWh x energy_price, service by band x time */
};

struct bike_band { int from_watt, to_watt; int64_t hour_price; };   /* [from, to), 1e-5 yuan/h */

struct bike_tariff {
	enum bike_method method;
	enum rounding rounding;              /* of the total to fen; P21: ROUND_CUT */
	int free_minutes;                    /* P20: ended inside costs nothing; 0: none */
	int stop_minutes;                    /* P19: 1..BIKE_STOP_MINUTES; no time after it costs */
	int64_t energy_price, service_price; /* 1e-5 yuan per kWh */
	int64_t hour_price;                  /* 1e-5 yuan per hour */
	int n;
	struct bike_band band[BIKE_BANDS];   /* from 0 W up; above the last the last one counts */
};

enum bike_fault {
	BIKE_OK,
	BIKE_STOP_RANGE,
	BIKE_FREE_RANGE,                     /* negative, or as long as the longest charge */
	BIKE_PRICE_RANGE,
	BIKE_NO_BANDS,
	BIKE_TOO_MANY_BANDS,
	BIKE_BAND_FIRST_NOT_ZERO,
	BIKE_BAND_EMPTY,
	BIKE_BAND_GAP,
	BIKE_BAND_OVERLAP
};
/* Bands must be in order; *at is the faulty band's index. */
enum bike_fault bike_tariff_check(const struct bike_tariff *t, int *at);

/* The caller fills: how long at which power, in order of time. Who knows only one power (mean or
 * peak) gives one piece; methods without bands need no watts. The whole time is the pieces' sum. */
struct bike_piece { int64_t seconds; int watt; };
struct bike_usage { int64_t energy; int n; const struct bike_piece *piece; };

struct bike_bill {
	bool free;                           /* ended inside the free minutes */
	int64_t seconds;                     /* billed; band_* of methods without bands: 0 */
	int64_t band_seconds[BIKE_BANDS], band_fee[BIKE_BANDS];
	int64_t energy_fee, service_fee, rounding_fee, amount;
};
/* amount = energy_fee + service_fee, whole fen; the difference to fen goes to the service fee, what
 * that cannot bear to the energy fee. Fees of time alone are service fees. ERR_INVALID if tariff
 * or usage is broken. */
NEOERR *rating_bike(const struct bike_tariff *tariff, const struct bike_usage *usage,
	struct bike_bill *bill) CHECKED;
/* P19: what the time up to stop_minutes costs at most (the dearest band); kWh are not in it. */
NEOERR *rating_bike_stop_amount(const struct bike_tariff *tariff, int64_t *amount) CHECKED;

#endif

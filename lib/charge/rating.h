/* rating.h - the one formula of a bill: tariff x usage x discounts -> lines. Pure: no database, no
 * clock (law 4).
 * Owns nothing. Serves quote, running fee, settlement, tariff test page, partner bills,
 * re-rating. */
#ifndef CHARGE_RATING_H
#define CHARGE_RATING_H

#include "base/money.h"
#include "charge/choice.h"

#define TARIFF_SLOTS 48
#define DAY_MINUTES 1440

struct tariff_slot {
	int start_minute, end_minute;        /* [start, end) of the day, 0..1440 */
	enum price_type type;
	int64_t energy_price, service_price; /* 1e-5 yuan per kWh */
};

/* Of an e-bike's tariff (method from METHOD_DURATION on); its prices per kWh are those of slot 0,
 * which is the whole day. */
#define BIKE_BANDS 16
#define BIKE_STOP_MINUTES 2880               /* P19: nobody charges longer than 48 h */
struct bike_band { int from_watt, to_watt; int64_t hour_price; };   /* [from, to), 1e-5 yuan/h */
struct bike_terms {
	int free_minutes;                    /* P20: ended inside costs nothing; 0: none */
	int stop_minutes;                    /* P19: 1..BIKE_STOP_MINUTES; no time after it costs */
	int64_t hour_price;                  /* 1e-5 yuan per hour */
	int n;
	struct bike_band band[BIKE_BANDS];   /* from 0 W up; above the last the last one counts */
};

/* W6: a price that holds on some days, and after so much energy and time; the first that holds
 * counts instead of the slot's. */
#define TARIFF_SPECIALS 16
struct tariff_special {
	int days;                            /* bit 0 Monday .. bit 6 Sunday; 0: each */
	int start_minute, end_minute;        /* [start, end) of the day, half hours */
	int64_t from_energy, to_energy;      /* charged before, [from, to), 1e-4 kWh; to 0: no end */
	int from_minutes, to_minutes;        /* since the start, [from, to); to 0: no end */
	int64_t energy_price, service_price; /* 1e-5 yuan per kWh */
};

#define TARIFF_PRESETS 12                    /* P6 */
#define BOOKING_MINUTES 1440
struct tariff {
	int64_t version_id;                  /* 0: a draft */
	int64_t tariff_id;
	int number;
	int64_t effective_at;
	enum tariff_method method;           /* one slot or more of a car: unified or tou */
	enum rounding rounding;              /* of the session's total to fen */
	int n;
	struct tariff_slot slot[TARIFF_SLOTS];
	struct bike_terms bike;
	int specials;                        /* of a car's */
	struct tariff_special special[TARIFF_SPECIALS];
	/* W6: a step begun is billed whole; 0: none */
	int64_t step_energy;                 /* 1e-4 kWh */
	int step_minutes;                    /* of an e-bike's time */
	bool least_service;                  /* P7: the smallest service fee stands in all slots */
	/* P9: how long a booking holds the pile and what it costs; either 0: no booking */
	struct { int minutes; int64_t price; } booking;
	/* P10: price a unit of minutes begun, after the free ones; price 0: none; cap -1: no cap */
	struct { int free_minutes, unit_minutes; int64_t price, cap; } occupancy;
	int presets;
	int64_t preset[TARIFF_PRESETS];      /* P6: amounts offered, 1e-5 yuan, rising */
};
static inline bool tariff_is_bike(const struct tariff *t)
{
	return t->method >= METHOD_DURATION;
}
static inline bool tariff_has_bands(const struct tariff *t)
{
	return t->method == METHOD_POWER || t->method == METHOD_ENERGY_POWER;
}
static inline bool tariff_has_hours(const struct tariff *t)
{
	return t->method == METHOD_DURATION || t->method == METHOD_ENERGY_HOUR;
}

/* Why a tariff cannot be used; texts for people are Text.tariff.<name> (P1, P3). */
enum tariff_fault {
	TARIFF_OK,
	TARIFF_EMPTY,
	TARIFF_FIRST_NOT_ZERO,
	TARIFF_GAP,
	TARIFF_OVERLAP,
	TARIFF_TOO_SHORT,
	TARIFF_NOT_HALF_HOUR,
	TARIFF_TYPE_TWO_PRICES,
	TARIFF_PRICE_RANGE,
	TARIFF_TOO_MANY,
	TARIFF_STOP_RANGE,
	TARIFF_FREE_RANGE,                   /* negative, or as long as the longest charge */
	TARIFF_NO_BANDS,
	TARIFF_BAND_FIRST_NOT_ZERO,
	TARIFF_BAND_EMPTY,
	TARIFF_BAND_GAP,
	TARIFF_BAND_OVERLAP,
	TARIFF_BOOKING_RANGE,
	TARIFF_OCCUPANCY_RANGE,
	TARIFF_SPECIAL_RANGE,
	TARIFF_SPECIAL_HALF_HOUR,
	TARIFF_SPECIAL_PRICE,
	TARIFF_SPECIAL_ALWAYS,               /* a special price without a condition */
	TARIFF_STEP_RANGE,
	TARIFF_PRESETS_WRONG                 /* not above 0, not rising, above 100 000 */
};
/* Sorts by start, completes a last row that ends before 24:00 (end 0 or less than start: up to the
 * next row or 24:00), then checks: cover 00:00-24:00, slots >= 30 min on half hours, one price
 * pair a type (P1, P3); an e-bike's: one slot, bands in order. Sets the method of a car's. *at is
 * the faulty row's index. */
enum tariff_fault tariff_check(struct tariff *t, int *at);
const char *tariff_fault_name(enum tariff_fault fault);
/* "00:00-24:00, 电费1.0元, 服务费0.25元; ..." for lists (P2). Cut at room. */
void tariff_summary(const struct tariff *t, char *out, size_t room);
/* "特价(周六,周日 22:00-24:00 30-度)电费0.8元, 服务费0.3元" */
void tariff_special_text(const struct tariff_special *s, char *out, size_t room);
bool tariff_is_free(const struct tariff *t);                    /* all prices zero (P2: VIP) */
bool tariff_books(const struct tariff *t);                      /* P9 */
const struct tariff_slot *tariff_slot_at(const struct tariff *t, int64_t when);
/* P7: for a pile that cannot charge service fees by time of day: the smallest one, all day. */
void tariff_least_service(struct tariff *t);

/* Energy over time. Segments are in order, do not overlap, and end at `ended`. */
struct usage_segment { int64_t from, to, energy; int watt; };   /* UNIX seconds, 1e-4 kWh, W */
#define USAGE_SEGMENTS 3200                                       /* a minute curve over 48 h and more */
struct usage {
	int64_t started, ended, energy;                              /* energy = sum of the segments */
	int n;
	struct usage_segment *segment;                               /* memory is the caller's */
	/* of a part: when its charge began (0: started) and what was charged before */
	int64_t origin, before;
};

/* Percents: 10000 = full price; both 0: none. agreed: what a person settled on as the total (whole
 * fen, 1e-5 yuan), if has_agreed; the difference is a discount line, off the service fee first. */
struct discount {
	int percent_energy_fee, percent_service_fee;
	bool has_agreed;
	int64_t agreed;
};

/* time: of an e-bike, in a band or as a whole; free: ended inside the free minutes (P20) */
/* step: what is missing to a whole step (W6), energy or time that was billed and not charged */
enum bill_kind { BILL_ENERGY, BILL_TIME, BILL_FREE, BILL_STEP, BILL_DISCOUNT, BILL_ROUNDING };
struct bill_line {
	enum bill_kind kind;
	enum price_type type;
	int64_t from, to;                    /* at most half an hour, never over a slot's border */
	int64_t energy, energy_price, service_price;
	int64_t energy_fee, service_fee, amount;
	int64_t seconds, hour_price;         /* time and free */
	int from_watt, to_watt;              /* time in a band; both 0: any power */
	int special;                         /* 1: the first special price; 0: the slot's */
};
#define BILL_LINES 400                                             /* 7 days of half hours and a few more */
struct bill {
	/* amount = sum of lines, whole fen */
	int64_t energy, energy_fee, service_fee, discount, rounding_fee, amount;
	int n;
	struct bill_line line[BILL_LINES];
};

/* The next half-hour line of the operator's day after t. */
int64_t rating_half_hour_end(int64_t t);

/* Rates. Each half hour with energy is one line per slot; fees half up to 1e-5 yuan; the total to
 * fen by tariff.rounding, the difference is a BILL_ROUNDING line, so amount == sum(line.amount)
 * always, energy_fee + service_fee == amount (the rounding goes to the service fee, to the
 * energy fee if there is no service fee). More than BILL_LINES half hours: neighbours of one
 * type are joined. ERR_INVALID if usage or tariff is broken. */
NEOERR *rating_rate(const struct tariff *tariff, const struct usage *usage,
	const struct discount *discount, struct bill *bill) CHECKED;
/* Takes the percents of a discount off both fees, each half up to 1e-5 yuan; NULL or none: as they
 * are. For fees of a running charge, whose steps are not added up. */
NEOERR *rating_take_off(const struct discount *discount, int64_t *energy_fee,
	int64_t *service_fee) CHECKED;
/* P5: kWh at one moment of the day (spread over `seconds`, at least 1), at one power (e-bikes). */
NEOERR *rating_quote(const struct tariff *tariff, int64_t from, int64_t seconds, int64_t energy,
	int watt, struct bill *bill) CHECKED;
/* P19: the most that the time up to the longest charge costs (the dearest band), without kWh. */
NEOERR *rating_stop_amount(const struct tariff *tariff, int64_t *amount) CHECKED;

#endif

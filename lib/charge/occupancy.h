/* occupancy.h - how long a bay or a plug was held without charging, and what that costs (P10, R5).
 * Owns nothing; pure: no database, no clock. Serves reservations, bays, parking lots, bills. */
#ifndef CHARGE_OCCUPANCY_H
#define CHARGE_OCCUPANCY_H

#include <stdbool.h>
#include <stdint.h>

/* price (1e-5 yuan) for each begun `unit` minutes beyond the `free` ones; unit 0 or price 0: no
 * fee; cap (1e-5 yuan) for the whole of it, -1: none. */
struct occupancy_rate { int64_t free, unit, price, cap; };
struct span { int64_t from, to; };           /* UNIX seconds, from <= to */
struct occupancy { int64_t minutes, fee; };

/* P10: less than a unit counts as a unit; never more than the cap. */
int64_t occupancy_fee(const struct occupancy_rate *r, int64_t minutes);
/* Whole minutes from entered to left without those of the charges in between, however they
 * overlap; charges in order of their start. Seconds short of a minute are the driver's. */
int64_t occupancy_minutes(int64_t entered, int64_t left, const struct span *charges, int n);

/* R5: a bay from entering to leaving; a whitelisted car is never counted. */
struct occupancy occupancy_of_bay(const struct occupancy_rate *r, struct span held,
	const struct span *charges, int n, bool whitelisted);
/* P10: the plug that stays in after the end of the charge; unplugged 0 (not yet) counts
 * nothing. */
struct occupancy occupancy_of_plug(const struct occupancy_rate *r, int64_t charge_ended,
	int64_t unplugged, bool whitelisted);

/* Whoever knows better says when it is over, never both: the camera of the bay where one sees the
 * car and is awake, else the plug. Times 0: unknown. */
struct occupancy_news {
	int64_t from;                        /* the charge's end */
	bool by_bay, blind;                  /* a camera saw the car; it is disabled or offline */
	int64_t bay_left;                    /* the car has left the bay */
	bool plugged;
	int64_t plug_at;                     /* since when plugged is as it is */
	int64_t lost, back;                  /* the pile's last going offline, coming online */
};
/* *at: when. *left: the bay said so, else the plug. */
bool occupancy_is_over(const struct occupancy_news *n, int64_t *at, bool *left);

#endif

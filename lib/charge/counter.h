/* counter.h - the window where people are served (M8-M11): what may be recharged there, who is new.
 * Owns nothing. Serves the counter's page. */
#ifndef CHARGE_COUNTER_H
#define CHARGE_COUNTER_H

#include "db/db.h"

#define COUNTER_OFFERS 12
/* Paid, and given on top of it; word is how the setting says it: "50+1". */
struct counter_offer { int64_t cash, gift; char word[24]; };
/* Setting counter_amounts; words that are no offer are left out. */
NEOERR *counter_offers(struct db *db, struct counter_offer out[COUNTER_OFFERS], int *n) CHECKED;

/* 开户 (M8): fresh false: the phone is somebody's already, and nothing was done. */
struct counter_person {
	const char *phone, *name;
	int64_t provider_id, station_id, by;     /* station_id 0: of the provider as a whole */
};
NEOERR *counter_open(struct db *db, const struct counter_person *p, int64_t *member_id,
	bool *fresh) CHECKED;

#endif

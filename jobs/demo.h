/* demo.h - what the demo's files share: the operator's places and people, and its days.
 * Owns nothing. Serves jobs/demo.c, demo_place.c, demo_day.c. */
#ifndef JOBS_DEMO_H
#define JOBS_DEMO_H

#include <stdio.h>

#include "db/db.h"

#define DEMO_STATIONS 4
#define DEMO_CONNECTORS 40
#define DEMO_MEMBERS 30
#define DEMO_PROVIDERS 2
#define DEMO_BIKES "051354400"       /* serials of the e-bike devices but for their last digit */

struct demo_connector { int64_t id, pile_id; int station, power_w; char serial[15]; int number; };
struct demo_member { int64_t id, card_id; int provider, station; bool vip; };
struct demo {
	int64_t provider[DEMO_PROVIDERS], property[DEMO_PROVIDERS], station[DEMO_STATIONS],
		area[DEMO_STATIONS][2];
	int64_t tariff_tou, tariff_unified, tariff_vip;
	int connectors, members;
	struct demo_connector connector[DEMO_CONNECTORS];
	struct demo_member member[DEMO_MEMBERS];
};

/* Makes the operator as of `since`, or reads the one that is there (a run that was interrupted
 * goes on). In a tx. */
NEOERR *demo_place(struct db *db, int64_t since, struct demo *d) CHECKED;
/* All days are made: nothing more is ever added. */
NEOERR *demo_complete(struct db *db, bool *complete) CHECKED;
NEOERR *demo_finish(struct db *db) CHECKED;
/* Charges, recharges, failures of one day through the rules' own functions, at that day's clock.
 * Runs its own tx; a day that has sessions is left alone. *sessions counts. */
NEOERR *demo_day(struct db *db, const struct demo *d, int64_t day, int64_t *sessions) CHECKED;
/* Drivers for the virtual fleet, and the files data_dir/demo/serials and cards that it reads.
 * Needs d->provider. Runs its own tx. */
NEOERR *demo_fleet(struct db *db, struct demo *d) CHECKED;

/* A parking lot beside the second station with two weeks behind it. Once; in a tx. */
NEOERR *demo_park(struct db *db, const struct demo *d) CHECKED;

/* Card products, a card of one, charge cards, categories. Once; in a tx. */
NEOERR *demo_card(struct db *db, const struct demo *d) CHECKED;

/* Bays with locks and cameras, their stays of some days, bookings; data_dir/demo/cameras and plates
 * for pilesim. Once; its own tx. */
NEOERR *demo_bay(struct db *db, const struct demo *d) CHECKED;

/* A fleet with vehicles and plans, one of them with last night's run. Once; in a tx. */
NEOERR *demo_plan(struct db *db, const struct demo *d) CHECKED;

/* A shed of e-bikes with two weeks behind it. Once; in a tx. Its riders' cards, a line each. */
NEOERR *demo_bike(struct db *db, const struct demo *d) CHECKED;
void demo_bike_cards(FILE *f);

/* What the service desk heard, readings of a meter, bills. Once; in a tx. */
NEOERR *demo_desk(struct db *db, const struct demo *d) CHECKED;

/* The clock of this process stands at t (and runs on), or is the real one again. */
void demo_travel(int64_t t);
void demo_come_back(void);

/* The same numbers each run: a small generator, one a day. */
struct dice { uint64_t state; };
struct dice dice_of(int64_t seed);
int64_t dice(struct dice *d, int64_t sides);         /* 0 .. sides-1 */

#endif

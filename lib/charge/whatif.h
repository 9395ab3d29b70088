/* whatif.h - what the charges of a time would have cost under another tariff: each rated again from
 * the inputs of its bill.
 * Owns tables whatif, whatif_station and whatif_slot. Serves the what-if page and its task. */
#ifndef CHARGE_WHATIF_H
#define CHARGE_WHATIF_H

#include "charge/tariff.h"

#define WHATIF_STATIONS 2000
#define WHATIF_DAYS 93

/* Days as YYYY-MM-DD, both within; the newest version of the tariff is the draft. In a tx. */
struct whatif_wish {
	int64_t tariff_id, by;
	const char *from_day, *to_day;
	int stations;
	const int64_t *station;              /* of the tariff's provider and kind */
};
NEOERR *whatif_new(struct db *db, const struct whatif_wish *wish, int64_t *id) CHECKED;
/* Rates all of it; step is called for each charge and may end it with an error. Again: the same
 * figures. Nothing but the what-if tables is written. */
NEOERR *whatif_run(struct db *db, int64_t id, NEOERR *(*step)(int64_t done, void *ctx),
	void *ctx) CHECKED;

#endif

/* vehicle.h - vehicles of fleets and members: which of them charges, and whether it is the paying
 * fleet's (V1-V3).
 * Owns table vehicle as far as rules write it. Serves starts, live charges, screens, driver pages.
 * */
#ifndef CHARGE_VEHICLE_H
#define CHARGE_VEHICLE_H

#include "charge/choice.h"
#include "db/db.h"

#define VIN_CHARS 17

/* 17 characters without I, O and Q, as on the plate under the windscreen; lower case is refused. */
bool vin_is(const char *vin);

struct vehicle_verdict {
	enum vehicle_check check;            /* of the fleet */
	enum vehicle_by by;
	int64_t vehicle_id;                  /* its own vehicle of that plate or VIN, 0: none */
	bool by_vin;                         /* it was the VIN that told */
};
/* The fleet's rule and its vehicle of that plate or VIN (either may be NULL or ""). */
NEOERR *vehicle_judge(struct db *db, int64_t fleet_id, const char *plate, const char *vin,
	struct vehicle_verdict *out) CHECKED;
/* May it start on the fleet's wallet? by VIN: also while the VIN is not known yet. Pure. */
bool vehicle_may_start(const struct vehicle_verdict *v, bool vin_known);
/* May it go on now that its VIN is known? Pure. */
bool vehicle_may_go_on(const struct vehicle_verdict *v, bool by_hand);

#endif

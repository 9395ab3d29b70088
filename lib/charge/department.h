/* department.h - the top department each approved provider and each property gets (G9).
 * Owns nothing. Serves the screens that make such owners, and the demo. */
#ifndef CHARGE_DEPARTMENT_H
#define CHARGE_DEPARTMENT_H

#include "db/db.h"

/* property_id 0: the provider's own. Named and led as the owner is; nothing if there is one. In
 * the tx that makes the owner. */
NEOERR *department_root(struct db *db, int64_t provider_id, int64_t property_id,
	int64_t by) CHECKED;

#endif

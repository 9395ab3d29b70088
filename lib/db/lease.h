/* lease.h - one holder at a time across machines, by a row with an expiry (no GET_LOCK: Galera).
 * Owns table lease. Serves jobs and daemons that must be alone. */
#ifndef DB_LEASE_H
#define DB_LEASE_H

#include "db/db.h"

/* *taken: true if now ours (free, expired, or ours already) until now + seconds. holder =
 * host:pid:random. */
NEOERR *lease_take(struct db *db, const char *name, const char *holder, int seconds,
	bool *taken) CHECKED;
/* Prolongs; ERR_BUSY if somebody else took it meanwhile: stop at once. */
NEOERR *lease_keep(struct db *db, const char *name, const char *holder, int seconds) CHECKED;
NEOERR *lease_drop(struct db *db, const char *name, const char *holder) CHECKED;

#endif

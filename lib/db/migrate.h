/* migrate.h - brings the schema up to date from sql/NNNN_name.sql, each file once, checksummed.
 * Owns table migration. Serves `chargeops up`, tests, upgrades. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

/* Applies what is missing, in order; statements end with `;` at a line's end. A file applied before whose checksum changed: ERR_INVALID,
 * nothing is applied. *applied counts the new ones. */
NEOERR *migrate(struct db *db, const char *dir, int *applied) CHECKED;

#endif

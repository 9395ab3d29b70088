/* migrate.h - brings the schema up to date from sql/NNNN_name.sql, each file once, checksummed.
 * Owns table migration. Serves `chargeops up`, tests, upgrades. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "db/db.h"

/* Applies what is missing, in order; statements end with `;` at a line's end. A file applied before
 * whose checksum changed: ERR_INVALID, nothing is applied. Schema statements commit by themselves,
 * so a file that failed half way goes on at the failed statement next time. Two at a time:
 * ERR_BUSY. *applied counts the new ones. */
NEOERR *migrate(struct db *db, const char *dir, int *applied) CHECKED;

/* The next statement of *text without its `;` and without comment lines before it; cut in place;
 * advances *text. NULL at the end. */
char *migrate_statement(char **text);

#endif

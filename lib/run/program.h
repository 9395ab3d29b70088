/* program.h - what every main does first: errors, configuration, log, clock; and --check-sql.
 * Owns nothing. Serves mains. */
#ifndef RUN_PROGRAM_H
#define RUN_PROGRAM_H

#include "base/conf.h"
#include "db/db.h"

/* error_init, log_init(name), conf_load, clock_zone, log_level; handles --help and --check-sql
 * (prepares all statements, exits 0 or 1). On a bad configuration prints what to do and exits 2. */
/* What --check-sql does beside the registered statements (the tables of the back office); before
 * program_start. */
void program_check_more(NEOERR *(*check)(struct db *db, int *bad));
void program_start(const char *name, const char *usage_text, int *argc, char **argv);

#endif

/* rollup.h - sums of sessions by day and hour, and who charges most: what pages add up instead of
 * millions of orders (H3-H6).
 * Owns session_day, session_hour, member_top, rollup_state. Serves the job rollup and the home
 * page. */
#ifndef CHARGE_ROLLUP_H
#define CHARGE_ROLLUP_H

#include "db/db.h"

#define ROLLUP_HOUR_DAYS 40              /* days back for which hours are kept */
#define ROLLUP_TOP_DAYS  30              /* full days over which members are ranked */
#define ROLLUP_TOPS      4               /* H6 */

/* Sessions with ended_at (and starts with requested_at) before *until, a full hour, are in the
 * sums; 0: none are. */
NEOERR *rollup_until(struct db *db, int64_t *until) CHECKED;

/* Each replaces the sums of one bucket by those of the sessions as they are now, in one tx; at
 * is its first second. */
NEOERR *rollup_hour(struct db *db, int64_t at) CHECKED;
NEOERR *rollup_day(struct db *db, int64_t at) CHECKED;
/* The ranking of the ROLLUP_TOP_DAYS days before `day`; that of other days is dropped. */
NEOERR *rollup_tops(struct db *db, int64_t day) CHECKED;

#endif

/* daily_report.h - yesterday's interconnection: sessions of one provider's members at another's
 * stations (I6).
 * Owns daily_report. Serves the 05:00 job and the finance screens. */
#ifndef CHARGE_DAILY_REPORT_H
#define CHARGE_DAILY_REPORT_H

#include "db/db.h"

/* One row a direction and pair for sessions finished (not void) with ended_at in the day (UNIX
 * seconds of its 00:00). Run again: the same rows; figures of rows not yet confirmed are brought
 * up to date, confirmed ones are left and the difference is noted. One tx. *rows counts rows
 * written. */
NEOERR *daily_report_make(struct db *db, int64_t day, int64_t *rows) CHECKED;
/* The Excel of a report row set: summary sheet and detail sheet of its sessions. provider_id 0:
 * all. */
NEOERR *daily_report_xlsx(struct db *db, int64_t day, int64_t provider_id,
	const char *path) CHECKED;

#endif

/* working_day.h - deadlines in working days, holidays and moved working days as the operator set
 * them.
 * Owns nothing. Serves rules with such a deadline (G13). */
#ifndef CHARGE_WORKING_DAY_H
#define CHARGE_WORKING_DAY_H

#include "db/db.h"

/* Last second of the n-th working day after t's day. Monday to Friday work, but for `holidays`;
 * days in `workdays` work whatever they are. Both are "2027-01-01 2027-02-05~2027-02-11" (parted
 * by blanks or commas); what is no date counts for nothing. */
int64_t working_day_end(int64_t t, int n, const char *holidays, const char *workdays);
/* The same by the settings `holidays` and `workdays`. */
NEOERR *working_day_deadline(struct db *db, int64_t t, int n, int64_t *out) CHECKED;

#endif

/* report_check.h - a day's charges between partners looked at three times: our bill, the order as
 * the other platform has it, the device's record (I6).
 * Owns daily_report.differs. Serves the 05:00 job and the screen of daily reports. */
#ifndef CHARGE_REPORT_CHECK_H
#define CHARGE_REPORT_CHECK_H

#include "db/db.h"

/* What speaks against a charge, as bits; Text.daily_report.differ.<name>. */
enum report_differ {
	DIFFER_ORDER_OPEN = 1,       /* pushed, not accepted yet */
	DIFFER_ORDER = 2,            /* the order they have is of other figures than the bill */
	DIFFER_DISPUTED = 4,         /* they say so */
	DIFFER_NO_RECORD = 8,        /* billed without the device's final record */
	DIFFER_RECORD = 16,          /* a record of other figures came */
	DIFFER_METER = 32            /* the meter moved by something else than was billed */
};
#define DIFFER_BITS 6
const char *report_differ_name(int bit);     /* of bit 0 to DIFFER_BITS - 1 */

struct report_line {
	int64_t session_id;          /* 0: at another platform's station */
	const char *no, *station, *pile, *phone;
	int64_t started_at, ended_at, energy, energy_fee, service_fee, amount;
	int64_t order_energy, order_amount;      /* as pushed; -1: none was */
	unsigned differs;
};
typedef NEOERR *(*report_line_fn)(const struct report_line *l, void *ctx);
/* Charges of member_id's members at owner_id's stations that ended on the day, at most max. */
NEOERR *report_lines(struct db *db, int64_t day, int64_t owner_id, int64_t member_id, int max,
	report_line_fn fn, void *ctx) CHECKED;
/* Counts differing charges into each row of the day. */
NEOERR *report_check_day(struct db *db, int64_t day) CHECKED;
/* Pushes the orders of the row's differing charges once more; *sent counts. In a tx. */
NEOERR *report_resend(struct db *db, int64_t daily_report_id, int64_t *sent) CHECKED;

#endif

/* cycle_bill.h - cycle bills between partners: days that both looked at become one sum that is
 * confirmed, agreed and settled (I7, I8, N6).
 * Owns tables cycle_bill, cycle_bill_number, partner_wallet. Serves finance screens and the job. */
#ifndef CHARGE_CYCLE_BILL_H
#define CHARGE_CYCLE_BILL_H

#include "base/buf.h"
#include "charge/choice.h"
#include "db/audit.h"
#include "db/db.h"

#define X(id, name, colour) BILL_STATE_##id,
enum cycle_bill_state {
#include "charge/tbl/cycle_bill_state.h"
};
#undef X
#define X(id, name, colour) SETTLE_##id,
enum settle_way {
#include "charge/tbl/settle_way.h"
};
#undef X

enum cycle_bill_refusal {
	BILL_OK, BILL_NO_DAYS, BILL_WRONG_STATE, BILL_EMPTY, BILL_NO_WALLET
};
const char *cycle_bill_refusal_text(enum cycle_bill_refusal r);      /* Text key */

/* Puts the receiving side's confirmed days from..to (00:00 each, inclusive) that no bill holds into
 * the pair's open draft, a new one if there is none (*bill_id). No such day: BILL_NO_DAYS and
 * nothing is written. One tx. */
NEOERR *cycle_bill_make(struct db *db, int64_t provider_id, int64_t partner_id, int64_t from,
	int64_t to, int64_t by, int64_t *bill_id, enum cycle_bill_refusal *refusal) CHECKED;
/* The same for one day of a receiving side. In a tx. */
NEOERR *cycle_bill_add_day(struct db *db, int64_t daily_report_id, int64_t by, int64_t *bill_id,
	enum cycle_bill_refusal *refusal) CHECKED;
/* Takes a day out of a draft (I7): it may stand in a later bill. In a tx. */
NEOERR *cycle_bill_drop_day(struct db *db, int64_t daily_report_id, int64_t by,
	enum cycle_bill_refusal *refusal) CHECKED;
/* A draft that never had a number is given up: its days are free again. In a tx, the caller deletes
 * the row. */
NEOERR *cycle_bill_free(struct db *db, int64_t bill_id,
	enum cycle_bill_refusal *refusal) CHECKED;

/* "B000012-202611-0007": the series, the provider, the month, its how manieth; one that is there
 * already stays. The row of the counter is locked until the commit, so that a bill that is rolled
 * back leaves no gap. In a tx. */
NEOERR *cycle_bill_number(struct db *db, char series, int64_t provider_id, char no[33]) CHECKED;

/* Draft -> confirmed by who receives: the number is given, from now on nothing of it changes (the
 * figures of its days stand still since those were confirmed). In a tx. */
NEOERR *cycle_bill_confirm(struct db *db, int64_t bill_id, enum settle_way way, int64_t by,
	const char *note, enum cycle_bill_refusal *refusal) CHECKED;
/* Confirmed -> agreed by who pays; prepay settles at once: the money stays with who pays, in the
 * wallet of who receives. In a tx. */
NEOERR *cycle_bill_agree(struct db *db, int64_t bill_id, int64_t by, const char *answer,
	enum cycle_bill_refusal *refusal) CHECKED;
/* Confirmed -> draft: who pays does not agree and says why; the number stays the bill's. In a
 * tx. */
NEOERR *cycle_bill_dispute(struct db *db, int64_t bill_id, int64_t by, const char *answer,
	enum cycle_bill_refusal *refusal) CHECKED;
/* Agreed -> settled: from_wallet takes it from what who pays keeps at who receives
 * (BILL_NO_WALLET: too little is there), else the bank's transfer came. In a tx. */
NEOERR *cycle_bill_settle(struct db *db, int64_t bill_id, bool from_wallet, int64_t by,
	enum cycle_bill_refusal *refusal) CHECKED;

/* The bill as finance keeps it: parties, period, days, totals, lines to sign, and the sessions. */
NEOERR *cycle_bill_xlsx(struct db *db, int64_t bill_id, const char *path) CHECKED;
/* The same without the sessions, appended to out. */
NEOERR *cycle_bill_pdf(struct db *db, int64_t bill_id, struct buf *out) CHECKED;

#endif

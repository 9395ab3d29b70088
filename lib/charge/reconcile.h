/* reconcile.h - a channel's daily bill beside our payment orders and refunds: what differs, and
 * how it is settled.
 * Owns channel_bill, channel_bill_line. Serves the job, the screens, the proof. */
#ifndef CHARGE_RECONCILE_H
#define CHARGE_RECONCILE_H

#include "charge/channel.h"
#include "db/audit.h"

struct reconcile_result { int64_t bill_id; int lines, differences; };
/* Takes the bill of a day ("2026-11-25") and compares; again gives the same lines, what a person
 * settled stays. The channel's fee is posted once. A day without a bill counts as an empty one. */
NEOERR *reconcile_day(struct db *db, int64_t channel_id, const char *day,
	struct reconcile_result *out) CHECKED;
/* Every channel that had orders, enabled or not, on that day. fn: told of each that could not be
 * fetched. */
NEOERR *reconcile_all(struct db *db, const char *day, int64_t *done, int64_t *differences,
	int64_t *failed) CHECKED;

/* For a channel without bills: each payment and refund of from..to is asked for, and fn told of
 * those that are done there. Fees are not known, nor orders we never made. */
NEOERR *reconcile_ask(struct db *db, const struct channel_account *a, int64_t from, int64_t to,
	channel_bill_fn fn, void *ctx) CHECKED;

/* How a line that differs is settled, in the caller's tx:
 * take: they were paid, we did not know: the order is paid now with their amount;
 * book: the difference is the platform's, on an account of its own, until somebody knows whose;
 * undo: we believed a payment they never had: what was credited is taken back from the purse;
 * accept: nothing moves (it stands on another day's bill), the note says why. */
enum reconcile_way { RECONCILE_TAKE, RECONCILE_BOOK, RECONCILE_UNDO, RECONCILE_ACCEPT };
NEOERR *reconcile_settle(struct db *db, int64_t line_id, enum reconcile_way how, const char *note,
	const struct actor *who, bool *done) CHECKED;
/* Counts what is still open of a bill and says so in its state. */
NEOERR *reconcile_count(struct db *db, int64_t bill_id) CHECKED;

#endif

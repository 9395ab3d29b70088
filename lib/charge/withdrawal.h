/* withdrawal.h - drivers take their money out: by itself through the channels it came by, or by
 * hand
 * (F5, F6).
 * Owns table withdrawal. Serves driver pages, screens, refunds, jobs. */
#ifndef CHARGE_WITHDRAWAL_H
#define CHARGE_WITHDRAWAL_H

#include "db/audit.h"
#include "db/db.h"

/* Text.withdrawal.refused.<name> */
enum withdrawal_refusal {
	WITHDRAWAL_FINE,
	WITHDRAWAL_OFF,
	WITHDRAWAL_AMOUNT,
	WITHDRAWAL_TOO_MUCH,                 /* more than may leave: held, given or 记账 money stays */
	WITHDRAWAL_CHARGING,                 /* first the charge must end */
	WITHDRAWAL_BUSY,                     /* one is open already */
	WITHDRAWAL_STATE                     /* another clerk was faster */
};
const char *withdrawal_refusal_name(enum withdrawal_refusal r);

struct withdrawal_view {
	bool on;
	int64_t max;                         /* what may leave now */
	char text[801];
};
NEOERR *withdrawal_look(struct db *db, int64_t member_id, struct withdrawal_view *out) CHECKED;
/* The money leaves the wallet now. Automatic (F6) if the settings say so, the amount is at most the
 * automatic one, it is not too often that day, and the channels it came by take it back; else it is
 * a person's. Its own tx; once: the form's token. */
NEOERR *withdrawal_ask(struct db *db, int64_t member_id, int64_t amount, const char *once,
	int64_t *id, enum withdrawal_refusal *refusal) CHECKED;

/* F5, in the caller's tx with the payment password proved: 已线下转账 with the bank's number;
 * 执行线上转账: back through the channels; 取消: back into the wallet. */
NEOERR *withdrawal_by_hand(struct db *db, int64_t id, const char *transfer_no,
	const struct actor *who, enum withdrawal_refusal *refusal) CHECKED;
NEOERR *withdrawal_by_channel(struct db *db, int64_t id, const struct actor *who,
	enum withdrawal_refusal *refusal) CHECKED;
NEOERR *withdrawal_cancel(struct db *db, int64_t id, const struct actor *who,
	enum withdrawal_refusal *refusal) CHECKED;
/* One of its refunds is over: in the caller's tx. */
NEOERR *withdrawal_part_over(struct db *db, int64_t id) CHECKED;
/* The job: automatic ones whose delay is over; *done counts. */
NEOERR *withdrawal_work(struct db *db, int64_t *done) CHECKED;

#endif

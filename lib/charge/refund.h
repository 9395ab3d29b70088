/* refund.h - money that goes back: the rest of a prepayment, a charge's fee, a withdrawal (F1, F2,
 * F4).
 * Owns table refund. Serves settlement, after-sales cases, withdrawals, screens, jobs. */
#ifndef CHARGE_REFUND_H
#define CHARGE_REFUND_H

#include "charge/channel.h"
#include "db/audit.h"

/* data, not an error; Text.refund.refused.<name> */
enum refund_refusal {
	REFUND_FINE,
	REFUND_NOT_FINISHED,                 /* F1: 订单完成 and total > 0 */
	REFUND_TOO_MUCH,
	REFUND_AMOUNT,                       /* not positive, or less than a fen */
	REFUND_INVOICED,                     /* its invoice is voided first */
	REFUND_STATE,                        /* another clerk was faster */
	REFUND_SHORT                         /* the purse has not that much to give on */
};
const char *refund_refusal_name(enum refund_refusal r);

/* The legal moves, in one table. */
bool refund_may(enum refund_state from, enum refund_state to);

/* Most that may still go back for a charge (F1): what was prepaid and used, without what is
 * refunded or asked for. 0 where nothing may. */
NEOERR *refund_limit(struct db *db, int64_t session_id, int64_t *max) CHECKED;
/* A refund order for finance, in the caller's tx; locks the session. */
NEOERR *refund_charge(struct db *db, int64_t session_id, int64_t amount, int64_t aftersale_id,
	const char *reason, const struct actor *who, int64_t *id, enum refund_refusal *refusal) CHECKED;
/* F4, each in the caller's tx with the payment password proved: pending -> the money moves;
 * handled -> done; pending -> cancelled. */
NEOERR *refund_pay(struct db *db, int64_t id, const struct actor *who,
	enum refund_refusal *refusal) CHECKED;
NEOERR *refund_confirm(struct db *db, int64_t id, const struct actor *who,
	enum refund_refusal *refusal) CHECKED;
NEOERR *refund_cancel(struct db *db, int64_t id, const struct actor *who,
	enum refund_refusal *refusal) CHECKED;
/* A failed one: asked of the channel again, paid by hand, or back into the purse. */
enum refund_repair { REPAIR_AGAIN, REPAIR_BY_HAND, REPAIR_TO_PURSE };
NEOERR *refund_repair(struct db *db, int64_t id, enum refund_repair how, const char *note,
	const struct actor *who, enum refund_refusal *refusal) CHECKED;

/* Part of a payment goes back to where it came from by itself (in the caller's tx): free cash of
 * the payer leaves now, the channel is asked after the commit. For withdrawals the cash has
 * left. */
NEOERR *refund_return(struct db *db, int64_t payment_id, int64_t session_id, int64_t amount,
	enum refund_kind kind, const char *reason) CHECKED;
NEOERR *refund_of_withdrawal(struct db *db, int64_t payment_id, int64_t withdrawal_id,
	int64_t amount) CHECKED;

/* What a callback or an answer said. ERR_NOT_FOUND: no such refund at this channel. */
NEOERR *refund_take(struct db *db, int64_t channel_id, const struct channel_result *r,
	const char *raw) CHECKED;
/* The job: sends what is due, asks for what was sent; *done counts. */
NEOERR *refund_work(struct db *db, int64_t *done) CHECKED;

/* A refund under FOR UPDATE, for the files of refunds. */
struct refund_row {
	int64_t id, provider_id, station_id, session_id, payment_id, aftersale_id, withdrawal_id,
		member_id, card_id, fleet_id, amount, channel_id, payment_amount;
	enum refund_state state;
	enum refund_kind kind;
	bool by_channel;
	int tries;
	char no[CHANNEL_NO], payment_no[CHANNEL_NO], reason[601];
};
NEOERR *refund_lock(struct db *db, int64_t id, struct refund_row *out) CHECKED;
NEOERR *refund_set_state(struct db *db, struct refund_row *r, enum refund_state to,
	const struct actor *who, const char *problem) CHECKED;
/* The money has arrived, or will not: in the caller's tx. */
NEOERR *refund_arrived(struct db *db, struct refund_row *r) CHECKED;
NEOERR *refund_failed(struct db *db, struct refund_row *r, const char *problem) CHECKED;
struct journal;
void refund_journal(const struct refund_row *r, int kind, const char *what, char key[60],
	struct journal *out);

#endif

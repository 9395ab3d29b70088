/* aftersale.h - after-sales cases: what a driver complains of, what is agreed, closed when the
 * money is back (F3).
 * Owns table aftersale. Serves driver pages, screens, refunds. */
#ifndef CHARGE_AFTERSALE_H
#define CHARGE_AFTERSALE_H

#include "charge/refund.h"

/* Text.aftersale.refused.<name> */
enum aftersale_refusal {
	AFTERSALE_FINE,
	AFTERSALE_OFF,
	AFTERSALE_NOT_FINISHED,
	AFTERSALE_OPEN,                      /* one case is open already */
	AFTERSALE_WISH,                      /* say what is wrong */
	AFTERSALE_NOTHING                    /* nothing is left to give back */
};
const char *aftersale_refusal_name(enum aftersale_refusal r);

/* By the driver, for an own charge (ERR_NOT_FOUND otherwise). Its own tx. */
NEOERR *aftersale_ask(struct db *db, int64_t member_id, int64_t session_id, const char *wish,
	enum aftersale_refusal *refusal) CHECKED;
/* Steps of a clerk, in the caller's tx. 全额 is what may go back at this moment. A refusal is the
 * refund's. */
NEOERR *aftersale_negotiate(struct db *db, int64_t id, const struct actor *who,
	bool *done) CHECKED;
NEOERR *aftersale_agree(struct db *db, int64_t id, bool full, int64_t amount, const char *answer,
	const struct actor *who, enum refund_refusal *refusal) CHECKED;
NEOERR *aftersale_disagree(struct db *db, int64_t id, const char *answer, const struct actor *who,
	bool *done) CHECKED;
/* Finance has finished, or has cancelled the refund order: then it is talked about again. */
NEOERR *aftersale_paid(struct db *db, int64_t id) CHECKED;
NEOERR *aftersale_unpaid(struct db *db, int64_t id) CHECKED;

#endif

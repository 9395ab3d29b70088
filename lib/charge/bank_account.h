/* bank_account.h - certification of a bank account (G13): the platform pays a secret amount below 1
 * yuan within 3 working days, the operator names it within 3 more; three wrong answers or the time
 * end it.
 * Owns the states of table bank_account and what is sealed in it. Serves the screen and the job
 * that ends late ones. */
#ifndef CHARGE_BANK_ACCOUNT_H
#define CHARGE_BANK_ACCOUNT_H

#include "charge/choice.h"
#include "db/db.h"

#define BANK_TRIES 3
#define BANK_WORKING_DAYS 3

#define X(id, name, colour) BANK_STATE_##id,
enum bank_account_state {
#include "charge/tbl/bank_account_state.h"
};
#undef X
enum bank_refusal { BANK_OK, BANK_NOT_PENDING, BANK_NOT_PAID, BANK_LATE, BANK_WRONG, BANK_FAILED };

/* What stands on the account, for the person who pays: free both; amount in 1e-5 yuan, 0.01 to
 * 0.99. */
struct bank_secret { char *number, *holder; int64_t amount; };
void bank_secret_clear(struct bank_secret *s);

/* A new row: seals number and holder, draws the amount, sets the masks and the day to pay by. In
 * the tx that inserts it. */
NEOERR *bank_account_seal(struct db *db, int64_t id, const char *number,
	const char *holder) CHECKED;
NEOERR *bank_account_open(struct db *db, int64_t id, struct bank_secret *out) CHECKED;
/* The amount is on its way: the operator's days begin. In a tx, the row is locked. */
NEOERR *bank_account_paid(struct db *db, int64_t id, const char *transfer_no, int64_t by,
	enum bank_refusal *refusal) CHECKED;
/* One try. In a tx that is committed whatever the refusal: tries are counted. *left: tries that
 * remain. */
NEOERR *bank_account_answer(struct db *db, int64_t id, int64_t amount, int64_t by,
	enum bank_refusal *refusal, int *left) CHECKED;
/* Ends those nobody answered in time; *n counts. */
NEOERR *bank_account_expire(struct db *db, int64_t *n) CHECKED;

#endif

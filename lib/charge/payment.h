/* payment.h - payment orders: one row an attempt, asked of a channel, paid once, whatever is told
 * how often (O9).
 * Owns table payment. Serves driver pages, callbacks, jobs, screens. */
#ifndef CHARGE_PAYMENT_H
#define CHARGE_PAYMENT_H

#include "charge/channel.h"

#define PAYMENT_MINUTES 10                   /* an order that is not paid within it is closed */
#define ONCE_CHARS 32

struct payment_wish {
	enum payment_purpose purpose;
	int64_t channel_id, member_id, station_id, amount;   /* station_id 0: none */
	const char *once;                    /* form token: a second wish with it is the first one */
	/* prepay: where to start what; plate may be NULL */
	int64_t connector_id;
	const char *plate;
	const char *ip, *openid, *description;
	bool in_app;                         /* asked from inside the channel's own app */
	/* at the counter (M9, M10): who asks, his name, what is given on top, the card that is paid
	 * for; by 0: the member himself */
	int64_t by, gift;
	const char *operator, *token_no;
};
/* data, not an error; Text.payment.refused.<name> */
enum payment_refusal { PAYMENT_FINE, PAYMENT_OFF, PAYMENT_AMOUNT, PAYMENT_BUSY_CHANNEL };
/* payment.plan, JSON, is what a payment is for: a charge {connector, plate}, or at the counter
 * {by, operator, gift, token_no}. */

/* F7: what a recharge may be. */
struct recharge_setting {
	bool on;
	int64_t min, max, standard, credit_max;
	char amounts[201], text[801];
};
NEOERR *recharge_setting(struct db *db, struct recharge_setting *out) CHECKED;

/* The legal moves, in one table. */
bool payment_may(enum payment_state from, enum payment_state to);

/* Checks the wish, keeps the order, asks the channel. Runs its own txs; a channel that does not
 * answer leaves the order as created: payment_ask() again with the same number. */
NEOERR *payment_begin(struct db *db, const struct payment_wish *w, int64_t *id,
	enum payment_refusal *refusal) CHECKED;
/* One to be paid inside the channel's app waits until it is known who pays: openid. */
NEOERR *payment_ask(struct db *db, int64_t id, const char *ip, const char *openid) CHECKED;

struct payment_view {
	int64_t id, member_id, session_id, channel_id, amount, requested_at, expires_at;
	enum payment_state state;
	enum payment_purpose purpose;
	bool started;
	char no[CHANNEL_NO], method[9], code[601], plan[1001], problem[301], channel_kind[17];
};
NEOERR *payment_get(struct db *db, int64_t id, struct payment_view *out) CHECKED;

/* What a callback or an answer said, in one tx: money credited once; another amount is kept as a
 * problem and credits nothing. raw NULL: it was an answer. ERR_NOT_FOUND: no such order at this
 * channel. */
NEOERR *payment_take(struct db *db, int64_t channel_id, const struct channel_result *r,
	const char *raw) CHECKED;
/* Asks the channel how the order stands, closes it there once its time is over. */
NEOERR *payment_check(struct db *db, int64_t id) CHECKED;
/* A paid prepayment's charge: started once; refused: the money goes back. */
NEOERR *payment_start(struct db *db, int64_t id) CHECKED;
/* A charge is over: what its prepayment exceeds goes back to where it came from (in the caller's
 * tx). Charges without one: nothing. */
NEOERR *payment_session_over(struct db *db, int64_t session_id) CHECKED;
/* The job: asks for orders that are still open, starts what is paid; *done counts. */
NEOERR *payment_work(struct db *db, int64_t *done) CHECKED;

/* A callback from the outside: verified, kept, and only then acknowledged. ERR_DENIED: forged. */
NEOERR *payment_callback(struct db *db, int64_t channel_id, const struct channel_callback *c,
	const char **answer, const char **type) CHECKED;

#endif

/* receipt.h - the receipt of an order: taken by its driver within a window after the end, checked
 * by whoever holds the paper, redeemed once, revoked (F11).
 * Owns table receipt. Serves the driver's pages, the screen. */
#ifndef CHARGE_RECEIPT_H
#define CHARGE_RECEIPT_H

#include "base/buf.h"
#include "charge/choice.h"
#include "db/audit.h"

#define RECEIPT_CODE 49              /* token 24, signature 24, NUL */

/* data, not an error; Text.receipt.refused.<name> */
enum receipt_refusal {
	RECEIPT_FINE,
	RECEIPT_OFF,                 /* no receipts at all, or not at this station (S10) */
	RECEIPT_OPEN,                /* the charge is not over and settled, or is under examination */
	RECEIPT_NOTHING,             /* nothing was paid, or all of it went back */
	RECEIPT_LATE,                /* the window is over */
	RECEIPT_GONE                 /* used or revoked before */
};
const char *receipt_refusal_name(enum receipt_refusal r);

struct receipt {
	int64_t id, session_id, station_id, member_id, energy, energy_fee, service_fee, amount,
		ended_at, valid_until, taken_at, used_at, revoked_at, paid_now;
	int prints;
	enum receipt_state state;
	char no[25], session_no[41], plate[49], station[401], provider[401], reason[801],
		code[RECEIPT_CODE];
};

/* Whether an order's receipt may be taken now; *until: the end of its window, 0 if it has none. */
NEOERR *receipt_may(struct db *db, int64_t session_id, int64_t *until,
	enum receipt_refusal *refusal) CHECKED;
/* Of a member's own order (ERR_NOT_FOUND otherwise); the second time gives the same receipt. */
NEOERR *receipt_take(struct db *db, int64_t session_id, int64_t member_id, int64_t *id,
	enum receipt_refusal *refusal) CHECKED;
NEOERR *receipt_get(struct db *db, int64_t id, struct receipt *out) CHECKED;
/* The receipt of an order; *id 0: not taken. */
NEOERR *receipt_of(struct db *db, int64_t session_id, int64_t *id) CHECKED;
/* What a scanned link says. *genuine false: nobody gave out this code, or what is stored is not
 * what was signed. */
NEOERR *receipt_check(struct db *db, const char *code, struct receipt *out, bool *genuine) CHECKED;

/* 核销: within its time and once, under its lock in the caller's tx. */
NEOERR *receipt_use(struct db *db, int64_t id, const struct actor *who,
	enum receipt_refusal *refusal) CHECKED;
NEOERR *receipt_revoke(struct db *db, int64_t id, const char *reason, const struct actor *who,
	enum receipt_refusal *refusal) CHECKED;

/* The page to keep, appended to out. copy: says so and is not counted. */
NEOERR *receipt_pdf(struct db *db, int64_t id, bool copy, struct buf *out) CHECKED;
/* Its address for the QR code. */
void receipt_link(const struct receipt *r, char *out, size_t room);

#endif

/* session_topup.h - a purse is recharged while a charge paid from it goes on: more is held, and the
 * pile is told.
 * Owns nothing. Serves purse.c. (P22) */
#ifndef CHARGE_SESSION_TOPUP_H
#define CHARGE_SESSION_TOPUP_H

#include "charge/ledger.h"

#define TOPUP_SESSIONS 8

struct topup { struct purse purse; int n; int64_t id[TOPUP_SESSIONS]; };

/* The charges that the purse pays for and that asked for no amount of their own, locked. */
NEOERR *session_topup_lock(struct db *db, struct purse purse, struct topup *out) CHECKED;
/* Holds what is free now, up to setting session.prepay_max a charge, and tells their piles. */
NEOERR *session_topup(struct db *db, const struct topup *t) CHECKED;

#endif

/* partner.h - which two providers exchange drivers, and on what cycle they bill (I1).
 * Owns table partner. Serves the screens of both sides and the job of bills. */
#ifndef CHARGE_PARTNER_H
#define CHARGE_PARTNER_H

#include "charge/choice.h"
#include "db/db.h"

enum partner_refusal { PARTNER_OK, PARTNER_UNKNOWN, PARTNER_SELF, PARTNER_THERE };
const char *partner_refusal_text(enum partner_refusal r);      /* Text key of the sentence */

/* The provider whose account and full name both are these; one of them alone tells nothing (I1).
 * provider_id asks; a pair that stands already, whoever asked, is PARTNER_THERE unless it was
 * rejected. */
NEOERR *partner_find(struct db *db, int64_t provider_id, const char *account, const char *name,
	int64_t *partner_id, enum partner_refusal *refusal) CHECKED;

/* Asks: a pair that was rejected before is forgotten first. In a tx. */
NEOERR *partner_ask(struct db *db, int64_t provider_id, int64_t partner_id, const char *cycle,
	int64_t bill_day, const char *note, int64_t by, int64_t *id) CHECKED;

/* First and last day (00:00) of the newest cycle that has ended by the bill day at `now`; false:
 * today is not the bill day. A month's bill holds the calendar month before, a week's the Monday to
 * Sunday before. */
bool partner_cycle(bool weekly, int bill_day, int64_t now, int64_t *from, int64_t *to);

#endif

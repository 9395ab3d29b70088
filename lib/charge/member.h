/* member.h - who charges: members, their numbers, and their cards' issue.
 * Owns member and card rows that rules create. Serves screens and driver pages. */
#ifndef CHARGE_MEMBER_H
#define CHARGE_MEMBER_H

#include "charge/ledger.h"

/* A free 9-digit number (random, unique: retried). table is "member" or "card". */
NEOERR *member_new_no(struct db *db, char out[10]) CHECKED;
NEOERR *card_new_no(struct db *db, char out[10]) CHECKED;
/* By phone; a driver's first log-in creates one with the provider of the station he stands at.
 * *fresh: created now. */
NEOERR *member_login(struct db *db, const char *phone, int64_t provider_id, int64_t *member_id,
	bool *fresh) CHECKED;
/* Cards the member may use at the station: fn per card (id, no, kind, free cash, free gift). */
struct card_view { int64_t id; char no[10], kind[13]; int64_t cash, gift; bool usable; };
typedef NEOERR *(*card_fn)(const struct card_view *c, void *ctx);
NEOERR *card_each_of_member(struct db *db, int64_t member_id, int64_t station_id, card_fn fn,
	void *ctx) CHECKED;

#endif

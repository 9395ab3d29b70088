/* tariff.h - tariffs in the database: versions, what is in force, who gets which.
 * Owns tables tariff_version, tariff_slot, tariff_band and tariff_special.
 * Serves screens, sessions, gateway, quotes. */
#ifndef CHARGE_TARIFF_H
#define CHARGE_TARIFF_H

#include "charge/rating.h"
#include "db/db.h"

NEOERR *tariff_version_get(struct db *db, int64_t version_id, struct tariff *out) CHECKED;
/* The version of tariff_id in force at `when` (ERR_NOT_FOUND before the first). */
NEOERR *tariff_at(struct db *db, int64_t tariff_id, int64_t when, struct tariff *out) CHECKED;
/* "10,20,50" as the database and forms have it; false: no amounts, or more than TARIFF_PRESETS. */
bool tariff_presets_read(const char *text, struct tariff *t);
void tariff_presets_write(const struct tariff *t, char *out, size_t room);
/* Nearest of pile, area, station, provider (W6); 0 in *tariff_id if none is set. */
NEOERR *tariff_of_pile(struct db *db, int64_t pile_id, int64_t *tariff_id) CHECKED;
/* The member's right (M1) where it counts: at the own station, or at every station of the own
 * provider if no station is set; else the pile's. ERR_NOT_FOUND if nobody set one. */
NEOERR *tariff_for(struct db *db, int64_t pile_id, int64_t member_id, int64_t when,
	struct tariff *out) CHECKED;
/* As the pile's model can do it: the smallest service fee all day if it cannot charge by time of
 * day (P7), no booking if it cannot be booked (P9). */
NEOERR *tariff_fit_pile(struct db *db, int64_t pile_id, struct tariff *t) CHECKED;
/* Adds a version (checked with tariff_check first: ERR_INVALID). effective_at 0: next 00:00 (P4).
 * Same effective_at again: the later version wins. The rounding is the tariff's of now, kept
 * with the version. Inserts command(set_tariff) for piles that will need it when the time comes
 * is the gateway's check, not here. */
NEOERR *tariff_version_add(struct db *db, int64_t tariff_id, struct tariff *t, int64_t by,
	int64_t *version_id) CHECKED;

#endif

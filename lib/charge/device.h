/* device.h - what a gateway asks about its piles, guns and cards, by the names they have on the
 * wire.
 * Owns nothing; reads. Serves the gateway's writers. */
#ifndef CHARGE_DEVICE_H
#define CHARGE_DEVICE_H

#include "db/db.h"

/* 0: the pile has no such connector. */
NEOERR *device_connector(struct db *db, int64_t pile_id, int number, int64_t *connector_id) CHECKED;

/* A card by the number in its chip, as hex digits; zeros in front do not count: one with money of
 * its own (id), or one that stands for a member (token_id, M23). Both 0: unknown, or a 管理卡 or
 * 钱包卡 of the devices, which no back office bills (D14). */
/* as they stand in the table; member_no only by device_cards() */
struct device_card { int64_t id, token_id; char logical_no[21], physical_no[21], member_no[21]; };
NEOERR *device_card(struct db *db, const char *physical_no, struct device_card *out) CHECKED;

/* A car by its VIN: the VIN card that is registered for it (M23). */
NEOERR *device_vin(struct db *db, const char *vin, struct device_card *out) CHECKED;

/* Cards with both numbers that may charge at the pile without asking: its provider's, there or
 * anywhere; and charge cards on the white list (M24). */
typedef NEOERR *(*device_card_fn)(const struct device_card *card, void *ctx);
NEOERR *device_cards(struct db *db, int64_t pile_id, int max, device_card_fn fn, void *ctx) CHECKED;

struct device { int64_t pile_id, version_id; char serial[41], protocol[13]; };
typedef NEOERR *(*device_fn)(const struct device *d, void *ctx);

/* Piles logged in here since before `settled` that do not hold the version (version_id) that is
 * in force at `now` (P4, P11), among the next `most` behind the pile *after; *after becomes the
 * last of those, 0 when all have been looked at. */
NEOERR *device_stale_tariff(struct db *db, const char *gateway_id, int64_t now, int64_t settled,
	int most, int64_t *after, device_fn fn, void *ctx) CHECKED;
/* Piles that count as online here but were not seen since `before`: their farewell was lost. */
NEOERR *device_unseen(struct db *db, const char *gateway_id, int64_t before, int max, device_fn fn,
	void *ctx) CHECKED;
/* Piles that this gateway lost before `before` and whose charges still count as going on (O2:
 * they are suspended). */
NEOERR *device_abandoned(struct db *db, const char *gateway_id, int64_t before, int max,
	device_fn fn, void *ctx) CHECKED;

#endif

/* alarm_strategy.h - who is told of which alarms (T1).
 * Owns tables alarm_strategy and alarm_strategy_station. Serves alarm.c and the screen. */
#ifndef CHARGE_ALARM_STRATEGY_H
#define CHARGE_ALARM_STRATEGY_H

#include "charge/choice.h"
#include "db/db.h"

#define ALARM_RECIPIENTS 50
#define ALARM_RECIPIENT 101                  /* a mail address or a phone number */

/* Phones and mail addresses parted by commas or blanks; false: *bad is the first that is neither,
 * or there are too many. fn may be NULL. */
typedef NEOERR *(*alarm_recipient_fn)(const char *address, bool phone, void *ctx);
NEOERR *alarm_recipients(const char *text, char bad[ALARM_RECIPIENT], alarm_recipient_fn fn,
	void *ctx) CHECKED;
/* Stations by codes parted by commas or blanks, "": all; each one the provider's own. In a tx;
 * *fine false: one is unknown, or there are too many. */
NEOERR *alarm_strategy_stations(struct db *db, int64_t id, int64_t provider_id, const char *codes,
	bool *fine) CHECKED;

/* Messages to all whom the provider's strategies name for this new alarm, each address and each
 * robot once. Joins
 * the caller's tx. */
NEOERR *alarm_tell(struct db *db, int64_t provider_id, int64_t alarm_id) CHECKED;

#endif

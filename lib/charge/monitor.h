/* monitor.h - what goes on now: charges that run or wait for a person, and who queues; connectors
 * of a station. One look of the database for all who watch (db/glance.h).
 * Owns nothing. Serves the live monitor (O11-O13, H11). */
#ifndef CHARGE_MONITOR_H
#define CHARGE_MONITOR_H

#include "charge/choice.h"
#include "db/db.h"

#define MONITOR_MOST 20000               /* charges that are listed; the newest */

enum monitor_flag {
	MONITOR_SERVED = 1,                  /* the device charges, stops, or was lost while charging */
	MONITOR_ANOMALY = 2,                 /* waits for a person or for his reviewer */
	MONITOR_QUEUED = 4,                  /* asked and not begun, or booked */
	MONITOR_ALARM = 8,                   /* an alarm of its pile or connector is open */
	MONITOR_OFFLINE = 16,
	MONITOR_BOOKING = 32,                /* a reservation, not a session */
	MONITOR_BIKE = 64
};

/* One charge or booking; numbers and times as decimal text, "" where there is none. alarms: codes
 * parted by commas; rules: letters of anomalies. */
enum monitor_column {
	MONITOR_ID, MONITOR_PROVIDER, MONITOR_PROPERTY, MONITOR_STATION, MONITOR_NO, MONITOR_KIND,
	MONITOR_STATE, MONITOR_REVIEW, MONITOR_MODE, MONITOR_ASKED, MONITOR_STARTED, MONITOR_SECONDS,
	MONITOR_ENERGY, MONITOR_AMOUNT, MONITOR_POWER, MONITOR_SOC, MONITOR_STATION_NAME,
	MONITOR_PILE_NAME, MONITOR_GUN, MONITOR_MEMBER, MONITOR_PLATE, MONITOR_ONLINE, MONITOR_ALARMS,
	MONITOR_RULES, MONITOR_COLUMNS
};
struct monitor_row {
	const char *at[MONITOR_COLUMNS];
	int64_t provider, property, station;
	unsigned flags;
};
/* made: when the look was taken. Memory is this process's, until the next call. */
struct monitor { int64_t made; int n; const struct monitor_row *row; };
NEOERR *monitor_now(struct db *db, struct monitor *out) CHECKED;

/* A connector of a station with the charge that runs on it. */
enum place_column {
	PLACE_ID, PLACE_CODE, PLACE_NAME, PLACE_PILE, PLACE_PILE_NAME, PLACE_BIKE, PLACE_STATUS,
	PLACE_STATE, PLACE_PLUGGED, PLACE_ONLINE, PLACE_POWER, PLACE_SOC, PLACE_ALARMS, PLACE_SESSION,
	PLACE_SECONDS, PLACE_ENERGY, PLACE_AMOUNT, PLACE_REVIEW, PLACE_COLUMNS
};
struct monitor_place { const char *at[PLACE_COLUMNS]; };
#define MONITOR_PLACES 2000
struct monitor_places { int64_t made; int n; struct monitor_place *place; };
/* Memory is the arena's. */
struct arena;
NEOERR *monitor_station(struct db *db, struct arena *arena, int64_t station_id,
	struct monitor_places *out) CHECKED;

#endif

/* station.h - when a station is open and to whom it shows itself: rules without a database.
 * Owns nothing. Serves the judge of starts, the station's form and the drivers' pages. */
#ifndef CHARGE_STATION_H
#define CHARGE_STATION_H

#include <stdbool.h>

/* "08:00-20:00", several parted by commas; a span may go over midnight ("22:00-06:00"). */
bool station_hours_valid(const char *hours);
/* At that minute of the day. What is no list of spans (an old free text) is always open. */
bool station_is_open(const char *hours, int minute);

/* The least limit of a state of charge, percent. */
#define STATION_SOC_MIN 50

/* S4: a public station shows in list, map and scan; a private or internal one only where it is
 * scanned; all others take cards alone. */
enum station_shown { SHOWN_CARD, SHOWN_SCAN, SHOWN_LIST };
enum station_shown station_shown(const char *operation_type);

#endif

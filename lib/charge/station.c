/* station.c - open hours read and asked, and who sees a station of which kind (S4, S10).
 * Owns nothing. Serves station.h. */
#include "charge/station.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define DAY_MINUTES 1440
#define SPANS_MAX 6

/* "08:30" at *p, which is moved behind it; -1 if there is no time. */
static int read_minute(const char **p)
{
	const char *s = *p;
	int minute;

	for (int i = 0; i < 5; i++)
		if (i == 2 ? s[i] != ':' : !isdigit((unsigned char)s[i]))
			return -1;
	if (s[3] > '5')
		return -1;
	minute = ((s[0] - '0') * 10 + s[1] - '0') * 60 + (s[3] - '0') * 10 + s[4] - '0';
	*p = s + 5;
	return minute > DAY_MINUTES ? -1 : minute;
}

/* Walks the spans; false where the text is none. *open: one of them holds the minute. */
static bool walk(const char *p, int minute, bool *open)
{
	*open = false;
	for (int n = 0; n < SPANS_MAX; n++) {
		int from = read_minute(&p), to = -1;

		if (from < 0 || from == DAY_MINUTES || *p++ != '-' || (to = read_minute(&p)) < 0 ||
			to == from)
			return false;
		if (from < to ? minute >= from && minute < to : minute >= from || minute < to)
			*open = true;
		if (*p == '\0')
			return true;
		if (*p++ != ',')
			return false;
	}
	return false;
}

bool station_hours_valid(const char *hours)
{
	bool open;

	return walk(hours, 0, &open);
}

bool station_is_open(const char *hours, int minute)
{
	bool open;

	return !walk(hours, minute, &open) || open;
}

enum station_shown station_shown(const char *operation_type)
{
	if (strcmp(operation_type, "public") == 0)
		return SHOWN_LIST;
	if (strcmp(operation_type, "private") == 0 || strcmp(operation_type, "internal") == 0)
		return SHOWN_SCAN;
	return SHOWN_CARD;
}

/* clock.h - time in the operator's zone (a fixed offset, default +08:00).
 * Owns the offset and the now() that tests may set. Serves every room; nobody else calls time(). */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/error.h"

#define CLOCK_TEXT 20                        /* "2026-11-20 05:00:00" + NUL */
#define DAY_SECONDS 86400

struct civil { int year, month, day, hour, minute, second, weekday; };   /* weekday 0 = Monday */

void clock_zone(int offset_seconds);         /* once at start, from the configuration */
int  clock_offset(void);
int64_t clock_now(void);                     /* UNIX seconds; CHARGEOPS_NOW (test only) shifts it */
int64_t clock_now_ms(void);
int64_t clock_mono_ms(void);                 /* for intervals; never goes back */

void clock_civil(int64_t t, struct civil *out);
int64_t clock_from_civil(const struct civil *c);
int64_t clock_day_start(int64_t t);          /* 00:00:00 of t's day in the operator's zone */
int clock_minute_of_day(int64_t t);          /* 0..1439 */
int64_t clock_add_months(int64_t t, int months);   /* day clipped to the month's end */

char *clock_format(int64_t t, char buf[CLOCK_TEXT]);          /* "" for t == 0 */
char *clock_format_day(int64_t t, char buf[CLOCK_TEXT]);      /* "2026-11-20" */
/* "2026-11-20", "2026-11-20 05:00", "2026-11-20 05:00:00", with T as well; checks the calendar. */
bool clock_parse(const char *s, int64_t *out);

#endif

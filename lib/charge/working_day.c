/* working_day.c - deadlines in working days.
 * Owns nothing. Serves working_day.h. */
#include "charge/working_day.h"

#include "base/clock.h"
#include "base/text.h"
#include "db/setting.h"

#define SETTING_TEXT 804
#define DAYS_MAX 400                 /* a list of holidays that never ends does not stop the search */

/* "2027-02-05~2027-02-11" or one day. */
static bool is_within(int64_t day, char *range)
{
	char *first = text_split(&range, '~');
	int64_t from, to;

	if (!first || !clock_parse(first, &from))
		return false;
	to = from;
	if (range && !clock_parse(range, &to))
		return false;
	return day >= from && day <= to;
}

static bool is_listed(int64_t day, const char *list)
{
	char copy[SETTING_TEXT], *rest = copy, *range;

	text_copy(copy, sizeof copy, list);
	for (char *p = copy; *p; p++)
		if (*p == ',')
			*p = ' ';
	while ((range = text_split(&rest, ' ')) != NULL)
		if (is_within(day, range))
			return true;
	return false;
}

static bool is_working(int64_t day, const char *holidays, const char *workdays)
{
	struct civil c;

	if (is_listed(day, workdays))
		return true;
	clock_civil(day, &c);
	return c.weekday < 5 && !is_listed(day, holidays);
}

int64_t working_day_end(int64_t t, int n, const char *holidays, const char *workdays)
{
	int64_t day = clock_day_start(t);

	for (int i = 0; n > 0 && i < DAYS_MAX; i++) {
		day += DAY_SECONDS;
		if (is_working(day, holidays, workdays))
			n--;
	}
	return day + DAY_SECONDS - 1;
}

NEOERR *working_day_deadline(struct db *db, int64_t t, int n, int64_t *out)
{
	char holidays[SETTING_TEXT], workdays[SETTING_TEXT];
	NEOERR *err;

	TRY(setting_text(db, "holidays", holidays, sizeof holidays));
	TRY(setting_text(db, "workdays", workdays, sizeof workdays));
	*out = working_day_end(t, n, holidays, workdays);
out:
	return nerr_pass(err);
}

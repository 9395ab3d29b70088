/* clock.c - time in the operator's zone by plain arithmetic; no tz database, no libc calendar.
 * Owns the offset and the test shift of now().
 * Serves every room. */
#include "base/clock.h"
#include "base/text.h"

#define FIRST_YEAR 1000          /* what DATETIME holds */

static int zone = 28800;
static bool shift_known;
static int64_t shift_ms;         /* real clock + shift_ms = now() */

void clock_zone(int offset_seconds)
{
	zone = offset_seconds;
	shift_known = false;         /* CHARGEOPS_NOW is a text in the zone */
}

int clock_offset(void)
{
	return zone;
}

static int64_t read_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t shift_from(const char *text)
{
	int64_t at;

	if (text == NULL || *text == '\0')
		return 0;
	if ((*text == '+' && text_i64(text + 1, &at)) || (*text == '-' && text_i64(text, &at)))
		return at * 1000;
	if (clock_parse(text, &at))
		return at * 1000 - read_ms(CLOCK_REALTIME);
	error_die(
		"CHARGEOPS_NOW is neither a time (2026-11-20 05:00:00) nor an offset in seconds (+3600)");
}

int64_t clock_now_ms(void)
{
	if (!shift_known) {
		shift_ms = shift_from(getenv("CHARGEOPS_NOW"));
		shift_known = true;
	}
	return read_ms(CLOCK_REALTIME) + shift_ms;
}

int64_t clock_now(void)
{
	return clock_now_ms() / 1000;
}

int64_t clock_mono_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days since 1970-01-01 of a proleptic Gregorian date: years begin in March, so that the leap day
 * is last. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100
		+ day_of_year - 719468;
}

static void civil_from_days(int64_t days, struct civil *out)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	out->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	out->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	out->year = (int)(yoe + era * 400 + (out->month <= 2));
	out->weekday = (int)(((days + 3) % 7 + 7) % 7);
}

void clock_civil(int64_t t, struct civil *out)
{
	int64_t local = t + zone;
	int64_t days = floor_div(local, DAY_SECONDS);
	int second = (int)(local - days * DAY_SECONDS);

	civil_from_days(days, out);
	out->hour = second / 3600;
	out->minute = second / 60 % 60;
	out->second = second % 60;
}

int64_t clock_from_civil(const struct civil *c)
{
	return days_from_civil(c->year, c->month, c->day) * DAY_SECONDS
		+ c->hour * 3600 + c->minute * 60 + c->second - zone;
}

int64_t clock_day_start(int64_t t)
{
	return floor_div(t + zone, DAY_SECONDS) * DAY_SECONDS - zone;
}

int clock_minute_of_day(int64_t t)
{
	return (int)((t - clock_day_start(t)) / 60);
}

int64_t clock_add_months(int64_t t, int months)
{
	struct civil c;
	int64_t month;

	clock_civil(t, &c);
	month = (int64_t)c.year * 12 + c.month - 1 + months;
	c.year = (int)floor_div(month, 12);
	c.month = (int)(month - (int64_t)c.year * 12) + 1;
	if (c.day > month_days(c.year, c.month))
		c.day = month_days(c.year, c.month);
	return clock_from_civil(&c);
}

static char *put_digits(char *p, int value, int digits)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		p[i] = (char)('0' + value % 10);
	return p + digits;
}

static char *put_day(char *p, const struct civil *c)
{
	p = put_digits(p, c->year, 4);
	*p++ = '-';
	p = put_digits(p, c->month, 2);
	*p++ = '-';
	return put_digits(p, c->day, 2);
}

/* False: nothing to show (0), or a time no column could hold. */
static bool civil_to_show(int64_t t, struct civil *c)
{
	if (t == 0 || t < INT64_C(-62135596800) || t > INT64_C(253402300799) - DAY_SECONDS)
		return false;
	clock_civil(t, c);
	return true;
}

char *clock_format_day(int64_t t, char buf[CLOCK_TEXT])
{
	struct civil c;
	char *p = buf;

	if (civil_to_show(t, &c))
		p = put_day(p, &c);
	*p = '\0';
	return buf;
}

char *clock_format(int64_t t, char buf[CLOCK_TEXT])
{
	struct civil c;
	char *p = buf;

	if (civil_to_show(t, &c)) {
		p = put_day(p, &c);
		*p++ = ' ';
		p = put_digits(p, c.hour, 2);
		*p++ = ':';
		p = put_digits(p, c.minute, 2);
		*p++ = ':';
		p = put_digits(p, c.second, 2);
	}
	*p = '\0';
	return buf;
}

static bool take_digits(const char **s, int digits, int *out)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		value = value * 10 + **s - '0';
	}
	*out = value;
	return true;
}

static bool take_char(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool take_day(const char **s, struct civil *c)
{
	return take_digits(s, 4, &c->year) && take_char(s, '-') && take_digits(s, 2, &c->month)
		&& take_char(s, '-') && take_digits(s, 2, &c->day)
		&& c->year >= FIRST_YEAR && c->month >= 1 && c->month <= 12
		&& c->day >= 1 && c->day <= month_days(c->year, c->month);
}

static bool take_time(const char **s, struct civil *c)
{
	if (!take_digits(s, 2, &c->hour) || !take_char(s, ':') || !take_digits(s, 2, &c->minute))
		return false;
	if (**s != '\0' && (!take_char(s, ':') || !take_digits(s, 2, &c->second)))
		return false;
	return c->hour < 24 && c->minute < 60 && c->second < 60;
}

bool clock_parse(const char *s, int64_t *out)
{
	struct civil c = { 0 };

	if (s == NULL || !take_day(&s, &c))
		return false;
	if (*s != '\0') {
		if (*s != ' ' && *s != 'T')
			return false;
		s++;
		if (!take_time(&s, &c) || *s != '\0')
			return false;
	}
	*out = clock_from_civil(&c);
	return true;
}

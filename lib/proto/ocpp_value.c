/* ocpp_value.c - times and meter readings as OCPP stations write them.
 * Owns nothing.
 * Serves ocpp.h. */
#include "proto/ocpp.h"

#include "base/text.h"

#define DAY 86400
#define READING_MAX INT64_C(1000000000000)   /* of what is read, in its unit */

/* ---- times */

/* Days since 1970 of a day of the Gregorian calendar. */
static int64_t days_of(int y, int m, int d)
{
	int64_t era, year = m <= 2 ? y - 1 : y;
	int64_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1, year_of_era;

	era = year / 400;
	year_of_era = year - era * 400;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
		719468;
}

static bool digits(const char **s, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

static bool skip(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* Z, +08:00, +0800, +08 or nothing; *seconds is what is to be taken off. */
static bool zone(const char *s, int *seconds)
{
	int sign = *s == '-' ? -1 : 1, h, m = 0;

	*seconds = 0;
	if (*s == '\0' || ((*s == 'Z' || *s == 'z') && s[1] == '\0'))
		return true;
	if (*s != '+' && *s != '-')
		return false;
	s++;
	if (!digits(&s, 2, &h))
		return false;
	skip(&s, ':');
	if (*s != '\0' && !digits(&s, 2, &m))
		return false;
	*seconds = sign * (h * 3600 + m * 60);
	return *s == '\0' && h <= 14 && m < 60;
}

bool ocpp_time(const char *s, int64_t *out)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y, mo, d, h, mi, sec, off;
	bool leap;

	if (!digits(&s, 4, &y) || !skip(&s, '-') || !digits(&s, 2, &mo) || !skip(&s, '-') ||
		!digits(&s, 2, &d) || !(skip(&s, 'T') || skip(&s, 't') || skip(&s, ' ')) ||
		!digits(&s, 2, &h) || !skip(&s, ':') || !digits(&s, 2, &mi) || !skip(&s, ':') ||
		!digits(&s, 2, &sec))
		return false;
	if (skip(&s, '.'))
		s += strspn(s, "0123456789");
	if (!zone(s, &off) || y < 1900 || mo < 1 || mo > 12 || h > 23 || mi > 59 || sec > 60)
		return false;
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (d < 1 || d > lengths[mo - 1] || (mo == 2 && d == 29 && !leap))
		return false;
	*out = days_of(y, mo, d) * DAY + h * 3600 + mi * 60 + sec - off;
	return true;
}

char *ocpp_time_text(int64_t t, char out[OCPP_TIME_TEXT])
{
	static int64_t known_day = -1;
	static int year, month, day;
	int64_t days = t / DAY, rest = t % DAY;

	if (t < 0 || days > 2932896)
		days = rest = 0;
	if (days != known_day) {                     /* of all the answers of a day */
		int64_t z = days + 719468, era = z / 146097, doe = z % 146097;
		int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
		int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

		day = (int)(doy - (153 * mp + 2) / 5 + 1);
		month = (int)(mp < 10 ? mp + 3 : mp - 9);
		year = (int)(yoe + era * 400 + (month <= 2));
		known_day = days;
	}
	snprintf(out, OCPP_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year % 10000,
		(unsigned)month % 100, (unsigned)day % 100, (unsigned)(rest / 3600) % 100,
		(unsigned)(rest / 60 % 60), (unsigned)(rest % 60));
	return out;
}

/* ---- readings */

static bool thousandths_text(const char *s, int64_t *out)
{
	bool minus = *s == '-', any = false;
	int64_t v = 0;

	s += *s == '-' || *s == '+';
	for (; *s >= '0' && *s <= '9'; s++, any = true) {
		v = v * 10 + (*s - '0');
		if (v > READING_MAX)
			return false;
	}
	v *= 1000;
	if (*s == '.' || *s == ',')
		for (int64_t worth = 100; *++s >= '0' && *s <= '9'; worth /= 10, any = true)
			v += (*s - '0') * worth;
	*out = minus ? -v : v;
	return any && *s == '\0';
}

bool ocpp_thousandths(const json_t *value, int64_t *out)
{
	char text[64];

	if (json_is_string(value))
		return thousandths_text(json_string_value(value), out);
	if (!json_is_number(value) || json_number_value(value) > 1e12 ||
		json_number_value(value) < -1e12)
		return false;
	snprintf(text, sizeof(text), "%.3f", json_number_value(value));
	return thousandths_text(text, out);
}

/* What is told once for all phases counts alone; else the phases together. */
struct reading { int64_t whole, phases, highest; bool has_whole, has_phases; };
enum { R_ENERGY, R_POWER, R_CURRENT, R_VOLTAGE, R_SOC, R_TEMPERATURE, READINGS };

static void add(struct reading *r, bool phase, int64_t v)
{
	if (!phase) {
		r->whole = v;
		r->has_whole = true;
		return;
	}
	r->highest = r->has_phases && r->highest > v ? r->highest : v;
	r->phases = (r->has_phases ? r->phases : 0) + v;
	r->has_phases = true;
}

static int reading_of(const char *measurand)
{
	static const char *const names[READINGS] = { "Energy.Active.Import.Register",
		"Power.Active.Import", "Current.Import", "Voltage", "SoC", "Temperature" };

	for (int i = 0; i < READINGS; i++)
		if (text_eq(names[i], measurand))
			return i;
	return -1;
}

static void take_sample(struct reading *r, const json_t *sample)
{
	const char *unit = json_text(sample, "unit", ""), *phase = json_text(sample, "phase", "");
	int what = reading_of(json_text(sample, "measurand", "Energy.Active.Import.Register"));
	int64_t v;

	if (what < 0 || text_eq(json_text(sample, "format", ""), "SignedData") ||
		!ocpp_thousandths(json_object_get(sample, "value"), &v))
		return;
	if (text_eq(unit, "kWh") || text_eq(unit, "kW"))
		v *= 1000;
	if (text_eq(unit, "Fahrenheit"))
		v = (v - 32000) * 5 / 9;
	else if (text_eq(unit, "K"))
		v -= 273150;
	add(&r[what], *phase != '\0', v);
}

static int64_t sum_or(const struct reading *r, int64_t none)
{
	return r->has_whole ? r->whole : r->has_phases ? r->phases : none;
}

static int64_t highest_or(const struct reading *r, int64_t none)
{
	return r->has_whole ? r->whole : r->has_phases ? r->highest : none;
}

void ocpp_meter(const json_t *meter_value, struct ocpp_meter *out)
{
	const json_t *samples = json_object_get(meter_value, "sampledValue");
	struct reading r[READINGS];
	int64_t v;

	memset(r, 0, sizeof(r));
	if (json_is_object(samples))
		take_sample(r, samples);
	for (size_t i = 0; i < json_array_size(samples); i++)
		take_sample(r, json_array_get(samples, i));
	out->at = 0;
	if (!ocpp_time(json_text(meter_value, "timestamp", ""), &out->at))
		out->at = 0;
	out->energy_mwh = sum_or(&r[R_ENERGY], -1);
	out->power_mw = sum_or(&r[R_POWER], -1);
	v = highest_or(&r[R_CURRENT], -1);
	out->current_da = v < 0 ? -1 : v / 100;
	v = highest_or(&r[R_VOLTAGE], -1);
	out->voltage_dv = v < 0 ? -1 : v / 100;
	v = highest_or(&r[R_SOC], -1);
	out->soc = v < 0 || v > 100000 ? -1 : (int)(v / 1000);
	v = highest_or(&r[R_TEMPERATURE], OCPP_TEMPERATURE_NONE * 1000);
	out->temperature = v < -60000 || v > 200000 ? OCPP_TEMPERATURE_NONE : (int)(v / 1000);
}

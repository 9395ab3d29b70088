/* anomaly.c - the rules O16a-o: one function each, one table.
 * Owns nothing; pure. Serves anomaly.h. */
#include "charge/anomaly.h"

static int64_t duration(const struct session_facts *f)
{
	return f->ended - f->started;
}

static bool types_do_not_add_up(const struct session_facts *f, const struct anomaly_limits *l)
{
	int64_t sum = 0;

	(void)l;
	if (!f->has_types)
		return false;
	for (int t = 0; t < PRICE_TYPES; t++)
		sum += f->type_energy[t];
	/* each of the four is rounded by itself: a last digit each */
	return llabs(sum - f->energy) > PRICE_TYPES;
}

static bool runs_backwards(const struct session_facts *f, const struct anomaly_limits *l)
{
	(void)l;
	return duration(f) < 0;
}

static bool too_old(const struct session_facts *f, const struct anomaly_limits *l)
{
	return f->started < f->now - l->old_seconds;
}

static bool in_the_future(const struct session_facts *f, const struct anomaly_limits *l)
{
	return f->ended > f->now + l->future_seconds;
}

static bool too_long(const struct session_facts *f, const struct anomaly_limits *l)
{
	return duration(f) > l->longest_seconds;
}

static bool too_much(const struct session_facts *f, const struct anomaly_limits *l)
{
	return f->energy > l->most_energy;
}

static bool energy_below_zero(const struct session_facts *f, const struct anomaly_limits *l)
{
	(void)l;
	return f->energy < 0;
}

static bool too_fast(const struct session_facts *f, const struct anomaly_limits *l)
{
	int64_t allowed;

	if (duration(f) <= 0 ||
		!fixed_muldiv(l->energy_minute, duration(f), 60, ROUND_HALF_UP, &allowed))
		return false;
	return f->energy > allowed;
}

static bool energy_without_time(const struct session_facts *f, const struct anomaly_limits *l)
{
	(void)l;
	return f->energy > 0 && duration(f) == 0;
}

/* j: the wider of the amount and 1 % of our bill. */
static bool bills_differ(const struct session_facts *f, const struct anomaly_limits *l)
{
	int64_t percent = f->amount / 100;

	if (f->device_amount < 0 || f->amount < 0)
		return false;
	return llabs(f->device_amount - f->amount) > (percent > l->amount ? percent : l->amount);
}

static bool amount_below_zero(const struct session_facts *f, const struct anomaly_limits *l)
{
	(void)l;
	return f->device_amount < -1;
}

static bool amount_without_energy(const struct session_facts *f, const struct anomaly_limits *l)
{
	(void)l;
	return f->energy == 0 && f->device_amount > 0;
}

static bool a_figure_below_zero(const struct session_facts *f, const struct anomaly_limits *l)
{
	(void)l;
	for (int t = 0; f->has_types && t < PRICE_TYPES; t++)
		if (f->type_energy[t] < 0)
			return true;
	if (f->meter_start < -1 || f->meter_end < -1)
		return true;
	return f->meter_start >= 0 && f->meter_end >= 0 && f->meter_end < f->meter_start;
}

static bool less_than_seen(const struct session_facts *f, const struct anomaly_limits *l)
{
	(void)l;
	return f->energy < f->seen_energy;
}

static bool battery_without_energy(const struct session_facts *f, const struct anomaly_limits *l)
{
	(void)l;
	return f->energy == 0 && f->soc_start >= 0 && f->soc >= 0 && f->soc_start != f->soc;
}

/* NOTE: the money is sound, a person should look. CLOCK: only the device's clock is wrong; sound
 * where the platform saw the session itself and bills by its own times. UNSAFE: not a yuan
 * beyond what was reported live, whoever's fault it is. */
enum weight { NOTE, CLOCK, UNSAFE };

static const struct rule {
	char letter;
	enum weight weight;
	bool (*hits)(const struct session_facts *f, const struct anomaly_limits *l);
} rules[ANOMALY_RULES] = {
	{ 'a', UNSAFE, types_do_not_add_up },
	{ 'b', UNSAFE, runs_backwards },
	{ 'c', CLOCK, too_old },
	{ 'd', CLOCK, in_the_future },
	{ 'e', UNSAFE, too_long },
	{ 'f', UNSAFE, too_much },
	{ 'g', UNSAFE, energy_below_zero },
	{ 'h', UNSAFE, too_fast },
	{ 'i', UNSAFE, energy_without_time },
	{ 'j', NOTE, bills_differ },
	{ 'k', UNSAFE, amount_below_zero },
	{ 'l', UNSAFE, amount_without_energy },
	{ 'm', UNSAFE, a_figure_below_zero },
	{ 'n', NOTE, less_than_seen },
	{ 'o', UNSAFE, battery_without_energy },
};

static void describe(const struct session_facts *f, char *out, size_t room)
{
	char energy[FIXED_TEXT], device[FIXED_TEXT], ours[FIXED_TEXT];

	snprintf(out, room, "energy=%s seconds=%lld device_amount=%s amount=%s",
		energy_text(f->energy, energy), (long long)duration(f),
		f->device_amount == -1 ? "-" : money_text(f->device_amount, device),
		f->amount == -1 ? "-" : money_text(f->amount, ours));
}

void anomaly_judge(const struct session_facts *f, const struct anomaly_limits *l,
	struct anomalies *out)
{
	out->n = 0;
	out->unsafe = false;
	for (int i = 0; i < ANOMALY_RULES; i++) {
		if (!rules[i].hits(f, l))
			continue;
		out->hit[out->n].rule = rules[i].letter;
		describe(f, out->hit[out->n].detail, sizeof(out->hit[out->n].detail));
		out->n++;
		if (rules[i].weight == UNSAFE || (rules[i].weight == CLOCK && !f->platform_times))
			out->unsafe = true;
	}
}

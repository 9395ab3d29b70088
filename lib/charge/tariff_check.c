/* tariff_check.c - what makes a tariff usable: full day, half hours, one price pair a type (P1,
 * P3).
 * Owns the faults' names. Serves tariff.c, the slot editor, the tariff test page. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "charge/rating.h"

#define SLOT_MINUTES 30
#define PRICE_MAX (100 * MONEY_YUAN)         /* per kWh; a slip of the comma, not a price, is above it */

static const char *const fault_names[] = {
	[TARIFF_OK] = "ok", [TARIFF_EMPTY] = "empty", [TARIFF_FIRST_NOT_ZERO] = "first_not_zero",
	[TARIFF_GAP] = "gap", [TARIFF_OVERLAP] = "overlap", [TARIFF_TOO_SHORT] = "too_short",
	[TARIFF_NOT_HALF_HOUR] = "not_half_hour", [TARIFF_TYPE_TWO_PRICES] = "type_two_prices",
	[TARIFF_PRICE_RANGE] = "price_range", [TARIFF_TOO_MANY] = "too_many",
};

const char *tariff_fault_name(enum tariff_fault fault)
{
	return fault_names[fault];
}

static int by_start(const void *a, const void *b)
{
	const struct tariff_slot *x = a, *y = b;

	return x->start_minute - y->start_minute;
}

/* P1: the last row reaches 24:00 by itself; a row without an end reaches to the next one. */
static void complete(struct tariff *t)
{
	struct tariff_slot *s = t->slot;

	for (int i = 0; i + 1 < t->n; i++)
		if (s[i].end_minute <= s[i].start_minute)
			s[i].end_minute = s[i + 1].start_minute;
	if (s[t->n - 1].end_minute < DAY_MINUTES)
		s[t->n - 1].end_minute = DAY_MINUTES;
}

static bool half_hour(int minute)
{
	return minute >= 0 && minute <= DAY_MINUTES && minute % SLOT_MINUTES == 0;
}

static bool price_sane(int64_t price)
{
	return price >= 0 && price <= PRICE_MAX;
}

static enum tariff_fault check_slot(const struct tariff_slot *s)
{
	if (s->end_minute - s->start_minute < SLOT_MINUTES)
		return TARIFF_TOO_SHORT;
	if (!half_hour(s->start_minute) || !half_hour(s->end_minute))
		return TARIFF_NOT_HALF_HOUR;
	if (!price_sane(s->energy_price) || !price_sane(s->service_price) ||
		(unsigned)s->type >= PRICE_TYPES)
		return TARIFF_PRICE_RANGE;
	return TARIFF_OK;
}

static enum tariff_fault check_neighbour(const struct tariff_slot *before,
	const struct tariff_slot *s)
{
	if (before->end_minute > s->start_minute)
		return TARIFF_OVERLAP;
	return before->end_minute < s->start_minute ? TARIFF_GAP : TARIFF_OK;
}

static bool same_prices(const struct tariff_slot *a, const struct tariff_slot *b)
{
	return a->energy_price == b->energy_price && a->service_price == b->service_price;
}

static enum tariff_fault check_types(const struct tariff *t, int *at)
{
	const struct tariff_slot *first[PRICE_TYPES] = { NULL };

	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i], **seen = &first[s->type];

		*at = i;
		if (*seen && !same_prices(*seen, s))
			return TARIFF_TYPE_TWO_PRICES;
		*seen = s;
	}
	return TARIFF_OK;
}

enum tariff_fault tariff_check(struct tariff *t, int *at)
{
	enum tariff_fault fault;
	int unused;

	at = at ? at : &unused;
	*at = 0;
	if (t->n <= 0)
		return TARIFF_EMPTY;
	if (t->n > TARIFF_SLOTS)
		return TARIFF_TOO_MANY;
	qsort(t->slot, (size_t)t->n, sizeof(t->slot[0]), by_start);
	complete(t);
	for (int i = 0; i < t->n; i++) {
		*at = i;
		if (i > 0 && t->slot[i].start_minute == t->slot[i - 1].start_minute)
			return TARIFF_OVERLAP;
	}
	for (int i = 0; i < t->n; i++) {
		*at = i;
		if ((fault = check_slot(&t->slot[i])) != TARIFF_OK)
			return fault;
		if (i == 0 && t->slot[0].start_minute != 0)
			return TARIFF_FIRST_NOT_ZERO;
		if (i > 0 && (fault = check_neighbour(&t->slot[i - 1], &t->slot[i])) != TARIFF_OK)
			return fault;
	}
	return check_types(t, at);
}

/* 1.00000 -> "1.0", 0.25000 -> "0.25": at least one decimal, no idle zeros (P2). */
static const char *price_text(int64_t price, char buf[FIXED_TEXT])
{
	char *end = money_text(price, buf);

	end += strlen(end) - 1;
	while (*end == '0' && end[-1] != '.')
		*end-- = '\0';
	return buf;
}

void tariff_summary(const struct tariff *t, char *out, size_t room)
{
	char energy[FIXED_TEXT], service[FIXED_TEXT];
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i];

		buf_printf(&b, "%s%02d:%02d-%02d:%02d, 电费%s元, 服务费%s元", i ? "; " : "",
			s->start_minute / 60, s->start_minute % 60, s->end_minute / 60, s->end_minute % 60,
			price_text(s->energy_price, energy), price_text(s->service_price, service));
	}
	text_copy(out, room, buf_str(&b));
	buf_clear(&b);
}

bool tariff_is_free(const struct tariff *t)
{
	for (int i = 0; i < t->n; i++)
		if (t->slot[i].energy_price || t->slot[i].service_price)
			return false;
	return true;
}

const struct tariff_slot *tariff_slot_at(const struct tariff *t, int64_t when)
{
	int minute = clock_minute_of_day(when);

	for (int i = 0; i < t->n; i++)
		if (minute >= t->slot[i].start_minute && minute < t->slot[i].end_minute)
			return &t->slot[i];
	return NULL;
}

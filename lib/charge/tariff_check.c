/* tariff_check.c - what makes a tariff usable: full day, half hours, one price pair a type (P1,
 * P3).
 * Owns the faults' names. Serves tariff.c, the slot editor, the tariff test page. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "charge/rating_bike.h"
#include "charge/rating_special.h"

#define SLOT_MINUTES 30
#define FEE_MAX (1000 * MONEY_YUAN)
#define PRESET_MAX (100000 * MONEY_YUAN)
#define PRICE_MAX (100 * MONEY_YUAN)         /* per kWh; a slip of the comma, not a price, is above it */

static const char *const fault_names[] = {
	[TARIFF_OK] = "ok", [TARIFF_EMPTY] = "empty", [TARIFF_FIRST_NOT_ZERO] = "first_not_zero",
	[TARIFF_GAP] = "gap", [TARIFF_OVERLAP] = "overlap", [TARIFF_TOO_SHORT] = "too_short",
	[TARIFF_NOT_HALF_HOUR] = "not_half_hour", [TARIFF_TYPE_TWO_PRICES] = "type_two_prices",
	[TARIFF_PRICE_RANGE] = "price_range", [TARIFF_TOO_MANY] = "too_many",
	[TARIFF_STOP_RANGE] = "stop_range", [TARIFF_FREE_RANGE] = "free_range",
	[TARIFF_NO_BANDS] = "no_bands", [TARIFF_BAND_FIRST_NOT_ZERO] = "band_first_not_zero",
	[TARIFF_BAND_EMPTY] = "band_empty", [TARIFF_BAND_GAP] = "band_gap",
	[TARIFF_BAND_OVERLAP] = "band_overlap", [TARIFF_BOOKING_RANGE] = "booking_range",
	[TARIFF_SPECIAL_RANGE] = "special_range", [TARIFF_SPECIAL_ALWAYS] = "special_always",
	[TARIFF_SPECIAL_HALF_HOUR] = "not_half_hour", [TARIFF_SPECIAL_PRICE] = "price_range",
	[TARIFF_STEP_RANGE] = "step_range",
	[TARIFF_OCCUPANCY_RANGE] = "occupancy_range", [TARIFF_PRESETS_WRONG] = "presets_wrong",
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

static enum tariff_fault check_slots(struct tariff *t, int *at)
{
	enum tariff_fault fault;

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

/* P9, P10, P6: what stands beside the prices. */
static enum tariff_fault check_terms(const struct tariff *t)
{
	int64_t before = 0;

	if (t->booking.minutes < 0 || t->booking.minutes > BOOKING_MINUTES ||
		t->booking.price < 0 || t->booking.price > FEE_MAX)
		return TARIFF_BOOKING_RANGE;
	if (t->occupancy.free_minutes < 0 || t->occupancy.free_minutes > DAY_MINUTES ||
		t->occupancy.unit_minutes < 0 || t->occupancy.unit_minutes > DAY_MINUTES ||
		t->occupancy.price < 0 || t->occupancy.price > FEE_MAX || t->occupancy.cap < -1 ||
		(t->occupancy.price > 0 && t->occupancy.unit_minutes == 0))
		return TARIFF_OCCUPANCY_RANGE;
	if (t->presets < 0 || t->presets > TARIFF_PRESETS)
		return TARIFF_PRESETS_WRONG;
	for (int i = 0; i < t->presets; i++) {
		if (t->preset[i] <= before || t->preset[i] > PRESET_MAX || t->preset[i] % MONEY_FEN)
			return TARIFF_PRESETS_WRONG;
		before = t->preset[i];
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
	if (t->n > TARIFF_SLOTS || (tariff_is_bike(t) && t->n > 1))
		return TARIFF_TOO_MANY;
	if (!tariff_is_bike(t))
		t->method = t->n == 1 ? METHOD_UNIFIED : METHOD_TOU;
	if ((fault = check_slots(t, at)) != TARIFF_OK)
		return fault;
	if (tariff_is_bike(t) && (fault = bike_terms_check(t, at)) != TARIFF_OK)
		return fault;
	if ((fault = special_check(t, at)) != TARIFF_OK)
		return fault;
	*at = 0;
	return check_terms(t);
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

static void say_slots(struct buf *b, const struct tariff *t)
{
	char energy[FIXED_TEXT], service[FIXED_TEXT];

	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i];

		buf_printf(b, "%s%02d:%02d-%02d:%02d, 电费%s元, 服务费%s元", i ? "; " : "",
			s->start_minute / 60, s->start_minute % 60, s->end_minute / 60, s->end_minute % 60,
			price_text(s->energy_price, energy), price_text(s->service_price, service));
	}
}

/* The conditions of a special price, in brackets. */
static const char *between(struct buf *b)
{
	return buf_str(b)[b->len - 1] == '(' ? "" : " ";
}

static void say_days(struct buf *b, int days)
{
	static const char *const name[] = { "周一", "周二", "周三", "周四", "周五", "周六", "周日" };
	const char *comma = "";

	for (int day = 0; day < 7; day++)
		if (days >> day & 1) {
			buf_printf(b, "%s%s", comma, name[day]);
			comma = ",";
		}
}

static void say_span(struct buf *b, int64_t from, int64_t to, int scale, const char *unit)
{
	char low[FIXED_TEXT], high[FIXED_TEXT];

	if (from || to)
		buf_printf(b, "%s%s-%s%s", between(b), fixed_plain(from, scale, low),
			to ? fixed_plain(to, scale, high) : "", unit);
}

static void say_special(struct buf *b, const struct tariff_special *s)
{
	char energy[FIXED_TEXT], service[FIXED_TEXT];

	buf_puts(b, "特价(");
	say_days(b, s->days);
	if (s->start_minute > 0 || s->end_minute < DAY_MINUTES)
		buf_printf(b, "%s%02d:%02d-%02d:%02d", between(b), s->start_minute / 60,
			s->start_minute % 60, s->end_minute / 60, s->end_minute % 60);
	say_span(b, s->from_energy, s->to_energy, ENERGY_SCALE, "度");
	say_span(b, s->from_minutes, s->to_minutes, 0, "分钟");
	buf_printf(b, ")电费%s元, 服务费%s元", price_text(s->energy_price, energy),
		price_text(s->service_price, service));
}

void tariff_special_text(const struct tariff_special *s, char *out, size_t room)
{
	struct buf b;

	buf_init(&b, 0);
	say_special(&b, s);
	text_copy(out, room, buf_str(&b));
	buf_clear(&b);
}

static void say_bike(struct buf *b, const struct tariff *t)
{
	const struct bike_terms *bike = &t->bike;
	const struct tariff_slot *s = &t->slot[0];
	char price[FIXED_TEXT];

	if (t->method >= METHOD_ENERGY)
		buf_printf(b, "电费%s元; ", price_text(s->energy_price, price));
	if (t->method == METHOD_ENERGY)
		buf_printf(b, "服务费%s元; ", price_text(s->service_price, price));
	if (tariff_has_hours(t))
		buf_printf(b, "每小时%s元; ", price_text(bike->hour_price, price));
	for (int i = 0; tariff_has_bands(t) && i < bike->n; i++)
		buf_printf(b, "%d-%dW 每小时%s元; ", bike->band[i].from_watt, bike->band[i].to_watt,
			price_text(bike->band[i].hour_price, price));
	buf_printf(b, "最长%d分钟", bike->stop_minutes);
	if (bike->free_minutes)
		buf_printf(b, "; 免费%d分钟", bike->free_minutes);
}

void tariff_summary(const struct tariff *t, char *out, size_t room)
{
	char price[FIXED_TEXT];
	struct buf b;

	buf_init(&b, 0);
	if (tariff_is_bike(t))
		say_bike(&b, t);
	else
		say_slots(&b, t);
	for (int i = 0; i < t->specials; i++) {
		buf_puts(&b, "; ");
		say_special(&b, &t->special[i]);
	}
	if (t->step_energy)
		buf_printf(&b, "; 按整%s度", fixed_plain(t->step_energy, ENERGY_SCALE, price));
	if (t->step_minutes)
		buf_printf(&b, "; 按整%d分钟", t->step_minutes);
	if (tariff_books(t))
		buf_printf(&b, "; 预约费%s元/%d分钟", price_text(t->booking.price, price),
			t->booking.minutes);
	if (t->occupancy.price)
		buf_printf(&b, "; 占位费%s元/%d分钟", price_text(t->occupancy.price, price),
			t->occupancy.unit_minutes);
	text_copy(out, room, buf_str(&b));
	buf_clear(&b);
}

static bool bike_is_free(const struct tariff *t)
{
	const struct tariff_slot *s = &t->slot[0];

	if (t->method >= METHOD_ENERGY && s->energy_price)
		return false;
	if (t->method == METHOD_ENERGY && s->service_price)
		return false;
	if (tariff_has_hours(t) && t->bike.hour_price)
		return false;
	for (int i = 0; tariff_has_bands(t) && i < t->bike.n; i++)
		if (t->bike.band[i].hour_price)
			return false;
	return true;
}

bool tariff_is_free(const struct tariff *t)
{
	if (tariff_is_bike(t))
		return bike_is_free(t);
	for (int i = 0; i < t->n; i++)
		if (t->slot[i].energy_price || t->slot[i].service_price)
			return false;
	for (int i = 0; i < t->specials; i++)
		if (t->special[i].energy_price || t->special[i].service_price)
			return false;
	return true;
}

void tariff_least_service(struct tariff *t)
{
	int64_t least = t->slot[0].service_price;

	for (int i = 1; i < t->n; i++)
		if (t->slot[i].service_price < least)
			least = t->slot[i].service_price;
	for (int i = 0; i < t->n; i++)
		t->slot[i].service_price = least;
	t->least_service = true;
}

bool tariff_books(const struct tariff *t)
{
	return t->booking.minutes > 0 && t->booking.price > 0;
}

const struct tariff_slot *tariff_slot_at(const struct tariff *t, int64_t when)
{
	int minute = clock_minute_of_day(when);

	for (int i = 0; i < t->n; i++)
		if (minute >= t->slot[i].start_minute && minute < t->slot[i].end_minute)
			return &t->slot[i];
	return NULL;
}

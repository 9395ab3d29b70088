/* tariff_special.c - special prices of a tariff, read from lines and written as lines (W6).
 * Owns nothing. Serves tariff_special.h. */
#include "cgi/screen/tariff_special.h"

#include "base/buf.h"
#include "base/money.h"
#include "base/text.h"
#include "cgi/screen/tariff_slots.h"

static bool any(const char *text)
{
	return text_eq(text, "*");
}

static bool read_day(const char *text, int *day)
{
	*day = text[0] - '1';
	return *day >= 0 && *day < 7 && !text[1];
}

/* "1-5", "6,7" */
static bool read_days(char *text, int *out)
{
	int from, to;

	*out = 0;
	if (any(text))
		return true;
	for (char *part; (part = text_split(&text, ',')) != NULL;) {
		char *first = text_split(&part, '-');

		if (!first || !read_day(first, &from))
			return false;
		to = from;
		if (part && !read_day(part, &to))
			return false;
		for (int day = from; day <= to; day++)
			*out |= 1 << day;
		if (to < from)
			return false;
	}
	return *out != 0;
}

static bool read_times(char *text, struct tariff_special *s)
{
	char *from;

	s->start_minute = 0;
	s->end_minute = DAY_MINUTES;
	if (any(text))
		return true;
	from = text_split(&text, '-');
	return from && text && slots_minute(from, &s->start_minute) &&
		slots_minute(text, &s->end_minute);
}

/* "30-50", "30-": [from, to) with 0 for an open end. */
static bool read_span(char *text, bool (*read)(const char *, int64_t *), int64_t *low,
	int64_t *high)
{
	char *from;

	*low = *high = 0;
	if (any(text))
		return true;
	from = text_split(&text, '-');
	return from && text && read(from, low) && (!*text || read(text, high));
}

static bool read_energy(const char *text, int64_t *out)
{
	return energy_parse(text, out);
}

static bool read_minutes(const char *text, int64_t *out)
{
	return text_i64(text, out) && *out >= 0 && *out <= INT32_MAX;
}

static bool parse_line(char *line, struct tariff_special *out)
{
	char *column[6];
	int64_t from, to;

	for (int i = 0; i < 6; i++)
		if (!(column[i] = text_split(&line, ' ')))
			return false;
	if (line && *line)
		return false;
	if (!read_days(column[0], &out->days) || !read_times(column[1], out) ||
		!read_span(column[2], read_energy, &out->from_energy, &out->to_energy) ||
		!read_span(column[3], read_minutes, &from, &to))
		return false;
	out->from_minutes = (int)from;
	out->to_minutes = (int)to;
	return money_parse(column[4], &out->energy_price) &&
		money_parse(column[5], &out->service_price);
}

bool special_parse(struct request *req, const char *text, struct tariff *out)
{
	char *rest = arena_strdup(&req->arena, text);

	out->specials = 0;
	for (char *p = rest; *p; p++)
		if (*p == ';' || *p == '\r')
			*p = '\n';
	for (char *line; (line = text_split(&rest, '\n')) != NULL;) {
		line = text_trim(line);
		if (!*line)
			continue;
		if (out->specials == TARIFF_SPECIALS ||
			!parse_line(line, &out->special[out->specials]))
			return false;
		out->specials++;
	}
	return true;
}

static void put_days(struct buf *b, int days)
{
	const char *comma = "";

	if (!days)
		buf_puts(b, "*");
	for (int day = 0; day < 7; day++)
		if (days >> day & 1) {
			buf_printf(b, "%s%d", comma, day + 1);
			comma = ",";
		}
}

static void put_span(struct buf *b, int64_t from, int64_t to, int scale)
{
	char text[FIXED_TEXT];

	if (!from && !to) {
		buf_puts(b, " *");
		return;
	}
	buf_printf(b, " %s-", fixed_plain(from, scale, text));
	if (to)
		buf_puts(b, fixed_plain(to, scale, text));
}

const char *special_text(struct request *req, const struct tariff *t)
{
	char energy[FIXED_TEXT], service[FIXED_TEXT];
	struct buf b;
	const char *kept;

	buf_init(&b, 0);
	for (int i = 0; i < t->specials; i++) {
		const struct tariff_special *s = &t->special[i];

		put_days(&b, s->days);
		if (s->start_minute == 0 && s->end_minute == DAY_MINUTES)
			buf_puts(&b, " *");
		else
			buf_printf(&b, " %s-%s", slots_clock(req, s->start_minute),
				slots_clock(req, s->end_minute));
		put_span(&b, s->from_energy, s->to_energy, ENERGY_SCALE);
		put_span(&b, s->from_minutes, s->to_minutes, 0);
		buf_printf(&b, " %s %s\n", money_text(s->energy_price, energy),
			money_text(s->service_price, service));
	}
	kept = arena_strdup(&req->arena, buf_str(&b));
	buf_clear(&b);
	return kept;
}

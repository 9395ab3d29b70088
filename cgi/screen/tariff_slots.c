/* tariff_slots.c - the slots of a tariff as text, a line each: "peak 08:00-12:00 1.2 0.4".
 * Owns nothing. Serves the tariff's form, its import and the API. */
#include "base/text.h"
#include "cgi/screen/tariff_slots.h"

bool slots_minute(const char *text, int *out)
{
	int hour, minute, used = 0;

	if (sscanf(text, "%2d:%2d%n", &hour, &minute, &used) != 2 || text[used])
		return false;
	if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > DAY_MINUTES)
		return false;
	*out = hour * 60 + minute;
	return true;
}

const char *slots_clock(struct request *req, int minute)
{
	return arena_printf(&req->arena, "%02d:%02d", minute / 60, minute % 60);
}

/* type start[-end] energy_price service_price */
static bool parse_line(char *line, struct tariff_slot *out)
{
	char *type = text_split(&line, ' '), *times = text_split(&line, ' '),
		 *energy = text_split(&line, ' '), *service = text_split(&line, ' ');
	char *start = times ? text_split(&times, '-') : NULL,
		 *end = times ? text_split(&times, '-') : NULL;
	int price_type = type ? choice_value(&price_type_choices, type) : -1;

	if (price_type < 0 || !start || !energy || !service || (line && *line))
		return false;
	*out = (struct tariff_slot){ .type = (enum price_type)price_type };
	if (!slots_minute(start, &out->start_minute) ||
		(end && *end && !slots_minute(end, &out->end_minute)))
		return false;
	return money_parse(energy, &out->energy_price) && money_parse(service, &out->service_price);
}

bool slots_parse(struct request *req, const char *text, struct tariff *out, int *bad)
{
	char *rest = arena_strdup(&req->arena, text);

	out->n = 0;
	for (char *p = rest; *p; p++)
		if (*p == ';' || *p == '\r')
			*p = '\n';
	for (char *line; (line = text_split(&rest, '\n')) != NULL;) {
		line = text_trim(line);
		if (!*line)
			continue;
		*bad = out->n;
		if (out->n == TARIFF_SLOTS || !parse_line(line, &out->slot[out->n]))
			return false;
		out->n++;
	}
	return true;
}

const char *slots_text(struct request *req, const struct tariff *t)
{
	struct buf b;
	const char *kept;
	char energy[FIXED_TEXT], service[FIXED_TEXT];

	buf_init(&b, 0);
	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i];

		buf_printf(&b, "%s %s-%s %s %s\n", choice_name(&price_type_choices, (int)s->type),
			slots_clock(req, s->start_minute), slots_clock(req, s->end_minute),
			money_text(s->energy_price, energy), money_text(s->service_price, service));
	}
	kept = arena_strdup(&req->arena, buf_str(&b));
	buf_clear(&b);
	return kept;
}

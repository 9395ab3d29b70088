/* occupancy.c - the arithmetic of occupancy: minutes held without charging, and their fee.
 * Owns nothing; pure. Serves occupancy.h. */
#include "charge/occupancy.h"

#include <stddef.h>

#define MINUTE 60
#define FIRST_WORDS 60               /* seconds after coming online: what a pile says then happened before */

int64_t occupancy_fee(const struct occupancy_rate *r, int64_t minutes)
{
	int64_t over = minutes - r->free, fee;

	if (over <= 0 || r->unit <= 0)
		return 0;
	fee = (over + r->unit - 1) / r->unit * r->price;
	return r->cap >= 0 && fee > r->cap ? r->cap : fee;
}

int64_t occupancy_minutes(int64_t entered, int64_t left, const struct span *charges, int n)
{
	int64_t held = left - entered, at = entered;

	for (int i = 0; i < n; i++) {
		int64_t from = charges[i].from > at ? charges[i].from : at;
		int64_t to = charges[i].to < left ? charges[i].to : left;

		if (to <= from)
			continue;
		held -= to - from;
		at = to;
	}
	return held > 0 ? held / MINUTE : 0;
}

struct occupancy occupancy_of_bay(const struct occupancy_rate *r, struct span held,
	const struct span *charges, int n, bool whitelisted)
{
	struct occupancy o = { 0, 0 };

	if (whitelisted)
		return o;
	o.minutes = occupancy_minutes(held.from, held.to, charges, n);
	o.fee = occupancy_fee(r, o.minutes);
	return o;
}

struct occupancy occupancy_of_plug(const struct occupancy_rate *r, int64_t charge_ended,
	int64_t unplugged, bool whitelisted)
{
	return occupancy_of_bay(r, (struct span){ charge_ended, unplugged }, NULL, 0, whitelisted);
}

/* What a pile finds pulled when it is back was pulled while nobody listened: the driver's benefit
 * of the doubt. */
static int64_t pulled_at(const struct occupancy_news *n)
{
	bool unheard = n->back > n->from && n->plug_at <= n->back + FIRST_WORDS;

	if (!unheard)
		return n->plug_at;
	return n->lost >= n->from && n->lost < n->plug_at ? n->lost : n->from;
}

bool occupancy_is_over(const struct occupancy_news *n, int64_t *at, bool *left)
{
	*left = n->by_bay && n->bay_left;
	*at = n->bay_left;
	if (*left || (n->by_bay && !n->blind))
		return *left;
	/* in again: another plug, this one was pulled before */
	if (n->plug_at <= n->from) {
		*at = n->from;
		return !n->plugged;
	}
	*at = pulled_at(n);
	return true;
}

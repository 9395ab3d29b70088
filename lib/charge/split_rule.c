/* split_rule.c - the parts of one order by a plan's rules: pure arithmetic, whole fen.
 * Owns nothing. Serves split.h; t/unit/split_test.c. (F12) */
#include "charge/split.h"

#include "base/money.h"

/* What a fee still has for the rules that follow; what percents count from. */
struct fees { int64_t base[2], left[2]; };

static int64_t percent_of(int64_t base, int64_t percent)
{
	int64_t out = 0;

	return fixed_muldiv(base, percent, SPLIT_WHOLE, ROUND_CUT, &out) ? out : 0;
}

static int64_t wish_of(const struct split_rule *r, const struct split_order *o,
	const struct fees *f)
{
	int64_t out = 0;

	if (r->method == SPLIT_PERCENT)
		return percent_of(f->base[r->fee], r->value);
	if (r->method == SPLIT_BY_ORDER)
		return r->value;
	return fixed_muldiv(o->energy, r->value, ENERGY_KWH, ROUND_CUT, &out) ? out : 0;
}

static int64_t at_most(int64_t v, int64_t max)
{
	return v < 0 || max <= 0 ? 0 : v < max ? v : max;
}

/* The bill's amount may be less than its fees (a discount, an agreed sum): fees shrink with it. */
static struct fees fees_of(const struct split_order *o)
{
	int64_t whole = o->energy_fee + o->service_fee, part;
	struct fees f = { { o->energy_fee, o->service_fee }, { 0, 0 } };

	for (int i = 0; i < 2; i++) {
		if (whole > o->amount && whole > 0 &&
			fixed_muldiv(f.base[i], o->amount, whole, ROUND_CUT, &part))
			f.base[i] = part;
		f.base[i] -= percent_of(f.base[i], o->fee_off);
		f.left[i] = f.base[i];
	}
	return f;
}

void split_compute(const struct split_rule *rule, int n, int parties,
	const struct split_order *o, int64_t *part, int64_t *owner)
{
	struct fees f = fees_of(o);
	int64_t rest = o->amount - o->back, kept;

	for (int i = 0; i < parties; i++)
		part[i] = 0;
	for (int i = 0; i < n; i++) {
		int64_t v = at_most(wish_of(&rule[i], o, &f), f.left[rule[i].fee]);

		f.left[rule[i].fee] -= v;
		part[rule[i].party] += v;
	}
	for (int i = 0; i < parties; i++) {
		if (o->back && fixed_muldiv(part[i], o->amount - o->back, o->amount, ROUND_CUT, &kept))
			part[i] = kept;
		part[i] = at_most(part[i] - part[i] % MONEY_FEN, rest);
		rest -= part[i];
	}
	*owner = rest;
}

/* rating_bench.c - charges rated a second on one core, beside a plain loop of the same arithmetic.
 * Owns nothing. Serves bench_rating.py. */
#include "base/clock.h"
#include "charge/rating.h"

#include <stdio.h>
#include <stdlib.h>

#define CHARGES 400000
#define RUNS 3

static uint64_t seed = 88172645463325252u;
static struct charge { int64_t from, seconds, energy; } charge[CHARGES];
static struct bill bill;
static volatile int64_t sink;

static int64_t pick(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)n);
}

static struct tariff tariff = { .n = 7, .method = METHOD_TOU,
	.slot = { { 0, 480, PRICE_VALLEY, 35000, 45000 }, { 480, 660, PRICE_PEAK, 108000, 35000 },
		{ 660, 1020, PRICE_FLAT, 68000, 40000 }, { 1020, 1140, PRICE_PEAK, 108000, 35000 },
		{ 1140, 1260, PRICE_SHARP, 132000, 30000 }, { 1260, 1320, PRICE_FLAT, 68000, 40000 },
		{ 1320, 1440, PRICE_VALLEY, 35000, 45000 } } };

/* Milliseconds; *lines is what all bills have together. */
static int64_t rate_all(int64_t *lines)
{
	int64_t begin = clock_mono_ms();

	*lines = 0;
	for (int i = 0; i < CHARGES; i++) {
		struct charge *c = &charge[i];
		NEOERR *err = rating_quote(&tariff, c->from, c->seconds, c->energy, 0, &bill);

		if (err)
			exit(1);
		*lines += bill.n;
		sink += bill.amount;
	}
	return clock_mono_ms() - begin;
}

/* What one would write without lines, checks and overflow: the half hours in a loop. */
static int64_t plain(void)
{
	int64_t begin = clock_mono_ms();

	for (int i = 0; i < CHARGES; i++) {
		struct charge *c = &charge[i];
		int64_t done = 0, fee = 0, end = c->from + c->seconds, to;

		for (int64_t from = c->from; from < end; from = to) {
			int minute = clock_minute_of_day(from), slot = 0;
			int64_t upto;

			to = from + 1800 - (from + clock_offset()) % 1800;
			to = to > end ? end : to;
			while (minute >= tariff.slot[slot].end_minute)
				slot++;
			upto = c->energy * (to - c->from) / c->seconds;
			fee += ((upto - done) * tariff.slot[slot].energy_price + 5000) / 10000;
			fee += ((upto - done) * tariff.slot[slot].service_price + 5000) / 10000;
			done = upto;
		}
		sink += fee;
	}
	return clock_mono_ms() - begin;
}

int main(void)
{
	int64_t lines, best = INT64_MAX, bare = INT64_MAX, ms;

	error_init();
	for (int i = 0; i < CHARGES; i++)
		charge[i] = (struct charge){ 1790000000 + pick(86400), 600 + pick(4 * 3600),
			pick(800000) };
	for (int run = 0; run < RUNS; run++) {
		ms = rate_all(&lines);
		best = ms < best ? ms : best;
		ms = plain();
		bare = ms < bare ? ms : bare;
	}
	printf("charges=%d\nlines=%lld\nrate_ms=%lld\nplain_ms=%lld\n", CHARGES, (long long)lines,
		(long long)best, (long long)bare);
	return 0;
}

/* load_share.c - who gets how much of a station's power.
 * Owns nothing.
 * Serves load_share.h. */
#include "charge/load_share.h"

#include <stdlib.h>

#define WORTH 20                     /* a twentieth of the limit */
#define FULL 90                      /* per cent of the share */
#define SLACK 70
#define RESERVE 120

static enum load_way sorting;                        /* qsort has no context */

static int before(const struct load_user *a, const struct load_user *b)
{
	if (sorting == LOAD_PRIORITY && a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static int by_order(const void *a, const void *b)
{
	return before(*(struct load_user *const *)a, *(struct load_user *const *)b);
}

/* Those that have their minimum, in order. */
struct queue { struct load_user *of[LOAD_USERS]; int n; };

static void pour_in_order(struct queue *q, int64_t rest)
{
	for (int i = 0; i < q->n; i++) {
		int64_t more = q->of[i]->max - q->of[i]->share;

		more = more < rest ? more : rest;
		q->of[i]->share += more;
		rest -= more;
	}
}

/* The water rises: the lowest are lifted to the next one's level or their own maximum. */
static void pour_equally(struct queue *q, int64_t rest)
{
	while (rest > 0) {
		int64_t lowest = INT64_MAX, step = INT64_MAX;
		int thirsty = 0;

		for (int i = 0; i < q->n; i++)
			if (q->of[i]->share < q->of[i]->max && q->of[i]->share < lowest)
				lowest = q->of[i]->share;
		if (lowest == INT64_MAX)
			return;
		for (int i = 0; i < q->n; i++) {
			const struct load_user *u = q->of[i];

			if (u->share > lowest && u->share - lowest < step)
				step = u->share - lowest;
			if (u->share != lowest || u->max <= lowest)
				continue;
			thirsty++;
			if (u->max - lowest < step)
				step = u->max - lowest;
		}
		if (step > rest / thirsty)
			step = rest / thirsty;
		if (step == 0)
			return;
		for (int i = 0; i < q->n; i++)
			if (q->of[i]->share == lowest && q->of[i]->max > lowest)
				q->of[i]->share += step;
		rest -= step * thirsty;
	}
}

/* What is left for those that can be steered, in order. */
static int64_t line_up(int64_t limit, struct load_user *u, int n, struct queue *all)
{
	for (int i = 0; i < n && i < LOAD_USERS; i++) {
		u[i].share = u[i].steered ? 0 : u[i].max;
		if (u[i].steered)
			all->of[all->n++] = &u[i];
		else
			limit -= u[i].max;
	}
	qsort(all->of, (size_t)all->n, sizeof(all->of[0]), by_order);
	return limit > 0 ? limit : 0;
}

void load_share(int64_t limit, enum load_way way, struct load_user *u, int n)
{
	struct queue all = { .n = 0 }, in = { .n = 0 };
	int64_t rest;

	sorting = way;
	rest = line_up(limit, u, n, &all);
	for (int i = 0; i < all.n; i++) {
		struct load_user *one = all.of[i];

		if (one->min > rest)
			break;                           /* nobody behind passes it by */
		one->share = one->min;
		rest -= one->min;
		in.of[in.n++] = one;
	}
	if (way == LOAD_EQUAL)
		pour_equally(&in, rest);
	else
		pour_in_order(&in, rest);
}

bool load_is_news(int64_t told, int64_t share, int64_t limit)
{
	if (share <= told || told == 0)
		return share != told;
	return (share - told) * WORTH >= limit;
}

int64_t load_wish(int64_t believed, int64_t share, int64_t power, int64_t min, int64_t rated)
{
	int64_t wish = believed;

	if (share > 0 && power * 100 >= share * FULL)
		wish = rated;
	else if (share > 0 && power * 100 < share * SLACK)
		wish = power * RESERVE / 100;
	return wish < min ? min : wish > rated ? rated : wish;
}

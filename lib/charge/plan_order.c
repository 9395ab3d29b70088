/* plan_order.c - blocks of power put into the slots of a plan: tightest first, then moved and
 * pushed out while that is cheaper; a few of them tried in every way.
 * Owns nothing; pure. Serves plan_order.h. */
#include "charge/plan_order.h"

#include <stdlib.h>
#include <string.h>

#define JOULES 360                           /* of 1e-4 kWh */
#define NEVER (INT64_MAX / 4)
#define PART (INT64_C(3600000))              /* W s of a kWh */
#define ROUNDS 12
#define FEW 9                                /* tried in every way */
#define TRIES 300000

struct block { int64_t cost; int last; };    /* begun in a slot: the last one it touches */
struct packing {
	const struct schedule_problem *p;
	int first, n;
	struct block *block;                     /* [vehicle * slots + slot]; NEVER: not possible */
	int *at, *best_at, *rank;                /* slot of each, -1: none; the order of tries */
	int64_t *rest;                           /* least that those from rank k on can cost */
	int load[SCHEDULE_SLOTS];
	int64_t missing, cost, best_missing, best_cost;
	int tries;
};

static int begin_of(const struct packing *w, int i, int slot)
{
	return (slot ? slot * w->p->slot_seconds : w->first) + i * w->p->interval;
}

static int seconds_wanted(const struct schedule_vehicle *v)
{
	return v->energy > 0 && v->watt > 0 ? (int)((v->energy * JOULES + v->watt - 1) / v->watt) : 0;
}

/* watt x seconds x price of [begin, begin + seconds). */
static int64_t cost_of(const struct packing *w, int i, int begin, int seconds)
{
	const struct schedule_problem *p = w->p;
	int64_t sum = 0;

	while (seconds > 0) {
		int slot = begin / p->slot_seconds, left = (slot + 1) * p->slot_seconds - begin;

		left = left < seconds ? left : seconds;
		sum += (int64_t)left * p->vehicle[i].watt * p->price[slot];
		begin += left;
		seconds -= left;
	}
	return sum;
}

static struct block *block_of(const struct packing *w, int i, int slot)
{
	return &w->block[i * w->p->slots + slot];
}

static bool is_open(const struct packing *w, int slot)
{
	return slot > 0 || w->first + w->n * w->p->interval <= w->p->slot_seconds;
}

static void make_blocks(struct packing *w, int i)
{
	const struct schedule_vehicle *v = &w->p->vehicle[i];
	int seconds = seconds_wanted(v), to = v->to < w->p->slots ? v->to : w->p->slots;

	for (int k = 0; k < w->p->slots; k++) {
		int end = begin_of(w, i, k) + seconds;

		*block_of(w, i, k) = (struct block){ NEVER, k };
		if (!seconds || k < v->from || !is_open(w, k) || end > to * w->p->slot_seconds)
			continue;
		*block_of(w, i, k) = (struct block){ cost_of(w, i, begin_of(w, i, k), seconds),
			(end - 1) / w->p->slot_seconds };
	}
}

static bool has_room(const struct packing *w, int i, int from, int last)
{
	for (int k = from; k <= last; k++)
		if (w->load[k] + w->p->vehicle[i].watt > w->p->limit[k])
			return false;
	return true;
}

static bool fits(const struct packing *w, int i, int slot)
{
	const struct block *b = block_of(w, i, slot);

	return b->cost < NEVER && has_room(w, i, slot, b->last);
}

/* slot -1: it is taken out. */
static void put(struct packing *w, int i, int slot)
{
	int sign = slot >= 0 ? 1 : -1, at = slot >= 0 ? slot : w->at[i];
	const struct block *b;

	if (at < 0)
		return;
	b = block_of(w, i, at);
	for (int k = at; k <= b->last; k++)
		w->load[k] += sign * w->p->vehicle[i].watt;
	w->cost += sign * b->cost;
	w->missing -= sign * w->p->vehicle[i].energy;
	w->at[i] = slot;
}

/* The cheapest slot with room; -1: none. */
static int cheapest(const struct packing *w, int i)
{
	int best = -1;

	for (int k = 0; k < w->p->slots; k++)
		if (fits(w, i, k) && (best < 0 || block_of(w, i, k)->cost < block_of(w, i, best)->cost))
			best = k;
	return best;
}

static bool is_better(const struct packing *w)
{
	return w->missing < w->best_missing ||
		(w->missing == w->best_missing && w->cost < w->best_cost);
}

static void keep_best(struct packing *w)
{
	if (!is_better(w))
		return;
	w->best_missing = w->missing;
	w->best_cost = w->cost;
	memcpy(w->best_at, w->at, (size_t)w->n * sizeof(*w->at));
}

static void take_all_out(struct packing *w)
{
	for (int i = 0; i < w->n; i++)
		put(w, i, -1);
}

/* ---- many: put in, moved, pushed out */

static int64_t price_now(const struct packing *w, int i)
{
	return w->at[i] < 0 ? NEVER : block_of(w, i, w->at[i])->cost;
}

static bool touches(const struct packing *w, int j, int from, int last)
{
	return w->at[j] >= 0 && w->at[j] <= last && block_of(w, j, w->at[j])->last >= from;
}

/* Vehicle i would be better off at `slot`, where there is no room: somebody who is there goes
 * elsewhere, if both together are better off. */
static bool push_out(struct packing *w, int i, int slot)
{
	const struct block *b = block_of(w, i, slot);
	int64_t saved = price_now(w, i) - b->cost;
	int was_i = w->at[i];

	put(w, i, -1);
	for (int j = 0; j < w->n; j++) {
		int was = w->at[j], to;
		int64_t had = price_now(w, j);

		if (j == i || !touches(w, j, slot, b->last))
			continue;
		put(w, j, -1);
		if (fits(w, i, slot)) {
			put(w, i, slot);
			to = cheapest(w, j);
			if (to >= 0 && block_of(w, j, to)->cost - had < saved) {
				put(w, j, to);
				return true;
			}
			put(w, i, -1);
		}
		put(w, j, was);
	}
	if (was_i >= 0)
		put(w, i, was_i);
	return false;
}

static bool improve(struct packing *w, int i)
{
	int was = w->at[i], to;
	int64_t had = price_now(w, i);

	put(w, i, -1);
	to = cheapest(w, i);
	if (to >= 0 && block_of(w, i, to)->cost < had) {
		put(w, i, to);
		return true;
	}
	if (was >= 0)
		put(w, i, was);
	for (int k = 0; k < w->p->slots; k++)
		if (block_of(w, i, k)->cost < price_now(w, i) && push_out(w, i, k))
			return true;
	return false;
}

static int ways(const struct packing *w, int i)
{
	int n = 0;

	for (int k = 0; k < w->p->slots; k++)
		n += block_of(w, i, k)->cost < NEVER;
	return n;
}

static const struct packing *sorting;                /* qsort has no context */

static int by_ways(const void *a, const void *b)
{
	int i = *(const int *)a, j = *(const int *)b, x = ways(sorting, i), y = ways(sorting, j);
	const struct schedule_vehicle *v = sorting->p->vehicle;

	if (x != y)
		return x < y ? -1 : 1;
	if (v[i].energy != v[j].energy)
		return v[i].energy > v[j].energy ? -1 : 1;
	return i < j ? -1 : i > j;
}

static int by_energy(const void *a, const void *b)
{
	int i = *(const int *)a, j = *(const int *)b;
	const struct schedule_vehicle *v = sorting->p->vehicle;

	if (v[i].energy != v[j].energy)
		return v[i].energy > v[j].energy ? -1 : 1;
	return i < j ? -1 : i > j;
}

static void pack(struct packing *w, int (*order)(const void *, const void *))
{
	bool better = true;

	take_all_out(w);
	for (int i = 0; i < w->n; i++)
		w->rank[i] = i;
	sorting = w;
	qsort(w->rank, (size_t)w->n, sizeof(*w->rank), order);
	for (int k = 0; k < w->n; k++) {
		int slot = cheapest(w, w->rank[k]);

		if (slot >= 0)
			put(w, w->rank[k], slot);
	}
	for (int round = 0; better && round < ROUNDS; round++) {
		better = false;
		for (int k = 0; k < w->n; k++)
			better |= improve(w, w->rank[k]);
	}
	keep_best(w);
}

/* ---- few: every way there is */

/* left: energy of those before k that were left out. */
static void search(struct packing *w, int k, int64_t left)
{
	int i;

	if (w->tries++ > TRIES || left > w->best_missing ||
		(left == w->best_missing && w->cost + w->rest[k] >= w->best_cost))
		return;
	if (k == w->n) {
		keep_best(w);
		return;
	}
	i = w->rank[k];
	for (int slot = 0; slot < w->p->slots; slot++) {
		if (!fits(w, i, slot))
			continue;
		put(w, i, slot);
		search(w, k + 1, left);
		put(w, i, -1);
	}
	search(w, k + 1, left + w->p->vehicle[i].energy);
}

static int64_t cheapest_alone(const struct packing *w, int i)
{
	int64_t least = NEVER;

	for (int k = 0; k < w->p->slots; k++)
		if (block_of(w, i, k)->cost < least)
			least = block_of(w, i, k)->cost;
	return least < NEVER ? least : 0;
}

/* true: nothing is better than the best that is kept. */
static bool prove(struct packing *w)
{
	w->rest[w->n] = 0;
	for (int k = w->n - 1; k >= 0; k--)
		w->rest[k] = w->rest[k + 1] + cheapest_alone(w, w->rank[k]);
	if (w->best_missing == 0 && w->best_cost == w->rest[0])
		return true;
	if (w->n > FEW)
		return false;
	take_all_out(w);
	search(w, 0, 0);
	return w->tries <= TRIES;
}

/* ---- what did not fit whole */

struct piece { int slot, seconds; int64_t cost; };

static struct piece longest_piece(const struct packing *w, int i)
{
	const struct schedule_vehicle *v = &w->p->vehicle[i];
	int wanted = seconds_wanted(v), to = v->to < w->p->slots ? v->to : w->p->slots;
	struct piece best = { .slot = -1 };

	for (int k = v->from; k < to; k++) {
		int begin = begin_of(w, i, k), last = k - 1;
		struct piece one = { .slot = k };

		if (!is_open(w, k))
			continue;
		while (last + 1 < to && has_room(w, i, last + 1, last + 1))
			last++;
		one.seconds = (last + 1) * w->p->slot_seconds - begin;
		one.seconds = one.seconds < wanted ? one.seconds : wanted;
		if (one.seconds <= 0)
			continue;
		one.cost = cost_of(w, i, begin, one.seconds);
		if (one.seconds > best.seconds || (one.seconds == best.seconds && one.cost < best.cost))
			best = one;
	}
	return best;
}

static void cut_short(struct packing *w, struct order *out, int i)
{
	const struct schedule_vehicle *v = &w->p->vehicle[i];
	struct piece piece = longest_piece(w, i);
	int64_t energy = v->energy;

	out->start[i] = -1;
	if (piece.slot >= 0) {
		int end = begin_of(w, i, piece.slot) + piece.seconds;

		out->start[i] = begin_of(w, i, piece.slot);
		out->seconds[i] = piece.seconds;
		energy -= (int64_t)piece.seconds * v->watt / JOULES;
		w->cost += piece.cost;
		for (int k = piece.slot; k <= (end - 1) / w->p->slot_seconds; k++)
			w->load[k] += v->watt;
	}
	out->missing[i] = energy > 0 ? energy : 0;
	out->total_missing += out->missing[i];
}

static void write_order(struct packing *w, struct order *out)
{
	take_all_out(w);
	for (int i = 0; i < w->n; i++)
		if (w->best_at[i] >= 0)
			put(w, i, w->best_at[i]);
	for (int i = 0; i < w->n; i++) {
		if (w->at[i] >= 0) {
			out->start[i] = begin_of(w, i, w->at[i]);
			out->seconds[i] = seconds_wanted(&w->p->vehicle[i]);
		} else if (w->p->vehicle[i].energy > 0) {
			cut_short(w, out, i);
		} else {
			out->start[i] = -1;
		}
	}
	out->cost = w->cost / PART;
	memcpy(out->load, w->load, sizeof(out->load));
}

static void *room(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p)
		error_die("out of memory");
	return p;
}

static void packing_init(struct packing *w, const struct schedule_problem *p, int first)
{
	size_t n = (size_t)p->n;

	*w = (struct packing){ .p = p, .first = first, .n = p->n, .best_missing = NEVER };
	w->block = room(n * (size_t)p->slots, sizeof(*w->block));
	w->at = room(n, sizeof(*w->at));
	w->best_at = room(n, sizeof(*w->best_at));
	w->rank = room(n, sizeof(*w->rank));
	w->rest = room(n, sizeof(*w->rest));
	for (int i = 0; i < w->n; i++) {
		make_blocks(w, i);
		w->at[i] = w->best_at[i] = -1;
		w->missing += p->vehicle[i].energy;
	}
}

static void packing_clear(struct packing *w)
{
	free(w->block);
	free(w->at);
	free(w->best_at);
	free(w->rank);
	free(w->rest);
}

enum schedule_fault order_solve(const struct schedule_problem *p, int first, struct order *out)
{
	size_t n = (size_t)p->n;
	struct packing w;

	*out = (struct order){ .n = p->n, .slots = p->slots };
	if (p->n * p->interval > p->slot_seconds)
		return SCHEDULE_INTERVAL;
	out->start = room(n, sizeof(*out->start));
	out->seconds = room(n, sizeof(*out->seconds));
	out->missing = room(n, sizeof(*out->missing));
	packing_init(&w, p, first);
	pack(&w, by_energy);
	pack(&w, by_ways);
	out->proven = prove(&w);
	write_order(&w, out);
	packing_clear(&w);
	return out->total_missing ? SCHEDULE_SHORT : SCHEDULE_FITS;
}

void order_clear(struct order *o)
{
	free(o->start);
	free(o->seconds);
	free(o->missing);
	*o = (struct order){ 0 };
}

bool order_fits(const struct schedule_problem *p, const int *start, int64_t *cost)
{
	const struct packing w = { .p = p, .n = p->n };
	int load[SCHEDULE_SLOTS] = { 0 };
	int64_t sum = 0;

	for (int i = 0; i < p->n; i++) {
		int seconds = seconds_wanted(&p->vehicle[i]), to = p->vehicle[i].to, end;

		if (!seconds)
			continue;
		end = start[i] + seconds;
		to = to < p->slots ? to : p->slots;
		if (start[i] < p->vehicle[i].from * p->slot_seconds || end > to * p->slot_seconds)
			return false;
		for (int k = start[i] / p->slot_seconds; k <= (end - 1) / p->slot_seconds; k++)
			if ((load[k] += p->vehicle[i].watt) > p->limit[k])
				return false;
		sum += cost_of(&w, i, start[i], seconds);
	}
	*cost = sum / PART;
	return true;
}

static bool all_fit(struct schedule_problem *p, const int *taken, int first, int limit)
{
	struct order o;
	bool is;

	for (int k = 0; k < p->slots; k++)
		p->limit[k] = taken[k] + limit;
	is = order_solve(p, first, &o) == SCHEDULE_FITS;
	order_clear(&o);
	return is;
}

int order_limit_needed(const struct schedule_problem *p, int first)
{
	struct schedule_problem again = *p;
	int taken[SCHEDULE_SLOTS], most = p->limit[0], low = 0, high = 0;

	for (int k = 0; k < p->slots; k++)
		most = p->limit[k] > most ? p->limit[k] : most;
	for (int k = 0; k < p->slots; k++) {
		taken[k] = p->limit[k] - most;       /* what others draw there, below zero */
		high = -taken[k] > high ? -taken[k] : high;
	}
	for (int i = 0; i < p->n && high < INT32_MAX / 4; i++)
		high += p->vehicle[i].watt;
	if (!all_fit(&again, taken, first, high))
		return 0;
	while (low + 999 < high) {
		int middle = low + (high - low) / 2;

		if (all_fit(&again, taken, first, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return (high + 999) / 1000 * 1000;
}

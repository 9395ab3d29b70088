/* plan_schedule.c - successive shortest paths over the slots of a plan.
 * Owns nothing; pure. Serves plan_schedule.h.
 *
 * The graph is folded onto its slots: an arc from a full slot k to l is the vehicle that moves a
 * watt from k to l most cheaply, so a search walks 48 nodes, not 250. Slots with room lead out. */
#include "charge/plan_schedule.h"

#include <stdlib.h>
#include <string.h>

#define JOULES 360                           /* of 1e-4 kWh */
#define NEVER (INT64_MAX / 4)
#define PART (INT64_C(3600000))              /* W s of a kWh */

struct solving {
	const struct schedule_problem *p;
	struct schedule *s;
	int64_t dist[SCHEDULE_SLOTS];
	/* slot moved from (-1: new), vehicle moved */
	int before[SCHEDULE_SLOTS], by[SCHEDULE_SLOTS];
};

static int seconds_of(const struct schedule_problem *p, int rank)
{
	return p->slot_seconds - rank * p->interval;
}

int64_t schedule_energy(const struct schedule_problem *p, int rank, int64_t watt)
{
	return watt * seconds_of(p, rank) / JOULES;
}

static int64_t cost_of(const struct schedule_problem *p, int rank, int slot)
{
	return p->price[slot] * seconds_of(p, rank);
}

static int *watt_at(const struct schedule *s, int rank, int slot)
{
	return &s->watt[rank * s->slots + slot];
}

static bool there(const struct schedule_problem *p, int rank, int slot)
{
	return slot >= p->vehicle[rank].from && slot < p->vehicle[rank].to;
}

static bool full(const struct solving *w, int slot)
{
	return w->s->load[slot] >= w->p->limit[slot];
}

static void relax(struct solving *w, int from, int to, int rank, int64_t dist)
{
	if (dist >= w->dist[to])
		return;
	w->dist[to] = dist;
	w->before[to] = from;
	w->by[to] = rank;
}

/* All that the vehicle `rank` may move out of the slot. */
static void relax_vehicle(struct solving *w, int from, int rank)
{
	int last = w->p->vehicle[rank].to < w->p->slots ? w->p->vehicle[rank].to : w->p->slots;

	if (*watt_at(w->s, rank, from) == 0)
		return;
	for (int to = w->p->vehicle[rank].from; to < last; to++)
		if (to != from && *watt_at(w->s, rank, to) < w->p->vehicle[rank].watt)
			relax(w, from, to, rank,
				w->dist[from] + cost_of(w->p, rank, to) - cost_of(w->p, rank, from));
}

/* Shortest way of one more watt of the vehicle into a slot with room; -1: none. Costs of moves may
 * be negative, cycles are not (the flow so far is optimal): Bellman-Ford, a queue of slots. */
static int search(struct solving *w, int rank)
{
	int best = -1, queue[SCHEDULE_SLOTS], head = 0, waiting = 0;
	bool queued[SCHEDULE_SLOTS] = { false };
	int64_t seen[SCHEDULE_SLOTS];

	for (int k = 0; k < w->p->slots; k++) {
		w->dist[k] = seen[k] = NEVER;
		if (there(w->p, rank, k) && *watt_at(w->s, rank, k) < w->p->vehicle[rank].watt) {
			relax(w, -1, k, rank, cost_of(w->p, rank, k));
			queue[waiting++] = k;
			queued[k] = true;
		}
	}
	while (waiting) {
		int k = queue[head];

		head = (head + 1) % SCHEDULE_SLOTS;
		waiting--;
		queued[k] = false;
		if (!full(w, k) || w->dist[k] >= seen[k])
			continue;
		seen[k] = w->dist[k];
		for (int j = 0; j < w->p->n; j++)
			relax_vehicle(w, k, j);
		for (int l = 0; l < w->p->slots; l++)
			if (!queued[l] && w->dist[l] < seen[l] && full(w, l)) {
				queue[(head + waiting++) % SCHEDULE_SLOTS] = l;
				queued[l] = true;
			}
	}
	for (int k = 0; k < w->p->slots; k++)
		if (!full(w, k) && w->dist[k] < NEVER && (best < 0 || w->dist[k] < w->dist[best]))
			best = k;
	return best;
}

/* As many watts as the narrowest step of the way takes. */
static int room_on_way(const struct solving *w, int end, int64_t wanted)
{
	int64_t room = w->p->limit[end] - w->s->load[end];

	for (int k = end; k >= 0; k = w->before[k]) {
		int64_t up = w->p->vehicle[w->by[k]].watt - *watt_at(w->s, w->by[k], k);

		room = up < room ? up : room;
		if (w->before[k] >= 0 && *watt_at(w->s, w->by[k], w->before[k]) < room)
			room = *watt_at(w->s, w->by[k], w->before[k]);
	}
	return (int)(wanted < room ? wanted : room);
}

static void take_way(struct solving *w, int end, int watt)
{
	w->s->load[end] += watt;
	for (int k = end; k >= 0; k = w->before[k]) {
		*watt_at(w->s, w->by[k], k) += watt;
		if (w->before[k] >= 0)
			*watt_at(w->s, w->by[k], w->before[k]) -= watt;
	}
}

static void serve(struct solving *w, int rank)
{
	const struct schedule_problem *p = w->p;
	int64_t seconds = seconds_of(p, rank), energy = p->vehicle[rank].energy;
	int64_t wanted = energy > 0 ? (energy * JOULES + seconds - 1) / seconds : 0;

	while (wanted > 0) {
		int end = search(w, rank), watt = end < 0 ? 0 : room_on_way(w, end, wanted);

		if (watt == 0)
			break;
		take_way(w, end, watt);
		wanted -= watt;
	}
	w->s->missing[rank] = (wanted * seconds + JOULES - 1) / JOULES;
	if (w->s->missing[rank] > energy)
		w->s->missing[rank] = energy > 0 ? energy : 0;
}

static int64_t total_cost(const struct schedule_problem *p, const struct schedule *s)
{
	int64_t sum = 0;

	for (int i = 0; i < p->n; i++)
		for (int k = 0; k < p->slots; k++)
			sum += *watt_at(s, i, k) * (cost_of(p, i, k) / 100);
	return sum / (PART / 100);
}

enum schedule_fault schedule_solve(const struct schedule_problem *p, struct schedule *out)
{
	struct solving w = { .p = p, .s = out };

	*out = (struct schedule){ .n = p->n, .slots = p->slots };
	if (p->n > 0 && seconds_of(p, p->n - 1) <= 0)
		return SCHEDULE_INTERVAL;
	out->watt = calloc((size_t)p->n * (size_t)p->slots + 1, sizeof(*out->watt));
	out->missing = calloc((size_t)p->n + 1, sizeof(*out->missing));
	if (!out->watt || !out->missing)
		error_die("out of memory");
	for (int i = 0; i < p->n; i++) {
		serve(&w, i);
		out->total_missing += out->missing[i];
	}
	out->cost = total_cost(p, out);
	return out->total_missing ? SCHEDULE_SHORT : SCHEDULE_FITS;
}

void schedule_clear(struct schedule *s)
{
	free(s->watt);
	free(s->missing);
	*s = (struct schedule){ 0 };
}

/* solver_bench.c - a depot's night: vehicles under one limit over half hours, planned by
 * plan_schedule.c and by who comes first takes the cheapest room there is.
 * Owns nothing.
 * Serves bench_solver.py. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "charge/plan_schedule.h"

static uint32_t seed = 11;

static int dice(int n)
{
	seed = seed * 1664525u + 1013904223u;
	return (int)((seed >> 8) % (uint32_t)n);
}

/* 18:00 to 08:00 in half hours: peak, flat, valley, flat. */
static void make(struct schedule_problem *p, struct schedule_vehicle *v, int n)
{
	*p = (struct schedule_problem){ .slots = 28, .slot_seconds = 1800, .interval = 5, .n = n,
		.vehicle = v };
	for (int k = 0; k < p->slots; k++) {
		p->price[k] = k < 8 ? 125000 : k < 12 ? 85000 : k < 24 ? 38000 : 85000;
		p->limit[k] = n * 6000;
	}
	for (int i = 0; i < n; i++) {
		int from = dice(10), to = 18 + dice(11);

		v[i] = (struct schedule_vehicle){ .watt = dice(3) ? 60000 : 120000, .from = from, .to = to,
			.energy = (INT64_C(10) + dice(51)) * ENERGY_KWH };
	}
}

/* In the order of their starts each vehicle takes the cheapest half hours that still have room. */
static void greedy(const struct schedule_problem *p, int64_t *cost, int64_t *missing)
{
	int load[SCHEDULE_SLOTS] = { 0 };

	for (int i = 0; i < p->n; i++) {
		const struct schedule_vehicle *v = &p->vehicle[i];
		int64_t seconds = p->slot_seconds - i * p->interval;
		int64_t left = (v->energy * 360 + seconds - 1) / seconds;
		bool used[SCHEDULE_SLOTS] = { false };

		for (;;) {
			int best = -1;
			int64_t watt;

			for (int k = v->from; k < v->to; k++)
				if (!used[k] && load[k] < p->limit[k] &&
					(best < 0 || p->price[k] < p->price[best]))
					best = k;
			if (best < 0 || left == 0)
				break;
			watt = p->limit[best] - load[best] < v->watt ? p->limit[best] - load[best] : v->watt;
			watt = watt < left ? watt : left;
			used[best] = true;
			load[best] += (int)watt;
			left -= watt;
			*cost += watt * p->price[best] * seconds / 3600000;
		}
		*missing += left * seconds / 360;
	}
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	struct schedule_vehicle v[SCHEDULE_VEHICLES];
	int64_t cost = 0, missing = 0, n = 200, solve_us, greedy_us, again_us;
	struct schedule_problem p;
	struct schedule s, again;

	if (argc > 1 && (!text_i64(argv[1], &n) || n < 1 || n > SCHEDULE_VEHICLES))
		return 2;
	make(&p, v, (int)n);
	solve_us = now_us();
	schedule_solve(&p, &s);
	solve_us = now_us() - solve_us;
	greedy_us = now_us();
	greedy(&p, &cost, &missing);
	greedy_us = now_us() - greedy_us;
	again_us = now_us();
	schedule_again(&p, &s, 12, 0, &again);
	again_us = now_us() - again_us;
	printf("vehicles=%d slots=%d solve_us=%lld again_us=%lld greedy_us=%lld cost=%lld missing=%lld"
		" greedy_cost=%lld greedy_missing=%lld\n", p.n, p.slots, (long long)solve_us,
		(long long)again_us, (long long)greedy_us, (long long)s.cost,
		(long long)s.total_missing, (long long)cost, (long long)missing);
	schedule_clear(&s);
	schedule_clear(&again);
	return 0;
}

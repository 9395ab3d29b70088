/* solver_bench.c - a depot's night: vehicles under one limit over half hours, planned by
 * plan_order.c, beside who comes first starts first and beside what no way can be cheaper than.
 * Owns nothing.
 * Serves bench_solver.py. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "charge/plan_order.h"

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
		p->limit[k] = n * 8000;
	}
	for (int i = 0; i < n; i++) {
		int from = dice(10), to = 18 + dice(11);

		v[i] = (struct schedule_vehicle){ .watt = dice(3) ? 60000 : 120000, .from = from, .to = to,
			.energy = (INT64_C(10) + dice(51)) * ENERGY_KWH };
	}
}

/* Who comes first starts in the first half hour that has room for him. */
static void naive(const struct schedule_problem *p, int64_t *cost, int64_t *missing)
{
	int load[SCHEDULE_SLOTS] = { 0 };

	for (int i = 0; i < p->n; i++) {
		const struct schedule_vehicle *v = &p->vehicle[i];
		int seconds = (int)((v->energy * 360 + v->watt - 1) / v->watt), k, s, last = 0;
		bool room = false;

		for (k = v->from; k < v->to && !room; k++) {
			last = (k * 1800 + i * p->interval + seconds - 1) / 1800;
			room = last < v->to;
			for (s = k; room && s <= last; s++)
				room = load[s] + v->watt <= p->limit[s];
		}
		if (!room) {
			*missing += v->energy;
			continue;
		}
		k--;
		for (s = k; s <= last; s++)
			load[s] += v->watt;
		for (int t = k * 1800 + i * p->interval, n = seconds; n > 0; t++, n--)
			*cost += (int64_t)v->watt * p->price[t / 1800] / 36;
	}
	*cost /= 100000;
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t timed(const struct schedule_problem *p, int first, struct order *o)
{
	int64_t begin = now_us();

	order_solve(p, first, o);
	return now_us() - begin;
}

int main(int argc, char **argv)
{
	struct schedule_vehicle v[SCHEDULE_VEHICLES];
	int64_t cost = 0, missing = 0, n = 200, solve_us, naive_us, again_us;
	struct schedule_problem p, free_power;
	struct order o, again;
	struct schedule s;

	if (argc > 1 && (!text_i64(argv[1], &n) || n < 1 || n > SCHEDULE_VEHICLES))
		return 2;
	make(&p, v, (int)n);
	solve_us = timed(&p, 0, &o);
	free_power = p;
	free_power.interval = 0;
	schedule_solve(&free_power, &s);
	naive_us = now_us();
	naive(&p, &cost, &missing);
	naive_us = now_us() - naive_us;
	v[0].energy = 0;                             /* it fails, a quarter of an hour later */
	again_us = timed(&p, 900, &again);
	printf("vehicles=%d\nslots=%d\nsolve_us=%lld\nagain_us=%lld\nnaive_us=%lld\ncost=%lld\n"
		"missing=%lld\nbound=%lld\nbound_missing=%lld\nnaive_cost=%lld\nnaive_missing=%lld\n", p.n, p.slots,
		(long long)solve_us, (long long)again_us, (long long)naive_us, (long long)o.cost,
		(long long)o.total_missing, (long long)s.cost, (long long)s.total_missing,
		(long long)cost, (long long)missing);
	schedule_clear(&s);
	order_clear(&o);
	order_clear(&again);
	return 0;
}

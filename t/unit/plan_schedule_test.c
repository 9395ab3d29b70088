/* plan_schedule_test.c - lib/charge/plan_schedule.h: never dearer than all there is, never over the
 * limit, and what is said when nothing fits (Z1).
 * Owns nothing.
 * Serves lib/charge/plan_schedule. */
#include "unit.h"

#include "charge/plan_schedule.h"

#define CASES 1000
#define NONE INT64_MAX

static uint32_t seed = 7;

static int dice(int n)
{
	seed = seed * 1664525u + 1013904223u;
	return (int)((seed >> 8) % (uint32_t)n);
}

/* Every way there is: watts of each vehicle in each slot, one after the other. */
struct brute {
	const struct schedule_problem *p;
	int64_t best_missing, best_cost;
	int load[4];
};

static int64_t wanted_watts(const struct schedule_problem *p, int i)
{
	int64_t seconds = p->slot_seconds - i * p->interval;

	return (p->vehicle[i].energy * 360 + seconds - 1) / seconds;
}

static void brute(struct brute *b, int i, int k, int64_t left, int64_t missing, int64_t cost)
{
	const struct schedule_problem *p = b->p;
	int most = 0;

	if (i == p->n) {
		if (missing < b->best_missing || (missing == b->best_missing && cost < b->best_cost)) {
			b->best_missing = missing;
			b->best_cost = cost;
		}
		return;
	}
	if (k == p->slots) {
		brute(b, i + 1, 0, i + 1 < p->n ? wanted_watts(p, i + 1) : 0, missing + left, cost);
		return;
	}
	if (k >= p->vehicle[i].from && k < p->vehicle[i].to)
		most = p->vehicle[i].watt < left ? p->vehicle[i].watt : (int)left;
	for (int x = 0; x <= most && b->load[k] + x <= p->limit[k]; x++) {
		b->load[k] += x;
		brute(b, i, k + 1, left - x, missing,
			cost + x * p->price[k] * (p->slot_seconds - i * p->interval));
		b->load[k] -= x;
	}
}

static void random_case(struct schedule_problem *p, struct schedule_vehicle v[3])
{
	*p = (struct schedule_problem){ .slots = 1 + dice(3), .slot_seconds = 1800,
		.interval = dice(3) * 200, .n = 1 + dice(3), .vehicle = v };
	for (int k = 0; k < p->slots; k++) {
		p->price[k] = 100 * (1 + dice(5));
		p->limit[k] = 1 + dice(6);
	}
	for (int i = 0; i < p->n; i++) {
		int from = dice(p->slots);

		v[i] = (struct schedule_vehicle){ .watt = 1 + dice(3), .from = from,
			.to = from + 1 + dice(p->slots - from), .energy = dice(24) };
	}
}

/* What holds for every schedule: caps, windows, the limit, the load that is said. */
static int64_t check(const struct schedule_problem *p, const struct schedule *s)
{
	int64_t cost = 0;

	for (int k = 0; k < p->slots; k++) {
		int load = 0;

		for (int i = 0; i < p->n; i++) {
			int x = s->watt[i * s->slots + k];

			assert_in_range(x, 0, p->vehicle[i].watt);
			assert_true(x == 0 || (k >= p->vehicle[i].from && k < p->vehicle[i].to));
			load += x;
			cost += x * p->price[k] * (p->slot_seconds - i * p->interval);
		}
		assert_int_equal(load, s->load[k]);
		assert_true(load <= p->limit[k]);
	}
	for (int i = 0; i < p->n; i++) {
		int64_t got = 0;

		for (int k = 0; k < p->slots; k++)
			got += s->watt[i * s->slots + k];
		assert_true(schedule_energy(p, i, got) + s->missing[i] >= p->vehicle[i].energy);
	}
	return cost;
}

static void test_never_dearer_than_brute_force_Z1(void **state)
{
	struct schedule_vehicle v[3];
	struct schedule_problem p;
	int shorts = 0, tight = 0;

	(void)state;
	for (int n = 0; n < CASES; n++) {
		struct brute b = { .p = &p, .best_missing = NONE, .best_cost = NONE };
		enum schedule_fault fault;
		struct schedule s;
		int64_t cost;

		random_case(&p, v);
		fault = schedule_solve(&p, &s);
		cost = check(&p, &s);
		brute(&b, 0, 0, wanted_watts(&p, 0), 0, 0);
		assert_int_equal(fault == SCHEDULE_FITS, b.best_missing == 0);
		if (fault == SCHEDULE_FITS)
			assert_int_equal(cost, b.best_cost);
		shorts += fault == SCHEDULE_SHORT;
		for (int k = 0; k < p.slots; k++)
			tight += fault == SCHEDULE_FITS && s.load[k] == p.limit[k] && s.load[k];
		schedule_clear(&s);
	}
	assert_in_range(shorts, 100, 800);           /* the cases are worth trying */
	assert_true(tight > 50);
}

/* Served fully only by moving who came first: the greedy way would leave the second out. */
static void test_who_came_first_makes_room(void **state)
{
	const struct schedule_vehicle v[] = { { 35000, 7000, 0, 2 }, { 35000, 7000, 0, 1 } };
	struct schedule_problem p = { .slots = 2, .slot_seconds = 1800, .n = 2, .vehicle = v,
		.price = { 30000, 90000 }, .limit = { 7000, 7000 } };
	struct schedule s;

	(void)state;
	assert_int_equal(schedule_solve(&p, &s), SCHEDULE_FITS);
	assert_int_equal(s.watt[0], 0);
	assert_int_equal(s.watt[1], 7000);
	assert_int_equal(s.watt[2], 7000);
	assert_int_equal(s.cost, 420000);            /* 3.5 kWh x (0.3 + 0.9) yuan */
	schedule_clear(&s);
}

static void test_what_does_not_fit_is_said(void **state)
{
	const struct schedule_vehicle v[] = { { 70000, 7000, 0, 2 }, { 70000, 7000, 0, 2 } };
	struct schedule_problem p = { .slots = 2, .slot_seconds = 1800, .n = 2, .vehicle = v,
		.price = { 1, 1 }, .limit = { 10000, 10000 } };
	struct schedule s;

	(void)state;
	assert_int_equal(schedule_solve(&p, &s), SCHEDULE_SHORT);
	assert_int_equal(s.total_missing, 40000);
	schedule_clear(&s);
	p.interval = 1800;
	assert_int_equal(schedule_solve(&p, &s), SCHEDULE_INTERVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_dearer_than_brute_force_Z1),
		cmocka_unit_test(test_who_came_first_makes_room),
		cmocka_unit_test(test_what_does_not_fit_is_said),
	};

	return cmocka_run_group_tests_name("plan_schedule", tests, NULL, NULL);
}

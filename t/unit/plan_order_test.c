/* plan_order_test.c - lib/charge/plan_order.h: never dearer than every way there is, never over the
 * limit, never two starts within the interval, and what is said when nothing fits (Z1).
 * Owns nothing.
 * Serves lib/charge/plan_order. */
#include "unit.h"

#include "charge/plan_order.h"

#define CASES 1000
#define SLOT 1800
#define NEVER (INT64_MAX / 4)

static uint32_t seed = 7;

static int dice(int n)
{
	seed = seed * 1664525u + 1013904223u;
	return (int)((seed >> 8) % (uint32_t)n);
}

/* Every start of every vehicle, second by second where the test of loads is concerned. */
struct brute {
	const struct schedule_problem *p;
	int64_t best;
	int load[SCHEDULE_SLOTS];
};

static int wanted(const struct schedule_vehicle *v)
{
	return (int)((v->energy * 360 + v->watt - 1) / v->watt);
}

static int64_t price_of(const struct schedule_problem *p, int i, int begin, int seconds)
{
	int64_t sum = 0;

	for (int t = begin; t < begin + seconds; t++)
		sum += (int64_t)p->vehicle[i].watt * p->price[t / SLOT];
	return sum;
}

static void brute(struct brute *b, int i, int64_t cost)
{
	const struct schedule_problem *p = b->p;

	if (i == p->n) {
		b->best = cost < b->best ? cost : b->best;
		return;
	}
	for (int k = p->vehicle[i].from; k < p->vehicle[i].to; k++) {
		int begin = k * SLOT + i * p->interval, last = (begin + wanted(&p->vehicle[i]) - 1) / SLOT;
		bool room = last < p->vehicle[i].to;

		for (int s = k; room && s <= last; s++)
			room = b->load[s] + p->vehicle[i].watt <= p->limit[s];
		if (!room)
			continue;
		for (int s = k; s <= last; s++)
			b->load[s] += p->vehicle[i].watt;
		brute(b, i + 1, cost + price_of(p, i, begin, wanted(&p->vehicle[i])));
		for (int s = k; s <= last; s++)
			b->load[s] -= p->vehicle[i].watt;
	}
}

static void random_case(struct schedule_problem *p, struct schedule_vehicle v[4])
{
	*p = (struct schedule_problem){ .slots = 2 + dice(5), .slot_seconds = SLOT,
		.interval = dice(3) * 200, .n = 1 + dice(4), .vehicle = v };
	for (int k = 0; k < p->slots; k++) {
		p->price[k] = 10000 * (1 + dice(5));
		p->limit[k] = 1000 * (5 + dice(12));
	}
	for (int i = 0; i < p->n; i++) {
		int from = dice(p->slots) / 2;

		v[i] = (struct schedule_vehicle){ .watt = 1000 * (3 + dice(5)), .from = from,
			.to = from + 1 + dice(p->slots - from), .energy = 2000 + dice(30000) };
	}
}

/* What holds for every order, looked at second by second; the watt-second-price of it. */
static int64_t check(const struct schedule_problem *p, const struct order *o)
{
	int64_t cost = 0;

	for (int i = 0; i < p->n; i++) {
		const struct schedule_vehicle *v = &p->vehicle[i];

		if (o->start[i] < 0) {
			assert_int_equal(o->missing[i], v->energy);
			continue;
		}
		assert_true(o->start[i] >= v->from * SLOT);
		assert_true(o->start[i] + o->seconds[i] <= v->to * SLOT);
		assert_true((int64_t)o->seconds[i] * v->watt / 360 + o->missing[i] >= v->energy);
		cost += price_of(p, i, o->start[i], o->seconds[i]);
		for (int j = 0; j < i; j++)
			assert_true(o->start[j] < 0 || abs(o->start[i] - o->start[j]) >= p->interval);
	}
	for (int k = 0; k < p->slots; k++) {
		int load = 0;

		for (int i = 0; i < p->n; i++)
			if (o->start[i] >= 0 && o->start[i] < (k + 1) * SLOT &&
				o->start[i] + o->seconds[i] > k * SLOT)
				load += p->vehicle[i].watt;
		assert_int_equal(load, o->load[k]);
		assert_true(load <= p->limit[k] || !load);
	}
	return cost;
}

static void test_never_dearer_than_brute_force_Z1(void **state)
{
	int shorts = 0, fits = 0, full = 0;
	struct schedule_vehicle v[4];
	struct schedule_problem p;

	(void)state;
	for (int n = 0; n < CASES; n++) {
		struct brute b = { .p = &p, .best = NEVER };
		enum schedule_fault fault;
		struct schedule bound;
		struct order o;
		int64_t cost, again;

		random_case(&p, v);
		fault = order_solve(&p, 0, &o);
		cost = check(&p, &o);
		brute(&b, 0, 0);
		assert_int_equal(fault == SCHEDULE_FITS, b.best < NEVER);
		shorts += fault == SCHEDULE_SHORT;
		fits += fault == SCHEDULE_FITS && p.n > 1;
		assert_true(o.proven);
		if (fault == SCHEDULE_FITS) {
			assert_int_equal(cost, b.best);
			assert_true(order_fits(&p, o.start, &again));
			assert_int_equal(again, o.cost);
			for (int k = 0; k < p.slots; k++)
				full += o.load[k] == p.limit[k];
			/* and what divides power freely is a bound indeed */
			p.interval = 0;
			assert_int_equal(schedule_solve(&p, &bound), SCHEDULE_FITS);
			assert_true(bound.cost <= o.cost + 30 * p.n);       /* whole watts */
			schedule_clear(&bound);
		}
		order_clear(&o);
	}
	assert_true(shorts > 100);                   /* the cases are worth trying */
	assert_true(fits > 100);
	assert_true(full > 50);
}

/* More than can be tried in every way: everybody is in, the limit holds, and it costs little more
 * than what no way can be cheaper than. */
static void test_a_full_depot(void **state)
{
	struct schedule_vehicle v[60];
	struct schedule_problem p = { .slots = 20, .slot_seconds = SLOT, .interval = 5, .n = 60,
		.vehicle = v };
	struct schedule bound;
	struct order o;

	(void)state;
	for (int k = 0; k < p.slots; k++) {
		p.price[k] = k < 4 ? 110000 : k < 16 ? 40000 : 80000;
		p.limit[k] = 600000;
	}
	for (int i = 0; i < p.n; i++)
		v[i] = (struct schedule_vehicle){ .watt = 60000, .to = 14 + dice(7),
			.energy = (30 + dice(50)) * ENERGY_KWH };
	assert_int_equal(order_solve(&p, 0, &o), SCHEDULE_FITS);
	check(&p, &o);
	p.interval = 0;
	assert_int_equal(schedule_solve(&p, &bound), SCHEDULE_FITS);
	assert_in_range(o.cost, bound.cost, bound.cost * 3 / 2);
	schedule_clear(&bound);
	order_clear(&o);
}

static void test_what_does_not_fit_is_said(void **state)
{
	struct schedule_vehicle v[] = { { 70000, 7000, 0, 2 }, { 70000, 7000, 0, 2 } };
	struct schedule_problem p = { .slots = 2, .slot_seconds = SLOT, .n = 2, .vehicle = v,
		.price = { 1, 1 }, .limit = { 10000, 10000 } };
	struct order o;

	(void)state;
	/* one whole, and of the other nothing, as one alone fills the limit */
	assert_int_equal(order_solve(&p, 0, &o), SCHEDULE_SHORT);
	assert_int_equal(o.total_missing, 70000);
	assert_int_equal(order_limit_needed(&p, 0), 14000);
	order_clear(&o);
	/* somebody else draws 5 kW in the first half hour: the limit is meant without him */
	p.limit[0] = 5000;
	assert_int_equal(order_limit_needed(&p, 0), 19000);
	order_clear(&o);
	/* cut short: an hour is wanted, half of one is there */
	p.n = 1;
	p.limit[0] = 0;
	assert_int_equal(order_solve(&p, 0, &o), SCHEDULE_SHORT);
	assert_int_equal(o.start[0], SLOT);
	assert_int_equal(o.seconds[0], SLOT);
	assert_int_equal(o.missing[0], 35000);
	order_clear(&o);
	v[0].energy = 140000;
	assert_int_equal(order_limit_needed(&p, 0), 0);
	p.n = 2;
	p.interval = 901;
	assert_int_equal(order_solve(&p, 0, &o), SCHEDULE_INTERVAL);
}

/* The cheap slot is taken by whom it saves less: he is pushed out of it. */
static void test_who_came_first_makes_room(void **state)
{
	struct schedule_vehicle v[12];
	struct schedule_problem p = { .slots = 12, .slot_seconds = SLOT, .n = 12, .vehicle = v };
	struct order o;

	(void)state;
	for (int i = 0; i < p.n; i++) {
		p.price[i] = 10000 * (i + 1);
		p.limit[i] = 7000;
		v[i] = (struct schedule_vehicle){ 35000, 7000, 0, p.n };
	}
	v[11].to = 1;                                /* the last one must have the first slot */
	assert_int_equal(order_solve(&p, 0, &o), SCHEDULE_FITS);
	assert_int_equal(o.start[11], 0);
	order_clear(&o);
}

/* Slot 0 has begun: nothing starts before `first`, nor at all if not all would have a second. */
static void test_a_slot_that_has_begun(void **state)
{
	struct schedule_vehicle v[] = { { 5000, 5000, 0, 3 }, { 5000, 5000, 0, 3 } };
	struct schedule_problem p = { .slots = 3, .slot_seconds = SLOT, .interval = 60, .n = 2,
		.vehicle = v, .price = { 1, 2, 3 }, .limit = { 9000, 9000, 9000 } };
	struct order o;

	(void)state;
	assert_int_equal(order_solve(&p, 600, &o), SCHEDULE_FITS);
	assert_int_equal(o.start[0] < o.start[1] ? o.start[0] : o.start[1] - 60, 600);
	order_clear(&o);
	assert_int_equal(order_solve(&p, 1700, &o), SCHEDULE_FITS);
	assert_true(o.start[0] >= SLOT && o.start[1] >= SLOT);
	order_clear(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_dearer_than_brute_force_Z1),
		cmocka_unit_test(test_a_full_depot),
		cmocka_unit_test(test_what_does_not_fit_is_said),
		cmocka_unit_test(test_who_came_first_makes_room),
		cmocka_unit_test(test_a_slot_that_has_begun),
	};

	return cmocka_run_group_tests_name("plan_order", tests, NULL, NULL);
}

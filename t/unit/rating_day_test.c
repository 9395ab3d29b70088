/* rating_day_test.c - a day of 10 000 charges of cars and e-bikes: quote, running fee, settlement and
 * re-rating from what stands with the bill are one formula (P5, P14-P18).
 * Owns nothing.
 * Serves `make check`. */
#include "unit.h"

#include "base/clock.h"
#include "base/json.h"
#include "charge/session_internal.h"

#define CHARGES 10000
#define READINGS 60
#define SEGMENTS 400

static uint64_t seed = 0x9e3779b97f4a7c15u;
static int64_t day;

static int64_t pick(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)n);
}

static int set_day(void **state)
{
	(void)state;
	clock_zone(8 * 3600);
	day = clock_day_start(1790000000);
	return 0;
}

/* One price pair a type, slots of random half hours. */
static struct tariff car_tariff(void)
{
	struct tariff t = { .rounding = pick(2) ? ROUND_CUT : ROUND_HALF_UP,
		.occupancy = { .cap = -1 } };
	int64_t energy[PRICE_TYPES], service[PRICE_TYPES];

	for (int i = 0; i < PRICE_TYPES; i++) {
		energy[i] = pick(200000);
		service[i] = pick(90000);
	}
	for (int minute = 0; minute < DAY_MINUTES;) {
		int type = (int)pick(PRICE_TYPES), end = minute + 30 * (1 + (int)pick(10));

		if (end > DAY_MINUTES || t.n == TARIFF_SLOTS - 1)
			end = DAY_MINUTES;
		t.slot[t.n++] = (struct tariff_slot){ minute, end, (enum price_type)type, energy[type],
			service[type] };
		minute = end;
	}
	t.method = t.n == 1 ? METHOD_UNIFIED : METHOD_TOU;
	for (int n = (int)pick(4); t.specials < n; t.specials++)
		t.special[t.specials] = (struct tariff_special){ .days = (int)pick(128),
			.start_minute = 30 * (int)pick(20), .end_minute = DAY_MINUTES,
			.from_energy = pick(20 * ENERGY_KWH), .from_minutes = (int)pick(200),
			.energy_price = pick(200000), .service_price = pick(90000) };
	t.step_energy = pick(2) * pick(ENERGY_KWH);
	return t;
}

static struct tariff bike_tariff(void)
{
	return (struct tariff){ .method = (enum tariff_method)(METHOD_DURATION + pick(5)), .n = 1,
		.step_minutes = (int)(pick(2) * pick(60)),
		.rounding = pick(2) ? ROUND_CUT : ROUND_HALF_UP,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, pick(100000), pick(50000) } },
		.bike = { .stop_minutes = 720, .free_minutes = (int)pick(10), .hour_price = pick(50000),
			.n = 2, .band = { { 0, 200, pick(50000) }, { 200, 1000, pick(90000) } } },
		.occupancy = { .cap = -1 } };
}

struct charge {
	struct tariff tariff;
	int64_t started, ended, energy;
	int readings;
	struct reading reading[READINGS];
	struct usage_segment segment[SEGMENTS];
};

static void random_charge(struct charge *c, bool bike)
{
	int64_t seconds = 60 + pick(8 * 3600);

	c->tariff = bike ? bike_tariff() : car_tariff();
	c->started = day + pick(DAY_SECONDS);
	c->ended = c->started + seconds;
	c->energy = pick(bike ? 3 * ENERGY_KWH : 80 * ENERGY_KWH);
	c->readings = (int)pick(READINGS);
	for (int i = 0; i < c->readings; i++)
		c->reading[i] = (struct reading){ c->started + seconds * (i + 1) / (c->readings + 1),
			c->energy * (i + 1) / (c->readings + 1), (int)pick(400) };
}

static void same_bills(const struct bill *a, const struct bill *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->amount, b->amount);
	for (int i = 0; i < a->n; i++) {
		assert_int_equal(a->line[i].amount, b->line[i].amount);
		assert_int_equal(a->line[i].energy, b->line[i].energy);
		assert_int_equal(a->line[i].seconds, b->line[i].seconds);
	}
}

static void build(struct charge *c, int readings, struct usage *u)
{
	bool used;

	if (tariff_is_bike(&c->tariff))
		assert_ok(usage_by_power(c->started, c->ended, c->energy, c->reading, readings, c->segment,
			SEGMENTS, u));
	else
		assert_ok(usage_build(&c->tariff, c->started, c->ended, c->energy, c->reading, readings,
			NULL, c->segment, SEGMENTS, u, &used));
}

/* As the last report before the end would show it: pieces between readings, not rounded to fen. */
static int64_t running_fee(const struct charge *c, const struct usage *u, int *lines)
{
	static struct bill b;
	struct tariff t = c->tariff;
	int64_t sum = 0, energy = 0, step = 0;

	t.bike.free_minutes = 0;
	*lines = 0;
	for (int i = 0; i < u->n; i++) {
		const struct usage_segment *s = &u->segment[i];
		struct usage piece = { .started = s->from, .ended = s->to, .energy = s->energy,
			.origin = u->started, .before = energy, .n = 1, .segment = (struct usage_segment *)s };

		assert_ok(rating_rate(&t, &piece, NULL, &b));
		energy += s->energy;
		sum += b.amount - b.rounding_fee;
		*lines += b.n;
		if (s->energy || tariff_is_bike(&t))
			step = 0;
		for (int k = 0; k < b.n; k++)
			if (b.line[k].kind == BILL_STEP) {
				sum -= b.line[k].amount;
				step += b.line[k].amount;
			}
	}
	return sum + step;
}

static void rated_again(struct charge *c, const struct usage *u, const struct bill *bill)
{
	static struct bill again;
	struct closing closing = { .tariff = &c->tariff, .usage = *u, .source = "record",
		.meter_start = -1, .meter_end = -1, .device_amount = -1 };
	char *text = bill_inputs_dup(&closing);
	struct bill_inputs in;
	struct arena arena;
	json_t *inputs;

	arena_init(&arena);
	assert_ok(json_read(text, strlen(text), 1 << 20, &inputs));
	assert_ok(bill_inputs_read(&arena, inputs, &in));
	assert_ok(rating_rate(&in.tariff, &in.usage, &in.discount, &again));
	same_bills(bill, &again);
	json_decref(inputs);
	free(text);
	arena_clear(&arena);
}

static bool was_free(const struct bill *b)
{
	return b->n == 1 && b->line[0].kind == BILL_FREE;
}

static void test_a_day_of_charges(void **state)
{
	static struct charge c;
	static struct bill bill, quote;
	int64_t watt, running;
	struct usage u;
	int lines;

	(void)state;
	for (int i = 0; i < CHARGES; i++) {
		random_charge(&c, i % 3 == 0);
		build(&c, c.readings, &u);
		assert_ok(rating_rate(&c.tariff, &u, NULL, &bill));
		rated_again(&c, &u, &bill);
		running = running_fee(&c, &u, &lines);
		if (!was_free(&bill))
			assert_in_range(llabs(running - (bill.amount - bill.rounding_fee)), 0,
				2 * (lines + bill.n));
		/* without readings the quote is the settlement */
		build(&c, 0, &u);
		assert_ok(rating_rate(&c.tariff, &u, NULL, &bill));
		watt = u.segment[0].watt;
		assert_ok(rating_quote(&c.tariff, c.started, c.ended - c.started, c.energy, (int)watt,
			&quote));
		same_bills(&bill, &quote);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_day_of_charges) };

	error_init();
	return cmocka_run_group_tests(tests, set_day, NULL);
}

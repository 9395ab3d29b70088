/* anomaly_test.c - lib/charge/anomaly.h: each rule O16a-o at its border, and which of them stop the
 * money; the state table (O2).
 * Owns nothing.
 * Serves `make check`. */
#include "unit.h"

#include "base/clock.h"
#include "charge/anomaly.h"
#include "charge/session.h"

#define NOW INT64_C(1800000000)
#define HOUR 3600

static const struct anomaly_limits limits = {
	.old_seconds = 90 * DAY_SECONDS, .future_seconds = 15 * 60, .longest_seconds = 24 * HOUR,
	.most_energy = 500 * ENERGY_KWH, .energy_minute = 10 * ENERGY_KWH, .amount = 5000,
};

/* An hour, 20 kWh, 25 yuan, nothing wrong. */
static struct session_facts sound(void)
{
	return (struct session_facts){ .now = NOW,
		.started = NOW - HOUR,
		.ended = NOW,
		.energy = 20 * ENERGY_KWH,
		.meter_start = 1000,
		.meter_end = 1000 + 20 * ENERGY_KWH,
		.has_types = true,
		.type_energy = { 0, 15 * ENERGY_KWH, 5 * ENERGY_KWH, 0 },
		.device_amount = 2500000,
		.amount = 2500000,
		.seen_energy = 19 * ENERGY_KWH,
		.soc_start = 20,
		.soc = 60,
		.platform_times = true };
}

/* The letters that hit, and whether the money is unsafe. */
static void judged(const struct session_facts *f, const char *letters, bool unsafe)
{
	char got[ANOMALY_RULES + 1] = "";
	struct anomalies a;

	anomaly_judge(f, &limits, &a);
	for (int i = 0; i < a.n; i++)
		got[i] = a.hit[i].rule;
	assert_string_equal(got, letters);
	assert_int_equal(a.unsafe, unsafe);
}

static void test_a_sound_record_has_none(void **state) /* O16a */
{
	struct session_facts f = sound();

	(void)state;
	judged(&f, "", false);
}

static void test_types_must_add_up(void **state) /* O16a */
{
	struct session_facts f = sound();

	(void)state;
	f.type_energy[0] = PRICE_TYPES;                  /* the last digit of each bucket */
	judged(&f, "", false);
	f.type_energy[0] = PRICE_TYPES + 1;
	judged(&f, "a", true);
	f.has_types = false;
	judged(&f, "", false);
}

static void test_duration(void **state) /* O16b O16e O16i */
{
	struct session_facts f = sound();

	(void)state;
	f.ended = f.started - 1;
	judged(&f, "b", true);
	f.ended = f.started;
	judged(&f, "i", true);
	f = sound();
	f.started = NOW - 24 * HOUR;
	judged(&f, "", false);
	f.started--;
	judged(&f, "e", true);
}

static void test_clock(void **state) /* O16c O16d */
{
	struct session_facts f = sound();

	(void)state;
	f.started = NOW - 90 * DAY_SECONDS;
	f.ended = f.started + HOUR;
	judged(&f, "", false);
	f.started--;
	/* the platform saw it itself: its own times are billed */
	judged(&f, "c", false);
	f.platform_times = false;
	judged(&f, "c", true);
	f = sound();
	f.ended = NOW + 15 * 60;
	judged(&f, "", false);
	f.ended++;
	judged(&f, "d", false);
	f.platform_times = false;
	judged(&f, "d", true);
}

static void test_energy(void **state) /* O16f O16g O16h O16m */
{
	struct session_facts f = sound();

	(void)state;
	f.has_types = false;
	f.energy = 500 * ENERGY_KWH;
	judged(&f, "", false);
	f.energy++;
	judged(&f, "f", true);
	f.energy = -2;
	f.seen_energy = -2;
	judged(&f, "g", true);
	f = sound();
	f.has_types = false;
	f.ended = f.started + 60;
	f.energy = 10 * ENERGY_KWH;
	f.seen_energy = 0;
	judged(&f, "", false);
	f.energy++;
	judged(&f, "h", true);
	f = sound();
	f.meter_end = f.meter_start - 1;
	judged(&f, "m", true);
	f = sound();
	f.meter_start = f.meter_end = -1;                /* not sent */
	judged(&f, "", false);
	f.type_energy[3] = -1;
	f.type_energy[2]++;
	judged(&f, "m", true);
}

static void test_money(void **state) /* O16j O16k O16l */
{
	struct session_facts f = sound();

	(void)state;
	f.device_amount = f.amount + 25000;              /* 1 % of 25 yuan */
	judged(&f, "", false);
	f.device_amount++;
	judged(&f, "j", false);
	f.amount = 100000;                               /* 1 % is less than 0.05 */
	f.device_amount = 105000;
	judged(&f, "", false);
	f.device_amount++;
	judged(&f, "j", false);
	f.device_amount = -1;                            /* not sent */
	judged(&f, "", false);
	f.device_amount = -2;
	judged(&f, "k", true);
	f = sound();
	f.has_types = false;
	f.energy = f.seen_energy = f.amount = 0;
	f.soc = f.soc_start;
	f.device_amount = 1;
	judged(&f, "l", true);
}

static void test_seen_while_charging(void **state) /* O16n O16o */
{
	struct session_facts f = sound();

	(void)state;
	f.seen_energy = f.energy;
	judged(&f, "", false);
	f.seen_energy++;
	judged(&f, "n", false);
	f = sound();
	f.has_types = false;
	f.energy = f.seen_energy = f.amount = f.device_amount = 0;
	judged(&f, "o", true);
	f.soc = f.soc_start;
	judged(&f, "", false);
	f.soc = -1;
	judged(&f, "", false);
}

static void test_state_table(void **state) /* O2 O4 O6 */
{
	static const struct { enum session_state from, to;
	} legal[] = {
		{ SESSION_STARTING, SESSION_CHARGING },
		{ SESSION_STARTING, SESSION_STOPPING },
		{ SESSION_STARTING, SESSION_FINISHED },
		{ SESSION_STARTING, SESSION_FAILED },
		{ SESSION_STARTING, SESSION_SUSPENDED },
		{ SESSION_CHARGING, SESSION_STOPPING },
		{ SESSION_CHARGING, SESSION_FINISHED },
		{ SESSION_CHARGING, SESSION_SUSPENDED },
		{ SESSION_STOPPING, SESSION_FINISHED },
		{ SESSION_STOPPING, SESSION_FAILED },
		{ SESSION_FAILED, SESSION_FINISHED },
		{ SESSION_SUSPENDED, SESSION_CHARGING },
		{ SESSION_SUSPENDED, SESSION_STOPPING },
		{ SESSION_SUSPENDED, SESSION_FINISHED },
		{ SESSION_SUSPENDED, SESSION_FAILED },
	};
	int found = 0;

	(void)state;
	for (int from = 0; from < session_state_choices.n; from++)
		for (int to = 0; to < session_state_choices.n; to++)
			found += session_may((enum session_state)from, (enum session_state)to);
	for (size_t i = 0; i < sizeof(legal) / sizeof(legal[0]); i++)
		assert_true(session_may(legal[i].from, legal[i].to));
	assert_int_equal(found, (int)(sizeof(legal) / sizeof(legal[0])));
	assert_false(session_may((enum session_state)-1, SESSION_FINISHED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sound_record_has_none),
		cmocka_unit_test(test_types_must_add_up),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_energy),
		cmocka_unit_test(test_money),
		cmocka_unit_test(test_seen_while_charging),
		cmocka_unit_test(test_state_table),
	};

	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

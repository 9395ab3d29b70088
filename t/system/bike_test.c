/* bike_test.c - charges at an e-bike socket against a real server: power bands, free minutes, the
 * longest charge, an end by hand; what is billed is what the curve says, and can be made again.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "charge/tariff.h"
#include "run/program.h"

static struct world w;
static int64_t began;

static struct tariff bands(void)
{
	return (struct tariff){ .effective_at = clock_now() - 400 * DAY_SECONDS, .method = METHOD_POWER,
		.rounding = ROUND_CUT, .n = 1, .slot = { { 0, DAY_MINUTES, PRICE_FLAT, 0, 0 } },
		.bike = { .stop_minutes = 480, .n = 2,
			.band = { { 0, 200, 20000 }, { 200, 1000, 40000 } } },
		.occupancy = { .cap = -1 } };
}

/* The world's station becomes one of e-bikes with this tariff; a yuan is in the wallet. */
static void street(struct tariff t)
{
	int64_t version;

	world_make(&w);
	world_sql("update station set kind = 'ebike' where id = #", w.station);
	world_sql("update tariff set kind = 'ebike', rounding = 'cut' where id = #", w.tariff);
	world_sql("update tariff_version set effective_at = effective_at - interval 1 day where tariff_id"
		" = #", w.tariff);
	fine(tariff_version_add(db, w.tariff, &t, 0, &version));
	world_recharge(&w, wallet_of(&w), 10 * YUAN, 0);
}

static void report(int64_t after, int64_t energy, int64_t watt)
{
	struct session_progress p = { .no = w.started.no, .at = began + after, .energy = energy,
		.device_amount = -1, .power_w = watt, .soc = -1 };

	fine(session_progress(db, &p));
}

static void start(int64_t ago)
{
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	began = clock_now() - ago;
	world_sql("update session set requested_at = from_unixtime(unix_timestamp() - 40000) where id = #",
		w.started.session_id);
}

static struct session_record record(int64_t seconds, int64_t energy)
{
	struct session_record r = world_record(&w, began, began + seconds, energy, "bike");

	r.amount = -1;
	return r;
}

static int64_t number(const char *sql)
{
	return world_number(sql, w.started.session_id);
}

static int64_t amount(void)
{
	return world_money("select amount from session where id = #", w.started.session_id);
}

static void bill_is_made_again(void)
{
	struct bill *b = malloc(sizeof *b);
	bool same = false;

	fine(session_recompute(db, w.started.session_id, b, &same));
	assert_true(same);
	free(b);
	world_is_proved();
}

static void test_power_bands_by_the_curve(void **state) /* P15 O5 */
{
	struct session_record r;

	(void)state;
	street(bands());
	start(7200);
	assert_int_equal(number("select kind = 'ebike' from session where id = #"), 1);
	report(0, 0, 150);
	report(1800, 700, 150);
	assert_int_equal(amount(), 10000);       /* half an hour below 200 W */
	report(3600, 1500, 150);
	report(5400, 3000, 300);
	assert_int_equal(amount(), 20000 + 20000);
	r = record(7200, 4000);
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(amount(), 20000 + 40000);
	assert_int_equal(number("select count(*) from cdr_line l join cdr c on c.id = l.cdr_id where"
		" c.session_id = # and l.kind = 'time' and l.seconds = 3600"), 2);
	assert_int_equal(number("select cast(sum(l.energy * 10000) as signed) from cdr_line l join cdr"
		" c on c.id = l.cdr_id where c.session_id = #"), 4000);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 10 * YUAN - 60000);
	bill_is_made_again();
}

static void test_inside_the_free_minutes(void **state) /* P20 */
{
	struct tariff t = bands();
	struct session_record r;

	(void)state;
	t.bike.free_minutes = 10;
	street(t);
	start(700);
	report(0, 0, 150);
	report(600, 300, 150);
	assert_int_equal(amount(), 0);
	r = record(600, 300);
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(amount(), 0);
	assert_int_equal(number("select count(*) from cdr_line l join cdr c on c.id = l.cdr_id where"
		" c.session_id = # and l.kind = 'free'"), 1);
	bill_is_made_again();
	street(t);
	start(700);
	report(0, 0, 150);
	report(660, 300, 150);
	assert_true(amount() > 0);
	r = record(660, 300);
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(amount(), 3000);        /* 11 min of 0.2 an hour, cut to fen */
	bill_is_made_again();
}

static void test_the_longest_charge(void **state) /* P19 */
{
	struct session_record r;

	(void)state;
	street(bands());
	start(30000);
	assert_int_equal(number("select limit_value from session where id = #"), 480 * 60);
	report(0, 0, 100);
	report(28000, 7000, 100);
	assert_int_equal(number("select count(*) from command where session_id = # and kind = 'stop'"),
		0);
	report(28800, 7200, 100);
	assert_int_equal(number("select count(*) from command where session_id = # and kind = 'stop'"),
		1);
	assert_int_equal(number("select state = 'stopping' and stop_reason = 'limit' from session where"
		" id = #"), 1);
	r = record(29900, 7300);
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(amount(), 8 * 20000);   /* nothing after eight hours */
	bill_is_made_again();
}

static void test_ended_by_hand_with_a_duration(void **state) /* O5 */
{
	const struct actor clerk = { .name = "clerk" };

	(void)state;
	street(bands());
	start(7200);
	report(0, 0, 100);
	report(300, 100, 100);
	refused(session_end_by_hand(db, w.started.session_id, 90000, &clerk, "too long"), ERR_INVALID);
	fine(session_end_by_hand(db, w.started.session_id, 3600, &clerk, "power was cut"));
	assert_int_equal(number("select seconds from session where id = #"), 3600);
	assert_int_equal(amount(), 20000);
	bill_is_made_again();
}

static void test_a_rule_of_another_kind_does_not_count(void **state) /* S1 P2 */
{
	(void)state;
	street(bands());
	world_sql("update tariff set kind = 'cost' where id = #", w.tariff);
	assert_int_equal(world_start(&w, false), REFUSED_NO_TARIFF);
}

static void test_free_of_charge_needs_no_money(void **state) /* P2 */
{
	struct tariff t = bands();

	(void)state;
	t.bike.band[0].hour_price = t.bike.band[1].hour_price = 0;
	t.slot[0].energy_price = 100;            /* not asked by this method */
	street(t);
	start(60);
	assert_int_equal(w.started.prepaid, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_bands_by_the_curve),
		cmocka_unit_test(test_inside_the_free_minutes),
		cmocka_unit_test(test_the_longest_charge),
		cmocka_unit_test(test_ended_by_hand_with_a_duration),
		cmocka_unit_test(test_a_rule_of_another_kind_does_not_count),
		cmocka_unit_test(test_free_of_charge_needs_no_money),
	};

	program_start("bike_test", "bike_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

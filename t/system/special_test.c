/* special_test.c - car charges whose price changes with energy charged, billed in whole steps, at
 * a pile
 * that cannot charge by time of day, by the provider's usual tariff, against a real server (W6,
 * P7).
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "charge/tariff.h"
#include "run/program.h"

static struct world w;
static int64_t began;

static struct tariff day(void)
{
	return (struct tariff){ .effective_at = clock_now() - 400 * DAY_SECONDS, .method = METHOD_TOU,
		.rounding = ROUND_CUT, .n = 2,
		.slot = { { 0, 720, PRICE_FLAT, YUAN, YUAN / 2 },
			{ 720, DAY_MINUTES, PRICE_PEAK, YUAN, YUAN / 5 } },
		.occupancy = { .cap = -1 } };
}

static void site(struct tariff t)
{
	int64_t version;

	world_make(&w);
	world_sql("update tariff_version set effective_at = effective_at - interval 1 day where"
		" tariff_id = #", w.tariff);
	fine(tariff_version_add(db, w.tariff, &t, 0, &version));
	world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
}

static void charge(int64_t energy)
{
	struct session_record r;

	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	began = clock_now() - 3600;
	world_sql("update session set requested_at = from_unixtime(unix_timestamp() - 4000) where id = #",
		w.started.session_id);
	world_progress(&w, began, 0);
	world_progress(&w, began + 1800, energy / 2);
	r = world_record(&w, began, began + 3600, energy, "special");
	r.amount = -1;
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
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

static void test_dearer_beyond_so_much_energy(void **state) /* W6 */
{
	struct tariff t = day(), read;

	(void)state;
	t.n = 1;
	t.slot[0].end_minute = DAY_MINUTES;
	t.specials = 1;
	t.special[0] = (struct tariff_special){ .days = 0x7f, .end_minute = DAY_MINUTES,
		.from_energy = 6 * ENERGY_KWH, .energy_price = 2 * YUAN, .service_price = 0 };
	site(t);
	charge(10 * ENERGY_KWH);
	assert_int_equal(amount(), 6 * 3 * YUAN / 2 + 4 * 2 * YUAN);
	assert_int_equal(world_number("select cast(sum(l.energy * 10000) as signed) from cdr_line l join"
		" cdr c on c.id = l.cdr_id where c.session_id = # and l.special = 1", w.started.session_id),
		4 * ENERGY_KWH);
	fine(tariff_at(db, w.tariff, clock_now(), &read));
	assert_int_equal(read.specials, 1);
	assert_memory_equal(&read.special[0], &t.special[0], sizeof t.special[0]);
	bill_is_made_again();
}

/* What runs counts the step begun once; the bill says it in a line of its own. */
static void test_a_step_begun_is_billed_whole(void **state) /* W6 */
{
	struct tariff t = day();

	(void)state;
	t.n = 1;
	t.slot[0].end_minute = DAY_MINUTES;
	t.step_energy = ENERGY_KWH;
	site(t);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	began = clock_now() - 60;
	world_progress(&w, began, 0);
	world_progress(&w, began + 15, 1);
	assert_int_equal(amount(), 150000);
	world_progress(&w, began + 30, ENERGY_KWH);
	assert_int_equal(amount(), 150000);
	world_progress(&w, began + 45, ENERGY_KWH + 1);
	assert_int_equal(amount(), 300000);
	struct session_record r = world_record(&w, began, began + 60, ENERGY_KWH + 1, "step");

	r.amount = -1;
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(amount(), 300000);
	assert_int_equal(world_number("select cast(energy * 10000 as signed) from session where id = #",
		w.started.session_id), ENERGY_KWH + 1);
	assert_int_equal(world_number("select count(*) from cdr_line l join cdr c on c.id = l.cdr_id where"
		" c.session_id = # and l.kind = 'step'", w.started.session_id), 1);
	bill_is_made_again();
}

static void test_pile_without_times_of_day(void **state) /* P7 */
{
	struct tariff read;

	(void)state;
	site(day());
	world_sql("insert into pile_model (brand, name, kind, protocol, current_type, can_tou,"
		" created_at, updated_at) values ('B', concat('m', #), 'car', 'ykc', 'dc', 0, now(), now())",
		w.pile);
	fine(tariff_for(db, w.pile, 0, clock_now(), &read));
	assert_false(read.least_service);
	world_sql("update pile set model_id = (select max(id) from pile_model) where id = #", w.pile);
	fine(tariff_for(db, w.pile, 0, clock_now(), &read));
	assert_true(read.least_service);
	charge(10 * ENERGY_KWH);
	assert_int_equal(amount(), 10 * YUAN + 10 * YUAN / 5);
	bill_is_made_again();
	/* what the model can later changes nothing of it */
	world_sql("update pile set model_id = null where id = #", w.pile);
	bill_is_made_again();
}

static void test_the_providers_usual_tariff(void **state) /* W6 */
{
	int64_t found;

	(void)state;
	site(day());
	fine(tariff_of_pile(db, w.pile, &found));
	assert_int_equal(found, w.tariff);
	world_sql("update station set tariff_id = null where id = #", w.station);
	world_sql("update area set tariff_id = null where id = #", w.area);
	world_sql("update pile set tariff_id = null where id = #", w.pile);
	fine(tariff_of_pile(db, w.pile, &found));
	assert_int_equal(found, 0);
	world_sql("update provider set car_tariff_id = (select max(id) from tariff) where id = #",
		w.provider);
	fine(tariff_of_pile(db, w.pile, &found));
	assert_int_equal(found, w.tariff);
	world_sql("update tariff set status = 'disabled' where id = #", w.tariff);
	fine(tariff_of_pile(db, w.pile, &found));
	assert_int_equal(found, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dearer_beyond_so_much_energy),
		cmocka_unit_test(test_a_step_begun_is_billed_whole),
		cmocka_unit_test(test_pile_without_times_of_day),
		cmocka_unit_test(test_the_providers_usual_tariff),
	};

	program_start("special_test", "special_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

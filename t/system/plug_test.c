/* plug_test.c - what a car pays that stays after its charge, by plug and by bay: once, to the
 * minute, in the ledger (P10).
 * Owns nothing but its worlds. Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "charge/bay.h"
#include "charge/invoice.h"
#include "charge/live.h"
#include "charge/session_occupancy.h"
#include "charge/tariff.h"
#include "run/program.h"

static struct world w;
static int64_t ended;                        /* of the charge */

/* From now on the clock stands at t; 0: at what it is. */
static void at(int64_t t)
{
	char text[CLOCK_TEXT];

	if (t)
		setenv("CHARGEOPS_NOW", clock_format(t, text), 1);
	else
		unsetenv("CHARGEOPS_NOW");
	clock_zone(clock_offset());
}

/* 15 minutes free, then 2 yuan each begun half hour, 5 at most. */
static void open_world(int64_t yuan)
{
	struct tariff t = { .n = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, 80000, 20000 } },
		.occupancy = { 15, 30, 2 * YUAN, 5 * YUAN } };

	at(0);
	t.effective_at = clock_now() - 60;
	world_make(&w);
	fine(tariff_version_add(db, w.tariff, &t, 0, &w.version));
	world_sql("update pile set occupancy_charged = 1 where id = #", w.pile);
	world_sql("update member set plate = '粤BD30001' where id = #", w.member);
	world_sql("update connector_live set plug_at = null, plugged = 1 where connector_id = #",
		w.connector);
	world_recharge(&w, wallet_of(&w), yuan * YUAN, 0);
}

/* The world's gun says so at t. */
static void plug(bool in, int64_t t)
{
	struct connector_report r = { .pile_id = w.pile, .number = 1, .plugged = in, .soc = -1,
		.state = in ? CONNECTOR_PLUGGED : CONNECTOR_IDLE, .temperature = TEMPERATURE_NONE,
		.at = t };

	fine(connector_reports(db, &r, 1));
}

/* 10 kWh for 10 yuan, over now. */
static void charge_for(bool by_card)
{
	struct session_record rec;

	ended = clock_now();
	assert_int_equal(world_start(&w, by_card), START_ACCEPTED);
	world_sql("update session set plate = '粤BD30001' where id = #", w.started.session_id);
	rec = world_record(&w, ended - 3600, ended, 10 * ENERGY_KWH, w.started.no);
	assert_int_equal(world_settle(&rec), RECORD_SETTLED);
}

static int64_t sweep(void)
{
	int64_t n;

	fine(session_occupancy_sweep(db, &n));
	return n;
}

static int64_t of(const char *column)
{
	char sql[100];

	snprintf(sql, sizeof(sql), "select %s from session_occupancy where session_id = #", column);
	return world_number(sql, w.started.session_id);
}

static int64_t fee(void)
{
	return world_money("select occupancy_fee from session where id = #", w.started.session_id);
}

static void is(int64_t minutes, int64_t yuan)
{
	assert_int_equal(of("minutes"), minutes);
	assert_int_equal(of("open_connector_id is null"), 1);
	assert_int_equal(fee(), yuan * YUAN);
	assert_int_equal(world_money("select fee from session_occupancy where session_id = #",
		w.started.session_id), yuan * YUAN);
	world_is_proved();
}

static void test_a_plug_that_stays_in_pays_once_P10(void **state)
{
	static const struct { int64_t seconds, minutes, yuan;
	} rows[] = { { 15 * 60 + 59, 15, 0 }, { 16 * 60, 16, 2 }, { 45 * 60 + 59, 45, 2 },
		{ 46 * 60, 46, 4 }, { 86400, 1440, 5 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_world(100);
		charge_for(false);
		assert_int_equal(of("open_connector_id is not null"), 1);
		plug(true, ended + 60);
		sweep();
		assert_int_equal(of("open_connector_id is not null"), 1);
		at(ended + rows[i].seconds);
		plug(false, ended + rows[i].seconds);
		at(ended + rows[i].seconds + 3000);  /* how late it is looked at does not matter */
		assert_true(sweep() >= 1);
		is(rows[i].minutes, rows[i].yuan);
		sweep();
		plug(true, ended + 90000);
		sweep();
		is(rows[i].minutes, rows[i].yuan);
		assert_int_equal(world_purse(wallet_of(&w)).cash, (90 - rows[i].yuan) * YUAN);
		assert_int_equal(world_money("select amount from session where id = #",
			w.started.session_id), 10 * YUAN);
	}
	at(0);
}

static void test_where_nothing_is_charged_nothing_begins_P10(void **state)
{
	static const char *const off[] = {
		"update pile set occupancy_charged = 0 where id = #",
		"update connector_live v join connector c on c.id = v.connector_id set v.plugged = 0 where"
		" c.pile_id = #",
		"insert into whitelist (station_id, plate, created_at, updated_at) select station_id,"
		" '粤BD30001', now(), now() from pile where id = #",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
		open_world(100);
		world_sql(off[i], w.pile);
		charge_for(false);
		assert_int_equal(world_number(
			"select count(*) from session_occupancy where session_id = #", w.started.session_id), 0);
	}
	world_is_proved();
}

static NEOERR *on_order(const struct invoice_order *o, void *ctx)
{
	struct invoice_share *sum = ctx;

	sum->energy += o->share.energy;
	sum->service += o->share.service;
	return STATUS_OK;
}

/* What the member may have invoiced now. */
static void invoiceable(int64_t energy, int64_t service)
{
	struct invoice_share sum = { 0, 0 };

	fine(invoice_orders(db, w.member, on_order, &sum));
	assert_int_equal(sum.energy, energy * YUAN);
	assert_int_equal(sum.service, service * YUAN);
}

/* F10: energy and service by their fees, what the stay cost as a service; nothing while the car is
 * there, nothing of what was given back. */
static void test_its_fee_is_invoiced_as_a_service_P10_F10(void **state)
{
	struct actor clerk = { .user_id = 1, .name = "clerk", .ip = "127.0.0.1" };
	bool done;

	(void)state;
	open_world(100);
	world_sql("insert into invoice_seller (station_id, company, tax_no, drawer, created_at,"
			  " updated_at) values (#, 'c', '91310000607275000X', 'd', now(), now())", w.station);
	charge_for(false);
	plug(true, ended + 60);
	invoiceable(0, 0);
	plug(false, ended + 46 * 60);
	at(ended + 46 * 60 + 60);
	assert_int_equal(sweep(), 1);
	is(46, 4);
	invoiceable(8, 2 + 4);
	world_sql("insert into setting (name, value, updated_at) values ('invoice_occupancy', #,"
			  " now())", 0);
	invoiceable(8, 2);
	world_sql("delete from setting where name = 'invoice_occupancy' and value = #", 0);
	fine(session_occupancy_waive(db, w.started.session_id, &clerk, "场地施工", &done));
	assert_true(done);
	invoiceable(8, 2);
	at(0);
}

static void test_the_next_charge_at_the_same_plug_ends_it_P10(void **state)
{
	int64_t first;

	(void)state;
	open_world(100);
	charge_for(false);
	first = w.started.session_id;
	at(ended + 50 * 60);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	world_progress(&w, ended + 50 * 60, ENERGY_KWH);
	w.started.session_id = first;
	is(50, 4);
	at(0);
}

/* The hold's rest is back in the purse and may be spent: what is missing is owed (M11, M17). */
static void test_money_that_is_not_there_is_owed_P10(void **state)
{
	(void)state;
	open_world(11);
	charge_for(false);
	plug(false, ended + 46 * 60);
	at(ended + 46 * 60);
	sweep();
	is(46, 4);
	assert_int_equal(world_purse(wallet_of(&w)).cash, -3 * YUAN);
	plug(true, ended + 47 * 60);
	assert_int_equal(world_start(&w, false), REFUSED_BALANCE_LOW);
	world_recharge(&w, wallet_of(&w), 10 * YUAN, 0);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 7 * YUAN);
	at(0);
}

static void test_a_card_pays_for_its_own_P10(void **state)
{
	(void)state;
	open_world(50);
	world_recharge(&w, card_of(&w), 30 * YUAN, 5 * YUAN);
	charge_for(true);
	at(ended + 20 * 60);
	plug(false, ended + 20 * 60);
	sweep();
	is(20, 2);
	assert_int_equal(world_purse(card_of(&w)).cash, 18 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 50 * YUAN);
	at(0);
}

static void test_it_is_given_back_once_as_it_was_taken_P10(void **state)
{
	const struct actor clerk = { .user_id = 0, .name = "clerk" };
	bool done;

	(void)state;
	open_world(11);
	world_recharge(&w, wallet_of(&w), 0, 2 * YUAN);
	charge_for(false);
	at(ended + 46 * 60);
	plug(false, ended + 46 * 60);
	sweep();
	is(46, 4);                                       /* 1 by cash, 2 by gift, 1 owed */
	assert_int_equal(world_purse(wallet_of(&w)).cash, -YUAN);
	fine(session_occupancy_waive(db, w.started.session_id, &clerk, "场地施工", &done));
	assert_true(done);
	fine(session_occupancy_waive(db, w.started.session_id, &clerk, "场地施工", &done));
	assert_false(done);
	assert_int_equal(world_purse(wallet_of(&w)).cash, YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).gift, 2 * YUAN);
	assert_int_equal(fee(), 0);
	world_is_proved();
	/* one that lasts ends without a fee */
	open_world(100);
	charge_for(false);
	at(ended + 3600);
	fine(session_occupancy_waive(db, w.started.session_id, &clerk, "桩故障", &done));
	assert_true(done);
	plug(false, ended + 3700);
	sweep();
	assert_int_equal(of("minutes"), 60);
	assert_int_equal(fee(), 0);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 90 * YUAN);
	world_is_proved();
	at(0);
}

/* ---- bays */

static int64_t make_bay(bool watched)
{
	static int serial;
	char sql[400];
	int64_t id;

	snprintf(sql, sizeof(sql),
		"insert into bay (station_id, area_id, code, name, connector_id, created_at, updated_at)"
		" select c.station_id, p.area_id, 'B%lld', 'B%lld', c.id, now(), now() from connector c"
		" join pile p on p.id = c.pile_id where c.id = #", (long long)w.connector,
		(long long)w.connector);
	world_sql(sql, w.connector);
	id = world_number("select id from bay where connector_id = #", w.connector);
	snprintf(sql, sizeof(sql),
		"insert into camera (station_id, area_id, serial, name, left_bay_id, online, seen_at,"
		" created_at, updated_at) select station_id, area_id, 'plug-%lld-%d', 'c', id, %d, now(),"
		" now(), now() from bay where id = #", (long long)w.connector, ++serial, watched);
	world_sql(sql, id);
	return id;
}

static void car(int64_t bay, enum bay_event event, int64_t when)
{
	struct bay_told t = { .event = event, .plate = event == BAY_SEEN ? "粤BD30001" : "",
		.at = when, .camera = true };
	unsigned did;
	bool late;

	fine(bay_tell(db, bay, &t, &did, &late));
	assert_false(late);
}

static void test_the_bay_knows_better_than_the_plug_P10(void **state)
{
	int64_t bay;

	(void)state;
	open_world(100);
	bay = make_bay(true);
	car(bay, BAY_SEEN, clock_now() - 3700);
	charge_for(false);
	at(ended + 600);
	plug(false, ended + 600);                        /* pulled, and the car stays */
	sweep();
	assert_int_equal(of("open_connector_id is not null"), 1);
	at(ended + 50 * 60);
	car(bay, BAY_LEFT, ended + 50 * 60);
	is(50, 4);
	assert_int_equal(of("way = 'bay' and ended_by = 'left'"), 1);
	sweep();
	is(50, 4);
	at(0);
}

static void test_a_blind_bay_leaves_it_to_the_plug_P10(void **state)
{
	int64_t bay;

	(void)state;
	open_world(100);
	bay = make_bay(false);
	car(bay, BAY_SEEN, clock_now() - 3700);
	charge_for(false);
	at(ended + 20 * 60);
	plug(false, ended + 20 * 60);
	sweep();
	is(20, 2);
	car(bay, BAY_LEFT, ended + 20 * 60);             /* told afterwards: never both */
	is(20, 2);
	assert_int_equal(of("ended_by = 'unplugged'"), 1);
	at(0);
}

/* A record that comes late finds the car gone: the bay knows since when, the plug does not. */
static void test_a_late_record_charges_what_is_known_P10(void **state)
{
	struct session_record rec;
	int64_t bay;

	(void)state;
	for (int watched = 0; watched < 2; watched++) {
		open_world(100);
		ended = clock_now();
		bay = watched ? make_bay(true) : 0;
		if (watched)
			car(bay, BAY_SEEN, ended - 3700);
		assert_int_equal(world_start(&w, false), START_ACCEPTED);
		at(ended + 30 * 60);
		plug(false, ended + 30 * 60);
		if (watched)
			car(bay, BAY_LEFT, ended + 30 * 60);
		at(ended + 40 * 60);
		rec = world_record(&w, ended - 3600, ended, 10 * ENERGY_KWH, w.started.no);
		assert_int_equal(world_settle(&rec), RECORD_SETTLED);
		assert_int_equal(fee(), watched ? 2 * YUAN : 0);
		world_is_proved();
	}
	at(0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plug_that_stays_in_pays_once_P10),
		cmocka_unit_test(test_its_fee_is_invoiced_as_a_service_P10_F10),
		cmocka_unit_test(test_where_nothing_is_charged_nothing_begins_P10),
		cmocka_unit_test(test_the_next_charge_at_the_same_plug_ends_it_P10),
		cmocka_unit_test(test_money_that_is_not_there_is_owed_P10),
		cmocka_unit_test(test_a_card_pays_for_its_own_P10),
		cmocka_unit_test(test_it_is_given_back_once_as_it_was_taken_P10),
		cmocka_unit_test(test_the_bay_knows_better_than_the_plug_P10),
		cmocka_unit_test(test_a_blind_bay_leaves_it_to_the_plug_P10),
		cmocka_unit_test(test_a_late_record_charges_what_is_known_P10),
	};

	program_start("plug_test", "plug_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

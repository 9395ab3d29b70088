/* plan_test.c - an accepted order of a plan's starts is what its runs do; what fails, breaks off,
 * lasts longer or comes late has the rest planned anew (Z1-Z3).
 * Owns its worlds; its clock stands at 22:00 of a day to come.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include <stdlib.h>

#include "base/clock.h"
#include "charge/fleet.h"
#include "charge/plan.h"
#include "charge/plan_propose.h"
#include "charge/tariff.h"
#include "run/program.h"

#define GUNS 3
#define KW60 60000

struct depot { struct world w; int64_t fleet, plan, line[GUNS], ten; };

static int64_t insert(const char *sql, const struct arg *args, int n)
{
	int64_t id = 0;

	fine(db_exec_text(db, sql, args, n, NULL, &id));
	return id;
}

/* The clock stands at t and runs on. */
static void travel(int64_t t)
{
	char offset[24];

	unsetenv("CHARGEOPS_NOW");
	clock_zone(clock_offset());
	snprintf(offset, sizeof(offset), "%+lld", (long long)(t - clock_now()));
	setenv("CHARGEOPS_NOW", offset, 1);
	clock_zone(clock_offset());
}

/* Cheap from 22:00 to 23:00 and from midnight on, dear otherwise. */
static void make_prices(struct depot *d)
{
	struct tariff t = { .effective_at = clock_now() - 300 * DAY_SECONDS, .n = 4,
		.slot = { { 0, 480, PRICE_FLAT, 40000, 20000 }, { 480, 1320, PRICE_PEAK, 100000, 20000 },
			{ 1320, 1380, PRICE_VALLEY, 20000, 10000 },
			{ 1380, 1440, PRICE_PEAK, 100000, 20000 } } };

	fine(tariff_version_add(db, d->w.tariff, &t, 0, &d->w.version));
}

static void add_gun(struct depot *d, int i)
{
	int64_t connector = d->w.connector;
	char code[24];

	snprintf(code, sizeof(code), "P%s%d", d->w.serial, i);
	if (i)
		connector = insert("insert into connector (pile_id, station_id, number, code, name,"
			" created_at, updated_at) values (?, ?, ?, ?, 'x', now(), now())",
			ARGS(I64(d->w.pile), I64(d->w.station), I64(i + 1), STR(code)));
	d->line[i] = insert("insert into plan_connector (plan_id, connector_id, energy, created_at,"
		" updated_at) values (?, ?, 50, now(), now())", ARGS(I64(d->plan), I64(connector)));
}

/* A fleet with money and an administrator, a plan of three 60 kW guns at 22:00 that each want 50
 * kWh: fifty minutes each, an hour with what they touch. */
static void make(struct depot *d)
{
	struct journal j = { .kind = JOURNAL_RECHARGE, .dedupe_key = d->w.serial };
	int64_t row;
	bool fits;

	memset(d, 0, sizeof(*d));
	unsetenv("CHARGEOPS_NOW");
	clock_zone(clock_offset());
	d->ten = clock_day_start(clock_now()) + 2 * DAY_SECONDS - 2 * 3600;
	world_make(&d->w);
	make_prices(d);
	world_sql("update pile set rated_power = 60 where id = #", d->w.pile);
	d->fleet = insert("insert into fleet (name, provider_id, phone, created_at, updated_at) values"
		" (?, ?, ?, now(), now())", ARGS(STR(d->w.serial), I64(d->w.provider), STR(d->w.serial)));
	fine(fleet_member_add(db, d->fleet, d->w.member, 0, &row));
	fine(fleet_set_admin(db, d->fleet, d->w.member, 0, &fits));
	j.provider_id = d->w.provider;
	j.purse = (struct purse){ OWNER_FLEET, d->fleet };
	fine(purse_recharge(db, &j, 3000 * YUAN, 0, &fits));
	d->plan = insert("insert into plan (provider_id, fleet_id, station_id, name, start_time,"
		" gap_seconds, created_at, updated_at) values (?, ?, ?, 'night', '22:00', 5, now(), now())",
		ARGS(I64(d->w.provider), I64(d->fleet), I64(d->w.station)));
	for (int i = 0; i < GUNS; i++)
		add_gun(d, i);
	/* others' plans have no part in it */
	world_sql("update plan set state = 'paused', next_at = null where id <> #", d->plan);
	travel(d->ten);
}

static bool accept(struct depot *d, int watt, const char *until)
{
	bool is;

	fine(plan_accept(db, d->plan, watt, until, 0, &is));
	return is;
}

static void confirmed_and_due(struct depot *d)
{
	bool is;

	fine(plan_confirm_own(db, d->plan, d->w.member, &is));
	assert_true(is);
	fine(db_exec_text(db, "update plan set next_at = ? where id = ?",
		ARGS(TIME(d->ten), I64(d->plan)), NULL, NULL));
}

/* What the job does each minute. */
static int64_t minute(struct depot *d, int64_t at)
{
	int64_t runs, started, refusals, ended;

	travel(d->ten + at);
	fine(plan_watch(db, &ended));
	fine(plan_run_due(db, &runs));
	fine(plan_start_due(db, 59, &started, &refusals));
	return started;
}

static int64_t count(const struct depot *d, const char *state)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "select count(*) from plan_start where state = '%s' and plan_id = #",
		state);
	return world_number(sql, d->plan);
}

/* The charge that was started last. */
static void last(struct depot *d)
{
	d->w.started.session_id = world_number("select session_id from plan_start where plan_id = # and"
		" session_id is not null order by start_at desc limit 1", d->plan);
	world_text("select no from session where id = #", d->w.started.session_id, d->w.started.no,
		sizeof(d->w.started.no));
}

static void ends_with(struct depot *d, int64_t begin, int64_t end, int64_t energy)
{
	struct session_record rec;

	last(d);
	world_progress(&d->w, d->ten + begin + 5, 0);
	rec = world_record(&d->w, d->ten + begin, d->ten + end, energy, d->w.started.no);
	rec.connector_number = (int)world_number("select number from connector c join session s on"
		" s.connector_id = c.id where s.id = #", d->w.started.session_id);
	assert_int_equal(world_settle(&rec), RECORD_SETTLED);
}

static void change_is(const struct depot *d, const char *words)
{
	char text[80];

	world_text("select concat_ws(' ', reason, moved, left_out, cast(missing as decimal(8,1)),"
		" coalesce(limit_needed, 0)) from plan_change where plan_id = # order by id desc limit 1",
		d->plan, text, sizeof(text));
	assert_string_equal(text, words);
}

#define AFTER "select coalesce(max(start_after), -1) from plan_connector where plan_id = #"

/* Accepted it waits for its confirmation, says each start, and is dropped with what it was made
 * from. */
static void an_order_is_accepted(void **state)
{
	struct depot d;

	(void)state;
	make(&d);
	assert_false(accept(&d, KW60, "00:30"));     /* two and a half hours for three */
	assert_false(accept(&d, KW60, "22:00:"));
	assert_int_equal(world_number(AFTER, d.plan), -1);
	confirmed_and_due(&d);
	assert_true(accept(&d, KW60, "01:00"));
	assert_int_equal(world_number("select state = 'pending' and limit_watt = 60000 and until_time ="
		" '01:00' from plan where id = #", d.plan), 1);
	assert_in_range(world_number(AFTER, d.plan), 7200, 7210);
	fine(plan_unaccept(db, d.plan));
	assert_int_equal(world_number(AFTER, d.plan), -1);
	world_sql("update plan_connector set energy = null where id = #", d.line[1]);
	assert_false(accept(&d, KW60, "02:00"));     /* one says no energy */
	world_sql("update plan_connector set energy = 50, leave_time = '22:30' where id = #",
		d.line[1]);
	assert_false(accept(&d, KW60, "02:00"));     /* it leaves too early */
	world_sql("update plan_connector set leave_time = '23:00' where id = #", d.line[1]);
	assert_true(accept(&d, KW60, "02:00"));
	assert_in_range(world_number("select start_after from plan_connector where id = #", d.line[1]),
		0, 10);
}

/* Each starts at its own time, once; one that the pile refuses and one that breaks off leave their
 * cheap hour to the rest. */
static void what_fails_is_planned_around(void **state)
{
	struct depot d;

	(void)state;
	make(&d);
	assert_true(accept(&d, KW60, "01:00"));
	confirmed_and_due(&d);
	assert_int_equal(minute(&d, 0), 1);
	assert_int_equal(minute(&d, 20), 0);
	assert_int_equal(count(&d, "waiting"), 2);
	last(&d);
	fine(session_start_answer(db, d.w.started.no, false, 1));
	assert_int_equal(minute(&d, 60), 1);
	assert_int_equal(count(&d, "failed"), 1);
	/* one now, the other at midnight instead of in the dear hour */
	change_is(&d, "failed 2 0 0.0 0");
	assert_int_equal(world_number("select count(*) from plan_start t join plan_change g on g.id ="
		" t.plan_change_id and g.reason = 'failed' where t.state = 'started' and t.planned_at >"
		" t.start_at and t.plan_id = #", d.plan), 1);
	last(&d);
	world_progress(&d.w, d.ten + 120, 1 * ENERGY_KWH);
	ends_with(&d, 70, 200, 2 * ENERGY_KWH);
	assert_int_equal(minute(&d, 240), 1);
	assert_int_equal(count(&d, "broken"), 1);
	change_is(&d, "broken 1 0 0.0 0");
	ends_with(&d, 250, 3250, 50 * ENERGY_KWH);
	assert_int_equal(minute(&d, 3300), 0);
	assert_int_equal(count(&d, "charged"), 1);
	assert_int_equal(world_number("select count(*) from plan_change where plan_id = #", d.plan), 2);
	assert_int_equal(minute(&d, 7200), 0);
	world_is_proved();
}

/* Nothing is cheaper for the rest: it stays where it is. */
static void what_is_not_cheaper_stays(void **state)
{
	struct depot d;

	(void)state;
	make(&d);
	assert_true(accept(&d, 2 * KW60, "01:00"));  /* two in the cheap hour, the third at midnight */
	assert_in_range(world_number(AFTER, d.plan), 7200, 7210);
	world_sql("update plan_connector set leave_time = '01:00' where plan_id = #", d.plan);
	confirmed_and_due(&d);
	assert_int_equal(minute(&d, 0), 2);
	ends_with(&d, 0, 3100, 1 * ENERGY_KWH);
	assert_int_equal(minute(&d, 3120), 0);
	change_is(&d, "broken 0 0 0.0 0");
	assert_int_equal(world_number("select count(*) from plan_start where state = 'waiting' and"
		" start_at = planned_at and plan_id = #", d.plan), 1);
}

/* The car takes longer than its block: the next does not start beside it, and what does not fit any
 * more is cut short and said. */
static void what_lasts_longer(void **state)
{
	struct depot d;

	(void)state;
	make(&d);
	assert_true(accept(&d, KW60, "01:00"));
	confirmed_and_due(&d);
	assert_int_equal(minute(&d, 0), 1);
	last(&d);
	world_progress(&d.w, d.ten + 60, 0);
	world_progress(&d.w, d.ten + 3590, 25 * ENERGY_KWH);
	assert_int_equal(minute(&d, 3600), 0);
	change_is(&d, "longer 1 0 20.2 120000");
	assert_int_equal(world_number("select count(*) from plan_start where state = 'waiting' and"
		" plan_id = # and start_at < planned_at", d.plan), 0);
	ends_with(&d, 0, 5000, 50 * ENERGY_KWH);
	assert_int_equal(minute(&d, 5400), 1);
	assert_int_equal(minute(&d, 5460), 0);
}

/* An hour late: once, from now on; who does not fit at all is left out, and by how much is said. */
static void what_comes_late(void **state)
{
	struct depot d;

	(void)state;
	make(&d);
	assert_true(accept(&d, KW60, "01:00"));
	confirmed_and_due(&d);
	world_sql("update plan_connector set leave_time = '00:00' where id = #", d.line[0]);
	world_sql("update plan_connector set leave_time = '23:30' where id = #", d.line[1]);
	/* one leaves at 00:00 and one at 23:30: only one of them still can have his */
	assert_int_equal(minute(&d, 3700), 1);
	change_is(&d, "late 2 1 50.0 0");
	assert_int_equal(minute(&d, 3701), 0);
	assert_int_equal(world_number("select count(distinct due_at) from plan_start where plan_id = #",
		d.plan), 1);
	assert_int_equal(world_number("select next_at > now() from plan where id = #", d.plan), 1);
}

/* Paused, nothing starts; changed, what waits never does. */
static void paused_and_changed(void **state)
{
	struct depot d;

	(void)state;
	make(&d);
	confirmed_and_due(&d);
	world_sql("update plan set gap_seconds = 300 where id = #", d.plan);
	assert_int_equal(minute(&d, 0), 1);
	fine(plan_pause(db, d.plan, 0));
	assert_int_equal(minute(&d, 600), 0);
	assert_int_equal(count(&d, "waiting"), 2);
	fine(plan_resume(db, d.plan, 0));
	assert_int_equal(minute(&d, 660), 1);
	fine(plan_changed(db, d.plan, 0));
	assert_int_equal(world_number("select count(*) from plan_start where state = 'refused' and"
		" refusal = 'plan_changed' and plan_id = #", d.plan), 1);
	assert_int_equal(minute(&d, 3600), 0);
	fine(plan_resume(db, d.plan, 0));
	assert_int_equal(minute(&d, 3660), 0);
}

/* Another plan of the same station starts nothing beside it that the power is not there for. */
static void two_plans_share_a_stations_power(void **state)
{
	struct depot d, other;

	(void)state;
	make(&d);
	other = d;
	other.plan = insert("insert into plan (provider_id, fleet_id, station_id, name, start_time,"
		" gap_seconds, created_at, updated_at) select provider_id, fleet_id, station_id, 'second',"
		" start_time, 5, now(), now() from plan where id = ?", ARGS(I64(d.plan)));
	world_sql("update plan_connector set plan_id = (select max(id) from plan) where id = #",
		d.line[2]);
	assert_true(accept(&d, KW60, "01:00"));
	assert_true(accept(&other, KW60, "01:00"));
	confirmed_and_due(&d);
	confirmed_and_due(&other);
	assert_int_equal(minute(&d, 0), 1);
	assert_int_equal(count(&d, "started") + count(&other, "started"), 1);
	assert_int_equal(minute(&d, 60), 0);
	assert_int_equal(minute(&d, 1800), 0);
	assert_int_equal(count(&d, "waiting") + count(&other, "waiting"), 2);
	ends_with(count(&d, "started") ? &d : &other, 0, 3000, 50 * ENERGY_KWH);
	/* the dear hour is left out; at midnight there is power for one of the two until 01:00 */
	assert_int_equal(minute(&d, 7200), 1);
	assert_int_equal(minute(&d, 7260), 0);
	assert_int_equal(count(&other, "started"), 1);
	change_is(&d, "longer 0 1 50.0 120000");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_order_is_accepted),
		cmocka_unit_test(what_fails_is_planned_around),
		cmocka_unit_test(what_is_not_cheaper_stays),
		cmocka_unit_test(what_lasts_longer),
		cmocka_unit_test(what_comes_late),
		cmocka_unit_test(paused_and_changed),
		cmocka_unit_test(two_plans_share_a_stations_power),
	};

	program_start("plan_test", "plan_test", &argc, argv);
	return cmocka_run_group_tests_name("plan", tests, world_open, world_close);
}

/* alarm_test.c - alarms are opened once, counted while open, closed, and told to subscribers.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/alarm.h"
#include "charge/alarm_strategy.h"
#include "charge/event.h"
#include "charge/live.h"

#include "run/program.h"

#define MINUTE 60

static int64_t alarms(const char *where, const struct world *w)
{
	char sql[300];

	snprintf(sql, sizeof(sql), "select count(*) from alarm where pile_id = # and %s", where);
	return world_number(sql, w->pile);
}

static int64_t told(const struct world *w)
{
	return world_number("select count(*) from delivery where subject = 'alarm_opened' and"
		" provider_id = #", w->provider);
}

static void subscribe(const struct world *w, const char *kind)
{
	char sql[300];

	snprintf(sql, sizeof(sql),
		"insert into webhook (provider_id, name, url, %s, created_at, updated_at)"
		" values (#, 'x', 'http://127.0.0.1:9/', 1, now(), now())", kind);
	world_sql(sql, w->provider);
	event_forget();
}

static void test_an_alarm_is_opened_once(void **state) /* T2 W3 */
{
	struct world w;
	int64_t now = clock_now();
	char body[600];

	(void)state;
	world_make(&w);
	subscribe(&w, "alarm_opened");
	fine(alarm_open(db, w.pile, 1, "6001", ALARM_SERIOUS, "over-current", now - 60));
	fine(alarm_open(db, w.pile, 1, "6001", ALARM_URGENT, "over-current again", now));
	fine(alarm_open(db, w.pile, 1, "6001", ALARM_URGENT, NULL, now - 30));
	assert_int_equal(alarms("times = 3 and level = 'urgent' and detail = '' and state = 'open'"
		" and timestampdiff(second, opened_at, last_at) = 60", &w), 1);
	assert_int_equal(told(&w), 1);
	world_text("select payload from delivery where subject = 'alarm_opened' and provider_id = #",
		w.provider, body, sizeof(body));
	assert_non_null(strstr(body, "\"event\":\"alarm.opened\""));
	assert_non_null(strstr(body, "\"code\":\"6001\""));
	assert_non_null(strstr(body, "\"level\":\"serious\""));
	assert_non_null(strstr(body, w.serial));
	/* another connector, another code: alarms of their own */
	fine(alarm_open(db, w.pile, 2, "6001", ALARM_SERIOUS, "", now));
	fine(alarm_open(db, w.pile, 1, "6002", ALARM_NOTICE, "", now));
	assert_int_equal(alarms("state = 'open'", &w), 3);
	assert_int_equal(told(&w), 3);
}

static void test_a_closed_alarm_may_come_again(void **state) /* T2 */
{
	struct world w;
	int64_t now = clock_now();

	(void)state;
	world_make(&w);
	subscribe(&w, "session_started");                /* who did not ask is not told */
	fine(alarm_close(db, w.pile, 0, "6003", now));
	for (int i = 0; i < 3; i++) {
		fine(alarm_open(db, w.pile, 0, "6003", ALARM_NOTICE, "", now));
		fine(alarm_close(db, w.pile, 1, "6003", now));
		assert_int_equal(alarms("state = 'open' and closed_at is null and closed = 0", &w), 1);
		fine(alarm_close(db, w.pile, 0, "6003", now + 5));
		fine(alarm_close(db, w.pile, 0, "6003", now + 9));
	}
	assert_int_equal(alarms("state = 'closed' and closed = id and times = 1"
		" and timestampdiff(second, opened_at, closed_at) = 5", &w), 3);
	assert_int_equal(told(&w), 0);
	refused(alarm_open(db, 0, 0, "6003", ALARM_NOTICE, "", now), ERR_NOT_FOUND);
}

static void away_since(const struct world *w, int64_t seconds)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "update pile_live set online = 0, disconnected_at = now() - interval"
		" %lld second where pile_id = #", (long long)seconds);
	world_sql(sql, w->pile);
}

static void sweep(void)
{
	fine(alarm_offline_sweep(db, "world", clock_now() - MINUTE, 500));
}

static void test_a_pile_that_stays_away(void **state) /* T3 */
{
	struct pile_hello hello = { .protocol = "ykc",
		.address = "10.0.0.1",
		.gateway_id = "world",
		.connectors = 1 };
	struct pile_known known;
	struct world w;
	bool is_known;

	(void)state;
	world_make(&w);
	hello.serial = w.serial;
	sweep();
	away_since(&w, MINUTE - 20);                     /* a short break is nothing */
	sweep();
	assert_int_equal(alarms("1 = 1", &w), 0);
	away_since(&w, MINUTE + 5);
	fine(alarm_offline_sweep(db, "another", clock_now() - MINUTE, 500));
	assert_int_equal(alarms("1 = 1", &w), 0);
	sweep();
	sweep();
	assert_int_equal(alarms("code = '5001' and level = 'general' and times = 1 and state = 'open'"
		" and connector_number = 0 and timestampdiff(second, opened_at, now()) between 65 and 90",
		&w), 1);
	fine(alarm_open(db, w.pile, 0, "6004", ALARM_NOTICE, "", clock_now()));
	fine(pile_online(db, &hello, &known, &is_known));
	assert_int_equal(alarms("state = 'open'", &w), 1);       /* the other fault still stands */
	assert_int_equal(alarms("code = '5001' and state = 'closed'", &w), 1);
	sweep();
	assert_int_equal(alarms("code = '5001'", &w), 1);
}

static void test_a_pile_out_of_use_has_no_offline_alarm(void **state) /* T3 */
{
	struct world w;

	(void)state;
	world_make(&w);
	away_since(&w, 2 * MINUTE);
	world_sql("update pile set status = 'disabled' where id = #", w.pile);
	sweep();
	assert_int_equal(alarms("1 = 1", &w), 0);
	world_sql("update pile set status = 'enabled' where id = #", w.pile);
	sweep();
	assert_int_equal(alarms("state = 'open'", &w), 1);
	world_sql("update pile set deleted = id where id = #", w.pile);
	sweep();
	assert_int_equal(alarms("state = 'closed'", &w), 1);
}

static void test_many_come_back_at_once(void **state) /* T3 N1 */
{
	struct world w[11];
	int64_t pile[11];

	(void)state;
	for (int i = 0; i < 11; i++) {
		world_make(&w[i]);
		away_since(&w[i], 2 * MINUTE);
		pile[i] = w[i].pile;
	}
	sweep();
	fine(alarm_offline_close(db, pile, 0, clock_now()));
	fine(alarm_offline_close(db, pile, 1, clock_now()));
	fine(alarm_offline_close(db, pile + 1, 2, clock_now()));
	fine(alarm_offline_close(db, pile + 3, 7, clock_now()));
	for (int i = 0; i < 11; i++)
		assert_int_equal(alarms(i < 10 ? "state = 'closed'" : "state = 'open'", &w[i]), 1);
	fine(alarm_offline_close(db, pile, 11, clock_now()));
	assert_int_equal(alarms("state = 'closed'", &w[10]), 1);
}

/* ---- T1 ---- */

static void strategy(const struct world *w, const char *columns, const char *values)
{
	char sql[600];

	snprintf(sql, sizeof(sql),
		"insert into alarm_strategy (provider_id, name, recipients, %s, created_at, updated_at)"
		" values (#, concat('s', rand()), '13900000001,chief@example.com', %s, now(), now())",
		columns, values);
	world_sql(sql, w->provider);
}

static int64_t messages(const struct world *w, const char *where)
{
	char sql[400];

	snprintf(sql, sizeof(sql),
		"select count(*) from delivery d join alarm a on d.dedupe_key like concat('alarm:', a.id,"
		" ':%%') where a.pile_id = # and %s", where);
	return world_number(sql, w->pile);
}

static void test_people_are_told_once_each(void **state) /* T1 */
{
	struct world w;

	(void)state;
	world_make(&w);
	strategy(&w, "level", "'general'");
	strategy(&w, "level", "'serious'");          /* the same people: still one message each */
	fine(alarm_open(db, w.pile, 1, "emergency_stop", ALARM_SERIOUS, "", clock_now()));
	assert_int_equal(messages(&w, "d.kind = 'sms' and d.target = '13900000001'"), 1);
	assert_int_equal(messages(&w, "d.kind = 'mail' and d.target = 'chief@example.com'"), 1);
	assert_int_equal(messages(&w, "d.payload like '%急停%1号枪%'"
		" or d.payload like '%1号枪%急停%'"), 2);
	fine(alarm_open(db, w.pile, 1, "emergency_stop", ALARM_SERIOUS, "", clock_now()));
	assert_int_equal(messages(&w, "1 = 1"), 2);
}

static void test_strategies_choose(void **state) /* T1 */
{
	struct world w;

	(void)state;
	world_make(&w);
	strategy(&w, "level", "'urgent'");
	strategy(&w, "codes", "'outlet_hot,meter_comm'");
	strategy(&w, "status", "'disabled'");
	strategy(&w, "all_stations", "0");
	fine(alarm_open(db, w.pile, 0, ALARM_CODE_OFFLINE, ALARM_GENERAL, "", clock_now()));
	assert_int_equal(messages(&w, "1 = 1"), 0);
	fine(alarm_open(db, w.pile, 0, "outlet_hot", ALARM_GENERAL, "", clock_now()));
	assert_int_equal(messages(&w, "1 = 1"), 2);
}

static void test_many_people_and_a_robot_are_told(void **state) /* T1 */
{
	char people[800] = "", sql_room[1000], *at = people;
	struct world w;

	(void)state;
	world_make(&w);
	strategy(&w, "level", "'general'");
	for (int i = 0; i < ALARM_RECIPIENTS; i++)
		at += snprintf(at, 20, "%s139001%05d", i ? "," : "", i);
	world_sql("update alarm_strategy set recipients = concat('13911100001,', recipients) where"
			  " provider_id = #", w.provider);
	strategy(&w, "note", "'many'");
	snprintf(sql_room, sizeof(sql_room), "update alarm_strategy set recipients = '%s' where note ="
		" 'many' and provider_id = #", people);
	world_sql(sql_room, w.provider);
	world_sql("insert into notify_link (provider_id, kind, name, url, created_at, updated_at) values"
			  " (#, 'wecom_robot', 'x', 'https://qyapi.weixin.qq.com', now(), now())", w.provider);
	world_sql("update alarm_strategy set notify_link_id = last_insert_id() where provider_id = #",
		w.provider);
	fine(alarm_open(db, w.pile, 1, "emergency_stop", ALARM_SERIOUS, "", clock_now()));
	assert_int_equal(messages(&w, "d.kind = 'sms'"), ALARM_RECIPIENTS + 2);
	assert_int_equal(messages(&w, "d.kind = 'mail'"), 1);
	assert_int_equal(messages(&w, "d.kind = 'wechat' and d.notify_link_id > 0"), 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_alarm_is_opened_once),
		cmocka_unit_test(test_a_closed_alarm_may_come_again),
		cmocka_unit_test(test_a_pile_that_stays_away),
		cmocka_unit_test(test_a_pile_out_of_use_has_no_offline_alarm),
		cmocka_unit_test(test_many_come_back_at_once),
		cmocka_unit_test(test_people_are_told_once_each),
		cmocka_unit_test(test_strategies_choose),
		cmocka_unit_test(test_many_people_and_a_robot_are_told),
	};

	program_start("alarm_test", "alarm_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

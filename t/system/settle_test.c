/* settle_test.c - the final record against a real server: once, twice, changed, unknown, late,
 * offline, suspicious, by hand; daily report.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/daily_report.h"
#include "charge/tariff.h"
#include "run/program.h"

static struct world w;
static int64_t started, ended;

/* A session that charged from an hour ago until now, 20 kWh reported in steps of a minute. */
static void charged(void)
{
	world_make(&w);
	world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	ended = clock_now();
	started = ended - 3600;
	for (int i = 0; i <= 60; i += 5)
		world_progress(&w, started + i * 60, i * 60 * ENERGY_KWH / 180);
}

static struct session_record record(const char *raw)
{
	return world_record(&w, started, ended, 20 * ENERGY_KWH, raw);
}

static void text_is(const char *sql, const char *want)
{
	char text[100];

	world_text(sql, w.started.session_id, text, sizeof(text));
	assert_string_equal(text, want);
}

static int64_t amount(void)
{
	return world_money("select amount from session where id = #", w.started.session_id);
}

static int64_t bills(void)
{
	return world_number("select count(*) from cdr where session_id = #", w.started.session_id);
}

static int64_t has_anomaly(const char *rule)
{
	char sql[120];

	snprintf(sql, sizeof(sql),
		"select count(*) from session_anomaly where rule = '%s' and session_id = #", rule);
	return world_number(sql, w.started.session_id);
}

static void test_settled_once(void **state) /* O2 O7 U4 W7 */
{
	struct session_record r;
	struct session_view v;
	struct bill b, again;
	int64_t sum = 0;
	bool same;

	(void)state;
	charged();
	r = record("one");
	r.vin = "LSVAA123456789012";
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	text_is("select state from session where id = #", "finished");
	text_is("select anomaly from session where id = #", "none");
	text_is(
		"select concat(energy, ' ', energy_fee, ' ', service_fee, ' ', amount) from session where"
		" id = #",
		"20.0000 16.00000 4.00000 20.00000");
	text_is(
		"select concat(meter_start, ' ', meter_end, ' ', device_amount, ' ', vin) from session"
		" where id = #",
		"0.1000 20.1000 20.00000 LSVAA123456789012");
	text_is(
		"select coalesce(session_id, 'free') from connector_live where connector_id = (select"
		" connector_id from session where id = #)",
		"free");
	fine(session_get(db, w.started.session_id, &v));
	assert_int_equal(v.seconds, 3600);
	assert_int_equal(v.amount, 20 * YUAN);
	fine(session_bill(db, w.started.session_id, &b));
	for (int i = 0; i < b.n; i++)
		sum += b.line[i].amount;
	assert_int_equal(sum, 20 * YUAN);
	fine(session_recompute(db, w.started.session_id, &again, &same));
	assert_true(same);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 80 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).cash_held, 0);
	world_is_proved();
}

static void test_recompute_sees_a_changed_bill(void **state) /* O7 */
{
	struct session_record r;
	struct bill b;
	bool same;

	(void)state;
	charged();
	r = record("one");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	world_sql(
		"update cdr_line set amount = amount + 0.01 where position = 1 and cdr_id = (select id"
		" from cdr where session_id = #)",
		w.started.session_id);
	fine(session_recompute(db, w.started.session_id, &b, &same));
	assert_false(same);
	refused(session_bill(db, w.started.session_id + 100000, &b), ERR_NOT_FOUND);
	world_sql(
		"update cdr_line set amount = amount - 0.01 where position = 1 and cdr_id = (select id"
		" from cdr where session_id = #)",
		w.started.session_id);
}

static void test_settled_twice_is_a_duplicate(void **state) /* N2 law 6 */
{
	struct session_record r;

	(void)state;
	charged();
	r = record("one");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	for (int i = 0; i < 3; i++)
		assert_int_equal(world_settle(&r), RECORD_DUPLICATE);
	assert_int_equal(bills(), 1);
	text_is(
		"select sum(times) from device_record where session_no = (select no from session where id"
		" = #)",
		"4");
	r.raw = "two";                           /* other bytes, the same figures */
	assert_int_equal(world_settle(&r), RECORD_DUPLICATE);
	assert_int_equal(world_settle(&r), RECORD_DUPLICATE);
	assert_int_equal(bills(), 1);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 80 * YUAN);
	world_is_proved();
}

static void test_other_figures_are_a_conflict(void **state) /* O4 */
{
	struct session_record r;

	(void)state;
	charged();
	r = record("one");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	r.raw = "changed";
	r.raw_len = 7;
	r.energy += 1;
	r.meter_end += 1;
	assert_int_equal(world_settle(&r), RECORD_CONFLICT);
	assert_int_equal(world_settle(&r), RECORD_CONFLICT);
	assert_int_equal(amount(), 20 * YUAN);
	assert_int_equal(
		world_number(
			"select count(*) from session_event where kind = 'record_conflict' and session_id = #",
			w.started.session_id),
		1);
	text_is(
		"select outcome from device_record where session_no = (select no from session where id ="
		" #) and body = 'changed'",
		"conflict");
}

static void test_a_pile_speaks_for_its_own_sessions(void **state) /* N1 */
{
	struct session_record r;

	(void)state;
	charged();
	r = record("forged");
	r.pile_serial = "99999999999999";
	assert_int_equal(world_settle(&r), RECORD_INVALID);
	assert_int_equal(world_settle(&r), RECORD_INVALID);
	text_is("select state from session where id = #", "charging");
	r = record("one");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	r.no = "";
	assert_int_equal(world_settle(&r), RECORD_INVALID);
}

static void test_unknown_session_is_kept(void **state) /* N2 */
{
	struct session_record r;

	(void)state;
	charged();
	r = record("one");
	r.no = "00000000000000010101010101019999";
	assert_int_equal(world_settle(&r), RECORD_UNKNOWN);
	assert_int_equal(world_settle(&r), RECORD_UNKNOWN);
	assert_true(
		world_number(
			"select times from device_record where session_no = '00000000000000010101010101019999'",
			0) >= 2);
}

static void test_failed_start_bills_nothing(void **state) /* O2 */
{
	struct session_record r;

	(void)state;
	world_make(&w);
	world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
	world_start(&w, false);
	started = ended = clock_now();
	r = world_record(&w, started, ended, 0, "failed");
	r.reason = STOP_START_FAILED;
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	text_is("select state from session where id = #", "failed");
	assert_int_equal(bills(), 0);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 100 * YUAN);
	assert_int_equal(world_settle(&r), RECORD_DUPLICATE);
	world_is_proved();
}

static void test_record_after_a_failed_start_is_billed(void **state) /* O4 F13 */
{
	struct session_record r;

	(void)state;
	world_make(&w);
	world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
	world_start(&w, false);
	fine(session_start_answer(db, w.started.no, false, 3));
	ended = clock_now();
	started = ended - 600;
	r = world_record(&w, started, ended, 5 * ENERGY_KWH, "late");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	text_is("select state from session where id = #", "finished");
	assert_int_equal(amount(), 5 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 95 * YUAN);
	world_is_proved();
}

static void test_record_days_late(void **state) /* O6 F13 */
{
	struct session_record r;

	(void)state;
	charged();
	world_sql(
		"update session set requested_at = requested_at - interval 3 day, started_at = started_at"
		" - interval 3 day,"
		" seen_at = seen_at - interval 3 day, state = 'suspended' where id = #",
		w.started.session_id);
	started -= 3 * DAY_SECONDS;
	ended -= 3 * DAY_SECONDS;
	r = record("late");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(amount(), 20 * YUAN);
	assert_int_equal(
		world_number("select timestampdiff(day, ended_at, settled_at) from session where id = #",
			w.started.session_id),
		3);
}

static void test_price_by_the_version_at_the_start(void **state) /* P4 */
{
	struct tariff t = { .n = 1,
		.effective_at = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, 900000, 0 } } };
	struct session_record r;
	int64_t version;

	(void)state;
	charged();
	t.effective_at = clock_now() - 60;
	fine(tariff_version_add(db, w.tariff, &t, 0, &version));
	r = record("one");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(amount(), 20 * YUAN);
	assert_int_equal(
		world_number("select tariff_version_id from session where id = #", w.started.session_id),
		w.version);
}

static void test_bill_beyond_the_hold_is_owed(void **state) /* M11 P22 */
{
	struct session_record r;

	(void)state;
	world_make(&w);
	world_recharge(&w, wallet_of(&w), 10 * YUAN, 0);
	world_start(&w, false);
	ended = clock_now();
	started = ended - 3600;
	r = world_record(&w, started, ended, 12 * ENERGY_KWH, "more");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(world_purse(wallet_of(&w)).cash, -2 * YUAN);
	assert_int_equal(world_start(&w, false), REFUSED_BALANCE_LOW);
	world_is_proved();
}

static void test_offline_card(void **state) /* D14 */
{
	struct session_record r;
	char physical[21];

	(void)state;
	world_make(&w);
	world_recharge(&w, card_of(&w), 0, 50 * YUAN);
	world_text("select physical_no from card where id = #", w.card, physical, sizeof(physical));
	ended = clock_now() - 3600;
	started = ended - 3600;
	snprintf(w.started.no, sizeof(w.started.no), "%s012001010000001234", w.serial);
	r = record("offline");
	r.mode = START_OFFLINE;
	r.physical_no = "nobody";
	assert_int_equal(world_settle(&r), RECORD_UNKNOWN);
	/* registered meanwhile: the same bytes count now */
	world_sql("update card set physical_no = 'nobody' where id = #", w.card);
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(world_settle(&r), RECORD_DUPLICATE);
	w.started.session_id = world_number("select id from session where card_id = #", w.card);
	text_is(
		"select concat(state, ' ', start_mode, ' ', pay_kind, ' ', anomaly) from session where id"
		" = #",
		"finished offline card none");
	assert_int_equal(amount(), 20 * YUAN);
	assert_int_equal(world_purse(card_of(&w)).gift, 30 * YUAN);
	world_sql("update card set physical_no = null where id = #", w.card);
	world_is_proved();
}

static void test_clock_off_is_billed_by_platform_times(void **state) /* O16c O16d */
{
	struct session_record r;

	(void)state;
	charged();
	r = record("1970");
	r.started -= 400 * DAY_SECONDS;
	r.ended -= 400 * DAY_SECONDS;
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(has_anomaly("c"), 1);
	text_is("select anomaly from session where id = #", "pending");
	assert_int_equal(amount(), 20 * YUAN);
	assert_int_equal(world_number("select unix_timestamp(started_at) from session where id = #",
						 w.started.session_id),
		started);
	assert_int_equal(world_number("select seconds from session where id = #", w.started.session_id),
		3600);
}

/* The record is wrong in one way: nothing beyond what was reported (19 kWh here) becomes money. */
static void unsafe(void (*spoil)(struct session_record *r), const char *rule, int64_t want)
{
	struct session_record r;

	charged();
	world_sql("update session set energy = 19, soc = 60, soc_start = 20 where id = #",
		w.started.session_id);
	r = record("unsafe");
	spoil(&r);
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(has_anomaly(rule), 1);
	text_is("select concat(state, ' ', anomaly) from session where id = #", "finished pending");
	assert_int_equal(amount(), want);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 100 * YUAN - want);
	assert_int_equal(world_purse(wallet_of(&w)).cash_held, 0);
	assert_int_equal(bills(), 1);
	assert_int_equal(world_settle(&r), RECORD_DUPLICATE);
}

static void types_wrong(struct session_record *r)
{
	r->has_types = true;
	r->type_energy[PRICE_FLAT] = 30 * ENERGY_KWH;
}

static void backwards(struct session_record *r)
{
	r->ended = r->started - 5;
}

static void a_week(struct session_record *r)
{
	r->started = r->ended - 7 * DAY_SECONDS;
}

static void a_power_station(struct session_record *r)
{
	r->energy = 601 * ENERGY_KWH;
}

static void negative(struct session_record *r)
{
	r->energy = -20 * ENERGY_KWH;
}

static void at_once(struct session_record *r)
{
	r->ended = r->started;
}

static void nothing_but_money(struct session_record *r)
{
	r->energy = 0;
}

static void meter_backwards(struct session_record *r)
{
	r->meter_end = r->meter_start - 1;
}

static void nothing_at_all(struct session_record *r)
{
	r->energy = r->amount = 0;
}

static void ages(struct session_record *r)
{
	r->started -= 60 * DAY_SECONDS;
	r->energy = 100 * ENERGY_KWH;
}

/* O14 O16a O16b O16e O16f O16g O16h O16i O16l O16m O16o */
static void test_unsafe_records_cost_what_was_reported(void **state)
{
	(void)state;
	unsafe(types_wrong, "a", 19 * YUAN);
	unsafe(backwards, "b", 19 * YUAN);
	unsafe(a_week, "e", 19 * YUAN);
	unsafe(ages, "e", 19 * YUAN);
	unsafe(a_power_station, "f", 19 * YUAN);
	unsafe(a_power_station, "h", 19 * YUAN);
	unsafe(negative, "g", 19 * YUAN);
	unsafe(at_once, "i", 19 * YUAN);
	unsafe(nothing_but_money, "l", 19 * YUAN);
	unsafe(meter_backwards, "m", 19 * YUAN);
	unsafe(nothing_at_all, "o", 19 * YUAN);
	world_is_proved();
}

static void test_notes_do_not_hold_the_money(void **state) /* O16j O16n */
{
	struct session_record r;

	(void)state;
	charged();
	r = record("j");
	r.amount += YUAN;
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(has_anomaly("j"), 1);
	assert_int_equal(amount(), 20 * YUAN);
	charged();
	r = world_record(&w, started, ended, 20 * ENERGY_KWH - 1, "n");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	assert_int_equal(has_anomaly("n"), 1);
	text_is("select concat(energy, ' ', anomaly) from session where id = #", "19.9999 pending");
}

static void test_ended_by_hand_then_the_record(void **state) /* O4 G15 */
{
	struct actor who = { .user_id = 1, .name = "clerk", .ip = "127.0.0.1" };
	struct session_record r;

	(void)state;
	charged();
	fine(session_end_by_hand(db, w.started.session_id, -1, &who, "pile is broken"));
	text_is("select concat(state, ' ', stop_reason, ' ', amount) from session where id = #",
		"finished admin 20.00000");
	text_is("select reason from cdr where session_id = #", "pile is broken");
	refused(session_end_by_hand(db, w.started.session_id, -1, &who, "again"), ERR_STALE);
	r = record("late");
	assert_int_equal(world_settle(&r), RECORD_CONFLICT);
	assert_int_equal(world_settle(&r), RECORD_CONFLICT);
	assert_int_equal(bills(), 1);
	assert_int_equal(
		world_number("select count(*) from audit where action = 'end' and record_id = #",
			w.started.session_id),
		1);
	world_is_proved();
}

static void test_stop_reason_of_the_platform_stays(void **state) /* O7 */
{
	struct session_record r;
	bool asked;

	(void)state;
	charged();
	fine(session_stop(db, w.started.session_id, STOP_ADMIN, NULL, &asked));
	r = record("one");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	text_is("select concat(stop_reason, ' ', device_reason) from session where id = #", "admin 64");
}

static void test_a_mark_of_the_operator_stays(void **state) /* O13 */
{
	struct session_record r;

	(void)state;
	charged();
	world_sql("update session set anomaly = 'pending' where id = #", w.started.session_id);
	r = record("one");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	text_is("select concat(state, ' ', anomaly) from session where id = #", "finished pending");
	assert_int_equal(amount(), 20 * YUAN);
}

static int64_t report_value(const char *what, const char *direction, int64_t provider,
	int64_t partner)
{
	char sql[300];

	snprintf(sql, sizeof(sql),
		"select %s from daily_report where direction = '%s' and provider_id = %lld and partner_id"
		" = #"
		" and day = date(now())",
		what, direction, (long long)provider);
	return world_money(sql, partner);
}

/* A member of the partner charges here; one of our own, too: only the first is interconnection. */
static void test_daily_report_both_ways(void **state) /* I6 */
{
	struct session_record r;
	int64_t rows, again, today = clock_now(), first_session = 0;
	char path[] = "/tmp/daily_report_XXXXXX";

	(void)state;
	charged();
	r = record("own");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	world_sql(
		"update member set provider_id = (select id from provider where name like 'partner%'"
		" order by id desc limit 1)"
		" where id = #",
		w.member);
	for (int i = 0; i < 2; i++) {
		world_sql("update connector_live set state = 'plugged' where connector_id = #",
			w.connector);
		assert_int_equal(world_start(&w, false), START_ACCEPTED);
		if (i == 0)
			first_session = w.started.session_id;
		r = world_record(&w, today - 1800, today, 10 * ENERGY_KWH, i ? "b" : "a");
		assert_int_equal(world_settle(&r), RECORD_SETTLED);
	}
	fine(daily_report_make(db, today, &rows));
	assert_true(rows >= 2);
	for (int payable = 0; payable < 2; payable++) {
		int64_t provider = payable ? w.other_provider : w.provider,
				partner = payable ? w.provider : w.other_provider;
		const char *direction = payable ? "payable" : "receivable";

		assert_int_equal(report_value("sessions", direction, provider, partner), 2 * MONEY_YUAN);
		assert_int_equal(report_value("energy", direction, provider, partner), 20 * MONEY_YUAN);
		assert_int_equal(report_value("energy_fee", direction, provider, partner), 16 * YUAN);
		assert_int_equal(report_value("service_fee", direction, provider, partner), 4 * YUAN);
		assert_int_equal(report_value("amount", direction, provider, partner), 20 * YUAN);
	}
	fine(daily_report_make(db, today, &again));
	assert_int_equal(again, 0);                      /* the same rows */
	world_sql("update session set anomaly = 'void' where id = #", first_session);
	world_sql(
		"update daily_report set confirm_status = 'confirmed' where direction = 'payable' and"
		" provider_id = #",
		w.other_provider);
	fine(daily_report_make(db, today, &again));
	assert_int_equal(again, 2);
	assert_int_equal(report_value("sessions", "receivable", w.provider, w.other_provider),
		MONEY_YUAN);
	assert_int_equal(report_value("sessions", "payable", w.other_provider, w.provider),
		2 * MONEY_YUAN); /* confirmed: a promise */
	assert_int_equal(report_value("note <> ''", "payable", w.other_provider, w.provider),
		MONEY_YUAN);
	world_sql("update session set anomaly = 'none' where id = #", first_session);
	assert_true(mkstemp(path) >= 0);
	fine(daily_report_xlsx(db, today, w.provider, path));
	remove(path);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settled_once),
		cmocka_unit_test(test_recompute_sees_a_changed_bill),
		cmocka_unit_test(test_settled_twice_is_a_duplicate),
		cmocka_unit_test(test_other_figures_are_a_conflict),
		cmocka_unit_test(test_a_pile_speaks_for_its_own_sessions),
		cmocka_unit_test(test_unknown_session_is_kept),
		cmocka_unit_test(test_failed_start_bills_nothing),
		cmocka_unit_test(test_record_after_a_failed_start_is_billed),
		cmocka_unit_test(test_record_days_late),
		cmocka_unit_test(test_price_by_the_version_at_the_start),
		cmocka_unit_test(test_bill_beyond_the_hold_is_owed),
		cmocka_unit_test(test_offline_card),
		cmocka_unit_test(test_clock_off_is_billed_by_platform_times),
		cmocka_unit_test(test_unsafe_records_cost_what_was_reported),
		cmocka_unit_test(test_notes_do_not_hold_the_money),
		cmocka_unit_test(test_ended_by_hand_then_the_record),
		cmocka_unit_test(test_stop_reason_of_the_platform_stays),
		cmocka_unit_test(test_a_mark_of_the_operator_stays),
		cmocka_unit_test(test_daily_report_both_ways),
	};

	program_start("settle_test", "settle_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

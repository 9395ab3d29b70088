/* correct_test.c - suspicious charges handled by a person against a real server: accepted, corrected
 * up and down, void, twice, reviewed; the proof after each.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "charge/session_correct.h"
#include "db/setting.h"
#include "run/program.h"

static struct world w;
static int64_t started, ended;
static const struct actor clerk = { .name = "clerk" };

/* 20 kWh at 0.8 + 0.2 yuan are 20 yuan; 5 of the 30 in the purse are a gift. */
static void suspicious(void)
{
	struct session_record r;
	enum correct_refusal refusal;

	world_make(&w);
	world_recharge(&w, wallet_of(&w), 25 * YUAN, 5 * YUAN);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	ended = clock_now();
	started = ended - 3600;
	for (int i = 0; i <= 60; i += 5)
		world_progress(&w, started + i * 60, i * 60 * ENERGY_KWH / 180);
	r = world_record(&w, started, ended, 20 * ENERGY_KWH, "one");
	assert_int_equal(world_settle(&r), RECORD_SETTLED);
	fine(session_mark(db, w.started.session_id, "looks odd", &clerk, &refusal));
	assert_int_equal(refusal, CORRECT_FINE);
}

static void state_is(const char *want)
{
	char text[100];

	world_text("select anomaly from session where id = #", w.started.session_id, text, sizeof text);
	assert_string_equal(text, want);
}

static int64_t amount(void)
{
	return world_money("select amount from session where id = #", w.started.session_id);
}

static void purse_is(int64_t cash, int64_t gift)
{
	struct purse_balance b = world_purse(wallet_of(&w));

	assert_int_equal(b.cash, cash);
	assert_int_equal(b.gift, gift);
	assert_int_equal(b.cash_held + b.gift_held, 0);
}

static enum correct_refusal correct(int64_t energy, int64_t from, int64_t to, int64_t agreed)
{
	const struct correction c = { energy, from, to, agreed, "talked to the driver" };
	enum correct_refusal refusal;

	fine(session_correct(db, w.started.session_id, &c, &clerk, &refusal));
	return refusal;
}

/* The newest bill is the session's, and can be computed again from what it was made of. */
static void bill_is(int64_t revision, int64_t want)
{
	struct bill b, again;
	bool same;

	assert_int_equal(
		world_number("select max(revision) from cdr where session_id = #", w.started.session_id),
		revision);
	fine(session_bill(db, w.started.session_id, &b));
	assert_int_equal(b.amount, want);
	assert_int_equal(b.energy_fee + b.service_fee, want);
	fine(session_recompute(db, w.started.session_id, &again, &same));
	assert_true(same);
	assert_int_equal(amount(), want);
	world_is_proved();
}

static void test_accepted_as_it_is(void **state) /* O13 O14 */
{
	enum correct_refusal refusal;

	(void)state;
	suspicious();
	state_is("pending");
	purse_is(5 * YUAN, 5 * YUAN);
	fine(session_accept(db, w.started.session_id, "meter checked", &clerk, &refusal));
	assert_int_equal(refusal, CORRECT_FINE);
	state_is("settled");
	bill_is(1, 20 * YUAN);
	fine(session_accept(db, w.started.session_id, "again", &clerk, &refusal));
	assert_int_equal(refusal, CORRECT_LATE);
	assert_int_equal(correct(0, 0, 0, -1), CORRECT_LATE);
}

static void test_less_energy_gives_the_difference_back(void **state) /* O14 O16n */
{
	(void)state;
	suspicious();
	assert_int_equal(correct(10 * ENERGY_KWH, 0, 0, -1), CORRECT_FINE);
	state_is("settled");
	purse_is(15 * YUAN, 5 * YUAN);
	bill_is(2, 10 * YUAN);
}

static void test_more_energy_is_taken_from_cash_gift_and_then_owed(void **state) /* O14 */
{
	(void)state;
	suspicious();
	assert_int_equal(correct(35 * ENERGY_KWH, 0, 0, -1), CORRECT_FINE);
	purse_is(-5 * YUAN, 0);
	bill_is(2, 35 * YUAN);
}

static void test_what_was_agreed_is_the_total(void **state) /* O14 */
{
	(void)state;
	suspicious();
	assert_int_equal(correct(-1, 0, 0, 3 * YUAN), CORRECT_FINE);
	purse_is(22 * YUAN, 5 * YUAN);
	bill_is(2, 3 * YUAN);
	assert_int_equal(
		world_money("select energy_fee from session where id = #", w.started.session_id), 3 * YUAN);
	assert_int_equal(
		world_money("select discount from session where id = #", w.started.session_id), 17 * YUAN);
	suspicious();
	assert_int_equal(correct(-1, 0, 0, 21 * YUAN + MONEY_FEN), CORRECT_FINE);
	bill_is(2, 21 * YUAN + MONEY_FEN);
}

static void test_times_are_corrected_and_bad_ones_refused(void **state) /* O14 */
{
	(void)state;
	suspicious();
	assert_int_equal(correct(-1, ended, started, -1), CORRECT_TIMES);
	assert_int_equal(correct(-1, 0, clock_now() + 600, -1), CORRECT_TIMES);
	assert_int_equal(correct(-1, ended - 40 * DAY_SECONDS, 0, -1), CORRECT_TIMES);
	assert_int_equal(correct(-1, 0, 0, 1), CORRECT_AMOUNT);
	assert_int_equal(correct(-1, 0, 0, -5 * YUAN), CORRECT_AMOUNT);
	state_is("pending");
	bill_is(1, 20 * YUAN);
	assert_int_equal(correct(-1, started - 600, 0, -1), CORRECT_FINE);
	assert_int_equal(
		world_number("select seconds from session where id = #", w.started.session_id), 4200);
	bill_is(2, 20 * YUAN);
}

static void test_void_gives_all_back(void **state) /* O14 */
{
	enum correct_refusal refusal;

	(void)state;
	suspicious();
	fine(session_void(db, w.started.session_id, "test charge", &clerk, &refusal));
	assert_int_equal(refusal, CORRECT_FINE);
	state_is("void");
	purse_is(25 * YUAN, 5 * YUAN);
	bill_is(2, 0);
	fine(session_void(db, w.started.session_id, "again", &clerk, &refusal));
	assert_int_equal(refusal, CORRECT_LATE);
}

static void test_invoices_and_refunds_stand_in_the_way(void **state) /* O14 F8 F1 */
{
	enum correct_refusal refusal;

	(void)state;
	suspicious();
	world_sql("update session set invoice_status = 'issued' where id = #", w.started.session_id);
	assert_int_equal(correct(0, 0, 0, -1), CORRECT_INVOICED);
	fine(session_void(db, w.started.session_id, "x", &clerk, &refusal));
	assert_int_equal(refusal, CORRECT_INVOICED);
	world_sql("update session set invoice_status = 'none', refunded = 5 where id = #",
		w.started.session_id);
	assert_int_equal(correct(-1, 0, 0, 4 * YUAN), CORRECT_REFUNDED);
	assert_int_equal(correct(-1, 0, 0, 5 * YUAN), CORRECT_FINE);
	world_sql("update session set refunded = 0 where id = #", w.started.session_id);
	bill_is(2, 5 * YUAN);
}

static void test_another_person_reviews(void **state) /* O15 */
{
	struct actor first = { .name = "first" }, second = { .name = "second" };
	enum correct_refusal refusal;

	(void)state;
	suspicious();
	first.user_id = world_number("select min(id) from user where id > #", 0);
	second.user_id = first.user_id + 1;
	fine(setting_set(db, "anomaly_audit", "1"));
	fine(session_accept(db, w.started.session_id, "fine", &first, &refusal));
	state_is("review");
	fine(session_review(db, w.started.session_id, true, "mine", &first, &refusal));
	assert_int_equal(refusal, CORRECT_SAME_PERSON);
	fine(session_review(db, w.started.session_id, false, "no", &second, &refusal));
	state_is("pending");
	fine(session_void(db, w.started.session_id, "so be it", &first, &refusal));
	state_is("review");
	fine(session_review(db, w.started.session_id, true, "yes", &second, &refusal));
	assert_int_equal(refusal, CORRECT_FINE);
	state_is("void");
	fine(session_review(db, w.started.session_id, true, "yes", &second, &refusal));
	assert_int_equal(refusal, CORRECT_LATE);
	fine(setting_set(db, "anomaly_audit", "0"));
	world_is_proved();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted_as_it_is),
		cmocka_unit_test(test_less_energy_gives_the_difference_back),
		cmocka_unit_test(test_more_energy_is_taken_from_cash_gift_and_then_owed),
		cmocka_unit_test(test_what_was_agreed_is_the_total),
		cmocka_unit_test(test_times_are_corrected_and_bad_ones_refused),
		cmocka_unit_test(test_void_gives_all_back),
		cmocka_unit_test(test_invoices_and_refunds_stand_in_the_way),
		cmocka_unit_test(test_another_person_reviews),
	};

	program_start("correct_test", "correct_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

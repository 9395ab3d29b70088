/* outbox_test.c - deliveries, codes by SMS, live states, first log-ins of drivers, against a real
 * server.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "charge/delivery.h"
#include "charge/live.h"
#include "charge/member.h"
#include "charge/sms_code.h"
#include "run/program.h"

static void new_phone(char phone[12])
{
	snprintf(phone, 12, "138");
	fine(random_digits(phone + 3, 8));
}

static void on_phone(const char *sql, const char *phone)
{
	fine(db_exec_text(db, sql, ARGS(STR(phone)), NULL, NULL));
}

static NEOERR *take_code(const struct row *r, void *ctx)
{
	json_t *o = NULL;
	NEOERR *err = json_read(row_str(r, 0), strlen(row_str(r, 0)), 1000, &o);

	if (err == STATUS_OK)
		text_copy(ctx, 7, json_text(o, "code", ""));
	json_decref(o);
	return nerr_pass(err);
}

static void sent_code(const char *phone, char code[7])
{
	fine(db_query_text(db,
		"select payload from delivery where kind = 'sms' and target = ? order by id desc limit 1",
		ARGS(STR(phone)), take_code, code));
	assert_int_equal(strlen(code), 6);
}

static void send_is(const char *phone, enum sms_refusal want)
{
	enum sms_refusal got;

	fine(sms_code_send(db, phone, &got));
	assert_string_equal(sms_refusal_name(got), sms_refusal_name(want));
}

static void check_is(const char *phone, const char *code, enum sms_refusal want)
{
	enum sms_refusal got;

	fine(sms_code_check(db, phone, code, &got));
	assert_string_equal(sms_refusal_name(got), sms_refusal_name(want));
}

static void wrong_code(const char *right, char out[7])
{
	memcpy(out, right, 7);
	out[5] = right[5] == '9' ? '0' : (char)(right[5] + 1);
}

static void test_code_is_good_once(void **state) /* U1 */
{
	char phone[12], code[7], wrong[7];

	(void)state;
	new_phone(phone);
	check_is(phone, "123456", SMS_EXPIRED);
	send_is("12345", SMS_PHONE);
	send_is(phone, SMS_OK);
	sent_code(phone, code);
	wrong_code(code, wrong);
	check_is(phone, wrong, SMS_WRONG);
	check_is(phone, "12345", SMS_WRONG);
	check_is(phone, code, SMS_OK);
	check_is(phone, code, SMS_EXPIRED);
	/* used up, but the pause counts from its sending */
	send_is(phone, SMS_TOO_SOON);
}

static void test_code_cannot_be_guessed(void **state) /* U1 */
{
	char phone[12], code[7], wrong[7];

	(void)state;
	new_phone(phone);
	send_is(phone, SMS_OK);
	sent_code(phone, code);
	wrong_code(code, wrong);
	for (int i = 0; i < 5; i++)
		check_is(phone, wrong, SMS_WRONG);
	check_is(phone, code, SMS_TOO_MANY);
}

static void test_code_has_its_time(void **state) /* U1 */
{
	char phone[12], code[7];

	(void)state;
	new_phone(phone);
	send_is(phone, SMS_OK);
	sent_code(phone, code);
	on_phone("update sms_code set expires_at = now() where phone = ?", phone);
	check_is(phone, code, SMS_EXPIRED);
	for (int i = 1; i < 10; i++) {
		on_phone("update sms_code set sent_at = now() - interval 60 second where phone = ?", phone);
		send_is(phone, SMS_OK);
	}
	on_phone("update sms_code set sent_at = now() - interval 60 second where phone = ?", phone);
	send_is(phone, SMS_TOO_MANY);                    /* ten a day */
	on_phone("update throttle set window_ends_at = now() where name = concat('sms:', ?)", phone);
	send_is(phone, SMS_OK);
}

struct post { int sent; bool fail; char payload[80]; };

static NEOERR *post(const struct delivery *d, char *answer, size_t room, void *ctx)
{
	struct post *p = ctx;

	if (!text_eq(d->target, p->payload))
		return STATUS_OK;                        /* of another test */
	p->sent++;
	text_copy(answer, room, "answer");
	return p->fail ? nerr_raise(ERR_PEER, "the other side is away") : STATUS_OK;
}

static int64_t of_target(const char *what, const char *target)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "select %s from delivery where target = '%s'", what, target);
	return world_number(sql, 0);
}

static void work(struct post *p)
{
	int done = 1;

	while (done > 0)
		fine(delivery_work(db, 50, post, p, &done));
}

static void test_delivery_goes_once(void **state) /* W3 */
{
	struct post p = { 0 };

	(void)state;
	fine(random_hex(p.payload, 8));
	fine(delivery_add(db, "webhook", p.payload, "s", "{}", p.payload));
	fine(delivery_add(db, "webhook", p.payload, "s", "{}", p.payload));
	work(&p);
	work(&p);
	assert_int_equal(p.sent, 1);
	assert_int_equal(of_target("count(*)", p.payload), 1);
	assert_int_equal(
		of_target("status = 'sent' and answer = 'answer' and sent_at is not null", p.payload), 1);
}

static void test_delivery_tries_again_and_gives_up(void **state) /* W3 */
{
	static const int64_t pauses[] = { 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600 };
	struct post p = { .fail = true };
	char sql[160];

	(void)state;
	fine(random_hex(p.payload, 8));
	fine(delivery_add(db, "webhook", p.payload, NULL, "{}", NULL));
	for (size_t i = 0; i < 11; i++) {
		work(&p);
		assert_int_equal(p.sent, (int)i + 1);
		work(&p);                                /* not due yet */
		assert_int_equal(p.sent, (int)i + 1);
		assert_true(
			llabs(of_target("unix_timestamp(next_at)", p.payload) - clock_now() - pauses[i]) <= 2);
		assert_int_equal(
			of_target("status = 'failed' and last_error = 'the other side is away'", p.payload), 1);
		snprintf(sql, sizeof(sql), "update delivery set next_at = now() where target = '%s'",
			p.payload);
		world_sql(sql, 0);
	}
	work(&p);
	assert_int_equal(of_target("status = 'dead' and tries = 12", p.payload), 1);
	world_sql(sql, 0);
	work(&p);
	assert_int_equal(p.sent, 12);
}

static int64_t live_value(const char *what, const struct world *w)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "select %s from pile_live where pile_id = #", what);
	return world_number(sql, w->pile);
}

static void test_pile_comes_and_goes(void **state) /* D12 N1 */
{
	struct pile_hello hello = { .protocol = "ykc",
		.address = "10.0.0.1",
		.gateway_id = "other",
		.connectors = 1 };
	struct pile_known known;
	struct world w;
	bool is_known, ours = true, moved = true;

	(void)state;
	world_make(&w);
	assert_int_equal(live_value("online", &w), 1);
	fine(pile_offline(db, w.pile, "elsewhere", "timeout", &ours));
	assert_false(ours);
	assert_int_equal(live_value("online", &w), 1);
	hello.serial = w.serial;
	world_sql("update pile set status = 'disabled' where id = #", w.pile);
	/* through another gateway: moved */
	fine(pile_online(db, &hello, &known, &is_known));
	assert_true(is_known && !known.enabled);
	assert_int_equal(live_value("gateway_id = 'other'", &w), 1);
	fine(pile_offline(db, w.pile, "world", "timeout", NULL));
	assert_int_equal(live_value("online", &w), 1);
	fine(pile_offline(db, w.pile, "other", "timeout", &ours));
	assert_true(ours);
	fine(pile_offline(db, w.pile, "other", "timeout", &ours));
	assert_false(ours);
	assert_int_equal(live_value("online", &w), 0);
	assert_int_equal(world_number("select count(*) from connectivity where pile_id = #", w.pile),
		3);
	assert_int_equal(
		world_number("select state = 'offline' from connector_live where connector_id = #",
			w.connector),
		1);
	fine(pile_online(db, &hello, &known, &is_known));
	fine(pile_all_offline(db, "other", "gateway_start"));
	assert_int_equal(live_value("online", &w), 0);
	assert_int_equal(
		world_number("select count(*) from connectivity where pile_id = # and event = 'offline'",
			w.pile),
		2);
	fine(pile_tariff_confirmed(db, w.pile, w.version));
	fine(pile_clock_skew(db, w.pile, -77));
	fine(pile_seen(db, "other", &w.pile, 1, clock_now() - 5, &moved));
	assert_false(moved);
	fine(pile_seen(db, "elsewhere", &w.pile, 1, clock_now(), &moved));
	assert_true(moved);                  /* and nothing is written */
	assert_int_equal(live_value("seen_at < now() - interval 2 second", &w), 1);
	assert_int_equal(live_value("tariff_version_id", &w), w.version);
	assert_int_equal(live_value("clock_skew", &w), -77);
}

static void test_strangers_are_counted(void **state) /* N1 */
{
	char serial[15];
	struct pile_hello hello = { .protocol = "ykc",
		.serial = serial,
		.address = "10.0.0.9",
		.gateway_id = "world" };
	struct pile_known known;
	bool is_known = true;
	char sql[120];

	(void)state;
	fine(random_digits(serial, 14));
	for (int i = 0; i < 3; i++)
		fine(pile_online(db, &hello, &known, &is_known));
	assert_false(is_known);
	snprintf(sql, sizeof(sql), "select count from stranger where serial = '%s'", serial);
	assert_int_equal(world_number(sql, 0), 3);
}

static void test_reports_in_one_statement(void **state) /* D11 O11 */
{
	struct connector_report r[300];
	struct world w;

	(void)state;
	world_make(&w);
	/* more than a chunk; unknown numbers are nothing */
	for (int i = 0; i < 300; i++)
		r[i] = (struct connector_report){ .pile_id = w.pile,
			.number = i == 299 ? 1 : i + 2,
			.state = CONNECTOR_CHARGING,
			.plugged = true,
			.voltage_dv = 3805,
			.current_da = 1203,
			.power_w = 45678,
			.soc = 55,
			.temperature = 31,
			.fault = 3,
			.at = clock_now() };
	fine(connector_reports(db, r, 300));
	assert_int_equal(
		world_number(
			"select state = 'charging' and voltage = 380.5 and current = 120.3 and power = 45.678"
			" and soc = 55"
			" and temperature = 31 and fault = 3 from connector_live where connector_id = #",
			w.connector),
		1);
	fine(connector_reports(db, r, 0));
}

static NEOERR *count_card(const struct card_view *c, void *ctx)
{
	int *n = ctx;

	assert_int_equal(c->cash, 20 * YUAN);
	assert_int_equal(c->gift, YUAN);
	n[0]++;
	n[1] += c->usable;
	return STATUS_OK;
}

static void test_first_login_makes_a_guest(void **state) /* M7 M11 U1 */
{
	char phone[12], text[60], want[60];
	struct world w;
	int64_t id, again;
	int n[2] = { 0 };
	bool fresh;

	(void)state;
	world_make(&w);
	new_phone(phone);
	fine(member_login(db, phone, w.provider, &id, &fresh));
	assert_true(fresh);
	fine(member_login(db, phone, w.other_provider, &again, &fresh));
	assert_false(fresh);
	assert_int_equal(again, id);
	world_text("select nickname from member where id = #", id, text, sizeof(text));
	snprintf(want, sizeof(want), "游客%s", phone + 7);
	assert_string_equal(text, want);
	refused(member_login(db, "110", w.provider, &id, &fresh), ERR_INVALID);
	world_recharge(&w, card_of(&w), 20 * YUAN, YUAN);
	fine(card_each_of_member(db, w.member, w.station, count_card, n));
	world_sql("update card set status = 'disabled' where id = #", w.card);
	fine(card_each_of_member(db, w.member, w.station, count_card, n));
	assert_int_equal(n[0], 2);
	assert_int_equal(n[1], 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_code_is_good_once),
		cmocka_unit_test(test_code_cannot_be_guessed),
		cmocka_unit_test(test_code_has_its_time),
		cmocka_unit_test(test_delivery_goes_once),
		cmocka_unit_test(test_delivery_tries_again_and_gives_up),
		cmocka_unit_test(test_pile_comes_and_goes),
		cmocka_unit_test(test_strangers_are_counted),
		cmocka_unit_test(test_reports_in_one_statement),
		cmocka_unit_test(test_first_login_makes_a_guest),
	};

	program_start("outbox_test", "outbox_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

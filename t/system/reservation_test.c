/* reservation_test.c - bookings against a real server: who may book what, its fee, its end by
 * charge, driver, platform, time and bay; several at once.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "charge/invoice.h"
#include "charge/member.h"
#include "charge/reservation.h"
#include "charge/tariff.h"
#include "run/program.h"

#define FEE (2 * YUAN)
#define HOLD 7200
#define WRITERS 6

static struct world w;
static struct booking_result booked;
static int *counts;                          /* shared by the children */

/* From now on the clock stands at t, for a second at least; 0: at what it is. */
static void at(int64_t t)
{
	char text[CLOCK_TEXT];

	if (t)
		setenv("CHARGEOPS_NOW", clock_format(t, text), 1);
	else
		unsetenv("CHARGEOPS_NOW");
	clock_zone(clock_offset());
}

/* Two yuan for two hours; bays: 15 minutes free, then 2 yuan each begun half hour, 5 at most. */
static void sell_bookings(int minutes, int64_t price)
{
	struct tariff t = { .effective_at = clock_now() - 60, .n = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, 80000, 20000 } },
		.booking = { minutes, price },
		.occupancy = { 15, 30, 2 * YUAN, 5 * YUAN } };

	fine(tariff_version_add(db, w.tariff, &t, 0, &w.version));
}

static void idle(void)
{
	world_sql("update connector_live set state = 'idle', plugged = 0 where connector_id = #",
		w.connector);
}

static void plugged(void)
{
	world_sql("update connector_live set state = 'plugged', plugged = 1 where connector_id = #",
		w.connector);
}

static void open_world(void)
{
	at(0);
	world_make(&w);
	sell_bookings(HOLD / 60, FEE);
	world_sql("update station set bookable = 1 where id = #", w.station);
	world_sql("update pile set bookable = 1, occupancy_charged = 1 where id = #", w.pile);
	world_sql("update member set certified = 1, plate = '粤B10001' where id = #", w.member);
	world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
	idle();
}

static enum start_refusal book_as(int64_t member)
{
	struct booking_request r = { .connector_id = w.connector, .member_id = member };

	fine(reservation_book(db, &r, NULL, &booked));
	return booked.refusal;
}

static enum start_refusal book(void)
{
	return book_as(w.member);
}

static int64_t booked_at(void)
{
	return world_number("select unix_timestamp(booked_at) from reservation where id = #",
		booked.id);
}

static void is(const char *state, const char *by, const char *fee)
{
	char text[60], want[60];

	snprintf(want, sizeof(want), "%s %s %s", state, by, fee);
	world_text("select concat(state, ' ', ended_by, ' ', fee_state) from reservation where id = #",
		booked.id, text, sizeof(text));
	assert_string_equal(text, want);
}

static int64_t income(const char *kind)
{
	char sql[200];

	snprintf(sql, sizeof(sql),
		"select coalesce(sum(balance), 0) from account where owner_kind = 'provider' and owner_id"
		" = # and kind = '%s'",
		kind);
	return world_money(sql, w.provider);
}

static int64_t stranger(void)
{
	char no[10], phone[12] = "137";
	int64_t id;

	fine(random_digits(phone + 3, 8));
	fine(member_new_no(db, no));
	fine(db_exec_text(db,
		"insert into member (no, provider_id, phone, certified, created_at, updated_at) values"
		" (?, ?, ?, 1, now(), now())",
		ARGS(STR(no), I64(w.provider), STR(phone)), NULL, &id));
	world_recharge(&w, (struct purse){ OWNER_MEMBER, id }, 50 * YUAN, 0);
	return id;
}

static enum start_refusal start_as(int64_t member)
{
	struct start_request r = { .connector_id = w.connector, .member_id = member,
		.mode = START_APP, .limit_kind = LIMIT_FULL };

	fine(session_request(db, &r, &w.started));
	return w.started.refusal;
}

static void test_who_may_book_what_R1_P9(void **state)
{
	static const struct { const char *off, *on; enum start_refusal refusal;
	} rows[] = {
		{ "update station t set t.bookable = 0 where t.id = #",
			"update station t set t.bookable = 1 where t.id = #", REFUSED_BOOKING_OFF },
		{ "update station t set t.halted_at = now() where t.id = #",
			"update station t set t.halted_at = null where t.id = #", REFUSED_STATION_DISABLED },
		{ "update pile t set t.bookable = 0 where t.station_id = #",
			"update pile t set t.bookable = 1 where t.station_id = #", REFUSED_BOOKING_OFF },
		{ "update pile t set t.status = 'disabled' where t.station_id = #",
			"update pile t set t.status = 'enabled' where t.station_id = #",
			REFUSED_PILE_DISABLED },
		{ "update pile_live l join pile p on p.id = l.pile_id set l.online = 0 where"
		  " p.station_id = #",
			"update pile_live l join pile p on p.id = l.pile_id set l.online = 1 where"
			" p.station_id = #",
			REFUSED_PILE_OFFLINE },
		{ "update connector_live l join connector c on c.id = l.connector_id set l.state = 'fault'"
		  " where c.station_id = #",
			"update connector_live l join connector c on c.id = l.connector_id set l.state ="
			" 'plugged' where c.station_id = #",
			REFUSED_CONNECTOR_FAULT },
		{ "update station t set t.intro = 'plugged' where t.id = #",
			"update connector_live l join connector c on c.id = l.connector_id set l.state ="
			" 'idle' where c.station_id = #",
			REFUSED_CONNECTOR_BUSY },
	};

	(void)state;
	open_world();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		world_sql(rows[i].off, w.station);
		assert_int_equal(book(), rows[i].refusal);
		world_sql(rows[i].on, w.station);
	}
	world_sql("update member set certified = 0 where id = #", w.member);
	assert_int_equal(book(), REFUSED_NOT_CERTIFIED);
	world_sql("update member set certified = 1, status = 'frozen' where id = #", w.member);
	assert_int_equal(book(), REFUSED_MEMBER_FROZEN);
	world_sql("update member set status = 'enabled' where id = #", w.member);
	sell_bookings(0, FEE);                           /* P9: either 0 */
	assert_int_equal(book(), REFUSED_BOOKING_OFF);
	sell_bookings(HOLD / 60, 0);
	assert_int_equal(book(), REFUSED_BOOKING_OFF);
	sell_bookings(HOLD / 60, 100 * YUAN + 1);
	assert_int_equal(book(), REFUSED_BALANCE_LOW);
	assert_int_equal(world_purse(wallet_of(&w)).cash_held, 0);
	sell_bookings(HOLD / 60, FEE);
	assert_int_equal(book(), START_ACCEPTED);
	is("booked", "", "held");
	world_is_proved();
}

static void test_a_booking_holds_its_fee_and_stands_alone_R1(void **state)
{
	int64_t other;

	(void)state;
	open_world();
	other = stranger();
	assert_int_equal(book(), START_ACCEPTED);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 98 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).cash_held, FEE);
	assert_int_equal(book(), REFUSED_BOOKED_ALREADY);
	assert_int_equal(book_as(other), REFUSED_RESERVED);
	plugged();
	assert_int_equal(start_as(other), REFUSED_RESERVED);
	world_is_proved();
}

static void test_one_form_books_once_R1(void **state)
{
	struct booking_request r;
	char once[33];
	int64_t id;

	(void)state;
	open_world();
	fine(random_hex(once, 16));
	r = (struct booking_request){ .connector_id = w.connector, .member_id = w.member,
		.once = once };
	fine(reservation_book(db, &r, NULL, &booked));
	id = booked.id;
	fine(reservation_book(db, &r, NULL, &booked));
	assert_true(booked.repeated);
	assert_int_equal(booked.id, id);
	assert_int_equal(world_purse(wallet_of(&w)).cash_held, FEE);
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

static void test_the_own_charge_uses_it_up_R2_F10(void **state)
{
	struct session_record rec;
	int64_t now = clock_now();

	(void)state;
	open_world();
	assert_int_equal(book(), START_ACCEPTED);
	plugged();
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	is("occupying", "", "held");
	assert_int_equal(world_number("select reservation_id from session where id = #",
		w.started.session_id), booked.id);
	world_sql("update pile set occupancy_charged = 0 where id = #", w.pile);
	world_sql("insert into invoice_seller (station_id, company, tax_no, drawer, created_at,"
			  " updated_at) values (#, 'c', '91310000607275000X', 'd', now(), now())", w.station);
	rec = world_record(&w, now - 600, now, 5 * ENERGY_KWH, "used");
	assert_int_equal(world_settle(&rec), RECORD_SETTLED);
	is("done", "charge", "kept");
	assert_int_equal(world_settle(&rec), RECORD_DUPLICATE);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 93 * YUAN);
	assert_int_equal(income("income_booking"), FEE);
	/* its times are those of no real charge */
	world_sql("update session set anomaly = 'none' where id = #", w.started.session_id);
	invoiceable(4, 1 + 2);
	world_sql("insert into setting (name, value, updated_at) values ('invoice_booking', #, now())", 0);
	invoiceable(4, 1);
	world_sql("delete from setting where name = 'invoice_booking' and value = #", 0);
	idle();
	assert_int_equal(book(), START_ACCEPTED);        /* free for the next */
	world_is_proved();
}

static void test_a_failed_start_leaves_it_booked_R2(void **state)
{
	(void)state;
	open_world();
	assert_int_equal(book(), START_ACCEPTED);
	plugged();
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	fine(session_start_answer(db, w.started.no, false, 3));
	is("booked", "", "held");
	assert_int_equal(start_as(stranger()), REFUSED_RESERVED);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	is("occupying", "", "held");
	world_is_proved();
}

static void test_given_up_in_time_it_costs_nothing_R2(void **state)
{
	static const struct { int64_t after; const char *fee; int64_t cash;
	} rows[] = { { 0, "returned", 100 }, { 15 * 60, "returned", 100 }, { 15 * 60 + 1, "kept", 98 },
		{ HOLD, "kept", 98 } };
	bool done;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_world();
		assert_int_equal(book(), START_ACCEPTED);
		refused(reservation_cancel(db, booked.id, stranger(), NULL, &done), ERR_NOT_FOUND);
		at(booked_at() + rows[i].after);
		fine(reservation_cancel(db, booked.id, w.member, NULL, &done));
		assert_true(done);
		is("cancelled", "driver", rows[i].fee);
		fine(reservation_cancel(db, booked.id, w.member, NULL, &done));
		assert_false(done);
		assert_int_equal(world_purse(wallet_of(&w)).cash, rows[i].cash * YUAN);
		assert_int_equal(world_purse(wallet_of(&w)).cash_held, 0);
	}
	world_is_proved();
}

static void test_it_runs_out_after_two_hours_not_at_them_R3(void **state)
{
	int64_t other, ended, from;
	char before[200], after[200];
	bool done;
	static const char row[] = "select concat_ws(',', state, version, updated_at, ended_at) from"
		" reservation where id = #";

	(void)state;
	open_world();
	other = stranger();
	assert_int_equal(book(), START_ACCEPTED);
	from = booked_at();
	plugged();
	at(from + HOLD);
	fine(reservation_expire(db, &ended));
	is("booked", "", "held");
	assert_int_equal(start_as(other), REFUSED_RESERVED);
	at(from + HOLD + 1);
	assert_int_equal(start_as(other), START_ACCEPTED);       /* before the job came by */
	fine(session_start_answer(db, w.started.no, false, 3));
	fine(reservation_expire(db, &ended));
	assert_true(ended >= 1);
	is("timeout", "time", "kept");
	world_text(row, booked.id, before, sizeof(before));
	at(from + HOLD + 100);
	fine(reservation_expire(db, &ended));
	assert_int_equal(ended, 0);
	world_text(row, booked.id, after, sizeof(after));
	assert_string_equal(before, after);
	fine(reservation_cancel(db, booked.id, w.member, NULL, &done));
	assert_false(done);
	assert_int_equal(income("income_booking"), FEE);
	at(0);
	world_is_proved();
}

static void test_what_has_run_out_stands_in_nobodys_way_R3(void **state)
{
	int64_t first, other;

	(void)state;
	open_world();
	other = stranger();
	assert_int_equal(book(), START_ACCEPTED);
	first = booked.id;
	at(booked_at() + HOLD + 1);
	assert_int_equal(book_as(other), START_ACCEPTED);
	assert_int_equal(world_number("select state = 'timeout' from reservation where id = #", first),
		1);
	assert_int_equal(world_number("select count(*) from reservation where open_connector_id = #",
		w.connector), 1);
	at(0);
	world_is_proved();
}

static void test_the_platform_ends_what_is_open_R4(void **state)
{
	const struct actor clerk = { .user_id = 0, .name = "clerk" };

	(void)state;
	open_world();
	assert_int_equal(book(), START_ACCEPTED);
	fine(reservation_end(db, booked.id, &clerk, "桩检修"));
	is("done", "platform", "returned");
	refused(reservation_end(db, booked.id, &clerk, "again"), ERR_STALE);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 100 * YUAN);
	assert_int_equal(book(), START_ACCEPTED);
	plugged();
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	fine(reservation_end(db, booked.id, &clerk, "占位"));
	is("done", "platform", "kept");
	world_is_proved();
}

/* ---- bays */

static int64_t drive_in(const char *plate, int64_t when)
{
	struct bay_entry e = { .connector_id = w.connector, .at = when, .plate = plate, .bay = "A-01" };
	int64_t id;

	fine(reservation_entered(db, &e, &id));
	return id;
}

static struct occupancy drive_out(int64_t when, int64_t *id)
{
	struct occupancy o;

	fine(reservation_left(db, w.connector, when, id, &o));
	return o;
}

static void test_a_bay_counts_from_entering_to_leaving_R5(void **state)
{
	struct session_record rec;
	struct occupancy o;
	int64_t from, id;

	(void)state;
	open_world();
	assert_int_equal(book(), START_ACCEPTED);
	from = booked_at();
	assert_int_equal(drive_in("粤B99999", from + 60), 0);    /* another's car */
	assert_int_equal(drive_in("粤B10001", from + 60), booked.id);
	assert_int_equal(drive_in("粤B10001", from + 90), booked.id);
	assert_int_equal(world_number(
		"select unix_timestamp(entered_at) from reservation where id = #", booked.id), from + 60);
	is("occupying", "", "held");
	plugged();
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	at(from + 3 * 3600);
	rec = world_record(&w, from + 360, from + 360 + 3600, 10 * ENERGY_KWH, "bay");
	world_sql("update session set started_at = from_unixtime(unix_timestamp(requested_at) + 360)"
		" where id = #", w.started.session_id);
	assert_int_equal(world_settle(&rec), RECORD_SETTLED);
	is("occupying", "", "held");                             /* the car stands there still */
	/* in the bay for 2:00:00, an hour of it charging: 60 minutes, 45 to pay */
	o = drive_out(from + 60 + 7200, &id);
	assert_int_equal(id, booked.id);
	assert_int_equal(o.minutes, 60);
	assert_int_equal(o.fee, 0);                              /* it stands on the charge's bill */
	assert_int_equal(world_money("select occupancy_fee from session where id = #",
		w.started.session_id), 4 * YUAN);
	is("done", "left", "kept");
	o = drive_out(from + 60 + 9000, &id);
	assert_int_equal(id, 0);
	assert_int_equal(world_purse(wallet_of(&w)).cash, (100 - 2 - 10 - 4) * YUAN);
	assert_int_equal(income("income_occupancy"), 4 * YUAN);
	at(0);
	world_is_proved();
}

static void test_a_whitelisted_car_and_a_pile_without_it_pay_nothing_R5(void **state)
{
	struct bay_entry e = { .plate = "粤B10001", .whitelisted = true };
	struct occupancy o;
	int64_t id;

	(void)state;
	open_world();
	assert_int_equal(book(), START_ACCEPTED);
	e.connector_id = w.connector;
	e.at = booked_at();
	fine(reservation_entered(db, &e, &id));
	o = drive_out(e.at + 36000, &id);
	assert_int_equal(o.minutes + o.fee, 0);
	world_sql("update pile set occupancy_charged = 0 where id = #", w.pile);
	assert_int_equal(book(), START_ACCEPTED);
	drive_in("粤B10001", booked_at());
	o = drive_out(booked_at() + 36000, &id);
	assert_int_equal(o.minutes, 600);
	assert_int_equal(o.fee, 0);
	world_is_proved();
}

static void test_what_is_missing_is_owed_P10(void **state)
{
	int64_t id;

	(void)state;
	open_world();
	sell_bookings(HOLD / 60, 99 * YUAN);
	assert_int_equal(book(), START_ACCEPTED);
	drive_in("粤B10001", booked_at());
	assert_int_equal(drive_out(booked_at() + 36000, &id).fee, 5 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).cash, -4 * YUAN);
	world_is_proved();
}

static void test_gates_are_kept_R4(void **state)
{
	(void)state;
	open_world();
	assert_int_equal(book(), START_ACCEPTED);
	fine(reservation_gate(db, booked.id, true, booked_at() + 10));
	fine(reservation_gate(db, booked.id, true, booked_at() + 20));
	fine(reservation_gate(db, booked.id, false, booked_at() + 30));
	fine(reservation_gate(db, booked.id, false, booked_at() + 40));
	assert_int_equal(world_number("select unix_timestamp(gate_closed_at) -"
		" unix_timestamp(gate_opened_at) from reservation where id = #", booked.id), 30);
}

/* ---- stations that keep a connector themselves */

static int64_t calls(const char *action)
{
	char sql[200];

	snprintf(sql, sizeof(sql),
		"select count(*) from command where pile_id = # and kind = 'ocpp' and payload like"
		" '%%%s%%'", action);
	return world_number(sql, w.pile);
}

static void test_an_ocpp_station_is_told_R1(void **state)
{
	char last[20];

	(void)state;
	open_world();
	world_sql("update pile set protocol = 'ocpp16' where id = #", w.pile);
	assert_int_equal(book(), START_ACCEPTED);
	assert_int_equal(calls("ReserveNow"), 1);
	plugged();
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	assert_int_equal(calls("CancelReservation"), 1);
	world_text("select kind from command where pile_id = # order by id desc limit 1", w.pile, last,
		sizeof(last));
	assert_string_equal(last, "start");              /* the station must be free for it */
}

/* ---- at once */

static void together(void (*fn)(int writer))
{
	pid_t pids[WRITERS];
	int status;

	memset(counts, 0, sizeof(int) * 64);
	for (int i = 0; i < WRITERS; i++) {
		if ((pids[i] = fork()) != 0)
			continue;
		if (db_open(&db) != STATUS_OK)
			_exit(9);
		fn(i);
		_exit(0);
	}
	for (int i = 0; i < WRITERS; i++) {
		waitpid(pids[i], &status, 0);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

static void must(NEOERR *err)
{
	if (err == STATUS_OK)
		return;
	fprintf(stderr, "%s\n", error_desc(err));
	_exit(8);
}

static void count(int what)
{
	__atomic_add_fetch(&counts[what], 1, __ATOMIC_SEQ_CST);
}

static int64_t people[WRITERS];

static void book_one(int writer)
{
	struct booking_request r = { .connector_id = w.connector, .member_id = people[writer] };
	struct booking_result out;

	must(reservation_book(db, &r, NULL, &out));
	count(out.refusal);
}

static void test_one_connector_for_many_bookers_R1(void **state)
{
	(void)state;
	open_world();
	for (int i = 0; i < WRITERS; i++)
		people[i] = stranger();
	together(book_one);
	assert_int_equal(counts[START_ACCEPTED], 1);
	assert_int_equal(counts[REFUSED_RESERVED], WRITERS - 1);
	world_is_proved();
}

/* Half give it up, half start to charge: one of the two is what happened, and once. */
static void use_or_cancel(int writer)
{
	struct start_request r = { .connector_id = w.connector, .member_id = w.member,
		.mode = START_APP, .limit_kind = LIMIT_FULL };
	struct start_result out;
	bool done;

	if (writer % 2) {
		must(reservation_cancel(db, booked.id, w.member, NULL, &done));
		counts[0] += done;
	} else {
		must(session_request(db, &r, &out));
		count(out.refusal == START_ACCEPTED ? 1 : 2);
	}
}

static void test_used_or_given_up_never_both_R2(void **state)
{
	char end[20];

	(void)state;
	for (int i = 0; i < 5; i++) {
		open_world();
		assert_int_equal(book(), START_ACCEPTED);
		plugged();
		together(use_or_cancel);
		assert_int_equal(counts[1], 1);
		world_text("select state from reservation where id = #", booked.id, end, sizeof(end));
		assert_string_equal(end, counts[0] ? "cancelled" : "occupying");
	}
	world_is_proved();
}

/* The job comes by while the charge starts, at the booking's last second and after it. */
static void use_or_expire(int writer)
{
	struct start_request r = { .connector_id = w.connector, .member_id = w.member,
		.mode = START_APP, .limit_kind = LIMIT_FULL };
	struct start_result out;
	int64_t ended;

	if (writer % 2) {
		must(reservation_expire(db, &ended));
	} else {
		must(session_request(db, &r, &out));
		count(out.refusal == START_ACCEPTED ? 1 : 2);
	}
}

static void test_a_start_at_the_last_second_wins_R3(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		open_world();
		assert_int_equal(book(), START_ACCEPTED);
		plugged();
		at(booked_at() + HOLD + late);
		together(use_or_expire);
		assert_int_equal(counts[1], 1);
		is(late ? "timeout" : "occupying", late ? "time" : "", late ? "kept" : "held");
		assert_int_equal(world_number("select count(*) from session where reservation_id = #",
			booked.id), late ? 0 : 1);
		at(0);
	}
	world_is_proved();
}

static int open_all(void **state)
{
	counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return counts == MAP_FAILED ? -1 : world_open(state);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_may_book_what_R1_P9),
		cmocka_unit_test(test_a_booking_holds_its_fee_and_stands_alone_R1),
		cmocka_unit_test(test_one_form_books_once_R1),
		cmocka_unit_test(test_the_own_charge_uses_it_up_R2_F10),
		cmocka_unit_test(test_a_failed_start_leaves_it_booked_R2),
		cmocka_unit_test(test_given_up_in_time_it_costs_nothing_R2),
		cmocka_unit_test(test_it_runs_out_after_two_hours_not_at_them_R3),
		cmocka_unit_test(test_what_has_run_out_stands_in_nobodys_way_R3),
		cmocka_unit_test(test_the_platform_ends_what_is_open_R4),
		cmocka_unit_test(test_a_bay_counts_from_entering_to_leaving_R5),
		cmocka_unit_test(test_a_whitelisted_car_and_a_pile_without_it_pay_nothing_R5),
		cmocka_unit_test(test_what_is_missing_is_owed_P10),
		cmocka_unit_test(test_gates_are_kept_R4),
		cmocka_unit_test(test_an_ocpp_station_is_told_R1),
		cmocka_unit_test(test_one_connector_for_many_bookers_R1),
		cmocka_unit_test(test_used_or_given_up_never_both_R2),
		cmocka_unit_test(test_a_start_at_the_last_second_wins_R3),
	};

	program_start("reservation_test", "reservation_test", &argc, argv);
	return cmocka_run_group_tests(tests, open_all, world_close);
}

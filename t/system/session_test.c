/* session_test.c - a charge from request to the last report, against a real server: refusals,
 * holds, limits, silence.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/command.h"
#include "charge/tariff.h"
#include "run/program.h"

static struct world w;

static struct start_request wish(bool by_card)
{
	return (struct start_request){ .connector_id = w.connector,
		.member_id = w.member,
		.card_id = by_card ? w.card : 0,
		.mode = START_APP,
		.limit_kind = LIMIT_FULL };
}

static enum start_refusal asked(const struct start_request *r)
{
	fine(session_request(db, r, &w.started));
	return w.started.refusal;
}

static void rich(void)
{
	world_make(&w);
	world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
	world_recharge(&w, card_of(&w), 50 * YUAN, 20 * YUAN);
}

static void state_is(const char *state)
{
	char text[20];

	world_text("select state from session where id = #", w.started.session_id, text, sizeof(text));
	assert_string_equal(text, state);
}

static int64_t commands(const char *kind)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "select count(*) from command where kind = '%s' and session_id = #",
		kind);
	return world_number(sql, w.started.session_id);
}

static int64_t events(const char *kind)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
		"select count(*) from session_event where kind = '%s' and session_id = #", kind);
	return world_number(sql, w.started.session_id);
}

static void test_start_by_wallet(void **state) /* U2 U3 O2 */
{
	struct purse_balance b;
	struct civil c;
	char prefix[40];

	(void)state;
	rich();
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	assert_int_equal(w.started.prepaid, 100 * YUAN);
	clock_civil(clock_now(), &c);
	snprintf(prefix, sizeof(prefix), "%s01%02d%02d%02d", w.serial, c.year % 100, c.month, c.day);
	assert_int_equal(strlen(w.started.no), 32);
	assert_true(text_starts(w.started.no, prefix));
	b = world_purse(wallet_of(&w));
	assert_int_equal(b.cash, 0);
	assert_int_equal(b.cash_held, 100 * YUAN);
	state_is("starting");
	assert_int_equal(commands("start"), 1);
	assert_int_equal(
		world_number("select session_id from connector_live where connector_id = #", w.connector),
		w.started.session_id);
	assert_int_equal(
		world_number("select tariff_version_id from session where id = #", w.started.session_id),
		w.version);
}

static void test_start_by_card_holds_gift_after_cash(void **state) /* M2 */
{
	struct purse_balance b;

	(void)state;
	rich();
	assert_int_equal(world_start(&w, true), START_ACCEPTED);
	b = world_purse(card_of(&w));
	assert_int_equal(b.cash_held, 50 * YUAN);
	assert_int_equal(b.gift_held, 20 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).cash_held, 0);
}

static void test_hold_has_a_ceiling(void **state) /* U4 */
{
	(void)state;
	rich();
	world_recharge(&w, wallet_of(&w), 1000 * YUAN, 0);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	assert_int_equal(w.started.prepaid, 300 * YUAN);
}

static void test_card_at_the_pile_needs_no_command(void **state) /* N1 */
{
	struct start_request r;

	(void)state;
	rich();
	r = wish(true);
	r.member_id = 0;
	r.mode = START_CARD;
	assert_int_equal(asked(&r), START_ACCEPTED);
	assert_int_equal(commands("start"), 0);
	assert_int_equal(
		world_number("select member_id from session where id = #", w.started.session_id), w.member);
}

/* Each reason alone: the world is made, spoiled by one statement, asked. */
static void spoiled(const char *sql, int64_t id, bool by_card, enum start_refusal want)
{
	struct start_request r = wish(by_card);

	world_sql(sql, id);
	assert_string_equal(refusal_name(asked(&r)), refusal_name(want));
	assert_int_equal(w.started.session_id, 0);
	assert_int_equal(world_purse(wallet_of(&w)).cash_held + world_purse(card_of(&w)).cash_held, 0);
}

static void test_refusals_of_the_place(void **state) /* D2 D4 D13 S6 S14 O13 */
{
	static const struct { const char *spoil, *mend; enum start_refusal want;
	} cases[] = {
		{ "update connector set status = 'disabled' where id = #",
			"update connector set status = 'enabled' where id = #", REFUSED_CONNECTOR_DISABLED },
		{ "update pile p join connector c on c.pile_id = p.id set p.status = 'disabled' where"
			" c.id = #",
			"update pile p join connector c on c.pile_id = p.id set p.status = 'enabled' where"
			" c.id = #",
			REFUSED_PILE_DISABLED },
		{ "update pile p join connector c on c.pile_id = p.id set p.charge_mode = 'plug' where"
			" c.id = #",
			"update pile p join connector c on c.pile_id = p.id set p.charge_mode = 'online' where"
			" c.id = #",
			REFUSED_CHARGE_MODE },
		{ "update pile p join connector c on c.pile_id = p.id set p.use_scope = 'reserved' where"
			" c.id = #",
			"update pile p join connector c on c.pile_id = p.id set p.use_scope = 'public' where"
			" c.id = #",
			REFUSED_PILE_RESERVED },
		{ "update station s join connector c on c.station_id = s.id set s.status = 'disabled'"
			" where c.id = #",
			"update station s join connector c on c.station_id = s.id set s.status = 'enabled'"
			" where c.id = #",
			REFUSED_STATION_DISABLED },
		{ "update area a join connector c on c.station_id = a.station_id set a.status ="
			" 'disabled' where c.id = #",
			"update area a join connector c on c.station_id = a.station_id set a.status ="
			" 'enabled' where c.id = #",
			REFUSED_STATION_DISABLED },
		{ "update pile_live l join connector c on c.pile_id = l.pile_id set l.online = 0 where"
			" c.id = #",
			"update pile_live l join connector c on c.pile_id = l.pile_id set l.online = 1 where"
			" c.id = #",
			REFUSED_PILE_OFFLINE },
		{ "update connector_live set state = 'fault' where connector_id = #",
			"update connector_live set state = 'plugged' where connector_id = #",
			REFUSED_CONNECTOR_FAULT },
		{ "update connector_live set state = 'charging' where connector_id = #",
			"update connector_live set state = 'plugged' where connector_id = #",
			REFUSED_CONNECTOR_BUSY },
		{ "update connector_live set state = 'idle', plugged = 0 where connector_id = #",
			"update connector_live set state = 'plugged' where connector_id = #",
			REFUSED_NOT_PLUGGED },
		{ "update station s join connector c on c.station_id = s.id set s.tariff_id = null where"
			" c.id = #",
			NULL, REFUSED_NO_TARIFF },
		{ "update connector set deleted = id where id = #", NULL, REFUSED_CONNECTOR_UNKNOWN },
	};

	(void)state;
	rich();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		spoiled(cases[i].spoil, w.connector, false, cases[i].want);
		if (cases[i].mend)
			world_sql(cases[i].mend, w.connector);
		else
			rich();
	}
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
}

static void test_refusals_of_the_member(void **state) /* M11 M14 S9 */
{
	struct start_request r;

	(void)state;
	rich();
	spoiled("update member set status = 'frozen' where id = #", w.member, false,
		REFUSED_MEMBER_FROZEN);
	spoiled("update member set status = 'disabled' where id = #", w.member, true,
		REFUSED_MEMBER_DISABLED);
	spoiled("update member set deleted = id where id = #", w.member, false, REFUSED_MEMBER_UNKNOWN);
	rich();
	spoiled("update station set plate_required = 1 where id = #", w.station, false,
		REFUSED_PLATE_REQUIRED);
	r = wish(false);
	r.plate = "京A12345";
	assert_int_equal(asked(&r), START_ACCEPTED);
}

static void test_refusals_of_the_card(void **state) /* M2 M6 */
{
	struct start_request r;

	(void)state;
	rich();
	spoiled("update card set status = 'disabled' where id = #", w.card, true,
		REFUSED_CARD_DISABLED);
	spoiled(
		"update card set status = 'enabled', expires_at = now() - interval 1 minute where id = #",
		w.card, true, REFUSED_CARD_EXPIRED);
	spoiled(
		"update card set expires_at = null, station_id = (select min(id) from station) where id ="
		" #",
		w.card, true, REFUSED_CARD_NOT_HERE);
	world_sql("update card set station_id = null where id = #", w.card);
	r = wish(true);
	r.card_id += 1000000;
	assert_int_equal(asked(&r), REFUSED_CARD_UNKNOWN);
	r.member_id = 0;
	assert_int_equal(asked(&r), REFUSED_CARD_UNKNOWN);
	assert_int_equal(world_start(&w, true), START_ACCEPTED);
}

static void test_card_of_somebody_else(void **state) /* M6 */
{
	struct world other;
	struct start_request r;

	(void)state;
	rich();
	other = w;
	rich();
	r = wish(true);
	r.card_id = other.card;
	assert_int_equal(asked(&r), REFUSED_CARD_UNKNOWN);
}

static void test_limits_of_the_wish(void **state) /* U3 */
{
	static const struct {
		enum limit_kind kind;
		int64_t value;
		enum start_refusal want;
	} cases[] = {
		{ LIMIT_AMOUNT, 0, REFUSED_LIMIT_INVALID },
		{ LIMIT_AMOUNT, -5, REFUSED_LIMIT_INVALID },
		{ LIMIT_AMOUNT, 10001 * YUAN, REFUSED_LIMIT_INVALID },
		{ LIMIT_AMOUNT, 101 * YUAN, REFUSED_BALANCE_LOW },
		{ LIMIT_ENERGY, 0, REFUSED_LIMIT_INVALID },
		{ LIMIT_ENERGY, 501 * ENERGY_KWH, REFUSED_LIMIT_INVALID },
		{ LIMIT_TIME, 59, REFUSED_LIMIT_INVALID },
		{ LIMIT_TIME, 48 * 3600 + 1, REFUSED_LIMIT_INVALID },
		{ LIMIT_FULL, 1, REFUSED_LIMIT_INVALID },
	};
	struct start_request r;

	(void)state;
	rich();
	r = wish(false);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		r.limit_kind = cases[i].kind;
		r.limit_value = cases[i].value;
		assert_int_equal(asked(&r), cases[i].want);
	}
	r.limit_kind = LIMIT_AMOUNT;
	r.limit_value = 100 * YUAN;
	assert_int_equal(asked(&r), START_ACCEPTED);
	assert_int_equal(w.started.prepaid, 100 * YUAN);
}

static void test_money_at_the_border(void **state) /* P22 */
{
	(void)state;
	world_make(&w);
	assert_int_equal(world_start(&w, false), REFUSED_BALANCE_LOW);
	world_recharge(&w, wallet_of(&w), YUAN - 1, 0);
	assert_int_equal(world_start(&w, false), REFUSED_BALANCE_LOW);
	world_recharge(&w, wallet_of(&w), 0, 1);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	assert_int_equal(w.started.prepaid, YUAN);
}

static void test_free_tariff_needs_no_money(void **state) /* P2 M1 */
{
	struct tariff t = { .n = 1,
		.effective_at = 1,
		.slot = { { 0, DAY_MINUTES, PRICE_FLAT, 0, 0 } } };
	int64_t vip, version;

	(void)state;
	world_make(&w);
	fine(db_exec_text(db,
		"insert into tariff (provider_id, name, created_at, updated_at) values (?, 'VIP', now(),"
		" now())",
		ARGS(I64(w.provider)), NULL, &vip));
	fine(tariff_version_add(db, vip, &t, 0, &version));
	fine(db_exec_text(db, "update member set tariff_id = ? where id = ?",
		ARGS(I64(vip), I64(w.member)), NULL, NULL));
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	assert_int_equal(w.started.prepaid, 0);
	assert_int_equal(
		world_number("select tariff_version_id from session where id = #", w.started.session_id),
		version);
	/* the right counts only at the own provider's stations */
	world_make(&w);
	fine(db_exec_text(db, "update member set tariff_id = ?, provider_id = ? where id = ?",
		ARGS(I64(vip), I64(w.other_provider), I64(w.member)), NULL, NULL));
	assert_int_equal(world_start(&w, false), REFUSED_BALANCE_LOW);
}

static void test_one_at_a_time(void **state) /* O13 */
{
	struct start_request r;

	(void)state;
	rich();
	assert_int_equal(world_start(&w, true), START_ACCEPTED);
	world_sql("update connector_live set state = 'plugged' where connector_id = #", w.connector);
	r = wish(true);
	assert_int_equal(asked(&r), REFUSED_CONNECTOR_BUSY);
	world_sql(
		"insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
		" select pile_id, station_id, 2, concat(code, 'B'), 'B', now(), now() from connector"
		" where id = #",
		w.connector);
	r.connector_id =
		world_number("select id from connector where number = 2 and pile_id = #", w.pile);
	assert_int_equal(asked(&r), REFUSED_CARD_BUSY);
	r.card_id = 0;
	assert_int_equal(asked(&r), REFUSED_MEMBER_BUSY);
	world_sql("update session set anomaly = 'pending' where member_id = #", w.member);
	assert_int_equal(asked(&r), START_ACCEPTED);     /* an abnormal one does not block */
}

static void test_the_badge_allows_several(void **state) /* M18 */
{
	struct start_request r;

	(void)state;
	rich();
	world_sql("update member set several = 1 where id = #", w.member);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	assert_int_equal(w.started.prepaid, 50 * YUAN);
	world_sql("update member set several = 0 where id = #", w.member);
	world_sql(
		"insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
		" select pile_id, station_id, 2, concat(code, 'C'), 'C', now(), now() from connector"
		" where id = #",
		w.connector);
	r = wish(false);
	r.connector_id =
		world_number("select id from connector where number = 2 and pile_id = #", w.pile);
	assert_int_equal(asked(&r), REFUSED_MEMBER_BUSY);
	world_sql("update member set several = 1 where id = #", w.member);
	assert_int_equal(asked(&r), START_ACCEPTED);
	assert_int_equal(w.started.prepaid, 25 * YUAN);
}

static void test_a_charge_card_starts_for_its_member(void **state) /* M9 M23 M24 */
{
	struct start_request r = { .mode = START_CARD, .limit_kind = LIMIT_FULL };

	(void)state;
	rich();
	world_sql("insert into token (kind, no, provider_id, member_id, created_at, updated_at) select"
		" 'verify', concat('AB', id), provider_id, id, now(), now() from member where id = #",
		w.member);
	r.connector_id = w.connector;
	r.token_id = world_number("select id from token where member_id = #", w.member);
	world_sql("update token set list = 'black' where id = #", r.token_id);
	assert_int_equal(asked(&r), REFUSED_CARD_DISABLED);
	world_sql("update token set list = 'white', status = 'disabled' where id = #", r.token_id);
	assert_int_equal(asked(&r), REFUSED_CARD_DISABLED);
	world_sql("update token set status = 'enabled', member_id = null where id = #", r.token_id);
	assert_int_equal(asked(&r), REFUSED_CARD_UNKNOWN);
	fine(db_exec_text(db, "update token set member_id = ? where id = ?",
		ARGS(I64(w.member), I64(r.token_id)), NULL, NULL));
	assert_int_equal(asked(&r), START_ACCEPTED);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 0);        /* the wallet pays, not a card */
	assert_int_equal(world_purse(card_of(&w)).cash, 50 * YUAN);
	assert_int_equal(
		world_number("select token_id from session where id = #", w.started.session_id), r.token_id);
	world_sql("update token set member_id = null where id = #", r.token_id);
}

static void test_credit_is_used_when_the_balance_is_gone(void **state) /* M17 */
{
	(void)state;
	world_make(&w);
	assert_int_equal(world_start(&w, false), REFUSED_BALANCE_LOW);
	world_sql("update member set credit = 0.99 where id = #", w.member);
	assert_int_equal(world_start(&w, false), REFUSED_BALANCE_LOW);
	world_sql("update member set credit = 20 where id = #", w.member);
	world_recharge(&w, wallet_of(&w), 5 * YUAN, YUAN);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	assert_int_equal(w.started.prepaid, 26 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).cash, -20 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).cash_held, 25 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).gift_held, YUAN);
}

static void test_a_form_posted_twice_is_one_session(void **state) /* law 6 */
{
	struct start_request r;
	struct start_result first;
	char token[33];

	(void)state;
	rich();
	fine(random_hex(token, 16));
	r = wish(false);
	r.once = token;
	assert_int_equal(asked(&r), START_ACCEPTED);
	first = w.started;
	assert_int_equal(asked(&r), START_ACCEPTED);
	assert_true(w.started.repeated);
	assert_int_equal(w.started.session_id, first.session_id);
	assert_string_equal(w.started.no, first.no);
	assert_int_equal(commands("start"), 1);
	assert_int_equal(world_purse(wallet_of(&w)).cash_held, 100 * YUAN);
}

static void test_answer_of_the_pile(void **state) /* O2 */
{
	(void)state;
	rich();
	world_start(&w, false);
	refused(session_start_answer(db, "nobody", true, 0), ERR_NOT_FOUND);
	fine(session_start_answer(db, w.started.no, false, START_WAITS_FOR_PLUG));
	state_is("starting");
	fine(session_start_answer(db, w.started.no, true, 0));
	state_is("starting");
	world_progress(&w, clock_now(), 0);
	state_is("charging");
	fine(session_start_answer(db, w.started.no, false, 3));      /* late: changes nothing */
	state_is("charging");
}

static void test_refused_start_releases(void **state) /* O2 */
{
	(void)state;
	rich();
	world_start(&w, false);
	fine(session_start_answer(db, w.started.no, false, 3));
	state_is("failed");
	assert_int_equal(world_purse(wallet_of(&w)).cash, 100 * YUAN);
	assert_int_equal(
		world_number("select coalesce(session_id, 0) from connector_live where connector_id = #",
			w.connector),
		0);
	assert_int_equal(
		world_number("select state = 'plugged' from connector_live where connector_id = #",
			w.connector),
		1);
	/* it charges after all: told to stop */
	fine(session_start_answer(db, w.started.no, true, 0));
	assert_int_equal(commands("stop"), 1);
	world_progress(&w, clock_now(), 100);
	assert_int_equal(commands("stop"), 1);                       /* once a minute */
	state_is("failed");
}

static void test_reports_add_up(void **state) /* U4 W7 */
{
	int64_t now = clock_now() / 60 * 60 - 600;

	(void)state;
	rich();
	world_start(&w, false);
	world_progress(&w, now, 0);
	for (int i = 1; i <= 20; i++)
		world_progress(&w, now + i * 15, i * 2500);
	world_progress(&w, now + 100, 999999);           /* late */
	world_progress(&w, now + 310, 1000);             /* the meter goes back */
	assert_int_equal(world_money("select amount from session where id = #", w.started.session_id),
		5 * YUAN);
	assert_int_equal(
		world_money("select energy_fee from session where id = #", w.started.session_id), 4 * YUAN);
	assert_int_equal(world_number("select count(*) from session_sample where session_id = #",
						 w.started.session_id),
		6);
	assert_int_equal(events("charging"), 1);
}

static void limited(enum limit_kind kind, int64_t value, int64_t at, int64_t below, int64_t reaches,
	const char *reason)
{
	int64_t now = clock_now() - 7200;
	struct start_request r;
	char text[25];

	rich();
	r = wish(false);
	r.limit_kind = kind;
	r.limit_value = value;
	assert_int_equal(asked(&r), START_ACCEPTED);
	world_progress(&w, now, 0);
	world_progress(&w, now + at - 1, below);
	state_is("charging");
	world_progress(&w, now + at, reaches);
	state_is("stopping");
	world_progress(&w, now + at + 15, reaches + 10);
	assert_int_equal(commands("stop"), 1);
	world_text("select stop_reason from session where id = #", w.started.session_id, text,
		sizeof(text));
	assert_string_equal(text, reason);
}

/* The station's limit of a vehicle's battery, whatever the driver wished. */
static void test_a_stations_soc_limit_stops(void **state) /* S10 */
{
	struct session_progress p = { .device_amount = -1, .energy = ENERGY_KWH, .soc = 89 };
	char is[20];

	(void)state;
	world_make(&w);
	world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
	world_sql("update station set soc_limit = 90 where id = #", w.station);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	p.no = w.started.no;
	p.at = clock_now();
	fine(session_progress(db, &p));
	world_text("select state from session where id = #", w.started.session_id, is, sizeof is);
	assert_string_equal(is, "charging");
	p.at++;
	p.soc = 90;
	fine(session_progress(db, &p));
	world_text("select state from session where id = #", w.started.session_id, is, sizeof is);
	assert_string_equal(is, "stopping");
}

static void test_limits_stop_once(void **state) /* U3 P22 */
{
	(void)state;
	limited(LIMIT_AMOUNT, 20 * YUAN, 3600, 20 * ENERGY_KWH - 1, 20 * ENERGY_KWH, "limit");
	limited(LIMIT_ENERGY, 20 * ENERGY_KWH, 3600, 20 * ENERGY_KWH - 1, 20 * ENERGY_KWH, "limit");
	limited(LIMIT_TIME, 3600, 3600, 5, 6, "limit");
	/* 100 yuan are held; less than 1 yuan is left beyond 99 kWh */
	limited(LIMIT_FULL, 0, 3600, 99 * ENERGY_KWH, 99 * ENERGY_KWH + 1, "balance");
}

static void test_stop_by_driver(void **state) /* U4 */
{
	struct actor who = { .member_id = 1, .name = "139****0000" };
	bool asked_now;

	(void)state;
	rich();
	world_start(&w, false);
	world_progress(&w, clock_now(), 0);
	fine(session_stop(db, w.started.session_id, STOP_DRIVER, &who, &asked_now));
	assert_true(asked_now);
	state_is("stopping");
	fine(session_stop(db, w.started.session_id, STOP_ADMIN, &who, &asked_now));
	assert_false(asked_now);
	assert_int_equal(commands("stop"), 1);
	assert_int_equal(
		world_number(
			"select count(*) from audit where resource = 'session' and action = 'stop' and"
			" record_id = #",
			w.started.session_id),
		1);
	refused(session_stop(db, INT64_MAX, STOP_DRIVER, &who, &asked_now), ERR_NOT_FOUND);
}

static void test_silence_and_return(void **state) /* O2 O6 */
{
	(void)state;
	rich();
	world_start(&w, false);
	world_progress(&w, clock_now() - 30, 100);
	fine(session_suspend_pile(db, w.pile, "link lost"));
	state_is("suspended");
	fine(session_suspend_pile(db, w.pile, "link lost"));
	assert_int_equal(events("suspended"), 1);
	world_progress(&w, clock_now(), 5000);
	state_is("charging");
	assert_int_equal(events("resumed"), 1);
	assert_int_equal(world_money("select amount from session where id = #", w.started.session_id),
		50000);
}

static void expire(void)
{
	int64_t ended;

	fine(session_expire(db, &ended));
}

static void test_start_without_answer_fails_after_90_s(void **state) /* O2 */
{
	(void)state;
	rich();
	world_start(&w, false);
	world_sql("update session set requested_at = now() - interval 80 second where id = #",
		w.started.session_id);
	expire();
	state_is("starting");
	world_sql("update session set requested_at = now() - interval 90 second where id = #",
		w.started.session_id);
	/* an answer gives it as long again to charge */
	fine(session_start_answer(db, w.started.no, true, 0));
	expire();
	state_is("starting");
	world_sql("update session set seen_at = now() - interval 90 second where id = #",
		w.started.session_id);
	expire();
	state_is("failed");
	assert_int_equal(world_purse(wallet_of(&w)).cash, 100 * YUAN);
	assert_int_equal(commands("stop"), 1);
}

static void test_silent_session_ends_by_its_last_report(void **state) /* O2 O6 */
{
	char text[25];

	(void)state;
	rich();
	world_start(&w, false);
	world_progress(&w, clock_now() - 400, 10 * ENERGY_KWH);
	expire();
	state_is("suspended");
	world_sql(
		"update session set started_at = now() - interval 25 hour, seen_at = now() - interval"
		" 86390 second where id = #",
		w.started.session_id);
	expire();
	state_is("suspended");
	world_sql("update session set seen_at = now() - interval 86400 second where id = #",
		w.started.session_id);
	expire();
	state_is("finished");
	world_text("select stop_reason from session where id = #", w.started.session_id, text,
		sizeof(text));
	assert_string_equal(text, "timeout");
	assert_int_equal(world_money("select amount from session where id = #", w.started.session_id),
		10 * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 90 * YUAN);
	world_is_proved();
}

static NEOERR *keep_command(const struct command *c, void *ctx)
{
	struct command *out = ctx;

	if (c->session_id == w.started.session_id)
		*out = *c;
	return STATUS_OK;
}

static void test_command_reaches_the_gateway_once(void **state) /* law 1 */
{
	struct command c = { 0 };
	int64_t expired;

	(void)state;
	rich();
	world_start(&w, true);
	fine(command_take(db, "another", 100, keep_command, &c));
	assert_int_equal(c.id, 0);
	fine(command_take(db, "world", 1000, keep_command, &c));
	assert_int_equal(c.kind, COMMAND_START);
	assert_string_equal(c.pile_serial, w.serial);
	assert_string_equal(c.session_no, w.started.no);
	assert_int_equal(c.connector_number, 1);
	assert_int_equal(c.balance, 70 * YUAN);
	assert_int_equal(strlen(c.physical_no), 9);
	assert_true(llabs(c.created_ms / 1000 - clock_now()) < 60);
	memset(&c, 0, sizeof(c));
	fine(command_take(db, "world", 1000, keep_command, &c));
	assert_int_equal(c.id, 0);
	fine(command_done(db, w.pile, w.connector, COMMAND_START, true, "ok"));
	assert_int_equal(
		world_number("select status = 'done' from command where kind = 'start' and session_id = #",
			w.started.session_id),
		1);
	fine(command_add(db, COMMAND_REBOOT, w.pile, 0, 0, 1, -1, 0, NULL));
	fine(command_expire(db, &expired));
	assert_true(expired >= 1);
	assert_int_equal(
		world_number("select status = 'expired' from command where kind = 'reboot' and pile_id = #",
			w.pile),
		1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start_by_wallet),
		cmocka_unit_test(test_start_by_card_holds_gift_after_cash),
		cmocka_unit_test(test_hold_has_a_ceiling),
		cmocka_unit_test(test_card_at_the_pile_needs_no_command),
		cmocka_unit_test(test_refusals_of_the_place),
		cmocka_unit_test(test_refusals_of_the_member),
		cmocka_unit_test(test_refusals_of_the_card),
		cmocka_unit_test(test_card_of_somebody_else),
		cmocka_unit_test(test_limits_of_the_wish),
		cmocka_unit_test(test_money_at_the_border),
		cmocka_unit_test(test_free_tariff_needs_no_money),
		cmocka_unit_test(test_one_at_a_time),
		cmocka_unit_test(test_a_form_posted_twice_is_one_session),
		cmocka_unit_test(test_answer_of_the_pile),
		cmocka_unit_test(test_refused_start_releases),
		cmocka_unit_test(test_reports_add_up),
		cmocka_unit_test(test_limits_stop_once),
		cmocka_unit_test(test_a_stations_soc_limit_stops),
		cmocka_unit_test(test_the_badge_allows_several),
		cmocka_unit_test(test_a_charge_card_starts_for_its_member),
		cmocka_unit_test(test_credit_is_used_when_the_balance_is_gone),
		cmocka_unit_test(test_stop_by_driver),
		cmocka_unit_test(test_silence_and_return),
		cmocka_unit_test(test_start_without_answer_fails_after_90_s),
		cmocka_unit_test(test_silent_session_ends_by_its_last_report),
		cmocka_unit_test(test_command_reaches_the_gateway_once),
	};

	program_start("session_test", "session_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

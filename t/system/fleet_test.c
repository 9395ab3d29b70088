/* fleet_test.c - a fleet's wallet pays: limits before and while charging, credit, money given to
 * drivers and taken back (M17, M19, M21, W11); plans (Z1-Z3); vehicles that are not its own (V2, V3);
 * its price (V3, X3).
 * Owns its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "charge/fleet.h"
#include "charge/plan.h"
#include "charge/refund.h"
#include "run/program.h"

struct side { struct world w; int64_t fleet, row; const char *plate, *vin; };

static struct purse wallet(const struct side *s)
{
	return (struct purse){ OWNER_FLEET, s->fleet };
}

static void fill(const struct side *s, int64_t cash)
{
	static int n;
	char key[40];
	struct journal j = { .kind = JOURNAL_RECHARGE, .dedupe_key = key,
		.provider_id = s->w.provider, .purse = wallet(s) };
	bool fresh;

	snprintf(key, sizeof(key), "fill:%lld:%d", (long long)s->fleet, n++);
	fine(purse_recharge(db, &j, cash, 0, &fresh));
	assert_true(fresh);
}

static void make(struct side *s)
{
	memset(s, 0, sizeof(*s));
	world_make(&s->w);
	fine(db_exec_text(db,
		"insert into fleet (name, provider_id, phone, created_at, updated_at) values (?, ?, ?,"
		" now(), now())",
		ARGS(STR(s->w.serial), I64(s->w.provider), STR(s->w.serial)), NULL, &s->fleet));
	fine(fleet_member_add(db, s->fleet, s->w.member, 0, &s->row));
}

static enum start_refusal start(struct side *s, enum limit_kind kind, int64_t limit)
{
	struct start_request r = { .connector_id = s->w.connector, .member_id = s->w.member,
		.fleet_id = s->fleet, .plate = s->plate, .vin = s->vin, .mode = START_APP, .limit_kind = kind, .limit_value = limit };

	fine(session_request(db, &r, &s->w.started));
	return s->w.started.refusal;
}

static void settle(struct side *s, int64_t energy)
{
	int64_t now = clock_now();
	struct session_record rec = world_record(&s->w, now - 600, now, energy, s->w.started.no);

	assert_int_equal(world_settle(&rec), RECORD_SETTLED);
}

static int64_t limit(const struct side *s, const char *column, int64_t v)
{
	char text[120];

	snprintf(text, sizeof(text), "update fleet_member set %s = %lld where id = #", column,
		(long long)v);
	world_sql(text, s->row);
	return v;
}

/* M19, M21: the fleet pays, not the member; what is not used goes back to it. */
static void the_fleet_pays(void **state)
{
	struct side s;
	struct purse_balance b;

	(void)state;
	make(&s);
	assert_int_equal(start(&s, LIMIT_FULL, 0), REFUSED_FLEET_MONEY);
	fill(&s, 100 * YUAN);
	assert_int_equal(start(&s, LIMIT_AMOUNT, 30 * YUAN), START_ACCEPTED);
	b = world_purse(wallet(&s));
	assert_int_equal(b.cash, 70 * YUAN);
	assert_int_equal(b.cash_held, 30 * YUAN);
	settle(&s, 10 * ENERGY_KWH);
	b = world_purse(wallet(&s));
	assert_int_equal(b.cash, 90 * YUAN);
	assert_int_equal(b.cash_held, 0);
	assert_int_equal(world_purse(wallet_of(&s.w)).cash, 0);
	assert_int_equal(world_number("select count(*) from statement where owner_kind = 'fleet' and"
		" fleet_id = #", s.fleet), 2);
	assert_int_equal(world_number("select provider_id from statement where fleet_id = # limit 1",
		s.fleet), s.w.provider);
	world_is_proved();
}

/* F1: what is refunded goes back to who paid. */
static void a_refund_goes_back_to_the_fleet(void **state)
{
	enum refund_refusal no;
	struct refund_row r;
	struct journal j;
	struct side s;
	char key[60];
	int64_t id;

	(void)state;
	make(&s);
	fill(&s, 100 * YUAN);
	assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
	settle(&s, 10 * ENERGY_KWH);
	fine(refund_charge(db, s.w.started.session_id, 4 * YUAN, 0, "", NULL, &id, &no));
	assert_int_equal(no, REFUND_FINE);
	fine(refund_lock(db, id, &r));
	refund_journal(&r, JOURNAL_REFUND, "x", key, &j);
	assert_int_equal(j.purse.kind, OWNER_FLEET);
	assert_int_equal(j.purse.id, s.fleet);
}

/* M21: 0 is no limit; count and amount, day and month; failed starts count for nothing. */
static void limits_before_the_start(void **state)
{
	static const char *const columns[] = { "day_times", "month_times" };
	struct side s;

	(void)state;
	for (int i = 0; i < 2; i++) {
		make(&s);
		fill(&s, 500 * YUAN);
		assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
		fine(session_start_answer(db, s.w.started.no, false, 1));
		limit(&s, columns[i], 1);
		assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
		settle(&s, 1 * ENERGY_KWH);
		assert_int_equal(start(&s, LIMIT_FULL, 0), REFUSED_FLEET_TIMES);
		limit(&s, columns[i], 0);
		assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
	}
	make(&s);
	fill(&s, 500 * YUAN);
	limit(&s, "day_amount", 10);
	assert_int_equal(start(&s, LIMIT_AMOUNT, 10 * YUAN + MONEY_FEN), REFUSED_FLEET_AMOUNT);
	assert_int_equal(start(&s, LIMIT_AMOUNT, 10 * YUAN), START_ACCEPTED);
	settle(&s, 10 * ENERGY_KWH);
	assert_int_equal(start(&s, LIMIT_FULL, 0), REFUSED_FLEET_AMOUNT);
	world_sql("update session set requested_at = requested_at - interval 40 day where fleet_id = #",
		s.fleet);
	assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
	assert_int_equal(s.w.started.prepaid, 10 * YUAN);
}

/* M21: reached in mid-charge, the charge stops and says why; a limit lowered meanwhile counts. */
static void limits_while_charging(void **state)
{
	struct side s;
	char reason[25];
	int64_t now;

	(void)state;
	make(&s);
	fill(&s, 500 * YUAN);
	assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
	now = clock_now();
	world_progress(&s.w, now, 0);
	world_progress(&s.w, now + 60, 5 * ENERGY_KWH);
	assert_int_equal(world_number("select state = 'charging' from session where id = #",
		s.w.started.session_id), 1);
	limit(&s, "month_amount", 8);
	world_progress(&s.w, now + 120, 6 * ENERGY_KWH);
	assert_int_equal(world_number("select state = 'charging' from session where id = #",
		s.w.started.session_id), 1);
	world_progress(&s.w, now + 180, 8 * ENERGY_KWH);
	world_text("select concat(state, ' ', stop_reason) from session where id = #",
		s.w.started.session_id, reason, sizeof(reason));
	assert_string_equal(reason, "stopping limit");
	assert_int_equal(world_number("select count(*) from command where kind = 'stop' and session_id"
		" = #", s.w.started.session_id), 1);
}

/* M19: the fleet's own limit of the state of charge. */
static void the_fleets_soc_limit(void **state)
{
	struct session_progress p = { .device_amount = -1, .soc = 79 };
	struct side s;

	(void)state;
	make(&s);
	fill(&s, 500 * YUAN);
	world_sql("update fleet set soc_limit = 80 where id = #", s.fleet);
	assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
	p.no = s.w.started.no;
	p.at = clock_now();
	fine(session_progress(db, &p));
	assert_int_equal(world_number("select state = 'charging' from session where id = #",
		s.w.started.session_id), 1);
	p.at++;
	p.soc = 80;
	fine(session_progress(db, &p));
	assert_int_equal(world_number("select state = 'stopping' from session where id = #",
		s.w.started.session_id), 1);
}

/* M17: the credit line is used when the balance is gone, and no further. */
static void credit(void **state)
{
	struct purse_balance b;
	struct side s;

	(void)state;
	make(&s);
	fill(&s, 5 * YUAN);
	assert_int_equal(start(&s, LIMIT_AMOUNT, 20 * YUAN), REFUSED_FLEET_MONEY);
	world_sql("update fleet set credit = 20 where id = #", s.fleet);
	assert_int_equal(start(&s, LIMIT_AMOUNT, 25 * YUAN + MONEY_FEN), REFUSED_FLEET_MONEY);
	assert_int_equal(start(&s, LIMIT_AMOUNT, 25 * YUAN), START_ACCEPTED);
	b = world_purse(wallet(&s));
	assert_int_equal(b.cash, -20 * YUAN);
	assert_int_equal(b.cash_held, 25 * YUAN);
	settle(&s, 10 * ENERGY_KWH);
	assert_int_equal(world_purse(wallet(&s)).cash, -5 * YUAN);
	world_is_proved();
	world_sql("update fleet set credit = 5 where id = #", s.fleet);
	assert_int_equal(start(&s, LIMIT_FULL, 0), REFUSED_FLEET_MONEY);
}

/* M20, M21: who is not of the fleet, or whose fleet is closed or another provider's, is refused. */
static void who_may(void **state)
{
	struct side s, t;
	bool fits;

	(void)state;
	make(&s);
	make(&t);
	fill(&s, 50 * YUAN);
	fine(fleet_set_admin(db, s.fleet, t.w.member, 0, &fits));
	assert_false(fits);
	fine(fleet_set_admin(db, s.fleet, s.w.member, 0, &fits));
	assert_true(fits);
	fine(fleet_administered(db, s.fleet, s.w.member));
	refused(fleet_administered(db, t.fleet, s.w.member), ERR_NOT_FOUND);
	world_sql("update fleet set status = 'disabled' where id = #", s.fleet);
	assert_int_equal(start(&s, LIMIT_FULL, 0), REFUSED_FLEET_CLOSED);
	world_sql("update fleet set status = 'enabled' where id = #", s.fleet);
	fine(fleet_member_remove(db, s.row, 0));
	refused(fleet_administered(db, s.fleet, s.w.member), ERR_NOT_FOUND);
	assert_int_equal(world_number("select coalesce(admin_id, 0) from fleet where id = #", s.fleet),
		0);
	assert_int_equal(start(&s, LIMIT_FULL, 0), REFUSED_FLEET_UNKNOWN);
	t.w.connector = s.w.connector;
	fill(&t, 50 * YUAN);
	assert_int_equal(start(&t, LIMIT_FULL, 0), REFUSED_FLEET_NOT_HERE);
}

#define OURS "LGXCE6CB1N0123456"
#define THEIRS "LGXCE6CB1N0999999"

static void rule(struct side *s, const char *by)
{
	char text[120];

	make(s);
	fill(s, 500 * YUAN);
	fine(db_exec_text(db, "insert into vehicle (provider_id, fleet_id, plate, vin, created_at,"
		" updated_at) values (?, ?, '粤B12345D', ?, now(), now())",
		ARGS(I64(s->w.provider), I64(s->fleet), STR(OURS)), NULL, NULL));
	snprintf(text, sizeof(text), "update fleet set vehicle_check = 'wallet', vehicle_by = '%s'"
		" where id = #", by);
	world_sql(text, s->fleet);
}

static void check_is(const struct side *s, const char *check)
{
	char text[80];

	snprintf(text, sizeof(text), "update fleet set vehicle_check = '%s' where id = #", check);
	world_sql(text, s->fleet);
}

static void state_is(const struct side *s, const char *words)
{
	char text[60];

	world_text("select concat(state, ' ', stop_reason) from session where id = #",
		s->w.started.session_id, text, sizeof(text));
	assert_string_equal(text, words);
}

/* V3: before the start by plate, by VIN or by either. */
static void only_the_fleets_vehicles_start(void **state)
{
	static const struct { const char *by, *plate, *vin; enum start_refusal answer; } cases[] = {
		{ "hand", "粤B12345D", NULL, START_ACCEPTED },
		{ "hand", "粤B00000D", NULL, REFUSED_FLEET_VEHICLE },
		{ "hand", NULL, NULL, REFUSED_FLEET_VEHICLE },
		{ "vin", NULL, NULL, START_ACCEPTED },
		{ "vin", "粤B00000D", NULL, START_ACCEPTED },
		{ "vin", NULL, OURS, START_ACCEPTED },
		{ "vin", "粤B12345D", THEIRS, REFUSED_FLEET_VEHICLE },
		{ "either", "粤B12345D", NULL, START_ACCEPTED },
		{ "either", NULL, OURS, START_ACCEPTED },
		{ "either", "粤B00000D", THEIRS, REFUSED_FLEET_VEHICLE },
		{ "either", NULL, NULL, REFUSED_FLEET_VEHICLE },
	};
	struct side s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rule(&s, cases[i].by);
		s.plate = cases[i].plate;
		s.vin = cases[i].vin;
		assert_int_equal(start(&s, LIMIT_FULL, 0), cases[i].answer);
	}
}

/* V3: while it charges the pile reads the VIN: ours goes on, another's is stopped, once. */
static void a_stranger_is_stopped(void **state)
{
	struct side s;

	(void)state;
	for (int ours = 0; ours < 2; ours++) {
		rule(&s, "vin");
		assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
		world_progress(&s.w, clock_now(), 0);
		fine(session_vin(db, s.w.started.no, "too short"));
		state_is(&s, "charging ");
		for (int twice = 0; twice < 2; twice++)
			fine(session_vin(db, s.w.started.no, ours ? OURS : THEIRS));
		state_is(&s, ours ? "charging " : "stopping stranger");
		assert_int_equal(world_number("select count(*) from command where kind = 'stop' and"
			" session_id = #", s.w.started.session_id), !ours);
		assert_int_equal(world_number("select vehicle_id is not null from session where id = #",
			s.w.started.session_id), ours);
	}
	/* told by hand, and either is enough: the VIN of another car changes nothing */
	rule(&s, "either");
	s.plate = "粤B12345D";
	assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
	world_progress(&s.w, clock_now(), 0);
	fine(session_vin(db, s.w.started.no, THEIRS));
	state_is(&s, "charging ");
	/* without a rule nobody asks */
	world_sql("update fleet set vehicle_check = 'none' where id = #", s.fleet);
	fine(session_vin(db, s.w.started.no, "LGXCE6CB1N0777777"));
	state_is(&s, "charging ");
}

/* ---- the fleet's price ---- */

static void price(const struct side *s, const char *energy, const char *service, const char *pay)
{
	char text[160];

	snprintf(text, sizeof(text), "update fleet set price_energy = %s, price_service = %s,"
		" price_pay = '%s' where id = #", energy, service, pay);
	world_sql(text, s->fleet);
}

/* By the member's own wallet. */
static enum start_refusal start_own(struct side *s)
{
	struct start_request r = { .connector_id = s->w.connector, .member_id = s->w.member,
		.plate = s->plate, .vin = s->vin, .mode = START_APP };

	fine(session_request(db, &r, &s->w.started));
	return s->w.started.refusal;
}

static int64_t costs(const struct side *s)
{
	return world_money("select amount from session where id = #", s->w.started.session_id);
}

/* 0.8 + 0.2 yuan a kWh: running fee, bill, its lines, rated again, and corrected all agree. */
static void the_fleets_price(void **state)
{
	struct bill again;
	struct side s;
	bool same;

	(void)state;
	make(&s);
	fill(&s, 100 * YUAN);
	price(&s, "90", "50", "any");
	assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
	price(&s, "10", "10", "any");            /* what was promised at the start counts */
	world_progress(&s.w, clock_now(), 0);
	world_progress(&s.w, clock_now() + 1, 10 * ENERGY_KWH);
	assert_int_equal(costs(&s), 82 * YUAN / 10);
	settle(&s, 20 * ENERGY_KWH);
	assert_int_equal(costs(&s), 164 * YUAN / 10);
	assert_int_equal(world_money("select discount from session where id = #",
		s.w.started.session_id), 36 * YUAN / 10);
	assert_int_equal(world_purse(wallet(&s)).cash, 836 * YUAN / 10);
	fine(session_recompute(db, s.w.started.session_id, &again, &same));
	assert_true(same);
	assert_int_equal(again.line[again.n - 1].kind, BILL_DISCOUNT);
	assert_int_equal(again.line[again.n - 1].energy_fee, -16 * YUAN / 10);
	assert_int_equal(again.line[again.n - 1].service_fee, -2 * YUAN);
	assert_int_equal(world_number("select count(*) from session_anomaly where session_id = #",
		s.w.started.session_id), 0);
	world_is_proved();
}

/* X3: by which purse it is had; of several fleets the cheapest; a closed fleet has none. */
static void who_has_the_price(void **state)
{
	static const struct { const char *pay; int fleet, own; } cases[] = {
		{ "any", 5, 5 }, { "fleet", 5, 10 }, { "own", 10, 5 } };
	struct side s;
	int64_t cheaper, row;

	(void)state;
	make(&s);
	fill(&s, 100 * YUAN);
	world_recharge(&s.w, wallet_of(&s.w), 100 * YUAN, 0);
	for (int i = 0; i < 3; i++) {
		price(&s, "50", "50", cases[i].pay);
		assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
		settle(&s, 10 * ENERGY_KWH);
		assert_int_equal(costs(&s), cases[i].fleet * YUAN);
		assert_int_equal(start_own(&s), START_ACCEPTED);
		settle(&s, 10 * ENERGY_KWH);
		assert_int_equal(costs(&s), cases[i].own * YUAN);
	}
	fine(db_exec_text(db, "insert into fleet (name, provider_id, phone, price_energy,"
		" price_service, created_at, updated_at) values ('便宜', ?, ?, 0, 50, now(), now())",
		ARGS(I64(s.w.provider), I64(s.fleet)), NULL, &cheaper));
	fine(fleet_member_add(db, cheaper, s.w.member, 0, &row));
	assert_int_equal(start_own(&s), START_ACCEPTED);
	settle(&s, 10 * ENERGY_KWH);
	assert_int_equal(costs(&s), 1 * YUAN);
	world_sql("update fleet set status = 'disabled' where id = #", cheaper);
	assert_int_equal(start_own(&s), START_ACCEPTED);
	settle(&s, 10 * ENERGY_KWH);
	assert_int_equal(costs(&s), 5 * YUAN);
	fine(fleet_member_remove(db, s.row, 0));
	assert_int_equal(start_own(&s), START_ACCEPTED);
	settle(&s, 10 * ENERGY_KWH);
	assert_int_equal(costs(&s), 10 * YUAN);
	world_is_proved();
}

/* V3: the plan's check takes wallet and price from other cars, the wallet's check the wallet only. */
static void prices_of_other_cars(void **state)
{
	static const struct {
		const char *check, *by, *plate, *vin;
		enum start_refusal wallet;
		int own;
	} cases[] = {
		{ "none", "either", NULL, NULL, START_ACCEPTED, 5 },
		{ "wallet", "hand", "粤B00000D", NULL, REFUSED_FLEET_VEHICLE, 5 },
		{ "plan", "hand", "粤B00000D", NULL, REFUSED_FLEET_VEHICLE, 10 },
		{ "plan", "hand", "粤B12345D", NULL, START_ACCEPTED, 5 },
		{ "plan", "vin", NULL, THEIRS, REFUSED_FLEET_VEHICLE, 10 },
		{ "plan", "vin", NULL, OURS, START_ACCEPTED, 5 },
		{ "plan", "either", "粤B12345D", THEIRS, START_ACCEPTED, 5 },
		{ "plan", "either", NULL, NULL, REFUSED_FLEET_VEHICLE, 10 },
	};
	struct side s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rule(&s, cases[i].by);
		check_is(&s, cases[i].check);
		price(&s, "50", "50", "any");
		world_recharge(&s.w, wallet_of(&s.w), 100 * YUAN, 0);
		s.plate = cases[i].plate;
		s.vin = cases[i].vin;
		assert_int_equal(start(&s, LIMIT_FULL, 0), cases[i].wallet);
		if (cases[i].wallet == START_ACCEPTED)
			settle(&s, 10 * ENERGY_KWH);
		assert_int_equal(start_own(&s), START_ACCEPTED);
		settle(&s, 10 * ENERGY_KWH);
		assert_int_equal(costs(&s), cases[i].own * YUAN);
	}
}

/* V3: the VIN is read while it charges. Own wallet: it goes on, all of it at the station's price. */
static void the_price_is_lost_in_mid_charge(void **state)
{
	static const struct { const char *check, *vin; int costs; } cases[] = {
		{ "plan", OURS, 5 }, { "plan", THEIRS, 10 }, { "wallet", THEIRS, 5 } };
	struct side s;
	struct bill again;
	bool same;

	(void)state;
	for (int i = 0; i < 3; i++) {
		rule(&s, "vin");
		check_is(&s, cases[i].check);
		price(&s, "50", "50", "any");
		world_recharge(&s.w, wallet_of(&s.w), 100 * YUAN, 0);
		assert_int_equal(start_own(&s), START_ACCEPTED);
		world_progress(&s.w, clock_now(), 0);
		world_progress(&s.w, clock_now() + 1, 4 * ENERGY_KWH);
		assert_int_equal(costs(&s), 2 * YUAN);
		for (int twice = 0; twice < 2; twice++)
			fine(session_vin(db, s.w.started.no, cases[i].vin));
		state_is(&s, "charging ");
		assert_int_equal(costs(&s), cases[i].costs * 4 * YUAN / 10);
		world_progress(&s.w, clock_now() + 2, 10 * ENERGY_KWH);
		assert_int_equal(costs(&s), cases[i].costs * YUAN);
		settle(&s, 10 * ENERGY_KWH);
		assert_int_equal(costs(&s), cases[i].costs * YUAN);
		fine(session_recompute(db, s.w.started.session_id, &again, &same));
		assert_true(same);
		world_is_proved();
	}
	rule(&s, "vin");                                 /* on the fleet's wallet: stopped, no price */
	check_is(&s, "plan");
	price(&s, "50", "50", "any");
	assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
	world_progress(&s.w, clock_now(), 0);
	fine(session_vin(db, s.w.started.no, THEIRS));
	state_is(&s, "stopping stranger");
	settle(&s, 1 * ENERGY_KWH);
	assert_int_equal(costs(&s), 1 * YUAN);
}

/* V2: the limit that was approved for the member's own car. */
static void a_members_own_soc_limit(void **state)
{
	struct session_progress p = { .device_amount = -1, .soc = 90 };
	struct side s;

	(void)state;
	make(&s);
	fill(&s, 500 * YUAN);
	fine(db_exec_text(db, "insert into vehicle (provider_id, member_id, plate, soc_limit,"
		" soc_wanted, soc_state, created_at, updated_at) values (?, ?, '粤B54321D', 95, 80,"
		" 'pending', now(), now())", ARGS(I64(s.w.provider), I64(s.w.member)), NULL, NULL));
	s.plate = "粤B54321D";
	assert_int_equal(start(&s, LIMIT_FULL, 0), START_ACCEPTED);
	p.no = s.w.started.no;
	p.at = clock_now();
	fine(session_progress(db, &p));
	state_is(&s, "charging ");
	world_sql("update vehicle set soc_limit = soc_wanted where member_id = #", s.w.member);
	p.at++;
	fine(session_progress(db, &p));
	state_is(&s, "stopping limit");
}

static struct fleet_dealt deal(const struct side *s, bool back, enum fleet_share share,
	int64_t amount, const char *once)
{
	struct fleet_deal d = { .fleet_id = s->fleet, .share = share, .amount = amount, .once = once,
		.note = "", .operator= "x" };
	struct fleet_dealt out;

	fine(back ? fleet_take_back(db, &d, &out) : fleet_allocate(db, &d, &out));
	return out;
}

/* W11: the same to each or up to an amount, all or nothing, once; back what is not used. */
static void given_and_taken_back(void **state)
{
	struct fleet_dealt done;
	struct side s, t;
	int64_t row;

	(void)state;
	make(&s);
	make(&t);
	fine(fleet_member_add(db, s.fleet, t.w.member, 0, &row));
	fill(&s, 100 * YUAN);
	world_recharge(&t.w, wallet_of(&t.w), 30 * YUAN, 0);
	done = deal(&s, false, SHARE_EQUAL, 60 * YUAN, s.w.serial);
	assert_int_equal(done.missing, 20 * YUAN);
	assert_int_equal(world_purse(wallet(&s)).cash, 100 * YUAN);
	done = deal(&s, false, SHARE_TOP_UP, 50 * YUAN, s.w.serial);
	assert_int_equal(done.members, 2);
	assert_int_equal(done.total, 70 * YUAN);
	done = deal(&s, false, SHARE_TOP_UP, 50 * YUAN, s.w.serial);
	assert_int_equal(done.members, 0);
	assert_int_equal(world_purse(wallet(&s)).cash, 30 * YUAN);
	assert_int_equal(world_purse(wallet_of(&s.w)).cash, 50 * YUAN);
	assert_int_equal(world_purse(wallet_of(&t.w)).cash, 50 * YUAN);
	world_is_proved();
	/* what was t's own comes back to nobody */
	done = deal(&s, true, SHARE_EQUAL, 15 * YUAN, t.w.serial);
	assert_int_equal(done.total, 30 * YUAN);
	done = deal(&s, true, SHARE_EQUAL, 0, "all-of-it");
	assert_int_equal(done.total, 40 * YUAN);
	assert_int_equal(world_purse(wallet(&s)).cash, 100 * YUAN);
	assert_int_equal(world_purse(wallet_of(&t.w)).cash, 30 * YUAN);
	done = deal(&s, true, SHARE_EQUAL, 0, "once-more");
	assert_int_equal(done.total, 0);
	world_is_proved();
}

/* ---- plans */

#define CONNECTORS 60
#define GAP 5

static int64_t insert(const char *sql, const struct arg *args, int n)
{
	int64_t id = 0;

	fine(db_exec_text(db, sql, args, n, NULL, &id));
	return id;
}

/* A plan of n connectors of the world's pile, confirmed, due three seconds ago. */
static int64_t plan_make(struct side *s, int n, const char *by)
{
	int64_t plan;
	char code[24];
	bool fits;

	rule(s, by);
	fill(s, 6000 * YUAN);
	fine(fleet_set_admin(db, s->fleet, s->w.member, 0, &fits));
	plan = insert("insert into plan (provider_id, fleet_id, station_id, name, start_time,"
		" gap_seconds, created_at, updated_at) values (?, ?, ?, 'night', '23:00', 5, now(), now())",
		ARGS(I64(s->w.provider), I64(s->fleet), I64(s->w.station)));
	for (int i = 0; i < n; i++) {
		int64_t connector = s->w.connector;

		snprintf(code, sizeof(code), "K%s%02d", s->w.serial, i);
		if (i)
			connector = insert("insert into connector (pile_id, station_id, number, code, name,"
				" created_at, updated_at) values (?, ?, ?, ?, 'x', now(), now())",
				ARGS(I64(s->w.pile), I64(s->w.station), I64(i + 1), STR(code)));
		insert("insert into plan_connector (plan_id, connector_id, created_at, updated_at) values"
			" (?, ?, now(), now())", ARGS(I64(plan), I64(connector)));
	}
	return plan;
}

static void plan_is_due(int64_t plan)
{
	fine(db_exec_text(db, "update plan set next_at = ? where id = ?",
		ARGS(TIME(clock_now() - 3), I64(plan)), NULL, NULL));
}

static void the_next_time(void **state)
{
	int64_t noon = clock_day_start(clock_now()) + DAY_SECONDS / 2;

	(void)state;
	assert_int_equal(plan_next("18:20", noon), noon + 6 * 3600 + 20 * 60);
	assert_int_equal(plan_next("12:00", noon), noon + DAY_SECONDS);
	assert_int_equal(plan_next("00:00", noon), noon + DAY_SECONDS / 2);
	for (const char *const *bad = (const char *const[]){ "24:00", "1:00", "12:60", "ab:cd",
		"", "12.00", NULL }; *bad; bad++)
		assert_int_equal(plan_next(*bad, noon), 0);
}

/* Z3: only the administrator confirms; a change makes it wait again; paused it does not run. */
static void a_plan_is_confirmed(void **state)
{
	struct side s;
	int64_t plan, runs;
	char phone[21];
	bool is;

	(void)state;
	plan = plan_make(&s, 1, "vin");
	world_text("select phone from member where id = #", s.w.member, phone, sizeof(phone));
	fine(plan_confirm(db, plan, phone, "anything", &is));
	assert_false(is);                            /* he has set no password */
	fine(fleet_set_confirm(db, s.fleet, "plan-password"));
	fine(plan_confirm(db, plan, phone, "wrong", &is));
	assert_false(is);
	fine(plan_confirm(db, plan, "13000000000", "plan-password", &is));
	assert_false(is);
	plan_is_due(plan);
	fine(plan_run_due(db, &runs));
	assert_int_equal(runs, 0);
	fine(plan_confirm(db, plan, phone, "plan-password", &is));
	assert_true(is);
	assert_int_equal(world_number("select next_at > now() from plan where id = #", plan), 1);
	fine(plan_pause(db, plan, 0));
	assert_int_equal(world_number("select next_at is null and state = 'paused' from plan where id ="
		" #", plan), 1);
	fine(plan_resume(db, plan, 0));
	assert_int_equal(world_number("select state = 'running' from plan where id = #", plan), 1);
	fine(plan_changed(db, plan, 0));
	fine(plan_resume(db, plan, 0));
	assert_int_equal(world_number("select state = 'pending' from plan where id = #", plan), 1);
	fine(plan_confirm_own(db, plan, s.w.member + 1, &is));
	assert_false(is);
	fine(plan_confirm_own(db, plan, s.w.member, &is));
	assert_true(is);
}

#define GAPS "select coalesce(min(timestampdiff(second, (select max(b.start_at) from plan_start b" \
	" where b.plan_id = a.plan_id and b.id < a.id), a.start_at)), 0) from plan_start a where" \
	" a.plan_id = #"

/* Z1: sixty connectors, five seconds apart, once, also where the minute comes late; their commands
 * leave at their own second. */
static void sixty_connectors(void **state)
{
	int64_t plan, runs, started, refusals, all = 0;
	struct side s;
	bool is;

	(void)state;
	plan = plan_make(&s, CONNECTORS, "vin");
	fine(plan_confirm_own(db, plan, s.w.member, &is));
	plan_is_due(plan);
	fine(plan_run_due(db, &runs));
	assert_int_equal(runs, 1);
	fine(plan_run_due(db, &runs));
	assert_int_equal(runs, 0);
	assert_int_equal(world_number("select count(*) from plan_start where plan_id = #", plan),
		CONNECTORS);
	assert_int_equal(world_number(GAPS, plan), GAP);
	limit(&s, "day_times", 1);                   /* the administrator's own limit: not the plan's */
	fine(plan_start_due(db, 59, &started, &refusals));
	assert_int_equal(refusals, 0);
	assert_in_range(started, 11, 12);
	assert_int_equal(world_number("select count(*) from command c join plan_start t on t.session_id"
		" = c.session_id and c.kind = 'start' and (c.wanted_at = t.start_at or (c.wanted_at is null"
		" and t.start_at <= now())) where t.plan_id = #", plan), started);
	fine(plan_start_due(db, 59, &all, &refusals));
	assert_in_range(all, 0, 1);
	world_sql("update plan_start set start_at = start_at - interval 600 second where state ="
		" 'waiting' and plan_id = #", plan);
	fine(plan_start_due(db, 3600, &all, &refusals));
	assert_int_equal(world_number("select count(*) from plan_start where state = 'started' and"
		" plan_id = #", plan), CONNECTORS);
	assert_int_equal(world_number(GAPS, plan), GAP);
	assert_int_equal(world_number("select count(distinct session_id) from plan_start where plan_id"
		" = #", plan), CONNECTORS);
	world_is_proved();
}

/* Z2: by VIN a stranger is stopped, ours is not; a vehicle that charges elsewhere is said. */
static void strangers_and_vehicles_elsewhere(void **state)
{
	int64_t plan, started, refusals, runs, car;
	struct side s;
	bool is;

	(void)state;
	for (int ours = 0; ours < 2; ours++) {
		plan = plan_make(&s, 1, "hand");
		fine(plan_confirm_own(db, plan, s.w.member, &is));
		plan_is_due(plan);
		fine(plan_run_due(db, &runs));
		fine(plan_start_due(db, 59, &started, &refusals));
		assert_int_equal(started, 1);
		s.w.started.session_id = world_number("select session_id from plan_start where plan_id = #",
			plan);
		world_text("select no from session where id = #", s.w.started.session_id, s.w.started.no,
			sizeof(s.w.started.no));
		world_progress(&s.w, clock_now(), 0);
		fine(session_vin(db, s.w.started.no, ours ? OURS : THEIRS));
		state_is(&s, ours ? "charging " : "stopping stranger");
	}
	world_sql("update session set plate = '', vin = '' where fleet_id <> #", s.fleet);
	/* the same vehicle is now planned for another connector, by another plan's rows */
	car = world_number("select id from vehicle where fleet_id = # limit 1", s.fleet);
	insert("insert into plan_start (plan_id, due_at, connector_id, vehicle_id, start_at) select ?,"
		" now(), min(id), ?, now() from connector", ARGS(I64(plan), I64(car)));
	fine(plan_start_due(db, 59, &started, &refusals));
	assert_int_equal(refusals, 1);
	assert_int_equal(world_number("select elsewhere_connector_id from plan_start where refusal ="
		" 'vehicle_elsewhere' and plan_id = #", plan), s.w.connector);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fleet_pays),
		cmocka_unit_test(a_refund_goes_back_to_the_fleet),
		cmocka_unit_test(limits_before_the_start),
		cmocka_unit_test(limits_while_charging),
		cmocka_unit_test(the_fleets_soc_limit),
		cmocka_unit_test(credit),
		cmocka_unit_test(who_may),
		cmocka_unit_test(given_and_taken_back),
		cmocka_unit_test(only_the_fleets_vehicles_start),
		cmocka_unit_test(a_stranger_is_stopped),
		cmocka_unit_test(the_fleets_price),
		cmocka_unit_test(who_has_the_price),
		cmocka_unit_test(prices_of_other_cars),
		cmocka_unit_test(the_price_is_lost_in_mid_charge),
		cmocka_unit_test(a_members_own_soc_limit),
		cmocka_unit_test(the_next_time),
		cmocka_unit_test(a_plan_is_confirmed),
		cmocka_unit_test(sixty_connectors),
		cmocka_unit_test(strangers_and_vehicles_elsewhere),
	};

	program_start("fleet_test", "fleet_test", &argc, argv);
	return cmocka_run_group_tests_name("fleet", tests, world_open, world_close);
}

/* ledger_test.c - the ledger against a real server: every move once, cash before gift, debts, and a
 * proof that finds what is wrong.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "run/program.h"

static struct world w;

struct move {
	struct journal j;
	NEOERR *(*fn)(const struct journal *j, struct move *m);
	int64_t a, b, x, y;
	bool fresh;
};

static NEOERR *run_move(struct db *d, void *ctx)
{
	struct move *m = ctx;

	(void)d;
	return nerr_pass(m->fn(&m->j, m));
}

static NEOERR *hold(const struct journal *j, struct move *m)
{
	return nerr_pass(purse_hold(db, j, m->a, &m->x, &m->y));
}

static NEOERR *capture(const struct journal *j, struct move *m)
{
	return nerr_pass(purse_capture(db, j, m->a, m->b, &m->x, &m->y));
}

static NEOERR *withdraw(const struct journal *j, struct move *m)
{
	return nerr_pass(purse_withdraw(db, j, m->a, m->b, &m->fresh));
}

static NEOERR *recharge(const struct journal *j, struct move *m)
{
	return nerr_pass(purse_recharge(db, j, m->a, m->b, &m->fresh));
}

/* A session id that exists nowhere is fine: journals carry it without a foreign key. */
static int64_t session_id;

static struct move move(NEOERR *(*fn)(const struct journal *, struct move *),
	enum journal_kind kind, const char *key, int64_t a, int64_t b)
{
	static char keys[8][80];
	static int next;
	char *full = keys[next++ % 8];

	snprintf(full, 80, "%s:%lld", key, (long long)session_id);
	return (struct move){ .j = { .kind = kind,
							  .dedupe_key = full,
							  .provider_id = w.provider,
							  .member_id = w.member,
							  .session_id = session_id,
							  .purse = wallet_of(&w) },
		.fn = fn,
		.a = a,
		.b = b };
}

static void fresh_world(void)
{
	world_make(&w);
	session_id = 1000000000 + w.member;
}

static void balance_is(int64_t cash, int64_t gift, int64_t cash_held, int64_t gift_held)
{
	struct purse_balance b = world_purse(wallet_of(&w));

	assert_int_equal(b.cash, cash);
	assert_int_equal(b.gift, gift);
	assert_int_equal(b.cash_held, cash_held);
	assert_int_equal(b.gift_held, gift_held);
}

static int64_t income(void)
{
	return world_money(
		"select coalesce(sum(balance), 0) from account where owner_kind = 'provider' and owner_id"
		" = #"
		" and kind in ('income_energy', 'income_service')",
		w.provider);
}

static int64_t statements(void)
{
	return world_number(
		"select count(*) from statement where owner_kind = 'member' and owner_id = #", w.member);
}

static void test_recharge_once(void **state) /* M2 M10 */
{
	struct move m;

	(void)state;
	fresh_world();
	m = move(recharge, JOURNAL_RECHARGE, "recharge", 50 * YUAN, YUAN);
	fine(db_tx(db, run_move, &m));
	assert_true(m.fresh);
	fine(db_tx(db, run_move, &m));
	assert_false(m.fresh);
	balance_is(50 * YUAN, YUAN, 0, 0);
	assert_int_equal(statements(), 1);
	assert_int_equal(
		world_money(
			"select cash_balance + gift_balance from statement where owner_kind = 'member' and"
			" owner_id = #",
			w.member),
		51 * YUAN);
	m.a = m.b = 0;
	refused(db_tx(db, run_move, &m), ERR_INVALID);
	m.a = -1;
	refused(db_tx(db, run_move, &m), ERR_INVALID);
}

static void test_hold_takes_cash_then_gift(void **state) /* M12 */
{
	struct move m;

	(void)state;
	fresh_world();
	world_recharge(&w, wallet_of(&w), 30 * YUAN, 20 * YUAN);
	m = move(hold, JOURNAL_HOLD, "hold", 40 * YUAN, 0);
	fine(db_tx(db, run_move, &m));
	assert_int_equal(m.x, 30 * YUAN);
	assert_int_equal(m.y, 10 * YUAN);
	balance_is(0, 10 * YUAN, 30 * YUAN, 10 * YUAN);
	fine(db_tx(db, run_move, &m));           /* again: the same answer, nothing moves */
	assert_int_equal(m.x, 30 * YUAN);
	assert_int_equal(m.y, 10 * YUAN);
	balance_is(0, 10 * YUAN, 30 * YUAN, 10 * YUAN);
	assert_int_equal(statements(), 1);       /* holding is not spending */
	m = move(hold, JOURNAL_HOLD, "more", 40 * YUAN, 0);
	fine(db_tx(db, run_move, &m));           /* no more than what is free */
	assert_int_equal(m.x + m.y, 10 * YUAN);
	balance_is(0, 0, 30 * YUAN, 20 * YUAN);
	m = move(capture, JOURNAL_CHARGE, "charge", 0, 0);
	fine(db_tx(db, run_move, &m));           /* both holds of the session are gone together */
	balance_is(30 * YUAN, 20 * YUAN, 0, 0);
}

static void captured(int64_t cash, int64_t gift, int64_t held, int64_t energy_fee,
	int64_t service_fee, int64_t paid_cash, int64_t paid_gift)
{
	struct move h, c;

	fresh_world();
	if (cash + gift)
		world_recharge(&w, wallet_of(&w), cash, gift);
	h = move(hold, JOURNAL_HOLD, "hold", held, 0);
	fine(db_tx(db, run_move, &h));
	c = move(capture, JOURNAL_CHARGE, "charge", energy_fee, service_fee);
	for (int i = 0; i < 2; i++) {            /* the second time changes nothing and says the same */
		fine(db_tx(db, run_move, &c));
		assert_int_equal(c.x, paid_cash);
		assert_int_equal(c.y, paid_gift);
		balance_is(cash - paid_cash, gift - paid_gift, 0, 0);
		assert_int_equal(income(), energy_fee + service_fee);
		/* what is owed is a line of its own */
		assert_int_equal(statements(), (cash + gift ? 1 : 0) + (energy_fee + service_fee ? 1 : 0) +
			(cash > 0 && paid_cash > cash ? 1 : 0));
	}
}

static void test_a_charge_is_taken_from_the_oldest_recharges(void **state) /* M12 */
{
	struct move c;

	(void)state;
	fresh_world();
	world_recharge(&w, wallet_of(&w), 3 * YUAN, 0);
	world_recharge(&w, wallet_of(&w), 4 * YUAN, YUAN);
	c = move(capture, JOURNAL_CHARGE, "charge", 4 * YUAN, YUAN);
	fine(db_tx(db, run_move, &c));
	assert_int_equal(statements(), 4);
	assert_int_equal(world_money("select sum(cash * (part + 1)) from statement where kind ="
		" 'charge' and owner_id = # and owner_kind = 'member'", w.member), -3 * YUAN - 4 * YUAN);
	assert_int_equal(world_money("select sum(cash_balance) from statement where kind = 'charge'"
		" and owner_id = # and owner_kind = 'member'", w.member), 4 * YUAN + 2 * YUAN);
	assert_int_equal(world_money("select sum(remains) from purse_lot where open = 1 and owner_kind"
		" = 'member' and owner_id = #", w.member), 2 * YUAN);
	c = move(capture, JOURNAL_CHARGE, "more", 9 * YUAN, 0);      /* the gift too, and 6 are owed */
	fine(db_tx(db, run_move, &c));
	assert_int_equal(world_number("select count(*) from purse_lot where open = 1 and owner_kind ="
		" 'member' and owner_id = #", w.member), 0);
	world_recharge(&w, wallet_of(&w), 10 * YUAN, 0);
	assert_int_equal(world_money("select sum(remains) from purse_lot where open = 1 and owner_kind"
		" = 'member' and owner_id = #", w.member), 4 * YUAN);
}

static void test_capture_less_releases_the_rest(void **state) /* U4 */
{
	(void)state;
	captured(30 * YUAN, 20 * YUAN, 40 * YUAN, 8 * YUAN, 2 * YUAN, 10 * YUAN, 0);
	captured(30 * YUAN, 20 * YUAN, 50 * YUAN, 30 * YUAN, 5 * YUAN, 30 * YUAN, 5 * YUAN);
	captured(30 * YUAN, 0, 30 * YUAN, 30 * YUAN, 0, 30 * YUAN, 0);
}

static void test_capture_more_takes_what_is_free_and_then_owes(void **state) /* M11 P22 */
{
	(void)state;
	captured(100 * YUAN, 0, 20 * YUAN, 25 * YUAN, 0, 25 * YUAN, 0);
	captured(20 * YUAN, 20 * YUAN, 10 * YUAN, 30 * YUAN, 0, 20 * YUAN, 10 * YUAN);
	captured(20 * YUAN, 5 * YUAN, 10 * YUAN, 30 * YUAN, 1, 25 * YUAN + 1, 5 * YUAN);
	captured(0, 0, 0, 0, 3 * YUAN, 3 * YUAN, 0);
}

static void test_capture_of_nothing_releases(void **state) /* O2 */
{
	struct move h, c;

	(void)state;
	captured(30 * YUAN, 10 * YUAN, 35 * YUAN, 0, 0, 0, 0);
	fresh_world();
	h = move(hold, JOURNAL_HOLD, "hold", 0, 0);
	fine(db_tx(db, run_move, &h));
	c = move(capture, JOURNAL_CHARGE, "charge", 0, 0);
	fine(db_tx(db, run_move, &c));
	assert_int_equal(world_number("select count(*) from journal where member_id = #", w.member), 0);
	c.a = -1;
	refused(db_tx(db, run_move, &c), ERR_INVALID);
}

static void test_debt_eats_the_gift(void **state) /* M11 */
{
	struct purse_balance b = { .cash = -5, .gift = 12 };

	(void)state;
	assert_int_equal(purse_free(&b), 7);
	b.gift = 3;
	assert_int_equal(purse_free(&b), 0);
	b.cash = 4;
	assert_int_equal(purse_free(&b), 7);
}

static void test_withdraw_no_more_than_free(void **state) /* F5 */
{
	struct move m;

	(void)state;
	fresh_world();
	world_recharge(&w, wallet_of(&w), 30 * YUAN, 10 * YUAN);
	m = move(hold, JOURNAL_HOLD, "hold", 10 * YUAN, 0);
	fine(db_tx(db, run_move, &m));
	m = move(withdraw, JOURNAL_WITHDRAW, "withdraw", 20 * YUAN + 1, 0);
	refused(db_tx(db, run_move, &m), ERR_INVALID);
	balance_is(20 * YUAN, 10 * YUAN, 10 * YUAN, 0);
	m.a = 20 * YUAN;
	fine(db_tx(db, run_move, &m));           /* the refused one left no trace: its key is free */
	assert_true(m.fresh);
	fine(db_tx(db, run_move, &m));
	assert_false(m.fresh);
	balance_is(0, 10 * YUAN, 10 * YUAN, 0);
	m = move(capture, JOURNAL_CHARGE, "charge", 0, 0);
	fine(db_tx(db, run_move, &m));
}

static void test_entries_must_sum_to_zero(void **state) /* law 3 */
{
	struct ledger_entry e[] = { { OWNER_MEMBER, 1, ACCOUNT_CASH, 5 },
		{ OWNER_PLATFORM, 0, ACCOUNT_CASH_TAKEN, -4 } };
	struct journal j = { .kind = JOURNAL_CORRECT, .dedupe_key = "never" };

	(void)state;
	refused(ledger_post(db, &j, e, 2, NULL), ERR_INVALID);
	assert_int_equal(world_number("select count(*) from journal where dedupe_key = 'never'", 0), 0);
}

static void test_statement_goes_to_the_members_provider(void **state) /* W1 M12 */
{
	struct move m;

	(void)state;
	fresh_world();
	m = move(capture, JOURNAL_CHARGE, "charge", YUAN, 0);
	m.j.provider_id = w.other_provider;      /* charged at a partner's station */
	fine(db_tx(db, run_move, &m));
	assert_int_equal(
		world_number(
			"select provider_id from statement where owner_kind = 'member' and owner_id = #",
			w.member),
		w.provider);
	assert_int_equal(
		world_money(
			"select balance from account where owner_kind = 'provider' and owner_id = # and kind"
			" = 'income_energy'",
			w.other_provider),
		YUAN);
}

struct found { int64_t n; char what[40]; int64_t id; };

static NEOERR *take_finding(const char *what, int64_t id, const char *detail, void *ctx)
{
	struct found *f = ctx;

	(void)detail;
	f->n++;
	snprintf(f->what, sizeof(f->what), "%s", what);
	f->id = id;
	return STATUS_OK;
}

static void finds(const char *what, int64_t id)
{
	struct found f = { 0 };
	int64_t findings;

	fine(ledger_proof(db, take_finding, &f, &findings));
	assert_int_equal(findings, 1);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.what, what);
	assert_int_equal(f.id, id);
}

static void test_proof_finds_what_was_tampered_with(void **state) /* law 3 */
{
	int64_t cash, journal;

	(void)state;
	fresh_world();
	world_recharge(&w, wallet_of(&w), 10 * YUAN, 0);
	world_is_proved();
	cash = world_number(
		"select id from account where owner_kind = 'platform' and # > 0 union all select id from"
		" account"
		" where owner_kind = 'provider' and owner_id = # and kind = 'cash_taken'",
		w.provider);
	world_sql("update account set balance = balance + 0.01 where id = #", cash);
	finds("account_balance", cash);
	world_sql("update account set balance = balance - 0.01 where id = #", cash);
	journal = world_number("select journal_id from posting where account_id = #", cash);
	world_sql("update posting set amount = amount - 0.01 where account_id = #", cash);
	world_sql("update account set balance = balance - 0.01 where id = #", cash);
	finds("journal_sum", journal);
	world_sql("update posting set amount = amount + 0.01 where account_id = #", cash);
	world_sql("update account set balance = balance + 0.01 where id = #", cash);
	world_sql("update statement set cash = cash + 1 where owner_kind = 'member' and owner_id = #",
		w.member);
	finds("statement_sum", w.member);
	world_sql("update statement set cash = cash - 1 where owner_kind = 'member' and owner_id = #",
		w.member);
	world_is_proved();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recharge_once),
		cmocka_unit_test(test_hold_takes_cash_then_gift),
		cmocka_unit_test(test_capture_less_releases_the_rest),
		cmocka_unit_test(test_capture_more_takes_what_is_free_and_then_owes),
		cmocka_unit_test(test_capture_of_nothing_releases),
		cmocka_unit_test(test_debt_eats_the_gift),
		cmocka_unit_test(test_withdraw_no_more_than_free),
		cmocka_unit_test(test_a_charge_is_taken_from_the_oldest_recharges),
		cmocka_unit_test(test_entries_must_sum_to_zero),
		cmocka_unit_test(test_statement_goes_to_the_members_provider),
		cmocka_unit_test(test_proof_finds_what_was_tampered_with),
	};

	program_start("ledger_test", "ledger_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

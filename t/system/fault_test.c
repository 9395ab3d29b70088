/* fault_test.c - settlement, payment and refund are cut off at every statement in turn: nothing is
 * half done, and the next try does it whole.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "charge/payment.h"
#include "charge/refund.h"
#include "charge/withdrawal.h"
#include "run/program.h"

static struct world w;

#ifdef DB_FAULTS

#define LONGEST 200                          /* more statements than any of these paths has */

struct cut {
	NEOERR *(*fn)(struct db *d, void *ctx);
	int64_t id;
	/* what may not change while it fails */
	const char *look;
};

/* The whole state that money has: every table a path writes, as one text. */
static void state_of(const char *look, int64_t id, char *out, size_t room)
{
	world_text(look, id, out, room);
}

static void cut_everywhere(const struct cut *c)
{
	char before[400], after[400];
	int failed = 0;
	bool done = false;

	state_of(c->look, c->id, before, sizeof(before));
	for (int n = 1; n < LONGEST && !done; n++) {
		NEOERR *err;

		db_fail_at(n);
		err = db_tx(db, c->fn, (void *)&c->id);
		db_fail_at(0);
		done = err == STATUS_OK;
		if (done)
			break;
		assert_true(error_is(err, ERR_DB));
		error_drop(err);
		failed++;
		state_of(c->look, c->id, after, sizeof(after));
		assert_string_equal(before, after);
		world_is_proved();
	}
	assert_true(done);
	assert_true(failed >= 4);
	state_of(c->look, c->id, after, sizeof(after));
	assert_string_not_equal(before, after);
	world_is_proved();
}

#define MONEY_STATE "(select concat_ws(' ', (select count(*) from journal), (select count(*) from posting)," \
	" (select count(*) from statement), (select coalesce(sum(balance * id), 0) from account)," \
	" (select count(*) from session_event), (select count(*) from cdr)," \
	" (select count(*) from device_record), (select count(*) from delivery)," \
	" (select group_concat(state, '/', refunded order by id) from payment where id >= #)," \
	" (select count(*) from refund), (select group_concat(state order by id) from refund)," \
	" (select count(*) from withdrawal), (select sum(refunded + (state = 'finished')) from session)))"
static const char look[] = "select " MONEY_STATE;

static int64_t channel_id;
static char payment_no[CHANNEL_NO], refund_no[CHANNEL_NO];

static void make_channel(void)
{
	char no[16];

	fine(random_digits(no, 15));
	fine(db_exec_text(db,
		"insert into channel (kind, name, base_url, merchant_no, status, created_at, updated_at)"
		" values ('wechat', ?, 'http://127.0.0.1:9', ?, 'enabled', now(), now())",
		ARGS(STR(no), STR(no)), NULL, &channel_id));
}

static int64_t make_payment(int64_t amount)
{
	char once[33], no[24];
	int64_t id;

	fine(random_hex(once, 16));
	fine(random_digits(no, 20));
	fine(db_exec_text(db,
		"insert into payment (no, provider_id, channel_id, channel_kind, method, purpose,"
		" member_id, amount, state, once, requested_at, expires_at, updated_at) values (?, ?, ?,"
		" 'wechat', 'native', 'recharge', ?, ?, 'waiting', ?, now(), now(), now())",
		ARGS(STR(no), I64(w.provider), I64(channel_id), I64(w.member), MONEY(amount), STR(once)),
		NULL, &id));
	snprintf(payment_no, sizeof(payment_no), "%s", no);
	return id;
}

static NEOERR *pay(struct db *d, void *ctx)
{
	struct channel_result r = { .state = CHANNEL_DONE, .amount = 50 * YUAN };

	(void)ctx;
	snprintf(r.no, sizeof(r.no), "%s", payment_no);
	snprintf(r.reference, sizeof(r.reference), "T%s", r.no);
	return nerr_pass(payment_take(d, channel_id, &r, "{}"));
}

static void test_O9_a_payment_is_cut_off_everywhere(void **state)
{
	struct cut c = { .fn = pay, .look = look };

	(void)state;
	world_make(&w);
	make_channel();
	c.id = make_payment(50 * YUAN);
	cut_everywhere(&c);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 50 * YUAN);
	fine(pay(db, &c.id));                    /* told again: nothing more */
	assert_int_equal(world_purse(wallet_of(&w)).cash, 50 * YUAN);
}

static struct session_record last;

static NEOERR *settle(struct db *d, void *ctx)
{
	enum record_outcome outcome;

	(void)ctx;
	return nerr_pass(session_settle(d, &last, &outcome));
}

static void test_O2_a_settlement_is_cut_off_everywhere(void **state)
{
	struct cut c = { .fn = settle, .look = look };
	int64_t ended = clock_now() - 60;

	(void)state;
	world_make(&w);
	world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
	assert_int_equal(world_start(&w, false), START_ACCEPTED);
	world_progress(&w, ended - 600, 0);
	world_progress(&w, ended, 100000);
	last = world_record(&w, ended - 600, ended, 100000, "cut");
	c.id = 1000000000;
	cut_everywhere(&c);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 90 * YUAN);
}

static NEOERR *refund(struct db *d, void *ctx)
{
	enum refund_refusal refusal;
	int64_t id;
	NEOERR *err;

	(void)ctx;
	TRY(refund_charge(d, w.started.session_id, 3 * YUAN, 0, "cut", NULL, &id, &refusal));
	assert_int_equal(refusal, REFUND_FINE);
	TRY(refund_pay(d, id, NULL, &refusal));
	assert_int_equal(refusal, REFUND_FINE);
	TRY(refund_confirm(d, id, NULL, &refusal));
	assert_int_equal(refusal, REFUND_FINE);
out:
	return nerr_pass(err);
}

static void test_F4_a_refund_is_cut_off_everywhere(void **state)
{
	struct cut c = { .fn = refund, .look = look, .id = 1000000000 };
	int64_t before = world_purse(wallet_of(&w)).cash, max;

	(void)state;
	cut_everywhere(&c);                      /* of the charge that was just settled */
	assert_int_equal(world_purse(wallet_of(&w)).cash, before + 3 * YUAN);
	fine(refund_limit(db, w.started.session_id, &max));
	assert_int_equal(max, 7 * YUAN);
}

static NEOERR *withdraw(struct db *d, void *ctx)
{
	static const char once[] = "0123456789abcdef0123456789abcdef";
	enum withdrawal_refusal refusal;
	int64_t id;
	NEOERR *err;

	(void)ctx;
	TRY(withdrawal_ask(d, w.member, 20 * YUAN, once, &id, &refusal));
	assert_int_equal(refusal, WITHDRAWAL_FINE);
	TRY(withdrawal_by_channel(d, id, NULL, &refusal));
	assert_int_equal(refusal, WITHDRAWAL_FINE);
out:
	return nerr_pass(err);
}

static NEOERR *arrive(struct db *d, void *ctx)
{
	struct channel_result r = { .state = CHANNEL_DONE, .amount = 20 * YUAN, .reference = "50" };

	(void)ctx;
	snprintf(r.no, sizeof(r.no), "%s", refund_no);
	return nerr_pass(refund_take(d, channel_id, &r, "{}"));
}

static void test_F5_a_withdrawal_is_cut_off_everywhere(void **state)
{
	struct cut c = { .fn = withdraw, .look = look, .id = 1000000000 };
	int64_t payment;

	(void)state;
	world_make(&w);
	make_channel();
	payment = make_payment(50 * YUAN);
	fine(pay(db, &payment));
	cut_everywhere(&c);
	assert_int_equal(world_purse(wallet_of(&w)).cash, 30 * YUAN);
	world_text("select max(no) from refund where id > # and state = 'sending'", 0, refund_no,
		sizeof(refund_no));
	c.fn = arrive;
	cut_everywhere(&c);
	assert_int_equal(world_number("select state = 'done' from withdrawal where member_id = #",
						 w.member),
		1);
}

#define FAULTS \
	cmocka_unit_test(test_O9_a_payment_is_cut_off_everywhere), \
	cmocka_unit_test(test_O2_a_settlement_is_cut_off_everywhere), \
	cmocka_unit_test(test_F4_a_refund_is_cut_off_everywhere), \
	cmocka_unit_test(test_F5_a_withdrawal_is_cut_off_everywhere),
#else
#define FAULTS
#endif

static void test_moves_of_payments_and_refunds(void **state) /* O9 F4 */
{
	(void)state;
	(void)w;
	assert_true(payment_may(PAYMENT_WAITING, PAYMENT_PAID));
	assert_true(payment_may(PAYMENT_CLOSED, PAYMENT_PAID));
	assert_false(payment_may(PAYMENT_PAID, PAYMENT_CLOSED));
	assert_true(refund_may(REFUND_PENDING, REFUND_CANCELLED));
	assert_false(refund_may(REFUND_SENDING, REFUND_CANCELLED));
	assert_false(refund_may(REFUND_DONE, REFUND_SENDING));
	assert_false(refund_may(REFUND_CANCELLED, REFUND_SENDING));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FAULTS
		cmocka_unit_test(test_moves_of_payments_and_refunds),
	};

	program_start("fault_test", "", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

/* gateway_test.c - leases of gateways: who begins, keeps, ends, is lost, and whose the piles are
 * then, against a real server.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include "base/crypt.h"
#include "charge/gateway.h"
#include "charge/live.h"
#include "run/program.h"

#define LEASE 20

struct house { char a[9], b[9], one[17], two[17]; };

static void house_make(struct house *h)
{
	fine(random_hex(h->a, 4));
	fine(random_hex(h->b, 4));
	fine(random_hex(h->one, 8));
	fine(random_hex(h->two, 8));
}

static struct gateway lives(const char *name, const char *host, const char *life)
{
	return (struct gateway){ name, host, life, "0", LEASE };
}

static bool begins(const char *name, const char *host, const char *life)
{
	struct gateway g = lives(name, host, life);
	bool ours = false;

	fine(gateway_begin(db, &g, &ours));
	return ours;
}

static bool keeps(const char *name, const char *life, int64_t checksum)
{
	struct gateway g = lives(name, "h", life);
	struct gateway_figures f = { .piles = 3, .reject = { [REJECT_CHECKSUM] = checksum } };
	bool ours = false;

	fine(gateway_keep(db, &g, &f, &ours));
	return ours;
}

static void is_silent(const char *name)
{
	fine(db_exec_text(db, "update gateway set expires_at = now() - interval 1 second where name = ?",
		ARGS(STR(name)), NULL, NULL));
}

static NEOERR *take_number(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

static int64_t says(const char *sql, const char *name)
{
	int64_t out = 0;

	fine(db_query_text(db, sql, ARGS(STR(name)), take_number, &out));
	return out;
}

struct look { const char *name, *heir; bool silent, lost; };

/* In one tx, so that no gateway that runs beside the test is quicker. */
static NEOERR *look(struct db *conn, void *ctx)
{
	struct look *l = ctx;
	char lost[33] = "";
	NEOERR *err = STATUS_OK;

	l->lost = false;
	if (l->silent)
		is_silent(l->name);
	do {
		err = gateway_inherit(conn, l->heir, lost);
		l->lost = l->lost || strcmp(lost, l->name) == 0;
	} while (err == STATUS_OK && lost[0] != '\0');
	return nerr_pass(err);
}

static bool is_lost_to(const char *name, const char *heir, bool silent)
{
	struct look l = { name, heir, silent, false };

	fine(db_tx(db, look, &l));
	return l.lost;
}

static void log_in(const struct world *w, const char *gateway)
{
	struct pile_hello hello = { .protocol = "ykc", .serial = w->serial, .gateway_id = gateway,
		.connectors = 1 };
	struct pile_known known;
	bool is_known;

	fine(pile_online(db, &hello, &known, &is_known));
	assert_true(is_known);
}

static void test_one_name_lives_on_one_host(void **state) /* N1 */
{
	struct house h;

	(void)state;
	house_make(&h);
	assert_true(begins(h.a, "h", h.one));
	assert_false(begins(h.a, "elsewhere", h.two));
	assert_true(keeps(h.a, h.one, 0));
	assert_true(begins(h.a, "h", h.two));        /* started again: the former life is over */
	assert_false(keeps(h.a, h.one, 0));
	assert_true(keeps(h.a, h.two, 0));
	assert_false(is_lost_to(h.a, h.a, false));   /* nobody inherits from himself */
	assert_true(is_lost_to(h.a, h.b, true));
	assert_true(begins(h.a, "elsewhere", h.one));        /* its lease was over */
}

static void test_what_it_rejects_is_counted_from_its_start(void **state) /* N1 */
{
	struct house h;
	const char *count = "select r.count from gateway_reject r join gateway g on g.id = r.gateway_id"
		" where g.name = ? and r.reason = 'checksum'";

	(void)state;
	house_make(&h);
	begins(h.a, "h", h.one);
	keeps(h.a, h.one, 0);
	assert_int_equal(says(count, h.a), 0);
	keeps(h.a, h.one, 5);
	keeps(h.a, h.one, 7);
	assert_int_equal(says(count, h.a), 7);
	assert_int_equal(says("select rejected from gateway where name = ?", h.a), 7);
	assert_int_equal(says("select piles from gateway where name = ?", h.a), 3);
	begins(h.a, "h", h.two);
	assert_int_equal(says(count, h.a), 0);
}

static void test_a_lost_ones_piles_are_anothers(void **state) /* N1 D12 */
{
	struct house h;
	struct world w;

	(void)state;
	house_make(&h);
	world_make(&w);
	begins(h.a, "h", h.one);
	begins(h.b, "h", h.two);
	log_in(&w, h.a);
	assert_false(is_lost_to(h.a, h.b, false));   /* it lives */
	assert_true(is_lost_to(h.a, h.b, true));
	assert_false(is_lost_to(h.a, h.b, false));   /* once */
	assert_int_equal(world_number("select online from pile_live where pile_id = #", w.pile), 0);
	assert_int_equal(world_number("select count(*) from connectivity where pile_id = # and event ="
		" 'offline' and reason = 'gateway_lost'", w.pile), 1);
	assert_int_equal(says("select count(*) from pile_live where gateway_id = ?", h.a), 0);
	assert_int_equal(says("select count(*) from pile_live where gateway_id = ?", h.b), 1);
	assert_int_equal(says("select state = 'lost' from gateway where name = ?", h.a), 1);
	assert_false(keeps(h.a, h.one, 0));          /* fenced */
	assert_true(begins(h.a, "h", h.one));        /* it starts anew; its piles log in anywhere */
	assert_true(keeps(h.a, h.one, 0));
	log_in(&w, h.a);
	assert_int_equal(says("select count(*) from pile_live where gateway_id = ?", h.a), 1);
}

static void test_a_stopped_ones_piles_wait_a_lease(void **state) /* N1 */
{
	struct house h;
	struct world w;
	struct gateway g;

	(void)state;
	house_make(&h);
	world_make(&w);
	begins(h.a, "h", h.one);
	log_in(&w, h.a);
	g = lives(h.a, "h", h.one);
	fine(gateway_end(db, &g));
	assert_int_equal(world_number("select count(*) from connectivity where pile_id = # and event ="
		" 'offline' and reason = 'gateway_stop'", w.pile), 1);
	assert_false(is_lost_to(h.a, h.b, false));   /* a restart is quicker than that */
	assert_true(is_lost_to(h.a, h.b, true));
	assert_int_equal(says("select state = 'stopped' from gateway where name = ?", h.a), 1);
	assert_int_equal(says("select count(*) from pile_live where gateway_id = ?", h.b), 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_name_lives_on_one_host),
		cmocka_unit_test(test_what_it_rejects_is_counted_from_its_start),
		cmocka_unit_test(test_a_lost_ones_piles_are_anothers),
		cmocka_unit_test(test_a_stopped_ones_piles_wait_a_lease),
	};

	program_start("gateway_test", "gateway_test", &argc, argv);
	return cmocka_run_group_tests(tests, world_open, world_close);
}

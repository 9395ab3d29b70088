/* race_test.c - several writers at once: one record, one connector, one purse; what must be once is
 * once and sums are right.
 * Owns nothing but its worlds.
 * Serves t/system/test_charge.py. */
#include "charge_world.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "charge/command.h"
#include "run/program.h"

#define WRITERS 6

static struct world w;
static int *counts;                          /* shared by the children */

/* Runs fn in WRITERS processes with connections of their own; all have ended well when it
 * returns. */
static void together(void (*fn)(int writer))
{
	pid_t pids[WRITERS];
	int status;

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

static void count(int *at)
{
	__atomic_add_fetch(at, 1, __ATOMIC_SEQ_CST);
}

static struct session_record record;

static void settle_same(int writer)
{
	enum record_outcome outcome;

	(void)writer;
	must(session_settle(db, &record, &outcome));
	count(&counts[outcome]);
}

static void test_one_record_by_many_writers(void **state) /* N2 law 6 */
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		memset(counts, 0, sizeof(int) * 64);
		world_make(&w);
		world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
		assert_int_equal(world_start(&w, false), START_ACCEPTED);
		record = world_record(&w, clock_now() - 3600, clock_now(), 20 * ENERGY_KWH, "race");
		together(settle_same);
		assert_int_equal(counts[RECORD_SETTLED], 1);
		assert_int_equal(counts[RECORD_DUPLICATE], WRITERS - 1);
		assert_int_equal(world_purse(wallet_of(&w)).cash, 80 * YUAN);
	}
	world_is_proved();
}

static void start_same(int writer)
{
	struct start_request r = { .connector_id = w.connector,
		.member_id = w.member,
		.mode = START_APP,
		.limit_kind = LIMIT_FULL };
	struct start_result out;

	(void)writer;
	must(session_request(db, &r, &out));
	count(&counts[out.refusal]);
}

static void test_one_connector_for_many_drivers(void **state) /* O13 */
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		memset(counts, 0, sizeof(int) * 64);
		world_make(&w);
		world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
		together(start_same);
		assert_int_equal(counts[START_ACCEPTED], 1);
		assert_int_equal(counts[REFUSED_CONNECTOR_BUSY], WRITERS - 1);
		assert_int_equal(world_purse(wallet_of(&w)).cash_held, 100 * YUAN);
	}
	world_is_proved();
}

static void post_form(int writer)
{
	struct start_request r = { .connector_id = w.connector,
		.member_id = w.member,
		.mode = START_APP,
		.limit_kind = LIMIT_FULL,
		.once = w.serial };
	struct start_result out;

	(void)writer;
	must(session_request(db, &r, &out));
	count(&counts[out.refusal == START_ACCEPTED ? 1 + out.repeated : 0]);
}

static void test_one_form_posted_many_times(void **state) /* law 6 */
{
	(void)state;
	memset(counts, 0, sizeof(int) * 64);
	world_make(&w);
	world_recharge(&w, wallet_of(&w), 100 * YUAN, 0);
	together(post_form);
	assert_int_equal(counts[1], 1);
	assert_int_equal(counts[2], WRITERS - 1);
}

struct recharge { struct journal j; bool fresh; };

static NEOERR *recharge(struct db *d, void *ctx)
{
	struct recharge *r = ctx;

	return nerr_pass(purse_recharge(d, &r->j, YUAN, 1, &r->fresh));
}

static void recharge_many(int writer)
{
	char key[60];
	struct recharge r = { .j = { .kind = JOURNAL_RECHARGE,
							  .dedupe_key = key,
							  .provider_id = w.provider,
							  .member_id = w.member,
							  .purse = wallet_of(&w) } };

	for (int i = 0; i < 20; i++) {
		/* every other one is everybody's */
		snprintf(key, sizeof(key), "race:%s:%d:%d", w.serial, i % 2 ? 0 : writer, i);
		must(db_tx(db, recharge, &r));
		counts[writer] += r.fresh;
	}
}

static void test_one_purse_by_many_writers(void **state) /* law 3 */
{
	int fresh = 0;

	(void)state;
	memset(counts, 0, sizeof(int) * 64);
	world_make(&w);
	together(recharge_many);
	for (int i = 0; i < WRITERS; i++)
		fresh += counts[i];
	assert_int_equal(fresh, WRITERS * 10 + 10);
	assert_int_equal(world_purse(wallet_of(&w)).cash, fresh * YUAN);
	assert_int_equal(world_purse(wallet_of(&w)).gift, fresh);
	world_is_proved();
}

static int open_all(void **state)
{
	counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return counts == MAP_FAILED ? -1 : world_open(state);
}

static NEOERR *count_command(const struct command *c, void *ctx)
{
	int *taken = ctx;

	(void)c;
	++*taken;
	return STATUS_OK;
}

/* Writer 0 wishes and is the pile's gateway; the others are gateways that look for theirs. */
static void look_for_commands(int writer)
{
	int taken = 0, before;
	int64_t id;

	if (writer > 0) {
		while (__atomic_load_n(&counts[0], __ATOMIC_SEQ_CST) == 0)
			must(command_take(db, "elsewhere", 100, count_command, &taken));
		__atomic_add_fetch(&counts[1], taken, __ATOMIC_SEQ_CST);
		return;
	}
	must(command_take(db, "world", 1000, count_command, &taken));
	for (int i = 0; i < 300; i++) {
		before = taken;
		must(command_add(db, COMMAND_READ_LIVE, w.pile, 0, 0, 0, 60, 0, &id));
		must(command_take(db, "world", 100, count_command, &taken));
		if (taken != before + 1)
			count(&counts[2]);
	}
	count(&counts[0]);
}

static void test_a_command_is_seen_while_other_gateways_look(void **state) /* N1 */
{
	(void)state;
	memset(counts, 0, sizeof(int) * 64);
	world_make(&w);
	world_sql("insert into pile (station_id, area_id, code, serial, name, created_at, updated_at)"
		" select station_id, area_id, concat('E', q.seq), concat('E', q.seq), 'elsewhere', now(),"
		" now() from pile join seq_1_to_2000 q where id = #", w.pile);
	world_sql("insert into pile_live (pile_id, online, gateway_id, seen_at) select id, 1,"
		" 'elsewhere', now() from pile where name = 'elsewhere' and id > #", w.pile);
	together(look_for_commands);
	assert_int_equal(counts[1], 0);
	assert_int_equal(counts[2], 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_record_by_many_writers),
		cmocka_unit_test(test_one_connector_for_many_drivers),
		cmocka_unit_test(test_one_form_posted_many_times),
		cmocka_unit_test(test_one_purse_by_many_writers),
		cmocka_unit_test(test_a_command_is_seen_while_other_gateways_look),
	};

	program_start("race_test", "race_test", &argc, argv);
	return cmocka_run_group_tests(tests, open_all, world_close);
}

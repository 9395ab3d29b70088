/* db_test.c - lib/db against a real server: kinds, cache, reopening, retry, wake-ups, leases,
 * audit, settings.
 * Owns tables probe and probe_pair of the database that CHARGEOPS_CONF names.
 * Serves t/system/test_db.py, which runs it on a scratch instance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/lease.h"
#include "db/setting.h"
#include "run/program.h"

static struct db *db, *other;

static void fine_at(NEOERR *err, const char *what, int line)
{
	if (err == STATUS_OK)
		return;
	print_error("line %d: %s: %s\n", line, what, error_desc(err));
	error_drop(err);
	fail();
}
#define fine(call) fine_at((call), #call, __LINE__)

#define refused(call, kind) do { \
	NEOERR *refused_err = (call); \
	assert_true(error_is(refused_err, kind)); \
	error_drop(refused_err); } while (0)

static void script(const char *text)
{
	fine(db_exec_text(db, text, NOARGS, NULL, NULL));
}

static NEOERR *take_number(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

static int64_t number(struct db *d, const char *text)
{
	int64_t v = 0;

	fine(db_query_text(d, text, NOARGS, take_number, &v));
	return v;
}

SQL(probe_insert, "insert into probe (n, t, b, m, e, at, day) values (?, ?, ?, ?, ?, ?, ?)");
SQL(probe_all, "select n, t, b, m, e, at, day, id from probe order by id");
SQL(probe_by_money, "select count(*) from probe where m = ? and e = ?");
SQL(probe_none, "select n from probe where id = -1");
SQL(pair_add, "update probe_pair set n = n + 1 where id = ?");

#define LONG_TEXT 100000

struct kinds { int rows; char *text; };

static NEOERR *check_kinds(const struct row *r, void *ctx)
{
	struct kinds *k = ctx;

	assert_int_equal(r->n, 8);
	assert_string_equal(r->name[3], "m");
	if (k->rows++ == 0) {
		assert_int_equal(row_i64(r, 0), INT64_MIN);
		assert_string_equal(row_str(r, 1), k->text);
		assert_int_equal(r->length[2], 3);
		assert_memory_equal(r->value[2], "a\0b", 3);
		assert_int_equal(row_money(r, 3), INT64_C(999999999999912345));
		assert_int_equal(row_energy(r, 4), -12345);
		assert_int_equal(row_time(r, 5), 1795104000 + 5);
		assert_string_equal(r->value[6], "2026-11-20");
	} else {
		for (int i = 0; i < 7; i++)
			assert_null(r->value[i]);
		assert_string_equal(row_str(r, 1), "");
		assert_int_equal(row_time(r, 5), 0);
	}
	return STATUS_OK;
}

static void values_arrive_exact(void **state)
{
	struct kinds k = { 0, malloc(LONG_TEXT + 1) };
	int64_t t = 0, found = 0, id = 0;

	(void)state;
	memset(k.text, 'x', LONG_TEXT);
	k.text[LONG_TEXT] = '\0';
	assert_true(clock_parse("2026-11-20 00:00:05", &t));
	fine(db_insert(db, &probe_insert,
		ARGS(I64(INT64_MIN), STR(k.text), BLOB("a\0b", 3), MONEY(INT64_C(999999999999912345)),
			ENERGY(-12345), TIME(t), DAY(t)),
		&id));
	assert_true(id > 0);
	fine(db_insert(db, &probe_insert,
		ARGS(NULLARG, STR(NULL), NULLARG, NULLARG, NULLARG, TIME(0), DAY(0)), NULL));
	fine(db_query(db, &probe_all, NOARGS, check_kinds, &k));
	assert_int_equal(k.rows, 2);
	fine(db_i64(db, &probe_by_money, ARGS(MONEY(INT64_C(999999999999912345)), ENERGY(-12345)),
		&found));
	assert_int_equal(found, 1);
	free(k.text);
}

SQL(probe_mean, "select avg(v) from (select 1 as v union all select 2 union all select 2) x");
SQL(probe_mixed, "select m, t from probe order by id limit 1");

static NEOERR *read_money(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_money(r, r->n - 1);
	return STATUS_OK;
}

static NEOERR *read_whole(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0) + row_time(r, 0) + row_energy(r, 0);
	return STATUS_OK;
}

static NEOERR *read_time(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_time(r, 0);
	return STATUS_OK;
}

/* A mean with more decimals than the lowest unit has, a word for an amount: never 0 in silence. */
static void a_figure_that_cannot_be_read_is_an_error(void **state)
{
	int64_t v = 0;

	(void)state;
	fine(db_exec_text(db, "insert into probe (m, t) values (1.5, 'a word')", NOARGS, NULL, NULL));
	refused(db_query(db, &probe_mixed, NOARGS, read_money, &v), ERR_DB);
	fine(db_query_text(db, "select round(avg(v), 5) from (select 1 as v union all select 2) x", NOARGS,
		read_money, &v));
	assert_int_equal(v, 150000);
	refused(db_query(db, &probe_mean, NOARGS, read_whole, &v), ERR_DB);
	refused(db_query_text(db, "select '2026-02-30'", NOARGS, read_whole, &v), ERR_DB);
	fine(db_query_text(db, "select cast('2026-11-20 00:00:05.678' as datetime(3))", NOARGS, read_time, &v));
	assert_int_equal(v, 1795104000 + 5);
	fine(db_query_text(db, "select null", NOARGS, read_whole, &v));
	assert_int_equal(v, 0);
}

static void wrong_use_is_named(void **state)
{
	(void)state;
	refused(db_query(db, &probe_by_money, ARGS(I64(1)), NULL, NULL), ERR_DB);
	refused(db_get(db, &probe_none, NOARGS, NULL, NULL), ERR_NOT_FOUND);
	refused(db_exec_text(db, "insert into probe (id, n) values (1, 1), (1, 1)", NOARGS, NULL, NULL),
		ERR_DUPLICATE);
	refused(db_exec_text(db, "insert into probe (day) values ('nonsense')", NOARGS, NULL, NULL),
		ERR_DB);
	refused(db_query_text(db, "select nonsense from nowhere", NOARGS, NULL, NULL), ERR_DB);
}

static void duplicate_names_the_key(void **state)
{
	NEOERR *err;

	(void)state;
	script("insert into probe_pair (id, name) values (7, 'seven')");
	err = db_exec_text(db, "insert into probe_pair (id, name) values (8, 'seven')", NOARGS, NULL,
		NULL);
	assert_string_equal(error_desc(err), "probe_pair_name");
	error_drop(err);
	script("delete from probe_pair where id = 7");
}

static NEOERR *nested(const struct row *r, void *ctx)
{
	int *depth = ctx;
	NEOERR *err = STATUS_OK;

	(void)r;
	if (++*depth < 4)
		err = db_query_text(db, "select 1 union all select 2", NOARGS, nested, ctx);
	return nerr_pass(err);
}

static void a_statement_may_run_inside_itself(void **state)
{
	int depth = 0;

	(void)state;
	fine(db_query_text(db, "select 1 union all select 2", NOARGS, nested, &depth));
	assert_true(depth >= 4);
}

static void the_cache_has_a_cap(void **state)
{
	char text[80];

	(void)state;
	for (int i = 0; i < 600; i++) {
		snprintf(text, sizeof text, "select %d", i);
		assert_int_equal(number(db, text), i);
	}
	assert_true(number(db, "select variable_value from information_schema.session_status"
		" where variable_name = 'COM_STMT_PREPARE'") >= 600);
	assert_true(number(db, "select variable_value from information_schema.global_status"
		" where variable_name = 'PREPARED_STMT_COUNT'") <= 300);
}

static void kill_connection(struct db *victim)
{
	int64_t id = number(victim, "select connection_id()");
	char text[40];

	snprintf(text, sizeof text, "kill %lld", (long long)id);
	fine(db_exec_text(other, text, NOARGS, NULL, NULL));
	usleep(50000);
}

static void a_killed_connection_reopens(void **state)
{
	int64_t before = number(db, "select connection_id()");

	(void)state;
	kill_connection(db);
	assert_int_not_equal(number(db, "select connection_id()"), before);
	kill_connection(db);
	script("insert into probe_pair (id, name) values (9, 'nine')");
	assert_int_equal(number(db, "select count(*) from probe_pair where id = 9"), 1);
	script("delete from probe_pair where id = 9");
}

static NEOERR *killed_inside(struct db *d, void *ctx)
{
	int *runs = ctx;
	NEOERR *err;

	++*runs;
	if ((err = db_exec(d, &pair_add, ARGS(I64(1)), NULL)) != STATUS_OK)
		return nerr_pass(err);
	kill_connection(d);
	return nerr_pass(db_exec(d, &pair_add, ARGS(I64(2)), NULL));
}

static void a_connection_killed_inside_a_tx_fails_it(void **state)
{
	int64_t sum = number(other, "select sum(n) from probe_pair");
	int runs = 0;

	(void)state;
	refused(db_tx(db, killed_inside, &runs), ERR_DB);
	assert_int_equal(runs, 1);
	assert_false(db_in_tx(db));
	assert_int_equal(number(db, "select sum(n) from probe_pair"), sum);
}

struct crossing { int first, second, runs; };

static NEOERR *cross(struct db *d, void *ctx)
{
	struct crossing *c = ctx;
	NEOERR *err;

	c->runs++;
	if ((err = db_exec(d, &pair_add, ARGS(I64(c->first)), NULL)) != STATUS_OK)
		return nerr_pass(err);
	if (c->runs == 1)
		usleep(300000);
	return nerr_pass(db_exec(d, &pair_add, ARGS(I64(c->second)), NULL));
}

/* Two processes take two rows in opposite order: one is thrown back by the server and runs
 * again. */
static void a_deadlock_is_run_again(void **state)
{
	struct crossing c = { 1, 2, 0 }, d = { 2, 1, 0 };
	int64_t sum = number(db, "select sum(n) from probe_pair");
	int status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		struct db *mine = NULL;
		bool bad = db_open(&mine) != STATUS_OK || db_tx(mine, cross, &d) != STATUS_OK;
		_exit(bad ? 200 : d.runs);
	}
	fine(db_tx(db, cross, &c));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 200);
	assert_int_equal(c.runs + WEXITSTATUS(status), 3);
	assert_int_equal(number(db, "select sum(n) from probe_pair"), sum + 4);
}

static NEOERR *swallows(struct db *d, void *ctx)
{
	struct crossing *c = ctx;

	error_drop(cross(d, c));                /* a careless caller: what follows must not run alone */
	return nerr_pass(db_exec(d, &pair_add, ARGS(I64(1)), NULL));
}

static void a_swallowed_deadlock_commits_nothing_by_halves(void **state)
{
	struct crossing c = { 1, 2, 0 }, d = { 2, 1, 0 };
	int64_t sum = number(db, "select sum(n) from probe_pair");
	int status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		struct db *mine = NULL;
		bool bad = db_open(&mine) != STATUS_OK || db_tx(mine, swallows, &d) != STATUS_OK;
		_exit(bad ? 200 : d.runs);
	}
	fine(db_tx(db, swallows, &c));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 200);
	assert_int_equal(number(db, "select sum(n) from probe_pair"), sum + 6);
}

static NEOERR *wakes(struct db *d, void *ctx)
{
	db_wake(d, WAKE_COURIER);
	return *(bool *)ctx ? STATUS_OK : nerr_raise(ERR_INVALID, "rolled back on purpose");
}

static void a_wake_up_waits_for_the_commit(void **state)
{
	bool good = false;
	int fd = -1;
	char c;

	(void)state;
	fine(wake_listen(WAKE_COURIER, &fd));
	refused(db_tx(db, wakes, &good), ERR_INVALID);
	assert_true(recv(fd, &c, 1, MSG_DONTWAIT) < 0);
	good = true;
	fine(db_tx(db, wakes, &good));
	assert_int_equal(recv(fd, &c, 1, MSG_DONTWAIT), 1);
	close(fd);
}

static NEOERR *outer(struct db *d, void *ctx)
{
	NEOERR *err;

	if ((err = db_tx(d, wakes, ctx)) != STATUS_OK)
		return nerr_pass(err);
	assert_true(db_in_tx(d));
	if ((err = db_exec(d, &pair_add, ARGS(I64(1)), NULL)) != STATUS_OK)
		return nerr_pass(err);
	return nerr_raise(ERR_INVALID, "the outer one fails");
}

static void an_inner_tx_joins_the_outer(void **state)
{
	int64_t sum = number(db, "select sum(n) from probe_pair");
	bool good = true;

	(void)state;
	refused(db_tx(db, outer, &good), ERR_INVALID);
	assert_int_equal(number(db, "select sum(n) from probe_pair"), sum);
}

static void bulk_writes_each_row_once(void **state)
{
	static const struct bulk b = {
		"insert into probe_pair (id, name) values", "(?, concat('bulk', ?))",
		"on duplicate key update n = n + 1", 2,
	};
	struct arg args[1000 * 2];
	int64_t affected = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		args[2 * i] = args[2 * i + 1] = I64(1000 + i);
	fine(db_bulk(db, &b, args, 999, &affected));
	assert_int_equal(affected, 999);
	assert_int_equal(number(db, "select count(*) from probe_pair where name like 'bulk%'"), 999);
	fine(db_bulk(db, &b, args, 1000, NULL));
	assert_int_equal(number(db, "select sum(n) from probe_pair where id >= 1000"), 999);
	fine(db_bulk(db, &b, args, 0, &affected));
	assert_int_equal(affected, 0);
	script("delete from probe_pair where id >= 1000");
}

static NEOERR *complain(const struct row *r, void *ctx)
{
	(void)r;
	++*(int *)ctx;
	return nerr_raise(ERR_RETRY, "what the caller did with the row met a conflict");
}

/* Outside a transaction a statement is run again by itself - but never once the caller has seen
 * a row. */
static void rows_are_delivered_once(void **state)
{
	int calls = 0;

	(void)state;
	refused(db_query_text(db, "select 1 union all select 2", NOARGS, complain, &calls), ERR_RETRY);
	assert_int_equal(calls, 1);
}

static NEOERR *count_columns(const struct row *r, void *ctx)
{
	*(int *)ctx = r->n;
	return STATUS_OK;
}

static void a_cached_statement_follows_the_table(void **state)
{
	int columns = 0;

	(void)state;
	fine(db_query_text(db, "select * from probe_pair", NOARGS, count_columns, &columns));
	assert_int_equal(columns, 3);
	fine(
		db_exec_text(other, "alter table probe_pair add column more int null", NOARGS, NULL, NULL));
	fine(db_query_text(db, "select * from probe_pair", NOARGS, count_columns, &columns));
	assert_int_equal(columns, 4);
	fine(db_exec_text(other, "alter table probe_pair drop column more", NOARGS, NULL, NULL));
	fine(db_query_text(db, "select * from probe_pair", NOARGS, count_columns, &columns));
	assert_int_equal(columns, 3);
}

static NEOERR *add_up(const struct row *r, void *ctx)
{
	*(int64_t *)ctx += row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *stop_early(const struct row *r, void *ctx)
{
	(void)ctx;
	return row_i64(r, 0) == 3 ? nerr_raise(ERR_INVALID, "enough") : STATUS_OK;
}

static void a_stream_reads_all_and_may_be_left(void **state)
{
	static const char text[] =
		"with recursive s(n) as (select 1 union all select n + 1 from s where n < 900) select n"
		" from s";
	int64_t sum = 0;

	(void)state;
	fine(db_stream_text(db, text, NOARGS, add_up, &sum));
	assert_int_equal(sum, 900 * 901 / 2);
	refused(db_stream_text(db, text, NOARGS, stop_early, NULL), ERR_INVALID);
	assert_int_equal(number(db, "select 5"), 5);
}

static void a_lease_has_one_holder(void **state)
{
	bool taken = false;

	(void)state;
	fine(lease_take(db, "probe", "a", 60, &taken));
	assert_true(taken);
	fine(lease_take(other, "probe", "b", 60, &taken));
	assert_false(taken);
	fine(lease_take(db, "probe", "a", 1, &taken));
	assert_true(taken);
	sleep(3);                                /* the server's clock has whole seconds */
	fine(lease_take(other, "probe", "b", 60, &taken));
	assert_true(taken);
	refused(lease_keep(db, "probe", "a", 60), ERR_BUSY);
	fine(lease_keep(other, "probe", "b", 60));
	fine(lease_drop(other, "probe", "b"));
	fine(lease_take(db, "probe", "a", 60, &taken));
	assert_true(taken);
	fine(lease_drop(db, "probe", "a"));
}

static void audit_cuts_at_a_character(void **state)
{
	struct actor who = { .user_id = 3, .name = "probe", .ip = "127.0.0.1", .request_id = "r1" };
	char *value = calloc(1, 3 * 3000 + 1);

	(void)state;
	for (int i = 0; i < 3000; i++)
		memcpy(value + 3 * i, "电", 3);
	fine(audit_add(db, &who, "probe", 7, "update", "name", NULL, value));
	fine(audit_add(db, NULL, "probe", 7, "expire", NULL, NULL, NULL));
	assert_int_equal(
		number(db,
			"select char_length(new_value) from audit where resource = 'probe' and actor ="
			" 'probe'"),
		2000);
	assert_int_equal(
		number(db, "select count(*) from audit where resource = 'probe' and actor = 'system'"), 1);
	script("delete from audit where resource = 'probe'");
	free(value);
}

static void a_setting_has_a_default_and_a_kind(void **state)
{
	int64_t v = 0;

	(void)state;
	fine(setting_set(db, "login_failures", "7"));
	fine(setting_i64(db, "login_failures", &v));
	assert_int_equal(v, 7);
	script("delete from setting where name = 'login_failures'");
	fine(setting_i64(db, "login_failures", &v));
	assert_int_equal(v, 5);
	refused(setting_set(db, "login_failures", "many"), ERR_INVALID);
	refused(setting_i64(db, "no_such_thing", &v), ERR_INVALID);
}

static void every_registered_statement_prepares(void **state)
{
	int bad = 0;

	(void)state;
	fine(db_check_registry(db, &bad));
	assert_int_equal(bad, 0);
}

static int make_tables(void **state)
{
	(void)state;
	fine(db_open(&db));
	fine(db_open(&other));
	script("drop table if exists probe");
	script("drop table if exists probe_pair");
	script(
		"create table probe (id bigint auto_increment primary key, n bigint, t mediumtext, b blob,"
		" m decimal(18,5), e decimal(16,4), at datetime, day date, unique key probe_n (n))");
	script(
		"create table probe_pair (id int primary key, name varchar(40) not null, n int not null"
		" default 0,"
		" unique key probe_pair_name (name)) engine=InnoDB");
	script("insert into probe_pair (id, name) values (1, 'one'), (2, 'two')");
	return 0;
}

static int drop_tables(void **state)
{
	(void)state;
	script("drop table probe");
	script("drop table probe_pair");
	db_close(&db);
	db_close(&other);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_arrive_exact),
		cmocka_unit_test(a_figure_that_cannot_be_read_is_an_error),
		cmocka_unit_test(wrong_use_is_named),
		cmocka_unit_test(duplicate_names_the_key),
		cmocka_unit_test(a_statement_may_run_inside_itself),
		cmocka_unit_test(the_cache_has_a_cap),
		cmocka_unit_test(a_killed_connection_reopens),
		cmocka_unit_test(a_connection_killed_inside_a_tx_fails_it),
		cmocka_unit_test(a_deadlock_is_run_again),
		cmocka_unit_test(a_swallowed_deadlock_commits_nothing_by_halves),
		cmocka_unit_test(a_wake_up_waits_for_the_commit),
		cmocka_unit_test(an_inner_tx_joins_the_outer),
		cmocka_unit_test(bulk_writes_each_row_once),
		cmocka_unit_test(rows_are_delivered_once),
		cmocka_unit_test(a_cached_statement_follows_the_table),
		cmocka_unit_test(a_stream_reads_all_and_may_be_left),
		cmocka_unit_test(a_lease_has_one_holder),
		cmocka_unit_test(audit_cuts_at_a_character),
		cmocka_unit_test(a_setting_has_a_default_and_a_kind),
		cmocka_unit_test(every_registered_statement_prepares),
	};

	program_start("db_test", "db_test", &argc, argv);
	return cmocka_run_group_tests(tests, make_tables, drop_tables);
}

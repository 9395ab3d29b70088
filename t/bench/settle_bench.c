/* settle_bench.c - settlements a second, beside bare inserts of the same rows in as many
 * transactions.
 * Owns its worlds and the tables bare_*. Serves bench_settle.py, which gives it a scratch instance.
 *
 * The baseline inserts each row with a prepared statement of its own, knows all values, reads
 * nothing, locks nothing. */
#include "../system/charge_world.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "run/program.h"

#define SESSIONS 400
#define COLUMNS_MAX 24

static struct world worlds[SESSIONS];
static struct session_record records[SESSIONS];
static char raws[SESSIONS][16];
static struct arena arena;

/* What one settlement wrote: `of` gives the rows of a session. */
static const struct table { const char *name, *of;
} tables[] = {
	{ "device_record", "session_no = (select no from session where id = ?)" },
	{ "cdr", "session_id = ?" },
	{ "cdr_line", "cdr_id in (select id from cdr where session_id = ?)" },
	{ "journal", "session_id = ? and kind = 'charge'" },
	{ "posting",
		"journal_id in (select id from journal where session_id = ? and kind = 'charge')" },
	{ "statement", "session_id = ?" },
	{ "session_event", "session_id = ? and kind = 'finished'" },
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

struct kept {
	const struct table *table;
	int columns;
	const char *value[COLUMNS_MAX];
	struct kept *next;
};
struct settled { struct kept *first, **last; const struct table *table; int64_t rows; };
static struct settled sets[SESSIONS];

static void start_all(void)
{
	int64_t now = clock_now();

	for (int i = 0; i < SESSIONS; i++) {
		struct world *w = &worlds[i];

		world_make(w);
		world_recharge(w, wallet_of(w), 200 * YUAN, 0);
		if (world_start(w, false) != START_ACCEPTED)
			error_die("a session was refused");
		for (int m = 0; m <= 60; m += 2)
			world_progress(w, now - 3600 + m * 60, m * ENERGY_KWH / 2);
		snprintf(raws[i], sizeof(raws[i]), "bench %d", i);
		records[i] = world_record(w, now - 3600, now, 30 * ENERGY_KWH, raws[i]);
	}
}

static int64_t settle_all(void)
{
	int64_t start = clock_mono_ms();

	for (int i = 0; i < SESSIONS; i++)
		if (world_settle(&records[i]) != RECORD_SETTLED)
			error_die("a record was not settled");
	return clock_mono_ms() - start;
}

static NEOERR *keep_row(const struct row *r, void *ctx)
{
	struct settled *s = ctx;
	struct kept *k = arena_alloc(&arena, sizeof(*k));

	if (r->n > COLUMNS_MAX)
		error_die("a row of too many columns");
	k->table = s->table;
	k->columns = r->n;
	for (int i = 0; i < r->n; i++)
		k->value[i] = r->value[i] ? arena_memdup(&arena, r->value[i], r->length[i]) : NULL;
	*s->last = k;
	s->last = &k->next;
	s->rows++;
	return STATUS_OK;
}

static NEOERR *read_back(void)
{
	char text[300];
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < SESSIONS; i++) {
		sets[i].last = &sets[i].first;
		for (size_t t = 0; t < TABLES; t++) {
			sets[i].table = &tables[t];
			snprintf(text, sizeof(text), "select * from %s where %s", tables[t].name, tables[t].of);
			TRY(db_query_text(db, text, ARGS(I64(worlds[i].started.session_id)), keep_row,
				&sets[i]));
		}
	}
out:
	return nerr_pass(err);
}

static NEOERR *make_bare_tables(void)
{
	char text[200];
	NEOERR *err = STATUS_OK;

	for (size_t t = 0; t < TABLES; t++) {
		snprintf(text, sizeof(text), "drop table if exists bare_%s", tables[t].name);
		TRY(db_exec_text(db, text, NOARGS, NULL, NULL));
		snprintf(text, sizeof(text), "create table bare_%s like %s", tables[t].name,
			tables[t].name);
		TRY(db_exec_text(db, text, NOARGS, NULL, NULL));
	}
out:
	return nerr_pass(err);
}

static NEOERR *insert_row(struct db *d, const struct kept *k)
{
	struct arg args[COLUMNS_MAX];
	char text[200];
	size_t len =
		(size_t)snprintf(text, sizeof(text), "insert into bare_%s values (?", k->table->name);

	for (int i = 1; i < k->columns; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, ", ?");
	snprintf(text + len, sizeof(text) - len, ")");
	for (int i = 0; i < k->columns; i++)
		args[i] = STR(k->value[i]);
	return nerr_pass(db_exec_text(d, text, args, k->columns, NULL, NULL));
}

static NEOERR *insert_set(struct db *d, void *ctx)
{
	const struct settled *s = ctx;
	NEOERR *err = STATUS_OK;

	for (const struct kept *k = s->first; k; k = k->next)
		TRY(insert_row(d, k));
out:
	return nerr_pass(err);
}

static NEOERR *insert_all(int64_t *ms)
{
	int64_t start = clock_mono_ms();
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < SESSIONS; i++)
		TRY(db_tx(db, insert_set, &sets[i]));
	*ms = clock_mono_ms() - start;
out:
	return nerr_pass(err);
}

int main(int argc, char **argv)
{
	int64_t settle_ms, bare_ms = 1, rows = 0;

	program_start("settle_bench", "settle_bench", &argc, argv);
	arena_init(&arena);
	world_open(NULL);
	start_all();
	settle_ms = settle_all();
	fine(read_back());
	fine(make_bare_tables());
	fine(insert_all(&bare_ms));
	for (int i = 0; i < SESSIONS; i++)
		rows += sets[i].rows;
	printf("sessions=%d\nrows=%lld\nsettle_ms=%lld\nbare_ms=%lld\n", SESSIONS, (long long)rows,
		(long long)settle_ms, (long long)bare_ms);
	world_close(NULL);
	arena_clear(&arena);
	return 0;
}

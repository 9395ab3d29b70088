/* rollup.c - sums of sessions by day and hour, and who charges most (H3-H6).
 * Owns session_day, session_hour, member_top. Serves rollup.h. */
#include "charge/rollup.h"

#include "base/arena.h"
#include "base/clock.h"

#define HOUR     3600
#define COLUMNS  14
#define STARTS   6
#define TOPS     7
#define FIGURES "count(*), sum(state = 'finished'), sum(if(state = 'finished', seconds, 0)), sum(if(state = 'finished', energy, 0))," \
	" sum(if(state = 'finished', energy_fee, 0)), sum(if(state = 'finished', service_fee, 0)), sum(if(state = 'finished', amount, 0))," \
	" sum(refunded > 0), sum(refunded)"
#define NAMES "station_id, provider_id, property_id, kind, sessions, finished, seconds, energy, energy_fee, service_fee, amount, refunds, refunded"

/* Read first and written then: insert ... select would lock the sessions it reads, and with them
 * settlement. */
SQL(rollup_figures,
	"select station_id, provider_id, property_id, kind, " FIGURES
	" from session where ended_at >= ? and ended_at < ?"
	" group by station_id, provider_id, property_id, kind");
SQL(rollup_starts,
	"select station_id, provider_id, property_id, kind, count(*) from session where requested_at"
	" >= ? and requested_at < ?"
	" group by station_id, provider_id, property_id, kind");
SQL(rollup_day_clear, "delete from session_day where day = ?");
SQL(rollup_hour_clear, "delete from session_hour where hour_at = ?");
SQL(rollup_until_select, "select until_at from rollup_state where id = 1");

static const struct bulk day_insert = { "insert into session_day (day, " NAMES ") values",
	"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "", COLUMNS };
static const struct bulk hour_insert = { "insert into session_hour (hour_at, " NAMES ") values",
	"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "", COLUMNS };
static const struct bulk starts_insert = {
	"insert into session_hour (hour_at, station_id, provider_id, property_id, kind, starts) values",
	"(?, ?, ?, ?, ?, ?)", " on duplicate key update starts = values(starts)", STARTS
};
static const struct bulk top_insert = {
	"insert into member_top (day, owner, owner_id, place, member_id, sessions, energy) values",
	"(?, ?, ?, ?, ?, ?, ?)", "", TOPS
};

/* Rows to write, as their texts came: DECIMAL stays exact. */
struct rows { struct arena arena; struct arg *arg; int args, room, n; struct arg bucket; };

static void put(struct rows *w, struct arg a)
{
	if (w->args == w->room) {
		w->room = w->room ? w->room * 2 : 1024;
		w->arg = realloc(w->arg, (size_t)w->room * sizeof *w->arg);
		if (!w->arg)
			error_die("out of memory");
	}
	w->arg[w->args++] = a;
}

static NEOERR *take(const struct row *r, void *ctx)
{
	struct rows *w = ctx;

	put(w, w->bucket);
	for (int i = 0; i < r->n; i++)
		put(w, STR(arena_strdup(&w->arena, row_str(r, i))));
	w->n++;
	return STATUS_OK;
}

static void rows_clear(struct rows *w)
{
	arena_clear(&w->arena);
	free(w->arg);
	*w = (struct rows){ .arg = NULL };
}

static NEOERR *copy(struct db *db, const struct sql *from, struct arg bucket,
	const struct arg *args, int n, const struct bulk *to)
{
	struct rows w = { .bucket = bucket };
	NEOERR *err;

	TRY(db_query(db, from, args, n, take, &w));
	TRY(db_bulk(db, to, w.arg, w.n, NULL));
out:
	rows_clear(&w);
	return nerr_pass(err);
}

static NEOERR *take_time(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_time(r, 0);
	return STATUS_OK;
}

NEOERR *rollup_until(struct db *db, int64_t *until)
{
	bool found;

	*until = 0;
	return nerr_pass(db_find(db, &rollup_until_select, NOARGS, take_time, until, &found));
}

static NEOERR *make_hour(struct db *db, void *ctx)
{
	int64_t at = *(const int64_t *)ctx;
	NEOERR *err;

	TRY(db_exec(db, &rollup_hour_clear, ARGS(TIME(at)), NULL));
	TRY(copy(db, &rollup_figures, TIME(at), ARGS(TIME(at), TIME(at + HOUR)), &hour_insert));
	TRY(copy(db, &rollup_starts, TIME(at), ARGS(TIME(at), TIME(at + HOUR)), &starts_insert));
out:
	return nerr_pass(err);
}

NEOERR *rollup_hour(struct db *db, int64_t at)
{
	return nerr_pass(db_tx(db, make_hour, &at));
}

static NEOERR *make_day(struct db *db, void *ctx)
{
	int64_t at = *(const int64_t *)ctx;
	NEOERR *err;

	TRY(db_exec(db, &rollup_day_clear, ARGS(DAY(at)), NULL));
	TRY(copy(db, &rollup_figures, DAY(at), ARGS(TIME(at), TIME(at + DAY_SECONDS)), &day_insert));
out:
	return nerr_pass(err);
}

NEOERR *rollup_day(struct db *db, int64_t at)
{
	return nerr_pass(db_tx(db, make_day, &at));
}

/* ---- who charges most ---- */

/* The sessions of 30 days are read once: into sums by owner and member, of which the rankings are
 * made. The table is this connection's own, so no registered statement can name it. */
static const char members_drop[] = "drop temporary table if exists rollup_member";
static const char members_make[] =
	"create temporary table rollup_member (provider_id bigint not null, property_id bigint not"
	" null,"
	" member_id bigint not null, sessions bigint not null, energy decimal(18,4) not null)";
static const char members_fill[] =
	"insert into rollup_member select provider_id, property_id, member_id, count(*), sum(energy)"
	" from session where ended_at >= ? and ended_at < ? and state = 'finished'"
	" and member_id is not null group by provider_id, property_id, member_id";
#define TOPS_OF(word, column) \
	"select '" word "', owner_id, place, member_id, sessions, energy from (select " column \
	" owner_id, member_id, sum(sessions) sessions, sum(energy) energy, row_number() over" \
	" (partition by " column " order by sum(sessions) desc, member_id) place" \
	" from rollup_member group by " column ", member_id) x where place <= ?"
static const char *const tops_texts[] = {
	"select 'all', 0, row_number() over (order by sessions desc, member_id), member_id, sessions,"
	" energy from (select member_id, sum(sessions) sessions, sum(energy) energy from rollup_member"
	" group by member_id order by 2 desc, 1 limit ?) x",
	TOPS_OF("provider", "provider_id"),
	TOPS_OF("property", "property_id"),
};
SQL(tops_clear, "delete from member_top");

static NEOERR *replace_tops(struct db *db, void *ctx)
{
	struct rows *w = ctx;
	NEOERR *err;

	TRY(db_exec(db, &tops_clear, NOARGS, NULL));
	TRY(db_bulk(db, &top_insert, w->arg, w->n, NULL));
out:
	return nerr_pass(err);
}

NEOERR *rollup_tops(struct db *db, int64_t day)
{
	struct rows w = { .bucket = DAY(day) };
	NEOERR *err;

	TRY(db_exec_text(db, members_drop, NOARGS, NULL, NULL));
	TRY(db_exec_text(db, members_make, NOARGS, NULL, NULL));
	TRY(db_exec_text(db, members_fill,
		ARGS(TIME(day - ROLLUP_TOP_DAYS * DAY_SECONDS), TIME(day)), NULL, NULL));
	for (size_t i = 0; i < sizeof tops_texts / sizeof *tops_texts; i++)
		TRY(db_query_text(db, tops_texts[i], ARGS(I64(ROLLUP_TOPS)), take, &w));
	TRY(db_tx(db, replace_tops, &w));
	TRY(db_exec_text(db, members_drop, NOARGS, NULL, NULL));
out:
	rows_clear(&w);
	return nerr_pass(err);
}

/* alarm.c - opens, counts and closes alarms; finds the piles that stay away.
 * Owns table alarm. Serves alarm.h. */
#include "charge/alarm.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/alarm_strategy.h"
#include "charge/event.h"
#include "charge/live.h"

#define DETAIL_CHARS 500
#define SWEEP_MAX 500
#define TOGETHER 50                          /* alarms of a sweep in one tx */

SQL(alarm_pile_select,
	"select s.provider_id, s.id from pile p join station s on s.id = p.station_id where p.id = ?");
SQL(alarm_insert,
	"insert into alarm (pile_id, station_id, connector_number, code, level, detail, opened_at,"
	" last_at) values (?, ?, ?, ?, ?, ?, ?, ?)"
	" on duplicate key update times = times + 1, level = values(level), detail = values(detail),"
	" last_at = greatest(last_at, values(last_at))");
SQL(alarm_open_id,
	"select id from alarm where closed = 0 and code = ? and pile_id = ? and connector_number = ?");
SQL(alarm_close_one,
	"update alarm set closed = id, state = 'closed', closed_at = greatest(?, opened_at)"
	" where closed = 0 and code = ? and pile_id = ? and connector_number = ?");

SQL(alarm_lost_select,
	"select p.id from pile_live l join pile p on p.id = l.pile_id"
	" left join alarm a on a.closed = 0 and a.code = '" ALARM_CODE_OFFLINE
	"' and a.pile_id = l.pile_id and a.connector_number = 0"
	" where l.gateway_id = ? and l.online = 0 and l.disconnected_at < ? and p.deleted = 0"
	" and p.status = 'enabled' and a.id is null order by p.id limit ?");
SQL(alarm_lost_lock,
	"select unix_timestamp(disconnected_at) from pile_live where pile_id = ? and online = 0"
	" for update");
SQL(alarm_close_given_up,
	"update alarm a join pile p on p.id = a.pile_id set a.closed = a.id, a.state = 'closed',"
	" a.closed_at = greatest(?, a.opened_at) where a.closed = 0 and a.code = '" ALARM_CODE_OFFLINE
	"' and (p.deleted <> 0 or p.status <> 'enabled')");

/* Texts of 1, 8 and 64 piles: after a power cut they come back by the thousand. */
#define CLOSE_OFFLINE "update alarm set closed = id, state = 'closed', closed_at = greatest(?, opened_at)" \
	" where closed = 0 and code = '" ALARM_CODE_OFFLINE "' and connector_number = 0 and pile_id in ("
#define Q8 "?, ?, ?, ?, ?, ?, ?, ?"
SQL(alarm_close_offline_1, CLOSE_OFFLINE "?)");
SQL(alarm_close_offline_8, CLOSE_OFFLINE Q8 ")");
SQL(alarm_close_offline_64,
	CLOSE_OFFLINE Q8 ", " Q8 ", " Q8 ", " Q8 ", " Q8 ", " Q8 ", " Q8 ", " Q8 ")");

struct opening {
	int64_t pile_id, at;
	int number;
	const char *code, *detail;
	enum alarm_level level;
	int64_t provider_id, station_id;
};

static NEOERR *take_pile(const struct row *r, void *ctx)
{
	struct opening *o = ctx;

	o->provider_id = row_i64(r, 0);
	o->station_id = row_i64(r, 1);
	return STATUS_OK;
}

static NEOERR *open_tx(struct db *db, void *ctx)
{
	struct opening *o = ctx;
	char detail[DETAIL_CHARS];
	int64_t rows = 0, id = 0;
	NEOERR *err;

	text_copy(detail, sizeof(detail), o->detail ? o->detail : "");
	TRY(db_get(db, &alarm_pile_select, ARGS(I64(o->pile_id)), take_pile, o));
	TRY(db_exec(db, &alarm_insert,
		ARGS(I64(o->pile_id), I64(o->station_id), I64(o->number), STR(o->code),
			STR(choice_name(&alarm_level_choices, (int)o->level)), STR(detail), TIME(o->at),
			TIME(o->at)),
		&rows));
	if (rows != 1)                           /* 2: it was open and is counted */
		return STATUS_OK;
	TRY(db_i64(db, &alarm_open_id, ARGS(STR(o->code), I64(o->pile_id), I64(o->number)), &id));
	TRY(event_alarm(db, o->provider_id, id));
	TRY(alarm_tell(db, o->provider_id, id));
out:
	return nerr_pass(err);
}

NEOERR *alarm_open(struct db *db, int64_t pile_id, int connector_number, const char *code,
	enum alarm_level level, const char *detail, int64_t at)
{
	struct opening o = { .pile_id = pile_id,
		.number = connector_number,
		.code = code,
		.level = level,
		.detail = detail,
		.at = at };

	return nerr_pass(db_tx(db, open_tx, &o));
}

NEOERR *alarm_close(struct db *db, int64_t pile_id, int connector_number, const char *code,
	int64_t at)
{
	return nerr_pass(db_exec(db, &alarm_close_one,
		ARGS(TIME(at), STR(code), I64(pile_id), I64(connector_number)), NULL));
}

struct faults {
	int64_t pile_id, at;
	int number, codes, before, now;
	const char *const *code;
};

static NEOERR *faults_tx(struct db *db, void *ctx)
{
	const struct faults *f = ctx;
	bool unknown = f->before < 0;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < f->codes; i++) {
		bool was = unknown || (f->before & 1 << i), is = f->now & 1 << i;

		if (f->code[i] == NULL)
			continue;
		if (is && (!was || unknown))
			TRY(alarm_open(db, f->pile_id, f->number, f->code[i], ALARM_SERIOUS, "", f->at));
		else if (!is && was)
			TRY(alarm_close(db, f->pile_id, f->number, f->code[i], f->at));
	}
out:
	return nerr_pass(err);
}

NEOERR *alarm_faults(struct db *db, int64_t pile_id, int connector_number, const char *const *code,
	int codes, int before, int now, int64_t at)
{
	struct faults f = { pile_id, at, connector_number, codes, before, now, code };

	return nerr_pass(db_tx(db, faults_tx, &f));
}

/* ---- piles that stay away ---- */

struct lost { int n; int64_t pile_id[SWEEP_MAX]; };
struct part { const int64_t *pile_id; int n; };

static NEOERR *take_lost(const struct row *r, void *ctx)
{
	struct lost *l = ctx;

	if (l->n < SWEEP_MAX)
		l->pile_id[l->n++] = row_i64(r, 0);
	return STATUS_OK;
}

/* A pile that came back since the look, or does so now, waits for or has the lock of its row. */
static NEOERR *open_lost(struct db *db, void *ctx)
{
	const struct part *p = ctx;
	int64_t since;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < p->n; i++) {
		TRY(db_i64(db, &alarm_lost_lock, ARGS(I64(p->pile_id[i])), &since));
		if (since)
			TRY(alarm_open(db, p->pile_id[i], 0, ALARM_CODE_OFFLINE, ALARM_GENERAL, "", since));
	}
out:
	return nerr_pass(err);
}

NEOERR *alarm_offline_sweep(struct db *db, const char *gateway_id, int64_t before, int max)
{
	struct lost l = { 0 };
	NEOERR *err;

	if (max > SWEEP_MAX)
		max = SWEEP_MAX;
	TRY(db_exec(db, &alarm_close_given_up, ARGS(TIME(clock_now())), NULL));
	TRY(db_query(db, &alarm_lost_select, ARGS(STR(gateway_id), TIME(before), I64(max)), take_lost,
		&l));
	for (int i = 0; i < l.n; i += TOGETHER) {
		struct part p = { l.pile_id + i, l.n - i < TOGETHER ? l.n - i : TOGETHER };
		TRY(db_tx(db, open_lost, &p));
	}
out:
	return nerr_pass(err);
}

NEOERR *alarm_offline_close(struct db *db, const int64_t *pile_id, int n, int64_t at)
{
	const struct sql *s = n == 1 ? &alarm_close_offline_1
		: n <= 8 ? &alarm_close_offline_8
		: &alarm_close_offline_64;
	int room = n == 1 ? 1 : n <= 8 ? 8 : PILE_HELLOS;
	struct arg args[PILE_HELLOS + 1] = { TIME(at) };

	if (n == 0)
		return STATUS_OK;
	for (int i = 0; i < room; i++)
		args[i + 1] = I64(pile_id[i < n ? i : n - 1]);
	return nerr_pass(db_exec(db, s, args, room + 1, NULL));
}

/* gateway.c - leases of gateways, in rows: no lock outlives a statement's tx (Galera).
 * Owns tables gateway and gateway_reject.
 * Serves gateway.h. */
#include "charge/gateway.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/live.h"

SQL(gateway_held,
	"select id from gateway where name = ? and state = 'up' and host <> ? and expires_at > ? for"
	" update");
SQL(gateway_put,
	"insert into gateway (name, state, host, life, program, started_at, seen_at, expires_at)"
	" values (?, 'up', ?, ?, ?, ?, ?, ?) on duplicate key update state = 'up', host ="
	" values(host), life = values(life), program = values(program), started_at ="
	" values(started_at), seen_at = values(seen_at), expires_at = values(expires_at), heir = '',"
	" rejected = 0");
SQL(gateway_reject_clear,
	"delete from gateway_reject where gateway_id in (select id from gateway where name = ?)");
SQL(gateway_sign,
	"update gateway set seen_at = ?, expires_at = ?, piles = ?, connections = ?, room = ?, waiting"
	" = ?, frames_in = ?, frames_out = ?, queued = ?, lag = ?, memory = ?, rejected = ? where name"
	" = ? and life = ? and state = 'up' and heir = ''");
SQL(gateway_id_select, "select id from gateway where name = ?");
#define NOTHING_NOW "piles = 0, connections = 0, waiting = 0, frames_in = 0, frames_out = 0," \
	" queued = 0, lag = 0, memory = 0"
SQL(gateway_stop,
	"update gateway set state = 'stopped', seen_at = ?, expires_at = ?, " NOTHING_NOW
	" where name = ? and life = ? and state = 'up'");
SQL(gateway_expired,
	"select name from gateway where heir = '' and expires_at < ? and name <> ? order by id limit 1"
	" for update skip locked");
SQL(gateway_lost,
	"update gateway set state = if(state = 'up', 'lost', state), heir = ?, " NOTHING_NOW
	" where name = ?");
SQL(gateway_adopt, "update pile_live set gateway_id = ? where gateway_id = ?");

static const struct bulk rejects = { .columns = 4,
	.head = "insert into gateway_reject (gateway_id, reason, count, last_at) values",
	.row = "(?, ?, ?, ?)",
	.tail =
		"on duplicate key update last_at = if(count = values(count), last_at, values(last_at)),"
		" count = values(count)" };

struct asked {
	const struct gateway *g;
	const struct gateway_figures *figures;
	const char *heir;
	char *lost;
	bool ours;
};

static NEOERR *begin(struct db *db, void *ctx)
{
	struct asked *a = ctx;
	const struct gateway *g = a->g;
	int64_t now = clock_now(), other = 0;
	NEOERR *err;

	TRY(db_i64(db, &gateway_held, ARGS(STR(g->name), STR(g->host), TIME(now)), &other));
	a->ours = other == 0;
	if (!a->ours)
		return STATUS_OK;
	TRY(db_exec(db, &gateway_put,
		ARGS(STR(g->name), STR(g->host), STR(g->life), STR(g->program), TIME(now), TIME(now),
			TIME(now + g->lease)),
		NULL));
	TRY(db_exec(db, &gateway_reject_clear, ARGS(STR(g->name)), NULL));
	TRY(pile_all_offline(db, g->name, "gateway_start"));
out:
	return nerr_pass(err);
}

NEOERR *gateway_begin(struct db *db, const struct gateway *g, bool *ours)
{
	struct asked a = { .g = g };
	NEOERR *err = db_tx(db, begin, &a);

	*ours = a.ours;
	return nerr_pass(err);
}

static NEOERR *put_rejects(struct db *db, const struct asked *a, int64_t now)
{
	struct arg args[GATEWAY_REJECTS * 4], *p = args;
	int64_t id = 0;
	NEOERR *err;

	TRY(db_i64(db, &gateway_id_select, ARGS(STR(a->g->name)), &id));
	for (int i = 0; i < GATEWAY_REJECTS; i++) {
		if (a->figures->reject[i] == 0)
			continue;
		*p++ = I64(id);
		*p++ = STR(choice_name(&gateway_reject_choices, i));
		*p++ = I64(a->figures->reject[i]);
		*p++ = TIME(now);
	}
	if (p != args)
		TRY(db_bulk(db, &rejects, args, (int)(p - args) / 4, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *keep(struct db *db, void *ctx)
{
	struct asked *a = ctx;
	const struct gateway_figures *f = a->figures;
	int64_t now = clock_now(), found = 0, rejected = 0;
	NEOERR *err;

	for (int i = 0; i < GATEWAY_REJECTS; i++)
		rejected += f->reject[i];
	TRY(db_exec(db, &gateway_sign,
		ARGS(TIME(now), TIME(now + a->g->lease), I64(f->piles), I64(f->connections), I64(f->room),
			I64(f->waiting), I64(f->frames_in), I64(f->frames_out), I64(f->queued), I64(f->lag),
			I64(f->memory), I64(rejected), STR(a->g->name), STR(a->g->life)),
		&found));
	a->ours = found > 0;
	if (a->ours && rejected > 0)
		TRY(put_rejects(db, a, now));
out:
	return nerr_pass(err);
}

NEOERR *gateway_keep(struct db *db, const struct gateway *g, const struct gateway_figures *f,
	bool *ours)
{
	struct asked a = { .g = g, .figures = f };
	NEOERR *err = db_tx(db, keep, &a);

	*ours = a.ours;
	return nerr_pass(err);
}

static NEOERR *end(struct db *db, void *ctx)
{
	const struct asked *a = ctx;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(pile_all_offline(db, a->g->name, "gateway_stop"));
	TRY(db_exec(db, &gateway_stop,
		ARGS(TIME(now), TIME(now + a->g->lease), STR(a->g->name), STR(a->g->life)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *gateway_end(struct db *db, const struct gateway *g)
{
	struct asked a = { .g = g };

	return nerr_pass(db_tx(db, end, &a));
}

static NEOERR *take_name(const struct row *r, void *ctx)
{
	text_copy(ctx, 33, row_str(r, 0));
	return STATUS_OK;
}

static NEOERR *inherit(struct db *db, void *ctx)
{
	const struct asked *a = ctx;
	bool found = false;
	NEOERR *err;

	a->lost[0] = '\0';
	TRY(db_find(db, &gateway_expired, ARGS(TIME(clock_now()), STR(a->heir)), take_name, a->lost,
		&found));
	if (!found)
		return STATUS_OK;
	TRY(pile_all_offline(db, a->lost, "gateway_lost"));
	TRY(db_exec(db, &gateway_adopt, ARGS(STR(a->heir), STR(a->lost)), NULL));
	TRY(db_exec(db, &gateway_lost, ARGS(STR(a->heir), STR(a->lost)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *gateway_inherit(struct db *db, const char *heir, char lost[33])
{
	struct asked a = { .heir = heir, .lost = lost };

	return nerr_pass(db_tx(db, inherit, &a));
}

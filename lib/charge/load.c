/* load.c - reads who charges at a station, lets load_share() divide, tells the piles.
 * Owns tables station_load, load_share, load_sample.
 * Serves load.h. */
#include "charge/load.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/command.h"

#define STATIONS 100                 /* a turn */
#define WATT 1000                    /* of a kW */
#define ANSWER 30                    /* seconds a told share has to reach the pile */
#define AGAIN 60                     /* seconds after which a pile that did not answer is told again */
#define RAMP 120
#define PERCENT_MIN 30               /* the least that 云快充 0x52 can say */
#define WATT_MIN 1400                /* 6 A on one phase: below it a car does not charge */

SQL(load_due,
	"select q.id, l.station_id is null from (select id from station where load_limit is not null"
	" and deleted = 0 union select station_id from station_load) q left join station_load l on"
	" l.station_id = q.id where l.turned_at is null or l.turned_at <= ? limit ?");
SQL(station_load_make,
	"insert ignore into station_load (station_id, turned_at, sampled_at) values (?,"
	" '2000-01-01', '2000-01-01')");
SQL(station_load_claim,
	"select sampled_at from station_load where station_id = ? and turned_at <= ? for update skip"
	" locked");
SQL(station_load_turned,
	"update station_load set turned_at = ?, sampled_at = ? where station_id = ?");
SQL(station_load_drop, "delete from station_load where station_id = ? and not exists (select 1"
	" from load_share h where h.station_id = station_load.station_id)");
SQL(station_plan,
	"select if(load_limit is null or deleted <> 0, -1, cast(load_limit * 1000 as signed)),"
	" load_way from station where id = ?");
/* One row a pile that charges, or was told a share and does not charge any more (charging 0). */
SQL(load_users,
	"select p.id, p.protocol, p.load_priority, cast(coalesce(p.rated_power, m.rated_power, 0) *"
	" 1000 as signed), m.id is null or m.can_set_work, coalesce(l.online, 0), u.since,"
	" cast(coalesce(u.power, 0) * 1000 as signed), u.id is not null, h.pile_id is not null,"
	" coalesce(h.share, 0), coalesce(h.wish, 0), h.told_at, coalesce(c.status, '')"
	" from (select k.pile_id from connector k join session s on s.connector_id = k.id and s.state"
	" in ('starting', 'charging', 'stopping') where k.station_id = ? union select pile_id from"
	" load_share where station_id = ?) w join pile p on p.id = w.pile_id"
	" left join (select s.pile_id id, min(coalesce(s.started_at, s.requested_at)) since,"
	" sum(v.power) power from connector k join session s on s.connector_id = k.id and s.state in"
	" ('starting', 'charging', 'stopping') left join connector_live v on v.connector_id = k.id"
	" where k.station_id = ? group by s.pile_id) u on u.id = p.id"
	" left join pile_model m on m.id = p.model_id left join pile_live l on l.pile_id = p.id"
	" left join load_share h on h.pile_id = p.id left join command c on c.id = h.command_id"
	" order by p.id limit ?");
SQL(load_share_put,
	"insert into load_share (pile_id, station_id, share, wish, command_id, told_at) values (?, ?,"
	" ?, ?, ?, ?) on duplicate key update station_id = values(station_id), share = values(share),"
	" wish = values(wish), command_id = coalesce(values(command_id), command_id), told_at ="
	" coalesce(values(told_at), told_at)");
SQL(load_share_drop, "delete from load_share where pile_id = ?");

static const struct bulk samples = { .columns = 5,
	.head = "insert into load_sample (station_id, at, pile_id, share, power) values",
	.row = "(?, ?, ?, ?, ?)",
	.tail = "on duplicate key update share = values(share), power = values(power)" };

struct member {
	char protocol[13];
	int64_t rated, power, told, given, wish, wished, told_at;   /* given: told in this turn */
	bool able, online, charging, known, waits, deaf;
};
struct station {
	struct db *db;
	int64_t id, limit, now, sampled_at;  /* limit -1: none any more */
	enum load_way way;
	bool fresh;                          /* it was never divided before */
	int n;
	struct member m[LOAD_USERS];
	struct load_user u[LOAD_USERS];      /* u[i].share: the new one */
};

static bool is_ykc(const struct member *m)
{
	return text_eq(m->protocol, "ykc");
}

static bool speaks(const struct member *m)
{
	return is_ykc(m) || text_eq(m->protocol, "ocpp16");
}

/* What it takes at most while nobody can tell it anything. */
static int64_t untold(const struct member *m)
{
	if (m->known && m->told < m->rated)
		return m->told > m->power ? m->told : m->power;
	return m->rated > m->power ? m->rated : m->power;
}

/* A car that has just begun, or was just told, takes its time: that says nothing about its wish. */
static bool is_settled(const struct station *s, const struct member *m, const struct load_user *u)
{
	return u->since + RAMP <= s->now && m->told_at + RAMP <= s->now;
}

static void make_user(struct station *s, const struct row *r)
{
	struct member *m = &s->m[s->n];
	struct load_user *u = &s->u[s->n++];
	const char *said = row_str(r, 13);

	*m = (struct member){ .rated = row_i64(r, 3), .power = row_i64(r, 7), .told = row_i64(r, 10),
		.wish = row_i64(r, 11), .told_at = row_time(r, 12), .able = row_i64(r, 4) != 0,
		.online = row_i64(r, 5) != 0, .charging = row_i64(r, 8) != 0,
		.known = row_i64(r, 9) != 0 };
	text_copy(m->protocol, sizeof(m->protocol), row_str(r, 1));
	if (m->rated == 0 && !is_ykc(m))
		m->rated = s->limit > WATT_MIN ? s->limit : WATT_MIN;      /* watts need no rating */
	if (!m->known)
		m->told = m->wish = m->rated;
	m->given = m->told;
	m->wished = m->wish;
	m->waits = (text_eq(said, "pending") || text_eq(said, "sent")) &&
		m->told_at + ANSWER > s->now;
	m->deaf = m->told_at + AGAIN > s->now && !m->waits && *said != '\0' && !text_eq(said, "done");
	*u = (struct load_user){ .id = row_i64(r, 0), .priority = (int)row_i64(r, 2),
		.since = row_time(r, 6),
		.min = is_ykc(m) ? (m->rated * PERCENT_MIN + 99) / 100 : WATT_MIN };
	u->steered = m->able && m->online && speaks(m) && m->rated > 0 && !m->deaf;
	if (u->min > m->rated)
		u->min = m->rated;
	if (!u->steered)
		u->max = m->charging ? untold(m) : 0;
	else
		u->max = m->wish = is_settled(s, m, u)
			? load_wish(m->wish, m->told, m->power, u->min, m->rated) : m->wish;
}

static NEOERR *take_user(const struct row *r, void *ctx)
{
	make_user(ctx, r);
	return STATUS_OK;
}

/* 云快充 knows whole per cent of the rating; rounded down the sum stays below the limit. */
static int64_t in_steps(const struct member *m, int64_t share)
{
	return is_ykc(m) && share < m->rated ? share * 100 / m->rated * m->rated / 100 : share;
}

static NEOERR *tell(struct station *s, int i, int64_t share)
{
	const struct member *m = &s->m[i];
	int64_t pile = s->u[i].id, command = 0, value = share;
	enum command_kind kind = COMMAND_LIMIT_POWER;
	NEOERR *err;

	if (is_ykc(m)) {
		kind = COMMAND_SET_WORK;
		value = share >= m->rated ? 100 : share * 100 / m->rated + (share * 100 % m->rated != 0);
	}
	TRY(command_add(s->db, kind, pile, 0, 0, value, ANSWER, 0, &command));
	TRY(db_exec(s->db, &load_share_put,
		ARGS(I64(pile), I64(s->id), I64(share), I64(m->wish), I64(command), TIME(s->now)), NULL));
	s->m[i].given = share;
out:
	return nerr_pass(err);
}

static NEOERR *remember(struct station *s, int i)
{
	return nerr_pass(db_exec(s->db, &load_share_put,
		ARGS(I64(s->u[i].id), I64(s->id), I64(s->m[i].told), I64(s->m[i].wish), NULLARG, NULLARG),
		NULL));
}

/* It charges no more, or the station has no limit any more: all that it is rated for. */
static NEOERR *release(struct station *s, int i)
{
	const struct member *m = &s->m[i];
	NEOERR *err = STATUS_OK;

	if (!m->known || !m->online)
		return STATUS_OK;
	if (m->told < m->rated && m->able && speaks(m))
		TRY(tell(s, i, m->rated));
	TRY(db_exec(s->db, &load_share_drop, ARGS(I64(s->u[i].id)), NULL));
out:
	return nerr_pass(err);
}

/* Those that charge first in u, in the order they were read. */
static void divide(struct station *s)
{
	static struct load_user charging[LOAD_USERS];
	int n = 0;

	for (int i = 0; i < s->n; i++)
		if (s->m[i].charging)
			charging[n++] = s->u[i];
	load_share(s->limit, s->way, charging, n);
	n = 0;
	for (int i = 0; i < s->n; i++)
		if (s->m[i].charging)
			s->u[i].share = in_steps(&s->m[i], charging[n++].share);
}

static bool is_told(const struct station *s, int i)
{
	return s->m[i].charging && s->u[i].steered;
}

/* false: nobody has to take less first. */
static NEOERR *tell_less(struct station *s, bool *hold)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < s->n; i++) {
		if (!is_told(s, i))
			continue;
		*hold = *hold || s->m[i].waits;
		if (s->u[i].share >= s->m[i].told)
			continue;
		*hold = true;
		TRY(tell(s, i, s->u[i].share));
	}
out:
	return nerr_pass(err);
}

/* Less at once; more when all that have to take less have said that they do. */
static NEOERR *tell_all(struct station *s)
{
	bool hold = false;
	NEOERR *err;

	TRY(tell_less(s, &hold));
	for (int i = 0; i < s->n; i++) {
		const struct member *m = &s->m[i];

		if (!is_told(s, i) || s->u[i].share < m->told)
			continue;
		if (!hold && load_is_news(m->told, s->u[i].share, s->limit))
			TRY(tell(s, i, s->u[i].share));
		else if (!m->known || m->wish != m->wished)
			TRY(remember(s, i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *sample(struct station *s)
{
	static struct arg args[(LOAD_USERS + 1) * 5];
	struct arg *a = args;
	int64_t at = s->now - s->now % 60, power = 0;
	int n = 0;

	for (int i = 0; i <= s->n; i++) {
		bool all = i == s->n;

		if (!all && !s->m[i].charging)
			continue;
		power += all ? 0 : s->m[i].power;
		*a++ = I64(s->id);
		*a++ = TIME(at);
		*a++ = I64(all ? 0 : s->u[i].id);
		*a++ = I64(all ? s->limit : s->u[i].steered ? s->m[i].given : s->u[i].max);
		*a++ = I64(all ? power : s->m[i].power);
		n++;
	}
	if (n < 2 || at <= s->sampled_at)
		return STATUS_OK;
	s->sampled_at = at;
	return nerr_pass(db_bulk(s->db, &samples, args, n, NULL));
}

static NEOERR *take_sampled(const struct row *r, void *ctx)
{
	struct station *s = ctx;

	s->sampled_at = row_time(r, 0);
	return STATUS_OK;
}

static NEOERR *take_plan(const struct row *r, void *ctx)
{
	struct station *s = ctx;

	s->limit = row_i64(r, 0);
	s->way = (enum load_way)choice_value(&load_way_choices, row_str(r, 1));
	return STATUS_OK;
}

static NEOERR *turn(struct db *db, void *ctx)
{
	struct station *s = ctx;
	bool mine;
	NEOERR *err;

	s->db = db;
	s->n = 0;
	if (s->fresh)
		TRY(db_exec(db, &station_load_make, ARGS(I64(s->id)), NULL));
	TRY(db_find(db, &station_load_claim, ARGS(I64(s->id), TIME(s->now - LOAD_EVERY)), take_sampled,
		s, &mine));
	if (!mine)
		return STATUS_OK;
	TRY(db_get(db, &station_plan, ARGS(I64(s->id)), take_plan, s));
	TRY(db_query(db, &load_users, ARGS(I64(s->id), I64(s->id), I64(s->id), I64(LOAD_USERS)),
		take_user, s));
	for (int i = 0; i < s->n; i++) {
		s->m[i].charging = s->m[i].charging && s->limit >= 0;
		if (!s->m[i].charging)
			TRY(release(s, i));
	}
	if (s->limit >= 0) {
		divide(s);
		TRY(tell_all(s));
		TRY(sample(s));
	} else {
		TRY(db_exec(db, &station_load_drop, ARGS(I64(s->id)), NULL));
	}
	TRY(db_exec(db, &station_load_turned, ARGS(TIME(s->now), TIME(s->sampled_at), I64(s->id)),
		NULL));
out:
	return nerr_pass(err);
}

struct due { int n; int64_t id[STATIONS]; bool fresh[STATIONS]; };

static NEOERR *take_due(const struct row *r, void *ctx)
{
	struct due *d = ctx;

	d->fresh[d->n] = row_i64(r, 1) != 0;
	d->id[d->n++] = row_i64(r, 0);
	return STATUS_OK;
}

NEOERR *load_turn(struct db *db)
{
	static struct station s;
	struct due due = { .n = 0 };
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_query(db, &load_due, ARGS(TIME(now - LOAD_EVERY), I64(STATIONS)), take_due, &due));
	for (int i = 0; i < due.n; i++) {
		s.id = due.id[i];
		s.fresh = due.fresh[i];
		s.now = now;
		TRY(db_tx(db, turn, &s));
	}
out:
	return nerr_pass(err);
}

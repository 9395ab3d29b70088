/* session_occupancy.c - the occupancy of a charge that is over: begun at settlement, ended by
 * whoever knows, paid once.
 * Owns table session_occupancy, session.occupancy_fee. Serves session_occupancy.h. */
#include "charge/session_occupancy.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/session_internal.h"
#include "charge/tariff.h"

#define SWEEP_MAX 500

SQL(occupancy_place,
	"select p.occupancy_charged, coalesce(v.plugged, 0), v.plug_at, exists (select 1 from whitelist"
	" w where w.station_id = s.station_id and w.plate = s.plate and w.status = 'enabled' and"
	" w.deleted = 0), y.id, y.left_at, coalesce(y.whitelisted, 0), exists (select 1 from session n"
	" where n.pile_id = s.pile_id and n.requested_at > ? and n.connector_id = s.connector_id and"
	" n.id <> s.id and n.started_at is not null) from session s join pile p on p.id = s.pile_id"
	" left join connector_live v on v.connector_id = s.connector_id left join bay b on"
	" b.connector_id = s.connector_id and b.deleted = 0 left join bay_stay y on y.id = (select"
	" max(z.id) from bay_stay z where z.bay_id = b.id and z.entered_at <= ? and (z.left_at is null"
	" or z.left_at > ?)) where s.id = ?");
SQL(occupancy_insert,
	"insert into session_occupancy (session_id, provider_id, connector_id, open_connector_id, way,"
	" stay_id, from_at, created_at) values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(occupancy_lock,
	"select o.from_at, coalesce(y.whitelisted, 0), o.fee, o.waived, o.open_connector_id is not null"
	" from session_occupancy o left join bay_stay y on y.id = o.stay_id where o.session_id = ? for"
	" update");
SQL(occupancy_end,
	"update session_occupancy set open_connector_id = null, left_at = ?, ended_by = ?, minutes = ?,"
	" fee = ? where session_id = ?");
SQL(session_occupied,
	"update session set occupancy_fee = ?, updated_at = ?, version = version + 1 where id = ?");
SQL(occupancy_of_stay,
	"select session_id from session_occupancy where stay_id = ? and open_connector_id is not null");
SQL(occupancy_of_connector,
	"select session_id from session_occupancy where open_connector_id = ?");
SQL(occupancy_of_booking,
	"select o.session_id from session s join session_occupancy o on o.session_id = s.id where"
	" s.reservation_id = ? and o.open_connector_id is not null");
/* Those about which there may be news. */
SQL(occupancy_news,
	"select o.session_id, o.from_at, o.way = 'bay', y.left_at, not exists (select 1 from camera c"
	" where (c.left_bay_id = y.bay_id or c.right_bay_id = y.bay_id) and c.status = 'enabled' and"
	" c.online = 1 and c.deleted = 0), coalesce(v.plugged, 0), v.plug_at, l.disconnected_at,"
	" l.connected_at from session_occupancy o join connector k on k.id = o.connector_id left join"
	" pile_live l on l.pile_id = k.pile_id left join connector_live v on v.connector_id ="
	" o.connector_id left join bay_stay y on y.id = o.stay_id where o.open_connector_id is not null"
	" and o.session_id > ? and (y.left_at is not null or coalesce(v.plugged, 0) = 0 or v.plug_at >"
	" o.from_at) order by o.session_id limit 500");
SQL(occupancy_select,
	"select way, ended_by, from_at, left_at, minutes, fee, waived, open_connector_id is not null"
	" from session_occupancy where session_id = ?");
SQL(occupancy_paid,
	"select coalesce(-sum(if(a.kind = 'cash', p.amount, 0)), 0), coalesce(-sum(if(a.kind = 'gift',"
	" p.amount, 0)), 0) from journal j join posting p on p.journal_id = j.id join account a on a.id"
	" = p.account_id where j.dedupe_key = ?");
SQL(occupancy_waived, "update session_occupancy set waived = 1 where session_id = ?");

static struct occupancy_rate rate_of(const struct tariff *t)
{
	return (struct occupancy_rate){ t->occupancy.free_minutes, t->occupancy.unit_minutes,
		t->occupancy.price, t->occupancy.cap };
}

/* ---- its end ---- */

struct held { int64_t from, fee; bool whitelisted, waived, open, found; };

static NEOERR *take_held(const struct row *r, void *ctx)
{
	*(struct held *)ctx = (struct held){ .from = row_time(r, 0),
		.whitelisted = row_i64(r, 1) != 0,
		.fee = row_money(r, 2),
		.waived = row_i64(r, 3) != 0,
		.open = row_i64(r, 4) != 0,
		.found = true };
	return STATUS_OK;
}

static NEOERR *say(struct db *db, int64_t session_id, const struct occupancy *o)
{
	char detail[60], fee[FIXED_TEXT];

	snprintf(detail, sizeof(detail), "minutes=%lld fee=%s", (long long)o->minutes,
		fixed_format(o->fee, MONEY_SCALE, 2, fee));
	return nerr_pass(session_event(db, session_id, "occupancy", detail, ""));
}

static NEOERR *pay(struct db *db, const struct session_row *s, const struct occupancy *o)
{
	char key[SESSION_KEY];
	struct journal j = session_journal(s, JOURNAL_OCCUPANCY, "occupancy", key);
	NEOERR *err;

	TRY(db_exec(db, &session_occupied, ARGS(MONEY(o->fee), TIME(clock_now()), I64(s->id)), NULL));
	TRY(purse_charge(db, &j, o->fee, ACCOUNT_INCOME_OCCUPANCY));
out:
	return nerr_pass(err);
}

struct ending { int64_t session_id, at; enum occupancy_end by; bool done; };

/* Its row first, then the session, then money: everybody locks in this order. */
static NEOERR *end_tx(struct db *db, void *ctx)
{
	struct ending *e = ctx;
	const struct tariff *t;
	struct session_row s;
	struct occupancy_rate rate;
	struct occupancy cost;
	struct held h = { 0 };
	bool found;
	NEOERR *err;

	e->done = false;
	TRY(db_find(db, &occupancy_lock, ARGS(I64(e->session_id)), take_held, &h, &found));
	if (!found || !h.open)
		goto out;
	if (e->at < h.from)
		e->at = h.from;
	TRY(session_lock(db, e->session_id, &s));
	TRY(session_tariff(db, &s, &t));
	rate = rate_of(t);
	cost = occupancy_of_plug(&rate, h.from, e->at, h.whitelisted);
	TRY(db_exec(db, &occupancy_end,
		ARGS(TIME(e->at), STR(choice_name(&occupancy_end_choices, (int)e->by)), I64(cost.minutes),
			MONEY(cost.fee), I64(s.id)),
		NULL));
	TRY(say(db, s.id, &cost));
	if (cost.fee)
		TRY(pay(db, &s, &cost));
	e->done = true;
out:
	return nerr_pass(err);
}

static NEOERR *end(struct db *db, int64_t session_id, int64_t at, enum occupancy_end by)
{
	struct ending e = { session_id, at, by, false };

	return nerr_pass(db_tx(db, end_tx, &e));
}

struct ids { int n; int64_t id[SWEEP_MAX]; };

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct ids *i = ctx;

	if (i->n < SWEEP_MAX)
		i->id[i->n++] = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *end_those(struct db *db, const struct sql *which, int64_t of, int64_t at,
	enum occupancy_end by)
{
	struct ids ids = { .n = 0 };
	NEOERR *err;

	TRY(db_query(db, which, ARGS(I64(of)), take_id, &ids));
	for (int i = 0; i < ids.n; i++)
		TRY(end(db, ids.id[i], at, by));
out:
	return nerr_pass(err);
}

NEOERR *session_occupancy_left(struct db *db, int64_t stay_id, int64_t at)
{
	return nerr_pass(end_those(db, &occupancy_of_stay, stay_id, at, OCCUPANCY_LEFT));
}

NEOERR *session_occupancy_next(struct db *db, int64_t connector_id, int64_t at)
{
	return nerr_pass(end_those(db, &occupancy_of_connector, connector_id, at, OCCUPANCY_CHARGE));
}

NEOERR *session_occupancy_booking_over(struct db *db, int64_t reservation_id, int64_t at)
{
	return nerr_pass(end_those(db, &occupancy_of_booking, reservation_id, at, OCCUPANCY_BOOKING));
}

/* ---- its beginning ---- */

struct place_after {
	bool charged, plugged, listed, whitelisted, next;
	int64_t plug_at, stay_id, left_at;
};

static NEOERR *take_place(const struct row *r, void *ctx)
{
	*(struct place_after *)ctx = (struct place_after){ .charged = row_i64(r, 0) != 0,
		.plugged = row_i64(r, 1) != 0,
		.plug_at = row_time(r, 2),
		.listed = row_i64(r, 3) != 0,
		.stay_id = row_i64(r, 4),
		.left_at = row_time(r, 5),
		.whitelisted = row_i64(r, 6) != 0,
		.next = row_i64(r, 7) != 0 };
	return STATUS_OK;
}

static NEOERR *begin(struct db *db, const struct session_row *s, const struct place_after *p,
	int64_t from)
{
	bool bay = p->stay_id != 0;
	NEOERR *err;

	TRY(session_occupancy_next(db, s->connector_id, from));
	TRY(db_exec(db, &occupancy_insert,
		ARGS(I64(s->id), I64(s->provider_id), I64(s->connector_id), I64(s->connector_id),
			STR(choice_name(&occupancy_way_choices, bay ? OCCUPANCY_BY_BAY : OCCUPANCY_BY_PLUG)),
			IDREF(p->stay_id), TIME(from), TIME(clock_now())),
		NULL));
	if (p->left_at)
		TRY(end(db, s->id, p->left_at, OCCUPANCY_LEFT));
out:
	return nerr_pass(err);
}

NEOERR *session_occupancy_begin(struct db *db, const struct session_row *s,
	const struct tariff *t, int64_t ended)
{
	int64_t now = clock_now(), from = ended > s->seen_at ? ended : s->seen_at;
	struct place_after p = { .charged = false };
	bool found;
	NEOERR *err;

	if (s->bike || t->occupancy.price <= 0 || session_purse(s).id == 0)
		return STATUS_OK;
	if (from > now)
		from = now;
	TRY(db_find(db, &occupancy_place, ARGS(TIME(ended), TIME(from), TIME(from), I64(s->id)),
		take_place, &p, &found));
	if (!found || !p.charged || p.listed || p.whitelisted)
		goto out;
	/* a record that comes late: whose plug is in now nobody knows */
	if (p.stay_id || (p.plugged && p.plug_at <= from && !p.next))
		TRY(begin(db, s, &p, from));
out:
	return nerr_pass(err);
}

/* ---- what nobody tells at once ---- */

struct news { int n; struct { int64_t id; struct occupancy_news news; } of[SWEEP_MAX]; };

static NEOERR *take_news(const struct row *r, void *ctx)
{
	struct news *w = ctx;

	w->of[w->n].id = row_i64(r, 0);
	w->of[w->n++].news = (struct occupancy_news){ .from = row_time(r, 1),
		.by_bay = row_i64(r, 2) != 0,
		.bay_left = row_time(r, 3),
		.blind = row_i64(r, 4) != 0,
		.plugged = row_i64(r, 5) != 0,
		.plug_at = row_time(r, 6),
		.lost = row_time(r, 7),
		.back = row_time(r, 8) };
	return STATUS_OK;
}

static NEOERR *sweep_some(struct db *db, struct news *w, int64_t *after, int64_t *ended)
{
	int64_t at;
	bool left;
	NEOERR *err;

	w->n = 0;
	TRY(db_query(db, &occupancy_news, ARGS(I64(*after)), take_news, w));
	for (int i = 0; i < w->n; i++) {
		*after = w->of[i].id;
		if (!occupancy_is_over(&w->of[i].news, &at, &left))
			continue;
		TRY(end(db, w->of[i].id, at, left ? OCCUPANCY_LEFT : OCCUPANCY_UNPLUGGED));
		++*ended;
	}
out:
	return nerr_pass(err);
}

NEOERR *session_occupancy_sweep(struct db *db, int64_t *ended)
{
	struct news *w = calloc(1, sizeof(*w));
	int64_t after = 0;
	NEOERR *err;

	if (!w)
		error_die("out of memory");
	*ended = 0;
	do {
		TRY(sweep_some(db, w, &after, ended));
	} while (w->n == SWEEP_MAX);
out:
	free(w);
	return nerr_pass(err);
}

/* ---- given back ---- */

static NEOERR *end_free(struct db *db, int64_t session_id, int64_t from)
{
	struct occupancy_rate none = { .cap = -1 };
	int64_t now = clock_now();
	struct occupancy o = occupancy_of_plug(&none, from, now, false);

	return nerr_pass(db_exec(db, &occupancy_end,
		ARGS(TIME(now), STR(choice_name(&occupancy_end_choices, OCCUPANCY_PERSON)),
			I64(o.minutes), MONEY(0), I64(session_id)),
		NULL));
}

struct paid { int64_t cash, gift; };

static NEOERR *take_paid(const struct row *r, void *ctx)
{
	*(struct paid *)ctx = (struct paid){ row_money(r, 0), row_money(r, 1) };
	return STATUS_OK;
}

static NEOERR *give_back(struct db *db, const struct session_row *s, const struct actor *who,
	const char *why)
{
	char key[SESSION_KEY], was[SESSION_KEY];
	struct journal j = session_journal(s, JOURNAL_OCCUPANCY, "waive", key);
	struct paid paid;
	NEOERR *err;

	snprintf(was, sizeof(was), "occupancy:%s", s->no);
	TRY(db_get(db, &occupancy_paid, ARGS(STR(was)), take_paid, &paid));
	j.note = why;
	j.by = who->user_id;
	j.operator = who->name;
	TRY(purse_uncharge(db, &j, paid.cash, paid.gift, ACCOUNT_INCOME_OCCUPANCY));
out:
	return nerr_pass(err);
}

NEOERR *session_occupancy_waive(struct db *db, int64_t session_id, const struct actor *who,
	const char *why, bool *done)
{
	struct held h = { 0 };
	struct session_row s;
	NEOERR *err;

	*done = false;
	TRY(db_find(db, &occupancy_lock, ARGS(I64(session_id)), take_held, &h, done));
	*done = *done && !h.waived && (h.open || h.fee > 0);
	if (!*done)
		goto out;
	TRY(session_lock(db, session_id, &s));
	if (h.open)
		TRY(end_free(db, session_id, h.from));
	TRY(db_exec(db, &occupancy_waived, ARGS(I64(session_id)), NULL));
	TRY(db_exec(db, &session_occupied, ARGS(MONEY(0), TIME(clock_now()), I64(session_id)), NULL));
	TRY(session_event(db, session_id, "occupancy_waived", why, who->name));
	if (h.fee)
		TRY(give_back(db, &s, who, why));
out:
	return nerr_pass(err);
}

/* ---- pages ---- */

static NEOERR *take_view(const struct row *r, void *ctx)
{
	struct session_occupancy *o = ctx;
	int way = choice_value(&occupancy_way_choices, row_str(r, 0));

	o->way = way < 0 ? OCCUPANCY_BY_PLUG : (enum occupancy_way)way;
	o->ended_by = choice_value(&occupancy_end_choices, row_str(r, 1));
	o->from = row_time(r, 2);
	o->left = row_time(r, 3);
	o->cost = (struct occupancy){ row_i64(r, 4), row_money(r, 5) };
	o->waived = row_i64(r, 6) != 0;
	o->open = row_i64(r, 7) != 0;
	return STATUS_OK;
}

NEOERR *session_occupancy_get(struct db *db, int64_t session_id, struct session_occupancy *out)
{
	struct session_view v;
	struct tariff t;
	NEOERR *err;

	*out = (struct session_occupancy){ .ended_by = -1 };
	TRY(db_find(db, &occupancy_select, ARGS(I64(session_id)), take_view, out, &out->found));
	if (!out->found)
		goto out;
	TRY(session_get(db, session_id, &v));
	TRY(tariff_version_get(db, v.version_id, &t));
	out->rate = rate_of(&t);
	if (out->open)
		out->cost = occupancy_of_plug(&out->rate, out->from, clock_now(), false);
out:
	return nerr_pass(err);
}

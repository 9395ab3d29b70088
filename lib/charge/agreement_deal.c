/* agreement_deal.c - agreements from the proposal to the end: who may say what when, and that no
 * two speak of the same stations, days and members (I5).
 * Owns tables agreement, agreement_version, agreement_station, agreement_side. Serves
 * agreement.h. */
#include "charge/agreement.h"

#include "base/clock.h"
#include "base/text.h"

#define STATIONS_MAX 500
#define RATE_MAX (1000 * MONEY_YUAN)

SQL(agreement_partner,
	"select q.id from provider q join partner p on p.low_id = least(q.id, ?) and p.high_id ="
	" greatest(q.id, ?) and p.deleted = 0 and p.state = 'accepted' where q.name = ? and q.id <> ?"
	" and q.deleted = 0 for update");
SQL(agreement_insert,
	"insert into agreement (kind, name, owner_id, partner_id, proposed_by, from_day, to_day,"
	" all_stations, created_at, created_by, updated_at, updated_by) values (?, ?, ?, ?, ?, ?, ?,"
	" ?, ?, ?, ?, ?)");
SQL(agreement_number,
	"update agreement set no = concat('XY', date_format(created_at, '%Y%m%d'), lpad(id, 6, '0'))"
	" where id = ?");
SQL(agreement_side_insert,
	"insert into agreement_side (agreement_id, provider_id, side, created_at, created_by,"
	" updated_at, updated_by) select id, ?, ?, created_at, created_by, updated_at, updated_by from"
	" agreement where id = ?");
SQL(agreement_station_add,
	"insert ignore into agreement_station (agreement_id, station_id) select ?, id from station"
	" where code = ? and provider_id = ? and deleted = 0");
/* Days and stations in common; those that ended or were refused stand in nobody's way. */
SQL(agreement_overlap,
	"select count(*) from agreement a join agreement b on b.kind = a.kind and b.owner_id ="
	" a.owner_id and b.partner_id = a.partner_id and b.id <> a.id and b.state in ('proposed',"
	" 'running', 'paused') and b.from_day <= a.to_day and b.to_day >= a.from_day where a.id = ?"
	" and (a.all_stations or b.all_stations or exists (select 1 from agreement_station x join"
	" agreement_station y on y.station_id = x.station_id and y.agreement_id = b.id where"
	" x.agreement_id = a.id))");
SQL(agreement_version_insert,
	"insert into agreement_version (agreement_id, number, from_day, proposed_by, energy_price,"
	" service_price, percent_sharp, percent_peak, percent_flat, percent_valley, member_tariff_id,"
	" energy_rate, service_rate, booking_rate, parking_rate, bill_day, note, created_at,"
	" created_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(agreement_first_version, "update agreement set version_id = ? where id = ?");
SQL(agreement_lock,
	"select a.id, a.kind, a.owner_id, a.partner_id, x.provider_id, a.from_day, a.to_day, a.state,"
	" x.side from agreement_side x join agreement a on a.id = x.agreement_id where x.id = ? for"
	" update");
SQL(agreement_open_version,
	"select id, number, proposed_by, from_day from agreement_version where agreement_id = ? and"
	" state = 'proposed' order by number desc limit 1");
SQL(agreement_last_number,
	"select coalesce(max(number), 0) from agreement_version where agreement_id = ?");
SQL(agreement_version_answer,
	"update agreement_version set state = ?, answer = ?, answered_at = ?, answered_by = ?,"
	" member_tariff_id = if(? = 0, member_tariff_id, ?) where id = ?");
SQL(agreement_state_write,
	"update agreement set state = ?, updated_at = ?, updated_by = ? where id = ?");
SQL(agreement_tariff_fits,
	"select count(*) from tariff where id = ? and provider_id = ? and status = 'enabled' and"
	" deleted = 0");

SQL(agreement_pause_begin, "insert into agreement_pause (agreement_id, from_at) values (?, ?)");
SQL(agreement_pause_end,
	"update agreement_pause set to_at = ? where agreement_id = ? and to_at is null");

const char *agreement_refusal_text(enum agreement_refusal r)
{
	static const char *const text[] = { [AGREEMENT_NO_PARTNER] = "error.exchange_partner",
		[AGREEMENT_DAYS] = "error.agreement_days",
		[AGREEMENT_STATIONS] = "error.agreement_stations",
		[AGREEMENT_OVERLAP] = "error.agreement_overlap",
		[AGREEMENT_TERMS] = "error.agreement_terms",
		[AGREEMENT_TARIFF] = "error.agreement_tariff",
		[AGREEMENT_STATE] = "error.agreement_state" };

	return r == AGREEMENT_OK ? NULL : text[r];
}

/* ---- what is wished */

static bool rate_fits(int64_t v)
{
	return v >= 0 && v <= RATE_MAX;
}

static bool terms_fit(enum agreement_kind kind, const struct agreement_terms *t)
{
	if (!rate_fits(t->energy_rate) || !rate_fits(t->service_rate) || !rate_fits(t->booking_rate) ||
		!rate_fits(t->parking_rate) || t->energy_price > RATE_MAX || t->service_price > RATE_MAX)
		return false;
	for (int i = 0; i < PRICE_TYPES; i++)
		if (t->percent[i] < 0 || t->percent[i] > 10 * AGREEMENT_WHOLE)
			return false;
	if (kind == AGREEMENT_SPLIT)
		return t->energy_rate + t->service_rate + t->booking_rate > 0;
	return kind != AGREEMENT_PARKING || t->parking_rate > 0;
}

static NEOERR *tariff_fits(struct db *db, int64_t tariff_id, int64_t provider_id, bool *fits)
{
	int64_t n = 1;
	NEOERR *err = STATUS_OK;

	if (tariff_id)
		err = db_i64(db, &agreement_tariff_fits, ARGS(I64(tariff_id), I64(provider_id)), &n);
	*fits = n > 0;
	return nerr_pass(err);
}

static struct arg price_or_null(int64_t v)
{
	return v < 0 ? NULLARG : MONEY(v);
}

static NEOERR *add_version(struct db *db, int64_t agreement_id, int64_t number, int64_t from,
	int64_t provider_id, const struct agreement_wish *w, int64_t *id)
{
	const struct agreement_terms *t = &w->terms;

	return nerr_pass(db_insert(db, &agreement_version_insert,
		ARGS(I64(agreement_id), I64(number), DAY(from), I64(provider_id),
			price_or_null(t->energy_price), price_or_null(t->service_price),
			I64(t->percent[PRICE_SHARP]), I64(t->percent[PRICE_PEAK]), I64(t->percent[PRICE_FLAT]),
			I64(t->percent[PRICE_VALLEY]), IDREF(w->member_tariff_id), MONEY(t->energy_rate),
			MONEY(t->service_rate), MONEY(t->booking_rate), MONEY(t->parking_rate),
			I64(w->bill_day ? w->bill_day : 1), STR(w->note ? w->note : ""), TIME(clock_now()),
			IDREF(w->by)),
		id));
}

/* Each code is one of the owner's stations. */
static NEOERR *add_stations(struct db *db, int64_t id, int64_t owner, const char *codes, bool *fine)
{
	int64_t added;
	char code[41];
	int n = 0;
	NEOERR *err = STATUS_OK;

	*fine = true;
	for (const char *at = codes + strspn(codes, " ,\r\n\t"); *at && *fine;
		 at += strspn(at, " ,\r\n\t")) {
		size_t len = strcspn(at, " ,\r\n\t");

		*fine = len < sizeof(code) && ++n <= STATIONS_MAX;
		if (!*fine)
			break;
		text_copy(code, len + 1, at);
		TRY(db_exec(db, &agreement_station_add, ARGS(I64(id), STR(code), I64(owner)), &added));
		*fine = added == 1;
		at += len;
	}
out:
	return nerr_pass(err);
}

/* ---- proposing */

struct pair { int64_t owner, partner; };

static NEOERR *insert_agreement(struct db *db, const struct agreement_wish *w, struct pair p,
	int64_t *id, int64_t *side_id)
{
	int64_t now = clock_now(), version_id, other;
	bool all = !w->stations || !w->stations[strspn(w->stations, " ,\r\n\t")];
	NEOERR *err;

	TRY(db_insert(db, &agreement_insert,
		ARGS(STR(choice_name(&agreement_kind_choices, w->kind)), STR(w->name), I64(p.owner),
			I64(p.partner), I64(w->provider_id), DAY(w->from), DAY(w->to), I64(all), TIME(now),
			IDREF(w->by), TIME(now), IDREF(w->by)),
		id));
	TRY(db_exec(db, &agreement_number, ARGS(I64(*id)), NULL));
	TRY(add_version(db, *id, 1, w->from, w->provider_id, w, &version_id));
	TRY(db_exec(db, &agreement_first_version, ARGS(I64(version_id), I64(*id)), NULL));
	TRY(db_insert(db, &agreement_side_insert,
		ARGS(I64(w->provider_id), STR(w->ours ? "owner" : "partner"), I64(*id)), side_id));
	TRY(db_insert(db, &agreement_side_insert,
		ARGS(I64(w->ours ? p.partner : p.owner), STR(w->ours ? "partner" : "owner"), I64(*id)),
		&other));
out:
	return nerr_pass(err);
}

static NEOERR *judge_wish(struct db *db, const struct agreement_wish *w, struct pair *p,
	enum agreement_refusal *refusal)
{
	int64_t other = 0;
	bool fits = true;
	NEOERR *err;

	TRY(db_i64(db, &agreement_partner,
		ARGS(I64(w->provider_id), I64(w->provider_id), STR(w->partner), I64(w->provider_id)),
		&other));
	*p = w->ours ? (struct pair){ w->provider_id, other } : (struct pair){ other, w->provider_id };
	if (other)
		TRY(tariff_fits(db, w->member_tariff_id, p->partner, &fits));
	*refusal = !other ? AGREEMENT_NO_PARTNER
		: w->to < w->from || w->to < clock_day_start(clock_now()) ? AGREEMENT_DAYS
		: !terms_fit(w->kind, &w->terms) ? AGREEMENT_TERMS
		: !fits ? AGREEMENT_TARIFF
				: AGREEMENT_OK;
out:
	return nerr_pass(err);
}

/* What was written before a refusal goes with the caller's rolled back transaction. */
NEOERR *agreement_propose(struct db *db, const struct agreement_wish *w, int64_t *side_id,
	enum agreement_refusal *refusal)
{
	int64_t id = 0, overlaps = 0;
	struct pair p;
	bool fine;
	NEOERR *err;

	TRY(judge_wish(db, w, &p, refusal));
	if (*refusal != AGREEMENT_OK)
		return STATUS_OK;
	TRY(insert_agreement(db, w, p, &id, side_id));
	TRY(add_stations(db, id, p.owner, w->stations ? w->stations : "", &fine));
	TRY(db_i64(db, &agreement_overlap, ARGS(I64(id)), &overlaps));
	*refusal = !fine ? AGREEMENT_STATIONS : overlaps ? AGREEMENT_OVERLAP : AGREEMENT_OK;
out:
	return nerr_pass(err);
}

/* ---- answers and moves */

struct deal {
	int64_t id, owner, partner, me, from, to, version_id, number, version_by, version_from;
	bool open;
	enum agreement_kind kind;
	char state[13], side[9];
};

static NEOERR *take_deal(const struct row *r, void *ctx)
{
	struct deal *d = ctx;

	*d = (struct deal){ .id = row_i64(r, 0),
		.kind = (enum agreement_kind)choice_value(&agreement_kind_choices, row_str(r, 1)),
		.owner = row_i64(r, 2),
		.partner = row_i64(r, 3),
		.me = row_i64(r, 4),
		.from = row_time(r, 5),
		.to = row_time(r, 6) };
	text_copy(d->state, sizeof(d->state), row_str(r, 7));
	text_copy(d->side, sizeof(d->side), row_str(r, 8));
	return STATUS_OK;
}

static NEOERR *take_version(const struct row *r, void *ctx)
{
	struct deal *d = ctx;

	d->version_id = row_i64(r, 0);
	d->number = row_i64(r, 1);
	d->version_by = row_i64(r, 2);
	d->version_from = row_time(r, 3);
	return STATUS_OK;
}

static NEOERR *lock_deal(struct db *db, int64_t side_id, struct deal *d)
{
	NEOERR *err;

	TRY(db_get(db, &agreement_lock, ARGS(I64(side_id)), take_deal, d));
	TRY(db_find(db, &agreement_open_version, ARGS(I64(d->id)), take_version, d, &d->open));
out:
	return nerr_pass(err);
}

static NEOERR *set_state(struct db *db, const struct deal *d, const char *state, int64_t by)
{
	return nerr_pass(db_exec(db, &agreement_state_write,
		ARGS(STR(state), TIME(clock_now()), IDREF(by), I64(d->id)), NULL));
}

NEOERR *agreement_adjust(struct db *db, int64_t side_id, const struct agreement_wish *w,
	enum agreement_refusal *refusal)
{
	int64_t last = 0, id;
	struct deal d;
	bool fits;
	NEOERR *err;

	TRY(lock_deal(db, side_id, &d));
	TRY(tariff_fits(db, w->member_tariff_id, d.partner, &fits));
	*refusal = d.open || (!text_eq(d.state, "running") && !text_eq(d.state, "paused"))
		? AGREEMENT_STATE
		: w->from <= clock_day_start(clock_now()) || w->from < d.from || w->from > d.to
		? AGREEMENT_DAYS
		: !terms_fit(d.kind, &w->terms) ? AGREEMENT_TERMS
		: !fits ? AGREEMENT_TARIFF
				: AGREEMENT_OK;
	if (*refusal != AGREEMENT_OK)
		return STATUS_OK;
	TRY(db_i64(db, &agreement_last_number, ARGS(I64(d.id)), &last));
	TRY(add_version(db, d.id, last + 1, w->from, d.me, w, &id));
out:
	return nerr_pass(err);
}

/* An adjustment that is answered after its day has come would change what was charged already. */
NEOERR *agreement_answer(struct db *db, int64_t side_id, bool yes, const char *answer,
	int64_t member_tariff_id, int64_t by, enum agreement_refusal *refusal)
{
	int64_t today = clock_day_start(clock_now());
	struct deal d;
	bool fits = true;
	NEOERR *err;

	TRY(lock_deal(db, side_id, &d));
	TRY(tariff_fits(db, member_tariff_id, d.partner, &fits));
	*refusal = !d.open || d.version_by == d.me || text_eq(d.state, "ended") ? AGREEMENT_STATE
		: !fits || (member_tariff_id && !text_eq(d.side, "partner")) ? AGREEMENT_TARIFF
		: yes && (d.to < today || (d.number > 1 && d.version_from <= today)) ? AGREEMENT_DAYS
																		   : AGREEMENT_OK;
	if (*refusal != AGREEMENT_OK)
		return STATUS_OK;
	TRY(db_exec(db, &agreement_version_answer,
		ARGS(STR(yes ? "agreed" : "rejected"), STR(answer ? answer : ""), TIME(clock_now()),
			IDREF(by), I64(member_tariff_id), I64(member_tariff_id), I64(d.version_id)),
		NULL));
	if (yes)
		TRY(db_exec(db, &agreement_first_version, ARGS(I64(d.version_id), I64(d.id)), NULL));
	if (d.number == 1)
		TRY(set_state(db, &d, yes ? "running" : "rejected", by));
out:
	return nerr_pass(err);
}

NEOERR *agreement_move(struct db *db, int64_t side_id, enum agreement_move move, int64_t by,
	enum agreement_refusal *refusal)
{
	static const struct { const char *from, *or, *to; } moves[] = {
		[AGREEMENT_PAUSE] = { "running", "", "paused" },
		[AGREEMENT_RESUME] = { "paused", "", "running" },
		[AGREEMENT_END] = { "running", "paused", "ended" },
	};
	struct deal d;
	NEOERR *err;

	TRY(lock_deal(db, side_id, &d));
	*refusal = text_eq(d.state, moves[move].from) || text_eq(d.state, moves[move].or) ||
			(move == AGREEMENT_END && text_eq(d.state, "proposed"))
		? AGREEMENT_OK
		: AGREEMENT_STATE;
	if (*refusal != AGREEMENT_OK)
		return STATUS_OK;
	TRY(set_state(db, &d, moves[move].to, by));
	TRY(db_exec(db, &agreement_pause_end, ARGS(TIME(clock_now()), I64(d.id)), NULL));
	if (move != AGREEMENT_RESUME)
		TRY(db_exec(db, &agreement_pause_begin, ARGS(I64(d.id), TIME(clock_now())), NULL));
out:
	return nerr_pass(err);
}

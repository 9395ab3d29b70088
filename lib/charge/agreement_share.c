/* agreement_share.c - agreements at work: which terms a charge begins under, what its station's
 * owner is paid, what a month of a split or of parking comes to (I2 to I4).
 * Owns tables session_share and agreement_due. Serves agreement.h. */
#include "charge/agreement.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/partner.h"
#include "charge/tariff.h"

#define DUES_MAX 10000

#define TERMS "v.energy_price, v.service_price, v.percent_sharp, v.percent_peak, v.percent_flat," \
	" v.percent_valley, v.energy_rate, v.service_rate, v.booking_rate, v.parking_rate," \
	" v.energy_price is null, v.service_price is null"
#define COVERS(station) "(a.all_stations or exists (select 1 from agreement_station x where" \
	" x.agreement_id = a.id and x.station_id = " station "))"
#define NOT_PAUSED(at) " and not exists (select 1 from agreement_pause z where z.agreement_id =" \
	" a.id and z.from_at <= " at " and (z.to_at is null or z.to_at > " at "))"

/* A month whose bill is confirmed stands still. */
#define BILLED "select 1 from settlement t where t.agreement_id = a.id and t.from_day = ? and" \
	" t.state <> 'draft'"

SQL(agreement_in_force,
	"select v.id, coalesce(v.member_tariff_id, 0), " TERMS " from pile q join station s on s.id ="
	" q.station_id join agreement a on a.kind = 'charge' and a.owner_id = s.provider_id and"
	" a.partner_id = ? and a.state = 'running' and ? between a.from_day and a.to_day join"
	" agreement_version v on v.agreement_id = a.id and v.state = 'agreed' and v.from_day <= ?"
	" where q.id = ? and " COVERS("s.id") " order by v.from_day desc, v.number desc limit 1");
SQL(share_insert,
	"insert into session_share (session_id, agreement_version_id) values (?, ?)");
SQL(share_of_session,
	"select v.id, coalesce(v.member_tariff_id, 0), " TERMS " from session_share h join"
	" agreement_version v on v.id = h.agreement_version_id where h.session_id = ?");
SQL(share_session,
	"select pile_id, requested_at, pay_kind = 'none' from session where id = ?");
SQL(share_write,
	"update session_share set energy_fee = ?, service_fee = ?, amount = ? where session_id = ?");
SQL(share_amount, "select amount from session where id = ?");
SQL(due_agreements,
	"select a.id, a.kind, a.owner_id, a.partner_id, a.from_day, a.to_day, v.bill_day, a.state from"
	" agreement a join agreement_version v on v.id = a.version_id where a.kind in ('split',"
	" 'parking') and a.state in ('running', 'paused', 'ended') and v.bill_day = ? and a.to_day >="
	" ? and a.from_day < ? and not exists (" BILLED ") order by a.id");
SQL(due_agreement,
	"select a.id, a.kind, a.owner_id, a.partner_id, a.from_day, a.to_day from agreement a where"
	" a.id = ? and not exists (" BILLED ")");
SQL(due_versions,
	"select v.id, 0, " TERMS ", v.from_day from agreement_version v where v.agreement_id = ? and"
	" v.state = 'agreed' order by v.from_day, v.number");
SQL(due_sessions,
	"select count(*), coalesce(sum(e.energy), 0) from agreement a join session e on e.provider_id ="
	" a.owner_id and e.member_provider_id = a.partner_id and e.state = 'finished' and e.anomaly <>"
	" 'void' and e.energy > 0 and e.ended_at >= ? and e.ended_at < ? where a.id = ? and "
	COVERS("e.station_id") NOT_PAUSED("e.ended_at"));
/* Counted on the day that its fee became the owner's. */
SQL(due_bookings,
	"select count(*) from agreement a join reservation e on e.provider_id = a.owner_id and"
	" e.fee_state = 'kept' and e.ended_at >= ? and e.ended_at < ? and e.fee > 0 join member m on"
	" m.id = e.member_id and m.provider_id = a.partner_id where a.id = ? and "
	COVERS("e.station_id") NOT_PAUSED("e.ended_at"));
SQL(due_insert,
	"insert into agreement_due (agreement_id, provider_id, partner_id, direction, from_day, to_day,"
	" sessions, energy, bookings, amount, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	" on duplicate key update sessions = values(sessions), energy = values(energy), bookings ="
	" values(bookings), amount = values(amount)");

/* Columns of TERMS from `at` on. */
static struct agreement_terms terms_of(const struct row *r, int at)
{
	struct agreement_terms t = {
		.energy_price = row_i64(r, at + 10) ? -1 : row_money(r, at),
		.service_price = row_i64(r, at + 11) ? -1 : row_money(r, at + 1),
		.energy_rate = row_money(r, at + 6),
		.service_rate = row_money(r, at + 7),
		.booking_rate = row_money(r, at + 8),
		.parking_rate = row_money(r, at + 9),
	};

	t.percent[PRICE_SHARP] = (int)row_i64(r, at + 2);
	t.percent[PRICE_PEAK] = (int)row_i64(r, at + 3);
	t.percent[PRICE_FLAT] = (int)row_i64(r, at + 4);
	t.percent[PRICE_VALLEY] = (int)row_i64(r, at + 5);
	return t;
}

static NEOERR *take_found(const struct row *r, void *ctx)
{
	struct agreement_found *f = ctx;

	f->version_id = row_i64(r, 0);
	f->member_tariff_id = row_i64(r, 1);
	f->terms = terms_of(r, 2);
	return STATUS_OK;
}

NEOERR *agreement_find(struct db *db, int64_t pile_id, int64_t member_provider_id, int64_t when,
	struct agreement_found *out, bool *found)
{
	return nerr_pass(db_find(db, &agreement_in_force,
		ARGS(I64(member_provider_id), DAY(when), DAY(when), I64(pile_id)), take_found, out, found));
}

NEOERR *agreement_keep(struct db *db, int64_t session_id, int64_t pile_id,
	int64_t member_provider_id, int64_t when)
{
	struct agreement_found f;
	bool found = false;
	NEOERR *err;

	TRY(agreement_find(db, pile_id, member_provider_id, when, &f, &found));
	if (found)
		TRY(db_exec(db, &share_insert, ARGS(I64(session_id), I64(f.version_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *agreement_guest_tariff(struct db *db, int64_t session_id, const struct tariff *station,
	struct tariff *out, bool *changed)
{
	struct agreement_found f;
	NEOERR *err;

	TRY(db_find(db, &share_of_session, ARGS(I64(session_id)), take_found, &f, changed));
	if (*changed)
		agreement_tariff(station, &f.terms, out);
out:
	return nerr_pass(err);
}

/* ---- the owner's part of a charge */

struct facts { int64_t pile_id, requested_at; bool guest; };

static NEOERR *take_facts(const struct row *r, void *ctx)
{
	*(struct facts *)ctx =
		(struct facts){ row_i64(r, 0), row_time(r, 1), row_i64(r, 2) != 0 };
	return STATUS_OK;
}

static NEOERR *write_share(struct db *db, int64_t session_id, const struct bill *b)
{
	return nerr_pass(db_exec(db, &share_write,
		ARGS(MONEY(b->energy_fee), MONEY(b->service_fee), MONEY(b->amount), I64(session_id)),
		NULL));
}

/* The station's own price of then is what the terms are put on, whatever the member paid by. */
static NEOERR *share_by(struct db *db, int64_t session_id, const struct usage *usage,
	const struct agreement_found *f)
{
	struct facts facts;
	struct tariff station;
	struct bill *owner = calloc(1, sizeof(*owner));
	int64_t paid = 0, kept;
	NEOERR *err;

	if (!owner)
		error_die("out of memory");
	TRY(db_get(db, &share_session, ARGS(I64(session_id)), take_facts, &facts));
	if (facts.guest)
		goto out;
	TRY(tariff_for(db, facts.pile_id, 0, facts.requested_at, &station));
	TRY(db_money(db, &share_amount, ARGS(I64(session_id)), &paid));
	TRY(agreement_charge(&station, &f->terms, usage, paid, owner, &kept));
	TRY(write_share(db, session_id, owner));
out:
	free(owner);
	return nerr_pass(err);
}

NEOERR *agreement_share(struct db *db, int64_t session_id, const struct usage *usage, bool is_void)
{
	static const struct bill nothing;
	struct agreement_found f;
	bool found = false;
	NEOERR *err;

	TRY(db_find(db, &share_of_session, ARGS(I64(session_id)), take_found, &f, &found));
	if (!found)
		return STATUS_OK;
	if (is_void)
		TRY(write_share(db, session_id, &nothing));
	else
		TRY(share_by(db, session_id, usage, &f));
out:
	return nerr_pass(err);
}

/* ---- months of splits and parks */

struct due {
	int64_t id, owner, partner, from, to, sessions, energy, bookings, amount;
	bool parking;
};
struct dues { int n; struct due *due; };

static NEOERR *take_due(const struct row *r, void *ctx)
{
	struct dues *all = ctx;

	if (all->n >= DUES_MAX)
		return nerr_raise(ERR_INVALID, "more than %d agreements are due in one day", DUES_MAX);
	all->due[all->n++] = (struct due){ .id = row_i64(r, 0),
		.parking = text_eq(row_str(r, 1), "parking"),
		.owner = row_i64(r, 2),
		.partner = row_i64(r, 3),
		.from = row_time(r, 4),
		.to = row_time(r, 5) };
	return STATUS_OK;
}

#define VERSIONS_MAX 64
struct versions { int n; int64_t from[VERSIONS_MAX]; struct agreement_terms terms[VERSIONS_MAX]; };

static NEOERR *take_version(const struct row *r, void *ctx)
{
	struct versions *v = ctx;

	if (v->n == VERSIONS_MAX)
		return nerr_raise(ERR_INVALID, "an agreement has more than %d versions", VERSIONS_MAX);
	v->from[v->n] = row_time(r, 14);
	v->terms[v->n++] = terms_of(r, 2);
	return STATUS_OK;
}

static NEOERR *take_counts(const struct row *r, void *ctx)
{
	struct due *d = ctx;

	d->sessions = row_i64(r, 0);
	d->energy = row_energy(r, 1);
	return STATUS_OK;
}

/* Days [from, to) under one version. */
static NEOERR *add_part(struct db *db, struct due *d, const struct agreement_terms *t, int64_t from,
	int64_t to)
{
	struct due part = { 0 };
	int64_t amount = 0;
	NEOERR *err = STATUS_OK;

	if (to <= from)
		return STATUS_OK;
	TRY(db_query(db, &due_sessions, ARGS(TIME(from), TIME(to), I64(d->id)), take_counts, &part));
	if (d->parking) {
		TRY(agreement_parking(t, part.sessions, &amount));
	} else {
		TRY(db_i64(db, &due_bookings, ARGS(TIME(from), TIME(to), I64(d->id)), &part.bookings));
		TRY(agreement_split(t, part.energy, part.bookings, &amount));
	}
	d->bookings += part.bookings;
	d->sessions += part.sessions;
	d->energy += part.energy;
	d->amount += amount;
out:
	return nerr_pass(err);
}

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t earlier(int64_t a, int64_t b) { return a < b ? a : b; }

static NEOERR *count_due(struct db *db, struct due *d, int64_t from, int64_t to)
{
	struct versions v = { .n = 0 };
	int64_t end = earlier(to, d->to) + DAY_SECONDS;
	NEOERR *err;

	TRY(db_query(db, &due_versions, ARGS(I64(d->id)), take_version, &v));
	for (int i = 0; i < v.n; i++)
		TRY(add_part(db, d, &v.terms[i], later(later(from, d->from), v.from[i]),
			i + 1 < v.n ? earlier(end, v.from[i + 1]) : end));
out:
	return nerr_pass(err);
}

/* Split: the stations' owner pays; parking: the members' side pays. */
static NEOERR *write_due(struct db *db, const struct due *d, int64_t from, int64_t to,
	int64_t *rows)
{
	int64_t payee = d->parking ? d->owner : d->partner, payer = d->parking ? d->partner : d->owner;
	NEOERR *err = STATUS_OK;

	for (int payable = 0; payable < 2; payable++) {
		TRY(db_exec(db, &due_insert,
			ARGS(I64(d->id), I64(payable ? payer : payee), I64(payable ? payee : payer),
				STR(payable ? "payable" : "receivable"), DAY(from), DAY(to), I64(d->sessions),
				ENERGY(d->energy), I64(d->bookings), MONEY(d->amount), TIME(clock_now())),
			NULL));
		++*rows;
	}
out:
	return nerr_pass(err);
}

struct month { int64_t day, from, to, rows; };

static NEOERR *month_tx(struct db *db, void *ctx)
{
	struct month *m = ctx;
	struct dues all = { 0, calloc(DUES_MAX, sizeof(struct due)) };
	struct civil c;
	NEOERR *err;

	if (!all.due)
		error_die("out of memory");
	m->rows = 0;
	clock_civil(m->day, &c);
	partner_cycle(false, c.day, m->day, &m->from, &m->to);
	TRY(db_query(db, &due_agreements,
		ARGS(I64(c.day), DAY(m->from), DAY(m->to + DAY_SECONDS), DAY(m->from)), take_due, &all));
	for (int i = 0; i < all.n; i++) {
		TRY(count_due(db, &all.due[i], m->from, m->to));
		TRY(write_due(db, &all.due[i], m->from, m->to, &m->rows));
	}
out:
	free(all.due);
	return nerr_pass(err);
}

NEOERR *agreement_bill_month(struct db *db, int64_t day, int64_t *rows)
{
	struct month m = { .day = clock_day_start(day) };
	NEOERR *err = db_tx(db, month_tx, &m);

	*rows = m.rows;
	return nerr_pass(err);
}

NEOERR *agreement_due_again(struct db *db, int64_t agreement_id, int64_t from, int64_t to)
{
	struct due d;
	struct dues one = { 0, &d };
	int64_t rows = 0;
	NEOERR *err;

	TRY(db_query(db, &due_agreement, ARGS(I64(agreement_id), DAY(from)), take_due, &one));
	if (one.n) {
		TRY(count_due(db, &d, from, to));
		TRY(write_due(db, &d, from, to, &rows));
	}
out:
	return nerr_pass(err);
}

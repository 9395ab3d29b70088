/* report_check.c - the three-way check of a day between partners: bill, order, device record (I6).
 * Owns daily_report.differs. Serves report_check.h. */
#include "charge/report_check.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/exchange.h"

#define RESEND_MAX 1000

/* s session, x exchange_session, e exchange_peer, q pile. A meter counts to a hundredth of a
 * kWh. One look for the records: none that settled is 8, one that contradicts 16. */
#define RECORDS "(select bit_or(if(d.outcome = 'settled', 1, if(d.outcome = 'conflict', 2, 0))) from" \
	" device_record d where d.protocol = q.protocol and d.session_no = s.no)"
#define DIFFERS \
	"((x.session_id is not null and x.confirmed_at is null) * 1" \
	" + (x.order_amount is not null and (x.order_amount <> s.amount or x.order_energy <>" \
	" round(s.energy, e.energy_decimals))) * 2" \
	" + (coalesce(x.confirm_result, 0) <> 0 or x.dispute is not null) * 4" \
	" + ((" RECORDS " ^ 1) & 3) * 8" \
	" + (coalesce(abs(s.meter_end - s.meter_start - s.energy), 0) > 0.01) * 32)"
#define CHARGES " from session s join pile q on q.id = s.pile_id left join exchange_session x on" \
	" x.session_id = s.id left join exchange_peer e on e.id = x.exchange_peer_id"
#define COUNTED " and s.state = 'finished' and s.anomaly <> 'void' and s.member_provider_id <>" \
	" s.provider_id"

SQL(report_line_select,
	"select s.id, s.no, t.name, q.code, s.phone, s.started_at, s.ended_at, s.energy,"
	" coalesce(h.energy_fee, s.energy_fee), coalesce(h.service_fee, s.service_fee),"
	" coalesce(h.amount, s.amount), x.order_energy, x.order_amount, x.order_amount is null, "
	DIFFERS CHARGES " join station t on t.id = s.station_id left join session_share h on"
	" h.session_id = s.id where s.ended_at >= ? and s.ended_at < ? and s.provider_id = ? and"
	" s.member_provider_id = ?" COUNTED " order by s.ended_at, s.id limit ?");
SQL(report_remote_select,
	"select 0, r.seq, t.name, c.code, r.phone, r.started_at, r.ended_at, r.energy, r.energy_fee,"
	" r.service_fee, r.amount, r.energy, r.amount, 0, (r.order_other is not null) * 2 from"
	" remote_session r join remote_station t on t.id = r.remote_station_id join remote_connector c"
	" on c.id = r.remote_connector_id where r.ended_at >= ? and r.ended_at < ? and r.partner_id ="
	" ? and r.provider_id = ? and r.state = 'finished' order by r.ended_at, r.id limit ?");
SQL(report_reset, "update daily_report set differs = 0 where day = ? and differs <> 0");
SQL(report_counts,
	"select owner, member, sum(n) from (select s.provider_id owner, s.member_provider_id member,"
	" sum(" DIFFERS " <> 0) n" CHARGES " where s.ended_at >= ? and s.ended_at < ?" COUNTED
	" group by s.provider_id, s.member_provider_id union all select partner_id, provider_id,"
	" sum(order_other is not null) from remote_session where ended_at >= ? and ended_at < ? and"
	" state = 'finished' group by partner_id, provider_id) y group by owner, member having sum(n) >"
	" 0");
SQL(report_count_write,
	"update daily_report set differs = ? where day = ? and ((direction = 'receivable' and"
	" provider_id = ? and partner_id = ?) or (direction = 'payable' and provider_id = ? and"
	" partner_id = ?))");
SQL(report_row, "select day, provider_id, partner_id from daily_report where id = ? and direction ="
	" 'receivable'");
SQL(report_resendable,
	"select s.id" CHARGES " where x.session_id is not null and s.ended_at >= ? and s.ended_at < ?"
	" and s.provider_id = ? and s.member_provider_id = ?" COUNTED " and (" DIFFERS
	" & 7) <> 0 order by s.id limit 1000");

const char *report_differ_name(int bit)
{
	static const char *const names[DIFFER_BITS] = { "order_open", "order", "disputed", "no_record",
		"record", "meter" };

	return names[bit];
}

struct lines { report_line_fn fn; void *ctx; };

static NEOERR *take_line(const struct row *r, void *ctx)
{
	const struct lines *l = ctx;
	bool none = row_i64(r, 13) != 0;
	const struct report_line line = { .session_id = row_i64(r, 0),
		.no = row_str(r, 1),
		.station = row_str(r, 2),
		.pile = row_str(r, 3),
		.phone = row_str(r, 4),
		.started_at = row_time(r, 5),
		.ended_at = row_time(r, 6),
		.energy = row_energy(r, 7),
		.energy_fee = row_money(r, 8),
		.service_fee = row_money(r, 9),
		.amount = row_money(r, 10),
		.order_energy = none ? -1 : row_energy(r, 11),
		.order_amount = none ? -1 : row_money(r, 12),
		.differs = (unsigned)row_i64(r, 14) };

	return nerr_pass(l->fn(&line, l->ctx));
}

NEOERR *report_lines(struct db *db, int64_t day, int64_t owner_id, int64_t member_id, int max,
	report_line_fn fn, void *ctx)
{
	struct lines l = { fn, ctx };
	int64_t end = day + DAY_SECONDS;
	NEOERR *err;

	TRY(db_query(db, &report_line_select,
		ARGS(TIME(day), TIME(end), I64(owner_id), I64(member_id), I64(max)), take_line, &l));
	TRY(db_query(db, &report_remote_select,
		ARGS(TIME(day), TIME(end), I64(owner_id), I64(member_id), I64(max)), take_line, &l));
out:
	return nerr_pass(err);
}

/* ---- counts */

#define PAIRS_MAX 20000
struct pair { int64_t owner, member, n; };
struct counts { int n; struct pair *pair; };

static NEOERR *take_count(const struct row *r, void *ctx)
{
	struct counts *c = ctx;

	if (c->n < PAIRS_MAX)
		c->pair[c->n++] = (struct pair){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2) };
	return STATUS_OK;
}

struct checking { int64_t day; struct counts counts; };

static NEOERR *check_tx(struct db *db, void *ctx)
{
	struct checking *k = ctx;
	int64_t day = k->day, end = day + DAY_SECONDS;
	NEOERR *err;

	k->counts.n = 0;
	TRY(db_exec(db, &report_reset, ARGS(DAY(day)), NULL));
	TRY(db_query(db, &report_counts, ARGS(TIME(day), TIME(end), TIME(day), TIME(end)), take_count,
		&k->counts));
	for (int i = 0; i < k->counts.n; i++) {
		const struct pair *p = &k->counts.pair[i];

		TRY(db_exec(db, &report_count_write,
			ARGS(I64(p->n), DAY(day), I64(p->owner), I64(p->member), I64(p->member),
				I64(p->owner)),
			NULL));
	}
out:
	return nerr_pass(err);
}

NEOERR *report_check_day(struct db *db, int64_t day)
{
	struct checking k = { clock_day_start(day), { 0, calloc(PAIRS_MAX, sizeof(struct pair)) } };
	NEOERR *err;

	if (!k.counts.pair)
		error_die("out of memory");
	err = db_tx(db, check_tx, &k);
	free(k.counts.pair);
	return nerr_pass(err);
}

/* ---- once more */

struct resending { int64_t day, owner, member; int n; int64_t id[RESEND_MAX]; };

static NEOERR *take_report(const struct row *r, void *ctx)
{
	struct resending *s = ctx;

	s->day = row_time(r, 0);
	s->owner = row_i64(r, 1);
	s->member = row_i64(r, 2);
	return STATUS_OK;
}

static NEOERR *take_session(const struct row *r, void *ctx)
{
	struct resending *s = ctx;

	if (s->n < RESEND_MAX)
		s->id[s->n++] = row_i64(r, 0);
	return STATUS_OK;
}

NEOERR *report_resend(struct db *db, int64_t daily_report_id, int64_t *sent)
{
	struct resending *s = calloc(1, sizeof(*s));
	bool found = false;
	NEOERR *err;

	if (!s)
		error_die("out of memory");
	*sent = 0;
	TRY(db_find(db, &report_row, ARGS(I64(daily_report_id)), take_report, s, &found));
	if (!found)
		goto out;
	TRY(db_query(db, &report_resendable,
		ARGS(TIME(s->day), TIME(s->day + DAY_SECONDS), I64(s->owner), I64(s->member)),
		take_session, s));
	for (; *sent < s->n; ++*sent)
		TRY(exchange_order_again(db, s->id[*sent]));
out:
	free(s);
	return nerr_pass(err);
}

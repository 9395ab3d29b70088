/* daily_report.c - the interconnection of a day: who charged at whose stations, in both directions
 * (I6).
 * Owns table daily_report. Serves daily_report.h; the Excel is daily_report_xlsx.c. */
#include "charge/daily_report.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/choice.h"

#define PAIRS_MAX 20000
#define COLUMNS 11

/* What the stations' owner is paid: the agreed part (I2) where there is one. The index
 * session_report carries the sessions. */
SQL(report_pairs,
	"select owner, member, sum(n), sum(energy), sum(energy_fee), sum(service_fee), sum(amount) from"
	" (select s.provider_id owner, s.member_provider_id member, count(*) n, sum(s.energy) energy,"
	" sum(coalesce(h.energy_fee, s.energy_fee)) energy_fee, sum(coalesce(h.service_fee,"
	" s.service_fee)) service_fee, sum(coalesce(h.amount, s.amount)) amount from session s left"
	" join session_share h on h.session_id = s.id where s.ended_at >= ? and s.ended_at < ? and"
	" s.state = 'finished' and s.anomaly <> 'void' and s.member_provider_id is not null and"
	" s.member_provider_id <> s.provider_id group by s.provider_id, s.member_provider_id union all"
	" select partner_id, provider_id, count(*),"
	" sum(energy), sum(energy_fee), sum(service_fee), sum(amount) from remote_session where"
	" ended_at >= ? and ended_at < ? and state = 'finished' group by partner_id, provider_id) x"
	" group by owner, member");
SQL(report_lock,
	"select id, direction, provider_id, partner_id, sessions, energy, energy_fee, service_fee,"
	" amount, confirm_status"
	" from daily_report where day = ? order by id for update");
SQL(report_update,
	"update daily_report set sessions = ?, energy = ?, energy_fee = ?, service_fee = ?, amount ="
	" ?, updated_at = ?,"
	" version = version + 1 where id = ?");
SQL(report_note,
	"update daily_report set note = ?, updated_at = ?, version = version + 1 where id = ? and"
	" note <> ?");

static const struct bulk report_insert = {
	"insert into daily_report (day, direction, provider_id, partner_id, sessions, energy,"
	" energy_fee, service_fee, amount,"
	" created_at, updated_at) values",
	"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "", COLUMNS
};

/* One row of the report, as it is or as it should be. */
struct line {
	int64_t id, provider_id, partner_id, sessions, energy, energy_fee, service_fee, amount;
	bool payable, confirmed;
};
struct lines { struct line *line; int n, room; };
struct making { int64_t day, rows; struct lines want, have; };

static struct line *add_line(struct lines *l)
{
	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 64;
		l->line = realloc(l->line, (size_t)l->room * sizeof(*l->line));
		if (!l->line)
			error_die("out of memory");
	}
	memset(&l->line[l->n], 0, sizeof(l->line[l->n]));
	return &l->line[l->n++];
}

static void take_figures(const struct row *r, int at, struct line *l)
{
	l->sessions = row_i64(r, at);
	l->energy = row_energy(r, at + 1);
	l->energy_fee = row_money(r, at + 2);
	l->service_fee = row_money(r, at + 3);
	l->amount = row_money(r, at + 4);
}

/* Our station, their member: we receive, they pay; the same figures from both sides. */
static NEOERR *take_pair(const struct row *r, void *ctx)
{
	struct making *m = ctx;

	if (m->want.n >= PAIRS_MAX * 2)
		return nerr_raise(ERR_INVALID, "more than %d pairs of providers in one day", PAIRS_MAX);
	for (int payable = 0; payable < 2; payable++) {
		struct line *l = add_line(&m->want);

		l->payable = payable;
		l->provider_id = row_i64(r, payable ? 1 : 0);
		l->partner_id = row_i64(r, payable ? 0 : 1);
		take_figures(r, 2, l);
	}
	return STATUS_OK;
}

static NEOERR *take_existing(const struct row *r, void *ctx)
{
	struct making *m = ctx;
	struct line *l = add_line(&m->have);

	l->id = row_i64(r, 0);
	l->payable = text_eq(row_str(r, 1), "payable");
	l->provider_id = row_i64(r, 2);
	l->partner_id = row_i64(r, 3);
	take_figures(r, 4, l);
	l->confirmed = text_eq(row_str(r, 9), "confirmed");
	return STATUS_OK;
}

static int by_pair(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->payable != y->payable)
		return x->payable - y->payable;
	if (x->provider_id != y->provider_id)
		return x->provider_id < y->provider_id ? -1 : 1;
	return x->partner_id < y->partner_id ? -1 : x->partner_id > y->partner_id;
}

static struct line *find(const struct lines *in, const struct line *l)
{
	return in->n ? bsearch(l, in->line, (size_t)in->n, sizeof(*l), by_pair) : NULL;
}

static bool same_figures(const struct line *a, const struct line *b)
{
	return a->sessions == b->sessions && a->energy == b->energy && a->energy_fee == b->energy_fee &&
		a->service_fee == b->service_fee && a->amount == b->amount;
}

/* What finance has confirmed is a promise to the partner: it stays, and the difference stands
 * beside it. */
static NEOERR *note_difference(struct db *db, const struct line *have, const struct line *want)
{
	char amount[FIXED_TEXT], energy[FIXED_TEXT], note[200];

	snprintf(note, sizeof(note), "确认后数据变动: 订单 %lld, 电量 %s, 金额 %s", (long long)want->sessions,
		energy_text(want->energy, energy), fixed_format(want->amount, MONEY_SCALE, 2, amount));
	return nerr_pass(db_exec(db, &report_note,
		ARGS(STR(note), TIME(clock_now()), I64(have->id), STR(note)), NULL));
}

static NEOERR *bring_up(struct db *db, struct making *m, const struct line *have)
{
	const struct line *want = find(&m->want, have), none = { 0 };

	want = want ? want : &none;
	if (same_figures(have, want))
		return STATUS_OK;
	m->rows++;
	if (have->confirmed)
		return nerr_pass(note_difference(db, have, want));
	return nerr_pass(db_exec(db, &report_update,
		ARGS(I64(want->sessions), ENERGY(want->energy), MONEY(want->energy_fee),
			MONEY(want->service_fee), MONEY(want->amount), TIME(clock_now()), I64(have->id)),
		NULL));
}

static NEOERR *insert_new(struct db *db, struct making *m)
{
	struct arg *args = calloc((size_t)m->want.n * COLUMNS + 1, sizeof(*args)), *a = args;
	int64_t now = clock_now();
	int rows = 0;
	NEOERR *err;

	if (!args)
		error_die("out of memory");
	for (int i = 0; i < m->want.n; i++) {
		const struct line *l = &m->want.line[i];

		if (find(&m->have, l))
			continue;
		*a++ = DAY(m->day);
		*a++ = STR(l->payable ? "payable" : "receivable");
		*a++ = I64(l->provider_id);
		*a++ = I64(l->partner_id);
		*a++ = I64(l->sessions);
		*a++ = ENERGY(l->energy);
		*a++ = MONEY(l->energy_fee);
		*a++ = MONEY(l->service_fee);
		*a++ = MONEY(l->amount);
		*a++ = TIME(now);
		*a++ = TIME(now);
		rows++;
	}
	err = db_bulk(db, &report_insert, args, rows, NULL);
	free(args);
	m->rows += rows;
	return nerr_pass(err);
}

static NEOERR *make(struct db *db, void *ctx)
{
	struct making *m = ctx;
	NEOERR *err;

	m->rows = m->want.n = m->have.n = 0;
	TRY(db_query(db, &report_lock, ARGS(DAY(m->day)), take_existing, m));
	TRY(db_query(db, &report_pairs,
		ARGS(TIME(m->day), TIME(m->day + DAY_SECONDS), TIME(m->day), TIME(m->day + DAY_SECONDS)),
		take_pair, m));
	if (m->want.n)
		qsort(m->want.line, (size_t)m->want.n, sizeof(struct line), by_pair);
	if (m->have.n)
		qsort(m->have.line, (size_t)m->have.n, sizeof(struct line), by_pair);
	for (int i = 0; i < m->have.n; i++)
		TRY(bring_up(db, m, &m->have.line[i]));
	TRY(insert_new(db, m));
out:
	return nerr_pass(err);
}

NEOERR *daily_report_make(struct db *db, int64_t day, int64_t *rows)
{
	struct making m = { .day = clock_day_start(day) };
	NEOERR *err = db_tx(db, make, &m);

	*rows = m.rows;
	free(m.want.line);
	free(m.have.line);
	return nerr_pass(err);
}

/* settlement_make.c - which bills are due on a day, and what each comes to: the sums of the orders
 * behind it.
 * Owns the figures in table settlement. Serves settlement.h. */
#include "charge/settlement_internal.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/agreement.h"
#include "charge/partner.h"
#include "charge/split.h"

#define MONTH_LONG (31 * DAY_SECONDS)

SQL(settlement_rules,
	"select provider_id, kind, cycle, bill_day from settlement_rule where deleted = 0 order by id");
SQL(settlement_properties,
	"select id, name, '' from property where provider_id = ? and deleted = 0 order by id");
SQL(settlement_fleets,
	"select id, name, '' from fleet where provider_id = ? and deleted = 0 order by id");
SQL(settlement_parties,
	"select p.party_owner, max(p.party_name), p.party_kind from split p where p.provider_id = ?"
	" and p.party_kind <> 'property' and p.created_at >= ? group by p.party_kind, p.party_owner"
	" order by p.party_kind, p.party_owner");
SQL(settlement_agreements,
	"select a.id, a.name, d.provider_id, d.partner_id, d.from_day, d.to_day from agreement_due d"
	" join agreement a on a.id = d.agreement_id join agreement_version v on v.id = a.version_id"
	" where d.direction = 'receivable' and d.from_day = ? and v.bill_day = ? order by a.id");
#define SUMS(detail) "select count(*), 0, coalesce(sum(energy), 0), coalesce(sum(energy_fee), 0)," \
	" coalesce(sum(service_fee), 0), coalesce(sum(amount), 0), coalesce(sum(refunded), 0)," \
	" coalesce(sum(part), 0) from (" detail ") d"
SQL(settlement_property_sums, SUMS(PROPERTY_DETAIL));
SQL(settlement_party_sums, SUMS(PARTY_DETAIL));
SQL(settlement_fleet_sums, SUMS(FLEET_DETAIL));
SQL(settlement_agreement_sums, SUMS(AGREEMENT_DETAIL));
SQL(settlement_due_get,
	"select bookings, amount from agreement_due where agreement_id = ? and from_day = ? and"
	" direction = 'receivable'");
SQL(settlement_lock,
	"select id, state from settlement where provider_id = ? and subject = ? and from_day = ? for"
	" update");
SQL(settlement_insert,
	"insert into settlement (kind, provider_id, direction, subject, name, partner_id, property_id,"
	" fleet_id, agreement_id, party_kind, subject_id, from_day, to_day, created_at, updated_at)"
	" values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(settlement_figures,
	"update settlement set sessions = ?, bookings = ?, energy = ?, energy_fee = ?, service_fee ="
	" ?, turnover = ?, refunds = ?, amount = ?, version = version + 1, updated_at = ? where id ="
	" ? and (sessions, bookings, energy, energy_fee, service_fee, turnover, refunds, amount) <>"
	" (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(settlement_row,
	"select kind, provider_id, subject_id, coalesce(partner_id, 0), from_day, to_day, party_kind,"
	" name from settlement where id = ?");

int settlement_args(const struct settlement_wish *w, struct arg out[SETTLEMENT_ARGS])
{
	int n = 0;

	if (w->kind == SETTLEMENT_PARTY) {
		out[n++] = I64(w->provider_id);
		out[n++] = STR(w->party_kind);
	}
	out[n++] = I64(w->subject_id);
	if (w->kind == SETTLEMENT_PARTY)
		out[n++] = TIME(w->from);
	if (w->kind == SETTLEMENT_PROPERTY)
		out[n++] = TIME(w->from - MONTH_LONG);
	out[n++] = TIME(w->from);
	out[n++] = TIME(w->to + DAY_SECONDS);
	return n;
}

static NEOERR *take_row(const struct row *r, void *ctx)
{
	struct settlement_wish *w = ctx;

	*w = (struct settlement_wish){
		.kind = (enum settlement_kind)choice_value(&settlement_kind_choices, row_str(r, 0)),
		.provider_id = row_i64(r, 1), .subject_id = row_i64(r, 2), .partner_id = row_i64(r, 3),
		.from = row_time(r, 4), .to = row_time(r, 5) };
	text_copy(w->party_kind, sizeof w->party_kind, row_str(r, 6));
	text_copy(w->name, sizeof w->name, row_str(r, 7));
	return STATUS_OK;
}

NEOERR *settlement_get(struct db *db, int64_t id, struct settlement_wish *out)
{
	return nerr_pass(db_get(db, &settlement_row, ARGS(I64(id)), take_row, out));
}

/* ---- who is due */

struct due { struct settlement_list *list; struct settlement_wish proto; };

static struct settlement_wish *add(struct due *d)
{
	struct settlement_list *l = d->list;

	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 64;
		l->wish = realloc(l->wish, (size_t)l->room * sizeof *l->wish);
		if (!l->wish)
			error_die("out of memory");
	}
	l->wish[l->n] = d->proto;
	return &l->wish[l->n++];
}

static NEOERR *take_subject(const struct row *r, void *ctx)
{
	struct settlement_wish *w = add(ctx);

	w->subject_id = row_i64(r, 0);
	text_copy(w->name, sizeof w->name, row_str(r, 1));
	text_copy(w->party_kind, sizeof w->party_kind, row_str(r, 2));
	if (text_eq(w->party_kind, choice_name(&split_party_kind_choices, SPLIT_PARTY_PROVIDER)))
		w->partner_id = w->subject_id;
	return STATUS_OK;
}

static NEOERR *take_agreement(const struct row *r, void *ctx)
{
	struct settlement_wish *w = add(ctx);

	w->subject_id = row_i64(r, 0);
	text_copy(w->name, sizeof w->name, row_str(r, 1));
	w->provider_id = row_i64(r, 2);
	w->partner_id = row_i64(r, 3);
	w->from = row_time(r, 4);
	w->to = row_time(r, 5);
	return STATUS_OK;
}

#define RULES_MAX 20000
struct rule { int64_t provider_id, bill_day; enum settlement_kind kind; bool weekly; };
struct rules { int n; struct rule rule[RULES_MAX]; };

static NEOERR *take_rule(const struct row *r, void *ctx)
{
	struct rules *all = ctx;

	if (all->n == RULES_MAX)
		return nerr_raise(ERR_INVALID, "more than %d rules of settlement", RULES_MAX);
	all->rule[all->n++] = (struct rule){ .provider_id = row_i64(r, 0),
		.kind = (enum settlement_kind)choice_value(&settlement_kind_choices, row_str(r, 1)),
		.weekly = text_eq(row_str(r, 2), "week"), .bill_day = row_i64(r, 3) };
	return STATUS_OK;
}

static NEOERR *due_of_rule(struct db *db, const struct rule *rule, int64_t day,
	struct settlement_list *list)
{
	struct due d = { list, { .kind = rule->kind, .provider_id = rule->provider_id } };
	NEOERR *err = STATUS_OK;

	if (!partner_cycle(rule->weekly, (int)rule->bill_day, day, &d.proto.from, &d.proto.to))
		return STATUS_OK;
	if (rule->kind == SETTLEMENT_PROPERTY)
		TRY(db_query(db, &settlement_properties, ARGS(I64(rule->provider_id)), take_subject, &d));
	else if (rule->kind == SETTLEMENT_FLEET)
		TRY(db_query(db, &settlement_fleets, ARGS(I64(rule->provider_id)), take_subject, &d));
	else
		TRY(db_query(db, &settlement_parties,
			ARGS(I64(rule->provider_id), TIME(d.proto.from)), take_subject, &d));
out:
	return nerr_pass(err);
}

NEOERR *settlement_due(struct db *db, int64_t day, struct settlement_list *list)
{
	static struct rules rules;                   /* too big for a stack */
	struct due d = { list, { .kind = SETTLEMENT_AGREEMENT } };
	struct civil c;
	NEOERR *err;

	*list = (struct settlement_list){ NULL, 0, 0 };
	rules.n = 0;
	clock_civil(day, &c);
	partner_cycle(false, c.day, day, &d.proto.from, &d.proto.to);
	TRY(db_query(db, &settlement_agreements, ARGS(DAY(d.proto.from), I64(c.day)), take_agreement,
		&d));
	TRY(db_query(db, &settlement_rules, NOARGS, take_rule, &rules));
	for (int i = 0; i < rules.n; i++)
		TRY(due_of_rule(db, &rules.rule[i], day, list));
out:
	return nerr_pass(err);
}

/* ---- what it comes to */

struct figures {
	int64_t sessions, bookings, energy, energy_fee, service_fee, turnover, refunds, amount;
};

static NEOERR *take_figures(const struct row *r, void *ctx)
{
	*(struct figures *)ctx = (struct figures){ row_i64(r, 0), row_i64(r, 1), row_energy(r, 2),
		row_money(r, 3), row_money(r, 4), row_money(r, 5), row_money(r, 6), row_money(r, 7) };
	return STATUS_OK;
}

static NEOERR *take_due_amount(const struct row *r, void *ctx)
{
	struct figures *f = ctx;

	f->bookings = row_i64(r, 0);
	f->amount = row_money(r, 1);
	return STATUS_OK;
}

static NEOERR *count(struct db *db, const struct settlement_wish *w, struct figures *f)
{
	static const struct sql *const sums[] = { [SETTLEMENT_AGREEMENT] = &settlement_agreement_sums,
		[SETTLEMENT_PROPERTY] = &settlement_property_sums,
		[SETTLEMENT_PARTY] = &settlement_party_sums, [SETTLEMENT_FLEET] = &settlement_fleet_sums };
	struct arg args[SETTLEMENT_ARGS];
	int n = settlement_args(w, args);
	NEOERR *err;

	TRY(db_get(db, sums[w->kind], args, n, take_figures, f));
	if (w->kind == SETTLEMENT_AGREEMENT)
		TRY(db_get(db, &settlement_due_get, ARGS(I64(w->subject_id), DAY(w->from)),
			take_due_amount, f));
out:
	return nerr_pass(err);
}

static NEOERR *begin(struct db *db, const struct settlement_wish *w, const char *subject,
	int64_t *id)
{
	int64_t now = clock_now();
	bool agreement = w->kind == SETTLEMENT_AGREEMENT, fleet = w->kind == SETTLEMENT_FLEET;

	return nerr_pass(db_insert(db, &settlement_insert,
		ARGS(STR(choice_name(&settlement_kind_choices, (int)w->kind)), I64(w->provider_id),
			STR(agreement || fleet ? "receivable" : "payable"), STR(subject), STR(w->name),
			IDREF(w->partner_id), IDREF(w->kind == SETTLEMENT_PROPERTY ? w->subject_id : 0),
			IDREF(fleet ? w->subject_id : 0), IDREF(agreement ? w->subject_id : 0),
			STR(w->party_kind), I64(w->subject_id), DAY(w->from), DAY(w->to), TIME(now), TIME(now)),
		id));
}

static NEOERR *put_figures(struct db *db, int64_t id, const struct figures *f)
{
#define FIGURES(f) I64((f)->sessions), I64((f)->bookings), ENERGY((f)->energy), \
	MONEY((f)->energy_fee), MONEY((f)->service_fee), MONEY((f)->turnover), MONEY((f)->refunds), \
	MONEY((f)->amount)
	return nerr_pass(db_exec(db, &settlement_figures,
		ARGS(FIGURES(f), TIME(clock_now()), I64(id), FIGURES(f)), NULL));
}

struct standing { int64_t id; bool draft; };

static NEOERR *take_standing(const struct row *r, void *ctx)
{
	*(struct standing *)ctx = (struct standing){ row_i64(r, 0), text_eq(row_str(r, 1), "draft") };
	return STATUS_OK;
}

struct writing { const struct settlement_wish *w; int64_t id; };

static NEOERR *write(struct db *db, void *ctx)
{
	struct writing *job = ctx;
	const struct settlement_wish *w = job->w;
	struct standing there = { 0, true };
	struct figures f = { 0 };
	char subject[49];
	bool found;
	NEOERR *err;

	job->id = 0;
	snprintf(subject, sizeof subject, "%s:%s:%lld",
		choice_name(&settlement_kind_choices, (int)w->kind), w->party_kind,
		(long long)w->subject_id);
	TRY(db_find(db, &settlement_lock, ARGS(I64(w->provider_id), STR(subject), DAY(w->from)),
		take_standing, &there, &found));
	if (!there.draft)
		return STATUS_OK;
	TRY(count(db, w, &f));
	if (!there.id && !f.sessions && !f.bookings && !f.amount)
		return STATUS_OK;
	if (!there.id)
		TRY(begin(db, w, subject, &there.id));
	TRY(put_figures(db, there.id, &f));
	job->id = there.id;
out:
	return nerr_pass(err);
}

NEOERR *settlement_write(struct db *db, const struct settlement_wish *w, int64_t *id)
{
	struct writing job = { w, 0 };
	NEOERR *err = db_tx(db, write, &job);

	*id = job.id;
	return nerr_pass(err);
}

NEOERR *settlement_recount(struct db *db, int64_t id, enum cycle_bill_refusal *refusal)
{
	struct settlement_wish w;
	struct writing job = { &w, 0 };
	NEOERR *err;

	TRY(settlement_get(db, id, &w));
	if (w.kind == SETTLEMENT_AGREEMENT)
		TRY(agreement_due_again(db, w.subject_id, w.from, w.to));
	TRY(write(db, &job));
	*refusal = job.id ? BILL_OK : BILL_WRONG_STATE;
out:
	return nerr_pass(err);
}

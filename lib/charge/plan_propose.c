/* plan_propose.c - a plan's connectors, powers, energies and prices as the problem that
 * plan_order.c solves, and the answer that was accepted.
 * Owns nothing but what plan_propose.h says. Serves plan_propose.h. */
#include "charge/plan_propose.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/plan.h"
#include "charge/tariff.h"

SQL(propose_plan, "select start_time, gap_seconds from plan where id = ? and deleted = 0");
SQL(propose_lines,
	"select t.id, coalesce(t.energy, 0), " PLAN_WATT ", concat(l.name, ' ', c.name),"
	" coalesce(v.plate, ''), l.id, coalesce(t.leave_time, '') from plan_connector t"
	" join connector c on c.id = t.connector_id join pile l on l.id = c.pile_id left join vehicle v"
	" on v.id = t.vehicle_id where t.plan_id = ? and t.deleted = 0 order by t.id");
SQL(accept_plan, "update plan set limit_watt = ?, until_time = ? where id = ?");
SQL(accept_line, "update plan_connector set start_after = ? where id = ?");
SQL(unaccept_lines,
	"update plan_connector set start_after = null where plan_id = ? and start_after is not null");

struct asking { struct proposal *p; char start[6]; int gap; int64_t pile_id; };

static NEOERR *take_plan(const struct row *r, void *ctx)
{
	struct asking *a = ctx;

	text_copy(a->start, sizeof(a->start), row_str(r, 0));
	a->gap = (int)row_i64(r, 1);
	return STATUS_OK;
}

static int slot_of(const struct proposal *p, const char *leave)
{
	int64_t at = *leave ? plan_next(leave, p->run) : 0, slot = (at - p->from) / PROPOSE_SLOT;

	return !at || slot > p->problem.slots ? p->problem.slots : slot > 0 ? (int)slot : 0;
}

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct asking *a = ctx;
	struct proposal *p = a->p;
	int64_t energy = row_energy(r, 1);
	int i = p->problem.n;

	if (!a->pile_id)
		a->pile_id = row_i64(r, 5);
	if (energy <= 0 || i == PROPOSE_CONNECTORS) {
		p->without_energy++;
		return STATUS_OK;
	}
	p->vehicle[i] = (struct schedule_vehicle){ .energy = energy, .watt = (int)row_i64(r, 2),
		.from = 0, .to = slot_of(p, row_str(r, 6)) };
	p->row[i].line_id = row_i64(r, 0);
	text_copy(p->row[i].name, sizeof(p->row[i].name), row_str(r, 3));
	text_copy(p->row[i].plate, sizeof(p->row[i].plate), row_str(r, 4));
	p->problem.n++;
	return STATUS_OK;
}

NEOERR *plan_prices(struct db *db, int64_t pile_id, int64_t from, struct schedule_problem *p,
	bool *found)
{
	struct tariff t;
	NEOERR *err;

	*found = false;
	err = tariff_for(db, pile_id, 0, from, &t);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	for (int k = 0; err == STATUS_OK && k < p->slots; k++) {
		const struct tariff_slot *s = tariff_slot_at(&t, from + k * PROPOSE_SLOT);

		p->price[k] = s ? s->energy_price + s->service_price : 0;
	}
	*found = err == STATUS_OK;
	return nerr_pass(err);
}

static void put_bound(struct proposal *p)
{
	struct schedule_problem free_power = p->problem;
	struct schedule s;

	free_power.interval = 0;
	schedule_solve(&free_power, &s);
	p->bound = s.cost;
	p->bound_missing = s.total_missing;
	schedule_clear(&s);
}

static void solve(struct proposal *p)
{
	p->fault = order_solve(&p->problem, 0, &p->order);
	if (p->fault == SCHEDULE_INTERVAL)
		return;
	put_bound(p);
	if (p->fault == SCHEDULE_SHORT)
		p->limit_needed = order_limit_needed(&p->problem, 0);
}

NEOERR *plan_propose(struct db *db, int64_t plan_id, int limit_watt, const char *until,
	struct proposal *out, bool *found)
{
	struct asking a = { .p = out };
	int64_t end;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	*found = false;
	TRY(db_get(db, &propose_plan, ARGS(I64(plan_id)), take_plan, &a));
	out->run = plan_next(a.start, clock_now());
	out->from = (out->run + PROPOSE_SLOT - 1) / PROPOSE_SLOT * PROPOSE_SLOT;
	end = plan_next(until, out->run);
	out->problem = (struct schedule_problem){ .slot_seconds = PROPOSE_SLOT, .interval = a.gap,
		.slots = end > out->from ? (int)((end - out->from) / PROPOSE_SLOT) : 0,
		.vehicle = out->vehicle };
	if (out->problem.slots == 0 || !end)
		return STATUS_OK;
	for (int k = 0; k < out->problem.slots; k++)
		out->problem.limit[k] = limit_watt;
	TRY(db_query(db, &propose_lines, ARGS(I64(plan_id)), take_line, &a));
	TRY(plan_prices(db, a.pile_id, out->from, &out->problem, found));
	if (*found)
		solve(out);
out:
	return nerr_pass(err);
}

void proposal_clear(struct proposal *p)
{
	order_clear(&p->order);
}

NEOERR *plan_accept(struct db *db, int64_t plan_id, int limit_watt, const char *until, int64_t by,
	bool *fine)
{
	struct proposal *p = calloc(1, sizeof(*p));
	NEOERR *err;

	if (!p)
		error_die("out of memory");
	TRY(plan_propose(db, plan_id, limit_watt, until, p, fine));
	*fine = *fine && p->fault == SCHEDULE_FITS && !p->without_energy && p->problem.n > 0;
	if (!*fine)
		goto out;
	TRY(plan_changed(db, plan_id, by));
	TRY(db_exec(db, &accept_plan, ARGS(I64(limit_watt), STR(until), I64(plan_id)), NULL));
	for (int i = 0; i < p->problem.n; i++)
		TRY(db_exec(db, &accept_line,
			ARGS(I64(p->from - p->run + p->order.start[i]), I64(p->row[i].line_id)), NULL));
out:
	proposal_clear(p);
	free(p);
	return nerr_pass(err);
}

NEOERR *plan_unaccept(struct db *db, int64_t plan_id)
{
	NEOERR *err;

	TRY(db_exec(db, &accept_plan, ARGS(NULLARG, NULLARG, I64(plan_id)), NULL));
	TRY(db_exec(db, &unaccept_lines, ARGS(I64(plan_id)), NULL));
out:
	return nerr_pass(err);
}

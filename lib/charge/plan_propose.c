/* plan_propose.c - a plan's connectors, powers, energies and prices as the problem that
 * plan_schedule.c solves.
 * Owns nothing. Serves plan_propose.h. */
#include "charge/plan_propose.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/plan.h"
#include "charge/tariff.h"

#define SLOT 1800

SQL(propose_plan, "select start_time, gap_seconds from plan where id = ? and deleted = 0");
SQL(propose_lines,
	"select t.connector_id, coalesce(t.energy, 0), coalesce(l.rated_power, if(l.current_type ="
	" 'ac', 7, 60)), concat(l.name, ' ', c.name), coalesce(v.plate, ''), l.id from plan_connector t"
	" join connector c on c.id = t.connector_id join pile l on l.id = c.pile_id left join vehicle v"
	" on v.id = t.vehicle_id where t.plan_id = ? and t.deleted = 0 order by t.id");

struct asking { struct proposal *p; char start[6]; int gap; int64_t pile_id; };

static NEOERR *take_plan(const struct row *r, void *ctx)
{
	struct asking *a = ctx;

	text_copy(a->start, sizeof(a->start), row_str(r, 0));
	a->gap = (int)row_i64(r, 1);
	return STATUS_OK;
}

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct asking *a = ctx;
	struct proposal *p = a->p;
	int64_t kw = row_money(r, 2), energy = row_energy(r, 1);
	int i = p->problem.n;

	if (!a->pile_id)
		a->pile_id = row_i64(r, 5);
	if (energy <= 0)
		p->without_energy++;
	if (energy <= 0 || i == PROPOSE_CONNECTORS)
		return STATUS_OK;
	p->vehicle[i] = (struct schedule_vehicle){ .energy = energy,
		.watt = (int)(kw / (MONEY_YUAN / 1000)), .from = 0, .to = p->problem.slots };
	p->row[i].connector_id = row_i64(r, 0);
	text_copy(p->row[i].name, sizeof(p->row[i].name), row_str(r, 3));
	text_copy(p->row[i].plate, sizeof(p->row[i].plate), row_str(r, 4));
	p->problem.n++;
	return STATUS_OK;
}

static NEOERR *read_prices(struct db *db, struct asking *a, bool *found)
{
	struct schedule_problem *q = &a->p->problem;
	struct tariff t;
	NEOERR *err;

	*found = false;
	err = tariff_for(db, a->pile_id, 0, a->p->from, &t);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	for (int k = 0; err == STATUS_OK && k < q->slots; k++) {
		const struct tariff_slot *s = tariff_slot_at(&t, a->p->from + k * SLOT);

		q->price[k] = s ? s->energy_price + s->service_price : 0;
	}
	*found = err == STATUS_OK;
	return nerr_pass(err);
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
	out->from = plan_next(a.start, clock_now());
	end = plan_next(until, out->from);
	out->from = (out->from + SLOT - 1) / SLOT * SLOT;
	out->problem = (struct schedule_problem){ .slot_seconds = SLOT, .interval = a.gap,
		.slots = end > out->from ? (int)((end - out->from) / SLOT) : 0,
		.vehicle = out->vehicle };
	if (out->problem.slots == 0 || !end)
		return STATUS_OK;
	for (int k = 0; k < out->problem.slots; k++)
		out->problem.limit[k] = limit_watt;
	TRY(db_query(db, &propose_lines, ARGS(I64(plan_id)), take_line, &a));
	TRY(read_prices(db, &a, found));
	if (!*found)
		return STATUS_OK;
	out->fault = schedule_solve(&out->problem, &out->schedule);
	if (out->fault == SCHEDULE_SHORT)
		out->limit_needed = schedule_limit_needed(&out->problem);
out:
	return nerr_pass(err);
}

void proposal_clear(struct proposal *p)
{
	schedule_clear(&p->schedule);
}

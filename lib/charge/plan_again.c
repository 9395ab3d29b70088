/* plan_again.c - the rest of a run as the problem that plan_order.c solves, and its answer written.
 * Owns table plan_change. Serves plan_again.h. */
#include "charge/plan_again.h"

#include "base/clock.h"
#include "charge/plan_propose.h"

SQL(again_plan,
	"select limit_watt, gap_seconds from plan where id = ? and deleted = 0 and limit_watt is not"
	" null for update");
SQL(again_starts,
	"select t.id, t.state = 'waiting', coalesce(t.energy, 0), coalesce(t.watt, 0), t.leave_at,"
	" t.start_at, c.pile_id from plan_start t join connector c on c.id = t.connector_id where"
	" t.plan_id = ? and t.due_at = ? order by t.id limit ?");
/* Of all plans of the station: they share its power, and its interval between starts. */
SQL(again_running,
	"select coalesce(t.watt, 0), t.start_at, coalesce(t.energy, 0) - coalesce(s.energy, 0) from"
	" plan p join plan o on o.station_id = p.station_id join plan_start t on t.plan_id = o.id and"
	" t.state = 'started' and t.start_at > ? join session s on s.id = t.session_id and s.state in"
	" ('starting', 'charging', 'stopping', 'suspended') where p.id = ?");
SQL(again_change,
	"insert into plan_change (plan_id, due_at, at, reason, connector_id) values (?, ?, ?, ?, ?)");
SQL(again_change_done,
	"update plan_change set moved = ?, left_out = ?, missing = ?, limit_needed = ? where id = ?");
SQL(again_move,
	"update plan_start set start_at = ?, energy = ?, plan_change_id = ? where id = ? and state ="
	" 'waiting'");
SQL(again_leave_out,
	"update plan_start set state = 'refused', refusal = 'plan_short', plan_change_id = ? where id ="
	" ? and state = 'waiting'");

struct rest {
	struct db *db;
	int64_t now, base, last_start, pile_id, end;
	int limit, waiting, first;
	struct schedule_problem p;
	struct schedule_vehicle vehicle[PROPOSE_CONNECTORS];
	struct { int64_t id, start_at, leave_at; } row[PROPOSE_CONNECTORS];
	int old[PROPOSE_CONNECTORS];
};

static NEOERR *take_plan(const struct row *r, void *ctx)
{
	struct rest *w = ctx;

	w->limit = (int)row_i64(r, 0);
	for (int k = 0; k < SCHEDULE_SLOTS; k++)
		w->p.limit[k] = w->limit;
	w->p.interval = (int)row_i64(r, 1);
	return STATUS_OK;
}

/* All of the run keep their rank; only those that wait want energy. */
static NEOERR *take_start(const struct row *r, void *ctx)
{
	struct rest *w = ctx;
	int i = w->p.n++;
	bool waits = row_i64(r, 1) != 0;

	w->vehicle[i] = (struct schedule_vehicle){ .energy = waits ? row_energy(r, 2) : 0,
		.watt = (int)row_i64(r, 3) };
	w->row[i].id = waits ? row_i64(r, 0) : 0;
	w->row[i].leave_at = row_time(r, 4);
	w->row[i].start_at = row_time(r, 5);
	w->old[i] = (int)(row_time(r, 5) - w->base);
	if (waits) {
		w->waiting++;
		w->end = w->row[i].leave_at > w->end ? w->row[i].leave_at : w->end;
		w->pile_id = w->pile_id ? w->pile_id : row_i64(r, 6);
	}
	return STATUS_OK;
}

/* What charges counts until it has its energy at full power, at least for the slot that runs. */
static NEOERR *take_running(const struct row *r, void *ctx)
{
	struct rest *w = ctx;
	int64_t watt = row_i64(r, 0), begin = row_time(r, 1), energy = row_energy(r, 2), end;

	if (begin > w->last_start)
		w->last_start = begin;
	begin = begin > w->now ? begin : w->now;
	end = begin + (watt > 0 && energy > 0 ? (energy * 360 + watt - 1) / watt : 1);
	for (int k = 0; k < SCHEDULE_SLOTS && w->base + k * PROPOSE_SLOT < end; k++)
		w->p.limit[k] -= (int)watt;
	return STATUS_OK;
}

/* Nothing starts sooner than the interval after the last start. */
static void make_problem(struct rest *w)
{
	int64_t first = w->last_start + w->p.interval, slots = (w->end - w->base) / PROPOSE_SLOT;

	w->p.slot_seconds = PROPOSE_SLOT;
	w->p.slots = slots > SCHEDULE_SLOTS ? SCHEDULE_SLOTS : slots > 0 ? (int)slots : 0;
	w->p.vehicle = w->vehicle;
	w->first = (int)((first > w->now ? first : w->now) - w->base);
	for (int i = 0; i < w->p.n; i++)
		w->vehicle[i].to = w->row[i].leave_at > w->base
			? (int)((w->row[i].leave_at - w->base) / PROPOSE_SLOT) : 0;
}

static bool old_is_over(const struct rest *w)
{
	for (int i = 0; i < w->p.n; i++)
		if (w->row[i].id && w->row[i].start_at < w->now)
			return true;
	return false;
}

/* The plan's whole limit under which all would fit, with what charges already in every slot. */
static int limit_needed(const struct rest *w)
{
	int needed = order_limit_needed(&w->p, w->first), most = INT32_MIN;

	for (int k = 0; k < w->p.slots; k++)
		most = w->p.limit[k] > most ? w->p.limit[k] : most;
	return needed && w->p.slots ? needed + w->limit - most : needed;
}

struct answer { int64_t change_id; int moved, left_out; struct order order; };

static NEOERR *write_start(struct rest *w, struct answer *a, int i)
{
	int64_t start = w->base + a->order.start[i];
	NEOERR *err = STATUS_OK;

	if (!w->row[i].id)
		return STATUS_OK;
	if (a->order.start[i] < 0) {
		a->left_out++;
		return nerr_pass(db_exec(w->db, &again_leave_out,
			ARGS(I64(a->change_id), I64(w->row[i].id)), NULL));
	}
	if (start == w->row[i].start_at && !a->order.missing[i])
		return STATUS_OK;
	a->moved += start != w->row[i].start_at;
	TRY(db_exec(w->db, &again_move,
		ARGS(TIME(start), ENERGY(w->vehicle[i].energy - a->order.missing[i]), I64(a->change_id),
			I64(w->row[i].id)),
		NULL));
out:
	return nerr_pass(err);
}

static NEOERR *write_answer(struct rest *w, const struct plan_cause *c, bool stays,
	struct answer *a)
{
	bool is_short = !stays && a->order.total_missing > 0;
	int needed = is_short ? limit_needed(w) : 0;
	NEOERR *err;

	TRY(db_insert(w->db, &again_change,
		ARGS(I64(c->plan_id), TIME(c->due), TIME(w->now),
			STR(choice_name(&plan_reason_choices, (int)c->reason)), IDREF(c->connector_id)),
		&a->change_id));
	for (int i = 0; i < w->p.n && !stays; i++)
		TRY(write_start(w, a, i));
	TRY(db_exec(w->db, &again_change_done,
		ARGS(I64(a->moved), I64(a->left_out), ENERGY(is_short ? a->order.total_missing : 0),
			needed ? I64(needed) : NULLARG, I64(a->change_id)),
		NULL));
out:
	return nerr_pass(err);
}

static NEOERR *solve(struct rest *w, const struct plan_cause *c)
{
	enum schedule_fault fault;
	struct answer a = { 0 };
	bool stays, priced;
	int64_t cost;
	NEOERR *err;

	make_problem(w);
	TRY(plan_prices(w->db, w->pile_id, w->base, &w->p, &priced));
	fault = order_solve(&w->p, w->first, &a.order);
	stays = fault == SCHEDULE_INTERVAL || (!old_is_over(w) && order_fits(&w->p, w->old, &cost) &&
		cost <= a.order.cost);
	TRY(write_answer(w, c, stays, &a));
out:
	order_clear(&a.order);
	return nerr_pass(err);
}

NEOERR *plan_again(struct db *db, const struct plan_cause *c)
{
	struct rest *w = calloc(1, sizeof(*w));
	bool found;
	NEOERR *err;

	if (!w)
		error_die("out of memory");
	w->db = db;
	w->now = clock_now();
	w->base = w->now / PROPOSE_SLOT * PROPOSE_SLOT;
	TRY(db_find(db, &again_plan, ARGS(I64(c->plan_id)), take_plan, w, &found));
	if (!found)
		goto out;
	TRY(db_query(db, &again_starts,
		ARGS(I64(c->plan_id), TIME(c->due), I64(PROPOSE_CONNECTORS)), take_start, w));
	if (!w->waiting)
		goto out;
	TRY(db_query(db, &again_running,
		ARGS(TIME(clock_now() - 3 * DAY_SECONDS), I64(c->plan_id)), take_running, w));
	TRY(solve(w, c));
out:
	free(w);
	return nerr_pass(err);
}

static NEOERR *in_tx(struct db *db, void *ctx)
{
	return nerr_pass(plan_again(db, ctx));
}

NEOERR *plan_again_tx(struct db *db, const struct plan_cause *cause)
{
	struct plan_cause c = *cause;

	return nerr_pass(db_tx(db, in_tx, &c));
}

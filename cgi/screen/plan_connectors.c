/* plan_connectors.c - /admin/plan/<id>/connectors: the connectors of the plan's station by area,
 * with their state; those of the plan are ticked, with vehicle, energy and when it leaves (Z2).
 * Owns nothing; writes plan_connector as the screen does. Serves clerks and fleets' users. */
#include "cgi/response.h"
#include "cgi/screen/screen.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/plan.h"
#include "charge/plan_propose.h"

#define CONNECTORS 400
#define VEHICLES 1000
#define ENERGY_MIN (ENERGY_KWH / 10)
#define ENERGY_MAX (500 * ENERGY_KWH)

SQL(connectors_plan, "SELECT name, fleet_id FROM plan WHERE id = ?");
SQL(connectors_of_station,
	"SELECT c.id, a.name, l.name, c.name, l.current_type = 'dc', COALESCE(v.state, 'offline'),"
	" COALESCE(t.id, 0), COALESCE(o.id, 0), COALESCE(w.plate, ''), COALESCE(t.energy, ''),"
	" COALESCE(t.leave_time, '') FROM plan p JOIN pile l ON l.station_id = p.station_id AND"
	" l.deleted = 0 JOIN connector c ON c.pile_id = l.id AND c.deleted = 0 LEFT JOIN area a ON"
	" a.id = l.area_id LEFT JOIN connector_live v ON v.connector_id = c.id LEFT JOIN"
	" plan_connector t ON t.connector_id = c.id AND t.deleted = 0 AND t.plan_id = p.id LEFT JOIN"
	" plan_connector o ON o.connector_id = c.id AND o.deleted = 0 AND o.plan_id <> p.id LEFT JOIN"
	" vehicle w ON w.id = t.vehicle_id WHERE p.id = ? ORDER BY a.is_default DESC, a.id, l.id,"
	" c.number LIMIT ?");
SQL(connectors_vehicles,
	"SELECT plate FROM vehicle WHERE fleet_id = ? AND deleted = 0 ORDER BY plate LIMIT ?");
SQL(connectors_vehicle,
	"SELECT id FROM vehicle WHERE fleet_id = ? AND deleted = 0 AND plate = ?");
SQL(connectors_add,
	"INSERT INTO plan_connector (plan_id, connector_id, vehicle_id, energy, leave_time, created_at,"
	" created_by, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(connectors_write,
	"UPDATE plan_connector SET vehicle_id = ?, energy = ?, leave_time = ?, updated_at = ?,"
	" updated_by = ?, version = version + 1 WHERE id = ?");
SQL(connectors_drop,
	"UPDATE plan_connector SET deleted = id, updated_at = ?, updated_by = ? WHERE id = ?");

/* A connector as it stands, or as it was sent. */
struct line {
	int64_t id, row_id, other_id, vehicle_id, energy_value;
	const char *area, *pile, *name, *state, *plate, *energy, *leave, *problem;
	bool dc, on, changed;
};
struct page {
	struct request *req;
	int64_t id, fleet_id;
	const char *name;
	int n, ticked, changes, vehicles;
	bool fine;
	struct line *line;
};

static NEOERR *take_plan(const struct row *r, void *ctx)
{
	struct page *p = ctx;

	p->name = arena_strdup(&p->req->arena, row_str(r, 0));
	p->fleet_id = row_i64(r, 1);
	return STATUS_OK;
}

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct page *p = ctx;
	struct arena *m = &p->req->arena;
	struct line *l = &p->line[p->n++];
	char energy[FIXED_TEXT] = "";

	if (*row_str(r, 9))
		fixed_format(row_energy(r, 9), ENERGY_SCALE, 1, energy);
	*l = (struct line){ .id = row_i64(r, 0), .area = arena_strdup(m, row_str(r, 1)),
		.pile = arena_strdup(m, row_str(r, 2)), .name = arena_strdup(m, row_str(r, 3)),
		.dc = row_i64(r, 4) != 0, .state = arena_strdup(m, row_str(r, 5)), .row_id = row_i64(r, 6),
		.on = row_i64(r, 6) != 0, .other_id = row_i64(r, 7),
		.plate = arena_strdup(m, row_str(r, 8)), .energy = arena_strdup(m, energy),
		.leave = arena_strdup(m, row_str(r, 10)) };
	return STATUS_OK;
}

static NEOERR *load(struct request *req, struct page *p, bool lock)
{
	NEOERR *err;

	*p = (struct page){ .req = req, .id = route_id(req, "id") };
	p->line = arena_alloc(&req->arena, CONNECTORS * sizeof(*p->line));
	TRY(resource_reach(req, &plan_resource, p->id, lock));
	TRY(db_get(req->db, &connectors_plan, ARGS(I64(p->id)), take_plan, p));
	TRY(db_query(req->db, &connectors_of_station, ARGS(I64(p->id), I64(CONNECTORS)), take_line, p));
out:
	return nerr_pass(err);
}

/* ---- shown */

static NEOERR *put_line(struct page *p, int i)
{
	const struct line *l = &p->line[i];
	struct request *req = p->req;
	NEOERR *err;

	TRY(hdf_put(req->hdf, screen_number(req, l->id), "Connector.%d", i));
	if (i == 0 || !text_eq(l->area, p->line[i - 1].area))
		TRY(hdf_put(req->hdf, l->area, "Connector.%d.area", i));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%s %s", l->pile, l->name),
		"Connector.%d.name", i));
	TRY(hdf_put(req->hdf, text_get(req, l->dc ? "plan.by_vin" : "plan.by_vehicle"),
		"Connector.%d.way", i));
	TRY(screen_choice(req, &connector_state_choices, l->state,
		arena_printf(&req->arena, "Connector.%d.state", i)));
	if (l->on)
		TRY(hdf_put(req->hdf, "1", "Connector.%d.on", i));
	if (l->other_id)
		TRY(hdf_put(req->hdf, "1", "Connector.%d.taken", i));
	TRY(hdf_put(req->hdf, l->plate, "Connector.%d.plate", i));
	TRY(hdf_put(req->hdf, l->energy, "Connector.%d.energy", i));
	TRY(hdf_put(req->hdf, l->leave, "Connector.%d.leave", i));
	if (l->problem)
		TRY(hdf_put(req->hdf, text_get(req, l->problem), "Connector.%d.problem", i));
out:
	return nerr_pass(err);
}

static NEOERR *put_vehicle(const struct row *r, void *ctx)
{
	struct page *p = ctx;

	return nerr_pass(hdf_put(p->req->hdf, row_str(r, 0), "Vehicle.%d", p->vehicles++));
}

static NEOERR *show(struct page *p)
{
	struct request *req = p->req;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < p->n; i++)
		TRY(put_line(p, i));
	TRY(db_query(req->db, &connectors_vehicles, ARGS(I64(p->fleet_id), I64(VEHICLES)), put_vehicle,
		p));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/plan/%lld", (long long)p->id),
		"Ask.back"));
	TRY(screen_page(req, "plan", "plan.connectors", p->name, "screen/plan_connectors.cs"));
out:
	return nerr_pass(err);
}

NEOERR *plan_connectors_show(struct request *req)
{
	struct page p;
	NEOERR *err;

	TRY(load(req, &p, false));
	TRY(show(&p));
out:
	return nerr_pass(err);
}

/* ---- taken */

static const char *sent(struct page *p, const char *what, int64_t id)
{
	return request_param_or(p->req, arena_printf(&p->req->arena, "%s%lld", what, (long long)id),
		"");
}

static NEOERR *judge_vehicle(struct page *p, struct line *l)
{
	NEOERR *err = STATUS_OK;

	l->vehicle_id = 0;
	if (*l->plate)
		TRY(db_i64(p->req->db, &connectors_vehicle, ARGS(I64(p->fleet_id), STR(l->plate)),
			&l->vehicle_id));
	if (*l->plate && !l->vehicle_id)
		l->problem = "error.plan_vehicle";
	else if (!*l->plate && !l->dc)
		l->problem = "error.plan_vehicle_needed";
out:
	return nerr_pass(err);
}

/* A connector that another plan has is left as it is: it cannot be ticked. */
static NEOERR *take_sent(struct page *p, struct line *l)
{
	const char *plate = sent(p, "plate", l->id), *energy = sent(p, "energy", l->id);
	const char *leave = sent(p, "leave", l->id);
	bool on = *sent(p, "on", l->id) != '\0';
	NEOERR *err = STATUS_OK;

	l->changed = on != l->on || (on && (!text_eq(plate, l->plate) || !text_eq(energy, l->energy) ||
		!text_eq(leave, l->leave)));
	l->on = on;
	p->ticked += on;
	p->changes += l->changed;
	if (!on)
		return STATUS_OK;
	l->plate = plate;
	l->energy = energy;
	l->leave = leave;
	l->energy_value = 0;
	if (l->other_id)
		l->problem = "error.plan_connector_taken";
	else
		TRY(judge_vehicle(p, l));
	if (*energy && (!energy_parse(energy, &l->energy_value) || l->energy_value < ENERGY_MIN ||
			l->energy_value > ENERGY_MAX))
		l->problem = "error.plan_energy";
	if (*leave && !plan_next(leave, clock_now()))
		l->problem = "error.plan_time";
	p->fine = p->fine && !l->problem;
out:
	return nerr_pass(err);
}

static NEOERR *write_line(struct page *p, const struct line *l)
{
	struct db *db = p->req->db;
	struct arg energy = l->energy_value ? ENERGY(l->energy_value) : NULLARG;
	struct arg leave = *l->leave ? STR(l->leave) : NULLARG, now = TIME(clock_now());
	struct arg by = IDREF(p->req->who.user_id);
	int64_t row = l->row_id;
	NEOERR *err;

	if (!l->changed)
		return STATUS_OK;
	if (!l->on)
		TRY(db_exec(db, &connectors_drop, ARGS(now, by, I64(row)), NULL));
	else if (row)
		TRY(db_exec(db, &connectors_write,
			ARGS(IDREF(l->vehicle_id), energy, leave, now, by, I64(row)), NULL));
	else
		TRY(db_insert(db, &connectors_add,
			ARGS(I64(p->id), I64(l->id), IDREF(l->vehicle_id), energy, leave, now, by, now, by),
			&row));
	TRY(audit_add(db, &p->req->actor, "plan_connector", row,
		!l->on ? "delete" : l->row_id ? "update" : "create", "connector_id", NULL,
		screen_number(p->req, l->id)));
out:
	return nerr_pass(err);
}

static NEOERR *save_tx(struct db *db, void *ctx)
{
	struct page *p = ctx;
	NEOERR *err;

	TRY(load(p->req, p, true));
	p->fine = true;
	for (int i = 0; i < p->n; i++)
		TRY(take_sent(p, &p->line[i]));
	if (!p->fine || !p->changes)
		return STATUS_OK;
	for (int i = 0; i < p->n; i++)
		TRY(write_line(p, &p->line[i]));
	TRY(plan_unaccept(db, p->id));
	TRY(plan_changed(db, p->id, p->req->who.user_id));
out:
	return nerr_pass(err);
}

/* All or nothing; nothing changed: the plan's confirmation holds. Somebody else's plan that takes a
 * connector in the same moment is found by the unique key. */
NEOERR *plan_connectors_save(struct request *req)
{
	struct page p = { .req = req };
	NEOERR *err = db_tx(req->db, save_tx, &p);

	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = load(req, &p, false);
		p.fine = false;
	}
	if (err != STATUS_OK)
		goto out;
	if (!p.fine) {
		TRY(hdf_put(req->hdf, text_get(req, "plan.connectors_wrong"), "Form.error"));
		req->status = 422;
		TRY(show(&p));
		goto out;
	}
	response_redirect_saying(req, arena_printf(&req->arena, "/admin/plan/%lld",
		(long long)p.id), "plan.connectors_kept", screen_number(req, p.ticked));
out:
	return nerr_pass(err);
}

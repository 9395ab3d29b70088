/* vehicle.c - /d/vehicle: a driver's own vehicles and the limit of charge he asks for (V2), and
 * /d/fleet/<id>/vehicle: those of the fleet that he administers (U9, V1).
 * Owns what drivers write of table vehicle.
 * Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/station.h"
#include "charge/vehicle.h"

#define VEHICLES 300

SQL(vehicle_list,
	"SELECT v.id, v.plate, COALESCE(v.vin, ''), CONCAT_WS(' ', b.brand, NULLIF(b.series, '')),"
	" v.soc_limit, v.soc_wanted, v.soc_state FROM vehicle v LEFT JOIN vehicle_brand b ON b.id ="
	" v.vehicle_brand_id WHERE v.deleted = 0 AND v.fleet_id <=> ? AND v.member_id <=> ?"
	" ORDER BY v.id DESC LIMIT ?");
SQL(vehicle_insert,
	"INSERT INTO vehicle (provider_id, fleet_id, member_id, plate, vin, created_at, updated_at)"
	" VALUES (?, ?, ?, ?, NULLIF(?, ''), ?, ?)");
SQL(vehicle_gone,
	"UPDATE vehicle SET deleted = id, updated_at = ?, version = version + 1 WHERE id = ? AND"
	" fleet_id <=> ? AND member_id <=> ? AND deleted = 0");
SQL(vehicle_ask,
	"UPDATE vehicle SET soc_wanted = ?, soc_state = 'pending', updated_at = ?, version = version"
	" + 1 WHERE id = ? AND member_id = ? AND deleted = 0");
SQL(vehicle_home, "SELECT provider_id FROM member WHERE id = ?");

/* Whose vehicles the page is about: a fleet's or the driver's own. */
struct whose { struct request *req; int64_t fleet_id, member_id, provider_id, id; int n;
	const char *path, *plate, *vin, *action; int64_t wanted; };

static NEOERR *enter(struct request *req, bool fleet, struct whose *w)
{
	NEOERR *err = STATUS_OK;

	*w = (struct whose){ .req = req, .path = "/d/vehicle" };
	if (fleet) {
		TRY(fleet_enter(req, &w->fleet_id, &w->provider_id));
		w->path = arena_printf(&req->arena, "/d/fleet/%lld/vehicle", (long long)w->fleet_id);
	} else {
		w->member_id = req->who.member_id;
		TRY(db_i64(req->db, &vehicle_home, ARGS(I64(w->member_id)), &w->provider_id));
	}
out:
	return nerr_pass(err);
}

static NEOERR *on_vehicle(const struct row *r, void *ctx)
{
	struct whose *w = ctx;
	struct request *req = w->req;
	int i = w->n++;
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 0), "Vehicle.%d", i));
	TRY(hdf_put(req->hdf, row_str(r, 1), "Vehicle.%d.plate", i));
	TRY(hdf_put(req->hdf, row_str(r, 2), "Vehicle.%d.vin", i));
	TRY(hdf_put(req->hdf, row_str(r, 3), "Vehicle.%d.brand", i));
	TRY(hdf_put(req->hdf, row_str(r, 4), "Vehicle.%d.limit", i));
	TRY(hdf_put(req->hdf, row_str(r, 5), "Vehicle.%d.wanted", i));
	if (!text_eq(row_str(r, 6), "none"))
		TRY(put_choice(req, &soc_state_choices,
			choice_value(&soc_state_choices, row_str(r, 6)),
			arena_printf(&req->arena, "Vehicle.%d.state", i)));
out:
	return nerr_pass(err);
}

static NEOERR *page(struct whose *w, const char *problem)
{
	struct request *req = w->req;
	NEOERR *err;

	TRY(db_query(req->db, &vehicle_list,
		ARGS(IDREF(w->fleet_id), IDREF(w->member_id), I64(VEHICLES)), on_vehicle, w));
	TRY(hdf_put(req->hdf, w->path, "Vehicles.path"));
	if (!w->fleet_id)
		TRY(hdf_put(req->hdf, "1", "Vehicles.own"));
	TRY(hdf_put(req->hdf, request_param_or(req, "plate", ""), "Vehicles.plate"));
	TRY(hdf_put(req->hdf, request_param_or(req, "vin", ""), "Vehicles.vin"));
	if (problem) {
		TRY(hdf_put(req->hdf, text_get(req, problem), "Problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_get(req, "driver.vehicle_title"), "Page.title"));
	TRY(render_page(req, "driver/vehicle.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *show(struct request *req, bool fleet)
{
	struct whose w;
	NEOERR *err;

	TRY(enter(req, fleet, &w));
	TRY(page(&w, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *add_tx(struct db *db, void *ctx)
{
	struct whose *w = ctx;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_insert(db, &vehicle_insert,
		ARGS(I64(w->provider_id), IDREF(w->fleet_id), IDREF(w->member_id), STR(w->plate),
			STR(w->vin), TIME(now), TIME(now)),
		&w->id));
	TRY(audit_add(db, &w->req->actor, w->fleet_id ? "fleet_vehicle" : "member_vehicle", w->id,
		"create", NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *add(struct request *req, bool fleet)
{
	struct whose w;
	NEOERR *err;

	TRY(enter(req, fleet, &w));
	w.plate = plate_given(req, "plate");
	w.vin = request_param_or(req, "vin", "");
	if (!w.plate)
		return nerr_pass(page(&w, "driver.vehicle_plate_wrong"));
	if (*w.vin && !vin_is(w.vin))
		return nerr_pass(page(&w, "error.vehicle_vin"));
	err = db_tx(req->db, add_tx, &w);
	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		return nerr_pass(page(&w, "driver.vehicle_there"));
	}
	TRY(err);
	response_redirect_saying(req, w.path, "driver.vehicle_added", w.plate);
out:
	return nerr_pass(err);
}

static NEOERR *change_tx(struct db *db, void *ctx)
{
	struct whose *w = ctx;
	bool gone = text_eq(w->action, "delete");
	int64_t found = 0, now = clock_now();
	NEOERR *err;

	if (gone)
		TRY(db_exec(db, &vehicle_gone,
			ARGS(TIME(now), I64(w->id), IDREF(w->fleet_id), IDREF(w->member_id)), &found));
	else
		TRY(db_exec(db, &vehicle_ask,
			ARGS(I64(w->wanted), TIME(now), I64(w->id), I64(w->member_id)), &found));
	if (!found)
		return nerr_raise(ERR_NOT_FOUND, "no such vehicle");
	TRY(audit_add(db, &w->req->actor, w->fleet_id ? "fleet_vehicle" : "member_vehicle", w->id,
		w->action, NULL, NULL, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *gone(struct request *req, bool fleet)
{
	struct whose w;
	NEOERR *err;

	TRY(enter(req, fleet, &w));
	w.id = route_id(req, "vehicle");
	w.action = "delete";
	TRY(db_tx(req->db, change_tx, &w));
	response_redirect_saying(req, w.path, "driver.vehicle_gone", "");
out:
	return nerr_pass(err);
}

static NEOERR *own_show(struct request *req)
{
	return nerr_pass(show(req, false));
}

static NEOERR *own_add(struct request *req)
{
	return nerr_pass(add(req, false));
}

static NEOERR *own_gone(struct request *req)
{
	return nerr_pass(gone(req, false));
}

static NEOERR *of_fleet_show(struct request *req)
{
	return nerr_pass(show(req, true));
}

static NEOERR *of_fleet_add(struct request *req)
{
	return nerr_pass(add(req, true));
}

static NEOERR *of_fleet_gone(struct request *req)
{
	return nerr_pass(gone(req, true));
}

/* V2: an operator decides; until then the old limit counts. */
static NEOERR *ask_limit(struct request *req)
{
	struct whose w;
	NEOERR *err;

	TRY(enter(req, false, &w));
	w.id = route_id(req, "vehicle");
	w.action = "ask_limit";
	if (!request_i64(req, "limit", &w.wanted) || w.wanted < STATION_SOC_MIN || w.wanted > 100)
		return nerr_pass(page(&w, "driver.vehicle_limit_wrong"));
	TRY(db_tx(req->db, change_tx, &w));
	response_redirect_saying(req, w.path, "driver.vehicle_asked", "");
out:
	return nerr_pass(err);
}

const struct route vehicle_routes[] = {
	{ METHOD_GET, "/d/vehicle", own_show, NULL, 0 },
	{ METHOD_POST, "/d/vehicle", own_add, NULL, 0 },
	{ METHOD_POST, "/d/vehicle/:vehicle/limit", ask_limit, NULL, 0 },
	{ METHOD_POST, "/d/vehicle/:vehicle/delete", own_gone, NULL, 0 },
	{ METHOD_GET, "/d/fleet/:id/vehicle", of_fleet_show, NULL, 0 },
	{ METHOD_POST, "/d/fleet/:id/vehicle", of_fleet_add, NULL, 0 },
	{ METHOD_POST, "/d/fleet/:id/vehicle/:vehicle/delete", of_fleet_gone, NULL, 0 },
	{ .pattern = NULL },
};

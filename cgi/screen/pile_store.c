/* pile_store.c - how piles and e-bike devices are checked and stored, with their connectors.
 * Owns the rows of connector.
 * Serves pile.h. */
#include "cgi/screen/pile.h"

SQL(pile_station_kind, "SELECT COUNT(*) FROM station WHERE id = ? AND kind = ?");
SQL(pile_area_fits, "SELECT COUNT(*) FROM area WHERE id = ? AND station_id = ? AND deleted = 0");
SQL(pile_connectors, "SELECT COUNT(*) FROM connector WHERE pile_id = ? AND deleted = 0 FOR UPDATE");
SQL(pile_connectors_busy,
	"SELECT COUNT(*) FROM connector k JOIN session s ON s.connector_id = k.id"
	" WHERE k.pile_id = ? AND k.number > ? AND k.deleted = 0 AND s.state IN ('starting',"
	" 'charging', 'stopping', 'suspended')");
SQL(pile_connector_add,
	"INSERT INTO connector (pile_id, station_id, number, code, name, type, created_at,"
	" created_by, updated_at, updated_by)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(pile_connectors_drop,
	"UPDATE connector SET deleted = id, updated_at = ?, updated_by = ? WHERE pile_id = ? AND"
	" number > ? AND deleted = 0");

static NEOERR *area_check(struct request *req, struct change *c)
{
	int64_t area = change_i64(c, "area_id"), fits = 0, busy = 0;
	NEOERR *err = STATUS_OK;

	if (!c->id || change_value(c, "area_id")->changed)
		TRY(screen_owner_open(req, c, "area_id", area_open, "error.area_closed"));
	TRY(db_i64(req->db, &pile_area_fits, ARGS(I64(area), I64(change_i64(c, "station_id"))), &fits));
	if (!fits)
		change_error(c, "area_id", "error.area_of_other");
	if (!c->id || !change_value(c, "area_id")->changed)
		goto out;
	TRY(db_i64(req->db, &pile_connectors_busy, ARGS(I64(c->id), I64(0)), &busy));
	if (busy)
		change_error(c, "area_id", "error.pile_busy");
out:
	return nerr_pass(err);
}

NEOERR *pile_place_check(struct request *req, struct change *c, const char *kind)
{
	int64_t station = change_i64(c, "station_id"), fits = 0;
	NEOERR *err = STATUS_OK;

	if (!c->id) {
		TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
		TRY(db_i64(req->db, &pile_station_kind, ARGS(I64(station), STR(kind)), &fits));
		if (station && !fits)
			change_error(c, "station_id",
				text_eq(kind, "car") ? "error.station_not_car" : "error.station_not_ebike");
	}
	TRY(area_check(req, c));
out:
	return nerr_pass(err);
}

void pile_serial_check(struct change *c)
{
	const char *serial = change_text(c, "serial");

	if (!c->id && text_eq(change_text(c, "protocol"), "ykc") && serial &&
		(strlen(serial) != 14 || strspn(serial, "0123456789") != 14))
		change_error(c, "serial", "error.serial_ykc");
}

struct adding { const char *type, *name; };

static NEOERR *add_connectors(struct request *req, struct change *c, int64_t id, int64_t have,
	const struct adding *adding)
{
	NEOERR *err = STATUS_OK;
	int64_t by = req->who.user_id, now = clock_now(), want = change_i64(c, "connector_count");

	for (int64_t n = have + 1; n <= want; n++) {
		const char *code = arena_printf(&req->arena, "%s%02d", change_text(c, "code"), (int)n);
		const char *name = arena_printf(&req->arena, "%d%s", (int)n, adding->name);

		TRY(db_exec(req->db, &pile_connector_add,
			ARGS(I64(id), I64(change_i64(c, "station_id")), I64(n), STR(code), STR(name),
				STR(adding->type), TIME(now), IDREF(by), TIME(now), IDREF(by)),
			NULL));
	}
out:
	return nerr_pass(err);
}

static NEOERR *sync_connectors(struct request *req, struct change *c, int64_t id,
	const struct adding *adding)
{
	NEOERR *err = STATUS_OK;
	int64_t have = 0, want = change_i64(c, "connector_count"), busy = 0;

	TRY(db_i64(req->db, &pile_connectors, ARGS(I64(id)), &have));
	if (want > have && c->id && text_eq(change_text(c, "status"), "disabled")) {
		change_error(c, "connector_count", "error.pile_closed");
		goto out;
	}
	TRY(db_i64(req->db, &pile_connectors_busy, ARGS(I64(id), I64(want)), &busy));
	if (busy) {
		change_error(c, "connector_count", "error.connector_busy");
		goto out;
	}
	if (want < have)
		TRY(db_exec(req->db, &pile_connectors_drop,
			ARGS(TIME(clock_now()), IDREF(req->who.user_id), I64(id), I64(want)), NULL));
	TRY(add_connectors(req, c, id, have, adding));
out:
	return nerr_pass(err);
}

NEOERR *pile_store(struct request *req, struct change *c, const char *type, const char *name,
	int64_t *id)
{
	struct adding adding = { type, name };
	const char *code = NULL;
	NEOERR *err = STATUS_OK;

	if (!c->id) {
		TRY(code_for_pile(req, change_i64(c, "station_id"), &code));
		change_set(req, c, "code", code);
	}
	TRY(resource_store(req, c, id));
	if (c->errors == 0)
		TRY(sync_connectors(req, c, *id, &adding));
out:
	return nerr_pass(err);
}

NEOERR *pile_before_delete(struct request *req, int64_t id, const char **problem)
{
	NEOERR *err = STATUS_OK;
	int64_t busy = 0;

	TRY(db_i64(req->db, &pile_connectors_busy, ARGS(I64(id), I64(0)), &busy));
	if (busy) {
		*problem = "error.connector_busy";
		goto out;
	}
	TRY(db_exec(req->db, &pile_connectors_drop,
		ARGS(TIME(clock_now()), IDREF(req->who.user_id), I64(id), I64(0)), NULL));
out:
	return nerr_pass(err);
}

/* pile_store.c - how piles and e-bike devices are checked and stored, with their connectors.
 * Owns the rows of connector.
 * Serves pile.h. */
#include "cgi/screen/pile.h"
#include "charge/pile_model.h"

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

SQL(pile_is_commissioned, "SELECT commissioned FROM pile WHERE id = ?");
SQL(pile_was_seen, "SELECT COUNT(*) FROM pile_live WHERE pile_id = ? AND seen_at IS NOT NULL");
#define STATION_HALTED "(SELECT s.halted_at IS NOT NULL FROM station s WHERE s.id = pile.station_id)"
SQL(pile_put_to_work,
	"UPDATE pile SET commissioned = 1, commissioned_at = ?, halted = " STATION_HALTED ","
	" status = IF(" STATION_HALTED ", 'disabled', 'enabled'), updated_at = ?, updated_by = ?,"
	" version = version + 1 WHERE id = ?");

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

static NEOERR *place_check(struct request *req, struct change *c, const char *kind)
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

static void serial_check(struct change *c)
{
	const char *serial = change_text(c, "serial");

	if (!c->id && text_eq(change_text(c, "protocol"), "ykc") && serial &&
		(strlen(serial) != 14 || strspn(serial, "0123456789") != 14))
		change_error(c, "serial", "error.serial_ykc");
}

/* The model's word, unless the clerk typed one of his own. */
static void fill_empty(struct request *req, struct change *c, const char *field, const char *text)
{
	if (*text && change_value(c, field)->null)
		change_set(req, c, field, text);
}

static void take_from_model(struct request *req, struct change *c, const struct pile_model *m,
	bool car)
{
	change_set(req, c, "protocol", m->protocol);
	if (!c->id)
		change_set(req, c, "connector_count", arena_printf(&req->arena, "%d", m->connectors));
	fill_empty(req, c, "rated_voltage", m->rated_voltage);
	fill_empty(req, c, "rated_current", m->rated_current);
	if (!car)
		return;
	change_set(req, c, "current_type", m->current_type);
	change_set(req, c, "model", arena_printf(&req->arena, "%s %s", m->brand, m->name));
	fill_empty(req, c, "rated_power", m->rated_power);
	if (change_i64(c, "bookable") && !m->can[ABILITY_BOOKING])
		change_error(c, "bookable", "error.model_cannot");
	if (change_i64(c, "occupancy_charged") && !m->can[ABILITY_OCCUPANCY])
		change_error(c, "occupancy_charged", "error.model_cannot");
}

static NEOERR *model_check(struct request *req, struct change *c, const char *kind)
{
	struct pile_model *m = arena_alloc(&req->arena, sizeof *m);
	bool found = false;
	NEOERR *err = STATUS_OK;

	if (!change_i64(c, "model_id"))
		return STATUS_OK;
	TRY(pile_model_find(req->db, change_i64(c, "model_id"), m, &found));
	if (!found || (!m->enabled && change_value(c, "model_id")->changed))
		change_error(c, "model_id", "error.model_closed");
	else if (!text_eq(m->kind, kind))
		change_error(c, "model_id", "error.model_of_other_kind");
	else
		take_from_model(req, c, m, text_eq(kind, "car"));
out:
	return nerr_pass(err);
}

NEOERR *pile_check(struct request *req, struct change *c, const char *kind)
{
	NEOERR *err = STATUS_OK;

	TRY(place_check(req, c, kind));
	TRY(model_check(req, c, kind));
	serial_check(c);
	if (text_eq(kind, "car") && text_eq(change_text(c, "protocol"), "ap3000"))
		change_error(c, "protocol", "error.protocol_of_bikes");
	TRY(screen_tariff_of_station(req, c, "tariff_id", change_i64(c, "station_id")));
out:
	return nerr_pass(err);
}

struct adding { const struct pile_kind *kind; struct pile_model *model; };

static NEOERR *add_connector(struct request *req, struct change *c, int64_t id, int64_t n,
	const struct adding *a)
{
	const char *code = arena_printf(&req->arena, "%s%02d", change_text(c, "code"), (int)n);
	const char *type = a->kind->type, *name = "";
	int64_t by = req->who.user_id, now = clock_now();

	if (n <= a->model->connectors) {
		type = a->model->connector[n - 1].type;
		name = a->model->connector[n - 1].name;
	}
	if (!*name)
		name = arena_printf(&req->arena, "%d%s", (int)n, a->kind->word);
	return nerr_pass(db_exec(req->db, &pile_connector_add,
		ARGS(I64(id), I64(change_i64(c, "station_id")), I64(n), STR(code), STR(name), STR(type),
			TIME(now), IDREF(by), TIME(now), IDREF(by)),
		NULL));
}

static NEOERR *add_connectors(struct request *req, struct change *c, int64_t id, int64_t have,
	const struct pile_kind *kind)
{
	struct pile_model *m = arena_alloc(&req->arena, sizeof *m);
	struct adding adding = { kind, m };
	bool found;
	NEOERR *err = STATUS_OK;

	TRY(pile_model_find(req->db, change_i64(c, "model_id"), m, &found));
	for (int64_t n = have + 1; n <= change_i64(c, "connector_count"); n++)
		TRY(add_connector(req, c, id, n, &adding));
out:
	return nerr_pass(err);
}

static NEOERR *sync_connectors(struct request *req, struct change *c, int64_t id,
	const struct pile_kind *kind)
{
	NEOERR *err = STATUS_OK;
	int64_t have = 0, want = change_i64(c, "connector_count"), busy = 0;

	TRY(db_i64(req->db, &pile_connectors, ARGS(I64(id)), &have));
	if (want > have && c->id && text_eq(change_text(c, "status"), "disabled") &&
		change_i64(c, "commissioned")) {
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
	TRY(add_connectors(req, c, id, have, kind));
out:
	return nerr_pass(err);
}

NEOERR *pile_store(struct request *req, struct change *c, const struct pile_kind *kind,
	int64_t *id)
{
	const char *code = NULL;
	NEOERR *err = STATUS_OK;

	if (!c->id) {
		TRY(code_for_pile(req, change_i64(c, "station_id"), &code));
		change_set(req, c, "code", code);
		change_set(req, c, "commissioned", "0");
		change_set(req, c, "status", "disabled");
	}
	TRY(resource_store(req, c, id));
	if (c->errors == 0)
		TRY(sync_connectors(req, c, *id, kind));
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

NEOERR *pile_before_enable(struct request *req, int64_t id, const char **problem)
{
	int64_t commissioned = 0;
	NEOERR *err = db_i64(req->db, &pile_is_commissioned, ARGS(I64(id)), &commissioned);

	if (err == STATUS_OK && !commissioned)
		*problem = "error.not_commissioned";
	return nerr_pass(err);
}

NEOERR *pile_commission(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	int64_t seen = 0, now = clock_now();
	NEOERR *err = STATUS_OK;

	(void)res;
	TRY(db_i64(req->db, &pile_was_seen, ARGS(I64(id)), &seen));
	if (!seen) {
		change_error(input, NULL, "error.never_seen");
		goto out;
	}
	TRY(db_exec(req->db, &pile_put_to_work,
		ARGS(TIME(now), TIME(now), IDREF(req->who.user_id), I64(id)), NULL));
out:
	return nerr_pass(err);
}

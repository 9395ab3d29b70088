/* bay.c - bays, the plates that are always let in, and the stays of cars (K1, K7, K8).
 * Owns three screens and the live board of a station. Serves clerks of the 车位相机 group. */
#include "charge/bay.h"

#include "cgi/screen/screen.h"

#define BAYS_MAX 200

static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };
#define OF_STATION "JOIN station s ON s.id = t.station_id"

SQL(bay_area_fits, "SELECT COUNT(*) FROM area WHERE id = ? AND station_id = ? AND deleted = 0");
SQL(bay_connector_fits,
	"SELECT COUNT(*) FROM connector WHERE id = ? AND station_id = ? AND deleted = 0");
SQL(bay_watched,
	"SELECT COUNT(*) FROM camera WHERE (left_bay_id = ? OR right_bay_id = ?) AND deleted = 0");
SQL(bay_state_of, "SELECT state FROM bay WHERE id = ?");

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | EDIT | REQUIRED, 1, 40 },
	{ "station_id", F_REF, SEEN | FILTER | CREATE | REQUIRED, .ref = &station_resource },
	{ "area_id", F_REF, SEEN | FILTER | CREATE | REQUIRED, .ref = &area_resource,
		.depends = "station_id" },
	{ "count", F_INT, VIRTUAL | CREATE | REQUIRED, 1, BAYS_MAX, .fallback = "1" },
	{ "prefix", F_TEXT, VIRTUAL | CREATE, 0, 20 },
	{ "state", F_CHOICE, SEEN | FILTER, .choices = &bay_state_choices },
	{ "plate", F_PLATE, SEEN | SEARCH | PREFIX },
	{ "lock_type", F_CHOICE, SEEN | FILTER | FORM | REQUIRED, .choices = &lock_type_choices,
		.fallback = "none" },
	{ "lock_state", F_CHOICE, SEEN | FILTER, .choices = &lock_state_choices },
	{ "connector_id", F_REF, SEEN | FILTER | FOLD | EDIT, .ref = &connector_resource,
		.depends = "station_id" },
	{ "lock_address", F_INT, SHOW | EXPORT | EDIT, 0, 255 },
	{ "lock_at", F_TIME, SHOW },
	{ "changed_at", F_TIME, SEEN | HIDE },
	STATUS_FIELD(status),
	{ "note", F_LONGTEXT, SHOW | EDIT, 0, 500, .group = "more" },
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	int64_t fits = 1, connector = change_i64(c, "connector_id");
	NEOERR *err = STATUS_OK;

	if (!c->id) {
		TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
		TRY(screen_owner_open(req, c, "area_id", area_open, "error.area_closed"));
		TRY(db_i64(req->db, &bay_area_fits,
			ARGS(I64(change_i64(c, "area_id")), I64(change_i64(c, "station_id"))), &fits));
		if (!fits)
			change_error(c, "area_id", "error.area_of_other");
	} else if (connector) {
		TRY(db_i64(req->db, &bay_connector_fits,
			ARGS(I64(connector), I64(change_i64(c, "station_id"))), &fits));
		if (!fits)
			change_error(c, "connector_id", "error.bay_connector");
	}
out:
	return nerr_pass(err);
}

/* K1: a count and a kind of lock make the bays of an area; later each is changed on its own. */
static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	const char *prefix = change_text(c, "prefix");
	struct bay_plan plan = { .station_id = change_i64(c, "station_id"),
		.area_id = change_i64(c, "area_id"),
		.by = req->who.user_id,
		.count = (int)change_i64(c, "count"),
		.prefix = prefix ? prefix : "",
		.lock_type = change_text(c, "lock_type") };
	NEOERR *err;

	if (c->id)
		return nerr_pass(resource_store(req, c, id));
	TRY(bay_make(req->db, &plan, id));
	TRY(audit_add(req->db, &req->actor, "bay", *id, "create", "count", NULL,
		screen_number(req, plan.count)));
	if (plan.count > 1)
		c->go = "/admin/bay";
out:
	return nerr_pass(err);
}

static NEOERR *take_state(const struct row *r, void *ctx)
{
	int state = choice_value(&bay_state_choices, row_str(r, 0));

	*(bool *)ctx = state > BAY_BOOKED;
	return STATUS_OK;
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	int64_t watched = 0;
	bool busy = false;
	NEOERR *err;

	TRY(db_i64(req->db, &bay_watched, ARGS(I64(id), I64(id)), &watched));
	TRY(db_get(req->db, &bay_state_of, ARGS(I64(id)), take_state, &busy));
	if (watched)
		*problem = "error.bay_watched";
	else if (busy)
		*problem = "error.bay_busy";
out:
	return nerr_pass(err);
}

static NEOERR *move(struct request *req, int64_t id, bool open, struct change *input)
{
	const char *problem = NULL;
	NEOERR *err;

	TRY(bay_move_lock(req->db, id, open, req->who.user_id, &problem));
	if (problem)
		change_error(input, NULL, problem);
out:
	return nerr_pass(err);
}

static NEOERR *open_lock(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(move(req, id, true, input));
}

static NEOERR *close_lock(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(move(req, id, false, input));
}

/* A person stands there and sees that the car is gone. */
static NEOERR *car_left(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct bay_told told = { .event = BAY_LEFT, .plate = "", .at = clock_now(), .camera = true,
		.by = STAY_PERSON };
	unsigned did;
	bool late;
	NEOERR *err = bay_tell(req->db, id, &told, &did, &late);

	(void)res;
	if (err == STATUS_OK && late)
		change_error(input, NULL, "error.bay_later");
	return nerr_pass(err);
}

#define HELD "t.state IN ('occupied', 'charging', 'exempt')"
static const struct action actions[] = {
	{ "open_lock", ACT_ROW | ACT_BATCH | ACT_CONFIRM, NULL, "t.lock_type <> 'none'", open_lock },
	{ "close_lock", ACT_ROW | ACT_BATCH | ACT_CONFIRM | ACT_DANGER, NULL,
		"t.lock_type <> 'none' AND t.state IN ('empty', 'booked', 'waiting')", close_lock },
	{ "car_left", ACT_ROW | ACT_MORE | ACT_CONFIRM, NULL, "(" HELD " OR t.state = 'waiting')",
		car_left },
	ACTIONS_END,
};
static const struct tab tabs[] = { { "all", "1 = 1" }, { "empty", "t.state = 'empty'" },
	{ "held", HELD }, { "lock_fault", "t.lock_state = 'fault'" },
	{ "disabled", "t.status = 'disabled'" }, { NULL } };
static const struct child children[] = { { &bay_stay_resource, "bay_id" },
	{ &bay_event_resource, "bay_id" }, { &snapshot_resource, "bay_id" },
	{ &camera_command_resource, "bay_id" }, { NULL } };

const struct resource bay_resource = {
	.name = "bay",
	.group = "bay",
	.title = "t.name",
	.joins = OF_STATION,
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
	.before_delete = before_delete,
};

/* ---- the white list ---- */

SQL(bay_of_plate,
	"SELECT b.id FROM bay b WHERE b.station_id = ? AND b.plate = ? AND b.deleted = 0");

static const struct field list_fields[] = {
	{ "plate", F_PLATE, SEEN | SORT | SEARCH | PREFIX | PLACED | REQUIRED, 7, 12 },
	{ "station_id", F_REF, SEEN | FILTER | TYPED | REQUIRED, .ref = &station_resource },
	STATUS_FIELD(status),
	{ "note", F_TEXT, SEEN | TYPED, 0, 500 },
	CREATED_FIELD,
	FIELDS_END,
};

struct bays { int n; int64_t id[BAYS_MAX]; };

static NEOERR *take_bay(const struct row *r, void *ctx)
{
	struct bays *b = ctx;

	if (b->n < BAYS_MAX)
		b->id[b->n++] = row_i64(r, 0);
	return STATUS_OK;
}

/* K7: a car that stands there already is not counted either. */
static NEOERR *list_save(struct request *req, struct change *c, int64_t *id)
{
	struct bay_told told = { .event = BAY_LISTED, .plate = change_text(c, "plate"),
		.at = clock_now(), .camera = true };
	struct bays bays = { 0 };
	unsigned did;
	bool late;
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (c->errors)
		goto out;
	TRY(db_query(req->db, &bay_of_plate,
		ARGS(I64(change_i64(c, "station_id")), STR(told.plate)), take_bay, &bays));
	for (int i = 0; i < bays.n; i++)
		TRY(bay_tell(req->db, bays.id[i], &told, &did, &late));
out:
	return nerr_pass(err);
}

static const struct tab list_tabs[] = { { "all", "1 = 1" }, { "enabled", "t.status = 'enabled'" },
	{ "disabled", "t.status = 'disabled'" }, { NULL } };

const struct resource whitelist_resource = {
	.name = "whitelist",
	.group = "bay",
	.title = "t.plate",
	.joins = OF_STATION,
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = list_fields,
	.tabs = list_tabs,
	.save = list_save,
};

/* ---- stays ---- */

static const struct field stay_fields[] = {
	{ "entered_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "bay_id", F_REF, SEEN | FILTER, .ref = &bay_resource },
	{ "plate", F_PLATE, SEEN | SEARCH | PREFIX },
	{ "whitelisted", F_BOOL, SEEN },
	{ "left_at", F_TIME, SEEN },
	{ "minutes", F_INT, SEEN | TOTAL, .unit = "min" },
	{ "charge_minutes", F_INT, SEEN | TOTAL, .unit = "min" },
	{ "ended_by", F_CHOICE, SEEN | HIDE, .choices = &stay_end_choices },
	FIELDS_END,
};
static const struct tab stay_tabs[] = { { "all", NULL }, { "inside", "t.left_at IS NULL" },
	{ NULL } };

const struct resource bay_stay_resource = {
	.name = "bay_stay",
	.group = "bay",
	.title = "CONCAT(t.plate, ' #', t.id)",
	.joins = OF_STATION,
	.order = "t.entered_at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = stay_fields,
	.tabs = stay_tabs,
};

/* meter_reading.c - what stations' own meters say, day by day or month by month, and the loss that
 * is reckoned with where nobody reads them (T5).
 * Owns both screens. Serves who keeps the stations' power bills. */
#include "charge/station_loss.h"
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource },
	{ "day", F_DATE, SEEN | SORT | FILTER | RANGE | PLACED | REQUIRED },
	{ "reading", F_ENERGY, SEEN | TYPED | REQUIRED, 0, METER_READING_MAX },
	{ "multiplier", F_INT, SEEN | TYPED | REQUIRED, 1, METER_MULTIPLIER_MAX, .fallback = "1" },
	{ "restart", F_ENERGY, SEEN | HIDE | TYPED, 0, METER_READING_MAX },
	{ "reader", F_TEXT, SEEN | TYPED, 0, 40 },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static const char *kwh(struct request *req, int64_t energy)
{
	return screen_fixed(req, energy, ENERGY_SCALE, 3);
}

/* Neither it nor a changed meter's new beginning leaves the room between its neighbours. */
static NEOERR *check_room(struct request *req, struct change *c)
{
	const struct value *reading = change_value(c, "reading"), *day = change_value(c, "day"),
		*restart = change_value(c, "restart"), *station = change_value(c, "station_id");
	struct meter_room room;
	NEOERR *err;

	if (reading->null || day->null || station->null)
		return STATUS_OK;
	TRY(meter_reading_room(req->db, c->id, station->number, day->number, &room));
	if (room.low >= 0 && reading->number < room.low)
		change_error(c, "reading",
			text_format(req, "meter_reading.below", kwh(req, room.low), NULL));
	if (room.high >= 0 && (restart->null ? reading : restart)->number > room.high)
		change_error(c, restart->null ? "reading" : "restart",
			text_format(req, "meter_reading.beyond", kwh(req, room.high), NULL));
out:
	return nerr_pass(err);
}

static NEOERR *check(struct request *req, struct change *c)
{
	const struct value *day = change_value(c, "day");
	NEOERR *err = STATUS_OK;

	if (!day->null && day->number > clock_day_start(clock_now()))
		change_error(c, "day", "meter_reading.ahead");
	if (!c->id)
		TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
	TRY(check_room(req, c));
out:
	return nerr_pass(err);
}

static NEOERR *before_delete(struct request *req, int64_t id, const char **problem)
{
	bool fits = true;
	NEOERR *err;

	TRY(meter_reading_free(req->db, id, &fits));
	if (!fits)
		*problem = "meter_reading.joins_meters";
out:
	return nerr_pass(err);
}

static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };

const struct resource meter_reading_resource = {
	.name = "meter_reading",
	.group = "finance",
	.title = "t.day",
	.joins = "JOIN station s ON s.id = t.station_id",
	.order = "t.day DESC, t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT | CAN_IMPORT,
	.fields = fields,
	.check = check,
	.before_delete = before_delete,
};

/* ---- the loss that is reckoned with ---- */

static const struct field rate_fields[] = {
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource },
	{ "from_day", F_DATE, SEEN | SORT | FILTER | RANGE | PLACED | REQUIRED },
	{ "rate", F_PERCENT, SEEN | TYPED | REQUIRED, 0, LOSS_RATE_MAX },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

static NEOERR *rate_check(struct request *req, struct change *c)
{
	if (c->id)
		return STATUS_OK;
	return nerr_pass(
		screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
}

const struct resource loss_rate_resource = {
	.name = "loss_rate",
	.group = "finance",
	.title = "t.from_day",
	.joins = "JOIN station s ON s.id = t.station_id",
	.order = "t.from_day DESC, t.id DESC",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT | CAN_IMPORT,
	.fields = rate_fields,
	.check = rate_check,
};

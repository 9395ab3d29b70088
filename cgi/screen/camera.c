/* camera.c - cameras: what they are, what they saw, their pictures, and the wishes a clerk sends
 * them (K2-K6, K13).
 * Owns four screens. Serves clerks of the 车位相机 group. */
#include "charge/camera.h"

#include "charge/bay.h"
#include "cgi/screen/screen.h"

#define OF_STATION "JOIN station s ON s.id = t.station_id"
#define FRAME(name) { name, F_CODE, SHOW | FORM, 0, 80, .group = "bus" }
#define WORD(name, room) { name, F_CODE, SHOW | FORM, 0, room, .group = "generic" }

static const struct scope scope = { "s.provider_id", "s.property_id", "t.station_id" };

SQL(camera_area_fits, "SELECT COUNT(*) FROM area WHERE id = ? AND station_id = ? AND deleted = 0");
SQL(camera_bay_fits,
	"SELECT COUNT(*) FROM bay WHERE id = ? AND area_id = ? AND deleted = 0");
SQL(camera_bay_taken,
	"SELECT COUNT(*) FROM camera WHERE id <> ? AND deleted = 0 AND (left_bay_id = ? OR"
	" right_bay_id = ?)");
SQL(camera_number,
	"UPDATE camera SET code = CONCAT('C', LPAD(id, 6, '0')) WHERE id = ? AND code IS NULL");
SQL(camera_restore,
	"UPDATE camera SET serial_port = 1, baud = 9600, bay_mode = 'vertical', left_enabled = 1,"
	" right_enabled = 1, left_geomagnetic = '', right_geomagnetic = '', updated_at = ?,"
	" updated_by = ?, version = version + 1 WHERE id = ?");
SQL(camera_bay_ids,
	"SELECT COALESCE(left_bay_id, 0), COALESCE(right_bay_id, 0) FROM camera WHERE id = ?");

static const struct choice online_words[] = { { "online", "green" }, { "offline", "secondary" } };
static const struct choices online_states = { "online_state", online_words, 2 };

static const struct field fields[] = {
	{ "code", F_CODE, SEEN | SORT | SEARCH | PREFIX },
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 60, .group = "base" },
	{ "station_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &station_resource,
		.group = "base" },
	{ "area_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &area_resource,
		.depends = "station_id", .group = "base" },
	{ "serial", F_CODE, SEEN | SEARCH | PREFIX | TYPED | REQUIRED, 1, 40, .group = "base" },
	{ "vendor", F_CHOICE, SEEN | FILTER | FOLD | TYPED | REQUIRED,
		.choices = &camera_vendor_choices, .fallback = "vz_bay", .group = "base" },
	{ "ip", F_CODE, SEEN | SEARCH | PREFIX | TYPED, 0, 45, .group = "base" },
	{ "sim_no", F_CODE, SEEN | HIDE | TYPED, 0, 24, .group = "base" },
	{ "left_bay_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &bay_resource,
		.depends = "area_id", .group = "base" },
	{ "right_bay_id", F_REF, SEEN | FILTER | FOLD | TYPED, .ref = &bay_resource,
		.depends = "area_id", .group = "base" },
	{ "online", F_CHOICE, SEEN | FILTER, .choices = &online_states,
		.sql = "IF(t.online, 'online', 'offline')" },
	{ "seen_at", F_TIME, SEEN | HIDE },
	STATUS_FIELD(status),
	{ "min_confidence", F_INT, SHOW | FORM | REQUIRED, 0, 100, .fallback = "80",
		.group = "recognition" },
	{ "keep_alive", F_INT, SHOW | FORM | REQUIRED, 20, 3600, .fallback = "60", .unit = "s",
		.group = "recognition" },
	{ "bay_mode", F_CHOICE, SHOW | FORM | REQUIRED, .choices = &bay_mode_choices,
		.fallback = "vertical", .group = "combined" },
	{ "serial_port", F_INT, SHOW | FORM | REQUIRED, 1, 4, .fallback = "1", .group = "combined" },
	{ "baud", F_INT, SHOW | FORM | REQUIRED, 1200, 115200, .fallback = "9600",
		.group = "combined" },
	{ "left_enabled", F_BOOL, SHOW | FORM, .fallback = "1", .group = "combined" },
	{ "left_geomagnetic", F_CODE, SHOW | FORM, 0, 24, .group = "combined" },
	{ "right_enabled", F_BOOL, SHOW | FORM, .fallback = "1", .group = "combined" },
	{ "right_geomagnetic", F_CODE, SHOW | FORM, 0, 24, .group = "combined" },
	{ "settings_at", F_TIME, SHOW, .group = "combined" },
	{ "left_open_io", F_INT, SHOW | FORM | REQUIRED, 0, 3, .fallback = "0", .group = "relay" },
	{ "left_close_io", F_INT, SHOW | FORM | REQUIRED, 0, 3, .fallback = "1", .group = "relay" },
	{ "right_open_io", F_INT, SHOW | FORM | REQUIRED, 0, 3, .fallback = "2", .group = "relay" },
	{ "right_close_io", F_INT, SHOW | FORM | REQUIRED, 0, 3, .fallback = "3", .group = "relay" },
	{ "pulse_ms", F_INT, SHOW | FORM | REQUIRED, 500, 5000, .fallback = "500", .unit = "ms",
		.group = "relay" },
	FRAME("rs485_open"),
	FRAME("rs485_close"),
	FRAME("rs485_query"),
	FRAME("rs485_is_down"),
	FRAME("rs485_is_up"),
	WORD("topic_up", 100),
	WORD("topic_down", 100),
	WORD("field_id", 60),
	WORD("field_plate", 60),
	WORD("field_confidence", 60),
	WORD("field_time", 60),
	WORD("field_state", 60),
	{ "value_in", F_CODE, SHOW | FORM, 0, 20, .fallback = "1", .group = "generic" },
	{ "value_out", F_CODE, SHOW | FORM, 0, 20, .fallback = "4", .group = "generic" },
	WORD("field_bay", 60),
	WORD("field_picture", 60),
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};

/* Words that stand in the broker's rules and topics. */
static bool is_plain_word(const char *s)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	return strspn(s, allowed) == strlen(s);
}

/* Its own number must be a level of it: no camera names another's topic. */
static bool is_own_topic(const char *topic, const char *serial)
{
	char copy[CAMERA_TOPIC], *rest = copy, *level;
	bool own = false;

	text_copy(copy, sizeof(copy), topic);
	while ((level = text_split(&rest, '/')) != NULL) {
		if (!*level || !is_plain_word(level))
			return false;
		own |= text_eq(level, serial);
	}
	return own;
}

static bool is_frame(const char *s)
{
	const char *at = strstr(s, "LL");
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (!strchr("0123456789ABCDEF", s[i]) && !(at && (s + i == at || s + i == at + 1)))
			return false;
	return n % 2 == 0 && (!at || (at - s) % 2 == 0);
}

static void check_words(struct change *c)
{
	static const char *const frames[] = { "rs485_open", "rs485_close", "rs485_query",
		"rs485_is_down", "rs485_is_up" };
	static const char *const topics[] = { "topic_up", "topic_down" };
	const char *serial = change_text(c, "serial");
	bool generic = text_eq(change_text(c, "vendor"), "generic");

	if (serial && !is_plain_word(serial))
		change_error(c, "serial", "error.camera_serial");
	if (serial && text_eq(serial, "chargeops"))
		change_error(c, "serial", "error.camera_serial");
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		if (change_text(c, frames[i]) && !is_frame(change_text(c, frames[i])))
			change_error(c, frames[i], "error.camera_frame");
	for (size_t i = 0; generic && i < sizeof(topics) / sizeof(topics[0]); i++) {
		const char *topic = change_text(c, topics[i]);

		if (topic && *topic && serial && !is_own_topic(topic, serial))
			change_error(c, topics[i], "error.camera_topic");
	}
	if (generic && (!change_text(c, "topic_up") || !*change_text(c, "topic_up")))
		change_error(c, "topic_up", "error.required");
	if (generic && (!change_text(c, "field_plate") || !*change_text(c, "field_plate")))
		change_error(c, "field_plate", "error.required");
}

static NEOERR *check_bay(struct request *req, struct change *c, const char *side)
{
	int64_t bay = change_i64(c, side), fits = 0, taken = 0;
	NEOERR *err = STATUS_OK;

	if (!bay)
		goto out;
	TRY(db_i64(req->db, &camera_bay_fits, ARGS(I64(bay), I64(change_i64(c, "area_id"))), &fits));
	TRY(db_i64(req->db, &camera_bay_taken, ARGS(I64(c->id), I64(bay), I64(bay)), &taken));
	if (!fits)
		change_error(c, side, "error.camera_bay");
	else if (taken)
		change_error(c, side, "error.camera_bay_taken");
out:
	return nerr_pass(err);
}

static NEOERR *check(struct request *req, struct change *c)
{
	int64_t fits = 0;
	NEOERR *err = STATUS_OK;

	check_words(c);
	if (!c->id) {
		TRY(screen_owner_open(req, c, "station_id", station_open, "error.station_closed"));
		TRY(screen_owner_open(req, c, "area_id", area_open, "error.area_closed"));
	}
	TRY(db_i64(req->db, &camera_area_fits,
		ARGS(I64(change_i64(c, "area_id")), I64(change_i64(c, "station_id"))), &fits));
	if (!fits)
		change_error(c, "area_id", "error.area_of_other");
	TRY(check_bay(req, c, "left_bay_id"));
	TRY(check_bay(req, c, "right_bay_id"));
	if (change_i64(c, "left_bay_id") &&
		change_i64(c, "left_bay_id") == change_i64(c, "right_bay_id"))
		change_error(c, "right_bay_id", "error.camera_bay_taken");
out:
	return nerr_pass(err);
}

static NEOERR *save(struct request *req, struct change *c, int64_t *id)
{
	NEOERR *err;

	TRY(resource_store(req, c, id));
	if (!c->errors)
		TRY(db_exec(req->db, &camera_number, ARGS(I64(*id)), NULL));
	db_wake(req->db, WAKE_CAMERA);
out:
	return nerr_pass(err);
}

/* ---- wishes (K4, K5, K13) ---- */

static NEOERR *wish(struct request *req, int64_t id, enum camera_wish kind)
{
	int64_t wish_id = 0;

	return nerr_pass(camera_wish(req->db, id, 0, kind, req->who.user_id, &wish_id));
}

#define WISH(name, kind) \
	static NEOERR *name(struct request *req, const struct resource *res, int64_t id, \
		struct change *input) \
	{ \
		(void)res; \
		(void)input; \
		return nerr_pass(wish(req, id, kind)); \
	}
WISH(reboot, WISH_REBOOT)
WISH(sync_time, WISH_SYNC_TIME)
WISH(refresh, WISH_REFRESH)
WISH(snap, WISH_SNAPSHOT)
WISH(send_settings, WISH_SETTINGS)

static NEOERR *test_bays(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err;

	(void)res;
	(void)input;
	TRY(wish(req, id, WISH_TEST_LEFT));
	TRY(wish(req, id, WISH_TEST_RIGHT));
out:
	return nerr_pass(err);
}

static NEOERR *restore(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	NEOERR *err;

	(void)res;
	(void)input;
	TRY(db_exec(req->db, &camera_restore,
		ARGS(TIME(clock_now()), IDREF(req->who.user_id), I64(id)), NULL));
	TRY(wish(req, id, WISH_SETTINGS));
out:
	return nerr_pass(err);
}

static NEOERR *take_bays(const struct row *r, void *ctx)
{
	int64_t *bay = ctx;

	bay[0] = row_i64(r, 0);
	bay[1] = row_i64(r, 1);
	return STATUS_OK;
}

/* Both locks, each by a command of its own; one that has none is passed over. */
static NEOERR *each_lock(struct request *req, int64_t id, enum camera_wish kind,
	struct change *input)
{
	int64_t bay[2] = { 0, 0 }, wish_id;
	const char *problem, *last = "error.bay_no_lock";
	int moved = 0;
	NEOERR *err;

	TRY(db_get(req->db, &camera_bay_ids, ARGS(I64(id)), take_bays, bay));
	for (int i = 0; i < 2; i++) {
		if (!bay[i])
			continue;
		problem = NULL;
		if (kind == WISH_LOCK_STATE)
			TRY(camera_wish(req->db, id, bay[i], kind, req->who.user_id, &wish_id));
		else
			TRY(bay_move_lock(req->db, bay[i], kind == WISH_OPEN_LOCK, req->who.user_id,
				&problem));
		moved += !problem;
		last = problem ? problem : last;
	}
	if (!moved)
		change_error(input, NULL, last);
out:
	return nerr_pass(err);
}

#define LOCKS(name, kind) \
	static NEOERR *name(struct request *req, const struct resource *res, int64_t id, \
		struct change *input) \
	{ \
		(void)res; \
		return nerr_pass(each_lock(req, id, kind, input)); \
	}
LOCKS(sync_lock, WISH_LOCK_STATE)
LOCKS(open_lock, WISH_OPEN_LOCK)

#define CLOSABLE "NOT EXISTS (SELECT 1 FROM bay b WHERE b.id IN (t.left_bay_id, t.right_bay_id)" \
	" AND b.state IN ('occupied', 'charging', 'exempt'))"
LOCKS(close_lock, WISH_CLOSE_LOCK)

#define ENABLED "t.status = 'enabled'"
static const struct action actions[] = {
	{ "snapshot", ACT_ROW | ACT_BATCH, NULL, ENABLED, snap },
	{ "refresh", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, NULL, refresh },
	{ "sync_time", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, NULL, sync_time },
	{ "reboot", ACT_ROW | ACT_BATCH | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL, NULL, reboot },
	{ "sync_lock", ACT_ROW | ACT_BATCH | ACT_MORE, NULL, ENABLED, sync_lock },
	{ "open_lock", ACT_ROW | ACT_MORE | ACT_CONFIRM, NULL, ENABLED, open_lock },
	{ "close_lock", ACT_ROW | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL, ENABLED " AND " CLOSABLE,
		close_lock },
	{ "settings", ACT_ROW | ACT_SHOW, NULL, NULL, send_settings },
	{ "test", ACT_ROW | ACT_SHOW | ACT_MORE, NULL, NULL, test_bays },
	{ "restore", ACT_ROW | ACT_SHOW | ACT_MORE | ACT_CONFIRM | ACT_DANGER, NULL, NULL, restore },
	{ "secret", ACT_ROW | ACT_LINK | ACT_MORE },
	ACTIONS_END,
};
static const struct tab tabs[] = { { "all", "1 = 1" }, { "online", "t.online = 1" },
	{ "offline", "t.online = 0" }, { "disabled", "t.status = 'disabled'" }, { NULL } };
static const struct child children[] = { { &bay_event_resource, "camera_id" },
	{ &snapshot_resource, "camera_id" }, { &camera_command_resource, "camera_id" }, { NULL } };

const struct resource camera_resource = {
	.name = "camera",
	.group = "bay",
	.title = "t.name",
	.joins = OF_STATION,
	.order = "t.id DESC",
	.scope = &scope,
	.soft = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_ENABLE | CAN_DELETE | CAN_EXPORT |
		CAN_IMPORT,
	.fields = fields,
	.actions = actions,
	.tabs = tabs,
	.children = children,
	.check = check,
	.save = save,
};

SQL(camera_name, "SELECT name FROM camera WHERE id = ?");

static NEOERR *renew(struct db *db, int64_t id, char out[SECRET_SHOWN])
{
	return nerr_pass(camera_set_secret(db, id, out));
}

static const struct secret_page secret_page = { &camera_resource, &camera_name, renew };

NEOERR *camera_secret_show(struct request *req)
{
	return nerr_pass(secret_page_ask(req, &secret_page));
}

NEOERR *camera_secret_save(struct request *req)
{
	return nerr_pass(secret_page_renew(req, &secret_page));
}

/* ---- what they saw ---- */

static const struct field event_fields[] = {
	{ "at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "camera_id", F_REF, SEEN | FILTER, .ref = &camera_resource },
	{ "bay_id", F_REF, SEEN | FILTER, .ref = &bay_resource },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &bay_event_kind_choices },
	{ "plate", F_PLATE, SEEN | SEARCH | PREFIX },
	{ "colour", F_CHOICE, SEEN, .choices = &plate_colour_choices },
	{ "confidence", F_INT, SEEN },
	{ "outcome", F_CHOICE, SEEN | FILTER, .choices = &bay_outcome_choices },
	{ "review", F_CHOICE, SEEN | FILTER, .choices = &bay_review_choices },
	{ "snapshot_id", F_REF, SEEN, .ref = &snapshot_resource },
	{ "received_at", F_TIME, SHOW | EXPORT },
	{ "their_id", F_CODE, SHOW | EXPORT },
	{ "raw_state", F_INT, SHOW | EXPORT },
	FIELDS_END,
};
static const struct field plate_fields[] = { { "plate", F_PLATE, CREATE | REQUIRED, 7, 12 },
	FIELDS_END };

SQL(event_drop, "UPDATE bay_event SET review = 'dropped' WHERE id = ?");

static NEOERR *read_plate(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	return nerr_pass(bay_replate(req->db, id, change_text(input, "plate")));
}

static NEOERR *drop(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	(void)res;
	(void)input;
	return nerr_pass(db_exec(req->db, &event_drop, ARGS(I64(id)), NULL));
}

static const struct action event_actions[] = {
	{ "read", ACT_ROW, plate_fields, "t.review = 'open'", read_plate },
	{ "drop", ACT_ROW | ACT_BATCH, NULL, "t.review = 'open'", drop }, ACTIONS_END,
};
/* Whoever is to read the plate sees the picture. */
SQL(event_picture,
	"SELECT COALESCE(MAX(p.id), 0) FROM bay_event e JOIN snapshot p ON p.id = e.snapshot_id AND"
	" p.file <> '' WHERE e.id = ?");

static NEOERR *show_event(struct request *req, int64_t id)
{
	int64_t picture = 0;
	NEOERR *err;

	TRY(db_i64(req->db, &event_picture, ARGS(I64(id)), &picture));
	if (picture && perm_has(&req->who, "snapshot", "show"))
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%lld", (long long)picture),
			"More.picture"));
out:
	return nerr_pass(err);
}

static const struct tab event_tabs[] = { { "all", NULL }, { "review", "t.review = 'open'" },
	{ "refused", "t.outcome = 'refused'" }, { NULL } };

const struct resource bay_event_resource = {
	.name = "bay_event",
	.group = "bay",
	.title = "TRIM(CONCAT(t.plate, ' #', t.id))",
	.joins = OF_STATION,
	.order = "t.at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = event_fields,
	.actions = event_actions,
	.tabs = event_tabs,
	.show = show_event,
};

/* ---- pictures ---- */

static const struct field snapshot_fields[] = {
	{ "taken_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "station_id", F_REF, SEEN | FILTER, .ref = &station_resource },
	{ "area_id", F_REF, SEEN | FILTER, .sql = "c.area_id", .ref = &area_resource },
	{ "camera_code", F_CODE, SEEN | SEARCH | PREFIX, .sql = "c.code" },
	{ "camera_serial", F_CODE, SEEN | SEARCH | PREFIX, .sql = "c.serial" },
	{ "bay_id", F_REF, SEEN | FILTER, .ref = &bay_resource },
	{ "cause", F_CHOICE, SEEN | FILTER, .choices = &snapshot_cause_choices },
	{ "bytes", F_INT, SEEN | HIDE },
	{ "received_at", F_TIME, SHOW | EXPORT },
	FIELDS_END,
};
static const struct action snapshot_actions[] = {
	{ "picture", ACT_ROW | ACT_LINK, NULL, "t.file <> ''" }, ACTIONS_END,
};

const struct resource snapshot_resource = {
	.name = "snapshot",
	.group = "bay",
	.title = "t.id",
	.joins = OF_STATION " JOIN camera c ON c.id = t.camera_id",
	.order = "t.taken_at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = snapshot_fields,
	.actions = snapshot_actions,
};

/* ---- wishes and their answers ---- */

static const struct field command_fields[] = {
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "station_id", F_REF, SEEN | FILTER, .sql = "c.station_id", .ref = &station_resource },
	{ "camera_id", F_REF, SEEN | FILTER, .ref = &camera_resource },
	{ "bay_id", F_REF, SEEN | FILTER, .ref = &bay_resource },
	{ "kind", F_CHOICE, SEEN | FILTER, .choices = &camera_wish_choices },
	{ "status", F_CHOICE, SEEN | FILTER, .choices = &command_status_choices },
	{ "result", F_TEXT, SEEN },
	{ "sent_at", F_TIME, SEEN },
	{ "done_at", F_TIME, SEEN },
	{ "expires_at", F_TIME, SHOW | EXPORT },
	{ "created_by", F_REF, SEEN, .ref = &user_resource },
	FIELDS_END,
};
static const struct scope command_scope = { "s.provider_id", "s.property_id", "c.station_id" };
static const struct tab command_tabs[] = { { "all", NULL },
	{ "open", "t.status IN ('pending', 'sent')" }, { "done", "t.status = 'done'" },
	{ "failed", "t.status IN ('failed', 'expired')" }, { NULL } };

const struct resource camera_command_resource = {
	.name = "camera_command",
	.group = "bay",
	.title = "t.id",
	.joins = "JOIN camera c ON c.id = t.camera_id JOIN station s ON s.id = c.station_id",
	.order = "t.created_at DESC, t.id DESC",
	.scope = &command_scope,
	.plain = true,
	.big = true,
	.live = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = command_fields,
	.tabs = command_tabs,
};

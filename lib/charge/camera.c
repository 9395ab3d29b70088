/* camera.c - what cameras tell: alive or silent, cars seen and gone, pictures, frames of the lock
 * bus.
 * Owns tables camera, bay_event, snapshot. Serves camera.h. */
#include "charge/camera.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/bay.h"

#define ALIVE_MAX 500

SQL(camera_all,
	"select id, serial, vendor, status = 'enabled', online, topic_up, topic_down, field_id,"
	" field_plate, field_confidence, field_time, field_state, field_bay, field_picture, value_in,"
	" value_out from camera where deleted = 0 order by id");
SQL(camera_mark_select,
	"select coalesce(sum(version), 0) * 1000003 + coalesce(sum(deleted), 0) + coalesce(max(id), 0)"
	" from camera");
SQL(camera_seen,
	"update camera set online = 1, seen_at = ? where id = ? and deleted = 0");
SQL(camera_lost,
	"update camera set online = 0 where online = 1 and timestampdiff(second, seen_at, ?) >"
	" keep_alive");

NEOERR *camera_take_id(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

struct each { camera_fn fn; void *ctx; };

static NEOERR *take_camera(const struct row *r, void *ctx)
{
	const struct each *e = ctx;
	struct camera c = { .id = row_i64(r, 0), .enabled = row_i64(r, 3), .online = row_i64(r, 4) };
	int vendor = choice_value(&camera_vendor_choices, row_str(r, 2));
	const struct { char *to; size_t room;
	} words[] = {
		{ c.map.topic_up, sizeof(c.map.topic_up) },
		{ c.map.topic_down, sizeof(c.map.topic_down) },
		{ c.map.id, CAMERA_FIELD },
		{ c.map.plate, CAMERA_FIELD },
		{ c.map.confidence, CAMERA_FIELD },
		{ c.map.time, CAMERA_FIELD },
		{ c.map.state, CAMERA_FIELD },
		{ c.map.bay, CAMERA_FIELD },
		{ c.map.picture, CAMERA_FIELD },
		{ c.map.value_in, sizeof(c.map.value_in) },
		{ c.map.value_out, sizeof(c.map.value_out) },
	};

	c.vendor = vendor < 0 ? CAMERA_GENERIC : (enum camera_vendor)vendor;
	text_copy(c.serial, sizeof(c.serial), row_str(r, 1));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		text_copy(words[i].to, words[i].room, row_str(r, 5 + (int)i));
	return nerr_pass(e->fn(&c, e->ctx));
}

NEOERR *camera_each(struct db *db, camera_fn fn, void *ctx)
{
	struct each e = { fn, ctx };

	return nerr_pass(db_query(db, &camera_all, NOARGS, take_camera, &e));
}

NEOERR *camera_mark(struct db *db, int64_t *mark)
{
	return nerr_pass(db_i64(db, &camera_mark_select, NOARGS, mark));
}

struct alive { const int64_t *ids; int n; };

static NEOERR *alive_tx(struct db *db, void *ctx)
{
	const struct alive *a = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < a->n; i++)
		TRY(db_exec(db, &camera_seen, ARGS(TIME(clock_now()), I64(a->ids[i])), NULL));
out:
	return nerr_pass(err);
}

NEOERR *camera_alive(struct db *db, const int64_t *ids, int n)
{
	struct alive a;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < n; i += ALIVE_MAX) {
		a = (struct alive){ ids + i, n - i < ALIVE_MAX ? n - i : ALIVE_MAX };
		TRY(db_tx(db, alive_tx, &a));
	}
out:
	return nerr_pass(err);
}

NEOERR *camera_silence(struct db *db, int64_t *lost)
{
	return nerr_pass(db_exec(db, &camera_lost, ARGS(TIME(clock_now())), lost));
}

/* ---- whose bay ---- */

SQL(camera_bays,
	"select c.station_id, c.status = 'enabled', c.min_confidence, if(c.left_enabled, c.left_bay_id,"
	" null), coalesce(l.name, ''), coalesce(l.code, ''), if(c.right_enabled, c.right_bay_id, null),"
	" coalesce(r.name, ''), coalesce(r.code, '') from camera c left join bay l on l.id ="
	" c.left_bay_id left join bay r on r.id = c.right_bay_id where c.id = ? and c.deleted = 0");

struct watched {
	int64_t station_id, bay[2];
	char name[2][121], code[2][25];
	int min_confidence;
	bool enabled;
};

static NEOERR *take_watched(const struct row *r, void *ctx)
{
	struct watched *w = ctx;

	w->station_id = row_i64(r, 0);
	w->enabled = row_i64(r, 1) != 0;
	w->min_confidence = (int)row_i64(r, 2);
	for (int i = 0; i < 2; i++) {
		w->bay[i] = row_i64(r, 3 + 3 * i);
		text_copy(w->name[i], sizeof(w->name[i]), row_str(r, 4 + 3 * i));
		text_copy(w->code[i], sizeof(w->code[i]), row_str(r, 5 + 3 * i));
	}
	return STATUS_OK;
}

/* By the name or number of the bay, or "1" and "2" for left and right; a camera with one bay need
 * not say which. */
static int64_t bay_named(const struct watched *w, const char *word)
{
	for (int i = 0; *word && i < 2; i++)
		if (w->bay[i] && (text_eq(w->name[i], word) || text_eq(w->code[i], word) ||
				text_eq(word, i ? "2" : "1")))
			return w->bay[i];
	if (w->bay[0] && w->bay[1])
		return 0;
	return w->bay[0] ? w->bay[0] : w->bay[1];
}

/* ---- an event ---- */

SQL(event_insert,
	"insert into bay_event (camera_id, station_id, bay_id, their_id, kind, plate, colour,"
	" confidence, raw_state, outcome, review, snapshot_id, at, received_at) values (?, ?, ?, ?, ?,"
	" ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(event_known,
	"select count(*) from bay_event where camera_id = ? and their_id = ?");
SQL(snapshot_insert,
	"insert into snapshot (camera_id, station_id, bay_id, cause, file, bytes, taken_at,"
	" received_at) values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(bay_picture, "update bay set snapshot_id = ? where id = ?");

static NEOERR *keep_picture(struct db *db, const struct watched *w, const struct camera_told *t,
	int64_t bay_id, const char *cause, int64_t *id)
{
	NEOERR *err = STATUS_OK;

	*id = 0;
	if (!t->file[0])
		goto out;
	TRY(db_insert(db, &snapshot_insert,
		ARGS(I64(t->camera_id), I64(w->station_id), IDREF(bay_id), STR(cause), STR(t->file),
			I64(t->bytes), TIME(t->at), TIME(clock_now())),
		id));
	if (bay_id)
		TRY(db_exec(db, &bay_picture, ARGS(I64(*id), I64(bay_id)), NULL));
out:
	return nerr_pass(err);
}

static enum bay_outcome outcome_of(const struct camera_told *t, int64_t bay_id, bool unread,
	unsigned did, bool late)
{
	if (!bay_id || t->kind == TOLD_OTHER)
		return OUTCOME_IGNORED;
	if (late)
		return OUTCOME_LATE;
	if (did & BAY_DO_OPEN)
		return OUTCOME_OPENED;
	if (did & BAY_DO_ENTER)
		return OUTCOME_ENTERED;
	if (did & BAY_DO_LEAVE && t->kind == TOLD_LEFT)
		return OUTCOME_LEFT;
	if (unread)
		return OUTCOME_UNREAD;
	return did & BAY_DO_REFUSE ? OUTCOME_REFUSED : OUTCOME_NOTHING;
}

struct taking { const struct camera_told *t; bool repeated; };

static NEOERR *keep_event(struct db *db, const struct camera_told *t, const struct watched *w,
	int64_t bay_id)
{
	struct bay_told told = { .event = t->kind == TOLD_LEFT ? BAY_LEFT : BAY_SEEN,
		.colour = t->colour, .at = t->at, .camera = w->enabled };
	bool unread = t->kind == TOLD_SEEN && (!t->plate[0] || t->confidence < w->min_confidence);
	bool late = false;
	unsigned did = 0;
	int64_t picture = 0, id = 0;
	enum bay_outcome outcome;
	NEOERR *err = STATUS_OK;

	told.plate = unread || t->kind == TOLD_LEFT ? "" : t->plate;
	if (bay_id && t->kind != TOLD_OTHER)
		TRY(bay_tell(db, bay_id, &told, &did, &late));
	outcome = outcome_of(t, bay_id, unread, did, late);
	TRY(keep_picture(db, w, t, bay_id, t->kind == TOLD_LEFT ? "left" : "seen", &picture));
	TRY(db_insert(db, &event_insert,
		ARGS(I64(t->camera_id), I64(w->station_id), IDREF(bay_id), STR(t->their_id),
			STR(choice_name(&bay_event_kind_choices, t->kind)), STR(t->plate),
			STR(choice_name(&plate_colour_choices, t->colour)), I64(t->confidence),
			I64(t->raw_state), STR(choice_name(&bay_outcome_choices, outcome)),
			STR(unread && outcome != OUTCOME_IGNORED && outcome != OUTCOME_LATE ? "open" : "none"),
			IDREF(picture), TIME(t->at), TIME(clock_now())),
		&id));
out:
	return nerr_pass(err);
}

static NEOERR *take_tx(struct db *db, void *ctx)
{
	struct taking *x = ctx;
	struct watched w = { 0 };
	int64_t known = 0;
	bool found = false;
	NEOERR *err;

	TRY(db_i64(db, &event_known, ARGS(I64(x->t->camera_id), STR(x->t->their_id)), &known));
	TRY(db_find(db, &camera_bays, ARGS(I64(x->t->camera_id)), take_watched, &w, &found));
	/* K3: switched off it recognises nothing */
	x->repeated = known != 0 || !found || !w.enabled;
	if (x->repeated)
		goto out;
	TRY(keep_event(db, x->t, &w, bay_named(&w, x->t->bay)));
	TRY(db_exec(db, &camera_seen, ARGS(TIME(clock_now()), I64(x->t->camera_id)), NULL));
out:
	return nerr_pass(err);
}

/* Two writers may get the same number at once: the unique key lets one of them win. */
NEOERR *camera_take(struct db *db, const struct camera_told *t, bool *repeated)
{
	struct taking x = { .t = t };
	NEOERR *err = db_tx(db, take_tx, &x);

	if (error_is(err, ERR_DUPLICATE)) {
		error_drop(err);
		err = STATUS_OK;
		x.repeated = true;
	}
	*repeated = x.repeated;
	if (err == STATUS_OK && x.repeated)
		snapshot_unlink(t->file);
	return nerr_pass(err);
}

/* ---- pictures that were asked for ---- */

SQL(snapshot_wish_bay,
	"select coalesce(bay_id, 0) from camera_command where camera_id = ? and kind = 'snapshot' and"
	" status in ('sent', 'done') order by id desc limit 1");

struct picture_told { struct camera_told t; };

static NEOERR *picture_tx(struct db *db, void *ctx)
{
	struct picture_told *p = ctx;
	struct watched w = { 0 };
	int64_t bay = 0, id = 0;
	NEOERR *err;

	TRY(db_get(db, &camera_bays, ARGS(I64(p->t.camera_id)), take_watched, &w));
	if (!w.enabled)
		return nerr_raise(ERR_INVALID, "the camera is disabled");
	TRY(db_i64(db, &snapshot_wish_bay, ARGS(I64(p->t.camera_id)), &bay));
	TRY(keep_picture(db, &w, &p->t, bay ? bay : bay_named(&w, ""), "manual", &id));
out:
	return nerr_pass(err);
}

NEOERR *camera_take_picture(struct db *db, int64_t camera_id, const char *file, int bytes,
	int64_t at)
{
	struct picture_told p = { { .camera_id = camera_id, .bytes = bytes, .at = at } };
	NEOERR *err;

	text_copy(p.t.file, sizeof(p.t.file), file);
	err = db_tx(db, picture_tx, &p);
	if (error_is(err, ERR_INVALID) || error_is(err, ERR_NOT_FOUND)) {
		snapshot_unlink(file);           /* K3: a disabled camera takes no pictures */
		error_drop(err);
		err = STATUS_OK;
	}
	return nerr_pass(err);
}

/* ---- the lock bus ---- */

SQL(bus_select,
	"select b.id, b.lock_address, c.rs485_is_up, c.rs485_is_down from camera c join bay b on b.id"
	" in (c.left_bay_id, c.right_bay_id) where c.id = ? and c.status = 'enabled' and b.lock_type ="
	" 'rs485' and b.deleted = 0");

struct heard { const char *hex; int n; struct { int64_t bay; enum lock_state state; } of[2]; };

/* "LL" in the pattern is the bay's address. */
static bool frame_is(const char *pattern, int address, const char *hex)
{
	char want[CAMERA_FRAME], *at;

	if (!*pattern)
		return false;
	text_copy(want, sizeof(want), pattern);
	if ((at = strstr(want, "LL")) != NULL) {
		char digits[3];

		snprintf(digits, sizeof(digits), "%02X", (unsigned)address & 0xFF);
		memcpy(at, digits, 2);
	}
	return text_eq(want, hex);
}

static NEOERR *take_bus(const struct row *r, void *ctx)
{
	struct heard *h = ctx;
	int address = (int)row_i64(r, 1);
	bool up = frame_is(row_str(r, 2), address, h->hex);

	if ((!up && !frame_is(row_str(r, 3), address, h->hex)) || h->n == 2)
		return STATUS_OK;
	h->of[h->n].bay = row_i64(r, 0);
	h->of[h->n++].state = up ? LOCK_UP : LOCK_DOWN;
	return STATUS_OK;
}

NEOERR *camera_take_frame(struct db *db, int64_t camera_id, const char *hex)
{
	struct heard h = { .hex = hex };
	NEOERR *err;

	TRY(db_query(db, &bus_select, ARGS(I64(camera_id)), take_bus, &h));
	for (int i = 0; i < h.n; i++)
		TRY(bay_lock_told(db, h.of[i].bay, h.of[i].state));
out:
	return nerr_pass(err);
}

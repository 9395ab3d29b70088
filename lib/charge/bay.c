/* bay.c - the machine of bay_state.h with its row around it: one tx an event, the bay locked.
 * Owns tables bay, bay_stay. Serves bay.h. */
#include "charge/bay.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/alarm.h"
#include "charge/bay_booking.h"
#include "charge/camera.h"
#include "charge/command.h"
#include "charge/occupancy.h"

#define AHEAD_MAX 300                /* a camera's clock may be wrong */
#define SPANS_MAX 64
#define LOCK_ALARM "ground_lock"
#define SWEEP_MAX 500

SQL(bay_select,
	"select id, station_id, state, booked, exempt, charging, lock_type, lock_state, plate, stay_id,"
	" changed_at, status = 'enabled', connector_id, exists (select 1 from bay_stay s where s.id ="
	" bay.stay_id and s.reservation_id is not null) from bay where id = ? and deleted = 0 for"
	" update");
SQL(bay_store,
	"update bay set state = ?, booked = ?, exempt = ?, charging = ?, plate = ?, stay_id = ?,"
	" changed_at = ? where id = ?");
SQL(bay_listed_as,
	"select status = 'enabled' from whitelist where station_id = ? and plate = ? and deleted = 0");
SQL(stay_insert,
	"insert into bay_stay (bay_id, station_id, plate, whitelisted, entered_at) values (?, ?, ?, ?,"
	" ?)");
SQL(stay_entered, "select entered_at from bay_stay where id = ?");
SQL(stay_whitelist, "update bay_stay set whitelisted = 1 where id = ?");
SQL(stay_plate, "update bay_stay set plate = ? where id = ?");
SQL(stay_end_update,
	"update bay_stay set left_at = ?, minutes = ?, charge_minutes = ?, whitelisted = ?, ended_by ="
	" ? where id = ? and left_at is null");
SQL(stay_charges,
	"select started_at, ended_at from session where connector_id = ? and started_at < ? and"
	" (ended_at is null or ended_at > ?) order by started_at, id limit 64");

struct bay {
	int64_t id, station_id, stay_id, changed_at, connector_id;
	struct bay_machine m;
	bool has_lock, enabled;
	char lock_type[13], plate[BAY_PLATE];
};

static NEOERR *take_bay(const struct row *r, void *ctx)
{
	struct bay *b = ctx;
	int state = choice_value(&bay_state_choices, row_str(r, 2));

	*b = (struct bay){ .id = row_i64(r, 0),
		.station_id = row_i64(r, 1),
		.stay_id = row_i64(r, 9),
		.changed_at = row_time(r, 10),
		.enabled = row_i64(r, 11) != 0,
		.connector_id = row_i64(r, 12),
		.has_lock = !text_eq(row_str(r, 6), "none"),
		.m = { .state = state < 0 ? BAY_EMPTY : (enum bay_state)state,
			.booked = row_i64(r, 3) != 0,
			.exempt = row_i64(r, 4) != 0,
			.charging = row_i64(r, 5) != 0,
			.own = row_i64(r, 3) && row_i64(r, 13),
			.down = text_eq(row_str(r, 7), "down") } };
	text_copy(b->lock_type, sizeof(b->lock_type), row_str(r, 6));
	text_copy(b->plate, sizeof(b->plate), row_str(r, 8));
	return STATUS_OK;
}

/* ---- stays ---- */

struct spans { int n; int64_t open_end; struct span span[SPANS_MAX]; };

static NEOERR *take_span(const struct row *r, void *ctx)
{
	struct spans *s = ctx;
	int64_t from = row_time(r, 0), to = row_time(r, 1);

	if (!to || to > s->open_end)
		to = s->open_end;
	if (to > from)
		s->span[s->n++] = (struct span){ from, to };
	return STATUS_OK;
}

static NEOERR *take_time(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_time(r, 0);
	return STATUS_OK;
}

/* R5: minutes without those of the charges; a whitelisted car has none. */
static NEOERR *end_stay(struct db *db, struct bay *b, int64_t at, bool exempt, enum stay_end by)
{
	struct spans spans = { .open_end = at };
	int64_t entered = at, whole, minutes;
	NEOERR *err = STATUS_OK;

	if (!b->stay_id)
		goto out;
	TRY(db_get(db, &stay_entered, ARGS(I64(b->stay_id)), take_time, &entered));
	if (at < entered)
		at = entered;
	spans.open_end = at;
	if (b->connector_id)
		TRY(db_query(db, &stay_charges,
			ARGS(I64(b->connector_id), TIME(at), TIME(entered)), take_span, &spans));
	whole = occupancy_minutes(entered, at, NULL, 0);
	minutes = occupancy_minutes(entered, at, spans.span, spans.n);
	TRY(db_exec(db, &stay_end_update,
		ARGS(TIME(at), I64(exempt ? 0 : minutes), I64(whole - minutes), I64(exempt),
			STR(choice_name(&stay_end_choices, (int)by)), I64(b->stay_id)),
		NULL));
	b->stay_id = 0;
out:
	return nerr_pass(err);
}

static NEOERR *begin_stay(struct db *db, struct bay *b, const char *plate, int64_t at)
{
	return nerr_pass(db_insert(db, &stay_insert,
		ARGS(I64(b->id), I64(b->station_id), STR(plate), I64(b->m.exempt), TIME(at)),
		&b->stay_id));
}

/* ---- an event ---- */

static NEOERR *listed_as(struct db *db, int64_t station_id, const char *plate,
	enum bay_listed *out)
{
	int64_t enabled = -1;
	bool found = false;
	NEOERR *err = STATUS_OK;

	*out = BAY_LISTED_NOT;
	if (*plate)
		TRY(db_find(db, &bay_listed_as, ARGS(I64(station_id), STR(plate)), camera_take_id,
			&enabled, &found));
	if (found)
		*out = enabled ? BAY_LISTED_ENABLED : BAY_LISTED_DISABLED;
out:
	return nerr_pass(err);
}

struct telling { int64_t bay_id; const struct bay_told *t; unsigned did; bool late; };

static NEOERR *move(struct db *db, const struct bay *b, bool open)
{
	const char *problem = NULL;

	return nerr_pass(bay_move_lock(db, b->id, open, 0, &problem));
}

static struct bay_visit visit_of(const struct bay *b, int64_t at)
{
	return (struct bay_visit){ .bay_id = b->id,
		.connector_id = b->connector_id,
		.stay_id = b->stay_id,
		.at = at,
		.plate = b->plate,
		.exempt = b->m.exempt };
}

/* What the connector's bookings have to know, once the stay is written. */
static NEOERR *tell_booking(struct db *db, const struct bay *b, const struct bay_told *t,
	int64_t at, unsigned did)
{
	struct bay_visit v = visit_of(b, at);
	NEOERR *err = STATUS_OK;

	if (!b->connector_id)
		goto out;
	if (t->event == BAY_LOCK_DOWN || t->event == BAY_LOCK_UP)
		TRY(bay_booking_gate(db, &v, t->event == BAY_LOCK_DOWN));
	if (!(did & BAY_DO_USE))
		goto out;
	if (!(did & BAY_DO_ENTER))
		TRY(db_get(db, &stay_entered, ARGS(I64(b->stay_id)), take_time, &v.at));
	TRY(bay_booking_use(db, &v));
out:
	return nerr_pass(err);
}

static NEOERR *act(struct db *db, struct bay *b, const struct bay_told *t, int64_t at,
	bool was_exempt, unsigned did)
{
	struct bay_visit gone = visit_of(b, at);
	NEOERR *err = STATUS_OK;

	if (did & BAY_DO_LEAVE) {
		TRY(end_stay(db, b, at, was_exempt, did & BAY_DO_ENTER ? STAY_OTHER : t->by));
		TRY(bay_booking_left(db, &gone, did & BAY_DO_USED));
	}
	if (did & (BAY_DO_LEAVE | BAY_DO_CLOSE))
		b->plate[0] = '\0';
	if (did & (BAY_DO_OPEN | BAY_DO_CLOSE))
		TRY(move(db, b, did & BAY_DO_OPEN));
	if (*t->plate && (b->m.state == BAY_WAITING || bay_is_held(b->m.state)))
		text_copy(b->plate, sizeof(b->plate), t->plate);
	if (did & BAY_DO_ENTER)
		TRY(begin_stay(db, b, b->plate, at));
	else if (*t->plate && bay_is_held(b->m.state))
		TRY(db_exec(db, &stay_plate, ARGS(STR(t->plate), I64(b->stay_id)), NULL));
	if (!was_exempt && b->m.exempt && b->stay_id)
		TRY(db_exec(db, &stay_whitelist, ARGS(I64(b->stay_id)), NULL));
	TRY(tell_booking(db, b, t, at, did));
out:
	return nerr_pass(err);
}

static bool is_by_camera(enum bay_event e)
{
	return e == BAY_SEEN || e == BAY_LEFT;
}

/* A booking made or ended a moment ago counts for the car that is seen now. */
static NEOERR *learn_booking(struct db *db, struct bay *b, const struct bay_told *t,
	struct bay_news *n, unsigned *did)
{
	struct bay_booking booking;
	NEOERR *err;

	TRY(bay_booking_of(db, b->connector_id, *t->plate ? t->plate : b->plate, &booking));
	n->for_booking = booking.own || (booking.any && t->event != BAY_KEPT);
	if (booking.booked != b->m.booked && is_by_camera(t->event)) {
		struct bay_news now = *n;

		now.event = booking.booked ? BAY_KEPT : BAY_FREED;
		now.for_booking = false;         /* the car that is seen may not be who stands there */
		*did |= bay_step(&b->m, &now) & ~(unsigned)BAY_DO_CLOSE;
	}
out:
	return nerr_pass(err);
}

static NEOERR *step(struct db *db, struct bay *b, const struct bay_told *t, int64_t at,
	unsigned *did)
{
	int64_t now = clock_now();
	bool was_exempt = b->m.exempt, read = *t->plate != '\0';
	struct bay_news n = { .event = t->event,
		.plate = bay_plate_of(t->plate, t->colour),
		.camera = t->camera,
		.enabled = b->enabled,
		.has_lock = b->has_lock,
		.fresh = at > now - BAY_FRESH,
		.other = read && b->plate[0] && !text_eq(b->plate, t->plate) };
	NEOERR *err;

	TRY(listed_as(db, b->station_id, read ? t->plate : b->plate, &n.listed));
	TRY(learn_booking(db, b, t, &n, did));
	*did |= bay_step(&b->m, &n);
	/* A car that came in unread and is read now may be one of the white list. */
	if (t->event == BAY_SEEN && !*did && n.listed == BAY_LISTED_ENABLED) {
		n.event = BAY_LISTED;
		*did |= bay_step(&b->m, &n);
	}
	TRY(act(db, b, t, at, was_exempt, *did));
out:
	return nerr_pass(err);
}

static NEOERR *tell_tx(struct db *db, void *ctx)
{
	struct telling *x = ctx;
	int64_t at = x->t->at, now = clock_now();
	bool found = false;
	struct bay b;
	NEOERR *err;

	x->did = 0;
	x->late = false;
	if (at > now + AHEAD_MAX)
		at = now;
	TRY(db_find(db, &bay_select, ARGS(I64(x->bay_id)), take_bay, &b, &found));
	if (!found)
		goto out;
	if (is_by_camera(x->t->event) && at < b.changed_at) {
		x->late = true;
		goto out;
	}
	TRY(step(db, &b, x->t, at, &x->did));
	if (is_by_camera(x->t->event))
		b.changed_at = at;
	TRY(db_exec(db, &bay_store,
		ARGS(STR(choice_name(&bay_state_choices, b.m.state)), I64(b.m.booked), I64(b.m.exempt),
			I64(b.m.charging), STR(b.plate), IDREF(b.stay_id), TIME(b.changed_at), I64(b.id)),
		NULL));
out:
	return nerr_pass(err);
}

NEOERR *bay_tell(struct db *db, int64_t bay_id, const struct bay_told *t, unsigned *did,
	bool *late)
{
	struct telling x = { .bay_id = bay_id, .t = t };
	NEOERR *err = db_tx(db, tell_tx, &x);

	*did = x.did;
	*late = x.late;
	return nerr_pass(err);
}

/* ---- locks ---- */

SQL(bay_lock_way,
	"select b.lock_type, b.connector_id, k.pile_id, k.number, coalesce(p.protocol, '') from bay b"
	" left join connector k on k.id = b.connector_id left join pile p on p.id = k.pile_id"
	" where b.id = ? and b.deleted = 0");
SQL(bay_lock_set, "update bay set lock_state = ?, lock_at = ? where id = ?");
SQL(bay_lock_was, "select lock_state from bay where id = ? and deleted = 0");
SQL(bay_of_pile_gun,
	"select b.id from bay b join connector k on k.id = b.connector_id where k.pile_id = ? and"
	" k.number = ? and k.deleted = 0 and b.deleted = 0 and b.lock_type in ('pile', 'panel')");

struct way { int64_t connector_id, pile_id; int number; char type[13], protocol[13]; };

static NEOERR *take_way(const struct row *r, void *ctx)
{
	struct way *w = ctx;

	w->connector_id = row_i64(r, 1);
	w->pile_id = row_i64(r, 2);
	w->number = (int)row_i64(r, 3);
	text_copy(w->type, sizeof(w->type), row_str(r, 0));
	text_copy(w->protocol, sizeof(w->protocol), row_str(r, 4));
	return STATUS_OK;
}

static NEOERR *set_lock(struct db *db, int64_t bay_id, enum lock_state state)
{
	return nerr_pass(db_exec(db, &bay_lock_set,
		ARGS(STR(choice_name(&lock_state_choices, (int)state)), TIME(clock_now()), I64(bay_id)),
		NULL));
}

static NEOERR *move_by_pile(struct db *db, const struct way *w, bool open, int64_t by,
	const char **problem)
{
	int64_t id = 0;

	if (!w->connector_id)
		*problem = "error.bay_no_connector";
	else if (!text_eq(w->protocol, "ykc"))
		*problem = "error.bay_pile_lock";
	if (*problem)
		return STATUS_OK;
	return nerr_pass(command_add(db, COMMAND_LOCK, w->pile_id, w->connector_id, 0, open ? 0 : 1,
		BAY_LOCK_SECONDS, by, &id));
}

NEOERR *bay_move_lock(struct db *db, int64_t bay_id, bool open, int64_t by, const char **problem)
{
	struct way w;
	NEOERR *err;

	*problem = NULL;
	TRY(db_get(db, &bay_lock_way, ARGS(I64(bay_id)), take_way, &w));
	if (text_eq(w.type, "none"))
		*problem = "error.bay_no_lock";
	else if (text_eq(w.type, "pile") || text_eq(w.type, "panel"))
		TRY(move_by_pile(db, &w, open, by, problem));
	else
		TRY(camera_lock_wish(db, bay_id, open ? WISH_OPEN_LOCK : WISH_CLOSE_LOCK, by, problem));
	if (!*problem)
		TRY(set_lock(db, bay_id, LOCK_MOVING));
out:
	return nerr_pass(err);
}

static NEOERR *alarm_of(struct db *db, int64_t bay_id, bool fault)
{
	struct way w;
	NEOERR *err;

	TRY(db_get(db, &bay_lock_way, ARGS(I64(bay_id)), take_way, &w));
	if (!w.pile_id)
		goto out;
	if (fault)
		TRY(alarm_open(db, w.pile_id, w.number, LOCK_ALARM, ALARM_SERIOUS, "", clock_now()));
	else
		TRY(alarm_close(db, w.pile_id, w.number, LOCK_ALARM, clock_now()));
out:
	return nerr_pass(err);
}

static NEOERR *take_lock(const struct row *r, void *ctx)
{
	int v = choice_value(&lock_state_choices, row_str(r, 0));

	*(enum lock_state *)ctx = v < 0 ? LOCK_UNKNOWN : (enum lock_state)v;
	return STATUS_OK;
}

struct lock_news { int64_t bay_id; enum lock_state state; };

static NEOERR *lock_tx(struct db *db, void *ctx)
{
	const struct lock_news *n = ctx;
	struct bay_told told = { .plate = "", .at = clock_now(), .camera = true,
		.event = n->state == LOCK_DOWN ? BAY_LOCK_DOWN : BAY_LOCK_UP };
	enum lock_state was;
	unsigned did;
	bool late, found = false;
	NEOERR *err;

	TRY(db_find(db, &bay_lock_was, ARGS(I64(n->bay_id)), take_lock, &was, &found));
	if (!found || (was == n->state && was != LOCK_FAULT))
		goto out;
	if (n->state == LOCK_UP || n->state == LOCK_DOWN)
		TRY(bay_tell(db, n->bay_id, &told, &did, &late));
	TRY(set_lock(db, n->bay_id, n->state));
	if (n->state != LOCK_MOVING)
		TRY(alarm_of(db, n->bay_id, n->state == LOCK_FAULT));
out:
	return nerr_pass(err);
}

NEOERR *bay_lock_told(struct db *db, int64_t bay_id, enum lock_state state)
{
	struct lock_news n = { bay_id, state };

	return nerr_pass(db_tx(db, lock_tx, &n));
}

NEOERR *bay_lock_of_pile(struct db *db, int64_t pile_id, int number, const char *word,
	bool alarm)
{
	int state = choice_value(&lock_state_choices, word);
	int64_t id = 0;
	bool found = false;
	NEOERR *err;

	TRY(db_find(db, &bay_of_pile_gun, ARGS(I64(pile_id), I64(number)), camera_take_id, &id,
		&found));
	if (found && (alarm || state >= 0))
		TRY(bay_lock_told(db, id, alarm ? LOCK_FAULT : (enum lock_state)state));
out:
	return nerr_pass(err);
}

/* ---- a person has read a plate ---- */

SQL(event_select,
	"select bay_id, plate, colour, at, review from bay_event where id = ? for update");
SQL(event_replate, "update bay_event set plate = ?, review = 'done' where id = ?");

struct read_event { int64_t bay_id, at; char plate[BAY_PLATE]; enum plate_colour colour; };

static NEOERR *take_read(const struct row *r, void *ctx)
{
	struct read_event *e = ctx;
	int colour = choice_value(&plate_colour_choices, row_str(r, 2));

	e->bay_id = row_i64(r, 0);
	e->at = row_time(r, 3);
	e->colour = colour < 0 ? PLATE_UNKNOWN : (enum plate_colour)colour;
	text_copy(e->plate, sizeof(e->plate), row_str(r, 1));
	return STATUS_OK;
}

/* Only the bay's last event speaks of the car that is there; it is said again with its plate. */
NEOERR *bay_replate(struct db *db, int64_t event_id, const char *plate)
{
	struct read_event e;
	struct bay_told told = { .event = BAY_SEEN, .plate = plate, .at = clock_now(), .camera = true };
	struct bay b;
	unsigned did;
	bool late, found = false;
	NEOERR *err;

	TRY(db_get(db, &event_select, ARGS(I64(event_id)), take_read, &e));
	TRY(db_exec(db, &event_replate, ARGS(STR(plate), I64(event_id)), NULL));
	if (e.bay_id)
		TRY(db_find(db, &bay_select, ARGS(I64(e.bay_id)), take_bay, &b, &found));
	if (!found || e.at != b.changed_at)
		goto out;
	told.colour = e.colour;
	told.at = e.at;
	if (bay_is_held(b.m.state) && b.stay_id && text_eq(b.plate, e.plate)) {
		b.plate[0] = '\0';
		TRY(db_exec(db, &bay_store,
			ARGS(STR(choice_name(&bay_state_choices, b.m.state)), I64(b.m.booked),
				I64(b.m.exempt), I64(b.m.charging), STR(""), IDREF(b.stay_id),
				TIME(b.changed_at), I64(b.id)),
			NULL));
	}
	TRY(bay_tell(db, e.bay_id, &told, &did, &late));
out:
	return nerr_pass(err);
}

/* ---- making them ---- */

SQL(bay_area_lock, "select code from area where id = ? and station_id = ? for update");
SQL(bay_last,
	"select coalesce(max(cast(substring(code, char_length(?) + 2) as unsigned)), 0) from bay where"
	" area_id = ?");
SQL(bay_insert,
	"insert into bay (station_id, area_id, code, name, lock_type, created_at, created_by,"
	" updated_at, updated_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?)");

static NEOERR *take_code(const struct row *r, void *ctx)
{
	text_copy(ctx, 25, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *bay_make(struct db *db, const struct bay_plan *plan, int64_t *first)
{
	char area[25], code[40], name[80];
	int64_t last = 0, id = 0, now = clock_now();
	NEOERR *err;

	TRY(db_get(db, &bay_area_lock, ARGS(I64(plan->area_id), I64(plan->station_id)), take_code,
		area));
	TRY(db_i64(db, &bay_last, ARGS(STR(area), I64(plan->area_id)), &last));
	for (int i = 1; i <= plan->count; i++) {
		snprintf(code, sizeof(code), "%sP%03d", area, (int)last + i);
		snprintf(name, sizeof(name), "%s%03d", plan->prefix, (int)last + i);
		TRY(db_insert(db, &bay_insert,
			ARGS(I64(plan->station_id), I64(plan->area_id), STR(code), STR(name),
				STR(plan->lock_type), TIME(now), IDREF(plan->by), TIME(now), IDREF(plan->by)),
			&id));
		if (i == 1)
			*first = id;
	}
out:
	return nerr_pass(err);
}

/* ---- what nobody tells us ---- */

#define RUNS "exists (select 1 from session s where s.connector_id = b.connector_id and s.state in" \
	" ('charging', 'suspended', 'stopping'))"
SQL(bay_charge_news,
	"select b.id, " RUNS " from bay b where b.connector_id is not null and b.deleted = 0 and"
	" b.charging <> " RUNS " limit 500");
#define BOOKED "exists (select 1 from reservation r where r.open_connector_id = b.connector_id and" \
	" (r.state = 'occupying' or r.expires_at >= ?))"
SQL(bay_booking_news,
	"select b.id, " BOOKED " from bay b where b.connector_id is not null and b.deleted = 0 and"
	" b.booked <> " BOOKED " limit 500");
SQL(bay_lock_stuck,
	"select id, 0 from bay where lock_state = 'moving' and lock_at < ? and deleted = 0 limit 500");

struct found { int n; int64_t id[SWEEP_MAX]; bool on[SWEEP_MAX]; };

static NEOERR *take_found(const struct row *r, void *ctx)
{
	struct found *f = ctx;

	f->id[f->n] = row_i64(r, 0);
	f->on[f->n++] = row_i64(r, 1) != 0;
	return STATUS_OK;
}

static NEOERR *tell_found(struct db *db, const struct found *f, enum bay_event on,
	enum bay_event off)
{
	struct bay_told t = { .plate = "", .at = clock_now(), .camera = true };
	unsigned did;
	bool late;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < f->n; i++) {
		t.event = f->on[i] ? on : off;
		TRY(bay_tell(db, f->id[i], &t, &did, &late));
	}
out:
	return nerr_pass(err);
}

NEOERR *bay_sweep(struct db *db, int *told)
{
	struct found f = { 0 };
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_query(db, &bay_charge_news, NOARGS, take_found, &f));
	TRY(tell_found(db, &f, BAY_CHARGE, BAY_CHARGED));
	*told = f.n;
	f.n = 0;
	TRY(db_query(db, &bay_booking_news, ARGS(TIME(now), TIME(now)), take_found, &f));
	TRY(tell_found(db, &f, BAY_KEPT, BAY_FREED));
	*told += f.n;
	f.n = 0;
	TRY(db_query(db, &bay_lock_stuck, ARGS(TIME(now - BAY_LOCK_SECONDS)), take_found, &f));
	for (int i = 0; i < f.n; i++)
		TRY(bay_lock_told(db, f.id[i], LOCK_FAULT));
	*told += f.n;
out:
	return nerr_pass(err);
}

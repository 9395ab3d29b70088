/* live.c - what devices say about themselves, written behind in batches.
 * Owns pile_live, connector_live, connectivity, stranger. Serves live.h. */
#include "charge/live.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "charge/alarm.h"

#define REPORT_ROWS 128
#define REPORT_COLUMNS 11

SQL(stranger_add,
	"insert into stranger (protocol, serial, address, detail, first_at, last_at) values (?, ?, ?,"
	" ?, ?, ?)"
	" on duplicate key update count = count + 1, address = values(address), detail ="
	" values(detail), last_at = values(last_at)");
SQL(pile_live_offline,
	"update pile_live set online = 0, disconnected_at = ? where pile_id = ? and gateway_id = ?"
	" and online = 1");
SQL(connectivity_insert_offline,
	"insert into connectivity (pile_id, station_id, event, reason, address, gateway_id, at)"
	" select p.id, p.station_id, 'offline', ?, l.address, l.gateway_id, ? from pile p join"
	" pile_live l on l.pile_id = p.id"
	" where p.id = ?");
SQL(connector_live_offline,
	"update connector_live v join connector c on c.id = v.connector_id set v.state = 'offline',"
	" v.power = null, v.voltage = null, v.current = null, v.updated_at = ? where c.pile_id = ?");
SQL(connectivity_insert_all_offline,
	"insert into connectivity (pile_id, station_id, event, reason, address, gateway_id, at)"
	" select p.id, p.station_id, 'offline', ?, l.address, l.gateway_id, ? from"
	" pile_live l join pile p on p.id = l.pile_id"
	" where l.gateway_id = ? and l.online = 1");
SQL(connector_live_all_offline,
	"update connector_live set state = 'offline', updated_at = ? where connector_id in"
	" (select c.id from connector c join pile_live l on l.pile_id = c.pile_id where l.gateway_id"
	" = ? and l.online = 1)");
SQL(pile_live_all_offline,
	"update pile_live set online = 0, disconnected_at = ? where gateway_id = ? and online = 1");
SQL(connector_lock_put,
	"insert into connector_live (connector_id, lock_state, lock_car, lock_battery, lock_alarm,"
	" lock_at, updated_at) select id, ?, ?, ?, ?, ?, ? from connector where pile_id = ? and"
	" number = ? and deleted = 0"
	" on duplicate key update lock_state = values(lock_state), lock_car = values(lock_car),"
	" lock_battery = values(lock_battery), lock_alarm = values(lock_alarm), lock_at ="
	" values(lock_at)");
SQL(pile_live_tariff, "update pile_live set tariff_version_id = ? where pile_id = ?");
SQL(pile_live_skew, "update pile_live set clock_skew = ? where pile_id = ?");

/* Texts of 1, 8 and 64 serials: after a power cut piles log in by the thousand. */
#define PILE_BY_SERIAL "select p.id, p.station_id, p.connector_count, p.status = 'enabled', l.tariff_version_id, l.online, l.gateway_id," \
	" p.serial, p.protocol, exists (select 1 from alarm a where a.pile_id = p.id and a.closed = 0" \
	" and a.code <> '" ALARM_CODE_OFFLINE "'), p.black_box, p.access_key from pile p left join pile_live l on l.pile_id = p.id where p.deleted = 0 and p.serial in ("
#define Q8 "?, ?, ?, ?, ?, ?, ?, ?"
SQL(pile_by_serial, PILE_BY_SERIAL "?)");
SQL(pile_by_serial_8, PILE_BY_SERIAL Q8 ")");
SQL(pile_by_serial_64,
	PILE_BY_SERIAL Q8 ", " Q8 ", " Q8 ", " Q8 ", " Q8 ", " Q8 ", " Q8 ", " Q8 ")");

static const struct bulk live_online = { .columns = 9,
	.head =
		"insert into pile_live (pile_id, online, gateway_id, address, protocol_version, firmware,"
		" iccid, connected_at, seen_at) values",
	.row = "(?, ?, ?, ?, ?, ?, ?, ?, ?)",
	.tail =
		"on duplicate key update online = 1, gateway_id = values(gateway_id), address ="
		" values(address),"
		" protocol_version = values(protocol_version), firmware = values(firmware), iccid ="
		" values(iccid),"
		" connected_at = values(connected_at), seen_at = values(seen_at)" };
static const struct bulk came_online = { .columns = 7,
	.head =
		"insert into connectivity (pile_id, station_id, event, reason, address, gateway_id, at)"
		" values",
	.row = "(?, ?, ?, ?, ?, ?, ?)",
	.tail = "" };

struct came { bool online; char gateway_id[33]; };       /* what was known of it before */
struct hellos {
	const struct pile_hello *hello;
	int n;
	struct pile_known *out;
	bool *known;
	struct came came[PILE_HELLOS];
};

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

/* Who has a password must come with it. */
static bool is_let_in(const struct pile_hello *p, const char *key)
{
	const char *digest[] = { p->access, p->access_hex };

	if (*key == '\0')
		return true;
	for (size_t i = 0; i < sizeof(digest) / sizeof(digest[0]); i++)
		if (digest[i] != NULL && strlen(digest[i]) == strlen(key) &&
			bytes_equal(digest[i], key, strlen(key)))
			return true;
	return false;
}

static NEOERR *take_known(const struct row *r, void *ctx)
{
	struct hellos *h = ctx;
	bool again = false;              /* the same pile twice: for the second it is online already */

	for (int i = 0; i < h->n; i++) {
		if (strcmp(h->hello[i].serial, row_str(r, 7)) ||
			strcmp(h->hello[i].protocol, row_str(r, 8)))
			continue;
		if (!is_let_in(&h->hello[i], row_str(r, 11))) {
			h->out[i].denied = true;
			continue;
		}
		h->known[i] = true;
		h->out[i] = (struct pile_known){ .pile_id = row_i64(r, 0),
			.station_id = row_i64(r, 1),
			.connector_count = (int)row_i64(r, 2),
			.enabled = row_i64(r, 3) != 0,
			.tariff_version_id = row_i64(r, 4),
			.alarmed = row_i64(r, 9) != 0,
			.black_box = (enum black_box)choice_value(&black_box_choices, row_str(r, 10)) };
		h->came[i].online = again || row_i64(r, 5) != 0;
		snprintf(h->came[i].gateway_id, sizeof(h->came[i].gateway_id), "%s",
			again ? h->hello[i].gateway_id : row_str(r, 6));
		again = true;
	}
	return STATUS_OK;
}

static NEOERR *look_up(struct db *db, struct hellos *h)
{
	const struct sql *s = h->n == 1 ? &pile_by_serial
		: h->n <= 8 ? &pile_by_serial_8
		: &pile_by_serial_64;
	int room = h->n == 1 ? 1 : h->n <= 8 ? 8 : PILE_HELLOS;
	struct arg args[PILE_HELLOS];

	for (int i = 0; i < room; i++)
		args[i] = STR(h->hello[i < h->n ? i : h->n - 1].serial);
	return nerr_pass(db_query(db, s, args, room, take_known, h));
}

static NEOERR *add_stranger(struct db *db, const struct pile_hello *p)
{
	int64_t now = clock_now();
	char detail[120];

	snprintf(detail, sizeof(detail), "%.12s %.40s, %d connectors", or_empty(p->protocol_version),
		or_empty(p->firmware), p->connectors);
	return nerr_pass(db_exec(db, &stranger_add,
		ARGS(STR(p->protocol), STR(p->serial), STR(or_empty(p->address)), STR(detail), TIME(now),
			TIME(now)),
		NULL));
}

static struct arg *put_live(struct arg *a, const struct pile_hello *p, int64_t pile_id, int64_t now)
{
	*a++ = I64(pile_id);
	*a++ = I64(1);
	*a++ = STR(p->gateway_id);
	*a++ = STR(or_empty(p->address));
	*a++ = STR(or_empty(p->protocol_version));
	*a++ = STR(or_empty(p->firmware));
	*a++ = STR(or_empty(p->iccid));
	*a++ = TIME(now);
	*a++ = TIME(now);
	return a;
}

static struct arg *put_came(struct arg *a, const struct hellos *h, int i, int64_t now)
{
	*a++ = I64(h->out[i].pile_id);
	*a++ = I64(h->out[i].station_id);
	*a++ = STR("online");
	*a++ = STR(h->came[i].online ? "reconnect" : "login");
	*a++ = STR(or_empty(h->hello[i].address));
	*a++ = STR(h->hello[i].gateway_id);
	*a++ = TIME(now);
	return a;
}

static NEOERR *welcome(struct db *db, const struct hellos *h)
{
	struct arg live[PILE_HELLOS * 9], came[PILE_HELLOS * 7], *l = live, *c = came;
	int64_t now = clock_now(), back[PILE_HELLOS];
	int n = 0;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < h->n; i++) {
		if (!h->known[i])
			continue;
		l = put_live(l, &h->hello[i], h->out[i].pile_id, now);
		back[n++] = h->out[i].pile_id;
		if (!h->came[i].online || strcmp(h->came[i].gateway_id, h->hello[i].gateway_id))
			c = put_came(c, h, i, now);
	}
	if (l != live)
		TRY(db_bulk(db, &live_online, live, (int)(l - live) / 9, NULL));
	if (c != came)
		TRY(db_bulk(db, &came_online, came, (int)(c - came) / 7, NULL));
	TRY(alarm_offline_close(db, back, n, now));
out:
	return nerr_pass(err);
}

static NEOERR *knock(struct db *db, void *ctx)
{
	struct hellos *h = ctx;
	NEOERR *err;

	memset(h->known, 0, (size_t)h->n * sizeof(*h->known));
	memset(h->out, 0, (size_t)h->n * sizeof(*h->out));
	TRY(look_up(db, h));
	TRY(welcome(db, h));
	for (int i = 0; i < h->n; i++)
		if (!h->known[i] && !h->out[i].denied)
			TRY(add_stranger(db, &h->hello[i]));
out:
	return nerr_pass(err);
}

NEOERR *pile_online_many(struct db *db, const struct pile_hello *hello, int n,
	struct pile_known *out, bool *known)
{
	NEOERR *err = STATUS_OK;

	for (int done = 0; done < n && err == STATUS_OK; done += PILE_HELLOS) {
		struct hellos h = { .hello = hello + done,
			.n = n - done < PILE_HELLOS ? n - done : PILE_HELLOS,
			.out = out + done,
			.known = known + done };
		err = db_tx(db, knock, &h);
	}
	return nerr_pass(err);
}

NEOERR *pile_online(struct db *db, const struct pile_hello *hello, struct pile_known *out,
	bool *known)
{
	return nerr_pass(pile_online_many(db, hello, 1, out, known));
}

struct farewell { int64_t pile_id; const char *gateway_id, *reason; bool ours; };

/* A pile that came back through another gateway meanwhile is that one's: nothing happens. */
static NEOERR *leave(struct db *db, void *ctx)
{
	struct farewell *f = ctx;
	int64_t now = clock_now(), changed = 0;
	NEOERR *err;

	TRY(db_exec(db, &pile_live_offline, ARGS(TIME(now), I64(f->pile_id), STR(f->gateway_id)),
		&changed));
	f->ours = changed > 0;
	if (!f->ours)
		return STATUS_OK;
	TRY(db_exec(db, &connectivity_insert_offline,
		ARGS(STR(or_empty(f->reason)), TIME(now), I64(f->pile_id)), NULL));
	TRY(db_exec(db, &connector_live_offline, ARGS(TIME(now), I64(f->pile_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *pile_offline(struct db *db, int64_t pile_id, const char *gateway_id, const char *reason,
	bool *ours)
{
	struct farewell f = { .pile_id = pile_id, .gateway_id = gateway_id, .reason = reason };
	NEOERR *err = db_tx(db, leave, &f);

	if (ours != NULL)
		*ours = f.ours;
	return nerr_pass(err);
}

static NEOERR *leave_all(struct db *db, void *ctx)
{
	const struct farewell *f = ctx;
	const char *gateway_id = f->gateway_id;
	int64_t now = clock_now();
	NEOERR *err;

	TRY(db_exec(db, &connectivity_insert_all_offline,
		ARGS(STR(f->reason), TIME(now), STR(gateway_id)), NULL));
	TRY(db_exec(db, &connector_live_all_offline, ARGS(TIME(now), STR(gateway_id)), NULL));
	TRY(db_exec(db, &pile_live_all_offline, ARGS(TIME(now), STR(gateway_id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *pile_all_offline(struct db *db, const char *gateway_id, const char *reason)
{
	struct farewell f = { .gateway_id = gateway_id, .reason = reason };

	return nerr_pass(db_tx(db, leave_all, &f));
}

/* Devices say pile and number, the table has connector ids: joined in the statement, an unknown
 * connector is simply not there. */
static void report_text(struct buf *text, int rows)
{
	buf_puts(text,
		"insert into connector_live (connector_id, state, plugged, voltage, current, power, soc,"
		" temperature, fault,"
		" updated_at) select c.id, v.state, v.plugged, v.voltage, v.current, v.power, v.soc,"
		" v.temperature, v.fault, v.at from"
		" (select ? pile_id, ? number, ? state, ? plugged, ? / 10 voltage, ? / 10 current, ? /"
		" 1000 power, ? soc,"
		" ? temperature, ? fault, cast(? as datetime) at");
	for (int i = 1; i < rows; i++)
		buf_puts(text,
			" union all select ?, ?, ?, ?, ? / 10, ? / 10, ? / 1000, ?, ?, ?, cast(? as datetime)");
	buf_puts(text,
		") v join connector c on c.pile_id = v.pile_id and c.number = v.number and c.deleted = 0"
		" on duplicate key update plug_at = if(connector_live.plugged ="
		" values(plugged), plug_at, values(updated_at)), state = values(state), plugged ="
		" values(plugged), voltage ="
		" values(voltage),"
		" current = values(current), power = values(power), soc = values(soc), temperature ="
		" values(temperature),"
		" fault = values(fault), updated_at = values(updated_at)");
}

static struct arg *report_args(struct arg *a, const struct connector_report *r)
{
	*a++ = I64(r->pile_id);
	*a++ = I64(r->number);
	*a++ = STR(choice_name(&connector_state_choices, r->state));
	*a++ = I64(r->plugged);
	*a++ = I64(r->voltage_dv);
	*a++ = I64(r->current_da);
	*a++ = I64(r->power_w);
	*a++ = I64(r->soc);
	*a++ = r->temperature == TEMPERATURE_NONE ? NULLARG : I64(r->temperature);
	*a++ = I64(r->fault);
	*a++ = TIME(r->at);
	return a;
}

static NEOERR *report_chunk(struct db *db, const struct connector_report *r, int rows)
{
	struct arg args[REPORT_ROWS * REPORT_COLUMNS], *a = args;
	struct buf text;
	NEOERR *err;

	buf_init(&text, 0);
	report_text(&text, rows);
	for (int i = 0; i < rows; i++)
		a = report_args(a, &r[i]);
	err = db_exec_text(db, buf_str(&text), args, (int)(a - args), NULL, NULL);
	buf_clear(&text);
	return nerr_pass(err);
}

NEOERR *connector_reports(struct db *db, const struct connector_report *r, int n)
{
	NEOERR *err = STATUS_OK;

	for (int done = 0, chunk = REPORT_ROWS; done < n; done += chunk) {
		while (chunk > n - done)
			chunk /= 2;              /* few statement texts, so that they stay prepared */
		TRY(report_chunk(db, r + done, chunk));
	}
out:
	return nerr_pass(err);
}

/* 6.5: a damaged lock counts as lowered; the alarm says so. */
static NEOERR *lock_tx(struct db *db, void *ctx)
{
	const struct lock_report *r = ctx;
	NEOERR *err;

	TRY(db_exec(db, &connector_lock_put,
		ARGS(STR(r->state), I64(r->car), I64(r->battery), I64(r->alarm), TIME(r->at), TIME(r->at),
			I64(r->pile_id), I64(r->number)),
		NULL));
	if (r->alarm != 0)
		err = alarm_open(db, r->pile_id, r->number, "ground_lock", ALARM_GENERAL, "", r->at);
	else
		err = alarm_close(db, r->pile_id, r->number, "ground_lock", r->at);
out:
	return nerr_pass(err);
}

NEOERR *connector_lock(struct db *db, const struct lock_report *r)
{
	return nerr_pass(db_tx(db, lock_tx, (void *)(uintptr_t)r));
}

struct seen { const char *gateway_id; const int64_t *pile_id; int n; bool *moved; };

static NEOERR *take_moved(const struct row *r, void *ctx)
{
	struct seen *s = ctx;

	for (int i = 0; i < s->n; i++)
		if (s->pile_id[i] == row_i64(r, 0))
			s->moved[i] = true;
	return STATUS_OK;
}

static void seen_text(struct buf *text, const char *head, int n, const char *tail)
{
	buf_init(text, 0);
	buf_puts(text, head);
	for (int i = 0; i < n; i++)
		buf_puts(text, i ? ", ?" : "?");
	buf_puts(text, tail);
}

/* Who has moved is asked for only when fewer rows were ours than piles were heard. */
static NEOERR *seen_chunk(struct db *db, struct seen *s, int64_t at)
{
	struct arg args[REPORT_ROWS + 2] = { TIME(at) };
	int64_t ours = 0;
	struct buf text;
	NEOERR *err;

	for (int i = 0; i < s->n; i++)
		args[i + 1] = I64(s->pile_id[i]);
	args[s->n + 1] = STR(s->gateway_id);
	seen_text(&text, "update pile_live set seen_at = ? where pile_id in (", s->n,
		") and gateway_id = ?");
	TRY(db_exec_text(db, buf_str(&text), args, s->n + 2, &ours, NULL));
	if (ours == s->n)
		goto out;
	buf_clear(&text);
	seen_text(&text, "select pile_id from pile_live where pile_id in (", s->n,
		") and gateway_id <> ?");
	TRY(db_query_text(db, buf_str(&text), args + 1, s->n + 1, take_moved, s));
out:
	buf_clear(&text);
	return nerr_pass(err);
}

NEOERR *pile_seen(struct db *db, const char *gateway_id, const int64_t *pile_id, int n, int64_t at,
	bool *moved)
{
	NEOERR *err = STATUS_OK;

	memset(moved, 0, (size_t)n * sizeof(*moved));
	for (int done = 0, chunk = REPORT_ROWS; done < n; done += chunk) {
		struct seen s = { .gateway_id = gateway_id };

		while (chunk > n - done)
			chunk /= 2;
		s.pile_id = pile_id + done;
		s.n = chunk;
		s.moved = moved + done;
		TRY(seen_chunk(db, &s, at));
	}
out:
	return nerr_pass(err);
}

NEOERR *pile_tariff_confirmed(struct db *db, int64_t pile_id, int64_t version_id)
{
	return nerr_pass(db_exec(db, &pile_live_tariff, ARGS(IDREF(version_id), I64(pile_id)), NULL));
}

NEOERR *pile_clock_skew(struct db *db, int64_t pile_id, int64_t seconds)
{
	return nerr_pass(db_exec(db, &pile_live_skew, ARGS(I64(seconds), I64(pile_id)), NULL));
}

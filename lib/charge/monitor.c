/* monitor.c - the statements behind the live monitor and the texts their rows are shared as.
 * Owns this process's rows of the last look. Serves the live monitor (O11-O13, H11). */
#include "charge/monitor.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "db/glance.h"

/* Alarm 5001 says that the pile is offline, which has a sign of its own. */
#define ALARMS(pile, gun) \
	"(SELECT GROUP_CONCAT(DISTINCT a.code) FROM alarm a WHERE a.closed = 0 AND a.pile_id = " pile \
	" AND a.connector_number IN (0, " gun ") AND a.code <> '5001')"
#define SECONDS "IF(t.started_at IS NULL OR t.ended_at IS NOT NULL, t.seconds," \
	" GREATEST(TIMESTAMPDIFF(SECOND, t.started_at, COALESCE(t.seen_at, t.started_at)), 0))"
#define SESSIONS \
	"SELECT t.id, t.provider_id, t.property_id, t.station_id, t.no, t.kind, t.state, t.anomaly," \
	" t.start_mode, t.requested_at, t.started_at, " SECONDS ", t.energy, t.amount, t.power, t.soc," \
	" s.name, p.name, c.number, COALESCE(m.name, ''), t.plate, COALESCE(l.online, 0), " \
	ALARMS("t.pile_id", "c.number") \
	", IF(t.anomaly = 'none', '', (SELECT GROUP_CONCAT(y.rule) FROM session_anomaly y WHERE" \
	" y.session_id = t.id)) FROM session t JOIN station s ON s.id = t.station_id" \
	" JOIN pile p ON p.id = t.pile_id JOIN connector c ON c.id = t.connector_id" \
	" LEFT JOIN member m ON m.id = t.member_id LEFT JOIN pile_live l ON l.pile_id = t.pile_id"
SQL(monitor_running,
	SESSIONS " WHERE t.state IN ('starting', 'charging', 'stopping', 'suspended')"
	" ORDER BY t.requested_at DESC, t.id DESC LIMIT 16000");
SQL(monitor_suspect,
	SESSIONS " WHERE t.anomaly IN ('pending', 'review') AND t.state IN ('finished', 'failed')"
	" ORDER BY t.requested_at DESC, t.id DESC LIMIT 2000");
SQL(monitor_booked,
	"SELECT t.id, t.provider_id, t.property_id, t.station_id, t.no, s.kind, 'booked', 'none', '',"
	" t.booked_at, NULL, NULL, NULL, NULL, NULL, NULL, s.name, p.name, c.number,"
	" COALESCE(m.name, ''), t.plate, COALESCE(l.online, 0), " ALARMS("t.pile_id", "c.number")
	", '' FROM reservation t JOIN station s ON s.id = t.station_id JOIN pile p ON p.id = t.pile_id"
	" JOIN connector c ON c.id = t.connector_id LEFT JOIN member m ON m.id = t.member_id"
	" LEFT JOIN pile_live l ON l.pile_id = t.pile_id WHERE t.state = 'booked'"
	" ORDER BY t.expires_at LIMIT 2000");
SQL(monitor_places,
	"SELECT c.id, c.code, c.name, p.id, p.name, c.type = 'socket', IF(p.status = 'enabled',"
	" c.status, p.status), COALESCE(v.state, 'offline'), COALESCE(v.plugged, 0),"
	" COALESCE(l.online, 0), v.power, COALESCE(t.soc, v.soc), " ALARMS("p.id", "c.number")
	", t.id, " SECONDS ", t.energy, t.amount, t.anomaly FROM connector c"
	" JOIN pile p ON p.id = c.pile_id LEFT JOIN connector_live v ON v.connector_id = c.id"
	" LEFT JOIN pile_live l ON l.pile_id = p.id LEFT JOIN session t ON t.id ="
	" (SELECT MAX(r.id) FROM session r WHERE r.connector_id = c.id AND r.state IN ('starting',"
	" 'charging', 'stopping', 'suspended'))"
	" WHERE c.station_id = ? AND c.deleted = 0 AND p.deleted = 0"
	" ORDER BY p.id, c.number LIMIT 2000");

/* ---- a look as text: the time, then a line a row, columns parted by tabs ---- */

static void put_time(struct buf *out)
{
	buf_printf(out, "%lld\n", (long long)clock_now());
}

static NEOERR *put_line(const struct row *r, void *ctx)
{
	struct buf *out = ctx;

	for (int i = 0; i < r->n; i++) {
		for (const char *p = row_str(r, i); *p; p++)
			buf_putc(out, *p == '\t' || *p == '\n' ? ' ' : *p);
		buf_putc(out, i + 1 < r->n ? '\t' : '\n');
	}
	return STATUS_OK;
}

static NEOERR *look_at_all(struct db *db, struct buf *out, void *ctx)
{
	NEOERR *err;

	(void)ctx;
	put_time(out);
	TRY(db_query(db, &monitor_running, NOARGS, put_line, out));
	TRY(db_query(db, &monitor_suspect, NOARGS, put_line, out));
	TRY(db_query(db, &monitor_booked, NOARGS, put_line, out));
out:
	return nerr_pass(err);
}

static NEOERR *look_at_station(struct db *db, struct buf *out, void *ctx)
{
	put_time(out);
	return nerr_pass(
		db_query(db, &monitor_places, ARGS(I64(*(int64_t *)ctx)), put_line, out));
}

/* The columns of a line into at[n]; false: too few. Moves *text on. */
static bool take_line(char **text, const char **at, int n)
{
	char *line = text_split(text, '\n');
	int i = 0;

	while (i < n && line && (at[i] = text_split(&line, '\t')))
		i++;
	return i == n;
}

static int64_t take_time(char **text)
{
	const char *line = text_split(text, '\n');
	int64_t at = 0;

	return line && text_i64(line, &at) ? at : 0;
}

static int count_lines(const char *text)
{
	int n = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		n++;
	}
	return n;
}

/* ---- all charges ---- */

static struct { int64_t version; char *text; struct monitor now; } last = { .version = -1 };

static unsigned flags_of(const struct monitor_row *r)
{
	const char *state = r->at[MONITOR_STATE], *review = r->at[MONITOR_REVIEW];
	bool booked = text_eq(state, "booked"), waits = booked || text_eq(state, "starting");
	bool suspect = text_eq(review, "pending") || text_eq(review, "review");
	bool over = text_eq(state, "finished") || text_eq(state, "failed");

	return (waits ? MONITOR_QUEUED : over ? 0 : MONITOR_SERVED) | (suspect ? MONITOR_ANOMALY : 0) |
		(booked ? MONITOR_BOOKING : 0) | (*r->at[MONITOR_ALARMS] ? MONITOR_ALARM : 0) |
		(text_eq(r->at[MONITOR_ONLINE], "1") ? 0 : MONITOR_OFFLINE) |
		(text_eq(r->at[MONITOR_KIND], "ebike") ? MONITOR_BIKE : 0);
}

static void parse(const char *text)
{
	struct monitor_row *row = calloc((size_t)count_lines(text) + 1, sizeof *row);
	char *rest = last.text = strdup(text);

	if (!row || !rest)
		error_die("no memory for the monitor");
	last.now = (struct monitor){ .made = take_time(&rest), .row = row };
	while (rest && *rest && last.now.n < MONITOR_MOST) {
		struct monitor_row *r = &row[last.now.n];

		if (!take_line(&rest, r->at, MONITOR_COLUMNS) ||
			!text_i64(r->at[MONITOR_PROVIDER], &r->provider) ||
			!text_i64(r->at[MONITOR_PROPERTY], &r->property) ||
			!text_i64(r->at[MONITOR_STATION], &r->station))
			continue;
		r->flags = flags_of(r);
		last.now.n++;
	}
}

NEOERR *monitor_now(struct db *db, struct monitor *out)
{
	const char *text;
	int64_t version;
	NEOERR *err;

	TRY(glance(db, "monitor", look_at_all, NULL, &text, &version));
	if (version != last.version || version < 0) {
		free(last.text);
		free((void *)last.now.row);
		parse(text);
		last.version = version;
	}
	*out = last.now;
out:
	return nerr_pass(err);
}

/* ---- a station ---- */

NEOERR *monitor_station(struct db *db, struct arena *arena, int64_t station_id,
	struct monitor_places *out)
{
	char name[41], *rest;
	const char *text;
	NEOERR *err;

	snprintf(name, sizeof name, "station:%lld", (long long)station_id);
	TRY(glance(db, name, look_at_station, &station_id, &text, NULL));
	rest = arena_strdup(arena, text);
	*out = (struct monitor_places){ .made = take_time(&rest),
		.place = arena_alloc(arena, sizeof *out->place * ((size_t)count_lines(text) + 1)) };
	while (rest && *rest && out->n < MONITOR_PLACES)
		out->n += take_line(&rest, out->place[out->n].at, PLACE_COLUMNS);
out:
	return nerr_pass(err);
}

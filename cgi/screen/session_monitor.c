/* session_monitor.c - one charge while it runs: what it is, its instruments, what happened, what
 * it costs (O12).
 * Owns a page by hand. Serves clerks who watch. */
#include "charge/live.h"
#include "charge/session.h"
#include "cgi/screen/screen.h"
#include "cgi/screen/session_show.h"

/* Occupied: still plugged in after the charge, and nobody else charges there. */
SQL(monitor_session,
	"SELECT t.no, t.state, t.anomaly, t.kind, t.start_mode, t.limit_kind, t.limit_value,"
	" t.requested_at, t.started_at, t.ended_at, IF(t.started_at IS NULL OR t.ended_at IS NOT NULL,"
	" t.seconds, GREATEST(TIMESTAMPDIFF(SECOND, t.started_at, COALESCE(t.seen_at, t.started_at)),"
	" 0)), t.energy, t.energy_fee, t.service_fee, t.occupancy_fee, t.discount, t.amount,"
	" t.prepaid, t.power, t.soc, t.soc_start, t.seen_at, t.plate, s.name, e.name, p.name, p.serial,"
	" c.number, c.type, s.address, COALESCE(m.name, ''), t.member_id, t.pile_id, t.station_id,"
	" COALESCE(l.online, 0), v.temperature, IF(t.ended_at IS NOT NULL AND v.plugged = 1 AND NOT"
	" EXISTS (SELECT 1 FROM session n WHERE n.connector_id = t.connector_id AND n.id > t.id),"
	" TIMESTAMPDIFF(MINUTE, t.ended_at, ?), NULL), IF(t.ended_at IS NULL, v.voltage, NULL),"
	" IF(t.ended_at IS NULL, v.current, NULL), t.device_amount, t.stop_reason, r.name, t.vin"
	" FROM session t JOIN station s ON s.id = t.station_id JOIN provider r ON r.id = t.provider_id"
	" JOIN area e ON e.id = t.area_id JOIN pile p ON p.id = t.pile_id"
	" JOIN connector c ON c.id = t.connector_id LEFT JOIN member m ON m.id = t.member_id"
	" LEFT JOIN pile_live l ON l.pile_id = t.pile_id"
	" LEFT JOIN connector_live v ON v.connector_id = t.connector_id WHERE t.id = ?");
SQL(monitor_heat,
	"SELECT connector_temperature, battery_temperature, voltage, current, at FROM session_sample"
	" WHERE session_id = ? ORDER BY at DESC LIMIT 1");

enum seen {
	NO, STATE, REVIEW, KIND, MODE, LIMIT, LIMIT_VALUE, ASKED, STARTED, ENDED, SECONDS,
	ENERGY, ENERGY_FEE, SERVICE_FEE, OCCUPANCY_FEE, DISCOUNT, AMOUNT, PREPAID, POWER, SOC,
	SOC_START, SEEN_AT, PLATE, STATION, AREA, PILE, SERIAL, GUN, TYPE, ADDRESS, MEMBER,
	MEMBER_ID, PILE_ID, STATION_ID, ONLINE, PILE_HEAT, OCCUPIED, VOLTAGE, CURRENT,
	DEVICE_AMOUNT, STOP_REASON, PROVIDER, VIN
};

static NEOERR *put(struct request *req, const char *name, const char *value)
{
	return nerr_pass(hdf_put(req->hdf, value, "Watch.%s", name));
}

static NEOERR *put_choice(struct request *req, const char *name, const struct choices *list,
	const char *value)
{
	const struct choice *c = choice_find(list, value);
	NEOERR *err;

	TRY(put(req, name,
		*value ? text_get(req, arena_printf(&req->arena, "choice.%s.%s", list->list, value)) : ""));
	TRY(hdf_put(req->hdf, c ? c->colour : "secondary", "Watch.%s.colour", name));
out:
	return nerr_pass(err);
}

static NEOERR *put_texts(struct request *req, const struct row *r)
{
	static const struct { const char *name; enum seen at; } plain[] = {
		{ "no", NO }, { "kind", KIND }, { "asked", ASKED }, { "started", STARTED },
		{ "ended", ENDED }, { "seen", SEEN_AT }, { "plate", PLATE }, { "station", STATION },
		{ "area", AREA }, { "pile", PILE }, { "serial", SERIAL }, { "gun", GUN },
		{ "address", ADDRESS }, { "member", MEMBER }, { "member_id", MEMBER_ID },
		{ "pile_id", PILE_ID }, { "station_id", STATION_ID }, { "soc", SOC },
		{ "soc_start", SOC_START }, { "pile_heat", PILE_HEAT }, { "occupied", OCCUPIED },
		{ "provider", PROVIDER }, { "online", ONLINE }, { "voltage", VOLTAGE },
		{ "current", CURRENT },
	};
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		TRY(put(req, plain[i].name, row_str(r, plain[i].at)));
	TRY(put_choice(req, "state", &session_state_choices, row_str(r, STATE)));
	TRY(put_choice(req, "review", &anomaly_state_choices, row_str(r, REVIEW)));
	TRY(put(req, "review.word", row_str(r, REVIEW)));
	TRY(put_choice(req, "mode", &start_mode_choices, row_str(r, MODE)));
	TRY(put_choice(req, "type", &connector_type_choices, row_str(r, TYPE)));
	TRY(put_choice(req, "reason", &stop_reason_choices, row_str(r, STOP_REASON)));
out:
	return nerr_pass(err);
}

static NEOERR *put_amounts(struct request *req, const struct row *r)
{
	static const struct { const char *name; enum seen at; } money[] = {
		{ "energy_fee", ENERGY_FEE }, { "service_fee", SERVICE_FEE },
		{ "occupancy_fee", OCCUPANCY_FEE }, { "discount", DISCOUNT }, { "amount", AMOUNT },
		{ "prepaid", PREPAID }, { "device_amount", DEVICE_AMOUNT },
	};
	NEOERR *err = STATUS_OK;
	int64_t power, s = row_i64(r, SECONDS);

	for (size_t i = 0; i < sizeof money / sizeof *money; i++)
		TRY(put(req, money[i].name,
			*row_str(r, money[i].at)
				? screen_fixed(req, row_money(r, money[i].at), MONEY_SCALE, 2)
				: ""));
	TRY(put(req, "energy", screen_fixed(req, row_energy(r, ENERGY), ENERGY_SCALE, 3)));
	if (fixed_parse(row_str(r, POWER), 3, &power))
		TRY(put(req, "power", screen_fixed(req, power, 3, 1)));
	TRY(put(req, "lasted", arena_printf(&req->arena, "%02lld:%02d:%02d", (long long)(s / 3600),
		(int)(s / 60 % 60), (int)(s % 60))));
out:
	return nerr_pass(err);
}

static int percent(int64_t part, int64_t whole)
{
	return whole <= 0 ? 0 : part >= whole ? 100 : part <= 0 ? 0 : (int)(part * 100 / whole);
}

/* How far it is: of what was asked for, else of a full battery. */
static NEOERR *put_progress(struct request *req, const struct row *r)
{
	int64_t wanted = row_i64(r, LIMIT_VALUE);
	enum limit_kind kind = (enum limit_kind)choice_value(&limit_kind_choices, row_str(r, LIMIT));
	const char *plan = text_get(req,
		arena_printf(&req->arena, "choice.limit_kind.%s", row_str(r, LIMIT)));
	int done = -1;
	NEOERR *err;

	if (kind == LIMIT_AMOUNT) {
		done = percent(row_money(r, AMOUNT), wanted);
		plan = arena_printf(&req->arena, "%s %s %s", plan, screen_money(req, wanted),
			text_get(req, "home.unit_yuan"));
	} else if (kind == LIMIT_ENERGY) {
		done = percent(row_energy(r, ENERGY), wanted);
		plan = arena_printf(&req->arena, "%s %s kWh", plan,
			screen_fixed(req, wanted, ENERGY_SCALE, 3));
	} else if (kind == LIMIT_TIME) {
		done = percent(row_i64(r, SECONDS), wanted);
		plan = arena_printf(&req->arena, "%s %lld %s", plan, (long long)(wanted / 60),
			text_get(req, "bay.minutes"));
	} else if (*row_str(r, SOC)) {
		done = percent(row_i64(r, SOC), 100);
	}
	TRY(put(req, "plan", plan));
	if (done >= 0)
		TRY(put(req, "done", screen_number(req, done)));
out:
	return nerr_pass(err);
}

static NEOERR *take_session(const struct row *r, void *ctx)
{
	struct request *req = ctx;
	NEOERR *err;

	TRY(put_texts(req, r));
	TRY(put_amounts(req, r));
	TRY(put_progress(req, r));
out:
	return nerr_pass(err);
}

/* What the device last measured; volts and amperes where the connector's own are gone. */
static NEOERR *take_heat(const struct row *r, void *ctx)
{
	static const char *const names[] = { "gun_heat", "battery_heat", "voltage", "current",
		"measured" };
	struct request *req = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < r->n; i++)
		if (i < 2 || i == 4 ||
			!*hdf_get_value(req->hdf, arena_printf(&req->arena, "Watch.%s", names[i]), ""))
			TRY(put(req, names[i], row_str(r, i)));
out:
	return nerr_pass(err);
}

NEOERR *session_monitor(struct request *req)
{
	int64_t id = route_id(req, "id");
	bool measured;
	NEOERR *err;

	TRY(resource_reach(req, &session_resource, id, false));
	TRY(db_get(req->db, &monitor_session, ARGS(TIME(clock_now()), I64(id)), take_session, req));
	TRY(db_find(req->db, &monitor_heat, ARGS(I64(id)), take_heat, req, &measured));
	TRY(session_show_events(req, id));
	TRY(session_show_bill(req, id));
	TRY(put(req, "id", screen_number(req, id)));
	TRY(screen_page(req, "monitor", "session.monitor",
		hdf_get_value(req->hdf, "Watch.no", ""), "screen/session_monitor.cs"));
out:
	return nerr_pass(err);
}

/* remote.c - /d/remote: stations of partner platforms and a driver's charges there: found, started,
 * watched, stopped (I9).
 * Owns nothing; charge/remote.h decides. Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "charge/remote.h"

#define LIST_MAX 200
#define PRICES_MAX 4096

/* Partners of the driver's own provider. */
#define MINE "FROM remote_station s JOIN exchange_peer p ON p.id = s.exchange_peer_id AND p.status =" \
	" 'enabled' AND p.deleted = 0 JOIN member m ON m.id = ? AND m.provider_id = s.provider_id"
#define GUNS(more) "(SELECT COUNT(*) FROM remote_connector c WHERE c.remote_station_id = s.id" more ")"

SQL(remote_stations,
	"SELECT s.id, s.name, s.address, p.name, " GUNS("") ", " GUNS(" AND c.state = 'idle'") " " MINE
	" WHERE s.state = 50 AND (? = '' OR s.name LIKE ? OR s.address LIKE ?) ORDER BY s.name LIMIT"
	" 200");
SQL(remote_station_page,
	"SELECT s.id, s.name, s.address, p.name, s.phone, s.hours, s.park_info, s.prices " MINE
	" WHERE s.id = ? AND s.state = 50");
SQL(remote_guns,
	"SELECT c.id, c.code, c.name, c.power, c.state FROM remote_connector c WHERE"
	" c.remote_station_id = ? ORDER BY c.code LIMIT 200");
SQL(remote_session_page,
	"SELECT r.id, r.seq, r.state, r.energy, r.amount, r.energy_fee, r.service_fee,"
	" r.member_amount, r.soc, r.requested_at, r.started_at, r.ended_at, s.name, c.code, c.name,"
	" s.phone, r.prepaid, r.note, p.name FROM remote_session r JOIN remote_station s ON s.id ="
	" r.remote_station_id JOIN remote_connector c ON c.id = r.remote_connector_id JOIN"
	" exchange_peer p ON p.id = r.exchange_peer_id WHERE r.id = ? AND r.member_id = ?");
SQL(remote_mine,
	"SELECT id FROM remote_session WHERE member_id = ? AND state IN ('starting', 'charging',"
	" 'stopping') ORDER BY id DESC LIMIT 1");
SQL(remote_connector_station,
	"SELECT remote_station_id FROM remote_connector WHERE id = ?");

struct listing { struct request *req; int n; };

static NEOERR *put_row(struct request *req, const struct row *r, int first,
	const char *const *names, int n, const char *path)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < n; i++)
		TRY(hdf_put(req->hdf, row_str(r, first + i), "%s.%s", path, names[i]));
out:
	return nerr_pass(err);
}

static NEOERR *on_station(const struct row *r, void *ctx)
{
	static const char *const names[] = { "id", "name", "address", "platform", "guns", "idle" };
	struct listing *l = ctx;

	return nerr_pass(put_row(l->req, r, 0, names, 6,
		arena_printf(&l->req->arena, "Stations.%d", l->n++)));
}

static const char *like(struct request *req, const char *q)
{
	char *out = arena_alloc(&req->arena, 2 * strlen(q) + 3);

	out[0] = '%';
	if (!text_like(out + 1, 2 * strlen(q) + 1, q))
		out[1] = '\0';
	return arena_printf(&req->arena, "%s%%", out);
}

static NEOERR *put_running(struct request *req)
{
	int64_t id = 0;
	NEOERR *err;

	TRY(db_i64(req->db, &remote_mine, ARGS(I64(req->who.member_id)), &id));
	if (id)
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/remote/session/%lld", (long long)id),
			"Running"));
out:
	return nerr_pass(err);
}

static NEOERR *list_page(struct request *req)
{
	struct listing l = { req, 0 };
	char *q = text_trim(arena_strdup(&req->arena, request_param_or(req, "q", "")));
	const char *pattern = like(req, q);
	NEOERR *err;

	TRY(db_query(req->db, &remote_stations,
		ARGS(I64(req->who.member_id), STR(q), STR(pattern), STR(pattern)), on_station, &l));
	TRY(put_running(req));
	TRY(hdf_put(req->hdf, q, "Query"));
	TRY(hdf_put(req->hdf, text_get(req, "driver.remote_title"), "Page.title"));
	TRY(render_page(req, "driver/remotes.cs"));
out:
	return nerr_pass(err);
}

/* ---- one station */

static NEOERR *put_prices(struct request *req, const char *text)
{
	json_t *list = NULL;
	const json_t *one;
	const char *start;
	size_t i;
	NEOERR *err = STATUS_OK;

	if (!*text)
		return STATUS_OK;
	TRY(json_read(text, strlen(text), PRICES_MAX, &list));
	json_array_foreach(list, i, one) {
		start = json_text(one, "StartTime", "000000");
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%.2s:%.2s", start,
			strlen(start) > 2 ? start + 2 : "00"), "Prices.%d", (int)i));
		TRY(hdf_put(req->hdf, say_price(req, json_scaled(one, "ElecPrice", MONEY_SCALE, 0)),
			"Prices.%d.energy", (int)i));
		TRY(hdf_put(req->hdf, say_price(req, json_scaled(one, "SevicePrice", MONEY_SCALE, 0)),
			"Prices.%d.service", (int)i));
	}
out:
	json_decref(list);
	return nerr_pass(err);
}

static NEOERR *on_detail(const struct row *r, void *ctx)
{
	static const char *const names[] = { "id", "name", "address", "platform", "hotline", "hours",
		"park" };
	struct request *req = ctx;
	NEOERR *err;

	TRY(put_row(req, r, 0, names, 7, "Station"));
	TRY(put_prices(req, row_str(r, 7)));
out:
	return nerr_pass(err);
}

static NEOERR *on_gun(const struct row *r, void *ctx)
{
	static const char *const names[] = { "id", "code", "name", "power" };
	struct listing *l = ctx;
	const char *path = arena_printf(&l->req->arena, "Guns.%d", l->n++);
	NEOERR *err;

	TRY(put_row(l->req, r, 0, names, 4, path));
	TRY(put_choice(l->req, &connector_state_choices,
		choice_value(&connector_state_choices, row_str(r, 4)),
		arena_printf(&l->req->arena, "%s.state", path)));
	if (text_eq(row_str(r, 4), "idle") || text_eq(row_str(r, 4), "plugged"))
		TRY(hdf_put(l->req->hdf, "1", "%s.free", path));
out:
	return nerr_pass(err);
}

static NEOERR *show_station(struct request *req, int64_t id, enum start_refusal refusal)
{
	struct listing l = { req, 0 };
	char once[33];
	NEOERR *err;

	TRY(db_get(req->db, &remote_station_page, ARGS(I64(req->who.member_id), I64(id)), on_detail,
		req));
	TRY(db_query(req->db, &remote_guns, ARGS(I64(id)), on_gun, &l));
	TRY(put_running(req));
	TRY(random_hex(once, 16));
	TRY(hdf_put(req->hdf, once, "Once"));
	if (refusal != START_ACCEPTED) {
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "refusal.%s", refusal_name(refusal))),
			"Problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_get(req, "driver.remote_title"), "Page.title"));
	TRY(render_page(req, "driver/remote.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *station_page(struct request *req)
{
	return nerr_pass(show_station(req, route_id(req, "id"), START_ACCEPTED));
}

static NEOERR *start_post(struct request *req)
{
	const char *once = request_param_or(req, "once", "");
	struct remote_wish w = { .member_id = req->who.member_id,
		.connector_id = route_id(req, "id"),
		.plate = "",
		.once = once };
	struct remote_result result;
	int64_t station_id = 0;
	NEOERR *err;

	if (strlen(once) != 32)
		return nerr_raise(ERR_INVALID, "the form carries no token");
	TRY(db_i64(req->db, &remote_connector_station, ARGS(I64(w.connector_id)), &station_id));
	TRY(remote_start(req->db, &w, &result));
	if (result.refusal != START_ACCEPTED)
		return nerr_pass(show_station(req, station_id, result.refusal));
	response_redirect(req,
		arena_printf(&req->arena, "/d/remote/session/%lld", (long long)result.id));
out:
	return nerr_pass(err);
}

/* ---- the charge */

static bool is_over(const char *state)
{
	return text_eq(state, "finished") || text_eq(state, "failed");
}

static NEOERR *put_figures(struct request *req, const struct row *r)
{
	bool over = is_over(row_str(r, 2));
	int64_t started = row_time(r, 10), ended = row_time(r, 11);
	int64_t until = ended ? ended : clock_now(), paid = over ? row_money(r, 7) : row_money(r, 4);
	const struct { const char *name, *value;
	} facts[] = {
		{ "energy", say_energy(req, row_energy(r, 3)) },
		{ "amount", say_money(req, paid) },
		{ "time", say_seconds(req, started && until > started ? until - started : 0) },
		{ "prepaid", row_money(r, 16) ? say_money(req, row_money(r, 16)) : "" },
		{ "soc", row_i64(r, 8) ? row_str(r, 8) : "" },
		{ "requested", row_str(r, 9) },
		{ "started", row_str(r, 10) },
		{ "ended", row_str(r, 11) },
		{ "station", row_str(r, 12) },
		{ "connector", row_str(r, 13) },
		{ "hotline", row_str(r, 15) },
		{ "platform", row_str(r, 18) },
		{ "no", row_str(r, 1) },
	};
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		if (*facts[i].value)
			TRY(hdf_put(req->hdf, facts[i].value, "Session.%s", facts[i].name));
out:
	return nerr_pass(err);
}

static NEOERR *on_session(const struct row *r, void *ctx)
{
	struct request *req = ctx;
	const char *state = row_str(r, 2);
	NEOERR *err;

	TRY(put_figures(req, r));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/remote/session/%s", row_str(r, 0)),
		"Session.path"));
	TRY(put_choice(req, &session_state_choices, choice_value(&session_state_choices, state),
		"Session.state"));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "driver.state_%s", state)),
		"Session.sentence"));
	if (is_over(state))
		TRY(hdf_put(req->hdf, "1", "Session.over"));
	else
		TRY(hdf_put(req->hdf, "5", "Page.refresh"));
	if (text_eq(state, "starting") || text_eq(state, "charging"))
		TRY(hdf_put(req->hdf, "1", "Session.may_stop"));
out:
	return nerr_pass(err);
}

static NEOERR *session_page(struct request *req)
{
	NEOERR *err;

	TRY(db_get(req->db, &remote_session_page,
		ARGS(I64(route_id(req, "id")), I64(req->who.member_id)), on_session, req));
	TRY(hdf_put(req->hdf, text_get(req, "driver.live_title"), "Page.title"));
	TRY(req->htmx ? render_part(req, "driver/live.cs")
				  : render_page(req, "driver/remote_session.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *stop_post(struct request *req)
{
	int64_t id = route_id(req, "id");
	bool asked;
	NEOERR *err;

	TRY(db_get(req->db, &remote_session_page, ARGS(I64(id), I64(req->who.member_id)), on_session,
		req));
	TRY(remote_stop(req->db, id, &asked));
	response_redirect(req, arena_printf(&req->arena, "/d/remote/session/%lld", (long long)id));
out:
	return nerr_pass(err);
}

const struct route remote_routes[] = {
	{ METHOD_GET, "/d/remote", list_page, NULL, 0 },
	{ METHOD_GET, "/d/remote/:id", station_page, NULL, 0 },
	{ METHOD_POST, "/d/remote/:id/start", start_post, NULL, 0 },
	{ METHOD_GET, "/d/remote/session/:id", session_page, NULL, 0 },
	{ METHOD_POST, "/d/remote/session/:id/stop", stop_post, NULL, 0 },
	{ .pattern = NULL },
};

/* monitor.c - the live monitor: all charges in counted tabs with signs of what is wrong, and the
 * connectors of a station (O11, O13, H11).
 * Owns two pages by hand. Serves clerks who watch; lib/charge/monitor.h makes what they see once
 * for all of them. */
#include "charge/monitor.h"
#include "cgi/screen/screen.h"

#define ROWS 50                          /* a page */

SQL(monitor_bound, "SELECT station_id FROM user_station WHERE user_id = ? ORDER BY station_id");

/* ---- whose it is: the scope of session_resource, asked of rows that are here already ---- */

struct scope_of { const struct who *who; int64_t *station; int n, room; struct arena *arena; };

static NEOERR *take_bound(const struct row *r, void *ctx)
{
	struct scope_of *s = ctx;

	if (s->n == s->room) {
		int64_t *more = arena_alloc(s->arena, sizeof *more * (size_t)(s->room = s->room * 2 + 32));

		if (s->n)
			memcpy(more, s->station, sizeof *more * (size_t)s->n);
		s->station = more;
	}
	s->station[s->n++] = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *scope_read(struct request *req, struct scope_of *out)
{
	*out = (struct scope_of){ .who = &req->who, .arena = &req->arena };
	if (!req->who.by_stations)
		return STATUS_OK;
	return nerr_pass(
		db_query(req->db, &monitor_bound, ARGS(I64(req->who.user_id)), take_bound, out));
}

static int by_id(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool scope_has(const struct scope_of *s, const struct monitor_row *r)
{
	const struct who *w = s->who;

	if (w->by_stations && (!s->n || !bsearch(&r->station, s->station, (size_t)s->n,
			sizeof *s->station, by_id)))
		return false;
	return w->kind == WHO_SYSTEM || (w->kind == WHO_PROVIDER && w->provider_id == r->provider) ||
		(w->kind == WHO_PROPERTY && w->property_id == r->property);
}

/* ---- tabs, signs, search ---- */

static const struct { const char *name; unsigned flags; } tabs[] = {
	{ "all", 0 },
	{ "served", MONITOR_SERVED },
	{ "anomaly", MONITOR_ANOMALY },
	{ "queued", MONITOR_QUEUED },
};
static const struct { const char *name, *icon, *colour; unsigned flag; } signs[] = {
	{ "alarm", "alert_triangle", "orange", MONITOR_ALARM },
	{ "anomaly", "alert_circle", "red", MONITOR_ANOMALY },
	{ "offline", "ban", "secondary", MONITOR_OFFLINE },
};
#define TABS  (int)(sizeof tabs / sizeof *tabs)
#define SIGNS (int)(sizeof signs / sizeof *signs)

struct watch {
	struct request *req;
	struct monitor now;
	int tab, sign, kind;                 /* sign -1: all; kind -1: cars and e-bikes */
	const char *search;
	int64_t page, tab_count[TABS], sign_count[SIGNS], found;
};

static bool is_searched(const struct watch *w, const struct monitor_row *r)
{
	static const enum monitor_column in[] = { MONITOR_NO, MONITOR_STATION_NAME, MONITOR_PILE_NAME,
		MONITOR_MEMBER, MONITOR_PLATE };

	if (w->kind >= 0 && w->kind != ((r->flags & MONITOR_BIKE) != 0))
		return false;
	if (!*w->search)
		return true;
	for (size_t i = 0; i < sizeof in / sizeof *in; i++)
		if (strstr(r->at[in[i]], w->search))
			return true;
	return false;
}

static const char *address(struct watch *w, int tab, int sign, int64_t page)
{
	struct request *req = w->req;

	return arena_printf(&req->arena, "/admin/monitor?tab=%s%s%s%s%s%s%s%s", tabs[tab].name,
		sign < 0 ? "" : "&sign=", sign < 0 ? "" : signs[sign].name,
		w->kind < 0 ? "" : w->kind ? "&kind=ebike" : "&kind=car", *w->search ? "&q=" : "",
		*w->search ? url_encode(req, w->search) : "", page > 1 ? "&page=" : "",
		page > 1 ? screen_number(req, page) : "");
}

static void read_question(struct watch *w)
{
	const char *tab = request_param(w->req, "tab"), *sign = request_param(w->req, "sign"),
			   *kind = request_param(w->req, "kind");
	char *search = arena_strdup(&w->req->arena, request_param_or(w->req, "q", ""));

	w->search = text_trim(search);
	w->sign = w->kind = -1;
	for (int i = 0; i < TABS; i++)
		w->tab = text_eq(tab, tabs[i].name) ? i : w->tab;
	for (int i = 0; i < SIGNS; i++)
		w->sign = text_eq(sign, signs[i].name) ? i : w->sign;
	w->kind = text_eq(kind, "car") ? 0 : text_eq(kind, "ebike") ? 1 : -1;
	if (!request_i64(w->req, "page", &w->page) || w->page < 1)
		w->page = 1;
}

/* ---- a row ---- */

static const char *word(struct request *req, const char *list, const char *value)
{
	return *value ? text_get(req, arena_printf(&req->arena, "choice.%s.%s", list, value)) : "";
}

/* "5,hot" as " · word · word": the words of a list of codes. */
static const char *words(struct request *req, const char *kind, const char *codes)
{
	char *rest = arena_strdup(&req->arena, codes), *code;
	const char *out = "";

	while (rest && *rest && (code = text_split(&rest, ',')))
		out = arena_printf(&req->arena, "%s · %s", out,
			text_get(req, arena_printf(&req->arena, "%s.%s", kind, code)));
	return out;
}

static NEOERR *put_signs(struct request *req, HDF *row, unsigned flags, const char *alarms,
	const char *rules)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0, n = 0; i < SIGNS; i++) {
		const char *why = signs[i].flag == MONITOR_ALARM ? words(req, "choice.alarm_code", alarms)
			: signs[i].flag == MONITOR_ANOMALY ? words(req, "anomaly", rules)
											   : "";
		const char *name = text_get(req,
			arena_printf(&req->arena, "monitor.sign.%s", signs[i].name));

		if (!(flags & signs[i].flag))
			continue;
		TRY(hdf_put(row, arena_printf(&req->arena, "%s%s", name, why), "sign.%d", n));
		TRY(hdf_put(row, signs[i].icon, "sign.%d.icon", n));
		TRY(hdf_put(row, signs[i].colour, "sign.%d.colour", n++));
	}
out:
	return nerr_pass(err);
}

/* "12.340" of a number as the database says it; nothing for nothing. */
static const char *number(struct request *req, const char *text, int scale, int decimals)
{
	int64_t v;

	return *text && fixed_parse(text, scale, &v) ? screen_fixed(req, v, scale, decimals) : "";
}

static const char *duration(struct request *req, const char *seconds)
{
	int64_t s;

	if (!text_i64(seconds, &s))
		return "";
	return arena_printf(&req->arena, "%02lld:%02d:%02d", (long long)(s / 3600), (int)(s / 60 % 60),
		(int)(s % 60));
}

static NEOERR *put_state(struct request *req, HDF *row, const char *list,
	const struct choices *choices, const char *state)
{
	const struct choice *c = choice_find(choices, state);
	NEOERR *err;

	TRY(hdf_put(row, word(req, list, state), "state"));
	TRY(hdf_put(row, c ? c->colour : "secondary", "state.colour"));
out:
	return nerr_pass(err);
}

static NEOERR *put_row(struct watch *w, const struct monitor_row *r, int i)
{
	static const struct { const char *name; enum monitor_column column; } plain[] = {
		{ "id", MONITOR_ID }, { "no", MONITOR_NO }, { "station_id", MONITOR_STATION },
		{ "station", MONITOR_STATION_NAME }, { "pile", MONITOR_PILE_NAME }, { "gun", MONITOR_GUN },
		{ "member", MONITOR_MEMBER }, { "plate", MONITOR_PLATE }, { "soc", MONITOR_SOC },
	};
	struct request *req = w->req;
	bool booking = r->flags & MONITOR_BOOKING;
	const char *since = *r->at[MONITOR_STARTED] ? r->at[MONITOR_STARTED] : r->at[MONITOR_ASKED];
	HDF *row;
	NEOERR *err;

	TRY(hdf_get_node(req->hdf, arena_printf(&req->arena, "Monitor.row.%d", i), &row));
	for (size_t k = 0; k < sizeof plain / sizeof *plain; k++)
		TRY(hdf_put(row, r->at[plain[k].column], "%s", plain[k].name));
	TRY(hdf_put(row, booking ? "1" : "", "booking"));
	TRY(hdf_put(row, word(req, "start_mode", r->at[MONITOR_MODE]), "mode"));
	TRY(hdf_put(row, since, "since"));
	TRY(hdf_put(row, duration(req, r->at[MONITOR_SECONDS]), "lasted"));
	TRY(hdf_put(row, number(req, r->at[MONITOR_ENERGY], ENERGY_SCALE, 3), "energy"));
	TRY(hdf_put(row, number(req, r->at[MONITOR_POWER], 3, 1), "power"));
	TRY(hdf_put(row, number(req, r->at[MONITOR_AMOUNT], MONEY_SCALE, 2), "amount"));
	TRY(put_state(req, row, booking ? "reservation_state" : "session_state",
		booking ? &reservation_state_choices : &session_state_choices, r->at[MONITOR_STATE]));
	TRY(put_signs(req, row, r->flags, r->at[MONITOR_ALARMS], r->at[MONITOR_RULES]));
	if (!booking)
		TRY(hdf_put(row, text_eq(r->at[MONITOR_REVIEW], "pending") ? "handle"
				: text_eq(r->at[MONITOR_REVIEW], "review")         ? "review"
																   : "mark",
			"may"));
out:
	return nerr_pass(err);
}

/* ---- the page ---- */

static NEOERR *put_heads(struct watch *w)
{
	struct request *req = w->req;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < TABS; i++) {
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "monitor.tab.%s", tabs[i].name)),
			"Monitor.tab.%d", i));
		TRY(hdf_put(req->hdf, screen_number(req, w->tab_count[i]), "Monitor.tab.%d.count", i));
		TRY(hdf_put(req->hdf, address(w, i, -1, 1), "Monitor.tab.%d.href", i));
		TRY(hdf_put(req->hdf, i == w->tab ? "1" : "", "Monitor.tab.%d.now", i));
	}
	for (int i = 0; i < SIGNS; i++) {
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "monitor.sign.%s", signs[i].name)),
			"Monitor.sign.%d", i));
		TRY(hdf_put(req->hdf, signs[i].icon, "Monitor.sign.%d.icon", i));
		TRY(hdf_put(req->hdf, signs[i].colour, "Monitor.sign.%d.colour", i));
		TRY(hdf_put(req->hdf, screen_number(req, w->sign_count[i]), "Monitor.sign.%d.count", i));
		TRY(hdf_put(req->hdf, address(w, w->tab, i == w->sign ? -1 : i, 1), "Monitor.sign.%d.href",
			i));
		TRY(hdf_put(req->hdf, i == w->sign ? "1" : "", "Monitor.sign.%d.now", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *put_foot(struct watch *w)
{
	HDF *hdf = w->req->hdf;
	NEOERR *err;

	TRY(hdf_put(hdf, screen_number(w->req, w->found), "Monitor.found"));
	TRY(hdf_put(hdf, screen_time(w->req, w->now.made), "Monitor.made"));
	TRY(hdf_put(hdf, w->search, "Monitor.q"));
	TRY(hdf_put(hdf, tabs[w->tab].name, "Monitor.tab_name"));
	TRY(hdf_put(hdf, w->kind < 0 ? "" : w->kind ? "ebike" : "car", "Monitor.kind"));
	TRY(hdf_put(hdf, address(w, w->tab, w->sign, w->page), "Monitor.here"));
	TRY(hdf_put(hdf, url_encode(w->req, address(w, w->tab, w->sign, w->page)), "Monitor.back"));
	TRY(hdf_put(hdf, perm_has(&w->req->who, "session", "mark") ? "1" : "", "Monitor.may_mark"));
	if (w->page > 1)
		TRY(hdf_put(hdf, address(w, w->tab, w->sign, w->page - 1), "Monitor.previous"));
	if (w->found > w->page * ROWS)
		TRY(hdf_put(hdf, address(w, w->tab, w->sign, w->page + 1), "Monitor.next"));
out:
	return nerr_pass(err);
}

NEOERR *monitor_show(struct request *req)
{
	struct watch *w = arena_alloc(&req->arena, sizeof *w);
	struct scope_of scope;
	int shown = 0;
	NEOERR *err;

	w->req = req;
	read_question(w);
	TRY(scope_read(req, &scope));
	TRY(monitor_now(req->db, &w->now));
	for (int i = 0; i < w->now.n; i++) {
		const struct monitor_row *r = &w->now.row[i];

		if (!scope_has(&scope, r) || !is_searched(w, r))
			continue;
		for (int k = 0; k < TABS; k++)
			w->tab_count[k] += !tabs[k].flags || r->flags & tabs[k].flags;
		if (tabs[w->tab].flags && !(r->flags & tabs[w->tab].flags))
			continue;
		for (int k = 0; k < SIGNS; k++)
			w->sign_count[k] += (r->flags & signs[k].flag) != 0;
		if (w->sign >= 0 && !(r->flags & signs[w->sign].flag))
			continue;
		if (w->found >= (w->page - 1) * ROWS && shown < ROWS)
			TRY(put_row(w, r, shown++));
		w->found++;
	}
	TRY(put_heads(w));
	TRY(put_foot(w));
	TRY(screen_page(req, "monitor", "monitor", "", "screen/monitor.cs"));
out:
	return nerr_pass(err);
}

/* ---- the connectors of a station ---- */

SQL(monitor_station_name, "SELECT name FROM station WHERE id = ?");

static NEOERR *take_name(const struct row *r, void *ctx)
{
	struct request *req = ctx;

	return nerr_pass(hdf_put(req->hdf, row_str(r, 0), "Monitor.name"));
}

static NEOERR *put_charge(struct request *req, HDF *node, const struct monitor_place *p)
{
	NEOERR *err = STATUS_OK;

	if (!*p->at[PLACE_SESSION])
		return STATUS_OK;
	TRY(hdf_put(node, p->at[PLACE_SESSION], "session"));
	TRY(hdf_put(node, number(req, p->at[PLACE_POWER], 3, 1), "power"));
	TRY(hdf_put(node, p->at[PLACE_SOC], "soc"));
	TRY(hdf_put(node, duration(req, p->at[PLACE_SECONDS]), "lasted"));
	TRY(hdf_put(node, number(req, p->at[PLACE_ENERGY], ENERGY_SCALE, 3), "energy"));
	TRY(hdf_put(node, number(req, p->at[PLACE_AMOUNT], MONEY_SCALE, 2), "amount"));
out:
	return nerr_pass(err);
}

static NEOERR *put_place(struct request *req, const struct monitor_place *p, int i)
{
	bool offline = !text_eq(p->at[PLACE_ONLINE], "1"), bike = text_eq(p->at[PLACE_BIKE], "1");
	unsigned flags = (*p->at[PLACE_ALARMS] ? MONITOR_ALARM : 0u) |
		(offline ? MONITOR_OFFLINE : 0u) |
		(text_eq(p->at[PLACE_REVIEW], "pending") ? MONITOR_ANOMALY : 0u);
	HDF *node;
	NEOERR *err;

	TRY(hdf_get_node(req->hdf, arena_printf(&req->arena, "Monitor.place.%d", i), &node));
	TRY(hdf_put(node, p->at[PLACE_CODE], "code"));
	TRY(hdf_put(node, p->at[PLACE_NAME], "name"));
	TRY(hdf_put(node, p->at[PLACE_PILE_NAME], "pile"));
	TRY(hdf_put(node, arena_printf(&req->arena, "/admin/%s/%s", bike ? "socket" : "connector",
			p->at[PLACE_ID]), "href"));
	TRY(hdf_put(node, text_eq(p->at[PLACE_STATUS], "enabled") ? "" : "1", "disabled"));
	TRY(put_state(req, node, "connector_state", &connector_state_choices,
		offline ? "offline" : p->at[PLACE_STATE]));
	TRY(put_signs(req, node, flags, p->at[PLACE_ALARMS], ""));
	TRY(put_charge(req, node, p));
out:
	return nerr_pass(err);
}

static NEOERR *put_state_counts(struct request *req, const struct monitor_places *all)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < connector_state_choices.n; i++) {
		const struct choice *c = &connector_state_choices.rows[i];
		int64_t n = 0;

		for (int k = 0; k < all->n; k++)
			n += text_eq(c->name, text_eq(all->place[k].at[PLACE_ONLINE], "1")
					? all->place[k].at[PLACE_STATE]
					: "offline");
		TRY(hdf_put(req->hdf, word(req, "connector_state", c->name), "Monitor.state.%d", i));
		TRY(hdf_put(req->hdf, c->colour, "Monitor.state.%d.colour", i));
		TRY(hdf_put(req->hdf, screen_number(req, n), "Monitor.state.%d.count", i));
	}
out:
	return nerr_pass(err);
}

NEOERR *station_monitor(struct request *req)
{
	int64_t id = route_id(req, "id");
	struct monitor_places all;
	NEOERR *err;

	TRY(resource_reach(req, &station_resource, id, false));
	TRY(monitor_station(req->db, &req->arena, id, &all));
	TRY(db_get(req->db, &monitor_station_name, ARGS(I64(id)), take_name, req));
	for (int i = 0; i < all.n; i++)
		TRY(put_place(req, &all.place[i], i));
	TRY(put_state_counts(req, &all));
	TRY(hdf_put(req->hdf, screen_number(req, id), "Monitor.id"));
	TRY(hdf_put(req->hdf, screen_time(req, all.made), "Monitor.made"));
	TRY(screen_page(req, "station", "station.monitor",
		hdf_get_value(req->hdf, "Monitor.name", ""), "screen/station_monitor.cs"));
out:
	return nerr_pass(err);
}

/* place.c - /c/<code>: where the driver stands, what it costs, and the start (U1-U3).
 * Owns nothing; session_request() decides.
 * Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/fleet.h"
#include "charge/member.h"
#include "charge/pile_model.h"
#include "charge/reservation.h"
#include "charge/session.h"
#include "charge/station.h"
#include "charge/tariff.h"

SQL(place_select,
	"SELECT c.id, p.id, s.id, s.provider_id, c.code, c.name, p.name, s.name, s.address, s.hours,"
	" " DRIVER_HOTLINE(
		"s") ","
			 " COALESCE(cl.state, 'offline'), s.plate_required,"
			 " c.status = 'enabled' AND p.status = 'enabled' AND s.status = 'enabled' AND"
			 " a.status = 'enabled' AND s.halted_at IS NULL AND p.closed = 0,"
			 " COALESCE(pl.online, 0), s.operation_type, s.open_to = 'own',"
			 " IF(p.status <> 'enabled', 'pile', IF(c.status <> 'enabled', 'connector', '')),"
			 " p.charge_mode <> 'online'"
			 " FROM connector c JOIN pile p ON p.id = c.pile_id JOIN area a ON a.id = p.area_id"
			 " JOIN station s ON s.id = c.station_id"
			 " JOIN provider pr ON pr.id = s.provider_id LEFT JOIN pile_live pl ON pl.pile_id ="
			 " p.id LEFT JOIN connector_live cl ON cl.connector_id = c.id"
			 " WHERE c.code = ? AND c.deleted = 0 AND p.deleted = 0 AND s.deleted = 0");
SQL(place_by_number,
	"SELECT c.code, c.name, p.name, s.name FROM connector c JOIN pile p ON p.id = c.pile_id JOIN"
	" station s ON s.id = c.station_id"
	" WHERE c.deleted = 0 AND p.deleted = 0 AND s.deleted = 0 AND (c.code = ? OR p.code = ? OR"
	" p.serial = ?)"
	" ORDER BY c.code = ? DESC, c.number LIMIT 30");
SQL(place_my_session,
	"SELECT id FROM session WHERE connector_id = ? AND member_id = ? AND state IN ('starting',"
	" 'charging', 'stopping', 'suspended')"
	" ORDER BY id DESC LIMIT 1");
SQL(place_my_plate, 
	"SELECT COALESCE((SELECT r.plate FROM reservation r WHERE r.open_member_id = m.id AND"
	" r.connector_id = ? AND r.plate <> ''), m.plate) FROM member m WHERE m.id = ?");

struct place_row { struct request *req; struct place *place; };

static NEOERR *on_place(const struct row *r, void *ctx)
{
	struct place_row *pr = ctx;
	struct arena *a = &pr->req->arena;
	int state = choice_value(&connector_state_choices, row_str(r, 11));

	*pr->place = (struct place){ .connector_id = row_i64(r, 0),
		.pile_id = row_i64(r, 1),
		.station_id = row_i64(r, 2),
		.provider_id = row_i64(r, 3),
		.code = arena_strdup(a, row_str(r, 4)),
		.connector = arena_strdup(a, row_str(r, 5)),
		.pile = arena_strdup(a, row_str(r, 6)),
		.station = arena_strdup(a, row_str(r, 7)),
		.address = arena_strdup(a, row_str(r, 8)),
		.hours = arena_strdup(a, row_str(r, 9)),
		.hotline = arena_strdup(a, row_str(r, 10)),
		.state = state < 0 ? CONNECTOR_OFFLINE : (enum connector_state)state,
		.plate_required = row_i64(r, 12) != 0,
		.enabled = row_i64(r, 13) != 0,
		.online = row_i64(r, 14) != 0,
		.card_only = station_shown(row_str(r, 15)) == SHOWN_CARD,
		.own_only = row_i64(r, 16) != 0,
		.disabled = arena_strdup(a, row_str(r, 17)),
		.starts_alone = row_i64(r, 18) != 0 };
	return STATUS_OK;
}

SQL(place_my_provider, "SELECT provider_id FROM member WHERE id = ?");

/* S4, S6, S7, S10, R1: why nobody, or not this driver, may start here now by phone: said before the
 * driver chooses or pays anything. */
static NEOERR *find_refusal(struct request *req, struct place *p)
{
	struct reservation_hold h;
	int64_t provider = 0;
	bool named = true;
	NEOERR *err;

	TRY(reservation_hold_of(req->db, p->connector_id, &h));
	if (req->who.member_id)
		TRY(pile_member_may(req->db, p->pile_id, req->who.member_id, &named));
	if (p->own_only && req->who.member_id)
		TRY(db_i64(req->db, &place_my_provider, ARGS(I64(req->who.member_id)), &provider));
	p->refusal = text_eq(p->disabled, "connector") ? REFUSED_CONNECTOR_DISABLED
		: !p->enabled ? REFUSED_PILE_DISABLED
		: !station_is_open(p->hours, clock_minute_of_day(clock_now())) ? REFUSED_STATION_SHUT
		: p->card_only ? REFUSED_CARD_ONLY
		: provider && provider != p->provider_id ? REFUSED_STATION_MEMBERS
		: p->starts_alone ? REFUSED_CHARGE_MODE
		: !named ? REFUSED_PILE_RESERVED
		: h.id && req->who.member_id && h.member_id != req->who.member_id ? REFUSED_RESERVED
																		  : START_ACCEPTED;
out:
	return nerr_pass(err);
}

NEOERR *place_get(struct request *req, const char *code, struct place *out)
{
	struct place_row pr = { req, out };

	NEOERR *err;

	TRY(db_get(req->db, &place_select, ARGS(STR(code)), on_place, &pr));
	TRY(find_refusal(req, out));
out:
	return nerr_pass(err);
}

/* D4: a disabled pile is 停用, a disabled connector 不可用. */
static NEOERR *put_disabled(struct request *req, const char *what)
{
	struct arena *a = &req->arena;
	NEOERR *err;

	TRY(hdf_put(req->hdf, text_get(req, arena_printf(a, "driver.%s_closed_todo", what)),
		"Place.closed"));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(a, "driver.%s_closed", what)),
		"Place.closed.word"));
out:
	return nerr_pass(err);
}

static NEOERR *put_place(struct request *req, const struct place *p)
{
	const struct { const char *name, *value;
	} facts[] = {
		{ "code", p->code },
		{ "connector", p->connector },
		{ "pile", p->pile },
		{ "station", p->station },
		{ "address", p->address },
		{ "hours", p->hours },
		{ "hotline", p->hotline },
	};
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		TRY(hdf_put(req->hdf, facts[i].value, "Place.%s", facts[i].name));
	TRY(put_choice(req, &connector_state_choices, p->online ? p->state : CONNECTOR_OFFLINE,
		"Place.state"));
	/* right after the pile's log-in: it has not said yet; a start may be tried */
	if (p->online && p->state == CONNECTOR_OFFLINE) {
		TRY(hdf_put(req->hdf, text_get(req, "driver.online"), "Place.state"));
		TRY(hdf_put(req->hdf, "unknown", "Place.state.word"));
	}
	if (!p->enabled && *p->disabled)
		TRY(put_disabled(req, p->disabled));
	else if (!p->enabled)
		TRY(hdf_put(req->hdf, text_get(req, "driver.closed_todo"), "Place.closed"));
	else if (p->refusal != START_ACCEPTED)
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "refusal.%s", refusal_name(p->refusal))),
			"Place.closed"));
	TRY(hdf_put(req->hdf, p->station, "Page.title"));
out:
	return nerr_pass(err);
}

struct purses { struct request *req; int n; const char *chosen; };

/* The first card that works here is the usual wish; what was chosen before wins. */
static NEOERR *put_purse(struct purses *ps, const char *value, const char *label, int64_t cash,
	int64_t gift, bool usable)
{
	struct request *req = ps->req;
	NEOERR *err;

	TRY(hdf_put(req->hdf, label, "Pay.%d", ps->n));
	TRY(hdf_put(req->hdf, value, "Pay.%d.value", ps->n));
	TRY(hdf_put(req->hdf, say_money(req, cash + gift), "Pay.%d.balance", ps->n));
	if (!usable)
		TRY(hdf_put(req->hdf, "1", "Pay.%d.disabled", ps->n));
	else if (!ps->chosen || strcmp(ps->chosen, value) == 0) {
		TRY(hdf_put(req->hdf, "1", "Pay.%d.chosen", ps->n));
		ps->chosen = value;
	}
	ps->n++;
out:
	return nerr_pass(err);
}

static NEOERR *on_card(const struct card_view *c, void *ctx)
{
	struct purses *ps = ctx;
	struct arena *a = &ps->req->arena;
	const char *value = arena_printf(a, "card:%lld", (long long)c->id);
	const char *label = text_format(ps->req, "driver.card", arena_strdup(a, c->no), NULL);

	return nerr_pass(put_purse(ps, value, label, c->cash, c->gift, c->usable));
}

static NEOERR *on_fleet(const struct fleet_view *f, void *ctx)
{
	struct purses *ps = ctx;
	struct arena *a = &ps->req->arena;
	const char *value = arena_printf(a, "fleet:%lld", (long long)f->id);
	const char *label = text_format(ps->req, "driver.fleet_pay", arena_strdup(a, f->name), NULL);

	return nerr_pass(put_purse(ps, value, label, f->free, 0, true));
}

/* S12: who has no channel is paid by cards and wallets alone. */
static NEOERR *put_channel(struct purses *ps, const struct place *p)
{
	struct request *req = ps->req;
	int64_t channel;
	NEOERR *err;

	TRY(channel_of_station(req->db, p->station_id, &channel));
	if (!channel)
		return STATUS_OK;
	TRY(put_purse(ps, "channel", text_get(req, "driver.pay_channel"), 0, 0, true));
	TRY(hdf_put(req->hdf, "1", "Pay.%d.outside", ps->n - 1));
out:
	return nerr_pass(err);
}

static NEOERR *put_purses(struct request *req, const struct place *p)
{
	struct purses ps = { .req = req, .chosen = request_param(req, "pay") };
	struct purse_balance b;
	NEOERR *err;

	TRY(card_each_of_member(req->db, req->who.member_id, p->station_id, on_card, &ps));
	TRY(purse_balance(req->db, (struct purse){ OWNER_MEMBER, req->who.member_id }, &b));
	TRY(put_purse(&ps, "wallet", text_get(req, "driver.wallet"), b.cash, b.gift, true));
	TRY(fleet_each_of_member(req->db, req->who.member_id, p->provider_id, on_fleet, &ps));
	TRY(put_channel(&ps, p));
out:
	return nerr_pass(err);
}

static NEOERR *on_plate(const struct row *r, void *ctx)
{
	return nerr_pass(hdf_put(ctx, row_str(r, 0), "Start.plate"));
}

static NEOERR *put_start(struct request *req, const struct place *p)
{
	char once[33];
	NEOERR *err;

	TRY(random_hex(once, 16));
	TRY(hdf_put(req->hdf, once, "Start.once"));
	TRY(hdf_put(req->hdf, request_param_or(req, "limit", "full"), "Start.limit"));
	TRY(hdf_put(req->hdf, request_param_or(req, "amount", ""), "Start.amount"));
	TRY(hdf_put(req->hdf, request_param_or(req, "energy", ""), "Start.energy"));
	TRY(hdf_put(req->hdf, request_param_or(req, "minutes", ""), "Start.minutes"));
	if (p->plate_required) {
		TRY(hdf_put(req->hdf, "1", "Start.plate_required"));
		TRY(db_query(req->db, &place_my_plate, ARGS(I64(p->connector_id), I64(req->who.member_id)),
			on_plate, req->hdf));
		if (request_param(req, "plate"))
			TRY(hdf_put(req->hdf, request_param(req, "plate"), "Start.plate"));
	}
	TRY(put_purses(req, p));
out:
	return nerr_pass(err);
}

NEOERR *place_page(struct request *req, const struct place *p, enum start_refusal refusal)
{
	int64_t session_id = 0;
	NEOERR *err;

	TRY(put_place(req, p));
	TRY(price_put(req, p->pile_id));
	if (req->who.member_id) {
		TRY(db_i64(req->db, &place_my_session, ARGS(I64(p->connector_id), I64(req->who.member_id)),
			&session_id));
		if (session_id)
			TRY(hdf_put(req->hdf,
				arena_printf(&req->arena, "/d/session/%lld", (long long)session_id),
				"Place.session"));
		else
			TRY(put_start(req, p));
		if (p->refusal == START_ACCEPTED && !session_id)
			TRY(booking_put(req, p));
	}
	if (refusal != START_ACCEPTED) {
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "refusal.%s", refusal_name(refusal))),
			"Problem"));
		req->status = 422;
	}
	TRY(render_page(req, "driver/place.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *place_show(struct request *req)
{
	struct place p;
	NEOERR *err = place_get(req, route_part(req, "code"), &p);

	if (!error_is(err, ERR_NOT_FOUND))
		return err ? nerr_pass(err) : nerr_pass(place_page(req, &p, START_ACCEPTED));
	error_drop(err);
	response_redirect(req,
		arena_printf(&req->arena, "/c/?code=%s", url_encode(req, route_part(req, "code"))));
	return STATUS_OK;
}

/* "card:7", "fleet:3" or "wallet". */
static bool read_pay(const struct request *req, struct start_request *s)
{
	const char *pay = request_param_or(req, "pay", "");

	if (strcmp(pay, "wallet") == 0)
		return true;
	if (text_starts(pay, "fleet:"))
		return text_i64(pay + 6, &s->fleet_id) && s->fleet_id > 0;
	return text_starts(pay, "card:") && text_i64(pay + 5, &s->card_id) && s->card_id > 0;
}

/* "full", "amount:50", "time:120" (presets), or amount, energy, time with their own inputs. */
static bool read_limit(const struct request *req, struct start_request *s)
{
	const char *limit = request_param_or(req, "limit", "full");
	int64_t minutes;

	s->limit_kind = LIMIT_AMOUNT;
	if (text_starts(limit, "amount:"))
		return money_parse(limit + 7, &s->limit_value);
	if (strcmp(limit, "amount") == 0)
		return money_parse(request_param_or(req, "amount", ""), &s->limit_value);
	s->limit_kind = LIMIT_ENERGY;
	if (strcmp(limit, "energy") == 0)
		return energy_parse(request_param_or(req, "energy", ""), &s->limit_value);
	s->limit_kind = LIMIT_TIME;
	if (strcmp(limit, "time") == 0 || text_starts(limit, "time:")) {
		bool fine = (limit[4] ? text_i64(limit + 5, &minutes) :
			request_i64(req, "minutes", &minutes)) && minutes > 0 && minutes <= 48 * 60;

		s->limit_value = fine ? minutes * 60 : 0;
		return fine;
	}
	s->limit_kind = LIMIT_FULL;
	s->limit_value = 0;
	return strcmp(limit, "full") == 0;
}

/* "沪a 12345" is 沪A12345; longer than a plate is none. */
const char *plate_given(struct request *req, const char *name)
{
	char *plate = arena_strdup(&req->arena, request_param_or(req, name, "")), *out = plate;

	for (const char *p = plate; *p; p++)
		if (*p != ' ' && *p != '-')
			*out++ = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	*out = '\0';
	return text_chars(plate) >= 7 && text_chars(plate) <= 8 ? plate : NULL;
}

/* U2: paid first by a channel; what the charge does not use goes back there. */
static NEOERR *prepay(struct request *req, const struct place *p, const struct start_request *s)
{
	struct payment_wish w = { .purpose = PURPOSE_PREPAY, .member_id = s->member_id,
		.station_id = p->station_id, .amount = s->limit_value, .once = s->once,
		.connector_id = s->connector_id, .plate = s->plate, .ip = req->ip,
		.in_app = payment_in_app(req) };
	enum payment_refusal refusal;
	int64_t id;
	NEOERR *err;

	TRY(channel_of_station(req->db, p->station_id, &w.channel_id));
	TRY(payment_begin(req->db, &w, &id, &refusal));
	if (refusal == PAYMENT_FINE) {
		response_redirect(req, arena_printf(&req->arena, "/d/payment/%lld", (long long)id));
		return STATUS_OK;
	}
	TRY(hdf_put(req->hdf, payment_refused(req, refusal), "Problem"));
	req->status = 422;
	TRY(place_page(req, p, START_ACCEPTED));
out:
	return nerr_pass(err);
}

static NEOERR *place_start(struct request *req)
{
	struct start_request s = { .member_id = req->who.member_id, .mode = START_APP };
	struct start_result result = { .refusal = REFUSED_LIMIT_INVALID };
	const char *once = request_param_or(req, "once", "");
	struct place p;
	NEOERR *err;

	TRY(place_get(req, route_part(req, "code"), &p));
	s.connector_id = p.connector_id;
	s.plate = plate_given(req, "plate");
	if (strlen(once) != 32)
		return nerr_raise(ERR_INVALID, "the form carries no token");
	s.once = once;
	if (p.refusal != START_ACCEPTED)
		return nerr_pass(place_page(req, &p, p.refusal));
	if (p.plate_required && !s.plate)
		return nerr_pass(place_page(req, &p, REFUSED_PLATE_REQUIRED));
	if (!read_limit(req, &s))
		return nerr_pass(place_page(req, &p, REFUSED_LIMIT_INVALID));
	if (strcmp(request_param_or(req, "pay", ""), "channel") == 0) {
		if (s.limit_kind != LIMIT_AMOUNT)
			s.limit_value = 0;
		return nerr_pass(prepay(req, &p, &s));
	}
	if (!read_pay(req, &s))
		return nerr_pass(place_page(req, &p, REFUSED_CARD_UNKNOWN));
	TRY(session_request(req->db, &s, &result));
	if (result.refusal != START_ACCEPTED)
		return nerr_pass(place_page(req, &p, result.refusal));
	response_redirect(req,
		arena_printf(&req->arena, "/d/session/%lld", (long long)result.session_id));
out:
	return nerr_pass(err);
}

struct found { struct request *req; const char *wanted, *code; int n; bool exact; };

static NEOERR *on_found(const struct row *r, void *ctx)
{
	struct found *f = ctx;
	NEOERR *err;

	f->code = arena_strdup(&f->req->arena, row_str(r, 0));
	f->exact = f->exact || (f->n == 0 && text_eq(f->code, f->wanted));
	TRY(hdf_put(f->req->hdf, row_str(r, 1), "Found.%d", f->n));
	TRY(hdf_put(f->req->hdf, f->code, "Found.%d.code", f->n));
	TRY(hdf_put(f->req->hdf, row_str(r, 2), "Found.%d.pile", f->n));
	TRY(hdf_put(f->req->hdf, row_str(r, 3), "Found.%d.station", f->n));
	f->n++;
out:
	return nerr_pass(err);
}

/* U1: the number under the code, of the connector or of the pile (then one chooses the
 * connector). */
static NEOERR *number_page(struct request *req)
{
	char *code = text_trim(arena_strdup(&req->arena, request_param_or(req, "code", "")));
	struct found f = { .req = req, .wanted = code };
	NEOERR *err = STATUS_OK;

	if (*code)
		TRY(db_query(req->db, &place_by_number, ARGS(STR(code), STR(code), STR(code), STR(code)),
			on_found, &f));
	if (f.n == 1 || f.exact) {
		response_redirect(req,
			arena_printf(&req->arena, "/c/%s", url_encode(req, f.n == 1 ? f.code : code)));
		return STATUS_OK;
	}
	TRY(hdf_put(req->hdf, code, "Number.code"));
	if (*code && f.n == 0) {
		TRY(hdf_put(req->hdf, text_get(req, "driver.number_unknown"), "Problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_get(req, "driver.number_title"), "Page.title"));
	TRY(render_page(req, "driver/number.cs"));
out:
	return nerr_pass(err);
}

const struct route place_routes[] = {
	{ METHOD_GET, "/c/", number_page, NULL, ROUTE_OPEN },
	{ METHOD_GET, "/c/:code", place_show, NULL, ROUTE_OPEN },
	{ METHOD_POST, "/c/:code", place_start, NULL, 0 },
	{ .pattern = NULL },
};

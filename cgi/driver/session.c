/* session.c - /d/session/<id>: the charge while it runs, its stop, and its bill line by line (U4).
 * Owns nothing; a driver sees the own sessions alone.
 * Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/tariff_words.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/refund.h"
#include "charge/session_occupancy.h"
#include "db/setting.h"

/* Where it is, and what only the connector knows; voltage and current are of this session or of
 * nobody. */
SQL(session_place,
	"SELECT st.name, p.name, c.name, c.code, cd.no, s.pay_kind, cl.voltage, cl.current,"
	" " DRIVER_HOTLINE("st") ", fl.name FROM session s JOIN station st ON st.id = s.station_id"
	" JOIN provider pr ON pr.id = st.provider_id"
	" JOIN pile p ON p.id = s.pile_id JOIN connector c ON c.id = s.connector_id"
	" LEFT JOIN fleet fl ON fl.id = s.fleet_id AND s.pay_kind = 'fleet'"
	" LEFT JOIN card cd ON cd.id = s.card_id LEFT JOIN connector_live cl ON"
	" cl.connector_id = s.connector_id AND cl.session_id = s.id"
	" WHERE s.id = ? AND s.member_id = ?");

SQL(session_case,
	"SELECT state, answer FROM aftersale WHERE session_id = ? ORDER BY id DESC LIMIT 1");
SQL(session_refunded, "SELECT refunded FROM session WHERE id = ?");

static bool is_over(const struct session_view *v)
{
	return v->state == SESSION_FINISHED || v->state == SESSION_FAILED;
}

static NEOERR *on_session_place(const struct row *r, void *ctx)
{
	static const char *const names[] = { "station", "pile", "connector", "code", "card", "pay",
		"voltage", "current", "hotline", "fleet" };
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		TRY(hdf_put(ctx, row_str(r, i), "Session.%s", names[i]));
out:
	return nerr_pass(err);
}

/* ERR_NOT_FOUND for another's session: nobody learns that it exists. */
static NEOERR *load(struct request *req, struct session_view *v)
{
	int64_t id = route_id(req, "id");
	NEOERR *err;

	TRY(db_get(req->db, &session_place, ARGS(I64(id), I64(req->who.member_id)), on_session_place,
		req->hdf));
	TRY(session_get(req->db, id, v));
out:
	return nerr_pass(err);
}

static NEOERR *put_numbers(struct request *req, const struct session_view *v)
{
	int64_t seconds = v->seconds > 0 || !v->started_at ? v->seconds : clock_now() - v->started_at;
	char when[CLOCK_TEXT], kw[FIXED_TEXT];
	NEOERR *err;

	if (v->state == SESSION_CHARGING && v->started_at)
		seconds = clock_now() - v->started_at;
	TRY(hdf_put(req->hdf, v->no, "Session.no"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/session/%lld", (long long)v->id),
		"Session.path"));
	TRY(hdf_put(req->hdf, say_energy(req, v->energy), "Session.energy"));
	TRY(hdf_put(req->hdf, say_money(req, v->amount), "Session.amount"));
	TRY(hdf_put(req->hdf, say_money(req, v->energy_fee), "Session.energy_fee"));
	TRY(hdf_put(req->hdf, say_money(req, v->service_fee), "Session.service_fee"));
	TRY(hdf_put(req->hdf, say_seconds(req, seconds), "Session.time"));
	TRY(hdf_put(req->hdf, fixed_format(v->power_w, 3, 1, kw), "Session.power"));
	TRY(hdf_put(req->hdf, clock_format(v->requested_at, when), "Session.requested"));
	TRY(hdf_put(req->hdf, clock_format(v->started_at, when), "Session.started"));
	TRY(hdf_put(req->hdf, clock_format(v->ended_at, when), "Session.ended"));
	if (v->soc > 0)
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%d", v->soc), "Session.soc"));
	if (v->prepaid > 0)
		TRY(hdf_put(req->hdf, say_money(req, v->prepaid), "Session.prepaid"));
out:
	return nerr_pass(err);
}

static NEOERR *put_state(struct request *req, const struct session_view *v)
{
	const char *word = choice_name(&session_state_choices, v->state);
	NEOERR *err;

	TRY(put_choice(req, &session_state_choices, v->state, "Session.state"));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "driver.state_%s", word)),
		"Session.sentence"));
	if (is_over(v))
		TRY(hdf_put(req->hdf, "1", "Session.over"));
	if (v->state == SESSION_STARTING || v->state == SESSION_CHARGING ||
		v->state == SESSION_SUSPENDED)
		TRY(hdf_put(req->hdf, "1", "Session.may_stop"));
	if (*v->stop_reason)
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "choice.stop_reason.%s", v->stop_reason)),
			"Session.reason"));
out:
	return nerr_pass(err);
}

/* "08:00-08:30"; a line that ends at midnight ends at 24:00. */
static const char *say_span(struct request *req, int64_t from, int64_t to)
{
	char a[CLOCK_TEXT], b[CLOCK_TEXT];

	clock_format(from, a);
	clock_format(to, b);
	return arena_printf(&req->arena, "%.5s-%.5s", a + 11,
		to > from && clock_minute_of_day(to) == 0 && to % 60 == 0 ? "24:00" : b + 11);
}

/* An e-bike's: "0-200 W, 90 min × 0.20/h". */
static NEOERR *put_time_line(struct request *req, const struct bill_line *l, int i)
{
	NEOERR *err;

	TRY(hdf_put(req->hdf, say_span(req, l->from, l->to), "Bill.line.%d.span", i));
	TRY(hdf_put(req->hdf, say_seconds(req, l->seconds), "Bill.line.%d.time", i));
	TRY(hdf_put(req->hdf, say_price(req, l->hour_price), "Bill.line.%d.hour_price", i));
	if (l->to_watt)
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%d-%d W", l->from_watt, l->to_watt),
			"Bill.line.%d.band", i));
out:
	return nerr_pass(err);
}

static NEOERR *put_line(struct request *req, const struct bill_line *l, int i)
{
	NEOERR *err;

	TRY(hdf_put(req->hdf, bill_kind_name(l->kind), "Bill.line.%d", i));
	TRY(hdf_put(req->hdf, say_exact(req, l->amount), "Bill.line.%d.amount", i));
	if (l->kind == BILL_TIME || l->kind == BILL_FREE || l->seconds)
		return nerr_pass(put_time_line(req, l, i));
	if (l->kind != BILL_ENERGY && l->kind != BILL_STEP)
		return STATUS_OK;
	if (l->special)
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%d", l->special),
			"Bill.line.%d.special", i));
	TRY(hdf_put(req->hdf, say_span(req, l->from, l->to), "Bill.line.%d.span", i));
	TRY(hdf_put(req->hdf, say_energy_exact(req, l->energy), "Bill.line.%d.energy", i));
	TRY(hdf_put(req->hdf, say_price(req, l->energy_price), "Bill.line.%d.energy_price", i));
	TRY(hdf_put(req->hdf, say_price(req, l->service_price), "Bill.line.%d.service_price", i));
	TRY(put_choice(req, &price_type_choices, l->type,
		arena_printf(&req->arena, "Bill.line.%d.type", i)));
out:
	return nerr_pass(err);
}

/* V3: why there is a discount. */
static NEOERR *put_price(struct request *req, int64_t id)
{
	struct fleet_offer o;
	bool found;
	NEOERR *err;

	TRY(fleet_price_of(req->db, id, &o, &found));
	if (found)
		TRY(hdf_put(req->hdf, fleet_price_words(req, &o), "Bill.price"));
out:
	return nerr_pass(err);
}

/* A line above each new day: the charge went over midnight. */
static NEOERR *put_bill(struct request *req, const struct session_view *v)
{
	struct bill *bill = arena_alloc(&req->arena, sizeof *bill);
	char day[CLOCK_TEXT], last[CLOCK_TEXT] = "";
	NEOERR *err = session_bill(req->db, v->id, bill);

	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (err)
		return nerr_pass(err);
	for (int i = 0; i < bill->n; i++) {
		TRY(put_line(req, &bill->line[i], i));
		if (bill->line[i].kind > BILL_FREE)
			continue;
		if (strcmp(clock_format_day(bill->line[i].from, day), last) != 0)
			TRY(hdf_put(req->hdf, day, "Bill.line.%d.day", i));
		text_copy(last, sizeof last, day);
	}
	TRY(put_price(req, v->id));
	TRY(hdf_put(req->hdf, say_energy(req, bill->energy), "Bill.energy"));
	TRY(hdf_put(req->hdf, say_money(req, bill->energy_fee), "Bill.energy_fee"));
	TRY(hdf_put(req->hdf, say_money(req, bill->service_fee), "Bill.service_fee"));
	TRY(hdf_put(req->hdf, say_money(req, bill->amount), "Bill.amount"));
	if (v->prepaid > bill->amount)
		TRY(hdf_put(req->hdf, say_money(req, v->prepaid - bill->amount), "Bill.released"));
out:
	return nerr_pass(err);
}

/* P10: what the stay after the charge cost, or costs by now; it is no part of the bill above. */
static NEOERR *put_occupancy(struct request *req, const struct session_view *v)
{
	struct session_occupancy o;
	NEOERR *err;

	TRY(session_occupancy_get(req->db, v->id, &o));
	if (!o.found)
		goto out;
	TRY(hdf_put(req->hdf, say_span(req, o.from, o.open ? clock_now() : o.left),
		"Stay.span"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%lld", (long long)o.cost.minutes),
		"Stay.minutes"));
	TRY(hdf_put(req->hdf, say_money(req, o.waived ? 0 : o.cost.fee), "Stay.fee"));
	TRY(hdf_put(req->hdf,
		text_format(req, "occupancy.rate",
			arena_printf(&req->arena, "%lld", (long long)o.rate.free),
			arena_printf(&req->arena, "%s/%lld", say_money(req, o.rate.price),
				(long long)o.rate.unit)),
		"Stay.rate"));
	if (o.rate.cap >= 0)
		TRY(hdf_put(req->hdf, text_format(req, "occupancy.cap", say_money(req, o.rate.cap), NULL),
			"Stay.cap"));
	TRY(hdf_put(req->hdf, say_money(req, v->amount + (o.waived ? 0 : o.cost.fee)), "Stay.total"));
	TRY(hdf_put(req->hdf, o.open ? "1" : "", "Stay.open"));
	TRY(hdf_put(req->hdf, o.waived ? "1" : "", "Stay.waived"));
	if (o.open)
		TRY(hdf_put(req->hdf, "30", "Page.refresh"));
out:
	return nerr_pass(err);
}

static NEOERR *on_case(const struct row *r, void *ctx)
{
	struct request *req = ctx;
	NEOERR *err;

	TRY(put_choice(req, &aftersale_state_choices,
		choice_value(&aftersale_state_choices, row_str(r, 0)), "Session.case"));
	TRY(hdf_put(req->hdf, row_str(r, 1), "Session.case.answer"));
out:
	return nerr_pass(err);
}

/* F3: the case that is open or was last, and whether another may be opened. */
static NEOERR *put_case(struct request *req, const struct session_view *v)
{
	int64_t on = 0, max = 0, refunded = 0;
	NEOERR *err;

	TRY(db_query(req->db, &session_case, ARGS(I64(v->id)), on_case, req));
	TRY(db_money(req->db, &session_refunded, ARGS(I64(v->id)), &refunded));
	if (refunded)
		TRY(hdf_put(req->hdf, say_money(req, refunded), "Session.refunded"));
	TRY(setting_i64(req->db, "aftersale_on", &on));
	TRY(refund_limit(req->db, v->id, &max));
	if (on && max > 0)
		TRY(hdf_put(req->hdf, "1", "Session.complain"));
out:
	return nerr_pass(err);
}

NEOERR *session_shown(struct request *req)
{
	struct session_view v;
	NEOERR *err;

	TRY(load(req, &v));
	TRY(put_numbers(req, &v));
	TRY(put_state(req, &v));
	if (is_over(&v)) {
		TRY(put_bill(req, &v));
		TRY(put_occupancy(req, &v));
		TRY(put_case(req, &v));
		TRY(receipt_put(req, v.id));
		TRY(review_put(req, &v));
	} else
		TRY(hdf_put(req->hdf, "5", "Page.refresh"));
	TRY(hdf_put(req->hdf, text_get(req, is_over(&v) ? "driver.bill_title" : "driver.live_title"),
		"Page.title"));
	TRY(req->htmx ? render_part(req, "driver/live.cs") : render_page(req, "driver/session.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *session_stop_post(struct request *req)
{
	struct session_view v;
	bool asked;
	NEOERR *err;

	TRY(load(req, &v));
	TRY(session_stop(req->db, v.id, STOP_DRIVER, &req->actor, &asked));
	response_redirect(req, arena_printf(&req->arena, "/d/session/%lld", (long long)v.id));
out:
	return nerr_pass(err);
}

const struct route session_routes[] = {
	{ METHOD_GET, "/d/session/:id", session_shown, NULL, 0 },
	{ METHOD_POST, "/d/session/:id/stop", session_stop_post, NULL, 0 },
	{ .pattern = NULL },
};

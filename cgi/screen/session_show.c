/* session_show.c - the detail page of an order: curve, timeline, bill line by line, money, raw
 * records, and the proof by rating again.
 * Owns nothing. Serves the table of sessions (O7, W7). */
#include "charge/session.h"
#include "cgi/screen/chart.h"
#include "cgi/screen/screen.h"
#include "cgi/screen/session_show.h"
#include "cgi/tariff_words.h"

SQL(show_samples,
	"SELECT at, energy, power, voltage, current, soc, connector_temperature, battery_temperature"
	" FROM session_sample WHERE session_id = ?"
	" ORDER BY at LIMIT 3000");
SQL(show_battery,
	"SELECT kind, words, last_at, times FROM session_battery WHERE session_id = ? ORDER BY"
	" first_at, kind");
SQL(show_events,
	"SELECT at, kind, detail, actor FROM session_event WHERE session_id = ? ORDER BY id");
SQL(show_anomalies,
	"SELECT rule, detail, created_at FROM session_anomaly WHERE session_id = ? ORDER BY rule");
SQL(show_tariff,
	"SELECT t.id, t.name, v.number, v.summary, v.effective_at FROM session s JOIN tariff_version"
	" v ON v.id = s.tariff_version_id"
	" JOIN tariff t ON t.id = v.tariff_id WHERE s.id = ?");
SQL(show_journals,
	"SELECT j.id, j.at, j.kind, a.owner_kind, a.kind, p.amount, p.balance_after, j.note FROM"
	" journal j JOIN posting p ON p.journal_id = j.id"
	" JOIN account a ON a.id = p.account_id WHERE j.session_id = ? ORDER BY j.id, p.id");
SQL(show_papers,
	"SELECT 'payment', id, no, state, amount, COALESCE(paid_at, requested_at) FROM payment WHERE"
	" session_id = ? UNION ALL SELECT 'refund', id, no, state, amount, applied_at FROM refund WHERE"
	" session_id = ? UNION ALL SELECT 'invoice', i.id, i.no, i.state, i.amount, i.applied_at FROM"
	" invoice_session x JOIN invoice i ON i.id = x.invoice_id WHERE x.session_id = ?");
SQL(show_records,
	"SELECT r.protocol, r.outcome, r.times, r.first_at, r.last_at, HEX(r.body) FROM device_record"
	" r JOIN session s ON s.no = r.session_no"
	" WHERE s.id = ? ORDER BY r.id");
SQL(show_cdr,
	"SELECT revision, created_at, reason, inputs FROM cdr WHERE session_id = ? ORDER BY revision"
	" DESC LIMIT 1");

struct list { struct request *req; const char *name; int n; };

static NEOERR *put(struct list *l, const char *field, const char *value)
{
	return nerr_pass(hdf_put(l->req->hdf, value, "More.%s.%d.%s", l->name, l->n, field));
}

static const char *choice_text(struct request *req, const char *list, const char *word)
{
	return text_get(req, arena_printf(&req->arena, "choice.%s.%s", list, word));
}

/* The curve, drawn twice: power with energy and SOC, volts with amperes. Gaps stay gaps. */
struct curve { struct chart power, current, heat; };

static NEOERR *sample_row(const struct row *r, void *ctx)
{
	struct curve *c = ctx;
	const char *power[] = { r->value[2], r->value[1], r->value[5] },
			   *current[] = { r->value[3], r->value[4] },
			   *heat[] = { r->value[6], r->value[7] };
	const char *at = row_str(r, 0);

	at += strlen(at) == 19 ? 11 : 0;     /* the time of the day */
	chart_point(&c->power, at, power);
	chart_point(&c->current, at, current);
	chart_point(&c->heat, at, heat);
	return STATUS_OK;
}

static NEOERR *put_curve(struct request *req, int64_t id)
{
	NEOERR *err = STATUS_OK;
	struct curve c;

	chart_init(&c.power, "kW", "kWh / %");
	chart_series(&c.power, text_get(req, "session.power"), "line", 0);
	chart_series(&c.power, text_get(req, "session.energy"), "line", 1);
	chart_series(&c.power, "SOC", "line", 1);
	chart_init(&c.current, "V", "A");
	chart_series(&c.current, text_get(req, "connector.voltage"), "line", 0);
	chart_series(&c.current, text_get(req, "connector.current"), "line", 1);
	chart_init(&c.heat, "℃", NULL);
	chart_series(&c.heat, text_get(req, "battery.connector_heat"), "line", 0);
	chart_series(&c.heat, text_get(req, "battery.battery_heat"), "line", 0);
	TRY(db_query(req->db, &show_samples, ARGS(I64(id)), sample_row, &c));
	if (c.power.points)
		TRY(hdf_put(req->hdf, "1", "Page.chart"));
	TRY(hdf_put(req->hdf, screen_number(req, c.power.points), "More.samples"));
out:
	if (err == STATUS_OK)
		err = chart_put(&c.power, req->hdf, "More.curve.power");
	if (err == STATUS_OK)
		err = chart_put(&c.current, req->hdf, "More.curve.current");
	if (err == STATUS_OK)
		err = chart_put(&c.heat, req->hdf, "More.curve.heat");
	return nerr_pass(err);
}

/* What the rules write down in plain words, as the reader's own: the longer detail of an event
 * is the figures it ended with. */
static const char *said(struct request *req, const char *words)
{
	static const struct { const char *words, *key;
	} known[] = {
		{ "record", "event_said.record" },
		{ "reported", "event_said.reported" },
		{ "hand", "event_said.hand" },
		{ "no record came", "event_said.no_record" },
		{ "no report", "event_said.no_report" },
		{ "offline", "event_said.offline" },
		{ "no answer to the start", "event_said.no_answer" },
		{ "the device charged nothing", "event_said.nothing_charged" },
		{ "the record's times are not the platform's", NULL },
		{ "a record with other figures came after the end", NULL },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (text_eq(known[i].words, words))
			return known[i].key ? text_get(req, known[i].key) : "";
	return words;
}

/* "record: 16.0890 kWh, 12.87; why" of a settlement. */
static const char *settled_detail(struct request *req, const char *detail)
{
	char source[16], energy[32], amount[32];
	const char *why = strchr(detail, ';');
	const char *figures;

	if (!why || sscanf(detail, "%15[a-z]: %31[0-9.-] kWh, %31[0-9.-]", source, energy, amount) != 3)
		return detail;
	figures = arena_printf(&req->arena, "%s %s", said(req, source),
		text_format(req, "event_said.figures", energy, amount));
	for (why++; *why == ' ';)
		why++;
	return *why ? arena_printf(&req->arena, "%s · %s", figures, said(req, why)) : figures;
}

/* "minutes=75 fee=4.00" */
static const char *occupied_detail(struct request *req, const char *detail)
{
	char minutes[24], fee[32];

	if (sscanf(detail, "minutes=%23[0-9] fee=%31[0-9.]", minutes, fee) != 2)
		return detail;
	return text_format(req, "event_said.occupancy", minutes, fee);
}

/* Some events carry a word of a list. */
static const char *event_detail(struct request *req, const char *kind, const char *detail)
{
	const char *key = arena_printf(&req->arena, "choice.%s.%s",
		text_eq(kind, "requested") ? "start_mode" : "stop_reason", detail);

	if (text_eq(kind, "finished"))
		return settled_detail(req, detail);
	if (text_eq(kind, "occupancy"))
		return occupied_detail(req, detail);
	if (text_eq(kind, "failed") && *detail && strspn(detail, "0123456789") == strlen(detail))
		return text_format(req, "event_said.code", detail, NULL);
	return *detail && text_has(req->lang, key) ? text_get(req, key) : said(req, detail);
}

/* "energy=16.089 seconds=602 device_amount=- amount=12.87": what a rule compared. */
static const char *anomaly_detail(struct request *req, const char *detail)
{
	char energy[32], seconds[32], device[32], ours[32];

	if (sscanf(detail, "energy=%31s seconds=%31s device_amount=%31s amount=%31s", energy, seconds,
			device, ours) != 4)
		return detail;
	return arena_printf(&req->arena, "%s · %s",
		text_format(req, "anomaly_said.used", energy, seconds),
		text_format(req, "anomaly_said.amounts", device, ours));
}

static NEOERR *event_row(const struct row *r, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct list *l = ctx;
	const char *key = arena_printf(&l->req->arena, "event.%s", row_str(r, 1));

	TRY(put(l, "at", row_str(r, 0)));
	TRY(put(l, "label", text_has(l->req->lang, key) ? text_get(l->req, key) : row_str(r, 1)));
	TRY(put(l, "detail", event_detail(l->req, row_str(r, 1), row_str(r, 2))));
	TRY(put(l, "actor", row_str(r, 3)));
	l->n++;
out:
	return nerr_pass(err);
}

static NEOERR *anomaly_row(const struct row *r, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct list *l = ctx;

	TRY(put(l, "rule", row_str(r, 0)));
	TRY(put(l, "label",
		text_get(l->req, arena_printf(&l->req->arena, "anomaly.%s", row_str(r, 0)))));
	TRY(put(l, "detail", anomaly_detail(l->req, row_str(r, 1))));
	l->n++;
out:
	return nerr_pass(err);
}

NEOERR *session_show_events(struct request *req, int64_t id)
{
	struct list events = { req, "event", 0 }, anomalies = { req, "anomaly", 0 };
	NEOERR *err;

	TRY(db_query(req->db, &show_events, ARGS(I64(id)), event_row, &events));
	TRY(db_query(req->db, &show_anomalies, ARGS(I64(id)), anomaly_row, &anomalies));
out:
	return nerr_pass(err);
}

static NEOERR *tariff_row(const struct row *r, void *ctx)
{
	static const char *const name[] = { "id", "name", "number", "summary", "effective_at" };
	NEOERR *err = STATUS_OK;
	struct request *req = ctx;

	for (int i = 0; i < r->n; i++)
		TRY(hdf_put(req->hdf, i == 3 ? tariff_words(req, row_str(r, i)) : row_str(r, i),
			"More.tariff.%s", name[i]));
out:
	return nerr_pass(err);
}

static NEOERR *journal_row(const struct row *r, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct list *l = ctx;
	struct request *req = l->req;

	TRY(put(l, "id", row_str(r, 0)));
	TRY(put(l, "at", row_str(r, 1)));
	TRY(put(l, "kind", choice_text(req, "journal_kind", row_str(r, 2))));
	TRY(put(l, "account",
		arena_printf(&req->arena, "%s · %s", choice_text(req, "account_owner", row_str(r, 3)),
			choice_text(req, "account_kind", row_str(r, 4)))));
	TRY(put(l, "amount", screen_money(req, row_money(r, 5))));
	TRY(put(l, "balance", screen_money(req, row_money(r, 6))));
	TRY(put(l, "note", row_str(r, 7)));
	l->n++;
out:
	return nerr_pass(err);
}

/* O7: payments, refunds and invoices that name the charge. */
static NEOERR *paper_row(const struct row *r, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct list *l = ctx;
	struct request *req = l->req;
	const char *kind = row_str(r, 0);

	TRY(put(l, "kind", text_get(req, kind)));
	TRY(put(l, "no", row_str(r, 2)));
	TRY(put(l, "state",
		choice_text(req, arena_printf(&req->arena, "%s_state", kind), row_str(r, 3))));
	TRY(put(l, "amount", screen_money(req, row_money(r, 4))));
	TRY(put(l, "at", row_str(r, 5)));
	if (perm_has(&req->who, kind, "show"))
		TRY(put(l, "href",
			arena_printf(&req->arena, "/admin/%s/%lld", kind, (long long)row_i64(r, 1))));
	l->n++;
out:
	return nerr_pass(err);
}

static NEOERR *record_row(const struct row *r, void *ctx)
{
	static const char *const name[] = { "protocol", "outcome", "times", "first_at", "last_at",
		"body" };
	NEOERR *err = STATUS_OK;
	struct list *l = ctx;

	for (int i = 0; i < r->n; i++)
		TRY(put(l, name[i],
			i == 1 ? text_get(l->req, arena_printf(&l->req->arena, "outcome.%s", row_str(r, i)))
				   : row_str(r, i)));
	l->n++;
out:
	return nerr_pass(err);
}

/* "bms_demand no=.. serial=.. gun=1 voltage_wanted=410.0V ...": what follows the gun. */
static NEOERR *battery_row(const struct row *r, void *ctx)
{
	NEOERR *err = STATUS_OK;
	struct list *l = ctx;
	const char *words = strstr(row_str(r, 1), " gun="), *key;

	words = words ? strchr(words + 1, ' ') : NULL;
	key = arena_printf(&l->req->arena, "battery.%s", row_str(r, 0));
	TRY(put(l, "label", text_has(l->req->lang, key) ? text_get(l->req, key) : row_str(r, 0)));
	TRY(put(l, "words", words ? words + 1 : row_str(r, 1)));
	TRY(put(l, "at", row_str(r, 2)));
	l->n++;
out:
	return nerr_pass(err);
}

/* "0-200 W 1:30:00 × 0.20000" */
static NEOERR *put_time_line(struct list *l, const struct bill_line *b)
{
	NEOERR *err;

	TRY(put(l, "seconds",
		arena_printf(&l->req->arena, "%lld:%02d:%02d", (long long)(b->seconds / 3600),
			(int)(b->seconds / 60 % 60), (int)(b->seconds % 60))));
	TRY(put(l, "hour_price", screen_fixed(l->req, b->hour_price, MONEY_SCALE, 5)));
	if (b->to_watt)
		TRY(put(l, "band",
			arena_printf(&l->req->arena, "%d-%d W", b->from_watt, b->to_watt)));
out:
	return nerr_pass(err);
}

/* "08:00-08:30 峰 12.340 kWh × (0.90000 + 0.40000) = 16.04" */
NEOERR *session_bill_lines(struct request *req, const char *list, const struct bill *bill)
{
	NEOERR *err = STATUS_OK;
	struct list l = { req, list, 0 };

	for (int i = 0; i < bill->n; i++) {
		const struct bill_line *b = &bill->line[i];
		const char *type = choice_name(&price_type_choices, (int)b->type);
		bool typed = b->kind == BILL_ENERGY ||
			(b->kind == BILL_STEP && b->energy);

		TRY(put(&l, "kind", bill_kind_name(b->kind)));
		TRY(put(&l, "from", screen_time(req, b->from)));
		TRY(put(&l, "to", screen_time(req, b->to)));
		TRY(put(&l, "type", typed ? choice_text(req, "price_type", type) : ""));
		TRY(put(&l, "colour", typed ? price_type_choices.rows[b->type].colour : ""));
		if (b->special)
			TRY(put(&l, "special", screen_number(req, b->special)));
		if (b->kind == BILL_TIME || b->kind == BILL_FREE || b->seconds)
			TRY(put_time_line(&l, b));
		TRY(put(&l, "energy", screen_fixed(req, b->energy, ENERGY_SCALE, 4)));
		TRY(put(&l, "energy_price", screen_fixed(req, b->energy_price, MONEY_SCALE, 5)));
		TRY(put(&l, "service_price", screen_fixed(req, b->service_price, MONEY_SCALE, 5)));
		TRY(put(&l, "energy_fee", screen_fixed(req, b->energy_fee, MONEY_SCALE, 5)));
		TRY(put(&l, "service_fee", screen_fixed(req, b->service_fee, MONEY_SCALE, 5)));
		TRY(put(&l, "amount", screen_fixed(req, b->amount, MONEY_SCALE, 5)));
		l.n++;
	}
	TRY(hdf_put(req->hdf, screen_fixed(req, bill->energy, ENERGY_SCALE, 4), "More.%s_sum.energy",
		list));
	TRY(hdf_put(req->hdf, screen_fixed(req, bill->energy_fee, MONEY_SCALE, 5),
		"More.%s_sum.energy_fee", list));
	TRY(hdf_put(req->hdf, screen_fixed(req, bill->service_fee, MONEY_SCALE, 5),
		"More.%s_sum.service_fee", list));
	TRY(hdf_put(req->hdf, screen_fixed(req, bill->amount, MONEY_SCALE, 2), "More.%s_sum.amount",
		list));
out:
	return nerr_pass(err);
}

NEOERR *session_show_bill(struct request *req, int64_t id)
{
	struct bill *bill = arena_alloc(&req->arena, sizeof *bill);
	struct fleet_offer *offer = arena_alloc(&req->arena, sizeof *offer);
	bool found;
	NEOERR *err;

	TRY(db_find(req->db, &show_tariff, ARGS(I64(id)), tariff_row, req, &found));
	err = session_bill(req->db, id, bill);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	TRY(err);
	TRY(session_bill_lines(req, "line", bill));
	TRY(fleet_price_of(req->db, id, offer, &found));
	if (found)
		TRY(hdf_put(req->hdf, fleet_price_words(req, offer), "More.fleet_price"));
out:
	return nerr_pass(err);
}

NEOERR *session_show(struct request *req, int64_t id)
{
	NEOERR *err = STATUS_OK;
	struct list journals = { req, "journal", 0 }, batteries = { req, "battery", 0 },
				records = { req, "record", 0 }, papers = { req, "paper", 0 };

	TRY(put_curve(req, id));
	TRY(session_show_bill(req, id));
	TRY(session_occupancy_put(req, id));
	TRY(session_show_events(req, id));
	TRY(db_query(req->db, &show_battery, ARGS(I64(id)), battery_row, &batteries));
	TRY(db_query(req->db, &show_journals, ARGS(I64(id)), journal_row, &journals));
	TRY(db_query(req->db, &show_papers, ARGS(I64(id), I64(id), I64(id)), paper_row, &papers));
	TRY(db_query(req->db, &show_records, ARGS(I64(id)), record_row, &records));
out:
	return nerr_pass(err);
}

static NEOERR *cdr_row(const struct row *r, void *ctx)
{
	static const char *const name[] = { "revision", "created_at", "reason", "inputs" };
	NEOERR *err = STATUS_OK;
	struct request *req = ctx;

	for (int i = 0; i < r->n; i++)
		TRY(hdf_put(req->hdf, row_str(r, i), "More.cdr.%s", name[i]));
out:
	return nerr_pass(err);
}

/* The bill beside what its stored inputs give today: the same to the last digit, or it says so. */
NEOERR *session_recompute_show(struct request *req)
{
	NEOERR *err = STATUS_OK;
	int64_t id = route_id(req, "id");
	struct bill *now = arena_alloc(&req->arena, sizeof *now),
				*then = arena_alloc(&req->arena, sizeof *then);
	struct session_view *view = arena_alloc(&req->arena, sizeof *view);
	bool same = false;

	TRY(resource_reach(req, &session_resource, id, false));
	TRY(session_get(req->db, id, view));
	TRY(session_bill(req->db, id, then));
	TRY(session_recompute(req->db, id, now, &same));
	TRY(session_bill_lines(req, "line", then));
	TRY(session_bill_lines(req, "again", now));
	TRY(db_get(req->db, &show_cdr, ARGS(I64(id)), cdr_row, req));
	TRY(hdf_put(req->hdf, same ? "1" : "0", "More.same"));
	TRY(hdf_put(req->hdf, screen_number(req, id), "More.id"));
	TRY(screen_page(req, "session", "session.recompute", view->no, "screen/recompute.cs"));
out:
	return nerr_pass(err);
}

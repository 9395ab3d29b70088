/* tariff_page.c - the tariff's form with its slot editor, and the calculator (P1, P3, P4, P5).
 * Owns the rows while they are typed; what is saved goes through the tariff's table as slots
 * text. Serves clerks of the 计费管理 group. */
#include "charge/tariff.h"
#include "cgi/resource/page.h"
#include "cgi/screen/screen.h"
#include "cgi/screen/session_show.h"
#include "cgi/screen/tariff_draft.h"
#include "cgi/screen/tariff_slots.h"
#include "cgi/tariff_words.h"

/* A row as typed; error is a Text key. */
struct slot_row { const char *type, *start, *end, *energy, *service, *error; };
struct editor { struct request *req; struct change *c; struct slot_row row[TARIFF_SLOTS]; int n; };

SQL(editor_was_in_force,
	"SELECT COUNT(*) FROM tariff_version WHERE tariff_id = ? AND effective_at <= ?");

/* ---- rows from the form ---- */

struct column_reader { struct editor *e; size_t offset; int at; };

static NEOERR *take_cell(const char *value, void *ctx)
{
	struct column_reader *r = ctx;

	if (r->at < TARIFF_SLOTS)
		*(const char **)((char *)&r->e->row[r->at++] + r->offset) = value;
	return STATUS_OK;
}

static NEOERR *read_rows(struct editor *e)
{
	static const struct { const char *name; size_t offset;
	} columns[] = {
		{ "slot_type", offsetof(struct slot_row, type) },
		{ "slot_start", offsetof(struct slot_row, start) },
		{ "slot_end", offsetof(struct slot_row, end) },
		{ "slot_energy", offsetof(struct slot_row, energy) },
		{ "slot_service", offsetof(struct slot_row, service) },
	};
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		struct column_reader r = { e, columns[i].offset, 0 };

		TRY(request_each(e->req, columns[i].name, take_cell, &r));
		if (r.at > e->n)
			e->n = r.at;
	}
	for (int i = 0; i < e->n; i++) {
		struct slot_row *row = &e->row[i];

		row->type = row->type ? row->type : "";
		row->start = row->start ? row->start : "";
		row->end = row->end ? row->end : "";
		row->energy = row->energy ? row->energy : "";
		row->service = row->service ? row->service : "";
	}
out:
	return nerr_pass(err);
}

static void rows_of(struct editor *e, const struct tariff *t)
{
	struct request *req = e->req;
	char text[FIXED_TEXT];

	e->n = t->n;
	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i];

		e->row[i] = (struct slot_row){
			.type = choice_name(&price_type_choices, (int)s->type),
			.start = slots_clock(req, s->start_minute),
			.end = slots_clock(req, s->end_minute),
			.energy = arena_strdup(&req->arena,
				fixed_format(s->energy_price, MONEY_SCALE, s->energy_price % 10 ? 5 : 4, text)),
			.service = arena_strdup(&req->arena,
				fixed_format(s->service_price, MONEY_SCALE, s->service_price % 10 ? 5 : 4, text)),
		};
	}
}

/* The row as a slot; false with the row's error set. */
static bool row_slot(struct slot_row *row, struct tariff_slot *out)
{
	int type = choice_value(&price_type_choices, row->type);

	*out = (struct tariff_slot){ .type = (enum price_type)(type < 0 ? 0 : type) };
	if (type < 0)
		row->error = "tariff.row.type";
	else if (!slots_minute(row->start, &out->start_minute) ||
		(*row->end && !slots_minute(row->end, &out->end_minute)))
		row->error = "tariff.row.time";
	else if (!money_parse(row->energy, &out->energy_price) ||
		!money_parse(row->service, &out->service_price))
		row->error = "tariff.row.price";
	return !row->error;
}

/* Rows typed -> slots text for the change; faults stand at their row. Blank rows fall away. */
static const char *rows_text(struct editor *e)
{
	struct tariff *t = arena_alloc(&e->req->arena, sizeof *t);
	enum tariff_fault fault;
	bool readable = true;
	int kept = 0, at = 0;

	for (int i = 0; i < e->n; i++) {
		struct slot_row *row = &e->row[i];

		if (!*row->start && !*row->end && !*row->energy && !*row->service)
			continue;
		e->row[kept] = *row;
		readable = row_slot(&e->row[kept], &t->slot[kept]) && readable;
		kept++;
	}
	e->n = t->n = kept;
	if (!readable)
		return "?";
	fault = tariff_check(t, &at);
	if (fault != TARIFF_OK && fault != TARIFF_EMPTY) {
		rows_of(e, t);
		if (at >= 0 && at < e->n)
			e->row[at].error =
				arena_printf(&e->req->arena, "tariff.fault.%s", tariff_fault_name(fault));
	} else if (fault == TARIFF_OK) {
		rows_of(e, t);
	}
	return slots_text(e->req, t);
}

/* ---- without JavaScript: buttons that add, split or remove a row ---- */

static void row_insert(struct editor *e, int at, struct slot_row row)
{
	if (e->n >= TARIFF_SLOTS)
		return;
	memmove(&e->row[at + 1], &e->row[at], (size_t)(e->n - at) * sizeof *e->row);
	e->row[at] = row;
	e->n++;
}

static void row_split(struct editor *e, int at)
{
	int start, end, middle;

	if (!slots_minute(e->row[at].start, &start) || !slots_minute(e->row[at].end, &end) ||
		end - start < 60 || e->n >= TARIFF_SLOTS)
		return;
	middle = start + (end - start) / 60 * 30;
	row_insert(e, at + 1, e->row[at]);
	e->row[at].end = e->row[at + 1].start = slots_clock(e->req, middle);
}

/* True if the post was one of these buttons. */
static bool rows_edited(struct editor *e)
{
	int64_t at;

	if (request_param(e->req, "row_add")) {
		const char *from = e->n && *e->row[e->n - 1].end ? e->row[e->n - 1].end : "";

		row_insert(e, e->n, (struct slot_row){ "flat", from, "24:00", "", "", NULL });
		return true;
	}
	if (request_i64(e->req, "row_split", &at) && at >= 0 && at < e->n) {
		row_split(e, (int)at);
		return true;
	}
	if (request_i64(e->req, "row_remove", &at) && at >= 0 && at < e->n) {
		memmove(&e->row[at], &e->row[at + 1], (size_t)(e->n - 1 - (int)at) * sizeof *e->row);
		e->n--;
		return true;
	}
	return false;
}

/* ---- the page ---- */

static bool is_bike(struct editor *e)
{
	const char *kind = change_text(e->c, "kind");

	return text_eq(kind && *kind ? kind : change_old(e->c, "kind"), "ebike");
}

static NEOERR *put_types(struct request *req)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < price_type_choices.n; i++) {
		const struct choice *type = &price_type_choices.rows[i];

		TRY(hdf_put(req->hdf, type->name, "Slot.type.%d.name", i));
		TRY(hdf_put(req->hdf, type->colour, "Slot.type.%d.colour", i));
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "choice.price_type.%s", type->name)),
			"Slot.type.%d.label", i));
	}
out:
	return nerr_pass(err);
}

/* P14-P18; a car's method follows from its slots. */
static NEOERR *put_methods(struct request *req)
{
	NEOERR *err = STATUS_OK;

	for (int i = METHOD_DURATION; i < tariff_method_choices.n; i++) {
		const char *name = choice_name(&tariff_method_choices, i);

		TRY(hdf_put(req->hdf, name, "Slot.method.%d.name", i));
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "choice.tariff_method.%s", name)),
			"Slot.method.%d.label", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *put_rows(struct editor *e)
{
	NEOERR *err = STATUS_OK;
	HDF *hdf = e->req->hdf;

	for (int i = 0; i < e->n; i++) {
		const struct slot_row *r = &e->row[i];

		TRY(hdf_put(hdf, screen_number(e->req, i), "Slot.row.%d.at", i));
		TRY(hdf_put(hdf, r->type, "Slot.row.%d.type", i));
		TRY(hdf_put(hdf, r->start, "Slot.row.%d.start", i));
		TRY(hdf_put(hdf, r->end, "Slot.row.%d.end", i));
		TRY(hdf_put(hdf, r->energy, "Slot.row.%d.energy", i));
		TRY(hdf_put(hdf, r->service, "Slot.row.%d.service", i));
		if (r->error)
			TRY(hdf_put(hdf, text_get(e->req, r->error), "Slot.row.%d.error", i));
	}
	TRY(put_types(e->req));
out:
	return nerr_pass(err);
}

/* P4: a new version starts at 24:00; a tariff that never was in force may start at once, and a
 * new one does unless told otherwise. */
static NEOERR *put_effective(struct editor *e)
{
	NEOERR *err = STATUS_OK;
	struct request *req = e->req;
	int64_t in_force = 0;

	TRY(db_i64(req->db, &editor_was_in_force, ARGS(I64(e->c->id), TIME(clock_now())), &in_force));
	TRY(hdf_put(req->hdf, in_force ? "0" : "1", "Slot.may_now"));
	TRY(hdf_put(req->hdf, request_param_or(req, "effective", in_force ? "midnight" : "now"),
		"Slot.effective"));
	TRY(hdf_put(req->hdf, request_param_or(req, "effective_at", ""), "Slot.effective_at"));
out:
	return nerr_pass(err);
}

static NEOERR *editor_page(struct editor *e)
{
	NEOERR *err = STATUS_OK;
	struct request *req = e->req;
	const char *subject = "";

	if (e->c->id)
		TRY(resource_title(req, &tariff_resource, e->c->id, &subject));
	TRY(put_rows(e));
	TRY(put_effective(e));
	if (e->c->id)
		TRY(hdf_put(req->hdf, is_bike(e) ? "1" : "0", "Slot.bike"));
	TRY(put_methods(req));
	TRY(form_fill(req, e->c, "tariff"));
	TRY(form_fill_hidden(req, "/admin/tariff"));
	TRY(hdf_put(req->hdf, screen_number(req, e->c->saving->version), "Form.version"));
	TRY(hdf_put(req->hdf,
		e->c->id ? arena_printf(&req->arena, "/admin/tariff/%lld/edit", (long long)e->c->id)
				 : "/admin/tariff/new",
		"Form.action"));
	if (change_problem(req, e->c, field_index(&tariff_resource, "slots")))
		TRY(hdf_put(req->hdf, change_problem(req, e->c, field_index(&tariff_resource, "slots")),
			"Slot.error"));
	TRY(screen_page(req, "tariff", e->c->id ? "tariff.edit_title" : "tariff.new_title", subject,
		"screen/tariff_form.cs"));
out:
	return nerr_pass(err);
}

/* The form opens with the prices and terms of a rule that the asker sees. */
static NEOERR *copy_of(struct editor *e, int64_t from)
{
	struct request *req = e->req;
	struct change *other = change_new(req, &tariff_resource, from);
	struct tariff *t = arena_alloc(&req->arena, sizeof *t);
	static const char *const same[] = { "kind", "method", "rounding", "provider_id" };
	NEOERR *err;

	TRY(resource_reach(req, &tariff_resource, from, false));
	TRY(change_load(req, other));
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		(void)change_put(req, e->c, same[i], change_old(other, same[i]));
	TRY(tariff_newest(req, from, t));
	if (t->n) {
		rows_of(e, t);
		TRY(tariff_draft_show(req, e->c, t));
	}
out:
	return nerr_pass(err);
}

NEOERR *tariff_new(struct request *req)
{
	struct editor *e = arena_alloc(&req->arena, sizeof *e);
	int64_t from = 0;
	NEOERR *err = STATUS_OK;

	e->req = req;
	e->c = change_new(req, &tariff_resource, 0);
	change_read(req, e->c);
	e->n = 1;
	e->row[0] = (struct slot_row){ "flat", "00:00", "24:00", "", "", NULL };
	if (request_i64(req, "copy", &from))
		TRY(copy_of(e, from));
	TRY(editor_page(e));
out:
	return nerr_pass(err);
}

NEOERR *tariff_copy(struct request *req)
{
	response_redirect(req,
		arena_printf(&req->arena, "/admin/tariff/new?copy=%lld", (long long)route_id(req, "id")));
	return STATUS_OK;
}

NEOERR *tariff_edit(struct request *req)
{
	NEOERR *err = STATUS_OK;
	struct editor *e = arena_alloc(&req->arena, sizeof *e);
	struct tariff *t = arena_alloc(&req->arena, sizeof *t);
	int64_t id = route_id(req, "id");

	e->req = req;
	TRY(resource_reach(req, &tariff_resource, id, false));
	e->c = change_new(req, &tariff_resource, id);
	TRY(change_load(req, e->c));
	TRY(tariff_newest(req, id, t));
	if (t->n) {
		rows_of(e, t);
		TRY(tariff_draft_show(req, e->c, t));
	}
	TRY(editor_page(e));
out:
	return nerr_pass(err);
}

static NEOERR *editor_save(struct editor *e)
{
	NEOERR *err = STATUS_OK;
	struct request *req = e->req;
	const char *effective = request_param_or(req, "effective", "midnight");
	int64_t version = 0, id = 0;
	bool saved = false;

	(void)request_i64(req, "_version", &version);
	(void)change_put(req, e->c, "slots", is_bike(e) ? "" : rows_text(e));
	(void)change_put(req, e->c, "at_once", text_eq(effective, "now") ? "1" : "");
	if (!text_eq(effective, "at"))
		(void)change_put(req, e->c, "effective_at", "");
	err = change_save(req, e->c, version, request_param_or(req, "_token", ""), &id, &saved);
	if (error_is(err, ERR_STALE)) {
		error_drop(err);
		err = STATUS_OK;
		TRY(hdf_put(req->hdf, text_get(req, "error.tariff_stale"), "Form.error"));
		req->status = 409;
	} else {
		TRY(err);
		if (saved) {
			response_redirect_saying(req, form_back(req, "/admin/tariff"), "engine.saved",
				change_text(e->c, "name"));
			goto out;
		}
		req->status = 422;
	}
	TRY(editor_page(e));
out:
	return nerr_pass(err);
}

static NEOERR *editor_post(struct request *req, int64_t id)
{
	NEOERR *err = STATUS_OK;
	struct editor *e = arena_alloc(&req->arena, sizeof *e);

	e->req = req;
	e->c = change_new(req, &tariff_resource, id);
	if (id) {
		TRY(resource_reach(req, &tariff_resource, id, false));
		TRY(change_load(req, e->c));
	}
	change_read(req, e->c);
	TRY(read_rows(e));
	if (rows_edited(e)) {
		(void)request_i64(req, "_version", &e->c->saving->version);
		TRY(editor_page(e));
	} else {
		TRY(editor_save(e));
	}
out:
	return nerr_pass(err);
}

NEOERR *tariff_create(struct request *req)
{
	return nerr_pass(editor_post(req, 0));
}

NEOERR *tariff_update(struct request *req)
{
	return nerr_pass(editor_post(req, route_id(req, "id")));
}

/* ---- the calculator (P5): kWh at a time of day -> explained lines ---- */

struct question { int64_t energy, from, minutes, watt; const char *problem; };

/* P5: a car's asks for kWh; an e-bike's for a duration, the power and, if its kWh cost, the kWh. */
static void read_question(struct request *req, const struct tariff *t, struct question *q)
{
	bool no_energy = t->method == METHOD_DURATION || t->method == METHOD_POWER;
	const char *wish = request_param_or(req, "day", "");
	int64_t day = clock_now();
	int start = 0;

	q->minutes = 60;
	if (tariff_is_bike(t) && (!request_i64(req, "watt", &q->watt) || q->watt < 0 ||
		q->watt > 10000))
		q->problem = "tariff.ask.bad_watt";
	else if (!no_energy && (!energy_parse(request_param_or(req, "energy", ""), &q->energy) ||
		q->energy <= 0 || q->energy > 100000 * ENERGY_KWH))
		q->problem = "tariff.ask.energy";
	else if (*wish && !clock_parse(wish, &day))
		q->problem = "tariff.ask.bad_day";
	else if (!slots_minute(request_param_or(req, "start", ""), &start) || start == DAY_MINUTES)
		q->problem = "tariff.ask.start";
	else if (!request_i64(req, "minutes", &q->minutes) || q->minutes < 1 || q->minutes > 48 * 60)
		q->problem = "tariff.ask.minutes";
	q->from = clock_day_start(day) + (int64_t)start * 60;
}

/* The version in force, or the first one to come. */
static NEOERR *version_to_ask(struct request *req, int64_t id, struct tariff *t, bool *found)
{
	NEOERR *err = tariff_at(req->db, id, clock_now(), t);

	*found = err == STATUS_OK;
	if (!error_is(err, ERR_NOT_FOUND))
		return nerr_pass(err);
	error_drop(err);
	TRY(tariff_newest(req, id, t));
	*found = t->n > 0;
out:
	return nerr_pass(err);
}

NEOERR *tariff_calculate(struct request *req)
{
	NEOERR *err = STATUS_OK;
	int64_t id = route_id(req, "id");
	struct tariff *t = arena_alloc(&req->arena, sizeof *t);
	struct bill *bill = arena_alloc(&req->arena, sizeof *bill);
	struct question q = { 0 };
	const char *name = "";
	char summary[1000], today[CLOCK_TEXT];
	bool found = false;

	TRY(resource_reach(req, &tariff_resource, id, false));
	TRY(resource_title(req, &tariff_resource, id, &name));
	TRY(version_to_ask(req, id, t, &found));
	if (found) {
		tariff_summary(t, summary, sizeof summary);
		TRY(hdf_put(req->hdf, tariff_words(req, summary), "Ask.summary"));
		TRY(hdf_put(req->hdf, screen_number(req, t->number), "Ask.number"));
	}
	TRY(hdf_put(req->hdf, request_param_or(req, "energy", ""), "Ask.energy"));
	TRY(hdf_put(req->hdf, request_param_or(req, "start", "08:00"), "Ask.start"));
	TRY(hdf_put(req->hdf, request_param_or(req, "minutes", "60"), "Ask.minutes"));
	if (t->specials)
		TRY(hdf_put(req->hdf,
			request_param_or(req, "day",
				arena_strdup(&req->arena, clock_format_day(clock_now(), today))),
			"Ask.day"));
	if (tariff_is_bike(t))
		TRY(hdf_put(req->hdf, request_param_or(req, "watt", "200"), "Ask.watt"));
	if (found && request_param(req, "minutes")) {
		read_question(req, t, &q);
		if (q.problem) {
			TRY(hdf_put(req->hdf, text_get(req, q.problem), "Form.error"));
		} else {
			TRY(rating_quote(t, q.from, q.minutes * 60, q.energy, (int)q.watt, bill));
			TRY(session_bill_lines(req, "line", bill));
		}
	}
	TRY(screen_page(req, "tariff", "tariff.calculate", name, "screen/calculate.cs"));
out:
	return nerr_pass(err);
}

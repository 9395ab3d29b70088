/* session_bill.c - the immutable bill: written with the inputs that made it, read, and rated again
 * from them.
 * Owns tables cdr and cdr_line. Serves session.h, settlement. */
#include "charge/session_internal.h"

#include "base/clock.h"
#include "base/json.h"

#define INPUTS_MAX (1 << 20)
#define LINE_COLUMNS 17

SQL(cdr_insert,
	"insert into cdr (session_id, revision, started_at, ended_at, energy, energy_fee,"
	" service_fee, discount, rounding_fee,"
	" amount, inputs, reason, created_at, created_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
	" ?, ?)");
SQL(cdr_last,
	"select id, energy, energy_fee, service_fee, discount, rounding_fee, amount from cdr where"
	" session_id = ?"
	" order by revision desc limit 1");
SQL(cdr_last_revision, "select coalesce(max(revision), 0) from cdr where session_id = ?");
SQL(cdr_last_inputs, "select inputs from cdr where session_id = ? order by revision desc limit 1");
SQL(cdr_lines,
	"select kind, type, from_at, to_at, energy, energy_price, service_price, energy_fee,"
	" service_fee, amount, seconds, hour_price, from_watt, to_watt, special"
	" from cdr_line where cdr_id = ? order by position");

static const struct bulk line_insert = {
	"insert into cdr_line (cdr_id, position, kind, type, from_at, to_at, energy, energy_price,"
	" service_price, energy_fee,"
	" service_fee, amount, seconds, hour_price, from_watt, to_watt, special) values",
	"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "", LINE_COLUMNS
};
static const char *const kind_names[] = { [BILL_ENERGY] = "energy", [BILL_TIME] = "time",
	[BILL_FREE] = "free", [BILL_STEP] = "step", [BILL_DISCOUNT] = "discount",
	[BILL_ROUNDING] = "rounding" };

const char *bill_kind_name(enum bill_kind kind)
{
	return kind_names[kind];
}

/* Inputs as JSON: whole numbers only, in the units of rating.h; arrays [start, end, type, energy
 * price, service price] and [from, to, energy]; discount [percent of the energy fee, of the service
 * fee], 10000 = full price. What is rated again from it gives the same bill
 * to the last digit. */
static json_t *bike_json(const struct bike_terms *b)
{
	json_t *bands = json_array();

	for (int i = 0; i < b->n; i++)
		json_array_append_new(bands, json_pack("[iiI]", b->band[i].from_watt, b->band[i].to_watt,
			(json_int_t)b->band[i].hour_price));
	return json_pack("{si si sI so}", "free_minutes", b->free_minutes, "stop_minutes",
		b->stop_minutes, "hour_price", (json_int_t)b->hour_price, "bands", bands);
}

static json_t *special_json(const struct tariff *t)
{
	json_t *all = json_array();

	for (int i = 0; i < t->specials; i++) {
		const struct tariff_special *s = &t->special[i];

		json_array_append_new(all,
			json_pack("[iiiIIiiII]", s->days, s->start_minute, s->end_minute,
				(json_int_t)s->from_energy, (json_int_t)s->to_energy, s->from_minutes,
				s->to_minutes, (json_int_t)s->energy_price, (json_int_t)s->service_price));
	}
	return all;
}

static json_t *tariff_json(const struct tariff *t)
{
	json_t *slots = json_array(), *all;

	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i];

		json_array_append_new(slots,
			json_pack("[iisII]", s->start_minute, s->end_minute,
				choice_name(&price_type_choices, s->type), (json_int_t)s->energy_price,
				(json_int_t)s->service_price));
	}
	all = json_pack("{sI sI si ss ss so}", "version_id", (json_int_t)t->version_id, "tariff_id",
		(json_int_t)t->tariff_id, "number", t->number, "method",
		choice_name(&tariff_method_choices, (int)t->method), "rounding",
		choice_name(&rounding_choices, t->rounding), "slots", slots);
	if (tariff_is_bike(t))
		json_object_set_new(all, "bike", bike_json(&t->bike));
	if (t->specials)
		json_object_set_new(all, "special", special_json(t));
	if (t->step_energy || t->step_minutes)
		json_object_set_new(all, "step",
			json_pack("[Ii]", (json_int_t)t->step_energy, t->step_minutes));
	return all;
}

/* whole: pieces of time count although no energy flowed. */
static json_t *usage_json(const struct usage *u, bool whole)
{
	json_t *segments = json_array();

	for (int i = 0; i < u->n; i++)
		if (u->segment[i].energy || whole)
			json_array_append_new(segments, json_pack("[IIIi]", (json_int_t)u->segment[i].from,
				(json_int_t)u->segment[i].to, (json_int_t)u->segment[i].energy,
				u->segment[i].watt));
	return json_pack("{sI sI sI so}", "started", (json_int_t)u->started, "ended",
		(json_int_t)u->ended, "energy", (json_int_t)u->energy, "segments", segments);
}

char *bill_inputs_dup(const struct closing *c)
{
	json_t *all = json_pack("{si so so ss sb sI sI sI}", "format", 1, "tariff",
		tariff_json(c->tariff), "usage", usage_json(&c->usage, tariff_is_bike(c->tariff)),
		"source", c->source, "used_types", c->used_types, "device_amount",
		(json_int_t)c->device_amount, "meter_start",
		(json_int_t)c->meter_start, "meter_end", (json_int_t)c->meter_end);
	char *text;

	if (c->discount.percent_energy_fee || c->discount.percent_service_fee)
		json_object_set_new(all, "discount",
			json_pack("[ii]", c->discount.percent_energy_fee, c->discount.percent_service_fee));
	if (c->discount.has_agreed)
		json_object_set_new(all, "agreed", json_integer(c->discount.agreed));
	text = json_write_dup(all);
	json_decref(all);
	return text;
}

static NEOERR *write_lines(struct db *db, int64_t cdr_id, const struct bill *b)
{
	struct arg *args = calloc((size_t)b->n * LINE_COLUMNS + 1, sizeof(*args)), *a = args;
	NEOERR *err;

	if (!args)
		error_die("out of memory");
	for (int i = 0; i < b->n; i++) {
		const struct bill_line *l = &b->line[i];
		bool typed = l->kind == BILL_ENERGY || l->kind == BILL_STEP;

		*a++ = I64(cdr_id);
		*a++ = I64(i + 1);
		*a++ = STR(kind_names[l->kind]);
		*a++ = STR(typed ? choice_name(&price_type_choices, l->type) : "");
		*a++ = TIME(l->from);
		*a++ = TIME(l->to);
		*a++ = ENERGY(l->energy);
		*a++ = MONEY(l->energy_price);
		*a++ = MONEY(l->service_price);
		*a++ = MONEY(l->energy_fee);
		*a++ = MONEY(l->service_fee);
		*a++ = MONEY(l->amount);
		*a++ = I64(l->seconds);
		*a++ = MONEY(l->hour_price);
		*a++ = I64(l->from_watt);
		*a++ = I64(l->to_watt);
		*a++ = I64(l->special);
	}
	err = db_bulk(db, &line_insert, args, b->n, NULL);
	free(args);
	return nerr_pass(err);
}

NEOERR *cdr_revision(struct db *db, int64_t session_id, int64_t *out)
{
	return nerr_pass(db_i64(db, &cdr_last_revision, ARGS(I64(session_id)), out));
}

NEOERR *cdr_write(struct db *db, const struct closing *c, int revision)
{
	const struct bill *b = &c->bill;
	char *inputs = bill_inputs_dup(c);
	int64_t id;
	NEOERR *err;

	TRY(db_insert(db, &cdr_insert,
		ARGS(I64(c->session->id), I64(revision), TIME(c->usage.started), TIME(c->usage.ended),
			ENERGY(b->energy), MONEY(b->energy_fee), MONEY(b->service_fee), MONEY(b->discount),
			MONEY(b->rounding_fee), MONEY(b->amount), STR(inputs), STR(c->why ? c->why : ""),
			TIME(clock_now()), IDREF(c->by)),
		&id));
	TRY(write_lines(db, id, b));
out:
	free(inputs);
	return nerr_pass(err);
}

struct reading_bill { int64_t cdr_id; struct bill *bill; };

static NEOERR *take_cdr(const struct row *r, void *ctx)
{
	struct reading_bill *rb = ctx;
	struct bill *b = rb->bill;

	rb->cdr_id = row_i64(r, 0);
	b->energy = row_energy(r, 1);
	b->energy_fee = row_money(r, 2);
	b->service_fee = row_money(r, 3);
	b->discount = row_money(r, 4);
	b->rounding_fee = row_money(r, 5);
	b->amount = row_money(r, 6);
	return STATUS_OK;
}

static enum bill_kind kind_of(const char *name)
{
	for (int kind = BILL_ENERGY; kind < BILL_ROUNDING; kind++)
		if (!strcmp(name, kind_names[kind]))
			return (enum bill_kind)kind;
	return BILL_ROUNDING;
}

static NEOERR *take_line(const struct row *r, void *ctx)
{
	struct bill *b = ((struct reading_bill *)ctx)->bill;
	int type = choice_value(&price_type_choices, row_str(r, 1));

	if (b->n >= BILL_LINES)
		return nerr_raise(ERR_INVALID, "a bill of more than %d lines", BILL_LINES);
	b->line[b->n++] = (struct bill_line){ .kind = kind_of(row_str(r, 0)),
		.type = type < 0 ? 0 : (enum price_type)type,
		.from = row_time(r, 2),
		.to = row_time(r, 3),
		.energy = row_energy(r, 4),
		.energy_price = row_money(r, 5),
		.service_price = row_money(r, 6),
		.energy_fee = row_money(r, 7),
		.service_fee = row_money(r, 8),
		.amount = row_money(r, 9),
		.seconds = row_i64(r, 10),
		.hour_price = row_money(r, 11),
		.from_watt = (int)row_i64(r, 12),
		.to_watt = (int)row_i64(r, 13),
		.special = (int)row_i64(r, 14) };
	return STATUS_OK;
}

NEOERR *session_bill(struct db *db, int64_t session_id, struct bill *out)
{
	struct reading_bill rb = { .bill = out };
	NEOERR *err;

	out->n = 0;
	TRY(db_get(db, &cdr_last, ARGS(I64(session_id)), take_cdr, &rb));
	TRY(db_query(db, &cdr_lines, ARGS(I64(rb.cdr_id)), take_line, &rb));
out:
	return nerr_pass(err);
}

static NEOERR *bike_from_json(const json_t *o, struct bike_terms *b)
{
	const json_t *bands = json_object_get(o, "bands"), *band;
	json_int_t price;
	size_t i;

	b->free_minutes = (int)json_i64(o, "free_minutes", 0);
	b->stop_minutes = (int)json_i64(o, "stop_minutes", 0);
	b->hour_price = json_i64(o, "hour_price", 0);
	json_array_foreach((json_t *)(uintptr_t)bands, i, band) {
		struct bike_band *to = &b->band[b->n];

		if (b->n >= BIKE_BANDS ||
			json_unpack((json_t *)(uintptr_t)band, "[iiI]", &to->from_watt, &to->to_watt, &price))
			return nerr_raise(ERR_INVALID, "the bill's stored bands are damaged");
		to->hour_price = price;
		b->n++;
	}
	return STATUS_OK;
}

static NEOERR *special_from_json(const json_t *list, struct tariff *t)
{
	json_int_t from_energy, to_energy, energy, service;
	const json_t *row;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, row) {
		struct tariff_special *s = &t->special[t->specials];

		if (t->specials >= TARIFF_SPECIALS ||
			json_unpack((json_t *)(uintptr_t)row, "[iiiIIiiII]", &s->days, &s->start_minute,
				&s->end_minute, &from_energy, &to_energy, &s->from_minutes, &s->to_minutes,
				&energy, &service))
			return nerr_raise(ERR_INVALID, "the bill's stored special prices are damaged");
		s->from_energy = from_energy;
		s->to_energy = to_energy;
		s->energy_price = energy;
		s->service_price = service;
		t->specials++;
	}
	return STATUS_OK;
}

/* Bills of before there were methods name none: a car's. */
static NEOERR *tariff_from_json(const json_t *o, struct tariff *t)
{
	const json_t *slots = json_object_get(o, "slots"), *slot;
	int method = choice_value(&tariff_method_choices, json_text(o, "method", "tou"));
	json_int_t energy, service;
	const char *type;
	size_t i;

	memset(t, 0, sizeof(*t));
	if (method < 0)
		return nerr_raise(ERR_INVALID, "the bill's stored tariff is damaged");
	t->method = (enum tariff_method)method;
	t->version_id = json_i64(o, "version_id", 0);
	t->rounding = (enum rounding)choice_value(&rounding_choices, json_text(o, "rounding", ""));
	json_array_foreach((json_t *)(uintptr_t)slots, i, slot) {
		struct tariff_slot *s = &t->slot[t->n];

		if (t->n >= TARIFF_SLOTS ||
			json_unpack((json_t *)(uintptr_t)slot, "[iisII]", &s->start_minute, &s->end_minute,
				&type, &energy, &service) ||
			choice_value(&price_type_choices, type) < 0)
			return nerr_raise(ERR_INVALID, "the bill's stored tariff is damaged");
		s->type = (enum price_type)choice_value(&price_type_choices, type);
		s->energy_price = energy;
		s->service_price = service;
		t->n++;
	}
	t->step_energy = json_integer_value(json_array_get(json_object_get(o, "step"), 0));
	t->step_minutes = (int)json_integer_value(json_array_get(json_object_get(o, "step"), 1));
	return tariff_is_bike(t) ? nerr_pass(bike_from_json(json_object_get(o, "bike"), &t->bike))
							 : nerr_pass(special_from_json(json_object_get(o, "special"), t));
}

static NEOERR *usage_from_json(struct arena *arena, const json_t *o, struct usage *u)
{
	const json_t *segments = json_object_get(o, "segments"), *segment;
	json_int_t from, to, energy;
	size_t i;

	*u = (struct usage){ .started = json_i64(o, "started", 0),
		.ended = json_i64(o, "ended", 0),
		.energy = json_i64(o, "energy", 0) };
	u->segment = arena_alloc(arena, (json_array_size(segments) + 1) * sizeof(*u->segment));
	json_array_foreach((json_t *)(uintptr_t)segments, i, segment) {
		if (json_unpack((json_t *)(uintptr_t)segment, "[III*]", &from, &to, &energy))
			return nerr_raise(ERR_INVALID, "the bill's stored usage is damaged");
		u->segment[u->n++] = (struct usage_segment){ from, to, energy,
			(int)json_integer_value(json_array_get(segment, 3)) };
	}
	return STATUS_OK;
}

static bool same_line(const struct bill_line *a, const struct bill_line *b)
{
	return a->kind == b->kind && (a->kind != BILL_ENERGY || a->type == b->type) &&
		a->from == b->from && a->to == b->to && a->energy == b->energy &&
		a->energy_price == b->energy_price && a->service_price == b->service_price &&
		a->energy_fee == b->energy_fee && a->service_fee == b->service_fee &&
		a->amount == b->amount && a->seconds == b->seconds && a->hour_price == b->hour_price &&
		a->from_watt == b->from_watt && a->to_watt == b->to_watt && a->special == b->special;
}

static bool same_bill(const struct bill *a, const struct bill *b)
{
	if (a->n != b->n || a->energy != b->energy || a->energy_fee != b->energy_fee ||
		a->service_fee != b->service_fee || a->discount != b->discount ||
		a->rounding_fee != b->rounding_fee || a->amount != b->amount)
		return false;
	for (int i = 0; i < a->n; i++)
		if (!same_line(&a->line[i], &b->line[i]))
			return false;
	return true;
}

static NEOERR *take_inputs(const struct row *r, void *ctx)
{
	return nerr_pass(json_read(r->value[0], r->length[0], INPUTS_MAX, ctx));
}

NEOERR *bill_inputs_read(struct arena *arena, const json_t *inputs, struct bill_inputs *out)
{
	NEOERR *err;

	TRY(tariff_from_json(json_object_get(inputs, "tariff"), &out->tariff));
	TRY(usage_from_json(arena, json_object_get(inputs, "usage"), &out->usage));
	out->discount = (struct discount){ .has_agreed = json_object_get(inputs, "agreed") != NULL,
		.agreed = json_i64(inputs, "agreed", 0),
		.percent_energy_fee =
			(int)json_integer_value(json_array_get(json_object_get(inputs, "discount"), 0)),
		.percent_service_fee =
			(int)json_integer_value(json_array_get(json_object_get(inputs, "discount"), 1)) };
out:
	return nerr_pass(err);
}

NEOERR *session_recompute(struct db *db, int64_t session_id, struct bill *out, bool *same)
{
	json_t *inputs = NULL;
	struct arena arena;
	struct bill_inputs in;
	struct bill stored;
	NEOERR *err;

	*same = false;
	arena_init(&arena);
	TRY(db_get(db, &cdr_last_inputs, ARGS(I64(session_id)), take_inputs, &inputs));
	TRY(bill_inputs_read(&arena, inputs, &in));
	TRY(rating_rate(&in.tariff, &in.usage, &in.discount, out));
	TRY(session_bill(db, session_id, &stored));
	*same = same_bill(out, &stored);
out:
	json_decref(inputs);
	arena_clear(&arena);
	return nerr_pass(err);
}

/* tariff_draft.c - what a tariff's form, import or API call says, laid over the newest version;
 * faults stand at their field (P1, P3, P6, P9, P10, P14-P20).
 * Owns nothing. Serves tariff.c and tariff_page.c. */
#include "base/buf.h"
#include "base/text.h"
#include "cgi/screen/screen.h"
#include "cgi/resource/engine.h"
#include "cgi/screen/tariff_draft.h"
#include "cgi/screen/tariff_slots.h"
#include "cgi/screen/tariff_special.h"

SQL(draft_newest,
	"SELECT id FROM tariff_version WHERE tariff_id = ? ORDER BY effective_at DESC, id DESC LIMIT"
	" 1");

NEOERR *tariff_newest(struct request *req, int64_t tariff_id, struct tariff *out)
{
	NEOERR *err = STATUS_OK;
	int64_t version = 0;

	memset(out, 0, sizeof *out);
	out->occupancy.cap = -1;
	TRY(db_i64(req->db, &draft_newest, ARGS(I64(tariff_id)), &version));
	if (version)
		TRY(tariff_version_get(req->db, version, out));
out:
	return nerr_pass(err);
}

/* ---- whole numbers and prices: a name and its place in the version ---- */

enum unit { UNIT_INT, UNIT_MONEY, UNIT_CAP, UNIT_ENERGY };
struct term { const char *name; enum unit unit; size_t offset; };
#define TERM(name, unit, member) { name, unit, offsetof(struct tariff, member) }
static const struct term terms[] = {
	TERM("hour_price", UNIT_MONEY, bike.hour_price),
	TERM("stop_minutes", UNIT_INT, bike.stop_minutes),
	TERM("free_minutes", UNIT_INT, bike.free_minutes),
	TERM("step_energy", UNIT_ENERGY, step_energy),
	TERM("step_minutes", UNIT_INT, step_minutes),
	TERM("booking_minutes", UNIT_INT, booking.minutes),
	TERM("booking_price", UNIT_MONEY, booking.price),
	TERM("occupancy_free_minutes", UNIT_INT, occupancy.free_minutes),
	TERM("occupancy_unit_minutes", UNIT_INT, occupancy.unit_minutes),
	TERM("occupancy_price", UNIT_MONEY, occupancy.price),
	TERM("occupancy_cap", UNIT_CAP, occupancy.cap),
	TERM("energy_price", UNIT_MONEY, slot[0].energy_price),
	TERM("service_price", UNIT_MONEY, slot[0].service_price),
};
#define TERMS (sizeof terms / sizeof *terms)

static bool of_bikes(const struct term *term)
{
	return term->offset >= offsetof(struct tariff, slot) &&
		term->offset < offsetof(struct tariff, specials);
}

static void take_term(struct change *c, const struct term *term, struct tariff *t)
{
	const struct value *v = change_value(c, term->name);
	char *at = (char *)t + term->offset;

	if (term->unit == UNIT_INT)
		*(int *)at = v->null ? 0 : (int)v->number;
	else
		*(int64_t *)at = !v->null ? v->number : term->unit == UNIT_CAP ? -1 : 0;
}

static bool take_terms(struct change *c, struct tariff *t, bool bike)
{
	bool any = false;

	for (size_t i = 0; i < TERMS; i++) {
		if (!change_value(c, terms[i].name)->given || (of_bikes(&terms[i]) && !bike))
			continue;
		take_term(c, &terms[i], t);
		any = true;
	}
	return any;
}

/* ---- power bands: "0-200 0.15", a line each ---- */

static bool read_band(char *line, struct bike_band *out)
{
	char *watts = text_split(&line, ' '), *from = watts ? text_split(&watts, '-') : NULL;
	int64_t low, high;

	if (!from || !watts || !line || !text_i64(from, &low) || !text_i64(watts, &high) || low < 0 ||
		high > 100000 || !money_parse(text_trim(line), &out->hour_price))
		return false;
	out->from_watt = (int)low;
	out->to_watt = (int)high;
	return true;
}

static bool read_bands(struct request *req, const char *text, struct bike_terms *bike)
{
	char *rest = arena_strdup(&req->arena, text);

	bike->n = 0;
	for (char *p = rest; *p; p++)
		if (*p == ';' || *p == '\r')
			*p = '\n';
	for (char *line; (line = text_split(&rest, '\n')) != NULL;) {
		line = text_trim(line);
		if (!*line)
			continue;
		if (bike->n == BIKE_BANDS || !read_band(line, &bike->band[bike->n]))
			return false;
		bike->n++;
	}
	return true;
}

static const char *bands_text(struct request *req, const struct bike_terms *bike)
{
	char price[FIXED_TEXT];
	struct buf b;
	const char *kept;

	buf_init(&b, 0);
	for (int i = 0; i < bike->n; i++)
		buf_printf(&b, "%d-%d %s\n", bike->band[i].from_watt, bike->band[i].to_watt,
			money_text(bike->band[i].hour_price, price));
	kept = arena_strdup(&req->arena, buf_str(&b));
	buf_clear(&b);
	return kept;
}

/* ---- all of it ---- */

static bool given(struct change *c, const char *field)
{
	return change_value(c, field)->given && change_text(c, field);
}

/* A bike's method comes with the form; a car's follows from its slots. */
static void take_method(struct change *c, struct tariff *t)
{
	bool bike = text_eq(change_text(c, "kind"), "ebike");
	int method = choice_value(&tariff_method_choices, change_text(c, "method"));

	if (!bike) {
		t->method = METHOD_UNIFIED;
		if (change_value(c, "method")->changed && method >= METHOD_DURATION)
			change_error(c, "method", "tariff.method_unfit");
		return;
	}
	if (method < METHOD_DURATION)
		change_error(c, "method", "tariff.method_unfit");
	else
		t->method = (enum tariff_method)method;
}

static void take_slots(struct request *req, struct change *c, struct tariff *t, bool *any)
{
	int bad = 0;

	if (tariff_is_bike(t)) {
		t->n = 1;
		t->slot[0].start_minute = 0;
		t->slot[0].end_minute = DAY_MINUTES;
		t->slot[0].type = PRICE_FLAT;
		return;
	}
	if (!given(c, "slots") || !*change_text(c, "slots"))
		return;
	*any = true;
	if (!slots_parse(req, change_text(c, "slots"), t, &bad))
		change_error(c, "slots", "tariff.fault.unreadable");
}

/* Where a fault is said. */
static const char *field_of(enum tariff_fault fault, bool bike)
{
	static const struct { enum tariff_fault fault; const char *field; } places[] = {
		{ TARIFF_STOP_RANGE, "stop_minutes" }, { TARIFF_FREE_RANGE, "free_minutes" },
		{ TARIFF_BOOKING_RANGE, "booking_price" },
		{ TARIFF_OCCUPANCY_RANGE, "occupancy_unit_minutes" },
		{ TARIFF_PRESETS_WRONG, "presets" }, { TARIFF_SPECIAL_RANGE, "specials" },
		{ TARIFF_SPECIAL_HALF_HOUR, "specials" }, { TARIFF_SPECIAL_PRICE, "specials" },
		{ TARIFF_SPECIAL_ALWAYS, "specials" }, { TARIFF_STEP_RANGE, "step_energy" },
	};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (places[i].fault == fault)
			return places[i].field;
	return bike ? "bands" : "slots";
}

static void judge(struct request *req, struct change *c, struct tariff *t)
{
	int at = 0;
	enum tariff_fault fault = tariff_check(t, &at);

	if (fault != TARIFF_OK)
		change_error(c, field_of(fault, tariff_is_bike(t)),
			arena_printf(&req->arena, "tariff.fault.%s", tariff_fault_name(fault)));
}

NEOERR *tariff_draft(struct request *req, struct change *c, struct tariff *t, bool *usable)
{
	bool any = !c->id || change_value(c, "rounding")->changed ||
		change_value(c, "method")->changed;
	int errors = c->errors;
	NEOERR *err;

	*usable = false;
	TRY(tariff_newest(req, c->id, t));
	t->tariff_id = c->id;
	t->rounding = (enum rounding)choice_value(&rounding_choices, change_text(c, "rounding"));
	take_method(c, t);
	take_slots(req, c, t, &any);
	any = take_terms(c, t, tariff_is_bike(t)) || any;
	if (!tariff_has_bands(t)) {
		t->bike.n = 0;
	} else if (given(c, "bands")) {
		any = true;
		if (!read_bands(req, change_text(c, "bands"), &t->bike))
			change_error(c, "bands", "tariff.fault.bands_unreadable");
	}
	if (tariff_is_bike(t)) {
		t->specials = 0;
	} else if (given(c, "specials")) {
		any = true;
		t->step_minutes = 0;
		if (!special_parse(req, change_text(c, "specials"), t))
			change_error(c, "specials", "tariff.fault.specials_unreadable");
	}
	if (given(c, "presets")) {
		any = true;
		if (!tariff_presets_read(change_text(c, "presets"), t))
			change_error(c, "presets", "tariff.fault.presets_wrong");
	}
	if (any && c->errors == errors)
		judge(req, c, t);
	*usable = any && c->errors == errors;
out:
	return nerr_pass(err);
}

NEOERR *tariff_draft_show(struct request *req, struct change *c, const struct tariff *t)
{
	char text[FIXED_TEXT], presets[200];

	for (size_t i = 0; i < TERMS; i++) {
		const char *at = (const char *)t + terms[i].offset;
		int64_t v = terms[i].unit == UNIT_INT ? *(const int *)at : *(const int64_t *)at;

		if ((of_bikes(&terms[i]) && !tariff_is_bike(t)) || (terms[i].unit == UNIT_CAP && v < 0))
			continue;
		if (terms[i].unit == UNIT_INT)
			snprintf(text, sizeof text, "%lld", (long long)v);
		else if (terms[i].unit == UNIT_ENERGY)
			fixed_plain(v, ENERGY_SCALE, text);
		else
			fixed_format(v, MONEY_SCALE, v % MONEY_FEN ? 5 : 2, text);
		(void)change_put(req, c, terms[i].name, arena_strdup(&req->arena, text));
	}
	tariff_presets_write(t, presets, sizeof presets);
	(void)change_put(req, c, "presets", arena_strdup(&req->arena, presets));
	(void)change_put(req, c, "bands", bands_text(req, &t->bike));
	(void)change_put(req, c, "specials", special_text(req, t));
	return STATUS_OK;
}

static bool same_bike(const struct bike_terms *a, const struct bike_terms *b)
{
	bool same = a->free_minutes == b->free_minutes && a->stop_minutes == b->stop_minutes &&
		a->hour_price == b->hour_price && a->n == b->n;

	for (int i = 0; same && i < a->n; i++)
		same = a->band[i].from_watt == b->band[i].from_watt &&
			a->band[i].to_watt == b->band[i].to_watt &&
			a->band[i].hour_price == b->band[i].hour_price;
	return same;
}

static bool same_slots(const struct tariff *a, const struct tariff *b)
{
	bool same = a->n == b->n;

	for (int i = 0; same && i < a->n; i++)
		same = a->slot[i].start_minute == b->slot[i].start_minute &&
			a->slot[i].end_minute == b->slot[i].end_minute && a->slot[i].type == b->slot[i].type &&
			a->slot[i].energy_price == b->slot[i].energy_price &&
			a->slot[i].service_price == b->slot[i].service_price;
	return same;
}

static bool same_specials(const struct tariff *a, const struct tariff *b)
{
	bool same = a->specials == b->specials;

	for (int i = 0; same && i < a->specials; i++) {
		const struct tariff_special *x = &a->special[i], *y = &b->special[i];

		same = x->days == y->days && x->start_minute == y->start_minute &&
			x->end_minute == y->end_minute && x->from_energy == y->from_energy &&
			x->to_energy == y->to_energy && x->from_minutes == y->from_minutes &&
			x->to_minutes == y->to_minutes && x->energy_price == y->energy_price &&
			x->service_price == y->service_price;
	}
	return same;
}

bool tariff_same(const struct tariff *a, const struct tariff *b)
{
	if (a->method != b->method || a->rounding != b->rounding || a->presets != b->presets ||
		a->booking.minutes != b->booking.minutes || a->booking.price != b->booking.price ||
		a->occupancy.free_minutes != b->occupancy.free_minutes ||
		a->occupancy.unit_minutes != b->occupancy.unit_minutes ||
		a->occupancy.price != b->occupancy.price || a->occupancy.cap != b->occupancy.cap ||
		a->step_energy != b->step_energy || a->step_minutes != b->step_minutes ||
		!same_specials(a, b))
		return false;
	for (int i = 0; i < a->presets; i++)
		if (a->preset[i] != b->preset[i])
			return false;
	return same_slots(a, b) && (!tariff_is_bike(a) || same_bike(&a->bike, &b->bike));
}

/* kind.c - the kinds of fields: how a text becomes a value, a value an argument, a column a text
 * for people.
 * Owns the table of kinds, one row each. Serves the engine. */
#include <ctype.h>

#include "cgi/render.h"
#include "cgi/resource/engine.h"

#include "base/clock.h"
#include "base/text.h"

#define TEXT_MAX 60                      /* characters of a text whose field gives no max */
#define LONG_MAX_CHARS 500

/* ---- cast: the text is trimmed and not empty ---- */

static bool fail(const char **problem, const char *key)
{
	*problem = key;
	return false;
}

static bool is_clean(const char *s, bool lines)
{
	for (; *s; s++)
		if (((unsigned char)*s < ' ' && !(lines && *s == '\n')) || *s == 0x7f)
			return false;
	return true;
}

static bool cast_text(const struct field *f, const char *s, struct value *v, const char **problem)
{
	(void)v;
	if (!is_clean(s, f->kind == F_LONGTEXT))
		return fail(problem, "error.control");
	return true;
}

static bool cast_code(const struct field *f, const char *s, struct value *v, const char **problem)
{
	(void)f, (void)v;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("-_.:/@+", *s))
			return fail(problem, "error.code");
	return true;
}

static bool cast_fixed(const struct field *f, const char *s, struct value *v, const char **problem)
{
	if (f->kind == F_MONEY && !fixed_parse(s, 2, &v->number))
		return fail(problem, "error.money");
	if (!fixed_parse(s, field_scale(f), &v->number))
		return fail(problem, f->kind == F_INT ? "error.int" : "error.number");
	return true;
}

static bool cast_bool(const struct field *f, const char *s, struct value *v, const char **problem)
{
	(void)f;
	if (strcmp(s, "0") != 0 && strcmp(s, "1") != 0)
		return fail(problem, "error.choice");
	v->number = *s - '0';
	return true;
}

static bool cast_choice(const struct field *f, const char *s, struct value *v, const char **problem)
{
	v->number = choice_value(f->choices, s);
	return v->number >= 0 || fail(problem, "error.choice");
}

static bool cast_ref(const struct field *f, const char *s, struct value *v, const char **problem)
{
	(void)f;
	if (!text_i64(s, &v->number) || v->number <= 0)
		return fail(problem, "error.ref");
	return true;
}

static bool cast_time(const struct field *f, const char *s, struct value *v, const char **problem)
{
	if (!clock_parse(s, &v->number))
		return fail(problem, f->kind == F_DATE ? "error.date" : "error.time");
	if (f->kind == F_DATE)
		v->number = clock_day_start(v->number);
	return true;
}

/* "5400", "1:30:00" and "1:30" (hours and minutes). */
static bool cast_seconds(const struct field *f, const char *s, struct value *v,
	const char **problem)
{
	int64_t part[3] = { 0, 0, 0 };
	char text[20], *rest = text, *item;
	int n = 0;

	(void)f;
	if (strlen(s) >= sizeof text)
		return fail(problem, "error.seconds");
	text_copy(text, sizeof text, s);
	while ((item = text_split(&rest, ':')) != NULL)
		if (n == 3 || !text_i64(item, &part[n++]) || part[n - 1] < 0)
			return fail(problem, "error.seconds");
	if (n > 1 && (part[1] > 59 || part[2] > 59 || part[0] > 1000000))
		return fail(problem, "error.seconds");
	v->number = n == 1 ? part[0] : part[0] * 3600 + part[1] * 60 + part[2];
	return true;
}

/* Mobile numbers begin with 1 and have 11 digits (short service numbers, 12306, have at most 6);
 * land lines have an area code. */
static bool cast_phone(const struct field *f, const char *s, struct value *v, const char **problem)
{
	size_t n = strlen(s);

	(void)f, (void)v;
	if (*s == '1' && n > 6)
		return text_is_phone(s) || fail(problem, "error.phone");
	if (n < 5 || n > 20 || !isdigit((unsigned char)*s) || strspn(s, "0123456789-") != n)
		return fail(problem, "error.phone");
	return true;
}

static bool cast_email(const struct field *f, const char *s, struct value *v, const char **problem)
{
	(void)f, (void)v;
	return text_is_email(s) || fail(problem, "error.email");
}

static bool cast_plate(const struct field *f, const char *s, struct value *v, const char **problem)
{
	(void)f, (void)v;
	return text_is_plate(s) || fail(problem, "error.plate");
}

/* ---- show: raw column text for a person; labels of choices and booleans are added by
 * field_show() ---- */

static void show_text(const struct field *f, const char *raw, struct buf *out)
{
	(void)f;
	buf_puts(out, raw);
}

static int shown_decimals(const struct field *f, int64_t v)
{
	switch (f->kind) {
	case F_MONEY: return 2;
	case F_ENERGY: return 3;
	case F_PRICE: return v % 10 ? 5 : 4;
	default: return field_scale(f);
	}
}

static void show_fixed(const struct field *f, const char *raw, struct buf *out)
{
	char text[FIXED_TEXT + 8];
	int64_t v;

	if (!fixed_parse(raw, field_scale(f), &v))
		buf_puts(out, raw);
	else
		buf_puts(out, fixed_group(v, field_scale(f), shown_decimals(f, v), text));
}

static void show_seconds(const struct field *f, const char *raw, struct buf *out)
{
	int64_t v;

	(void)f;
	if (text_i64(raw, &v) && v >= 0)
		buf_printf(out, "%lld:%02d:%02d", (long long)(v / 3600), (int)(v / 60 % 60), (int)(v % 60));
	else
		buf_puts(out, raw);
}

/* ---- bind ---- */

static struct arg bind_text(const struct field *f, const struct value *v)
{
	if (f->flags & EMPTY_NULL && !*v->text)
		return NULLARG;
	return STR(v->text);
}

/* Exact as text of the field's own decimals; the column converts it without a double. */
static struct arg bind_number(const struct field *f, const struct value *v)
{
	if (v->null)
		return NULLARG;
	switch (f->kind) {
	case F_MONEY: case F_PRICE: return MONEY(v->number);
	case F_ENERGY: return ENERGY(v->number);
	case F_TIME: return TIME(v->number);
	case F_DATE: return DAY(v->number);
	case F_DECIMAL: case F_PERCENT: return STR(v->text);
	default: return I64(v->number);
	}
}

const struct kind kinds[] = {
	/*               name        input             number right  cast          show          bind */
	[F_TEXT] = { "text", "text", false, false, cast_text, show_text, bind_text },
	[F_LONGTEXT] = { "longtext", "textarea", false, false, cast_text, show_text, bind_text },
	[F_CODE] = { "code", "text", false, false, cast_code, show_text, bind_text },
	[F_INT] = { "int", "number", true, true, cast_fixed, show_fixed, bind_number },
	[F_MONEY] = { "money", "decimal", true, true, cast_fixed, show_fixed, bind_number },
	[F_PRICE] = { "price", "decimal", true, true, cast_fixed, show_fixed, bind_number },
	[F_ENERGY] = { "energy", "decimal", true, true, cast_fixed, show_fixed, bind_number },
	[F_DECIMAL] = { "decimal", "decimal", true, true, cast_fixed, show_fixed, bind_number },
	[F_PERCENT] = { "percent", "decimal", true, true, cast_fixed, show_fixed, bind_number },
	[F_BOOL] = { "bool", "checkbox", true, false, cast_bool, show_text, bind_number },
	[F_CHOICE] = { "choice", "select", false, false, cast_choice, show_text, bind_text },
	[F_REF] = { "ref", "lookup", true, false, cast_ref, show_text, bind_number },
	[F_DATE] = { "date", "date", true, false, cast_time, show_text, bind_number },
	[F_TIME] = { "time", "datetime-local", true, false, cast_time, show_text, bind_number },
	[F_SECONDS] = { "seconds", "text", true, true, cast_seconds, show_seconds, bind_number },
	[F_PHONE] = { "phone", "tel", false, false, cast_phone, show_text, bind_text },
	[F_EMAIL] = { "email", "email", false, false, cast_email, show_text, bind_text },
	[F_PLATE] = { "plate", "text", false, false, cast_plate, show_text, bind_text },
	[F_PASSWORD] = { "password", "password", false, false, cast_text, show_text, bind_text },
};

/* ---- one field ---- */

int field_count(const struct resource *res)
{
	int n = 0;

	while (res->fields[n].name)
		n++;
	return n;
}

int field_index(const struct resource *res, const char *name)
{
	for (int i = 0; res->fields[i].name; i++)
		if (!strcmp(res->fields[i].name, name))
			return i;
	return -1;
}

int field_scale(const struct field *f)
{
	switch (f->kind) {
	case F_MONEY: case F_PRICE: return MONEY_SCALE;
	case F_ENERGY: return ENERGY_SCALE;
	case F_DECIMAL: return f->scale;
	case F_PERCENT: return f->scale ? f->scale : 2;
	default: return 0;
	}
}

const char *field_unit(const struct request *req, const struct field *f)
{
	if (f->unit)
		return f->unit;
	switch (f->kind) {
	case F_MONEY: return text_get(req, "unit.money");
	case F_PRICE: return text_get(req, "unit.price");
	case F_ENERGY: return "kWh";
	case F_PERCENT: return "%";
	default: return "";
	}
}

/* Columns of codes and phones are ascii: the server refuses to compare them with other text, and
 * nothing in them could match. */
bool field_may_hold(const struct field *f, const char *text)
{
	if (f->kind != F_CODE && f->kind != F_PHONE)
		return true;
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

int64_t field_max_chars(const struct field *f)
{
	if (f->max > 0)
		return f->max;
	return f->kind == F_LONGTEXT ? LONG_MAX_CHARS : f->kind == F_PASSWORD ? 128 : TEXT_MAX;
}

static const char *limit_text(struct request *req, const struct field *f, int64_t v)
{
	char text[FIXED_TEXT + 8];
	int decimals = field_scale(f);

	for (int64_t rest = v; decimals > 0 && rest % 10 == 0; rest /= 10)
		decimals--;
	return arena_strdup(&req->arena, fixed_group(v, field_scale(f), decimals, text));
}

static const char *check_limits(struct request *req, const struct field *f, const struct value *v)
{
	int64_t n;

	if (f->kind == F_CHOICE || f->kind == F_REF || f->kind == F_BOOL || f->kind == F_DATE ||
		f->kind == F_TIME)
		return NULL;
	if (kinds[f->kind].number) {
		if ((f->min || f->max) && v->number < f->min)
			return text_format(req, "error.min", limit_text(req, f, f->min), NULL);
		if (f->max && v->number > f->max)
			return text_format(req, "error.max", limit_text(req, f, f->max), NULL);
		return NULL;
	}
	n = (int64_t)text_chars(v->text);
	if (n < f->min)
		return text_format(req, "error.short", arena_printf(&req->arena, "%lld", (long long)f->min),
			NULL);
	if (n > field_max_chars(f))
		return text_format(req, "error.long",
			arena_printf(&req->arena, "%lld", (long long)field_max_chars(f)), NULL);
	return NULL;
}

/* The text as the column would give it back, so that old and new compare. */
static const char *canonical(struct request *req, const struct field *f, const struct value *v,
	const char *text)
{
	char number[FIXED_TEXT], at[CLOCK_TEXT];

	switch (f->kind) {
	case F_MONEY:
	case F_PRICE:
	case F_ENERGY:
	case F_DECIMAL:
	case F_PERCENT:
	case F_INT:
	case F_SECONDS:
	case F_REF:
	case F_BOOL:
		return arena_strdup(&req->arena,
			fixed_format(v->number, field_scale(f), field_scale(f), number));
	case F_DATE:
		return arena_strdup(&req->arena, clock_format_day(v->number, at));
	case F_TIME:
		return arena_strdup(&req->arena, clock_format(v->number, at));
	default:
		return text;
	}
}

static char *one_newline(char *s)
{
	char *to = s;

	for (char *from = s; *from; from++)
		if (*from != '\r')
			*to++ = *from;
	*to = '\0';
	return s;
}

const char *field_cast(struct request *req, const struct field *f, const char *text,
	struct value *out)
{
	char *copy = text ? one_newline(arena_strdup(&req->arena, text)) : NULL;
	const char *problem = NULL;

	out->text = copy ? (f->kind == F_PASSWORD ? copy : text_trim(copy)) : "";
	out->number = 0;
	out->null = !*out->text;
	if (out->null)
		return NULL;
	if (!kinds[f->kind].cast(f, out->text, out, &problem))
		return text_get(req, problem);
	out->text = canonical(req, f, out, out->text);
	return check_limits(req, f, out);
}

/* ---- for people ---- */

const char *field_mask(struct request *req, const struct field *f, const char *raw)
{
	const char *at = f->kind == F_EMAIL ? strchr(raw, '@') : NULL;
	char *out;

	if (at)
		return arena_printf(&req->arena, "%.*s***%s", (int)text_rune(raw, strlen(raw)), raw, at);
	out = arena_alloc(&req->arena, strlen(raw) + 8);
	return text_mask(raw, out, strlen(raw) + 8);
}

const char *choice_label(const struct request *req, const struct field *f, const char *word)
{
	char key[120];

	snprintf(key, sizeof key, "choice.%s.%s", f->choices->list, word);
	return text_has(req->lang, key) ? text_get(req, key) : word;
}

const char *field_show(struct request *req, const struct field *f, const char *raw, bool whole)
{
	struct buf b;
	const char *out;

	if (!raw || !*raw || f->flags & SECRET || f->kind == F_PASSWORD)
		return "";
	if (f->flags & PII && !whole)
		return field_mask(req, f, raw);
	if (f->kind == F_CHOICE)
		return choice_label(req, f, raw);
	if (f->kind == F_BOOL)
		return text_get(req, *raw == '1' ? "bool.yes" : "bool.no");
	if (kinds[f->kind].show == show_text)
		return arena_strdup(&req->arena, raw);
	buf_init(&b, 0);
	kinds[f->kind].show(f, raw, &b);
	out = arena_strdup(&req->arena, buf_str(&b));
	buf_clear(&b);
	return out;
}

/* Trailing zeros beyond two decimals are left out of inputs: "0.90", "1.12345". */
static const char *input_number(struct request *req, const struct field *f, const char *raw)
{
	char *s = arena_strdup(&req->arena, raw);
	char *dot = strchr(s, '.'), *end;
	int keep = f->kind == F_MONEY || f->kind == F_PRICE ? 2 : 0;

	if (!dot)
		return s;
	for (end = s + strlen(s); end > dot + 1 + keep && end[-1] == '0'; end--)
		end[-1] = '\0';
	if (end == dot + 1)
		*dot = '\0';
	return s;
}

const char *field_input(struct request *req, const struct field *f, const char *raw)
{
	char *s;

	if (!raw || !*raw || f->kind == F_PASSWORD || f->flags & SECRET)
		return "";
	if (f->flags & PII)
		return field_mask(req, f, raw);
	if (field_scale(f) > 0)
		return input_number(req, f, raw);
	if (f->kind == F_SECONDS)
		return field_show(req, f, raw, true);
	s = arena_strdup(&req->arena, raw);
	if (f->kind == F_TIME && strlen(s) > 10)
		s[10] = 'T';
	return s;
}

/* ocpp_check.c - is a payload what the tables say, and if not, which of the errors is it.
 * Owns nothing.
 * Serves ocpp.h. */
#include "proto/ocpp.h"

#include "base/text.h"

struct checking { enum ocpp_rigour rigour; char *why; bool *odd; int depth; };

static enum ocpp_code blame(struct checking *c, enum ocpp_code code, const char *name,
	const char *what)
{
	snprintf(c->why, OCPP_WHY, "%.60s: %.50s", name, what);
	return code;
}

/* What may pass is noted; true: it may. */
static bool passes(struct checking *c, enum ocpp_rigour from)
{
	if (c->rigour < from)
		return false;
	*c->odd = true;
	return true;
}

static bool is_word(const char *const *words, const char *s)
{
	for (; *words != NULL; words++)
		if (text_eq(*words, s))
			return true;
	return false;
}

static enum ocpp_code check_string(struct checking *c, const struct ocpp_field *f,
	const json_t *value)
{
	const char *s = json_string_value(value);
	int64_t t;

	if (s == NULL)
		return json_is_number(value) && passes(c, OCPP_LENIENT) ? OCPP_FINE
			: blame(c, OCPP_TYPE_CONSTRAINT_VIOLATION, f->name, "a string is wanted");
	if (f->kind == OCPP_TIME)
		return ocpp_time(s, &t) || passes(c, OCPP_LENIENT) ? OCPP_FINE
			: blame(c, OCPP_TYPE_CONSTRAINT_VIOLATION, f->name, "a date and time is wanted");
	if (f->words != NULL && !is_word(f->words, s) && !passes(c, OCPP_LENIENT))
		return blame(c, OCPP_PROPERTY_CONSTRAINT_VIOLATION, f->name, "no such word");
	if (f->max > 0 && text_chars(s) > (size_t)f->max && !passes(c, OCPP_LENIENT))
		return blame(c, OCPP_PROPERTY_CONSTRAINT_VIOLATION, f->name, "too long");
	return OCPP_FINE;
}

/* 5.0 is an integer to many. Beyond 32 bits no field of OCPP has a meaning. */
static enum ocpp_code check_number(struct checking *c, const struct ocpp_field *f,
	const json_t *value)
{
	double v = json_number_value(value), tenths = v * 10;

	if (!json_is_number(value))
		return blame(c, OCPP_TYPE_CONSTRAINT_VIOLATION, f->name, "a number is wanted");
	if (v > 2147483647.0 || v < -2147483648.0)
		return blame(c, OCPP_PROPERTY_CONSTRAINT_VIOLATION, f->name, "out of range");
	if (f->kind == OCPP_INTEGER && !json_is_integer(value) &&
		((double)(int64_t)v < v || (double)(int64_t)v > v || !passes(c, OCPP_FAIR)))
		return blame(c, OCPP_TYPE_CONSTRAINT_VIOLATION, f->name, "an integer is wanted");
	if ((f->flags & OCPP_TENTHS) && c->rigour == OCPP_STRICT) {
		double rest = tenths - (double)(int64_t)tenths;

		if (rest > 1e-6 && rest < 1 - 1e-6)
			return blame(c, OCPP_PROPERTY_CONSTRAINT_VIOLATION, f->name, "one decimal at most");
	}
	return OCPP_FINE;
}

static enum ocpp_code check_object(struct checking *c, const struct ocpp_field *fields,
	const char *name, const json_t *object);

static enum ocpp_code check_value(struct checking *c, const struct ocpp_field *f,
	const json_t *value)
{
	switch (f->kind) {
	case OCPP_STRING:
	case OCPP_TIME:
		return check_string(c, f, value);
	case OCPP_INTEGER:
	case OCPP_NUMBER:
		return check_number(c, f, value);
	case OCPP_BOOLEAN:
		return json_is_boolean(value) ? OCPP_FINE
			: blame(c, OCPP_TYPE_CONSTRAINT_VIOLATION, f->name, "true or false is wanted");
	case OCPP_OBJECT:
		return check_object(c, f->fields, f->name, value);
	}
	return OCPP_FINE;
}

static enum ocpp_code check_list(struct checking *c, const struct ocpp_field *f,
	const json_t *value)
{
	enum ocpp_code code = OCPP_FINE;
	size_t n = json_array_size(value);

	if (!json_is_array(value))
		return passes(c, OCPP_LENIENT) ? check_value(c, f, value)
			: blame(c, OCPP_TYPE_CONSTRAINT_VIOLATION, f->name, "a list is wanted");
	if (n == 0 && (f->flags & OCPP_SOME) && !passes(c, OCPP_LENIENT))
		return blame(c, OCPP_OCCURENCE_CONSTRAINT_VIOLATION, f->name, "the list is empty");
	for (size_t i = 0; i < n && code == OCPP_FINE; i++)
		code = check_value(c, f, json_array_get(value, i));
	return code;
}

static const struct ocpp_field *field_find(const struct ocpp_field *f, const char *name)
{
	for (; f->name != NULL; f++)
		if (text_eq(f->name, name))
			return f;
	return NULL;
}

/* The one message with money that carries telemetry along. */
static bool is_telemetry(const struct checking *c, const char *name)
{
	return c->depth == 1 && c->rigour == OCPP_FAIR &&
		(text_eq(name, "transactionData") || text_eq(name, "reason"));
}

static enum ocpp_code check_member(struct checking *c, const struct ocpp_field *fields,
	const char *name, const json_t *value)
{
	const struct ocpp_field *f = field_find(fields, name);
	struct checking inside = *c;

	if (f == NULL)
		return passes(c, OCPP_FAIR) ? OCPP_FINE
			: blame(c, OCPP_FORMATION_VIOLATION, name, "no such member");
	if (is_telemetry(c, name))
		inside.rigour = OCPP_LENIENT;
	if (json_is_null(value) && !(f->flags & OCPP_NEED) && passes(c, OCPP_FAIR))
		return OCPP_FINE;
	return f->flags & OCPP_MANY ? check_list(&inside, f, value) : check_value(&inside, f, value);
}

static enum ocpp_code check_object(struct checking *c, const struct ocpp_field *fields,
	const char *name, const json_t *object)
{
	enum ocpp_code code = OCPP_FINE;
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return blame(c, OCPP_TYPE_CONSTRAINT_VIOLATION, name, "an object is wanted");
	c->depth++;
	for (const struct ocpp_field *f = fields; f->name != NULL; f++)
		if ((f->flags & OCPP_NEED) && json_object_get(object, f->name) == NULL &&
			!(c->depth > 1 && passes(c, OCPP_LENIENT)))
			return blame(c, OCPP_OCCURENCE_CONSTRAINT_VIOLATION, f->name, "is missing");
	json_object_foreach((json_t *)(uintptr_t)object, key, value) {
		code = check_member(c, fields, key, value);
		if (code != OCPP_FINE)
			return code;
	}
	c->depth--;
	return code;
}

enum ocpp_code ocpp_check(enum ocpp_action action, bool answer, const json_t *payload,
	enum ocpp_rigour rigour, char why[OCPP_WHY], bool *odd)
{
	struct checking c = { rigour, why, odd, 0 };

	why[0] = '\0';
	*odd = false;
	if (!json_is_object(payload))
		return blame(&c, OCPP_FORMATION_VIOLATION, "payload", "an object is wanted");
	return check_object(&c, ocpp_fields(action, answer), "payload", payload);
}

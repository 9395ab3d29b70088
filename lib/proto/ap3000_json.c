/* ap3000_json.c - bodies of AP3000 messages as JSON objects, by the table.
 * Owns nothing.
 * Serves the gateway. */
#include "proto/ap3000_json.h"

#include "base/json.h"
#include "base/money.h"
#include "base/text.h"
#include "proto/ap3000_table.h"

static bool take_text(const struct ap3000_field *f, char *to, const json_t *v)
{
	const char *text = json_string_value(v);

	if (text == NULL || text[0] == '\0' || strlen(text) >= (size_t)f->len)
		return false;
	for (const char *p = text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			return false;
	text_copy(to, f->room, text);
	return true;
}

static bool take_field(const struct ap3000_field *f, uint8_t *body, const json_t *v)
{
	int64_t n;

	if (f->kind == AP3000_TEXT)
		return take_text(f, (char *)body + f->at, v);
	if (f->kind != AP3000_NUMBER || !json_number(v, f->decimals, &n) || n < 0 ||
		n >= INT64_C(1) << (8 * f->len))
		return false;
	ap3000_number_put(f, body + f->at, n);
	return true;
}

static void say_wanted(const struct ap3000_field *f, char why[AP3000_WHY])
{
	char most[FIXED_TEXT];

	if (f->kind == AP3000_TEXT) {
		snprintf(why, AP3000_WHY, "%s: up to %d plain characters are wanted", f->name, f->len - 1);
		return;
	}
	fixed_format((INT64_C(1) << (8 * f->len)) - 1, f->decimals, f->decimals, most);
	snprintf(why, AP3000_WHY, "%s: 0 to %s%s is wanted", f->name, most, f->unit);
}

static const char *stranger(const struct ap3000_row *row, const json_t *fields)
{
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)fields, name, v) {
		int i = 0;

		while (i < row->fields && strcmp(row->field[i].name, name) != 0)
			i++;
		if (i == row->fields)
			return name;
	}
	return NULL;
}

bool ap3000_from_json(const char *name, const json_t *fields, struct ap3000_message *out,
	char why[AP3000_WHY])
{
	const struct ap3000_row *row = ap3000_row_named(name);
	const char *odd;

	memset(out, 0, sizeof(*out));
	if (row == NULL || row->side != AP3000_DOWN) {
		snprintf(why, AP3000_WHY, "no such command");
		return false;
	}
	out->cmd = row->cmd;
	for (int i = 0; i < row->fields; i++)
		if (!take_field(&row->field[i], (uint8_t *)&out->u,
				json_object_get(fields, row->field[i].name))) {
			say_wanted(&row->field[i], why);
			return false;
		}
	odd = stranger(row, fields);
	if (odd != NULL)
		snprintf(why, AP3000_WHY, "%.60s: no such value", odd);
	return odd == NULL;
}

json_t *ap3000_to_json(const struct ap3000_message *m)
{
	const struct ap3000_row *row = ap3000_row(m->cmd, AP3000_UP);
	const uint8_t *body = (const uint8_t *)&m->u;
	json_t *out = json_object();

	for (int i = 0; row != NULL && i < row->fields; i++) {
		const struct ap3000_field *f = &row->field[i];
		int64_t v = f->kind == AP3000_NUMBER ? ap3000_number_get(f, body + f->at) : AP3000_NONE;

		if (v != AP3000_NONE)
			json_object_set_new(out, f->name, f->decimals == 0
				? json_integer(v) : json_decimal(v, f->decimals, f->decimals));
	}
	return out;
}

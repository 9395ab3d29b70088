/* json_number.c - fixed point from and to JSON, for peers that send numbers as they like.
 * Owns nothing. Serves json.h. */
#include "base/json.h"
#include "base/money.h"
#include "base/text.h"

/* The number as text, as the peer meant it; "" where it is none. */
static void number_text(const json_t *v, char *out, size_t room)
{
	*out = '\0';
	if (json_is_integer(v))
		snprintf(out, room, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v) && json_real_value(v) > -1e12 && json_real_value(v) < 1e12)
		snprintf(out, room, "%.8f", json_real_value(v));
	else if (json_is_string(v))
		text_copy(out, room, json_string_value(v));
}

/* More decimals than are kept are cut before the parser sees them. */
bool json_number(const json_t *v, int scale, int64_t *out)
{
	char text[40], *point;

	number_text(v, text, sizeof(text));
	if (!*text || strspn(text, "0123456789.-") != strlen(text))
		return false;
	point = strchr(text, '.');
	if (point && (int)strlen(point + 1) > scale)
		point[scale ? scale + 1 : 0] = '\0';
	return fixed_parse(text, scale, out);
}

int64_t json_scaled(const json_t *object, const char *key, int scale, int64_t fallback)
{
	int64_t v;

	return json_number(json_object_get(object, key), scale, &v) ? v : fallback;
}

json_t *json_decimal(int64_t v, int scale, int decimals)
{
	double power = 1;

	for (; scale > decimals; scale--)
		v /= 10;
	for (int i = 0; i < scale; i++)
		power *= 10;
	return json_real((double)v / power);
}

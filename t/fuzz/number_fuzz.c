/* number_fuzz.c - the small parsers: what they take, they write back to the same value.
 * Owns nothing.
 * Serves lib/base/money, clock, text, crypt. */
#include "fuzz.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/money.h"
#include "base/text.h"

static void check_fixed(const char *s)
{
	char text[FIXED_TEXT + 8];
	int64_t v, again;

	for (int scale = 0; scale <= 8; scale++) {
		if (!fixed_parse(s, scale, &v))
			continue;
		PROMISE(strlen(fixed_format(v, scale, scale, text)) < FIXED_TEXT);
		PROMISE(fixed_parse(text, scale, &again) && again == v);
		PROMISE(fixed_parse(fixed_group(v, scale, scale, text), scale, &again) && again == v);
		for (int decimals = 0; decimals <= 12; decimals++)
			PROMISE(strlen(fixed_format(v, scale, decimals, text)) < FIXED_TEXT);
	}
}

static void check_clock(const char *s)
{
	char text[CLOCK_TEXT];
	int64_t t, again;

	if (!clock_parse(s, &t) || t == 0 || *clock_format(t, text) == '\0')
		return;
	PROMISE(clock_parse(text, &again) && again == t);
	PROMISE(strncmp(s, text, 10) == 0);
}

static void check_text(char *s, size_t len)
{
	char *copy = malloc(2 * len + 8), *rest = copy;
	unsigned char *bytes = malloc(len + 1);
	size_t n;
	int64_t v;

	if (copy == NULL || bytes == NULL)
		error_die("out of memory (fuzz)");
	if (text_i64(s, &v)) {
		snprintf(copy, 2 * len + 8, "%lld", (long long)v);
		PROMISE(strlen(copy) <= len);
	}
	if (base64_decode(s, bytes, len, &n)) {
		char *back = base64_dup(bytes, n);
		PROMISE(strcmp(back, s) == 0);
		free(back);
	}
	text_mask(s, copy, len + 4);
	PROMISE(strlen(copy) < len + 4);
	PROMISE(text_like(copy, 2 * len + 8, s));
	text_copy(copy, len / 2 + 1, s);
	PROMISE(!text_is_utf8(s, len) || text_is_utf8(copy, strlen(copy)));
	for (n = 0; text_split(&rest, ',') != NULL; n++)
		PROMISE(n <= len);
	PROMISE(strlen(text_trim(s)) <= len);
	free(copy);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = strndup((const char *)data, size);

	check_fixed(s);
	check_clock(s);
	check_text(s, strlen(s));
	free(s);
	return 0;
}

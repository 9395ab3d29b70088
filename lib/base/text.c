/* text.c - UTF-8 text: checks, cuts, masks, small conversions.
 * Owns nothing.
 * Serves every room. */
#include "base/text.h"

#include "base/buf.h"

size_t text_rune(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n;
	uint32_t c, least;

	if (len == 0 || p[0] == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xC2 && p[0] <= 0xDF)
		n = 2, c = p[0] & 0x1F, least = 0x80;
	else if (p[0] >= 0xE0 && p[0] <= 0xEF)
		n = 3, c = p[0] & 0x0F, least = 0x800;
	else if (p[0] >= 0xF0 && p[0] <= 0xF4)
		n = 4, c = p[0] & 0x07, least = 0x10000;
	else
		return 0;
	if (len < n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	return n;
}

/* Whole words at the beginning with no byte that is 0 or above 127: most text is such. */
static size_t ascii_words(const char *s, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
	uint64_t word;
	size_t at = 0;

	for (; at + sizeof(word) <= len; at += sizeof(word)) {
		memcpy(&word, s + at, sizeof(word));
		if (((word - ones) | word) & highs)
			break;
	}
	return at;
}

bool text_is_utf8(const char *s, size_t len)
{
	for (size_t at = ascii_words(s, len), step; at < len; at += step)
		if ((step = text_rune(s + at, len - at)) == 0)
			return false;
	return true;
}

/* A stray byte counts as one character, so that every loop here moves on. */
static size_t step_at(const char *s, size_t len)
{
	size_t n = text_rune(s, len);

	return n > 0 ? n : 1;
}

size_t text_chars(const char *s)
{
	size_t len = strlen(s), chars = 0;

	for (size_t at = 0; at < len; at += step_at(s + at, len - at))
		chars++;
	return chars;
}

size_t text_cut(const char *s, size_t chars)
{
	size_t len = strlen(s), at = 0;

	for (; at < len && chars > 0; chars--)
		at += step_at(s + at, len - at);
	return at;
}

void text_copy(char *dst, size_t room, const char *src)
{
	size_t len, at = 0, step;

	if (room == 0)
		return;
	len = src != NULL ? strlen(src) : 0;
	for (; at < len; at += step) {
		step = step_at(src + at, len - at);
		if (at + step >= room)
			break;
	}
	if (at > 0)
		memmove(dst, src, at);
	dst[at] = '\0';
}

bool text_eq(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool text_starts(const char *s, const char *prefix)
{
	return s != NULL && strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Bytes of the blank at s: ASCII blanks, no-break space, the ideographic space of Chinese
 * keyboards. */
static size_t blank_at(const char *s)
{
	if (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		return 1;
	if (text_starts(s, "\xC2\xA0"))
		return 2;
	if (text_starts(s, "\xE3\x80\x80"))
		return 3;
	return 0;
}

char *text_trim(char *s)
{
	char *end;
	size_t n;

	while ((n = blank_at(s)) > 0)
		s += n;
	end = s + strlen(s);
	for (;;) {
		if (end - s >= 1 && blank_at(end - 1) == 1)
			end -= 1;
		else if (end - s >= 2 && blank_at(end - 2) == 2)
			end -= 2;
		else if (end - s >= 3 && blank_at(end - 3) == 3)
			end -= 3;
		else
			break;
	}
	*end = '\0';
	return s;
}

char *text_scrub(char *s)
{
	size_t len = strlen(s), step;

	for (size_t at = 0; at < len; at += step) {
		step = text_rune(s + at, len - at);
		if (step == 0) {
			s[at] = '?';
			step = 1;
		} else if ((unsigned char)s[at] < 0x20 || s[at] == 0x7F) {
			s[at] = ' ';
		}
	}
	return s;
}

void text_url(struct buf *out, const char *s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			strchr("-_.~", c))
			buf_putc(out, *s);
		else
			buf_printf(out, "%%%c%c", digits[c >> 4], digits[c & 15]);
	}
}

char *text_lower(char *s)
{
	for (char *p = s; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return s;
}

bool text_i64(const char *s, int64_t *out)
{
	bool negative;
	int64_t v = 0;

	if (s == NULL)
		return false;
	negative = *s == '-';
	if (negative)
		s++;
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return false;
		/* gathered below zero: INT64_MIN has no positive twin */
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, *s - '0', &v))
			return false;
	}
	if (!negative && __builtin_sub_overflow(0, v, &v))
		return false;
	*out = v;
	return true;
}

bool text_is_phone(const char *s)
{
	if (s == NULL || strlen(s) != 11 || s[0] != '1' || s[1] < '3')
		return false;
	return strspn(s, "0123456789") == 11;
}

bool text_is_plate(const char *s)
{
	size_t first = text_rune(s, strlen(s)), chars = text_chars(s), n;
	const char *p = s + first;

	if (first != 3 || (chars != 7 && chars != 8) || *p < 'A' || *p > 'Z')
		return false;
	for (size_t i = 1; i < chars; i++, p += n) {
		n = text_rune(p, strlen(p));
		if (n == 1 ? !(*p >= 'A' && *p <= 'Z') && !(*p >= '0' && *p <= '9') : i + 1 < chars)
			return false;
	}
	return true;
}

bool text_is_email(const char *s)
{
	const char *at = s ? strchr(s, '@') : NULL;
	const char *dot = at ? strrchr(at, '.') : NULL;

	if (!at || at == s || strchr(at + 1, '@') || !dot || dot == at + 1 || !dot[1])
		return false;
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || strchr("<>\"(),;:\\", *s))
			return false;
	return true;
}

char *text_mask(const char *s, char *out, size_t room)
{
	size_t chars = text_chars(s), head = 1, tail = 1, stars;
	size_t head_len, tail_at, len;

	if (room == 0)
		return out;
	if (chars >= 11)
		head = 3, tail = 4;
	if (chars <= 2)
		tail = 0;
	if (chars <= 1)
		head = 0;
	stars = chars - head - tail;
	if (stars > 4)
		stars = 4;
	head_len = text_cut(s, head);
	tail_at = text_cut(s, chars - tail);
	len = head_len + stars + strlen(s + tail_at);
	if (len >= room) {
		out[0] = '\0';
		return out;
	}
	memcpy(out, s, head_len);
	memset(out + head_len, '*', stars);
	memcpy(out + head_len + stars, s + tail_at, strlen(s + tail_at) + 1);
	return out;
}

void text_hex(const void *p, size_t len, char *out)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *bytes = p;

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool text_unhex(const char *s, void *out, size_t len)
{
	unsigned char *bytes = out;

	if (s == NULL || strlen(s) != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = hex_value(s[2 * i]), low = hex_value(s[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

bool text_like(char *out, size_t room, const char *s)
{
	size_t at = 0;

	for (; *s != '\0'; s++) {
		if (*s == '%' || *s == '_' || *s == '\\') {
			if (at + 1 >= room)
				return false;
			out[at++] = '\\';
		}
		if (at + 1 >= room)
			return false;
		out[at++] = *s;
	}
	if (at >= room)
		return false;
	out[at] = '\0';
	return true;
}

char *text_split(char **s, char delim)
{
	char *item = *s, *end;

	if (item == NULL)
		return NULL;
	end = strchr(item, delim);
	if (end != NULL)
		*end++ = '\0';
	*s = end;
	return item;
}

/* money.c - fixed point numbers: parse, format, round, checked arithmetic (law 3).
 * Owns nothing.
 * Serves rating, ledger, protocols, pages. */
#include "base/money.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* v = v * 10 - digit: numbers are gathered below zero, because INT64_MIN has no positive twin. */
static bool push_digit(int64_t *v, char digit)
{
	return !__builtin_mul_overflow(*v, 10, v) && !__builtin_sub_overflow(*v, digit - '0', v);
}

/* Digits before the point, plain or in groups of three after a first group of one to three. */
static bool take_whole(const char **s, int64_t *v)
{
	int run = 0, groups = 0;

	for (;; (*s)++) {
		if (is_digit(**s)) {
			if (!push_digit(v, **s))
				return false;
			run++;
		} else if (**s == ',') {
			if (groups == 0 ? run < 1 || run > 3 : run != 3)
				return false;
			groups++;
			run = 0;
		} else {
			break;
		}
	}
	return groups == 0 ? run > 0 : run == 3;
}

static bool take_decimals(const char **s, int scale, int64_t *v)
{
	int seen = 0;

	if (**s == '.') {
		(*s)++;
		if (!is_digit(**s))
			return false;
		for (; is_digit(**s); (*s)++, seen++) {
			if (seen >= scale ? **s != '0' : !push_digit(v, **s))
				return false;
		}
	}
	for (; seen < scale; seen++)
		if (!push_digit(v, '0'))
			return false;
	return true;
}

bool fixed_parse(const char *s, int scale, int64_t *out)
{
	bool negative;
	int64_t v = 0;

	if (s == NULL)
		return false;
	while (is_blank(*s))
		s++;
	negative = *s == '-';
	if (negative)
		s++;
	if (!take_whole(&s, &v) || !take_decimals(&s, scale, &v))
		return false;
	while (is_blank(*s))
		s++;
	if (*s != '\0' || (!negative && __builtin_sub_overflow(0, v, &v)))
		return false;
	*out = v;
	return true;
}

static uint64_t power10(int n)
{
	uint64_t p = 1;

	while (n-- > 0)
		p *= 10;
	return p;
}

/* Writes backwards from end; returns the first character. group: a comma every three digits before
 * the point. */
static char *put_number(char *end, uint64_t value, int decimals, int zeros, bool group)
{
	int digits = 0;

	*--end = '\0';
	if (decimals + zeros > 0) {
		while (zeros-- > 0)
			*--end = '0';
		for (int i = 0; i < decimals; i++, value /= 10)
			*--end = (char)('0' + value % 10);
		*--end = '.';
	}
	do {
		if (group && digits > 0 && digits % 3 == 0)
			*--end = ',';
		*--end = (char)('0' + value % 10);
		digits++;
		value /= 10;
	} while (value > 0);
	return end;
}

/* Zeros a format may add beyond the scale: all that FIXED_TEXT has room for. */
#define FIXED_PAD 5

static char *format(int64_t v, int scale, int decimals, bool group, char *buf)
{
	char text[FIXED_TEXT + 8], *p;
	uint64_t value = v < 0 ? -(uint64_t)v : (uint64_t)v, unit;
	int zeros = 0;

	if (decimals > scale) {
		zeros = decimals - scale > FIXED_PAD ? FIXED_PAD : decimals - scale;
		decimals = scale;
	}
	unit = power10(scale - decimals);
	value = value / unit + (unit > 1 && value % unit >= unit / 2);
	p = put_number(text + sizeof(text), value, decimals, zeros, group);
	if (v < 0 && value > 0)
		*--p = '-';
	return memcpy(buf, p, strlen(p) + 1);
}

char *fixed_format(int64_t v, int scale, int decimals, char buf[FIXED_TEXT])
{
	return format(v, scale, decimals, false, buf);
}

char *fixed_plain(int64_t v, int scale, char buf[FIXED_TEXT])
{
	char *end = fixed_format(v, scale, scale, buf);

	if (scale == 0)
		return buf;
	end += strlen(end) - 1;
	while (*end == '0')
		*end-- = '\0';
	if (*end == '.')
		*end = '\0';
	return buf;
}

char *fixed_group(int64_t v, int scale, int decimals, char buf[FIXED_TEXT + 8])
{
	return format(v, scale, decimals, true, buf);
}

static __int128 divide(__int128 a, __int128 b, enum rounding mode)
{
	__int128 q = a / b, r = a % b;

	if (mode == ROUND_CUT || r == 0)
		return q;
	if (r < 0)
		r = -r;
	if (b < 0)
		b = -b;
	if (r >= b - r)
		q += a < 0 ? -1 : 1;
	return q;
}

bool fixed_muldiv(int64_t a, int64_t b, int64_t c, enum rounding mode, int64_t *out)
{
	__int128 product = (__int128)a * b, divisor = c, q;

	if (c == 0)
		return false;
	if (divisor < 0) {
		divisor = -divisor;
		product = -product;
	}
	q = divide(product, divisor, mode);
	if (q < INT64_MIN || q > INT64_MAX)
		return false;
	*out = (int64_t)q;
	return true;
}

int64_t fixed_round(int64_t v, int64_t unit, enum rounding mode)
{
	__int128 rounded;

	if (unit <= 1)
		return v;
	rounded = divide(v, unit, mode) * unit;
	if (rounded < INT64_MIN || rounded > INT64_MAX)
		return v / unit * unit;      /* the next multiple does not exist: stay below */
	return (int64_t)rounded;
}

bool fixed_add(int64_t a, int64_t b, int64_t *out)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return false;
	*out = sum;
	return true;
}

NEOERR *money_fee(int64_t energy, int64_t price, int64_t *out)
{
	if (!fixed_muldiv(energy, price, ENERGY_KWH, ROUND_HALF_UP, out))
		return nerr_raise(ERR_INVALID,
			"energy %lld at price %lld is more money than a number holds", (long long)energy,
			(long long)price);
	return STATUS_OK;
}

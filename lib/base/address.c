/* address.c - the special-purpose ranges of IPv4 and IPv6.
 * Owns the tables.
 * Serves address.h. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/address.h"

struct range { uint8_t prefix[16]; int bits; };

static const struct range private4[] = {
	{ { 0 }, 8 },
	{ { 10 }, 8 },
	{ { 100, 64 }, 10 },
	{ { 127 }, 8 },
	{ { 169, 254 }, 16 },
	{ { 172, 16 }, 12 },
	{ { 192, 0, 0 }, 24 },
	{ { 192, 0, 2 }, 24 },
	{ { 192, 88, 99 }, 24 },
	{ { 192, 168 }, 16 },
	{ { 198, 18 }, 15 },
	{ { 198, 51, 100 }, 24 },
	{ { 203, 0, 113 }, 24 },
	{ { 224 }, 4 },
	{ { 240 }, 4 },
};
/* Within 2000::/3, which alone is given out: Teredo and its neighbours, documentation, 6to4
 * (both can carry private IPv4). */
static const struct range private6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
	{ { 0x20, 0x02 }, 16 },
	{ { 0x3f, 0xff, 0x00 }, 20 },
};
static const struct range given6 = { { 0x20 }, 3 };
static const struct range mapped4 = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 96 };
static const struct range nat64 = { { 0, 0x64, 0xff, 0x9b }, 96 };

static bool within(const uint8_t *p, const struct range *r)
{
	int whole = r->bits / 8, rest = r->bits % 8;

	if (memcmp(p, r->prefix, (size_t)whole) != 0)
		return false;
	return rest == 0 || (p[whole] ^ r->prefix[whole]) >> (8 - rest) == 0;
}

static bool within_any(const uint8_t *p, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (within(p, &r[i]))
			return true;
	return false;
}

static bool is_public4(const uint8_t *p)
{
	return !within_any(p, private4, sizeof(private4) / sizeof(private4[0]));
}

static bool is_public6(const uint8_t *p)
{
	if (within(p, &mapped4) || within(p, &nat64))
		return is_public4(p + 12);
	return within(p, &given6) && !within_any(p, private6, sizeof(private6) / sizeof(private6[0]));
}

bool address_is_public(const struct sockaddr *a, size_t len)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (a->sa_family == AF_INET && len >= sizeof(v4)) {
		memcpy(&v4, a, sizeof(v4));
		return is_public4((const uint8_t *)&v4.sin_addr);
	}
	if (a->sa_family == AF_INET6 && len >= sizeof(v6)) {
		memcpy(&v6, a, sizeof(v6));
		return is_public6(v6.sin6_addr.s6_addr);
	}
	return false;
}

bool address_text_is_private(const char *host)
{
	char text[INET6_ADDRSTRLEN + 2];
	uint8_t p[16];
	size_t len = strlen(host);

	if (len > 2 && host[0] == '[' && host[len - 1] == ']' && len - 2 < sizeof(text)) {
		memcpy(text, host + 1, len - 2);
		text[len - 2] = '\0';
		return inet_pton(AF_INET6, text, p) != 1 || !is_public6(p);
	}
	if (inet_pton(AF_INET, host, p) == 1)
		return !is_public4(p);
	return inet_pton(AF_INET6, host, p) == 1 && !is_public6(p);
}

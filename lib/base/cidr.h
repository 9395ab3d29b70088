/* cidr.h - lists of networks, IPv4 and IPv6: "10.0.0.0/8, 2001:db8::/32 192.0.2.7".
 * Owns nothing. Serves the allow-lists of roles. */
#ifndef BASE_CIDR_H
#define BASE_CIDR_H

#include "base/error.h"

#define CIDR_LIST_MAX 40

/* IPv4 as ::ffff:a.b.c.d, so that both compare alike */
struct cidr { unsigned char address[16]; int bits; };
struct cidr_list { int n; struct cidr net[CIDR_LIST_MAX]; };

/* One network; without /bits it is one address. Bits beyond the mask are not looked at. */
bool cidr_parse(const char *text, struct cidr *out);
/* Parted by blanks, commas or lines. false: something is no network (its text in bad, which may
 * be NULL), or too many. */
bool cidr_list_parse(const char *text, struct cidr_list *out, char *bad, size_t room);
/* false also for what is no address. An IPv4 address in IPv6 clothes is the IPv4 address. */
bool cidr_list_has(const struct cidr_list *list, const char *address);

#endif

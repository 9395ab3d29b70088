/* address.h - is a network address out in the world, or one of the house and its neighbours?
 * Owns nothing. Serves http.c where strangers name the target. */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <sys/socket.h>

#include "base/error.h"

/* Globally reachable by the registries of special addresses (RFC 6890 and its tables); IPv4 inside
 * IPv6 is judged as IPv4. Families other than IP are not public. */
bool address_is_public(const struct sockaddr *a, size_t len);
/* A literal IPv4 or IPv6 address (brackets allowed) that is not public; false for names. */
bool address_text_is_private(const char *host);

#endif

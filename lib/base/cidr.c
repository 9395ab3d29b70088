/* cidr.c - lists of networks.
 * Owns nothing.
 * Serves the allow-lists of roles. */
#include <arpa/inet.h>
#include <string.h>

#include "base/cidr.h"
#include "base/text.h"

#define ADDRESS_TEXT 46                  /* INET6_ADDRSTRLEN */
#define PARTS        " ,;\t\r\n"

/* *shift is what a prefix length of this family lacks to 128. */
static bool address_parse(const char *text, unsigned char out[16], int *shift)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	*shift = 0;
	if (inet_pton(AF_INET6, text, out) == 1)
		return true;
	memcpy(out, mapped, sizeof mapped);
	*shift = 96;
	return inet_pton(AF_INET, text, out + 12) == 1;
}

bool cidr_parse(const char *text, struct cidr *out)
{
	char address[ADDRESS_TEXT];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	int64_t bits;
	int shift;

	if (len == 0 || len >= sizeof address)
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!address_parse(address, out->address, &shift))
		return false;
	if (!slash) {
		out->bits = 128;
		return true;
	}
	if (strspn(slash + 1, "0123456789") != strlen(slash + 1) || !text_i64(slash + 1, &bits) ||
		bits > 128 - shift)
		return false;
	out->bits = (int)bits + shift;
	return true;
}

bool cidr_list_parse(const char *text, struct cidr_list *out, char *bad, size_t room)
{
	char one[ADDRESS_TEXT + 4];

	out->n = 0;
	for (text += strspn(text, PARTS); *text; text += strspn(text, PARTS)) {
		size_t len = strcspn(text, PARTS);
		snprintf(one, sizeof one, "%.*s", (int)len, text);
		text += len;
		if (len < sizeof one && out->n < CIDR_LIST_MAX && cidr_parse(one, &out->net[out->n])) {
			out->n++;
			continue;
		}
		if (bad)
			text_copy(bad, room, one);
		return false;
	}
	return true;
}

static bool within(const struct cidr *net, const unsigned char address[16])
{
	int whole = net->bits / 8, rest = net->bits % 8;

	if (memcmp(net->address, address, (size_t)whole) != 0)
		return false;
	return rest == 0 || (net->address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

bool cidr_list_has(const struct cidr_list *list, const char *address)
{
	unsigned char bytes[16];
	int shift;

	if (!address || !address_parse(address, bytes, &shift))
		return false;
	for (int i = 0; i < list->n; i++)
		if (within(&list->net[i], bytes))
			return true;
	return false;
}

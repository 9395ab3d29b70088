/* ws.c - the frame heads of RFC 6455.
 * Owns nothing.
 * Serves ws.h. */
#include "proto/ws.h"

static bool op_known(unsigned op)
{
	return op <= WS_BINARY || (op >= WS_CLOSE && op <= WS_PONG);
}

static uint64_t big_endian(const uint8_t *p, int n)
{
	uint64_t v = 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

int ws_head(const uint8_t *p, size_t n, size_t max, struct ws_frame *out)
{
	unsigned op, wide;
	uint64_t len;

	if (n < 2)
		return -1;
	op = p[0] & 15;
	len = p[1] & 127;
	if ((p[0] & 0x70) != 0 || !op_known(op) || (p[1] & 128) == 0)
		return WS_PROTOCOL;
	if (op >= WS_CLOSE && ((p[0] & 128) == 0 || len > WS_CONTROL_MAX))
		return WS_PROTOCOL;
	wide = len == 127 ? 8 : len == 126 ? 2 : 0;
	if (n < 2 + wide)
		return -1;
	if (wide > 0) {
		len = big_endian(p + 2, (int)wide);
		/* the shortest form is law, and the top bit is none */
		if (len >> 63 != 0 || len <= (wide == 2 ? 125U : 65535U))
			return WS_PROTOCOL;
	}
	if (len > max)
		return WS_TOO_BIG;
	if (n < 6 + wide)
		return -1;
	*out = (struct ws_frame){ .op = (enum ws_op)op, .fin = (p[0] & 128) != 0,
		.head = 6 + wide, .len = (size_t)len };
	for (int i = 0; i < 4; i++)
		out->mask[i] = p[2 + wide + (unsigned)i];
	return 0;
}

void ws_unmask(uint8_t *payload, size_t n, const uint8_t mask[4])
{
	for (size_t i = 0; i < n; i++)
		payload[i] ^= mask[i & 3];
}

size_t ws_head_write(enum ws_op op, size_t len, uint8_t out[WS_HEAD_MAX])
{
	int wide = len > 65535 ? 8 : len > 125 ? 2 : 0;

	out[0] = (uint8_t)(128 | op);
	out[1] = (uint8_t)(wide == 8 ? 127 : wide == 2 ? 126 : len);
	for (int i = 0; i < wide; i++)
		out[2 + i] = (uint8_t)((uint64_t)len >> (8 * (wide - 1 - i)));
	return 2 + (size_t)wide;
}

bool ws_code_lawful(unsigned code)
{
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014)
		|| (code >= 3000 && code <= 4999);
}

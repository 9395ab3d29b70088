/* ykc_frame.c - the frame around a YKC body: start byte, length, CRC, and finding frames in a
 * stream.
 * Owns nothing.
 * Serves ykc.c, the gateway and the virtual piles. */
#include "proto/ykc.h"

#define START 0x68
#define LEN_MIN 4                  /* sequence 2, encryption 1, type 1 */
#define AROUND 4                   /* start, length, CRC 2 */

static const uint16_t crc_nibble[16] = {
	0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
	0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
};

uint16_t ykc_crc(const uint8_t *p, size_t len)
{
	uint16_t crc = 0xFFFF;

	while (len-- > 0) {
		crc ^= *p++;
		crc = (uint16_t)(crc >> 4) ^ crc_nibble[crc & 15];
		crc = (uint16_t)(crc >> 4) ^ crc_nibble[crc & 15];
	}
	return crc;
}

static bool crc_order(const uint8_t *p, int len, enum ykc_crc *order)
{
	uint16_t crc = ykc_crc(p + 2, (size_t)len);
	uint8_t low = crc & 0xFF, high = crc >> 8, first = p[len + 2], second = p[len + 3];

	if (first == low && second == high) {
		*order = low == high ? YKC_CRC_EITHER : YKC_CRC_MODBUS;
		return true;
	}
	*order = YKC_CRC_SWAPPED;
	return first == high && second == low;
}

/* A frame that fails its CRC is dropped whole if a start byte follows it, else only its first byte:
 * the length itself may be what is broken. So the byte after it must be there before anything is
 * said. */
static enum ykc_scan scan_broken(const uint8_t *p, size_t len, size_t whole, size_t *used)
{
	if (len == whole)
		return YKC_SCAN_MORE;
	*used = p[whole] == START ? whole : 1;
	return YKC_SCAN_CRC;
}

enum ykc_scan ykc_scan(const uint8_t *p, size_t len, struct ykc_frame *frame, size_t *used)
{
	const uint8_t *start;
	size_t whole;

	*used = 0;
	if (len == 0)
		return YKC_SCAN_MORE;
	if (p[0] != START) {
		start = memchr(p, START, len);
		*used = start != NULL ? (size_t)(start - p) : len;
		return YKC_SCAN_GARBAGE;
	}
	if (len < 2)
		return YKC_SCAN_MORE;
	if (p[1] < LEN_MIN) {
		*used = 1;
		return YKC_SCAN_GARBAGE;
	}
	whole = (size_t)p[1] + AROUND;
	if (len < whole)
		return YKC_SCAN_MORE;
	if (!crc_order(p, p[1], &frame->crc))
		return scan_broken(p, len, whole, used);
	frame->seq[0] = p[2];
	frame->seq[1] = p[3];
	frame->encrypted = p[4];
	frame->type = p[5];
	frame->body = p + 6;
	frame->len = p[1] - LEN_MIN;
	*used = whole;
	return YKC_SCAN_FRAME;
}

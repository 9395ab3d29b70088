/* picture.c - what kind of picture some bytes are and how large, by their content.
 * Owns nothing. Serves uploads that will be shown. */
#include "base/picture.h"

#include <string.h>

#include "base/text.h"

static int64_t be16(const unsigned char *p) { return p[0] << 8 | p[1]; }
static int64_t be32(const unsigned char *p)
{
	return (int64_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}
static int64_t le24(const unsigned char *p) { return p[0] | p[1] << 8 | p[2] << 16; }

/* Signature, IHDR first, IEND last. */
static bool read_png(const unsigned char *p, size_t len, struct picture *out)
{
	static const unsigned char end[] = "\0\0\0\0IEND\xae\x42\x60\x82";

	if (len < 45 || memcmp(p, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) != 0 ||
		memcmp(p + len - 12, end, 12) != 0)
		return false;
	out->width = be32(p + 16);
	out->height = be32(p + 20);
	return true;
}

/* Segments up to the frame's, which has the size; the end of image somewhere near the end. */
static bool read_jpeg(const unsigned char *p, size_t len, struct picture *out)
{
	if (len < 20 || memcmp(p, "\xff\xd8\xff", 3) != 0 || memcmp(p + len - 2, "\xff\xd9", 2) != 0)
		return false;
	for (size_t at = 2; at + 9 < len && p[at] == 0xff; at += 2 + (size_t)be16(p + at + 2)) {
		unsigned char marker = p[at + 1];

		if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
			marker != 0xcc) {
			out->height = be16(p + at + 5);
			out->width = be16(p + at + 7);
			return true;
		}
		if (marker == 0xda || marker == 0xd9)
			return false;
	}
	return false;
}

static bool read_webp(const unsigned char *p, size_t len, struct picture *out)
{
	int64_t size;

	if (len < 30 || memcmp(p, "RIFF", 4) != 0 || memcmp(p + 8, "WEBPVP8", 7) != 0)
		return false;
	size = le24(p + 4) | (int64_t)p[7] << 24;
	if (size + 8 > (int64_t)len)
		return false;
	switch (p[15]) {
	case ' ':
		out->width = (p[26] | p[27] << 8) & 0x3fff;
		out->height = (p[28] | p[29] << 8) & 0x3fff;
		return memcmp(p + 23, "\x9d\x01\x2a", 3) == 0;
	case 'L':
		out->width = 1 + ((p[21] | p[22] << 8) & 0x3fff);
		out->height = 1 + ((p[22] >> 6 | p[23] << 2 | p[24] << 10) & 0x3fff);
		return p[20] == 0x2f;
	case 'X':
		out->width = 1 + le24(p + 24);
		out->height = 1 + le24(p + 27);
		return true;
	default:
		return false;
	}
}

static const struct kind {
	const char *ext, *type;
	bool (*read)(const unsigned char *p, size_t len, struct picture *out);
} kinds[] = {
	{ "png", "image/png", read_png },
	{ "jpg", "image/jpeg", read_jpeg },
	{ "webp", "image/webp", read_webp },
};

bool picture_read(const void *p, size_t len, struct picture *out)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		*out = (struct picture){ .ext = kinds[i].ext, .type = kinds[i].type };
		if (kinds[i].read(p, len, out))
			return true;
	}
	return false;
}

const char *picture_type(const char *ext)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (text_eq(kinds[i].ext, ext))
			return kinds[i].type;
	return NULL;
}

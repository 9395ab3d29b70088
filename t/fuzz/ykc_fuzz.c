/* ykc_fuzz.c - the YKC scanner and codec: bytes from anywhere are scanned to the end, and what is
 * decoded stays decoded.
 * Owns nothing.
 * Serves lib/proto/ykc. */
#include "fuzz.h"

#include "proto/ykc.h"

/* What was decoded, encoded and decoded again is the same: no field is lost on the way. */
static void check_message(const struct ykc_frame *frame)
{
	uint8_t out[YKC_FRAME_MAX];
	char text[YKC_TEXT_MAX];
	struct ykc_message m, again;
	struct ykc_frame back;
	size_t used;

	if (ykc_decode(frame, &m) != YKC_OK)
		return;
	PROMISE((size_t)ykc_encode(&m, out) <= sizeof(out));
	PROMISE(ykc_scan(out, (size_t)out[1] + 4, &back, &used) == YKC_SCAN_FRAME &&
		used == (size_t)out[1] + 4);
	PROMISE(ykc_decode(&back, &again) == YKC_OK && again.type == m.type);
	/* A BCD byte with a hexadecimal digit has no decimal twin (0x0A is sent again as 0x10). */
	PROMISE(memcmp(again.seq, m.seq, sizeof(m.seq)) == 0);
	ykc_text(out, (size_t)out[1] + 4, text);
	PROMISE(strlen(text) < sizeof(text));
	ykc_mask(out, (size_t)out[1] + 4);
	PROMISE(ykc_scan(out, (size_t)out[1] + 4, &back, &used) == YKC_SCAN_FRAME);
}

/* The checksum would keep random bytes out of the decoder: each input is also tried as the body
 * of every type. */
static void check_bodies(const uint8_t *data, size_t size)
{
	int n;
	const struct ykc_row *row = ykc_rows(&n);
	uint8_t body[YKC_BODY_MAX] = { 0 };
	struct ykc_frame frame = { .body = body,
		.len = (int)(size < YKC_BODY_MAX ? size : YKC_BODY_MAX) };

	memcpy(body, data, (size_t)frame.len);
	for (int i = 0; i < n; i++) {
		frame.type = row[i].type;
		check_message(&frame);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ykc_frame frame;
	enum ykc_scan what;
	size_t used, at = 0;

	while ((what = ykc_scan(data + at, size - at, &frame, &used)) != YKC_SCAN_MORE) {
		PROMISE(used > 0 && used <= size - at);
		if (what == YKC_SCAN_FRAME) {
			PROMISE(frame.len >= 0 && frame.body + frame.len <= data + at + used);
			check_message(&frame);
		}
		at += used;
	}
	PROMISE(size - at <= YKC_FRAME_MAX);
	check_bodies(data, size);
	return 0;
}

/* ap3000_fuzz.c - the AP3000 scanner and codec: bytes from anywhere are scanned to the end, and what
 * is decoded stays decoded.
 * Owns nothing.
 * Serves lib/proto/ap3000. */
#include "fuzz.h"

#include "proto/ap3000_table.h"

/* What was decoded and encoded is a frame that decodes to the same body, as far as it is known. */
static void check_message(const struct ap3000_frame *frame, enum ap3000_side side)
{
	uint8_t out[AP3000_FRAME_MAX];
	char text[AP3000_TEXT_MAX];
	struct ap3000_message m, again;
	struct ap3000_frame back;
	size_t used;
	int n;

	if (ap3000_decode(frame, side, &m) != AP3000_OK)
		return;
	n = ap3000_encode(&m, side, out);
	PROMISE(n >= AP3000_AROUND && n <= AP3000_FRAME_MAX);
	PROMISE(ap3000_scan(out, (size_t)n, &back, &used) == AP3000_SCAN_FRAME && used == (size_t)n);
	/* a temperature that is missing is sent as "no sensor" */
	PROMISE(back.len <= frame->len + 2 && back.id == frame->id && back.no == frame->no);
	if (frame->cmd != AP3000_CHARGE && frame->cmd != AP3000_QR_SET &&
		frame->cmd != AP3000_SHOW_QR) {
		PROMISE(memcmp(back.data, frame->data,
					(size_t)(back.len < frame->len ? back.len : frame->len)) == 0);
		PROMISE(ap3000_decode(&back, side, &again) == AP3000_OK);
		PROMISE(memcmp(&again.u, &m.u, sizeof(m.u)) == 0);
	}
	ap3000_text(out, (size_t)n, side, text);
	PROMISE(strlen(text) < sizeof(text));
}

/* The checksum would keep random bytes out of the decoder: each input is also tried as the body of
 * every message. */
static void check_bodies(const uint8_t *data, size_t size)
{
	int n;
	const struct ap3000_row *row = ap3000_rows(&n);
	struct ap3000_frame frame = { .id = 0x04CEAA40, .no = 7, .data = data,
		.len = (int)(size < AP3000_DATA_MAX ? size : AP3000_DATA_MAX) };

	for (int i = 0; i < n; i++) {
		frame.cmd = row[i].cmd;
		check_message(&frame, row[i].side);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ap3000_frame frame;
	enum ap3000_scan what;
	size_t used, at = 0;

	while ((what = ap3000_scan(data + at, size - at, &frame, &used)) != AP3000_SCAN_MORE) {
		PROMISE(used > 0 && used <= size - at);
		if (what == AP3000_SCAN_FRAME) {
			PROMISE(frame.len >= 0 && frame.data + frame.len <= data + at + used);
			check_message(&frame, AP3000_UP);
			check_message(&frame, AP3000_DOWN);
		}
		at += used;
	}
	PROMISE(size - at <= AP3000_FRAME_MAX);
	check_bodies(data, size);
	return 0;
}

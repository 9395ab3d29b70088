/* raw_frame.h - the black box: frames as they went over the wire, with what they say.
 * Owns table raw_frame. Serves the gateway's keeper and the pages of disputes. (O6) */
#ifndef CHARGE_RAW_FRAME_H
#define CHARGE_RAW_FRAME_H

#include "charge/choice.h"
#include "db/db.h"

struct raw_frame {
	int64_t pile_id, at_ms;
	bool down;
	const char *type, *words;
	const void *body;
	size_t len;
};
/* In statements of many rows. */
NEOERR *raw_frames_add(struct db *db, const struct raw_frame *f, int n) CHECKED;

/* Everything about a charge, as a zip at `path`: its frames as text ("time up|down hex" and, in
 * another file, in words), the session, its events, its bills and the records as they came. */
NEOERR *dispute_pack(struct db *db, int64_t session_id, const char *path) CHECKED;

#endif

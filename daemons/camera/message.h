/* message.h - packets between the loop, which has the broker and no database, and the writer, which
 * has the database and no broker.
 * Owns their shape. Serves daemons/camera. */
#ifndef CAMERA_MESSAGE_H
#define CAMERA_MESSAGE_H

#include "charge/camera.h"

#define ALIVE_ONCE 400

enum packet_kind {
	/* up: each but LINK and ALIVE is answered by DONE once it is committed */
	PACKET_LINK, PACKET_ALIVE, PACKET_TOLD, PACKET_SHOT, PACKET_BUS, PACKET_ANSWER,
	/* down */
	PACKET_DONE, PACKET_CAMERAS, PACKET_CAMERA, PACKET_ORDER
};
struct packet {
	enum packet_kind kind;
	int64_t id;                          /* camera; of an answer: its wish */
	bool ok;                             /* link is up; committed; the camera did it */
	union {
		struct camera_told told;
		struct camera camera;
		struct camera_order order;
		struct { int n; int64_t ids[ALIVE_ONCE]; } alive;
		struct { int64_t camera_id; char text[120]; } word;   /* a frame, a result */
	} u;
};

/* The writer's process; returns when the loop has gone. fd: its end of the socket pair. */
void writer_run(int fd, const char *platform);

/* The loop's process, until SIGTERM or the end of the writer. */
NEOERR *link_run(int fd, const char *platform) CHECKED;

#endif

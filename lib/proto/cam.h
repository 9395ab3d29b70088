/* cam.h - messages of cameras at the broker: 臻识 lane and bay cameras, and any other whose fields
 * are named; orders for them (camera_lock sections 1 to 3).
 * Owns nothing; pure but for the clock's zone. Serves the camera daemon. */
#ifndef PROTO_CAM_H
#define PROTO_CAM_H

#include "base/error.h"

#define CAM_BYTES (4 * 1024 * 1024)          /* of a message */
#define CAM_PICTURE (2 * 1024 * 1024)        /* of a picture in it */
#define CAM_SERIAL 41
#define CAM_NAME 33
#define CAM_ID 65
#define CAM_TEXT 61
#define CAM_PLATE 25
#define CAM_FRAME_HEX 81

enum cam_vendor { CAM_VZ_BAY, CAM_VZ_LANE, CAM_GENERIC };
/* Paths "a.b.0.c" of a generic camera's words, NULL or "": not told. */
struct cam_map {
	const char *id, *plate, *confidence, *time, *state, *bay, *picture, *value_in, *value_out;
};

/* device/SN/message/up/NAME and SN/device/message/up/NAME; reply: .../down/NAME/reply. False:
 * neither. */
bool cam_topic(const char *topic, char serial[CAM_SERIAL], char name[CAM_NAME], bool *reply);

enum cam_kind {
	CAM_BAD,                 /* not to be read */
	CAM_ALIVE,               /* nothing to keep but that it lives */
	CAM_SEEN, CAM_LEFT, CAM_OTHER,
	CAM_SHOT,                /* a picture that was asked for */
	CAM_BUS,                 /* bytes of the lock bus in hex */
	CAM_ANSWER
};
struct cam_message {
	enum cam_kind kind;
	/* id: the same for the same event however often it is sent. bay: as the camera names it. */
	char id[CAM_ID], plate[CAM_PLATE], bay[CAM_TEXT], hex[CAM_FRAME_HEX], result[CAM_TEXT];
	/* colour: 0 unknown 1 blue 2 yellow 3 white 4 black 5 green */
	int colour, confidence, state;
	int64_t at;                              /* UNIX seconds; 0: not told */
	int64_t wish;                            /* of an answer */
	bool ok;
	unsigned char *picture;                  /* on the heap: cam_clear() */
	size_t picture_len;
	bool picture_refused;                    /* too large or no base64 */
};
/* name: of the topic, "" for a generic camera. map only for those. */
void cam_read(enum cam_vendor vendor, const char *name, const void *p, size_t len,
	const struct cam_map *map, struct cam_message *out);
void cam_clear(struct cam_message *m);

enum cam_order_kind {
	CAM_RELAY, CAM_SERIAL_DATA, CAM_SNAPSHOT, CAM_REBOOT, CAM_SET_TIME, CAM_INFO, CAM_SETTINGS,
	CAM_TEST
};
struct cam_order {
	enum cam_order_kind kind;
	int64_t id, now;
	const char *serial, *frame;              /* frame: hex */
	int io, pulse_ms, port, baud, side;
	const char *mode, *name[2], *geomagnetic[2];
	bool enabled[2];
};
/* The name of the order, which ends its topic; *text on the heap. */
const char *cam_write_dup(const struct cam_order *o, char **text);

#endif

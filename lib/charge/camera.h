/* camera.h - cameras that watch bays: what they told, once each; wishes for them; their pictures
 * and passwords (K2-K6, K13).
 * Owns tables camera, camera_command, bay_event, snapshot; data_dir/snapshot. Serves screens, the
 * camera daemon, jobs. */
#ifndef CHARGE_CAMERA_H
#define CHARGE_CAMERA_H

#include "charge/choice.h"
#include "db/db.h"

#define CAMERA_SERIAL 41
#define CAMERA_TOPIC 101
#define CAMERA_FIELD 61
#define CAMERA_FRAME 81
#define CAMERA_THEIR_ID 65
#define CAMERA_SECRET 33
#define SNAPSHOT_FILE 61
#define SNAPSHOT_PATH 320
#define SNAPSHOT_MAX (2 * 1024 * 1024)

struct buf;

enum camera_side { SIDE_NONE = -1, SIDE_LEFT, SIDE_RIGHT };

/* Where a generic camera's words stand in its messages: paths "a.b.c". */
struct camera_map {
	char topic_up[CAMERA_TOPIC], topic_down[CAMERA_TOPIC];
	char id[CAMERA_FIELD], plate[CAMERA_FIELD], confidence[CAMERA_FIELD], time[CAMERA_FIELD];
	char state[CAMERA_FIELD], bay[CAMERA_FIELD], picture[CAMERA_FIELD];
	char value_in[21], value_out[21];
};
/* What the daemon's loop must know of a camera. */
struct camera {
	int64_t id;
	char serial[CAMERA_SERIAL];
	enum camera_vendor vendor;
	bool enabled, online;
	struct camera_map map;
};
typedef NEOERR *(*camera_fn)(const struct camera *c, void *ctx);
NEOERR *camera_each(struct db *db, camera_fn fn, void *ctx) CHECKED;
/* A figure that changes when any camera does. */
NEOERR *camera_mark(struct db *db, int64_t *mark) CHECKED;

/* Keep-alives of a second. */
NEOERR *camera_alive(struct db *db, const int64_t *ids, int n) CHECKED;
/* Those that kept silent too long are offline; *lost: how many. */
NEOERR *camera_silence(struct db *db, int64_t *lost) CHECKED;

/* One thing a camera told. file: a picture already under data_dir/snapshot, "" none. */
struct camera_told {
	int64_t camera_id;
	enum bay_event_kind kind;
	char their_id[CAMERA_THEIR_ID], plate[25], bay[61], file[SNAPSHOT_FILE];
	enum plate_colour colour;
	int confidence, raw_state, bytes;
	int64_t at;
};
/* K3, K7, K8: kept once by the camera's own number, then told to the bay, in one tx. *repeated: it
 * was known, or the camera is switched off; nothing changed, and the picture is deleted. */
NEOERR *camera_take(struct db *db, const struct camera_told *t, bool *repeated) CHECKED;
/* A picture that was asked for (K5). */
NEOERR *camera_take_picture(struct db *db, int64_t camera_id, const char *file, int bytes,
	int64_t at) CHECKED;
/* Frames of the lock bus (K6): hex digits, upper case. */
NEOERR *camera_take_frame(struct db *db, int64_t camera_id, const char *hex) CHECKED;

/* Wishes. by 0: the platform's own. *problem: Text key. In the caller's tx. */
NEOERR *camera_wish(struct db *db, int64_t camera_id, int64_t bay_id, enum camera_wish kind,
	int64_t by, int64_t *id) CHECKED;
NEOERR *camera_lock_wish(struct db *db, int64_t bay_id, enum camera_wish kind, int64_t by,
	const char **problem) CHECKED;
/* The wish with what its message needs. frame: hex with the bay's address in it. */
struct camera_order {
	int64_t id, camera_id;
	enum camera_wish kind;
	enum camera_side side;
	enum lock_type lock;
	char serial[CAMERA_SERIAL], topic_down[CAMERA_TOPIC], frame[CAMERA_FRAME];
	enum camera_vendor vendor;
	int io, pulse_ms, serial_port, baud;
	char bay_mode[13], left_name[121], right_name[121], left_geomagnetic[25],
		right_geomagnetic[25];
	bool left_enabled, right_enabled;
};
typedef NEOERR *(*camera_order_fn)(const struct camera_order *o, void *ctx);
/* Pending ones of cameras that are online are marked sent and handed over after the commit; those
 * of cameras that are not fail at once. */
NEOERR *camera_orders(struct db *db, int max, camera_order_fn fn, void *ctx) CHECKED;
/* The camera's answer to the wish; again or after its end: nothing. A lock moved by a relay is
 * where it was sent, one on a bus says so itself. */
NEOERR *camera_answered(struct db *db, int64_t camera_id, int64_t id, bool ok,
	const char *result) CHECKED;
/* Pending too long: expired; sent without an answer: failed, and a lock is at fault. */
NEOERR *camera_expire(struct db *db, int64_t *n) CHECKED;

/* K6: the camera's password at the broker; shown once. */
NEOERR *camera_set_secret(struct db *db, int64_t id, char out[CAMERA_SECRET]) CHECKED;
/* mosquitto's password file and access rules: each camera its own topics, the platform all of
 * them. The platform's user is "chargeops", its password platform. */
NEOERR *camera_broker_files(struct db *db, const char *platform, struct buf *passwords,
	struct buf *rules) CHECKED;

/* Pictures: written whole or not at all; a name nobody can guess. ERR_INVALID: too large or no
 * picture. */
NEOERR *snapshot_write(const void *p, size_t len, char file[SNAPSHOT_FILE]) CHECKED;
NEOERR *snapshot_path(const char *file, char path[SNAPSHOT_PATH]) CHECKED;
void snapshot_unlink(const char *file);
/* Where an object storage is configured (conf.storage_url) pictures go there, from data_dir, the
 * oldest first, until all are there or the seconds are over; what cannot go now goes another time.
 * missing: no file of that name. Three failures in a row are an error: the storage is away. */
struct snapshot_stored { int64_t stored, missing, failed; };
NEOERR *snapshot_store(struct db *db, int seconds, struct snapshot_stored *out) CHECKED;
/* A picture that is not under data_dir (any more), from there. *out to be cleared on success.
 * ERR_NOT_FOUND; ERR_PEER: the storage is away. */
NEOERR *snapshot_fetch(const char *file, struct buf *out) CHECKED;
/* The object, then the file; while the storage is away both stay. */
NEOERR *snapshot_delete(const char *file, bool stored) CHECKED;
/* Pictures older than conf.snapshot_days, and files no row knows. */
NEOERR *snapshot_purge(struct db *db, int64_t *removed) CHECKED;

/* row_fn: the first column into an int64_t. */
struct row;
NEOERR *camera_take_id(const struct row *r, void *ctx) CHECKED;

#endif

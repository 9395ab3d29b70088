/* camera.h - virtual cameras at the broker and the bays before them: who comes, stands and goes.
 * Owns the shapes. Serves daemons/pilesim. */
#ifndef PILESIM_CAMERA_H
#define PILESIM_CAMERA_H

#include "daemons/pilesim/sim.h"

struct mosquitto;

#define CAM_SPOTS 2
#define CAM_PLATE 13

enum spot_lock { SPOT_OPEN, SPOT_RELAY, SPOT_BUS };
/* waiting: before a lock that is up; the standing car leaves at due_ms, with 0 some time after its
 * charge */
/* how well the camera reads the plate of the car: well, with little confidence and a digit wrong,
 * not at all */
enum spot_sight { SIGHT_CLEAR, SIGHT_WEAK, SIGHT_NONE };
enum spot_state { SPOT_EMPTY, SPOT_WAITING, SPOT_STANDING };

struct spot {
	struct cam *cam;
	int number;                          /* 1 left, 2 right */
	enum spot_lock lock;
	enum spot_state state;
	enum spot_sight sight;
	bool up, moving;
	unsigned char address;               /* on the bus */
	char pile[SIM_SERIAL], plate[CAM_PLATE];
	int64_t gun;                         /* its number, 0: no gun there */
	int64_t due_ms;
};

struct cam {
	struct loop_io io;
	struct mosquitto *m;
	struct cam *lane;                    /* sees the cars of these bays drive in */
	char serial[41], secret[65];
	bool is_lane, up, failed;
	int spots;
	struct spot spot[CAM_SPOTS];
	uint32_t events;                     /* what the loop waits for */
	int64_t dial_ms, beat_ms;
};

/* wire.c: its MQTT and its words */
void cam_wire_begin(void);
void cam_wire_run(struct cam *c);
/* state 1: a car, 4: it has left */
void cam_tell_spot(struct cam *c, const struct spot *s, int state);
void cam_tell_lane(struct cam *c, const char *plate);
void cam_tell_bus(struct cam *c, unsigned char address, bool up);

/* camera.c: the lock was told to move */
void spot_move(struct spot *s, bool up);
uint32_t cam_dice(uint32_t sides);

#endif

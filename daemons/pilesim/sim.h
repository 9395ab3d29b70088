/* sim.h - virtual piles and cameras: what a pile, a gun, a car and a final record are, in no
 * protocol of a pile.
 * Owns the shapes. Serves daemons/pilesim; no database anywhere. */
#ifndef PILESIM_SIM_H
#define PILESIM_SIM_H

#include "base/money.h"
#include "daemons/wheel.h"
#include "run/daemon.h"

#define SIM_SERIAL 21
#define SIM_NO 33
#define SIM_CARD 21
#define SIM_TYPES 4
#define SIM_SLOTS 48

#define DC_FROM 20000
#define BIKE_BELOW 2000              /* W: a socket for e-bikes */

/* asking: a card was shown */
enum gun_state { GUN_IDLE, GUN_ASKING, GUN_STARTING, GUN_CHARGING };
enum link_state { LINK_DOWN, LINK_CONNECTING, LINK_LOGIN, LINK_UP };
enum stop_cause {
	STOP_REMOTE,
	STOP_SOC,
	STOP_LOCAL,
	STOP_MONEY,
	STOP_PLUG_PULLED,
	STOP_START_FAILED,
	STOP_TIME,
	STOP_ENERGY
};

struct prices {
	bool known;
	char model[5];
	struct { int64_t energy, service; } price[SIM_TYPES];
	uint8_t slot[SIM_SLOTS];
};

/* Kept until the platform has acknowledged it. */
struct sim_record {
	struct sim_record *next;
	char no[SIM_NO], card[SIM_CARD];
	int gun, tries;
	int64_t power_max;
	uint16_t wire_no;                    /* of the message it was last sent in */
	bool by_card;
	enum stop_cause cause;
	/* 1e-4 kWh, 1e-5 yuan in whole 1e-4 */
	int64_t started, ended, meter_start, meter_end, energy, amount, next_ms;
	struct { int64_t price, energy, amount; } type[SIM_TYPES];
};

struct gun {
	int number, state, fault, soc_milli;
	bool plugged, fleet, by_card;        /* fleet: nobody's but the virtual drivers' */
	bool asleep;                         /* its vehicle draws nothing */
	char no[SIM_NO], card[SIM_CARD];
	/* money to spend; energy after which the virtual driver leaves, 0: none */
	int64_t balance, limit;
	int64_t started, begin_ms, tick_ms, report_ms, leave_ms, plug_until_ms;
	int64_t meter, meter_start, work, power;      /* work: watt milliseconds of this charge */
	/* W the vehicle takes, 0: what there is; what the platform asked for, 0: nothing */
	int64_t draw, power_max, wish_seconds, wish_energy;
	int64_t energy, type_energy[SIM_TYPES];
	int64_t capacity;                    /* of the car's battery, 1e-4 kWh */
	struct spot *spot;                   /* the bay before it that a camera sees; NULL: none */
};

struct pile {
	struct loop_io io;
	struct wheel_entry timer;
	const struct sim_protocol *protocol;
	char serial[SIM_SERIAL];
	uint8_t link, guns, version, tries, missed;
	int watt;                            /* of each gun; below DC_FROM it is an AC pile */
	bool limited;
	int64_t limit;                       /* W of all its guns, if limited */
	uint16_t seq;
	uint32_t dice;
	int clock_off;                       /* seconds its clock is wrong */
	uint8_t *partial;
	uint32_t partial_len;
	int64_t connect_ms, login_ms, beat_ms, ask_ms, silent_until_ms, chance_ms;
	struct prices prices;
	struct sim_record *records;
	struct gun *gun;
	struct sim_station *station;         /* ocpp.c's own */
	uint32_t states;                     /* ap3000.c: a digest of what it last told of its ports */
	uint32_t logins;
	struct pile *hash_next;
};

struct sim_protocol {
	const char *name;
	int64_t (*port)(void);               /* of the configuration */
	size_t frame_max;
	/* between heartbeats, and between tries of a record after the usual ones; 0: as usual */
	int64_t beat_ms, again_ms;
	void (*hello)(struct pile *p);
	void (*beat)(struct pile *p);
	void (*ask_prices)(struct pile *p);
	void (*report)(struct pile *p, struct gun *g);
	/* a start that waited for the plug has begun */
	void (*start_done)(struct pile *p, struct gun *g);
	void (*show_card)(struct pile *p, struct gun *g);
	void (*record)(struct pile *p, struct sim_record *r);
	/* something other than a gun's fault; NULL: it has no word for it */
	void (*alarm)(struct pile *p, struct gun *g, int kind);
	/* handles what begins the data; returns its bytes, 0: more must come first */
	size_t (*take)(struct pile *p, const uint8_t *data, size_t n);
};
extern const struct sim_protocol ykc_sim, ocpp_sim, ap3000_sim;
/* By its name; NULL: none. */
const struct sim_protocol *protocol_named(const char *name);

/* per mille; drop and silent a minute; clock: seconds */
struct faults { int drop, repeat, crc, silent, clock; };

struct sim {
	struct loop *loop;
	struct wheel wheel;
	int64_t now_ms;
	struct pile *pile;
	int piles, speedup, charging_share, idle_report_s, retry_s, rate, take;
	int occupied_share, unread_share, stay_s, overstay_s;
	char host[64], control[108];
	int port;                            /* 0: the protocol's own */
	struct faults faults;
	/* places: serials it is for begin so; "": all */
	/* plate: of the card's car, "": any */
	struct sim_card { char no[SIM_CARD], places[120], plate[13]; bool busy; } *card;
	int cards;
	int64_t sent, received, refused, records_acknowledged;
};
extern struct sim sim;

/* pile.c: the link */
struct pile *pile_find(const char *serial);
void pile_init(struct pile *p, const char *serial, int guns, uint64_t seed);
void pile_index(void);                                   /* once, after all are there */
void pile_turn(struct loop *l, void *ctx);                /* a few times a second */
void pile_send(struct pile *p, uint8_t *frame, size_t n);
void pile_drop(struct pile *p, const char *why);
void pile_up(struct pile *p);                            /* the protocol: logged in */
void pile_silence(struct pile *p, int seconds);
/* something about it changed: its timer is set anew */
void pile_due(struct pile *p);
int64_t pile_clock(const struct pile *p);                /* UNIX seconds by its own clock */
uint32_t pile_dice(struct pile *p, uint32_t sides);
bool pile_chance(struct pile *p, int per_mille);
bool pile_is_bike(const struct pile *p);

/* gun.c: the charge */
void gun_plug(struct pile *p, struct gun *g);
void gun_unplug(struct pile *p, struct gun *g);
/* The platform's start; 0: accepted, else the wire's reason (1 .. 5). */
int gun_start(struct pile *p, struct gun *g, const char *no, const char *card, int64_t balance,
	bool by_card);
bool gun_stop(struct pile *p, struct gun *g, enum stop_cause cause);
void gun_run(struct pile *p, struct gun *g);
int64_t gun_due(const struct gun *g);                    /* INT64_MAX: nothing to do */
int64_t gun_amount(const struct pile *p, const struct gun *g);
const char *gun_state_name(const struct gun *g);
int gun_volts_d(const struct gun *g);                    /* 0.1 V */

/* record.c: what is owed to the platform */
void record_add(struct pile *p, struct gun *g, enum stop_cause cause);
void record_done(struct pile *p, const char *no);
void record_run(struct pile *p);
void record_wake(struct pile *p);                        /* the link is back: all at once */
int64_t record_due(const struct pile *p);

/* fleet.c: virtual drivers */
void fleet_run(void);                                    /* once a second */
void fleet_answer(struct pile *p, struct gun *g, bool accepted);
void fleet_left(struct gun *g);                          /* the gun is free, so is its card */
int fleet_charging(void);
void fleet_charge(struct pile *p, struct gun *g);    /* its car is there: it shows its card */

/* camera.c: cameras and the bays before them */
struct buf;
bool camera_line(char *line);                            /* false: cannot be read */
void camera_car_line(char *line);                        /* a plate that often comes */
void camera_begin(void);                                 /* once, after piles are there */
void camera_turn(struct loop *l, void *ctx);             /* a few times a second */
int camera_count(bool up);
struct spot *spot_find(const char *serial, int64_t number);
bool spot_is_free(const struct spot *s);
/* plate "": any; sight clear, weak, unread: how its camera reads it, "": as chance has it */
void spot_come(struct spot *s, const char *plate, const char *sight);
void spot_charged(struct spot *s);                       /* the plug is out */
bool spot_leave(struct spot *s);                         /* false: nobody there */
void spot_status(const struct spot *s, struct buf *out);

/* control.c */
NEOERR *control_serve(const char *path) CHECKED;

#endif

/* ap3000.h - e-bike socket devices, AP3000 / DNY V8.6 (device to server): frames, messages.
 * Owns the shapes. Serves the gateway, its black box and the virtual devices (FEATURES N3).
 *
 * Wire units: fen, seconds, 0.1 V, 0.1 W, 0.01 kWh, 0.001 A; the low byte first. Ports count from
 * 0. Old firmware leaves out what was added later at the end of a message: such a number is
 * AP3000_NONE, such a text "". */
#ifndef PROTO_AP3000_H
#define PROTO_AP3000_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define AP3000_FRAME_MAX 256
#define AP3000_AROUND 14                     /* header 3, length 2, id 4, message 2, command, sum 2 */
#define AP3000_DATA_MAX (AP3000_FRAME_MAX - AP3000_AROUND)
#define AP3000_PORTS 32                      /* no device has more than 16 */
#define AP3000_ANY_PORT 0xFF                 /* balance query; the device chooses */
#define AP3000_SERIAL 11
#define AP3000_ORDER 33                      /* 16 bytes as hex digits */
#define AP3000_CARD 9
#define AP3000_LONG_CARD 41
#define AP3000_ICCID 21
#define AP3000_QR 72                         /* 71 characters */
#define AP3000_TEMP_QR 200
#define AP3000_TEXT_MAX 900
#define AP3000_NONE (-1)

enum ap3000_cmd {
	AP3000_OLD_BEAT = 0x01,
	AP3000_SWIPE = 0x02,
	AP3000_RECORD = 0x03,
	AP3000_CONFIRM = 0x04,
	AP3000_WANT_UPDATE = 0x05,
	AP3000_POWER = 0x06,
	AP3000_HOST_STATUS = 0x11,
	AP3000_HOST_TIME = 0x12,
	AP3000_REGISTER = 0x20,
	AP3000_BEAT = 0x21,
	AP3000_TIME = 0x22,
	AP3000_CABINET = 0x41,
	AP3000_ALARM = 0x42,
	AP3000_DONE = 0x43,
	AP3000_PUSH = 0x44,
	AP3000_QUERY = 0x81,
	AP3000_CHARGE = 0x82,
	AP3000_PARAMS_FLOAT = 0x83,
	AP3000_PARAMS_LIMIT = 0x84,
	AP3000_PARAMS_MOST = 0x85,
	AP3000_REBOOT = 0x87,
	AP3000_CLEAR = 0x88,
	AP3000_CHANGE = 0x8A,
	AP3000_MODE = 0x8D,
	AP3000_QR_SET = 0x8E,
	AP3000_CARD_MODE = 0x8F,
	AP3000_READ_FLOAT = 0x90,
	AP3000_READ_LIMIT = 0x91,
	AP3000_READ_MOST = 0x92,
	AP3000_SHOW_QR = 0x95,
	AP3000_FIND = 0x96,
	AP3000_MUTE = 0x97,
	AP3000_OPEN = 0x98,
};

/* Port states of a heartbeat; from AP3000_PORT_BROKEN on and 4: faults. */
enum ap3000_port {
	AP3000_PORT_IDLE,
	AP3000_PORT_CHARGING,
	AP3000_PORT_PLUGGED,                     /* a charger is in and draws nothing */
	AP3000_PORT_FULL,
	AP3000_PORT_NO_METER,
	AP3000_PORT_FLOAT,
	AP3000_PORT_BROKEN,
};

struct ap3000_register { int firmware, ports, virtual_id, kind, mode, board; };
/* 0x21, and 0x01 of old firmware, which alone has powers. temperature: degrees, or AP3000_COLD */
#define AP3000_COLD (-100)
struct ap3000_beat {
	int firmware, voltage, ports, virtual_id, signal, kind, temperature, mode;
	int state[AP3000_PORTS], power[AP3000_PORTS], peak[AP3000_PORTS];
};
struct ap3000_time { int64_t time; };
struct ap3000_swipe {
	char card[AP3000_CARD], card2[AP3000_LONG_CARD];     /* bytes as on the wire */
	int kind, port, balance, card2_len;
	int64_t time;
};
struct ap3000_swipe_answer { char card[AP3000_CARD]; int state, rate, port; int64_t balance; };
struct ap3000_record {
	int seconds, power_max, energy, port, mode, reason, power_second, occupied;
	int64_t time;                            /* of sending; the standard calls it unreliable */
	char card[AP3000_CARD], order[AP3000_ORDER];
};
struct ap3000_confirm { int port, mode, seconds; char card[AP3000_CARD], order[AP3000_ORDER]; };
struct ap3000_port_code { int port, code; };
struct ap3000_want_update { int kind, version; int64_t package; };
struct ap3000_power {
	int port, state, seconds, energy, mode, power, power_max, power_min, power_mean, spent, peak,
		voltage, current, temperature, port_temperature, occupied;
	int64_t time;
	char order[AP3000_ORDER];
};
struct ap3000_cabinet { int ports; int64_t doors, fans; };
struct ap3000_alarm { int kind, port, trigger; };
struct ap3000_push { int kind, port; char order[AP3000_ORDER]; };
struct ap3000_code { int code; };
/* The answer to a start or stop. Its length differs between vendors (ap3000_quirks). */
struct ap3000_charge_answer { int code, port, waiting; char order[AP3000_ORDER]; };
/* mode 0: value is seconds, 2: 0.01 kWh; 0: until full. most, overload 0: as stored. */
struct ap3000_charge {
	int mode, port, on, value, most, overload;
	int64_t balance;
	char order[AP3000_ORDER];
};
struct ap3000_change { int mode, port, value; };
struct ap3000_params_float { int unplug_power, unplug_time, percent, time, duration, beat; };
struct ap3000_params_limit {
	int overload, overload_time, overload_from, noise_power, noise_time, float2_from, float2_time,
		power_min, power_min_from, second_until, heat, port_heat, detect, light;
};
struct ap3000_params_most { int seconds, overload, voltage_max, voltage_min; };
struct ap3000_qr { int screen; char spare[7], text[AP3000_QR + 1]; };
struct ap3000_shown { char text[AP3000_TEMP_QR + 1]; };
struct ap3000_value { int value; };

struct ap3000_message {
	uint32_t id;
	uint16_t no;                             /* of the message; the answer echoes it */
	uint8_t cmd;
	const uint8_t *data;                     /* of what was decoded */
	int len;
	union {
		struct ap3000_register reg;
		struct ap3000_beat beat;
		struct ap3000_time time;
		struct ap3000_swipe swipe;
		struct ap3000_swipe_answer swipe_answer;
		struct ap3000_record record;
		struct ap3000_confirm confirm;
		struct ap3000_port_code port_code;
		struct ap3000_want_update want_update;
		struct ap3000_power power;
		struct ap3000_cabinet cabinet;
		struct ap3000_alarm alarm;
		struct ap3000_push push;
		struct ap3000_code code;
		struct ap3000_charge_answer charge_answer;
		struct ap3000_charge charge;
		struct ap3000_change change;
		struct ap3000_params_float params_float;
		struct ap3000_params_limit params_limit;
		struct ap3000_params_most params_most;
		struct ap3000_qr qr;
		struct ap3000_shown shown;
		struct ap3000_value value;
	} u;
};

struct ap3000_frame {
	uint32_t id;
	uint16_t no;
	uint8_t cmd;
	const uint8_t *data;
	int len;
};

/* What stands at the beginning of p. ICCID and LINK are the modem's words between frames. */
enum ap3000_scan {
	AP3000_SCAN_MORE,
	AP3000_SCAN_FRAME,
	AP3000_SCAN_ICCID,
	AP3000_SCAN_LINK,
	AP3000_SCAN_SUM,                         /* wrong checksum */
	AP3000_SCAN_GARBAGE,
};
/* *used: bytes to go on after; 0 with MORE. */
enum ap3000_scan ap3000_scan(const uint8_t *p, size_t n, struct ap3000_frame *frame, size_t *used);

enum ap3000_decode { AP3000_OK, AP3000_UNKNOWN, AP3000_SHORT };
enum ap3000_side { AP3000_UP, AP3000_DOWN };
/* Longer bodies than known are accepted. */
enum ap3000_decode ap3000_decode(const struct ap3000_frame *frame, enum ap3000_side side,
	struct ap3000_message *out);
/* Up to the first AP3000_NONE or ""; what does not fit a field becomes the nearest that does.
 * Returns the frame's length, 0: no such command. */
int ap3000_encode(const struct ap3000_message *m, enum ap3000_side side,
	uint8_t out[AP3000_FRAME_MAX]);
/* "0413544000": the class as two hex digits, then the number printed under the device's code,
 * eight digits. */
void ap3000_serial(uint32_t id, char out[AP3000_SERIAL]);
/* false: no such device. */
bool ap3000_id(const char *serial, uint32_t *id);
/* A frame in words; which side sent it is told by the caller. Returns the message's name. */
const char *ap3000_text(const uint8_t *p, size_t n, enum ap3000_side side,
	char out[AP3000_TEXT_MAX]);
uint16_t ap3000_sum(const uint8_t *p, size_t n);

#endif

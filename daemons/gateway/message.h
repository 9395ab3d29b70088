/* message.h - what the gateway's loop and its writers say to each other over a socketpair, in no
 * pile's protocol.
 * Owns the shapes; one packet is one message, cut to the part that its kind uses (both ends are the
 * same program).
 * Serves daemons/gateway. */
#ifndef GATEWAY_MESSAGE_H
#define GATEWAY_MESSAGE_H

#include "charge/command.h"
#include "charge/gateway.h"
#include "charge/live.h"
#include "charge/wire_charge.h"

#define LIVE_ROWS 100
#define SEEN_ROWS 250
#define BATTERY_MAX 260              /* a frame about a battery */
#define RAW_PACK 12000               /* bytes of frames for the black box in a message */
#define POINTS_MAX 200                /* readings that come with a final record */
#define REPLY_MAX 11000              /* a station's answer to a command */
#define RAW_MAX 1024                 /* a final record as the device sent it */

struct protocol;

enum msg_kind {
	/* loop -> writer */
	MSG_HELLO,
	MSG_BYE,
	MSG_LIVE,
	MSG_SEEN,
	MSG_TARIFF_ASK,
	MSG_TARIFF_HELD,
	MSG_CARD,
	MSG_RECORD,
	MSG_STARTED,
	MSG_ANSWER,
	MSG_SKEW,
	MSG_LOCK,
	MSG_BATTERY,
	MSG_RAW,
	MSG_ALARM,
	MSG_BOOT,
	MSG_NOTICE,
	MSG_TAG,
	MSG_CHARGE_START,
	MSG_CHARGE_STOP,
	MSG_CHARGE_FIND,
	MSG_REPLY,
	MSG_FIGURES,
	/* writer -> loop */
	MSG_OPEN,
	MSG_FENCED,
	MSG_MOVED,
	MSG_KNOWN,
	MSG_TARIFF,
	MSG_CARD_ANSWER,
	MSG_RECORD_ANSWER,
	MSG_COMMAND,
	MSG_CHARGE,
	MSG_KINDS
};

struct msg_hello {
	uint64_t tag;
	char protocol[13], serial[41], address[60], firmware[41], iccid[25], version[13];
	int connectors;
	char access[65], access_hex[65];
};
/* silent: its charges are suspended as well */
struct msg_bye { bool silent; char reason[24]; };
struct live_row {
	int64_t pile_id, at, energy, amount;           /* 1e-4 kWh, 1e-5 yuan; of the charge `no` */
	int number, state, plugged, voltage_dv, current_da, power_w, soc, temperature,
		battery_temperature, fault, fault_before;      /* -1: not known */
	char no[SESSION_NO];                           /* "": not charging */
	const struct protocol *protocol;               /* the same program on both ends */
};
struct msg_live { int n; struct live_row row[LIVE_ROWS]; };
struct msg_seen {
	int n;
	struct { uint32_t slot, generation; } conn[SEEN_ROWS];
	int64_t pile_id[SEEN_ROWS];
};
struct msg_tariff {
	bool found;
	int64_t version_id;
	struct { int64_t energy, service; } price[PRICE_TYPES];
	uint8_t slot[48];                              /* half hour -> enum price_type */
};
struct msg_tariff_held { int64_t version_id; };
/* by_command: it does not begin by the answer, a start follows */
struct msg_card {
	int number;
	enum start_mode mode;
	bool by_command, query;              /* query: what is on it, nothing else */
	char physical_no[21], vin[18], parallel[13], password[17];
};
struct msg_card_answer {
	int number;
	enum start_mode mode;
	bool unavailable;                              /* no database: neither yes nor no */
	enum start_refusal refusal;
	int64_t balance;
	char no[SESSION_NO], logical_no[21], parallel[13];
};
/* Frames for the black box, each behind its head. */
struct raw_head {
	int64_t pile_id, at_ms;
	const struct protocol *protocol;
	uint32_t len;
	bool down;
};
struct msg_raw { uint32_t n, bytes; uint8_t packed[RAW_PACK]; };
struct msg_record {
	struct session_record record;                  /* its pointers are set by the writer: */
	char protocol[13], no[SESSION_NO], vin[18], physical_no[21], serial[41];
	int seconds;                                   /* with started 0: the device has no clock */
	int raw_len;
	uint8_t raw[RAW_MAX];
};
struct msg_record_answer { enum record_outcome outcome; char no[SESSION_NO]; };
struct msg_started { bool ok; int reason; char no[SESSION_NO]; };
/* command_id 0: the newest of the kind that is on the wire. later: it waits and is sent again. */
struct msg_answer {
	int64_t command_id;
	enum command_kind kind;
	bool ok, later;
	char result[200];
};
struct msg_skew { int64_t seconds; };
struct msg_lock { int number, battery, alarm; bool car; char state[8]; };
/* vin: what the car said of itself, "" in other frames. */
struct msg_battery {
	char no[SESSION_NO], protocol[13], vin[18];
	int len;
	uint8_t frame[BATTERY_MAX];
};
struct msg_alarm { int number; bool on; char code[32]; };
/* Of protocols in which the platform numbers the charges. */
struct msg_boot { char firmware[41], iccid[25]; };
struct msg_notice { char kind[41], words[400]; };
struct msg_tag { char tag[WIRE_TAG]; };
struct msg_charge_start { int number; int64_t at, meter; char tag[WIRE_TAG]; };
struct msg_charge_stop {
	int64_t id, at, meter;
	enum stop_reason reason;
	char tag[WIRE_TAG], protocol[13], serial[41];
	int raw_len, points;
	uint8_t raw[RAW_MAX];
	struct wire_point point[POINTS_MAX];
};
struct msg_charge_find { int64_t id; };
/* Answer to the four before; found: only with find. */
struct msg_charge { enum msg_kind to; bool found; struct wire_charge charge; };
struct msg_reply {
	int64_t command_id;
	bool ok;
	int len;
	char result[200], answer[REPLY_MAX];
};
/* tariff: only with set_tariff */
struct msg_command { struct command command; struct msg_tariff tariff; };

struct msg {
	enum msg_kind kind;
	/* the connection it belongs to; generation 0: none */
	uint32_t slot, generation;
	int64_t pile_id;
	/* the protocol's own; comes back with the answer */
	uint64_t tag;
	union {
		struct msg_hello hello;
		struct msg_bye bye;
		struct msg_live live;
		struct msg_seen seen;
		struct msg_tariff_held tariff_held;
		struct msg_card card;
		struct msg_record record;
		struct msg_started started;
		struct msg_answer answer;
		struct msg_skew skew;
		struct msg_lock lock;
		struct msg_battery battery;
		struct msg_raw raw;
		struct { bool known, unavailable; struct pile_known pile; } known;
		struct msg_tariff tariff;
		struct msg_card_answer card_answer;
		struct msg_record_answer record_answer;
		struct msg_command command;
		struct msg_alarm alarm;
		struct msg_boot boot;
		struct msg_notice notice;
		struct msg_tag tag_ask;
		struct msg_charge_start charge_start;
		struct msg_charge_stop charge_stop;
		struct msg_charge_find charge_find;
		struct msg_charge charge;
		struct msg_reply reply;
		struct gateway_figures figures;
	} u;
};

/* Bytes of m that are sent. */
size_t msg_size(const struct msg *m);

#endif

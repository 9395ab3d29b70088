/* ykc.h - the 云快充 (YKC) pile protocol 1.5 and 1.6: bytes <-> structs, both directions.
 * Owns the frame table; pure: no socket, no clock but the zone, no database.
 * Serves daemons/gateway (the platform's side) and daemons/pilesim (the pile's side). */
#ifndef PROTO_YKC_H
#define PROTO_YKC_H

#include "base/error.h"

#define YKC_FRAME_MAX 259            /* one length byte: 255 + start, length and CRC */
#define YKC_BODY_MAX 251
#define YKC_SERIAL 15                /* 14 digits of a pile */
#define YKC_NO 33                    /* 32 digits of a charge: pile 14, gun 2, yymmddhhmmss, counter 4 */
#define YKC_CARD 17                  /* 8 bytes as hex text */
#define YKC_MODEL 5                  /* 4 digits of a price model */
#define YKC_VIN 18
#define YKC_SLOTS 48                 /* half hours of a day */
#define YKC_PRICES 4                 /* sharp, peak, flat, valley: the wire's order */
#define YKC_TEMP_NONE (-100)         /* a temperature byte of 0: not measured */
#define YKC_CARDS 31                 /* entries of a card list; a body has room for 15 to 30 */
#define YKC_CARDS_SAFE 11            /* of 0x44 that every pile takes: its text limits bodies to 200 */
#define YKC_PREFIX 200               /* characters of an address for QR codes */
#define YKC_PARALLEL 13              /* yymmddhhmmss that guns of one car have in common */
#define YKC_PARALLEL_VERSION 16      /* 1.6: the first that charges by two guns */
#define YKC_LOCK_UP 0x55
#define YKC_LOCK_DOWN 0xFF
#define YKC_TEXT_MAX 2000            /* a frame in words */
#define YKC_NO_NONE "00000000000000000000000000000000"

enum ykc_type {
	YKC_LOGIN = 0x01,
	YKC_LOGIN_ANSWER = 0x02,
	YKC_HEARTBEAT = 0x03,
	YKC_HEARTBEAT_ANSWER = 0x04,
	YKC_MODEL_CHECK = 0x05,
	YKC_MODEL_CHECK_ANSWER = 0x06,
	YKC_MODEL_ASK = 0x09,
	YKC_MODEL_ANSWER = 0x0A,
	YKC_LIVE_READ = 0x12,
	YKC_LIVE = 0x13,
	YKC_BMS_HANDSHAKE = 0x15,
	YKC_BMS_PARAMETERS = 0x17,
	YKC_BMS_END = 0x19,
	YKC_BMS_ERROR = 0x1B,
	YKC_BMS_STOP = 0x1D,
	YKC_BMS_CHARGER_STOP = 0x21,
	YKC_BMS_DEMAND = 0x23,
	YKC_BMS_STATUS = 0x25,
	YKC_CARD_START = 0x31,
	YKC_CARD_START_ANSWER = 0x32,
	YKC_START_ANSWER = 0x33,
	YKC_START = 0x34,
	YKC_STOP_ANSWER = 0x35,
	YKC_STOP = 0x36,
	YKC_RECORD = 0x3B,
	YKC_RECORD_ANSWER = 0x40,
	YKC_BALANCE_ANSWER = 0x41,
	YKC_BALANCE = 0x42,
	YKC_CARDS_SET_ANSWER = 0x43,
	YKC_CARDS_SET = 0x44,
	YKC_CARDS_CLEAR_ANSWER = 0x45,
	YKC_CARDS_CLEAR = 0x46,
	YKC_CARDS_QUERY_ANSWER = 0x47,
	YKC_CARDS_QUERY = 0x48,
	YKC_WORK_ANSWER = 0x51,
	YKC_WORK = 0x52,
	YKC_TIME_ANSWER = 0x55,
	YKC_TIME = 0x56,
	YKC_MODEL_SET_ANSWER = 0x57,
	YKC_MODEL_SET = 0x58,
	YKC_LOCK_STATE = 0x61,
	YKC_LOCK = 0x62,
	YKC_LOCK_ANSWER = 0x63,
	YKC_REBOOT_ANSWER = 0x91,
	YKC_REBOOT = 0x92,
	YKC_UPDATE_ANSWER = 0x93,
	YKC_UPDATE = 0x94,
	YKC_PARALLEL_ASK = 0xA1,
	YKC_PARALLEL_ALLOW = 0xA2,
	YKC_PARALLEL_ANSWER = 0xA3,
	YKC_PARALLEL_START = 0xA4,
	YKC_QR = 0xF0,
	YKC_QR_ANSWER = 0xF1,
};

/* Bodies. Times are UNIX seconds (0: none or impossible), energy 1e-4 kWh, money and prices 1e-5
 * yuan, voltage and current as on the wire (0.1 V, 0.1 A), temperatures in degrees. Digits and
 * raw bytes are hex text. */
struct ykc_pile { char serial[YKC_SERIAL]; };                                     /* 09 */
/* 02 51 57 91 92 93 F1 */
struct ykc_code { char serial[YKC_SERIAL]; int code; };
struct ykc_gun { char serial[YKC_SERIAL]; int gun; };                             /* 12 36 */
struct ykc_gun_code { char serial[YKC_SERIAL]; int gun, code; };                  /* 03 04 */
struct ykc_login {
	char serial[YKC_SERIAL];
	int ac, guns, version;               /* version x 10: 15, 16 */
	char firmware[9];
	int network;
	char iccid[21];
	int carrier;
};
/* 05 (no code) 06 */
struct ykc_model_check { char serial[YKC_SERIAL], model[YKC_MODEL]; int code; };
struct ykc_model {                                                                /* 0A 58 */
	char serial[YKC_SERIAL], model[YKC_MODEL];
	struct { int64_t energy, service; } price[YKC_PRICES];
	int loss;                            /* percent; not used by anyone */
	uint8_t slot[YKC_SLOTS];             /* index into price */
};
enum ykc_gun_state { YKC_GUN_OFFLINE, YKC_GUN_FAULT, YKC_GUN_IDLE, YKC_GUN_CHARGING };
struct ykc_live {                                                                 /* 13 */
	char no[YKC_NO], serial[YKC_SERIAL];
	int gun, state, homed, plugged, voltage, current, cable_temperature;
	char cable[YKC_CARD];
	int soc, battery_temperature, minutes, minutes_left;
	int64_t energy, loss_energy, amount;
	int fault;
};
/* What all of 15..25 begin with. Currents in 0.1 A, voltages of a pack in 0.1 V, of a cell in
 * 0.01 V. States are pairs of bits, as hex text (protocol 5.6 to 5.10). */
#define YKC_BMS_HEAD char no[YKC_NO], serial[YKC_SERIAL]; int gun
struct ykc_bms { YKC_BMS_HEAD; };
struct ykc_handshake {                                                            /* 15 */
	YKC_BMS_HEAD;
	char protocol[7];
	int battery, capacity, voltage;
	char maker[5];
	int64_t pack;
	int year, month, day, cycles, owned, spare;   /* year: from 1985 on */
	char vin[YKC_VIN], software[17];
};
struct ykc_parameters {                                                           /* 17 */
	YKC_BMS_HEAD;
	int cell_voltage_max, current_max, energy, voltage_max, temperature_max, soc, voltage,
		output_voltage_max, output_voltage_min, output_current_max, output_current_min;
};
struct ykc_end {                                                                  /* 19 */
	YKC_BMS_HEAD;
	int soc, cell_voltage_min, cell_voltage_max, temperature_min, temperature_max, minutes, energy;
	int64_t charger;
};
struct ykc_bms_error { YKC_BMS_HEAD; char states[17]; };                          /* 1B */
struct ykc_bms_stop { YKC_BMS_HEAD; char reason[3], fault[5], error[3]; };        /* 1D 21 */
struct ykc_demand {                                                               /* 23 */
	YKC_BMS_HEAD;
	/* cell: bits 0 to 11 its voltage, 12 to 15 its group */
	int voltage_wanted, current_wanted, mode, voltage, current, cell, soc, minutes_left,
		output_voltage, output_current, minutes;
};
struct ykc_battery {                                                              /* 25 */
	YKC_BMS_HEAD;
	int cell_of_voltage, temperature_max, place_of_max, temperature_min, place_of_min;
	char states[5];
};
struct ykc_card_start {                                                           /* 31 A1 */
	char serial[YKC_SERIAL];
	int gun, mode, with_password;        /* mode 1 card, 2 account, 3 VIN */
	char card[YKC_CARD], password[17], vin[YKC_VIN];
	int second;                          /* A1: the auxiliary gun */
	char parallel[YKC_PARALLEL];
};
struct ykc_card_answer {                                                          /* 32 A2 */
	char no[YKC_NO], serial[YKC_SERIAL];
	int gun;
	char logical[YKC_CARD];
	int64_t balance;
	int accepted, reason;
	char parallel[YKC_PARALLEL];
};
struct ykc_start {                                                                /* 34 A4 */
	char no[YKC_NO], serial[YKC_SERIAL];
	int gun;
	char logical[YKC_CARD], card[YKC_CARD];
	int64_t balance;
	char parallel[YKC_PARALLEL];
};
struct ykc_start_answer {                                                         /* 33 A3 */
	char no[YKC_NO], serial[YKC_SERIAL];
	int gun, ok, reason, second;
	char parallel[YKC_PARALLEL];
};
struct ykc_stop_answer { char serial[YKC_SERIAL]; int gun, ok, reason; };                 /* 35 */
struct ykc_record {                                                               /* 3B */
	char no[YKC_NO], serial[YKC_SERIAL];
	int gun;
	int64_t started, ended;
	/* price: energy + service */
	struct { int64_t price, energy, loss_energy, amount; } type[YKC_PRICES];
	int64_t meter_start, meter_end, energy, loss_energy, amount;
	char vin[YKC_VIN];
	int trade;                           /* 1 app, 2 card, 4 offline card, 5 VIN */
	int64_t traded;
	int reason;
	char card[YKC_CARD];
};
struct ykc_record_answer { char no[YKC_NO]; int code; };                          /* 40 */
/* 42 */
struct ykc_balance { char serial[YKC_SERIAL]; int gun; char card[YKC_CARD]; int64_t balance; };
struct ykc_balance_answer { char serial[YKC_SERIAL], card[YKC_CARD]; int code; }; /* 41 */
struct ykc_card_entry { char logical[YKC_CARD], card[YKC_CARD]; int ok, reason; };
/* 44 (both numbers) 45 (ok, reason) 46 47 (ok) 48 */
struct ykc_cards { char serial[YKC_SERIAL]; int n; struct ykc_card_entry entry[YKC_CARDS]; };
struct ykc_result { char serial[YKC_SERIAL]; int ok, reason; };                   /* 43 */
struct ykc_work { char serial[YKC_SERIAL]; int locked, power; };                  /* 52 */
struct ykc_time { char serial[YKC_SERIAL]; int64_t time; };                       /* 55 56 */

/* 61: state 0 between, 55 raised, FF lowered; car 0 none, FF there; alarm 0 none */
struct ykc_lock { char serial[YKC_SERIAL]; int gun, state, car, battery, alarm; char spare[9]; };
/* 62 (55 raise, FF lower) 63 (1 done) */
struct ykc_lock_code { char serial[YKC_SERIAL]; int gun, code; char spare[9]; };
struct ykc_update {                                                               /* 94 */
	char serial[YKC_SERIAL];
	int model, power;                    /* model: 1 DC, 2 AC */
	char server[17];
	int port;
	char user[17], password[17], path[33];
	int when, timeout;                   /* when: 1 now, 2 idle */
};
struct ykc_qr { char serial[YKC_SERIAL]; int rule, n; char prefix[YKC_PREFIX + 2]; };     /* F0 */

struct ykc_message {
	uint8_t type;
	uint8_t seq[2];                      /* an answer echoes the two bytes as they came */
	/* decoded: as it came, inside the scanned bytes; encoding ignores it */
	const uint8_t *body;
	int len;
	union {
		struct ykc_pile pile;
		struct ykc_code code;
		struct ykc_gun gun;
		struct ykc_gun_code heartbeat;
		struct ykc_login login;
		struct ykc_model_check model_check;
		struct ykc_model model;
		struct ykc_live live;
		struct ykc_bms bms;
		struct ykc_handshake handshake;
		struct ykc_parameters parameters;
		struct ykc_end end;
		struct ykc_bms_error bms_error;
		struct ykc_bms_stop bms_stop;
		struct ykc_demand demand;
		struct ykc_battery battery;
		struct ykc_card_start card_start;
		struct ykc_card_answer card_answer;
		struct ykc_start start;
		struct ykc_start_answer start_answer;
		struct ykc_stop_answer stop_answer;
		struct ykc_record record;
		struct ykc_record_answer record_answer;
		struct ykc_balance balance;
		struct ykc_balance_answer balance_answer;
		struct ykc_cards cards;
		struct ykc_result result;
		struct ykc_work work;
		struct ykc_time time;
		struct ykc_lock lock;
		struct ykc_lock_code lock_code;
		struct ykc_update update;
		struct ykc_qr qr;
	} u;
};

/* One row a frame type. */
enum ykc_direction { YKC_UP, YKC_DOWN };    /* pile -> platform, platform -> pile */
struct ykc_field;
struct ykc_group;
struct ykc_row {
	uint8_t type;
	const char *name;
	enum ykc_direction direction;
	/* bytes, without a repeated group; longer bodies are accepted, the tail is ignored */
	int body;
	const struct ykc_field *field;
	int fields;
	const struct ykc_group *group;       /* entries that follow; NULL: none */
};
const struct ykc_row *ykc_row(uint8_t type);                /* NULL: unknown type */
const struct ykc_row *ykc_rows(int *n);
/* Bytes that the fields of the row take: = body. */
int ykc_row_length(const struct ykc_row *row);

/* CRC-16/MODBUS. Two populations of piles send its bytes in different order; both are taken. */
enum ykc_crc { YKC_CRC_EITHER, YKC_CRC_MODBUS, YKC_CRC_SWAPPED };
uint16_t ykc_crc(const uint8_t *p, size_t len);

struct ykc_frame {
	uint8_t type, encrypted, seq[2];
	const uint8_t *body;                    /* inside the scanned bytes */
	int len;
	enum ykc_crc crc;                       /* EITHER: both bytes are equal */
};

/* Looks at the start of a byte stream. What it says about bytes does not depend on how they were
 * split. */
enum ykc_scan {
	YKC_SCAN_MORE,                          /* nothing to say before more bytes come */
	YKC_SCAN_FRAME,                         /* *frame is at p, *used bytes long */
	YKC_SCAN_GARBAGE,                       /* *used bytes are no frame: drop them */
	YKC_SCAN_CRC,                           /* a frame with a wrong CRC: drop *used bytes */
};
enum ykc_scan ykc_scan(const uint8_t *p, size_t len, struct ykc_frame *frame, size_t *used);

enum ykc_decode { YKC_OK, YKC_UNKNOWN, YKC_SHORT, YKC_ENCRYPTED };
enum ykc_decode ykc_decode(const struct ykc_frame *frame, struct ykc_message *out);
/* Writes the whole frame with CRC in Modbus order; returns its length. The type must be in the
 * table. */
int ykc_encode(const struct ykc_message *m, uint8_t out[YKC_FRAME_MAX]);

/* A whole frame in words, for people: "bms_demand gun=1 voltage_wanted=410.0V ...". What is none is
 * said to be so. Passwords are left out. Returns the name of its type ("?": unknown). */
const char *ykc_text(const uint8_t *p, size_t len, char out[YKC_TEXT_MAX]);

/* Blots out the passwords of a whole frame that is to be kept; its CRC is right again. */
void ykc_mask(uint8_t *p, size_t len);

/* CP56Time2a, 7 bytes, in the operator's zone. 0 for an impossible or empty time. */
int64_t ykc_time_read(const uint8_t p[7]);
void ykc_time_write(uint8_t p[7], int64_t t);

/* "0001".."9999" for a version of a tariff: what the pile keeps and asks back with 0x05. Two
 * versions of one pile's tariff get different numbers unless 9999 others were made between them. */
void ykc_model_number(int64_t version_id, char out[YKC_MODEL]);

#endif

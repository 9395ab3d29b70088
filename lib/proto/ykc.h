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
	YKC_WORK_ANSWER = 0x51,
	YKC_WORK = 0x52,
	YKC_TIME_ANSWER = 0x55,
	YKC_TIME = 0x56,
	YKC_MODEL_SET_ANSWER = 0x57,
	YKC_MODEL_SET = 0x58,
	YKC_REBOOT_ANSWER = 0x91,
	YKC_REBOOT = 0x92,
};

/* Bodies. Times are UNIX seconds (0: none or impossible), energy 1e-4 kWh, money and prices 1e-5
 * yuan, voltage and current as on the wire (0.1 V, 0.1 A), temperatures in degrees. Digits and
 * raw bytes are hex text. */
struct ykc_pile { char serial[YKC_SERIAL]; };                                     /* 09 */
/* 02 51 57 91 92 */
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
/* 15..25: the rest stays raw */
struct ykc_bms { char no[YKC_NO], serial[YKC_SERIAL]; int gun; };
struct ykc_card_start {                                                           /* 31 */
	char serial[YKC_SERIAL];
	int gun, mode, with_password;        /* mode 1 card, 2 account, 3 VIN */
	char card[YKC_CARD], password[17], vin[YKC_VIN];
};
struct ykc_card_answer {                                                          /* 32 */
	char no[YKC_NO], serial[YKC_SERIAL];
	int gun;
	char logical[YKC_CARD];
	int64_t balance;
	int accepted, reason;
};
struct ykc_start {                                                                /* 34 */
	char no[YKC_NO], serial[YKC_SERIAL];
	int gun;
	char logical[YKC_CARD], card[YKC_CARD];
	int64_t balance;
};
struct ykc_start_answer { char no[YKC_NO], serial[YKC_SERIAL]; int gun, ok, reason; };    /* 33 */
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
struct ykc_work { char serial[YKC_SERIAL]; int locked, power; };                  /* 52 */
struct ykc_time { char serial[YKC_SERIAL]; int64_t time; };                       /* 55 56 */

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
		struct ykc_card_start card_start;
		struct ykc_card_answer card_answer;
		struct ykc_start start;
		struct ykc_start_answer start_answer;
		struct ykc_stop_answer stop_answer;
		struct ykc_record record;
		struct ykc_record_answer record_answer;
		struct ykc_balance balance;
		struct ykc_balance_answer balance_answer;
		struct ykc_work work;
		struct ykc_time time;
	} u;
};

/* One row a frame type. */
enum ykc_direction { YKC_UP, YKC_DOWN };    /* pile -> platform, platform -> pile */
struct ykc_field;
struct ykc_row {
	uint8_t type;
	const char *name;
	enum ykc_direction direction;
	/* bytes; longer bodies are accepted, the tail is ignored */
	int body;
	const struct ykc_field *field;
	int fields;
};
const struct ykc_row *ykc_row(uint8_t type);                /* NULL: unknown type */
const struct ykc_row *ykc_rows(int *n);
/* Bytes that the fields of the row take: = body, but for the BMS frames. */
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

/* CP56Time2a, 7 bytes, in the operator's zone. 0 for an impossible or empty time. */
int64_t ykc_time_read(const uint8_t p[7]);
void ykc_time_write(uint8_t p[7], int64_t t);

/* "0001".."9999" for a version of a tariff: what the pile keeps and asks back with 0x05. Two
 * versions of one pile's tariff get different numbers unless 9999 others were made between them. */
void ykc_model_number(int64_t version_id, char out[YKC_MODEL]);

#endif

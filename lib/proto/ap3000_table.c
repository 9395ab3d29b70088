/* ap3000_table.c - every AP3000 message as a row, its body as a list of fields.
 * Owns the tables (device to server V8.6, chapters 3 and 4).
 * Serves ap3000.c. */
#include "proto/ap3000_table.h"

#define ROOM(body, member) sizeof(((struct ap3000_##body *)0)->member)
#define FF(kind, len, body, member, decimals, unit) \
	{ #member, AP3000_##kind, len, offsetof(struct ap3000_##body, member), ROOM(body, member), \
		decimals, unit }
#define F(kind, len, body, member) FF(kind, len, body, member, 0, "")
#define N(len, body, member) F(NUMBER, len, body, member)
#define FU(body, member, decimals, unit) FF(NUMBER, 2, body, member, decimals, unit)
#define ORDER(body) F(HEX, 16, body, order)

static const struct ap3000_field old_beat_fields[] = {
	FU(beat, firmware, 2, ""), FU(beat, voltage, 1, "V"), N(1, beat, ports),
	F(EACH, 1, beat, state), FF(EACH, 2, beat, power, 1, "W"), FF(EACH, 2, beat, peak, 1, "W"),
	N(1, beat, virtual_id), N(1, beat, signal), N(1, beat, kind),
	F(CENTIGRADE, 1, beat, temperature), N(1, beat, mode),
};
static const struct ap3000_field beat_fields[] = {
	FU(beat, voltage, 1, "V"), N(1, beat, ports), F(EACH, 1, beat, state), N(1, beat, signal),
	F(CENTIGRADE, 1, beat, temperature),
};
static const struct ap3000_field register_fields[] = {
	FU(register, firmware, 2, ""), N(1, register, ports), N(1, register, virtual_id),
	N(1, register, kind), N(1, register, mode), FU(register, board, 2, ""),
};
static const struct ap3000_field swipe_fields[] = {
	F(HEX, 4, swipe, card), N(1, swipe, kind), N(1, swipe, port), N(2, swipe, balance),
	N(4, swipe, time), N(1, swipe, card2_len), F(COUNTED, 0, swipe, card2),
};
static const struct ap3000_field swipe_answer_fields[] = {
	F(HEX, 4, swipe_answer, card), N(1, swipe_answer, state), N(1, swipe_answer, rate),
	FF(NUMBER, 4, swipe_answer, balance, 2, ""), N(1, swipe_answer, port),
};
static const struct ap3000_field record_fields[] = {
	FU(record, seconds, 0, "s"), FU(record, power_max, 1, "W"), FU(record, energy, 2, "kWh"),
	N(1, record, port), N(1, record, mode), F(HEX, 4, record, card), N(1, record, reason),
	ORDER(record), FU(record, power_second, 1, "W"), N(4, record, time),
	FU(record, occupied, 0, "min"),
};
static const struct ap3000_field confirm_fields[] = {
	N(1, confirm, port), N(1, confirm, mode), F(HEX, 4, confirm, card),
	FU(confirm, seconds, 0, "s"), ORDER(confirm),
};
static const struct ap3000_field port_code_fields[] = { N(1, port_code, port),
	N(1, port_code, code) };
static const struct ap3000_field want_update_fields[] = {
	N(1, want_update, kind), FU(want_update, version, 2, ""), N(4, want_update, package),
};
static const struct ap3000_field power_fields[] = {
	N(1, power, port), N(1, power, state), FU(power, seconds, 0, "s"),
	FU(power, energy, 2, "kWh"), N(1, power, mode), FU(power, power, 1, "W"),
	FU(power, power_max, 1, "W"), FU(power, power_min, 1, "W"), FU(power, power_mean, 1, "W"),
	ORDER(power), N(2, power, spent), FU(power, peak, 1, "W"), FU(power, voltage, 1, "V"),
	FU(power, current, 3, "A"), F(CENTIGRADE, 1, power, temperature),
	F(CENTIGRADE, 1, power, port_temperature), N(4, power, time), FU(power, occupied, 0, "min"),
};
static const struct ap3000_field cabinet_fields[] = {
	N(1, cabinet, ports), N(4, cabinet, doors), N(4, cabinet, fans),
};
static const struct ap3000_field alarm_fields[] = {
	N(1, alarm, kind), N(1, alarm, port), N(1, alarm, trigger),
};
static const struct ap3000_field push_fields[] = { N(1, push, kind), N(1, push, port),
	ORDER(push) };
static const struct ap3000_field time_fields[] = { N(4, time, time) };
static const struct ap3000_field code_fields[] = { N(1, code, code) };
/* only its first byte stands where it should: the rest by ap3000_quirk() */
static const struct ap3000_field charge_answer_fields[] = {
	N(1, charge_answer, code), ORDER(charge_answer), N(1, charge_answer, port),
	N(2, charge_answer, waiting),
};
static const struct ap3000_field charge_fields[] = {
	N(1, charge, mode), FF(NUMBER, 4, charge, balance, 2, ""), N(1, charge, port),
	N(1, charge, on), N(2, charge, value), ORDER(charge), FU(charge, most, 0, "s"),
	FU(charge, overload, 1, "W"),
};
static const struct ap3000_field change_fields[] = {
	N(1, change, mode), N(1, change, port), N(2, change, value),
};
static const struct ap3000_field params_float_fields[] = {
	FU(params_float, unplug_power, 1, "W"), FU(params_float, unplug_time, 0, "s"),
	N(1, params_float, percent), FU(params_float, time, 0, "s"),
	FU(params_float, duration, 0, "s"), FU(params_float, beat, 0, "s"),
};
static const struct ap3000_field params_limit_fields[] = {
	FU(params_limit, overload, 1, "W"), FU(params_limit, overload_time, 0, "s"),
	FU(params_limit, overload_from, 0, "s"), FF(NUMBER, 1, params_limit, noise_power, 1, "W"),
	FU(params_limit, noise_time, 0, "s"), FU(params_limit, float2_from, 0, "s"),
	FU(params_limit, float2_time, 0, "s"), FU(params_limit, power_min, 1, "W"),
	FU(params_limit, power_min_from, 0, "s"), FU(params_limit, second_until, 0, "s"),
	N(1, params_limit, heat), N(1, params_limit, port_heat), N(1, params_limit, detect),
	N(1, params_limit, light),
};
static const struct ap3000_field params_most_fields[] = {
	FU(params_most, seconds, 0, "s"), FU(params_most, overload, 1, "W"),
	FU(params_most, voltage_max, 1, "V"), FU(params_most, voltage_min, 1, "V"),
};
static const struct ap3000_field qr_fields[] = {
	N(1, qr, screen), F(HEX, 3, qr, spare), F(TEXT, AP3000_QR, qr, text),
};
static const struct ap3000_field shown_fields[] = { F(TEXT, AP3000_TEMP_QR, shown, text) };
static const struct ap3000_field value_fields[] = { N(1, value, value) };

#define FIELDS(f) f##_fields, sizeof(f##_fields) / sizeof(f##_fields[0]), 0
#define PORTS(f, body) \
	f##_fields, sizeof(f##_fields) / sizeof(f##_fields[0]), offsetof(struct ap3000_##body, ports)
#define NOTHING NULL, 0, 0
#define ANSWERED(cmd, name, least, f) \
	{ cmd, AP3000_DOWN, name, least, FIELDS(f) }, { cmd, AP3000_UP, name "_answer", 1, FIELDS(code) }
#define READ(cmd, name, least, f) \
	{ cmd, AP3000_DOWN, name, 0, NOTHING }, { cmd, AP3000_UP, name "_answer", least, FIELDS(f) }

static const struct ap3000_row rows[] = {
	{ AP3000_OLD_BEAT, AP3000_UP, "old_heartbeat", 5, PORTS(old_beat, beat) },
	{ AP3000_OLD_BEAT, AP3000_DOWN, "old_heartbeat_answer", 1, FIELDS(code) },
	{ AP3000_SWIPE, AP3000_UP, "swipe", 6, FIELDS(swipe) },
	{ AP3000_SWIPE, AP3000_DOWN, "swipe_answer", 11, FIELDS(swipe_answer) },
	{ AP3000_RECORD, AP3000_UP, "record", 29, FIELDS(record) },
	{ AP3000_RECORD, AP3000_DOWN, "record_answer", 1, FIELDS(code) },
	{ AP3000_CONFIRM, AP3000_UP, "confirm", 8, FIELDS(confirm) },
	{ AP3000_CONFIRM, AP3000_DOWN, "confirm_answer", 2, FIELDS(port_code) },
	{ AP3000_WANT_UPDATE, AP3000_UP, "want_update", 3, FIELDS(want_update) },
	{ AP3000_POWER, AP3000_UP, "power", 31, FIELDS(power) },
	{ AP3000_HOST_STATUS, AP3000_UP, "host_status", 0, NOTHING },
	{ AP3000_HOST_TIME, AP3000_UP, "host_time", 0, NOTHING },
	{ AP3000_HOST_TIME, AP3000_DOWN, "host_time_answer", 4, FIELDS(time) },
	{ AP3000_REGISTER, AP3000_UP, "register", 6, FIELDS(register) },
	{ AP3000_REGISTER, AP3000_DOWN, "register_answer", 1, FIELDS(code) },
	{ AP3000_BEAT, AP3000_UP, "heartbeat", 3, PORTS(beat, beat) },
	{ AP3000_BEAT, AP3000_DOWN, "heartbeat_answer", 1, FIELDS(code) },
	{ AP3000_TIME, AP3000_UP, "time", 0, NOTHING },
	{ AP3000_TIME, AP3000_DOWN, "time_answer", 4, FIELDS(time) },
	{ AP3000_CABINET, AP3000_UP, "cabinet", 9, FIELDS(cabinet) },
	{ AP3000_ALARM, AP3000_UP, "alarm", 2, FIELDS(alarm) },
	{ AP3000_DONE, AP3000_UP, "done", 29, FIELDS(record) },
	{ AP3000_PUSH, AP3000_UP, "push", 2, FIELDS(push) },
	{ AP3000_QUERY, AP3000_DOWN, "query", 0, NOTHING },
	{ AP3000_CHARGE, AP3000_DOWN, "charge", 25, FIELDS(charge) },
	{ AP3000_CHARGE, AP3000_UP, "charge_answer", 1, FIELDS(charge_answer) },
	ANSWERED(AP3000_PARAMS_FLOAT, "params_float", 11, params_float),
	ANSWERED(AP3000_PARAMS_LIMIT, "params_limit", 22, params_limit),
	ANSWERED(AP3000_PARAMS_MOST, "params_most", 4, params_most),
	ANSWERED(AP3000_CHANGE, "change", 4, change),
	ANSWERED(AP3000_MODE, "mode", 1, value),
	ANSWERED(AP3000_QR_SET, "qr", 76, qr),
	ANSWERED(AP3000_FIND, "find", 1, value),
	ANSWERED(AP3000_MUTE, "mute", 1, value),
	ANSWERED(AP3000_CARD_MODE, "card_mode", 1, value),
	ANSWERED(AP3000_SHOW_QR, "show_qr", AP3000_TEMP_QR, shown),
	ANSWERED(AP3000_OPEN, "open_door", 1, value),
	{ AP3000_CLEAR, AP3000_DOWN, "clear_memory", 0, NOTHING },
	{ AP3000_CLEAR, AP3000_UP, "clear_memory_answer", 1, FIELDS(code) },
	READ(AP3000_READ_FLOAT, "read_float", 11, params_float),
	READ(AP3000_READ_LIMIT, "read_limit", 22, params_limit),
	READ(AP3000_READ_MOST, "read_most", 4, params_most),
	{ AP3000_REBOOT, AP3000_DOWN, "reboot", 0, NOTHING },
	{ AP3000_REBOOT, AP3000_UP, "reboot_answer", 1, FIELDS(code) },
};

const struct ap3000_row *ap3000_row(uint8_t cmd, enum ap3000_side side)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].cmd == cmd && rows[i].side == side)
			return &rows[i];
	return NULL;
}

const struct ap3000_row *ap3000_row_named(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

const struct ap3000_row *ap3000_rows(int *n)
{
	*n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

/* The standard's has 20 bytes; the one of 2 was taken from a running device; the others are what
 * firmware between the two leaves out. The longest that fits is meant. */
static const struct ap3000_quirk quirks[] = {
	{ 20, 1, 17, 18 },
	{ 18, 1, 17, -1 },
	{ 17, 1, -1, -1 },
	{ 4, -1, 1, 2 },
	{ 2, -1, 1, -1 },
	{ 1, -1, -1, -1 },
};

const struct ap3000_quirk *ap3000_quirk(int len)
{
	for (size_t i = 0; i < sizeof(quirks) / sizeof(quirks[0]); i++)
		if (len >= quirks[i].len)
			return &quirks[i];
	return NULL;
}

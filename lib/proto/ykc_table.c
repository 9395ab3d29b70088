/* ykc_table.c - every YKC frame as a row, its body as a list of fields in the order of the wire.
 * Owns the tables (protocol sections 3 to 6).
 * Serves ykc.c and ykc_text.c. */
#include "proto/ykc_table.h"

#define ROOM(body, member) sizeof(((struct ykc_##body *)0)->member)
#define FF(kind, len, body, member, scale, decimals, unit) \
	{ #member, YKC_##kind, len, offsetof(struct ykc_##body, member), ROOM(body, member), \
		scale, decimals, unit }
#define F(kind, len, body, member) FF(kind, len, body, member, 1, 0, "")
/* a number with decimals for people */
#define FU(len, body, member, decimals, unit) FF(NUMBER, len, body, member, 1, decimals, unit)
#define FM(len, body, member, scale) FF(NUMBER, len, body, member, scale, 5, "")
#define MONEY4 10               /* 1e-4 yuan on the wire, 1e-5 in the house */
#define MONEY2 1000             /* fen */

#define TELL(body) F(DIGITS, 7, body, serial)
#define GUN(body) TELL(body), F(BCD, 1, body, gun)
#define CHARGE(body) F(DIGITS, 16, body, no), TELL(body), F(BCD, 1, body, gun)

static const struct ykc_field pile_fields[] = { TELL(pile) };
static const struct ykc_field code_fields[] = { TELL(code), F(NUMBER, 1, code, code) };
static const struct ykc_field gun_fields[] = { GUN(gun) };
static const struct ykc_field gun_code_fields[] = { GUN(gun_code), F(NUMBER, 1, gun_code, code) };
static const struct ykc_field login_fields[] = {
	TELL(login),
	F(NUMBER, 1, login, ac),
	F(NUMBER, 1, login, guns),
	FU(1, login, version, 1, ""),
	F(TEXT, 8, login, firmware),
	F(NUMBER, 1, login, network),
	F(DIGITS, 10, login, iccid),
	F(NUMBER, 1, login, carrier),
};
static const struct ykc_field model_check_fields[] = {
	TELL(model_check),
	F(DIGITS, 2, model_check, model),
	F(NUMBER, 1, model_check, code),
};
#define PRICE(i) FU(4, model, price[i].energy, 5, ""), FU(4, model, price[i].service, 5, "")
static const struct ykc_field model_fields[] = {
	TELL(model), F(DIGITS, 2, model, model), PRICE(0), PRICE(1), PRICE(2), PRICE(3),
	F(NUMBER, 1, model, loss), F(BYTES, 48, model, slot),
};
static const struct ykc_field live_fields[] = {
	CHARGE(live),
	F(NUMBER, 1, live, state),
	F(NUMBER, 1, live, homed),
	F(NUMBER, 1, live, plugged),
	FU(2, live, voltage, 1, "V"),
	FU(2, live, current, 1, "A"),
	F(CENTIGRADE, 1, live, cable_temperature),
	F(DIGITS, 8, live, cable),
	FU(1, live, soc, 0, "%"),
	F(CENTIGRADE, 1, live, battery_temperature),
	FU(2, live, minutes, 0, "min"),
	FU(2, live, minutes_left, 0, "min"),
	FU(4, live, energy, 4, "kWh"),
	FU(4, live, loss_energy, 4, "kWh"),
	FM(4, live, amount, MONEY4),
	F(NUMBER, 2, live, fault),
};
static const struct ykc_field handshake_fields[] = {
	CHARGE(handshake),
	F(DIGITS, 3, handshake, protocol),
	F(NUMBER, 1, handshake, battery),
	FU(2, handshake, capacity, 1, "Ah"),
	FU(2, handshake, voltage, 1, "V"),
	F(TEXT, 4, handshake, maker),
	F(NUMBER, 4, handshake, pack),
	F(NUMBER, 1, handshake, year),
	F(NUMBER, 1, handshake, month),
	F(NUMBER, 1, handshake, day),
	F(NUMBER, 3, handshake, cycles),
	F(NUMBER, 1, handshake, owned),
	F(NUMBER, 1, handshake, spare),
	F(TEXT, 17, handshake, vin),
	F(DIGITS, 8, handshake, software),
};
static const struct ykc_field parameters_fields[] = {
	CHARGE(parameters),
	FU(2, parameters, cell_voltage_max, 2, "V"),
	FF(AMPERE, 2, parameters, current_max, 1, 1, "A"),
	FU(2, parameters, energy, 1, "kWh"),
	FU(2, parameters, voltage_max, 1, "V"),
	F(CENTIGRADE, 1, parameters, temperature_max),
	FU(2, parameters, soc, 1, "%"),
	FU(2, parameters, voltage, 1, "V"),
	FU(2, parameters, output_voltage_max, 1, "V"),
	FU(2, parameters, output_voltage_min, 1, "V"),
	FF(AMPERE, 2, parameters, output_current_max, 1, 1, "A"),
	FF(AMPERE, 2, parameters, output_current_min, 1, 1, "A"),
};
static const struct ykc_field end_fields[] = {
	CHARGE(end),
	FU(1, end, soc, 0, "%"),
	FU(2, end, cell_voltage_min, 2, "V"),
	FU(2, end, cell_voltage_max, 2, "V"),
	F(CENTIGRADE, 1, end, temperature_min),
	F(CENTIGRADE, 1, end, temperature_max),
	FU(2, end, minutes, 0, "min"),
	FU(2, end, energy, 1, "kWh"),
	F(NUMBER, 4, end, charger),
};
static const struct ykc_field bms_error_fields[] = {
	CHARGE(bms_error), F(DIGITS, 8, bms_error, states),
};
static const struct ykc_field bms_stop_fields[] = {
	CHARGE(bms_stop),
	F(DIGITS, 1, bms_stop, reason),
	F(DIGITS, 2, bms_stop, fault),
	F(DIGITS, 1, bms_stop, error),
};
static const struct ykc_field demand_fields[] = {
	CHARGE(demand),
	FU(2, demand, voltage_wanted, 1, "V"),
	FF(AMPERE, 2, demand, current_wanted, 1, 1, "A"),
	F(NUMBER, 1, demand, mode),
	FU(2, demand, voltage, 1, "V"),
	FF(AMPERE, 2, demand, current, 1, 1, "A"),
	F(NUMBER, 2, demand, cell),
	FU(1, demand, soc, 0, "%"),
	FU(2, demand, minutes_left, 0, "min"),
	FU(2, demand, output_voltage, 1, "V"),
	FF(AMPERE, 2, demand, output_current, 1, 1, "A"),
	FU(2, demand, minutes, 0, "min"),
};
static const struct ykc_field battery_fields[] = {
	CHARGE(battery),
	F(NUMBER, 1, battery, cell_of_voltage),
	F(CENTIGRADE, 1, battery, temperature_max),
	F(NUMBER, 1, battery, place_of_max),
	F(CENTIGRADE, 1, battery, temperature_min),
	F(NUMBER, 1, battery, place_of_min),
	F(DIGITS, 2, battery, states),
};
#define CARD_START GUN(card_start), F(NUMBER, 1, card_start, mode), \
	F(NUMBER, 1, card_start, with_password), F(DIGITS, 8, card_start, card), \
	F(TEXT, 16, card_start, password), F(TEXT_BACK, 17, card_start, vin)
static const struct ykc_field card_start_fields[] = { CARD_START };
static const struct ykc_field parallel_ask_fields[] = {
	CARD_START, F(NUMBER, 1, card_start, second), F(DIGITS, 6, card_start, parallel),
};
#define CARD_ANSWER CHARGE(card_answer), F(DIGITS, 8, card_answer, logical), \
	FM(4, card_answer, balance, MONEY2), F(NUMBER, 1, card_answer, accepted), \
	F(NUMBER, 1, card_answer, reason)
static const struct ykc_field card_answer_fields[] = { CARD_ANSWER };
static const struct ykc_field parallel_allow_fields[] = {
	CARD_ANSWER, F(DIGITS, 6, card_answer, parallel),
};
#define START CHARGE(start), F(DIGITS, 8, start, logical), F(DIGITS, 8, start, card), \
	FM(4, start, balance, MONEY2)
static const struct ykc_field start_fields[] = { START };
static const struct ykc_field parallel_start_fields[] = { START, F(DIGITS, 6, start, parallel) };
#define START_ANSWER CHARGE(start_answer), F(NUMBER, 1, start_answer, ok), \
	F(NUMBER, 1, start_answer, reason)
static const struct ykc_field start_answer_fields[] = { START_ANSWER };
static const struct ykc_field parallel_answer_fields[] = {
	START_ANSWER, F(NUMBER, 1, start_answer, second), F(DIGITS, 6, start_answer, parallel),
};
static const struct ykc_field stop_answer_fields[] = {
	GUN(stop_answer), F(NUMBER, 1, stop_answer, ok), F(NUMBER, 1, stop_answer, reason),
};
#define TYPE(i) FU(4, record, type[i].price, 5, ""), FU(4, record, type[i].energy, 4, "kWh"), \
	FU(4, record, type[i].loss_energy, 4, "kWh"), FM(4, record, type[i].amount, MONEY4)
static const struct ykc_field record_fields[] = {
	CHARGE(record),
	F(CP56, 7, record, started),
	F(CP56, 7, record, ended),
	TYPE(0),
	TYPE(1),
	TYPE(2),
	TYPE(3),
	FU(5, record, meter_start, 4, "kWh"),
	FU(5, record, meter_end, 4, "kWh"),
	FU(4, record, energy, 4, "kWh"),
	FU(4, record, loss_energy, 4, "kWh"),
	FM(4, record, amount, MONEY4),
	F(TEXT, 17, record, vin),
	F(NUMBER, 1, record, trade),
	F(CP56, 7, record, traded),
	F(NUMBER, 1, record, reason),
	F(DIGITS, 8, record, card),
};
static const struct ykc_field record_answer_fields[] = {
	F(DIGITS, 16, record_answer, no), F(NUMBER, 1, record_answer, code),
};
static const struct ykc_field balance_fields[] = {
	GUN(balance), F(DIGITS, 8, balance, card), FM(4, balance, balance, MONEY2),
};
static const struct ykc_field balance_answer_fields[] = {
	TELL(balance_answer), F(DIGITS, 8, balance_answer, card), F(NUMBER, 1, balance_answer, code),
};
static const struct ykc_field result_fields[] = {
	TELL(result), F(NUMBER, 1, result, ok), F(NUMBER, 1, result, reason),
};
static const struct ykc_field work_fields[] = {
	TELL(work), F(NUMBER, 1, work, locked), FU(1, work, power, 0, "%"),
};
static const struct ykc_field time_fields[] = { TELL(time), F(CP56, 7, time, time) };
static const struct ykc_field lock_fields[] = {
	TELL(lock),
	F(NUMBER, 1, lock, gun),
	F(NUMBER, 1, lock, state),
	F(NUMBER, 1, lock, car),
	FU(1, lock, battery, 0, "%"),
	F(NUMBER, 1, lock, alarm),
	F(DIGITS, 4, lock, spare),
};
static const struct ykc_field lock_code_fields[] = {
	TELL(lock_code), F(NUMBER, 1, lock_code, gun), F(NUMBER, 1, lock_code, code),
	F(DIGITS, 4, lock_code, spare),
};
static const struct ykc_field update_fields[] = {
	TELL(update),
	F(NUMBER, 1, update, model),
	FU(2, update, power, 0, "kW"),
	F(TEXT, 16, update, server),
	F(NUMBER, 2, update, port),
	F(TEXT, 16, update, user),
	F(TEXT, 16, update, password),
	F(TEXT, 32, update, path),
	F(NUMBER, 1, update, when),
	FU(1, update, timeout, 0, "min"),
};

/* ---- repeated */

#define ENTRY(kind, len, member) \
	{ #member, YKC_##kind, len, offsetof(struct ykc_card_entry, member), \
		sizeof(((struct ykc_card_entry *)0)->member), 1, 0, "" }
static const struct ykc_field counted_fields[] = { TELL(cards), F(NUMBER, 1, cards, n) };
static const struct ykc_field uncounted_fields[] = { TELL(cards) };
static const struct ykc_field both_entry[] = { ENTRY(DIGITS, 8, logical), ENTRY(DIGITS, 8, card) };
static const struct ykc_field card_entry[] = { ENTRY(DIGITS, 8, card) };
static const struct ykc_field cleared_entry[] = {
	ENTRY(DIGITS, 8, card), ENTRY(NUMBER, 1, ok), ENTRY(NUMBER, 1, reason),
};
static const struct ykc_field there_entry[] = { ENTRY(DIGITS, 8, card), ENTRY(NUMBER, 1, ok) };
#define GROUP(list, is_counted) { list##_entry, sizeof(list##_entry) / sizeof(list##_entry[0]), \
	YKC_CARDS, offsetof(struct ykc_cards, n), offsetof(struct ykc_cards, entry), \
	sizeof(struct ykc_card_entry), is_counted }
static const struct ykc_group both_group = GROUP(both, true), card_group = GROUP(card, true),
	cleared_group = GROUP(cleared, false), there_group = GROUP(there, false);

static const struct ykc_field qr_fields[] = {
	TELL(qr), F(NUMBER, 1, qr, rule), F(NUMBER, 1, qr, n),
};
static const struct ykc_field letter_entry[] = { { "prefix", YKC_TEXT, 1, 0, 2, 1, 0, "" } };
static const struct ykc_group qr_group = { letter_entry, 1, YKC_PREFIX,
	offsetof(struct ykc_qr, n), offsetof(struct ykc_qr, prefix), 1, true };

/* ---- rows */

#define COUNT(list) (int)(sizeof(list##_fields) / sizeof(list##_fields[0]))
#define ROW(type, name, direction, body, list) \
	{ YKC_##type, name, YKC_##direction, body, list##_fields, COUNT(list), NULL }
#define ROW_N(type, name, direction, body, list, n) \
	{ YKC_##type, name, YKC_##direction, body, list##_fields, n, NULL }
#define ROW_G(type, name, direction, body, list, group) \
	{ YKC_##type, name, YKC_##direction, body, list##_fields, COUNT(list), &group }

static const struct ykc_row rows[] = {
	ROW(LOGIN, "login", UP, 30, login),
	ROW(LOGIN_ANSWER, "login_answer", DOWN, 8, code),
	ROW(HEARTBEAT, "heartbeat", UP, 9, gun_code),
	ROW(HEARTBEAT_ANSWER, "heartbeat_answer", DOWN, 9, gun_code),
	ROW_N(MODEL_CHECK, "model_check", UP, 9, model_check, 2),
	ROW(MODEL_CHECK_ANSWER, "model_check_answer", DOWN, 10, model_check),
	ROW(MODEL_ASK, "model_ask", UP, 7, pile),
	ROW(MODEL_ANSWER, "model_answer", DOWN, 90, model),
	ROW(LIVE_READ, "live_read", DOWN, 8, gun),
	ROW(LIVE, "live", UP, 60, live),
	ROW(BMS_HANDSHAKE, "bms_handshake", UP, 73, handshake),
	ROW(BMS_PARAMETERS, "bms_parameters", UP, 45, parameters),
	ROW(BMS_END, "bms_end", UP, 39, end),
	ROW(BMS_ERROR, "bms_error", UP, 32, bms_error),
	ROW(BMS_STOP, "bms_stop", UP, 28, bms_stop),
	ROW(BMS_CHARGER_STOP, "bms_charger_stop", UP, 28, bms_stop),
	ROW(BMS_DEMAND, "bms_demand", UP, 44, demand),
	ROW(BMS_STATUS, "bms_status", UP, 31, battery),
	ROW(CARD_START, "card_start", UP, 51, card_start),
	ROW(CARD_START_ANSWER, "card_start_answer", DOWN, 38, card_answer),
	ROW(START_ANSWER, "start_answer", UP, 26, start_answer),
	ROW(START, "start", DOWN, 44, start),
	ROW(STOP_ANSWER, "stop_answer", UP, 10, stop_answer),
	ROW(STOP, "stop", DOWN, 8, gun),
	ROW(RECORD, "record", UP, 158, record),
	ROW(RECORD_ANSWER, "record_answer", DOWN, 17, record_answer),
	ROW(BALANCE_ANSWER, "balance_answer", UP, 16, balance_answer),
	ROW(BALANCE, "balance", DOWN, 20, balance),
	ROW(CARDS_SET_ANSWER, "cards_set_answer", UP, 9, result),
	ROW_G(CARDS_SET, "cards_set", DOWN, 8, counted, both_group),
	ROW_G(CARDS_CLEAR_ANSWER, "cards_clear_answer", UP, 7, uncounted, cleared_group),
	ROW_G(CARDS_CLEAR, "cards_clear", DOWN, 8, counted, card_group),
	ROW_G(CARDS_QUERY_ANSWER, "cards_query_answer", UP, 7, uncounted, there_group),
	ROW_G(CARDS_QUERY, "cards_query", DOWN, 8, counted, card_group),
	ROW(WORK_ANSWER, "work_answer", UP, 8, code),
	ROW(WORK, "work", DOWN, 9, work),
	ROW(TIME_ANSWER, "time_answer", UP, 14, time),
	ROW(TIME, "time", DOWN, 14, time),
	ROW(MODEL_SET_ANSWER, "model_set_answer", UP, 8, code),
	ROW(MODEL_SET, "model_set", DOWN, 90, model),
	ROW(LOCK_STATE, "lock_state", UP, 16, lock),
	ROW(LOCK, "lock", DOWN, 13, lock_code),
	ROW(LOCK_ANSWER, "lock_answer", UP, 13, lock_code),
	ROW(REBOOT_ANSWER, "reboot_answer", UP, 8, code),
	ROW(REBOOT, "reboot", DOWN, 8, code),
	ROW(UPDATE_ANSWER, "update_answer", UP, 8, code),
	ROW(UPDATE, "update", DOWN, 94, update),
	ROW(PARALLEL_ASK, "parallel_ask", UP, 58, parallel_ask),
	ROW(PARALLEL_ALLOW, "parallel_allow", DOWN, 44, parallel_allow),
	ROW(PARALLEL_ANSWER, "parallel_answer", UP, 33, parallel_answer),
	ROW(PARALLEL_START, "parallel_start", DOWN, 50, parallel_start),
	ROW_G(QR, "qr", DOWN, 9, qr, qr_group),
	ROW(QR_ANSWER, "qr_answer", UP, 8, code),
};
#define ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

const struct ykc_row *ykc_rows(int *n)
{
	*n = ROWS;
	return rows;
}

const struct ykc_row *ykc_row(uint8_t type)
{
	static uint8_t index[256];       /* place + 1 */

	if (index[YKC_LOGIN] == 0)
		for (int i = 0; i < ROWS; i++)
			index[rows[i].type] = (uint8_t)(i + 1);
	return index[type] != 0 ? &rows[index[type] - 1] : NULL;
}

int ykc_fields_length(const struct ykc_field *field, int n)
{
	int len = 0;

	for (int i = 0; i < n; i++)
		len += field[i].len;
	return len;
}

int ykc_row_length(const struct ykc_row *row)
{
	return ykc_fields_length(row->field, row->fields);
}

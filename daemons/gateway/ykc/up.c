/* up.c - frames from YKC piles: found, decoded, checked, turned into the gateway's messages.
 * Owns the table of frames a pile may send.
 * Serves the loop. */
#include "daemons/gateway/ykc/ykc.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/text.h"

#define SILENCE_S 33                 /* three heartbeats of 10 s, and a little for the road */
#define LOGIN_S 30

/* ---- one frame each */

static void on_login(struct conn *c, const struct ykc_message *m)
{
	const struct ykc_login *in = &m->u.login;
	struct msg_hello h = { .tag = ykc_tag(m->seq), .connectors = in->guns };

	ykc_own(c)->version = (uint8_t)in->version;
	text_copy(h.serial, sizeof(h.serial), in->serial);
	text_copy(h.firmware, sizeof(h.firmware), in->firmware);
	text_copy(h.iccid, sizeof(h.iccid), in->iccid);
	snprintf(h.version, sizeof(h.version), "%d.%d", in->version / 10 % 100, in->version % 10);
	conn_hello(c, &h);
}

/* A gun that says "fault" between two live reports shows it at once. */
static void on_heartbeat(struct conn *c, const struct ykc_message *m)
{
	struct ykc_message answer = { .type = YKC_HEARTBEAT_ANSWER, .u.heartbeat = m->u.heartbeat };
	int number = m->u.heartbeat.gun;
	struct live_row row;

	answer.u.heartbeat.code = 0;
	ykc_reply(c, &answer, ykc_tag(m->seq));
	if (m->u.heartbeat.code == 0 || number < 1 || number > c->guns)
		return;
	row = c->gun[number - 1].live;
	if (row.state == CONNECTOR_FAULT || row.state == CONNECTOR_CHARGING)
		return;
	row.number = number;
	row.state = CONNECTOR_FAULT;
	row.at = clock_now();
	conn_live(c, &row);
}

static void ask_tariff(struct conn *c, uint64_t tag)
{
	struct msg m = { .kind = MSG_TARIFF_ASK, .tag = tag };

	conn_tell(c, &m);
}

static void on_model_check(struct conn *c, const struct ykc_message *m)
{
	uint8_t model[2] = { 0 };

	(void)text_unhex(m->u.model_check.model, model, sizeof(model));
	ask_tariff(c,
		ykc_tag(m->seq) | YKC_TAG_CHECK | (uint64_t)model[0] << 40 | (uint64_t)model[1] << 32);
}

static void on_model_ask(struct conn *c, const struct ykc_message *m)
{
	ask_tariff(c, ykc_tag(m->seq));
}

static enum connector_state gun_state(const struct ykc_live *l)
{
	switch (l->state) {
	case YKC_GUN_FAULT:
		return CONNECTOR_FAULT;
	case YKC_GUN_IDLE:
		return l->plugged ? CONNECTOR_PLUGGED : CONNECTOR_IDLE;
	case YKC_GUN_CHARGING:
		return CONNECTOR_CHARGING;
	default:
		return CONNECTOR_OFFLINE;
	}
}

static int degrees(int t)
{
	return t == YKC_TEMP_NONE ? TEMPERATURE_NONE : t;
}

static void on_live(struct conn *c, const struct ykc_message *m)
{
	const struct ykc_live *l = &m->u.live;
	bool known = l->gun >= 1 && l->gun <= c->guns;
	struct live_row row = {
		.at = clock_now(),
		.number = l->gun,
		.state = gun_state(l),
		.plugged = l->plugged != 0,
		.voltage_dv = l->voltage,
		.current_da = l->current,
		.power_w = l->voltage * l->current / 100,
		.soc = l->soc,
		.temperature = degrees(l->cable_temperature),
		.battery_temperature = degrees(l->battery_temperature),
		.fault = l->fault,
		.energy = l->energy,
		.amount = l->amount,
	};

	if (row.state == CONNECTOR_CHARGING && !text_eq(l->no, YKC_NO_NONE))
		text_copy(row.no, sizeof(row.no), l->no);
	if (known && row.state != CONNECTOR_CHARGING)
		c->gun[l->gun - 1].battery_temperature = TEMPERATURE_NONE;
	else if (known && row.battery_temperature == TEMPERATURE_NONE)
		row.battery_temperature = c->gun[l->gun - 1].battery_temperature;
	conn_live(c, &row);
}

static void on_card_start(struct conn *c, const struct ykc_message *m)
{
	const struct ykc_card_start *in = &m->u.card_start;
	struct msg out = { .kind = MSG_CARD, .tag = ykc_tag(m->seq) };
	struct msg_card_answer no = { .number = in->gun, .unavailable = true };

	no.mode = in->mode == 3 ? START_VIN : START_CARD;
	text_copy(no.parallel, sizeof(no.parallel), in->parallel);
	text_copy(out.u.card.parallel, sizeof(out.u.card.parallel), in->parallel);
	out.u.card.number = in->gun;
	out.u.card.mode = in->mode == 3 ? START_VIN : START_CARD;
	text_copy(out.u.card.physical_no, sizeof(out.u.card.physical_no), in->card);
	text_copy(out.u.card.vin, sizeof(out.u.card.vin), in->vin);
	if (in->with_password)
		text_copy(out.u.card.password, sizeof(out.u.card.password), in->password);
	if (!conn_tell(c, &out))
		ykc_card_answer(c, &no, out.tag);
}

/* Says to the row of the command how it ended. */
static void answer(struct conn *c, const struct ykc_message *m, enum command_kind kind, int number,
	bool ok, const char *result)
{
	conn_answered(c, kind, number, (int)ykc_tag(m->seq), ok, result);
}

static void answer_code(struct conn *c, const struct ykc_message *m, enum command_kind kind,
	bool ok)
{
	answer(c, m, kind, 0, ok, ok ? "" : "refused by the pile");
}

static const char *const start_words[] = { "", "wrong pile number", "already charging", "fault",
	"offline" };

static void tell_started(struct conn *c, const char *no, bool ok, int reason)
{
	struct msg m = { .kind = MSG_STARTED };

	m.u.started.ok = ok;
	m.u.started.reason = reason;
	text_copy(m.u.started.no, sizeof(m.u.started.no), no);
	conn_tell(c, &m);
}

/* 5, "not plugged in", is not the last word: the pile says so at once and starts if the plug
 * comes within a minute. */
static void on_start_answer(struct conn *c, const struct ykc_message *m)
{
	const struct ykc_start_answer *a = &m->u.start_answer;
	bool ok = a->ok == 1, waits = !ok && a->reason == 5;

	tell_started(c, a->no, ok, waits ? START_WAITS_FOR_PLUG : a->reason);
	if (!waits)
		answer(c, m, COMMAND_START, a->gun, ok,
			ok ? ""
				: a->reason < 5 ? start_words[a->reason]
				: "refused");
}

static void on_stop_answer(struct conn *c, const struct ykc_message *m)
{
	const struct ykc_stop_answer *a = &m->u.stop_answer;
	static const char *const words[] = { "", "wrong pile number", "not charging", "other" };

	answer(c, m, COMMAND_STOP, a->gun, a->ok == 1,
		a->ok == 1 || a->reason > 3 ? "" : words[a->reason]);
}

static enum stop_reason stop_reason(int code)
{
	static const struct { int last; enum stop_reason reason;
	} ranges[] = {
		{ 0x3F, STOP_UNKNOWN },
		{ 0x40, STOP_DRIVER },
		{ 0x41, STOP_FULL },
		{ 0x44, STOP_LIMIT },
		{ 0x45, STOP_DRIVER },
		{ 0x49, STOP_UNKNOWN },
		{ 0x69, STOP_START_FAILED },
		{ 0x6D, STOP_DEVICE },
		{ 0x6E, STOP_BALANCE },
		{ 0x8F, STOP_DEVICE },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code <= ranges[i].last)
			return ranges[i].reason;
	return STOP_UNKNOWN;
}

static enum start_mode start_mode(int trade)
{
	return trade == 2 ? START_CARD
		: trade == 4  ? START_OFFLINE
		: trade == 5  ? START_VIN
					  : START_APP;
}

static void on_record(struct conn *c, const struct ykc_message *m)
{
	static const enum price_type types[YKC_PRICES] = { PRICE_SHARP, PRICE_PEAK, PRICE_FLAT,
		PRICE_VALLEY };
	const struct ykc_record *in = &m->u.record;
	struct msg out = { .kind = MSG_RECORD, .tag = ykc_tag(m->seq) };
	struct msg_record *r = &out.u.record;

	r->record = (struct session_record){
		.started = in->started,
		.ended = in->ended,
		.energy = in->energy,
		.meter_start = in->meter_start,
		.meter_end = in->meter_end,
		.amount = in->amount,
		.has_types = true,
		.device_reason = in->reason,
		.reason = stop_reason(in->reason),
		.mode = start_mode(in->trade),
		.connector_number = in->gun,
	};
	for (int i = 0; i < YKC_PRICES; i++)
		r->record.type_energy[types[i]] = in->type[i].energy;
	text_copy(r->protocol, sizeof(r->protocol), c->protocol->name);
	text_copy(r->serial, sizeof(r->serial), c->serial);
	text_copy(r->no, sizeof(r->no), in->no);
	text_copy(r->vin, sizeof(r->vin), in->vin);
	text_copy(r->physical_no, sizeof(r->physical_no), in->card);
	r->raw_len = m->len;
	memcpy(r->raw, m->body, (size_t)m->len);
	count_add(COUNT_RECORDS, 1);
	conn_tell(c, &out);
}

static void on_time_answer(struct conn *c, const struct ykc_message *m)
{
	struct msg out = { .kind = MSG_SKEW };

	if (m->u.time.time != 0) {
		out.u.skew.seconds = m->u.time.time - clock_now();
		conn_tell(c, &out);
	}
	answer(c, m, COMMAND_SYNC_TIME, 0, true, "");
}

static void on_model_set_answer(struct conn *c, const struct ykc_message *m)
{
	struct msg out = { .kind = MSG_TARIFF_HELD };
	bool ok = m->u.code.code == 1;

	out.u.tariff_held.version_id = ykc_own(c)->offered;
	if (ok && out.u.tariff_held.version_id != 0)
		conn_tell(c, &out);
	answer_code(c, m, COMMAND_SET_TARIFF, ok);
}

static void on_reboot_answer(struct conn *c, const struct ykc_message *m)
{
	answer_code(c, m, COMMAND_REBOOT, m->u.code.code == 1);
}

static void on_work_answer(struct conn *c, const struct ykc_message *m)
{
	answer_code(c, m, COMMAND_SET_WORK, m->u.code.code == 1);
}

static void on_qr_answer(struct conn *c, const struct ykc_message *m)
{
	answer_code(c, m, COMMAND_SET_QR, m->u.code.code == 1);
}

static void on_update_answer(struct conn *c, const struct ykc_message *m)
{
	static const char *const words[] = { "", "wrong pile number",
		"the program is not for this pile", "the download took too long" };
	int code = m->u.code.code;

	answer(c, m, COMMAND_UPDATE_FIRMWARE, 0, code == 0, code <= 3 ? words[code] : "failed");
}

/* ---- cards that may charge without us */

static void on_cards_set(struct conn *c, const struct ykc_message *m)
{
	static const char *const words[] = { "", "wrong format", "no space" };
	const struct ykc_result *r = &m->u.result;

	answer(c, m, COMMAND_SET_CARDS, 0, r->ok == 1,
		r->ok == 1 ? "" : r->reason <= 2 ? words[r->reason] : "refused by the pile");
}

/* "3 of 4; not: D14B0A54": what there is room for. */
static void answer_cards(struct conn *c, const struct ykc_message *m, enum command_kind kind)
{
	const struct ykc_cards *cards = &m->u.cards;
	char result[200];
	int good = 0, n;

	for (int i = 0; i < cards->n; i++)
		good += cards->entry[i].ok == 1;
	n = snprintf(result, sizeof(result), "%d of %d%s", good, cards->n,
		good < cards->n ? "; not:" : "");
	for (int i = 0; i < cards->n && n + YKC_CARD < (int)sizeof(result); i++)
		if (cards->entry[i].ok != 1)
			n += snprintf(result + n, sizeof(result) - (size_t)n, " %s", cards->entry[i].card);
	answer(c, m, kind, 0, kind == COMMAND_QUERY_CARDS || good == cards->n, result);
}

static void on_cards_cleared(struct conn *c, const struct ykc_message *m)
{
	answer_cards(c, m, COMMAND_CLEAR_CARDS);
}

static void on_cards_there(struct conn *c, const struct ykc_message *m)
{
	answer_cards(c, m, COMMAND_QUERY_CARDS);
}

/* ---- ground locks */

const char *ykc_lock_word(int state)
{
	return state == YKC_LOCK_UP ? "up" : state == YKC_LOCK_DOWN ? "down" : "moving";
}

static void on_lock(struct conn *c, const struct ykc_message *m)
{
	const struct ykc_lock *l = &m->u.lock;
	struct msg out = { .kind = MSG_LOCK };

	out.u.lock.number = l->gun;
	out.u.lock.car = l->car == 0xFF;
	out.u.lock.battery = l->battery > 100 ? 100 : l->battery;
	out.u.lock.alarm = l->alarm;
	text_copy(out.u.lock.state, sizeof(out.u.lock.state), ykc_lock_word(l->state));
	conn_tell(c, &out);
}

static void on_lock_answer(struct conn *c, const struct ykc_message *m)
{
	answer(c, m, COMMAND_LOCK, m->u.lock_code.gun, m->u.lock_code.code == 1,
		m->u.lock_code.code == 1 ? "" : "the lock did not move");
}

static void on_balance_answer(struct conn *c, const struct ykc_message *m)
{
	static const char *const words[] = { "", "wrong pile number", "wrong card" };
	int code = m->u.balance_answer.code;

	answer(c, m, COMMAND_SET_BALANCE, 0, code == 0,
		code >= 0 && code <= 2 ? words[code] : "refused by the pile");
}

/* ---- batteries */

#define BATTERY_MS 60000                 /* between two of what comes every 15 s */

static void tell_battery(struct conn *c, const struct ykc_message *m)
{
	struct msg out = { .kind = MSG_BATTERY };
	struct ykc_message again = *m;

	text_copy(out.u.battery.no, sizeof(out.u.battery.no), m->u.bms.no);
	text_copy(out.u.battery.protocol, sizeof(out.u.battery.protocol), c->protocol->name);
	if (m->type == YKC_BMS_HANDSHAKE)
		text_copy(out.u.battery.vin, sizeof(out.u.battery.vin), m->u.handshake.vin);
	out.u.battery.len = ykc_encode(&again, out.u.battery.frame);
	conn_tell(c, &out);
}

static void on_battery(struct conn *c, const struct ykc_message *m)
{
	tell_battery(c, m);
}

/* Demand and state come four times a minute; the newest of a minute is kept with the charge. */
static void on_battery_state(struct conn *c, const struct ykc_message *m)
{
	int number = m->u.bms.gun;
	struct gun *gun = number >= 1 && number <= c->guns ? &c->gun[number - 1] : NULL;
	int64_t *last = gun != NULL ? &gun->battery_ms[m->type == YKC_BMS_STATUS] : NULL;

	if (gun == NULL)
		return;
	if (m->type == YKC_BMS_STATUS)
		gun->battery_temperature = (int8_t)degrees(m->u.battery.temperature_max > 120
			? YKC_TEMP_NONE : m->u.battery.temperature_max);
	if (*last != 0 && conn_now_ms() - *last < BATTERY_MS)
		return;
	*last = conn_now_ms();
	tell_battery(c, m);
}

/* ---- the table */

#define SERIAL(member) offsetof(struct ykc_message, u.member.serial)

static const struct up {
	uint8_t type;
	size_t serial;               /* where the message names its pile */
	void (*fn)(struct conn *c, const struct ykc_message *m);
} ups[] = {
	{ YKC_LOGIN, SERIAL(login), on_login },
	{ YKC_HEARTBEAT, SERIAL(heartbeat), on_heartbeat },
	{ YKC_MODEL_CHECK, SERIAL(model_check), on_model_check },
	{ YKC_MODEL_ASK, SERIAL(pile), on_model_ask },
	{ YKC_LIVE, SERIAL(live), on_live },
	{ YKC_BMS_HANDSHAKE, SERIAL(bms), on_battery },
	{ YKC_BMS_PARAMETERS, SERIAL(bms), on_battery },
	{ YKC_BMS_END, SERIAL(bms), on_battery },
	{ YKC_BMS_ERROR, SERIAL(bms), on_battery },
	{ YKC_BMS_STOP, SERIAL(bms), on_battery },
	{ YKC_BMS_CHARGER_STOP, SERIAL(bms), on_battery },
	{ YKC_BMS_DEMAND, SERIAL(bms), on_battery_state },
	{ YKC_BMS_STATUS, SERIAL(bms), on_battery_state },
	{ YKC_CARD_START, SERIAL(card_start), on_card_start },
	{ YKC_START_ANSWER, SERIAL(start_answer), on_start_answer },
	{ YKC_STOP_ANSWER, SERIAL(stop_answer), on_stop_answer },
	{ YKC_RECORD, SERIAL(record), on_record },
	{ YKC_BALANCE_ANSWER, SERIAL(balance_answer), on_balance_answer },
	{ YKC_CARDS_SET_ANSWER, SERIAL(result), on_cards_set },
	{ YKC_CARDS_CLEAR_ANSWER, SERIAL(cards), on_cards_cleared },
	{ YKC_CARDS_QUERY_ANSWER, SERIAL(cards), on_cards_there },
	{ YKC_WORK_ANSWER, SERIAL(code), on_work_answer },
	{ YKC_TIME_ANSWER, SERIAL(time), on_time_answer },
	{ YKC_MODEL_SET_ANSWER, SERIAL(code), on_model_set_answer },
	{ YKC_LOCK_STATE, SERIAL(lock), on_lock },
	{ YKC_LOCK_ANSWER, SERIAL(lock_code), on_lock_answer },
	{ YKC_REBOOT_ANSWER, SERIAL(code), on_reboot_answer },
	{ YKC_UPDATE_ANSWER, SERIAL(code), on_update_answer },
	{ YKC_PARALLEL_ASK, SERIAL(card_start), on_card_start },
	{ YKC_PARALLEL_ANSWER, SERIAL(start_answer), on_start_answer },
	{ YKC_QR_ANSWER, SERIAL(code), on_qr_answer },
};

static const struct up *up_find(uint8_t type)
{
	for (size_t i = 0; i < sizeof(ups) / sizeof(ups[0]); i++)
		if (ups[i].type == type)
			return &ups[i];
	return NULL;
}

static void take_frame(struct conn *c, const struct ykc_frame *frame)
{
	static const enum count count_of[] = {
		[YKC_UNKNOWN] = COUNT_UNKNOWN, [YKC_SHORT] = COUNT_SHORT, [YKC_ENCRYPTED] = COUNT_ENCRYPTED,
	};
	const struct up *up = up_find(frame->type);
	enum ykc_decode decoded;
	struct ykc_message m;
	char detail[40];

	count_add(COUNT_FRAMES_IN, 1);
	decoded = up == NULL ? YKC_UNKNOWN : ykc_decode(frame, &m);
	if (decoded != YKC_OK) {
		snprintf(detail, sizeof(detail), "type=%02X length=%d", frame->type, frame->len);
		conn_complain(c, count_of[decoded], detail);
		return;
	}
	if (up->type == YKC_LOGIN) {
		on_login(c, &m);
		return;
	}
	snprintf(detail, sizeof(detail), "type=%02X as %s", frame->type, (const char *)&m + up->serial);
	if (c->state != CONN_KNOWN)
		conn_complain(c, COUNT_EARLY, detail);
	else if (!text_eq((const char *)&m + up->serial, c->serial))
		conn_complain(c, COUNT_MISMATCH, detail);
	else
		up->fn(c, &m);
}

static size_t take(struct conn *c, const uint8_t *p, size_t n)
{
	struct ykc_frame frame;
	enum ykc_scan what;
	size_t used, at = 0;

	while (!c->closing && (what = ykc_scan(p + at, n - at, &frame, &used)) != YKC_SCAN_MORE) {
		if (what != YKC_SCAN_GARBAGE)
			conn_raw(c, false, p + at, used);
		if (what == YKC_SCAN_FRAME)
			take_frame(c, &frame);
		else
			conn_complain(c, what == YKC_SCAN_CRC ? COUNT_BAD_CRC : COUNT_GARBAGE, "");
		at += used;
	}
	return at;
}

static bool stands_alone(const uint8_t *p, size_t n)
{
	struct ykc_frame frame;
	size_t used;

	return ykc_scan(p, n, &frame, &used) == YKC_SCAN_FRAME;
}

static void wake(struct conn *c)
{
	struct ykc_own *own = ykc_own(c);

	if (own->sync_ms <= conn_now_ms()) {
		own->sync_ms = conn_now_ms() + YKC_SYNC_MS;
		ykc_send_time(c);
	}
}

/* Bits of the fault word (protocol 5.2), the first counted from 1 there. */
static const char *const fault_codes[] = {
	"emergency_stop", "no_rectifier", "outlet_hot", "surge_arrester", "module_comm",
	"insulation_comm", "meter_comm", "card_reader_comm", "control_comm", "fan_board", "dc_fuse",
	"hv_contactor", "door_open",
};

static const char *words(const uint8_t *p, size_t n, char *out, size_t room)
{
	char text[YKC_TEXT_MAX];
	const char *name = ykc_text(p, n, text);

	text_copy(out, room, text);
	return name;
}

static bool routine(const uint8_t *p, size_t n)
{
	return n > 5 && (p[5] == YKC_HEARTBEAT || p[5] == YKC_HEARTBEAT_ANSWER);
}

static int64_t port(void)
{
	return conf.pile_port;
}

const struct protocol ykc_protocol = {
	.name = "ykc",
	.port = port,
	.frame_max = YKC_FRAME_MAX,
	.silence_s = SILENCE_S,
	.login_s = LOGIN_S,
	.fault_code = fault_codes,
	.fault_codes = sizeof(fault_codes) / sizeof(fault_codes[0]),
	.text = words,
	.routine = routine,
	.mask = ykc_mask,
	.take = take,
	.stands_alone = stands_alone,
	.wake = wake,
	.known = ykc_known,
	.tariff = ykc_tariff,
	.card_answer = ykc_card_answer,
	.record_answer = ykc_record_answer,
	.command = ykc_command,
};

/* up.c - frames from e-bike devices (AP3000): found, decoded, turned into the gateway's messages.
 * Owns the table of what a device may send.
 * Serves the loop. */
#include <stdlib.h>

#include "daemons/gateway/ap3000/ap3000.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/text.h"
#include "proto/ap3000_json.h"

#define SILENCE_S 360                /* two heartbeats */
#define LOGIN_S 60
#define DEVICE_ENERGY 100            /* 0.01 kWh in 1e-4 kWh */
#define STABLE_RECORD 31             /* bytes of a record that are the same when it comes again */

/* ---- answers that need nobody */

static void reply_code(struct conn *c, const struct ap3000_message *m)
{
	struct ap3000_message answer = { .cmd = m->cmd };

	ap3000_reply(c, &answer, m->no);
}

static void on_register(struct conn *c, const struct ap3000_message *m)
{
	struct msg out = { .kind = MSG_BOOT };

	snprintf(out.u.boot.firmware, sizeof(out.u.boot.firmware), "V%d.%02d",
		m->u.reg.firmware / 100, m->u.reg.firmware % 100);
	text_copy(out.u.boot.iccid, sizeof(out.u.boot.iccid), ap3000_own(c)->iccid);
	conn_tell(c, &out);
	out = (struct msg){ .kind = MSG_ALARM };         /* it has power again */
	text_copy(out.u.alarm.code, sizeof(out.u.alarm.code), "power_loss");
	ap3000_own(c)->alarms[0] &= (uint8_t)~(1u << 1);
	conn_tell(c, &out);
	reply_code(c, m);
}

static void on_time(struct conn *c, const struct ap3000_message *m)
{
	struct ap3000_message answer = { .cmd = m->cmd };

	answer.u.time.time = clock_now();
	ap3000_reply(c, &answer, m->no);
}

static void on_confirm(struct conn *c, const struct ap3000_message *m)
{
	struct ap3000_message answer = { .cmd = m->cmd };

	answer.u.port_code.port = m->u.confirm.port;
	ap3000_reply(c, &answer, m->no);
}

/* ---- states */

/* Bits of the fault word, and the port states they stand for. */
static const char *const fault_codes[] = { "no_meter", "memory_fault", "spring_stuck",
	"bad_contact", "relay_stuck", "plug_sensor", "relay_open", "load_short", "card_chip",
	"detection_fault" };
static const struct { uint8_t state, bit; } faults[] = {
	{ 0x04, 0 }, { 0x06, 1 }, { 0x07, 2 }, { 0x08, 3 }, { 0x09, 4 }, { 0x0A, 5 }, { 0x0B, 6 },
	{ 0x0D, 7 }, { 0x0E, 4 }, { 0x0F, 8 }, { 0x10, 9 },
};

static int fault_of(int state)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i].state == state)
			return 1 << faults[i].bit;
	return 0;
}

static enum connector_state state_of(int state)
{
	if (fault_of(state) != 0)
		return CONNECTOR_FAULT;
	if (state == AP3000_PORT_CHARGING || state == AP3000_PORT_FLOAT)
		return CONNECTOR_CHARGING;
	return state == AP3000_PORT_IDLE ? CONNECTOR_IDLE : CONNECTOR_PLUGGED;
}

/* The charge goes on, says the platform, and the vehicle takes nothing (D15). */
static void idle_charge(struct conn *c, struct live_row *row)
{
	const struct live_row *last = &c->gun[row->number - 1].live;

	if (last->no[0] == '\0' || row->state != CONNECTOR_PLUGGED)
		return;
	text_copy(row->no, sizeof(row->no), last->no);
	row->state = CONNECTOR_CHARGING;
	row->energy = last->energy;
	row->amount = -1;
}

/* A charge's own report says more than this; it must not be replaced before it is passed on. */
static void on_beat(struct conn *c, const struct ap3000_message *m)
{
	const struct ap3000_beat *b = &m->u.beat;

	reply_code(c, m);
	for (int i = 0; i < b->ports && i < c->guns; i++) {
		struct live_row row = { .at = clock_now(), .number = i + 1,
			.state = state_of(b->state[i]),
			.plugged = b->state[i] != AP3000_PORT_IDLE,
			.voltage_dv = b->voltage,
			.soc = -1,
			.temperature = b->temperature == AP3000_COLD ? TEMPERATURE_NONE : b->temperature,
			.battery_temperature = TEMPERATURE_NONE,
			.fault = fault_of(b->state[i]) };

		idle_charge(c, &row);
		if (row.no[0] != '\0' || row.state != CONNECTOR_CHARGING ||
			c->gun[i].live.state != CONNECTOR_CHARGING)
			conn_live(c, &row);
	}
}

static void live_charge(struct conn *c, int port, const char *order, const struct ap3000_power *p)
{
	struct live_row row = { .at = clock_now(), .number = port + 1,
		.state = CONNECTOR_CHARGING, .plugged = 1, .soc = -1, .amount = -1,
		.temperature = TEMPERATURE_NONE, .battery_temperature = TEMPERATURE_NONE };

	text_copy(row.no, sizeof(row.no), order);
	if (p != NULL) {
		row.energy = (int64_t)p->energy * DEVICE_ENERGY;
		row.power_w = (p->power + 5) / 10;
		row.voltage_dv = p->voltage < 0 ? 0 : p->voltage;
		row.current_da = p->current < 0 ? 0 : (p->current + 50) / 100;
		if (p->port_temperature != AP3000_COLD)
			row.temperature = p->port_temperature;
	}
	conn_live(c, &row);
}

/* Also what was suspended goes on with it (O6). */
static void on_power(struct conn *c, const struct ap3000_message *m)
{
	live_charge(c, m->u.power.port, m->u.power.order, &m->u.power);
}

/* ---- alarms: told once a connection. That one is over is not said; a person closes it. */

static void on_alarm(struct conn *c, const struct ap3000_message *m)
{
	static const char *const codes[] = { NULL, "power_loss", "flooded", "hot_melt", "smoke",
		"heat", "water_level", "door_open" };
	const struct ap3000_alarm *a = &m->u.alarm;
	int number = (a->kind == 3 || a->kind == 7) && a->port < c->guns ? a->port + 1 : 0;
	struct msg out = { .kind = MSG_ALARM };
	uint8_t *told = &ap3000_own(c)->alarms[number <= AP3000_PORTS ? number : 0];

	if (a->kind < 1 || a->kind > 7)
		return;
	out.u.alarm.number = number;
	out.u.alarm.on = true;
	text_copy(out.u.alarm.code, sizeof(out.u.alarm.code), codes[a->kind]);
	if (*told & 1u << a->kind)
		return;
	*told = (uint8_t)(*told | 1u << a->kind);
	conn_tell(c, &out);
}

/* ---- starts */

static void tell_started(struct conn *c, const char *no, bool ok, int reason)
{
	struct msg m = { .kind = MSG_STARTED };

	m.u.started.ok = ok;
	m.u.started.reason = reason;
	text_copy(m.u.started.no, sizeof(m.u.started.no), no);
	conn_tell(c, &m);
}

static const char *charge_word(int code)
{
	static const char *const words[] = { "", "no charger plugged in", "already so", "port fault",
		"no such port", "several ports wait", "the device's power is used up", "memory broken",
		"relay or fuse broken", "relay stuck", "load short", "smoke", "over-voltage",
		"under-voltage", "no response" };

	return code >= 0 && code < (int)(sizeof(words) / sizeof(words[0])) ? words[code] : "refused";
}

/* 9, "relay stuck", is a warning: it charges. What the short answers of some vendors leave out is
 * known from the call. */
static void on_charge_answer(struct conn *c, const struct ap3000_message *m)
{
	const struct ap3000_charge_answer *a = &m->u.charge_answer;
	bool ok = a->code == 0 || a->code == 9;
	struct ap3000_call call;

	if (!ap3000_answered(c, m->no, m->cmd, &call))
		return;
	ap3000_tell_answer(c, &call, ok, charge_word(a->code));
	if (call.kind != COMMAND_START)
		return;
	tell_started(c, call.order, ok, a->code);
	if (!ok)
		return;
	live_charge(c, call.port, call.order, NULL);
	ap3000_own(c)->look_ms = conn_now_ms() + AP3000_LOOK_MS;
	ap3000_wake(c);
}

static void on_code(struct conn *c, const struct ap3000_message *m)
{
	struct ap3000_call call;

	if (ap3000_answered(c, m->no, m->cmd, &call))
		ap3000_tell_answer(c, &call, m->u.code.code == 0,
			m->u.code.code == 0 ? "" : "refused by the device");
}

/* What it works by, as JSON beside the command that asked. */
static void on_read(struct conn *c, const struct ap3000_message *m)
{
	struct msg out = { .kind = MSG_REPLY };
	struct ap3000_call call;
	json_t *told;
	char *text;

	if (!ap3000_answered(c, m->no, m->cmd, &call))
		return;
	told = ap3000_to_json(m);
	text = json_write_dup(told);
	out.u.reply.command_id = call.command_id;
	out.u.reply.ok = true;
	text_copy(out.u.reply.answer, sizeof(out.u.reply.answer), text);
	out.u.reply.len = (int)strlen(out.u.reply.answer);
	free(text);
	json_decref(told);
	conn_tell(c, &out);
}

static void on_swipe(struct conn *c, const struct ap3000_message *m)
{
	const struct ap3000_swipe *s = &m->u.swipe;
	struct msg out = { .kind = MSG_CARD };
	struct msg_card_answer no = { .unavailable = true };
	uint8_t card[4] = { 0 };

	(void)text_unhex(s->card, card, sizeof(card));
	out.tag = m->no | (uint64_t)card[0] << 40 | (uint64_t)card[1] << 32 |
		(uint64_t)card[2] << 24 | (uint64_t)card[3] << 16 | (uint64_t)s->port << 48;
	out.u.card.query = s->port == AP3000_ANY_PORT;
	out.u.card.number = out.u.card.query ? 0 : s->port + 1;
	out.u.card.mode = START_CARD;
	out.u.card.by_command = true;
	text_copy(out.u.card.physical_no, sizeof(out.u.card.physical_no),
		s->card2[0] != '\0' ? s->card2 : s->card);
	if (!conn_tell(c, &out))
		ap3000_card_answer(c, &no, out.tag);
}

/* ---- records */

static enum stop_reason stop_reason(int code)
{
	static const uint8_t reasons[] = {
		[0x01] = STOP_FULL, [0x02] = STOP_LIMIT, [0x03] = STOP_LIMIT, [0x04] = STOP_LIMIT,
		[0x05] = STOP_PLUG, [0x06] = STOP_DEVICE, [0x07] = STOP_UNKNOWN, [0x08] = STOP_DEVICE,
		[0x09] = STOP_DEVICE, [0x0A] = STOP_DEVICE, [0x0B] = STOP_DEVICE, [0x0C] = STOP_DEVICE,
		[0x0D] = STOP_PLUG, [0x0E] = STOP_DEVICE, [0x0F] = STOP_DEVICE, [0x10] = STOP_DEVICE,
		[0x11] = STOP_DEVICE, [0x12] = STOP_DEVICE, [0x13] = STOP_DRIVER, [0x14] = STOP_DEVICE,
		[0x15] = STOP_DRIVER, [0x16] = STOP_DRIVER, [0x17] = STOP_ADMIN, [0x18] = STOP_DEVICE,
		[0x19] = STOP_DEVICE, [0x1A] = STOP_DEVICE, [0x1B] = STOP_DEVICE, [0x1C] = STOP_FULL,
	};

	return code >= 1 && code < (int)sizeof(reasons) ? (enum stop_reason)reasons[code]
													: STOP_UNKNOWN;
}

/* The time of sending is left out of what is kept: a record that comes again is the same bytes. */
static void on_record(struct conn *c, const struct ap3000_message *m)
{
	const struct ap3000_record *in = &m->u.record;
	struct msg out = { .kind = MSG_RECORD, .tag = m->no };
	struct msg_record *r = &out.u.record;

	r->record = (struct session_record){
		.energy = (int64_t)in->energy * DEVICE_ENERGY,
		.meter_start = -1,
		.meter_end = -1,
		.amount = -1,
		.device_reason = in->reason,
		.reason = stop_reason(in->reason),
		.mode = in->mode == 0 ? START_OFFLINE : START_APP,
		.connector_number = in->port + 1,
	};
	r->seconds = in->seconds;
	text_copy(r->protocol, sizeof(r->protocol), c->protocol->name);
	text_copy(r->serial, sizeof(r->serial), c->serial);
	text_copy(r->no, sizeof(r->no), in->order);
	text_copy(r->physical_no, sizeof(r->physical_no), in->mode == 0 ? in->card : "");
	r->raw_len = m->len < STABLE_RECORD ? m->len : STABLE_RECORD;
	memcpy(r->raw, m->data, (size_t)r->raw_len);
	if (in->port < c->guns && text_eq(c->gun[in->port].live.no, in->order))
		c->gun[in->port].live.no[0] = '\0';
	count_add(COUNT_RECORDS, 1);
	conn_tell(c, &out);
}

static void on_word(struct conn *c, const struct ap3000_message *m)
{
	(void)c;
	(void)m;
}

/* ---- the table */

static const struct up {
	uint8_t cmd;
	void (*fn)(struct conn *c, const struct ap3000_message *m);
} ups[] = {
	{ AP3000_OLD_BEAT, on_beat },
	{ AP3000_SWIPE, on_swipe },
	{ AP3000_RECORD, on_record },
	{ AP3000_CONFIRM, on_confirm },
	{ AP3000_WANT_UPDATE, on_word },
	{ AP3000_POWER, on_power },
	{ AP3000_HOST_STATUS, on_word },
	{ AP3000_HOST_TIME, on_time },
	{ AP3000_REGISTER, on_register },
	{ AP3000_BEAT, on_beat },
	{ AP3000_TIME, on_time },
	{ AP3000_CABINET, on_word },
	{ AP3000_ALARM, on_alarm },
	{ AP3000_DONE, on_word },
	{ AP3000_PUSH, on_word },
	{ AP3000_CHARGE, on_charge_answer },
	{ AP3000_QR_SET, on_code },
	{ AP3000_PARAMS_FLOAT, on_code },
	{ AP3000_PARAMS_LIMIT, on_code },
	{ AP3000_PARAMS_MOST, on_code },
	{ AP3000_CLEAR, on_code },
	{ AP3000_MODE, on_code },
	{ AP3000_CARD_MODE, on_code },
	{ AP3000_SHOW_QR, on_code },
	{ AP3000_FIND, on_code },
	{ AP3000_MUTE, on_code },
	{ AP3000_OPEN, on_code },
	{ AP3000_READ_FLOAT, on_read },
	{ AP3000_READ_LIMIT, on_read },
	{ AP3000_READ_MOST, on_read },
	{ AP3000_REBOOT, on_word },
};

static void take_known(struct conn *c, const struct ap3000_frame *frame)
{
	const struct up *up = NULL;
	enum ap3000_decode decoded;
	struct ap3000_message m;
	char detail[40];

	for (size_t i = 0; i < sizeof(ups) / sizeof(ups[0]) && up == NULL; i++)
		if (ups[i].cmd == frame->cmd)
			up = &ups[i];
	decoded = up == NULL ? AP3000_UNKNOWN : ap3000_decode(frame, AP3000_UP, &m);
	snprintf(detail, sizeof(detail), "command=%02X length=%d", frame->cmd, frame->len);
	if (frame->id != ap3000_own(c)->id)
		conn_complain(c, COUNT_MISMATCH, detail);
	else if (decoded != AP3000_OK)
		conn_complain(c, decoded == AP3000_SHORT ? COUNT_SHORT : COUNT_UNKNOWN, detail);
	else
		up->fn(c, &m);
}

static struct ap3000_device *device_of(struct conn *c)
{
	if (ap3000_own(c) == NULL) {
		*ap3000_place(c) = calloc(1, sizeof(struct ap3000_device));
		if (ap3000_own(c) == NULL)
			error_die("out of memory");
	}
	return ap3000_own(c);
}

/* Any frame names its device; what it says waits until the writer has answered. */
static void take_early(struct conn *c, const struct ap3000_frame *frame, const uint8_t *p, size_t n)
{
	struct ap3000_device *d = device_of(c);
	struct msg_hello h = { .connectors = 0 };
	struct ap3000_message m;

	if (d->early_len + n <= AP3000_EARLY) {
		memcpy(d->early + d->early_len, p, n);
		d->early_len += n;
	} else {
		conn_complain(c, COUNT_EARLY, "too much before the log-in");
	}
	if (c->state != CONN_FRESH)
		return;
	d->id = frame->id;
	ap3000_serial(frame->id, h.serial);
	text_copy(h.iccid, sizeof(h.iccid), d->iccid);
	if (frame->cmd == AP3000_BEAT && ap3000_decode(frame, AP3000_UP, &m) == AP3000_OK)
		h.connectors = m.u.beat.ports;
	if (frame->cmd == AP3000_REGISTER && ap3000_decode(frame, AP3000_UP, &m) == AP3000_OK) {
		h.connectors = m.u.reg.ports;
		snprintf(h.firmware, sizeof(h.firmware), "V%d.%02d", m.u.reg.firmware / 100,
			m.u.reg.firmware % 100);
	}
	conn_hello(c, &h);
}

static void take_one(struct conn *c, enum ap3000_scan what, const struct ap3000_frame *frame,
	const uint8_t *p, size_t n)
{
	switch (what) {
	case AP3000_SCAN_FRAME:
		count_add(COUNT_FRAMES_IN, 1);
		conn_raw(c, false, p, n);
		if (c->state == CONN_KNOWN)
			take_known(c, frame);
		else
			take_early(c, frame, p, n);
		break;
	case AP3000_SCAN_ICCID:
		memcpy(device_of(c)->iccid, p, n < AP3000_ICCID ? n : AP3000_ICCID - 1);
		break;
	case AP3000_SCAN_LINK:
		break;
	default:
		conn_complain(c, what == AP3000_SCAN_SUM ? COUNT_BAD_CRC : COUNT_GARBAGE, "");
	}
}

static size_t take(struct conn *c, const uint8_t *p, size_t n)
{
	struct ap3000_frame frame;
	enum ap3000_scan what;
	size_t used, at = 0;

	while (!c->closing && (what = ap3000_scan(p + at, n - at, &frame, &used)) != AP3000_SCAN_MORE) {
		take_one(c, what, &frame, p + at, used);
		at += used;
	}
	return at;
}

static bool stands_alone(const uint8_t *p, size_t n)
{
	struct ap3000_frame frame;
	size_t used;
	enum ap3000_scan what = ap3000_scan(p, n, &frame, &used);

	return what == AP3000_SCAN_FRAME || what == AP3000_SCAN_LINK || what == AP3000_SCAN_ICCID;
}

/* A stranger hears nothing: the protocol has no word for it. */
static void known(struct conn *c, bool is_known, uint64_t tag)
{
	struct ap3000_device *d = ap3000_own(c);
	struct ap3000_frame frame;
	size_t used, at = 0;

	(void)tag;
	if (!is_known)
		return;
	while (ap3000_scan(d->early + at, d->early_len - at, &frame, &used) == AP3000_SCAN_FRAME) {
		take_known(c, &frame);
		at += used;
	}
	d->early_len = 0;
	ap3000_query(c);
}

static void tariff(struct conn *c, const struct msg_tariff *t, uint64_t tag)
{
	(void)c;
	(void)t;
	(void)tag;
}

static void forget(struct conn *c)
{
	free(ap3000_own(c));
	*ap3000_place(c) = NULL;
}

static const char *words_of(const uint8_t *p, size_t n, enum ap3000_side side, char *out,
	size_t room)
{
	char text[AP3000_TEXT_MAX];
	const char *name = ap3000_text(p, n, side, text);

	text_copy(out, room, text);
	return name;
}

static const char *words_up(const uint8_t *p, size_t n, char *out, size_t room)
{
	return words_of(p, n, AP3000_UP, out, room);
}

static const char *words_down(const uint8_t *p, size_t n, char *out, size_t room)
{
	return words_of(p, n, AP3000_DOWN, out, room);
}

static bool routine(const uint8_t *p, size_t n)
{
	return n > 11 && (p[11] == AP3000_BEAT || p[11] == AP3000_OLD_BEAT);
}

static int64_t port(void)
{
	return conf.bike_port;
}

const struct protocol ap3000_protocol = {
	.name = "ap3000",
	.port = port,
	.frame_max = AP3000_FRAME_MAX,
	.silence_s = SILENCE_S,
	.login_s = LOGIN_S,
	.fault_code = fault_codes,
	.fault_codes = sizeof(fault_codes) / sizeof(fault_codes[0]),
	.routine = routine,
	.text = words_up,
	.text_down = words_down,
	.take = take,
	.stands_alone = stands_alone,
	.wake = ap3000_wake,
	.known = known,
	.tariff = tariff,
	.card_answer = ap3000_card_answer,
	.record_answer = ap3000_record_answer,
	.command = ap3000_command,
	.forget = forget,
};

/* ap3000.c - a virtual e-bike device that speaks AP3000 / DNY.
 * Owns nothing; its sockets are the guns of the pile.
 * Serves pile.c as one of the protocols (FEATURES N3, N7). */
#include "daemons/pilesim/sim.h"

#include "base/conf.h"
#include "base/text.h"
#include "proto/ap3000.h"

#define BEAT_MS 180000
#define AGAIN_MS (30 * 60000)        /* a record goes on being told until it is answered */
#define CARD_DIGITS (AP3000_CARD - 1)
#define DEVICE_ENERGY 100            /* 0.01 kWh in 1e-4 kWh */
#define VOLTS_D 2200
#define DEGREES 27
#define START_WAIT_MS 60000          /* after a card's yes the start comes, or the driver leaves */

/* A command of our own; its number is the returned one. */
static uint16_t send_message(struct pile *p, struct ap3000_message *m)
{
	uint8_t frame[AP3000_FRAME_MAX];

	m->no = ++p->seq;
	if (ap3000_id(p->serial, &m->id))
		pile_send(p, frame, (size_t)ap3000_encode(m, AP3000_UP, frame));
	return m->no;
}

static void answer(struct pile *p, const struct ap3000_message *to, struct ap3000_message *m)
{
	uint8_t frame[AP3000_FRAME_MAX];

	m->id = to->id;
	m->no = to->no;
	m->cmd = to->cmd;
	pile_send(p, frame, (size_t)ap3000_encode(m, AP3000_UP, frame));
}

static void answer_code(struct pile *p, const struct ap3000_message *to, int code)
{
	struct ap3000_message m = { .cmd = 0 };

	m.u.code.code = code;
	answer(p, to, &m);
}

static void hello(struct pile *p)
{
	struct ap3000_message m = { .cmd = AP3000_REGISTER };
	uint8_t iccid[] = "89860000000000000000";

	pile_send(p, iccid, sizeof(iccid) - 1);
	m.u.reg = (struct ap3000_register){ .firmware = 126, .ports = p->guns, .kind = 0x21 };
	send_message(p, &m);
}

static int port_state(const struct gun *g)
{
	if (g->fault != 0)
		return g->fault;
	if ((g->state == GUN_CHARGING || g->state == GUN_STARTING) && !g->asleep)
		return AP3000_PORT_CHARGING;
	if (g->plugged)
		return g->soc_milli >= 1000 ? AP3000_PORT_FULL : AP3000_PORT_PLUGGED;
	return AP3000_PORT_IDLE;
}

static uint32_t digest(const struct pile *p)
{
	uint32_t h = 2166136261u;

	for (int i = 0; i < p->guns; i++)
		h = (h ^ (uint32_t)port_state(&p->gun[i])) * 16777619u;
	return h;
}

static void beat(struct pile *p)
{
	struct ap3000_message m = { .cmd = AP3000_BEAT };
	struct ap3000_beat *b = &m.u.beat;

	b->voltage = VOLTS_D;
	b->ports = p->guns < AP3000_PORTS ? p->guns : AP3000_PORTS;
	b->signal = 21;
	b->temperature = DEGREES;
	for (int i = 0; i < b->ports; i++)
		b->state[i] = port_state(&p->gun[i]);
	p->states = digest(p);
	send_message(p, &m);
}

/* It rates nothing, so there is nothing to ask for but the time. */
static void ask_prices(struct pile *p)
{
	struct ap3000_message m = { .cmd = AP3000_TIME };

	p->ask_ms = 0;
	p->prices.known = true;
	text_copy(p->prices.model, sizeof(p->prices.model), "none");
	p->states = 0;
	send_message(p, &m);
}

static void report_power(struct pile *p, const struct gun *g)
{
	struct ap3000_message m = { .cmd = AP3000_POWER };
	struct ap3000_power *o = &m.u.power;
	int power = (int)g->power * 10;

	*o = (struct ap3000_power){ .port = g->number - 1, .state = AP3000_PORT_CHARGING,
		.seconds = (int)(pile_clock(p) - g->started), .energy = (int)(g->energy / DEVICE_ENERGY),
		.mode = 1, .power = power, .power_max = (int)g->power_max * 10, .power_min = power,
		.power_mean = power, .peak = (int)g->power_max * 10, .voltage = VOLTS_D,
		.current = power * 1000 / VOLTS_D, .temperature = DEGREES,
		.port_temperature = DEGREES + (int)g->power / 50, .time = pile_clock(p) };
	text_copy(o->order, sizeof(o->order), g->no);
	send_message(p, &m);
}

/* A socket has no report of its own but that of a charge: the others are told by a heartbeat when
 * one of them is another. */
static void report(struct pile *p, struct gun *g)
{
	if (g->state == GUN_CHARGING)
		report_power(p, g);
	if (p->states != digest(p))
		beat(p);
}

static void start_done(struct pile *p, struct gun *g)
{
	report(p, g);
}

static void show_card(struct pile *p, struct gun *g)
{
	struct ap3000_message m = { .cmd = AP3000_SWIPE };
	struct ap3000_swipe *s = &m.u.swipe;
	size_t len = strlen(g->card), cut = len > CARD_DIGITS ? len - CARD_DIGITS : 0;

	text_copy(s->card, sizeof(s->card), "00000000");         /* four bytes on the wire */
	memcpy(s->card + CARD_DIGITS - (len - cut), g->card + cut, len - cut);
	s->port = g->number - 1;
	s->time = pile_clock(p);
	send_message(p, &m);
}

static void record(struct pile *p, struct sim_record *r)
{
	static const uint8_t reasons[] = {
		[STOP_REMOTE] = 0x07,
		[STOP_SOC] = 0x01,
		[STOP_LOCAL] = 0x15,
		[STOP_MONEY] = 0x03,
		[STOP_PLUG_PULLED] = 0x05,
		[STOP_START_FAILED] = 0x0E,
		[STOP_TIME] = 0x03,
		[STOP_ENERGY] = 0x04,
	};
	struct ap3000_message m = { .cmd = AP3000_RECORD };
	struct ap3000_record *o = &m.u.record;

	*o = (struct ap3000_record){ .seconds = (int)(r->ended - r->started),
		.power_max = (int)r->power_max * 10, .energy = (int)(r->energy / DEVICE_ENERGY),
		.port = r->gun - 1, .mode = 1, .card = "00000000", .reason = reasons[r->cause],
		.power_second = (int)r->power_max * 10, .time = pile_clock(p) };
	text_copy(o->order, sizeof(o->order), r->no);
	r->wire_no = send_message(p, &m);
}

static void alarm_now(struct pile *p, struct gun *g, int kind)
{
	struct ap3000_message m = { .cmd = AP3000_ALARM };

	m.u.alarm = (struct ap3000_alarm){ .kind = kind, .port = g->number - 1, .trigger = 1 };
	send_message(p, &m);
}

/* ---- what the platform says */

static void on_registered(struct pile *p, const struct ap3000_message *m)
{
	(void)m;
	if (p->link == LINK_LOGIN)
		pile_up(p);
}

static void on_beat_answer(struct pile *p, const struct ap3000_message *m)
{
	(void)m;
	p->missed = 0;
}

static void on_query(struct pile *p, const struct ap3000_message *m)
{
	(void)m;
	beat(p);
	for (int i = 0; i < p->guns; i++)
		if (p->gun[i].state == GUN_CHARGING)
			report_power(p, &p->gun[i]);
}

static void on_card_answer(struct pile *p, const struct ap3000_message *m)
{
	const struct ap3000_swipe_answer *in = &m->u.swipe_answer;
	struct gun *g = in->port < p->guns ? &p->gun[in->port] : NULL;

	if (g == NULL || g->state != GUN_ASKING)
		return;
	fleet_answer(p, g, in->state == 0);
	g->state = GUN_IDLE;
	if (in->state == 0 && g->fleet)
		g->leave_ms = sim.now_ms + START_WAIT_MS;
	pile_due(p);
}

static void begin(struct pile *p, struct gun *g, const struct ap3000_charge *in, int *code)
{
	static const int codes[] = { 0, 4, 2, 3, 3, 1 };     /* of gun_start() */
	bool anew = !text_eq(g->no, in->order);
	char card[SIM_CARD];

	text_copy(card, sizeof(card), g->card);
	*code = codes[gun_start(p, g, in->order, card, INT64_MAX, false) % 6];
	g->plug_until_ms = 0;                            /* it does not wait for a plug */
	if (*code != 0 || !anew)
		return;
	if (in->mode == 2)
		g->wish_energy = (int64_t)in->value * DEVICE_ENERGY;
	else
		g->wish_seconds = in->value != 0 ? in->value : in->most > 0 ? in->most : 0;
}

static void on_charge(struct pile *p, const struct ap3000_message *m)
{
	const struct ap3000_charge *in = &m->u.charge;
	struct gun *g = in->port < p->guns ? &p->gun[in->port] : NULL;
	struct ap3000_message out = { .cmd = AP3000_CHARGE };
	bool stops = g != NULL && !in->on && text_eq(g->no, in->order);
	int code = g == NULL ? 4 : in->on || stops ? 0 : 2;

	if (g != NULL && in->on)
		begin(p, g, in, &code);
	out.u.charge_answer = (struct ap3000_charge_answer){ .code = code, .port = in->port };
	text_copy(out.u.charge_answer.order, sizeof(out.u.charge_answer.order), in->order);
	answer(p, m, &out);
	if (stops)
		gun_stop(p, g, STOP_REMOTE);
}

static void on_record_answer(struct pile *p, const struct ap3000_message *m)
{
	for (struct sim_record *r = p->records; r != NULL; r = r->next)
		if (r->tries > 0 && r->wire_no == m->no) {
			record_done(p, r->no);
			return;
		}
}

static void on_taken(struct pile *p, const struct ap3000_message *m)
{
	answer_code(p, m, 0);
}

/* The standard's own values (4.3.1, 4.3.2, 4.4.1). */
static void on_read(struct pile *p, const struct ap3000_message *m)
{
	struct ap3000_message out = { .cmd = m->cmd };

	if (m->cmd == AP3000_READ_FLOAT)
		out.u.params_float = (struct ap3000_params_float){ 3, 10, 20, 1800, 3600, 180 };
	else if (m->cmd == AP3000_READ_MOST)
		out.u.params_most = (struct ap3000_params_most){ 36000, 8000, 2700, 1000 };
	else
		out.u.params_limit = (struct ap3000_params_limit){ .overload = 8000, .overload_time = 10 };
	answer(p, m, &out);
}

static void on_reboot(struct pile *p, const struct ap3000_message *m)
{
	answer_code(p, m, 0);
	pile_drop(p, "reboot");
}

static const struct {
	uint8_t cmd;
	void (*fn)(struct pile *p, const struct ap3000_message *m);
} downs[] = {
	{ AP3000_REGISTER, on_registered },
	{ AP3000_BEAT, on_beat_answer },
	{ AP3000_QUERY, on_query },
	{ AP3000_SWIPE, on_card_answer },
	{ AP3000_CHARGE, on_charge },
	{ AP3000_RECORD, on_record_answer },
	{ AP3000_PARAMS_FLOAT, on_taken },
	{ AP3000_PARAMS_LIMIT, on_taken },
	{ AP3000_PARAMS_MOST, on_taken },
	{ AP3000_MODE, on_taken },
	{ AP3000_CARD_MODE, on_taken },
	{ AP3000_SHOW_QR, on_taken },
	{ AP3000_OPEN, on_taken },
	{ AP3000_CLEAR, on_taken },
	{ AP3000_READ_FLOAT, on_read },
	{ AP3000_READ_LIMIT, on_read },
	{ AP3000_READ_MOST, on_read },
	{ AP3000_QR_SET, on_taken },
	{ AP3000_FIND, on_taken },
	{ AP3000_MUTE, on_taken },
	{ AP3000_REBOOT, on_reboot },
};

static void take_frame(struct pile *p, const struct ap3000_frame *frame)
{
	struct ap3000_message m;

	sim.received++;
	if (ap3000_decode(frame, AP3000_DOWN, &m) != AP3000_OK)
		return;
	for (size_t i = 0; i < sizeof(downs) / sizeof(downs[0]); i++)
		if (downs[i].cmd == m.cmd)
			downs[i].fn(p, &m);
}

static size_t take(struct pile *p, const uint8_t *data, size_t n)
{
	struct ap3000_frame frame;
	size_t used;

	if (ap3000_scan(data, n, &frame, &used) == AP3000_SCAN_FRAME)
		take_frame(p, &frame);
	return used;
}

static int64_t port(void)
{
	return conf.bike_port;
}

const struct sim_protocol ap3000_sim = {
	.name = "ap3000",
	.port = port,
	.frame_max = AP3000_FRAME_MAX,
	.beat_ms = BEAT_MS,
	.again_ms = AGAIN_MS,
	.hello = hello,
	.beat = beat,
	.ask_prices = ask_prices,
	.report = report,
	.start_done = start_done,
	.show_card = show_card,
	.record = record,
	.alarm = alarm_now,
	.take = take,
};

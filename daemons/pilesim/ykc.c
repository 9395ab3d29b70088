/* ykc.c - a virtual pile that speaks YKC 1.6.
 * Owns nothing.
 * Serves pile.c as one of the protocols. */
#include "daemons/pilesim/sim.h"

#include "base/conf.h"
#include "base/text.h"
#include "proto/ykc.h"

static void send_message(struct pile *p, struct ykc_message *m, const uint8_t *seq)
{
	uint8_t frame[YKC_FRAME_MAX];

	m->seq[0] = seq != NULL ? seq[0] : p->seq & 0xFF;
	m->seq[1] = seq != NULL ? seq[1] : (uint8_t)(p->seq >> 8);
	if (seq == NULL)
		p->seq++;
	pile_send(p, frame, (size_t)ykc_encode(m, frame));
}

#define SERIAL(m, member, p) text_copy((m).u.member.serial, sizeof((m).u.member.serial), (p)->serial)

static void hello(struct pile *p)
{
	struct ykc_message m = { .type = YKC_LOGIN };

	SERIAL(m, login, p);
	m.u.login.ac = p->watt < DC_FROM;
	m.u.login.guns = p->guns;
	m.u.login.version = p->version;
	text_copy(m.u.login.firmware, sizeof(m.u.login.firmware), "sim 1.0");
	text_copy(m.u.login.iccid, sizeof(m.u.login.iccid), "89860000000000000000");
	send_message(p, &m, NULL);
}

static void beat(struct pile *p)
{
	struct ykc_message m = { .type = YKC_HEARTBEAT };

	SERIAL(m, heartbeat, p);
	m.u.heartbeat.gun = 1;
	m.u.heartbeat.code = p->gun[0].fault != 0;
	send_message(p, &m, NULL);
}

static void ask_prices(struct pile *p)
{
	struct ykc_message m = { .type = YKC_MODEL_CHECK };

	SERIAL(m, model_check, p);
	text_copy(m.u.model_check.model, sizeof(m.u.model_check.model),
		p->prices.known ? p->prices.model : "0000");
	send_message(p, &m, NULL);
}

static void report(struct pile *p, struct gun *g)
{
	struct ykc_message m = { .type = YKC_LIVE };
	struct ykc_live *l = &m.u.live;
	bool charging = g->state == GUN_CHARGING;

	SERIAL(m, live, p);
	text_copy(l->no, sizeof(l->no), charging ? g->no : YKC_NO_NONE);
	l->gun = g->number;
	l->state = g->fault != 0 ? YKC_GUN_FAULT : charging ? YKC_GUN_CHARGING : YKC_GUN_IDLE;
	l->homed = 2;
	l->plugged = g->plugged;
	l->voltage = gun_volts_d(g);
	l->current = l->voltage > 0 ? (int)(g->power * 100 / l->voltage) : 0;
	l->cable_temperature = charging ? 32 + g->soc_milli / 100 : YKC_TEMP_NONE;
	l->battery_temperature =
		charging && p->watt >= DC_FROM ? 28 + g->soc_milli / 100 : YKC_TEMP_NONE;
	l->soc = charging && p->watt >= DC_FROM ? g->soc_milli / 10 : 0;
	l->minutes = charging ? (int)((pile_clock(p) - g->started) / 60) : 0;
	l->minutes_left = charging && g->power > 0
		? (int)((1000 - g->soc_milli) * g->capacity / 1000 * 6 / (g->power * sim.speedup)) : 0;
	l->energy = l->loss_energy = charging ? g->energy : 0;
	l->amount = charging ? gun_amount(p, g) : 0;
	l->fault = g->fault;
	send_message(p, &m, NULL);
}

static void start_done(struct pile *p, struct gun *g)
{
	struct ykc_message m = { .type = YKC_START_ANSWER };

	SERIAL(m, start_answer, p);
	text_copy(m.u.start_answer.no, sizeof(m.u.start_answer.no), g->no);
	m.u.start_answer.gun = g->number;
	m.u.start_answer.ok = 1;
	send_message(p, &m, NULL);
}

static void show_card(struct pile *p, struct gun *g)
{
	struct ykc_message m = { .type = YKC_CARD_START };

	SERIAL(m, card_start, p);
	m.u.card_start.gun = g->number;
	m.u.card_start.mode = 1;
	text_copy(m.u.card_start.card, sizeof(m.u.card_start.card), g->card);
	send_message(p, &m, NULL);
}

static void record(struct pile *p, struct sim_record *r)
{
	static const uint8_t reasons[] = {
		[STOP_REMOTE] = 0x40,
		[STOP_SOC] = 0x41,
		[STOP_LOCAL] = 0x45,
		[STOP_MONEY] = 0x6E,
		[STOP_PLUG_PULLED] = 0x6B,
		[STOP_START_FAILED] = 0x4B,
		[STOP_TIME] = 0x44,
		[STOP_ENERGY] = 0x42,
	};
	struct ykc_message m = { .type = YKC_RECORD };
	struct ykc_record *out = &m.u.record;

	SERIAL(m, record, p);
	text_copy(out->no, sizeof(out->no), r->no);
	out->gun = r->gun;
	out->started = r->started;
	out->ended = out->traded = r->ended;
	for (int t = 0; t < SIM_TYPES; t++) {
		out->type[t].price = r->type[t].price;
		out->type[t].energy = out->type[t].loss_energy = r->type[t].energy;
		out->type[t].amount = r->type[t].amount;
	}
	out->meter_start = r->meter_start;
	out->meter_end = r->meter_end;
	out->energy = out->loss_energy = r->energy;
	out->amount = r->amount;
	out->trade = r->by_card ? 2 : 1;
	out->reason = reasons[r->cause];
	text_copy(out->card, sizeof(out->card), r->card);
	send_message(p, &m, NULL);
}

/* ---- what the platform says */

static struct gun *gun_of(struct pile *p, int number)
{
	return number >= 1 && number <= p->guns ? &p->gun[number - 1] : NULL;
}

static void on_login_answer(struct pile *p, const struct ykc_message *m)
{
	if (m->u.code.code == 0)
		pile_up(p);
	else
		pile_drop(p, "refused");
}

static void on_heartbeat_answer(struct pile *p, const struct ykc_message *m)
{
	(void)m;
	p->missed = 0;
}

static void on_check_answer(struct pile *p, const struct ykc_message *m)
{
	struct ykc_message ask = { .type = YKC_MODEL_ASK };

	if (m->u.model_check.code == 0) {
		p->ask_ms = 0;
		return;
	}
	SERIAL(ask, pile, p);
	send_message(p, &ask, NULL);
}

static void keep_model(struct pile *p, const struct ykc_message *m)
{
	const struct ykc_model *in = &m->u.model;

	p->prices.known = true;
	text_copy(p->prices.model, sizeof(p->prices.model), in->model);
	for (int t = 0; t < SIM_TYPES; t++) {
		p->prices.price[t].energy = in->price[t].energy;
		p->prices.price[t].service = in->price[t].service;
	}
	memcpy(p->prices.slot, in->slot, sizeof(p->prices.slot));
}

static void on_model(struct pile *p, const struct ykc_message *m)
{
	keep_model(p, m);
	p->ask_ms = 0;
}

static void on_model_set(struct pile *p, const struct ykc_message *m)
{
	struct ykc_message answer = { .type = YKC_MODEL_SET_ANSWER };

	keep_model(p, m);
	SERIAL(answer, code, p);
	answer.u.code.code = 1;
	send_message(p, &answer, m->seq);
}

static void on_live_read(struct pile *p, const struct ykc_message *m)
{
	struct gun *g = gun_of(p, m->u.gun.gun);

	if (g != NULL)
		report(p, g);
}

/* Its clock is right afterwards, unless being wrong is the fault it is to have. */
static void on_time(struct pile *p, const struct ykc_message *m)
{
	struct ykc_message answer = { .type = YKC_TIME_ANSWER };

	SERIAL(answer, time, p);
	answer.u.time.time = pile_clock(p);
	send_message(p, &answer, m->seq);
}

static void on_start(struct pile *p, const struct ykc_message *m)
{
	const struct ykc_start *in = &m->u.start;
	struct ykc_message answer = { .type = YKC_START_ANSWER };
	struct ykc_start_answer *out = &answer.u.start_answer;
	struct gun *g = gun_of(p, in->gun);

	SERIAL(answer, start_answer, p);
	text_copy(out->no, sizeof(out->no), in->no);
	out->gun = in->gun;
	out->reason = !text_eq(in->serial, p->serial) || g == NULL
		? 1
		: gun_start(p, g, in->no, in->card, in->balance, false);
	out->ok = out->reason == 0;
	send_message(p, &answer, m->seq);
}

static void on_stop(struct pile *p, const struct ykc_message *m)
{
	struct ykc_message answer = { .type = YKC_STOP_ANSWER };
	struct gun *g = gun_of(p, m->u.gun.gun);
	bool charging = g != NULL && (g->state == GUN_CHARGING || g->state == GUN_STARTING);

	SERIAL(answer, stop_answer, p);
	answer.u.stop_answer.gun = m->u.gun.gun;
	answer.u.stop_answer.ok = charging;
	answer.u.stop_answer.reason = charging ? 0 : 2;
	send_message(p, &answer, m->seq);
	if (charging)
		gun_stop(p, g, STOP_REMOTE);
}

static void on_card_answer(struct pile *p, const struct ykc_message *m)
{
	const struct ykc_card_answer *in = &m->u.card_answer;
	struct gun *g = gun_of(p, in->gun);
	char card[SIM_CARD];

	if (g == NULL || g->state != GUN_ASKING)
		return;
	fleet_answer(p, g, in->accepted == 1);
	if (in->accepted != 1)
		return;
	text_copy(card, sizeof(card), g->card);
	g->state = GUN_IDLE;
	gun_start(p, g, in->no, card, in->balance, true);
}

static void on_record_answer(struct pile *p, const struct ykc_message *m)
{
	record_done(p, m->u.record_answer.no);
}

static void answer_code(struct pile *p, const struct ykc_message *m, uint8_t type)
{
	struct ykc_message answer = { .type = type };

	SERIAL(answer, code, p);
	answer.u.code.code = 1;
	send_message(p, &answer, m->seq);
}

static void on_work(struct pile *p, const struct ykc_message *m)
{
	p->limited = m->u.work.locked || m->u.work.power < 100;
	p->limit = m->u.work.locked ? 0 : (int64_t)p->watt * p->guns * m->u.work.power / 100;
	answer_code(p, m, YKC_WORK_ANSWER);
}

static void on_reboot(struct pile *p, const struct ykc_message *m)
{
	answer_code(p, m, YKC_REBOOT_ANSWER);
	pile_drop(p, "reboot");
}

/* It has room for every card, and keeps none. */
static void on_cards_set(struct pile *p, const struct ykc_message *m)
{
	struct ykc_message answer = { .type = YKC_CARDS_SET_ANSWER };

	SERIAL(answer, result, p);
	answer.u.result.ok = m->u.cards.n > 0;
	send_message(p, &answer, m->seq);
}

static void on_cards_clear(struct pile *p, const struct ykc_message *m)
{
	struct ykc_message answer = { .type = YKC_CARDS_CLEAR_ANSWER, .u.cards = m->u.cards };

	SERIAL(answer, cards, p);
	for (int i = 0; i < answer.u.cards.n; i++)
		answer.u.cards.entry[i].ok = 1;
	send_message(p, &answer, m->seq);
}

static void on_balance(struct pile *p, const struct ykc_message *m)
{
	struct ykc_message answer = { .type = YKC_BALANCE_ANSWER };
	struct gun *g = gun_of(p, m->u.balance.gun);

	if (g != NULL && g->state == GUN_CHARGING)
		g->balance = m->u.balance.balance;
	SERIAL(answer, balance_answer, p);
	text_copy(answer.u.balance_answer.card, sizeof(answer.u.balance_answer.card),
		m->u.balance.card);
	answer.u.balance_answer.code = g != NULL ? 0 : 1;
	send_message(p, &answer, m->seq);
}

static const struct {
	uint8_t type;
	void (*fn)(struct pile *p, const struct ykc_message *m);
} downs[] = {
	{ YKC_LOGIN_ANSWER, on_login_answer },
	{ YKC_HEARTBEAT_ANSWER, on_heartbeat_answer },
	{ YKC_MODEL_CHECK_ANSWER, on_check_answer },
	{ YKC_MODEL_ANSWER, on_model },
	{ YKC_MODEL_SET, on_model_set },
	{ YKC_LIVE_READ, on_live_read },
	{ YKC_TIME, on_time },
	{ YKC_START, on_start },
	{ YKC_STOP, on_stop },
	{ YKC_CARD_START_ANSWER, on_card_answer },
	{ YKC_RECORD_ANSWER, on_record_answer },
	{ YKC_WORK, on_work },
	{ YKC_REBOOT, on_reboot },
	{ YKC_BALANCE, on_balance },
	{ YKC_CARDS_SET, on_cards_set },
	{ YKC_CARDS_CLEAR, on_cards_clear },
};

static void take_frame(struct pile *p, const struct ykc_frame *frame)
{
	struct ykc_message m;

	sim.received++;
	if (ykc_decode(frame, &m) != YKC_OK)
		return;
	for (size_t i = 0; i < sizeof(downs) / sizeof(downs[0]); i++)
		if (downs[i].type == m.type)
			downs[i].fn(p, &m);
}

static size_t take(struct pile *p, const uint8_t *data, size_t n)
{
	struct ykc_frame frame;
	size_t used;

	if (ykc_scan(data, n, &frame, &used) == YKC_SCAN_FRAME)
		take_frame(p, &frame);
	return used;
}

static int64_t port(void)
{
	return conf.pile_port;
}

const struct sim_protocol ykc_sim = {
	.name = "ykc",
	.port = port,
	.frame_max = YKC_FRAME_MAX,
	.hello = hello,
	.beat = beat,
	.ask_prices = ask_prices,
	.report = report,
	.start_done = start_done,
	.show_card = show_card,
	.record = record,
	.take = take,
};

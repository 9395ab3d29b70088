/* down.c - frames to YKC piles: answers of the writers and commands.
 * Owns the words for refusals on the wire.
 * Serves the loop. */
#include "daemons/gateway/ykc/ykc.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#define PLENTY (9999 * MONEY_YUAN)   /* a free charge holds nothing; a pile that hears "balance 0" would not charge */

void ykc_reply(struct conn *c, struct ykc_message *m, uint64_t tag)
{
	uint8_t frame[YKC_FRAME_MAX];

	m->seq[0] = tag & 0xFF;
	m->seq[1] = tag >> 8 & 0xFF;
	conn_send(c, frame, (size_t)ykc_encode(m, frame));
}

void ykc_begin(struct conn *c, struct ykc_message *m)
{
	ykc_reply(c, m, ykc_own(c)->seq++);
}

static int last_seq(struct conn *c)
{
	return (uint16_t)(ykc_own(c)->seq - 1);
}

static void send_clock(struct conn *c)
{
	struct ykc_message m = { .type = YKC_TIME };

	text_copy(m.u.time.serial, sizeof(m.u.time.serial), c->serial);
	m.u.time.time = clock_now();
	ykc_begin(c, &m);
}

void ykc_send_time(struct conn *c)
{
	struct command ours = { .kind = COMMAND_SYNC_TIME };

	send_clock(c);
	conn_await(c, &ours, last_seq(c));
}

static void read_live(struct conn *c, int gun)
{
	struct ykc_message m = { .type = YKC_LIVE_READ };

	text_copy(m.u.gun.serial, sizeof(m.u.gun.serial), c->serial);
	m.u.gun.gun = gun;
	ykc_begin(c, &m);
}

/* Its clock is set and its guns are asked, so that pages show the truth before the first report
 * is due. */
void ykc_known(struct conn *c, bool known, uint64_t tag)
{
	struct ykc_message m = { .type = YKC_LOGIN_ANSWER };

	text_copy(m.u.code.serial, sizeof(m.u.code.serial), c->serial);
	m.u.code.code = known ? 0 : 1;
	ykc_reply(c, &m, tag);
	if (!known)
		return;
	*ykc_own(c) = (struct ykc_own){ .version = ykc_own(c)->version };
	ykc_own(c)->sync_ms = conn_now_ms() + YKC_SYNC_MS;
	ykc_send_time(c);
	for (int gun = 1; gun <= c->guns; gun++)
		read_live(c, gun);
}

/* ---- prices */

/* false: a body that the wire cannot carry; the house's tariffs always can (one price pair a
 * type). */
static void fill_model(struct ykc_message *m, const struct conn *c, const struct msg_tariff *t)
{
	static const enum price_type types[YKC_PRICES] = { PRICE_SHARP, PRICE_PEAK, PRICE_FLAT,
		PRICE_VALLEY };
	uint8_t place[PRICE_TYPES] = { 0 };

	text_copy(m->u.model.serial, sizeof(m->u.model.serial), c->serial);
	ykc_model_number(t->version_id, m->u.model.model);
	for (int i = 0; i < YKC_PRICES; i++) {
		m->u.model.price[i].energy = t->price[types[i]].energy;
		m->u.model.price[i].service = t->price[types[i]].service;
		place[types[i]] = (uint8_t)i;
	}
	for (int k = 0; k < YKC_SLOTS; k++)
		m->u.model.slot[k] = place[t->slot[k] % PRICE_TYPES];
}

static void tell_held(struct conn *c, int64_t version_id)
{
	struct msg m = { .kind = MSG_TARIFF_HELD };

	m.u.tariff_held.version_id = version_id;
	conn_tell(c, &m);
}

/* 0x05 "do I hold the right one?" and 0x09 "give it to me". The pile asks for 0x0A until it has it:
 * sent is held. Without a tariff there is no answer, and the pile does not charge. */
void ykc_tariff(struct conn *c, const struct msg_tariff *t, uint64_t tag)
{
	uint8_t model[2] = { tag >> 40 & 0xFF, tag >> 32 & 0xFF };
	struct ykc_message m = { .type =
								 tag & YKC_TAG_CHECK ? YKC_MODEL_CHECK_ANSWER : YKC_MODEL_ANSWER };
	char now[YKC_MODEL];

	if (!t->found) {
		if (log_once("no_tariff", c->serial, 60, NULL))
			log_line(LOG_WARN, "no_tariff", "pile=%s", c->serial);
		return;
	}
	if (m.type == YKC_MODEL_ANSWER) {
		fill_model(&m, c, t);
		ykc_own(c)->offered = t->version_id;
		ykc_reply(c, &m, tag);
		tell_held(c, t->version_id);
		return;
	}
	ykc_model_number(t->version_id, now);
	text_copy(m.u.model_check.serial, sizeof(m.u.model_check.serial), c->serial);
	text_hex(model, sizeof(model), m.u.model_check.model);
	m.u.model_check.code = text_eq(now, m.u.model_check.model) ? 0 : 1;
	ykc_reply(c, &m, tag);
	if (m.u.model_check.code == 0)
		tell_held(c, t->version_id);
}

/* ---- starts at the pile, records */

static int refusal_code(const struct msg_card_answer *a)
{
	static const struct { enum start_refusal refusal; uint8_t code;
	} codes[] = {
		{ REFUSED_MEMBER_UNKNOWN, 0x01 },
		{ REFUSED_CARD_UNKNOWN, 0x01 },
		{ REFUSED_MEMBER_FROZEN, 0x02 },
		{ REFUSED_MEMBER_DISABLED, 0x02 },
		{ REFUSED_CARD_DISABLED, 0x02 },
		{ REFUSED_CARD_EXPIRED, 0x02 },
		{ REFUSED_BALANCE_LOW, 0x03 },
		{ REFUSED_CARD_BUSY, 0x04 },
		{ REFUSED_MEMBER_BUSY, 0x04 },
		{ REFUSED_CARD_NOT_HERE, 0x06 },
		{ REFUSED_CARD_PASSWORD, 0x07 },
		{ REFUSED_PLATE_REQUIRED, 0x06 },
		{ REFUSED_CONNECTOR_BUSY, 0x0A },
		{ REFUSED_RESERVED, 0x0A },
	};

	if (a->unavailable)
		return 0x05;
	if (a->mode == START_VIN)
		return 0x09;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].refusal == a->refusal)
			return codes[i].code;
	return 0x05;
}

void ykc_card_answer(struct conn *c, const struct msg_card_answer *a, uint64_t tag)
{
	bool parallel = a->parallel[0] != '\0';
	struct ykc_message m = { .type = parallel ? YKC_PARALLEL_ALLOW : YKC_CARD_START_ANSWER };
	struct ykc_card_answer *out = &m.u.card_answer;

	out->accepted = !a->unavailable && a->refusal == START_ACCEPTED;
	out->reason = out->accepted ? 0 : refusal_code(a);
	out->gun = a->number;
	out->balance = out->accepted && a->balance == 0 ? PLENTY : a->balance;
	text_copy(out->serial, sizeof(out->serial), c->serial);
	text_copy(out->no, sizeof(out->no), out->accepted ? a->no : YKC_NO_NONE);
	text_copy(out->logical, sizeof(out->logical), a->logical_no);
	text_copy(out->parallel, sizeof(out->parallel), a->parallel);
	ykc_reply(c, &m, tag);
}

void ykc_record_answer(struct conn *c, const struct msg_record_answer *a, uint64_t tag)
{
	struct ykc_message m = { .type = YKC_RECORD_ANSWER };

	text_copy(m.u.record_answer.no, sizeof(m.u.record_answer.no), a->no);
	m.u.record_answer.code = a->outcome == RECORD_INVALID ? 1 : 0;
	ykc_reply(c, &m, tag);
}

/* ---- commands */

static enum wire send_start(struct conn *c, const struct msg_command *in, const char **why)
{
	const struct command *row = &in->command;
	bool parallel = row->parallel[0] != '\0';
	struct ykc_message m = { .type = parallel ? YKC_PARALLEL_START : YKC_START };

	if (parallel && ykc_own(c)->version < YKC_PARALLEL_VERSION) {
		*why = "the pile cannot charge by two guns";
		return WIRE_REFUSED;
	}
	text_copy(m.u.start.parallel, sizeof(m.u.start.parallel), row->parallel);
	text_copy(m.u.start.no, sizeof(m.u.start.no), row->session_no);
	text_copy(m.u.start.serial, sizeof(m.u.start.serial), c->serial);
	m.u.start.gun = row->connector_number;
	text_copy(m.u.start.logical, sizeof(m.u.start.logical), row->logical_no);
	text_copy(m.u.start.card, sizeof(m.u.start.card), row->physical_no);
	m.u.start.balance = row->balance;
	ykc_begin(c, &m);
	return WIRE_SENT;
}

static enum wire send_stop(struct conn *c, const struct msg_command *in, const char **why)
{
	struct ykc_message m = { .type = YKC_STOP };

	(void)why;
	text_copy(m.u.gun.serial, sizeof(m.u.gun.serial), c->serial);
	m.u.gun.gun = in->command.connector_number;
	ykc_begin(c, &m);
	return WIRE_SENT;
}

static enum wire send_reboot(struct conn *c, const struct msg_command *in, const char **why)
{
	struct ykc_message m = { .type = YKC_REBOOT };

	(void)why;
	text_copy(m.u.code.serial, sizeof(m.u.code.serial), c->serial);
	m.u.code.code = in->command.value == 1 ? 1 : 2;          /* 1 now, 2 when idle */
	ykc_begin(c, &m);
	return WIRE_SENT;
}

static enum wire send_time(struct conn *c, const struct msg_command *in, const char **why)
{
	(void)in;
	(void)why;
	send_clock(c);
	return WIRE_SENT;
}

/* P11: a pile that charges keeps its prices; the minute's check brings the new ones when it is
 * idle. */
static enum wire send_tariff(struct conn *c, const struct msg_command *in, const char **why)
{
	struct ykc_message m = { .type = YKC_MODEL_SET };

	if (!in->tariff.found) {
		*why = "no such tariff version";
		return WIRE_REFUSED;
	}
	if (conn_is_charging(c)) {
		*why = "charging: follows when idle";
		return WIRE_LATER;
	}
	fill_model(&m, c, &in->tariff);
	ykc_own(c)->offered = in->tariff.version_id;
	ykc_begin(c, &m);
	return WIRE_SENT;
}

static enum wire send_read_live(struct conn *c, const struct msg_command *in, const char **why)
{
	(void)why;
	for (int gun = 1; gun <= c->guns; gun++)
		if (in->command.connector_number == 0 || in->command.connector_number == gun)
			read_live(c, gun);
	return WIRE_DONE;
}

static enum wire send_balance(struct conn *c, const struct msg_command *in, const char **why)
{
	struct ykc_message m = { .type = YKC_BALANCE };

	(void)why;
	text_copy(m.u.balance.serial, sizeof(m.u.balance.serial), c->serial);
	m.u.balance.gun = in->command.connector_number;
	text_copy(m.u.balance.card, sizeof(m.u.balance.card), in->command.physical_no);
	m.u.balance.balance = in->command.value;
	ykc_begin(c, &m);
	return WIRE_SENT;
}

/* value: 0 locked, else the power the pile may give, 30 to 100 per cent. */
static enum wire send_work(struct conn *c, const struct msg_command *in, const char **why)
{
	struct ykc_message m = { .type = YKC_WORK };
	int64_t power = in->command.value;

	(void)why;
	text_copy(m.u.work.serial, sizeof(m.u.work.serial), c->serial);
	m.u.work.locked = power == 0;
	m.u.work.power = power < 30 ? 30 : power > 100 ? 100 : (int)power;
	ykc_begin(c, &m);
	return WIRE_SENT;
}

/* text: what stands before the pile's number in its codes, an address. */
static enum wire send_qr(struct conn *c, const struct msg_command *in, const char **why)
{
	struct ykc_message m = { .type = YKC_QR };
	size_t n = strlen(in->command.text);

	if (n == 0 || n > YKC_PREFIX) {
		*why = "an address of at most 200 characters is wanted";
		return WIRE_REFUSED;
	}
	text_copy(m.u.qr.serial, sizeof(m.u.qr.serial), c->serial);
	m.u.qr.n = (int)n;
	text_copy(m.u.qr.prefix, sizeof(m.u.qr.prefix), in->command.text);
	ykc_begin(c, &m);
	return WIRE_SENT;
}

/* value: 1 raise, 0 lower. */
static enum wire send_lock(struct conn *c, const struct msg_command *in, const char **why)
{
	struct ykc_message m = { .type = YKC_LOCK };

	(void)why;
	text_copy(m.u.lock_code.serial, sizeof(m.u.lock_code.serial), c->serial);
	m.u.lock_code.gun = in->command.connector_number;
	m.u.lock_code.code = in->command.value == 1 ? YKC_LOCK_UP : YKC_LOCK_DOWN;
	ykc_begin(c, &m);
	return WIRE_SENT;
}

/* text: "logical:physical:member,..." with set_cards, else "physical,...". */
static enum wire send_cards(struct conn *c, const struct msg_command *in, const char **why)
{
	enum command_kind kind = in->command.kind;
	struct ykc_message m = { .type = kind == COMMAND_SET_CARDS ? YKC_CARDS_SET
			: kind == COMMAND_CLEAR_CARDS ? YKC_CARDS_CLEAR : YKC_CARDS_QUERY };
	struct ykc_cards *cards = &m.u.cards;
	char list[COMMAND_TEXT], *rest = list, *card, *physical;

	text_copy(list, sizeof(list), in->command.text);
	while ((card = text_split(&rest, ',')) != NULL && cards->n < YKC_CARDS) {
		physical = strchr(card, ':');
		if (*card == '\0' || (kind == COMMAND_SET_CARDS) != (physical != NULL))
			continue;
		if (physical != NULL)
			*physical++ = '\0';
		if (physical != NULL)
			physical[strcspn(physical, ":")] = '\0';
		text_copy(cards->entry[cards->n].logical, YKC_CARD, physical != NULL ? card : "");
		text_copy(cards->entry[cards->n++].card, YKC_CARD, physical != NULL ? physical : card);
	}
	if (cards->n == 0) {
		*why = "no card";
		return WIRE_REFUSED;
	}
	text_copy(cards->serial, sizeof(cards->serial), c->serial);
	ykc_begin(c, &m);
	return WIRE_SENT;
}

/* text: "model power server port user password path", model dc or ac; value: 1 now, 2 when idle. */
static enum wire send_update(struct conn *c, const struct msg_command *in, const char **why)
{
	struct ykc_message m = { .type = YKC_UPDATE };
	struct ykc_update *u = &m.u.update;
	char model[3] = "";

	if (sscanf(in->command.text, "%2s %d %16s %d %16s %16s %32s", model, &u->power, u->server,
			&u->port, u->user, u->password, u->path) != 7) {
		*why = "not what an update needs";
		return WIRE_REFUSED;
	}
	text_copy(u->serial, sizeof(u->serial), c->serial);
	u->model = text_eq(model, "ac") ? 2 : 1;
	u->when = in->command.value == 1 ? 1 : 2;
	u->timeout = 30;
	ykc_begin(c, &m);
	return WIRE_SENT;
}

static enum wire (*const senders[])(struct conn *c, const struct msg_command *m,
	const char **why) = {
	[COMMAND_START] = send_start,
	[COMMAND_STOP] = send_stop,
	[COMMAND_REBOOT] = send_reboot,
	[COMMAND_SYNC_TIME] = send_time,
	[COMMAND_SET_TARIFF] = send_tariff,
	[COMMAND_READ_LIVE] = send_read_live,
	[COMMAND_SET_BALANCE] = send_balance,
	[COMMAND_SET_WORK] = send_work,
	[COMMAND_SET_QR] = send_qr,
	[COMMAND_SET_CARDS] = send_cards,
	[COMMAND_CLEAR_CARDS] = send_cards,
	[COMMAND_QUERY_CARDS] = send_cards,
	[COMMAND_LOCK] = send_lock,
	[COMMAND_UPDATE_FIRMWARE] = send_update,
};
#define SENDERS (sizeof(senders) / sizeof(senders[0]))

enum wire ykc_command(struct conn *c, const struct msg_command *m, const char **why)
{
	enum command_kind kind = m->command.kind;
	enum wire wire;

	*why = "not in this protocol";
	if ((size_t)kind >= SENDERS || senders[kind] == NULL)
		return WIRE_REFUSED;
	wire = senders[kind](c, m, why);
	if (wire == WIRE_SENT)
		conn_await(c, &m->command, last_seq(c));
	return wire;
}

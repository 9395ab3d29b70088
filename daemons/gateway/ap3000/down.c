/* down.c - frames to e-bike devices: answers, commands with their gap and their one repetition.
 * Owns the calls under way.
 * Serves the loop. */
#include "daemons/gateway/ap3000/ap3000.h"

#include "base/json.h"
#include "base/text.h"
#include "proto/ap3000_json.h"

#define FEN 1000                     /* in 1e-5 yuan */
#define DEVICE_ENERGY 100            /* 0.01 kWh in 1e-4 kWh */

void ap3000_reply(struct conn *c, struct ap3000_message *m, uint16_t no)
{
	uint8_t frame[AP3000_FRAME_MAX];

	m->id = ap3000_own(c)->id;
	m->no = no;
	conn_send(c, frame, (size_t)ap3000_encode(m, AP3000_DOWN, frame));
}

void ap3000_tell_answer(struct conn *c, const struct ap3000_call *call, bool ok,
	const char *result)
{
	struct msg m = { .kind = MSG_ANSWER };

	m.u.answer.command_id = call->command_id;
	m.u.answer.kind = call->kind;
	m.u.answer.ok = ok;
	text_copy(m.u.answer.result, sizeof(m.u.answer.result), result);
	conn_tell(c, &m);
}

/* ---- calls under way */

static void send_call(struct conn *c, struct ap3000_call *call)
{
	struct ap3000_device *d = ap3000_own(c);

	conn_send(c, call->frame, (size_t)call->len);
	call->tries++;
	call->due_ms = conn_now_ms() + AP3000_ANSWER_MS;
	d->next_ms = conn_now_ms() + AP3000_GAP_MS;
}

static void give_up(struct conn *c, struct ap3000_call *call)
{
	call->used = false;
	ap3000_tell_answer(c, call, false, "no answer");
}

/* Sends what may be sent now and says when to look again. */
void ap3000_wake(struct conn *c)
{
	struct ap3000_device *d = ap3000_own(c);
	int64_t soon = 0, now = conn_now_ms();

	if (d == NULL)
		return;
	if (d->look_ms != 0 && d->look_ms <= now && d->next_ms <= now) {
		d->look_ms = 0;
		ap3000_query(c);
	}
	for (int i = 0; i < AP3000_CALLS; i++) {
		struct ap3000_call *call = &d->call[i];

		if (call->used && call->tries == 2 && call->due_ms <= now)
			give_up(c, call);
		else if (call->used && call->due_ms <= now && d->next_ms <= now)
			send_call(c, call);
		if (call->used && (soon == 0 || call->due_ms < soon))
			soon = call->due_ms > d->next_ms ? call->due_ms : d->next_ms;
	}
	if (d->look_ms != 0 && (soon == 0 || d->look_ms < soon))
		soon = d->look_ms > d->next_ms ? d->look_ms : d->next_ms;
	if (soon != 0)
		conn_wake_at(c, soon);
}

static enum wire begin(struct conn *c, struct ap3000_message *m, const struct command *row,
	const char *order, const char **why)
{
	struct ap3000_device *d = ap3000_own(c);
	uint8_t frame[AP3000_FRAME_MAX];
	struct ap3000_call *call = NULL;

	for (int i = 0; i < AP3000_CALLS && call == NULL; i++)
		if (!d->call[i].used)
			call = &d->call[i];
	*why = "too many commands at once";
	if (call == NULL)
		return WIRE_REFUSED;
	m->id = d->id;
	m->no = ++d->ids;
	*call = (struct ap3000_call){ .used = true, .cmd = m->cmd, .no = m->no, .kind = row->kind,
		.command_id = row->id,
		.port = row->connector_number - 1, .due_ms = conn_now_ms(),
		.len = ap3000_encode(m, AP3000_DOWN, frame) };
	if (call->len > (int)sizeof(call->frame)) {
		call->used = false;
		return WIRE_REFUSED;
	}
	memcpy(call->frame, frame, (size_t)call->len);
	text_copy(call->order, sizeof(call->order), order);
	ap3000_wake(c);
	return WIRE_SENT;
}

bool ap3000_answered(struct conn *c, uint16_t no, uint8_t cmd, struct ap3000_call *out)
{
	struct ap3000_device *d = ap3000_own(c);

	for (int i = 0; i < AP3000_CALLS; i++) {
		struct ap3000_call *call = &d->call[i];

		if (!call->used || call->no != no || call->cmd != cmd || call->tries == 0)
			continue;
		*out = *call;
		call->used = false;
		return true;
	}
	return false;
}

void ap3000_query(struct conn *c)
{
	struct ap3000_device *d = ap3000_own(c);
	struct ap3000_message m = { .cmd = AP3000_QUERY };

	ap3000_reply(c, &m, ++d->ids);
	d->next_ms = conn_now_ms() + AP3000_GAP_MS;
}

/* ---- answers of the writers */

static int account_state(const struct msg_card_answer *a)
{
	static const struct { enum start_refusal refusal; uint8_t state; } states[] = {
		{ REFUSED_CARD_UNKNOWN, 0x01 },
		{ REFUSED_MEMBER_UNKNOWN, 0x01 },
		{ REFUSED_MEMBER_FROZEN, 0x01 },
		{ REFUSED_MEMBER_DISABLED, 0x01 },
		{ REFUSED_CARD_DISABLED, 0x01 },
		{ REFUSED_CARD_NOT_HERE, 0x01 },
		{ REFUSED_CARD_BUSY, 0x04 },
		{ REFUSED_MEMBER_BUSY, 0x04 },
		{ REFUSED_BALANCE_LOW, 0x06 },
		{ REFUSED_CARD_EXPIRED, 0x07 },
	};

	if (a->unavailable)
		return 0x08;
	if (a->refusal == START_ACCEPTED)
		return 0x00;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (states[i].refusal == a->refusal)
			return states[i].state;
	return 0x08;
}

/* The tag: the message's number, the card's bytes, the port. */
void ap3000_card_answer(struct conn *c, const struct msg_card_answer *a, uint64_t tag)
{
	struct ap3000_message m = { .cmd = AP3000_SWIPE };
	struct ap3000_swipe_answer *out = &m.u.swipe_answer;

	snprintf(out->card, sizeof(out->card), "%08X", (unsigned)(tag >> 16 & 0xFFFFFFFF));
	out->port = (int)(tag >> 48 & 0xFF);
	out->state = account_state(a);
	out->balance = a->balance / FEN;
	ap3000_reply(c, &m, (uint16_t)tag);
}

/* Whatever became of it: the device keeps it until it hears this. */
void ap3000_record_answer(struct conn *c, const struct msg_record_answer *a, uint64_t tag)
{
	struct ap3000_message m = { .cmd = AP3000_RECORD };

	(void)a;
	ap3000_reply(c, &m, (uint16_t)tag);
}

/* ---- commands */

/* A time or energy given is charged to the end; else until full, at most `most`. */
static enum wire send_charge(struct conn *c, const struct command *row, const char **why)
{
	struct ap3000_message m = { .cmd = AP3000_CHARGE };
	struct ap3000_charge *out = &m.u.charge;

	*why = "no number of a charge";
	if (strlen(row->session_no) != AP3000_ORDER - 1 || row->connector_number < 1)
		return WIRE_REFUSED;
	out->port = row->connector_number - 1;
	out->on = row->kind == COMMAND_START;
	out->balance = row->balance / FEN;
	text_copy(out->order, sizeof(out->order), row->session_no);
	if (out->on && row->limit_kind == LIMIT_TIME)
		out->value = (int)(row->limit_value < 65535 ? row->limit_value : 65535);
	if (out->on && row->limit_kind == LIMIT_ENERGY) {
		out->mode = 2;
		out->value = (int)(row->limit_value / DEVICE_ENERGY < 65535
			? row->limit_value / DEVICE_ENERGY : 65535);
	}
	if (out->on && row->limit_kind == LIMIT_FULL)
		out->most = (int)(row->limit_value < 65535 ? row->limit_value : 65535);
	return begin(c, &m, row, row->session_no, why);
}

static enum wire send_qr(struct conn *c, const struct command *row, const char **why)
{
	struct ap3000_message m = { .cmd = AP3000_QR_SET };

	*why = "an address of at most 71 characters is wanted";
	if (row->text[0] == '\0' || strlen(row->text) >= AP3000_QR)
		return WIRE_REFUSED;
	text_copy(m.u.qr.spare, sizeof(m.u.qr.spare), "000000");
	text_copy(m.u.qr.text, sizeof(m.u.qr.text), row->text);
	return begin(c, &m, row, "", why);
}

/* The numbers of the text, in the frame's order. false: others, or not so many. */
static bool numbers_of(const char *list, int *out, int n)
{
	char text[200], *rest = text;
	int64_t v;

	text_copy(text, sizeof(text), list);
	for (int i = 0; i < n; i++) {
		char *word = text_split(&rest, ',');
		if (word == NULL || !text_i64(word, &v) || v < 0 || v > 65535)
			return false;
		out[i] = (int)v;
	}
	return rest == NULL;
}

static enum wire send_params(struct conn *c, const struct command *row, const char **why)
{
	struct ap3000_message m = { .cmd = (uint8_t)row->value };
	int v[6] = { 0 };
	bool most = row->value == PARAMS_MOST;

	*why = "no such parameters";
	if ((!most && row->value != PARAMS_FLOAT) || !numbers_of(row->text, v, most ? 4 : 6))
		return WIRE_REFUSED;
	if (most)
		m.u.params_most = (struct ap3000_params_most){ v[0], v[1], v[2], v[3] };
	else
		m.u.params_float = (struct ap3000_params_float){ v[0], v[1], v[2], v[3], v[4], v[5] };
	return begin(c, &m, row, "", why);
}

/* Any other command, as an operator wrote it: {"action":"params_limit","payload":{...}}. */
static enum wire send_by_hand(struct conn *c, const struct command *row, const char **why)
{
	static char told[AP3000_WHY];
	struct ap3000_message m;
	json_t *text = NULL;
	NEOERR *err = json_read(row->text, strlen(row->text), COMMAND_TEXT, &text);
	bool good = ap3000_from_json(json_text(text, "action", ""), json_object_get(text, "payload"),
		&m, told);

	error_drop(err);
	json_decref(text);
	*why = told;
	return good ? begin(c, &m, row, "", why) : WIRE_REFUSED;
}

/* It rates nothing: what is in force is what it holds. */
static enum wire hold_tariff(struct conn *c, int64_t version_id)
{
	struct msg m = { .kind = MSG_TARIFF_HELD };

	m.u.tariff_held.version_id = version_id;
	conn_tell(c, &m);
	return WIRE_DONE;
}

enum wire ap3000_command(struct conn *c, const struct msg_command *m, const char **why)
{
	struct ap3000_message reboot = { .cmd = AP3000_REBOOT };

	switch (m->command.kind) {
	case COMMAND_START:
	case COMMAND_STOP:
		return send_charge(c, &m->command, why);
	case COMMAND_REBOOT:             /* its answer may get lost; a second would reboot again */
		ap3000_reply(c, &reboot, ++ap3000_own(c)->ids);
		return WIRE_DONE;
	case COMMAND_READ_LIVE:
		ap3000_query(c);
		return WIRE_DONE;
	case COMMAND_SET_QR:
		return send_qr(c, &m->command, why);
	case COMMAND_SET_PARAMS:
		return send_params(c, &m->command, why);
	case COMMAND_AP3000:
		return send_by_hand(c, &m->command, why);
	case COMMAND_SET_TARIFF:
		return hold_tariff(c, m->command.value);
	default:
		*why = "not in this protocol";
		return WIRE_REFUSED;
	}
}

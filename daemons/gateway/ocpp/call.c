/* call.c - calls to a station: one under way at a time, the others wait; each ends with an answer,
 * in time or by the end of the connection.
 * Owns the queue.
 * Serves link.c and down.c. */
#include "daemons/gateway/ocpp/ocpp.h"

#include "base/text.h"

#define PREFIX "c"                   /* of our message ids */

static void send_first(struct conn *c)
{
	struct station *s = ocpp_own(c);
	struct call *call = s->calls;
	struct buf text;

	buf_init(&text, 0);
	snprintf(call->id, sizeof(call->id), PREFIX "%u", ++s->ids % 1000000000);
	ocpp_write_call(&text, call->id, call->action, call->payload);
	call->at_ms = conn_now_ms();
	ocpp_say(c, text.data, text.len);
	buf_clear(&text);
}

/* Not before the station had its first word: some boot again if they are called too early. */
void ocpp_call_next(struct conn *c)
{
	struct station *s = ocpp_own(c);

	if (s->calls == NULL || s->calls->at_ms != 0 || s->leaving || c->closing)
		return;
	if (s->heard || conn_now_ms() - s->since_ms >= OCPP_SETTLE_MS)
		send_first(c);
	if (!c->closing)
		ocpp_wake_soon(c);
}

bool ocpp_call(struct conn *c, enum ocpp_action action, const char *payload,
	const struct command *row)
{
	struct station *s = ocpp_own(c);
	struct call **at = &s->calls, *call;
	size_t len = strlen(payload) + 1;

	if (s->call_count >= OCPP_CALLS)
		return false;
	call = calloc(1, sizeof(*call) + len);
	if (call == NULL)
		error_die("out of memory");
	call->action = action;
	memcpy(call->payload, payload, len);
	if (row != NULL) {
		call->command_id = row->id;
		call->kind = row->kind;
		text_copy(call->session_no, sizeof(call->session_no), row->session_no);
	}
	while (*at != NULL)
		at = &(*at)->next;
	*at = call;
	s->call_count++;
	ocpp_call_next(c);
	return true;
}

/* ---- how it ended */

static void tell_reply(struct conn *c, const struct call *call, bool ok, const char *result,
	const json_t *answer)
{
	struct msg m = { .kind = MSG_REPLY };
	char *text = answer != NULL ? json_write_dup(answer) : NULL;
	size_t len = text != NULL ? strlen(text) : 0;

	m.u.reply.command_id = call->command_id;
	m.u.reply.ok = ok;
	text_copy(m.u.reply.result, sizeof(m.u.reply.result), result);
	if (len > REPLY_MAX) {
		text_copy(m.u.reply.result, sizeof(m.u.reply.result), "the answer is too long to be kept");
		len = 0;
	}
	if (len > 0)
		memcpy(m.u.reply.answer, text, len);
	m.u.reply.len = (int)len;
	free(text);
	conn_tell(c, &m);
}

/* A start that the station refused; one it takes up tells so by its StartTransaction. */
static void tell_start(struct conn *c, const struct call *call)
{
	struct msg m = { .kind = MSG_STARTED };

	text_copy(m.u.started.no, sizeof(m.u.started.no), call->session_no);
	conn_tell(c, &m);
}

static void finish_first(struct conn *c, bool ok, const char *result, const json_t *answer)
{
	struct station *s = ocpp_own(c);
	struct call *call = s->calls;

	s->calls = call->next;
	s->call_count--;
	/* a station that will fetch its program tells later how that went (up.c) */
	if (call->command_id != 0 && !(ok && call->kind == COMMAND_UPDATE_FIRMWARE)) {
		tell_reply(c, call, ok, result, answer);
		if (!ok && call->kind == COMMAND_START && answer != NULL)
			tell_start(c, call);
	}
	free(call);
}

static bool is_good(const char *status)
{
	static const char *const good[] = { "", "Accepted", "Scheduled", "RebootRequired", "Unlocked",
		"AcceptedCanceled" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (text_eq(good[i], status))
			return true;
	return false;
}

/* An answer that is not what the schema says still tells what it tells; it is counted. */
static void take_result(struct conn *c, const struct ocpp_message *m)
{
	const char *status = json_text(m->payload, "status", "");
	char why[OCPP_WHY];
	bool odd;

	if (ocpp_check(ocpp_own(c)->calls->action, true, m->payload, OCPP_LENIENT, why, &odd) !=
		OCPP_FINE || odd)
		conn_complain(c, COUNT_ODD, why);
	finish_first(c, is_good(status), status, m->payload);
}

void ocpp_replied(struct conn *c, const struct ocpp_message *m)
{
	struct station *s = ocpp_own(c);
	char result[200];

	if (s->calls == NULL || s->calls->at_ms == 0 || !text_eq(s->calls->id, m->id)) {
		conn_complain(c, COUNT_UNASKED, "an answer to no call");
		return;
	}
	if (m->type == OCPP_RESULT) {
		take_result(c, m);
	} else {
		snprintf(result, sizeof(result), "%s: %s", m->code, m->why);
		finish_first(c, false, result, m->root);
	}
	ocpp_call_next(c);
}

void ocpp_call_overdue(struct conn *c)
{
	struct station *s = ocpp_own(c);

	if (s->calls != NULL && s->calls->at_ms != 0 &&
		conn_now_ms() - s->calls->at_ms >= OCPP_CALL_MS)
		finish_first(c, false, "no answer", NULL);
	ocpp_call_next(c);
}

/* Many a station hangs up on a reset instead of answering: it did what it was told. */
void ocpp_calls_forget(struct conn *c)
{
	struct station *s = ocpp_own(c);

	while (s->calls != NULL) {
		bool reset = s->calls->at_ms != 0 && s->calls->action == OCPP_RESET;

		finish_first(c, reset, reset ? "hung up" : "the connection ended", NULL);
	}
}

/* link.c - OCPP stations' WebSockets: handshake, frames, pings, the end.
 * Owns the table entry of the protocol.
 * Serves the loop. */
#include "daemons/gateway/ocpp/ocpp.h"

#include "base/conf.h"
#include "base/text.h"

#define SILENCE_S (3 * OCPP_HEARTBEAT_S)     /* pings are answered long before */
#define LOGIN_S 30
#define LEAVE_MS 1000                /* for the other side to hang up itself */
#define SUBPROTOCOL "ocpp1.6"

/* ---- out */

static struct buf out;               /* of all: a frame is sent at once */

static void send_frame(struct conn *c, enum ws_op op, const void *p, size_t n)
{
	uint8_t head[WS_HEAD_MAX];
	size_t len = ws_head_write(op, n, head);

	buf_reset(&out);
	buf_add(&out, head, len);
	buf_add(&out, p, n);
	conn_send(c, out.data, out.len);
}

void ocpp_say(struct conn *c, const char *text, size_t n)
{
	if (!ocpp_own(c)->leaving)
		send_frame(c, WS_TEXT, text, n);
}

void ocpp_leave(struct conn *c, unsigned code, const char *why)
{
	struct station *s = ocpp_own(c);
	uint8_t body[2] = { (uint8_t)(code >> 8), (uint8_t)code };

	if (s->leaving)
		return;
	if (code != WS_NORMAL)
		conn_complain(c, COUNT_GARBAGE, why);
	send_frame(c, WS_CLOSE, body, sizeof(body));
	s->leaving = true;
	conn_wake_at(c, conn_now_ms() + LEAVE_MS);
}

/* ---- in: frames */

static void take_message(struct conn *c, char *text, size_t n)
{
	if (!text_is_utf8(text, n)) {
		ocpp_leave(c, WS_NO_TEXT, "no UTF-8");
		return;
	}
	conn_raw(c, false, text, n);
	ocpp_take_text(c, text, n);
}

static void take_close(struct conn *c, const uint8_t *p, size_t n)
{
	unsigned code = n >= 2 ? (unsigned)p[0] << 8 | p[1] : WS_NORMAL;

	if (n == 1 || !ws_code_lawful(code) || (n > 2 && !text_is_utf8((const char *)p + 2, n - 2)))
		code = WS_PROTOCOL;
	send_frame(c, WS_CLOSE, (uint8_t[]){ (uint8_t)(code >> 8), (uint8_t)code }, 2);
	conn_close(c, "closed");
}

static void take_control(struct conn *c, const struct ws_frame *f, uint8_t *payload)
{
	ws_unmask(payload, f->len, f->mask);
	if (f->op == WS_PING)
		send_frame(c, WS_PONG, payload, f->len);
	else if (f->op == WS_CLOSE)
		take_close(c, payload, f->len);
}

/* Which frame may come now. */
static bool in_order(struct conn *c, const struct ws_frame *f)
{
	struct station *s = ocpp_own(c);

	if (f->op == WS_BINARY) {
		ocpp_leave(c, WS_NO_BINARY, "a binary frame");
		return false;
	}
	if (f->op < WS_CLOSE && (f->op == WS_CONT) != s->in_message) {
		ocpp_leave(c, WS_PROTOCOL, "a frame out of order");
		return false;
	}
	return true;
}

static void end_of_frame(struct conn *c)
{
	struct station *s = ocpp_own(c);

	s->in_frame = false;
	s->in_message = !s->frame.fin;
	if (!s->frame.fin)
		return;
	take_message(c, s->text.data, s->text.len);
	if (!c->closing)
		buf_clear(&s->text);
}

/* Bytes of the payload of a frame that did not come whole, or of one of several: kept unmasked. */
static size_t gather(struct conn *c, const uint8_t *p, size_t n)
{
	struct station *s = ocpp_own(c);
	size_t take = s->frame.len - s->done < n ? s->frame.len - s->done : n;
	uint8_t mask[4];

	for (size_t i = 0; i < 4; i++)
		mask[i] = s->frame.mask[(s->done + i) & 3];
	buf_add(&s->text, p, take);
	if (take > 0)
		ws_unmask((uint8_t *)s->text.data + s->text.len - take, take, mask);
	s->done += take;
	if (s->done == s->frame.len)
		end_of_frame(c);
	return take;
}

/* Bytes done with; 0: more must come first. */
static size_t take_frame(struct conn *c, uint8_t *p, size_t n)
{
	struct station *s = ocpp_own(c);
	struct ws_frame f;
	int code = ws_head(p, n, OCPP_MESSAGE_MAX - s->text.len, &f);
	bool whole = code == 0 && n - f.head >= f.len;

	if (code > 0)
		ocpp_leave(c, (unsigned)code, code == WS_TOO_BIG ? "too big" : "no lawful frame");
	if (code != 0)
		return code > 0 ? n : 0;
	if (!in_order(c, &f))
		return n;
	if (f.op >= WS_CLOSE) {
		if (whole)
			take_control(c, &f, p + f.head);
		return whole ? f.head + f.len : 0;
	}
	if (whole && f.fin && !s->in_message) {
		ws_unmask(p + f.head, f.len, f.mask);
		take_message(c, (char *)p + f.head, f.len);
		return f.head + f.len;
	}
	s->frame = f;
	s->done = 0;
	s->in_frame = true;
	return f.head + gather(c, p + f.head, n - f.head);
}

/* ---- handshake */

static void refuse(struct conn *c, int status, const char *why)
{
	char text[WS_ANSWER_MAX];
	size_t n = ws_refusal(status, text);

	conn_send(c, text, n);
	conn_close(c, why);
}

/* Digests of the password as it was sent, and of what its hex digits mean. */
static void put_access(const struct ws_request *r, struct msg_hello *h)
{
	uint8_t raw[WS_LOGIN_MAX / 2];
	char text[WS_LOGIN_MAX + 1];
	size_t len = 0;
	const uint8_t *password = ws_password(r, &len);

	if (password == NULL)
		return;
	pile_access_digest(r->identity, password, len, h->access);
	memcpy(text, password, len);
	text[len] = '\0';
	if (len >= 16 && len % 2 == 0 && text_unhex(text, raw, len / 2))
		pile_access_digest(r->identity, raw, len / 2, h->access_hex);
}

static size_t take_handshake(struct conn *c, const uint8_t *p, size_t n)
{
	struct msg_hello h = { .connectors = 0 };
	struct ws_request r;
	struct station *s;
	size_t used = 0;
	int status = ws_request_read((const char *)p, n, &r, &used);

	if (status < 0)
		return 0;
	if (status == 0 && strlen(r.identity) >= CONN_SERIAL)
		status = 404;
	if (status > 0) {
		conn_complain(c, COUNT_GARBAGE, "no handshake");
		refuse(c, status, "handshake");
		return n;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		error_die("out of memory");
	*ocpp_place(c) = s;
	buf_init(&s->text, 0);
	text_copy(s->accept, sizeof(s->accept), r.accept);
	s->agreed = ws_offers(&r, SUBPROTOCOL);
	text_copy(h.serial, sizeof(h.serial), r.identity);
	text_copy(h.version, sizeof(h.version), "1.6");
	put_access(&r, &h);
	conn_hello(c, &h);
	return used;
}

/* The writer knows it, or not. */
static void known(struct conn *c, bool is_known, uint64_t tag)
{
	struct station *s = ocpp_own(c);
	char text[WS_ANSWER_MAX];
	size_t n;

	(void)tag;
	if (!is_known) {
		refuse(c, c->denied ? 401 : 404, "stranger");
		return;
	}
	n = ws_welcome(s->accept, s->agreed ? SUBPROTOCOL : NULL, text);
	conn_send(c, text, n);
	s->open = true;
	s->since_ms = conn_now_ms();
	s->ping_ms = s->since_ms + OCPP_PING_MS;
	s->charge = calloc((size_t)c->guns, sizeof(*s->charge));
	if (s->charge == NULL)
		error_die("out of memory");
	if (s->agreed)
		conn_wake_at(c, s->since_ms + OCPP_SETTLE_MS);
	else
		ocpp_leave(c, WS_PROTOCOL, "no common subprotocol");
}

static size_t take(struct conn *c, const uint8_t *p, size_t n)
{
	uint8_t *at = (uint8_t *)(uintptr_t)p, *end = at + n;
	struct station *s = ocpp_own(c);
	size_t used = 1;

	if (s == NULL)
		return take_handshake(c, p, n);
	while (at < end && used > 0 && !c->closing && s->open) {
		if (s->leaving)
			return n;
		used = s->in_frame ? gather(c, at, (size_t)(end - at))
						   : take_frame(c, at, (size_t)(end - at));
		at += used;
	}
	return (size_t)(at - p);
}

static bool stands_alone(const uint8_t *p, size_t n)
{
	(void)p;
	(void)n;
	return false;
}

/* ---- time */

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void ocpp_wake_soon(struct conn *c)
{
	struct station *s = ocpp_own(c);
	int64_t due = s->ping_ms;

	if (s->leaving)
		return;
	if (s->calls != NULL)
		due = sooner(due, s->calls->at_ms != 0 ? s->calls->at_ms + OCPP_CALL_MS
											   : s->since_ms + OCPP_SETTLE_MS);
	conn_wake_at(c, due > conn_now_ms() ? due : conn_now_ms() + 1);
}

/* It came back without a boot, and its connectors' states were taken for unknown meanwhile. */
static void ask_states(struct conn *c)
{
	struct station *s = ocpp_own(c);

	if (s->booted || s->told || conn_now_ms() - s->since_ms < OCPP_SETTLE_MS)
		return;
	s->told = true;
	ocpp_call(c, OCPP_TRIGGER_MESSAGE, "{\"requestedMessage\":\"StatusNotification\"}", NULL);
}

static void wake(struct conn *c)
{
	struct station *s = ocpp_own(c);

	if (s->leaving) {
		conn_close(c, "left");
		return;
	}
	if (s->ping_ms <= conn_now_ms()) {
		s->ping_ms = conn_now_ms() + OCPP_PING_MS;
		send_frame(c, WS_PING, "", 0);
	}
	ask_states(c);
	ocpp_call_overdue(c);
	if (!c->closing)
		ocpp_wake_soon(c);
}

static void forget(struct conn *c)
{
	struct station *s = ocpp_own(c);
	struct question *q;

	if (s == NULL)
		return;
	ocpp_calls_forget(c);
	while ((q = s->questions) != NULL) {
		s->questions = q->next;
		free(q);
	}
	buf_clear(&s->text);
	free(s->charge);
	free(s);
	*ocpp_place(c) = NULL;
}

/* ---- the black box: our frames with their heads, the station's texts without */

static size_t head_of(const uint8_t *p, size_t n)
{
	if (n < 2 || (p[0] & 0xF0) != 0x80)
		return 0;
	return p[1] == 127 ? 10 : p[1] == 126 ? 4 : 2;
}

static const char *words(const uint8_t *p, size_t n, char *into, size_t room)
{
	size_t head = head_of(p, n);

	if (n < 2 || head > n || p[0] == 'H') {
		text_copy(into, room, "");
		return n > 0 && p[0] == 'H' ? "handshake" : "?";
	}
	if (head > 0 && (p[0] & 15) != WS_TEXT) {
		text_copy(into, room, "");
		return (p[0] & 15) == WS_CLOSE ? "close" : (p[0] & 15) == WS_PING ? "ping" : "pong";
	}
	return ocpp_text((const char *)p + head, n - head, into, room);
}

static bool routine(const uint8_t *p, size_t n)
{
	size_t head = head_of(p, n);

	return (head > 0 && (p[0] & 15) != WS_TEXT) ||
		(n < 100 && (memmem(p, n, "\"Heartbeat\"", 11) != NULL ||
			memmem(p, n, "{\"currentTime\"", 14) != NULL));
}

static void mask(uint8_t *p, size_t n)
{
	ocpp_mask((char *)p, n);
}

static int64_t port(void)
{
	return conf.ocpp_port;
}

#define FAULTS 15
_Static_assert(FAULTS < 31, "a row's fault has a bit for each");

const struct protocol ocpp_protocol = {
	.name = "ocpp16",
	.port = port,
	.frame_max = WS_HANDSHAKE_MAX,
	.silence_s = SILENCE_S,
	.login_s = LOGIN_S,
	.fault_code = ocpp_fault_codes,
	.fault_codes = FAULTS,
	.text = words,
	.routine = routine,
	.mask = mask,
	.take = take,
	.stands_alone = stands_alone,
	.wake = wake,
	.known = known,
	.charge = ocpp_charge,
	.command = ocpp_command,
	.forget = forget,
};

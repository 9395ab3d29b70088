/* ws.h - RFC 6455, the server's side: the handshake, and bytes <-> frames.
 * Owns nothing; pure: no socket, no clock.
 * Serves daemons/gateway/ocpp; the virtual stations use its heads. */
#ifndef PROTO_WS_H
#define PROTO_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WS_CONTROL_MAX 125
#define WS_HEAD_MAX 10               /* of a frame of ours, never masked */

enum ws_op { WS_CONT = 0, WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };

enum ws_code {
	WS_NORMAL = 1000,
	WS_AWAY = 1001,
	WS_PROTOCOL = 1002,
	WS_NO_BINARY = 1003,
	WS_NO_TEXT = 1007,
	WS_POLICY = 1008,
	WS_TOO_BIG = 1009
};

struct ws_frame { enum ws_op op; bool fin; uint8_t mask[4]; size_t head, len; };

/* Reads a client's frame head. 0: it is whole and lawful, and out->head + out->len bytes make the
 * frame; -1: more bytes are needed; else the code to close with. max caps a payload and is judged
 * on the head alone, so that nothing announced is ever stored. */
int ws_head(const uint8_t *p, size_t n, size_t max, struct ws_frame *out);
void ws_unmask(uint8_t *payload, size_t n, const uint8_t mask[4]);
size_t ws_head_write(enum ws_op op, size_t len, uint8_t out[WS_HEAD_MAX]);
/* May a peer send this code (section 7.4)? */
bool ws_code_lawful(unsigned code);

/* ---- handshake */

#define WS_HANDSHAKE_MAX 8192
#define WS_IDENTITY 65
#define WS_LOGIN_MAX 200
#define WS_ACCEPT 29

struct ws_request {
	char identity[WS_IDENTITY];          /* last segment of the path, decoded; printable ASCII */
	char protocols[200];                 /* Sec-WebSocket-Protocol, "" if there was none */
	char accept[WS_ACCEPT];
	bool has_login;                      /* Authorization: Basic; user:password as they were sent */
	uint8_t login[WS_LOGIN_MAX];
	size_t login_len;
};
/* -1: more bytes are needed; 0: it may be answered, *used bytes were its head; else the HTTP status
 * to refuse it with (400, 404, 405, 414, 426, 431). */
int ws_request_read(const char *p, size_t n, struct ws_request *out, size_t *used);
/* Is the protocol among those offered? */
bool ws_offers(const struct ws_request *r, const char *protocol);
/* The password if the login is the identity's; NULL: it is another's or none. */
const uint8_t *ws_password(const struct ws_request *r, size_t *len);
#define WS_ANSWER_MAX 512
/* protocol NULL: none was agreed upon. Both return the length. */
size_t ws_welcome(const char *accept, const char *protocol, char out[WS_ANSWER_MAX]);
size_t ws_refusal(int status, char out[WS_ANSWER_MAX]);

#endif

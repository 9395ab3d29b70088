/* core.h - the gateway's event loop: connections of any protocol, their caps and time-outs, the
 * writers' channels.
 * Owns struct conn and the counters. The loop has sockets and neither database nor keys (law 7).
 * Serves the protocols (gateway/<protocol>/), one table entry each. */
#ifndef GATEWAY_CORE_H
#define GATEWAY_CORE_H

#include "daemons/gateway/message.h"
#include "daemons/wheel.h"
#include "run/daemon.h"

#define CONN_SERIAL 41
#define CONN_OWN 32                  /* bytes a protocol keeps per connection */

#define X(id, name, gauge, help) COUNT_##id,
enum count {
#include "daemons/gateway/count_list.h"
COUNTS };
#undef X

/* before log-in, queued, at the writer, logged in */
enum conn_state { CONN_FRESH, CONN_WAITING, CONN_ASKED, CONN_KNOWN };

struct gun {
	struct live_row live;
	bool dirty;
	int fault_told;              /* to the writer; -1: what is noted of it is not known */
	int8_t battery_temperature;  /* of the battery's own report; TEMPERATURE_NONE */
	int64_t battery_ms[2];       /* when what comes every few seconds was passed on last */
};

struct conn {
	struct loop_io io;
	struct wheel_entry timer;
	const struct protocol *protocol;
	uint32_t slot, generation;
	uint8_t state, writer;
	bool closing, dirty, writing;
	bool denied;                 /* registered, but its password is another */
	uint8_t black_box;           /* enum black_box */
	uint16_t kept;               /* frames for it in minute `kept_minute` */
	uint32_t kept_minute;
	int guns;
	struct gun *gun;             /* gun[number - 1]; NULL before log-in */
	int64_t pile_id, last_ms, wake_ms;
	uint8_t *partial, *out;      /* only while a frame is split, while the peer does not read */
	uint32_t partial_len, out_len;
	/* next: waiting, closing or free list */
	struct conn *hash_next, *dirty_prev, *dirty_next, *next;
	struct msg_hello *hello;     /* while waiting */
	struct awaited *awaited;     /* commands on the wire; await.c */
	const char *why;
	char serial[CONN_SERIAL];
	union { uint8_t bytes[CONN_OWN]; int64_t align; } own;
};

/* an answer will come; none will; see *why; not now: see *why, a task tries again later */
enum wire { WIRE_SENT, WIRE_DONE, WIRE_REFUSED, WIRE_LATER };

struct protocol {
	const char *name;
	int64_t (*port)(void);
	size_t frame_max;            /* the most a connection may leave unfinished */
	int silence_s, login_s;      /* without any frame; without a log-in */
	/* bit i of a live row's fault opens and closes alarm fault_code[i]; NULL: none does */
	const char *const *fault_code;
	int fault_codes;
	/* of what is kept: is it said every few seconds; its secrets are blotted out. NULL: none */
	bool (*routine)(const uint8_t *p, size_t n);
	void (*mask)(uint8_t *p, size_t n);
	/* Kept bytes in words; for the writers. Returns the name of what it is. */
	const char *(*text)(const uint8_t *p, size_t n, char *out, size_t room);
	/* the same of what was sent down; NULL: text() knows both */
	const char *(*text_down)(const uint8_t *p, size_t n, char *out, size_t room);
	/* Handles what is whole in p; returns the bytes done with. May close the connection. */
	size_t (*take)(struct conn *c, const uint8_t *p, size_t n);
	/* The peer had paused in the middle of a frame; do the new bytes stand for themselves, so
	 * that the old ones were none? */
	bool (*stands_alone)(const uint8_t *p, size_t n);
	void (*wake)(struct conn *c);                    /* at silence checks and at c->wake_ms */
	/* Answers of the writer, with the tag of the question. */
	void (*known)(struct conn *c, bool known, uint64_t tag);
	void (*tariff)(struct conn *c, const struct msg_tariff *t, uint64_t tag);
	void (*card_answer)(struct conn *c, const struct msg_card_answer *a, uint64_t tag);
	void (*record_answer)(struct conn *c, const struct msg_record_answer *a, uint64_t tag);
	enum wire (*command)(struct conn *c, const struct msg_command *m, const char **why);
	void (*charge)(struct conn *c, const struct msg_charge *m, uint64_t tag);
	/* It ends: what it holds on the heap. May be NULL. */
	void (*forget)(struct conn *c);
};
extern const struct protocol ykc_protocol, ocpp_protocol, ap3000_protocol;
/* By its name; NULL: none. */
const struct protocol *protocol_find(const char *name);

/* What a protocol may do with a connection. */
/* a peer that does not read is closed */
void conn_send(struct conn *c, const void *p, size_t n);
/* at the end of this turn */
void conn_close(struct conn *c, const char *why);
/* counted; logged once per pile and minute */
void conn_complain(struct conn *c, enum count what, const char *detail);
/* ends in protocol->known */
void conn_hello(struct conn *c, const struct msg_hello *hello);
/* kept, forwarded in batches */
void conn_live(struct conn *c, const struct live_row *row);
/* A whole frame for the black box; what is sent by conn_send() is kept without being told. */
void conn_raw(struct conn *c, bool down, const void *p, size_t n);
/* to its writer; false: its queue is full */
bool conn_tell(struct conn *c, struct msg *m);
void conn_wake_at(struct conn *c, int64_t mono_ms);                      /* 0: never */
bool conn_is_charging(const struct conn *c);
/* The command is on the wire in a frame of that sequence number (-1: it has none). Its row hears
 * of the answer that conn_answered() brings: the one to that number, else the oldest of the kind
 * and connector (0: any). Rows with id 0 hear nothing. */
void conn_await(struct conn *c, const struct command *row, int seq);
void conn_answered(struct conn *c, enum command_kind kind, int number, int seq, bool ok,
	const char *result);
/* monotonic, of this turn */
int64_t conn_now_ms(void);

void count_add(enum count what, int64_t n);
void count_set(enum count what, int64_t v);

#endif

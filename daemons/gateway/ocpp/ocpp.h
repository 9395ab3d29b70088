/* ocpp.h - what the files of the OCPP side of the gateway share: a station's own memory, sending.
 * Owns struct station, on the heap of its connection. Serves link.c (WebSocket), up.c (what
 * stations call), call.c (the queue of what is called there) and down.c (commands as calls). */
#ifndef GATEWAY_OCPP_H
#define GATEWAY_OCPP_H

#include "daemons/gateway/core.h"
#include "proto/ocpp.h"
#include "proto/ws.h"

#define OCPP_HEARTBEAT_S 300         /* what stations are told */
#define OCPP_PING_MS 60000
#define OCPP_SAMPLE_S 60             /* between two readings of a charge */
#define OCPP_CALLS 16                /* that wait at a station */
#define OCPP_CALL_MS 30000           /* an answer has so long */
#define OCPP_SETTLE_MS 10000         /* a station that does not boot may be called after it */

/* A charge at a connector as its station numbers it; id 0: none is known. */
struct charge { int64_t id, meter_start; char no[SESSION_NO]; };

/* A call of the station that a writer answers; id is the message's. */
struct question { struct question *next; uint64_t tag; int64_t at_ms; int number; char id[]; };

/* A call to the station; the first in the queue is under way once at_ms is set. */
struct call {
	struct call *next;
	int64_t command_id, at_ms;           /* command_id 0: nobody waits for its answer */
	enum command_kind kind;
	enum ocpp_action action;
	char session_no[SESSION_NO], id[12];
	char payload[];
};

struct station {
	char accept[WS_ACCEPT];
	bool agreed;                         /* on the subprotocol */
	bool open, heard, booted, told;      /* told: the state of a connector */
	bool leaving;                        /* the close frame is out */
	/* a frame that is not whole yet, a message of several */
	bool in_frame, in_message;
	struct ws_frame frame;
	size_t done;                         /* bytes of the frame's payload */
	struct buf text;
	uint32_t ids;
	uint64_t tags;
	int64_t since_ms, ping_ms, asked_ms;
	struct question *questions;
	struct call *calls;
	int call_count;
	struct charge *charge;               /* charge[number - 1] */
};

static inline struct station **ocpp_place(struct conn *c)
{
	return (struct station **)(void *)c->own.bytes;
}
static inline struct station *ocpp_own(struct conn *c) { return *ocpp_place(c); }

/* link.c */
void ocpp_say(struct conn *c, const char *text, size_t n);
/* The close frame; the connection ends soon after. */
void ocpp_leave(struct conn *c, unsigned code, const char *why);
void ocpp_wake_soon(struct conn *c);

/* up.c */
void ocpp_take_text(struct conn *c, const char *text, size_t n);
void ocpp_charge(struct conn *c, const struct msg_charge *m, uint64_t tag);
extern const char *const ocpp_fault_codes[];

/* call.c: false: the queue is full. */
bool ocpp_call(struct conn *c, enum ocpp_action action, const char *payload,
	const struct command *row);
void ocpp_call_next(struct conn *c);
void ocpp_replied(struct conn *c, const struct ocpp_message *m);
void ocpp_call_overdue(struct conn *c);
/* The connection ends. */
void ocpp_calls_forget(struct conn *c);

/* down.c */
enum wire ocpp_command(struct conn *c, const struct msg_command *m, const char **why);

#endif

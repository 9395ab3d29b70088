/* ap3000.h - what the files of the e-bike side of the gateway share: a device's memory, sending.
 * Owns struct ap3000_device, on the heap of its connection. Serves up.c (what devices send) and
 * down.c (what is sent to them). */
#ifndef GATEWAY_AP3000_H
#define GATEWAY_AP3000_H

#include "daemons/gateway/core.h"
#include "proto/ap3000.h"

#define AP3000_EARLY 1024            /* bytes that come before the writer knows the device */
#define AP3000_CALLS 8               /* commands on their way to one device */
#define AP3000_GAP_MS 500            /* between two commands to one device (1.0.2) */
#define AP3000_ANSWER_MS 15000       /* then it is sent once more */
#define AP3000_LOOK_MS 91000         /* after a start: does the vehicle take anything? (D15) */

/* tries 0: it has not been sent yet */
struct ap3000_call {
	bool used;
	uint8_t cmd, tries;
	uint16_t no;
	int port, len;
	int64_t due_ms, command_id;          /* the row that asked for it */
	enum command_kind kind;
	char order[AP3000_ORDER];
	uint8_t frame[AP3000_AROUND + AP3000_TEMP_QR];
};
struct ap3000_device {
	uint32_t id;
	uint16_t ids;
	int64_t next_ms;                 /* no command before */
	int64_t look_ms;                 /* when its states are asked for; 0: not */
	size_t early_len;
	uint8_t early[AP3000_EARLY];
	char iccid[AP3000_ICCID];
	uint8_t alarms[AP3000_PORTS + 1];        /* 1 << kind: told; [0] the device as a whole */
	struct ap3000_call call[AP3000_CALLS];
};

static inline struct ap3000_device **ap3000_place(struct conn *c)
{
	return (struct ap3000_device **)(void *)c->own.bytes;
}
static inline struct ap3000_device *ap3000_own(struct conn *c) { return *ap3000_place(c); }

/* An answer with the number of the message it answers. */
void ap3000_reply(struct conn *c, struct ap3000_message *m, uint16_t no);
void ap3000_query(struct conn *c);
/* The device answered; *out is the call, no longer under way. false: none waits for it. */
bool ap3000_answered(struct conn *c, uint16_t no, uint8_t cmd, struct ap3000_call *out);
void ap3000_wake(struct conn *c);
void ap3000_card_answer(struct conn *c, const struct msg_card_answer *a, uint64_t tag);
void ap3000_record_answer(struct conn *c, const struct msg_record_answer *a, uint64_t tag);
enum wire ap3000_command(struct conn *c, const struct msg_command *m, const char **why);
void ap3000_tell_answer(struct conn *c, const struct ap3000_call *call, bool ok,
	const char *result);

#endif

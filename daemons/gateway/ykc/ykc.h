/* ykc.h - what the two files of the YKC side of the gateway share: a connection's own bytes,
 * sending.
 * Owns struct ykc_own. Serves up.c (what piles send) and down.c (what is sent to them). */
#ifndef GATEWAY_YKC_H
#define GATEWAY_YKC_H

#include "daemons/gateway/core.h"
#include "proto/ykc.h"

#define YKC_SYNC_MS (8 * 3600 * 1000)        /* between two settings of a pile's clock */

struct ykc_own {
	int64_t offered;             /* tariff version sent last; the pile's answer confirms it */
	int64_t sync_ms;             /* when its clock is set next */
	uint16_t seq;                /* of frames we begin */
	uint8_t version;             /* x 10, as it logged in with */
};
_Static_assert(sizeof(struct ykc_own) <= CONN_OWN, "a connection keeps no more");

static inline struct ykc_own *ykc_own(struct conn *c) { return (struct ykc_own *)c->own.bytes; }

/* A tag: the two bytes of the sequence number to echo, and for a price check (0x05) the model
 * number that was asked. */
#define YKC_TAG_CHECK (UINT64_C(1) << 16)
static inline uint64_t ykc_tag(const uint8_t seq[2]) { return seq[0] | (uint64_t)seq[1] << 8; }

/* sends a frame of our own */
void ykc_begin(struct conn *c, struct ykc_message *m);
/* sends an answer to the frame of that tag */
void ykc_reply(struct conn *c, struct ykc_message *m, uint64_t tag);
/* YKC_LOCK_UP -> "up" ... */
const char *ykc_lock_word(int state);
void ykc_send_time(struct conn *c);

void ykc_known(struct conn *c, bool known, uint64_t tag);
void ykc_tariff(struct conn *c, const struct msg_tariff *t, uint64_t tag);
void ykc_card_answer(struct conn *c, const struct msg_card_answer *a, uint64_t tag);
void ykc_record_answer(struct conn *c, const struct msg_record_answer *a, uint64_t tag);
enum wire ykc_command(struct conn *c, const struct msg_command *m, const char **why);

#endif

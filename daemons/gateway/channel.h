/* channel.h - the loop's end of a socketpair to a writer: packets, a bounded queue when the writer
 * is behind.
 * Owns the descriptor and the queue. Serves the loop. */
#ifndef GATEWAY_CHANNEL_H
#define GATEWAY_CHANNEL_H

#include "daemons/gateway/message.h"
#include "run/daemon.h"

#define CHANNEL_BYTES (8 * 1024 * 1024)

struct packet;
struct channel {
	struct loop_io io;           /* first; fd -1: no writer now, the queue waits for the next */
	int index;
	struct packet *head, *tail;
	size_t queued;               /* bytes */
	bool polling_out, ended;
};

void channel_init(struct channel *ch, int index, loop_io_fn fn);
NEOERR *channel_attach(struct channel *ch, struct loop *l, int fd) CHECKED;
void channel_detach(struct channel *ch, struct loop *l);
/* Nothing more is sent: the writer works off what it has and closes its end. */
void channel_end(struct channel *ch);
/* false: the queue is full, nothing was kept. */
bool channel_send(struct channel *ch, struct loop *l, const struct msg *m);
void channel_flush(struct channel *ch, struct loop *l);
static inline bool channel_is_idle(const struct channel *ch)
{
	return ch->head == NULL && ch->io.fd >= 0;
}

#endif

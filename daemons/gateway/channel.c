/* channel.c - packets to a writer.
 * Owns the queue.
 * Serves the loop. */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/gateway/channel.h"

struct packet { struct packet *next; size_t len; uint8_t data[]; };

void channel_init(struct channel *ch, int index, loop_io_fn fn)
{
	*ch = (struct channel){ .io = { -1, fn }, .index = index };
}

NEOERR *channel_attach(struct channel *ch, struct loop *l, int fd)
{
	NEOERR *err = STATUS_OK;

	ch->io.fd = fd;
	ch->polling_out = false;
	TRY(loop_add(l, &ch->io, EPOLLIN));
	channel_flush(ch, l);
out:
	return nerr_pass(err);
}

void channel_detach(struct channel *ch, struct loop *l)
{
	if (ch->io.fd < 0)
		return;
	loop_del(l, &ch->io);
	close(ch->io.fd);
	ch->io.fd = -1;
}

void channel_end(struct channel *ch)
{
	ch->ended = true;
	shutdown(ch->io.fd, SHUT_WR);
}

static void poll_out(struct channel *ch, struct loop *l, bool on)
{
	if (ch->polling_out == on)
		return;
	ch->polling_out = on;
	error_log("channel", loop_mod(l, &ch->io, EPOLLIN | (on ? EPOLLOUT : 0)));
}

/* A dead writer shows on the reading side; here a failed send only waits. */
static bool send_now(struct channel *ch, const void *p, size_t len)
{
	ssize_t n;

	if (ch->io.fd < 0)
		return false;
	do
		n = send(ch->io.fd, p, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)len;
}

bool channel_send(struct channel *ch, struct loop *l, const struct msg *m)
{
	size_t len = msg_size(m);
	struct packet *packet;

	if (ch->head == NULL && send_now(ch, m, len))
		return true;
	if (ch->queued + len > CHANNEL_BYTES)
		return false;
	packet = malloc(sizeof(*packet) + len);
	if (packet == NULL)
		error_die("out of memory");
	packet->next = NULL;
	packet->len = len;
	memcpy(packet->data, m, len);
	if (ch->tail != NULL)
		ch->tail->next = packet;
	else
		ch->head = packet;
	ch->tail = packet;
	ch->queued += len;
	if (ch->io.fd >= 0)
		poll_out(ch, l, true);
	return true;
}

void channel_flush(struct channel *ch, struct loop *l)
{
	struct packet *packet;

	while ((packet = ch->head) != NULL && send_now(ch, packet->data, packet->len)) {
		ch->head = packet->next;
		if (ch->head == NULL)
			ch->tail = NULL;
		ch->queued -= packet->len;
		free(packet);
	}
	if (ch->io.fd >= 0)
		poll_out(ch, l, ch->head != NULL);
}

/* conn.c - connections of the gateway's loop: table, bytes in, bytes out, time-outs, end.
 * Owns struct conn.
 * Serves core.c and the protocols. */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/gateway/loop.h"

#include "base/log.h"
#include "base/text.h"

#define READ_ONCE 65536
#define OUT_MAX 8192                 /* unsent bytes before a peer is given up */
#define PAUSE_MS 2000                /* a frame split by more than this may be no frame */
#define PARTIAL_MAX 65536

/* One buffer for all: what a frame left over last time, then what is read now. */
static uint8_t in[PARTIAL_MAX + READ_ONCE];

static void on_conn(struct loop *l, struct loop_io *io, uint32_t events);

int64_t conn_now_ms(void)
{
	return core.now_ms;
}

uint8_t writer_of(const char *serial)
{
	uint32_t h = 2166136261u;

	for (; *serial != '\0'; serial++)
		h = (h ^ (uint8_t)*serial) * 16777619u;
	return (uint8_t)(1 + h % (uint32_t)core.writers);
}

/* ---- table */

static struct conn *slot_take(void)
{
	struct conn *c = core.free;

	if (c != NULL) {
		core.free = c->next;
		return c;
	}
	if (core.used == core.cap)
		return NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		error_die("out of memory");
	c->slot = core.used;
	core.conn[core.used++] = c;
	return c;
}

static void slot_give(struct conn *c)
{
	uint32_t slot = c->slot, generation = c->generation;

	memset(c, 0, sizeof(*c));
	c->slot = slot;
	c->generation = generation;
	c->io.fd = -1;
	c->next = core.free;
	core.free = c;
}

struct conn *conn_of(const struct msg *m)
{
	struct conn *c = m->slot < core.used ? core.conn[m->slot] : NULL;

	return c != NULL && c->generation == m->generation && c->io.fd >= 0 && !c->closing ? c : NULL;
}

static struct conn **hash_place(const char *serial)
{
	uint32_t h = 5381;

	for (; *serial != '\0'; serial++)
		h = h * 33 ^ (uint8_t)*serial;
	return &core.hash[(h * 2654435761u >> 7) & core.hash_mask];
}

struct conn *conn_by_serial(const char *serial)
{
	struct conn *c = *hash_place(serial);

	while (c != NULL && !text_eq(c->serial, serial))
		c = c->hash_next;
	return c;
}

void conn_hash_add(struct conn *c)
{
	struct conn **place = hash_place(c->serial);

	c->hash_next = *place;
	*place = c;
	count_add(COUNT_PILES, 1);
}

void conn_hash_remove(struct conn *c)
{
	struct conn **place = hash_place(c->serial);

	while (*place != NULL && *place != c)
		place = &(*place)->hash_next;
	if (*place == NULL)
		return;
	*place = c->hash_next;
	count_add(COUNT_PILES, -1);
}

void conn_accept(int fd, const struct protocol *protocol)
{
	struct conn *c = slot_take();
	NEOERR *err;

	if (c == NULL) {
		count_add(COUNT_FULL, 1);
		close(fd);
		return;
	}
	c->io = (struct loop_io){ fd, on_conn };
	c->protocol = protocol;
	c->state = CONN_FRESH;
	c->generation++;
	if (c->generation == 0)
		c->generation = 1;
	c->last_ms = core.now_ms;
	err = loop_add(core.loop, &c->io, EPOLLIN);
	if (err != STATUS_OK) {
		error_log("accept", err);
		close(fd);
		slot_give(c);
		return;
	}
	wheel_set(&core.wheel, &c->timer, core.now_ms + protocol->login_s * 1000);
	count_add(COUNT_ACCEPTED, 1);
	count_add(COUNT_CONNECTIONS, 1);
}

/* ---- end */

void conn_close(struct conn *c, const char *why)
{
	if (c->closing || c->io.fd < 0)
		return;
	c->closing = true;
	c->why = why;
	login_forget(c);
	c->next = core.closing;
	core.closing = c;
}

static void say_bye(struct conn *c)
{
	struct msg m = { .kind = MSG_BYE };

	m.u.bye.silent = text_eq(c->why, "silent");
	text_copy(m.u.bye.reason, sizeof(m.u.bye.reason), c->why);
	conn_tell(c, &m);
}

/* The pile is gone, unless a newer connection of it has taken this one's place. */
static void conn_free(struct conn *c)
{
	struct conn *of_pile = conn_by_serial(c->serial);

	log_line(LOG_DEBUG, "conn_close", "pile=%s why=%s", c->serial, c->why);
	if (c->pile_id != 0 && (of_pile == c || of_pile == NULL))
		say_bye(c);
	if (c->protocol->forget != NULL)
		c->protocol->forget(c);
	await_forget(c);
	conn_hash_remove(c);
	live_forget(c);
	wheel_unset(&c->timer);
	loop_del(core.loop, &c->io);
	close(c->io.fd);
	free(c->partial);
	free(c->out);
	free(c->gun);
	count_add(COUNT_CONNECTIONS, -1);
	slot_give(c);
}

void conn_reap(void)
{
	struct conn *c;

	while ((c = core.closing) != NULL) {
		core.closing = c->next;
		conn_free(c);
	}
}

void conn_complain(struct conn *c, enum count what, const char *detail)
{
	static const char *const words[] = {
#define X(id, name, gauge, help) name,
#include "daemons/gateway/count_list.h"
#undef X
	};
	unsigned suppressed = 0;

	count_add(what, 1);
	if (log_once(words[what], c->serial, 60, &suppressed))
		log_line(LOG_WARN, "peer", "what=%s pile=%s detail=\"%s\" suppressed=%u", words[what],
			c->serial[0] != '\0' ? c->serial : "-", detail, suppressed);
}

/* ---- out */

static void poll_out(struct conn *c, bool on)
{
	NEOERR *err;

	if (c->writing == on)
		return;
	c->writing = on;
	err = loop_mod(core.loop, &c->io, EPOLLIN | (on ? EPOLLOUT : 0));
	if (err != STATUS_OK) {
		error_log("send", err);
		conn_close(c, "error");
	}
}

/* -1: the connection is broken; else bytes sent. */
static ssize_t send_some(struct conn *c, const uint8_t *p, size_t n)
{
	ssize_t sent;

	do
		sent = send(c->io.fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
	count_add(COUNT_BYTES_OUT, sent);
	return sent;
}

static void out_keep(struct conn *c, const uint8_t *p, size_t n)
{
	uint8_t *room;

	if (c->out_len + n > OUT_MAX) {
		count_add(COUNT_SLOW, 1);
		conn_close(c, "slow");
		return;
	}
	room = realloc(c->out, c->out_len + n);
	if (room == NULL)
		error_die("out of memory");
	c->out = room;
	memcpy(c->out + c->out_len, p, n);
	c->out_len += (uint32_t)n;
	poll_out(c, true);
}

void conn_send(struct conn *c, const void *p, size_t n)
{
	ssize_t sent = 0;

	if (c->closing || c->io.fd < 0)
		return;
	count_add(COUNT_FRAMES_OUT, 1);
	conn_raw(c, true, p, n);
	if (c->out_len == 0)
		sent = send_some(c, p, n);
	if (sent < 0)
		conn_close(c, "broken");
	else if ((size_t)sent < n)
		out_keep(c, (const uint8_t *)p + sent, n - (size_t)sent);
}

static void out_flush(struct conn *c)
{
	ssize_t sent = send_some(c, c->out, c->out_len);

	if (sent < 0) {
		conn_close(c, "broken");
		return;
	}
	c->out_len -= (uint32_t)sent;
	memmove(c->out, c->out + sent, c->out_len);
	if (c->out_len > 0)
		return;
	free(c->out);
	c->out = NULL;
	poll_out(c, false);
}

bool conn_tell(struct conn *c, struct msg *m)
{
	m->slot = c->slot;
	m->generation = c->generation;
	m->pile_id = c->pile_id;
	if (channel_send(&core.channel[c->writer], core.loop, m))
		return true;
	conn_complain(c, COUNT_DROPPED, "the writers are behind");
	return false;
}

/* ---- in */

static void partial_keep(struct conn *c, const uint8_t *p, size_t n)
{
	if (n > c->protocol->frame_max || n > PARTIAL_MAX) {
		conn_complain(c, COUNT_GARBAGE, "too many bytes without a frame");
		conn_close(c, "flood");
		return;
	}
	if (n != c->partial_len) {
		free(c->partial);
		c->partial = n > 0 ? malloc(n) : NULL;
		if (n > 0 && c->partial == NULL)
			error_die("out of memory");
	}
	if (n > 0)
		memcpy(c->partial, p, n);
	c->partial_len = (uint32_t)n;
}

static void take_bytes(struct conn *c, size_t fresh)
{
	uint8_t *p = in + PARTIAL_MAX - c->partial_len;
	size_t n = c->partial_len + fresh, used;
	bool paused = c->partial_len > 0 && core.now_ms - c->last_ms > PAUSE_MS;

	count_add(COUNT_BYTES_IN, (int64_t)fresh);
	c->last_ms = core.now_ms;
	if (paused && c->protocol->stands_alone(in + PARTIAL_MAX, fresh)) {
		conn_complain(c, COUNT_GARBAGE, "half a frame, given up");
		p = in + PARTIAL_MAX;
		n = fresh;
	} else if (c->partial_len > 0) {
		memcpy(p, c->partial, c->partial_len);
	}
	used = c->protocol->take(c, p, n);
	if (!c->closing && (c->partial_len > 0 || used < n))
		partial_keep(c, p + used, n - used);
}

static void on_conn(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct conn *c = (struct conn *)io;
	ssize_t n;

	core.now_ms = loop_now_ms(l);
	if ((events & EPOLLOUT) && c->out_len > 0)
		out_flush(c);
	if (!c->closing && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
		n = recv(io->fd, in + PARTIAL_MAX, READ_ONCE, MSG_DONTWAIT);
		if (n > 0)
			take_bytes(c, (size_t)n);
		else if (n == 0)
			conn_close(c, "closed");
		else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			conn_close(c, "broken");
	}
	conn_reap();
}

/* ---- time */

/* One wheel entry serves silence, log-in and the protocol's own time-outs; it is not moved by
 * each frame. */
static void rearm(struct conn *c)
{
	int64_t due = c->last_ms + c->protocol->silence_s * 1000;

	if (c->wake_ms != 0 && c->wake_ms < due)
		due = c->wake_ms;
	wheel_set(&core.wheel, &c->timer, due);
}

void conn_wake_at(struct conn *c, int64_t mono_ms)
{
	c->wake_ms = mono_ms;
	rearm(c);
}

void conn_timeout(struct wheel_entry *e, void *ctx)
{
	struct conn *c = (struct conn *)((char *)e - offsetof(struct conn, timer));

	(void)ctx;
	if (c->state != CONN_KNOWN) {
		conn_close(c, "no_login");
		return;
	}
	if (core.now_ms - c->last_ms >= c->protocol->silence_s * 1000) {
		count_add(COUNT_SILENT, 1);
		conn_close(c, "silent");
		return;
	}
	if (c->wake_ms != 0 && c->wake_ms <= core.now_ms)
		c->wake_ms = 0;
	c->protocol->wake(c);
	if (!c->closing)
		rearm(c);
}

/* core.c - the gateway's loop process: listeners, channels to the writers, ticks.
 * Owns struct core.
 * Serves gateway.c, which starts it and hands it writers. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/gateway/gateway.h"
#include "daemons/gateway/loop.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"

#define ACCEPT_ONCE 256              /* new connections a turn: those that are there must not wait for a storm */
#define SPARE_FDS 64                 /* listeners, channels, metrics */
#define BACKLOG 4096
#define DRAIN_MS 5000                /* at the end: for what the writers have not done yet */
#define NOT_CONNECTED 4              /* a start's failure: as the piles say "offline" */

struct core core;

static const struct protocol *const protocols[] = { &ykc_protocol, &ocpp_protocol,
	&ap3000_protocol };
#define PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

const struct protocol *protocol_find(const char *name)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (text_eq(protocols[i]->name, name))
			return protocols[i];
	return NULL;
}

struct listener { struct loop_io io; const struct protocol *protocol; };
static struct listener listeners[PROTOCOLS];
static struct loop_io control;
static bool open_for_piles;

/* ---- listening */

static void on_listener(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct listener *from = (struct listener *)io;
	int fd, one = 1;

	(void)events;
	core.now_ms = loop_now_ms(l);
	for (int i = 0; i < ACCEPT_ONCE; i++) {
		fd = accept4(io->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			break;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		conn_accept(fd, from->protocol);
	}
	conn_reap();
}

static NEOERR *listen_on(struct listener *out, const struct protocol *protocol)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *at = NULL;
	char port[8];
	int one = 1, fd;
	NEOERR *err = STATUS_OK;

	snprintf(port, sizeof(port), "%d", (int)protocol->port());
	if (getaddrinfo(conf.listen, port, &hints, &at) != 0)
		return nerr_raise(ERR_INVALID, "listen = %s is no address", conf.listen);
	fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	}
	if (fd < 0 || bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
		err = nerr_raise_errno(ERR_INVALID, "cannot listen on %s port %s for %s", conf.listen, port,
			protocol->name);
	freeaddrinfo(at);
	if (err != STATUS_OK)
		return err;
	*out = (struct listener){ { fd, on_listener }, protocol };
	return nerr_pass(loop_add(core.loop, &out->io, EPOLLIN));
}

/* Piles are let in only when what this gateway left online in its former life has been taken
 * offline. */
static void open_doors(void)
{
	NEOERR *err = STATUS_OK;

	if (open_for_piles)
		return;
	for (size_t i = 0; i < PROTOCOLS && err == STATUS_OK; i++)
		err = listen_on(&listeners[i], protocols[i]);
	if (err != STATUS_OK) {
		error_log("listen", err);
		loop_stop(core.loop);
		return;
	}
	open_for_piles = true;
	log_line(LOG_INFO, "open", "gateway=%s cap=%u", conf.gateway_id, core.cap);
	(void)!send(control.fd, "r", 1, MSG_NOSIGNAL);
}

/* ---- what writers say */

static void answer_command(const struct command *c, enum wire wire, const char *why)
{
	bool ok = wire == WIRE_DONE;
	struct channel *ch = &core.channel[writer_of(c->pile_serial)];
	struct msg m = { .kind = MSG_ANSWER, .pile_id = c->pile_id };

	m.u.answer.command_id = c->id;
	m.u.answer.kind = c->kind;
	m.u.answer.ok = ok;
	m.u.answer.later = wire == WIRE_LATER;
	text_copy(m.u.answer.result, sizeof(m.u.answer.result), ok ? "sent" : why);
	channel_send(ch, core.loop, &m);
	if (wire != WIRE_REFUSED || c->kind != COMMAND_START)
		return;
	m = (struct msg){ .kind = MSG_STARTED, .pile_id = c->pile_id };
	m.u.started.reason = NOT_CONNECTED;
	text_copy(m.u.started.no, sizeof(m.u.started.no), c->session_no);
	channel_send(ch, core.loop, &m);
}

/* id 0: no row in the database, the minute's check found the pile's prices out of date. */
static void on_command(const struct msg_command *m)
{
	struct conn *c = conn_by_serial(m->command.pile_serial);
	const char *why = "not connected";
	enum wire wire = WIRE_REFUSED;

	if (c != NULL && !c->closing)
		wire = c->protocol->command(c, m, &why);
	if (m->command.id == 0)
		return;
	if (wire == WIRE_REFUSED)
		count_add(COUNT_COMMANDS_FAILED, 1);
	else
		count_wire(clock_now_ms() - m->command.created_ms);
	if (wire != WIRE_SENT)
		answer_command(&m->command, wire, why);
}

static void on_msg(const struct msg *m)
{
	struct conn *c = conn_of(m);

	switch (m->kind) {
	case MSG_OPEN:
		open_doors();
		return;
	case MSG_FENCED:
		log_line(LOG_ERROR, "fenced", "gateway=%s", conf.gateway_id);
		loop_stop(core.loop);
		return;
	case MSG_COMMAND:
		on_command(&m->u.command);
		return;
	default:
		break;
	}
	if (c == NULL)
		/* it hung up; what matters is sent again by the device */
		return;
	switch (m->kind) {
	case MSG_KNOWN:
		login_known(c, m);
		break;
	case MSG_TARIFF:
		c->protocol->tariff(c, &m->u.tariff, m->tag);
		break;
	case MSG_CARD_ANSWER:
		c->protocol->card_answer(c, &m->u.card_answer, m->tag);
		break;
	case MSG_RECORD_ANSWER:
		count_add(COUNT_RECORD_ANSWERS, 1);
		c->protocol->record_answer(c, &m->u.record_answer, m->tag);
		break;
	case MSG_CHARGE:
		c->protocol->charge(c, &m->u.charge, m->tag);
		break;
	case MSG_MOVED:
		count_add(COUNT_MOVED, 1);
		conn_close(c, "moved");
		break;
	default:
		break;
	}
}

static void writer_lost(struct channel *ch)
{
	channel_detach(ch, core.loop);
	count_add(COUNT_WRITERS, -1);
	if (ch->ended)
		return;
	count_add(COUNT_WRITER_LOST, 1);
	log_line(LOG_WARN, "writer_lost", "index=%d", ch->index);
}

static void on_channel(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct channel *ch = (struct channel *)io;
	static struct msg m;
	ssize_t n = 0;

	core.now_ms = loop_now_ms(l);
	if (events & EPOLLOUT)
		channel_flush(ch, l);
	for (int i = 0; i < 64; i++) {
		n = recv(io->fd, &m, sizeof(m), MSG_DONTWAIT);
		if (n <= 0)
			break;
		on_msg(&m);
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
		writer_lost(ch);
	login_next();
	conn_reap();
}

/* ---- what the supervisor says: "here is writer i" with its descriptor */

static int take_fd(struct msghdr *h)
{
	struct cmsghdr *cm = CMSG_FIRSTHDR(h);
	int fd = -1;

	if (cm != NULL && cm->cmsg_level == SOL_SOCKET && cm->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(cm), sizeof(fd));
	return fd;
}

static void on_control(struct loop *l, struct loop_io *io, uint32_t events)
{
	char room[CMSG_SPACE(sizeof(int))];
	uint8_t index = 0;
	struct iovec iov = { &index, 1 };
	struct msghdr h = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room) };
	ssize_t n = recvmsg(io->fd, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	int fd;

	(void)events;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		loop_stop(l);
		return;
	}
	fd = n > 0 ? take_fd(&h) : -1;
	if (fd < 0 || index > core.writers + 1)
		return;
	channel_detach(&core.channel[index], l);
	error_log("writer", channel_attach(&core.channel[index], l, fd));
	count_add(COUNT_WRITERS, 1);
}

/* ---- time */

static int64_t lag_ms;                                 /* the worst since the last figures */

static void every_200_ms(struct loop *l, void *ctx)
{
	static int64_t before;
	int64_t late;

	(void)ctx;
	core.now_ms = loop_now_ms(l);
	late = before == 0 ? 0 : core.now_ms - before - 200;
	before = core.now_ms;
	if (late > lag_ms)
		lag_ms = late;
	live_flush();
	black_box_flush();
	login_next();
	wheel_turn(&core.wheel, core.now_ms, conn_timeout, NULL);
	conn_reap();
}

static void every_second(struct loop *l, void *ctx)
{
	struct msg figures = { .kind = MSG_FIGURES };
	size_t queued = 0;

	(void)ctx;
	core.now_ms = loop_now_ms(l);
	live_seen(core.now_ms / 1000);
	count_wire_percentiles();
	for (int i = 0; i <= core.writers + 1; i++)
		queued += core.channel[i].queued;
	count_set(COUNT_QUEUED, (int64_t)queued);
	count_figures(lag_ms, &figures.u.figures);
	lag_ms = 0;
	if (channel_is_idle(&core.channel[TAKER]))
		channel_send(&core.channel[TAKER], core.loop, &figures);
}

/* ---- life */

static void tables_new(void)
{
	int64_t limit = daemon_fd_limit() - SPARE_FDS;
	uint32_t hash = 1024;

	core.cap = (uint32_t)(limit < conf.gateway_max_piles ? limit : conf.gateway_max_piles);
	while (hash < core.cap)
		hash *= 2;
	core.hash_mask = hash - 1;
	core.conn = calloc(core.cap, sizeof(*core.conn));
	core.hash = calloc(hash, sizeof(*core.hash));
	if (core.conn == NULL || core.hash == NULL)
		error_die("out of memory");
}

/* What piles have said is worked off and answered, before their connections end: a record that came
 * is acknowledged, a command that was taken is sent. The taker ends last: it takes all offline. */
static void drain_channels(int from, int to, int64_t until_ms)
{
	while (clock_mono_ms() < until_ms) {
		struct channel *open[WRITERS_MAX];
		struct pollfd p[WRITERS_MAX];
		int n = 0;

		for (int i = from; i <= to; i++) {
			struct channel *ch = &core.channel[i];

			if (ch->io.fd < 0)
				continue;
			if (ch->head == NULL && !ch->ended)
				channel_end(ch);
			p[n] = (struct pollfd){ ch->io.fd, POLLIN | (ch->head != NULL ? POLLOUT : 0), 0 };
			open[n++] = ch;
		}
		if (n == 0 || poll(p, (nfds_t)n, 100) < 0)
			return;
		for (int i = 0; i < n; i++)
			if (p[i].revents != 0)
				on_channel(core.loop, &open[i]->io,
					(p[i].revents & POLLOUT ? EPOLLOUT : 0u) | EPOLLIN);
	}
}

static void drain(void)
{
	int64_t until = clock_mono_ms() + DRAIN_MS;

	for (size_t i = 0; i < PROTOCOLS; i++)
		if (open_for_piles)
			close(listeners[i].io.fd);
	live_flush();
	black_box_flush();
	drain_channels(TAKER + 1, core.writers + 1, until);
	drain_channels(TAKER, TAKER, until + DRAIN_MS / 2);
}

NEOERR *core_run(int control_fd, const char *name)
{
	NEOERR *err = STATUS_OK;

	conf_forget_secrets();
	tables_new();
	core.writers = (int)conf.gateway_writers;
	for (int i = 0; i <= core.writers + 1; i++)
		channel_init(&core.channel[i], i, on_channel);
	TRY(loop_new(&core.loop));
	core.now_ms = clock_mono_ms();
	wheel_init(&core.wheel, core.now_ms);
	control = (struct loop_io){ control_fd, on_control };
	TRY(loop_add(core.loop, &control, EPOLLIN));
	TRY(loop_every(core.loop, 200, every_200_ms, NULL));
	TRY(loop_every(core.loop, FIGURES_MS, every_second, NULL));
	TRY(count_serve(core.loop, name));
	TRY(loop_run(core.loop, NULL));
	drain();
out:
	return nerr_pass(err);
}

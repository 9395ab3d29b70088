/* pile.c - a virtual pile's link: connecting, bytes, heartbeats, silence, and its one timer.
 * Owns struct pile.
 * Serves the protocols and the control socket. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/pilesim/sim.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#define BEAT_MS 10000
#define LOGIN_MS 30000               /* without an answer to the log-in */
#define ASK_MS 10000
#define MISSED_MAX 3
#define BACK_MS 1000                 /* first pause before a new try; doubles */
#define BACK_MAX_MS 60000
#define PER_SOURCE 14000             /* connections from one loopback address: the kernel's ports are few */
#define HASH 65536

static struct pile *hash[HASH];
static uint8_t in[65536 + 4096];

static uint32_t hash_of(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s != '\0'; s++)
		h = (h ^ (uint8_t)*s) * 16777619u;
	return h % HASH;
}

struct pile *pile_find(const char *serial)
{
	struct pile *p = hash[hash_of(serial)];

	while (p != NULL && !text_eq(p->serial, serial))
		p = p->hash_next;
	return p;
}

uint32_t pile_dice(struct pile *p, uint32_t sides)
{
	p->dice = p->dice * 1664525u + 1013904223u;
	return (p->dice >> 8) % sides;
}

bool pile_is_bike(const struct pile *p)
{
	return p->watt < BIKE_BELOW;
}

bool pile_chance(struct pile *p, int per_mille)
{
	return per_mille > 0 && pile_dice(p, 1000) < (uint32_t)per_mille;
}

void pile_init(struct pile *p, const char *serial, int guns, uint64_t seed)
{
	memset(p, 0, sizeof(*p));
	text_copy(p->serial, sizeof(p->serial), serial);
	p->io.fd = -1;
	p->guns = (uint8_t)guns;
	p->version = 16;
	p->dice = (uint32_t)(seed * 2654435761u) ^ hash_of(serial) * 40503u;
	p->gun = calloc((size_t)guns, sizeof(*p->gun));
	if (p->gun == NULL)
		error_die("out of memory");
	for (int i = 0; i < guns; i++) {
		p->gun[i].number = i + 1;
		p->gun[i].meter = pile_dice(p, 50000) * ENERGY_KWH;
	}
	if (sim.faults.clock > 0)
		p->clock_off = (int)pile_dice(p, (uint32_t)sim.faults.clock * 2 + 1) - sim.faults.clock;
}

void pile_index(void)
{
	for (int i = 0; i < sim.piles; i++) {
		struct pile *p = &sim.pile[i], **at = &hash[hash_of(p->serial)];

		p->hash_next = *at;
		*at = p;
		p->connect_ms = sim.now_ms + (int64_t)i * 1000 / sim.rate;
		p->chance_ms = sim.now_ms + pile_dice(p, 60000);
		pile_due(p);
	}
}

int64_t pile_clock(const struct pile *p)
{
	return clock_now() + p->clock_off;
}

/* ---- link */

void pile_drop(struct pile *p, const char *why)
{
	int64_t pause = BACK_MS << (p->tries < 6 ? p->tries : 6);

	if (p->io.fd >= 0) {
		loop_del(sim.loop, &p->io);
		close(p->io.fd);
		p->io.fd = -1;
	}
	log_line(LOG_DEBUG, "drop", "pile=%s why=%s", p->serial, why);
	free(p->partial);
	p->partial = NULL;
	p->partial_len = 0;
	p->link = LINK_DOWN;
	p->seq = 0;
	if (p->tries < 255)
		p->tries++;
	p->connect_ms = sim.now_ms + (pause < BACK_MAX_MS ? pause : BACK_MAX_MS) / 2 +
		pile_dice(p, (uint32_t)pause / 2 + 1);
	if (p->connect_ms < p->silent_until_ms)
		p->connect_ms = p->silent_until_ms;
	for (int i = 0; i < p->guns; i++)
		/* the question is lost; the virtual driver goes away */
		if (p->gun[i].state == GUN_ASKING)
			fleet_answer(p, &p->gun[i], false);
	pile_due(p);
}

void pile_silence(struct pile *p, int seconds)
{
	p->silent_until_ms = sim.now_ms + (int64_t)seconds * 1000;
	if (p->link == LINK_DOWN)
		p->connect_ms = p->silent_until_ms;
	pile_due(p);
}

void pile_send(struct pile *p, uint8_t *frame, size_t n)
{
	if (p->io.fd < 0 || p->link < LINK_LOGIN || p->silent_until_ms > sim.now_ms)
		return;
	if (pile_chance(p, sim.faults.crc))
		frame[n - 1] ^= 0x5A;
	sim.sent++;
	if (send(p->io.fd, frame, n, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)n)
		pile_drop(p, "send");
}

static void begin_login(struct pile *p)
{
	error_log("connected", loop_mod(sim.loop, &p->io, EPOLLIN));
	p->link = LINK_LOGIN;
	p->login_ms = sim.now_ms + LOGIN_MS;
	p->protocol->hello(p);
	pile_due(p);
}

static int64_t beat_every(const struct pile *p)
{
	return p->protocol->beat_ms != 0 ? p->protocol->beat_ms : BEAT_MS;
}

void pile_up(struct pile *p)
{
	p->link = LINK_UP;
	p->tries = p->missed = 0;
	p->beat_ms = sim.now_ms + pile_dice(p, (uint32_t)beat_every(p));
	p->ask_ms = sim.now_ms + ASK_MS;
	p->protocol->ask_prices(p);
	for (int i = 0; i < p->guns; i++)
		p->gun[i].report_ms = sim.now_ms;
	record_wake(p);
	pile_due(p);
}

static void take_bytes(struct pile *p, uint8_t *data, size_t n)
{
	size_t used = 0, step = 1, left;

	while (p->io.fd >= 0 && used < n && step > 0) {
		step = p->protocol->take(p, data + used, n - used);
		used += step;
	}
	if (p->io.fd < 0)
		return;                                  /* it hung up while it handled them */
	pile_due(p);
	left = n - used;
	free(p->partial);
	p->partial = left > 0 && left <= p->protocol->frame_max ? malloc(left) : NULL;
	p->partial_len = p->partial != NULL ? (uint32_t)left : 0;
	if (p->partial != NULL)
		memcpy(p->partial, data + used, left);
}

static void on_pile(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct pile *p = (struct pile *)io;
	socklen_t len = sizeof(int);
	int failed = 0;
	ssize_t n;

	sim.now_ms = loop_now_ms(l);
	if (p->link == LINK_CONNECTING) {
		getsockopt(io->fd, SOL_SOCKET, SO_ERROR, &failed, &len);
		if (failed != 0 || (events & (EPOLLERR | EPOLLHUP)))
			pile_drop(p, "connect");
		else
			begin_login(p);
		return;
	}
	memcpy(in, p->partial_len > 0 ? p->partial : in, p->partial_len);
	n = recv(io->fd, in + p->partial_len, sizeof(in) - p->partial_len, MSG_DONTWAIT);
	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			pile_drop(p, "closed");
		return;
	}
	if (p->silent_until_ms <= sim.now_ms)            /* a silent pile hears nothing either */
		take_bytes(p, in, p->partial_len + (size_t)n);
}

static void bind_source(int fd, const struct pile *p)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	int one = 1, index = (int)(p - sim.pile);

	if (!text_starts(sim.host, "127.") || index < PER_SOURCE)
		return;
	from.sin_addr.s_addr = htonl(0x7F000002u + (uint32_t)(index / PER_SOURCE));
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	(void)!bind(fd, (struct sockaddr *)&from, sizeof(from));
}

static void connect_now(struct pile *p)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int one = 1;
	NEOERR *err;

	to.sin_port = htons((uint16_t)(sim.port != 0 ? sim.port : p->protocol->port()));
	inet_pton(AF_INET, sim.host, &to.sin_addr);
	p->io =
		(struct loop_io){ socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on_pile };
	p->link = LINK_CONNECTING;
	p->login_ms = sim.now_ms + LOGIN_MS;
	if (p->io.fd < 0) {
		pile_drop(p, "socket");
		return;
	}
	setsockopt(p->io.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	bind_source(p->io.fd, p);
	err = loop_add(sim.loop, &p->io, EPOLLOUT | EPOLLIN);
	if (err != STATUS_OK) {
		error_log("connect", err);
		pile_drop(p, "loop");
	} else if (connect(p->io.fd, (struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS) {
		pile_drop(p, "connect");
	}
}

/* ---- time */

static void run_up(struct pile *p)
{
	if (p->beat_ms <= sim.now_ms) {
		p->beat_ms = sim.now_ms + beat_every(p);
		if (p->missed++ >= MISSED_MAX) {
			pile_drop(p, "no heartbeat answers");
			return;
		}
		p->protocol->beat(p);
	}
	if (p->link == LINK_UP && p->ask_ms != 0 && p->ask_ms <= sim.now_ms) {
		p->ask_ms = sim.now_ms + ASK_MS;
		p->protocol->ask_prices(p);
	}
	if (p->link == LINK_UP)
		record_run(p);
}

static void run_chances(struct pile *p)
{
	if (p->chance_ms > sim.now_ms)
		return;
	p->chance_ms = sim.now_ms + 60000;
	if (pile_chance(p, sim.faults.drop) && p->io.fd >= 0)
		pile_drop(p, "fault");
	if (pile_chance(p, sim.faults.silent))
		pile_silence(p, 60);
}

static void run(struct wheel_entry *e, void *ctx)
{
	struct pile *p = (struct pile *)((char *)e - offsetof(struct pile, timer));

	(void)ctx;
	if (p->link == LINK_DOWN && p->connect_ms <= sim.now_ms)
		connect_now(p);
	else if ((p->link == LINK_CONNECTING || p->link == LINK_LOGIN) && p->login_ms <= sim.now_ms)
		pile_drop(p, "log-in");
	else if (p->link == LINK_UP)
		run_up(p);
	for (int i = 0; i < p->guns; i++)
		gun_run(p, &p->gun[i]);
	run_chances(p);
	pile_due(p);
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void pile_due(struct pile *p)
{
	int64_t due = INT64_MAX;

	if (p->link == LINK_DOWN)
		due = p->connect_ms;
	else if (p->link != LINK_UP)
		due = p->login_ms;
	else
		due = sooner(p->beat_ms, record_due(p));
	if (p->link == LINK_UP && p->ask_ms != 0)
		due = sooner(due, p->ask_ms);
	if (sim.faults.drop > 0 || sim.faults.silent > 0)
		due = sooner(due, p->chance_ms);
	for (int i = 0; i < p->guns; i++)
		due = sooner(due, gun_due(&p->gun[i]));
	wheel_set(&sim.wheel, &p->timer, due);
}

void pile_turn(struct loop *l, void *ctx)
{
	(void)ctx;
	sim.now_ms = loop_now_ms(l);
	wheel_turn(&sim.wheel, sim.now_ms, run, NULL);
}

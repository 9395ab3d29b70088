/* loop.c - the event loop: epoll, a few timers, signals.
 * Owns struct loop.
 * Serves daemons/. */
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "run/daemon.h"

#include "base/clock.h"

#define TIMERS 16
#define BATCH  512

struct timer { int64_t next_ms; int ms; loop_timer_fn fn; void *ctx; };

struct loop {
	int epoll_fd;
	bool stop;
	int64_t now_ms;
	struct timer timer[TIMERS];
	int timers;
	struct epoll_event batch[BATCH];
	int at, got;                         /* the turn's events: [at, got) are still to be handled */
	struct loop_io signal_io;
};

static volatile sig_atomic_t stop_asked, reload_asked;
static int signal_fd = -1;

static void on_signal(int sig)
{
	int saved = errno;
	uint64_t one = 1;

	if (sig == SIGHUP)
		reload_asked = 1;
	else
		stop_asked = 1;
	if (write(signal_fd, &one, sizeof one) < 0)
		errno = saved;                   /* full means awake already */
	errno = saved;
}

static void on_signal_fd(struct loop *l, struct loop_io *io, uint32_t events)
{
	uint64_t n;

	(void)l;
	(void)events;
	if (read(io->fd, &n, sizeof n) < 0)
		return;
}

NEOERR *loop_new(struct loop **out)
{
	struct loop *l = calloc(1, sizeof *l);
	NEOERR *err;

	if (!l)
		abort();
	l->now_ms = clock_mono_ms();
	l->signal_io = (struct loop_io){ .fd = -1, .fn = on_signal_fd };
	if ((l->epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0
	    || (l->signal_io.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0) {
		err = nerr_raise_errno(ERR_INVALID, "event loop");
		loop_free(&l);
		return err;
	}
	if ((err = loop_add(l, &l->signal_io, EPOLLIN)) != STATUS_OK) {
		loop_free(&l);
		return nerr_pass(err);
	}
	*out = l;
	return STATUS_OK;
}

void loop_free(struct loop **l)
{
	if (!*l)
		return;
	if (signal_fd == (*l)->signal_io.fd)
		signal_fd = -1;
	if ((*l)->signal_io.fd >= 0)
		close((*l)->signal_io.fd);
	if ((*l)->epoll_fd >= 0)
		close((*l)->epoll_fd);
	free(*l);
	*l = NULL;
}

NEOERR *loop_add(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = io };

	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, io->fd, &e) != 0)
		return nerr_raise_errno(ERR_INVALID, "epoll add fd %d", io->fd);
	return STATUS_OK;
}

NEOERR *loop_mod(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = io };

	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_MOD, io->fd, &e) != 0)
		return nerr_raise_errno(ERR_INVALID, "epoll mod fd %d", io->fd);
	return STATUS_OK;
}

/* Its owner may free it at once: events of this turn that still wait for it are forgotten. */
void loop_del(struct loop *l, struct loop_io *io)
{
	epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, io->fd, NULL);
	for (int i = l->at; i < l->got; i++)
		if (l->batch[i].data.ptr == io)
			l->batch[i].data.ptr = NULL;
}

NEOERR *loop_every(struct loop *l, int ms, loop_timer_fn fn, void *ctx)
{
	if (l->timers == TIMERS || ms <= 0)
		return nerr_raise(ERR_INVALID, "a loop has at most %d timers", TIMERS);
	l->timer[l->timers++] = (struct timer){ clock_mono_ms() + ms, ms, fn, ctx };
	return STATUS_OK;
}

int64_t loop_now_ms(const struct loop *l)
{
	return l->now_ms;
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}

static int wait_ms(const struct loop *l)
{
	int64_t next = INT64_MAX, now = clock_mono_ms();

	for (int i = 0; i < l->timers; i++)
		if (l->timer[i].next_ms < next)
			next = l->timer[i].next_ms;
	if (next == INT64_MAX)
		return -1;
	return next <= now ? 0 : next - now > 60000 ? 60000 : (int)(next - now);
}

/* A late timer is not made up for: it runs once and keeps its rhythm from now. */
static void run_timers(struct loop *l)
{
	for (int i = 0; i < l->timers && !l->stop; i++) {
		struct timer *t = &l->timer[i];

		if (t->next_ms > l->now_ms)
			continue;
		t->next_ms += t->ms;
		if (t->next_ms <= l->now_ms)
			t->next_ms = l->now_ms + t->ms;
		t->fn(l, t->ctx);
	}
}

static void run_events(struct loop *l)
{
	while (l->at < l->got) {
		struct epoll_event e = l->batch[l->at++];
		struct loop_io *io = e.data.ptr;

		if (io)
			io->fn(l, io, e.events);
	}
}

static void handle(int sig, void (*fn)(int))
{
	struct sigaction sa = { .sa_handler = fn, .sa_flags = SA_RESTART };

	sigemptyset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);
}

NEOERR *loop_run(struct loop *l, void (*reload)(void))
{
	signal_fd = l->signal_io.fd;
	handle(SIGTERM, on_signal);
	handle(SIGINT, on_signal);
	handle(SIGHUP, on_signal);
	handle(SIGPIPE, SIG_IGN);
	while (!l->stop && !stop_asked) {
		int got = epoll_wait(l->epoll_fd, l->batch, BATCH, wait_ms(l));

		if (got < 0 && errno != EINTR)
			return nerr_raise_errno(ERR_INVALID, "epoll_wait");
		l->now_ms = clock_mono_ms();
		l->at = 0;
		l->got = got > 0 ? got : 0;
		run_events(l);
		run_timers(l);
		if (reload_asked) {
			reload_asked = 0;
			if (reload)
				reload();
		}
	}
	return STATUS_OK;
}

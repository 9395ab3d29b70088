/* gateway.c - main of the gateway: forks loops (sockets, no database) and writers (database, no
 * sockets), keeps them alive.
 * Owns the processes, the wake-up socket and the signs of life; it reads nothing from outside.
 * Serves piles. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemons/gateway/gateway.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/log.h"
#include "base/text.h"
#include "base/wake.h"
#include "run/daemon.h"
#include "run/program.h"

#define LOOPS_MAX 16
#define WRITERS_MAX 66
#define CHILD_FD 3                   /* where a child keeps its end */
#define FDS_MAX (LOOPS_MAX + 2)
#define YOUNG_MS 1000                /* a child that dies before is started again after a pause */
#define PAUSE_MS 1000
#define PATIENCE_MS 8000             /* for a graceful end */

struct child {
	struct loop_io io;           /* its pidfd; first */
	pid_t pid;                   /* 0: none now */
	int64_t born_ms, again_ms;   /* again_ms: when to start the next one */
	int shard, index;            /* index -1: the loop itself */
};
struct shard {
	struct child loop, writer[WRITERS_MAX];
	struct loop_io control;      /* to the loop process */
	/* [0] the taker reads; [1] wakes it (-1 for the first shard: everyone writes to
	 * gateway.wake) */
	int wake[2];
	char life[LIFE];             /* of its loop: whose lease it is */
	bool fresh, open;
};

static struct shard shards[LOOPS_MAX];
static struct loop *supervisor;
static int shard_count, writer_count;        /* writer_count: with the taker and the keeper */
static char base_id[sizeof(conf.gateway_id)];

static const char usage_text[] =
	"usage: chargeops-gateway [--name=value ...]\n"
	"Talks to piles. Ends on SIGTERM.\n";

static void on_child(struct loop *l, struct loop_io *io, uint32_t events);

/* ---- forking */

/* fds[0..n) become 3, 4, ...; everything else but standard input, output and error is closed. */
static void become_child(const int *fds, int n, pid_t parent)
{
	int at[FDS_MAX];

	for (int i = 0; i < n; i++)
		at[i] = fcntl(fds[i], F_DUPFD, CHILD_FD + FDS_MAX);      /* out of the way first */
	for (int i = 0; i < n; i++)
		dup2(at[i], CHILD_FD + i);
	syscall(SYS_close_range, CHILD_FD + n, ~0U, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

/* Each loop is a gateway of its own that shares the port: a pile that comes back through another
 * one is that one's. */
static void name_shard(int shard)
{
	if (shard > 0)
		snprintf(conf.gateway_id, sizeof(conf.gateway_id), "%.26s-%u", base_id,
			(unsigned)(shard + 1) % 100);
}

static NEOERR *watch(struct child *c, pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	c->pid = pid;
	c->born_ms = clock_mono_ms();
	c->again_ms = 0;
	if (fd < 0)
		return nerr_raise_errno(ERR_INVALID, "pidfd_open");
	c->io = (struct loop_io){ fd, on_child };
	return nerr_pass(loop_add(supervisor, &c->io, EPOLLIN));
}

static void hand_over(struct shard *s, uint8_t index, int fd)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &index, 1 };
	struct msghdr h = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room) };
	struct cmsghdr *cm = CMSG_FIRSTHDR(&h);

	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cm), &fd, sizeof(fd));
	if (sendmsg(s->control.fd, &h, MSG_NOSIGNAL) < 0)
		log_line(LOG_WARN, "hand_over", "index=%d errno=%d", index, errno);
}

static void writer_main(int shard, int index, int fds)
{
	int onward[LOOPS_MAX];

	signal(SIGTERM, SIG_IGN);                /* it ends when its loop has ended */
	signal(SIGINT, SIG_IGN);
	name_shard(shard);
	for (int i = 0; i < fds - 2; i++)
		onward[i] = CHILD_FD + 2 + i;
	if (index == TAKER)
		taker_run(CHILD_FD, CHILD_FD + 1, shards[shard].life, shards[shard].fresh, onward,
			fds - 2);
	else
		writer_run(CHILD_FD);
	_exit(0);
}

static NEOERR *start_writer(int shard, int index)
{
	struct shard *s = &shards[shard];
	int pair[2], fds[FDS_MAX], n = 0;
	pid_t parent = getpid(), pid;
	NEOERR *err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return nerr_raise_errno(ERR_INVALID, "socketpair");
	fds[n++] = pair[1];
	if (index == TAKER)
		fds[n++] = s->wake[0];
	for (int i = 1; index == TAKER && shard == 0 && i < shard_count; i++)
		fds[n++] = shards[i].wake[1];
	pid = fork();
	if (pid == 0) {
		become_child(fds, n, parent);
		writer_main(shard, index, n);
	}
	err = pid < 0 ? nerr_raise_errno(ERR_INVALID, "fork") : watch(&s->writer[index], pid);
	if (pid > 0)
		hand_over(s, (uint8_t)index, pair[0]);
	close(pair[0]);
	close(pair[1]);
	return nerr_pass(err);
}

static void loop_main(int shard)
{
	char name[32] = "gateway";
	NEOERR *err;

	name_shard(shard);
	if (shard > 0)
		snprintf(name, sizeof(name), "gateway-%d", shard + 1);
	err = core_run(CHILD_FD, name);
	error_log("loop", err);
	_exit(err != STATUS_OK);
}

static void all_open(void)
{
	for (int i = 0; i < shard_count; i++)
		if (!shards[i].open)
			return;
	daemon_ready();
}

static void on_control(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct shard *s = (struct shard *)((char *)io - offsetof(struct shard, control));
	char byte;

	(void)events;
	if (recv(io->fd, &byte, 1, MSG_DONTWAIT) == 1) {
		s->open = true;
		s->fresh = false;
		all_open();
		return;
	}
	loop_del(l, io);
	close(io->fd);
	io->fd = -1;
}

static NEOERR *start_shard(int shard)
{
	struct shard *s = &shards[shard];
	pid_t parent = getpid(), pid;
	int pair[2];
	NEOERR *err = STATUS_OK;

	TRY(random_hex(s->life, (LIFE - 1) / 2));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return nerr_raise_errno(ERR_INVALID, "socketpair");
	pid = fork();
	if (pid == 0) {
		become_child(&pair[1], 1, parent);
		loop_main(shard);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return nerr_raise_errno(ERR_INVALID, "fork");
	}
	s->control = (struct loop_io){ pair[0], on_control };
	s->fresh = true;
	TRY(watch(&s->loop, pid));
	TRY(loop_add(supervisor, &s->control, EPOLLIN));
	for (int i = 0; i < writer_count; i++)
		TRY(start_writer(shard, i));
out:
	return nerr_pass(err);
}

/* ---- keeping them alive */

/* The loop of a shard is gone: its writers end by themselves, but the next loop must not wait
 * for them. */
static void end_writers(struct shard *s)
{
	for (int i = 0; i < writer_count; i++)
		if (s->writer[i].pid > 0)
			kill(s->writer[i].pid, SIGKILL);
}

static void on_child(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct child *c = (struct child *)io;
	int64_t now = loop_now_ms(l), age = now - c->born_ms;
	int status = 0;

	(void)events;
	waitpid(c->pid, &status, 0);
	loop_del(l, io);
	close(io->fd);
	log_line(LOG_WARN, "child_ended", "pid=%d shard=%d index=%d status=%d age_ms=%lld", (int)c->pid,
		c->shard, c->index, status, (long long)age);
	c->pid = 0;
	c->again_ms = now + (age < YOUNG_MS ? PAUSE_MS : 0);
	if (c->index < 0)
		end_writers(&shards[c->shard]);
}

static bool writers_ended(const struct shard *s)
{
	for (int i = 0; i < writer_count; i++)
		if (s->writer[i].pid != 0)
			return false;
	return true;
}

static void revive(struct loop *l, void *ctx)
{
	int64_t now = loop_now_ms(l);

	(void)ctx;
	for (int k = 0; k < shard_count; k++) {
		struct shard *s = &shards[k];

		if (s->loop.pid == 0) {
			if (now >= s->loop.again_ms && writers_ended(s))
				error_log("start_shard", start_shard(k));
			continue;
		}
		for (int i = 0; i < writer_count; i++)
			if (s->writer[i].pid == 0 && now >= s->writer[i].again_ms)
				error_log("start_writer", start_writer(k, i));
	}
}

/* ---- life */

static NEOERR *prepare(void)
{
	NEOERR *err = STATUS_OK;

	shard_count = (int)conf.gateway_loops;
	writer_count = (int)conf.gateway_writers + 2;
	text_copy(base_id, sizeof(base_id), conf.gateway_id);
	for (int k = 0; k < shard_count; k++) {
		shards[k].loop = (struct child){ .shard = k, .index = -1 };
		for (int i = 0; i < writer_count; i++)
			shards[k].writer[i] = (struct child){ .shard = k, .index = i };
		shards[k].wake[1] = -1;
		if (k > 0 &&
			socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, shards[k].wake) != 0)
			return nerr_raise_errno(ERR_INVALID, "socketpair");
	}
	TRY(wake_listen(WAKE_GATEWAY, &shards[0].wake[0]));
	TRY(loop_new(&supervisor));
	TRY(loop_every(supervisor, 100, revive, NULL));
	for (int k = 0; k < shard_count; k++)
		TRY(start_shard(k));
out:
	return nerr_pass(err);
}

static void for_each_child(void (*fn)(struct child *c, void *ctx), void *ctx)
{
	for (int k = 0; k < shard_count; k++) {
		fn(&shards[k].loop, ctx);
		for (int i = 0; i < writer_count; i++)
			fn(&shards[k].writer[i], ctx);
	}
}

static void count_living(struct child *c, void *ctx)
{
	if (c->pid > 0 && waitpid(c->pid, NULL, WNOHANG) == c->pid)
		c->pid = 0;
	*(int *)ctx += c->pid > 0;
}

static void end_child(struct child *c, void *ctx)
{
	(void)ctx;
	if (c->pid > 0) {
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
	}
}

/* Loops stop first; their writers finish what they were told and end with them. */
static void finish(void)
{
	int64_t until = clock_mono_ms() + PATIENCE_MS;
	int living = 1;

	for (int k = 0; k < shard_count; k++)
		if (shards[k].loop.pid > 0)
			kill(shards[k].loop.pid, SIGTERM);
	while (living > 0 && clock_mono_ms() < until) {
		struct timespec pause = { 0, 20000000 };

		living = 0;
		for_each_child(count_living, &living);
		nanosleep(&pause, NULL);
	}
	for_each_child(end_child, NULL);
}

int main(int argc, char **argv)
{
	NEOERR *err = STATUS_OK;

	program_start("gateway", usage_text, &argc, argv);
	if (argc > 1) {
		fprintf(stderr, "gateway: %s is no option; --help lists them\n", argv[1]);
		return 2;
	}
	TRY(daemon_start("gateway"));
	TRY(prepare());
	TRY(loop_run(supervisor, NULL));
out:
	finish();
	daemon_end();
	if (err == STATUS_OK)
		return 0;
	error_log("gateway", err);
	return 1;
}

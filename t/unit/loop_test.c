/* loop_test.c - the event loop: readiness, deletion in mid-turn, timers, signals, metrics; a
 * daemon's files.
 * Owns a scratch folder.
 * Serves lib/run. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/conf.h"
#include "run/daemon.h"

static char folder[] = "/tmp/loop_test.XXXXXX";

#define fine(call) do { NEOERR *fine_err = (call); if (fine_err != STATUS_OK) fail_msg("%s: %s", #call, error_desc(fine_err)); } while (0)

static struct loop *new_loop(void)
{
	struct loop *l = NULL;

	fine(loop_new(&l));
	return l;
}

struct peer { struct loop_io io; struct peer *other; int calls; };

/* Both ends are ready in one turn; the first that is called deletes the other. */
static void delete_the_other(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct peer *p = (struct peer *)io;

	(void)events;
	p->calls++;
	loop_del(l, &p->other->io);
	loop_stop(l);
}

static void an_event_of_a_deleted_peer_is_forgotten(void **state)
{
	struct loop *l = new_loop();
	struct peer p[2] = { { .other = &p[1] }, { .other = &p[0] } };
	int fd[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	assert_int_equal(write(fd[0], "x", 1), 1);
	assert_int_equal(write(fd[1], "x", 1), 1);
	for (int i = 0; i < 2; i++) {
		p[i].io = (struct loop_io){ .fd = fd[i], .fn = delete_the_other };
		fine(loop_add(l, &p[i].io, EPOLLIN));
	}
	fine(loop_run(l, NULL));
	assert_int_equal(p[0].calls + p[1].calls, 1);
	close(fd[0]);
	close(fd[1]);
	loop_free(&l);
	assert_null(l);
}

static void tick(struct loop *l, void *ctx)
{
	int *ticks = ctx;

	if (++*ticks == 5)
		loop_stop(l);
}

static void a_timer_keeps_its_rhythm(void **state)
{
	struct loop *l = new_loop();
	int64_t start = clock_mono_ms(), took;
	int ticks = 0;

	(void)state;
	fine(loop_every(l, 20, tick, &ticks));
	fine(loop_run(l, NULL));
	took = clock_mono_ms() - start;
	assert_int_equal(ticks, 5);
	assert_true(took >= 95);
	assert_true(loop_now_ms(l) >= start + 95);
	loop_free(&l);
}

static void timers_have_a_cap(void **state)
{
	struct loop *l = new_loop();
	NEOERR *err = STATUS_OK;
	int ticks = 0, made = 0;

	(void)state;
	while (err == STATUS_OK && made < 1000) {
		err = loop_every(l, 1000, tick, &ticks);
		made += err == STATUS_OK;
	}
	assert_true(error_is(err, ERR_INVALID));
	assert_int_equal(made, 16);
	error_drop(err);
	loop_free(&l);
}

static int reloads;

static void reload(void)
{
	reloads++;
}

static void hang_up(struct loop *l, void *ctx)
{
	(void)l;
	(void)ctx;
	raise(reloads == 0 ? SIGHUP : SIGTERM);
}

/* In a child: SIGTERM ends every later loop of the process too. */
static void sighup_reloads_and_sigterm_ends(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		struct loop *l = NULL;
		bool bad = loop_new(&l) != STATUS_OK || loop_every(l, 5, hang_up, NULL) != STATUS_OK
			|| loop_run(l, reload) != STATUS_OK;

		_exit(bad ? 100 : reloads);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

struct reader { struct loop_io io; char text[2000]; size_t len; };

static void read_answer(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct reader *r = (struct reader *)io;
	ssize_t got = read(io->fd, r->text + r->len, sizeof r->text - 1 - r->len);

	(void)events;
	if (got > 0)
		r->len += (size_t)got;
	else
		loop_stop(l);
}

static void metrics_are_prometheus_text(void **state)
{
	static struct metric metrics[] = {
		{ "frames_total", "frames read", false, 41 },
		{ "peers", "connected now", true, 7 },
	};
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct loop *l = new_loop();
	struct reader r = { .io = { .fn = read_answer } };

	(void)state;
	fine(daemon_metrics(l, "probe", metrics, 2));
	metrics[0].value++;
	snprintf(sa.sun_path, sizeof sa.sun_path, "%s/probe.metrics", folder);
	r.io.fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(r.io.fd, (struct sockaddr *)&sa, sizeof sa), 0);
	assert_true(write(r.io.fd, "GET / HTTP/1.0\r\n\r\n", 18) == 18);
	fine(loop_add(l, &r.io, EPOLLIN));
	fine(loop_run(l, NULL));
	assert_non_null(strstr(r.text, "HTTP/1.0 200 OK\r\n"));
	assert_non_null(strstr(r.text,
		"# TYPE chargeops_probe_frames_total counter\nchargeops_probe_frames_total 42\n"));
	assert_non_null(
		strstr(r.text, "# TYPE chargeops_probe_peers gauge\nchargeops_probe_peers 7\n"));
	close(r.io.fd);
	unlink(sa.sun_path);
	loop_free(&l);
}

static bool there(const char *name)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static void a_daemon_shows_that_it_lives_and_is_ready(void **state)
{
	(void)state;
	fine(daemon_start("probe"));
	assert_true(there("probe.pid"));
	assert_false(there("probe.ready"));
	daemon_ready();
	assert_true(there("probe.ready"));
	fine(daemon_start("probe"));
	assert_false(there("probe.ready"));
	daemon_end();
	assert_false(there("probe.pid"));
	assert_true(daemon_fd_limit() > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_of_a_deleted_peer_is_forgotten),
		cmocka_unit_test(a_timer_keeps_its_rhythm),
		cmocka_unit_test(timers_have_a_cap),
		cmocka_unit_test(sighup_reloads_and_sigterm_ends),
		cmocka_unit_test(metrics_are_prometheus_text),
		cmocka_unit_test(a_daemon_shows_that_it_lives_and_is_ready),
	};
	int rc;

	error_init();
	if (!mkdtemp(folder))
		return 1;
	snprintf(conf.run_dir, sizeof conf.run_dir, "%s", folder);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return rc;
}

/* metric.c - Prometheus text on run_dir/NAME.metrics: `curl --unix-socket NAME.metrics
 * http://x/metrics`.
 * Owns that socket and its short-lived connections.
 * Serves daemons/. */
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "run/daemon.h"

#include "base/buf.h"
#include "base/conf.h"

struct exporter {
	struct loop_io io;                   /* first: the callback's io is the exporter */
	const char *name;
	const struct metric *metrics;
	int n;
};

struct asker { struct loop_io io; const struct exporter *exporter; };

static void write_metrics(const struct exporter *x, struct buf *out)
{
	for (int i = 0; i < x->n; i++) {
		const struct metric *m = &x->metrics[i];

		buf_printf(out,
			"# HELP chargeops_%s_%s %s\n# TYPE chargeops_%s_%s %s\nchargeops_%s_%s %lld\n", x->name,
			m->name, m->help, x->name, m->name, m->gauge ? "gauge" : "counter", x->name, m->name,
			(long long)m->value);
	}
}

/* Whatever was asked, this is the answer; it fits the socket's buffer or is cut. */
static void on_asked(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct asker *a = (struct asker *)io;
	struct buf head, body;
	char request[2048];

	if ((events & EPOLLIN) && read(io->fd, request, sizeof request) > 0) {
		buf_init(&head, 0);
		buf_init(&body, 0);
		write_metrics(a->exporter, &body);
		buf_printf(&head, "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
			"Content-Length: %zu\r\n\r\n", body.len);
		buf_add(&head, buf_str(&body), body.len);
		(void)!send(io->fd, head.data, head.len, MSG_NOSIGNAL | MSG_DONTWAIT);
		buf_clear(&head);
		buf_clear(&body);
	}
	loop_del(l, io);
	close(io->fd);
	free(a);
}

static void on_knock(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct exporter *x = (struct exporter *)io;
	int fd = accept4(io->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct asker *a;
	NEOERR *err;

	(void)events;
	if (fd < 0)
		return;
	if ((a = calloc(1, sizeof *a)) == NULL)
		abort();
	a->io = (struct loop_io){ .fd = fd, .fn = on_asked };
	a->exporter = x;
	if ((err = loop_add(l, &a->io, EPOLLIN)) != STATUS_OK) {
		error_log("metrics", err);
		close(fd);
		free(a);
	}
}

NEOERR *daemon_metrics(struct loop *l, const char *name, struct metric *metrics, int n)
{
	static struct exporter the_one;      /* a program has one, as long as it lives */
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct exporter *x = &the_one;

	*x = (struct exporter){ { -1, on_knock }, name, metrics, n };
	if (snprintf(sa.sun_path, sizeof sa.sun_path, "%s/%s.metrics", conf.run_dir, name) >=
		(int)sizeof sa.sun_path)
		return nerr_raise(ERR_INVALID, "run_dir is too long for a socket: %s", conf.run_dir);
	unlink(sa.sun_path);
	x->io.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (x->io.fd < 0 || bind(x->io.fd, (struct sockaddr *)&sa, sizeof sa) != 0 ||
		listen(x->io.fd, 16) != 0)
		return nerr_raise_errno(ERR_INVALID, "cannot listen on %s", sa.sun_path);
	return nerr_pass(loop_add(l, &x->io, EPOLLIN));
}

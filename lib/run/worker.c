/* worker.c - a FastCGI program's parent: listens, forks, respawns, stops, reloads; and the child's
 * counters.
 * Owns the children and the socket.
 * Serves cgi/admin, cgi/driver, cgi/open. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/worker.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "run/daemon.h"

#define BACKLOG        512
#define YOUNG_MS       1000              /* a child that dies younger than this is held back */
#define BACKOFF_MAX_MS 5000
#define STOP_MS        10000             /* then SIGKILL */

static volatile sig_atomic_t stop_asked;
static volatile sig_atomic_t reloads;
static int64_t served, served_max;

struct child { pid_t pid; int64_t born_ms; };

struct parent {
	const struct worker_plan *plan;
	int fd;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct child *child;
	int64_t backoff_ms, not_before_ms;
	unsigned reloads;
};

bool worker_stopping(void)
{
	return stop_asked || (served_max > 0 && served >= served_max);
}

void worker_served(void)
{
	served++;
}

unsigned worker_reloads(void)
{
	return (unsigned)reloads;
}

static void on_stop(int sig)
{
	(void)sig;
	stop_asked = 1;
}

static void on_reload(int sig)
{
	(void)sig;
	reloads++;
}

static void on_child(int sig)
{
	(void)sig;                           /* only to end the parent's sleep */
}

static void handle(int sig, void (*fn)(int))
{
	struct sigaction sa = { .sa_handler = fn };

	sigemptyset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);           /* no SA_RESTART: accept and sleep must end */
}

static void handle_signals(bool parent)
{
	handle(SIGTERM, on_stop);
	handle(SIGINT, on_stop);
	handle(SIGHUP, on_reload);
	handle(SIGCHLD, parent ? on_child : SIG_DFL);
	handle(SIGPIPE, SIG_IGN);
}

/* The socket's mode follows the umask: 077 for oneself, 007 with nginx's group on a server. */
static NEOERR *listen_on(struct parent *p)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int n;

	if (p->plan->no_socket)
		return STATUS_OK;
	n = snprintf(sa.sun_path, sizeof sa.sun_path, "%s/%s.sock", conf.run_dir, p->plan->name);
	if (n >= (int)sizeof sa.sun_path)
		return nerr_raise(ERR_INVALID, "run_dir is too long for a socket: %s", conf.run_dir);
	memcpy(p->path, sa.sun_path, sizeof p->path);
	if ((p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return nerr_raise_errno(ERR_INVALID, "socket");
	unlink(p->path);
	if (bind(p->fd, (struct sockaddr *)&sa, sizeof sa) != 0 || listen(p->fd, BACKLOG) != 0)
		return nerr_raise_errno(ERR_INVALID, "cannot listen on %s", p->path);
	return STATUS_OK;
}

/* Children end at different counts, so that not all are new at once. */
static void run_child(struct parent *p, int number)
{
	int64_t max = p->plan->max_requests;

	handle_signals(false);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == 1)
		_exit(0);
	served = 0;
	served_max =
		max > 0 ? max + max / 10 * number / (p->plan->workers > 0 ? p->plan->workers : 1) : 0;
	exit(p->plan->serve(p->fd));
}

static void spawn(struct parent *p, int i)
{
	pid_t pid = fork();

	if (pid == 0)
		run_child(p, i);
	if (pid < 0) {
		log_line(LOG_ERROR, "fork", "text=\"%s\"", strerror(errno));
		p->not_before_ms = clock_mono_ms() + 1000;
		return;
	}
	p->child[i].pid = pid;
	p->child[i].born_ms = clock_mono_ms();
}

static void hold_back(struct parent *p)
{
	p->backoff_ms = p->backoff_ms ? p->backoff_ms * 2 : 100;
	if (p->backoff_ms > BACKOFF_MAX_MS)
		p->backoff_ms = BACKOFF_MAX_MS;
	p->not_before_ms = clock_mono_ms() + p->backoff_ms;
}

static void buried(struct parent *p, int i, int status)
{
	int64_t age = clock_mono_ms() - p->child[i].born_ms;
	bool bad = !WIFEXITED(status) || WEXITSTATUS(status) != 0;

	if (bad)
		log_line(stop_asked ? LOG_INFO : LOG_ERROR, "worker_died", "child=%d %s=%d age_ms=%lld",
			(int)p->child[i].pid, WIFEXITED(status) ? "exit" : "signal",
			WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), (long long)age);
	p->child[i].pid = 0;
	if (bad && age < YOUNG_MS)
		hold_back(p);
	else
		p->backoff_ms = 0;
}

static int reap(struct parent *p)
{
	int status, alive = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < p->plan->workers; i++)
			if (p->child[i].pid == pid)
				buried(p, i, status);
	for (int i = 0; i < p->plan->workers; i++)
		alive += p->child[i].pid > 0;
	return alive;
}

static void signal_all(struct parent *p, int sig)
{
	for (int i = 0; i < p->plan->workers; i++)
		if (p->child[i].pid > 0)
			kill(p->child[i].pid, sig);
}

static void supervise(struct parent *p)
{
	while (!stop_asked) {
		reap(p);
		if (p->reloads != (unsigned)reloads) {
			p->reloads = (unsigned)reloads;
			signal_all(p, SIGHUP);
		}
		for (int i = 0; i < p->plan->workers && clock_mono_ms() >= p->not_before_ms; i++)
			if (p->child[i].pid == 0)
				spawn(p, i);
		usleep(200 * 1000);              /* a signal ends it early */
	}
}

/* SIGTERM again and again: one that came between a child's look and its accept would be lost. */
static void stop_children(struct parent *p)
{
	int64_t until = clock_mono_ms() + STOP_MS;

	while (reap(p) > 0) {
		signal_all(p, clock_mono_ms() < until ? SIGTERM : SIGKILL);
		usleep(50 * 1000);
	}
}

int worker_run(const struct worker_plan *plan)
{
	struct parent p = { .plan = plan, .fd = -1 };
	NEOERR *err;

	p.child = calloc((size_t)plan->workers, sizeof *p.child);
	if (!p.child)
		abort();
	handle_signals(true);
	if ((err = listen_on(&p)) != STATUS_OK || (err = daemon_start(plan->name)) != STATUS_OK) {
		error_log("start", err);
		free(p.child);
		return 1;
	}
	log_line(LOG_INFO, "start", "workers=%d socket=%s", plan->workers,
		plan->no_socket ? "none" : p.path);
	daemon_ready();
	supervise(&p);
	if (p.fd >= 0)
		unlink(p.path);              /* nobody new comes in; those inside are answered */
	stop_children(&p);
	daemon_end();
	log_line(LOG_INFO, "stop", "workers=%d", plan->workers);
	if (p.fd >= 0)
		close(p.fd);
	free(p.child);
	return 0;
}

/* crew.c - processes beside the main one, for deliveries whose other side may be slow to answer.
 * Owns the pipe that wakes them. A worker ends with the main process; one that died is replaced.
 * Serves courier.c. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemons/courier/courier.h"

#include "base/log.h"

#define CREW_MAX 32
#define POLL_MS 1000

static struct { int n, wake[2]; pid_t pid[CREW_MAX]; void (*look)(void); } crew;

/* A delivery that is cut off by the end of the courier is tried again: at least once, not
 * exactly once. */
static void work(pid_t parent)
{
	struct pollfd p = { .fd = crew.wake[0], .events = POLLIN };
	sigset_t none;
	char byte;

	close(crew.wake[1]);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	while (getppid() == parent) {
		crew.look();
		(void)poll(&p, 1, POLL_MS);
		(void)!read(crew.wake[0], &byte, 1);
	}
	_exit(0);
}

static NEOERR *hire(int i)
{
	pid_t parent = getpid();

	crew.pid[i] = fork();
	if (crew.pid[i] < 0)
		return nerr_raise_errno(ERR_BUSY, "fork");
	if (crew.pid[i] == 0)
		work(parent);
	return STATUS_OK;
}

NEOERR *crew_start(int n, void (*look_fn)(void))
{
	NEOERR *err = STATUS_OK;

	crew.n = n < CREW_MAX ? n : CREW_MAX;
	crew.look = look_fn;
	if (pipe2(crew.wake, O_CLOEXEC | O_NONBLOCK) != 0)
		return nerr_raise_errno(ERR_BUSY, "pipe");
	for (int i = 0; i < crew.n; i++)
		TRY(hire(i));
out:
	return nerr_pass(err);
}

void crew_wake(void)
{
	for (int i = 0; i < crew.n; i++)
		(void)!write(crew.wake[1], "w", 1);
}

NEOERR *crew_keep(void)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < crew.n; i++) {
		if (crew.pid[i] > 0 && waitpid(crew.pid[i], NULL, WNOHANG) == 0)
			continue;
		log_line(LOG_WARN, "worker_died", "pid=%d", (int)crew.pid[i]);
		TRY(hire(i));
	}
out:
	return nerr_pass(err);
}

/* worker_probe.c - a worker program that answers each connection with its pid, its reloads and,
 * asked for "slow", late.
 * Owns run_dir/probe.sock.
 * Serves t/system/test_worker.py. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "run/program.h"
#include "run/worker.h"

static void answer(int fd)
{
	char word[20] = "", text[60];

	while (read(fd, word, sizeof word - 1) < 0)
		if (errno != EINTR)          /* a signal is no reason to hang up */
			return;
	for (int i = 0; i < 10 && strcmp(word, "slow") == 0; i++)
		usleep(100000);                  /* a signal ends one nap, not the answer */
	if (strcmp(word, "die") == 0)
		abort();
	snprintf(text, sizeof text, "%d %u\n", (int)getpid(), worker_reloads());
	(void)!write(fd, text, strlen(text));
}

static int serve(int listen_fd)
{
	while (!worker_stopping()) {
		int fd = accept(listen_fd, NULL, NULL);

		if (fd < 0)
			continue;
		answer(fd);
		close(fd);
		worker_served();
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct worker_plan plan = { .name = "probe", .workers = 2, .max_requests = 20, .serve = serve };

	program_start("worker_probe", "worker_probe: answers with its pid\n", &argc, argv);
	return worker_run(&plan);
}

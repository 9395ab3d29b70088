/* task.c - chargeops-task: runs what people started and do not wait for - exports, imports, QR
 * sheets.
 * Owns nothing. It lives in cgi because this work reads the screens' tables (columns, scope,
 * labels, checks) and no job may see them (law 2); it has no socket towards the web.
 * Serves the download centre. */
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/log.h"
#include "cgi/render.h"
#include "cgi/perm.h"
#include "cgi/resource/task.h"
#include "run/program.h"
#include "run/worker.h"

#define LOOK_MS 2000                     /* a lost wake-up costs so much */

static const char usage[] =
	"Usage: chargeops-task [--once] [options]\n"
	"Runs pending tasks of the download centre: exports, imports, QR sheets. Several may run, on"
	" several machines.\n"
	"  --once    works until nothing is pending, then ends (for cron, where nothing keeps this"
	" program running)\n";

static const struct task_kind *const kinds[] = { &task_export, &task_import, &task_qr, &task_whatif,
	&task_ledger_proof,
	NULL };

static int wake_fd = -1;

static NEOERR *name_holder(char *holder, size_t room)
{
	char host[64] = "", random[9];
	NEOERR *err = random_hex(random, 4);

	gethostname(host, sizeof host - 1);
	snprintf(holder, room, "%s:%d:%s", host, (int)getpid(), random);
	return nerr_pass(err);
}

static void wait_for_work(void)
{
	struct pollfd p = { .fd = wake_fd, .events = POLLIN };
	char drop[64];

	if (poll(&p, 1, LOOK_MS) > 0)
		while (recv(wake_fd, drop, sizeof drop, MSG_DONTWAIT) > 0)
			;
}

/* Until told to stop, or (once) until nothing is pending. */
static NEOERR *run_tasks(bool once)
{
	struct db *work = NULL, *control = NULL;
	NEOERR *err = STATUS_OK;
	char holder[120];
	bool worked;

	TRY(name_holder(holder, sizeof holder));
	TRY(db_open(&work));
	TRY(db_open(&control));
	while (!worker_stopping()) {
		TRY(task_run_next(work, control, holder, kinds, &worked));
		if (worked)
			worker_served();
		else if (once)
			break;
		else
			wait_for_work();
	}
out:
	db_close(&work);
	db_close(&control);
	return nerr_pass(err);
}

/* Without the database there is nothing to do: the parent starts a new child, later and later. */
static int serve(int listen_fd)
{
	NEOERR *err = run_tasks(false);

	(void)listen_fd;
	if (err == STATUS_OK)
		return 0;
	error_log("tasks", err);
	return 1;
}

int main(int argc, char **argv)
{
	struct worker_plan plan = { .name = "task", .serve = serve, .no_socket = true };
	NEOERR *err = STATUS_OK;
	bool once;

	program_check_more(resource_check_sql);
	program_start("chargeops-task", usage, &argc, argv);
	once = argc == 2 && strcmp(argv[1], "--once") == 0;
	if (argc > 1 && !once) {
		fprintf(stderr, "%s", usage);
		return 2;
	}
	perm_fleet_knows = resource_knows_fleet;
	plan.workers = (int)conf.task_workers;
	plan.max_requests = (int)conf.worker_requests;
	TRY(render_start("admin"));
	if (once)
		TRY(run_tasks(true));
	else
		TRY(wake_listen(WAKE_TASKS, &wake_fd));
out:
	if (err != STATUS_OK) {
		error_log("start", err);
		return 1;
	}
	return once ? 0 : worker_run(&plan);
}

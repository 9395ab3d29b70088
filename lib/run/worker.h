/* worker.h - skeleton of a FastCGI program: listen on a UNIX socket, prefork, respawn, stop
 * gracefully, reload on SIGHUP.
 * Owns the children and the accept loop. Serves cgi/admin, cgi/driver, cgi/open.
 * (fcgiapp.h stays in cgi/: the main passes its serve function.) */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "base/error.h"

struct worker_plan {
	const char *name;                       /* admin: socket run_dir/admin.sock */
	int workers;
	int max_requests;                       /* a child ends after so many */
	/* In the child: accept and answer on listen_fd until worker_stopping() or it returns. */
	int (*serve)(int listen_fd);
	/* the children find their work elsewhere: listen_fd is -1 */
	bool no_socket;
};

/* Never returns in the parent before SIGTERM; exit code for main. Sockets are 0600 (or group of
 * nginx: conf). Writes run_dir/NAME.pid. */
int worker_run(const struct worker_plan *plan);
bool worker_stopping(void);                 /* SIGTERM came or max_requests is reached */
void worker_served(void);                   /* one request more */
unsigned worker_reloads(void);              /* counts SIGHUPs: caches compare and drop */

#endif

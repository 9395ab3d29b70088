/* serve.h - a FastCGI program's site: accept, answer, log; shared by the mains.
 * Owns the worker's database connection. Serves admin.c, driver.c. */
#ifndef CGI_SERVE_H
#define CGI_SERVE_H

#include "cgi/request.h"

struct site {
	const char *name;                            /* socket run_dir/<name>.sock */
	const char *layout;                          /* see render_start() */
	const struct route *const *routes;           /* NULL-terminated */
	const char *login_path;
	NEOERR *(*read_who)(struct request *req);
};
/* Forks `workers` that answer until SIGTERM; main's exit code. */
int serve_site(const struct site *site, int workers);

#endif

/* open.c - the program behind /open: what channels and partners call, signed, without log-in.
 * Owns the list of its routes.
 * Serves nginx over a FastCGI socket. */
#include <ClearSilver.h>

#include "cgi/open/open.h"
#include "cgi/serve.h"

#include "run/program.h"

static const struct route *const routes[] = { channel_routes, parking_routes, firmware_routes,
	exchange_routes, NULL };

/* Nobody logs in here: each route proves its sender by itself. */
static NEOERR *read_nobody(struct request *req)
{
	req->json = true;
	return STATUS_OK;
}

static const struct site site = {
	.name = "open",
	.layout = "driver/layout.cs",
	.routes = routes,
	.login_path = "/open",
	.read_who = read_nobody,
};

int main(int argc, char **argv)
{
	program_start("chargeops-open",
		"chargeops-open: interfaces for channels and partners, FastCGI on run_dir/open.sock\n",
		&argc, argv);
	return serve_site(&site, (int)conf.open_workers);
}

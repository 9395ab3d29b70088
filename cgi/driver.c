/* driver.c - the program behind /c, /d and /dev: drivers.
 * Owns the list of its routes.
 * Serves nginx over a FastCGI socket. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/login.h"
#include "cgi/serve.h"
#include "cgi/style.h"

#include "run/program.h"

static const struct route *const routes[] = { style_routes, place_routes, session_routes,
	wallet_routes, station_routes, remote_routes, invoice_routes, receipt_routes,
	reservation_routes, review_routes, fleet_routes, vehicle_routes, plan_routes, member_routes,
	sandbox_routes, NULL };

static const struct site site = {
	.name = "driver",
	.layout = "driver/layout.cs",
	.routes = routes,
	.login_path = "/d/login",
	.read_who = login_read_member,
};

int main(int argc, char **argv)
{
	program_start("chargeops-driver",
		"chargeops-driver: pages for drivers, FastCGI on run_dir/driver.sock\n", &argc, argv);
	return serve_site(&site, (int)conf.driver_workers);
}

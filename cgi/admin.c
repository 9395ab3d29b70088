/* admin.c - the program behind /admin and /api: staff.
 * Owns the list of its routes.
 * Serves nginx over a FastCGI socket. */
#include <ClearSilver.h>

#include "cgi/login.h"
#include "cgi/login_page.h"
#include "cgi/route.h"
#include "cgi/serve.h"

#include "run/program.h"

static const struct route *const routes[] = { login_routes, NULL };

static const struct site site = {
	.name = "admin", .layout = "layout.cs", .routes = routes, .login_path = "/admin/login", .read_who = login_read_user,
};

int main(int argc, char **argv)
{
	program_start("chargeops-admin", "chargeops-admin: pages for staff, FastCGI on run_dir/admin.sock\n", &argc, argv);
	return serve_site(&site, (int)conf.admin_workers);
}

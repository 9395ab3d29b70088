/* admin.c - the program behind /admin and /api: staff.
 * Owns the list of its routes.
 * Serves nginx over a FastCGI socket. */
#include <ClearSilver.h>

#include "cgi/login.h"
#include "cgi/login_page.h"
#include "cgi/render.h"
#include "cgi/perm.h"
#include "cgi/resource/api.h"
#include "cgi/resource/export.h"
#include "cgi/resource/import.h"
#include "cgi/resource/menu.h"
#include "cgi/resource/qr_sheet.h"
#include "cgi/resource/task.h"
#include "cgi/route.h"
#include "cgi/screen/screen.h"
#include "cgi/serve.h"
#include "cgi/style.h"

#include "run/program.h"

static const struct route *const routes[] = { login_routes, style_routes, me_routes, screen_routes,
	task_routes, export_routes, import_routes, qr_sheet_routes, api_routes, resource_routes, NULL };

static const struct site site = {
	.name = "admin",
	.layout = "layout.cs",
	.routes = routes,
	.login_path = "/admin/login",
	.read_who = login_read_user,
};

static const char usage[] = "chargeops-admin: pages for staff, FastCGI on run_dir/admin.sock\n"
	"  --resources   prints the tables of all screens as JSON\n";

int main(int argc, char **argv)
{
	program_check_more(resource_check_sql);
	program_start("chargeops-admin", usage, &argc, argv);
	if (resource_check_all() > 0)
		return 2;
	if (argc > 1 && strcmp(argv[1], "--resources") == 0) {
		resource_dump(stdout);
		return 0;
	}
	perm_fleet_knows = resource_knows_fleet;
	render_before_page(menu_fill);
	return serve_site(&site, (int)conf.admin_workers);
}

/* routes.c - the addresses of the engine's pages.
 * Owns the table. Serves the router; pages by hand stand in tables before this one. */
#include "cgi/resource/page.h"

const struct route resource_routes[] = {
	{ METHOD_GET, "/admin/:resource", list_page },
	{ METHOD_GET, "/admin/:resource/totals", list_totals },
	{ METHOD_GET, "/admin/:resource/columns", list_columns_page },
	{ METHOD_POST, "/admin/:resource/columns", list_columns },
	{ METHOD_GET, "/admin/:resource/lookup", lookup_page },
	{ METHOD_GET, "/admin/:resource/input", form_input },
	{ METHOD_GET, "/admin/:resource/new", form_page },
	{ METHOD_POST, "/admin/:resource/new", form_post },
	{ METHOD_GET, "/admin/:resource/batch/:action", batch_page },
	{ METHOD_POST, "/admin/:resource/batch/:action", batch_post },
	{ METHOD_GET, "/admin/:resource/page/:action", action_page },
	{ METHOD_POST, "/admin/:resource/page/:action", action_post },
	{ METHOD_GET, "/admin/:resource/:id", show_page },
	{ METHOD_GET, "/admin/:resource/:id/edit", form_page },
	{ METHOD_POST, "/admin/:resource/:id/edit", form_post },
	{ METHOD_POST, "/admin/:resource/:id/whole", show_whole },
	{ METHOD_GET, "/admin/:resource/:id/:action", action_page },
	{ METHOD_POST, "/admin/:resource/:id/:action", action_post },
	{ METHOD_GET, NULL }
};

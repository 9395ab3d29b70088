/* render_function.h - our own functions for templates, and the table of static files.
 * Owns the manifest of fingerprinted names. Serves render.c. */
#ifndef CGI_RENDER_FUNCTION_H
#define CGI_RENDER_FUNCTION_H

#include <ClearSilver.h>

#include "base/error.h"

/* Their results are escaped like any variable. */
NEOERR *render_functions(CSPARSE *parse) CHECKED;
/* Reads static_dir/vendor/manifest.hdf (made by static/build.sh); a missing one is logged: pages
 * then lack their style. */
NEOERR *render_assets_load(void) CHECKED;

#endif

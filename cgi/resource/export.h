/* export.h - a list as Excel: what the URL shows, all rows, as a task.
 * Owns nothing. Serves the mains' route tables and the import's template. */
#ifndef CGI_RESOURCE_EXPORT_H
#define CGI_RESOURCE_EXPORT_H

#include "base/xlsx.h"
#include "cgi/resource/engine.h"

/* POST /admin/:resource/export */
extern const struct route export_routes[];

/* The Excel kind and the column width of a field; head is its title with the unit ("金额（元）"). */
enum xlsx_kind export_kind(const struct field *f);
int export_width(const struct field *f, const char *head);
const char *export_head(struct request *req, const struct resource *res, const struct field *f);

#endif

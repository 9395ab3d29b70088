/* tariff_draft.h - the version that a tariff's form, import or API call asks for.
 * Owns nothing. Serves tariff.c and tariff_page.c. */
#ifndef CGI_TARIFF_DRAFT_H
#define CGI_TARIFF_DRAFT_H

#include "charge/tariff.h"
#include "cgi/resource/resource.h"

/* The newest version; out->n is 0 where there is none. */
NEOERR *tariff_newest(struct request *req, int64_t tariff_id, struct tariff *out) CHECKED;
/* The newest version with what the change gives laid over it. *given false: nothing was given, or
 * it cannot be used and the change says why at its field. */
NEOERR *tariff_draft(struct request *req, struct change *c, struct tariff *out,
	bool *given) CHECKED;
/* The form's texts of a version: into the change, for a form that opens. */
NEOERR *tariff_draft_show(struct request *req, struct change *c, const struct tariff *t) CHECKED;
/* Same prices and terms; when each counts is not asked. */
bool tariff_same(const struct tariff *a, const struct tariff *b);

#endif

/* vehicle_brand.c - brands, series and models that vehicles may be (V1).
 * Owns the screen. Serves the platform's clerks; all others read it. */
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "brand", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 40 },
	{ "series", F_TEXT, SEEN | SORT | SEARCH | TYPED, 0, 40 },
	{ "model", F_TEXT, SEEN | SEARCH | TYPED, 0, 60 },
	{ "battery", F_ENERGY, SEEN | TYPED, 0, 2000 * ENERGY_KWH },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};
static const struct scope scope = { .public_read = true };

const struct resource vehicle_brand_resource = {
	.name = "vehicle_brand",
	.group = "people",
	.title = "CONCAT_WS(' ', t.brand, NULLIF(t.series, ''), NULLIF(t.model, ''))",
	.order = "t.brand, t.series, t.model, t.id",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT | CAN_IMPORT,
	.fields = fields,
};

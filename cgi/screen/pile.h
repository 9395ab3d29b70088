/* pile.h - what the screens of piles and of e-bike devices share: both are rows of the table pile,
 * with connectors of their own.
 * Owns nothing. Serves pile.c and bike_device.c. */
#ifndef CGI_SCREEN_PILE_H
#define CGI_SCREEN_PILE_H

#include "cgi/screen/screen.h"

/* Fields of both; model, papers and scope stand in groups of their own (D2). */
#define PILE_MODEL_FIELD \
	{ "model_id", F_REF, SEEN | HIDE | FILTER | FOLD | TYPED, .ref = &pile_model_resource, \
		.group = "base" }
#define PILE_SCOPE_FIELD \
	{ "use_scope", F_CHOICE, SEEN | HIDE | FILTER | FOLD | TYPED | REQUIRED, \
		.choices = &use_scope_choices, .fallback = "public", .group = "base" }
/* D13: one of three, so never two. */
#define PILE_MODE_FIELD \
	{ "charge_mode", F_CHOICE, SEEN | HIDE | FILTER | FOLD | TYPED | REQUIRED, \
		.choices = &charge_mode_choices, .fallback = "online", .group = "base" }
#define PILE_COMMISSIONED_FIELDS \
	{ "commissioned", F_BOOL, SEEN | FILTER | FOLD }, \
	{ "commissioned_at", F_TIME, SHOW | EXPORT }
#define PILE_ASSET_FIELDS \
	{ "asset_owner", F_TEXT, SHOW | EXPORT | TYPED, 0, 80, .group = "asset" }, \
	{ "asset_no", F_TEXT, SEEN | HIDE | SEARCH | FOLD | TYPED, 0, 40, .group = "asset" }, \
	{ "factory_no", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "asset" }, \
	{ "reader_no", F_TEXT, SHOW | EXPORT | TYPED, 0, 40, .group = "asset" }, \
	{ "sn", F_TEXT, SEEN | HIDE | SEARCH | FOLD | TYPED, 0, 40, .group = "asset" }, \
	{ "supply_line", F_TEXT, SHOW | EXPORT | TYPED, 0, 80, .group = "asset" }, \
	{ "sim_iccid", F_CODE, SHOW | EXPORT | TYPED, 0, 24, .group = "asset" }, \
	{ "produced_on", F_DATE, SHOW | EXPORT | TYPED, .group = "asset" }, \
	{ "device_loss", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 10000, .scale = 2, .unit = "%", \
		.group = "asset" }, \
	{ "line_loss", F_DECIMAL, SHOW | EXPORT | TYPED, 0, 10000, .scale = 2, .unit = "%", \
		.group = "asset" }

/* What a row of both is. */
struct pile_kind {
	const char *kind;                 /* of its station */
	const char *type, *word;          /* connectors without a model: gbt_dc, "号枪" */
};

/* The station is of that kind (car, ebike) and open, the area is its own and open; who charges is
 * not moved to another area (S1, S6, S14). A chosen model is one of that kind and fills in what it
 * decides (D2); the serial is what the protocol can say. */
NEOERR *pile_check(struct request *req, struct change *c, const char *kind) CHECKED;
/* save(): the row with a code of its own, and as many connectors as connector_count says, with the
 * types and names of its model. The highest are taken away if nobody charges there (D1, D2, D4).
 * New ones are out of operation (D3). */
NEOERR *pile_store(struct request *req, struct change *c, const struct pile_kind *kind,
	int64_t *id) CHECKED;
/* before_delete(): refused while somebody charges; its connectors go with it. */
NEOERR *pile_before_delete(struct request *req, int64_t id, const char **problem) CHECKED;
/* before_enable(): refused before it is commissioned (D3). */
NEOERR *pile_before_enable(struct request *req, int64_t id, const char **problem) CHECKED;
/* D5, D6 as far as an e-bike device can. */
extern const struct action bike_device_actions[];
/* bike_param.c: tells the device what it works by and keeps it. */
extern const struct field bike_param_fields[];
NEOERR *bike_param(struct request *req, const struct resource *res, int64_t id,
	struct change *input) CHECKED;
/* 投运, for both: once the platform has heard of the pile (D3). */
#define PILE_COMMISSION \
	{ "commission", ACT_ROW | ACT_BATCH, NULL, "t.commissioned = 0", pile_commission }
NEOERR *pile_commission(struct request *req, const struct resource *res, int64_t id,
	struct change *input) CHECKED;
/* show(): 计费详情 under More.bill, for templates/screen/pile_bill.cs (D9). */
NEOERR *pile_bill_show(struct request *req, int64_t id) CHECKED;

#endif

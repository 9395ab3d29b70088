/* qr_sheet.h - the QR codes that stick on connectors: an Excel sheet of many, a page to print, a
 * picture of one.
 * Owns nothing. Serves the lists of connectors, piles and stations. (D7) */
#ifndef CGI_RESOURCE_QR_SHEET_H
#define CGI_RESOURCE_QR_SHEET_H

#include "cgi/resource/resource.h"

/* run() of the page action "qr_sheet" of connector, pile and station: a task for the list as its
 * URL shows it. */
NEOERR *qr_sheet_action(struct request *req, const struct resource *res, int64_t id,
	struct change *input) CHECKED;
/* GET /admin/connector/:id/qr: a page to print; /qr.png and /qr.svg: the picture. Permission
 * connector.qr. */
extern const struct route qr_sheet_routes[];

/* What a driver's camera reads: conf.url/c/<connector code>. Memory is the arena's. */
const char *qr_sheet_url(struct arena *arena, const char *code);

#endif

/* qr_sheet.h - the QR codes that stick on connectors: an Excel sheet of many, a page to print, a
 * picture of one.
 * Owns nothing. Serves the lists of connectors, sockets, piles, devices and stations. (D7) */
#ifndef CGI_RESOURCE_QR_SHEET_H
#define CGI_RESOURCE_QR_SHEET_H

#include "cgi/resource/resource.h"

/* run() of the page action "qr_sheet" of the lists that have connectors: a task for the list as its
 * URL shows it; refused when there is nothing in it. */
NEOERR *qr_sheet_action(struct request *req, const struct resource *res, int64_t id,
	struct change *input) CHECKED;
/* GET /admin/<connector, socket, pile, bike_device>/:id/qr: a page with three templates to print;
 * qr.png and qr.pdf?template=label, card or poster; qr.png and qr.svg: the code alone. Permission
 * <resource>.qr. (D8) */
extern const struct route qr_sheet_routes[];

/* What a driver's camera reads: conf.url/c/<code of a connector, or of a pile, where one chooses>.
 * Memory is the arena's. */
const char *qr_sheet_url(struct arena *arena, const char *code);

#endif

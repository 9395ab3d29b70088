/* firmware.c - the programs that piles fetch: a file of the catalogue by its token (W12).
 * Owns /open/firmware. Serves piles; who does not know the token gets nothing. */
#include "cgi/open/open.h"

#include "cgi/response.h"
#include "charge/firmware.h"

static NEOERR *fetch(struct request *req)
{
	char path[FIRMWARE_PATH], name[121];
	bool found = false;
	NEOERR *err;

	TRY(firmware_file_find(req->db, route_part(req, "token"), path, name, &found));
	if (!found)
		return nerr_raise(ERR_NOT_FOUND, "no such program");
	response_file(req, path, name, "application/octet-stream");
out:
	return nerr_pass(err);
}

const struct route firmware_routes[] = {
	{ METHOD_GET, "/open/firmware/:token/:name", fetch, NULL, ROUTE_OPEN },
	{ .pattern = NULL },
};

/* pile.h - what the screens of piles and of e-bike devices share: both are rows of the table pile,
 * with connectors of their own.
 * Owns nothing. Serves pile.c and bike_device.c. */
#ifndef CGI_SCREEN_PILE_H
#define CGI_SCREEN_PILE_H

#include "cgi/screen/screen.h"

/* The station is of that kind (car, ebike) and open, the area is its own and open; who charges is
 * not moved to another area (S1, S6, S14). */
NEOERR *pile_place_check(struct request *req, struct change *c, const char *kind) CHECKED;
/* The serial is what the protocol can say: 14 digits for 云快充 (D2). */
void pile_serial_check(struct change *c);
/* save(): the row with a code of its own, and as many connectors as connector_count says, of that
 * type, named by number and word ("3号枪"). The highest are taken away if nobody charges there (D1, D4). */
NEOERR *pile_store(struct request *req, struct change *c, const char *type, const char *name,
	int64_t *id) CHECKED;
/* before_delete(): refused while somebody charges; its connectors go with it. */
NEOERR *pile_before_delete(struct request *req, int64_t id, const char **problem) CHECKED;

#endif

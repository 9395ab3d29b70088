/* map.h - places on a plain map of coordinates: no tiles, no scripts, nobody else's server.
 * Owns nothing. Serves the station maps of drivers and of the back office. */
#ifndef CGI_MAP_H
#define CGI_MAP_H

#include "cgi/request.h"

#define MAP_POINTS 500

struct map_point { int64_t longitude, latitude; const char *name, *path, *colour; };
struct map { int n; struct map_point point[MAP_POINTS]; };

/* Coordinates in millionths of a degree; texts live in the request. What is more than MAP_POINTS
 * is left out. */
void map_add(struct map *m, const struct map_point *p);
/* Map.points.N {x, y, name, path, colour} for templates/map.cs. */
NEOERR *map_put(struct request *req, const struct map *m) CHECKED;

#endif

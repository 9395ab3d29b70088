/* map.c - coordinates laid out on a sheet of 1000 by 600 (W13).
 * Owns nothing. Serves map.h. */
#include "cgi/map.h"

#include "cgi/render.h"

#define WIDTH 1000
#define HEIGHT 600
#define MARGIN 60
#define LEAST_SPAN 2000                      /* 0.002 degrees: one place alone is not blown up */

void map_add(struct map *m, const struct map_point *p)
{
	if (m->n < MAP_POINTS)
		m->point[m->n++] = *p;
}

struct span { int64_t least, most; };

static void widen(struct span *s, int64_t v, bool first)
{
	s->least = first || v < s->least ? v : s->least;
	s->most = first || v > s->most ? v : s->most;
}

static void at_least(struct span *s)
{
	int64_t lacks = LEAST_SPAN - (s->most - s->least);

	if (lacks > 0) {
		s->least -= lacks / 2;
		s->most += lacks - lacks / 2;
	}
}

static int64_t place(const struct span *s, int64_t v, int64_t room)
{
	return MARGIN + (v - s->least) * (room - 2 * MARGIN) / (s->most - s->least);
}

NEOERR *map_put(struct request *req, const struct map *m)
{
	struct span x = { 0, 0 }, y = { 0, 0 };
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < m->n; i++) {
		widen(&x, m->point[i].longitude, i == 0);
		widen(&y, m->point[i].latitude, i == 0);
	}
	at_least(&x);
	at_least(&y);
	for (int i = 0; i < m->n; i++) {
		const struct map_point *p = &m->point[i];
		const char *path = arena_printf(&req->arena, "Map.points.%d", i);
		TRY(hdf_put(req->hdf, p->name, "%s.name", path));
		TRY(hdf_put(req->hdf, p->path, "%s.path", path));
		TRY(hdf_put(req->hdf, p->colour, "%s.colour", path));
		TRY(hdf_put(req->hdf,
			arena_printf(&req->arena, "%lld", (long long)place(&x, p->longitude, WIDTH)), "%s.x",
			path));
		TRY(hdf_put(req->hdf,
			arena_printf(&req->arena, "%lld",
				(long long)(HEIGHT - place(&y, p->latitude, HEIGHT))), "%s.y", path));
	}
out:
	return nerr_pass(err);
}

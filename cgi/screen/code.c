/* code.c - the platform's own numbers: a station's six digits, and areas, piles and connectors that
 * begin with them.
 * Owns nothing; deleted rows keep their number, it is never given twice. Serves the screens that
 * add them. */
#include "cgi/screen/screen.h"

SQL(code_station_last,
	"SELECT GREATEST(100000, COALESCE(MAX(CAST(code AS UNSIGNED)), 0)) FROM station WHERE code"
	" REGEXP '^[0-9]{6}$' FOR UPDATE");
SQL(code_station_lock, "SELECT code FROM station WHERE id = ? FOR UPDATE");
SQL(code_area_last,
	"SELECT COALESCE(MAX(CAST(SUBSTRING(code, CHAR_LENGTH(?) + 1) AS UNSIGNED)), 0) FROM area"
	" WHERE station_id = ? AND code LIKE CONCAT(?, '%')");
SQL(code_pile_last,
	"SELECT COALESCE(MAX(CAST(SUBSTRING(code, CHAR_LENGTH(?) + 1) AS UNSIGNED)), 0) FROM pile"
	" WHERE station_id = ? AND code LIKE CONCAT(?, '%')");

struct prefix { struct request *req; const char *code; };

static NEOERR *code_row(const struct row *r, void *ctx)
{
	struct prefix *p = ctx;

	p->code = arena_strdup(&p->req->arena, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *code_for_station(struct request *req, const char **out)
{
	NEOERR *err = STATUS_OK;
	int64_t last = 0;

	TRY(db_i64(req->db, &code_station_last, NOARGS, &last));
	*out = arena_printf(&req->arena, "%lld", (long long)last + 1);
out:
	return nerr_pass(err);
}

static NEOERR *code_under(struct request *req, int64_t station_id, const struct sql *last_of,
	int digits, const char **out)
{
	NEOERR *err = STATUS_OK;
	struct prefix p = { .req = req };
	char tail[12];
	int64_t last = 0;

	TRY(db_get(req->db, &code_station_lock, ARGS(I64(station_id)), code_row, &p));
	TRY(db_i64(req->db, last_of, ARGS(STR(p.code), I64(station_id), STR(p.code)), &last));
	snprintf(tail, sizeof tail, "%0*d", digits, (int)last + 1);
	*out = arena_printf(&req->arena, "%s%s", p.code, tail);
out:
	return nerr_pass(err);
}

NEOERR *code_for_area(struct request *req, int64_t station_id, const char **out)
{
	return nerr_pass(code_under(req, station_id, &code_area_last, 2, out));
}

NEOERR *code_for_pile(struct request *req, int64_t station_id, const char **out)
{
	return nerr_pass(code_under(req, station_id, &code_pile_last, 4, out));
}

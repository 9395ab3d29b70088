/* session_occupancy.c - the occupancy of an order: its line under the bill, and giving its fee
 * back (P10, O12).
 * Owns nothing. Serves session.c, session_show.c. */
#include "charge/session_occupancy.h"
#include "cgi/screen/screen.h"
#include "cgi/screen/session_correct.h"
#include "cgi/screen/session_show.h"

static const char *minutes(struct request *req, int64_t n)
{
	return arena_printf(&req->arena, "%lld", (long long)n);
}

static const char *word(struct request *req, const char *list, const char *name)
{
	return text_get(req, arena_printf(&req->arena, "choice.%s.%s", list, name));
}

static NEOERR *put_rate(struct request *req, const struct occupancy_rate *r)
{
	NEOERR *err;

	TRY(hdf_put(req->hdf,
		text_format(req, "occupancy.rate", minutes(req, r->free),
			arena_printf(&req->arena, "%s/%lld", screen_money(req, r->price),
				(long long)r->unit)),
		"More.occupancy.rate"));
	if (r->cap >= 0)
		TRY(hdf_put(req->hdf, text_format(req, "occupancy.cap", screen_money(req, r->cap), NULL),
			"More.occupancy.cap"));
out:
	return nerr_pass(err);
}

NEOERR *session_occupancy_put(struct request *req, int64_t id)
{
	struct session_occupancy o;
	NEOERR *err;

	TRY(session_occupancy_get(req->db, id, &o));
	if (!o.found)
		goto out;
	TRY(hdf_put(req->hdf, screen_time(req, o.from), "More.occupancy.from"));
	TRY(hdf_put(req->hdf, o.open ? "" : screen_time(req, o.left), "More.occupancy.to"));
	TRY(hdf_put(req->hdf, minutes(req, o.cost.minutes), "More.occupancy.minutes"));
	TRY(hdf_put(req->hdf, screen_money(req, o.cost.fee), "More.occupancy.fee"));
	TRY(hdf_put(req->hdf,
		word(req, "occupancy_way", choice_name(&occupancy_way_choices, (int)o.way)),
		"More.occupancy.way"));
	if (!o.open && o.ended_by >= 0)
		TRY(hdf_put(req->hdf,
			word(req, "occupancy_end", choice_name(&occupancy_end_choices, o.ended_by)),
			"More.occupancy.end"));
	if (o.waived)
		TRY(hdf_put(req->hdf, "1", "More.occupancy.waived"));
	TRY(put_rate(req, &o.rate));
out:
	return nerr_pass(err);
}

NEOERR *session_waive_run(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	bool done;
	NEOERR *err = session_occupancy_waive(req->db, id, &req->actor, change_text(input, "note"),
		&done);

	(void)res;
	if (err == STATUS_OK && !done)
		change_error(input, NULL, "error.occupancy_over");
	return nerr_pass(err);
}

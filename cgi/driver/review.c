/* review.c - stars for an own charge on its bill's page; /d/feedback: anything else one wants to
 * say, and what was answered (M25).
 * Owns nothing; charge/review.c keeps it. Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/review.h"

#define STARS 5

SQL(driver_review, "SELECT stars, content, reply, replied_at FROM review WHERE session_id = ?");
SQL(driver_feedbacks,
	"SELECT content, created_at, reply, replied_at FROM feedback WHERE member_id = ? ORDER BY id"
	" DESC LIMIT 50");

static NEOERR *put_said(struct request *req, const char *path, const char *content,
	const char *reply, int64_t replied_at)
{
	char when[CLOCK_TEXT];
	NEOERR *err;

	TRY(hdf_put(req->hdf, content, "%s.content", path));
	if (!replied_at)
		goto out;
	TRY(hdf_put(req->hdf, reply, "%s.reply", path));
	TRY(hdf_put(req->hdf, clock_format(replied_at, when), "%s.reply.at", path));
out:
	return nerr_pass(err);
}

static NEOERR *on_review(const struct row *r, void *ctx)
{
	struct request *req = ctx;
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 0), "Review.stars"));
	for (int i = 1; i <= STARS; i++)
		TRY(hdf_put(req->hdf, i <= row_i64(r, 0) ? "★" : "☆", "Review.star.%d", i));
	TRY(put_said(req, "Review", row_str(r, 1), row_str(r, 2), row_time(r, 3)));
out:
	return nerr_pass(err);
}

NEOERR *review_put(struct request *req, const struct session_view *v)
{
	bool found;
	NEOERR *err;

	TRY(db_find(req->db, &driver_review, ARGS(I64(v->id)), on_review, req, &found));
	if (found || v->state != SESSION_FINISHED)
		goto out;
	for (int i = STARS; i >= 1; i--)
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%d", i), "Review.ask.%d", STARS - i));
out:
	return nerr_pass(err);
}

static const char *words(struct request *req, const char *name)
{
	return text_trim(arena_strdup(&req->arena, request_param_or(req, name, "")));
}

static NEOERR *refuse(struct request *req, enum review_refusal refusal)
{
	req->status = 422;
	return nerr_pass(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "review.refused.%s",
		review_refusal_name(refusal))), "Problem"));
}

static NEOERR *review_new(struct request *req)
{
	int64_t id = route_id(req, "id"), stars = 0;
	enum review_refusal refusal;
	NEOERR *err;

	(void)request_i64(req, "stars", &stars);
	TRY(review_add(req->db, req->who.member_id, id, stars, words(req, "content"), &refusal));
	if (refusal == REVIEW_FINE) {
		response_redirect_saying(req, arena_printf(&req->arena, "/d/session/%lld", (long long)id),
			"review.thanks", "");
		return STATUS_OK;
	}
	TRY(refuse(req, refusal));
	TRY(session_shown(req));
out:
	return nerr_pass(err);
}

/* ---- feedback ---- */

struct listing { struct request *req; int n; };

static NEOERR *on_feedback(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	struct request *req = l->req;
	const char *path = arena_printf(&req->arena, "Said.%d", l->n++);
	char when[CLOCK_TEXT];
	NEOERR *err;

	TRY(hdf_put(req->hdf, clock_format(row_time(r, 1), when), "%s", path));
	TRY(put_said(req, path, row_str(r, 0), row_str(r, 2), row_time(r, 3)));
out:
	return nerr_pass(err);
}

static NEOERR *feedback_show(struct request *req)
{
	struct listing l = { req, 0 };
	NEOERR *err;

	TRY(db_query(req->db, &driver_feedbacks, ARGS(I64(req->who.member_id)), on_feedback, &l));
	TRY(hdf_put(req->hdf, text_get(req, "review.feedback_title"), "Page.title"));
	TRY(render_page(req, "driver/feedback.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *feedback_new(struct request *req)
{
	const char *content = words(req, "content");
	enum review_refusal refusal;
	NEOERR *err;

	TRY(feedback_add(req->db, req->who.member_id, content, &refusal));
	if (refusal == REVIEW_FINE) {
		response_redirect_saying(req, "/d/feedback", "review.feedback_thanks", "");
		return STATUS_OK;
	}
	TRY(hdf_put(req->hdf, content, "Form.content"));
	TRY(refuse(req, refusal));
	TRY(feedback_show(req));
out:
	return nerr_pass(err);
}

const struct route review_routes[] = {
	{ METHOD_POST, "/d/session/:id/review", review_new, NULL, 0 },
	{ METHOD_GET, "/d/feedback", feedback_show, NULL, 0 },
	{ METHOD_POST, "/d/feedback", feedback_new, NULL, 0 },
	{ .pattern = NULL },
};

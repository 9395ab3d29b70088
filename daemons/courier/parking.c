/* parking.c - charges told to the systems of parking lots: signed anew with each try, done only
 * when the other side says so.
 * Owns nothing. Serves courier.c. */
#include "daemons/courier/courier.h"

#include "base/conf.h"
#include "base/http.h"
#include "base/text.h"
#include "charge/parking_push.h"
#include "charge/webhook.h"

#define TIMEOUT_MS 8000
#define ANSWER_MAX (64 * 1024)

static NEOERR *judge(const struct parking_push *p, struct http_answer *a)
{
	if (a->status < 200 || a->status > 299)
		return nerr_raise(ERR_PEER, "HTTP %ld", a->status);
	if (!parking_push_accepted(p, buf_str(&a->body), a->body.len))
		return nerr_raise(ERR_PEER, "the answer's code is not %lld", (long long)p->success_code);
	return STATUS_OK;
}

static NEOERR *post(const struct delivery *d, const struct parking_push *p, const char *body,
	struct http_answer *a, char *answer, size_t room)
{
	static const char *const lines[] = { "Content-Type: application/json; charset=utf-8", NULL };
	const struct http_request req = { .method = "POST",
		.url = d->target,
		.headers = lines,
		.body = body,
		.body_len = strlen(body),
		.timeout_ms = TIMEOUT_MS,
		.max_body = ANSWER_MAX };
	NEOERR *err;

	TRY(http_do(&req, a));
	text_copy(answer, room, buf_str(&a->body));
	text_scrub(answer);
	TRY(judge(p, a));
out:
	return nerr_pass(err);
}

NEOERR *parking_send(struct db *db, const struct delivery *d, char *answer, size_t room)
{
	struct parking_push p;
	struct http_answer a = { 0 };
	char *body = NULL;
	NEOERR *err, *noted;

	TRY(parking_push_get(db, d->parking_push_id, &p));
	if (!p.enabled)
		return nerr_raise(ERR_INVALID, "the parking system is disabled");
	if (p.sign.secret[0] == '\0')
		return nerr_raise(ERR_INVALID, "the parking system has no secret yet");
	TRY(parking_push_body_dup(&p, d->payload, &body));
	err = post(d, &p, body, &a, answer, room);
	noted = webhook_tried(db, d->id, "", a.status);
	if (noted != STATUS_OK) {
		error_drop(err);
		err = noted;
	}
out:
	http_answer_clear(&a);
	free(body);
	return nerr_pass(err);
}

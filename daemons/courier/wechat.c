/* wechat.c - messages into a group of 企业微信 by its robot (T1).
 * Owns nothing. Serves courier.c. (docs/notify.md) */
#include "daemons/courier/courier.h"

#include "base/http.h"
#include "base/json.h"
#include "base/text.h"
#include "charge/notify_link.h"

#define TIMEOUT_MS 8000
#define ANSWER_MAX (16 * 1024)

static NEOERR *body_dup(const struct delivery *d, char **out)
{
	char text[NOTIFY_ROBOT_TEXT + 1];
	json_t *payload = NULL, *o;
	NEOERR *err;

	TRY(json_read(d->payload, strlen(d->payload), 64 * 1024, &payload));
	text_copy(text, sizeof text, json_text(payload, "text", ""));
	o = json_pack("{s:s, s:{s:s}}", "msgtype", "text", "text", "content", text);
	*out = json_write_dup(o);
	json_decref(o);
out:
	json_decref(payload);
	return nerr_pass(err);
}

static NEOERR *judge(struct http_answer *a)
{
	json_t *o = NULL;
	NEOERR *err;

	if (a->status != 200)
		return nerr_raise(ERR_PEER, "HTTP %ld", a->status);
	TRY(json_read(buf_str(&a->body), a->body.len, ANSWER_MAX, &o));
	if (json_i64(o, "errcode", -1) != 0)
		err = nerr_raise(ERR_PEER, "errcode %lld: %s", (long long)json_i64(o, "errcode", -1),
			json_text(o, "errmsg", ""));
out:
	json_decref(o);
	return nerr_pass(err);
}

/* Robots know no number of ours to ask by: what may have arrived is never sent again. */
static NEOERR *post(const struct notify_link *l, const char *body, char *answer, size_t room)
{
	static const char *const lines[] = { "Content-Type: application/json; charset=utf-8", NULL };
	struct http_answer a = { 0 };
	char url[400];
	NEOERR *err, *unsure;

	snprintf(url, sizeof url, "%s/cgi-bin/webhook/send?key=%s", l->url, l->secret);
	err = http_do(&(struct http_request){ .method = "POST", .url = url, .headers = lines,
					  .body = body, .body_len = strlen(body), .timeout_ms = TIMEOUT_MS,
					  .max_body = ANSWER_MAX },
		&a);
	if (err != STATUS_OK && a.sent) {
		unsure = nerr_raise(DELIVERY_NEVER_AGAIN, "it may have arrived: %s", error_desc(err));
		error_drop(err);
		return unsure;
	}
	if (err != STATUS_OK)
		return nerr_pass(err);
	text_copy(answer, room, buf_str(&a.body));
	text_scrub(answer);
	err = judge(&a);
	http_answer_clear(&a);
	return nerr_pass(err);
}

NEOERR *wechat_send(struct db *db, const struct delivery *d, char *answer, size_t room)
{
	struct notify_link l;
	char *body = NULL;
	NEOERR *err;

	if (d->unsure)
		return nerr_raise(DELIVERY_NEVER_AGAIN,
			"it may have arrived: the courier ended while it was sent");
	TRY(notify_link_get(db, d->notify_link_id, &l));
	if (!l.enabled || l.kind != NOTIFY_KIND_WECOM_ROBOT)
		return nerr_raise(ERR_INVALID, "the robot is disabled");
	TRY(body_dup(d, &body));
	TRY(post(&l, body, answer, room));
out:
	free(body);
	return nerr_pass(err);
}

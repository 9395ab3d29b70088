/* webhook.c - deliveries to subscribers: signed, to public addresses only, without redirects.
 * Owns the headers' names.
 * Serves courier.c. */
#include "daemons/courier/courier.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/http.h"
#include "base/text.h"
#include "charge/event.h"
#include "charge/webhook.h"

#define TIMEOUT_MS 8000
#define ANSWER_MAX (64 * 1024)

/* Secrets have no place here: what a try carried is shown to who looks at the delivery. */
struct headers { char event[80], delivery[60], timestamp[60], signature[120], all[400]; };

static void build(struct headers *h, const struct delivery *d, const char *secret, int64_t now)
{
	char name[40], signature[SHA256_HEX];

	webhook_sign(secret, now, d->payload, signature);
	snprintf(h->event, sizeof(h->event), "X-Chargeops-Event: %s",
		event_wire_name(d->subject, name));
	snprintf(h->delivery, sizeof(h->delivery), "X-Chargeops-Delivery: %lld", (long long)d->id);
	snprintf(h->timestamp, sizeof(h->timestamp), "X-Chargeops-Timestamp: %lld", (long long)now);
	snprintf(h->signature, sizeof(h->signature), "X-Chargeops-Signature: sha256=%s", signature);
	snprintf(h->all, sizeof(h->all), "%s\n%s\n%s\n%s", h->event, h->delivery, h->timestamp,
		h->signature);
}

static NEOERR *judge(const struct http_answer *a)
{
	if (a->status >= 200 && a->status <= 299)
		return STATUS_OK;
	return nerr_raise(ERR_PEER, "HTTP %ld%s", a->status,
		a->status >= 300 && a->status <= 399 ? ": redirects are not followed" : "");
}

static NEOERR *post(struct db *db, const struct delivery *d, const struct webhook *w, char *answer,
	size_t room)
{
	struct http_answer a = { 0 };
	struct headers h;
	const char *const lines[] = { "Content-Type: application/json", h.event, h.delivery,
		h.timestamp, h.signature, NULL };
	const struct http_request req = { .method = "POST",
		.url = w->url,
		.headers = lines,
		.body = d->payload,
		.body_len = strlen(d->payload),
		.timeout_ms = TIMEOUT_MS,
		.max_body = ANSWER_MAX };
	NEOERR *err, *failure;

	build(&h, d, w->secret, clock_now());
	failure = http_do(&req, &a);
	if (failure == STATUS_OK) {
		text_copy(answer, room, buf_str(&a.body));
		text_scrub(answer);
		failure = judge(&a);
	}
	err = webhook_tried(db, d->id, h.all, a.status);
	http_answer_clear(&a);
	if (err == STATUS_OK)
		return nerr_pass(failure);
	error_drop(failure);
	return nerr_pass(err);
}

NEOERR *webhook_send(struct db *db, const struct delivery *d, char *answer, size_t room)
{
	struct webhook w;
	NEOERR *err;

	if (d->webhook_id == 0)
		return nerr_raise(ERR_INVALID, "a webhook without a subscription");
	TRY(webhook_get(db, d->webhook_id, &w));
	if (!w.enabled)
		return nerr_raise(ERR_INVALID, "the webhook is disabled");
	if (http_url_judge(w.url) == URL_BAD)
		return nerr_raise(ERR_INVALID, "the address is neither http nor https");
	if (w.secret[0] == '\0')
		return nerr_raise(ERR_INVALID, "the webhook has no secret yet");
	TRY(post(db, d, &w, answer, room));
out:
	return nerr_pass(err);
}

/* channel.c - /open/channel/<id>: callbacks of a payment channel: verified, kept, and only then
 * acknowledged.
 * Owns nothing. Serves open.c. */
#include <ClearSilver.h>

#include "cgi/open/open.h"
#include "cgi/response.h"

#include "base/log.h"
#include "base/text.h"
#include "charge/payment.h"

/* "Wechatpay-Signature" is HTTP_WECHATPAY_SIGNATURE in the environment. */
static const char *header(void *ctx, const char *name)
{
	char env[80] = "HTTP_";
	size_t n = strlen(env);

	for (; *name && n + 1 < sizeof env; name++)
		env[n++] = (char)(*name == '-' ? '_'
			: *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A'
										   : *name);
	env[n] = '\0';
	return request_env(ctx, env);
}

/* 401: forged; 404: no such order; 500: not kept. Whatever is not 200 the channel sends again. */
static int status_of(NEOERR *err)
{
	return error_is(err, ERR_DENIED) ? 401
		: error_is(err, ERR_INVALID) ? 400
		: error_is(err, ERR_NOT_FOUND) ? 404
									   : 500;
}

static NEOERR *callback(struct request *req)
{
	const char *answer = "{\"code\":\"FAIL\",\"message\":\"no such channel\"}",
			   *type = "application/json; charset=utf-8";
	struct channel_callback c = { .body = req->body ? req->body : "", .len = req->body_len,
		.header = header, .ctx = req };
	NEOERR *err = payment_callback(req->db, route_id(req, "id"), &c, &answer, &type);

	response_bytes(req, type, answer, strlen(answer));
	if (err == STATUS_OK)
		return STATUS_OK;
	log_line(LOG_WARN, "callback_refused", "channel=%lld why=\"%s\"",
		(long long)route_id(req, "id"), error_desc(err));
	req->status = status_of(err);
	error_drop(err);
	return STATUS_OK;
}

const struct route channel_routes[] = {
	{ METHOD_POST, "/open/channel/:id", callback, NULL, ROUTE_OPEN | ROUTE_SIGNED },
	{ .pattern = NULL },
};

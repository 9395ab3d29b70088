/* channel_wechat.h - what the files of 微信支付 share: one signed call, its bill, its sharing.
 * Owns nothing. Serves those files and their test. */
#ifndef CHARGE_CHANNEL_WECHAT_H
#define CHARGE_CHANNEL_WECHAT_H

#include "base/http.h"
#include "base/json.h"
#include "charge/channel.h"

/* "Authorization: ..." for method, path with query, and body ("" for none). */
NEOERR *wechat_authorization(const struct channel_account *a, const char *method, const char *path,
	const char *body, struct buf *out) CHECKED;
/* One signed exchange whose answer is not judged (bill files carry no signature). */
NEOERR *wechat_get(const struct channel_account *a, const char *method, const char *url,
	const char *path, const char *body, struct http_answer *answer) CHECKED;
/* A signed request and its verified answer; takes body; out NULL: no answer body is wanted. 404 is
 * ERR_NOT_FOUND, another refusal ERR_INVALID, everything that says nothing ERR_PEER. */
NEOERR *wechat_call(const struct channel_account *a, const char *method, const char *path,
	json_t *body, json_t **out) CHECKED;

NEOERR *wechat_bill(const struct channel_account *a, const char *day, channel_bill_fn fn,
	void *ctx) CHECKED;
NEOERR *wechat_receiver_add(const struct channel_account *a,
	const struct channel_receiver *r) CHECKED;
NEOERR *wechat_share(const struct channel_account *a, const struct channel_share *s,
	struct channel_result *out) CHECKED;
NEOERR *wechat_share_query(const struct channel_account *a, const struct channel_share *s,
	struct channel_result *out) CHECKED;
NEOERR *wechat_share_return(const struct channel_account *a, const char *no, const char *of,
	const char *account, int64_t amount, struct channel_result *out) CHECKED;
/* Where a phone inside WeChat is sent to say who it is; it comes back to `back` with code and
 * state. */
NEOERR *wechat_who(const struct channel_account *a, const char *back, const char *state,
	struct buf *url) CHECKED;
/* The openid behind that code, which counts once. ERR_INVALID: there is none. */
NEOERR *wechat_openid(const struct channel_account *a, const char *code,
	char out[CHANNEL_OPENID]) CHECKED;
/* What a phone inside WeChat needs to open its pay window: appId ... paySign as JSON (section
 * 4). */
NEOERR *wechat_jsapi_dup(const struct channel_account *a, const char *prepay_id,
	char **json) CHECKED;

#endif

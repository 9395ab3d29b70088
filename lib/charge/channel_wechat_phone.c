/* channel_wechat_phone.c - 微信支付 on the payer's own phone inside WeChat: who it is, and what its
 * pay window is opened with.
 * Owns nothing. Serves channel_wechat.c. (wechatpay.md section 4; the openid by 网页授权, scope
 * snsapi_base) */
#include "charge/channel_wechat.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/sign.h"
#include "base/text.h"

#define TIMEOUT_MS 8000
#define ANSWER_MAX 8192
#define HOME "https://api.mch.weixin.qq.com"

/* Accounts at WeChat's own address ask its two other hosts; any other address answers for all. */
static const char *host(const struct channel_account *a, const char *of_wechat)
{
	return text_eq(a->base_url, HOME) ? of_wechat : a->base_url;
}

NEOERR *wechat_who(const struct channel_account *a, const char *back, const char *state,
	struct buf *url)
{
	if (!*a->app_id || !*a->app_secret)
		return nerr_raise(ERR_INVALID, "the account has no AppID or no secret of it");
	buf_printf(url, "%s/connect/oauth2/authorize?appid=", host(a, "https://open.weixin.qq.com"));
	text_url(url, a->app_id);
	buf_puts(url, "&redirect_uri=");
	text_url(url, back);
	buf_puts(url, "&response_type=code&scope=snsapi_base&state=");
	text_url(url, state);
	buf_puts(url, "#wechat_redirect");
	return STATUS_OK;
}

NEOERR *wechat_openid(const struct channel_account *a, const char *code, char out[CHANNEL_OPENID])
{
	struct http_answer answer = { .status = 0 };
	struct buf url;
	json_t *json = NULL;
	NEOERR *err;

	*out = '\0';
	buf_init(&url, 0);
	buf_printf(&url, "%s/sns/oauth2/access_token?appid=", host(a, "https://api.weixin.qq.com"));
	text_url(&url, a->app_id);
	buf_puts(&url, "&secret=");
	text_url(&url, a->app_secret);
	buf_puts(&url, "&code=");
	text_url(&url, code);
	buf_puts(&url, "&grant_type=authorization_code");
	TRY(http_do(&(struct http_request){ .method = "GET", .url = buf_str(&url),
					.timeout_ms = TIMEOUT_MS, .max_body = ANSWER_MAX },
		&answer));
	TRY(json_read(buf_str(&answer.body), answer.body.len, ANSWER_MAX, &json));
	text_copy(out, CHANNEL_OPENID, json_text(json, "openid", ""));
	if (!*out)
		err = nerr_raise(ERR_INVALID, "no openid: %lld %s", (long long)json_i64(json, "errcode", 0),
			json_text(json, "errmsg", ""));
out:
	json_decref(json);
	buf_clear(&url);
	http_answer_clear(&answer);
	return nerr_pass(err);
}

NEOERR *wechat_jsapi_dup(const struct channel_account *a, const char *prepay_id, char **json)
{
	NEOERR *err;
	char nonce[33], text[400], package[120], stamp[24], *signature = NULL;
	json_t *value = NULL;

	*json = NULL;
	TRY(random_hex(nonce, 16));
	snprintf(stamp, sizeof(stamp), "%lld", (long long)clock_now());
	snprintf(package, sizeof(package), "prepay_id=%s", prepay_id);
	snprintf(text, sizeof(text), "%s\n%s\n%s\n%s\n", a->app_id, stamp, nonce, package);
	TRY(rsa_sign_dup(a->private_key, SIGN_SHA256, text, strlen(text), &signature));
	value = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "appId", a->app_id, "timeStamp", stamp,
		"nonceStr", nonce, "package", package, "signType", "RSA", "paySign", signature);
	*json = json_write_dup(value);
out:
	json_decref(value);
	free(signature);
	return nerr_pass(err);
}

/* phone.c - the sandbox as the two hosts of WeChat that say who holds a phone: it is sent there,
 * comes back with a code, and the merchant's server gets an openid for it, once.
 * Owns nothing. Serves paysim.c. (docs/channels.md) */
#include "daemons/paysim/sim.h"

#include "base/text.h"

static void authorize(struct ask *a)
{
	char app[40], back[300], type[10], scope[20], state[200];
	struct buf to;

	ask_param(a, "appid", app, sizeof(app));
	ask_param(a, "redirect_uri", back, sizeof(back));
	ask_param(a, "response_type", type, sizeof(type));
	ask_param(a, "scope", scope, sizeof(scope));
	ask_param(a, "state", state, sizeof(state));
	if (!text_eq(app, SIM_APP) || !text_eq(type, "code") || !text_eq(scope, "snsapi_base") ||
		!text_starts(back, "http") || strpbrk(back, "\r\n")) {
		answer_text(a, 400, "text/plain; charset=utf-8", "redirect_uri 参数错误\n");
		return;
	}
	buf_init(&to, 0);
	buf_printf(&to, "%s%scode=", back, strchr(back, '?') ? "&" : "?");
	text_copy(scope, sizeof(scope), sim_new_id("0"));
	json_object_set_new(sim_table("codes"), scope, json_string(SIM_OPENID));
	buf_printf(&to, "%s&state=", scope);
	text_url(&to, state);
	answer_text(a, 302, "text/plain", "");
	buf_printf(&a->more, "Location: %s\r\n", buf_str(&to));
	buf_clear(&to);
}

static void token(struct ask *a)
{
	char app[40], secret[40], code[40], type[40];
	const char *openid;

	ask_param(a, "appid", app, sizeof(app));
	ask_param(a, "secret", secret, sizeof(secret));
	ask_param(a, "code", code, sizeof(code));
	ask_param(a, "grant_type", type, sizeof(type));
	openid = json_text(sim_table("codes"), code, "");
	if (!text_eq(app, SIM_APP) || !text_eq(secret, sim.app_secret))
		answer_json(a, 200,
			json_pack("{s:i, s:s}", "errcode", 40125, "errmsg", "invalid appsecret"));
	else if (!*openid || !text_eq(type, "authorization_code"))
		answer_json(a, 200, json_pack("{s:i, s:s}", "errcode", 40029, "errmsg", "invalid code"));
	else {
		answer_json(a, 200,
			json_pack("{s:s, s:i, s:s, s:s}", "access_token", "x", "expires_in", 7200, "openid",
				openid, "scope", "snsapi_base"));
		json_object_del(sim_table("codes"), code);
	}
}

bool phone_serve(struct ask *a)
{
	if (text_eq(a->path, "/connect/oauth2/authorize"))
		authorize(a);
	else if (text_eq(a->path, "/sns/oauth2/access_token"))
		token(a);
	else
		return false;
	return true;
}

/* notify.c - the sandbox as an SMS gateway (Alibaba Cloud, V3 signature) and as a group's robot of
 * 企业微信: what the real ones refuse is refused.
 * Owns nothing. Serves paysim.c. (docs/notify.md) */
#include "daemons/paysim/sim.h"

#include "base/acs.h"
#include "base/clock.h"
#include "base/text.h"
#include "charge/notify_link.h"

#define SKEW 900
#define PARAMS_MAX 20
#define ROBOT_A_MINUTE 20

/* ---- the SMS gateway ---- */

struct params { int n; char name[PARAMS_MAX][40], value[PARAMS_MAX][1600]; };

static void refuse(struct ask *a, int status, const char *code, const char *message)
{
	answer_json(a, status,
		json_pack("{s:s, s:s, s:s}", "Code", code, "Message", message, "RequestId",
			sim_new_id("R")));
}

static const char *value_of(const struct params *p, const char *name)
{
	for (int i = 0; i < p->n; i++)
		if (text_eq(p->name[i], name))
			return p->value[i];
	return "";
}

/* The parameters, and the query as it must have been written. */
static void read_params(const struct ask *a, struct params *p, struct buf *canonical)
{
	char copy[sizeof a->query], *rest = copy, *part, *mark;

	text_copy(copy, sizeof copy, a->query);
	p->n = 0;
	while ((part = text_split(&rest, '&')) != NULL && p->n < PARAMS_MAX) {
		if ((mark = strchr(part, '=')) == NULL)
			continue;
		*mark = '\0';
		ask_decode(p->name[p->n], sizeof p->name[0], part);
		ask_decode(p->value[p->n], sizeof p->value[0], mark + 1);
		p->n++;
	}
	for (int i = 0, last = -1; i < p->n; i++) {              /* in the order of their names */
		int next = -1;

		for (int k = 0; k < p->n; k++)
			if ((last < 0 || strcmp(p->name[k], p->name[last]) > 0) &&
				(next < 0 || strcmp(p->name[k], p->name[next]) < 0))
				next = k;
		if (next < 0)
			break;
		acs_query(canonical, p->name[next], p->value[next]);
		last = next;
	}
}

static bool stale(const char *date)
{
	int64_t now = clock_now();
	char soonest[24], latest[24];

	acs_date(now - SKEW, soonest);
	acs_date(now + SKEW, latest);
	return strcmp(date, soonest) < 0 || strcmp(date, latest) > 0;
}

/* Signed by our account's secret, now, and not before. */
static bool signed_well(struct ask *a, const char *action, const char *query)
{
	char host[200], version[40], date[40], nonce[80], right[500], sign[SHA256_HEX], wanted[500];

	ask_header(a, "Host", host, sizeof host);
	ask_header(a, "x-acs-version", version, sizeof version);
	ask_header(a, "x-acs-date", date, sizeof date);
	ask_header(a, "x-acs-signature-nonce", nonce, sizeof nonce);
	ask_header(a, "Authorization", right, sizeof right);
	acs_signature(&(struct acs_request){ a->method, host, a->path, query, action, version, date,
					  nonce, "" },
		sim.api_key, sign);
	snprintf(wanted, sizeof wanted, "%s Credential=%s,SignedHeaders=%s,Signature=%s",
		ACS_ALGORITHM, SIM_SMS_ACCOUNT, ACS_SIGNED, sign);
	if (!text_eq(version, NOTIFY_ALIYUN_VERSION))
		refuse(a, 400, "InvalidVersion", "Specified parameter Version is not valid.");
	else if (!text_eq(right, wanted))
		refuse(a, 400, "SignatureDoesNotMatch",
			"Specified signature does not match our calculation.");
	else if (stale(date))
		refuse(a, 400, "InvalidTimeStamp.Expired",
			"Specified time stamp or date value is expired.");
	else if (json_object_get(sim_table("nonces"), nonce))
		refuse(a, 400, "SignatureNonceUsed", "Specified signature nonce was used already.");
	else {
		json_object_set_new(sim_table("nonces"), nonce, json_integer(clock_now()));
		return true;
	}
	return false;
}

/* Each variable of the template, none too long. */
static bool variables_fit(const char *template, const char *text)
{
	static const char *const code[] = { "code", NULL };
	static const char *const alarm[] = { "station", "pile", "what", "at", NULL };
	const char *const *need = text_eq(template, SIM_SMS_CODE) ? code : alarm;
	json_t *o = json_loads(text, 0, NULL);
	bool fit = json_is_object(o);

	for (; *need && fit; need++) {
		const char *value = json_text(o, *need, "");

		fit = *value && text_chars(value) <= NOTIFY_VALUE;
	}
	json_decref(o);
	return fit;
}

static void text_somebody(struct ask *a, const struct params *p)
{
	const char *phone = value_of(p, "PhoneNumbers"), *template = value_of(p, "TemplateCode"),
		*words = value_of(p, "TemplateParam"), *id;
	json_t *sent = sim_table("sms");

	if (sim_mode_once("sms_limit")) {
		refuse(a, 200, "isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1");
		return;
	}
	if (!text_is_phone(phone))
		refuse(a, 200, "isv.MOBILE_NUMBER_ILLEGAL", "非法手机号");
	else if (!text_eq(value_of(p, "SignName"), SIM_SMS_SIGN))
		refuse(a, 200, "isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名");
	else if (!text_eq(template, SIM_SMS_CODE) && !text_eq(template, SIM_SMS_ALARM))
		refuse(a, 200, "isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板");
	else if (!variables_fit(template, words))
		refuse(a, 200, "isv.TEMPLATE_PARAMS_ILLEGAL", "传入的变量内容和短信模板不匹配");
	else {
		id = sim_new_id("B");
		json_object_set_new(sent, id, json_pack("{s:s, s:s, s:s, s:s}", "phone", phone, "template",
			template, "words", words, "out_id", value_of(p, "OutId")));
		answer_json(a, 200, json_pack("{s:s, s:s, s:s, s:s}", "Code", "OK", "Message", "OK",
			"RequestId", sim_new_id("R"), "BizId", id));
		a->mute = sim_mode_once("sms_mute");
	}
}

static void tell_details(struct ask *a, const struct params *p)
{
	const char *id;
	json_t *list = json_array(), *one;

	json_object_foreach(sim_table("sms"), id, one)
		if (text_eq(json_text(one, "phone", ""), value_of(p, "PhoneNumber")))
			json_array_append_new(list, json_pack("{s:s, s:s, s:i}", "OutId",
				json_text(one, "out_id", ""), "PhoneNum", json_text(one, "phone", ""), "SendStatus",
				1));
	answer_json(a, 200, json_pack("{s:s, s:s, s:s, s:i, s:{s:o}}", "Code", "OK", "Message", "OK",
		"RequestId", sim_new_id("R"), "TotalCount", (int)json_array_size(list), "SmsSendDetailDTOs",
		"SmsSendDetailDTO", list));
}

static void sms_serve(struct ask *a)
{
	static struct params p;
	char action[60];
	struct buf query;

	buf_init(&query, 0);
	read_params(a, &p, &query);
	ask_header(a, "x-acs-action", action, sizeof action);
	if (signed_well(a, action, buf_str(&query))) {
		if (text_eq(action, "SendSms"))
			text_somebody(a, &p);
		else if (text_eq(action, "QuerySendDetails"))
			tell_details(a, &p);
		else
			refuse(a, 404, "InvalidAction.NotFound", "Specified api is not found.");
	}
	buf_clear(&query);
}

/* ---- the robot ---- */

static void robot_says(struct ask *a, int code, const char *message)
{
	answer_json(a, 200, json_pack("{s:i, s:s}", "errcode", code, "errmsg", message));
}

static bool too_many(void)
{
	json_t *o = sim_table("robot_minute");
	int64_t minute = clock_now() / 60, n = json_i64(o, "n", 0);

	n = json_i64(o, "minute", 0) == minute ? n + 1 : 1;
	json_object_set_new(o, "minute", json_integer(minute));
	json_object_set_new(o, "n", json_integer(n));
	return n > ROBOT_A_MINUTE;
}

static void robot_serve(struct ask *a)
{
	const char *content;
	json_t *body = NULL;
	char key[80];
	NEOERR *err = json_read(a->body, a->len, 64 * 1024, &body);

	error_drop(err);
	ask_param(a, "key", key, sizeof key);
	content = json_text(json_object_get(body, "text"), "content", "");
	if (!text_eq(key, SIM_ROBOT_KEY))
		robot_says(a, 93000, "invalid webhook url");
	else if (!text_eq(json_text(body, "msgtype", ""), "text"))
		robot_says(a, 40008, "invalid message type");
	else if (*content == '\0')
		robot_says(a, 44004, "text content is empty");
	else if (strlen(content) > NOTIFY_ROBOT_TEXT)
		robot_says(a, 40058, "text.content exceed max length 2048");
	else if (sim_mode_once("robot_limit") || too_many())
		robot_says(a, 45009, "api freq out of limit");
	else {
		json_object_set_new(sim_table("robot"), sim_new_id("M"), json_string(content));
		robot_says(a, 0, "ok");
		a->mute = sim_mode_once("robot_mute");
	}
	json_decref(body);
}

bool notify_serve(struct ask *a)
{
	if (!text_eq(a->method, "POST"))
		return false;
	if (text_eq(a->path, "/sms/"))
		sms_serve(a);
	else if (text_eq(a->path, "/wecom/cgi-bin/webhook/send"))
		robot_serve(a);
	else
		return false;
	return true;
}

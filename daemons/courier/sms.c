/* sms.c - text messages: by Alibaba Cloud's gateway where an account is enabled, else into the
 * sandbox (T1).
 * Owns nothing. Serves courier.c. (docs/notify.md) */
#include "daemons/courier/courier.h"

#include "base/acs.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/http.h"
#include "base/json.h"
#include "base/text.h"
#include "charge/notify_link.h"

#define TIMEOUT_MS 4000
#define ANSWER_MAX (256 * 1024)

/* ---- one call of the gateway ---- */

struct call { const struct notify_link *link; const char *action; const char *query; };

/* "https://host/path" without its scheme, and the path, "/" at least. */
static void take_apart(const char *url, char host[201], char path[201])
{
	const char *at = strstr(url, "://"), *slash;

	at = at ? at + 3 : url;
	slash = strchr(at, '/');
	text_copy(host, slash && slash - at < 200 ? (size_t)(slash - at) + 1 : 201, at);
	text_copy(path, 201, slash ? slash : "/");
}

static NEOERR *post(const struct call *c, struct http_answer *answer)
{
	char host[201], path[201], nonce[33], date[24], content[SHA256_HEX], sign[SHA256_HEX];
	char action[80], version[60], at[60], once[80], hash[100], right[400], *url = NULL;
	const char *const lines[] = { action, version, at, once, hash, right, NULL };
	struct buf target;
	NEOERR *err;

	take_apart(c->link->url, host, path);
	buf_init(&target, 0);
	TRY(random_hex(nonce, 16));
	acs_date(clock_now(), date);
	sha256_hex("", 0, content);
	acs_signature(&(struct acs_request){ "POST", host, path, c->query, c->action,
					  NOTIFY_ALIYUN_VERSION, date, nonce, "" },
		c->link->secret, sign);
	snprintf(action, sizeof action, "x-acs-action: %s", c->action);
	snprintf(version, sizeof version, "x-acs-version: %s", NOTIFY_ALIYUN_VERSION);
	snprintf(at, sizeof at, "x-acs-date: %s", date);
	snprintf(once, sizeof once, "x-acs-signature-nonce: %s", nonce);
	snprintf(hash, sizeof hash, "x-acs-content-sha256: %s", content);
	snprintf(right, sizeof right, "Authorization: %s Credential=%s,SignedHeaders=%s,Signature=%s",
		ACS_ALGORITHM, c->link->account, ACS_SIGNED, sign);
	buf_printf(&target, "%s%s?%s", c->link->url, strcmp(path, "/") == 0 &&
		c->link->url[strlen(c->link->url) - 1] != '/' ? "/" : "", c->query);
	url = buf_take(&target);
	TRY(http_do(&(struct http_request){ .method = "POST", .url = url, .headers = lines,
					.timeout_ms = TIMEOUT_MS, .max_body = ANSWER_MAX },
		answer));
out:
	buf_clear(&target);
	free(url);
	return nerr_pass(err);
}

/* out is the caller's. An error of the gateway is one with its code, whatever the HTTP status. */
static NEOERR *ask(const struct call *c, char *said, size_t room, json_t **out)
{
	struct http_answer a = { 0 };
	NEOERR *err;

	*out = NULL;
	TRY(post(c, &a));
	text_copy(said, room, buf_str(&a.body));
	text_scrub(said);
	err = json_read(buf_str(&a.body), a.body.len, ANSWER_MAX, out);
	if (err != STATUS_OK) {
		error_drop(err);
		err = nerr_raise(ERR_PEER, "HTTP %ld, and the answer is no JSON", a.status);
	} else if (!text_eq(json_text(*out, "Code", ""), "OK"))
		err = nerr_raise(ERR_PEER, "%s: %s", json_text(*out, "Code", "no code"),
			json_text(*out, "Message", ""));
out:
	http_answer_clear(&a);
	return nerr_pass(err);
}

/* ---- whether a try before this one arrived ---- */

static bool names(const json_t *answer, const char *id)
{
	const json_t *list = json_object_get(json_object_get(answer, "SmsSendDetailDTOs"),
		"SmsSendDetailDTO");
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (text_eq(json_text(one, "OutId", ""), id))
			return true;
	return false;
}

static NEOERR *arrived_on(const struct notify_link *l, const struct delivery *d, const char *id,
	int64_t time, bool *arrived)
{
	char said[200], day[CLOCK_TEXT], plain[9];
	struct call c = { l, "QuerySendDetails", NULL };
	json_t *answer = NULL;
	struct buf query;
	NEOERR *err;

	clock_format_day(time, day);
	snprintf(plain, sizeof plain, "%.4s%.2s%.2s", day, day + 5, day + 8);
	buf_init(&query, 0);
	acs_query(&query, "CurrentPage", "1");
	acs_query(&query, "PageSize", "50");
	acs_query(&query, "PhoneNumber", d->target);
	acs_query(&query, "SendDate", plain);
	c.query = buf_str(&query);
	TRY(ask(&c, said, sizeof said, &answer));
	*arrived = *arrived || names(answer, id);
out:
	buf_clear(&query);
	json_decref(answer);
	return nerr_pass(err);
}

/* A try without an answer may have arrived: they are asked before it is sent again. */
static NEOERR *arrived(const struct notify_link *l, const struct delivery *d, const char *id,
	bool *yes)
{
	int64_t now = clock_now();
	NEOERR *err = STATUS_OK;

	*yes = false;
	if (d->tries < 2)
		return STATUS_OK;
	TRY(arrived_on(l, d, id, now, yes));
	if (clock_day_start(now) > now - 2 * 3600)
		TRY(arrived_on(l, d, id, now - 2 * 3600, yes));
out:
	return nerr_pass(err);
}

/* ---- sending ---- */

static void put(json_t *to, const char *name, const char *value)
{
	char cut[NOTIFY_VALUE * 4 + 1];

	text_copy(cut, sizeof cut, value);
	cut[text_cut(cut, NOTIFY_VALUE)] = '\0';
	json_object_set_new(to, name, json_string(cut));
}

/* What the template's variables are: the code of a log-in, or the parts of an alarm. */
static NEOERR *variables_dup(const struct delivery *d, char **out)
{
	static const char *const parts[] = { "code", "station", "pile", "what", "at" };
	json_t *payload = NULL, *chosen = json_object();
	NEOERR *err;

	TRY(json_read(d->payload, strlen(d->payload), 64 * 1024, &payload));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (json_object_get(payload, parts[i]))
			put(chosen, parts[i], json_text(payload, parts[i], ""));
	*out = json_write_dup(chosen);
out:
	json_decref(payload);
	json_decref(chosen);
	return nerr_pass(err);
}

static NEOERR *send_by(const struct notify_link *l, const struct delivery *d, const char *id,
	char *said, size_t room)
{
	const char *template = text_eq(d->subject, "login_code") ? l->code_template
		: l->alarm_template;
	struct call c = { l, "SendSms", NULL };
	json_t *answer = NULL;
	char *variables = NULL;
	struct buf query;
	NEOERR *err;

	if (*template == '\0')
		return nerr_raise(ERR_INVALID, "the SMS account has no template for %s", d->subject);
	buf_init(&query, 0);
	TRY(variables_dup(d, &variables));
	acs_query(&query, "OutId", id);
	acs_query(&query, "PhoneNumbers", d->target);
	acs_query(&query, "SignName", l->sign_name);
	acs_query(&query, "TemplateCode", template);
	acs_query(&query, "TemplateParam", variables);
	c.query = buf_str(&query);
	TRY(ask(&c, said, room, &answer));
out:
	buf_clear(&query);
	free(variables);
	json_decref(answer);
	return nerr_pass(err);
}

NEOERR *sms_send(struct db *db, const struct delivery *d, char *answer, size_t room)
{
	struct notify_link l;
	bool found, before;
	char id[32];
	NEOERR *err;

	if (!text_is_phone(d->target))
		return nerr_raise(ERR_INVALID, "%s is no phone number", d->target);
	if ((found = d->notify_link_id != 0))
		TRY(notify_link_get(db, d->notify_link_id, &l));
	else
		TRY(notify_link_sms(db, d->provider_id, &l, &found));
	if (!found && text_eq(conf.sms_adapter, "sandbox")) {
		/* Nothing leaves the house: the developer page shows the rows. */
		text_copy(answer, room, "sandbox: not sent");
		return STATUS_OK;
	}
	if (!found)
		return nerr_raise(ERR_INVALID, "no SMS account is enabled (sms_adapter \"%s\")",
			conf.sms_adapter);
	snprintf(id, sizeof id, "%lld", (long long)d->id);
	TRY(arrived(&l, d, id, &before));
	if (before)
		text_copy(answer, room, "an earlier try had arrived");
	else
		TRY(send_by(&l, d, id, answer, room));
out:
	return nerr_pass(err);
}

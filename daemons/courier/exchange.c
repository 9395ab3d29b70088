/* exchange.c - messages to other platforms by T/CEC 102: a token fetched when there is none, the
 * content sealed and signed anew with each try, the answer opened and kept (I9).
 * Owns nothing. Serves courier.c. */
#include "daemons/courier/courier.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/http.h"
#include "base/text.h"
#include "charge/exchange.h"
#include "charge/webhook.h"
#include "proto/cec102.h"

#define TIMEOUT_MS 10000
#define EARLY 60                             /* a token is renewed before it ends */
#define TOKEN_LONGEST (7 * 86400)

struct outbound {
	struct db *db;
	struct exchange_peer peer;
	struct cec_keys keys;
	struct cec_spelling spelling;
	int64_t delivery_id;
	long http_status;
};

/* One question and its answer; answer->data is the caller's. */
struct asking { const char *interface; json_t *ask; struct cec_answer answer; const char *token; };

static NEOERR *seal(struct outbound *o, const struct asking *a, char **body)
{
	int64_t now = clock_now();
	json_t *copy = json_deep_copy(a->ask);
	struct civil c;
	char stamp[40];
	int seq = 0;
	NEOERR *err;

	clock_civil(now, &c);
	snprintf(stamp, sizeof(stamp), "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.day, c.hour,
		c.minute, c.second);
	cec_respell(copy, &o->spelling, true);
	TRY(exchange_seq_next(o->db, o->peer.id, now, &seq));
	TRY(cec_request_write_dup(&o->keys, o->peer.our_operator, stamp, seq, copy, body));
out:
	json_decref(copy);
	return nerr_pass(err);
}

static NEOERR *post(struct outbound *o, struct asking *a, const char *body)
{
	char url[500], bearer[2100];
	const char *lines[] = { "Content-Type: application/json;charset=utf-8",
		a->token ? bearer : NULL, NULL };
	const struct http_request req = { .method = "POST",
		.url = url,
		.headers = lines,
		.body = body,
		.body_len = strlen(body),
		.timeout_ms = TIMEOUT_MS,
		.max_body = CEC_TEXT_MAX };
	struct http_answer got = { 0 };
	NEOERR *err;

	exchange_url(&o->peer, a->interface, url, sizeof(url));
	snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s", a->token ? a->token : "");
	TRY(http_do(&req, &got));
	o->http_status = got.status;
	if (got.status < 200 || got.status > 299)
		err = nerr_raise(ERR_PEER, "HTTP %ld", got.status);
	else
		err = cec_answer_read(&o->keys, o->peer.check_sig, buf_str(&got.body), got.body.len,
			&a->answer);
	if (err == STATUS_OK && a->answer.data)
		cec_respell(a->answer.data, &o->spelling, false);
out:
	http_answer_clear(&got);
	return nerr_pass(err);
}

static NEOERR *keep(struct outbound *o, const struct asking *a, int64_t began, NEOERR *failure)
{
	const struct exchange_message m = { .peer = &o->peer,
		.out = true,
		.interface = a->interface,
		.msg = failure != STATUS_OK ? error_desc(failure) : a->answer.msg,
		.ask = a->ask,
		.answer = a->answer.data,
		.ret = failure != STATUS_OK ? CEC_ERROR : a->answer.ret,
		.http_status = (int)o->http_status,
		.millis = clock_mono_ms() - began,
		.delivery_id = o->delivery_id };

	return nerr_pass(exchange_keep(o->db, &m));
}

static NEOERR *converse(struct outbound *o, struct asking *a)
{
	int64_t began = clock_mono_ms();
	char *body = NULL;
	NEOERR *err, *kept;

	o->http_status = 0;
	memset(&a->answer, 0, sizeof(a->answer));
	err = seal(o, a, &body);
	if (err == STATUS_OK)
		err = post(o, a, body);
	free(body);
	kept = keep(o, a, began, err);
	if (kept != STATUS_OK && err == STATUS_OK)
		return nerr_pass(kept);
	error_drop(kept);
	return nerr_pass(err);
}

static NEOERR *take_token(struct outbound *o, const struct asking *a)
{
	const json_t *data = a->answer.data;
	const char *token = json_text(data, "AccessToken", "");
	int64_t seconds = cec_i64(data, "TokenAvailableTime", 0);

	if (a->answer.ret != CEC_OK || cec_i64(data, "SuccStat", 1) != 0 || !*token)
		return nerr_raise(ERR_PEER, "query_token: Ret %d %s, FailReason %lld", a->answer.ret,
			a->answer.msg, (long long)cec_i64(data, "FailReason", 0));
	if (strlen(token) >= sizeof(o->peer.token))
		return nerr_raise(ERR_PEER, "query_token: the token is too long");
	seconds = seconds > TOKEN_LONGEST ? TOKEN_LONGEST : seconds < EARLY + 1 ? EARLY + 1 : seconds;
	text_copy(o->peer.token, sizeof(o->peer.token), token);
	o->peer.token_until = clock_now() + seconds;
	return nerr_pass(exchange_token_keep(o->db, o->peer.id, token, seconds));
}

static NEOERR *need_token(struct outbound *o, bool anew)
{
	struct asking a = { .interface = "query_token" };
	NEOERR *err;

	if (!anew && o->peer.token[0] && o->peer.token_until > clock_now() + EARLY)
		return STATUS_OK;
	a.ask = json_pack("{ssss}", "OperatorID", o->peer.our_operator, "OperatorSecret",
		o->peer.theirs.operator_secret);
	TRY(converse(o, &a));
	TRY(take_token(o, &a));
out:
	json_decref(a.answer.data);
	json_decref(a.ask);
	return nerr_pass(err);
}

/* A token that ends early at their side is fetched once more. */
static NEOERR *converse_with_token(struct outbound *o, struct asking *a)
{
	NEOERR *err;

	for (int round = 0; round < 2; round++) {
		TRY(need_token(o, round > 0));
		a->token = o->peer.token;
		json_decref(a->answer.data);
		TRY(converse(o, a));
		if (a->answer.ret != CEC_BAD_TOKEN)
			break;
	}
out:
	return nerr_pass(err);
}

static NEOERR *judge(const struct asking *a)
{
	const struct cec_interface *i = cec_interface(a->interface);
	char where[CEC_WHERE];

	if (a->answer.ret != CEC_OK)
		return nerr_raise(ERR_PEER, "Ret %d: %s", a->answer.ret, a->answer.msg);
	if (!i || !a->answer.data)
		return nerr_raise(ERR_PEER, "the answer is empty");
	if (!cec_check(i->answer, a->answer.data, where))
		return nerr_raise(ERR_PEER, "the answer: %s", where);
	return STATUS_OK;
}

static NEOERR *prepare(struct outbound *o, const struct delivery *d)
{
	const struct exchange_secrets *s = &o->peer.theirs;
	NEOERR *err;

	TRY(exchange_peer_get(o->db, d->exchange_peer_id, &o->peer));
	if (!o->peer.enabled)
		return nerr_raise(ERR_INVALID, "the platform is disabled");
	if (http_url_judge(o->peer.base_url) == URL_BAD)
		return nerr_raise(ERR_INVALID, "the address is neither http nor https");
	if (!exchange_secrets_complete(s))
		return nerr_raise(ERR_INVALID, "the platform's secrets are not complete");
	text_copy(o->keys.sig_secret, sizeof(o->keys.sig_secret), s->sig_secret);
	text_copy(o->keys.data_secret, sizeof(o->keys.data_secret), s->data_secret);
	text_copy(o->keys.data_iv, sizeof(o->keys.data_iv), s->data_iv);
	if (!cec_spelling_read(o->peer.spelling, &o->spelling))
		return nerr_raise(ERR_INVALID, "the spelling of the platform is damaged");
out:
	return nerr_pass(err);
}

NEOERR *exchange_deliver(struct db *db, const struct delivery *d, char *answer, size_t room)
{
	struct outbound o = { .db = db, .delivery_id = d->id };
	struct asking a = { .interface = d->subject };
	NEOERR *err, *noted;

	TRY(prepare(&o, d));
	TRY(json_read(d->payload, strlen(d->payload), CEC_TEXT_MAX, &a.ask));
	err = converse_with_token(&o, &a);
	if (err == STATUS_OK)
		err = judge(&a);
	snprintf(answer, room, "Ret %d %s", a.answer.ret, a.answer.msg);
	noted = webhook_tried(db, d->id, "", o.http_status);
	if (err == STATUS_OK)
		err = exchange_answered(db, &o.peer, d->subject, a.ask, a.answer.data);
	if (noted != STATUS_OK && err == STATUS_OK)
		err = noted;
	else
		error_drop(noted);
out:
	json_decref(a.answer.data);
	json_decref(a.ask);
	return nerr_pass(err);
}

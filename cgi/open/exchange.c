/* exchange.c - POST /open/evcs/<version>/<interface>: T/CEC 102 from other platforms: signature,
 * time, Seq and token first, then the content; every message goes into the vault (I9).
 * Owns the order of the checks and the codes of refusals. Serves open.c. */
#include <ClearSilver.h>

#include "cgi/login.h"
#include "cgi/open/open.h"
#include "cgi/response.h"

#include "base/cidr.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "charge/exchange.h"
#include "proto/cec102.h"

#define CANDIDATES 8                         /* providers here that one operator code may speak to */
#define RATE_WINDOW 60

struct inbound {
	struct request *req;
	const struct cec_interface *interface;
	struct cec_envelope envelope;
	struct exchange_peer peers[CANDIDATES];
	const struct exchange_peer *peer;        /* whose signature fits; NULL: nobody's */
	struct cec_keys keys;
	struct cec_spelling spelling;
	json_t *ask, *answer;
	enum cec_ret ret;
	const char *msg;
	int64_t began;
};

static void keys_of(const struct exchange_secrets *s, struct cec_keys *k)
{
	text_copy(k->sig_secret, sizeof(k->sig_secret), s->sig_secret);
	text_copy(k->data_secret, sizeof(k->data_secret), s->data_secret);
	text_copy(k->data_iv, sizeof(k->data_iv), s->data_iv);
}

/* With the code and the words of Msg; NULL: the standard's own. */
static NEOERR *refuse(struct inbound *in, enum cec_ret ret, const char *msg)
{
	in->ret = ret;
	in->msg = msg ? arena_strdup(&in->req->arena, msg) : cec_ret_text(ret);
	return STATUS_OK;
}

/* One operator code may have several peers here: the signature tells which. */
static NEOERR *find_peer(struct inbound *in)
{
	int n = 0;
	NEOERR *err;

	TRY(exchange_peers_of(in->req->db, in->envelope.operator_id, in->peers, CANDIDATES, &n));
	if (!n)
		return nerr_pass(refuse(in, CEC_BAD_POST, "OperatorID未登记"));
	for (int i = 0; i < n && in->ret != CEC_OK; i++) {
		if (!exchange_secrets_complete(&in->peers[i].ours))
			continue;
		keys_of(&in->peers[i].ours, &in->keys);
		in->ret = cec_request_read(&in->keys, &in->envelope, &in->ask);
		if (in->ret != CEC_BAD_SIG)
			in->peer = &in->peers[i];
	}
	if (in->ret != CEC_OK)
		TRY(refuse(in, in->peer ? CEC_BAD_DATA : CEC_BAD_SIG, NULL));
out:
	return nerr_pass(err);
}

static bool stamp_time(const char *s, int64_t *out)
{
	char text[CLOCK_TEXT];

	snprintf(text, sizeof(text), "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", s, s + 4, s + 6, s + 8, s + 10,
		s + 12);
	return clock_parse(text, out);
}

static bool allowed(const struct inbound *in)
{
	struct cidr_list list;

	if (!in->peer->allow_list[0])
		return true;
	return cidr_list_parse(in->peer->allow_list, &list, NULL, 0) &&
		cidr_list_has(&list, in->req->ip);
}

static NEOERR *judge_rate(struct inbound *in)
{
	const char *name = arena_printf(&in->req->arena, "exchange:%lld", (long long)in->peer->id);
	int wait = 0;
	NEOERR *err = throttle_hit(in->req->db, name, (int)in->peer->rate_limit, RATE_WINDOW, &wait);

	if (err == STATUS_OK && wait)
		return nerr_pass(refuse(in, CEC_BUSY, NULL));
	return nerr_pass(err);
}

static NEOERR *judge_time(struct inbound *in)
{
	int64_t at = 0;
	bool fresh = true;
	NEOERR *err;

	if (!stamp_time(in->envelope.timestamp, &at) || llabs(at - clock_now()) > EXCHANGE_SKEW)
		return nerr_pass(refuse(in, CEC_BAD_POST, "TimeStamp超出允许的时间范围"));
	TRY(exchange_seen(in->req->db, in->peer, in->envelope.timestamp, in->envelope.seq,
		in->envelope.sig, &fresh));
	if (!fresh)
		TRY(refuse(in, CEC_BAD_POST, "Seq重复"));
out:
	return nerr_pass(err);
}

static NEOERR *judge_token(struct inbound *in)
{
	const char *header = request_env(in->req, "HTTP_AUTHORIZATION");
	bool valid = false;
	NEOERR *err;

	if (text_eq(in->interface->name, "query_token"))
		return STATUS_OK;
	if (!header || strncasecmp(header, "Bearer ", 7) != 0 || strlen(header) > 200)
		return nerr_pass(refuse(in, CEC_BAD_TOKEN, NULL));
	TRY(exchange_token_check(in->req->db, in->peer->id, header + 7, &valid));
	if (!valid)
		TRY(refuse(in, CEC_BAD_TOKEN, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *judge_content(struct inbound *in)
{
	char where[CEC_WHERE];

	if (!cec_spelling_read(in->peer->spelling, &in->spelling))
		in->spelling.n = 0;
	cec_respell(in->ask, &in->spelling, false);
	if (!cec_check(in->interface->ask, in->ask, where))
		return nerr_pass(refuse(in, CEC_BAD_DATA, where));
	return STATUS_OK;
}

static NEOERR *judge_address(struct inbound *in)
{
	return allowed(in) ? STATUS_OK : nerr_pass(refuse(in, CEC_BAD_POST, "IP不在白名单"));
}

static NEOERR *judge(struct inbound *in)
{
	static NEOERR *(*const checks[])(
		struct inbound *) = { judge_address, judge_rate, judge_time, judge_token, judge_content };
	NEOERR *err;

	TRY(find_peer(in));
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && in->ret == CEC_OK; i++)
		TRY(checks[i](in));
out:
	return nerr_pass(err);
}

static void take(struct inbound *in)
{
	NEOERR *err = judge(in);

	if (err == STATUS_OK && in->ret == CEC_OK)
		err = exchange_take(in->req->db, in->peer, in->interface->name, in->ask, &in->answer);
	if (err == STATUS_OK)
		return;
	if (error_is(err, ERR_INVALID) || error_is(err, ERR_NOT_FOUND))
		error_drop(refuse(in, CEC_BAD_DATA, error_desc(err)));
	else
		error_drop(refuse(in, CEC_BUSY, NULL));
	error_log("exchange", err);
}

static void keep(const struct inbound *in)
{
	const struct exchange_message m = { .peer = in->peer,
		.interface = in->interface->name,
		.msg = in->ret == CEC_OK ? "" : in->msg,
		.ip = in->req->ip,
		.ask = in->ask,
		.answer = in->answer,
		.ret = in->ret,
		.http_status = 200,
		.millis = clock_mono_ms() - in->began };
	NEOERR *err = exchange_keep(in->req->db, &m);

	if (err != STATUS_OK)
		error_log("exchange_keep", err);
}

/* Whom we do not know gets an answer without a signature: there is no key for it. */
static NEOERR *answer(struct inbound *in)
{
	char *text = NULL;
	json_t *o;
	NEOERR *err = STATUS_OK;

	if (in->peer) {
		if (in->answer)
			cec_respell(in->answer, &in->spelling, true);
		TRY(cec_answer_write_dup(&in->keys, in->ret, in->msg, in->answer, &text));
	} else {
		o = json_pack("{sissssss}", "Ret", (int)in->ret, "Msg", in->msg, "Data", "", "Sig", "");
		text = json_write_dup(o);
		json_decref(o);
	}
	response_json(in->req, 200, arena_strdup(&in->req->arena, text));
out:
	free(text);
	return nerr_pass(err);
}

static NEOERR *exchange(struct request *req)
{
	struct inbound *in = arena_alloc(&req->arena, sizeof(*in));
	NEOERR *err;

	memset(in, 0, sizeof(*in));
	in->req = req;
	in->began = clock_mono_ms();
	in->msg = cec_ret_text(CEC_OK);
	in->interface = cec_interface(route_part(req, "interface"));
	if (!in->interface)
		return nerr_raise(ERR_NOT_FOUND, "no such interface");
	in->ret = cec_envelope_open(req->body ? req->body : "", req->body_len, &in->envelope);
	if (in->ret == CEC_OK) {
		in->ret = CEC_BAD_SIG;
		take(in);
	} else {
		in->msg = cec_ret_text(in->ret);
	}
	if (in->ret != CEC_OK)
		log_line(LOG_WARN, "exchange_refused", "interface=%s ret=%d why=\"%s\"",
			in->interface->name, (int)in->ret, in->msg);
	if (in->peer)
		keep(in);
	err = answer(in);
	json_decref(in->ask);
	json_decref(in->answer);
	json_decref(in->envelope.root);
	return nerr_pass(err);
}

const struct route exchange_routes[] = {
	{ METHOD_POST, "/open/evcs/:version/:interface", exchange, NULL, ROUTE_OPEN | ROUTE_SIGNED },
	{ .pattern = NULL },
};

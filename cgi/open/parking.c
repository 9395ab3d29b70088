/* parking.c - POST /open/parking/<what>: signed messages of charge providers and of the software of
 * gates (K12).
 * Owns the names on the wire and the codes of refusals. Serves open.c. */
#include <ClearSilver.h>

#include "cgi/open/open.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/parking.h"

#define BODY_MAX (16 * 1024)
#define SKEW 600                     /* seconds a peer's clock may differ */

/* Codes as parking systems use them: 10000 is well done. */
enum code { CODE_OK = 10000, CODE_WRONG = 10400, CODE_FORGED = 10401, CODE_OTHER_KIND = 10403,
	CODE_UNKNOWN = 10404, CODE_CONFLICT = 10409, CODE_LATER = 10500 };

enum part { LOT, NO, ORDER, PLATE, GATE, STAY, STATE, FROM, TO, ENERGY_PART, AMOUNT_PART, PARTS };
enum part_kind { AS_TEXT, AS_TIME, AS_ENERGY, AS_AMOUNT };
struct member { const char *name; enum part part; bool optional; };

static const struct part_row { enum part_kind kind; size_t at; int chars; bool ascii;
} part_rows[PARTS] = {
	[LOT] = { AS_TEXT, offsetof(struct parking_message, lot), 24, true },
	[NO] = { AS_TEXT, offsetof(struct parking_message, no), 40, true },
	[ORDER] = { AS_TEXT, offsetof(struct parking_message, order_no), 40, true },
	[PLATE] = { AS_TEXT, offsetof(struct parking_message, plate), 12, false },
	[GATE] = { AS_TEXT, offsetof(struct parking_message, gate), 40, false },
	[STAY] = { AS_TEXT, offsetof(struct parking_message, stay_no), 40, true },
	[STATE] = { AS_TEXT, offsetof(struct parking_message, state), 12, true },
	[FROM] = { AS_TIME, offsetof(struct parking_message, from), 0, true },
	[TO] = { AS_TIME, offsetof(struct parking_message, to), 0, true },
	[ENERGY_PART] = { AS_ENERGY, offsetof(struct parking_message, energy), 0, true },
	[AMOUNT_PART] = { AS_AMOUNT, offsetof(struct parking_message, amount), 0, true },
};

#define MEMBERS_MAX 9
static const struct verb {
	const char *name;
	bool gate;
	parking_fn run;
	struct member members[MEMBERS_MAX];
} verbs[] = {
	{ "charge_start", false, parking_charge_start,
		{ { "lot", LOT }, { "order_no", ORDER }, { "plate", PLATE }, { "start_time", FROM } } },
	{ "charge_end", false, parking_charge_end,
		{ { "lot", LOT }, { "order_no", ORDER }, { "plate", PLATE }, { "start_time", FROM },
			{ "end_time", TO }, { "energy", ENERGY_PART }, { "amount", AMOUNT_PART } } },
	{ "occupancy", false, parking_occupancy,
		{ { "lot", LOT }, { "booking_no", NO }, { "plate", PLATE }, { "enter_time", FROM },
			{ "leave_time", TO, true }, { "state", STATE, true } } },
	{ "query", true, parking_query,
		{ { "lot", LOT }, { "plate", PLATE }, { "enter_time", FROM, true } } },
	{ "relief_use", true, parking_relief_use,
		{ { "lot", LOT }, { "relief_no", NO }, { "stay_no", STAY } } },
	{ "occupancy_paid", true, parking_occupancy_paid, { { "lot", LOT }, { "booking_no", NO } } },
	{ "enter", true, parking_enter,
		{ { "lot", LOT }, { "stay_no", STAY }, { "plate", PLATE }, { "gate", GATE, true },
			{ "enter_time", FROM } } },
	{ "leave", true, parking_leave,
		{ { "lot", LOT }, { "stay_no", STAY }, { "gate", GATE, true }, { "leave_time", TO } } },
	{ "payment", true, parking_paid,
		{ { "lot", LOT }, { "payment_no", NO }, { "stay_no", STAY, true }, { "plate", PLATE },
			{ "amount", AMOUNT_PART }, { "pay_time", FROM } } },
};

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (text_eq(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static bool is_ascii_word(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s > '~')
			return false;
	return true;
}

static bool put_number(struct parking_message *m, const struct part_row *row, const char *text)
{
	int64_t *at = (int64_t *)(void *)((char *)m + row->at);

	switch (row->kind) {
	case AS_TIME: return clock_parse(text, at) && *at > 0 && *at <= clock_now() + SKEW;
	case AS_ENERGY: return fixed_parse(text, ENERGY_SCALE, at) && *at >= 0;
	default: return fixed_parse(text, MONEY_SCALE, at) && *at >= 0;
	}
}

static NEOERR *put_part(struct parking_message *m, const struct member *member, const json_t *body)
{
	const struct part_row *row = &part_rows[member->part];
	const char *text = json_text(body, member->name, "");

	if (!*text && member->optional)
		return STATUS_OK;
	if (!*text)
		return nerr_raise(ERR_INVALID, "%s is missing (text)", member->name);
	if (row->kind != AS_TEXT) {
		if (!put_number(m, row, text))
			return nerr_raise(ERR_INVALID, "%s: %s", member->name,
				row->kind == AS_TIME ? "yyyy-MM-dd HH:mm:ss, not in the future, is wanted"
									 : "a number of at least 0 is wanted, as text");
		return STATUS_OK;
	}
	if (text_chars(text) > (size_t)row->chars || (row->ascii && !is_ascii_word(text)))
		return nerr_raise(ERR_INVALID, "%s: at most %d characters%s", member->name, row->chars,
			row->ascii ? " without blanks" : "");
	*(const char **)(void *)((char *)m + row->at) = text;
	return STATUS_OK;
}

static NEOERR *read_message(const struct verb *v, const json_t *body, struct parking_message *m)
{
	NEOERR *err = STATUS_OK;

	*m = (struct parking_message){ "", "", "", "", "", "", "", 0, 0, 0, 0 };
	for (int i = 0; i < MEMBERS_MAX && v->members[i].name; i++)
		TRY(put_part(m, &v->members[i], body));
out:
	return nerr_pass(err);
}

/* Signed lately by a peer that is known; what was signed long ago may be somebody's copy. */
static NEOERR *prove(struct request *req, const json_t *body, struct parking_peer *peer)
{
	char wanted[SHA256_HEX];
	const char *sign = json_text(body, "sign", "");
	int64_t at = 0;
	bool found = false;
	NEOERR *err;

	if (!text_i64(json_text(body, "timestamp", ""), &at))
		at = json_i64(body, "timestamp", 0);
	if (llabs(at - clock_now()) > SKEW)
		return nerr_raise(ERR_DENIED, "timestamp: seconds since 1970, at most %d from now", SKEW);
	TRY(parking_peer_get(req->db, json_text(body, "app_id", ""), peer, &found));
	if (!found)
		return nerr_raise(ERR_DENIED, "app_id or sign is wrong");
	TRY(field_sign(&peer->sign, body, wanted));
	if (strlen(sign) != strlen(wanted) || !bytes_equal(sign, wanted, strlen(wanted)))
		return nerr_raise(ERR_DENIED, "app_id or sign is wrong");
out:
	return nerr_pass(err);
}

struct work {
	const struct verb *verb;
	const struct parking_peer *peer;
	const struct parking_message *message;
	json_t *data;
};

static NEOERR *work_tx(struct db *db, void *ctx)
{
	struct work *w = ctx;

	json_decref(w->data);
	w->data = NULL;
	return nerr_pass(w->verb->run(db, w->peer, w->message, &w->data));
}

static NEOERR *take(struct request *req, const struct verb *v, json_t *body, json_t **data)
{
	struct parking_peer peer;
	struct parking_message message;
	struct work w = { v, &peer, &message, NULL };
	NEOERR *err;

	TRY(prove(req, body, &peer));
	if (peer.gate != v->gate)
		return nerr_raise(ERR_STALE, "%s is for %s", v->name, v->gate ? "gates" : "chargers");
	TRY(read_message(v, body, &message));
	TRY(db_tx(req->db, work_tx, &w));
	*data = w.data;
	return STATUS_OK;
out:
	json_decref(w.data);
	return nerr_pass(err);
}

static enum code code_of(NEOERR *err)
{
	return err == STATUS_OK ? CODE_OK
		: error_is(err, ERR_DENIED) ? CODE_FORGED
		: error_is(err, ERR_INVALID) ? CODE_WRONG
		: error_is(err, ERR_STALE) ? CODE_OTHER_KIND
		: error_is(err, ERR_NOT_FOUND) ? CODE_UNKNOWN
		: error_is(err, ERR_DUPLICATE) ? CODE_CONFLICT
									   : CODE_LATER;
}

static void answer(struct request *req, enum code code, const char *msg, json_t *data)
{
	json_t *o = json_object();
	char *text;

	json_object_set_new(o, "code", json_integer(code));
	json_object_set_new(o, "msg", json_string(msg));
	json_object_set_new(o, "data", data ? data : json_object());
	text = json_write_dup(o);
	response_json(req, code == CODE_LATER ? 503 : 200, arena_strdup(&req->arena, text));
	free(text);
	json_decref(o);
}

static NEOERR *parking(struct request *req)
{
	const char *what = route_part(req, "what");
	const struct verb *v = find_verb(what);
	json_t *body = NULL, *data = NULL;
	NEOERR *err;
	enum code code;

	if (!v) {
		answer(req, CODE_UNKNOWN, "no such message", NULL);
		return STATUS_OK;
	}
	err = json_read(req->body ? req->body : "", req->body_len, BODY_MAX, &body);
	if (err == STATUS_OK)
		err = take(req, v, body, &data);
	code = code_of(err);
	if (err != STATUS_OK)
		log_line(LOG_WARN, "parking_refused", "what=%s code=%d why=\"%s\"", v->name, (int)code,
			error_desc(err));
	answer(req, code, code == CODE_OK ? "ok" : code == CODE_LATER ? "not kept, send again"
																  : error_desc(err), data);
	error_drop(err);
	json_decref(body);
	return STATUS_OK;
}

const struct route parking_routes[] = {
	{ METHOD_POST, "/open/parking/:what", parking, NULL, ROUTE_OPEN | ROUTE_SIGNED },
	{ .pattern = NULL },
};

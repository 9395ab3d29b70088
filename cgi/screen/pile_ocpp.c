/* pile_ocpp.c - OCPP stations: any call from the pile's page or the JSON API, their state, their
 * password; the same form for the rarer commands of e-bike devices (N3).
 * Owns no table. Serves clerks, and programs that drive a station from outside (W2). */
#include <time.h>

#include "base/buf.h"
#include "charge/command.h"
#include "charge/wire_charge.h"
#include "cgi/render.h"
#include "cgi/resource/api.h"
#include "cgi/response.h"
#include "cgi/screen/screen.h"

#define CALL_SECONDS 40              /* the gateway gives a station 30 */
#define WAIT_MS 35000
#define LOOK_MS 50
#define CALL_MAX 5800                /* COMMAND_TEXT without what stands around it */

SQL(pile_ocpp_name, "SELECT name FROM pile WHERE id = ?");
SQL(pile_ocpp_by_code,
	"SELECT p.id, COALESCE(l.online, 0) FROM pile p LEFT JOIN pile_live l ON l.pile_id = p.id"
	" WHERE p.code = ? AND p.protocol = 'ocpp16' AND p.deleted = 0");
SQL(pile_ocpp_command, "SELECT status, result, answer FROM command WHERE id = ?");
SQL(pile_ocpp_facts,
	"SELECT p.code, p.serial, COALESCE(l.online, 0), l.connected_at, l.seen_at,"
	" COALESCE(l.firmware, '') FROM pile p LEFT JOIN pile_live l ON l.pile_id = p.id"
	" WHERE p.id = ?");
SQL(pile_ocpp_connectors,
	"SELECT n.number, COALESCE(v.state, 'offline'), v.updated_at FROM connector n LEFT JOIN"
	" connector_live v ON v.connector_id = n.id WHERE n.pile_id = ? AND n.deleted = 0 ORDER BY"
	" n.number");
SQL(pile_ocpp_open,
	"SELECT w.id, w.number, w.tag, w.started_at, COALESCE(s.no, '') FROM wire_charge w LEFT JOIN"
	" session s ON s.id = w.session_id WHERE w.pile_id = ? AND w.stopped_at IS NULL ORDER BY w.id"
	" DESC LIMIT 20");
SQL(pile_ocpp_notices, "SELECT kind, words, at FROM pile_notice WHERE pile_id = ? ORDER BY kind");
SQL(pile_ocpp_calls,
	"SELECT kind, payload, status, result, created_at FROM command WHERE pile_id = ? ORDER BY id"
	" DESC LIMIT 10");

/* ---- a call */

const struct field pile_ocpp_fields[] = {
	{ "ocpp_call", F_CHOICE, CREATE | REQUIRED, .choices = &ocpp_call_choices,
		.fallback = "GetConfiguration" },
	{ "payload", F_LONGTEXT, CREATE | REQUIRED, 1, CALL_MAX, .fallback = "{}" },
	FIELDS_END,
};

const struct field bike_call_fields[] = {
	{ "ap3000_call", F_CHOICE, CREATE | REQUIRED, .choices = &ap3000_call_choices,
		.fallback = "read_limit" },
	{ "payload", F_LONGTEXT, CREATE | REQUIRED, 1, CALL_MAX, .fallback = "{}" },
	FIELDS_END,
};

struct sending {
	struct request *req;
	enum command_kind kind;
	int64_t pile_id, id;
	const char *resource, *action, *call, *payload;
};

/* A station's key, or an address that may carry a log-in: sealed while it waits, and ever after. */
static bool is_secret(const char *payload)
{
	return strstr(payload, "AuthorizationKey") != NULL || strstr(payload, "://") != NULL;
}

static NEOERR *add_call(struct db *db, void *ctx)
{
	struct sending *s = ctx;
	struct buf text;
	NEOERR *err;

	buf_init(&text, 0);
	buf_printf(&text, "{\"action\":\"%s\",\"payload\":%s}", s->call, s->payload);
	TRY(command_add_words(db, s->kind, s->pile_id, 0, 0,
		(struct command_words){ buf_str(&text), is_secret(s->payload) }, CALL_SECONDS,
		s->req->who.user_id, &s->id));
	TRY(audit_add(db, &s->req->actor, s->resource, s->pile_id, s->action, "call", NULL,
		s->call));
out:
	buf_clear(&text);
	return nerr_pass(err);
}

/* NULL and *problem (Text key): no object, or too long. */
static char *payload_dup(const char *text, size_t len, const char **problem)
{
	json_t *value = NULL;
	NEOERR *err = json_read(text, len, 4 * CALL_MAX, &value);
	char *out = NULL;

	*problem = "error.no_json";
	if (err == STATUS_OK && json_is_object(value))
		out = json_write_dup(value);
	error_drop(err);
	json_decref(value);
	if (out != NULL && strlen(out) > CALL_MAX) {
		*problem = "error.too_long_call";
		free(out);
		out = NULL;
	}
	return out;
}

static NEOERR *send_form(struct request *req, struct sending s, struct change *input)
{
	const char *text = change_text(input, "payload"), *problem;
	char *payload = payload_dup(text, strlen(text), &problem);
	NEOERR *err = STATUS_OK;

	s.req = req;
	s.payload = payload;
	if (payload == NULL)
		change_error(input, "payload", problem);
	else
		err = add_call(req->db, &s);
	free(payload);
	return nerr_pass(err);
}

NEOERR *pile_ocpp(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct sending s = { .kind = COMMAND_OCPP, .pile_id = id, .resource = "pile", .action = "ocpp",
		.call = change_text(input, "ocpp_call") };

	(void)res;
	return nerr_pass(send_form(req, s, input));
}

NEOERR *bike_call(struct request *req, const struct resource *res, int64_t id,
	struct change *input)
{
	struct sending s = { .kind = COMMAND_AP3000, .pile_id = id, .resource = "bike_device",
		.action = "device_call", .call = change_text(input, "ap3000_call") };

	(void)res;
	return nerr_pass(send_form(req, s, input));
}

/* ---- the API: POST /api/v1/piles/<code>/ocpp/<Action> gives the station's answer */

struct pile { int64_t id; bool online; };

static NEOERR *take_pile(const struct row *r, void *ctx)
{
	struct pile *p = ctx;

	p->id = row_i64(r, 0);
	p->online = row_i64(r, 1) != 0;
	return STATUS_OK;
}

/* *go false: answered already. */
static NEOERR *enter(struct request *req, struct pile *p, bool *go)
{
	const struct resource *none;
	bool found = false;
	NEOERR *err;

	TRY(api_enter(req, NULL, &none, go));
	if (!*go)
		goto out;
	TRY(db_find(req->db, &pile_ocpp_by_code, ARGS(STR(route_part(req, "code"))), take_pile, p,
		&found));
	if (!found)
		err = nerr_raise(ERR_NOT_FOUND, "no OCPP station %s", route_part(req, "code"));
	else
		TRY(resource_reach(req, &pile_resource, p->id, false));
out:
	return nerr_pass(err);
}

struct outcome { char status[13], result[201]; char *answer; };

static NEOERR *take_outcome(const struct row *r, void *ctx)
{
	struct outcome *o = ctx;

	text_copy(o->status, sizeof(o->status), row_str(r, 0));
	text_copy(o->result, sizeof(o->result), row_str(r, 1));
	if (r->value[2] != NULL)
		o->answer = strdup(r->value[2]);
	return STATUS_OK;
}

static NEOERR *await(struct request *req, int64_t id, struct outcome *o)
{
	int64_t until = clock_mono_ms() + WAIT_MS;
	struct timespec pause = { 0, LOOK_MS * 1000000L };
	NEOERR *err = STATUS_OK;

	do {
		nanosleep(&pause, NULL);
		TRY(db_get(req->db, &pile_ocpp_command, ARGS(I64(id)), take_outcome, o));
	} while ((text_eq(o->status, "pending") || text_eq(o->status, "sent")) &&
		clock_mono_ms() < until);
out:
	return nerr_pass(err);
}

/* The gateway's own words for calls that no station answered. */
static bool is_silence(const char *result)
{
	static const char *const all[] = { "", "no answer", "not sent", "not connected", "hung up",
		"the connection ended", "the connection is ending" };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (text_eq(all[i], result))
			return true;
	return false;
}

static void answer(struct request *req, const struct outcome *o)
{
	struct buf out;

	if (o->answer != NULL && o->answer[0] == '{') {
		response_json(req, 200, o->answer);
		return;
	}
	if (is_silence(o->result)) {
		api_fail(req, 504, "no_station_answer");
		return;
	}
	buf_init(&out, 0);
	buf_printf(&out, "{\"error\":\"%s\",\"message\":",
		o->answer != NULL ? "station_error" : "call_refused");
	json_quote(&out, o->result);
	buf_putc(&out, '}');
	response_json(req, o->answer != NULL ? 502 : 422, buf_str(&out));
	buf_clear(&out);
}

NEOERR *pile_ocpp_call(struct request *req)
{
	const char *call = route_part(req, "call"), *problem, *body = req->body_len ? req->body : "{}";
	char *payload = payload_dup(body, strlen(body), &problem);
	struct sending s = { .req = req, .kind = COMMAND_OCPP, .resource = "pile", .action = "ocpp",
		.call = call, .payload = payload };
	struct outcome o = { .answer = NULL };
	struct pile p = { 0 };
	NEOERR *err;
	bool go;

	TRY(enter(req, &p, &go));
	if (!go)
		goto out;
	s.pile_id = p.id;
	if (choice_value(&ocpp_call_choices, call) < 0)
		err = nerr_raise(ERR_NOT_FOUND, "no call %s", call);
	else if (payload == NULL)
		api_fail(req, 422, problem + strlen("error."));
	else if (!p.online)
		api_fail(req, 504, "station_away");
	else {
		TRY(db_tx(req->db, add_call, &s));
		TRY(await(req, s.id, &o));
		answer(req, &o);
	}
out:
	free(o.answer);
	free(payload);
	return nerr_pass(err);
}

/* ---- the API: GET /api/v1/piles/<code>/ocpp */

struct listing { struct buf *out; const char *const *names; int n; };

/* Members by the columns' kind: i a number, b a truth, s a text, t a time. */
static NEOERR *put_row(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	char when[CLOCK_TEXT];

	buf_puts(l->out, l->n++ > 0 ? ",{" : "{");
	for (int i = 0; l->names[i] != NULL; i++) {
		buf_printf(l->out, "%s\"%s\":", i > 0 ? "," : "", l->names[i] + 1);
		switch (l->names[i][0]) {
		case 'i':
			buf_printf(l->out, "%lld", (long long)row_i64(r, i));
			break;
		case 'b':
			buf_puts(l->out, row_i64(r, i) ? "true" : "false");
			break;
		case 't':
			json_quote(l->out, clock_format(row_time(r, i), when));
			break;
		default:
			json_quote(l->out, row_str(r, i));
		}
	}
	buf_putc(l->out, '}');
	return STATUS_OK;
}

static const struct part {
	const char *name;
	const struct sql *sql;
	const char *const *names;
} parts[] = {
	{ "station", &pile_ocpp_facts, (const char *const[]){ "scode", "sserial", "bonline",
		"tconnected_at", "tseen_at", "sfirmware", NULL } },
	{ "connectors", &pile_ocpp_connectors,
		(const char *const[]){ "inumber", "sstate", "tupdated_at", NULL } },
	{ "transactions", &pile_ocpp_open, (const char *const[]){ "itransactionId", "iconnectorId",
		"sidTag", "tstarted_at", "ssession_no", NULL } },
	{ "notices", &pile_ocpp_notices, (const char *const[]){ "skind", "swords", "tat", NULL } },
	{ "calls", &pile_ocpp_calls, (const char *const[]){ "skind", "spayload", "sstatus", "sresult",
		"tcreated_at", NULL } },
};

NEOERR *pile_ocpp_state(struct request *req)
{
	struct pile p = { 0 };
	struct buf out;
	NEOERR *err;
	bool go;

	buf_init(&out, 0);
	TRY(enter(req, &p, &go));
	if (!go)
		goto out;
	buf_putc(&out, '{');
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct listing l = { &out, parts[i].names, 0 };

		buf_printf(&out, "%s\"%s\":[", i > 0 ? "," : "", parts[i].name);
		TRY(db_query(req->db, parts[i].sql, ARGS(I64(p.id)), put_row, &l));
		buf_putc(&out, ']');
	}
	buf_putc(&out, '}');
	response_json(req, 200, buf_str(&out));
out:
	buf_clear(&out);
	return nerr_pass(err);
}

/* ---- the password */

static NEOERR *renew(struct db *db, int64_t id, char out[SECRET_SHOWN])
{
	return nerr_pass(pile_access_renew(db, id, out, SECRET_SHOWN));
}

static const struct secret_page secret_page = { &pile_resource, &pile_ocpp_name, renew };

NEOERR *pile_secret_show(struct request *req)
{
	return nerr_pass(secret_page_ask(req, &secret_page));
}

NEOERR *pile_secret_save(struct request *req)
{
	return nerr_pass(secret_page_renew(req, &secret_page));
}

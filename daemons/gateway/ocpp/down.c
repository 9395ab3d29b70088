/* down.c - commands as OCPP calls.
 * Owns the table of commands a station understands.
 * Serves the loop. */
#include "daemons/gateway/ocpp/ocpp.h"

#include "base/clock.h"
#include "base/text.h"

/* Builds the payload; NULL: done or refused, see *why. */
typedef bool (*build_fn)(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why);

static bool build_start(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	char tag[WIRE_TAG];

	(void)c;
	(void)why;
	wire_session_tag(m->command.session_id, tag);
	buf_printf(out, "{\"connectorId\":%d,\"idTag\":\"%s\"}", m->command.connector_number, tag);
	return true;
}

static bool build_stop(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	(void)c;
	*why = "it has not begun yet";
	buf_printf(out, "{\"transactionId\":%lld}", (long long)m->command.wire_charge);
	return m->command.wire_charge != 0;
}

static bool build_reset(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	(void)c;
	(void)why;
	buf_printf(out, "{\"type\":\"%s\"}", m->command.value == 1 ? "Hard" : "Soft");
	return true;
}

/* Its clock is set by the answer to its heartbeat. */
static bool build_time(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	(void)c;
	(void)m;
	(void)why;
	buf_puts(out, "{\"requestedMessage\":\"Heartbeat\"}");
	return true;
}

static bool build_read(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	(void)c;
	(void)why;
	buf_puts(out, "{\"requestedMessage\":\"StatusNotification\"");
	if (m->command.connector_number > 0)
		buf_printf(out, ",\"connectorId\":%d", m->command.connector_number);
	buf_putc(out, '}');
	return true;
}

static bool build_work(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	int64_t share = m->command.value;

	(void)c;
	*why = "a share of its power is no matter of OCPP: SetChargingProfile says watts";
	buf_printf(out, "{\"connectorId\":0,\"type\":\"%s\"}",
		share == 0 ? "Inoperative" : "Operative");
	return share == 0 || share == 100;
}

/* Seconds, but more than the last one: a difference with the version a station has is refused. */
static int64_t list_version(void)
{
	static int64_t last;

	last = clock_now() > last ? clock_now() : last + 1;
	return last & 0x7FFFFFFF;
}

/* "logical:physical:member" or "physical"; what all cards of a member have in common is their
 * parent, as Authorize says it. */
static bool put_card(struct buf *out, char *card, bool put, bool first)
{
	char *physical = strchr(card, ':'), *member = NULL;

	if (physical != NULL) {
		card = physical + 1;
		member = strchr(card, ':');
	}
	if (member != NULL)
		*member++ = '\0';
	if (*card == '\0' || strlen(card) >= OCPP_TAG)
		return false;
	buf_puts(out, first ? "{\"idTag\":" : ",{\"idTag\":");
	json_quote(out, card);
	if (put)
		buf_puts(out, ",\"idTagInfo\":{\"status\":\"Accepted\"");
	if (put && member != NULL && *member != '\0')
		buf_printf(out, ",\"parentIdTag\":\"M%.18s\"", member);
	buf_puts(out, put ? "}}" : "}");
	return true;
}

/* W15. value 1: the whole list begins anew with these (none, when they are cleared); else they are
 * a difference to it. */
static bool build_cards(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	bool put = m->command.kind == COMMAND_SET_CARDS, whole = m->command.value == 1;
	char list[COMMAND_TEXT], *rest = list, *card;
	int n = 0;

	(void)c;
	text_copy(list, sizeof(list), m->command.text);
	buf_printf(out,
		"{\"listVersion\":%lld,\"updateType\":\"%s\",\"localAuthorizationList\":[",
		(long long)list_version(), whole ? "Full" : "Differential");
	while ((card = text_split(&rest, ',')) != NULL)
		if (put || !whole)
			n += put_card(out, card, put, n == 0);
	buf_puts(out, "]}");
	*why = "no card";
	return n > 0 || (whole && !put);
}

/* W4. value: W for the whole station. It is in force at once, also where the clocks differ. */
static bool build_limit(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	char since[OCPP_TIME_TEXT];

	(void)c;
	(void)why;
	buf_printf(out, "{\"connectorId\":0,\"csChargingProfiles\":{\"chargingProfileId\":1,"
		"\"stackLevel\":0,\"chargingProfilePurpose\":\"ChargePointMaxProfile\","
		"\"chargingProfileKind\":\"Absolute\",\"chargingSchedule\":{\"startSchedule\":\"%s\","
		"\"chargingRateUnit\":\"W\",\"chargingSchedulePeriod\":[{\"startPeriod\":0,"
		"\"limit\":%lld}]}}}",
		ocpp_time_text(clock_now() - DAY_SECONDS, since), (long long)m->command.value);
	return true;
}

static bool build_none(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	(void)c;
	(void)m;
	(void)why;
	buf_puts(out, "{}");
	return true;
}

/* text: "url ADDRESS" or "model power server port user password path"; the station chooses a
 * quiet moment itself. */
static bool build_update(struct conn *c, const struct msg_command *m, struct buf *out,
	const char **why)
{
	char server[17], user[17], password[17], path[33], when[OCPP_TIME_TEXT];
	char made[160];
	const char *address = made;
	int port;

	(void)c;
	*why = "not what an update needs";
	if (text_starts(m->command.text, "url "))
		address = m->command.text + 4;
	else if (sscanf(m->command.text, "%*2s %*d %16s %d %16s %16s %32s", server, &port, user,
			password, path) == 5)
		snprintf(made, sizeof(made), "ftp://%s:%s@%s:%d/%s", user, password, server, port,
			path[0] == '/' ? path + 1 : path);
	else
		return false;
	buf_puts(out, "{\"location\":");
	json_quote(out, address);
	buf_printf(out, ",\"retrieveDate\":\"%s\",\"retries\":3}", ocpp_time_text(clock_now(), when));
	return true;
}

static const struct down {
	enum ocpp_action action;
	build_fn build;
} downs[COMMAND_KINDS] = {
	[COMMAND_START] = { OCPP_REMOTE_START_TRANSACTION, build_start },
	[COMMAND_STOP] = { OCPP_REMOTE_STOP_TRANSACTION, build_stop },
	[COMMAND_REBOOT] = { OCPP_RESET, build_reset },
	[COMMAND_SYNC_TIME] = { OCPP_TRIGGER_MESSAGE, build_time },
	[COMMAND_READ_LIVE] = { OCPP_TRIGGER_MESSAGE, build_read },
	[COMMAND_SET_WORK] = { OCPP_CHANGE_AVAILABILITY, build_work },
	[COMMAND_SET_CARDS] = { OCPP_SEND_LOCAL_LIST, build_cards },
	[COMMAND_CLEAR_CARDS] = { OCPP_SEND_LOCAL_LIST, build_cards },
	[COMMAND_LIMIT_POWER] = { OCPP_SET_CHARGING_PROFILE, build_limit },
	[COMMAND_QUERY_CARDS] = { OCPP_GET_LOCAL_LIST_VERSION, build_none },
	[COMMAND_UPDATE_FIRMWARE] = { OCPP_UPDATE_FIRMWARE, build_update },
};

static enum wire send_call(struct conn *c, enum ocpp_action action, const char *payload,
	const struct command *row, const char **why)
{
	if (ocpp_call(c, action, payload, row))
		return WIRE_SENT;
	*why = "too many calls wait for the station";
	return WIRE_REFUSED;
}

/* text: {"action":"GetConfiguration","payload":{...}}, which pages and API have judged already. */
static enum wire send_any(struct conn *c, const struct command *row, const char **why)
{
	json_t *text = NULL;
	NEOERR *err = json_read(row->text, strlen(row->text), COMMAND_TEXT, &text);
	enum ocpp_action action = ocpp_action_find(json_text(text, "action", ""));
	const json_t *payload = json_object_get(text, "payload");
	enum wire wire = WIRE_REFUSED;
	char fault[OCPP_WHY], *words;
	static char told[OCPP_WHY + 40];
	enum ocpp_code code;
	bool odd;

	error_drop(err);
	*why = "no such call to a station";
	if (action != OCPP_ACTIONS && (ocpp_action_side(action) & OCPP_DOWN)) {
		code = ocpp_check(action, false, payload, OCPP_STRICT, fault, &odd);
		snprintf(told, sizeof(told), "%s: %s", ocpp_code_name(code), fault);
		*why = told;
		words = code == OCPP_FINE ? json_write_dup(payload) : NULL;
		if (words != NULL)
			wire = send_call(c, action, words, row, why);
		free(words);
	}
	json_decref(text);
	return wire;
}

/* A station rates nothing itself: what the platform would have it hold, it holds. */
static enum wire hold_tariff(struct conn *c, int64_t version_id)
{
	struct msg m = { .kind = MSG_TARIFF_HELD };

	m.u.tariff_held.version_id = version_id;
	conn_tell(c, &m);
	return WIRE_DONE;
}

enum wire ocpp_command(struct conn *c, const struct msg_command *m, const char **why)
{
	const struct command *row = &m->command;
	const struct down *d = (unsigned)row->kind < COMMAND_KINDS ? &downs[row->kind] : NULL;
	enum wire wire = WIRE_REFUSED;
	struct buf payload;

	*why = "the connection is ending";
	if (ocpp_own(c) == NULL || ocpp_own(c)->leaving)
		return WIRE_REFUSED;
	if (row->kind == COMMAND_SET_TARIFF)
		return hold_tariff(c, row->value);
	if (row->kind == COMMAND_OCPP)
		return send_any(c, row, why);
	*why = "not in this protocol";
	if (d == NULL || d->build == NULL)
		return WIRE_REFUSED;
	buf_init(&payload, 0);
	if (d->build(c, m, &payload, why))
		wire = send_call(c, d->action, buf_str(&payload), row, why);
	buf_clear(&payload);
	return wire;
}

/* up.c - what OCPP stations call: judged by the tables, answered at once or after the writer's
 * commit.
 * Owns the table of calls a station may make.
 * Serves the loop. */
#include "daemons/gateway/ocpp/ocpp.h"

#include "base/clock.h"
#include "base/text.h"

#define QUESTIONS 64                 /* of a station, at the writer */
#define ASKED_AGAIN_MS 20000         /* a question that old has been lost with its writer */
#define CLOCK_TOLERANCE 600
/* 2020: a station that says less has not set its clock */
#define CLOCK_SANE INT64_C(1577836800)

/* ---- answers */

static void answer(struct conn *c, const char *id, const char *payload)
{
	static struct buf text;

	buf_reset(&text);
	ocpp_write_result(&text, id, payload);
	ocpp_say(c, text.data, text.len);
	ocpp_own(c)->heard = true;
}

static void refuse(struct conn *c, const char *id, enum ocpp_code code, const char *why)
{
	struct buf text;

	conn_complain(c, COUNT_REFUSED_CALLS, why);
	buf_init(&text, 0);
	ocpp_write_error(&text, id, code, why);
	ocpp_say(c, text.data, text.len);
	buf_clear(&text);
}

/* ---- questions to the writer */

static void question_drop(struct question **at)
{
	struct question *q = *at;

	*at = q->next;
	free(q);
}

/* NULL: the same question is on its way already; its answer answers both. */
static struct question *question_new(struct conn *c, const char *id, int number)
{
	struct station *s = ocpp_own(c);
	struct question **at = &s->questions, *q;
	int n = 0;

	while (*at != NULL) {
		if (text_eq((*at)->id, id) && conn_now_ms() - (*at)->at_ms < ASKED_AGAIN_MS)
			return NULL;
		n++;
		at = &(*at)->next;
	}
	if (n >= QUESTIONS)
		question_drop(&s->questions);
	for (at = &s->questions; *at != NULL; at = &(*at)->next)
		continue;
	q = malloc(sizeof(*q) + strlen(id) + 1);
	if (q == NULL)
		error_die("out of memory");
	*q = (struct question){ .tag = ++s->tags, .at_ms = conn_now_ms(), .number = number };
	memcpy(q->id, id, strlen(id) + 1);
	*at = q;
	return q;
}

/* Without room at the writer nothing is answered: the station says it again. */
static void ask(struct conn *c, const char *id, int number, struct msg *m)
{
	struct question *q = question_new(c, id, number), **at;

	if (q == NULL)
		return;
	m->tag = q->tag;
	if (conn_tell(c, m))
		return;
	for (at = &ocpp_own(c)->questions; *at != q; at = &(*at)->next)
		continue;
	question_drop(at);
}

/* ---- boot, heartbeat, notices */

static void on_boot(struct conn *c, const struct ocpp_message *m)
{
	char now[OCPP_TIME_TEXT], payload[120];
	struct msg out = { .kind = MSG_BOOT };
	bool first = !ocpp_own(c)->booted;

	snprintf(payload, sizeof(payload),
		"{\"status\":\"Accepted\",\"currentTime\":\"%s\",\"interval\":%d}",
		ocpp_time_text(clock_now(), now), OCPP_HEARTBEAT_S);
	answer(c, m->id, payload);
	text_copy(out.u.boot.firmware, sizeof(out.u.boot.firmware),
		json_text(m->payload, "firmwareVersion", ""));
	text_copy(out.u.boot.iccid, sizeof(out.u.boot.iccid), json_text(m->payload, "iccid", ""));
	text_scrub(out.u.boot.firmware);
	text_scrub(out.u.boot.iccid);
	conn_tell(c, &out);
	ocpp_own(c)->booted = true;
	snprintf(payload, sizeof(payload), "{\"key\":\"MeterValueSampleInterval\",\"value\":\"%d\"}",
		OCPP_SAMPLE_S);
	if (first)
		ocpp_call(c, OCPP_CHANGE_CONFIGURATION, payload, NULL);
}

static void on_heartbeat(struct conn *c, const struct ocpp_message *m)
{
	char now[OCPP_TIME_TEXT], payload[50];

	snprintf(payload, sizeof(payload), "{\"currentTime\":\"%s\"}",
		ocpp_time_text(clock_now(), now));
	answer(c, m->id, payload);
}

/* What a station says of a long operation: the newest is kept. */
static void on_notice(struct conn *c, const struct ocpp_message *m)
{
	struct msg out = { .kind = MSG_NOTICE };
	char *words = json_write_dup(m->payload);

	text_copy(out.u.notice.kind, sizeof(out.u.notice.kind), ocpp_action_name(m->action));
	text_copy(out.u.notice.words, sizeof(out.u.notice.words), words);
	text_scrub(out.u.notice.words);
	free(words);
	conn_tell(c, &out);
	answer(c, m->id, "{}");
}

/* W12: an update is done when the new program runs, not when it was agreed to. */
static void on_firmware(struct conn *c, const struct ocpp_message *m)
{
	static const struct { const char *status; bool ok; } ends[] = { { "Installed", true },
		{ "InstallationFailed", false }, { "DownloadFailed", false }, { "InvalidSignature", false },
		{ "InstallVerificationFailed", false }, { "RevokedCertificate", false },
		{ "InvalidCertificate", false } };
	const char *status = json_text(m->payload, "status", "");

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (text_eq(status, ends[i].status))
			conn_answered(c, COMMAND_UPDATE_FIRMWARE, 0, -1, ends[i].ok, status);
	on_notice(c, m);
}

static void on_data(struct conn *c, const struct ocpp_message *m)
{
	answer(c, m->id, "{\"status\":\"UnknownVendorId\"}");
}

/* The platform signs no certificates: TLS ends before it (docs/ocpp.md). */
static void on_certificate(struct conn *c, const struct ocpp_message *m)
{
	answer(c, m->id, "{\"status\":\"Rejected\"}");
}

/* ---- connectors */

const char *const ocpp_fault_codes[] = { "connector_lock", "ev_comm", "ground_fault", "hot",
	"internal_error", "local_list", "over_current", "over_voltage", "meter_fault", "power_switch",
	"reader_fault", "reset_fault", "under_voltage", "weak_signal", "other_error" };

static int fault_bits(const char *code)
{
	static const char *const codes[] = { "ConnectorLockFailure", "EVCommunicationError",
		"GroundFailure", "HighTemperature", "InternalError", "LocalListConflict",
		"OverCurrentFailure", "OverVoltage", "PowerMeterFailure", "PowerSwitchFailure",
		"ReaderFailure", "ResetFailure", "UnderVoltage", "WeakSignal", "OtherError" };
	int n = sizeof(codes) / sizeof(codes[0]);

	if (text_eq(code, "NoError") || *code == '\0')
		return 0;
	for (int i = 0; i < n; i++)
		if (text_eq(codes[i], code))
			return 1 << i;
	return 1 << (n - 1);
}

static const struct { const char *status; enum connector_state state; bool plugged; } states[] = {
	{ "Available", CONNECTOR_IDLE, false },
	{ "Preparing", CONNECTOR_PLUGGED, true },
	{ "Charging", CONNECTOR_CHARGING, true },
	{ "SuspendedEV", CONNECTOR_CHARGING, true },
	{ "SuspendedEVSE", CONNECTOR_CHARGING, true },
	{ "Finishing", CONNECTOR_PLUGGED, true },
	{ "Reserved", CONNECTOR_IDLE, false },
	{ "Unavailable", CONNECTOR_OFFLINE, false },
	{ "Faulted", CONNECTOR_FAULT, false },
};

/* The row as it was told last; what does not flow any more is no longer in it. */
static struct live_row row_of(const struct conn *c, int number)
{
	struct live_row row = c->gun[number - 1].live;

	row.number = number;
	row.at = clock_now();
	row.amount = -1;
	if (row.state != CONNECTOR_CHARGING) {
		row.soc = -1;
		row.temperature = row.battery_temperature = TEMPERATURE_NONE;
	}
	return row;
}

static void still(struct live_row *row)
{
	row->voltage_dv = row->current_da = row->power_w = 0;
	row->no[0] = '\0';
}

/* Connectors that nobody registered are heard and left alone; 0 is the station as a whole. */
static void on_status(struct conn *c, const struct ocpp_message *m)
{
	int64_t number = json_i64(m->payload, "connectorId", 0);
	const char *status = json_text(m->payload, "status", "");
	struct station *s = ocpp_own(c);
	struct live_row row;

	answer(c, m->id, "{}");
	if (number < 1 || number > c->guns)
		return;
	s->told = true;
	row = row_of(c, (int)number);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (text_eq(states[i].status, status)) {
			row.state = states[i].state;
			row.plugged = states[i].plugged;
		}
	row.fault = fault_bits(json_text(m->payload, "errorCode", ""));
	if (row.state != CONNECTOR_CHARGING)
		still(&row);
	else if (row.no[0] == '\0')
		text_copy(row.no, sizeof(row.no), s->charge[number - 1].no);
	conn_live(c, &row);
}

/* ---- readings */

/* Which charge is meant: by its number, else the one at the connector. NULL: none that is known;
 * then the writer is asked. */
static struct charge *charge_of(struct conn *c, int number, int64_t id)
{
	struct station *s = ocpp_own(c);
	struct charge *charge = &s->charge[number - 1];
	struct msg ask_for = { .kind = MSG_CHARGE_FIND };

	if (id <= 0 || charge->id == id)
		return charge->id != 0 ? charge : NULL;
	if (s->asked_ms != 0 && conn_now_ms() - s->asked_ms < ASKED_AGAIN_MS)
		return NULL;
	s->asked_ms = conn_now_ms();
	ask_for.u.charge_find.id = id;
	conn_tell(c, &ask_for);
	return NULL;
}

static void put_reading(struct live_row *row, const struct ocpp_meter *r,
	const struct charge *charge)
{
	int64_t now = clock_now();
	/* 0.1 Wh, thousandths of Wh */
	int64_t energy = charge != NULL && r->energy_mwh >= 0
		? (r->energy_mwh - charge->meter_start * 1000) / 100 : -1;

	row->at = r->at > CLOCK_SANE && r->at <= now + CLOCK_TOLERANCE ? r->at : now;
	if (energy >= 0)
		row->energy = energy;
	if (r->power_mw >= 0)
		row->power_w = (int)(r->power_mw / 1000);
	if (r->voltage_dv >= 0)
		row->voltage_dv = (int)r->voltage_dv;
	if (r->current_da >= 0)
		row->current_da = (int)r->current_da;
	if (r->soc >= 0)
		row->soc = r->soc;
	if (r->temperature != OCPP_TEMPERATURE_NONE)
		row->temperature = r->temperature;
}

static void on_meter(struct conn *c, const struct ocpp_message *m)
{
	const json_t *list = json_object_get(m->payload, "meterValue");
	int64_t number = json_i64(m->payload, "connectorId", 0);
	size_t n = json_is_array(list) ? json_array_size(list) : list != NULL;
	struct charge *charge;
	struct ocpp_meter reading;
	struct live_row row;

	answer(c, m->id, "{}");
	if (number < 1 || number > c->guns || n == 0)
		return;
	charge = charge_of(c, (int)number, json_i64(m->payload, "transactionId", 0));
	row = row_of(c, (int)number);
	for (size_t i = 0; i < n; i++) {
		ocpp_meter(json_is_array(list) ? json_array_get(list, i) : list, &reading);
		put_reading(&row, &reading, charge);
	}
	if (charge != NULL) {
		row.state = CONNECTOR_CHARGING;
		row.plugged = true;
		text_copy(row.no, sizeof(row.no), charge->no);
	}
	conn_live(c, &row);
}

/* ---- tags and charges */

static int64_t time_of(const json_t *payload)
{
	int64_t t = 0;

	return ocpp_time(json_text(payload, "timestamp", ""), &t) ? t : clock_now();
}

static void on_authorize(struct conn *c, const struct ocpp_message *m)
{
	struct msg out = { .kind = MSG_TAG };

	text_copy(out.u.tag_ask.tag, sizeof(out.u.tag_ask.tag), json_text(m->payload, "idTag", ""));
	ask(c, m->id, 0, &out);
}

static void on_start(struct conn *c, const struct ocpp_message *m)
{
	int64_t number = json_i64(m->payload, "connectorId", 0);
	struct msg out = { .kind = MSG_CHARGE_START };
	struct msg_charge_start *start = &out.u.charge_start;

	if (number < 1 || number > 999) {
		refuse(c, m->id, OCPP_PROPERTY_CONSTRAINT_VIOLATION, "connectorId: out of range");
		return;
	}
	start->number = (int)number;
	start->at = time_of(m->payload);
	start->meter = (int64_t)json_number_value(json_object_get(m->payload, "meterStart"));
	text_copy(start->tag, sizeof(start->tag), json_text(m->payload, "idTag", ""));
	ask(c, m->id, (int)number, &out);
}

static enum stop_reason stop_reason(const char *reason)
{
	static const struct { const char *reason; enum stop_reason is; } all[] = {
		{ "Local", STOP_DRIVER },
		{ "Remote", STOP_DRIVER },
		{ "DeAuthorized", STOP_START_FAILED },
		{ "EVDisconnected", STOP_PLUG },
		{ "EmergencyStop", STOP_DEVICE },
		{ "HardReset", STOP_DEVICE },
		{ "SoftReset", STOP_DEVICE },
		{ "Reboot", STOP_DEVICE },
		{ "PowerLoss", STOP_DEVICE },
		{ "UnlockCommand", STOP_DRIVER },
	};

	if (*reason == '\0')
		return STOP_DRIVER;                  /* the norm: not said is Local */
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (text_eq(all[i].reason, reason))
			return all[i].is;
	return STOP_UNKNOWN;
}

static void put_points(const json_t *list, struct msg_charge_stop *stop)
{
	struct ocpp_meter reading;

	for (size_t i = 0; i < json_array_size(list) && stop->points < POINTS_MAX; i++) {
		ocpp_meter(json_array_get(list, i), &reading);
		if (reading.at > CLOCK_SANE && reading.energy_mwh >= 0)
			stop->point[stop->points++] =
				(struct wire_point){ reading.at, reading.energy_mwh / 1000 };
	}
}

static void on_stop(struct conn *c, const struct ocpp_message *m)
{
	struct msg out = { .kind = MSG_CHARGE_STOP };
	struct msg_charge_stop *stop = &out.u.charge_stop;
	char *raw = json_write_dup(m->payload);

	stop->id = (int64_t)json_number_value(json_object_get(m->payload, "transactionId"));
	stop->at = time_of(m->payload);
	stop->meter = (int64_t)json_number_value(json_object_get(m->payload, "meterStop"));
	stop->reason = stop_reason(json_text(m->payload, "reason", ""));
	text_copy(stop->tag, sizeof(stop->tag), json_text(m->payload, "idTag", ""));
	text_copy(stop->protocol, sizeof(stop->protocol), c->protocol->name);
	text_copy(stop->serial, sizeof(stop->serial), c->serial);
	text_copy((char *)stop->raw, sizeof(stop->raw), raw);
	stop->raw_len = (int)strlen((char *)stop->raw);
	free(raw);
	put_points(json_object_get(m->payload, "transactionData"), stop);
	count_add(COUNT_RECORDS, 1);
	ask(c, m->id, 0, &out);
}

/* ---- what the writer found */

static const char *const status_words[] = { [TAG_ACCEPTED] = "Accepted", [TAG_BLOCKED] = "Blocked",
	[TAG_EXPIRED] = "Expired", [TAG_INVALID] = "Invalid", [TAG_CONCURRENT] = "ConcurrentTx" };

static void put_tag(struct buf *out, const struct wire_tag *tag)
{
	char when[OCPP_TIME_TEXT];

	buf_printf(out, "\"idTagInfo\":{\"status\":\"%s\"", status_words[tag->status]);
	if (tag->parent[0] != '\0') {
		buf_puts(out, ",\"parentIdTag\":");
		json_quote(out, tag->parent);
	}
	if (tag->expires != 0)
		buf_printf(out, ",\"expiryDate\":\"%s\"", ocpp_time_text(tag->expires, when));
	buf_putc(out, '}');
}

/* From now on its readings are the session's. */
static void hold_charge(struct conn *c, const struct wire_charge *w)
{
	struct charge *charge;
	struct live_row row;

	if (w->number < 1 || w->number > c->guns || w->no[0] == '\0')
		return;
	charge = &ocpp_own(c)->charge[w->number - 1];
	charge->id = w->id;
	charge->meter_start = w->meter_start;
	text_copy(charge->no, sizeof(charge->no), w->no);
	row = row_of(c, w->number);
	row.energy = 0;
	row.state = CONNECTOR_CHARGING;
	row.plugged = true;
	text_copy(row.no, sizeof(row.no), w->no);
	if (c->gun[w->number - 1].live.state != CONNECTOR_CHARGING ||
		!text_eq(c->gun[w->number - 1].live.no, w->no))
		conn_live(c, &row);
}

static void drop_charge(struct conn *c, int64_t id)
{
	struct station *s = ocpp_own(c);
	struct live_row row;

	for (int i = 0; i < c->guns; i++) {
		if (s->charge[i].id == 0 || s->charge[i].id != id)
			continue;
		memset(&s->charge[i], 0, sizeof(s->charge[i]));
		row = row_of(c, i + 1);
		still(&row);
		row.state = CONNECTOR_PLUGGED;
		conn_live(c, &row);
	}
}

static void answer_charge(struct conn *c, const struct msg_charge *m, const char *id)
{
	struct buf payload;

	buf_init(&payload, 0);
	buf_putc(&payload, '{');
	if (m->to != MSG_CHARGE_STOP)
		put_tag(&payload, &m->charge.tag);
	if (m->to == MSG_CHARGE_START)
		buf_printf(&payload, ",\"transactionId\":%lld", (long long)m->charge.id);
	buf_putc(&payload, '}');
	answer(c, id, buf_str(&payload));
	buf_clear(&payload);
}

void ocpp_charge(struct conn *c, const struct msg_charge *m, uint64_t tag)
{
	struct station *s = ocpp_own(c);
	struct question **at = &s->questions;

	if (m->to == MSG_CHARGE_FIND) {
		hold_charge(c, &m->charge);
		return;
	}
	while (*at != NULL && (*at)->tag != tag)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	if (m->to == MSG_CHARGE_START && m->charge.tag.status == TAG_ACCEPTED)
		hold_charge(c, &m->charge);
	if (m->to == MSG_CHARGE_STOP) {
		count_add(COUNT_RECORD_ANSWERS, 1);
		drop_charge(c, m->charge.id);
	}
	answer_charge(c, m, (*at)->id);
	question_drop(at);
	ocpp_call_next(c);
}

/* ---- the table */

static const struct up {
	enum ocpp_rigour rigour;
	void (*fn)(struct conn *c, const struct ocpp_message *m);
} ups[OCPP_ACTIONS] = {
	[OCPP_AUTHORIZE] = { OCPP_FAIR, on_authorize },
	[OCPP_BOOT_NOTIFICATION] = { OCPP_FAIR, on_boot },
	[OCPP_DATA_TRANSFER] = { OCPP_FAIR, on_data },
	[OCPP_DIAGNOSTICS_STATUS_NOTIFICATION] = { OCPP_FAIR, on_notice },
	[OCPP_FIRMWARE_STATUS_NOTIFICATION] = { OCPP_FAIR, on_firmware },
	[OCPP_HEARTBEAT] = { OCPP_FAIR, on_heartbeat },
	[OCPP_LOG_STATUS_NOTIFICATION] = { OCPP_FAIR, on_notice },
	[OCPP_METER_VALUES] = { OCPP_LENIENT, on_meter },
	[OCPP_SECURITY_EVENT_NOTIFICATION] = { OCPP_FAIR, on_notice },
	[OCPP_SIGN_CERTIFICATE] = { OCPP_FAIR, on_certificate },
	[OCPP_SIGNED_FIRMWARE_STATUS_NOTIFICATION] = { OCPP_FAIR, on_firmware },
	[OCPP_START_TRANSACTION] = { OCPP_FAIR, on_start },
	[OCPP_STATUS_NOTIFICATION] = { OCPP_LENIENT, on_status },
	[OCPP_STOP_TRANSACTION] = { OCPP_FAIR, on_stop },
};

static void take_call(struct conn *c, const struct ocpp_message *m)
{
	const struct up *up = &ups[m->action];
	char why[OCPP_WHY];
	enum ocpp_code code;
	bool odd;

	if (up->fn == NULL) {
		refuse(c, m->id, OCPP_NOT_SUPPORTED, "not for the central system");
		return;
	}
	code = ocpp_check(m->action, false, m->payload, up->rigour, why, &odd);
	if (code != OCPP_FINE) {
		refuse(c, m->id, code, why);
		return;
	}
	if (odd)
		conn_complain(c, COUNT_ODD, ocpp_action_name(m->action));
	up->fn(c, m);
}

void ocpp_take_text(struct conn *c, const char *text, size_t n)
{
	struct ocpp_message m;
	enum ocpp_code fault;

	count_add(COUNT_FRAMES_IN, 1);
	switch (ocpp_read(text, n, &m, &fault)) {
	case OCPP_NOTHING:
		conn_complain(c, COUNT_GARBAGE, "no message");
		break;
	case OCPP_FAULT:
		refuse(c, m.id, fault, m.why);
		break;
	case OCPP_READ:
		if (m.type == OCPP_CALL)
			take_call(c, &m);
		else
			ocpp_replied(c, &m);
		break;
	}
	ocpp_clear(&m);
	if (ocpp_own(c)->calls != NULL)
		ocpp_call_next(c);
}

/* ocpp.c - a virtual station that speaks OCPP 1.6J.
 * Owns struct sim_station. A message's id begins with a letter for what it asked and the gun's
 * number.
 * Serves pile.c as one of the protocols. */
#include "daemons/pilesim/sim.h"

#include "base/conf.h"
#include "base/text.h"
#include "proto/ocpp.h"
#include "proto/ws.h"

#define PLENTY (9999 * MONEY_YUAN)   /* the platform counts the money */
#define WH 10                        /* a watt hour in 1e-4 kWh */
#define FRAME_MAX 16384

struct sim_station {
	bool open;                       /* the handshake is done */
	uint32_t ids;
	struct sim_side { int told; uint32_t seen; char tag[OCPP_TAG]; bool asked; } *side;
};

/* A charge's number: "T" and the platform's once that is known, before it the tag and a count. */
static bool is_numbered(const char *no)
{
	return no[0] == 'T';
}

static struct sim_station *station_of(struct pile *p)
{
	if (p->station != NULL)
		return p->station;
	p->station = calloc(1, sizeof(*p->station));
	if (p->station != NULL)
		p->station->side = calloc(p->guns, sizeof(*p->station->side));
	if (p->station == NULL || p->station->side == NULL)
		error_die("out of memory");
	return p->station;
}

/* ---- out */

static void send_text(struct pile *p, struct buf *text)
{
	uint8_t head[WS_HEAD_MAX];
	size_t n = ws_head_write(WS_TEXT, text->len, head);
	struct buf frame;

	head[1] |= 128;                          /* a client's frames are masked; the mask is 0 */
	buf_init(&frame, 0);
	buf_add(&frame, head, n);
	buf_add(&frame, "\0\0\0\0", 4);
	buf_add(&frame, text->data, text->len);
	pile_send(p, (uint8_t *)frame.data, frame.len);
	buf_clear(&frame);
}

static void call(struct pile *p, char what, int gun, enum ocpp_action action, const char *payload)
{
	struct buf text;
	char id[40];

	snprintf(id, sizeof(id), "%c%d.%u", what, gun, ++station_of(p)->ids);
	buf_init(&text, 0);
	ocpp_write_call(&text, id, action, payload);
	send_text(p, &text);
	buf_clear(&text);
}

static void hello(struct pile *p)
{
	char text[400];
	int n = snprintf(text, sizeof(text),
		"GET /ocpp/%s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n",
		p->serial, sim.host);

	station_of(p)->open = false;
	pile_send(p, (uint8_t *)text, (size_t)n);
}

static void beat(struct pile *p)
{
	call(p, 'h', 0, OCPP_HEARTBEAT, "{}");
}

/* The platform rates; here every hour is worth the same. */
static void ask_prices(struct pile *p)
{
	p->prices.known = true;
	text_copy(p->prices.model, sizeof(p->prices.model), "ocpp");
	p->ask_ms = 0;
}

static const char *status_of(const struct gun *g)
{
	return g->fault != 0 ? "Faulted"
		: g->state == GUN_CHARGING ? "Charging"
		: g->plugged || g->state == GUN_STARTING ? "Preparing" : "Available";
}

static void tell_status(struct pile *p, struct gun *g)
{
	struct sim_side *side = &station_of(p)->side[g->number - 1];
	const char *status = status_of(g);
	char payload[200], when[OCPP_TIME_TEXT];

	if (side->told == status[0] && side->seen == p->logins)
		return;
	side->told = status[0];
	side->seen = p->logins;
	snprintf(payload, sizeof(payload),
		"{\"connectorId\":%d,\"errorCode\":\"%s\",\"status\":\"%s\",\"timestamp\":\"%s\"}",
		g->number, g->fault != 0 ? "OtherError" : "NoError", status,
		ocpp_time_text(pile_clock(p), when));
	call(p, 's', g->number, OCPP_STATUS_NOTIFICATION, payload);
}

static void tell_start(struct pile *p, struct gun *g)
{
	struct sim_side *side = &station_of(p)->side[g->number - 1];
	char payload[200], when[OCPP_TIME_TEXT];

	snprintf(payload, sizeof(payload),
		"{\"connectorId\":%d,\"idTag\":\"%s\",\"meterStart\":%lld,\"timestamp\":\"%s\"}", g->number,
		side->tag, (long long)(g->meter_start / WH), ocpp_time_text(g->started, when));
	call(p, 't', g->number, OCPP_START_TRANSACTION, payload);
}

static void tell_meter(struct pile *p, struct gun *g)
{
	char payload[600], when[OCPP_TIME_TEXT];

	snprintf(payload, sizeof(payload),
		"{\"connectorId\":%d,\"transactionId\":%s,"
		"\"meterValue\":[{\"timestamp\":\"%s\",\"sampledValue\":["
		"{\"value\":\"%lld.%lld\"},{\"measurand\":\"Power.Active.Import\",\"value\":\"%lld\"},"
		"{\"measurand\":\"SoC\",\"unit\":\"Percent\",\"value\":\"%d\"}]}]}",
		g->number, g->no + 1, ocpp_time_text(pile_clock(p), when), (long long)(g->meter / WH),
		(long long)(g->meter % WH), (long long)g->power, g->soc_milli / 10);
	call(p, 'm', g->number, OCPP_METER_VALUES, payload);
}

static void report(struct pile *p, struct gun *g)
{
	tell_status(p, g);
	if (g->state != GUN_CHARGING)
		return;
	if (is_numbered(g->no))
		tell_meter(p, g);
	else
		tell_start(p, g);
}

static void start_done(struct pile *p, struct gun *g)
{
	tell_status(p, g);
}

static void show_card(struct pile *p, struct gun *g)
{
	char payload[60];

	snprintf(payload, sizeof(payload), "{\"idTag\":\"%s\"}", g->card);
	call(p, 'a', g->number, OCPP_AUTHORIZE, payload);
}

/* A charge whose start was never answered has no number yet: it waits. */
static void record(struct pile *p, struct sim_record *r)
{
	static const char *const reasons[] = {
		[STOP_REMOTE] = "Remote",
		[STOP_SOC] = "Other",
		[STOP_LOCAL] = "Local",
		[STOP_MONEY] = "Local",
		[STOP_PLUG_PULLED] = "EVDisconnected",
		[STOP_START_FAILED] = "DeAuthorized",
		[STOP_TIME] = "Local",
		[STOP_ENERGY] = "Local",
	};
	char payload[200], when[OCPP_TIME_TEXT];

	if (!is_numbered(r->no))
		return;
	snprintf(payload, sizeof(payload),
		"{\"transactionId\":%s,\"meterStop\":%lld,\"timestamp\":\"%s\",\"reason\":\"%s\"}",
		r->no + 1, (long long)(r->meter_end / WH), ocpp_time_text(r->ended, when),
		reasons[r->cause]);
	call(p, 'r', (int)strtol(r->no + 1, NULL, 10), OCPP_STOP_TRANSACTION, payload);
}

/* ---- what the platform answers */

static struct gun *gun_of(struct pile *p, int64_t number)
{
	return number >= 1 && number <= p->guns ? &p->gun[number - 1] : NULL;
}

static void on_authorized(struct pile *p, struct gun *g, bool accepted)
{
	struct sim_station *s = station_of(p);
	char no[SIM_NO], card[SIM_CARD];

	if (g->state != GUN_ASKING)
		return;
	fleet_answer(p, g, accepted);
	if (!accepted)
		return;
	text_copy(card, sizeof(card), g->card);
	text_copy(s->side[g->number - 1].tag, OCPP_TAG, card);
	snprintf(no, sizeof(no), "#%u", ++s->ids);
	g->state = GUN_IDLE;
	gun_start(p, g, no, card, PLENTY, true);
	tell_status(p, g);
}

/* The charge has its number: also its record, if it is over already. */
static void on_started(struct pile *p, struct gun *g, int64_t id, bool accepted)
{
	char no[SIM_NO];

	snprintf(no, sizeof(no), "T%lld", (long long)id);
	for (struct sim_record *r = p->records; r != NULL; r = r->next)
		if (r->gun == g->number && !is_numbered(r->no)) {
			text_copy(r->no, sizeof(r->no), no);
			r->next_ms = sim.now_ms;
		}
	if (g->no[0] != '\0' && !is_numbered(g->no))
		text_copy(g->no, sizeof(g->no), no);
	if (!accepted)
		gun_stop(p, g, STOP_START_FAILED);
}

static void on_result(struct pile *p, const struct ocpp_message *m)
{
	int64_t number = strtol(m->id + 1, NULL, 10);
	struct gun *g = gun_of(p, number);
	const char *tag = json_text(json_object_get(m->payload, "idTagInfo"), "status", "");
	char no[SIM_NO];

	switch (m->id[0]) {
	case 'b':
		p->logins++;
		pile_up(p);
		break;
	case 'h':
		p->missed = 0;
		break;
	case 'a':
		if (g != NULL)
			on_authorized(p, g, text_eq(tag, "Accepted"));
		break;
	case 't':
		if (g != NULL)
			on_started(p, g, json_i64(m->payload, "transactionId", 0), text_eq(tag, "Accepted"));
		break;
	case 'r':
		snprintf(no, sizeof(no), "T%lld", (long long)number);
		record_done(p, no);
		break;
	default:
		break;
	}
}

/* ---- what the platform calls */

static const char *on_start(struct pile *p, const json_t *in)
{
	struct sim_station *s = station_of(p);
	struct gun *g = gun_of(p, json_i64(in, "connectorId", 1));
	char no[SIM_NO];
	int reason;

	if (g == NULL || g->state != GUN_IDLE)
		return "Rejected";
	text_copy(s->side[g->number - 1].tag, OCPP_TAG, json_text(in, "idTag", ""));
	snprintf(no, sizeof(no), "#%u", ++s->ids);
	reason = gun_start(p, g, no, "", PLENTY, false);
	return reason == 0 || reason == 5 ? "Accepted" : "Rejected";
}

static const char *on_stop(struct pile *p, const json_t *in)
{
	char no[SIM_NO];

	snprintf(no, sizeof(no), "T%lld", (long long)json_i64(in, "transactionId", 0));
	for (int i = 0; i < p->guns; i++)
		if (text_eq(p->gun[i].no, no) && gun_stop(p, &p->gun[i], STOP_REMOTE))
			return "Accepted";
	return "Rejected";
}

static const char *on_trigger(struct pile *p, const json_t *in)
{
	if (text_eq(json_text(in, "requestedMessage", ""), "Heartbeat"))
		beat(p);
	for (int i = 0; i < p->guns; i++) {
		station_of(p)->side[i].told = 0;
		report(p, &p->gun[i]);
	}
	return "Accepted";
}

static const char *on_yes(struct pile *p, const json_t *in)
{
	(void)p;
	(void)in;
	return "Accepted";
}

/* Of the whole station, from now on; others are taken and mean nothing to it. */
static const char *on_profile(struct pile *p, const json_t *in)
{
	const json_t *profile = json_object_get(in, "csChargingProfiles");
	const json_t *schedule = json_object_get(profile, "chargingSchedule");
	const json_t *first = json_array_get(json_object_get(schedule, "chargingSchedulePeriod"), 0);

	if (!text_eq(json_text(profile, "chargingProfilePurpose", ""), "ChargePointMaxProfile"))
		return "Accepted";
	p->limited = true;
	p->limit = (int64_t)json_number_value(json_object_get(first, "limit"));
	return "Accepted";
}

static const char *on_clear_profile(struct pile *p, const json_t *in)
{
	(void)in;
	p->limited = false;
	return "Accepted";
}

static const char *on_unlock(struct pile *p, const json_t *in)
{
	struct gun *g = gun_of(p, json_i64(in, "connectorId", 0));

	if (g != NULL)
		gun_unplug(p, g);
	return g != NULL ? "Unlocked" : "NotSupported";
}

static const struct {
	enum ocpp_action action;
	const char *(*fn)(struct pile *p, const json_t *in);
} downs[] = {
	{ OCPP_REMOTE_START_TRANSACTION, on_start },
	{ OCPP_REMOTE_STOP_TRANSACTION, on_stop },
	{ OCPP_TRIGGER_MESSAGE, on_trigger },
	{ OCPP_UNLOCK_CONNECTOR, on_unlock },
	{ OCPP_CHANGE_CONFIGURATION, on_yes },
	{ OCPP_CHANGE_AVAILABILITY, on_yes },
	{ OCPP_CLEAR_CACHE, on_yes },
	{ OCPP_SEND_LOCAL_LIST, on_yes },
	{ OCPP_SET_CHARGING_PROFILE, on_profile },
	{ OCPP_CLEAR_CHARGING_PROFILE, on_clear_profile },
	{ OCPP_RESET, on_yes },
};

static void on_call(struct pile *p, const struct ocpp_message *m)
{
	const char *status = NULL;
	struct buf text;
	char payload[60];

	buf_init(&text, 0);
	for (size_t i = 0; i < sizeof(downs) / sizeof(downs[0]); i++)
		if (downs[i].action == m->action)
			status = downs[i].fn(p, m->payload);
	snprintf(payload, sizeof(payload), "{\"status\":\"%s\"}", status != NULL ? status : "");
	if (status != NULL)
		ocpp_write_result(&text, m->id, payload);
	else if (m->action == OCPP_GET_CONFIGURATION)
		ocpp_write_result(&text, m->id, "{\"configurationKey\":[{\"key\":\"HeartbeatInterval\","
			"\"readonly\":false,\"value\":\"10\"}]}");
	else if (m->action == OCPP_GET_LOCAL_LIST_VERSION)
		ocpp_write_result(&text, m->id, "{\"listVersion\":0}");
	else
		ocpp_write_error(&text, m->id, OCPP_NOT_IMPLEMENTED, "");
	send_text(p, &text);
	buf_clear(&text);
	if (m->action == OCPP_RESET && p->io.fd >= 0)
		pile_drop(p, "reset");
}

static void take_text(struct pile *p, const char *text, size_t n)
{
	struct ocpp_message m;
	enum ocpp_code fault;

	sim.received++;
	if (ocpp_read(text, n, &m, &fault) == OCPP_READ) {
		if (m.type == OCPP_CALL)
			on_call(p, &m);
		else if (m.type == OCPP_RESULT)
			on_result(p, &m);
	}
	ocpp_clear(&m);
}

/* ---- bytes */

static size_t take_answer(struct pile *p, const uint8_t *data, size_t n)
{
	const uint8_t *end = memmem(data, n, "\r\n\r\n", 4);

	if (end == NULL)
		return 0;
	if (n < 12 || memcmp(data, "HTTP/1.1 101", 12) != 0) {
		pile_drop(p, "refused");
		return n;
	}
	station_of(p)->open = true;
	call(p, 'b', 0, OCPP_BOOT_NOTIFICATION,
		"{\"chargePointVendor\":\"chargeops\",\"chargePointModel\":\"sim\",\"firmwareVersion\":"
		"\"sim 1.0\"}");
	return (size_t)(end - data) + 4;
}

/* 0: more must come first. Our platform's frames are whole messages. */
static size_t take_frame(struct pile *p, const uint8_t *data, size_t n)
{
	size_t len = n >= 2 ? data[1] : 0, head = len == 126 ? 4 : 2;

	if (n < head || n < 2)
		return 0;
	if (len == 126)
		len = (size_t)data[2] << 8 | data[3];
	if (n < head + len)
		return 0;
	if ((data[0] & 15) == WS_TEXT)
		take_text(p, (const char *)data + head, len);
	else if ((data[0] & 15) == WS_PING)
		pile_send(p, (uint8_t[]){ 0x8A, 0x80, 0, 0, 0, 0 }, 6);
	else if ((data[0] & 15) == WS_CLOSE)
		pile_drop(p, "closed");
	return head + len;
}

static size_t take(struct pile *p, const uint8_t *data, size_t n)
{
	return station_of(p)->open ? take_frame(p, data, n) : take_answer(p, data, n);
}

static int64_t port(void)
{
	return conf.ocpp_port;
}

const struct sim_protocol ocpp_sim = {
	.name = "ocpp16",
	.port = port,
	.frame_max = FRAME_MAX,
	.hello = hello,
	.beat = beat,
	.ask_prices = ask_prices,
	.report = report,
	.start_done = start_done,
	.show_card = show_card,
	.record = record,
	.take = take,
};

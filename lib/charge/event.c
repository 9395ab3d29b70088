/* event.c - who subscribes to what, kept for some seconds; an event becomes one delivery for each
 * subscription.
 * Owns that copy. Serves event.h. */
#include "charge/event.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/delivery.h"

#define KEPT_MS 5000
#define TAKERS_MAX 32                        /* enabled subscriptions of one provider that count */

/* Columns after the id in the order of enum event_kind; a ping asks nobody. */
#define KIND_COLUMNS "session_started, session_settled, payment_made, alarm_opened"
SQL(event_subscribed,
	"select provider_id, max(session_started), max(session_settled), max(payment_made),"
	" max(alarm_opened) from webhook where status = 'enabled' and deleted = 0"
	" group by provider_id order by provider_id");
SQL(event_takers,
	"select id, url, " KIND_COLUMNS
	" from webhook where provider_id = ? and status = 'enabled' and deleted = 0"
	" order by id limit 32");
SQL(event_session_row,
	"select s.no, s.kind, s.station_id, t.code, t.name, p.serial, c.code, s.member_id, s.card_id,"
	" s.state, s.stop_reason,"
	" s.requested_at, s.started_at, s.ended_at, s.energy, s.energy_fee, s.service_fee, s.amount,"
	" s.start_mode, s.pay_kind, s.anomaly"
	" from session s join station t on t.id = s.station_id join pile p on p.id = s.pile_id join"
	" connector c on c.id = s.connector_id"
	" where s.id = ?");
SQL(event_alarm_row,
	"select a.station_id, t.code, t.name, p.serial, a.connector_number, a.code, a.level, a.detail,"
	" a.opened_at from alarm a join pile p on p.id = a.pile_id join station t on t.id ="
	" a.station_id where a.id = ?");

struct subscribed { int64_t provider_id; unsigned kinds; };
static struct subscribed *kept;
static int kept_n, kept_room;
static int64_t kept_until;

static NEOERR *take_subscribed(const struct row *r, void *ctx)
{
	struct subscribed *s;

	(void)ctx;
	if (kept_n == kept_room) {
		kept_room = kept_room ? kept_room * 2 : 64;
		kept = realloc(kept, (size_t)kept_room * sizeof(*kept));
		if (kept == NULL)
			error_die("out of memory (event)");
	}
	s = &kept[kept_n++];
	*s = (struct subscribed){ .provider_id = row_i64(r, 0) };
	for (int kind = 0; kind < EVENT_PING; kind++)
		s->kinds |= row_i64(r, 1 + kind) ? 1u << kind : 0;
	return STATUS_OK;
}

void event_forget(void)
{
	kept_until = 0;
}

static NEOERR *refresh(struct db *db)
{
	NEOERR *err;

	if (clock_mono_ms() < kept_until)
		return STATUS_OK;
	kept_n = 0;
	err = db_query(db, &event_subscribed, NOARGS, take_subscribed, NULL);
	kept_until = err == STATUS_OK ? clock_mono_ms() + KEPT_MS : 0;
	return nerr_pass(err);
}

static int by_provider(const void *a, const void *b)
{
	const struct subscribed *x = a, *y = b;

	return x->provider_id < y->provider_id ? -1 : x->provider_id > y->provider_id;
}

NEOERR *event_wanted(struct db *db, int64_t provider_id, enum event_kind kind, bool *wanted)
{
	const struct subscribed key = { .provider_id = provider_id }, *found;
	NEOERR *err;

	*wanted = false;
	TRY(refresh(db));
	found = kept_n ? bsearch(&key, kept, (size_t)kept_n, sizeof(*kept), by_provider) : NULL;
	*wanted = found != NULL && found->kinds & 1u << kind;
out:
	return nerr_pass(err);
}

struct takers {
	enum event_kind kind;
	int n;
	struct {
		int64_t id;
		char url[501];
	} to[TAKERS_MAX];
};

static NEOERR *take_taker(const struct row *r, void *ctx)
{
	struct takers *t = ctx;

	if (!row_i64(r, 2 + (int)t->kind) || t->n == TAKERS_MAX)
		return STATUS_OK;
	t->to[t->n].id = row_i64(r, 0);
	text_copy(t->to[t->n++].url, sizeof(t->to[0].url), row_str(r, 1));
	return STATUS_OK;
}

const char *event_wire_name(const char *kind, char out[40])
{
	char *line;

	text_copy(out, 40, kind);
	if ((line = strchr(out, '_')) != NULL)
		*line = '.';
	return out;
}

/* "2026-11-20T16:00:00+08:00", as the API writes times; NULL for none. */
static json_t *json_time(int64_t t)
{
	int minutes = abs(clock_offset()) / 60;
	char text[CLOCK_TEXT], iso[64];

	if (t == 0)
		return json_null();
	clock_format(t, text);
	snprintf(iso, sizeof(iso), "%.10sT%.8s%c%02d:%02d", text, text + 11,
		clock_offset() < 0 ? '-' : '+', minutes / 60 % 24, minutes % 60);
	return json_string(iso);
}

static json_t *json_fixed(int64_t v, int scale)
{
	char text[FIXED_TEXT];

	return json_string(fixed_format(v, scale, scale, text));
}

static json_t *json_id(int64_t id)
{
	return id ? json_integer(id) : json_null();
}

/* The body as every try sends it: what is signed. */
static char *envelope_dup(int64_t provider_id, enum event_kind kind, const json_t *data)
{
	char name[40], *text;
	json_t *all = json_object();

	json_object_set_new(all, "event",
		json_string(event_wire_name(choice_name(&event_kind_choices, kind), name)));
	json_object_set_new(all, "at", json_time(clock_now()));
	json_object_set_new(all, "provider_id", json_integer(provider_id));
	json_object_set(all, "data", (json_t *)(uintptr_t)data);
	text = json_write_dup(all);
	json_decref(all);
	return text;
}

NEOERR *event_emit(struct db *db, int64_t provider_id, enum event_kind kind, const json_t *data)
{
	struct takers t = { .kind = kind };
	char *body = NULL;
	bool wanted;
	NEOERR *err;

	TRY(event_wanted(db, provider_id, kind, &wanted));
	if (!wanted)
		return STATUS_OK;
	TRY(db_query(db, &event_takers, ARGS(I64(provider_id)), take_taker, &t));
	body = envelope_dup(provider_id, kind, data);
	for (int i = 0; i < t.n; i++)
		TRY(delivery_add_webhook(db, provider_id, t.to[i].id, t.to[i].url,
			choice_name(&event_kind_choices, kind), body));
out:
	free(body);
	return nerr_pass(err);
}

/* How columns of a row become members: s text, i id, n number, t time, e energy, m money. */
struct member { const char *name; char kind; };
static const struct member session_members[] = {
	{ "no", 's' },
	{ "kind", 's' },
	{ "station_id", 'i' },
	{ "station_code", 's' },
	{ "station_name", 's' },
	{ "pile_serial", 's' },
	{ "connector_code", 's' },
	{ "member_id", 'i' },
	{ "card_id", 'i' },
	{ "state", 's' },
	{ "stop_reason", 's' },
	{ "requested_at", 't' },
	{ "started_at", 't' },
	{ "ended_at", 't' },
	{ "energy", 'e' },
	{ "energy_fee", 'm' },
	{ "service_fee", 'm' },
	{ "amount", 'm' },
	{ "start_mode", 's' },
	{ "pay_kind", 's' },
	{ "anomaly", 's' },
	{ NULL, 0 },
};
static const struct member alarm_members[] = {
	{ "station_id", 'i' },
	{ "station_code", 's' },
	{ "station_name", 's' },
	{ "pile_serial", 's' },
	{ "connector_number", 'n' },
	{ "code", 's' },
	{ "level", 's' },
	{ "detail", 's' },
	{ "opened_at", 't' },
	{ NULL, 0 },
};

struct telling { const struct member *members; json_t *data; };

static NEOERR *take_members(const struct row *r, void *ctx)
{
	const struct telling *t = ctx;
	json_t *v;

	for (int i = 0; t->members[i].name != NULL; i++) {
		switch (t->members[i].kind) {
		case 'i': v = json_id(row_i64(r, i)); break;
		case 'n': v = json_integer(row_i64(r, i)); break;
		case 't': v = json_time(row_time(r, i)); break;
		case 'e': v = json_fixed(row_energy(r, i), ENERGY_SCALE); break;
		case 'm': v = json_fixed(row_money(r, i), MONEY_SCALE); break;
		default: v = json_string(row_str(r, i));
		}
		json_object_set_new(t->data, t->members[i].name, v);
	}
	return STATUS_OK;
}

/* The record as it stands now, if anybody wants to know. */
static NEOERR *tell(struct db *db, int64_t provider_id, enum event_kind kind, const struct sql *row,
	const struct member *members, int64_t id)
{
	struct telling t = { .members = members };
	bool wanted;
	NEOERR *err;

	TRY(event_wanted(db, provider_id, kind, &wanted));
	if (!wanted)
		return STATUS_OK;
	t.data = json_object();
	json_object_set_new(t.data, "id", json_integer(id));
	TRY(db_get(db, row, ARGS(I64(id)), take_members, &t));
	TRY(event_emit(db, provider_id, kind, t.data));
out:
	json_decref(t.data);
	return nerr_pass(err);
}

NEOERR *event_session(struct db *db, int64_t provider_id, int64_t session_id, enum event_kind kind)
{
	return nerr_pass(tell(db, provider_id, kind, &event_session_row, session_members, session_id));
}

NEOERR *event_alarm(struct db *db, int64_t provider_id, int64_t alarm_id)
{
	return nerr_pass(tell(db, provider_id, EVENT_ALARM_OPENED, &event_alarm_row, alarm_members,
		alarm_id));
}

NEOERR *event_payment(struct db *db, const struct event_payment *p)
{
	json_t *data = NULL;
	bool wanted;
	NEOERR *err;

	TRY(event_wanted(db, p->provider_id, EVENT_PAYMENT_MADE, &wanted));
	if (!wanted)
		return STATUS_OK;
	data = json_object();
	json_object_set_new(data, "owner_kind", json_string(p->owner_kind));
	json_object_set_new(data, "owner_id", json_integer(p->owner_id));
	json_object_set_new(data, "member_id", json_id(p->member_id));
	json_object_set_new(data, "card_id", json_id(p->card_id));
	json_object_set_new(data, "cash", json_fixed(p->cash, MONEY_SCALE));
	json_object_set_new(data, "gift", json_fixed(p->gift, MONEY_SCALE));
	TRY(event_emit(db, p->provider_id, EVENT_PAYMENT_MADE, data));
out:
	json_decref(data);
	return nerr_pass(err);
}

NEOERR *event_ping(struct db *db, int64_t provider_id, int64_t webhook_id, const char *url)
{
	json_t *data = json_object();
	char *body;
	NEOERR *err;

	json_object_set_new(data, "webhook_id", json_integer(webhook_id));
	body = envelope_dup(provider_id, EVENT_PING, data);
	json_decref(data);
	err = delivery_add_webhook(db, provider_id, webhook_id, url,
		choice_name(&event_kind_choices, EVENT_PING), body);
	free(body);
	return nerr_pass(err);
}

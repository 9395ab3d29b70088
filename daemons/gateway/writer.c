/* writer.c - a writer of the gateway: has the database and no socket but the one to the loop.
 * Owns its connection to the database.
 * Serves the loop: what devices said goes through lib/charge; an answer goes back only after the
 * commit (law 6). */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/gateway/core.h"
#include "daemons/gateway/gateway.h"
#include "daemons/gateway/writer.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"
#include "charge/alarm.h"
#include "charge/bay.h"
#include "charge/device.h"
#include "charge/raw_frame.h"

#define WORDS_MAX 2000
#define BATCH 64
#define TARIFFS 256
#define TARIFF_SECONDS 5             /* how long "in force now" is believed */

/* ---- the database and the loop */

struct db *writer_db(void)
{
	static struct db *db;
	static int64_t next_ms;

	if (db != NULL || clock_mono_ms() < next_ms)
		return db;
	next_ms = clock_mono_ms() + 500;
	if (!writer_went("db_open", db_open(&db)))
		db = NULL;
	return db;
}

bool writer_went(const char *what, NEOERR *err)
{
	unsigned suppressed = 0;

	if (err == STATUS_OK)
		return true;
	if (!log_once("writer", what, 60, &suppressed)) {
		error_drop(err);
		return false;
	}
	if (suppressed > 0)
		log_line(LOG_WARN, "writer_errors", "what=%s more=%u", what, suppressed);
	error_log(what, err);
	return false;
}

void writer_say(int fd, const struct msg *m)
{
	ssize_t n;

	do
		n = send(fd, m, msg_size(m), MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		_exit(0);
}

int writer_wait(int fd, int more_fd, int wait_ms)
{
	struct pollfd p[2] = { { fd, POLLIN, 0 }, { more_fd, POLLIN, 0 } };
	int n = poll(p, more_fd >= 0 ? 2 : 1, wait_ms);

	return n > 0;
}

/* ---- log-in, farewell: a power cut makes thousands of both, so those that wait go together; if
 * that fails, each for itself */

static void hello_of(const struct msg *m, struct pile_hello *out)
{
	const struct msg_hello *h = &m->u.hello;

	*out = (struct pile_hello){
		.protocol = h->protocol,
		.serial = h->serial,
		.address = h->address,
		.gateway_id = conf.gateway_id,
		.firmware = h->firmware,
		.iccid = h->iccid,
		.protocol_version = h->version,
		.connectors = h->connectors,
		.access = h->access,
		.access_hex = h->access_hex,
	};
}

static void on_hellos(int fd, const struct msg *m, int n)
{
	struct pile_hello hello[BATCH];
	struct pile_known pile[BATCH];
	bool known[BATCH], together;
	struct db *db = writer_db();

	for (int i = 0; i < n; i++)
		hello_of(&m[i], &hello[i]);
	together = db != NULL && writer_went("hello", pile_online_many(db, hello, n, pile, known));
	for (int i = 0; i < n; i++) {
		struct msg answer = ANSWER(&m[i], MSG_KNOWN);

		if (together ||
			(db != NULL && n > 1 &&
				writer_went("hello", pile_online(db, &hello[i], &pile[i], &known[i])))) {
			answer.u.known.known = known[i];
			answer.u.known.pile = pile[i];
		} else {
			answer.u.known.unavailable = true;
		}
		writer_say(fd, &answer);
	}
}

static NEOERR *bye(struct db *db, const struct msg *m)
{
	bool ours = false;
	NEOERR *err;

	TRY(pile_offline(db, m->pile_id, conf.gateway_id, m->u.bye.reason, &ours));
	if (ours && m->u.bye.silent)
		TRY(session_suspend_pile(db, m->pile_id, m->u.bye.reason));
out:
	return nerr_pass(err);
}

struct byes { const struct msg *m; int n; };

static NEOERR *bye_all(struct db *db, void *ctx)
{
	const struct byes *b = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < b->n && err == STATUS_OK; i++)
		err = bye(db, &b->m[i]);
	return nerr_pass(err);
}

static void on_byes(int fd, const struct msg *m, int n)
{
	struct byes b = { m, n };
	struct db *db = writer_db();

	(void)fd;
	if (db == NULL || writer_went("bye", db_tx(db, bye_all, &b)))
		return;
	for (int i = 0; i < n; i++)
		writer_went("bye", bye(db, &m[i]));
}

/* ---- live data */

static void report_of(const struct live_row *row, struct connector_report *r)
{
	*r = (struct connector_report){
		.pile_id = row->pile_id,
		.number = row->number,
		.state = (enum connector_state)row->state,
		.plugged = row->plugged != 0,
		.voltage_dv = row->voltage_dv,
		.current_da = row->current_da,
		.power_w = row->power_w,
		.soc = row->soc,
		.temperature = row->temperature,
		.fault = row->fault,
		.at = row->at,
	};
}

static NEOERR *progress_of(struct db *db, const struct live_row *row)
{
	struct session_progress p = {
		.no = row->no,
		.at = row->at,
		.energy = row->energy,
		.device_amount = row->amount,
		.power_w = row->power_w,
		.voltage_dv = row->voltage_dv,
		.current_da = row->current_da,
		.soc = row->soc,
		.connector_temperature = row->temperature,
		.battery_temperature = row->battery_temperature,
	};
	NEOERR *err = session_progress(db, &p);

	/* a charge that began without us: its record will tell */
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	return nerr_pass(err);
}

static NEOERR *faults_of(struct db *db, const struct live_row *row)
{
	const struct protocol *p = row->protocol;

	if (p == NULL || p->fault_codes == 0 || row->fault == row->fault_before)
		return STATUS_OK;
	return nerr_pass(alarm_faults(db, row->pile_id, row->number, p->fault_code, p->fault_codes,
		row->fault_before, row->fault, row->at));
}

static NEOERR *on_live(struct db *db, int fd, const struct msg *m)
{
	struct connector_report report[LIVE_ROWS];
	const struct msg_live *live = &m->u.live;

	(void)fd;
	for (int i = 0; i < live->n; i++)
		report_of(&live->row[i], &report[i]);
	writer_went("connector_reports", connector_reports(db, report, live->n));
	for (int i = 0; i < live->n; i++)
		if (live->row[i].no[0] != '\0')
			writer_went("session_progress", progress_of(db, &live->row[i]));
	for (int i = 0; i < live->n; i++)
		writer_went("alarm_faults", faults_of(db, &live->row[i]));
	return STATUS_OK;
}

static NEOERR *on_seen(struct db *db, int fd, const struct msg *m)
{
	const struct msg_seen *s = &m->u.seen;
	bool moved[SEEN_ROWS];
	NEOERR *err;

	TRY(pile_seen(db, conf.gateway_id, s->pile_id, s->n, clock_now(), moved));
	for (int i = 0; i < s->n; i++) {
		struct msg gone = { .kind = MSG_MOVED,
			.slot = s->conn[i].slot,
			.generation = s->conn[i].generation };

		if (moved[i])
			writer_say(fd, &gone);
	}
out:
	return nerr_pass(err);
}

static NEOERR *on_skew(struct db *db, int fd, const struct msg *m)
{
	(void)fd;
	return nerr_pass(pile_clock_skew(db, m->pile_id, m->u.skew.seconds));
}

static NEOERR *on_lock(struct db *db, int fd, const struct msg *m)
{
	const struct msg_lock *l = &m->u.lock;
	struct lock_report r = { .pile_id = m->pile_id,
		.at = clock_now(),
		.number = l->number,
		.battery = l->battery,
		.alarm = l->alarm,
		.state = l->state,
		.car = l->car };

	NEOERR *err;

	(void)fd;
	TRY(connector_lock(db, &r));
	TRY(bay_lock_of_pile(db, m->pile_id, l->number, l->state, l->alarm != 0));
out:
	return nerr_pass(err);
}

static NEOERR *on_battery(struct db *db, int fd, const struct msg *m)
{
	const struct msg_battery *b = &m->u.battery;
	const struct protocol *p = protocol_find(b->protocol);
	char words[WORDS_MAX];

	NEOERR *err;

	(void)fd;
	if (p == NULL)
		return STATUS_OK;
	TRY(session_battery(db, b->no, p->text(b->frame, (size_t)b->len, words, sizeof(words)),
		words, clock_now()));
	if (*b->vin)
		TRY(session_vin(db, b->no, b->vin));
out:
	return nerr_pass(err);
}

/* ---- the black box */

static struct raw_frame raw_of(struct raw_head *head, uint8_t *body, char *words)
{
	struct raw_frame f = { .pile_id = head->pile_id,
		.at_ms = head->at_ms,
		.down = head->down,
		.words = words,
		.body = body,
		.len = head->len };

	if (head->protocol->mask != NULL)
		head->protocol->mask(body, head->len);
	f.type = head->down && head->protocol->text_down != NULL
		? head->protocol->text_down(body, head->len, words, WORDS_MAX)
		: head->protocol->text(body, head->len, words, WORDS_MAX);
	return f;
}

static NEOERR *on_raw(struct db *db, int fd, const struct msg *m)
{
	static struct raw_frame frame[RAW_PACK / sizeof(struct raw_head)];
	static char words[RAW_PACK / sizeof(struct raw_head)][WORDS_MAX];
	static uint8_t bytes[RAW_PACK];
	struct raw_head head;
	size_t at = 0;

	(void)fd;
	memcpy(bytes, m->u.raw.packed, m->u.raw.bytes);
	for (uint32_t i = 0; i < m->u.raw.n; i++) {
		memcpy(&head, bytes + at, sizeof(head));
		at += sizeof(head);
		frame[i] = raw_of(&head, bytes + at, words[i]);
		at += head.len;
	}
	return nerr_pass(raw_frames_add(db, frame, (int)m->u.raw.n));
}

/* ---- tariffs */

void writer_tariff(const struct tariff *t, struct msg_tariff *out)
{
	out->found = true;
	out->version_id = t->version_id;
	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i];
		out->price[s->type].energy = s->energy_price;
		out->price[s->type].service = s->service_price;
		for (int k = s->start_minute / 30; k < (s->end_minute + 29) / 30 && k < 48; k++)
			out->slot[k] = (uint8_t)s->type;
	}
}

/* *out->found stays false if the pile has none, or none of its versions is in force yet. */
static NEOERR *tariff_of(struct db *db, int64_t pile_id, struct msg_tariff *out)
{
	static struct { int64_t tariff_id, until; struct tariff tariff; } cache[TARIFFS], *kept;
	struct tariff t;
	int64_t tariff_id = 0;
	NEOERR *err;

	TRY(tariff_of_pile(db, pile_id, &tariff_id));
	if (tariff_id == 0)
		return STATUS_OK;
	kept = &cache[tariff_id % TARIFFS];
	if (kept->tariff_id != tariff_id || kept->until < clock_now()) {
		kept->tariff_id = 0;
		err = tariff_at(db, tariff_id, clock_now(), &t);
		if (error_is(err, ERR_NOT_FOUND)) {
			error_drop(err);
			return STATUS_OK;
		}
		TRY(err);
		kept->tariff = t;
		kept->tariff_id = tariff_id;
		kept->until = clock_now() + TARIFF_SECONDS;
	}
	t = kept->tariff;
	TRY(tariff_fit_pile(db, pile_id, &t));
	writer_tariff(&t, out);
out:
	return nerr_pass(err);
}

static NEOERR *on_tariff_ask(struct db *db, int fd, const struct msg *m)
{
	struct msg answer = ANSWER(m, MSG_TARIFF);
	NEOERR *err;

	TRY(tariff_of(db, m->pile_id, &answer.u.tariff));
	writer_say(fd, &answer);
out:
	return nerr_pass(err);
}

static NEOERR *on_tariff_held(struct db *db, int fd, const struct msg *m)
{
	(void)fd;
	return nerr_pass(pile_tariff_confirmed(db, m->pile_id, m->u.tariff_held.version_id));
}

/* ---- charges */

/* A device asks what is on a card: nothing begins. */
static NEOERR *card_query(struct db *db, const char *physical_no, struct msg_card_answer *out)
{
	struct device_card card;
	struct purse_balance b;
	NEOERR *err;

	TRY(device_card(db, physical_no, &card));
	out->refusal = card.id == 0 ? REFUSED_CARD_UNKNOWN : START_ACCEPTED;
	if (card.id == 0)
		return STATUS_OK;
	TRY(purse_balance(db, (struct purse){ OWNER_CARD, card.id }, &b));
	out->balance = purse_free(&b);
out:
	return nerr_pass(err);
}

static NEOERR *card_start(struct db *db, const struct msg *m, struct msg_card_answer *out)
{
	struct start_request req = { .mode = m->u.card.mode,
		.limit_kind = LIMIT_FULL,
		.vin = m->u.card.vin,
		.by_command = m->u.card.by_command,
		.card_password = m->u.card.password[0] != '\0' ? m->u.card.password : NULL,
		.parallel = m->u.card.parallel[0] != '\0' ? m->u.card.parallel : NULL };
	struct start_result result;
	struct device_card card = { 0 };
	NEOERR *err = STATUS_OK;

	if (m->u.card.query)
		return nerr_pass(card_query(db, m->u.card.physical_no, out));
	if (m->u.card.mode == START_CARD)
		TRY(device_card(db, m->u.card.physical_no, &card));
	else if (m->u.card.mode == START_VIN)
		TRY(device_vin(db, m->u.card.vin, &card));
	TRY(device_connector(db, m->pile_id, m->u.card.number, &req.connector_id));
	if ((card.id == 0 && card.token_id == 0) || req.connector_id == 0) {
		out->refusal = req.connector_id != 0 ? REFUSED_CARD_UNKNOWN : REFUSED_CONNECTOR_UNKNOWN;
		return STATUS_OK;
	}
	req.card_id = card.id;
	req.token_id = card.token_id;
	memset(&result, 0, sizeof(result));
	TRY(session_request(db, &req, &result));
	out->refusal = result.refusal;
	out->balance = result.prepaid;
	text_copy(out->no, sizeof(out->no), result.no);
	text_copy(out->logical_no, sizeof(out->logical_no), card.logical_no);
out:
	return nerr_pass(err);
}

/* A pile that asks always gets an answer: without the database it is told no. */
static void on_card(int fd, const struct msg *m)
{
	struct msg answer = ANSWER(m, MSG_CARD_ANSWER);
	struct db *db = writer_db();

	answer.u.card_answer.number = m->u.card.number;
	answer.u.card_answer.mode = m->u.card.mode;
	text_copy(answer.u.card_answer.parallel, sizeof(answer.u.card_answer.parallel),
		m->u.card.parallel);
	if (db == NULL || !writer_went("card_start", card_start(db, m, &answer.u.card_answer)))
		answer.u.card_answer.unavailable = true;
	writer_say(fd, &answer);
}

static NEOERR *on_record(struct db *db, int fd, const struct msg *m)
{
	struct msg answer = ANSWER(m, MSG_RECORD_ANSWER);
	const struct msg_record *in = &m->u.record;
	struct session_record rec = in->record;
	struct device_card card = { 0 };
	NEOERR *err;

	rec.protocol = in->protocol;
	rec.pile_serial = in->serial;
	rec.no = in->no;
	rec.vin = in->vin;
	rec.physical_no = in->physical_no;
	rec.raw = in->raw;
	rec.raw_len = (size_t)in->raw_len;
	if (rec.mode == START_CARD || rec.mode == START_OFFLINE)
		TRY(device_card(db, in->physical_no, &card));
	if (card.id != 0 || card.token_id != 0)
		rec.physical_no = card.physical_no;      /* the wire pads with zeros */
	if (rec.started == 0)
		TRY(session_record_times(db, &rec, in->seconds));
	TRY(session_settle(db, &rec, &answer.u.record_answer.outcome));
	text_copy(answer.u.record_answer.no, sizeof(answer.u.record_answer.no), in->no);
	log_line(LOG_INFO, "record", "pile=%s no=%s outcome=%d", in->serial, in->no,
		(int)answer.u.record_answer.outcome);
	writer_say(fd, &answer);
out:
	return nerr_pass(err);
}

static NEOERR *on_started(struct db *db, int fd, const struct msg *m)
{
	NEOERR *err = session_start_answer(db, m->u.started.no, m->u.started.ok, m->u.started.reason);

	(void)fd;
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	return nerr_pass(err);
}

static NEOERR *on_answer(struct db *db, int fd, const struct msg *m)
{
	const struct msg_answer *a = &m->u.answer;

	(void)fd;
	if (a->later)
		return nerr_pass(command_later(db, a->command_id, a->result));
	if (a->command_id == 0)
		return nerr_pass(command_done(db, m->pile_id, 0, a->kind, a->ok, a->result));
	return nerr_pass(command_replied(db, a->command_id, a->ok, a->result, NULL));
}

/* ---- life */

static const struct {
	const char *name;
	NEOERR *(*fn)(struct db *db, int fd, const struct msg *m);
} handlers[MSG_KINDS] = {
	[MSG_LIVE] = { "live", on_live },
	[MSG_SEEN] = { "seen", on_seen },
	[MSG_TARIFF_ASK] = { "tariff_ask", on_tariff_ask },
	[MSG_TARIFF_HELD] = { "tariff_held", on_tariff_held },
	[MSG_RECORD] = { "record", on_record },
	[MSG_STARTED] = { "started", on_started },
	[MSG_ANSWER] = { "answer", on_answer },
	[MSG_SKEW] = { "skew", on_skew },
	[MSG_LOCK] = { "lock", on_lock },
	[MSG_BATTERY] = { "battery", on_battery },
	[MSG_RAW] = { "raw", on_raw },
	[MSG_ALARM] = { "alarm", desk_alarm },
	[MSG_BOOT] = { "boot", desk_boot },
	[MSG_NOTICE] = { "notice", desk_notice },
	[MSG_TAG] = { "tag", desk_tag },
	[MSG_CHARGE_START] = { "charge_start", desk_start },
	[MSG_CHARGE_STOP] = { "charge_stop", desk_stop },
	[MSG_CHARGE_FIND] = { "charge_find", desk_find },
	[MSG_REPLY] = { "reply", desk_reply },
};

/* Without the database, or when it fails, nothing is answered: the device keeps what it has and
 * sends it again. */
static void handle(int fd, const struct msg *m)
{
	struct db *db;

	if (m->kind == MSG_CARD) {
		on_card(fd, m);
		return;
	}
	db = writer_db();
	if (db != NULL && m->kind < MSG_KINDS && handlers[m->kind].fn != NULL)
		writer_went(handlers[m->kind].name, handlers[m->kind].fn(db, fd, m));
}

/* What is there, at most BATCH; 0 when the loop is gone. */
static int take_batch(int fd, struct msg *batch)
{
	int n = 0;
	ssize_t got;

	while (n < BATCH) {
		got = recv(fd, &batch[n], sizeof(batch[n]), n == 0 ? 0 : MSG_DONTWAIT);
		if (got < 0 && errno == EINTR && n == 0)
			continue;
		if (got <= 0)
			break;
		n++;
	}
	return n;
}

/* Handles m[0] and, if its kind goes together, its like behind it; returns how many. */
static int handle_some(int fd, const struct msg *m, int n)
{
	int like = 1;

	while (like < n && m[like].kind == m->kind)
		like++;
	if (m->kind == MSG_HELLO) {
		on_hellos(fd, m, like);
	} else if (m->kind == MSG_BYE) {
		on_byes(fd, m, like);
	} else {
		handle(fd, m);
		return 1;
	}
	return like;
}

void writer_run(int fd)
{
	static struct msg batch[BATCH];
	int n;

	writer_db();
	while ((n = take_batch(fd, batch)) > 0)
		for (int i = 0; i < n; )
			i += handle_some(fd, &batch[i], n - i);
}

/* command.c - wishes for devices: pending -> sent -> done | failed | expired.
 * Owns table command. Serves command.h. */
#include "charge/command.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "charge/card_list.h"
#include "charge/tariff.h"

#define FREE_BALANCE (9999 * MONEY_YUAN)
#define MS_TEXT 28
#define ANSWER_SECONDS 60            /* a sent row of a task has to be answered in */
#define FETCH_SECONDS 7200           /* the same, where a program is fetched first */
#define AGAIN_SECONDS 60
#define CARDS_SECONDS (7 * DAY_SECONDS)      /* a pile that is away hears of cards this long */

SQL(command_insert,
	"insert into command (pile_id, connector_id, kind, session_id, payload, created_at,"
	" created_by, expires_at)"
	" values (?, ?, ?, ?, ?, ?, ?, ?)");
SQL(command_insert_row,
	"insert into command (pile_id, kind, task_id, payload, created_at, created_by, wanted_at,"
	" expires_at, status, result, done_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(command_cards_of_provider,
	"insert into command (pile_id, kind, payload, created_at, created_by, expires_at) select p.id,"
	" 'sync_cards', '{}', ?, ?, ? from pile p join station s on s.id = p.station_id where"
	" s.provider_id = ? and p.deleted = 0 and p.status = 'enabled' and p.protocol in ('ykc',"
	" 'ocpp16') and not exists (select 1 from command c where c.pile_id = p.id and c.status ="
	" 'pending' and c.kind = 'sync_cards')");
SQL(command_cards_of_pile,
	"insert into command (pile_id, kind, payload, created_at, created_by, expires_at) select p.id,"
	" 'sync_cards', '{}', ?, ?, ? from pile p where p.id = ? and p.deleted = 0 and p.protocol in"
	" ('ykc', 'ocpp16') and not exists (select 1 from command c where c.pile_id = p.id and"
	" c.status = 'pending' and c.kind = 'sync_cards')");
SQL(command_not_before, "update command set wanted_at = ?, expires_at = ? where id = ?");
SQL(command_wait,
	"update command set status = 'pending', result = ?, wanted_at = ?, expires_at ="
	" (select t.expires_at from command_task t where t.id = command.task_id)"
	" where id = ? and status = 'sent' and exists (select 1 from command_task t where t.id ="
	" command.task_id and t.expires_at > ?)");
/* Looked for without a lock: gateways that look at the same time would hide each other's rows. */
SQL(command_due,
	"select id from command where status = 'pending' and expires_at > ? and (wanted_at is null or"
	" wanted_at <= ?) and pile_id in"
	" (select pile_id from pile_live where gateway_id = ? and online = 1) order by id limit ?");
/* 1 row: it is ours. */
SQL(command_claim,
	"update command set status = 'sent', sent_at = ?, tries = tries + 1, expires_at = if(task_id is"
	" null and kind <> 'sync_cards', expires_at, ?) where id = ? and status = 'pending'");
SQL(command_select,
	"select c.id, c.pile_id, c.connector_id, c.session_id, cast(unix_timestamp(c.created_at) *"
	" 1000 as signed),"
	" c.created_by, n.number, c.kind, p.serial, p.protocol, l.gateway_id, s.no, k.logical_no,"
	" coalesce(k.physical_no, o.no), if(s.pay_kind = 'none', if(s.limit_kind = 'amount',"
	" s.limit_value / 100000, 1000), s.prepaid), c.payload, s.parallel, (select max(w.id)"
	" from wire_charge w where w.session_id = c.session_id), coalesce(s.limit_kind, 'full'),"
	" coalesce(s.limit_value, 0) from command c join pile p on p.id = c.pile_id join pile_live l"
	" on l.pile_id = c.pile_id"
	" left join connector n on n.id = c.connector_id left join session s on s.id = c.session_id"
	" left join card k on k.id = s.card_id left join token o on o.id = s.token_id where c.id = ?");
SQL(command_answer,
	"update command set status = ?, result = ?, done_at = ? where pile_id = ? and (? = 0 or"
	" connector_id = ?)"
	" and kind = ? and status = 'sent' order by id desc limit 1");
SQL(command_reply,
	"update command set status = ?, result = ?, answer = ?, done_at = ? where id = ? and status ="
	" 'sent'");
SQL(command_expire_pending,
	"update command set status = 'expired', result = 'not sent', done_at = ?"
	" where status = 'pending' and expires_at <= ?");
SQL(command_expire_sent, "update command set status = 'failed', result = 'no answer', done_at = ?"
	" where status = 'sent' and expires_at <= ?");

static char *now_ms_text(char out[MS_TEXT])
{
	int64_t ms = clock_now_ms();
	char seconds[CLOCK_TEXT];

	snprintf(out, MS_TEXT, "%s.%03d", clock_format(ms / 1000, seconds), (int)(ms % 1000));
	return out;
}

static NEOERR *add(struct db *db, enum command_kind kind, int64_t pile_id, int64_t connector_id,
	int64_t session_id, const char *payload, int seconds, int64_t by, int64_t *id)
{
	char at[MS_TEXT];
	NEOERR *err;

	err = db_insert(db, &command_insert,
		ARGS(I64(pile_id), IDREF(connector_id), STR(choice_name(&command_kind_choices, kind)),
			IDREF(session_id), STR(payload), STR(now_ms_text(at)), IDREF(by),
			TIME(clock_now() + seconds)),
		id);
	if (err == STATUS_OK)
		db_wake(db, WAKE_GATEWAY);
	return nerr_pass(err);
}

NEOERR *command_add(struct db *db, enum command_kind kind, int64_t pile_id, int64_t connector_id,
	int64_t session_id, int64_t value, int seconds, int64_t by, int64_t *id)
{
	char payload[40];

	snprintf(payload, sizeof(payload), "{\"value\":%lld}", (long long)value);
	return nerr_pass(add(db, kind, pile_id, connector_id, session_id, payload, seconds, by, id));
}

NEOERR *command_postpone(struct db *db, int64_t id, int64_t at, int seconds)
{
	return nerr_pass(
		db_exec(db, &command_not_before, ARGS(TIME(at), TIME(at + seconds), I64(id)), NULL));
}

/* {"value":1,"text":"..."} into payload; sealed if the words are secret. */
static NEOERR *write_payload(struct buf *payload, int64_t value, struct command_words words)
{
	char *sealed = NULL;
	NEOERR *err = STATUS_OK;

	if (strlen(words.text) >= COMMAND_TEXT) {
		err = nerr_raise(ERR_INVALID, "a command's words have at most %d bytes", COMMAND_TEXT - 1);
		goto out;
	}
	if (words.secret)
		TRY(secret_seal_dup(words.text, &sealed));
	buf_printf(payload, "{\"value\":%lld,\"%s\":", (long long)value,
		words.secret ? "sealed" : "text");
	json_quote(payload, sealed ? sealed : words.text);
	buf_putc(payload, '}');
out:
	free(sealed);
	return nerr_pass(err);
}

NEOERR *command_add_words(struct db *db, enum command_kind kind, int64_t pile_id,
	int64_t connector_id, int64_t value, struct command_words words, int seconds, int64_t by,
	int64_t *id)
{
	struct buf payload;
	NEOERR *err = STATUS_OK;

	buf_init(&payload, 0);
	TRY(write_payload(&payload, value, words));
	TRY(add(db, kind, pile_id, connector_id, 0, buf_str(&payload), seconds, by, id));
out:
	buf_clear(&payload);
	return nerr_pass(err);
}

NEOERR *command_sync_cards(struct db *db, int64_t provider_id, int64_t pile_id, int64_t by)
{
	const struct sql *whose = pile_id ? &command_cards_of_pile : &command_cards_of_provider;
	int64_t n = 0;
	char at[MS_TEXT];
	NEOERR *err = db_exec(db, whose,
		ARGS(STR(now_ms_text(at)), IDREF(by), TIME(clock_now() + CARDS_SECONDS),
			I64(pile_id ? pile_id : provider_id)),
		&n);

	if (err == STATUS_OK && n > 0)
		db_wake(db, WAKE_GATEWAY);
	return nerr_pass(err);
}

NEOERR *command_add_row(struct db *db, const struct command_row *r)
{
	struct command_words words = r->words;
	char at[MS_TEXT];
	struct buf payload;
	NEOERR *err = STATUS_OK;

	buf_init(&payload, 0);
	now_ms_text(at);
	if (words.text == NULL)
		words.text = "";
	TRY(write_payload(&payload, r->value, words));
	TRY(db_exec(db, &command_insert_row,
		ARGS(I64(r->pile_id), STR(choice_name(&command_kind_choices, r->kind)),
			I64(r->task_id), STR(buf_str(&payload)), STR(at), IDREF(r->by),
			TIME(r->wanted_at), TIME(r->expires_at),
			STR(r->refused ? "failed" : "pending"), STR(r->refused ? r->refused : ""),
			STR(r->refused ? at : NULL)),
		NULL));
	db_wake(db, WAKE_GATEWAY);
out:
	buf_clear(&payload);
	return nerr_pass(err);
}

NEOERR *command_later(struct db *db, int64_t id, const char *why)
{
	int64_t now = clock_now(), waits = 0;
	NEOERR *err;

	TRY(db_exec(db, &command_wait, ARGS(STR(why), TIME(now + AGAIN_SECONDS), I64(id), TIME(now)),
		&waits));
	if (waits == 0)
		TRY(command_replied(db, id, false, why, NULL));
out:
	return nerr_pass(err);
}

struct taking { const char *gateway_id; int max, n; struct command *commands; };

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct taking *t = ctx;

	t->commands[t->n++].id = row_i64(r, 0);
	return STATUS_OK;
}

/* What cannot be opened any more (another key) is a command without words: it is refused. */
static void open_sealed(const char *sealed, char out[COMMAND_TEXT])
{
	char *plain = NULL;
	NEOERR *err = secret_open_dup(sealed, &plain);

	if (err == STATUS_OK)
		text_copy(out, COMMAND_TEXT, plain);
	error_log("command", err);
	free(plain);
}

static void read_payload(const char *text, struct command *c)
{
	json_t *payload = NULL;
	NEOERR *err = json_read(text, strlen(text), 4 * COMMAND_TEXT, &payload);

	if (err == STATUS_OK) {
		c->value = json_i64(payload, "value", 0);
		text_copy(c->text, sizeof(c->text), json_text(payload, "text", ""));
		if (json_object_get(payload, "sealed") != NULL)
			open_sealed(json_text(payload, "sealed", ""), c->text);
	}
	error_drop(err);
	json_decref(payload);
}

static NEOERR *take_command(const struct row *r, void *ctx)
{
	struct command *c = ctx;

	c->id = row_i64(r, 0);
	c->pile_id = row_i64(r, 1);
	c->connector_id = row_i64(r, 2);
	c->session_id = row_i64(r, 3);
	c->created_ms = row_i64(r, 4);
	c->by = row_i64(r, 5);
	c->connector_number = (int)row_i64(r, 6);
	c->kind = (enum command_kind)choice_value(&command_kind_choices, row_str(r, 7));
	text_copy(c->pile_serial, sizeof(c->pile_serial), row_str(r, 8));
	text_copy(c->protocol, sizeof(c->protocol), row_str(r, 9));
	text_copy(c->gateway_id, sizeof(c->gateway_id), row_str(r, 10));
	text_copy(c->session_no, sizeof(c->session_no), row_str(r, 11));
	text_copy(c->logical_no, sizeof(c->logical_no), row_str(r, 12));
	text_copy(c->physical_no, sizeof(c->physical_no), row_str(r, 13));
	/* P2: a free session holds nothing, but a pile that hears "balance 0" would not charge. */
	c->balance = c->session_id && row_money(r, 14) == 0 ? FREE_BALANCE : row_money(r, 14);
	read_payload(row_str(r, 15), c);
	text_copy(c->parallel, sizeof(c->parallel), row_str(r, 16));
	c->wire_charge = row_i64(r, 17);
	c->limit_kind = (enum limit_kind)choice_value(&limit_kind_choices, row_str(r, 18));
	c->limit_value = row_i64(r, 19);
	return STATUS_OK;
}

/* Prices of a task are those in force when they are sent. */
static NEOERR *find_version(struct db *db, struct command *c)
{
	static struct tariff t;
	NEOERR *err = tariff_for(db, c->pile_id, 0, clock_now(), &t);

	if (err == STATUS_OK)
		c->value = t.version_id;
	if (!error_is(err, ERR_NOT_FOUND))
		return nerr_pass(err);
	error_drop(err);
	return STATUS_OK;
}

static NEOERR *take(struct db *db, void *ctx)
{
	struct taking *t = ctx;
	int64_t now = clock_now();
	char at[MS_TEXT];
	int found;
	NEOERR *err;

	t->n = 0;
	TRY(db_query(db, &command_due, ARGS(TIME(now), TIME(now), STR(t->gateway_id), I64(t->max)),
		take_id, t));
	now_ms_text(at);
	found = t->n;
	t->n = 0;
	for (int i = 0; i < found; i++) {
		struct command *c = &t->commands[t->n];
		int64_t id = t->commands[i].id, ours;

		memset(c, 0, sizeof(*c));
		TRY(db_get(db, &command_select, ARGS(I64(id)), take_command, c));
		if (c->kind == COMMAND_SET_TARIFF && c->value == 0)
			TRY(find_version(db, c));
		TRY(db_exec(db, &command_claim,
			ARGS(STR(at), TIME(now + (c->kind == COMMAND_UPDATE_FIRMWARE ? FETCH_SECONDS
				: ANSWER_SECONDS)), I64(id)), &ours));
		t->n += ours > 0;
	}
out:
	return nerr_pass(err);
}

/* What a pile is to hear of cards is read now, after the commit: it brings what changed until
 * then. */
static NEOERR *hand(struct db *db, struct command *c, command_fn fn, void *ctx)
{
	bool nothing = false;
	NEOERR *err = STATUS_OK;

	if (c->kind == COMMAND_SYNC_CARDS)
		TRY(card_list_fill(db, c, &nothing));
	TRY(nothing ? command_replied(db, c->id, true, "", NULL) : fn(c, ctx));
out:
	return nerr_pass(err);
}

NEOERR *command_take(struct db *db, const char *gateway_id, int max, command_fn fn, void *ctx)
{
	struct taking t = { .gateway_id = gateway_id, .max = max };
	NEOERR *err;

	t.commands = calloc((size_t)(max > 0 ? max : 1), sizeof(*t.commands));
	if (!t.commands)
		error_die("out of memory");
	TRY(db_tx(db, take, &t));
	for (int i = 0; i < t.n; i++)
		TRY(hand(db, &t.commands[i], fn, ctx));
out:
	free(t.commands);
	return nerr_pass(err);
}

NEOERR *command_done(struct db *db, int64_t pile_id, int64_t connector_id, enum command_kind kind,
	bool ok, const char *result)
{
	char at[MS_TEXT];

	return nerr_pass(db_exec(db, &command_answer,
		ARGS(STR(ok ? "done" : "failed"), STR(result ? result : ""), STR(now_ms_text(at)),
			I64(pile_id), I64(connector_id), I64(connector_id),
			STR(choice_name(&command_kind_choices, kind))),
		NULL));
}

struct reply { int64_t id; bool ok; const char *result, *answer; };

/* With how far the pile's list of cards is: the next page is asked for by what is there then. */
static NEOERR *reply(struct db *db, void *ctx)
{
	const struct reply *r = ctx;
	char at[MS_TEXT], cut[201];
	NEOERR *err;

	text_copy(cut, sizeof(cut), r->result);
	TRY(db_exec(db, &command_reply,
		ARGS(STR(r->ok ? "done" : "failed"), STR(cut), STR(r->answer), STR(now_ms_text(at)),
			I64(r->id)),
		NULL));
	TRY(card_list_answered(db, r->id, r->ok));
out:
	return nerr_pass(err);
}

NEOERR *command_replied(struct db *db, int64_t id, bool ok, const char *result,
	const char *answer)
{
	struct reply r = { id, ok, result, answer };

	return nerr_pass(db_tx(db, reply, &r));
}

NEOERR *command_expire(struct db *db, int64_t *expired)
{
	int64_t now = clock_now(), pending = 0, sent = 0;
	char at[MS_TEXT];
	NEOERR *err;

	now_ms_text(at);
	TRY(db_exec(db, &command_expire_pending, ARGS(STR(at), TIME(now)), &pending));
	TRY(db_exec(db, &command_expire_sent, ARGS(STR(at), TIME(now)), &sent));
	*expired = pending + sent;
out:
	return nerr_pass(err);
}

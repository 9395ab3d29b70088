/* command_task.c - one wish for one or many piles, with how it went at each.
 * Owns table command_task. Serves command_task.h. */
#include "charge/command_task.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/firmware.h"
#include "charge/pile_model.h"
#include "charge/tariff.h"

#define MINUTE 60
#define KEEP_DAY (24 * 3600)
#define KEEP_WEEK (7 * KEEP_DAY)
#define ROWS_MAX 2000                /* of a task that are tried again at once */

SQL(command_task_insert,
	"insert into command_task (kind, tariff_id, assigns, assigned_at, firmware_id, wanted_at,"
	" expires_at, token, created_at, created_by, updated_at)"
	" values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(command_task_by_token, "select id from command_task where token = ? for update");
SQL(command_task_is_empty,
	"select not exists (select 1 from command where task_id = ?)");
SQL(command_task_place,
	"update command_task t join pile p on p.id = ? join station s on s.id = p.station_id set"
	" t.provider_id = if(?, s.provider_id, if(t.provider_id = s.provider_id, t.provider_id, null)),"
	" t.property_id = if(?, s.property_id, if(t.property_id = s.property_id, t.property_id, null)),"
	" t.station_id = if(?, s.id, if(t.station_id = s.id, t.station_id, null)) where t.id = ?");
SQL(command_task_pile,
	"select p.protocol, p.model, p.current_type, p.rated_power, ifnull(l.online, 0), l.firmware,"
	" m.mainboard from pile p left join pile_live l on l.pile_id = p.id left join pile_model m on"
	" m.id = p.model_id where p.id = ?");
SQL(command_task_has, "select count(*) from command where task_id = ? and pile_id = ?");
SQL(command_task_assign_one,
	"update pile set tariff_id = ?, updated_at = ?, updated_by = ?, version = version + 1 where"
	" id = ?");
SQL(command_task_due,
	"select id, tariff_id, created_by from command_task where assigns = 1 and assigned_at is null"
	" and wanted_at <= ? order by id limit 20 for update skip locked");
SQL(command_task_assign,
	"update pile set tariff_id = ?, updated_at = ?, updated_by = ?, version = version + 1 where id"
	" in (select c.pile_id from command c where c.task_id = ? and c.status <> 'cancelled')");
SQL(command_task_assigned, "update command_task set assigned_at = ? where id = ?");
SQL(command_task_cancel_rows,
	"update command set status = 'cancelled', done_at = ? where task_id = ? and status ="
	" 'pending'");
SQL(command_task_get,
	"select kind, tariff_id, firmware_id, wanted_at from command_task where id = ?");
SQL(command_task_failed,
	"select id, pile_id from command where task_id = ? and status in ('failed', 'expired') limit ?"
	" for update");
SQL(command_task_again,
	"update command set status = 'pending', result = '', sent_at = null, done_at = null,"
	" wanted_at = null, expires_at = ? where id = ?");
SQL(command_task_until,
	"update command_task set expires_at = greatest(expires_at, ?), updated_at = ?, updated_by = ?,"
	" version = version + 1 where id = ?");

/* How long a pile that is away is waited for; 0: it has to be there (D5). */
static const struct { enum command_kind kind; int keep; } keeps[] = {
	{ COMMAND_REBOOT, 0 },
	{ COMMAND_READ_LIVE, 0 },
	{ COMMAND_SYNC_TIME, KEEP_DAY },
	{ COMMAND_SET_QR, KEEP_DAY },
	{ COMMAND_SET_TARIFF, KEEP_WEEK },
	{ COMMAND_UPDATE_FIRMWARE, KEEP_WEEK },
};

static int keep_of(enum command_kind kind)
{
	for (size_t i = 0; i < sizeof(keeps) / sizeof(keeps[0]); i++)
		if (keeps[i].kind == kind)
			return keeps[i].keep;
	return KEEP_DAY;
}

/* What a protocol has no frame for. */
static const struct { const char *protocol; enum command_kind kind; } lacks[] = {
	{ "ocpp16", COMMAND_SET_QR },
	{ "ap3000", COMMAND_SYNC_TIME },
	{ "ap3000", COMMAND_UPDATE_FIRMWARE },
};

static bool protocol_can(const char *protocol, enum command_kind kind)
{
	for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++)
		if (lacks[i].kind == kind && text_eq(lacks[i].protocol, protocol))
			return false;
	return true;
}

struct facts {
	char protocol[13], model[241], mainboard[41], current_type[5], firmware[41];
	int64_t power;
	bool online;
};

static NEOERR *take_facts(const struct row *r, void *ctx)
{
	struct facts *f = ctx;

	text_copy(f->protocol, sizeof(f->protocol), row_str(r, 0));
	text_copy(f->model, sizeof(f->model), row_str(r, 1));
	text_copy(f->current_type, sizeof(f->current_type), row_str(r, 2));
	f->power = row_money(r, 3) / MONEY_YUAN;
	f->online = row_i64(r, 4) != 0;
	text_copy(f->firmware, sizeof(f->firmware), row_str(r, 5));
	text_copy(f->mainboard, sizeof(f->mainboard), row_str(r, 6));
	return STATUS_OK;
}

/* D17: a program goes only to the model or mainboard it was made for, and not to who has it. */
static NEOERR *firmware_fits(struct db *db, int64_t id, const struct facts *f, const char **why)
{
	struct firmware *fw = calloc(1, sizeof(*fw));
	char words[FIRMWARE_WORDS];
	NEOERR *err = STATUS_OK;

	if (fw == NULL)
		error_die("out of memory");
	TRY(firmware_get(db, id, fw));
	if (!text_eq(fw->protocol, f->protocol))
		*why = "protocol";
	else if (!text_eq(fw->model, f->model) && !text_eq(fw->model, f->mainboard))
		*why = "model";
	else if (text_eq(fw->release_version, f->firmware))
		*why = "same_version";
	else if (!firmware_words(fw, f->current_type, f->power, words))
		*why = "address";
	explicit_bzero(words, sizeof(words));
out:
	free(fw);
	return nerr_pass(err);
}

/* D2: what the pile's model says it can. */
static NEOERR *model_can(struct db *db, int64_t pile_id, enum command_kind kind, bool *can)
{
	static const struct { enum command_kind kind; enum pile_ability ability; } abilities[] = {
		{ COMMAND_REBOOT, ABILITY_REBOOT },
		{ COMMAND_SYNC_TIME, ABILITY_SYNC_TIME },
		{ COMMAND_SET_QR, ABILITY_SCREEN_QR },
		{ COMMAND_UPDATE_FIRMWARE, ABILITY_FIRMWARE },
	};

	*can = true;
	for (size_t i = 0; i < sizeof(abilities) / sizeof(abilities[0]); i++)
		if (abilities[i].kind == kind)
			return nerr_pass(pile_can(db, pile_id, abilities[i].ability, can));
	return STATUS_OK;
}

NEOERR *command_task_may(struct db *db, const struct command_wish *w, int64_t pile_id,
	const char **why)
{
	struct facts f = { 0 };
	bool can = true;
	NEOERR *err;

	*why = NULL;
	TRY(model_can(db, pile_id, w->kind, &can));
	TRY(db_get(db, &command_task_pile, ARGS(I64(pile_id)), take_facts, &f));
	if (!protocol_can(f.protocol, w->kind))
		*why = "protocol";
	else if (!can)
		*why = "ability";
	else if (!f.online && keep_of(w->kind) == 0 && w->wanted_at <= clock_now())
		*why = "offline";
	else if (w->kind == COMMAND_UPDATE_FIRMWARE)
		TRY(firmware_fits(db, w->firmware_id, &f, why));
out:
	return nerr_pass(err);
}

static int64_t when(const struct command_wish *w)
{
	return w->wanted_at > clock_now() ? w->wanted_at : clock_now();
}

static int64_t until(const struct command_wish *w)
{
	int keep = keep_of(w->kind);

	return when(w) + (keep ? keep : 2 * MINUTE);
}

static NEOERR *take_id(const struct row *r, void *ctx)
{
	*(int64_t *)ctx = row_i64(r, 0);
	return STATUS_OK;
}

NEOERR *command_task_open(struct db *db, const struct command_wish *w, int64_t *id)
{
	int64_t now = clock_now();
	bool there = false;
	NEOERR *err = STATUS_OK;

	if (w->token != NULL)
		TRY(db_find(db, &command_task_by_token, ARGS(STR(w->token)), take_id, id, &there));
	if (there)
		return STATUS_OK;
	TRY(db_insert(db, &command_task_insert,
		ARGS(STR(choice_name(&command_kind_choices, w->kind)), IDREF(w->tariff_id),
			I64(w->assigns), TIME(w->assigns && w->wanted_at <= now ? now : 0),
			IDREF(w->firmware_id), TIME(when(w)), TIME(until(w)), STR(w->token), TIME(now),
			IDREF(w->by), TIME(now)),
		id));
out:
	return nerr_pass(err);
}

static NEOERR *firmware_row(struct db *db, int64_t pile_id, int64_t firmware_id,
	char words[FIRMWARE_WORDS])
{
	struct firmware *fw = calloc(1, sizeof(*fw));
	struct facts f = { 0 };
	NEOERR *err = STATUS_OK;

	if (fw == NULL)
		error_die("out of memory");
	TRY(firmware_get(db, firmware_id, fw));
	TRY(db_get(db, &command_task_pile, ARGS(I64(pile_id)), take_facts, &f));
	if (!firmware_words(fw, f.current_type, f.power, words))
		err = nerr_raise(ERR_INVALID, "the pile cannot be told where firmware is");
out:
	free(fw);
	return nerr_pass(err);
}

NEOERR *command_task_add(struct db *db, int64_t id, const struct command_wish *w, int64_t pile_id,
	const char *refused)
{
	struct command_row row = { w->kind, id, pile_id, w->value, w->wanted_at, until(w), w->by,
		{ w->text, false }, refused };
	char words[FIRMWARE_WORDS] = "";
	int64_t empty = 0, has = 0;
	NEOERR *err;

	TRY(db_i64(db, &command_task_has, ARGS(I64(id), I64(pile_id)), &has));
	if (has)
		return STATUS_OK;
	TRY(db_i64(db, &command_task_is_empty, ARGS(I64(id)), &empty));
	if (w->kind == COMMAND_UPDATE_FIRMWARE && !refused) {
		TRY(firmware_row(db, pile_id, w->firmware_id, words));
		row.words = (struct command_words){ words, true };
	}
	TRY(command_add_row(db, &row));
	TRY(db_exec(db, &command_task_place,
		ARGS(I64(pile_id), I64(empty), I64(empty), I64(empty), I64(id)), NULL));
	if (w->assigns && w->wanted_at <= clock_now() && !refused)
		TRY(db_exec(db, &command_task_assign_one,
			ARGS(IDREF(w->tariff_id), TIME(clock_now()), IDREF(w->by), I64(pile_id)), NULL));
out:
	explicit_bzero(words, sizeof(words));
	return nerr_pass(err);
}

/* ---- again, or not at all */

static NEOERR *take_wish(const struct row *r, void *ctx)
{
	struct command_wish *w = ctx;

	w->kind = (enum command_kind)choice_value(&command_kind_choices, row_str(r, 0));
	w->tariff_id = row_i64(r, 1);
	w->firmware_id = row_i64(r, 2);
	w->wanted_at = row_time(r, 3);
	return STATUS_OK;
}

struct failed { int n; struct { int64_t id, pile_id; } row[ROWS_MAX]; };

static NEOERR *take_failed(const struct row *r, void *ctx)
{
	struct failed *f = ctx;

	f->row[f->n].id = row_i64(r, 0);
	f->row[f->n++].pile_id = row_i64(r, 1);
	return STATUS_OK;
}

NEOERR *command_task_retry(struct db *db, int64_t id, int64_t by, int *n)
{
	struct failed *f = calloc(1, sizeof(*f));
	struct command_wish w = { 0 };
	const char *why;
	NEOERR *err = STATUS_OK;

	if (f == NULL)
		error_die("out of memory");
	*n = 0;
	TRY(db_get(db, &command_task_get, ARGS(I64(id)), take_wish, &w));
	w.wanted_at = 0;
	TRY(db_query(db, &command_task_failed, ARGS(I64(id), I64(ROWS_MAX)), take_failed, f));
	for (int i = 0; i < f->n; i++) {
		TRY(command_task_may(db, &w, f->row[i].pile_id, &why));
		if (why != NULL)
			continue;
		TRY(db_exec(db, &command_task_again, ARGS(TIME(until(&w)), I64(f->row[i].id)), NULL));
		++*n;
	}
	if (*n == 0)
		goto out;
	TRY(db_exec(db, &command_task_until,
		ARGS(TIME(until(&w)), TIME(clock_now()), IDREF(by), I64(id)), NULL));
	db_wake(db, WAKE_GATEWAY);
out:
	free(f);
	return nerr_pass(err);
}

NEOERR *command_task_cancel(struct db *db, int64_t id, int64_t *n)
{
	return nerr_pass(
		db_exec(db, &command_task_cancel_rows, ARGS(TIME(clock_now()), I64(id)), n));
}

/* ---- when the time comes */

struct due { int n; struct { int64_t id, tariff_id, by; } task[20]; };

static NEOERR *take_due(const struct row *r, void *ctx)
{
	struct due *d = ctx;

	d->task[d->n].id = row_i64(r, 0);
	d->task[d->n].tariff_id = row_i64(r, 1);
	d->task[d->n++].by = row_i64(r, 2);
	return STATUS_OK;
}

static NEOERR *turn(struct db *db, void *ctx)
{
	struct due d = { 0 };
	int64_t now = clock_now();
	NEOERR *err;

	(void)ctx;
	TRY(db_query(db, &command_task_due, ARGS(TIME(now)), take_due, &d));
	for (int i = 0; i < d.n; i++) {
		TRY(db_exec(db, &command_task_assign,
			ARGS(IDREF(d.task[i].tariff_id), TIME(now), IDREF(d.task[i].by), I64(d.task[i].id)),
			NULL));
		TRY(db_exec(db, &command_task_assigned, ARGS(TIME(now), I64(d.task[i].id)), NULL));
	}
out:
	return nerr_pass(err);
}

NEOERR *command_task_turn(struct db *db)
{
	return nerr_pass(db_tx(db, turn, NULL));
}

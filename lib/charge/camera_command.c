/* camera_command.c - wishes for cameras: pending -> sent -> done | failed | expired, each sent at
 * most once.
 * Owns table camera_command, the broker's files. Serves camera.h. */
#include <openssl/evp.h>

#include "charge/camera.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"
#include "charge/bay.h"

#define WISH_SECONDS 30
#define ORDERS_MAX 100
#define SWEEP_MAX 500
#define SALT_BYTES 12
#define HASH_BYTES 64
#define HASH_ROUNDS 1000

SQL(wish_insert,
	"insert into camera_command (camera_id, bay_id, kind, created_at, created_by, expires_at)"
	" values (?, ?, ?, ?, ?, ?)");
SQL(wish_camera_of_bay,
	"select id from camera where (left_bay_id = ? or right_bay_id = ?) and status = 'enabled' and"
	" deleted = 0 order by id limit 1");
SQL(wish_claim,
	"select id from camera_command where status = 'pending' and expires_at > ? order by id limit ?"
	" for update skip locked");
SQL(wish_select,
	"select w.id, w.camera_id, w.kind, c.serial, c.vendor, c.topic_down, c.pulse_ms,"
	" c.serial_port, c.baud, c.bay_mode, coalesce(l.name, ''), coalesce(r.name, ''),"
	" c.left_geomagnetic, c.right_geomagnetic, c.left_enabled, c.right_enabled, c.online,"
	" c.right_bay_id = w.bay_id, coalesce(b.lock_type, 'none'), coalesce(b.lock_address, 0),"
	" c.left_open_io, c.left_close_io, c.right_open_io, c.right_close_io, c.rs485_open,"
	" c.rs485_close, c.rs485_query, coalesce(w.bay_id, 0) from camera_command w join camera c on"
	" c.id = w.camera_id left join bay l on l.id = c.left_bay_id left join bay r on r.id ="
	" c.right_bay_id left join bay b on b.id = w.bay_id where w.id = ?");
SQL(wish_sent, "update camera_command set status = 'sent', sent_at = ? where id = ?");
SQL(wish_end,
	"update camera_command set status = ?, result = ?, done_at = ? where id = ? and status = ?");
SQL(wish_lock,
	"select kind, status, coalesce(bay_id, 0), camera_id from camera_command where id = ? for"
	" update");
SQL(wish_feedback,
	"select count(*) from camera c join bay b on b.id = ? where c.id = ? and b.lock_type = 'rs485'"
	" and c.rs485_is_down <> ''");
SQL(wish_due,
	"select id, status = 'sent' from camera_command where status in ('pending', 'sent') and"
	" expires_at <= ? order by id limit 500");
SQL(camera_settings_taken, "update camera set settings_at = ? where id = ?");

NEOERR *camera_wish(struct db *db, int64_t camera_id, int64_t bay_id, enum camera_wish kind,
	int64_t by, int64_t *id)
{
	NEOERR *err;

	TRY(db_insert(db, &wish_insert,
		ARGS(I64(camera_id), IDREF(bay_id), STR(choice_name(&camera_wish_choices, (int)kind)),
			TIME(clock_now()), IDREF(by), TIME(clock_now() + WISH_SECONDS)),
		id));
	db_wake(db, WAKE_CAMERA);
out:
	return nerr_pass(err);
}

NEOERR *camera_lock_wish(struct db *db, int64_t bay_id, enum camera_wish kind, int64_t by,
	const char **problem)
{
	int64_t camera = 0, id = 0;
	NEOERR *err;

	TRY(db_i64(db, &wish_camera_of_bay, ARGS(I64(bay_id), I64(bay_id)), &camera));
	if (!camera)
		*problem = "error.bay_no_camera";
	else
		TRY(camera_wish(db, camera, bay_id, kind, by, &id));
out:
	return nerr_pass(err);
}

/* ---- out ---- */

struct order { struct camera_order o; int64_t bay_id; bool online; };
struct orders { int max, n; struct order order[ORDERS_MAX]; };

static NEOERR *take_id(const struct row *r, void *ctx)
{
	struct orders *o = ctx;

	o->order[o->n++].o.id = row_i64(r, 0);
	return STATUS_OK;
}

static void put_address(char frame[CAMERA_FRAME], int64_t address)
{
	char *at = strstr(frame, "LL"), digits[3];

	if (!at)
		return;
	snprintf(digits, sizeof(digits), "%02X", (unsigned)address & 0xFF);
	memcpy(at, digits, 2);
}

static void take_lock_part(const struct row *r, struct camera_order *o)
{
	bool open = o->kind == WISH_OPEN_LOCK, right = row_i64(r, 17) != 0;
	int lock = choice_value(&lock_type_choices, row_str(r, 18));

	o->side = o->kind == WISH_TEST_LEFT ? SIDE_LEFT : o->kind == WISH_TEST_RIGHT || right
		? SIDE_RIGHT : SIDE_LEFT;
	o->lock = lock < 0 ? LOCK_TYPE_NONE : (enum lock_type)lock;
	o->io = (int)row_i64(r, (right ? 22 : 20) + (open ? 0 : 1));
	text_copy(o->frame, sizeof(o->frame),
		row_str(r, open ? 24 : o->kind == WISH_CLOSE_LOCK ? 25 : 26));
	put_address(o->frame, row_i64(r, 19));
}

static NEOERR *take_order(const struct row *r, void *ctx)
{
	struct order *x = ctx;
	struct camera_order *o = &x->o;
	int kind = choice_value(&camera_wish_choices, row_str(r, 2));
	int vendor = choice_value(&camera_vendor_choices, row_str(r, 4));

	*o = (struct camera_order){ .id = row_i64(r, 0),
		.camera_id = row_i64(r, 1),
		.kind = kind < 0 ? WISH_REFRESH : (enum camera_wish)kind,
		.vendor = vendor < 0 ? CAMERA_GENERIC : (enum camera_vendor)vendor,
		.pulse_ms = (int)row_i64(r, 6),
		.serial_port = (int)row_i64(r, 7),
		.baud = (int)row_i64(r, 8),
		.left_enabled = row_i64(r, 14) != 0,
		.right_enabled = row_i64(r, 15) != 0 };
	text_copy(o->serial, sizeof(o->serial), row_str(r, 3));
	text_copy(o->topic_down, sizeof(o->topic_down), row_str(r, 5));
	text_copy(o->bay_mode, sizeof(o->bay_mode), row_str(r, 9));
	text_copy(o->left_name, sizeof(o->left_name), row_str(r, 10));
	text_copy(o->right_name, sizeof(o->right_name), row_str(r, 11));
	text_copy(o->left_geomagnetic, sizeof(o->left_geomagnetic), row_str(r, 12));
	text_copy(o->right_geomagnetic, sizeof(o->right_geomagnetic), row_str(r, 13));
	x->online = row_i64(r, 16) != 0;
	x->bay_id = row_i64(r, 27);
	take_lock_part(r, o);
	return STATUS_OK;
}

static bool moves_a_lock(enum camera_wish kind)
{
	return kind == WISH_OPEN_LOCK || kind == WISH_CLOSE_LOCK;
}

static NEOERR *end(struct db *db, int64_t id, const char *was, const char *status,
	const char *result)
{
	char cut[201];

	text_copy(cut, sizeof(cut), result);
	return nerr_pass(db_exec(db, &wish_end,
		ARGS(STR(status), STR(cut), TIME(clock_now()), I64(id), STR(was)), NULL));
}

/* Why nothing can be sent; NULL: it can. Only refreshing may wake a camera that is silent. */
static const char *hindrance(const struct order *x)
{
	const struct camera_order *o = &x->o;
	bool bus = o->lock == LOCK_TYPE_RS485 && (moves_a_lock(o->kind) || o->kind == WISH_LOCK_STATE);

	if (!x->online && o->kind != WISH_REFRESH)
		return "the camera is offline";
	if (o->vendor == CAMERA_GENERIC && !o->topic_down[0])
		return "the camera has no topic for commands";
	if (bus && !o->frame[0])
		return "the camera has no frame for the lock bus";
	if (o->kind == WISH_LOCK_STATE && !bus)
		return "this lock does not tell where it is";
	return NULL;
}

static NEOERR *mark(struct db *db, struct order *x)
{
	const char *why = hindrance(x);
	NEOERR *err;

	if (!why)
		return nerr_pass(db_exec(db, &wish_sent, ARGS(TIME(clock_now()), I64(x->o.id)), NULL));
	TRY(end(db, x->o.id, "pending", "failed", why));
	if (moves_a_lock(x->o.kind) && x->bay_id)
		TRY(bay_lock_told(db, x->bay_id, LOCK_FAULT));
	x->o.id = 0;
out:
	return nerr_pass(err);
}

static NEOERR *orders_tx(struct db *db, void *ctx)
{
	struct orders *o = ctx;
	NEOERR *err;

	o->n = 0;
	TRY(db_query(db, &wish_claim, ARGS(TIME(clock_now()), I64(o->max)), take_id, o));
	for (int i = 0; i < o->n; i++) {
		TRY(db_get(db, &wish_select, ARGS(I64(o->order[i].o.id)), take_order, &o->order[i]));
		TRY(mark(db, &o->order[i]));
	}
out:
	return nerr_pass(err);
}

NEOERR *camera_orders(struct db *db, int max, camera_order_fn fn, void *ctx)
{
	struct orders *o = calloc(1, sizeof(*o));
	NEOERR *err;

	if (!o)
		error_die("out of memory");
	o->max = max < ORDERS_MAX ? max : ORDERS_MAX;
	TRY(db_tx(db, orders_tx, o));
	for (int i = 0; i < o->n; i++)
		if (o->order[i].o.id)
			TRY(fn(&o->order[i].o, ctx));
out:
	free(o);
	return nerr_pass(err);
}

/* ---- and their end ---- */

struct wish { enum camera_wish kind; char status[13]; int64_t bay_id, camera_id; };

static NEOERR *take_wish(const struct row *r, void *ctx)
{
	struct wish *w = ctx;
	int kind = choice_value(&camera_wish_choices, row_str(r, 0));

	w->kind = kind < 0 ? WISH_REFRESH : (enum camera_wish)kind;
	text_copy(w->status, sizeof(w->status), row_str(r, 1));
	w->bay_id = row_i64(r, 2);
	w->camera_id = row_i64(r, 3);
	return STATUS_OK;
}

struct ending { int64_t camera_id, id; bool ok, silent; const char *result; };

static NEOERR *lock_answered(struct db *db, const struct wish *w, bool ok)
{
	int64_t feedback = 0;
	NEOERR *err;

	TRY(db_i64(db, &wish_feedback, ARGS(I64(w->bay_id), I64(w->camera_id)), &feedback));
	if (!ok)
		TRY(bay_lock_told(db, w->bay_id, LOCK_FAULT));
	else if (!feedback)
		TRY(bay_lock_told(db, w->bay_id,
			w->kind == WISH_OPEN_LOCK ? LOCK_DOWN : LOCK_UP));
out:
	return nerr_pass(err);
}

static NEOERR *ending_tx(struct db *db, void *ctx)
{
	const struct ending *e = ctx;
	struct wish w;
	bool found = false, pending;
	NEOERR *err;

	TRY(db_find(db, &wish_lock, ARGS(I64(e->id)), take_wish, &w, &found));
	if (!found || (e->camera_id && w.camera_id != e->camera_id))
		goto out;
	pending = text_eq(w.status, "pending");
	if (!text_eq(w.status, "sent") && !(e->silent && pending))
		goto out;
	TRY(end(db, e->id, w.status, e->ok ? "done" : pending ? "expired" : "failed", e->result));
	if (moves_a_lock(w.kind) && w.bay_id)
		TRY(lock_answered(db, &w, e->ok));
	if (w.kind == WISH_SETTINGS && e->ok)
		TRY(db_exec(db, &camera_settings_taken, ARGS(TIME(clock_now()), I64(w.camera_id)),
			NULL));
out:
	return nerr_pass(err);
}

NEOERR *camera_answered(struct db *db, int64_t camera_id, int64_t id, bool ok,
	const char *result)
{
	struct ending e = { camera_id, id, ok, false, result };

	return nerr_pass(db_tx(db, ending_tx, &e));
}

struct due { int n; struct { int64_t id; bool sent; } row[SWEEP_MAX]; };

static NEOERR *take_due(const struct row *r, void *ctx)
{
	struct due *d = ctx;

	d->row[d->n].id = row_i64(r, 0);
	d->row[d->n++].sent = row_i64(r, 1) != 0;
	return STATUS_OK;
}

NEOERR *camera_expire(struct db *db, int64_t *n)
{
	struct due d = { 0 };
	NEOERR *err;

	TRY(db_query(db, &wish_due, ARGS(TIME(clock_now())), take_due, &d));
	for (int i = 0; i < d.n; i++) {
		struct ending e = { 0, d.row[i].id, false, true,
			d.row[i].sent ? "no answer" : "not sent" };

		TRY(db_tx(db, ending_tx, &e));
	}
	*n = d.n;
out:
	return nerr_pass(err);
}

/* ---- passwords of the broker ---- */

SQL(camera_secret_set, "update camera set secret = ?, version = version + 1 where id = ?");
SQL(camera_accounts,
	"select serial, secret, vendor = 'generic', topic_up, topic_down from camera where deleted = 0"
	" and secret <> '' order by serial");

NEOERR *camera_set_secret(struct db *db, int64_t id, char out[CAMERA_SECRET])
{
	char *sealed = NULL;
	NEOERR *err;

	TRY(random_hex(out, (CAMERA_SECRET - 1) / 2));
	TRY(secret_seal_dup(out, &sealed));
	TRY(db_exec(db, &camera_secret_set, ARGS(STR(sealed), I64(id)), NULL));
	db_wake(db, WAKE_CAMERA);
out:
	free(sealed);
	return nerr_pass(err);
}

/* mosquitto's "$7$": PBKDF2 with SHA-512. The salt comes from the password itself, which is random,
 * so that the file only changes when a password does. */
static NEOERR *put_account(struct buf *out, const char *user, const char *password)
{
	unsigned char hash[HASH_BYTES];
	char salt[SHA256_HEX], seed[200], *salt64, *hash64;

	snprintf(seed, sizeof(seed), "mosquitto %s", user);
	hmac_sha256_hex(password, strlen(password), seed, strlen(seed), salt);
	if (!PKCS5_PBKDF2_HMAC(password, (int)strlen(password), (const unsigned char *)salt,
			SALT_BYTES, HASH_ROUNDS, EVP_sha512(), sizeof(hash), hash))
		return nerr_raise(ERR_INVALID, "PBKDF2");
	salt64 = base64_dup(salt, SALT_BYTES);
	hash64 = base64_dup(hash, sizeof(hash));
	buf_printf(out, "%s:$7$%d$%s$%s\n", user, HASH_ROUNDS, salt64, hash64);
	free(salt64);
	free(hash64);
	return STATUS_OK;
}

struct files { struct buf *passwords, *rules; };

static NEOERR *take_account(const struct row *r, void *ctx)
{
	struct files *f = ctx;
	char *secret = NULL;
	NEOERR *err;

	TRY(secret_open_dup(row_str(r, 1), &secret));
	TRY(put_account(f->passwords, row_str(r, 0), secret));
	if (row_i64(r, 2) && *row_str(r, 3))
		buf_printf(f->rules, "user %s\ntopic write %s\n", row_str(r, 0), row_str(r, 3));
	if (row_i64(r, 2) && *row_str(r, 4))
		buf_printf(f->rules, "%s%s\ntopic read %s\n", *row_str(r, 3) ? "" : "user ",
			*row_str(r, 3) ? "" : row_str(r, 0), row_str(r, 4));
out:
	free(secret);
	return nerr_pass(err);
}

NEOERR *camera_broker_files(struct db *db, const char *platform, struct buf *passwords,
	struct buf *rules)
{
	struct files f = { passwords, rules };
	NEOERR *err;

	buf_puts(rules, "user chargeops\ntopic readwrite #\n");
	TRY(put_account(passwords, "chargeops", platform));
	TRY(db_query(db, &camera_accounts, NOARGS, take_account, &f));
	buf_puts(rules, "pattern write device/%u/message/up/#\n"
		"pattern write device/%u/message/down/+/reply\n"
		"pattern read device/%u/message/down/+\n"
		"pattern write %u/device/message/up/#\n"
		"pattern write %u/device/message/down/+/reply\n"
		"pattern read %u/device/message/down/+\n");
out:
	return nerr_pass(err);
}

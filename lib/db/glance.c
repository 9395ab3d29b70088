/* glance.c - texts that many watch, made by one asker at a time and copied by the others.
 * Owns table glance and this process's copies. Serves live pages (O11, H11). */
#include "db/glance.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#define COPIES       16
#define COPY_MS      1000                /* a copy is shown so long without asking */
#define TURN_SECONDS 10                  /* whoever died with the turn is waited for no longer */

SQL(glance_look,
	"SELECT version, made_at <= NOW(3) - INTERVAL ? SECOND FROM glance WHERE name = ?");
SQL(glance_body, "SELECT version, body FROM glance WHERE name = ?");
SQL(glance_first,
	"INSERT INTO glance (name, made_at, turn_until, body) VALUES (?, '2000-01-01', '2000-01-01',"
	" '') ON DUPLICATE KEY UPDATE name = VALUES(name)");
SQL(glance_turn,
	"UPDATE glance SET turn_until = NOW(3) + INTERVAL ? SECOND WHERE name = ? AND"
	" turn_until <= NOW(3) AND made_at <= NOW(3) - INTERVAL ? SECOND");
SQL(glance_store,
	"UPDATE glance SET version = version + 1, made_at = NOW(3), turn_until = '2000-01-01',"
	" body = ? WHERE name = ?");

static struct copy { char name[41]; int64_t version, asked; char *text; } copies[COPIES];

struct looked { int64_t version; bool old; };

static NEOERR *take_look(const struct row *r, void *ctx)
{
	*(struct looked *)ctx = (struct looked){ row_i64(r, 0), row_i64(r, 1) != 0 };
	return STATUS_OK;
}

static NEOERR *take_body(const struct row *r, void *ctx)
{
	struct copy *c = ctx;

	free(c->text);
	if (!(c->text = strdup(row_str(r, 1))))
		error_die("no memory for a glance");
	c->version = row_i64(r, 0);
	return STATUS_OK;
}

/* The copy of that name, or the place that was asked for longest ago. */
static struct copy *copy_of(const char *name)
{
	struct copy *place = &copies[0];

	for (struct copy *c = copies; c < copies + COPIES; c++) {
		if (text_eq(c->name, name))
			return c;
		if (c->asked < place->asked)
			place = c;
	}
	free(place->text);
	*place = (struct copy){ .version = -1 };
	text_copy(place->name, sizeof place->name, name);
	return place;
}

struct turn { const char *name; bool ours; };

static NEOERR *take_turn(struct db *db, void *ctx)
{
	struct turn *t = ctx;
	int64_t rows = 0;
	NEOERR *err = db_exec(db, &glance_turn,
		ARGS(I64(TURN_SECONDS), STR(t->name), I64(GLANCE_SECONDS)), &rows);

	t->ours = err == STATUS_OK && rows > 0;
	return nerr_pass(err);
}

static NEOERR *look(struct db *db, const char *name, struct looked *out)
{
	bool found = false;
	NEOERR *err;

	TRY(db_find(db, &glance_look, ARGS(I64(GLANCE_SECONDS), STR(name)), take_look, out, &found));
	if (!found) {
		TRY(db_exec(db, &glance_first, ARGS(STR(name)), NULL));
		*out = (struct looked){ 0, true };
	}
out:
	return nerr_pass(err);
}

/* Made for everybody, or (nobody has ever made it, and somebody is at it now) for us alone. */
static NEOERR *renew(struct db *db, struct copy *c, glance_fn make, void *ctx, bool store)
{
	struct buf text;
	NEOERR *err;

	buf_init(&text, 0);
	TRY(make(db, &text, ctx));
	if (store)
		TRY(db_exec(db, &glance_store, ARGS(STR(buf_str(&text)), STR(c->name)), NULL));
	free(c->text);
	buf_puts(&text, "");
	c->text = buf_take(&text);
	c->version = -1;
out:
	buf_clear(&text);
	return nerr_pass(err);
}

static NEOERR *refresh(struct db *db, struct copy *c, glance_fn make, void *ctx)
{
	struct looked now = { 0, false };
	struct turn t = { c->name, false };
	NEOERR *err;

	TRY(look(db, c->name, &now));
	if (now.old)
		TRY(db_tx(db, take_turn, &t));
	if (t.ours || !now.version)
		TRY(renew(db, c, make, ctx, t.ours));
	if (!t.ours && now.version && (now.version != c->version || !c->text))
		TRY(db_get(db, &glance_body, ARGS(STR(c->name)), take_body, c));
	if (t.ours)
		c->version = now.version + 1;
out:
	return nerr_pass(err);
}

NEOERR *glance(struct db *db, const char *name, glance_fn make, void *ctx, const char **text,
	int64_t *version)
{
	struct copy *c = copy_of(name);
	int64_t now = clock_mono_ms();
	NEOERR *err = STATUS_OK;

	if (!c->text || now - c->asked >= COPY_MS) {
		err = refresh(db, c, make, ctx);
		c->asked = now;
	}
	if (err != STATUS_OK && c->text) {
		error_log("glance", err);
		err = STATUS_OK;
	}
	*text = c->text;
	if (version)
		*version = c->version;
	return nerr_pass(err);
}

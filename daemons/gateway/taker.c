/* taker.c - the writer that takes commands and looks after the gateway's piles as a whole.
 * Owns no pile's messages, so that a command never waits behind them.
 * Serves the loop. */
#include "config.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemons/gateway/gateway.h"
#include "daemons/gateway/writer.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"
#include "charge/alarm.h"
#include "charge/command_task.h"
#include "charge/device.h"
#include "charge/load.h"

#define TAKE_ONCE 64
#define SWEEP_ONCE 500
#define GRACE 30                     /* seconds a pile may be away before its charges are suspended */
#define UNSEEN 120                   /* seconds without a mark: its farewell was lost with a writer */
#define SIGNS 4                      /* of life in a lease */
#define SETTLE 60                    /* seconds a pile has to ask for its prices itself */

static int loop_fd;
static int64_t trouble_ms;           /* when the database last failed us */

static bool went(const char *what, NEOERR *err)
{
	if (writer_went(what, err))
		return true;
	trouble_ms = clock_mono_ms();
	return false;
}

/* ---- commands */

static NEOERR *fetch_tariff(struct db *db, const struct command *c, struct msg_tariff *out)
{
	static struct tariff known;
	struct tariff t;
	NEOERR *err;

	if (known.version_id != c->value) {
		known.version_id = 0;
		TRY(tariff_version_get(db, c->value, &known));
	}
	t = known;
	TRY(tariff_fit_pile(db, c->pile_id, &t));
	writer_tariff(&t, out);
out:
	return nerr_pass(err);
}

struct taken { struct db *db; int n; };

static NEOERR *hand_over(const struct command *c, void *ctx)
{
	struct taken *t = ctx;
	struct msg m = { .kind = MSG_COMMAND, .pile_id = c->pile_id };

	t->n++;
	m.u.command.command = *c;
	if (c->kind == COMMAND_SET_TARIFF)
		went("tariff_version_get", fetch_tariff(t->db, c, &m.u.command.tariff));
	writer_say(loop_fd, &m);
	return STATUS_OK;
}

static void take_commands(struct db *db)
{
	struct taken t = { db, TAKE_ONCE };

	while (t.n == TAKE_ONCE) {
		t.n = 0;
		if (!went("command_take", command_take(db, conf.gateway_id, TAKE_ONCE, hand_over, &t)))
			return;
	}
}

/* ---- sweeps: rows are gathered first, the connection is busy while they are read */

struct swept { int n; struct device d[SWEEP_ONCE]; };
static struct swept swept;

static NEOERR *gather(const struct device *d, void *ctx)
{
	struct swept *s = ctx;

	if (s->n < SWEEP_ONCE)
		s->d[s->n++] = *d;
	return STATUS_OK;
}

static void suspend_abandoned(struct db *db)
{
	swept.n = 0;
	if (!went("abandoned",
			device_abandoned(db, conf.gateway_id, clock_now() - GRACE, SWEEP_ONCE, gather, &swept)))
		return;
	for (int i = 0; i < swept.n; i++)
		went("suspend", session_suspend_pile(db, swept.d[i].pile_id, "offline"));
}

static void raise_offline(struct db *db)
{
	went("offline_alarm", alarm_offline_sweep(db, conf.gateway_id,
		clock_now() - conf.offline_alarm, SWEEP_ONCE));
}

/* While the database was away nobody was marked as seen: that says nothing about the piles. */
static void end_unseen(struct db *db)
{
	swept.n = 0;
	if (trouble_ms != 0 && clock_mono_ms() - trouble_ms < UNSEEN * 1000)
		return;
	if (!went("unseen",
			device_unseen(db, conf.gateway_id, clock_now() - UNSEEN, SWEEP_ONCE, gather, &swept)))
		return;
	for (int i = 0; i < swept.n; i++) {
		log_line(LOG_WARN, "pile_unseen", "pile=%s", swept.d[i].serial);
		went("unseen", pile_offline(db, swept.d[i].pile_id, conf.gateway_id, "unseen", NULL));
	}
}

/* P4, P11: a version that came into force goes to the piles that hold another one. The loop leaves
 * out those that charge; they are found again in a minute. A slice at a time: nobody's command
 * waits until all piles have been looked at. */
static void push_tariffs(struct db *db)
{
	static int64_t after, next_ms;
	int64_t now = clock_now();

	if (clock_mono_ms() < next_ms)
		return;
	swept.n = 0;
	if (!went("stale_tariff",
			device_stale_tariff(db, conf.gateway_id, now, now - SETTLE, SWEEP_ONCE, &after, gather,
				&swept)))
		return;
	if (after == 0)
		next_ms = clock_mono_ms() + 60000;
	for (int i = 0; i < swept.n; i++) {
		struct msg m = { .kind = MSG_COMMAND, .pile_id = swept.d[i].pile_id };
		struct command *c = &m.u.command.command;

		c->kind = COMMAND_SET_TARIFF;
		c->pile_id = swept.d[i].pile_id;
		c->value = swept.d[i].version_id;
		text_copy(c->pile_serial, sizeof(c->pile_serial), swept.d[i].serial);
		text_copy(c->protocol, sizeof(c->protocol), swept.d[i].protocol);
		if (went("tariff_version_get", fetch_tariff(db, c, &m.u.command.tariff)))
			writer_say(loop_fd, &m);
	}
}

/* W4 */
static void divide_loads(struct db *db)
{
	went("load_turn", load_turn(db));
}

/* P12: whose time has come charges by the new prices from the second on. */
static void turn_tasks(struct db *db)
{
	went("command_task_turn", command_task_turn(db));
}

/* ---- the lease: while it is kept, the piles are ours */

static struct gateway self;
static struct gateway_figures figures;

/* Whether the lease is lost is only known with the database: without it everybody is silent. */
static void keep_lease(struct db *db)
{
	static int64_t next_ms;
	struct msg fenced = { .kind = MSG_FENCED };
	bool ours = true;

	if (clock_mono_ms() < next_ms)
		return;
	if (!went("gateway_keep", gateway_keep(db, &self, &figures, &ours)))
		return;
	next_ms = clock_mono_ms() + self.lease * 1000 / SIGNS;
	if (!ours)
		writer_say(loop_fd, &fenced);
}

/* As with piles that nobody saw: after trouble of our own the others have a lease's time to say
 * that they live. */
static void inherit(struct db *db)
{
	char lost[33];

	if (trouble_ms != 0 && clock_mono_ms() - trouble_ms < self.lease * 1000)
		return;
	if (went("gateway_inherit", gateway_inherit(db, self.name, lost)) && lost[0] != '\0')
		log_line(LOG_WARN, "gateway_lost", "gateway=%s heir=%s", lost, self.name);
}

static const struct sweep { int every_s; void (*fn)(struct db *db); } sweeps[] = {
	{ 1, keep_lease },
	{ 1, turn_tasks },
	{ 1, divide_loads },             /* before the commands are taken */
	{ 1, take_commands },            /* the wake-up may have been lost */
	{ 2, inherit },
	{ 10, suspend_abandoned },
	{ 10, raise_offline },
	{ 60, end_unseen },
	{ 1, push_tariffs },
};
#define SWEEPS (sizeof(sweeps) / sizeof(sweeps[0]))

/* ---- life */

static void loop_gone(void)
{
	struct db *db = writer_db();

	if (db != NULL)
		went("gateway_end", gateway_end(db, &self));
	_exit(0);
}

static void drain(int fd)
{
	char byte[16];

	while (recv(fd, byte, sizeof(byte), MSG_DONTWAIT) > 0)
		;
}

/* false: the loop is gone. */
static bool hear_loop(void)
{
	static struct msg m;
	ssize_t n;

	while ((n = recv(loop_fd, &m, sizeof(m), MSG_DONTWAIT)) > 0)
		if (m.kind == MSG_FIGURES)
			figures = m.u.figures;
	return n != 0;
}

/* The loop lets no pile in before this is done. */
static void begin(bool fresh)
{
	struct msg open = { .kind = MSG_OPEN };
	struct db *db;
	bool ours = false;

	while (fresh) {
		db = writer_db();
		if (db != NULL && went("gateway_begin", gateway_begin(db, &self, &ours)) && ours)
			break;
		if (db != NULL && !ours && log_once("taker", "namesake", 60, NULL))
			log_line(LOG_ERROR, "namesake", "gateway_id=%s lives on another host", self.name);
		writer_wait(loop_fd, -1, 500);
		if (!hear_loop())
			_exit(0);
	}
	writer_say(loop_fd, &open);
}

static void run_sweeps(struct db *db)
{
	static int64_t next_ms[SWEEPS];
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < SWEEPS; i++) {
		if (next_ms[i] > now)
			continue;
		next_ms[i] = now + sweeps[i].every_s * 1000;
		sweeps[i].fn(db);
	}
}

/* Release and time of build: two of them differ while an upgrade goes from host to host. */
static void name_program(char *out, size_t room)
{
	char built[CLOCK_TEXT] = "";
	struct stat s;

	if (stat("/proc/self/exe", &s) == 0)
		clock_format(s.st_mtime, built);
	snprintf(out, room, "%s (%.16s)", PACKAGE_VERSION, built);
}

static void name_self(const char *life)
{
	static char host[65], program[41];

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	name_program(program, sizeof(program));
	self = (struct gateway){ conf.gateway_id, host, life, program, conf.gateway_lease };
}

void taker_run(int fd, int wake_fd, const char *life, bool fresh, const int *onward, int n)
{
	char byte[16];
	struct db *db;

	loop_fd = fd;
	name_self(life);
	begin(fresh);
	for (;;) {
		writer_wait(fd, wake_fd, 1000);
		if (!hear_loop())
			loop_gone();
		db = writer_db();
		if (db == NULL)
			trouble_ms = clock_mono_ms();
		if (recv(wake_fd, byte, sizeof(byte), MSG_DONTWAIT) > 0) {
			drain(wake_fd);                  /* before the look: what comes after it wakes again */
			for (int i = 0; i < n; i++)
				(void)!send(onward[i], "w", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
			if (db != NULL)
				take_commands(db);
		}
		if (db != NULL)
			run_sweeps(db);
	}
}

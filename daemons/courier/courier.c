/* courier.c - main of the courier: takes rows of the outbox and hands each to the adapter of its
 * kind.
 * Owns the adapters' table and the counters; retries and their pauses are lib/charge/delivery's.
 * Serves the outside: SMS, mail, webhooks. */
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/courier/courier.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/wake.h"
#include "charge/exchange.h"
#include "charge/invoice.h"
#include "run/daemon.h"
#include "run/program.h"

#define TAKE_ONCE 8                          /* each may last twelve seconds; a row is claimed for 120 */
#define POLL_MS 1000                 /* the wake-up may have been lost, and retries become due by themselves */

enum { SENT, FAILED, ROUNDS, DB_ERRORS, COUNTS };
static const struct metric count_rows[COUNTS] = {
	[SENT] = { "sent_total", "deliveries handed over", false, 0 },
	[FAILED] = { "failed_total", "deliveries an adapter could not hand over; they are tried again",
		false, 0 },
	[ROUNDS] = { "rounds_total", "looks into the outbox", false, 0 },
	[DB_ERRORS] = { "db_errors_total", "looks that failed because of the database", false, 0 },
};

static struct metric *counts;            /* shared with the crew */
static struct db *db;
static struct loop_io wake_io;

static const char usage_text[] =
	"usage: chargeops-courier [--name=value ...]\n"
	"Sends what stands in the outbox. Ends on SIGTERM.\n";

/* The payload is the invoice's number of the row. */
static NEOERR *tax_send(struct db *at, const struct delivery *d, char *answer, size_t room)
{
	int64_t id;

	if (!text_i64(d->payload, &id))
		return nerr_raise(ERR_INVALID, "no invoice: %.20s", d->payload);
	return nerr_pass(invoice_tax_try(at, id, answer, room));
}

/* Kinds are those of tbl/delivery_kind.h. A kind without an adapter fails and says so; the row
 * keeps the reason. */
static const struct adapter { const char *kind; courier_send_fn send; } adapters[] = {
	{ "sms", sms_send },
	{ "wechat", wechat_send },
	{ "mail", mail_smtp_send },
	{ "webhook", webhook_send },
	{ "parking", parking_send },
	{ "tax", tax_send },
	{ "exchange", exchange_deliver },
};

static NEOERR *deliver(const struct delivery *d, char *answer, size_t room)
{
	for (size_t i = 0; i < sizeof(adapters) / sizeof(adapters[0]); i++)
		if (text_eq(adapters[i].kind, d->kind))
			return nerr_pass(adapters[i].send(db, d, answer, room));
	return nerr_raise(ERR_INVALID, "no way to send \"%s\" is installed", d->kind);
}

static void count(int what)
{
	__atomic_fetch_add(&counts[what].value, 1, __ATOMIC_RELAXED);
}

static NEOERR *share_counts(void)
{
	void *p =
		mmap(NULL, sizeof(count_rows), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return nerr_raise_errno(ERR_BUSY, "mmap");
	memcpy(p, count_rows, sizeof(count_rows));
	counts = p;
	return STATUS_OK;
}

static NEOERR *send_one(const struct delivery *d, char *answer, size_t room, void *ctx)
{
	NEOERR *err = deliver(d, answer, room);

	(void)ctx;
	count(err == STATUS_OK ? SENT : FAILED);
	if (err != STATUS_OK)
		log_line(LOG_WARN, "delivery_failed", "id=%lld kind=%s tries=%d why=\"%s\"",
			(long long)d->id, d->kind, d->tries, error_desc(err));
	return nerr_pass(err);
}

static NEOERR *work(enum delivery_lane lane, int once)
{
	int done = once;
	NEOERR *err = STATUS_OK;

	if (db == NULL)
		TRY(db_open(&db));
	while (done == once)
		TRY(delivery_work_lane(db, lane, once, send_one, NULL, &done));
out:
	return nerr_pass(err);
}

static void note(NEOERR *err)
{
	count(ROUNDS);
	if (err == STATUS_OK)
		return;
	count(DB_ERRORS);
	if (log_once("courier", "database", 60, NULL))
		error_log("deliveries", err);
	else
		error_drop(err);
}

/* States of connectors are compared with what was told, once a second. */
static NEOERR *sweep(void)
{
	static int64_t last;
	int64_t now = clock_mono_ms();
	int told;

	if (db == NULL || now - last < POLL_MS)
		return STATUS_OK;
	last = now;
	return nerr_pass(exchange_status_sweep(db, &told));
}

static void look(struct loop *l, void *ctx)
{
	NEOERR *err;

	(void)l;
	(void)ctx;
	note(work(DELIVERY_MESSAGES, TAKE_ONCE));
	note(sweep());
	err = crew_keep();
	if (err != STATUS_OK)
		error_log("crew", err);
}

/* In a process of the crew: forked before or after the main one had a connection, it opens its
 * own. */
static void look_for_webhooks(void)
{
	static pid_t owner;

	if (owner != getpid()) {
		owner = getpid();
		db = NULL;
	}
	note(work(DELIVERY_WEBHOOKS, TAKE_ONCE));
}

static void on_wake(struct loop *l, struct loop_io *io, uint32_t events)
{
	char byte[16];

	(void)events;
	while (recv(io->fd, byte, sizeof(byte), MSG_DONTWAIT) > 0)
		;                                /* before the look: what comes after it wakes again */
	crew_wake();
	look(l, NULL);
}

static NEOERR *run(void)
{
	struct loop *l = NULL;
	NEOERR *err;

	TRY(share_counts());
	TRY(crew_start((int)conf.webhook_workers, look_for_webhooks));
	wake_io.fn = on_wake;
	TRY(wake_listen(WAKE_COURIER, &wake_io.fd));
	TRY(loop_new(&l));
	TRY(loop_add(l, &wake_io, EPOLLIN));
	TRY(loop_every(l, POLL_MS, look, NULL));
	TRY(daemon_metrics(l, "courier", counts, COUNTS));
	look(l, NULL);
	daemon_ready();
	TRY(loop_run(l, NULL));
out:
	db_close(&db);
	loop_free(&l);
	return nerr_pass(err);
}

int main(int argc, char **argv)
{
	NEOERR *err;

	program_start("courier", usage_text, &argc, argv);
	if (argc > 1) {
		fprintf(stderr, "courier: %s is no option; --help lists them\n", argv[1]);
		return 2;
	}
	TRY(daemon_start("courier"));
	TRY(run());
out:
	daemon_end();
	if (err == STATUS_OK)
		return 0;
	error_log("courier", err);
	return 1;
}

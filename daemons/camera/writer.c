/* writer.c - what cameras told is committed here and only then confirmed; wishes are taken, cameras
 * and passwords made known to the loop and the broker.
 * Owns the database connection and the broker's files.
 * Serves the loop. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/camera/message.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"
#include "base/wake.h"
#include "charge/bay.h"
#include "db/db.h"

#define POLL_MS 1000
#define ORDERS_ONCE 50

static struct writer {
	struct db *db;
	int fd, wake;
	bool link, known;
	int64_t mark, looked;
	const char *platform;
} w;

static NEOERR *tell_loop(const struct packet *p)
{
	if (send(w.fd, p, sizeof(*p), MSG_NOSIGNAL) != (ssize_t)sizeof(*p))
		return nerr_raise_errno(ERR_PEER, "the loop has gone");
	return STATUS_OK;
}

static NEOERR *need_db(void)
{
	return w.db ? STATUS_OK : nerr_pass(db_open(&w.db));
}

/* ---- what cameras told */

static NEOERR *keep(const struct packet *p)
{
	bool repeated;

	switch (p->kind) {
	case PACKET_TOLD:
		return nerr_pass(camera_take(w.db, &p->u.told, &repeated));
	case PACKET_SHOT:
		return nerr_pass(camera_take_picture(w.db, p->id, p->u.told.file, p->u.told.bytes,
			p->u.told.at));
	case PACKET_BUS:
		return nerr_pass(camera_take_frame(w.db, p->id, p->u.word.text));
	case PACKET_ANSWER:
		return nerr_pass(camera_answered(w.db, p->u.word.camera_id, p->id, p->ok,
			p->u.word.text));
	case PACKET_ALIVE:
		return nerr_pass(camera_alive(w.db, p->u.alive.ids, p->u.alive.n));
	default:
		return STATUS_OK;
	}
}

/* An error leaves the message with the broker, which sends it again; what the rules refuse for good
 * would come for ever and counts as kept. */
static NEOERR *serve(const struct packet *p)
{
	struct packet done = { .kind = PACKET_DONE };
	NEOERR *err = need_db();
	bool lasting;

	if (p->kind == PACKET_LINK) {
		w.link = p->ok;
		error_drop(err);
		return STATUS_OK;
	}
	if (err == STATUS_OK)
		err = keep(p);
	lasting = error_is(err, ERR_INVALID) || error_is(err, ERR_NOT_FOUND);
	done.ok = err == STATUS_OK || lasting;
	if (err != STATUS_OK && log_once("camera", lasting ? "refused" : "database", 10, NULL))
		error_log("told", err);
	else
		error_drop(err);
	return p->kind == PACKET_ALIVE ? STATUS_OK : nerr_pass(tell_loop(&done));
}

/* ---- what the loop must know */

static NEOERR *tell_camera(const struct camera *c, void *ctx)
{
	struct packet p = { .kind = PACKET_CAMERA, .id = c->id };

	(void)ctx;
	p.u.camera = *c;
	return nerr_pass(tell_loop(&p));
}

static NEOERR *write_file(const char *name, struct buf *text, bool *changed)
{
	char path[300], fresh[310], *old = NULL;
	size_t room = text->len + 1;
	bool same = false;
	int fd;

	snprintf(path, sizeof(path), "%s/mosquitto/%s", conf.data_dir, name);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		old = malloc(room);
		same = old && read(fd, old, room) == (ssize_t)text->len &&
			memcmp(old, buf_str(text), text->len) == 0;
		free(old);
		close(fd);
	}
	if (same)
		return STATUS_OK;
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0 || write(fd, buf_str(text), text->len) != (ssize_t)text->len || close(fd) != 0 ||
		rename(fresh, path) != 0)
		return nerr_raise_errno(NERR_IO, "cannot write %s", path);
	*changed = true;
	return STATUS_OK;
}

/* The broker reads its files again on SIGHUP. Where it belongs to somebody else, the system sees
 * the file change (docs/bays.md). */
static void reload_broker(void)
{
	char path[300], text[20], comm[20] = "";
	int64_t pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/mosquitto.pid", conf.run_dir);
	if ((f = fopen(path, "re")) == NULL)
		return;
	if (fgets(text, sizeof(text), f) && !text_i64(text_trim(text), &pid))
		pid = 0;
	fclose(f);
	snprintf(path, sizeof(path), "/proc/%lld/comm", (long long)pid);
	if (pid <= 1 || (f = fopen(path, "re")) == NULL)
		return;
	if (fgets(comm, sizeof(comm), f) && text_eq(text_trim(comm), "mosquitto"))
		kill((pid_t)pid, SIGHUP);
	fclose(f);
}

static NEOERR *write_broker_files(void)
{
	struct buf passwords, rules;
	bool changed = false;
	NEOERR *err;

	buf_init(&passwords, 0);
	buf_init(&rules, 0);
	TRY(camera_broker_files(w.db, w.platform, &passwords, &rules));
	TRY(write_file("passwd", &passwords, &changed));
	TRY(write_file("acl", &rules, &changed));
	if (changed)
		reload_broker();
out:
	buf_clear(&passwords);
	buf_clear(&rules);
	return nerr_pass(err);
}

static NEOERR *tell_cameras(void)
{
	struct packet begin = { .kind = PACKET_CAMERAS, .ok = false },
		      end = { .kind = PACKET_CAMERAS, .ok = true };
	int64_t mark = 0;
	NEOERR *err;

	TRY(camera_mark(w.db, &mark));
	if (w.known && mark == w.mark)
		goto out;
	TRY(tell_loop(&begin));
	TRY(camera_each(w.db, tell_camera, NULL));
	TRY(tell_loop(&end));
	TRY(write_broker_files());
	w.mark = mark;
	w.known = true;
out:
	return nerr_pass(err);
}

static NEOERR *tell_order(const struct camera_order *o, void *ctx)
{
	struct packet p = { .kind = PACKET_ORDER, .id = o->id };

	(void)ctx;
	p.u.order = *o;
	return nerr_pass(tell_loop(&p));
}

static NEOERR *look(void)
{
	int64_t n;
	int told;
	NEOERR *err;

	w.looked = clock_mono_ms();
	TRY(need_db());
	TRY(tell_cameras());
	TRY(camera_expire(w.db, &n));
	if (w.link)
		TRY(camera_orders(w.db, ORDERS_ONCE, tell_order, NULL));
	TRY(camera_silence(w.db, &n));
	TRY(bay_sweep(w.db, &told));
out:
	return nerr_pass(err);
}

static void note(NEOERR *err)
{
	if (err != STATUS_OK && log_once("camera", "look", 60, NULL))
		error_log("look", err);
	else
		error_drop(err);
}

static bool take_wakes(void)
{
	char byte[16];
	bool any = false;

	while (recv(w.wake, byte, sizeof(byte), MSG_DONTWAIT) > 0)
		any = true;
	return any;
}

void writer_run(int fd, const char *platform)
{
	struct pollfd p[2];
	struct packet in;
	NEOERR *err;
	ssize_t n;

	w = (struct writer){ .fd = fd, .wake = -1, .platform = platform };
	err = wake_listen(WAKE_CAMERA, &w.wake);
	note(err);
	note(look());
	for (;;) {
		p[0] = (struct pollfd){ .fd = fd, .events = POLLIN };
		p[1] = (struct pollfd){ .fd = w.wake, .events = POLLIN };
		(void)poll(p, 2, POLL_MS);
		if (p[0].revents) {
			n = recv(fd, &in, sizeof(in), 0);
			if (n <= 0)
				break;
			note(serve(&in));
		}
		if ((p[1].revents && take_wakes()) || clock_mono_ms() - w.looked >= POLL_MS)
			note(look());
	}
	db_close(&w.db);
}

/* link.c - the connection to the broker: a message is acknowledged only after the writer has
 * committed it, so what is not acknowledged is sent again (law 6).
 * Owns the MQTT client and the table of cameras.
 * Serves camera.c. */
#include <errno.h>
#include <mosquitto.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/camera/message.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"
#include "proto/cam.h"
#include "run/daemon.h"

#define CLIENT_ID "chargeops-camera"
#define KEEP_ALIVE 30
#define OPEN_MAX_MESSAGES 64             /* at the writer; then the broker waits */
#define READ_ONCE 16
#define TICK_MS 500
#define RETRY_MS 1000

enum { RECEIVED, BAD, STRANGERS, REFUSED, ORDERS, REDIALS, OPEN, LINKED, COUNTS };
static struct metric counts[COUNTS] = {
	[RECEIVED] = { "received_total", "messages of cameras", false, 0 },
	[BAD] = { "bad_total", "messages nobody could read", false, 0 },
	[STRANGERS] = { "strangers_total", "messages of cameras nobody registered", false, 0 },
	[REFUSED] = { "pictures_refused_total", "pictures too large or not to be read", false, 0 },
	[ORDERS] = { "orders_total", "commands sent", false, 0 },
	[REDIALS] = { "redials_total", "connections to the broker", false, 0 },
	[OPEN] = { "open", "messages at the writer", true, 0 },
	[LINKED] = { "linked", "1: connected to the broker", true, 0 },
};

struct known { struct camera c; bool alive; };

static struct link {
	struct loop *loop;
	struct loop_io broker, writer;
	struct mosquitto *m;
	const char *platform;
	struct known *known, *fresh;
	size_t n, fresh_n, fresh_room;
	uint32_t events;
	int64_t redial_at;
	bool linked, failed, broken;
} k = { .broker = { .fd = -1 } };

/* ---- the writer */

static bool tell_writer(const struct packet *p)
{
	if (send(k.writer.fd, p, sizeof(*p), MSG_NOSIGNAL) == (ssize_t)sizeof(*p))
		return true;
	k.broken = true;
	loop_stop(k.loop);
	return false;
}

static void tell_open(struct packet *p)
{
	if (tell_writer(p))
		counts[OPEN].value++;
}

static void tell_link(bool up)
{
	struct packet p = { .kind = PACKET_LINK, .ok = up };

	if (k.linked != up)
		tell_writer(&p);
	k.linked = up;
	counts[LINKED].value = up;
}

/* ---- cameras */

static int by_serial(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->c.serial, ((const struct known *)b)->c.serial);
}

static struct known *known_by_serial(const char *serial)
{
	struct known key;

	text_copy(key.c.serial, sizeof(key.c.serial), serial);
	return k.n ? bsearch(&key, k.known, k.n, sizeof(*k.known), by_serial) : NULL;
}

static struct known *known_by_topic(const char *topic)
{
	for (size_t i = 0; i < k.n; i++)
		if (k.known[i].c.vendor == CAMERA_GENERIC &&
			text_eq(k.known[i].c.map.topic_up, topic))
			return &k.known[i];
	return NULL;
}

static void add_camera(const struct camera *c)
{
	if (k.fresh_n == k.fresh_room) {
		k.fresh_room = k.fresh_room ? 2 * k.fresh_room : 64;
		k.fresh = realloc(k.fresh, k.fresh_room * sizeof(*k.fresh));
		if (!k.fresh)
			error_die("out of memory");
	}
	k.fresh[k.fresh_n++] = (struct known){ .c = *c };
}

static void subscribe_generic(void)
{
	for (size_t i = 0; k.m && i < k.n; i++)
		if (k.known[i].c.vendor == CAMERA_GENERIC && k.known[i].c.map.topic_up[0])
			mosquitto_subscribe(k.m, NULL, k.known[i].c.map.topic_up, 1);
}

static void tell_alive(void)
{
	struct packet p = { .kind = PACKET_ALIVE };

	for (size_t i = 0; i < k.n; i++) {
		if (!k.known[i].alive)
			continue;
		k.known[i].alive = false;
		p.u.alive.ids[p.u.alive.n++] = k.known[i].c.id;
		if (p.u.alive.n == ALIVE_ONCE) {
			tell_writer(&p);
			p.u.alive.n = 0;
		}
	}
	if (p.u.alive.n)
		tell_writer(&p);
}

/* The list comes whole: from the next message on it counts. */
static void swap_cameras(void)
{
	tell_alive();
	free(k.known);
	k.known = k.fresh;
	k.n = k.fresh_n;
	k.fresh = NULL;
	k.fresh_n = k.fresh_room = 0;
	if (k.n)
		qsort(k.known, k.n, sizeof(*k.known), by_serial);
	if (k.linked)
		subscribe_generic();
}

/* ---- messages in */

static enum plate_colour colour_of(int v)
{
	return v >= 1 && v <= 5 ? (enum plate_colour)(PLATE_UNKNOWN + v)
		: v == 6 ? PLATE_GREEN : PLATE_UNKNOWN;
}

static void keep_picture(struct cam_message *m, struct camera_told *t)
{
	NEOERR *err;

	if (!m->picture)
		return;
	err = snapshot_write(m->picture, m->picture_len, t->file);
	if (err == STATUS_OK)
		t->bytes = (int)m->picture_len;
	else if (log_once("camera", "picture", 60, NULL))
		error_log("picture", err);
	else
		error_drop(err);
	if (!t->file[0])
		counts[REFUSED].value++;
}

static void tell_event(const struct known *c, struct cam_message *m)
{
	struct packet p = { .kind = m->kind == CAM_SHOT ? PACKET_SHOT : PACKET_TOLD, .id = c->c.id };
	struct camera_told *t = &p.u.told;

	t->camera_id = c->c.id;
	t->kind = m->kind == CAM_LEFT ? TOLD_LEFT : m->kind == CAM_SEEN ? TOLD_SEEN : TOLD_OTHER;
	t->colour = colour_of(m->colour);
	t->confidence = m->confidence;
	t->raw_state = m->state;
	t->at = m->at ? m->at : clock_now();
	text_copy(t->their_id, sizeof(t->their_id), m->id);
	text_copy(t->plate, sizeof(t->plate), m->plate);
	text_copy(t->bay, sizeof(t->bay), m->bay);
	keep_picture(m, t);
	if (p.kind == PACKET_TOLD || t->file[0])
		tell_open(&p);
}

static void tell_word(const struct known *c, const struct cam_message *m)
{
	struct packet p = { .kind = m->kind == CAM_BUS ? PACKET_BUS : PACKET_ANSWER,
		.id = m->kind == CAM_BUS ? c->c.id : m->wish, .ok = m->ok };

	p.u.word.camera_id = c->c.id;
	text_copy(p.u.word.text, sizeof(p.u.word.text), m->kind == CAM_BUS ? m->hex : m->result);
	tell_open(&p);
}

static void act(struct known *c, struct cam_message *m)
{
	c->alive = true;
	if (m->picture_refused)
		counts[REFUSED].value++;
	if (m->kind == CAM_BAD) {
		counts[BAD].value++;
		if (log_once("camera", c->c.serial, 60, NULL))
			log_line(LOG_WARN, "unreadable", "serial=%s", c->c.serial);
	} else if (m->kind == CAM_BUS || m->kind == CAM_ANSWER) {
		tell_word(c, m);
	} else if (m->kind != CAM_ALIVE && c->c.enabled) {
		tell_event(c, m);                /* K3: a disabled camera is alive and nothing more */
	}
}

static void read_message(struct known *c, const char *name, const struct mosquitto_message *in)
{
	static const enum cam_vendor vendors[] = { [CAMERA_VZ_BAY] = CAM_VZ_BAY,
		[CAMERA_VZ_LANE] = CAM_VZ_LANE, [CAMERA_GENERIC] = CAM_GENERIC };
	const struct camera_map *f = &c->c.map;
	const struct cam_map map = { f->id, f->plate, f->confidence, f->time, f->state, f->bay,
		f->picture, f->value_in, f->value_out };
	struct cam_message m;

	cam_read(vendors[c->c.vendor], name, in->payload,
		in->payloadlen > 0 ? (size_t)in->payloadlen : 0, &map, &m);
	act(c, &m);
	cam_clear(&m);
}

static void on_message(struct mosquitto *m, void *ctx, const struct mosquitto_message *in)
{
	char serial[CAM_SERIAL], name[CAM_NAME];
	struct known *c;
	bool reply = false, ours;

	(void)m;
	(void)ctx;
	counts[RECEIVED].value++;
	ours = cam_topic(in->topic, serial, name, &reply);
	c = ours ? known_by_serial(serial) : known_by_topic(in->topic);
	if (!c) {
		counts[STRANGERS].value++;
		return;
	}
	read_message(c, !ours ? "" : reply ? "reply" : name, in);
}

/* ---- commands out: at most once, so a lock never moves an hour later */

static struct cam_order order_of(const struct camera_order *o)
{
	static const enum cam_order_kind kinds[] = { [WISH_OPEN_LOCK] = CAM_RELAY,
		[WISH_CLOSE_LOCK] = CAM_RELAY, [WISH_LOCK_STATE] = CAM_SERIAL_DATA,
		[WISH_SNAPSHOT] = CAM_SNAPSHOT, [WISH_REBOOT] = CAM_REBOOT,
		[WISH_SYNC_TIME] = CAM_SET_TIME, [WISH_REFRESH] = CAM_INFO,
		[WISH_SETTINGS] = CAM_SETTINGS, [WISH_TEST_LEFT] = CAM_TEST,
		[WISH_TEST_RIGHT] = CAM_TEST };
	struct cam_order out = { .kind = kinds[o->kind], .id = o->id, .now = clock_now(),
		.serial = o->serial, .frame = o->frame, .io = o->io, .pulse_ms = o->pulse_ms,
		.port = o->serial_port, .baud = o->baud, .side = o->side == SIDE_RIGHT,
		.mode = o->bay_mode, .name = { o->left_name, o->right_name },
		.geomagnetic = { o->left_geomagnetic, o->right_geomagnetic },
		.enabled = { o->left_enabled, o->right_enabled } };

	if (out.kind == CAM_RELAY && o->lock == LOCK_TYPE_RS485)
		out.kind = CAM_SERIAL_DATA;
	return out;
}

static void send_order(const struct camera_order *o)
{
	struct cam_order order = order_of(o);
	char topic[200], *text = NULL;
	const char *name = cam_write_dup(&order, &text);

	if (o->vendor == CAMERA_GENERIC)
		text_copy(topic, sizeof(topic), o->topic_down);
	else
		snprintf(topic, sizeof(topic), "device/%s/message/down/%s", o->serial, name);
	if (k.m && k.linked) {
		mosquitto_publish(k.m, NULL, topic, (int)strlen(text), text, 0, false);
		counts[ORDERS].value++;
	}
	free(text);
}

/* ---- the broker */

static void drop_broker(void)
{
	if (k.broker.fd >= 0) {
		loop_del(k.loop, &k.broker);
		k.broker.fd = -1;
	}
	if (k.m) {
		mosquitto_destroy(k.m);      /* closes without a word: what was not committed comes again */
		k.m = NULL;
	}
	tell_link(false);
	k.failed = false;
	k.events = 0;
	k.redial_at = loop_now_ms(k.loop) + RETRY_MS;
}

static void want(uint32_t events)
{
	if (k.broker.fd < 0 || events == k.events)
		return;
	k.events = events;
	error_log("broker", loop_mod(k.loop, &k.broker, events));
}

/* Acknowledgements lie in the client until nothing is open at the writer. */
static void pump(void)
{
	bool full = counts[OPEN].value >= OPEN_MAX_MESSAGES, idle = counts[OPEN].value == 0;

	if (!k.m)
		return;
	if (k.failed && idle) {
		drop_broker();
		return;
	}
	if (idle && mosquitto_want_write(k.m) && mosquitto_loop_write(k.m, 1) != MOSQ_ERR_SUCCESS) {
		drop_broker();
		return;
	}
	want((full || k.failed ? 0 : (uint32_t)EPOLLIN) |
		(idle && mosquitto_want_write(k.m) ? (uint32_t)EPOLLOUT : 0));
}

static void on_connect(struct mosquitto *m, void *ctx, int rc)
{
	static const char *const topics[] = { "device/+/message/up/+", "device/+/message/down/+/reply",
		"+/device/message/up/+", "+/device/message/down/+/reply" };

	(void)ctx;
	if (rc != 0) {
		if (log_once("camera", "broker", 60, NULL))
			log_line(LOG_WARN, "broker_refuses", "code=%d", rc);
		k.failed = true;
		return;
	}
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		mosquitto_subscribe(m, NULL, topics[i], 1);
	tell_link(true);
	subscribe_generic();
}

static void on_broker(struct loop *l, struct loop_io *io, uint32_t events)
{
	(void)l;
	(void)io;
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) &&
		mosquitto_loop_read(k.m, READ_ONCE) != MOSQ_ERR_SUCCESS)
		k.failed = true;
	pump();
}

static NEOERR *dial(void)
{
	NEOERR *err = STATUS_OK;
	int rc;

	counts[REDIALS].value++;
	k.m = mosquitto_new(CLIENT_ID, false, NULL);
	if (!k.m)
		error_die("out of memory");
	mosquitto_int_option(k.m, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_threaded_set(k.m, true);       /* nothing is written but by pump() */
	mosquitto_username_pw_set(k.m, "chargeops", k.platform);
	mosquitto_connect_callback_set(k.m, on_connect);
	mosquitto_message_callback_set(k.m, on_message);
	rc = mosquitto_connect(k.m, conf.mqtt_host, (int)conf.mqtt_port, KEEP_ALIVE);
	if (rc != MOSQ_ERR_SUCCESS) {
		drop_broker();
		return nerr_raise(ERR_PEER, "the broker: %s", mosquitto_strerror(rc));
	}
	k.broker.fd = mosquitto_socket(k.m);
	k.events = EPOLLIN | EPOLLOUT;
	TRY(loop_add(k.loop, &k.broker, k.events));
	pump();
out:
	return nerr_pass(err);
}

/* ---- packets of the writer */

static void on_packet(const struct packet *p)
{
	switch (p->kind) {
	case PACKET_DONE:
		counts[OPEN].value--;
		k.failed |= !p->ok;
		break;
	case PACKET_CAMERAS:
		if (p->ok)
			swap_cameras();
		else
			k.fresh_n = 0;
		break;
	case PACKET_CAMERA:
		add_camera(&p->u.camera);
		break;
	case PACKET_ORDER:
		send_order(&p->u.order);
		break;
	default:
		break;
	}
}

static void on_writer(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct packet p;
	ssize_t n;

	(void)events;
	while ((n = recv(io->fd, &p, sizeof(p), MSG_DONTWAIT)) > 0)
		on_packet(&p);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		k.broken = true;
		loop_stop(l);
		return;
	}
	pump();
}

static void tick(struct loop *l, void *ctx)
{
	NEOERR *err;

	(void)ctx;
	tell_alive();
	if (k.m && mosquitto_loop_misc(k.m) != MOSQ_ERR_SUCCESS)
		k.failed = true;
	pump();
	if (k.m || loop_now_ms(l) < k.redial_at || counts[OPEN].value)
		return;
	err = dial();
	if (err != STATUS_OK && log_once("camera", "dial", 60, NULL))
		error_log("dial", err);
	else
		error_drop(err);
}

NEOERR *link_run(int fd, const char *platform)
{
	NEOERR *err;

	mosquitto_lib_init();
	k.platform = platform;
	k.writer = (struct loop_io){ fd, on_writer };
	k.broker.fn = on_broker;
	TRY(loop_new(&k.loop));
	TRY(loop_add(k.loop, &k.writer, EPOLLIN));
	TRY(loop_every(k.loop, TICK_MS, tick, NULL));
	TRY(daemon_metrics(k.loop, "camera", counts, COUNTS));
	daemon_ready();
	TRY(loop_run(k.loop, NULL));
	if (k.broken)
		err = nerr_raise(ERR_PEER, "the writer has died");
out:
	if (k.m)
		mosquitto_destroy(k.m);
	loop_free(&k.loop);
	free(k.known);
	free(k.fresh);
	mosquitto_lib_cleanup();
	return nerr_pass(err);
}

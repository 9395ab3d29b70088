/* wire.c - a virtual camera's words at the broker as 臻识 cameras say them (camera_lock sections 1.1
 * to 1.5): keep-alive, plates with a picture, answers to commands, the lock bus.
 * Owns the MQTT client of each camera.
 * Serves camera.c. */
#include <mosquitto.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "daemons/pilesim/camera.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sample_picture.h"
#include "base/text.h"

#define BEAT_MS 10000
#define AGAIN_MS 2000                /* the broker refuses until it knows the password */
#define BOOT_MS 5000
#define KEEP_ALIVE 60
#define BUS_FRAME 3                  /* A5 address 01 open, 02 close, 03 where is it; 5A address 55 | FF */

static char *picture_text;
static int64_t born, events;

static char *b64(const char *s)
{
	return base64_dup(s, strlen(s));
}

/* ---- out */

static void publish(struct cam *c, const char *topic, json_t *all, int qos)
{
	char *text = json_write_dup(all);

	if (c->m != NULL && c->up && mosquitto_publish(c->m, NULL, topic, (int)strlen(text), text, qos,
			false) == MOSQ_ERR_SUCCESS)
		sim.sent++;
	free(text);
	json_decref(all);
}

static void up(struct cam *c, const char *name, json_t *payload, int qos)
{
	char topic[120], id[40];

	snprintf(topic, sizeof(topic), "device/%s/message/up/%s", c->serial, name);
	snprintf(id, sizeof(id), "%llx-%lld", (long long)born, (long long)++events);
	publish(c, topic, json_pack("{s:s, s:s, s:s, s:s, s:I, s:o}", "id", id, "sn", c->serial, "name",
		name, "version", "1.0", "timestamp", (json_int_t)clock_now(), "payload", payload), qos);
}

static bool is_electric(const char *plate)
{
	return text_chars(plate) > 7;
}

/* What the camera makes of the plate; returns its confidence. */
static int sight_of(const struct spot *s, int car, char plate[CAM_PLATE])
{
	size_t len = strlen(s->plate);

	text_copy(plate, CAM_PLATE, car == 1 ? s->plate : "");
	if (car != 1 || s->sight == SIGHT_CLEAR)
		return 90 + (int)cam_dice(10);
	if (s->sight == SIGHT_NONE || len == 0) {
		text_copy(plate, CAM_PLATE, "_无_");
		return 0;
	}
	plate[len - 1] = plate[len - 1] == '8' ? 'B' : '8';
	return 30 + (int)cam_dice(40);
}

void cam_tell_spot(struct cam *c, const struct spot *s, int state)
{
	char zone[4], reco[40], when[CLOCK_TEXT], seen[CAM_PLATE], *plate;
	int confidence = sight_of(s, state, seen);

	plate = b64(seen);
	snprintf(zone, sizeof(zone), "%d", s->number);
	snprintf(reco, sizeof(reco), "%llx-%lld", (long long)born, (long long)events + 1);
	up(c, "ivs_result", json_pack("{s:{s:{s:i, s:s}, s:{s:s, s:i, s:i}, s:{s:s, s:s}},"
		" s:[{s:s}], s:i}", "product_h", "parking", "parking_state", state, "zone_id", zone,
		"plate", "plate", plate, "color", is_electric(s->plate) ? 5 : 1, "confidence", confidence,
		"reco", "reco_id", reco, "reco_time",
		clock_format(clock_now(), when), "bg_img", "image", picture_text, "trigger_type", 1), 1);
	free(plate);
}

void cam_tell_lane(struct cam *c, const char *plate)
{
	char id[40], *text = b64(plate);

	snprintf(id, sizeof(id), "%llx-%lld", (long long)born, (long long)events + 1);
	up(c, "ivs_result", json_pack("{s:{s:s, s:{s:{s:s, s:i, s:i, s:i, s:i, s:s, s:s,"
		" s:{s:{s:I}}}}}}", "AlarmInfoPlate", "serialno", c->serial, "result", "PlateResult",
		"license", text, "confidence", 90 + (int)cam_dice(10), "colorType",
		is_electric(plate) ? 5 : 1, "direction", 4, "triggerType", 8, "unique_id", id,
		"full_image_content", picture_text, "timeStamp", "Timeval", "sec",
		(json_int_t)clock_now()), 1);
	free(text);
}

void cam_tell_bus(struct cam *c, unsigned char address, bool is_up)
{
	unsigned char frame[BUS_FRAME] = { 0x5A, address, is_up ? 0x55 : 0xFF };
	char *data = base64_dup(frame, sizeof(frame));

	up(c, "serial_data", json_pack("{s:{s:{s:i, s:s, s:i}}}", "body", "serialData",
		"serialChannel", 0, "data", data, "dataLen", BUS_FRAME), 1);
	free(data);
}

static void tell_shot(struct cam *c)
{
	up(c, "snapshot", json_pack("{s:{s:i, s:s, s:s}}", "body", "state_code", 200, "imageformat",
		"jpg", "image_content", picture_text), 1);
}

/* ---- in */

static void do_relay(struct cam *c, const json_t *body)
{
	int64_t io = json_i64(body, "io", -1);

	if (io >= 0 && io / 2 < c->spots)
		spot_move(&c->spot[io / 2], io % 2 == 1);
}

static void do_bus(struct cam *c, const json_t *body)
{
	const json_t *one = json_array_get(json_object_get(body, "serialData"), 0);
	unsigned char frame[BUS_FRAME + 3];
	size_t len = 0;

	if (!base64_decode(json_text(one, "data", ""), frame, sizeof(frame), &len) ||
		len != BUS_FRAME || frame[0] != 0xA5)
		return;
	for (int i = 0; i < c->spots; i++) {
		struct spot *s = &c->spot[i];

		if (s->lock != SPOT_BUS || s->address != frame[1])
			continue;
		if (frame[2] == 3)
			cam_tell_bus(c, s->address, s->up);
		else if (frame[2] == 1 || frame[2] == 2)
			spot_move(s, frame[2] == 2);
	}
}

static void obey(struct cam *c, const char *name, const json_t *body)
{
	if (text_eq(name, "gpio_out"))
		do_relay(c, body);
	else if (text_eq(name, "serial_data"))
		do_bus(c, body);
	else if (text_eq(name, "snapshot"))
		tell_shot(c);
	else if (text_eq(name, "reboot"))
		c->beat_ms = -BOOT_MS;
}

/* The camera answers that it has the command, then does it. */
static void on_message(struct mosquitto *m, void *ctx, const struct mosquitto_message *in)
{
	struct cam *c = ctx;
	json_t *root = NULL;
	char topic[200];
	const char *name, *id;
	NEOERR *err = json_read(in->payload, (size_t)in->payloadlen, 65536, &root);

	(void)m;
	sim.received++;
	if (err != STATUS_OK || !json_is_object(root)) {
		error_drop(err);
		json_decref(root);
		return;
	}
	name = json_text(root, "name", "");
	id = json_text(root, "id", "");
	snprintf(topic, sizeof(topic), "device/%s/message/down/%.40s/reply", c->serial, name);
	publish(c, topic, json_pack("{s:s, s:s, s:s, s:s, s:I, s:i, s:n}", "id", id, "sn", c->serial,
		"name", name, "version", "1.0", "timestamp", (json_int_t)clock_now(), "code", 200,
		"payload"), 1);
	obey(c, name, json_object_get(json_object_get(root, "payload"), "body"));
	json_decref(root);
}

/* ---- the link */

static void drop(struct cam *c, int64_t pause)
{
	if (c->io.fd >= 0)
		loop_del(sim.loop, &c->io);
	c->io.fd = -1;
	mosquitto_destroy(c->m);
	c->m = NULL;
	c->up = c->failed = false;
	c->dial_ms = sim.now_ms + pause;
}

static void on_connect(struct mosquitto *m, void *ctx, int rc)
{
	struct cam *c = ctx;
	char topic[120];

	if (rc != 0) {
		c->failed = true;
		return;
	}
	c->up = true;
	c->beat_ms = 0;
	snprintf(topic, sizeof(topic), "device/%s/message/down/+", c->serial);
	mosquitto_subscribe(m, NULL, topic, 1);
}

/* What the client has not got rid of waits for the socket. */
static void settle(struct cam *c)
{
	uint32_t want = EPOLLIN;

	if (c->m == NULL)
		return;
	if (mosquitto_want_write(c->m) && mosquitto_loop_write(c->m, 1) != MOSQ_ERR_SUCCESS)
		c->failed = true;
	if (c->failed) {
		drop(c, AGAIN_MS);
		return;
	}
	if (mosquitto_want_write(c->m))
		want |= EPOLLOUT;
	if (want != c->events)
		error_log("camera", loop_mod(sim.loop, &c->io, want));
	c->events = want;
}

static void on_camera(struct loop *l, struct loop_io *io, uint32_t what)
{
	struct cam *c = (struct cam *)io;

	sim.now_ms = loop_now_ms(l);
	if (what & (EPOLLIN | EPOLLHUP | EPOLLERR) &&
		mosquitto_loop_read(c->m, 1) != MOSQ_ERR_SUCCESS)
		c->failed = true;
	settle(c);
}

static void dial(struct cam *c)
{
	NEOERR *err;

	c->m = mosquitto_new(c->serial, true, c);
	if (c->m == NULL)
		error_die("out of memory");
	mosquitto_username_pw_set(c->m, c->serial, c->secret);
	mosquitto_connect_callback_set(c->m, on_connect);
	mosquitto_message_callback_set(c->m, on_message);
	if (mosquitto_connect(c->m, conf.mqtt_host, (int)conf.mqtt_port, KEEP_ALIVE) !=
		MOSQ_ERR_SUCCESS) {
		drop(c, AGAIN_MS);
		return;
	}
	c->io = (struct loop_io){ mosquitto_socket(c->m), on_camera };
	c->events = EPOLLIN | EPOLLOUT;
	err = loop_add(sim.loop, &c->io, c->events);
	if (err == STATUS_OK)
		return;
	error_log("camera", err);
	c->io.fd = -1;
	drop(c, AGAIN_MS);
}

void cam_wire_begin(void)
{
	mosquitto_lib_init();
	picture_text = base64_dup(sample_picture, sizeof(sample_picture));
	born = clock_now() ^ (int64_t)getpid() << 32;
}

void cam_wire_run(struct cam *c)
{
	if (c->m == NULL) {
		if (c->dial_ms <= sim.now_ms)
			dial(c);
		return;
	}
	if (c->beat_ms < 0) {                            /* told to begin anew */
		settle(c);
		if (c->m != NULL)
			drop(c, -c->beat_ms);
		c->beat_ms = 0;
		return;
	}
	if (mosquitto_loop_misc(c->m) != MOSQ_ERR_SUCCESS)
		c->failed = true;
	if (c->up && c->beat_ms <= sim.now_ms) {
		up(c, "keep_alive", json_pack("{s:I}", "timestamp", (json_int_t)clock_now()), 0);
		c->beat_ms = sim.now_ms + BEAT_MS;
	}
	settle(c);
}

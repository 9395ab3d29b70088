/* cam.c - reads what cameras publish and writes what they are told.
 * Owns nothing. Serves cam.h. */
#include "proto/cam.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"

#define MS_FROM INT64_C(100000000000)        /* later than this in seconds is milliseconds */
#define FRAME_BYTES ((CAM_FRAME_HEX - 1) / 2)
#define LEVELS 7

/* ---- topics ---- */

static int split_topic(const char *topic, char copy[200], const char *level[LEVELS])
{
	char *rest = copy, *one;
	int n = 0;

	if (strlen(topic) >= 200)
		return 0;
	text_copy(copy, 200, topic);
	while ((one = text_split(&rest, '/')) != NULL) {
		if (n == LEVELS)
			return 0;
		level[n++] = one;
	}
	return n;
}

bool cam_topic(const char *topic, char serial[CAM_SERIAL], char name[CAM_NAME], bool *reply)
{
	const char *level[LEVELS] = { "" };
	char copy[200];
	int n = split_topic(topic, copy, level), at;

	if (n < 5 || strlen(level[4]) >= CAM_NAME || !text_eq(level[2], "message"))
		return false;
	at = text_eq(level[0], "device") ? 1 : text_eq(level[1], "device") ? 0 : -1;
	if (at < 0 || !*level[at] || strlen(level[at]) >= CAM_SERIAL || !*level[4])
		return false;
	*reply = n == 6 && text_eq(level[3], "down") && text_eq(level[5], "reply");
	if (!*reply && !(n == 5 && text_eq(level[3], "up")))
		return false;
	text_copy(serial, CAM_SERIAL, level[at]);
	text_copy(name, CAM_NAME, level[4]);
	return true;
}

/* ---- values ---- */

static const json_t *find(const json_t *v, const char *path)
{
	char copy[CAM_TEXT + 40], *rest = copy, *key;
	int64_t index;

	if (!path || !*path || strlen(path) >= sizeof(copy))
		return NULL;
	text_copy(copy, sizeof(copy), path);
	while (v && (key = text_split(&rest, '.')) != NULL)
		v = json_is_array(v) ? text_i64(key, &index) && index >= 0
			? json_array_get(v, (size_t)index) : NULL : json_object_get(v, key);
	return v;
}

/* Strings and whole numbers as text; what is no plain text becomes a question mark. */
static bool word(const json_t *root, const char *path, char *out, size_t room)
{
	const json_t *v = find(root, path);

	out[0] = '\0';
	if (json_is_string(v))
		text_copy(out, room, json_string_value(v));
	else if (json_is_integer(v))
		snprintf(out, room, "%lld", (long long)json_integer_value(v));
	else
		return false;
	text_scrub(out);
	return true;
}

static int64_t number(const json_t *root, const char *path)
{
	const json_t *v = find(root, path);
	int64_t n = 0;

	if (json_is_integer(v))
		return json_integer_value(v);
	if (json_is_real(v) && json_real_value(v) > -1e15 && json_real_value(v) < 1e15)
		return (int64_t)json_real_value(v);
	if (json_is_string(v) && text_i64(json_string_value(v), &n))
		return n;
	return 0;
}

static int small(const json_t *root, const char *path, int max)
{
	int64_t n = number(root, path);

	return n < 0 ? 0 : n > max ? max : (int)n;
}

/* Base64 of UTF-8 (臻识's way with plates and names); "" for anything else. */
static void decoded(const json_t *root, const char *path, char *out, size_t room)
{
	const json_t *v = find(root, path);
	unsigned char bytes[200];
	size_t len = 0;

	out[0] = '\0';
	if (!json_is_string(v) || json_string_length(v) > 240 ||
		!base64_decode(json_string_value(v), bytes, sizeof(bytes) - 1, &len))
		return;
	bytes[len] = '\0';
	if (!text_is_utf8((const char *)bytes, len))
		return;
	text_copy(out, room, (const char *)bytes);
	text_scrub(out);
}

static int64_t moment(const json_t *root, const char *path)
{
	const json_t *v = find(root, path);
	int64_t t = 0;

	if (json_is_string(v) && clock_parse(json_string_value(v), &t))
		return t;
	t = number(root, path);
	if (t > MS_FROM)
		t /= 1000;
	return t > 0 && t < INT64_C(253402300800) ? t : 0;
}

/* What is no plate was not read: it must open nothing. */
static void plate(struct cam_message *m, const char *text)
{
	text_copy(m->plate, sizeof(m->plate), text_is_plate(text) ? text : "");
}

/* Only base64 in the message itself; where a camera sends a path there is no picture. */
static bool picture(struct cam_message *m, const json_t *v)
{
	size_t len = json_string_length(v), room = len / 4 * 3 + 3;

	if (!json_is_string(v) || len == 0 || m->picture)
		return false;
	if (room > CAM_PICTURE) {
		m->picture_refused = true;
		return false;
	}
	m->picture = malloc(room);
	if (!m->picture)
		error_die("out of memory");
	if (base64_decode(json_string_value(v), m->picture, room, &m->picture_len) &&
		m->picture_len > 0)
		return true;
	free(m->picture);
	m->picture = NULL;
	m->picture_refused = true;
	return false;
}

/* ---- 臻识 bay cameras ---- */

static void bay_pictures(struct cam_message *m, const json_t *body)
{
	static const char *const lists[] = { "bg_img", "feture_img" };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const json_t *list = json_object_get(body, lists[i]);

		for (size_t k = 0; k < json_array_size(list) && k < 8; k++)
			if (picture(m, json_object_get(json_array_get(list, k), "image")))
				return;
	}
}

static void read_bay(struct cam_message *m, const json_t *body)
{
	char text[CAM_TEXT], reco[40];

	m->state = small(body, "product_h.parking.parking_state", 9999);
	m->kind = m->state == 1 ? CAM_SEEN : m->state == 4 ? CAM_LEFT : CAM_OTHER;
	decoded(body, "product_h.plate.plate", text, sizeof(text));
	plate(m, text);
	m->colour = small(body, "product_h.plate.color", 99);
	m->confidence = small(body, "product_h.plate.confidence", 100);
	decoded(body, "product_h.parking.zone_name", m->bay, sizeof(m->bay));
	if (!m->bay[0])
		word(body, "product_h.parking.zone_id", m->bay, sizeof(m->bay));
	m->at = moment(body, "product_h.reco.reco_time");
	if (!m->at)
		m->at = moment(body, "time_s");
	if (!word(body, "product_h.reco.reco_id", reco, sizeof(reco)))
		word(body, "reco_id", reco, sizeof(reco));
	if (reco[0])
		snprintf(m->id, sizeof(m->id), "%.38s-%lld-%d", reco, (long long)m->at, m->state);
	bay_pictures(m, body);
}

/* ---- 臻识 lane cameras ---- */

#define STAY_END 65
#define TURN_BACK 66

static void read_lane(struct cam_message *m, const json_t *body)
{
	const json_t *r = find(body, "AlarmInfoPlate.result.PlateResult");
	char text[CAM_TEXT];

	if (!json_is_object(r))
		return;
	m->state = small(r, "triggerType", 9999);
	m->kind = m->state == STAY_END || m->state == TURN_BACK ? CAM_LEFT : CAM_SEEN;
	decoded(r, "license", text, sizeof(text));
	plate(m, text);
	m->colour = small(r, "colorType", 99);
	m->confidence = small(r, "confidence", 100);
	m->at = moment(r, "timeStamp.Timeval.sec");
	if (!word(r, "unique_id", m->id, sizeof(m->id)) &&
		!word(r, "record_uuid", m->id, sizeof(m->id)) && word(r, "plateid", text, 30))
		snprintf(m->id, sizeof(m->id), "%.29s-%lld-%d", text, (long long)m->at, m->state);
	if (!picture(m, json_object_get(r, "full_image_content")))
		picture(m, json_object_get(r, "small_image_content"));
}

/* ---- what both do ---- */

static const json_t *body_of(const json_t *payload)
{
	const json_t *body = json_object_get(payload, "body");

	return json_is_object(body) ? body : payload;
}

static void read_shot(struct cam_message *m, const json_t *payload)
{
	const json_t *body = body_of(payload);

	m->kind = picture(m, json_object_get(body, "image_content")) ? CAM_SHOT : CAM_ALIVE;
}

static void read_bus(struct cam_message *m, const json_t *payload)
{
	const json_t *v = find(body_of(payload), "serialData.data");
	unsigned char bytes[FRAME_BYTES];
	size_t len = 0;

	m->kind = CAM_ALIVE;
	if (!json_is_string(v) || json_string_length(v) > 2 * FRAME_BYTES ||
		!base64_decode(json_string_value(v), bytes, sizeof(bytes), &len) || len == 0)
		return;
	text_hex(bytes, len, m->hex);
	m->kind = CAM_BUS;
}

static bool read_answer(struct cam_message *m, const json_t *root)
{
	char id[30];
	int64_t code = number(root, "code");

	if (!word(root, "id", id, sizeof(id)) || id[0] != 'c' || !text_i64(id + 1, &m->wish) ||
		m->wish <= 0 || !json_object_get(root, "code"))
		return false;
	m->kind = CAM_ANSWER;
	m->ok = code == 200;
	snprintf(m->result, sizeof(m->result), "code %lld", (long long)code);
	return true;
}

static void read_generic(struct cam_message *m, const json_t *root, const struct cam_map *map)
{
	char text[CAM_TEXT];

	if (!map || read_answer(m, root))
		return;
	word(root, map->plate, text, sizeof(text));
	m->kind = find(root, map->plate) ? CAM_SEEN : CAM_ALIVE;
	plate(m, text);
	m->confidence = map->confidence && *map->confidence ? small(root, map->confidence, 100) : 100;
	m->at = moment(root, map->time);
	word(root, map->bay, m->bay, sizeof(m->bay));
	word(root, map->id, m->id, sizeof(m->id));
	if (m->kind == CAM_SEEN && map->state && *map->state) {
		word(root, map->state, text, sizeof(text));
		m->state = small(root, map->state, 9999);
		m->kind = text_eq(text, map->value_in) ? CAM_SEEN
			: text_eq(text, map->value_out) ? CAM_LEFT : CAM_OTHER;
	}
	if (m->kind != CAM_ALIVE)
		picture(m, find(root, map->picture));
}

static void read_vz(struct cam_message *m, enum cam_vendor vendor, const char *name,
	const json_t *root)
{
	const json_t *payload = json_object_get(root, "payload");

	m->kind = CAM_ALIVE;
	if (!json_is_object(payload))
		payload = root;
	if (text_eq(name, "ivs_result") || text_eq(name, "offline_record")) {
		if (vendor == CAM_VZ_LANE)
			read_lane(m, payload);
		else
			read_bay(m, payload);
	} else if (text_eq(name, "snapshot")) {
		read_shot(m, payload);
	} else if (text_eq(name, "serial_data")) {
		read_bus(m, payload);
	}
}

/* What has no number of its own is known by its bytes. */
static void give_id(struct cam_message *m, const char *p, size_t len)
{
	char digest[SHA256_HEX];

	for (const char *c = m->id; *c; c++)
		if (*c < ' ' || *c > '~')
			m->id[0] = '\0';
	if (m->id[0])
		return;
	sha256_hex(p, len, digest);
	text_copy(m->id, sizeof(m->id), digest);
}

void cam_read(enum cam_vendor vendor, const char *name, const void *p, size_t len,
	const struct cam_map *map, struct cam_message *out)
{
	const char *text = p;
	json_t *root = NULL;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	while (len > 0 && *text == '\0') {       /* some firmware begins with one */
		text++;
		len--;
	}
	err = json_read(text, len, CAM_BYTES, &root);
	if (err != STATUS_OK || !json_is_object(root)) {
		error_drop(err);
		json_decref(root);
		return;
	}
	if (text_eq(name, "reply")) {
		if (!read_answer(out, root))
			out->kind = CAM_ALIVE;
	} else if (vendor == CAM_GENERIC) {
		read_generic(out, root, map);
	} else {
		read_vz(out, vendor, name, root);
	}
	if (out->kind >= CAM_SEEN && out->kind <= CAM_OTHER)
		give_id(out, text, len);
	json_decref(root);
}

void cam_clear(struct cam_message *m)
{
	free(m->picture);
	m->picture = NULL;
	m->picture_len = 0;
}

/* ---- orders ---- */

static const char *const order_names[] = { [CAM_RELAY] = "gpio_out",
	[CAM_SERIAL_DATA] = "serial_data", [CAM_SNAPSHOT] = "snapshot", [CAM_REBOOT] = "reboot",
	[CAM_SET_TIME] = "set_time", [CAM_INFO] = "get_device_info", [CAM_SETTINGS] = "bay_config",
	[CAM_TEST] = "geomagnetic_test" };

static json_t *serial_body(const struct cam_order *o)
{
	unsigned char bytes[FRAME_BYTES];
	size_t len = strlen(o->frame) / 2;
	char *data;
	json_t *body;

	if (len > sizeof(bytes) || !text_unhex(o->frame, bytes, len))
		len = 0;
	data = base64_dup(bytes, len);
	body = json_pack("{s:i, s:[{s:i, s:s, s:i}]}", "interval", 0, "serialData", "serialChannel",
		o->port - 1, "data", data, "dataLen", (int)len);
	free(data);
	return body;
}

static json_t *time_body(const struct cam_order *o)
{
	static const char *const keys[] = { "year", "month", "day", "hour", "min", "sec" };
	json_t *body = json_object();
	struct civil c;
	char text[16];
	int part[6];

	clock_civil(o->now, &c);
	part[0] = c.year;
	part[1] = c.month;
	part[2] = c.day;
	part[3] = c.hour;
	part[4] = c.minute;
	part[5] = c.second;
	for (int i = 0; i < 6; i++) {
		snprintf(text, sizeof(text), "%02d", part[i]);
		json_object_set_new(body, keys[i], json_string(text));
	}
	return body;
}

static json_t *settings_body(const struct cam_order *o)
{
	json_t *body = json_pack("{s:s, s:i, s:i}", "mode", o->mode, "serial_port", o->port, "baud",
		o->baud);

	for (int i = 0; i < 2; i++)
		json_object_set_new(body, i ? "right" : "left",
			json_pack("{s:b, s:s, s:s}", "enabled", (int)o->enabled[i], "name", o->name[i],
				"geomagnetic_id", o->geomagnetic[i]));
	return body;
}

static json_t *order_body(const struct cam_order *o)
{
	switch (o->kind) {
	case CAM_RELAY:
		return json_pack("{s:i, s:i, s:i}", "io", o->io, "value", 2, "delay", o->pulse_ms);
	case CAM_SERIAL_DATA:
		return serial_body(o);
	case CAM_SET_TIME:
		return time_body(o);
	case CAM_SETTINGS:
		return settings_body(o);
	case CAM_TEST:
		return json_pack("{s:s, s:s}", "side", o->side ? "right" : "left", "geomagnetic_id",
			o->geomagnetic[o->side ? 1 : 0]);
	default:
		return json_object();
	}
}

const char *cam_write_dup(const struct cam_order *o, char **text)
{
	const char *name = order_names[o->kind];
	char id[24];
	json_t *all;

	snprintf(id, sizeof(id), "c%lld", (long long)o->id);
	all = json_pack("{s:s, s:s, s:s, s:s, s:I, s:{s:s, s:o}}", "id", id, "sn", o->serial, "name",
		name, "version", "1.0", "timestamp", (json_int_t)o->now, "payload", "type", name, "body",
		order_body(o));
	if (!all)
		error_die("an order is no JSON");
	*text = json_write_dup(all);
	json_decref(all);
	return name;
}

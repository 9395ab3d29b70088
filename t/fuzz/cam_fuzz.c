/* cam_fuzz.c - messages of cameras as each vendor's and as nobody's: read, bounded, cleared.
 * Owns nothing.
 * Serves lib/proto/cam. */
#include "fuzz.h"

#include "base/text.h"
#include "proto/cam.h"

static const char *const names[] = { "ivs_result", "offline_record", "snapshot", "serial_data",
	"reply", "keep_alive", "" };
static const struct cam_map map = { "a", "b.c", "d.0", "e", "f", "g", "h", "1", "4" };

static void check(const struct cam_message *m)
{
	PROMISE(text_is_utf8(m->plate, strlen(m->plate)) && text_chars(m->plate) <= 8);
	PROMISE(text_is_utf8(m->bay, strlen(m->bay)));
	PROMISE(m->confidence >= 0 && m->confidence <= 100);
	PROMISE(m->picture_len <= CAM_PICTURE && (m->picture != NULL || m->picture_len == 0));
	PROMISE(m->at >= 0);
	PROMISE(m->kind < CAM_SEEN || m->kind > CAM_OTHER || m->id[0] != '\0');
	PROMISE(m->kind != CAM_ANSWER || m->wish > 0);
	PROMISE(m->kind != CAM_SHOT || m->picture_len > 0);
	PROMISE(m->kind != CAM_BUS || (m->hex[0] != '\0' && strlen(m->hex) % 2 == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char topic[300], serial[CAM_SERIAL], name[CAM_NAME];
	struct cam_message m, again;
	bool reply;

	for (int vendor = CAM_VZ_BAY; vendor <= CAM_GENERIC; vendor++)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			cam_read((enum cam_vendor)vendor, names[i], data, size, &map, &m);
			cam_read((enum cam_vendor)vendor, names[i], data, size, &map, &again);
			check(&m);
			PROMISE(m.kind == again.kind && strcmp(m.id, again.id) == 0);
			cam_clear(&m);
			cam_clear(&again);
		}
	snprintf(topic, sizeof(topic), "%.*s", (int)(size < 299 ? size : 299), (const char *)data);
	if (cam_topic(topic, serial, name, &reply))
		PROMISE(serial[0] != '\0' && name[0] != '\0' && !strchr(serial, '/'));
	return 0;
}

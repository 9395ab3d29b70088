/* cam_test.c - lib/proto/cam.h: messages of each kind of camera, what is capped and refused, and
 * orders as cameras read them (K3, K4, K6, K13).
 * Owns nothing.
 * Serves lib/proto/cam. */
#include "unit.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/json.h"
#include "proto/cam.h"

static void read_as(enum cam_vendor vendor, const char *name, const char *text,
	struct cam_message *m)
{
	cam_read(vendor, name, text, strlen(text), NULL, m);
}

static void test_topics_of_old_and_new_firmware_K6(void **state)
{
	char serial[CAM_SERIAL], name[CAM_NAME];
	bool reply;

	(void)state;
	assert_true(cam_topic("device/265e1040-85e01fb7/message/up/ivs_result", serial, name, &reply));
	assert_string_equal(serial, "265e1040-85e01fb7");
	assert_string_equal(name, "ivs_result");
	assert_false(reply);
	assert_true(cam_topic("sn1/device/message/up/keep_alive", serial, name, &reply));
	assert_string_equal(serial, "sn1");
	assert_true(cam_topic("device/sn1/message/down/gpio_out/reply", serial, name, &reply));
	assert_true(reply);
	assert_false(cam_topic("device/sn1/message/down/gpio_out", serial, name, &reply));
	assert_false(cam_topic("device//message/up/x", serial, name, &reply));
	assert_false(cam_topic("device/sn1/message/up", serial, name, &reply));
	assert_false(cam_topic("device/sn1/message/up/a/b", serial, name, &reply));
	assert_false(cam_topic("", serial, name, &reply));
	assert_false(cam_topic("device/0123456789012345678901234567890123456789x/message/up/x", serial,
		name, &reply));
}

#define BAY(state, conf) "{\"id\":\"1\",\"payload\":{\"bg_img\":[{\"image\":\"\"},{\"image\":\"AQID\"}]," \
	"\"product_h\":{\"parking\":{\"parking_state\":" state ",\"zone_id\":2,\"zone_name\":\"QTAwMQ==\"}," \
	"\"plate\":{\"plate\":\"57KkQkQxMjM0NQ==\",\"color\":5,\"confidence\":" conf "}," \
	"\"reco\":{\"reco_id\":77,\"reco_time\":\"2026-11-20 10:00:00\"}}}}"

static void test_a_bay_camera_sees_cars_come_and_go_K3(void **state)
{
	struct cam_message m;

	(void)state;
	read_as(CAM_VZ_BAY, "ivs_result", BAY("1", "97"), &m);
	assert_int_equal(m.kind, CAM_SEEN);
	assert_string_equal(m.plate, "粤BD12345");
	assert_string_equal(m.bay, "A001");
	assert_int_equal(m.confidence, 97);
	assert_int_equal(m.colour, 5);
	assert_int_equal(m.picture_len, 3);
	assert_int_not_equal(m.at, 0);
	assert_int_equal(strncmp(m.id, "77-", 3), 0);
	cam_clear(&m);
	read_as(CAM_VZ_BAY, "offline_record", BAY("4", "\"300\""), &m);
	assert_int_equal(m.kind, CAM_LEFT);
	assert_int_equal(m.confidence, 100);
	cam_clear(&m);
	read_as(CAM_VZ_BAY, "ivs_result", BAY("3", "-5"), &m);
	assert_int_equal(m.kind, CAM_OTHER);
	assert_int_equal(m.confidence, 0);
	cam_clear(&m);
}

static void test_a_lane_camera_K3(void **state)
{
	struct cam_message m;

	(void)state;
	read_as(CAM_VZ_LANE, "ivs_result",
		"{\"payload\":{\"AlarmInfoPlate\":{\"result\":{\"PlateResult\":{\"license\":"
		"\"X+aXoF8=\",\"confidence\":10,\"colorType\":1,\"triggerType\":8,\"plateid\":5,"
		"\"timeStamp\":{\"Timeval\":{\"sec\":1700000000}}}}}}}",
		&m);
	assert_int_equal(m.kind, CAM_SEEN);
	assert_string_equal(m.plate, "");
	assert_int_equal(m.at, 1700000000);
	assert_string_equal(m.id, "5-1700000000-8");
	read_as(CAM_VZ_LANE, "ivs_result",
		"{\"payload\":{\"AlarmInfoPlate\":{\"result\":{\"PlateResult\":{\"triggerType\":66,"
		"\"unique_id\":\"u1\"}}}}}",
		&m);
	assert_int_equal(m.kind, CAM_LEFT);
	assert_string_equal(m.id, "u1");
}

static void test_the_same_bytes_have_the_same_number_K6(void **state)
{
	static const char text[] = "{\"payload\":{\"product_h\":{\"parking\":{\"parking_state\":1}}}}";
	struct cam_message a, b;

	(void)state;
	read_as(CAM_VZ_BAY, "ivs_result", text, &a);
	read_as(CAM_VZ_BAY, "ivs_result", text, &b);
	assert_int_equal(strlen(a.id), 64);
	assert_string_equal(a.id, b.id);
}

static void test_answers_frames_and_signs_of_life_K4(void **state)
{
	struct cam_message m;

	(void)state;
	read_as(CAM_VZ_BAY, "reply", "{\"id\":\"c42\",\"code\":200,\"payload\":null}", &m);
	assert_int_equal(m.kind, CAM_ANSWER);
	assert_int_equal(m.wish, 42);
	assert_true(m.ok);
	read_as(CAM_VZ_BAY, "reply", "{\"id\":\"c42\",\"code\":500}", &m);
	assert_false(m.ok);
	read_as(CAM_VZ_BAY, "reply", "{\"id\":\"cx\",\"code\":200}", &m);
	assert_int_equal(m.kind, CAM_ALIVE);
	read_as(CAM_VZ_BAY, "serial_data", "{\"payload\":{\"body\":{\"serialData\":{\"data\":\"WgpV\"}}}}",
		&m);
	assert_int_equal(m.kind, CAM_BUS);
	assert_string_equal(m.hex, "5A0A55");
	cam_read(CAM_VZ_BAY, "keep_alive", "\0{\"payload\":{}}", 15, NULL, &m);
	assert_int_equal(m.kind, CAM_ALIVE);
	read_as(CAM_VZ_BAY, "keep_alive", "nonsense", &m);
	assert_int_equal(m.kind, CAM_BAD);
}

static void test_a_picture_of_20_MB_is_refused_K5(void **state)
{
	static const char head[] = "{\"payload\":{\"body\":{\"image_content\":\"", tail[] = "\"}}}";
	const size_t sizes[] = { 4, 2600000, 3000000, 28000000 };
	struct cam_message m;
	struct buf text;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		buf_init(&text, 0);
		buf_puts(&text, head);
		for (size_t k = 0; k < sizes[i]; k += 4)
			buf_add(&text, "AAAA", 4);
		buf_puts(&text, tail);
		cam_read(CAM_VZ_BAY, "snapshot", buf_str(&text), text.len, NULL, &m);
		assert_int_equal(m.kind, i < 2 ? CAM_SHOT : i == 2 ? CAM_ALIVE : CAM_BAD);
		assert_int_equal(m.picture_refused, i == 2);
		cam_clear(&m);
		buf_clear(&text);
	}
}

static void test_any_camera_by_the_names_of_its_fields_K6(void **state)
{
	static const struct cam_map map = { .id = "nr", .plate = "list.0.no", .time = "ts",
		.state = "way", .value_in = "in", .value_out = "out", .bay = "p", .confidence = "s" };
	static const char text[] = "{\"nr\":\"7\",\"ts\":1700000000123,\"way\":\"out\",\"p\":\"A1\","
		"\"s\":80.5,\"list\":[{\"no\":\"粤B12345\"}]}";
	struct cam_message m;

	(void)state;
	cam_read(CAM_GENERIC, "", text, strlen(text), &map, &m);
	assert_int_equal(m.kind, CAM_LEFT);
	assert_string_equal(m.plate, "粤B12345");
	assert_string_equal(m.id, "7");
	assert_string_equal(m.bay, "A1");
	assert_int_equal(m.confidence, 80);
	assert_int_equal(m.at, 1700000000);
	cam_read(CAM_GENERIC, "", "{\"x\":1}", 7, &map, &m);
	assert_int_equal(m.kind, CAM_ALIVE);
	cam_read(CAM_GENERIC, "", "{\"id\":\"c9\",\"code\":200}", 22, &map, &m);
	assert_int_equal(m.kind, CAM_ANSWER);
}

static void check_order(const struct cam_order *o, const char *name, const char *body)
{
	json_t *root = NULL;
	char *text = NULL, *got;

	assert_string_equal(cam_write_dup(o, &text), name);
	assert_ok(json_read(text, strlen(text), 4096, &root));
	assert_string_equal(json_text(root, "id", ""), "c12");
	assert_string_equal(json_text(root, "sn", ""), "sn1");
	got = json_write_dup(json_object_get(json_object_get(root, "payload"), "body"));
	assert_string_equal(got, body);
	free(got);
	free(text);
	json_decref(root);
}

static void test_orders_K4_K13(void **state)
{
	struct cam_order o = { .id = 12, .now = 1763604000, .serial = "sn1", .frame = "A50B01", .io = 2,
		.pulse_ms = 500, .port = 1, .baud = 9600, .side = 1, .mode = "vertical",
		.name = { "YB-001", "YB-002" }, .geomagnetic = { "g1", "g2" }, .enabled = { true } };

	(void)state;
	o.kind = CAM_RELAY;
	check_order(&o, "gpio_out", "{\"delay\":500,\"io\":2,\"value\":2}");
	o.kind = CAM_SERIAL_DATA;
	check_order(&o, "serial_data",
		"{\"interval\":0,\"serialData\":[{\"data\":\"pQsB\",\"dataLen\":3,\"serialChannel\":0}]}");
	o.kind = CAM_SETTINGS;
	check_order(&o, "bay_config",
		"{\"baud\":9600,\"left\":{\"enabled\":true,\"geomagnetic_id\":\"g1\",\"name\":\"YB-001\"},"
		"\"mode\":\"vertical\",\"right\":{\"enabled\":false,\"geomagnetic_id\":\"g2\",\"name\":"
		"\"YB-002\"},\"serial_port\":1}");
	o.kind = CAM_TEST;
	check_order(&o, "geomagnetic_test", "{\"geomagnetic_id\":\"g2\",\"side\":\"right\"}");
	o.kind = CAM_REBOOT;
	check_order(&o, "reboot", "{}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_topics_of_old_and_new_firmware_K6),
		cmocka_unit_test(test_a_bay_camera_sees_cars_come_and_go_K3),
		cmocka_unit_test(test_a_lane_camera_K3),
		cmocka_unit_test(test_the_same_bytes_have_the_same_number_K6),
		cmocka_unit_test(test_answers_frames_and_signs_of_life_K4),
		cmocka_unit_test(test_a_picture_of_20_MB_is_refused_K5),
		cmocka_unit_test(test_any_camera_by_the_names_of_its_fields_K6),
		cmocka_unit_test(test_orders_K4_K13),
	};

	return cmocka_run_group_tests_name("cam", tests, NULL, NULL);
}

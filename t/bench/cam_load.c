/* cam_load.c - cameras of bench camera: publishes what they say as fast as the broker takes it, or
 * hears it as the barest of subscribers.
 * Owns its connections. Serves bench_camera.py.
 *
 * cam_load tell PORT PASSWORD PREFIX CAMERAS COUNT event|alive   PREFIX/SERIAL/message/up/NAME
 * cam_load hear PORT PASSWORD TOPIC COUNT                        says ready, then its figures */
#include <mosquitto.h>
#include <time.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"

#define LINES 8                              /* connections that share the cameras */
#define AHEAD 100                            /* not yet acknowledged on each */

static struct line { struct mosquitto *m; int64_t sent, acked; bool linked; } lines[LINES];
static int64_t heard, first_us, last_us;

static int64_t now_us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static int64_t number(const char *s)
{
	int64_t v = 0;

	if (!text_i64(s, &v))
		error_die("not a number");
	return v;
}

static void on_connect(struct mosquitto *m, void *ctx, int rc)
{
	struct line *l = ctx;

	(void)m;
	if (rc != 0)
		error_die("the broker refuses");
	l->linked = true;
}

static void on_ack(struct mosquitto *m, void *ctx, int mid)
{
	struct line *l = ctx;

	(void)m;
	(void)mid;
	l->acked++;
}

static void turn(struct line *l, int wait_ms)
{
	if (mosquitto_loop(l->m, wait_ms, 1) != MOSQ_ERR_SUCCESS)
		error_die("the broker hung up");
}

static void dial(struct line *l, const char *port, const char *password)
{
	l->m = mosquitto_new(NULL, true, l);
	mosquitto_username_pw_set(l->m, "chargeops", password);
	mosquitto_connect_callback_set(l->m, on_connect);
	mosquitto_publish_callback_set(l->m, on_ack);
	mosquitto_max_inflight_messages_set(l->m, AHEAD);
	if (mosquitto_connect(l->m, "127.0.0.1", (int)number(port), 60) != MOSQ_ERR_SUCCESS)
		error_die("no broker");
	while (!l->linked)
		turn(l, 10);
}

/* Cars come and go by turns; each message has a number of its own. */
static int write_event(char *text, size_t room, const char *serial, int64_t n, bool in)
{
	char plate[20], when[CLOCK_TEXT], *coded;
	int len;

	snprintf(plate, sizeof(plate), "粤BD%05d", (int)(n % 100000));
	coded = base64_dup(plate, strlen(plate));
	clock_format(clock_now(), when);
	len = snprintf(text, room,
		"{\"id\":\"e%lld\",\"bv\":\"1.0.3\",\"sn\":\"%s\",\"name\":\"ivs_result\",\"version\":\"1.0\","
		"\"timestamp\":%lld,\"payload\":{\"chnlid\":0,\"device_info\":{\"dev_name\":\"bay\","
		"\"ip\":\"192.168.1.20\",\"sn\":\"%s\"},\"product_h\":{\"parking\":{\"parking_state\":%d,"
		"\"zone_id\":\"1\"},\"plate\":{\"plate\":\"%s\",\"color\":5,\"plate_type\":1,\"type\":0,"
		"\"confidence\":97},\"reco\":{\"reco_id\":\"r%lld\",\"reco_time\":\"%s\","
		"\"reco_flag\":1,\"group_id\":0,\"car_type\":1}},\"trigger_type\":1}}",
		(long long)n, serial, (long long)clock_now(), serial, in ? 1 : 4, coded, (long long)n, when);
	free(coded);
	return len;
}

static int write_alive(char *text, size_t room, const char *serial, int64_t n)
{
	long long now = (long long)clock_now();

	return snprintf(text, room, "{\"id\":\"%lld\",\"sn\":\"%s\",\"name\":\"keep_alive\",\"version\":"
		"\"1.0\",\"timestamp\":%lld,\"payload\":{\"body\":{\"timestamp\":%lld}}}", (long long)n,
		serial, now, now);
}

static void tell(char **word)
{
	int64_t cameras = number(word[3]), count = number(word[4]), done = 0, began;
	bool event = text_eq(word[5], "event");
	char topic[120], serial[24], text[1200];
	struct line *l;
	int len;

	for (int i = 0; i < LINES; i++)
		dial(&lines[i], word[0], word[1]);
	began = now_us(CLOCK_MONOTONIC);
	for (int64_t n = 0; n < count; n++) {
		l = &lines[n % LINES];
		while (l->sent - l->acked >= AHEAD)
			turn(l, 1);
		snprintf(serial, sizeof(serial), "bench%05d", (int)(n % cameras));
		snprintf(topic, sizeof(topic), "%s/%s/message/up/%s", word[2], serial,
			event ? "ivs_result" : "keep_alive");
		len = event ? write_event(text, sizeof(text), serial, n, n / cameras % 2 == 0)
			: write_alive(text, sizeof(text), serial, n);
		if (mosquitto_publish(l->m, NULL, topic, len, text, 1, false) != MOSQ_ERR_SUCCESS)
			error_die("publish");
		l->sent++;
	}
	for (int i = 0; i < LINES; i++)
		for (; lines[i].acked < lines[i].sent; turn(&lines[i], 1))
			;
	for (int i = 0; i < LINES; i++)
		done += lines[i].acked;
	printf("told=%lld seconds=%.3f\n", (long long)done,
		(double)(now_us(CLOCK_MONOTONIC) - began) / 1e6);
}

static void on_message(struct mosquitto *m, void *ctx, const struct mosquitto_message *in)
{
	(void)m;
	(void)ctx;
	(void)in;
	last_us = now_us(CLOCK_MONOTONIC);
	if (heard++ == 0)
		first_us = last_us;
}

static void hear(char **word)
{
	int64_t count = number(word[3]), cpu;

	dial(&lines[0], word[0], word[1]);
	mosquitto_message_callback_set(lines[0].m, on_message);
	mosquitto_subscribe(lines[0].m, NULL, word[2], 1);
	for (int i = 0; i < 20; i++)
		turn(&lines[0], 10);
	puts("ready");
	fflush(stdout);
	cpu = now_us(CLOCK_PROCESS_CPUTIME_ID);
	while (heard < count)
		turn(&lines[0], 100);
	printf("heard=%lld seconds=%.3f cpu_us=%lld\n", (long long)heard,
		(double)(last_us - first_us) / 1e6, (long long)(now_us(CLOCK_PROCESS_CPUTIME_ID) - cpu));
}

int main(int argc, char **argv)
{
	clock_zone(28800);
	mosquitto_lib_init();
	if (argc == 8 && text_eq(argv[1], "tell"))
		tell(argv + 2);
	else if (argc == 6 && text_eq(argv[1], "hear"))
		hear(argv + 2);
	else
		error_die("cam_load tell|hear: see its head");
	return 0;
}

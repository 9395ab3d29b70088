/* ocpp_load.c - a lean crowd of OCPP stations for bench ocpp: handshakes, calls as fast as answers
 * come, waves in which all hang up in mid-answer.
 * Owns its connections; obeys lines on standard input and answers each with a line of key=value.
 * Serves t/bench/bench_ocpp.py. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "proto/ws.h"

#define AT_ONCE 1024                 /* connects under way */
#define RTTS 2000000
#define IN 1024
#define ID_AT 12                     /* of its eight digits in a frame: head 8, [2," */

struct station { int fd; bool up; int64_t sent_us; int n; uint32_t calls; uint8_t in[IN]; };
struct frame { uint8_t bytes[400]; size_t len; };

static struct station *stations;
static struct frame kinds[2];
static int count, port, epoll_fd, under_way, next_to_connect, up;
static bool flooding;
static int64_t first_serial, received, lost, errors, rtts;
static int *rtt;

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

/* The mask is zero, so that only the id changes from call to call. */
static void make_frame(struct frame *f, const char *text)
{
	size_t n = strlen(text), head = ws_head_write(WS_TEXT, n, f->bytes);

	f->bytes[1] |= 128;
	memset(f->bytes + head, 0, 4);
	memcpy(f->bytes + head + 4, text, n);
	f->len = head + 4 + n;
	if (head != 4)
		error_die("the id stands elsewhere in a frame of that length");
}

static void make_frames(void)
{
	make_frame(&kinds[0], "[2,\"00000000\",\"Heartbeat\",{}]"
		"                                                                                        "
		"                                        ");
	make_frame(&kinds[1],
		"[2,\"00000000\",\"MeterValues\",{\"connectorId\":1,\"meterValue\":[{\"timestamp\":"
		"\"2026-11-26T20:00:00Z\",\"sampledValue\":[{\"value\":\"123456.7\",\"unit\":\"Wh\"},"
		"{\"value\":\"7200\",\"measurand\":\"Power.Active.Import\",\"unit\":\"W\"}]}]}]");
}

static void send_call(struct station *s)
{
	struct frame *f = &kinds[s->calls & 1];
	uint32_t id = ++s->calls;

	for (int i = 7; i >= 0; i--, id /= 10)
		f->bytes[ID_AT + i] = (uint8_t)('0' + id % 10);
	s->sent_us = now_us();
	if (send(s->fd, f->bytes, f->len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)f->len)
		lost++;
}

/* ---- links */

static void connect_one(int i)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event e = { .events = EPOLLOUT, .data.u32 = (uint32_t)i };
	struct station *s = &stations[i];
	int one = 1;

	to.sin_port = htons((uint16_t)port);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	s->n = 0;
	if (s->fd < 0)
		error_die("no descriptor left");
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(s->fd, (struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS)
		error_die("connect");
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, s->fd, &e);
	under_way++;
}

static void shake(int i)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = (uint32_t)i };
	char text[300];
	int n = snprintf(text, sizeof(text),
		"GET /ocpp/%lld HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n", (long long)(first_serial + i));

	epoll_ctl(epoll_fd, EPOLL_CTL_MOD, stations[i].fd, &e);
	if (send(stations[i].fd, text, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) != n)
		lost++;
}

static void hang_up(struct station *s)
{
	struct linger now = { 1, 0 };

	if (s->fd < 0)
		return;
	setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));     /* in mid-answer, by RST */
	close(s->fd);
	s->fd = -1;
	up -= s->up;
	s->up = false;
}

/* What is whole at the front: bytes, 0 for none yet. */
static int whole(const struct station *s)
{
	const uint8_t *end;
	int len, head;

	if (!s->up) {
		end = memmem(s->in, (size_t)s->n, "\r\n\r\n", 4);
		return end != NULL ? (int)(end - s->in) + 4 : 0;
	}
	if (s->n < 4)
		return 0;
	len = s->in[1] == 126 ? s->in[2] << 8 | s->in[3] : s->in[1];
	head = s->in[1] == 126 ? 4 : 2;
	return s->n >= head + len ? head + len : 0;
}

static void took(struct station *s)
{
	if (!s->up) {
		if (memcmp(s->in, "HTTP/1.1 101", 12) != 0)
			error_die("a handshake was refused");
		s->up = true;
		up++;
		under_way--;
		return;
	}
	if (s->in[0] != 0x81)
		return;
	if (s->in[3] != '3') {                       /* [3,...] is an answer; calls of theirs wait */
		errors += s->in[3] == '4';
		return;
	}
	received++;
	if (!flooding)
		return;
	if (rtts < RTTS)
		rtt[rtts++] = (int)(now_us() - s->sent_us);
	send_call(s);
}

static void take(int i)
{
	struct station *s = &stations[i];
	ssize_t n = recv(s->fd, s->in + s->n, (size_t)(IN - s->n), MSG_DONTWAIT);
	int used;

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		lost += s->up;
		under_way -= !s->up;
		hang_up(s);
		connect_one(i);                          /* as a station would */
		return;
	}
	s->n += n > 0 ? (int)n : 0;
	while ((used = whole(s)) > 0) {
		took(s);
		s->n -= used;
		memmove(s->in, s->in + used, (size_t)s->n);
	}
}

static void turn(int wait_ms)
{
	struct epoll_event events[512];
	int n = epoll_wait(epoll_fd, events, 512, wait_ms);

	for (int i = 0; i < n; i++)
		if (events[i].events & EPOLLOUT)
			shake((int)events[i].data.u32);
		else
			take((int)events[i].data.u32);
}

static double connect_all(void)
{
	int64_t began = now_us();

	next_to_connect = 0;
	while (up < count) {
		while (next_to_connect < count && under_way < AT_ONCE)
			connect_one(next_to_connect++);
		turn(100);
	}
	return (double)(now_us() - began) / 1e6;
}

/* ---- verbs */

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void flood_for(int64_t us)
{
	int64_t end = now_us() + us;

	flooding = true;
	for (int i = 0; i < count; i++)
		send_call(&stations[i]);
	while (now_us() < end)
		turn(10);
	flooding = false;
}

static void do_flood(int64_t seconds)
{
	int64_t base = received;

	rtts = 0;
	flood_for(seconds * 1000000);
	base = received - base;
	for (int i = 0; i < 50; i++)
		turn(10);
	qsort(rtt, (size_t)rtts, sizeof(int), by_value);
	printf("messages=%lld p50_us=%d p99_us=%d lost=%lld errors=%lld up=%d\n", (long long)base,
		rtts ? rtt[rtts / 2] : 0, rtts ? rtt[rtts * 99 / 100] : 0, (long long)lost,
		(long long)errors, up);
}

/* All talk, all hang up at once, all come back; n times. seconds: the slowest return. */
static void do_waves(int64_t n)
{
	double worst = 0, took_s;

	for (int64_t w = 0; w < n; w++) {
		flood_for(200000);
		for (int i = 0; i < count; i++)
			hang_up(&stations[i]);
		took_s = connect_all();
		worst = took_s > worst ? took_s : worst;
	}
	flood_for(200000);
	for (int i = 0; i < 50; i++)
		turn(10);
	printf("waves=%lld seconds=%.3f lost=%lld up=%d\n", (long long)n, worst, (long long)lost, up);
}

static void obey(char *line)
{
	char *verb = text_split(&line, ' '), *a = text_split(&line, ' ');
	int64_t n = 0;

	if (a != NULL)
		(void)text_i64(a, &n);
	if (text_eq(verb, "connect"))
		printf("seconds=%.3f up=%d\n", connect_all(), up);
	else if (text_eq(verb, "flood"))
		do_flood(n);
	else if (text_eq(verb, "waves"))
		do_waves(n);
	fflush(stdout);
}

/* PORT COUNT FIRST_SERIAL */
int main(int argc, char **argv)
{
	struct rlimit files;
	int64_t v[4] = { 0 };
	char line[100];

	error_init();
	for (int i = 1; i < 4; i++)
		if (argc != 4 || !text_i64(argv[i], &v[i]))
			error_die("ocpp_load PORT COUNT FIRST_SERIAL");
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	port = (int)v[1];
	count = (int)v[2];
	first_serial = v[3];
	epoll_fd = epoll_create1(0);
	stations = calloc((size_t)count, sizeof(*stations));
	rtt = calloc(RTTS, sizeof(*rtt));
	if (stations == NULL || rtt == NULL)
		error_die("out of memory");
	make_frames();
	while (fgets(line, sizeof(line), stdin) != NULL)
		obey(text_trim(line));
	return 0;
}

/* frame_load.c - a lean crowd of YKC piles for bench gateway: log-in, then paced, a fifth of them
 * with charges by card, or as fast as answers come.
 * Owns its connections; obeys lines on standard input and answers each with a line of key=value.
 * Serves t/bench/bench_gateway.py. */
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
#include "proto/ykc.h"

#define PER_SOURCE 14000
#define AT_ONCE 512                  /* connects under way */
#define BEAT_MS 10000
#define LIVE_MS 15000
#define RTTS 1000000
#define FIFTH 5
#define ASK_MS 15000                 /* before a card is shown again */
#define RECORD_MS 30000              /* before a record is sent again */
#define TWICE 50                     /* of so many records one is sent twice at once */
#define TICK_MS 1000
#define TICK_ENERGY 167              /* of 60 kW, in 1e-4 kWh */
#define PRICE 110000                 /* the bench's tariff, all day */
#define KWH 10000

enum charge { NO_CHARGE, ASKING, CHARGING, RECORD };
struct pile {
	int fd;
	bool up;
	enum charge charge;
	int64_t sent_us, again_ms, due_ms, end_ms, started, ended, energy, meter;
	char serial[YKC_SERIAL], no[YKC_NO];
};

static struct pile *piles;
static int count, port, epoll_fd, under_way, next_to_connect, up, busy;
static bool with_login, flooding, closing_time;
static int64_t sent, received, lost, rtts, refused, records, acknowledged;
static int charge_ms;
static int *rtt;

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void send_frame(struct pile *p, struct ykc_message *m)
{
	uint8_t frame[YKC_FRAME_MAX];
	int len = ykc_encode(m, frame);

	p->sent_us = now_us();
	sent++;
	if (send(p->fd, frame, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) != len)
		lost++;
}

static void send_beat(struct pile *p)
{
	struct ykc_message m = { .type = YKC_HEARTBEAT, .u.heartbeat.gun = 1 };

	text_copy(m.u.heartbeat.serial, YKC_SERIAL, p->serial);
	send_frame(p, &m);
}

static void send_live(struct pile *p)
{
	bool charging = p->charge == CHARGING;
	struct ykc_message m = { .type = YKC_LIVE, .u.live = { .gun = 1, .plugged = 1 } };

	m.u.live.state = charging ? YKC_GUN_CHARGING : YKC_GUN_IDLE;
	text_copy(m.u.live.no, YKC_NO, charging ? p->no : YKC_NO_NONE);
	text_copy(m.u.live.serial, YKC_SERIAL, p->serial);
	if (charging) {
		m.u.live.voltage = 4000;
		m.u.live.current = 1500;
		m.u.live.soc = 50;
		m.u.live.energy = m.u.live.loss_energy = p->energy;
		m.u.live.amount = p->energy * PRICE / KWH;
	}
	send_frame(p, &m);
}

/* ---- charges, each with a record at its end that is sent until it is acknowledged */

static void show_card(struct pile *p)
{
	struct ykc_message m = { .type = YKC_CARD_START, .u.card_start = { .gun = 1, .mode = 1 } };

	text_copy(m.u.card_start.serial, YKC_SERIAL, p->serial);
	snprintf(m.u.card_start.card, sizeof(m.u.card_start.card), "C%s", p->serial + 7);
	p->charge = ASKING;
	p->due_ms = clock_mono_ms() + ASK_MS;
	send_frame(p, &m);
}

static void send_record(struct pile *p)
{
	struct ykc_message m = { .type = YKC_RECORD };
	struct ykc_record *r = &m.u.record;

	text_copy(r->serial, YKC_SERIAL, p->serial);
	text_copy(r->no, YKC_NO, p->no);
	r->gun = 1;
	r->started = p->started;
	r->ended = r->traded = p->ended;
	for (int i = 0; i < YKC_PRICES; i++)
		r->type[i].price = PRICE;
	r->energy = r->loss_energy = r->type[2].energy = r->type[2].loss_energy = p->energy;
	r->amount = r->type[2].amount = p->energy * PRICE / KWH;
	r->meter_start = p->meter;
	r->meter_end = p->meter + p->energy;
	r->trade = 2;
	r->reason = 0x45;
	snprintf(r->card, sizeof(r->card), "C%s", p->serial + 7);
	p->due_ms = clock_mono_ms() + RECORD_MS;
	send_frame(p, &m);
}

static void end_charge(struct pile *p)
{
	p->charge = RECORD;
	p->ended = clock_now();
	records++;
	send_record(p);
	if (records % TWICE == 0)
		send_record(p);
}

/* What happens at a pile each second. */
static void tick(struct pile *p)
{
	int64_t now = clock_mono_ms();

	if (p->charge == CHARGING)
		p->energy += TICK_ENERGY;
	if (p->charge == CHARGING && (closing_time || p->end_ms <= now))
		end_charge(p);
	else if (p->charge == RECORD && p->due_ms <= now)
		send_record(p);
	else if (p->charge < CHARGING && p->due_ms <= now && !closing_time)
		show_card(p);
}

static void on_card(struct pile *p, const struct ykc_card_answer *a)
{
	if (p->charge != ASKING)
		return;
	if (a->accepted != 1) {
		refused++;                               /* the card is shown again when it is due */
		return;
	}
	text_copy(p->no, YKC_NO, a->no);
	p->charge = CHARGING;
	p->energy = 0;
	p->started = clock_now();
	p->end_ms = clock_mono_ms() + charge_ms;
}

static void on_record_answer(struct pile *p, const struct ykc_record_answer *a)
{
	if (p->charge != RECORD || !text_eq(a->no, p->no))
		return;                                  /* of one that was sent twice */
	acknowledged++;
	p->charge = NO_CHARGE;
	p->meter += p->energy;
	p->due_ms = clock_mono_ms() + TICK_MS;
}

static void took_charge(struct pile *p, const struct ykc_frame *frame)
{
	struct ykc_message m;

	if (frame->type != YKC_CARD_START_ANSWER && frame->type != YKC_RECORD_ANSWER)
		return;
	if (ykc_decode(frame, &m) != YKC_OK)
		lost++;
	else if (frame->type == YKC_CARD_START_ANSWER)
		on_card(p, &m.u.card_answer);
	else
		on_record_answer(p, &m.u.record_answer);
}

/* Every fifth pile charges, again and again; the first time one after the other. */
static void plan_charges(int seconds)
{
	charge_ms = seconds * 1000;
	for (int i = 0; i < count; i += FIFTH)
		piles[i].due_ms = clock_mono_ms() + charge_ms * (int64_t)i / count;
}

static void send_login(struct pile *p)
{
	struct ykc_message m = { .type = YKC_LOGIN,
		.u.login = { .guns = 1, .version = 16, .firmware = "load" } };

	text_copy(m.u.login.serial, YKC_SERIAL, p->serial);
	text_copy(m.u.login.iccid, sizeof(m.u.login.iccid), "0");
	send_frame(p, &m);
}

static void connect_one(int i)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
					   from = to;
	struct epoll_event e = { .events = EPOLLOUT, .data.u32 = (uint32_t)i };
	struct pile *p = &piles[i];
	int one = 1;

	to.sin_port = htons((uint16_t)port);
	from.sin_addr.s_addr =
		htonl(0x7F000002u + (uint32_t)(i / PER_SOURCE) + (uint32_t)(getpid() % 200) * 4);
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	p->again_ms = clock_mono_ms() + 1000;
	if (p->fd < 0)
		error_die("no descriptor left");
	setsockopt(p->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	(void)!bind(p->fd, (struct sockaddr *)&from, sizeof(from));
	if (connect(p->fd, (struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS)
		error_die("connect");
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, p->fd, &e);
	under_way++;
}

static int chargers(void)
{
	return (count + FIFTH - 1) / FIFTH;
}

static void is_up(struct pile *p)
{
	if (!p->up) {
		p->up = true;
		up++;
	}
}

static void connected(int i)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = (uint32_t)i };

	epoll_ctl(epoll_fd, EPOLL_CTL_MOD, piles[i].fd, &e);
	under_way--;
	if (with_login)
		send_login(&piles[i]);
	else
		is_up(&piles[i]);
}

static void took(struct pile *p, const struct ykc_frame *frame)
{
	uint8_t type = frame->type;

	received++;
	took_charge(p, frame);
	if (type == YKC_LOGIN_ANSWER)
		is_up(p);
	if (!flooding || (type != YKC_HEARTBEAT && type != YKC_HEARTBEAT_ANSWER))
		return;
	if (rtts < RTTS)
		rtt[rtts++] = (int)(now_us() - p->sent_us);
	send_beat(p);
}

/* Frames come whole on the loopback; a rest would be counted as lost. */
static void take(int i)
{
	static uint8_t buf[65536];
	struct pile *p = &piles[i];
	ssize_t n = recv(p->fd, buf, sizeof(buf), MSG_DONTWAIT);
	struct ykc_frame frame;
	size_t used, at = 0;

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		epoll_ctl(epoll_fd, EPOLL_CTL_DEL, p->fd, NULL);
		close(p->fd);
		up -= p->up;
		p->up = false;
		connect_one(i);                          /* as a pile would */
		return;
	}
	while (n > 0 && ykc_scan(buf + at, (size_t)n - at, &frame, &used) == YKC_SCAN_FRAME) {
		took(p, &frame);
		at += used;
	}
	lost += n > 0 && at < (size_t)n;
}

static void turn(int wait_ms)
{
	struct epoll_event events[512];
	int n = epoll_wait(epoll_fd, events, 512, wait_ms);

	for (int i = 0; i < n; i++)
		if (events[i].events & EPOLLOUT)
			connected((int)events[i].data.u32);
		else
			take((int)events[i].data.u32);
}

static void do_connect(void)
{
	int64_t began = now_us();

	/* all were up: what the server closed meanwhile is not known before it is looked at */
	while (next_to_connect == count && up == count && now_us() - began < 5000000)
		turn(100);
	while (up < count) {
		while (next_to_connect < count && under_way < AT_ONCE)
			connect_one(next_to_connect++);
		turn(100);
	}
	printf("up=%d seconds=%.3f\n", up, (double)(now_us() - began) / 1e6);
}

/* Every pile its heartbeat each 10 s and its report each 15 s, spread evenly; with a length of
 * charges above 0 a fifth of them charge. */
static void do_paced(int seconds, int charge_seconds)
{
	int64_t began = now_us(), end = began + seconds * INT64_C(1000000), beats = 0, lives = 0,
			ticks = 0, base = sent, got = received;

	if (charge_seconds > 0)
		plan_charges(charge_seconds);
	while (now_us() < end) {
		int64_t ms = (now_us() - began) / 1000;

		for (; beats < ms * count / BEAT_MS; beats++)
			send_beat(&piles[beats % count]);
		for (; lives < ms * count / LIVE_MS; lives++)
			send_live(&piles[lives % count]);
		for (; charge_ms > 0 && ticks < ms * chargers() / TICK_MS; ticks++)
			tick(&piles[ticks % chargers() * FIFTH]);
		turn(1);
	}
	printf("sent=%lld received=%lld lost=%lld up=%d\n", (long long)(sent - base),
		(long long)(received - got), (long long)lost, up);
}

/* Ends the charges that go on and waits for the last answers. */
static void do_settle(int seconds)
{
	int64_t end = now_us() + seconds * INT64_C(1000000);
	int open = 1;

	closing_time = true;
	while (open > 0 && now_us() < end) {
		open = 0;
		for (int i = 0; i < count; i += FIFTH) {
			tick(&piles[i]);
			open += piles[i].charge == CHARGING || piles[i].charge == RECORD;
			if (i / FIFTH % 16 == 0)
				turn(1);
		}
		turn(10);
	}
	printf("records=%lld acknowledged=%lld refused=%lld open=%d\n", (long long)records,
		(long long)acknowledged, (long long)refused, open);
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void do_flood(int seconds)
{
	int64_t end = now_us() + seconds * INT64_C(1000000), base = received;

	rtts = 0;
	flooding = true;
	for (int i = 0; i < busy; i++)
		send_beat(&piles[i]);
	while (now_us() < end)
		turn(10);
	flooding = false;
	base = received - base;
	for (int i = 0; i < 20; i++)
		turn(10);
	qsort(rtt, (size_t)rtts, sizeof(int), by_value);
	printf("messages=%lld p50_us=%d p99_us=%d lost=%lld up=%d\n", (long long)base,
		rtts ? rtt[rtts / 2] : 0, rtts ? rtt[rtts * 99 / 100] : 0, (long long)lost, up);
}

static void obey(char *line)
{
	char *verb = text_split(&line, ' '), *a = text_split(&line, ' '), *b = text_split(&line, ' ');
	int64_t seconds = 0, guns = 0;

	if (a != NULL)
		(void)text_i64(a, &seconds);
	if (b != NULL && text_i64(b, &guns))
		busy = (int)(guns < count ? guns : count);
	if (text_eq(verb, "connect"))
		do_connect();
	else if (text_eq(verb, "paced"))
		do_paced((int)seconds, (int)guns);
	else if (text_eq(verb, "settle"))
		do_settle((int)seconds);
	else if (text_eq(verb, "flood"))
		do_flood((int)seconds);
	fflush(stdout);
}

/* PORT COUNT FIRST_SERIAL LOGIN(0|1) */
int main(int argc, char **argv)
{
	struct rlimit files;
	int64_t v[5] = { 0 };
	char line[100];

	error_init();
	clock_zone(28800);
	for (int i = 1; i < 5; i++)
		if (argc != 5 || !text_i64(argv[i], &v[i]))
			error_die("frame_load PORT COUNT FIRST_SERIAL LOGIN");
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	port = (int)v[1];
	count = (int)v[2];
	with_login = v[4] != 0;
	epoll_fd = epoll_create1(0);
	piles = calloc((size_t)count, sizeof(*piles));
	rtt = calloc(RTTS, sizeof(*rtt));
	if (piles == NULL || rtt == NULL)
		error_die("out of memory");
	for (int i = 0; i < count; i++) {
		char serial[24];

		snprintf(serial, sizeof(serial), "%014lld", (long long)(v[3] + i));
		text_copy(piles[i].serial, YKC_SERIAL, serial);
	}
	while (fgets(line, sizeof(line), stdin) != NULL)
		obey(text_trim(line));
	return 0;
}

/* control.c - a UNIX socket for whoever plays the driver at a virtual pile: one command a line, one
 * line back.
 * Owns the socket and its connections.
 * Serves tests and the demo. */
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemons/pilesim/sim.h"

#include "base/buf.h"
#include "base/text.h"

#define WORDS 5
#define LINE 200

struct caller { struct loop_io io; size_t n; char line[LINE]; };

static struct loop_io listener;

struct call {
	struct pile *pile;
	struct gun *gun;
	struct spot *spot;
	char **word;
	int words;
	struct buf *out;
};

static void put_pile(struct call *c)
{
	static const char *const links[] = { "down", "connecting", "login", "up" };
	const struct pile *p = c->pile;
	int records = 0;

	for (const struct sim_record *r = p->records; r != NULL; r = r->next)
		records++;
	buf_printf(c->out, "serial=%s link=%s model=%s records=%d", p->serial, links[p->link],
		p->prices.known ? p->prices.model : "-", records);
	for (int i = 0; i < p->guns; i++) {
		const struct gun *g = &p->gun[i];
		buf_printf(c->out, " gun%d=%s plugged%d=%d no%d=%s energy%d=%lld soc%d=%d amount%d=%lld",
			g->number, gun_state_name(g), g->number, g->plugged, g->number,
			g->no[0] != '\0' ? g->no : "-", g->number, (long long)g->energy, g->number,
			g->soc_milli / 10, g->number, (long long)gun_amount(p, g));
	}
}

static const char *do_status(struct call *c)
{
	int up = 0;

	if (c->pile != NULL) {
		put_pile(c);
		return NULL;
	}
	for (int i = 0; i < sim.piles; i++)
		up += sim.pile[i].link == LINK_UP;
	buf_printf(c->out,
		"piles=%d up=%d charging=%d sent=%lld received=%lld refused=%lld records=%lld"
		" cameras=%d linked=%d", sim.piles,
		up, fleet_charging(), (long long)sim.sent, (long long)sim.received, (long long)sim.refused,
		(long long)sim.records_acknowledged, camera_count(false), camera_count(true));
	return NULL;
}

static const char *do_plug(struct call *c)
{
	gun_plug(c->pile, c->gun);
	return NULL;
}

static const char *do_unplug(struct call *c)
{
	gun_unplug(c->pile, c->gun);
	return NULL;
}

static const char *do_stop(struct call *c)
{
	return gun_stop(c->pile, c->gun, STOP_LOCAL) ? NULL : "not charging";
}

static const char *do_card(struct call *c)
{
	if (c->gun->state != GUN_IDLE || c->words < 4)
		return c->words < 4 ? "which card?" : "busy";
	text_copy(c->gun->card, sizeof(c->gun->card), c->word[3]);
	c->gun->state = GUN_ASKING;
	c->pile->protocol->show_card(c->pile, c->gun);
	return NULL;
}

static const char *do_sleep(struct call *c)
{
	if (c->words < 4)
		return "on or off?";
	c->gun->asleep = text_eq(c->word[3], "on");
	return NULL;
}

static const char *do_alarm(struct call *c)
{
	int64_t kind = 0;

	if (c->pile->protocol->alarm == NULL)
		return "its protocol has no alarms";
	if (c->words < 4 || !text_i64(c->word[3], &kind) || kind < 1 || kind > 255)
		return "which alarm? 1 to 255";
	c->pile->protocol->alarm(c->pile, c->gun, (int)kind);
	return NULL;
}

static const char *do_fault(struct call *c)
{
	int64_t word = 0;

	if (c->words < 4 || !text_i64(c->word[3], &word) || word < 0 || word > 65535)
		return "fault word: 0 to 65535";
	c->gun->fault = (int)word;
	if (word != 0)
		gun_stop(c->pile, c->gun, STOP_PLUG_PULLED);
	c->pile->protocol->report(c->pile, c->gun);
	return NULL;
}

static const char *do_drop(struct call *c)
{
	pile_drop(c->pile, "asked");
	return NULL;
}

static const char *do_silent(struct call *c)
{
	int64_t seconds = 0;

	if (c->words < 3 || !text_i64(c->word[2], &seconds) || seconds < 0 || seconds > 86400)
		return "seconds: 0 to 86400";
	pile_silence(c->pile, (int)seconds);
	return NULL;
}

static const char *do_repeat(struct call *c)
{
	if (c->words < 2)
		return "on or off?";
	sim.faults.repeat = text_eq(c->word[1], "on") ? 1000 : 0;
	return NULL;
}

static const char *do_camera(struct call *c)
{
	spot_status(c->spot, c->out);
	return NULL;
}

static const char *do_come(struct call *c)
{
	if (!spot_is_free(c->spot))
		return "not free";
	if (c->words > 4 && !text_eq(c->word[4], "clear") && !text_eq(c->word[4], "weak") &&
		!text_eq(c->word[4], "unread"))
		return "clear, weak or unread?";
	spot_come(c->spot, c->words > 3 ? c->word[3] : "", c->words > 4 ? c->word[4] : "");
	return NULL;
}

static const char *do_leave(struct call *c)
{
	return spot_leave(c->spot) ? NULL : "nobody there";
}

enum need { NOTHING, PILE, PILE_IF_GIVEN, GUN, BAY };

static const struct verb {
	const char *name;
	enum need need;
	const char *(*fn)(struct call *c);
} verbs[] = {
	{ "status", PILE_IF_GIVEN, do_status },
	{ "plug", GUN, do_plug },
	{ "unplug", GUN, do_unplug },
	{ "card", GUN, do_card },
	{ "stop", GUN, do_stop },
	{ "sleep", GUN, do_sleep },
	{ "fault", GUN, do_fault },
	{ "alarm", GUN, do_alarm },
	{ "camera", BAY, do_camera },
	{ "come", BAY, do_come },
	{ "leave", BAY, do_leave },
	{ "drop", PILE, do_drop },
	{ "silent", PILE, do_silent },
	{ "repeat-records", NOTHING, do_repeat },
};

static const char *find_things(struct call *c, enum need need)
{
	int64_t number = 1;

	if (need == NOTHING || (need == PILE_IF_GIVEN && c->words < 2))
		return NULL;
	if (need == BAY) {
		if (c->words < 3 || !text_i64(c->word[2], &number))
			return "which bay? CAMERA 1 or 2";
		c->spot = spot_find(c->word[1], number);
		return c->spot == NULL ? "no such bay" : NULL;
	}
	c->pile = c->words > 1 ? pile_find(c->word[1]) : NULL;
	if (c->pile == NULL)
		return "no such pile";
	if (need != GUN)
		return NULL;
	if (c->words < 3 || !text_i64(c->word[2], &number) || number < 1 || number > c->pile->guns)
		return "no such gun";
	c->gun = &c->pile->gun[number - 1];
	return NULL;
}

static void obey(char *line, struct buf *out)
{
	char *word[WORDS];
	struct call c = { .word = word, .out = out };
	const char *wrong = "no such command";
	size_t mark;

	while (c.words < WORDS && line != NULL) {
		char *w = text_split(&line, ' ');
		if (w != NULL && *w != '\0')
			word[c.words++] = w;
	}
	buf_puts(out, "ok ");
	mark = out->len;
	for (size_t i = 0; c.words > 0 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!text_eq(verbs[i].name, word[0]))
			continue;
		wrong = find_things(&c, verbs[i].need);
		if (wrong == NULL)
			wrong = verbs[i].fn(&c);
		break;
	}
	if (wrong != NULL) {
		buf_reset(out);
		buf_printf(out, "error %s", wrong);
	} else if (out->len == mark) {
		out->data[--out->len] = '\0';
	}
	buf_putc(out, '\n');
}

static void hang_up(struct caller *c)
{
	loop_del(sim.loop, &c->io);
	close(c->io.fd);
	free(c);
}

static void answer(struct caller *c, char *line)
{
	struct buf out;

	buf_init(&out, 0);
	obey(text_trim(line), &out);
	(void)!send(c->io.fd, out.data, out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	buf_clear(&out);
}

static void on_caller(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct caller *c = (struct caller *)io;
	ssize_t n = recv(io->fd, c->line + c->n, sizeof(c->line) - 1 - c->n, MSG_DONTWAIT);
	char *end;

	(void)events;
	sim.now_ms = loop_now_ms(l);
	if (n <= 0) {
		hang_up(c);
		return;
	}
	c->n += (size_t)n;
	c->line[c->n] = '\0';
	while ((end = strchr(c->line, '\n')) != NULL) {
		*end++ = '\0';
		answer(c, c->line);
		c->n -= (size_t)(end - c->line);
		memmove(c->line, end, c->n + 1);
	}
	if (c->n == sizeof(c->line) - 1)
		hang_up(c);
}

static void on_knock(struct loop *l, struct loop_io *io, uint32_t events)
{
	struct caller *c = calloc(1, sizeof(*c));

	(void)events;
	if (c == NULL)
		error_die("out of memory");
	c->io =
		(struct loop_io){ accept4(io->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on_caller };
	if (c->io.fd < 0) {
		free(c);
		return;
	}
	error_log("control", loop_add(l, &c->io, EPOLLIN));
}

NEOERR *control_serve(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(at.sun_path))
		return nerr_raise(ERR_INVALID, "the control socket's path is too long");
	text_copy(at.sun_path, sizeof(at.sun_path), path);
	unlink(path);
	listener = (struct loop_io){ socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
		on_knock };
	if (listener.fd < 0 || bind(listener.fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
		listen(listener.fd, 16) != 0)
		return nerr_raise_errno(ERR_INVALID, "cannot listen on %s", path);
	return nerr_pass(loop_add(sim.loop, &listener, EPOLLIN));
}

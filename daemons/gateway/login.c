/* login.c - admission: a storm of log-ins waits its turn, a pile's newer connection replaces the
 * older.
 * Owns the waiting list.
 * Serves the protocols. */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "daemons/gateway/loop.h"

#include "base/log.h"
#include "base/text.h"

/* A waiting log-in may take longer than the protocol's own patience: the peer is not at fault. */
#define PATIENCE_MS 60000

static void peer_address(const struct conn *c, char *out, size_t room)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	char host[INET6_ADDRSTRLEN] = "";
	int port = 0;

	memset(&sa, 0, sizeof(sa));
	if (getpeername(c->io.fd, (struct sockaddr *)&sa, &len) == 0 && sa.ss_family == AF_INET) {
		const struct sockaddr_in *in4 = (const struct sockaddr_in *)&sa;
		inet_ntop(AF_INET, &in4->sin_addr, host, sizeof(host));
		port = ntohs(in4->sin_port);
	} else if (sa.ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&sa;
		inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
		port = ntohs(in6->sin6_port);
	}
	snprintf(out, room, "%s:%d", host, port);
}

static void ask_writer(struct conn *c, const struct msg_hello *hello)
{
	struct msg m = { .kind = MSG_HELLO, .tag = hello->tag };

	m.u.hello = *hello;
	c->state = CONN_ASKED;
	core.asked++;
	if (!conn_tell(c, &m))
		conn_close(c, "busy");
}

void conn_hello(struct conn *c, const struct msg_hello *hello)
{
	if (c->state == CONN_WAITING || c->state == CONN_ASKED)
		return;                                  /* it asks again: it is on its way */
	if (c->state == CONN_KNOWN && !text_eq(c->serial, hello->serial)) {
		conn_complain(c, COUNT_MISMATCH, "log-in as another pile");
		conn_close(c, "mismatch");
		return;
	}
	/* the same pile again on the same link: as if it were new */
	if (c->state == CONN_KNOWN) {
		conn_hash_remove(c);
		live_forget(c);
	}
	c->hello = malloc(sizeof(*c->hello));
	if (c->hello == NULL)
		error_die("out of memory");
	*c->hello = *hello;
	peer_address(c, c->hello->address, sizeof(c->hello->address));
	text_copy(c->hello->protocol, sizeof(c->hello->protocol), c->protocol->name);
	text_copy(c->serial, sizeof(c->serial), hello->serial);
	c->writer = writer_of(c->serial);
	c->state = CONN_WAITING;
	c->next = NULL;
	if (core.waiting_tail != NULL)
		core.waiting_tail->next = c;
	else
		core.waiting = c;
	core.waiting_tail = c;
	count_add(COUNT_WAITING, 1);
	wheel_set(&core.wheel, &c->timer, core.now_ms + PATIENCE_MS);
	login_next();
}

static struct conn *waiting_pop(void)
{
	struct conn *c = core.waiting;

	if (c == NULL)
		return NULL;
	core.waiting = c->next;
	if (core.waiting == NULL)
		core.waiting_tail = NULL;
	c->next = NULL;
	count_add(COUNT_WAITING, -1);
	return c;
}

void login_next(void)
{
	struct msg_hello *hello;
	struct conn *c;

	while (core.asked < LOGINS_AT_ONCE && (c = waiting_pop()) != NULL) {
		hello = c->hello;
		c->hello = NULL;
		ask_writer(c, hello);
		free(hello);
	}
}

static void waiting_remove(struct conn *c)
{
	struct conn **at = &core.waiting, *before = NULL;

	while (*at != NULL && *at != c) {
		before = *at;
		at = &(*at)->next;
	}
	if (*at == NULL)
		return;
	*at = c->next;
	if (core.waiting_tail == c)
		core.waiting_tail = before;
	count_add(COUNT_WAITING, -1);
}

void login_forget(struct conn *c)
{
	if (c->state == CONN_WAITING)
		waiting_remove(c);
	else if (c->state == CONN_ASKED)
		core.asked--;                            /* its answer finds nobody */
	free(c->hello);
	c->hello = NULL;
}

static void take_over(struct conn *c)
{
	struct conn *old = conn_by_serial(c->serial);

	if (old == NULL || old == c)
		return;
	count_add(COUNT_REPLACED, 1);
	log_line(LOG_INFO, "pile_replaced", "pile=%s", c->serial);
	conn_hash_remove(old);
	conn_close(old, "replaced");
}

void login_known(struct conn *c, const struct msg *m)
{
	const struct pile_known *pile = &m->u.known.pile;

	if (c->state != CONN_ASKED)
		return;
	core.asked--;
	if (m->u.known.unavailable) {
		c->state = CONN_FRESH;
		conn_close(c, "unavailable");
		return;
	}
	if (!m->u.known.known) {
		c->state = CONN_FRESH;
		c->denied = pile->denied;
		conn_complain(c, COUNT_STRANGERS, pile->denied ? "wrong password" : "not registered");
		c->protocol->known(c, false, m->tag);
		conn_close(c, "stranger");
		return;
	}
	take_over(c);
	c->state = CONN_KNOWN;
	c->pile_id = pile->pile_id;
	c->guns = pile->connector_count < 1 ? 1
		: pile->connector_count > 99    ? 99
		: pile->connector_count;
	c->black_box = (uint8_t)pile->black_box;
	free(c->gun);
	c->gun = calloc((size_t)c->guns, sizeof(*c->gun));
	if (c->gun == NULL)
		error_die("out of memory");
	for (int i = 0; i < c->guns; i++) {
		c->gun[i].live.state = CONNECTOR_OFFLINE;
		c->gun[i].fault_told = pile->alarmed ? -1 : 0;
		c->gun[i].battery_temperature = TEMPERATURE_NONE;
	}
	conn_hash_add(c);
	count_add(COUNT_LOGINS, 1);
	conn_wake_at(c, 0);
	c->protocol->known(c, true, m->tag);
}

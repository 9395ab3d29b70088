/* await.c - which command a peer's answer belongs to, where answers bear no number of ours.
 * Owns the list of a connection's commands that are on the wire.
 * Serves the protocols; OCPP has message ids of its own. */
#include "daemons/gateway/loop.h"

#include "base/text.h"

#define FRESH_MS 120000              /* an answer comes within it, but for what is fetched first */
#define FETCH_MS (2 * 3600000)
#define AWAITED 64                   /* of a connection; the oldest makes room */

struct awaited {
	struct awaited *next;
	int64_t command_id, at_ms;           /* 0: nobody asks how it ended */
	enum command_kind kind;
	int number, seq;
};

void conn_await(struct conn *c, const struct command *row, int seq)
{
	struct awaited **at = &c->awaited, *a = calloc(1, sizeof(*a)), *oldest;
	int n = 0;

	if (a == NULL)
		error_die("out of memory");
	*a = (struct awaited){ NULL, row->id, conn_now_ms(), row->kind, row->connector_number, seq };
	for (; *at != NULL; at = &(*at)->next)
		n++;
	*at = a;
	if (n < AWAITED)
		return;
	oldest = c->awaited;
	c->awaited = oldest->next;
	free(oldest);
}

static bool is_fresh(const struct awaited *a)
{
	return conn_now_ms() - a->at_ms <
		(a->kind == COMMAND_UPDATE_FIRMWARE ? FETCH_MS : FRESH_MS);
}

/* The frame whose number it repeats; else the oldest that somebody waits for: a peer answers in
 * the order in which it was asked. */
static struct awaited **find(struct conn *c, enum command_kind kind, int number, int seq)
{
	struct awaited **at;

	for (at = &c->awaited; *at != NULL; at = &(*at)->next)
		if ((*at)->kind == kind && (*at)->seq == seq)
			return at;
	for (at = &c->awaited; *at != NULL; at = &(*at)->next)
		if ((*at)->kind == kind && (*at)->command_id != 0 && is_fresh(*at) &&
			(number == 0 || (*at)->number == 0 || (*at)->number == number))
			return at;
	return NULL;
}

static void tell(struct conn *c, const struct awaited *a, bool ok, const char *result)
{
	struct msg m = { .kind = MSG_ANSWER };

	m.u.answer.command_id = a->command_id;
	m.u.answer.kind = a->kind;
	m.u.answer.ok = ok;
	text_copy(m.u.answer.result, sizeof(m.u.answer.result), result);
	conn_tell(c, &m);
}

void conn_answered(struct conn *c, enum command_kind kind, int number, int seq, bool ok,
	const char *result)
{
	struct awaited **at = find(c, kind, number, seq), *a = at != NULL ? *at : NULL;
	struct awaited fetched = { .kind = kind };

	if (a == NULL) {
		/* it fetched its program, started anew and tells now */
		if (kind == COMMAND_UPDATE_FIRMWARE)
			tell(c, &fetched, ok, result);
		return;
	}
	*at = a->next;
	if (a->command_id != 0)
		tell(c, a, ok, result);
	free(a);
}

/* Who hangs up on a restart did what it was told; other rows run out of time. */
void await_forget(struct conn *c)
{
	struct awaited *a;

	while ((a = c->awaited) != NULL) {
		c->awaited = a->next;
		if (a->kind == COMMAND_REBOOT && a->command_id != 0)
			tell(c, a, true, "hung up");
		free(a);
	}
}

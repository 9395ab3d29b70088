/* black_box.c - frames gathered for the keeper, who has a queue of its own: what it cannot take is
 * lost and counted, nobody waits for it.
 * Owns the pack that is being filled.
 * Serves conn.c and the protocols. */
#include "daemons/gateway/loop.h"

#include "base/clock.h"
#include "base/conf.h"

static struct msg pack = { .kind = MSG_RAW };

void black_box_flush(void)
{
	if (pack.u.raw.n == 0)
		return;
	if (!channel_send(&core.channel[core.writers + 1], core.loop, &pack))
		count_add(COUNT_RAW_LOST, pack.u.raw.n);
	pack.u.raw.n = pack.u.raw.bytes = 0;
}

static bool is_kept(struct conn *c, const void *p, size_t n)
{
	uint32_t minute = (uint32_t)(core.now_ms / 60000);

	if (c->state != CONN_KNOWN || c->black_box == BLACK_BOX_OFF || conf.black_box_rate == 0)
		return false;
	if (c->black_box == BLACK_BOX_USUAL && c->protocol->routine != NULL &&
		c->protocol->routine(p, n))
		return false;
	if (c->kept_minute != minute) {
		c->kept_minute = minute;
		c->kept = 0;
	}
	if (c->kept >= conf.black_box_rate || c->kept == UINT16_MAX) {
		count_add(COUNT_RAW_LOST, 1);
		return false;
	}
	c->kept++;
	return true;
}

void conn_raw(struct conn *c, bool down, const void *p, size_t n)
{
	struct raw_head head = { .pile_id = c->pile_id,
		.protocol = c->protocol,
		.len = (uint32_t)n,
		.down = down };
	struct msg_raw *raw = &pack.u.raw;

	if (c->protocol->text == NULL || n + sizeof(head) > RAW_PACK || !is_kept(c, p, n))
		return;
	head.at_ms = clock_now_ms();
	if (raw->bytes + sizeof(head) + n > RAW_PACK)
		black_box_flush();
	memcpy(raw->packed + raw->bytes, &head, sizeof(head));
	memcpy(raw->packed + raw->bytes + sizeof(head), p, n);
	raw->bytes += (uint32_t)(sizeof(head) + n);
	raw->n++;
	count_add(COUNT_RAW_KEPT, 1);
}

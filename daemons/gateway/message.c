/* message.c - how much of a message goes over the socketpair.
 * Owns nothing.
 * Serves the loop and the writers. */
#include "daemons/gateway/message.h"

#define SIZE(member) sizeof(((struct msg *)0)->u.member)

size_t msg_size(const struct msg *m)
{
	static const size_t size[MSG_KINDS] = {
		[MSG_HELLO] = SIZE(hello),
		[MSG_BYE] = SIZE(bye),
		[MSG_SEEN] = SIZE(seen),
		[MSG_TARIFF_ASK] = 0,
		[MSG_TARIFF_HELD] = SIZE(tariff_held),
		[MSG_CARD] = SIZE(card),
		[MSG_RECORD] = SIZE(record),
		[MSG_STARTED] = SIZE(started),
		[MSG_ANSWER] = SIZE(answer),
		[MSG_SKEW] = SIZE(skew),
		[MSG_LOCK] = SIZE(lock),
		[MSG_BATTERY] = SIZE(battery),
		[MSG_FIGURES] = SIZE(figures),
		[MSG_OPEN] = 0,
		[MSG_FENCED] = 0,
		[MSG_MOVED] = 0,
		[MSG_KNOWN] = SIZE(known),
		[MSG_TARIFF] = SIZE(tariff),
		[MSG_CARD_ANSWER] = SIZE(card_answer),
		[MSG_RECORD_ANSWER] = SIZE(record_answer),
		[MSG_COMMAND] = SIZE(command),
		[MSG_ALARM] = SIZE(alarm),
		[MSG_BOOT] = SIZE(boot),
		[MSG_NOTICE] = SIZE(notice),
		[MSG_TAG] = SIZE(tag_ask),
		[MSG_CHARGE_START] = SIZE(charge_start),
		[MSG_CHARGE_STOP] = SIZE(charge_stop),
		[MSG_CHARGE_FIND] = SIZE(charge_find),
		[MSG_CHARGE] = SIZE(charge),
	};

	if (m->kind == MSG_LIVE)
		return offsetof(struct msg, u.live.row) + (size_t)m->u.live.n * sizeof(struct live_row);
	if (m->kind == MSG_REPLY)
		return offsetof(struct msg, u.reply.answer) + (size_t)m->u.reply.len;
	if (m->kind == MSG_RAW)
		return offsetof(struct msg, u.raw.packed) + m->u.raw.bytes;
	return offsetof(struct msg, u) + size[m->kind];
}

/* charge_desk.c - the writers' part for stations whose charges the platform numbers: tags, starts,
 * final records, answers to commands.
 * Owns nothing.
 * Serves writer.c; an answer goes back only after the commit (law 6). */
#include "daemons/gateway/writer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "charge/alarm.h"

NEOERR *desk_alarm(struct db *db, int fd, const struct msg *m)
{
	const struct msg_alarm *a = &m->u.alarm;

	(void)fd;
	if (!a->on)
		return nerr_pass(alarm_close(db, m->pile_id, a->number, a->code, clock_now()));
	return nerr_pass(
		alarm_open(db, m->pile_id, a->number, a->code, ALARM_SERIOUS, "", clock_now()));
}

NEOERR *desk_boot(struct db *db, int fd, const struct msg *m)
{
	(void)fd;
	return nerr_pass(pile_boot(db, m->pile_id, m->u.boot.firmware, m->u.boot.iccid));
}

NEOERR *desk_notice(struct db *db, int fd, const struct msg *m)
{
	(void)fd;
	return nerr_pass(pile_notice(db, m->pile_id, m->u.notice.kind, m->u.notice.words));
}

NEOERR *desk_tag(struct db *db, int fd, const struct msg *m)
{
	struct msg answer = ANSWER(m, MSG_CHARGE);
	NEOERR *err = wire_tag(db, m->pile_id, m->u.tag_ask.tag, &answer.u.charge.charge.tag);

	answer.u.charge.to = m->kind;
	if (err == STATUS_OK)
		writer_say(fd, &answer);
	return nerr_pass(err);
}

NEOERR *desk_start(struct db *db, int fd, const struct msg *m)
{
	const struct msg_charge_start *in = &m->u.charge_start;
	struct msg answer = ANSWER(m, MSG_CHARGE);
	struct wire_start start = { .pile_id = m->pile_id,
		.at = in->at,
		.meter = in->meter,
		.number = in->number,
		.tag = in->tag };
	NEOERR *err = wire_charge_start(db, &start, &answer.u.charge.charge);

	answer.u.charge.to = m->kind;
	if (err == STATUS_OK)
		writer_say(fd, &answer);
	return nerr_pass(err);
}

NEOERR *desk_stop(struct db *db, int fd, const struct msg *m)
{
	const struct msg_charge_stop *in = &m->u.charge_stop;
	struct msg answer = ANSWER(m, MSG_CHARGE);
	struct wire_stop stop = { .pile_id = m->pile_id,
		.id = in->id,
		.at = in->at,
		.meter = in->meter,
		.protocol = in->protocol,
		.pile_serial = in->serial,
		.tag = in->tag,
		.reason = in->reason,
		.raw = in->raw,
		.raw_len = (size_t)in->raw_len,
		.point = in->point,
		.points = in->points };
	enum record_outcome outcome = RECORD_UNKNOWN;
	NEOERR *err = wire_charge_stop(db, &stop, &outcome);

	answer.u.charge.to = m->kind;
	answer.u.charge.charge.id = in->id;
	if (err != STATUS_OK)
		return nerr_pass(err);
	log_line(LOG_INFO, "record", "pile=%s charge=%lld outcome=%d", in->serial, (long long)in->id,
		(int)outcome);
	writer_say(fd, &answer);
	return STATUS_OK;
}

NEOERR *desk_find(struct db *db, int fd, const struct msg *m)
{
	struct msg answer = ANSWER(m, MSG_CHARGE);
	NEOERR *err = wire_charge_find(db, m->pile_id, m->u.charge_find.id, &answer.u.charge.charge,
		&answer.u.charge.found);

	answer.u.charge.to = m->kind;
	if (err == STATUS_OK && answer.u.charge.found)
		writer_say(fd, &answer);
	return nerr_pass(err);
}

NEOERR *desk_reply(struct db *db, int fd, const struct msg *m)
{
	static char answer[REPLY_MAX + 1];
	const struct msg_reply *r = &m->u.reply;

	(void)fd;
	memcpy(answer, r->answer, (size_t)r->len);
	answer[r->len] = '\0';
	return nerr_pass(
		command_replied(db, r->command_id, r->ok, r->result, r->len > 0 ? answer : NULL));
}

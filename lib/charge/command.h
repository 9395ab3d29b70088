/* command.h - wishes for devices: rows written with their cause, taken by the gateway, answered by
 * the device.
 * Owns table command. Serves sessions, screens, the gateway's writers. */
#ifndef CHARGE_COMMAND_H
#define CHARGE_COMMAND_H

#include "charge/choice.h"
#include "db/db.h"

#define COMMAND_TEXT 6000

struct command {
	int64_t id, pile_id, connector_id, session_id, created_ms, by;
	int connector_number;
	enum command_kind kind;
	char pile_serial[41], protocol[13], gateway_id[33], session_no[33];
	char logical_no[21], physical_no[21];   /* card of the session, "" if none */
	int64_t balance;                        /* prepaid of the session, 1e-5 yuan */
	/* payload.value: reboot 1 now / 2 idle, tariff version id, balance, W ... */
	int64_t value;
	char text[COMMAND_TEXT];                /* payload.text: cards, an address, "" if none */
	char parallel[13];                      /* of the session, "" if none */
	int64_t wire_charge;                    /* the session's, 0 if none */
	enum limit_kind limit_kind;             /* of the session */
	int64_t limit_value;
};

/* value of set_params; text: its numbers in wire units and order, by commas (AP3000 4.3, 4.5). */
enum { PARAMS_FLOAT = 0x83, PARAMS_MOST = 0x85 };

/* In the caller's tx; wakes the gateway after commit. seconds: until it expires unsent. */
NEOERR *command_add(struct db *db, enum command_kind kind, int64_t pile_id, int64_t connector_id,
	int64_t session_id, int64_t value, int seconds, int64_t by, int64_t *id) CHECKED;
/* Not before `at`; it may be sent for so many seconds then. */
NEOERR *command_postpone(struct db *db, int64_t id, int64_t at, int seconds) CHECKED;
/* The same with words. secret: they are sealed while they wait (log-ins of file servers). */
struct command_words { const char *text; bool secret; };
NEOERR *command_add_words(struct db *db, enum command_kind kind, int64_t pile_id,
	int64_t connector_id, int64_t value, struct command_words words, int seconds, int64_t by,
	int64_t *id) CHECKED;
/* Takes up to max pending commands for piles connected to gateway_id, marks them
 * sent, hands them to fn after the commit. */
typedef NEOERR *(*command_fn)(const struct command *c, void *ctx);
NEOERR *command_take(struct db *db, const char *gateway_id, int max, command_fn fn,
	void *ctx) CHECKED;
/* sync_cards for the piles of a provider, or for one pile, that keep cards; none where one waits
 * already (card_list.h says what it will bring). In the caller's tx. */
NEOERR *command_sync_cards(struct db *db, int64_t provider_id, int64_t pile_id,
	int64_t by) CHECKED;
/* A row of a task (command_task.h). words.text NULL: none. wanted_at 0: at once. refused: why it is
 * not sent at all, NULL: it is. */
struct command_row {
	enum command_kind kind;
	int64_t task_id, pile_id, value, wanted_at, expires_at, by;
	struct command_words words;
	const char *refused;
};
NEOERR *command_add_row(struct db *db, const struct command_row *r) CHECKED;
/* Not now, says the gateway: a task's row is sent again in a minute while its task waits, another
 * one has failed. */
NEOERR *command_later(struct db *db, int64_t id, const char *why) CHECKED;
/* An answer that bears no command's number, as of a pile that started anew in between: newest sent
 * command of that kind for the pile (and connector, 0 any). */
NEOERR *command_done(struct db *db, int64_t pile_id, int64_t connector_id, enum command_kind kind,
	bool ok, const char *result) CHECKED;
/* What the station answered to that very command; answer is JSON, NULL: none came. */
NEOERR *command_replied(struct db *db, int64_t id, bool ok, const char *result,
	const char *answer) CHECKED;
NEOERR *command_expire(struct db *db, int64_t *expired) CHECKED;

#endif

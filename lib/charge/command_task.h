/* command_task.h - one wish for one or many piles, with how it went at each (W9, D5, D6, P12, W12).
 * Owns table command_task; a pile's part is a row of `command`. Serves screens, the gateway's
 * taker, jobs/expire. */
#ifndef CHARGE_COMMAND_TASK_H
#define CHARGE_COMMAND_TASK_H

#include "charge/command.h"

struct command_wish {
	enum command_kind kind;
	int64_t value;                   /* reboot, update_firmware: 1 now, 2 when idle */
	const char *text;                /* set_qr: an address; NULL: none */
	bool assigns;                    /* set_tariff: the piles get tariff_id, 0: none of their own */
	int64_t tariff_id, firmware_id;
	int64_t wanted_at;               /* 0: at once */
	int64_t by;
	const char *token;               /* what a form brings is one task; NULL: a task of its own */
};

/* Can the pile be told that? *why NULL: yes, now or when it comes back (restart and read_live need
 * it there, D5). Else a word: offline, protocol, ability, model, same_version,
 * address. */
NEOERR *command_task_may(struct db *db, const struct command_wish *w, int64_t pile_id,
	const char **why) CHECKED;
/* The task of the wish's token, made if it is the first; in a tx. */
NEOERR *command_task_open(struct db *db, const struct command_wish *w, int64_t *id) CHECKED;
/* A row for the pile, or its refusal as a failed row. In the same tx as command_task_may(). */
NEOERR *command_task_add(struct db *db, int64_t id, const struct command_wish *w, int64_t pile_id,
	const char *refused) CHECKED;
/* Failed and expired rows wait again, as long as such a wish waits; *n: how many. Piles that cannot
 * be told stay as they are. */
NEOERR *command_task_retry(struct db *db, int64_t id, int64_t by, int *n) CHECKED;
/* Rows that were not sent yet are cancelled. */
NEOERR *command_task_cancel(struct db *db, int64_t id, int64_t *n) CHECKED;
/* Piles of tasks whose time has come get their tariff (P8, P12). */
NEOERR *command_task_turn(struct db *db) CHECKED;

#endif

/* charge_world.h - a small operator in the database that CHARGEOPS_CONF names: two providers, a
 * station, a pile, a member, a card.
 * Owns the rows it makes; each world is another one, so tests do not meet.
 * Serves the C tests of lib/charge in t/system, run by t/system/test_charge.py. */
#ifndef SYSTEM_CHARGE_WORLD_H
#define SYSTEM_CHARGE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "charge/session.h"
#include "charge/session_internal.h"

#define YUAN MONEY_YUAN

struct world {
	int64_t provider, other_provider, property, station, area, pile, connector, tariff, version,
		member, card;
	char serial[15];
	struct start_result started;         /* of world_start */
};

extern struct db *db;

#define fine(call) world_fine((call), #call, __FILE__, __LINE__)
void world_fine(NEOERR *err, const char *what, const char *file, int line);
#define refused(call, kind) do { \
	NEOERR *refused_err = (call); \
	assert_true(error_is(refused_err, kind)); \
	error_drop(refused_err); } while (0)

int world_open(void **state);                 /* group setup: the connection */
int world_close(void **state);
/* Tariff 0.8 + 0.2 yuan the whole day; pile online, connector plugged; nobody has money. */
void world_make(struct world *w);
/* SQL with # for one id; the first column of the first row. */
int64_t world_number(const char *sql, int64_t id);
int64_t world_money(const char *sql, int64_t id);
void world_text(const char *sql, int64_t id, char *out, size_t room);
void world_sql(const char *sql, int64_t id);
void world_recharge(const struct world *w, struct purse purse, int64_t cash, int64_t gift);
struct purse_balance world_purse(struct purse purse);
struct purse card_of(const struct world *w);
struct purse wallet_of(const struct world *w);

/* By wallet or card, until full; the refusal. */
enum start_refusal world_start(struct world *w, bool by_card);
void world_progress(const struct world *w, int64_t at, int64_t energy);
/* A record of the started session: flat prices, everything as it should be. */
struct session_record world_record(const struct world *w, int64_t started, int64_t ended,
	int64_t energy, const char *raw);
enum record_outcome world_settle(const struct session_record *rec);
/* The proof finds nothing. */
void world_is_proved(void);

#endif

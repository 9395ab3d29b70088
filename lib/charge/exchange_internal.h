/* exchange_internal.h - what the exchange_*.c files share: a call being answered, the figures of a
 * charge as the standard says them.
 * Owns nothing. Serves those files alone. */
#ifndef CHARGE_EXCHANGE_INTERNAL_H
#define CHARGE_EXCHANGE_INTERNAL_H

#include "charge/exchange.h"

/* T/CEC 102 section 3.8: StartChargeSeqStat. */
enum exchange_state { SEQ_STARTING = 1, SEQ_CHARGING, SEQ_STOPPING, SEQ_ENDED, SEQ_UNKNOWN };

struct exchange_call {
	struct db *db;
	const struct exchange_peer *peer;
	const json_t *ask;
	json_t *answer;                      /* an object; the function fills it */
};
typedef NEOERR *(*exchange_fn)(struct exchange_call *c);

/* Stations a peer may see: s is station, p is exchange_peer. */
#define EXCHANGE_SHARED \
	" s.provider_id = p.provider_id and s.deleted = 0 and s.status = 'enabled' and s.kind = 'car'" \
	" and s.operation_type = 'public' and s.open_to = 'all'"

void put_text(json_t *o, const char *name, const char *text);
void put_int(json_t *o, const char *name, int64_t v);
void put_time(json_t *o, const char *name, int64_t t);
/* Yuan with two decimals, kWh with the peer's. */
void put_money(json_t *o, const char *name, int64_t v);
void put_energy(json_t *o, const char *name, int64_t v, int decimals);
/* Our words of a connector as the standard's Status. */
int exchange_connector_status(const char *state);

/* A charge of a peer's driver at our pile. */
struct exchange_figures {
	int64_t session_id, peer_id, provider_id, connector_id, started_at, ended_at, seen_at,
		requested_at, energy, energy_fee, service_fee, amount, voltage_dv, current_da, soc,
		progress_at;
	char seq[EXCHANGE_SEQ], connector[27], state[13], stop_reason[25], connector_state[13];
	int energy_decimals, progress_seconds;
};
NEOERR *exchange_figures_of(struct db *db, int64_t session_id, struct exchange_figures *out,
	bool *found) CHECKED;
NEOERR *exchange_figures_by_seq(struct db *db, int64_t peer_id, const char *seq,
	struct exchange_figures *out, bool *found) CHECKED;
enum exchange_state exchange_state_of(const char *session_state);
/* Section 3.10 and 3.11. */
void exchange_put_status(json_t *o, const struct exchange_figures *f);

/* exchange_serve.c: what we answer as the operator of piles. */
NEOERR *serve_stations(struct exchange_call *c);
NEOERR *serve_status(struct exchange_call *c);
NEOERR *serve_stats(struct exchange_call *c);
NEOERR *serve_auth(struct exchange_call *c);
NEOERR *serve_policy(struct exchange_call *c);
/* exchange_serve_charge.c */
NEOERR *serve_start(struct exchange_call *c);
NEOERR *serve_stop(struct exchange_call *c);
NEOERR *serve_charge(struct exchange_call *c);

/* remote_take.c: what we answer for our drivers there. */
NEOERR *take_state(struct exchange_call *c);
NEOERR *take_started(struct exchange_call *c);
NEOERR *take_progress(struct exchange_call *c);
NEOERR *take_stopped(struct exchange_call *c);
NEOERR *take_order(struct exchange_call *c);
NEOERR *take_check(struct exchange_call *c);

#endif

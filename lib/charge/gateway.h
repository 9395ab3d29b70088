/* gateway.h - which gateways live, and whose their piles are: a lease each, kept while it lives.
 * Owns tables gateway and gateway_reject. Serves the gateway's writers and pages (N1). */
#ifndef CHARGE_GATEWAY_H
#define CHARGE_GATEWAY_H

#include "charge/choice.h"
#include "db/db.h"

#define X(id, name, colour) REJECT_##id,
enum gateway_reject {
#include "charge/tbl/gateway_reject.h"
GATEWAY_REJECTS };
#undef X

/* life: of one start; program: release and time of build; lease: seconds without a sign of life
 * after which its piles are anybody's. */
struct gateway { const char *name, *host, *life, *program; int64_t lease; };
/* Now, but for rates (a second, since the last ones) and reject[] (since its start). */
struct gateway_figures {
	int64_t piles, connections, room, waiting, frames_in, frames_out, queued, lag, memory;
	int64_t reject[GATEWAY_REJECTS];
};

/* Before it lets any pile in: what a former life left online goes offline. *ours false: a gateway
 * of that name lives on another host. */
NEOERR *gateway_begin(struct db *db, const struct gateway *g, bool *ours) CHECKED;
/* *ours false: it was silent for so long that another one has taken its piles, or another life has
 * begun. */
NEOERR *gateway_keep(struct db *db, const struct gateway *g, const struct gateway_figures *f,
	bool *ours) CHECKED;
/* In good order: its piles are offline; who of them does not come back is another's after the
 * lease. */
NEOERR *gateway_end(struct db *db, const struct gateway *g) CHECKED;
/* Takes the piles of one gateway whose lease has run out: they go offline, and heir looks after
 * them (suspended charges, alarms) until they log in anywhere. lost: its name, "" if all live. */
NEOERR *gateway_inherit(struct db *db, const char *heir, char lost[33]) CHECKED;

#endif

/* loop.h - what the files of the gateway's loop share: one state a process.
 * Owns struct core. Serves core.c conn.c login.c live.c count.c and nobody else. */
#ifndef GATEWAY_LOOP_H
#define GATEWAY_LOOP_H

#include "daemons/gateway/channel.h"
#include "daemons/gateway/core.h"

/* conf.gateway_writers, the one that takes commands (index 0) and the keeper of the black box */
#define WRITERS_MAX 66
#define FIGURES_MS 1000
#define LOGINS_AT_ONCE 256           /* log-ins at the writers; the others wait their turn */

struct core {
	struct loop *loop;
	struct wheel wheel;
	int64_t now_ms;
	struct conn **conn;          /* by slot */
	uint32_t cap, used;          /* slots allowed, slots ever used */
	struct conn *free, *closing, *waiting, *waiting_tail;
	struct conn **hash;          /* by serial; logged-in piles */
	uint32_t hash_mask;
	uint32_t asked;
	int writers;                 /* pile writers; index 1 .. writers */
	struct channel channel[WRITERS_MAX];
	struct conn *dirty[WRITERS_MAX];
};
extern struct core core;

/* conn.c */
void conn_accept(int fd, const struct protocol *protocol);
struct conn *conn_of(const struct msg *m);               /* NULL: gone meanwhile */
void conn_timeout(struct wheel_entry *e, void *ctx);
void conn_reap(void);                                    /* frees what conn_close() marked */
struct conn *conn_by_serial(const char *serial);
void conn_hash_add(struct conn *c);
void conn_hash_remove(struct conn *c);
uint8_t writer_of(const char *serial);

/* login.c */
void login_known(struct conn *c, const struct msg *m);
/* it closes: leave the queue or give the turn back */
void login_forget(struct conn *c);
void login_next(void);

/* live.c */
void live_flush(void);
void live_forget(struct conn *c);
/* await.c: the connection ends */
void await_forget(struct conn *c);
void live_seen(int64_t second);

/* black_box.c */
void black_box_flush(void);

/* count.c */
NEOERR *count_serve(struct loop *l, const char *name) CHECKED;
int64_t count_get(enum count what);
void count_wire(int64_t ms);
void count_wire_percentiles(void);
/* Once in FIGURES_MS: lag and memory as gauges, and all that the page of gateways shows. */
void count_figures(int64_t lag_ms, struct gateway_figures *out);

#endif

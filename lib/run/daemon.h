/* daemon.h - skeleton of an event-loop daemon: epoll, timers, signals, children, metrics.
 * Owns the loop. Serves daemons/. */
#ifndef RUN_DAEMON_H
#define RUN_DAEMON_H

#include "base/error.h"

struct loop;
struct loop_io;      /* embed in your connection struct: see fields */
typedef void (*loop_io_fn)(struct loop *l, struct loop_io *io, uint32_t events);
struct loop_io { int fd; loop_io_fn fn; };
typedef void (*loop_timer_fn)(struct loop *l, void *ctx);

NEOERR *loop_new(struct loop **out) CHECKED;
void loop_free(struct loop **l);
/* EPOLLIN | EPOLLOUT, level triggered */
NEOERR *loop_add(struct loop *l, struct loop_io *io, uint32_t events) CHECKED;
NEOERR *loop_mod(struct loop *l, struct loop_io *io, uint32_t events) CHECKED;
/* does not close fd */
void loop_del(struct loop *l, struct loop_io *io);
/* Periodic timer in ms; a handful a program (per-connection time-outs use a wheel of their own). */
NEOERR *loop_every(struct loop *l, int ms, loop_timer_fn fn, void *ctx) CHECKED;
/* Runs until loop_stop() or SIGTERM/SIGINT. SIGHUP calls reload (may be NULL). */
NEOERR *loop_run(struct loop *l, void (*reload)(void)) CHECKED;
void loop_stop(struct loop *l);
int64_t loop_now_ms(const struct loop *l);       /* monotonic, read once a turn */

/* Writes run_dir/NAME.pid; readiness is the file run_dir/NAME.ready, made by daemon_ready(). */
NEOERR *daemon_start(const char *name) CHECKED;
void daemon_ready(void);
void daemon_end(void);
/* RLIMIT_NOFILE soft = hard; returns the limit. */
int64_t daemon_fd_limit(void);

/* Prometheus text: named counters and gauges, served on run_dir/NAME.metrics (UNIX socket,
 * HTTP/1.0) by the loop. */
struct metric { const char *name, *help; bool gauge; int64_t value; };
NEOERR *daemon_metrics(struct loop *l, const char *name, struct metric *metrics, int n) CHECKED;

#endif

/* wheel.h - thousands of time-outs for the price of a list: slots of half a second, entries
 * embedded in their owner.
 * Owns nothing but the slots. Serves the gateway (silence, log-in) and the virtual piles. */
#ifndef DAEMON_WHEEL_H
#define DAEMON_WHEEL_H

#include "base/error.h"

#define WHEEL_SLOTS 256
#define WHEEL_MS 500                 /* a time-out is late by at most this and one turn of the loop */

struct wheel_entry { struct wheel_entry *prev, *next; int64_t due_ms; };   /* zeroed: not set */
typedef void (*wheel_fn)(struct wheel_entry *e, void *ctx);
struct wheel { struct wheel_entry slot[WHEEL_SLOTS]; int64_t tick; };

void wheel_init(struct wheel *w, int64_t now_ms);
void wheel_set(struct wheel *w, struct wheel_entry *e, int64_t due_ms);    /* again: moves it */
void wheel_unset(struct wheel_entry *e);
/* Calls fn for each entry that is due; it is unset before, fn may set it again or free its
 * owner. */
void wheel_turn(struct wheel *w, int64_t now_ms, wheel_fn fn, void *ctx);

#endif

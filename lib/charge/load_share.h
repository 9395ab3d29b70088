/* load_share.h - a station's power divided among the piles that charge: a rule without a database
 * and without a clock.
 * Owns nothing. Serves load.c (W4). */
#ifndef CHARGE_LOAD_SHARE_H
#define CHARGE_LOAD_SHARE_H

#include "charge/choice.h"

#define X(id, name, colour) LOAD_##id,
enum load_way {
#include "charge/tbl/load_way.h"
LOAD_WAYS };
#undef X

#define LOAD_USERS 256               /* of a station at a time */
/* W. min: less makes no sense, it is stopped instead; max: what it could use now. Who cannot be
 * steered takes what he takes: max. Higher priority and earlier since come first. */
struct load_user {
	int64_t id, min, max, since;
	int priority;
	bool steered;
	int64_t share;                       /* out; 0: stopped */
};
/* Shares of n users under a limit: a steered one gets nothing or from min to max, and all shares
 * together are at most the limit, unless those that cannot be steered take more by themselves.
 * equal: all the same as far as each can use it; first: whoever came first gets all it can use, the
 * others at least their minimum where there is room; priority: the same by priority. Who is stopped
 * when the minima do not fit: the last of that order. The order of u stays. */
void load_share(int64_t limit, enum load_way way, struct load_user *u, int n);

/* Is a new share worth a command? Less always, more only by a twentieth of the limit, so that two
 * piles do not pass a kilowatt to and fro. */
bool load_is_news(int64_t told, int64_t share, int64_t limit);
/* What a pile could use, seen from what it takes: a full share says it may use all of its rating;
 * one far from full has a car that takes no more (its share is left to others, with a reserve);
 * between them it stays as it was believed. */
int64_t load_wish(int64_t believed, int64_t share, int64_t power, int64_t min, int64_t rated);

#endif

/* perm.h - permissions: sets of "resource.verb" words, from the user's enabled roles.
 * Owns the cache of sets (by user and epoch). Serves login, engine, menu, role screen. */
#ifndef CGI_PERM_H
#define CGI_PERM_H

#include "cgi/request.h"

/* "*" in a set means everything. Nobody has nothing. */
bool perm_has(const struct who *who, const char *resource, const char *verb);
bool perm_has_word(const struct who *who, const char *word);
/* Whether a word may ever count for a fleet's user, whatever his roles hold: only those of tables
 * that know fleets do. A program that has the tables sets it to resource_knows_fleet; NULL: none
 * counts. */
extern bool (*perm_fleet_knows)(const char *word);
NEOERR *perm_load(struct db *db, int64_t user_id, const struct permissions **out,
	bool *by_stations) CHECKED;
/* What is in both: the user's set and a list of words parted by blanks, commas or lines ("*":
 * all of the user's). For API keys. */
const struct permissions *perm_intersect(struct arena *a, const struct permissions *user,
	const char *words);
/* What roles demand beside the words: a second factor (of any role), addresses (every role that
 * has a list must have this one in it). */
bool perm_wants_factor(const struct permissions *set);
bool perm_allows_address(const struct permissions *set, const char *address);
/* Would the user's roles as they stand in this tx shut him out of here? For whoever changes his
 * own. */
NEOERR *perm_shuts_out(struct db *db, int64_t user_id, const char *address, bool *out) CHECKED;
/* To be called in the tx of any change to role, role_permission, user_role. */
NEOERR *perm_changed(struct db *db) CHECKED;
/* Every permission word there is, in menu order: fn(resource, verb). The role screen and the
 * proofs loop over it. */
NEOERR *perm_each(NEOERR *(*fn)(const char *resource, const char *verb, void *ctx),
	void *ctx) CHECKED;

#endif

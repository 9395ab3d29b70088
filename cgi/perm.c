/* perm.c - permission sets: loading, caching, asking.
 * Owns a cache of sets by user, valid for one epoch.
 * Serves login, engine, menu, role screen. */
#include <ClearSilver.h>

#include "cgi/perm.h"

#include "base/cidr.h"
#include "base/clock.h"
#include "base/text.h"

#define CACHE 64                 /* users a worker remembers */

/* Words are sorted; one list of networks for each role that has one. */
struct permissions {
	int n;
	bool all, factor;
	const char **word;
	int lists;
	struct cidr_list *list;
};

struct cached {
	int64_t user_id, epoch;
	bool by_stations;
	struct arena arena;
	struct permissions set;
};
static struct cached cache[CACHE];
bool (*perm_fleet_knows)(const char *word);

SQL(perm_epoch, "SELECT value FROM setting WHERE name = 'permission.epoch'");
SQL(perm_epoch_next,
	"INSERT INTO setting (name, value, updated_at) VALUES ('permission.epoch', '1', ?)"
	" ON DUPLICATE KEY UPDATE value = value + 1, updated_at = VALUES(updated_at)");
SQL(perm_words,
	"SELECT DISTINCT rp.permission FROM user_role ur JOIN role r ON r.id = ur.role_id AND"
	" r.status = 'enabled' AND r.deleted = 0"
	" JOIN role_permission rp ON rp.role_id = r.id WHERE ur.user_id = ?");
SQL(perm_scope,
	"SELECT COUNT(*), COALESCE(SUM(r.data_scope = 'stations'), 0), COALESCE(SUM(r.second_factor),"
	" 0) FROM user_role ur"
	" JOIN role r ON r.id = ur.role_id AND r.status = 'enabled' AND r.deleted = 0 WHERE"
	" ur.user_id = ?");

SQL(perm_addresses,
	"SELECT r.addresses FROM user_role ur JOIN role r ON r.id = ur.role_id AND r.status ="
	" 'enabled' AND r.deleted = 0"
	" WHERE ur.user_id = ? AND r.addresses <> ''");

struct collect { struct arena *arena; const char **word; int n, room; };

static void collect_add(struct collect *c, const char *word)
{
	if (c->n == c->room) {
		int room = c->room ? c->room * 2 : 64;
		const char **more = arena_alloc(c->arena, (size_t)room * sizeof *more);
		if (c->n)
			memcpy(more, c->word, (size_t)c->n * sizeof *more);
		c->word = more;
		c->room = room;
	}
	c->word[c->n++] = arena_strdup(c->arena, word);
}

static int by_word(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void set_fill(struct permissions *set, struct collect *c)
{
	*set = (struct permissions){ .n = c->n, .word = c->word };
	if (c->n)
		qsort(c->word, (size_t)c->n, sizeof *c->word, by_word);
	for (int i = 0; i < c->n; i++)
		set->all = set->all || strcmp(c->word[i], "*") == 0;
}

static NEOERR *on_word(const struct row *r, void *ctx)
{
	collect_add(ctx, row_str(r, 0));
	return STATUS_OK;
}

/* Bound by stations only if every role says so: a wider role wins. */
static NEOERR *on_scope(const struct row *r, void *ctx)
{
	struct cached *c = ctx;

	c->by_stations = row_i64(r, 0) > 0 && row_i64(r, 0) == row_i64(r, 1);
	c->set.factor = row_i64(r, 2) > 0;
	return STATUS_OK;
}

/* A list that cannot be read lets nobody in: forms take only good ones. */
static NEOERR *on_addresses(const struct row *r, void *ctx)
{
	struct cached *c = ctx;
	struct cidr_list *more = arena_alloc(&c->arena, (size_t)(c->set.lists + 1) * sizeof *more);

	if (c->set.lists)
		memcpy(more, c->set.list, (size_t)c->set.lists * sizeof *more);
	c->set.list = more;
	if (!cidr_list_parse(row_str(r, 0), &more[c->set.lists], NULL, 0))
		more[c->set.lists].n = 0;
	c->set.lists++;
	return STATUS_OK;
}

NEOERR *perm_load(struct db *db, int64_t user_id, const struct permissions **out, bool *by_stations)
{
	struct cached *c = &cache[(uint64_t)user_id % CACHE];
	struct collect words = { .arena = &c->arena };
	int64_t epoch;
	NEOERR *err;

	TRY(db_i64(db, &perm_epoch, NOARGS, &epoch));
	if (c->user_id != user_id || c->epoch != epoch) {
		c->user_id = 0;
		arena_clear(&c->arena);
		TRY(db_query(db, &perm_words, ARGS(I64(user_id)), on_word, &words));
		set_fill(&c->set, &words);
		TRY(db_get(db, &perm_scope, ARGS(I64(user_id)), on_scope, c));
		TRY(db_query(db, &perm_addresses, ARGS(I64(user_id)), on_addresses, c));
		c->epoch = epoch;
		c->user_id = user_id;
	}
	*out = &c->set;
	*by_stations = c->by_stations;
out:
	return nerr_pass(err);
}

static bool set_has(const struct permissions *set, const char *word)
{
	return set &&
		(set->all ||
			(set->n && bsearch(&word, set->word, (size_t)set->n, sizeof *set->word, by_word)));
}

const struct permissions *perm_intersect(struct arena *a, const struct permissions *user,
	const char *words)
{
	struct permissions *set = arena_alloc(a, sizeof *set);
	struct collect both = { .arena = a };
	char *rest = arena_strdup(a, words);

	for (char *p = rest; *p; p++)
		if (*p == ',' || *p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	for (char *word; (word = text_split(&rest, ' ')) != NULL;) {
		if (strcmp(word, "*") == 0)
			return user;
		if (*word && set_has(user, word))
			collect_add(&both, word);
	}
	set_fill(set, &both);
	return set;
}

struct standing { const char *address; bool out; };

static NEOERR *on_standing(const struct row *r, void *ctx)
{
	struct standing *s = ctx;
	struct cidr_list list;

	s->out = s->out || !cidr_list_parse(row_str(r, 0), &list, NULL, 0) ||
		!cidr_list_has(&list, s->address);
	return STATUS_OK;
}

NEOERR *perm_shuts_out(struct db *db, int64_t user_id, const char *address, bool *out)
{
	struct standing s = { .address = address };
	NEOERR *err = db_query(db, &perm_addresses, ARGS(I64(user_id)), on_standing, &s);

	*out = s.out;
	return nerr_pass(err);
}

bool perm_wants_factor(const struct permissions *set)
{
	return set && set->factor;
}

bool perm_allows_address(const struct permissions *set, const char *address)
{
	for (int i = 0; set && i < set->lists; i++)
		if (!cidr_list_has(&set->list[i], address))
			return false;
	return true;
}

bool perm_has_word(const struct who *who, const char *word)
{
	return who->kind != WHO_NOBODY && set_has(who->permissions, word) &&
		(who->kind != WHO_FLEET || (perm_fleet_knows && perm_fleet_knows(word)));
}

bool perm_has(const struct who *who, const char *resource, const char *verb)
{
	char word[120];

	return snprintf(word, sizeof word, "%s.%s", resource, verb) < (int)sizeof word &&
		perm_has_word(who, word);
}

NEOERR *perm_changed(struct db *db)
{
	return nerr_pass(db_exec(db, &perm_epoch_next, ARGS(TIME(clock_now())), NULL));
}

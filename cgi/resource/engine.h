/* engine.h - what the files of the engine share: queries, views (a list as its URL says it), kinds
 * of fields, changes.
 * Owns the types behind resource.h. Serves cgi/resource/ and the jobs that export and import. */
#ifndef CGI_ENGINE_H
#define CGI_ENGINE_H

#include "cgi/resource/resource.h"

#define BIG_CAP    10000                 /* rows counted, and pages reached, on big lists */
#define TAB_CAP    1000                  /* rows counted for a tab of a big list          */
#define SELECT_MAX 100                   /* a reference with more choices is typed ahead  */
#define FILTER_MAX 30                    /* the same in a search bar, which has several   */
#define LOOKUP_MAX 20
#define BATCH_MAX  500

/* query.c: a statement under construction. Text comes from constants alone, values are bound. */
struct query { struct arena *arena; struct buf text; struct arg *arg; int args, room; };
void query_init(struct query *q, struct arena *arena);
void query_clear(struct query *q);
void query_add(struct query *q, const char *sql);
void query_addf(struct query *q, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* adds no text: the `?` stands in query_add */
void query_bind(struct query *q, struct arg a);
void query_and(struct query *q, const char *condition);         /* " AND (condition)" */
void query_append(struct query *q, struct query *part);
NEOERR *query_run(struct db *db, struct query *q, row_fn fn, void *ctx) CHECKED;

const char *resource_table(const struct resource *res);
/* True if the text names an alias other than t: then the resource's joins must be in the
 * statement. */
bool sql_needs_joins(const char *sql);
/* SQL of a field: its own expression or t.<name>. Of a record's title over another alias. Memory
 * is the arena's. */
const char *field_sql(struct arena *arena, const struct field *f);
const char *title_sql(struct arena *arena, const struct resource *res, const char *alias);
/* " FROM `x` t <joins>" and " WHERE 1 = 1 <constant conditions> <scope>" of the asker. write:
 * public_read does not help. */
void query_from(struct query *q, const struct resource *res, bool joins);
void query_where(struct query *q, const struct request *req, const struct resource *res,
	bool write);
/* The same for records referred to: also those that the twin shows. */
void query_where_ref(struct query *q, const struct request *req, const struct resource *ref);
/* " LEFT JOIN `station` r_station_id ON r_station_id.id = t.station_id" for an F_REF. */
void query_ref_join(struct query *q, const struct field *f);

/* view.c: the state of a list, read from the URL: <field>=, <field>_from=, <field>_to=, tab=,
 * sort=[-]<field>, page=, size=. */
/* text, from, to: as typed (NULL absent); typed: words for a reference, without JavaScript;
 * defaulted: the window an unfiltered list opens on. */
struct filter {
	const char *text, *from, *to, *typed;
	struct value value, low, high;
	bool bad, defaulted;
};
/* at: place in the SELECT, its F_REF title is at + 1; -1 VIRTUAL */
struct column { const struct field *field; int at; };
struct view {
	const struct resource *res;
	struct filter *filter;               /* by index of res->fields */
	const struct tab *tab;
	const struct field *sort; bool descending;
	int64_t page, size;
	bool bad;                            /* a filter did not parse: the list is empty and says so */
	/* a list inside a detail page: rows where parent = parent_id */
	const char *parent; int64_t parent_id;
};
/* Empty: no filters, first page, default size. */
void view_init(struct request *req, const struct resource *res, struct view *out);
NEOERR *view_read(struct request *req, const struct resource *res, struct view *out) CHECKED;
void view_each_param(struct request *req, const struct view *v,
	void (*fn)(const char *name, const char *value, void *ctx), void *ctx);
/* "?name=a&sort=-at" of the view with one parameter replaced (NULL value: dropped); without page
 * unless name is page. */
const char *view_url(struct request *req, const struct view *v, const char *name,
	const char *value);
/* One line a person understands: "电站：南门站；开始时间：2026-11-01 至 2026-11-20". "" without filters. For
 * exports. */
NEOERR *view_describe(struct request *req, const struct view *v, const char **out) CHECKED;

/* Appends the view's conditions (constant, scope, tab, filters, parent). */
void view_where(struct query *q, const struct request *req, const struct view *v,
	const struct tab *tab);
/* The whole SELECT for columns[n] (fills .at; 0 is the id). rows > 0: that many from row `from`, by
 * way of the ids; 0: all, for streaming. `extra` is more SELECT expressions (", x AS y") or
 * NULL; they come last. */
void view_select(struct query *q, const struct request *req, const struct view *v,
	struct column *column, int n, int64_t rows, int64_t from, const char *extra);
/* "SELECT t.id, <columns>" (fills .at) and the joins of its references; sort is joined as well
 * unless it is a column. */
void query_columns(struct query *q, struct column *column, int n);
void query_column_joins(struct query *q, const struct column *column, int n,
	const struct field *sort);
/* Rows of the view's search, at most cap (0: no cap). */
void view_count_query(struct query *q, const struct request *req, const struct view *v,
	const struct tab *tab, int64_t cap);
NEOERR *view_count(struct request *req, const struct view *v, const struct tab *tab, int64_t cap,
	int64_t *out) CHECKED;
/* count.c: the first column of the first row. remembered: a count that is at most three seconds
 * old will do. */
NEOERR *count_run(struct db *db, struct query *q, bool remembered, int64_t *out) CHECKED;
/* SELECT SUM(..) of the TOTAL columns over the whole search. */
void totals_query(struct query *q, const struct request *req, const struct view *v,
	const struct column *column, int n);
/* The SELECT of a detail page up to " AND t.id = ?", whose value the caller binds; its columns. */
void show_query(struct query *q, const struct request *req, const struct resource *res,
	struct column *column, int n, const char *bits);
int show_columns(const struct resource *res, struct column *column);
/* Fields with all of `with` and none of `without`, in order; returns how many (column has room
 * for all fields). */
int view_columns(const struct resource *res, unsigned with, unsigned without,
	struct column *column);

/* kind.c: one row a kind of field. */
struct kind {
	const char *name;                    /* in templates and in the dump */
	/* text textarea password number decimal select lookup checkbox date datetime-local tel email */
	const char *input;
	bool number;                         /* value.number counts, an empty text is NULL */
	bool right;                          /* right-aligned */
	/* False: *problem is a Text key ({1} is the field's min or max). text is trimmed and not
	 * empty. */
	bool (*cast)(const struct field *f, const char *text, struct value *v, const char **problem);
	/* Plain text for a person: "1,234.50"; the raw column text is not NULL. */
	void (*show)(const struct field *f, const char *raw, struct buf *out);
	struct arg (*bind)(const struct field *f, const struct value *v);
};
extern const struct kind kinds[];        /* by enum field_kind */
int field_count(const struct resource *res);
int field_index(const struct resource *res, const char *name);   /* -1: none */
/* decimals of the fixed-point number; 0 for others */
int field_scale(const struct field *f);
/* "元", "kWh", "%", the field's own, or "" */
const char *field_unit(const struct request *req, const struct field *f);
/* Cast with the checks of min and max; text NULL or blank gives null. problem NULL: fine. Memory
 * is the arena's. */
const char *field_cast(struct request *req, const struct field *f, const char *text,
	struct value *out);
/* What a person sees of a column's raw text: labels of choices, 是/否, grouped numbers, masked if
 * PII and !whole, "" for SECRET and NULL. */
const char *field_show(struct request *req, const struct field *f, const char *raw, bool whole);
/* What an input shows. */
const char *field_input(struct request *req, const struct field *f, const char *raw);
const char *field_mask(struct request *req, const struct field *f, const char *raw);
const char *choice_label(const struct request *req, const struct field *f, const char *word);
bool field_may_hold(const struct field *f, const char *text);
int64_t field_max_chars(const struct field *f);

/* change.c: from texts to a checked change. Used by forms, API (texts from JSON) and import (texts
 * from cells; labels of choices and titles of references are understood too, if c->import). */
struct change *change_new(struct request *req, const struct resource *res, int64_t id);
/* False: the resource lets nobody set that field here (unknown, or no EDIT/CREATE). NULL text:
 * as if not given. */
bool change_put(struct request *req, struct change *c, const char *field, const char *text);
/* Reads declared fields from the request's parameters. */
void change_read(struct request *req, struct change *c);
/* Casts, validates, resolves references within the asker's scope, then res->check. c->errors
 * counts. */
NEOERR *change_check(struct request *req, struct change *c) CHECKED;
/* save.c: the transaction. Permission (create or update) is the caller's to check. *saved false: c
 * has errors (a business refusal); ERR_STALE if `version` (0: not checked) is not the stored one;
 * ERR_NOT_FOUND out of scope. token NULL: none (API without a key, import); the same token again
 * gives the first one's id and changes nothing. */
NEOERR *change_save(struct request *req, struct change *c, int64_t version, const char *token,
	int64_t *id, bool *saved) CHECKED;
/* Sentence of an error as stored in change.error ({1} filled), in the asker's language. */
const char *change_problem(struct request *req, const struct change *c, int field);

/* resource.c */
/* The resource of the path's :resource part; ERR_NOT_FOUND if none, ERR_DENIED without the
 * permission. */
NEOERR *resource_enter(struct request *req, const char *verb, const struct resource **out) CHECKED;
NEOERR *resource_permit(const struct request *req, const struct resource *res,
	const char *verb) CHECKED;
bool resource_may(const struct request *req, const struct resource *res, const char *verb);
bool resource_has_verb(const struct resource *res, const char *verb);
/* the row alone, no scope */
NEOERR *resource_lock(struct request *req, const struct resource *res, int64_t id) CHECKED;
/* Title of a record in the asker's scope, "" if there is none. */
NEOERR *resource_title(struct request *req, const struct resource *res, int64_t id,
	const char **out) CHECKED;
const char *resource_noun(const struct request *req, const struct resource *res);
const char *resource_path(struct request *req, const struct resource *res, int64_t id,
	const char *verb); /* "/admin/pile/7/edit" */

#endif

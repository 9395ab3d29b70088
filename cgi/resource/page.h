/* page.h - the engine's pages and what they share to fill the templates: cells, inputs, actions.
 * Owns nothing. Serves the engine alone. */
#ifndef CGI_PAGE_H
#define CGI_PAGE_H

#include "cgi/resource/change.h"

/* list.c */
NEOERR *list_page(struct request *req) CHECKED;
NEOERR *list_totals(struct request *req) CHECKED;
NEOERR *list_columns_page(struct request *req) CHECKED;    /* GET: which there are */
NEOERR *list_columns(struct request *req) CHECKED;         /* POST: remembers the chosen columns */
/* Rows, heads and totals of a view under `List` of node: the list page and the lists inside a
 * detail page. */
NEOERR *list_fill_table(struct request *req, HDF *list, struct view *v, bool embedded) CHECKED;
/* list_filter.c */
NEOERR *list_fill_filters(struct request *req, HDF *list, struct view *v) CHECKED;
/* input select and option.N of an F_CHOICE or F_BOOL. */
NEOERR *options_put(struct request *req, HDF *node, const struct field *f, const char *now) CHECKED;
/* lookup.c */
/* Choices (at most `most`) or a type-ahead into node (input, option.N, lookup, title). owner:
 * "pile" or "card.recharge"; typed narrows (without JavaScript). */
NEOERR *lookup_fill(struct request *req, HDF *node, const struct field *f, const char *owner,
	int64_t chosen, int64_t depends, const char *typed, int most) CHECKED;
/* The one record that text means, 0 if none or several. */
NEOERR *lookup_resolve(struct request *req, const struct field *f, const char *text,
	int64_t *id) CHECKED;
NEOERR *lookup_page(struct request *req) CHECKED;
/* form.c */
NEOERR *form_page(struct request *req) CHECKED;             /* GET new and edit */
NEOERR *form_post(struct request *req) CHECKED;
/* GET one input again, when what it depends on changed */
NEOERR *form_input(struct request *req) CHECKED;
/* Inputs of a change as Form.*: groups, fields, errors. Also of an action's inputs. */
NEOERR *form_fill(struct request *req, struct change *c, const char *owner) CHECKED;
/* Form.token, Form.back */
NEOERR *form_fill_hidden(struct request *req, const char *fallback) CHECKED;
/* Where to go when done: the _back parameter if it is a path of ours. */
const char *form_back(struct request *req, const char *fallback);
/* show.c */
NEOERR *show_page(struct request *req) CHECKED;
/* POST: personal data unmasked, audited */
NEOERR *show_whole(struct request *req) CHECKED;
/* action.c */
#define ACTIONS_MAX 60
/* Actions the asker may run, built-in ones included, with all of the flags; returns how many. */
int action_list(const struct request *req, const struct resource *res, unsigned flags,
	const struct action **out);
const struct action *action_find(const struct resource *res, const char *name);
const char *action_verb(const struct action *a);
const char *action_label(const struct request *req, const struct resource *res, const char *name);
/* ", (cond) + 2 * (cond) ..." one bit an action (NULL `when` is no bit: always). */
const char *action_bits_sql(struct request *req, const struct action *const *actions, int n);
bool action_is_offered(const struct action *const *actions, int i, int64_t bits);
/* Label, href, post, danger of an action on a record into node. */
NEOERR *action_put(struct request *req, HDF *node, const struct resource *res,
	const struct action *a, int64_t id) CHECKED;
/* Inputs of an action on a record (0: on the list), to be filled by change_put(); and the action
 * itself, permission proved by the caller. *done false: input holds what was refused. token as
 * in change_save(). */
struct change *action_input(struct request *req, const struct resource *res, const struct action *a,
	int64_t id);
NEOERR *action_run(struct request *req, const struct resource *res, const struct action *a,
	struct change *input, const char *token, bool *done) CHECKED;
NEOERR *action_page(struct request *req) CHECKED;           /* GET: asks */
NEOERR *action_post(struct request *req) CHECKED;
NEOERR *batch_page(struct request *req) CHECKED;
NEOERR *batch_post(struct request *req) CHECKED;
/* page.c */
NEOERR *hdf_put_i64(HDF *hdf, int64_t value, const char *path, ...)
	__attribute__((format(printf, 3, 4))) CHECKED;
/* A column's value for people into node: its text, and class, href, colour where it has them. */
NEOERR *cell_put(struct request *req, HDF *node, const struct field *f, const char *raw,
	const char *title, bool whole) CHECKED;
/* templates/screen/<name>_<page>.cs if there is one, else <page>.cs. */
NEOERR *page_render(struct request *req, const struct resource *res, const char *page) CHECKED;
NEOERR *page_title(struct request *req, const struct resource *res, const char *title) CHECKED;

#endif
